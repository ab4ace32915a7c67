package ranking

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/rules"
)

// five are three that are funded, one that does not fit and one below the threshold.
func five() Input {
	return board(
		proposal("a", 100_000_00, 1, given(45_00, 45_00)), proposal("b", 100_000_00, 2, given(40_00, 40_00)),
		proposal("c", 100_000_00, 3, given(35_00, 35_00)), proposal("d", 100_000_00, 4, given(30_00, 30_00)),
		proposal("e", 10_000_00, 5, given(20_00, 20_00)),
	)
}

func moved(before, after Snapshot) string {
	var out []string
	for _, m := range Moves(before, after) {
		is := "out"
		if m.Is != nil {
			is = fmt.Sprint(m.Is.Rank, " ", m.Is.List)
		}
		out = append(out, fmt.Sprintf("%s %d %s to %s", m.Proposal, m.Was.Rank, m.Was.List, is))
	}
	return strings.Join(out, "; ")
}

// TestScenariosMoveWhatTheyMove and nothing else.
func TestScenariosMoveWhatTheyMove(t *testing.T) {
	amount := func(m rules.Money) *rules.Money { return &m }
	for name, tt := range map[string]struct {
		what  Scenario
		moved string
		left  rules.Money
	}{
		"nothing":               {Scenario{}, "", 0},
		"more money":            {Scenario{Budget: amount(450_000_00)}, "d 4 RESERVE to 4 FUNDING", 50_000_00},
		"none":                  {Scenario{Budget: amount(0)}, "a 1 FUNDING to 1 RESERVE; b 2 FUNDING to 2 RESERVE; c 3 FUNDING to 3 RESERVE", 0},
		"without the first":     {Scenario{Without: []string{"a"}}, "a 1 FUNDING to out; d 4 RESERVE to 3 FUNDING", 0},
		"without the last":      {Scenario{Without: []string{"e"}}, "e 0 BELOW_THRESHOLD to out", 0},
		"the fourth first":      {Scenario{Ahead: []string{"d"}}, "c 3 FUNDING to 3 RESERVE; d 4 RESERVE to 4 FUNDING", 0},
		"two first":             {Scenario{Ahead: []string{"d", "c"}}, "b 2 FUNDING to 2 RESERVE; d 4 RESERVE to 4 FUNDING", 0},
		"who is first anyway":   {Scenario{Ahead: []string{"a"}}, "", 0},
		"the fourth alone":      {Scenario{Ahead: []string{"d"}, Budget: amount(100_000_00)}, "a 1 FUNDING to 1 RESERVE; b 2 FUNDING to 2 RESERVE; c 3 FUNDING to 3 RESERVE; d 4 RESERVE to 4 FUNDING", 0},
		"the fourth for one":    {Scenario{Ahead: []string{"d"}, Without: []string{"c"}}, "c 3 FUNDING to out; d 4 RESERVE to 3 FUNDING", 0},
		"a part of the request": {Scenario{Budget: amount(150_000_00)}, "b 2 FUNDING to 2 RESERVE; c 3 FUNDING to 3 RESERVE", 50_000_00},
	} {
		before, err := Compute(five())
		if err != nil {
			t.Fatal(err)
		}
		after, err := Compute(before.Input.Under(tt.what))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := moved(before, after); got != tt.moved || after.Remaining != tt.left {
			t.Errorf("%s: got %q and %s left, want %q and %s", name, got, after.Remaining, tt.moved, tt.left)
		}
		if len(tt.what.Ahead) > 0 && after.CutPoints != "" {
			t.Errorf("%s: got %s points at the cut line, want none: they do not decide", name, after.CutPoints)
		}
	}
}

// TestAheadIsATieToo: of two that nothing tells apart, the one ahead is no longer divided
// from the other by the cut line.
func TestAheadIsATieToo(t *testing.T) {
	in := board(proposal("a", 200_000_00, 1, given(40_00, 40_00)), proposal("b", 200_000_00, 1, given(40_00, 40_00)))
	if s, err := Compute(in); err != nil || s.Filling.Verdict != rules.Failed {
		t.Fatalf("got %+v, %v, want a tie that the cut line divides", s.Filling, err)
	}
	s, err := Compute(in.Under(Scenario{Ahead: []string{"b"}}))
	if err != nil || s.Lines[0].List != Reserve || s.Lines[1].List != Funding || s.Order.Verdict != rules.Failed {
		t.Errorf("got %+v, %v, want b funded, a in the reserve, and the order as unsettled as it was", s.Lines, err)
	}
}

// TestWhatCannotGoAhead is refused by name.
func TestWhatCannotGoAhead(t *testing.T) {
	for name, ahead := range map[string][]string{"below the threshold": {"e"}, "unknown": {"z"}, "twice": {"a", "a"}, "more than there are": {"a", "b", "c", "d", "a", "b"}} {
		if _, err := Compute(five().Under(Scenario{Ahead: ahead})); !errors.Is(err, ErrInput) || len(ahead) < 6 && !strings.Contains(err.Error(), `"`+ahead[0]+`"`) {
			t.Errorf("%s: got %v, want ErrInput that names %s", name, err, ahead[0])
		}
	}
}

// TestAScenarioLeavesTheInputAsItIs, fits the money, and funds who goes ahead where they fit
// by themselves; a text of it is computed again.
func TestAScenarioLeavesTheInputAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		before := computed(t, in)
		var ranked, all []string
		for _, line := range before.Lines {
			all = append(all, line.Proposal)
			if line.Rank > 0 {
				ranked = append(ranked, line.Proposal)
			}
		}
		var what Scenario
		if len(ranked) > 0 {
			what.Ahead = rapid.Permutation(ranked).Draw(t, "order")[:rapid.IntRange(0, len(ranked)).Draw(t, "ahead")]
		}
		if len(all) > len(ranked) {
			what.Without = []string{rapid.SampledFrom(all[len(ranked):]).Draw(t, "without")}
		}
		text, hash, err := before.Text()
		if err != nil {
			t.Fatal(err)
		}
		after := computed(t, in.Under(what))
		again, _, err := after.Text()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(again); err != nil {
			t.Fatalf("the scenario's text: %v", err)
		}
		if _, now, err := computed(t, in).Text(); err != nil || now != hash {
			t.Fatalf("got the input changed, want the text %s", text)
		}
		var funded rules.Money
		for i, sum := range after.Cumulative() {
			if after.Lines[i].List == Funding {
				funded = sum
			}
		}
		if funded > in.Budget {
			t.Fatalf("got %s funded, the budget is %s", funded, in.Budget)
		}
		if len(what.Ahead) == 0 || after.Filling.Verdict == rules.Failed {
			return
		}
		for _, line := range after.Lines {
			for _, p := range in.Proposals {
				if p.ID == what.Ahead[0] && line.Proposal == p.ID && (line.List == Funding) != (p.Grant <= in.Budget) {
					t.Fatalf("%s asks for %s of %s and goes first: got the list %s", p.ID, p.Grant, in.Budget, line.List)
				}
			}
		}
	})
}

// TestWhoeverIsPassedOver by those that go ahead is named, and nobody else: not whoever the money
// does not reach anyway.
func TestWhoeverIsPassedOver(t *testing.T) {
	amount := func(m rules.Money) *rules.Money { return &m }
	skipping := five()
	skipping.Policy = rules.SkipAndFit
	skipping.Proposals[1].Grant = 250_000_00
	stopping := skipping
	stopping.Policy = rules.StopAtFirst
	for name, tt := range map[string]struct {
		in   Input
		what Scenario
		want string
	}{
		"nobody goes ahead":         {five(), Scenario{}, "PASSED"},
		"in the order of ranks":     {five(), Scenario{Ahead: []string{"a", "b"}}, "PASSED"},
		"the fourth":                {five(), Scenario{Ahead: []string{"d"}}, "FAILED c d"},
		"the fourth for the money":  {five(), Scenario{Ahead: []string{"d"}, Budget: amount(100_000_00)}, "FAILED a d"},
		"the fourth, and all fit":   {five(), Scenario{Ahead: []string{"d"}, Budget: amount(400_000_00)}, "PASSED"},
		"without whom it passes":    {five(), Scenario{Ahead: []string{"d"}, Without: []string{"c"}}, "PASSED"},
		"one that never fitted":     {skipping, Scenario{Ahead: []string{"d"}}, "PASSED"},
		"one that money stopped at": {stopping, Scenario{Ahead: []string{"d"}}, "FAILED b d"},
	} {
		s, err := Compute(tt.in.Under(tt.what))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Departure()
		got := string(r.Verdict)
		for _, f := range r.Facts {
			if f.Name != "decision" {
				got += " " + f.Value
			}
		}
		if err != nil || r.Rule != "R-27" || got != tt.want {
			t.Errorf("%s: got %s %s, %v, want R-27 %s", name, r.Rule, got, err, tt.want)
		}
	}
}

// TestWhoIsNext when one withdraws, and what is not there for them.
func TestWhoIsNext(t *testing.T) {
	amount := func(m rules.Money) *rules.Money { return &m }
	for name, tt := range map[string]struct {
		what  Scenario
		want  string
		lacks rules.Money
	}{
		"as it stands":      {Scenario{}, "d", 100_000_00},
		"with some left":    {Scenario{Budget: amount(370_000_00)}, "d", 30_000_00},
		"all are funded":    {Scenario{Without: []string{"a"}}, "", 0},
		"two of four":       {Scenario{Budget: amount(200_000_00)}, "c", 100_000_00},
		"the fourth ahead":  {Scenario{Ahead: []string{"d"}}, "c", 100_000_00},
		"none below counts": {Scenario{Budget: amount(400_000_00)}, "", 0},
	} {
		s, err := Compute(five().Under(tt.what))
		if err != nil {
			t.Fatal(err)
		}
		at, lacks, ok := s.Next()
		got := ""
		if ok {
			got = s.Lines[at].Proposal
		}
		if got != tt.want || lacks != tt.lacks {
			t.Errorf("%s: got %q, who lacks %s, want %q and %s", name, got, lacks, tt.want, tt.lacks)
		}
	}
}
