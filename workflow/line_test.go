package workflow

import (
	"slices"
	"testing"

	"github.com/atranka/atranka/rules"
)

// TestFreedMoneyGoesRoundInTurn: who waits longest by rank, behind whoever's appeal was upheld; what it
// does not reach ends it, or is passed over.
func TestFreedMoneyGoesRoundInTurn(t *testing.T) {
	for name, c := range map[string]struct {
		free, freed rules.Money
		skip        bool
		want        []InLine
	}{
		"nothing": {0, 0, false, []InLine{
			{"upheld", true, 40_00, false, 40_00}, {"first", false, 60_00, false, 60_00}, {"second", false, 20_00, false, 20_00},
		}},
		"enough for all": {100_00, 20_00, false, []InLine{
			{"upheld", true, 40_00, true, 0}, {"first", false, 60_00, true, 0}, {"second", false, 20_00, true, 0},
		}},
		"it ends at the first that it does not reach": {50_00, 10_00, false, []InLine{
			{"upheld", true, 40_00, true, 0}, {"first", false, 60_00, false, 40_00}, {"second", false, 20_00, false, 0},
		}},
		"it passes over what it does not reach": {50_00, 10_00, true, []InLine{
			{"upheld", true, 40_00, true, 0}, {"first", false, 60_00, false, 40_00}, {"second", false, 20_00, true, 0},
		}},
		"to the cent": {39_99, 0, true, []InLine{
			{"upheld", true, 40_00, false, 1}, {"first", false, 60_00, false, 20_01}, {"second", false, 20_00, true, 0},
		}},
	} {
		call := CallFacts{Budget: 500_00, Reserved: 500_00 - c.free, SkipAndFit: c.skip, Competition: Competition{Ranking: []RankedFacts{
			{Proposal: "second", Score: 50_00, Grant: 20_00, Waits: true},
			{Proposal: "funded", Score: 90_00, Grant: 500_00, Holds: true},
			{Proposal: "upheld", Score: 40_00, Grant: 40_00, Waits: true, Ahead: true},
			{Proposal: "first", Score: 60_00, Grant: 60_00, Waits: true},
		}}}
		got := call.line(c.freed, func(p RankedFacts) bool { return p.Waits })
		if got.Free != c.free+c.freed || !slices.Equal(got.Waiting, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	none := (&CallFacts{Budget: 100_00}).line(0, func(RankedFacts) bool { return true })
	if none.Free != 100_00 || len(none.Waiting) != 0 {
		t.Errorf("nobody waits: got %+v", none)
	}
}
