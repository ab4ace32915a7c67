package rules_test

import (
	"errors"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/rules"
)

func TestFinalScoreIsTheMeanOfWeightedSumsHalfUp(t *testing.T) {
	criteria := []rules.Criterion{{Code: "N1", Max: 10000, Weight: rules.Whole}, {Code: "N2", Max: 10000, Weight: 5000}}
	for _, tc := range []struct {
		name   string
		sheets []rules.ScoreSheet
		want   string
	}{
		{"one evaluator", []rules.ScoreSheet{{"N1": 7000, "N2": 3500}}, "87.50"},
		{"two evaluators", []rules.ScoreSheet{{"N1": 8000, "N2": 1000}, {"N1": 9000, "N2": 0}}, "87.50"},
		{"half a hundredth rises", []rules.ScoreSheet{{"N1": 0, "N2": 1}}, "0.01"},
		{"a third stays below", []rules.ScoreSheet{{"N1": 1, "N2": 0}, {"N1": 0, "N2": 0}, {"N1": 0, "N2": 0}}, "0.00"},
		{"halves are rounded once, not for each evaluator", []rules.ScoreSheet{{"N1": 0, "N2": 1}, {"N1": 0, "N2": 0}}, "0.00"},
	} {
		got, r := rules.Scoring{Criteria: criteria, Sheets: tc.sheets}.Final()
		if got.String() != tc.want || r.Verdict != rules.Passed {
			t.Errorf("%s: got %s (%s), want %s", tc.name, got, r.Verdict, tc.want)
		}
	}
}

func TestTotalsMostAndMeansOfOneScoring(t *testing.T) {
	c := rules.Scoring{
		Criteria: []rules.Criterion{{Code: "N1", Max: 6000, Min: 3000, Weight: rules.Whole}, {Code: "N2", Max: 2000, Weight: 2 * rules.Whole}},
		Sheets:   []rules.ScoreSheet{{"N1": 6000, "N2": 1001}, {"N1": 2999, "N2": 2000}},
	}
	if got, want := c.Totals(), []rules.Score{8002, 6999}; !slices.Equal(got, want) {
		t.Errorf("totals: got %v, want %v", got, want)
	}
	if got, want := c.Most(), rules.Score(10000); got != want {
		t.Errorf("most: got %s, want %s", got, want)
	}
	want := []rules.CriterionScore{{Code: "N1", Score: 4500, Min: 3000}, {Code: "N2", Score: 1501}}
	if got := c.ByCriterion(); !slices.Equal(got, want) {
		t.Errorf("means: got %v, want %v", got, want)
	}
	if got := (rules.Scoring{Criteria: c.Criteria}).ByCriterion(); got != nil {
		t.Errorf("means without evaluators: got %v, want none", got)
	}
}

// scorings draws a scoring that R-14 accepts.
func scorings(t *rapid.T) rules.Scoring {
	var c rules.Scoring
	for i := range rapid.IntRange(1, 5).Draw(t, "criteria") {
		c.Criteria = append(c.Criteria, rules.Criterion{
			Code: string(rune('A' + i)), Max: rules.Score(rapid.Int64Range(0, 100_00).Draw(t, "max")),
			Weight: rules.BasisPoints(rapid.Int64Range(0, 3*int64(rules.Whole)).Draw(t, "weight")),
		})
	}
	for range rapid.IntRange(1, 7).Draw(t, "evaluators") {
		sheet := make(rules.ScoreSheet)
		for _, k := range c.Criteria {
			sheet[k.Code] = rules.Score(rapid.Int64Range(0, int64(k.Max)).Draw(t, "points"))
		}
		c.Sheets = append(c.Sheets, sheet)
	}
	return c
}

// exactly is the aggregate of exact fractions, the slow way: sorted, cut, added, divided.
func exactly(a rules.Aggregation, all []*big.Rat) *big.Rat {
	slices.SortFunc(all, (*big.Rat).Cmp)
	n := len(all)
	switch {
	case a == rules.Median && n%2 == 1:
		all = all[n/2 : n/2+1]
	case a == rules.Median:
		all = all[n/2-1 : n/2+1]
	case a == rules.TrimmedMean && n > 2:
		all = all[1 : n-1]
	}
	sum := new(big.Rat)
	for _, r := range all {
		sum.Add(sum, r)
	}
	return sum.Quo(sum, big.NewRat(int64(len(all)), 1))
}

// halfUp says whether got is the exact number of hundredths rounded half up: it lies in
// [got − ½, got + ½).
func halfUp(got rules.Score, exact *big.Rat) bool {
	off := new(big.Rat).Sub(exact, big.NewRat(int64(got), 1))
	return off.Cmp(big.NewRat(-1, 2)) >= 0 && off.Cmp(big.NewRat(1, 2)) < 0
}

func TestAggregatesEqualTheExactFractionsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := scorings(t)
		c.Aggregation = rapid.SampledFrom(append(rules.Aggregations(), "")).Draw(t, "aggregation")
		var totals []*big.Rat
		for _, sheet := range c.Sheets {
			exact := new(big.Rat)
			for _, k := range c.Criteria {
				term := big.NewRat(int64(k.Weight), int64(rules.Whole))
				exact.Add(exact, term.Mul(term, big.NewRat(int64(sheet[k.Code]), 1)))
			}
			totals = append(totals, exact)
		}
		got, r := c.Final()
		if want := exactly(c.Aggregation, totals); !r.OK() || !halfUp(got, want) {
			t.Fatalf("%+v: got %s (%s), want %s hundredths half up", c, got, r.Verdict, want)
		}
		for i, k := range c.ByCriterion() {
			var points []*big.Rat
			for _, sheet := range c.Sheets {
				points = append(points, big.NewRat(int64(sheet[k.Code]), 1))
			}
			if want := exactly(c.Aggregation, points); k.Code != c.Criteria[i].Code || k.Min != c.Criteria[i].Min || !halfUp(k.Score, want) {
				t.Fatalf("%+v: got %+v, want %s hundredths half up", c, k, want)
			}
		}
	})
}

func TestFinalScoreIgnoresTheOrderOfEvaluatorsAndNeverFallsWithMorePoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := scorings(t)
		c.Aggregation = rapid.SampledFrom(rules.Aggregations()).Draw(t, "aggregation")
		before, _ := c.Final()
		slices.Reverse(c.Sheets)
		if got, _ := c.Final(); got != before {
			t.Fatalf("%+v: got %s with the evaluators reversed, want %s", c, got, before)
		}
		raised := rapid.SampledFrom(c.Criteria).Draw(t, "raised")
		sheet := rapid.SampledFrom(c.Sheets).Draw(t, "sheet")
		sheet[raised.Code] = raised.Max
		if got, _ := c.Final(); got < before {
			t.Fatalf("%+v: got %s after %s rose, want at least %s", c, got, raised.Code, before)
		}
	})
}

func FuzzParseScore(f *testing.F) {
	for _, s := range []string{"87.50", "-0.01", "100", "0.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := rules.ParseScore(s)
		if (err != nil) != errors.Is(err, rules.ErrMalformedScore) {
			t.Fatalf("ParseScore(%q): got error %v, want one that wraps ErrMalformedScore", s, err)
		}
		if again, errAgain := rules.ParseScore(got.String()); err == nil && (got < 0 || errAgain != nil || again != got) {
			t.Fatalf("ParseScore(%q): got %d, read again %d, %v, want one score that is not negative", s, got, again, errAgain)
		}
	})
}

func TestMedianOfThree(t *testing.T) {
	sheet := func(a, b rules.Score) rules.ScoreSheet { return rules.ScoreSheet{"A": a, "B": b} }
	c := rules.Scoring{
		Criteria: []rules.Criterion{{Code: "A", Max: 60_00, Min: 10_00, Weight: rules.Whole}, {Code: "B", Max: 40_00, Weight: rules.Whole}},
		Sheets:   []rules.ScoreSheet{sheet(60_00, 40_00), sheet(21_00, 10_00), sheet(45_00, 20_00)},

		Aggregation: rules.Median,
	}
	if got, r := c.Final(); got != 65_00 || !r.OK() {
		t.Errorf("of 100, 31 and 65: got %s and %v, want 65.00", got, r)
	}
	want := []rules.CriterionScore{{Code: "A", Score: 45_00, Min: 10_00}, {Code: "B", Score: 20_00}}
	if got := c.ByCriterion(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	c.Sheets = append(c.Sheets, sheet(50_00, 20_01))
	if got, _ := c.Final(); got != 67_51 { // of 65.00 and 70.01, half up
		t.Errorf("of four: got %s, want 67.51", got)
	}
	c.Sheets[0] = rules.ScoreSheet{"A": 1}
	if got, r := c.Final(); got != 0 || r.OK() {
		t.Errorf("with a criterion left out: got %s and %v, want R-14 to fail", got, r)
	}
}

func TestTheMedianStandsWhereAThirdSettles(t *testing.T) {
	s := rules.Scoring{Aggregation: rules.TrimmedMean}
	for _, tt := range []struct {
		totals []rules.Score
		want   rules.Aggregation
	}{
		{[]rules.Score{100_00, 31_00, 65_00}, rules.Median},
		{[]rules.Score{100_00, 31_00}, rules.TrimmedMean},       // nobody has settled it yet
		{[]rules.Score{66_00, 65_00, 64_00}, rules.TrimmedMean}, // they agree
	} {
		d := rules.Divergence{Totals: tt.totals, Most: 100_00, Limit: 2000}
		if got := d.Standing(s).Aggregation; got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.totals, got, tt.want)
		}
	}
}

func TestThirdSettlesWhatTwoDivergeOn(t *testing.T) {
	d := rules.Divergence{Totals: []rules.Score{100_00, 31_00}, Most: 100_00, Limit: 20_00, Threshold: 60_00}
	if d.Settled() || d.Check().OK() {
		t.Errorf("two who diverge: got settled %t, %v, want neither", d.Settled(), d.Check())
	}
	d.Totals = append(d.Totals, 65_00)
	if !d.Settled() || !d.Check().OK() {
		t.Errorf("with a third: got settled %t, %v, want both", d.Settled(), d.Check())
	}
	d.Totals = []rules.Score{80_00, 81_00, 82_00}
	if d.Settled() || !d.Check().OK() {
		t.Errorf("three who agree: got settled %t, %v, want nothing to settle", d.Settled(), d.Check())
	}
}

func TestWhatIsNotMetIsBelowTheThreshold(t *testing.T) {
	for _, tt := range []struct {
		answers []bool
		want    bool
	}{
		{[]bool{true, true}, true},
		{[]bool{false, false}, false},
		{[]bool{true}, true},
		{[]bool{false}, false},
		{[]bool{true, false, true}, true},
		{[]bool{false, true, false}, false},
		{[]bool{true, false}, false},
		{nil, false},
	} {
		r := rules.Threshold{Final: 90_00, Minimum: 60_00, PassFail: []rules.PassFail{{Code: "PF", Answers: tt.answers}}}.Check()
		if r.OK() != tt.want {
			t.Errorf("answers %v: got %v, want passed = %t", tt.answers, r, tt.want)
		}
	}
}
