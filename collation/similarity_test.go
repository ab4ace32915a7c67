package collation

import "testing"

func TestSimilarityIsOfWords(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"Prevencinių veiklų organizavimas vaikams", "Prevencinės veiklos organizavimas vaikams ir jaunuoliams", 66},
		{"Verslo švyturys", "verslo Svyturys!", 100},
		{"Verslo švyturys", "Sėkmingo verslo startas", 25},
		{"Verslo verslo verslo", "verslo", 100},
		{"Verslas", "Grožio ambasada", 0},
		{"", "", 0},
		{"", "verslo", 0},
	} {
		if got := Similarity(Words(tt.a), Words(tt.b)); got != tt.want || Similarity(Words(tt.b), Words(tt.a)) != got {
			t.Errorf("%q and %q: got %d, want %d both ways", tt.a, tt.b, got, tt.want)
		}
	}
}
