package cite_test

import (
	"encoding/json"
	"testing"

	"github.com/atranka/atranka/cite"
)

func TestSortedGivesTheSameBytesEveryTime(t *testing.T) {
	for range 20 {
		got, err := json.Marshal(cite.Sorted(map[string]int{"title": 3, "code": 0, "aim": 19}))
		if want := `[{"field":"aim","line":19},{"field":"code","line":0},{"field":"title","line":3}]`; err != nil || string(got) != want {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
	}
	if got, err := json.Marshal(cite.Sorted(nil)); err != nil || string(got) != "[]" {
		t.Errorf("no lines: got %s, %v, want []", got, err)
	}
}
