package workflow

import (
	"slices"
	"testing"
)

// TestWhatOnePersonDoesNotDoAlone, by where the step leads.
func TestWhatOnePersonDoesNotDoAlone(t *testing.T) {
	held, kept, open := State{HoldsMoney: true}, State{KeepsMoney: true}, State{}
	refused, decided := State{Outcome: OutcomeNegative}, State{Outcome: OutcomePositive}
	awarded, rejected := State{Outcome: OutcomePositive, Final: true}, State{Outcome: OutcomeNegative, Final: true}
	office := Transition{By: []By{{Role: Administrator}}}
	for _, tt := range []struct {
		name     string
		from, to State
		want     string
	}{
		{"reserves", open, held, "moves money"},
		{"releases", held, open, "moves money"},
		{"releases what is kept", kept, open, "moves money"},
		{"keeps", held, kept, ""},
		{"keeps on", kept, kept, ""},
		{"stays where it is held", held, held, ""},
		{"refuses", open, refused, "refuses"},
		{"refuses what was refused", refused, rejected, ""},
		{"awards for good", open, awarded, "awards for good"},
		{"awards for good what was decided", decided, awarded, "awards for good"},
		{"awards for good what was rejected", rejected, awarded, "awards for good"},
		{"awards what was awarded", awarded, awarded, ""},
		{"decides what can be taken back", open, decided, ""},
	} {
		if _, got := lone(&office, &tt.from, &tt.to); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCausedAreEachOnce, however many ways lead there.
func TestCausedAreEachOnce(t *testing.T) {
	j := func(e EventName) Joined { return Joined{Kind: "toy", Event: e} }
	follows := map[Joined][]Joined{j("a"): {j("b"), j("c")}, j("b"): {j("d")}, j("c"): {j("d"), j("b")}}
	if got, want := caused([]Joined{{Kind: "toy", Event: "a", Optional: true}}, follows), []Joined{j("a"), j("b"), j("c"), j("d")}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
