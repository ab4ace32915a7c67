package graph

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestPartsReadTheNumberBehindTheLabel(t *testing.T) {
	for text, want := range map[string]string{
		"meno terapija: 20":                    "[{meno terapija: 20 20 []}]",
		"spektakliai: 4 (mieste: 2, kitur: 2)": "[{spektakliai: 4 (mieste: 2, kitur: 2) 4 []}]",
		"be skaičiaus":                         "[]",
		"2 grupės: 26":                         "[{2 grupės: 26 26 []}]",
	} {
		if got := fmt.Sprint(parts([]string{text})); got != want {
			t.Errorf("parts(%q): got %s, want %s", text, got, want)
		}
	}
}

func TestPartsTakeBackWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringMatching(`[a-zž ]{1,12}`).Draw(t, "label")
		n := rapid.IntRange(0, 1_000_000).Draw(t, "n")
		got := parts([]string{fmt.Sprintf("%s: %d", label, n)})
		if len(got) != 1 || got[0].Value != n {
			t.Fatalf("parts of %q and %d: got %v, want the number", label, n, got)
		}
	})
}

func TestPartsOfAnyTextAreItsNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z]*:? ?[0-9]{0,30}( \([a-z]*\))?`)).Draw(t, "text")
		for _, p := range parts([]string{text}) {
			if p.Value < 0 || p.Label != text {
				t.Fatalf("parts(%q): got %v, want a number of the text", text, p)
			}
		}
	})
}
