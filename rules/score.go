package rules

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/money"
)

// Score is a number of points in whole hundredths: 87.50 is 8750.
type Score int64

// ErrMalformedScore is wrapped by every error about a text that is no score.
var ErrMalformedScore = errors.New("malformed score")

// ParseScore reads digits, a point and exactly two digits, such as "87.50".
// Errors wrap [ErrMalformedScore].
func ParseScore(s string) (Score, error) {
	n, ok := money.ParseHundredths(s)
	if !ok || strings.HasPrefix(s, "-") {
		return 0, fmt.Errorf(`%w: %q: write digits, a point and two digits, such as "87.50"`, ErrMalformedScore, s)
	}
	return Score(n), nil
}

// String is the score with two decimals, such as "87.50".
func (s Score) String() string { return money.Hundredths(int64(s)) }

// MarshalText is [Score.String].
func (s Score) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [ParseScore].
func (s *Score) UnmarshalText(b []byte) (err error) {
	*s, err = ParseScore(string(b))
	return err
}

// MarshalGQL writes the score as a GraphQL string.
func (s Score) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(s.String())) }

// UnmarshalGQL reads a GraphQL Score, a string and never a number. Errors wrap
// [ErrMalformedScore].
func (s *Score) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: want a string, got %T", ErrMalformedScore, v)
	}
	return s.UnmarshalText([]byte(text))
}

// Criterion is one scored criterion of a call.
type Criterion struct {
	Code   string
	Max    Score       // most points an evaluator may give
	Min    Score       // least aggregate that keeps the proposal above the threshold
	Weight BasisPoints // [Whole] counts the points once
}

// ScoreSheet is what one evaluator gave, by criterion code.
type ScoreSheet map[string]Score

// Aggregation is how a call makes one score of what several evaluators gave. Its zero
// value is the mean.
type Aggregation string

// The aggregations. The trimmed mean leaves out the lowest and the highest where there
// are three or more; the median of an even number is the mean of the middle two.
const (
	Mean        Aggregation = "MEAN"
	Median      Aggregation = "MEDIAN"
	TrimmedMean Aggregation = "TRIMMED_MEAN"
)

// Aggregations are all there are.
func Aggregations() []Aggregation { return []Aggregation{Mean, Median, TrimmedMean} }

// kept are the bounds of those that count among n in ascending order: [from, to).
func (a Aggregation) kept(n int) (from, to int) {
	switch {
	case a == Median:
		return (n - 1) / 2, n/2 + 1
	case a == TrimmedMean && n >= 3:
		return 1, n - 1
	default:
		return 0, n
	}
}

// of is the aggregate of one or more exact numbers over d, rounded half up.
func (a Aggregation) of(all []*big.Int, d int64) Score {
	from, to := a.kept(len(all))
	sum := new(big.Int)
	for _, n := range slices.SortedFunc(slices.Values(all), (*big.Int).Cmp)[from:to] {
		sum.Add(sum, n)
	}
	return halfUp(sum, d*int64(to-from))
}

// Scoring is R-14: every evaluator scored every criterion of the published set
// and no other, each between zero and its maximum.
type Scoring struct {
	Criteria    []Criterion
	Sheets      []ScoreSheet // one for each evaluator
	Aggregation Aggregation  // chosen by the call; the median where a third has settled a divergence
}

// Check judges R-14.
func (c Scoring) Check() Result {
	_, r := c.Final()
	return r
}

// Final is the aggregate of the evaluators' weighted totals, rounded half up to two
// decimals from the exact fraction. It is zero unless R-14 passes.
func (c Scoring) Final() (Score, Result) {
	const id, path = "R-14", "scores"
	if len(c.Sheets) == 0 {
		return 0, failed(id, path, "noEvaluation")
	}
	totals := make([]*big.Int, len(c.Sheets))
	for i, sheet := range c.Sheets {
		if r := c.fault(sheet); r != nil {
			return 0, *r
		}
		totals[i] = c.weighted(sheet)
	}
	final := c.Aggregation.of(totals, int64(Whole))
	return final, passed(id, path, score("score", final), Fact{"evaluators", strconv.Itoa(len(c.Sheets))})
}

// fault is the first thing wrong with a sheet, in the order of the criteria.
func (c Scoring) fault(sheet ScoreSheet) *Result {
	fail := func(reason, criterion string, facts ...Fact) *Result {
		r := failed("R-14", "scores."+criterion, reason, append([]Fact{{"criterion", criterion}}, facts...)...)
		return &r
	}
	known := make(map[string]bool)
	for _, k := range c.Criteria {
		known[k.Code] = true
		points, scored := sheet[k.Code]
		switch {
		case !scored:
			return fail("missing", k.Code)
		case points < 0:
			return fail("negative", k.Code, score("points", points))
		case points > k.Max:
			return fail("", k.Code, score("points", points), score("maximum", k.Max))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(sheet)) {
		if !known[code] {
			return fail("unknown", code)
		}
	}
	return nil
}

// Totals are the evaluators' weighted totals in the order of the sheets, each
// rounded half up to two decimals, for R-16.
func (c Scoring) Totals() []Score {
	totals := make([]Score, len(c.Sheets))
	for i, sheet := range c.Sheets {
		totals[i] = halfUp(c.weighted(sheet), int64(Whole))
	}
	return totals
}

// Most is the weighted total of the maxima, for R-16.
func (c Scoring) Most() Score {
	best := make(ScoreSheet)
	for _, k := range c.Criteria {
		best[k.Code] = k.Max
	}
	return halfUp(c.weighted(best), int64(Whole))
}

// ByCriterion are the aggregates of the evaluators' points for each criterion, rounded
// half up to two decimals, in the order of the criteria, for R-15. Without evaluators
// there are none.
func (c Scoring) ByCriterion() []CriterionScore {
	if len(c.Sheets) == 0 {
		return nil
	}
	out := make([]CriterionScore, len(c.Criteria))
	points := make([]*big.Int, len(c.Sheets))
	for i, k := range c.Criteria {
		for j, sheet := range c.Sheets {
			points[j] = big.NewInt(int64(sheet[k.Code]))
		}
		out[i] = CriterionScore{Code: k.Code, Score: c.Aggregation.of(points, 1), Min: k.Min}
	}
	return out
}

// weighted is Σ weight × points in hundredths of a point per basis point.
func (c Scoring) weighted(sheet ScoreSheet) *big.Int {
	total := new(big.Int)
	for _, k := range c.Criteria {
		term := big.NewInt(int64(k.Weight))
		total.Add(total, term.Mul(term, big.NewInt(int64(sheet[k.Code]))))
	}
	return total
}

// halfUp is n/d rounded to the nearest integer, halves upwards; d is positive.
func halfUp(n *big.Int, d int64) Score {
	twice := new(big.Int).Lsh(n, 1)
	twice.Add(twice, big.NewInt(d))
	return Score(clamp(twice.Div(twice, new(big.Int).Lsh(big.NewInt(d), 1))))
}

// CriterionScore is the points of one criterion over all evaluators and the least
// they must be.
type CriterionScore struct {
	Code       string
	Score, Min Score
}

// Threshold is R-15: the final score reaches the call's threshold, every
// criterion its own minimum, and what is met or not is met in the eyes of most
// evaluators. It compares the published, rounded numbers.
type Threshold struct {
	Final, Minimum Score
	Criteria       []CriterionScore
	PassFail       []PassFail
}

// Check judges R-15. The whole score is reported before single criteria.
func (c Threshold) Check() Result {
	const id, path = "R-15", "finalScore"
	if c.Final < c.Minimum {
		return failed(id, path, "", score("score", c.Final), score("threshold", c.Minimum))
	}
	for _, k := range c.Criteria {
		if k.Score < k.Min {
			return failed(id, "scores."+k.Code, "criterion",
				Fact{"criterion", k.Code}, score("score", k.Score), score("minimum", k.Min))
		}
	}
	for _, k := range c.PassFail {
		if !k.met() {
			return failed(id, "scores."+k.Code, "passFail", Fact{"criterion", k.Code})
		}
	}
	return passed(id, path, score("score", c.Final), score("threshold", c.Minimum))
}

// PassFail is the evaluators' answers to one criterion that is met or not.
type PassFail struct {
	Code    string
	Answers []bool // one for each evaluator
}

func (k PassFail) met() bool {
	yes := 0
	for _, a := range k.Answers {
		if a {
			yes++
		}
	}
	return 2*yes > len(k.Answers)
}

// Divergence is R-16: the evaluators' totals lie no further apart than Limit of
// Most, all on one side of the threshold, and no pass-or-fail answer differs; or
// a third has scored, and the median stands.
type Divergence struct {
	Totals     []Score     // one for each evaluator
	Most       Score       // the largest possible total
	Limit      BasisPoints // share of Most, a parameter of the rule set
	Threshold  Score
	PassFail   []PassFail
	Unverified []string // unverified parameters among the limits
}

// third is how many evaluators settle what two disagree on.
const third = 3

// Standing is the scoring that counts: as it aggregates, or by the median where its
// evaluators diverge and a third has scored.
func (c Divergence) Standing(s Scoring) Scoring {
	if c.Settled() {
		s.Aggregation = Median
	}
	return s
}

// Check judges R-16. One evaluator cannot diverge.
func (c Divergence) Check() Result {
	r := c.judge()
	if c.Settled() {
		r = passed(r.Rule, r.Path, append(slices.Clone(r.Facts), Fact{"evaluators", strconv.Itoa(len(c.Totals))})...)
	}
	return r.resting(c.Unverified)
}

// Settled says whether the evaluators diverge and a third has scored.
func (c Divergence) Settled() bool { return len(c.Totals) >= third && !c.judge().OK() }

func (c Divergence) judge() Result {
	const id, path = "R-16", "scores"
	for _, k := range c.PassFail {
		if slices.Contains(k.Answers, true) && slices.Contains(k.Answers, false) {
			return failed(id, path+"."+k.Code, "passFail", Fact{"criterion", k.Code})
		}
	}
	if len(c.Totals) == 0 {
		return passed(id, path)
	}
	lowest, highest := slices.Min(c.Totals), slices.Max(c.Totals)
	facts := []Fact{
		score("lowest", lowest), score("highest", highest), score("difference", highest-lowest),
		score("threshold", c.Threshold), percent("limit", c.Limit),
	}
	switch {
	case exceeds(int64(highest-lowest), int64(c.Most), c.Limit):
		return failed(id, path, "", facts...)
	case lowest < c.Threshold && highest >= c.Threshold:
		return failed(id, path, "threshold", facts...)
	default:
		return passed(id, path, facts...)
	}
}

func score(name string, s Score) Fact { return Fact{name, s.String()} }
