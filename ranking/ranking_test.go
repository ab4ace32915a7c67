package ranking

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

// board is a call with two criteria of fifty points each and one that is met or not.
func board(proposals ...Proposal) Input {
	return Input{
		Call: "cal_1", Budget: 300_000_00, Policy: rules.StopAtFirst, Aggregation: rules.Mean, MinScore: 50_00, DivergenceLimit: 2000,
		Criteria: []Criterion{
			{Code: "N1", Max: 50_00, Min: 20_00, Weight: rules.Whole}, {Code: "N2", Max: 50_00, Weight: rules.Whole}, {Code: "T1"},
		},
		TieBreakers: []string{"N1"}, RuleSets: []string{"LT@1", "EU@1"}, Proposals: proposals,
	}
}

// given is a sheet of points for N1 and N2.
func given(n1, n2 rules.Score) Sheet {
	return Sheet{Points: map[string]rules.Score{"N1": n1, "N2": n2}, Met: map[string]bool{"T1": true}}
}

func proposal(id string, grant rules.Money, at clock.Instant, sheets ...Sheet) Proposal {
	return Proposal{ID: id, Grant: grant, SubmittedAt: at, Sheets: sheets}
}

// TestARankingAndItsSteps: four proposals, of which two have equal scores that the
// tie-breaker tells apart, one just reaches a minimum and one does not fit.
func TestARankingAndItsSteps(t *testing.T) {
	s, err := Compute(board(
		proposal("d", 10_000_00, 4, given(19_00, 40_00), given(20_99, 40_00)),
		proposal("a", 100_000_00, 3, given(30_00, 40_00), given(30_01, 40_00)),
		proposal("b", 150_000_00, 2, given(40_00, 30_00), given(40_01, 30_00)),
		proposal("c", 50_000_01, 1, given(25_00, 30_00), given(25_00, 30_00)),
	))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range s.Lines {
		got = append(got, fmt.Sprintf("%d. %s %s %v %s", l.Rank, l.Proposal, l.Final, l.TieBreaks, l.List))
	}
	want := []string{
		"1. b 70.01 [40.01] FUNDING", "2. a 70.01 [30.01] FUNDING",
		// The mean of 19.00 and 20.99 is 19.995, half up 20.00: the published number counts.
		"3. d 60.00 [20.00] FUNDING", "4. c 55.00 [25.00] RESERVE",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.Remaining != 40_000_00 || s.CutPoints != "5.00" || s.Order.Verdict != rules.Passed || s.Filling.Verdict != rules.Warned {
		t.Errorf("got %s left, %s at the cut line, %v and %v", s.Remaining, s.CutPoints, s.Order, s.Filling)
	}
}

// TestMoneyRunsDownTheFunded: what is skipped adds nothing, and a tie that nobody has
// resolved funds nobody.
func TestMoneyRunsDownTheFunded(t *testing.T) {
	in := board(
		proposal("a", 200_000_00, 1, given(50_00, 50_00)), proposal("b", 150_000_00, 1, given(45_00, 45_00)),
		proposal("c", 90_000_00, 1, given(40_00, 40_00)), proposal("d", 10_000_00, 1, given(10_00, 10_00)),
	)
	for policy, want := range map[rules.FillPolicy][]rules.Money{
		rules.StopAtFirst: {200_000_00, 200_000_00, 200_000_00, 200_000_00},
		rules.SkipAndFit:  {200_000_00, 200_000_00, 290_000_00, 290_000_00},
	} {
		in.Policy = policy
		s, err := Compute(in)
		if got := s.Cumulative(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", policy, got, err, want)
		}
	}
	tied, err := Compute(board(proposal("a", 200_000_00, 1, given(40_00, 40_00)), proposal("b", 200_000_00, 1, given(40_00, 40_00))))
	if got := tied.Cumulative(); err != nil || !slices.Equal(got, []rules.Money{0, 0}) {
		t.Errorf("a tie: got %v, %v, want nothing", got, err)
	}
}

// TestReadBelievesTheText of its form, and of no other.
func TestReadBelievesTheText(t *testing.T) {
	s, err := Compute(board(proposal("a", 1, 1, given(40_00, 40_00))))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := s.Text()
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte(`"cutPoints":""`), []byte(`"cutPoints":"1.00"`), 1)
	if got, err := Read(changed); err != nil || got.CutPoints != "1.00" {
		t.Errorf("a text that does not follow from its input: got %q, %v, want it read", got.CutPoints, err)
	}
	for _, bad := range []string{"", "[]", "{}", strings.Replace(string(text), Format, "atranka/ranking/v0", 1)} {
		if _, err := Read([]byte(bad)); !errors.Is(err, ErrText) {
			t.Errorf("%.40q: got %v, want %v", bad, err, ErrText)
		}
	}
}

// TestBelowTheThreshold, in whole, by one criterion, and by what is not met.
func TestBelowTheThreshold(t *testing.T) {
	unmet := given(40_00, 40_00)
	unmet.Met = map[string]bool{"T1": false}
	s, err := Compute(board(proposal("a", 1, 1, given(20_00, 29_99)), proposal("b", 1, 1, given(19_99, 50_00)), proposal("c", 1, 1, unmet), proposal("d", 1, 1, given(20_00, 30_00))))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Lines {
		if (l.List == BelowThreshold) != (l.Proposal != "d") || (l.Rank == 0) != (l.Proposal != "d") {
			t.Errorf("got %+v", l)
		}
	}
}

// TestAThirdSettlesADivergence: by the median, whatever the call aggregates by.
func TestAThirdSettlesADivergence(t *testing.T) {
	two := proposal("a", 1, 1, given(50_00, 50_00), given(25_00, 25_00))
	var unscored *UnscoredError
	if _, err := Compute(board(two)); !errors.As(err, &unscored) || unscored.Proposal != "a" || unscored.Result.Rule != "R-16" || !errors.Is(err, ErrUnscored) {
		t.Errorf("of two: got %v, want R-16", err)
	}
	two.Sheets = append(two.Sheets, given(35_00, 30_00))
	s, err := Compute(board(two))
	if err != nil || s.Lines[0].Final != 65_00 || s.Lines[0].Aggregation != rules.Median || s.Lines[0].Divergence.Verdict != rules.Passed {
		t.Errorf("of three: got %+v (%v), want 65.00 by the median", s.Lines, err)
	}
}

// TestWhatIsNotScored has no ranking.
func TestWhatIsNotScored(t *testing.T) {
	unanswered, short, over := given(1, 1), given(1, 1), given(50_01, 1)
	unanswered.Met = nil
	short.Points = map[string]rules.Score{"N1": 1}
	for name, sheets := range map[string][]Sheet{"no sheet": nil, "no answer": {unanswered}, "no points": {short}, "too many points": {over}} {
		var unscored *UnscoredError
		if _, err := Compute(board(proposal("a", 1, 1, sheets...))); !errors.As(err, &unscored) || unscored.Result.Rule != "R-14" {
			t.Errorf("%s: got %v, want R-14", name, err)
		}
	}
}

// TestATieThatTheCutLineDivides decides nothing until a vote or a lot does.
func TestATieThatTheCutLineDivides(t *testing.T) {
	in := board(proposal("a", 200_000_00, 1, given(40_00, 40_00)), proposal("b", 200_000_00, 1, given(40_00, 40_00)))
	s, err := Compute(in)
	if err != nil || s.Lines[0].List != Undecided || s.Lines[1].List != Undecided || s.Filling.Verdict != rules.Failed || s.Order.Verdict != rules.Failed || s.Remaining != in.Budget || s.CutPoints != "" {
		t.Errorf("got %+v (%v), want both undecided", s, err)
	}
	in.Proposals[0].Lot, in.Proposals[1].Lot = 2, 1
	s, err = Compute(in)
	if err != nil || s.Lines[0].Proposal != "b" || s.Lines[0].List != Funding || s.Lines[1].List != Reserve {
		t.Errorf("after a lot: got %+v (%v), want b funded", s, err)
	}
}

// TestInputThatMakesNoSense is refused.
func TestInputThatMakesNoSense(t *testing.T) {
	for name, change := range map[string]func(*Input){
		"no call":                      func(in *Input) { in.Call = "" },
		"a negative budget":            func(in *Input) { in.Budget = -1 },
		"no policy":                    func(in *Input) { in.Policy = "ANY" },
		"no aggregation":               func(in *Input) { in.Aggregation = "" },
		"a criterion twice":            func(in *Input) { in.Criteria = append(in.Criteria, in.Criteria[0]) },
		"a criterion without a code":   func(in *Input) { in.Criteria[0].Code = "" },
		"a negative maximum":           func(in *Input) { in.Criteria[0].Max = -1 },
		"a negative minimum":           func(in *Input) { in.Criteria[0].Min = -1 },
		"a negative weight":            func(in *Input) { in.Criteria[0].Weight = -1 },
		"a tie-breaker without points": func(in *Input) { in.TieBreakers = []string{"T1"} },
		"a tie-breaker of nothing":     func(in *Input) { in.TieBreakers = []string{"N9"} },
		"a tie-breaker twice":          func(in *Input) { in.TieBreakers = []string{"N1", "N1"} },
		"more tie-breakers":            func(in *Input) { in.TieBreakers = make([]string, 4) },
		"a proposal twice":             func(in *Input) { in.Proposals = append(in.Proposals, in.Proposals[0]) },
		"a proposal without a name":    func(in *Input) { in.Proposals[0].ID = "" },
		"no grant":                     func(in *Input) { in.Proposals[0].Grant = 0 },
		"a negative lot":               func(in *Input) { in.Proposals[0].Lot = -1 },
		"too many sheets":              func(in *Input) { in.Proposals[0].Sheets = make([]Sheet, MaxSheets+1) },
		"an answer to nothing":         func(in *Input) { in.Proposals[0].Sheets[0].Met["T2"] = true },
		"too many proposals":           func(in *Input) { in.Proposals = make([]Proposal, MaxProposals+1) },
		"too many criteria":            func(in *Input) { in.Criteria = make([]Criterion, MaxCriteria+1) },
	} {
		in := board(proposal("a", 1, 1, given(1, 1)))
		change(&in)
		if _, err := Compute(in); !errors.Is(err, ErrInput) {
			t.Errorf("%s: got %v, want ErrInput", name, err)
		}
	}
}

// inputs draws calls whose evaluators do not diverge, or of whom three have scored.
func inputs(t *rapid.T) Input {
	in := board()
	in.Policy = rapid.SampledFrom([]rules.FillPolicy{rules.StopAtFirst, rules.SkipAndFit}).Draw(t, "policy")
	in.Aggregation = rapid.SampledFrom(rules.Aggregations()).Draw(t, "aggregation")
	in.Budget = rules.Money(rapid.Int64Range(0, 100_00).Draw(t, "budget"))
	points := rapid.Int64Range(0, 50_00)
	for i := range rapid.IntRange(0, 6).Draw(t, "proposals") {
		p := proposal(fmt.Sprint("p", i), rules.Money(rapid.Int64Range(1, 50_00).Draw(t, "grant")), clock.Instant(rapid.Int64Range(0, 2).Draw(t, "at")))
		for range rapid.SampledFrom([]int{1, 3}).Draw(t, "sheets") {
			p.Sheets = append(p.Sheets, given(rules.Score(points.Draw(t, "n1")), rules.Score(points.Draw(t, "n2"))))
		}
		p.Lot = rapid.IntRange(0, 2).Draw(t, "lot")
		in.Proposals = append(in.Proposals, p)
	}
	return in
}

func computed(t *rapid.T, in Input) Snapshot {
	s, err := Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTheOrderOfTheInputIsNothing, and reading a text gives it again.
func TestTheOrderOfTheInputIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		text, hash, err := computed(t, in).Text()
		if err != nil {
			t.Fatal(err)
		}
		in.Proposals = rapid.Permutation(in.Proposals).Draw(t, "proposals")
		in.RuleSets = rapid.Permutation(in.RuleSets).Draw(t, "rule sets")
		again, hashAgain, err := computed(t, in).Text()
		if err != nil || !bytes.Equal(text, again) || hash != hashAgain {
			t.Fatalf("got %s, want %s (%v)", again, text, err)
		}
		s, err := Verify(text)
		if err != nil {
			t.Fatal(err)
		}
		if back, _, err := s.Text(); err != nil || !bytes.Equal(back, text) {
			t.Fatalf("read again: got %s, want %s (%v)", back, text, err)
		}
	})
}

// TestMorePointsNeverRankLower, where the evaluators diverge or agree as before; and what is
// funded fits.
func TestMorePointsNeverRankLower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := inputs(t)
		if len(in.Proposals) == 0 {
			return
		}
		before := computed(t, in)
		var funded rules.Money
		for _, l := range before.Lines {
			if l.List == Funding {
				funded += in.Proposals[slices.IndexFunc(in.Proposals, func(p Proposal) bool { return p.ID == l.Proposal })].Grant
			}
		}
		if funded > in.Budget {
			t.Fatalf("funded %s of %s", funded, in.Budget)
		}
		i := rapid.IntRange(0, len(in.Proposals)-1).Draw(t, "raised")
		sheet := rapid.SampledFrom(in.Proposals[i].Sheets).Draw(t, "sheet")
		sheet.Points["N2"] += rules.Score(rapid.Int64Range(0, int64(50_00-sheet.Points["N2"])).Draw(t, "by"))
		after := computed(t, in)
		line := func(s Snapshot) Line {
			return s.Lines[slices.IndexFunc(s.Lines, func(l Line) bool { return l.Proposal == in.Proposals[i].ID })]
		}
		was, is := line(before), line(after)
		if was.Aggregation != is.Aggregation {
			return
		}
		if was.Rank > 0 && (is.Rank == 0 || is.Rank > was.Rank) {
			t.Fatalf("got rank %d after more points, want %d or before", is.Rank, was.Rank)
		}
	})
}

// TestWhatWasChangedIsFound, whatever it is.
func TestWhatWasChangedIsFound(t *testing.T) {
	s, err := Compute(board(proposal("a", 200_000_00, 1, given(40_00, 40_00)), proposal("b", 200_000_00, 1, given(30_00, 40_00)), proposal("c", 1, 1, given(1, 1))))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := s.Text()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*Snapshot)
		want   error
		says   string
	}{
		"a score":          {func(s *Snapshot) { s.Lines[0].Final++ }, ErrDiffers, "at place 1 stands a, list FUNDING, score 80.01; it gives a, list FUNDING, score 80.00"},
		"a total":          {func(s *Snapshot) { s.Lines[0].Totals[0]++ }, ErrDiffers, "at place 1"},
		"a place":          {func(s *Snapshot) { s.Lines[0], s.Lines[1] = s.Lines[1], s.Lines[0] }, ErrDiffers, "at place 1 stands b"},
		"a list":           {func(s *Snapshot) { s.Lines[1].List = Funding }, ErrDiffers, "at place 2 stands b, list FUNDING"},
		"a line less":      {func(s *Snapshot) { s.Lines = s.Lines[:2] }, ErrDiffers, "c is missing at place 3"},
		"a line more":      {func(s *Snapshot) { s.Lines = append(s.Lines, s.Lines[2]) }, ErrDiffers, "c is not among"},
		"what is left":     {func(s *Snapshot) { s.Remaining++ }, ErrDiffers, "remaining is 100000.01"},
		"the cut line":     {func(s *Snapshot) { s.CutPoints = "1.00" }, ErrDiffers, `"1.00"; it gives "10.00"`},
		"R-17":             {func(s *Snapshot) { s.Order.Verdict = rules.Warned }, ErrDiffers, "R-17"},
		"R-18":             {func(s *Snapshot) { s.Filling.Verdict = rules.Passed }, ErrDiffers, "R-18"},
		"points":           {func(s *Snapshot) { s.Input.Proposals[1].Sheets[0].Points["N1"] = 45_00 }, ErrDiffers, "at place 1"},
		"the budget":       {func(s *Snapshot) { s.Input.Budget = 400_000_00 }, ErrDiffers, "at place 2"},
		"a second of time": {func(s *Snapshot) { s.Input.Proposals[0].SubmittedAt++ }, nil, ""}, // consistent, but under another hash
		"its form":         {func(s *Snapshot) { s.Format = "other" }, ErrText, "of the form"},
		"a sheet":          {func(s *Snapshot) { s.Input.Proposals[0].Sheets = nil }, ErrUnscored, "a by R-14"},
		"its policy":       {func(s *Snapshot) { s.Input.Policy = "" }, ErrInput, "policy"},
	} {
		var changed Snapshot
		if err := json.Unmarshal(text, &changed); err != nil {
			t.Fatal(err)
		}
		tt.change(&changed)
		other, _, err := changed.Text()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(other); !errors.Is(err, tt.want) || tt.want != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: got %v, want %v: %s", name, err, tt.want, tt.says)
		}
	}
	for name, other := range map[string][]byte{
		"nothing": nil, "no JSON": []byte("{"), "an unknown field": []byte(`{"format":"atranka/ranking/v1","more":1}`),
		"more after it": append(slices.Clone(text), "{}"...), "too long": make([]byte, MaxBytes+1),
	} {
		if _, err := Verify(other); !errors.Is(err, ErrText) {
			t.Errorf("%s: got %.200v, want ErrText", name, err)
		}
	}
	if _, err := Verify(append([]byte(" "), text...)); !errors.Is(err, ErrDiffers) || !strings.Contains(err.Error(), "canonical") {
		t.Errorf("with a space before it: got %v, want it not canonical", err)
	}
}

// TestTheInputIsRead alone, or of a frozen ranking.
func TestTheInputIsRead(t *testing.T) {
	s, err := Compute(board(proposal("a", 1, 1, given(40_00, 40_00))))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{s, s.Input} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ReadInput(text); err != nil || !reflect.DeepEqual(got, s.Input) {
			t.Errorf("got %+v (%v), want %+v", got, err, s.Input)
		}
	}
	for _, text := range []string{"", "[]", `{"call":"a","more":1}`, `{"format":"atranka/ranking/v1","more":1}`, `{} {}`} {
		if _, err := ReadInput([]byte(text)); !errors.Is(err, ErrText) {
			t.Errorf("%q: got %v, want ErrText", text, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s, err := Compute(board(proposal("a", 1, 1, given(40_00, 40_00))))
	if err != nil {
		f.Fatal(err)
	}
	text, _, err := s.Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format":"atranka/ranking/v1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Verify(text)
		if err != nil {
			return
		}
		again, _, err := s.Text()
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("got %s, want the text again: %s (%v)", again, text, err)
		}
		if twice, err := Compute(s.Input); err != nil || !reflect.DeepEqual(twice.Lines, s.Lines) {
			t.Fatalf("got %v, want the lines again (%v)", twice.Lines, err)
		}
	})
}
