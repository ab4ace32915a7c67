package workflow

import (
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/atranka/atranka/terms"
)

// TestTextsInListsAreComposed one by one, next to what JSON writes otherwise too.
func TestTextsInListsAreComposed(t *testing.T) {
	const marked = "<\u0327 e\u0301\n\u0327"
	got := composed([]Change{{Set: Values{
		"text": marked, "texts": []string{marked}, "lines": []terms.UnitCost{{Code: "V1", Title: marked, Rate: 1<<53 + 1}}, "none": []string{},
	}}})[0].Set
	want := norm.NFC.String(marked)
	if want == marked {
		t.Fatal("the sample is composed already")
	}
	if got["text"] != want || !slices.Equal(got["texts"].([]string), []string{want}) || len(got["none"].([]string)) != 0 {
		t.Errorf("got %q and %q, want %q of both", got["text"], got["texts"], want)
	}
	if line := got["lines"].([]terms.UnitCost)[0]; line.Title != want || line.Rate != 1<<53+1 || line.Code != "V1" {
		t.Errorf("got %+v, want its title as %q and all else as it was", line, want)
	}
}
