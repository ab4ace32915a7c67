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
	Min    Score       // least mean that keeps the proposal above the threshold
	Weight BasisPoints // [Whole] counts the points once
}

// ScoreSheet is what one evaluator gave, by criterion code.
type ScoreSheet map[string]Score

// Scoring is R-14: every evaluator scored every criterion of the published set
// and no other, each between zero and its maximum.
type Scoring struct {
	Criteria []Criterion
	Sheets   []ScoreSheet // one for each evaluator
}

// Check judges R-14.
func (c Scoring) Check() Result {
	_, r := c.Final()
	return r
}

// Final is the mean of the evaluators' weighted totals, rounded half up to two
// decimals from the exact fraction. It is zero unless R-14 passes.
func (c Scoring) Final() (Score, Result) {
	const id, path = "R-14", "scores"
	if len(c.Sheets) == 0 {
		return 0, failed(id, path, "noEvaluation")
	}
	for _, sheet := range c.Sheets {
		if r := c.fault(sheet); r != nil {
			return 0, *r
		}
	}
	exact := new(big.Int)
	for _, sheet := range c.Sheets {
		exact.Add(exact, c.weighted(sheet))
	}
	final := halfUp(exact, int64(Whole)*int64(len(c.Sheets)))
	return final, passed(id, path, score("score", final), Fact{"evaluators", strconv.Itoa(len(c.Sheets))})
}

// Median is the middle one of the evaluators' weighted totals, of an even number
// the mean of the middle two, rounded half up: what stands where they diverge
// and a third has scored. It is zero unless R-14 passes.
func (c Scoring) Median() (Score, Result) {
	_, r := c.Final()
	if !r.OK() {
		return 0, r
	}
	median := middle(c.Totals())
	return median, passed("R-14", "scores", score("score", median), Fact{"evaluators", strconv.Itoa(len(c.Sheets))})
}

// middle is the median of scores, of which there is at least one.
func middle(all []Score) Score {
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	return Mean(int64(sorted[(n-1)/2])+int64(sorted[n/2]), 2)
}

// Mean is a sum of hundredths over a positive count, rounded half up.
func Mean(sum int64, count int) Score { return halfUp(big.NewInt(sum), int64(count)) }

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

// Means are the evaluators' mean points for each criterion, rounded half up to
// two decimals, in the order of the criteria, for R-15. Without evaluators
// there are none.
func (c Scoring) Means() []CriterionMean {
	if len(c.Sheets) == 0 {
		return nil
	}
	means := make([]CriterionMean, len(c.Criteria))
	for i, k := range c.Criteria {
		sum := new(big.Int)
		for _, sheet := range c.Sheets {
			sum.Add(sum, big.NewInt(int64(sheet[k.Code])))
		}
		means[i] = CriterionMean{Code: k.Code, Mean: halfUp(sum, int64(len(c.Sheets))), Min: k.Min}
	}
	return means
}

// Medians are as [Scoring.Means] where the median stands.
func (c Scoring) Medians() []CriterionMean {
	medians := c.Means()
	for i := range medians {
		given := make([]Score, len(c.Sheets))
		for j, sheet := range c.Sheets {
			given[j] = sheet[medians[i].Code]
		}
		medians[i].Mean = middle(given)
	}
	return medians
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

// CriterionMean is the points of one criterion over all evaluators and the least
// they must be.
type CriterionMean struct {
	Code      string
	Mean, Min Score
}

// Threshold is R-15: the final score reaches the call's threshold, every
// criterion its own minimum, and what is met or not is met in the eyes of most
// evaluators. It compares the published, rounded numbers.
type Threshold struct {
	Final, Minimum Score
	Criteria       []CriterionMean
	PassFail       []PassFail
}

// Check judges R-15. The whole score is reported before single criteria.
func (c Threshold) Check() Result {
	const id, path = "R-15", "finalScore"
	if c.Final < c.Minimum {
		return failed(id, path, "", score("score", c.Final), score("threshold", c.Minimum))
	}
	for _, k := range c.Criteria {
		if k.Mean < k.Min {
			return failed(id, "scores."+k.Code, "criterion",
				Fact{"criterion", k.Code}, score("score", k.Mean), score("minimum", k.Min))
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
