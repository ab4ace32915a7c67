package model_test

import (
	"testing"

	"github.com/atranka/atranka/graph/model"
)

func TestAcceptedPrefersWhatTheHeaderPrefers(t *testing.T) {
	for header, want := range map[string]model.Lang{
		"": model.EN, "lt": model.LT, "lt-LT": model.LT, "LT": model.LT, "en": model.EN, "en-GB,en;q=0.8": model.EN,
		"lt;q=0.4,en;q=0.9": model.EN, "lt;q=0.9,en;q=0.4": model.LT, "de": model.EN, "de,lt;q=0.5": model.LT,
		"*": model.EN, "ltx": model.EN, "lt;q=x": model.EN, "\xff": model.EN,
	} {
		if got := model.Accepted(header); got != want {
			t.Errorf("Accepted(%q): got %s, want %s", header, got, want)
		}
	}
}

func FuzzAccepted(f *testing.F) {
	f.Add("lt-LT,lt;q=0.9,en;q=0.8")
	f.Fuzz(func(t *testing.T, header string) {
		if got := model.Accepted(header); got != model.LT && got != model.EN {
			t.Errorf("Accepted(%q): got %q, want LT or EN", header, got)
		}
	})
}
