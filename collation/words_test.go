package collation_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/atranka/atranka/collation"
)

// text has the words that calls and proposals are made of.
const text = `Socialinės atskirties mažinimas teikiant paslaugas Klaipėdos miesto gyventojams ir jų šeimų nariams
	pagyvenusių žmonių savanorystės skatinimas bendruomenių iniciatyvos neįgaliesiems jaunųjų verslininkų įsidarbinimas
	VšĮ „Šv. Pranciškaus onkologijos centras“ žodžių svečių piliečių medžio grožio gražių moterų vandens`

// found says whether what was typed finds the text, as the database decides it.
func found(typed, text string) bool { return has(collation.Words(text), typed) }

func has(words, typed string) bool {
	for _, w := range collation.Query(typed) {
		if !strings.Contains(words, " "+w) {
			return false
		}
	}
	return true
}

func TestQueryFinds(t *testing.T) {
	const centre = "VšĮ „Šv. Pranciškaus onkologijos centras“"
	for _, tt := range []struct {
		typed, text string
		want        bool
	}{
		{"Klaipėda", "Klaipėdos miestas", true},
		{"Klaipėdoje", "Klaipėda", true},
		{"klaipeda", "KLAIPĖDOS miestas", true},
		{"savanoris", "savanorių", true},
		{"savanoriai", "Savanorystė", true}, // a beginning of another word
		{"Šv.", centre, true},
		{"sv", centre, true},
		{"SV. PRANCISKUS", centre, true},
		{"centras šv", centre, true}, // in any order
		{"centras sveikata", centre, false},
		{"vsi", centre, true},
		{"ciskaus", centre, false}, // no word begins so
		{"bendruomenė", "Bendruomenių namai", true},
		{"pilietis", "piliečių iniciatyva", true},
		{"mokesčiai", "mokestis", true},
		{"žodis", "žodžiai", true},
		{"medis", "medžių", true},
		{"gražus", "gražių", true},
		{"veikiantys", "veikiančios", true},
		{"gyventojo", "gyventojams", true},
		{"gyventojas", "gyventojo", true},
		{"socialinis", "socialinėmis", true},
		{"neįgalus", "neįgaliesiems", true},
		{"jaunas", "jaunųjų", true},
		{"upė", "upės", true},
		{"asociacija", "asociacijai", true},
		{"soc", "asocialus", false},
		{"viet", "viešoji erdvė", false},
		{"2014", "2014–2020 m.", true},
		{"08.6.1", "Nr. 08.6.1-ESFA-T-910", true},
		{"Kowalska", "Małgorzata Kowalska", true},
		{"malgorzata", "Małgorzata Kowalska", true},
		{"savivaldybė", "savi\u00advaldybės", true}, // a soft hyphen
		{"", "bet kas", true},
		{"%", "bet kas", true}, // asks for nothing
		{"b_t", "bet", false},
		{`\`, "", true},
		{"bet", "", false},
		// What a light stemmer does not know.
		{"sritis", "sričių", false},
		{"platus", "plačių", false},
	} {
		if got := found(tt.typed, tt.text); got != tt.want {
			t.Errorf("%q in %q: got %t, want %t (%q in %q)", tt.typed, tt.text, got, tt.want, collation.Query(tt.typed), collation.Words(tt.text))
		}
	}
}

func TestWordsAreFoldedStemmedAndFramed(t *testing.T) {
	for given, want := range map[string]string{
		"": "", " – „“ ": "", "Šv.": " sv ", "S\u030cv.": " sv ", "Ąžuolų g. 7-oji": " azuol g 7 oji ", "d’Arc": " d arc ",
		"žuvis ŽUVIS": " zuv zuv ", "ﬁlmas": " film ", "Кириллица й": " кириллица и ", "a\x00b\xffc": " a b c ",
	} {
		if got := collation.Words(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

func TestQueryIsBounded(t *testing.T) {
	got := collation.Query("vienas du trys keturi penki šeši septyni aštuoni devyni vieno")
	if len(got) != 8 || got[7] != "astuon" {
		t.Errorf("ten words: got %q, want the first eight", got)
	}
	if got := collation.Query("du Du dū"); len(got) != 1 {
		t.Errorf("one word three times: got %q, want it once", got)
	}
	word := strings.Repeat("ž", 1000)
	if got := collation.Query(word); len(got) != 1 || len(got[0]) > 64 || !found(word, word) {
		t.Errorf("a word of 1000 letters: got %q, want its beginning", got)
	}
}

// FuzzEveryBeginningFinds: a text is found by whatever has been typed of it so
// far, and nothing in words or query is a wildcard or a space too many.
func FuzzEveryBeginningFinds(f *testing.F) {
	for w := range strings.FieldsSeq(text) {
		f.Add(w)
	}
	f.Add(text)
	f.Add("%_\\\x00'\"\xff İıǅﷺ e\u0301 \u00ad7-oji")
	f.Fuzz(func(t *testing.T, text string) {
		words := collation.Words(text)
		if words != "" && (words[0] != ' ' || words[len(words)-1] != ' ') || strings.Contains(words, "  ") || !utf8.ValidString(words) {
			t.Fatalf("%q: got words %q, want each between single spaces", text, words)
		}
		for _, r := range words {
			if r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				t.Fatalf("%q: got %q in the words, want letters and digits", text, r)
			}
		}
		for i := range min(len(text), 100) {
			if typed := text[:i+1]; !has(words, typed) {
				t.Fatalf("%q typed of %q: got it not found by %q in %q", typed, text, collation.Query(typed), words)
			}
		}
		_ = collation.SortKey(text)
	})
}
