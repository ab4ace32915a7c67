package ranking

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/rules"
)

// Format names the form of a snapshot's text. What is computed otherwise has another.
const Format = "atranka/ranking/v1"

// Bounds of a snapshot: more is refused.
const (
	MaxBytes     = 32 << 20
	MaxProposals = 5_000
	MaxSheets    = 9
	MaxCriteria  = 100
)

// The errors that those of [Freeze] and [Verify] wrap.
var (
	ErrInput    = errors.New("unusable ranking input")
	ErrText     = errors.New("unreadable ranking")
	ErrDiffers  = errors.New("the ranking is not what its input gives")
	ErrUnscored = errors.New("a proposal has no final score")
)

// Input is all that a ranking is computed from.
type Input struct {
	Call        string            `json:"call"`
	Budget      rules.Money       `json:"budget"`
	Policy      rules.FillPolicy  `json:"policy"`
	Aggregation rules.Aggregation `json:"aggregation"`
	MinScore    rules.Score       `json:"minScore"`
	// DivergenceLimit is the share of the most points, in basis points, beyond which
	// two evaluators diverge.
	DivergenceLimit rules.BasisPoints `json:"divergenceLimit"`
	Criteria        []Criterion       `json:"criteria"`
	// TieBreakers are criteria by code, the first before the second.
	TieBreakers []string `json:"tieBreakers"`
	// RuleSets are those in force, such as "EU@1", and Unverified the parameters of
	// theirs that nobody has compared with the law yet.
	RuleSets   []string   `json:"ruleSets"`
	Unverified []string   `json:"unverified"`
	Proposals  []Proposal `json:"proposals"`
	// Ahead are proposals that are funded before all others, the first before the second,
	// whatever their rank: a departure, for which a board has to have a reason.
	Ahead []string `json:"ahead,omitempty"`
}

// Criterion is a line of the rubric: points are given where Max is positive, and else it
// is met or not.
type Criterion struct {
	Code   string            `json:"code"`
	Max    rules.Score       `json:"max"`
	Min    rules.Score       `json:"min"`
	Weight rules.BasisPoints `json:"weight"`
}

// scored says whether points are given.
func (c Criterion) scored() bool { return c.Max > 0 }

// Proposal is what is known of one that was evaluated.
type Proposal struct {
	ID          string        `json:"id"`
	SubmittedAt clock.Instant `json:"submittedAt"`
	Grant       rules.Money   `json:"grant"`
	// Lot is its place in the order that a recorded vote or lot gave to equals, 0 for none.
	Lot int `json:"lot,omitempty"`
	// Sheets are those of its evaluators, in the order of their assignment.
	Sheets []Sheet `json:"sheets"`
}

// Sheet is what one evaluator gave, by criterion.
type Sheet struct {
	Points map[string]rules.Score `json:"points"`
	Met    map[string]bool        `json:"met,omitempty"`
}

// Snapshot is a ranking with what it was computed from.
type Snapshot struct {
	Format string `json:"format"`
	Input  Input  `json:"input"`
	// Lines are the proposals by rank, those below the threshold last.
	Lines []Line `json:"lines"`
	// Remaining is what the list for funding leaves of the budget.
	Remaining rules.Money `json:"remaining"`
	// CutPoints are the points that would have to move between the last that is funded
	// and the first that is not, "" where there is no such pair or points do not decide.
	CutPoints string `json:"cutPoints"`
	// Order and Filling are: an unresolved tie that the cut line divides
	// fails R-18, and then all that would be listed is undecided.
	Order   Result `json:"order"`
	Filling Result `json:"filling"`
}

// List is where a proposal comes to stand.
type List string

// The lists.
const (
	Funding        List = "FUNDING"
	Reserve        List = "RESERVE"
	BelowThreshold List = "BELOW_THRESHOLD"
	Undecided      List = "UNDECIDED" // a tie that the cut line divides is not resolved
)

// Line is one proposal and every step to its place.
type Line struct {
	Proposal string `json:"proposal"`
	// Totals are each evaluator's weighted total, in the order of the sheets.
	Totals []rules.Score `json:"totals"`
	// Divergence is R-16 and Aggregation what was applied: the call's own, or the median
	// where a third evaluator settled a divergence.
	Divergence  Result            `json:"divergence"`
	Aggregation rules.Aggregation `json:"aggregation"`
	ByCriterion []Mark            `json:"byCriterion"`
	Final       rules.Score       `json:"final"`
	Threshold   Result            `json:"threshold"`
	// Rank is 0 below the threshold; those that nothing tells apart share one.
	Rank      int           `json:"rank,omitempty"`
	TieBreaks []rules.Score `json:"tieBreaks"`
	List      List          `json:"list"`
}

// Mark is the aggregate of one criterion.
type Mark struct {
	Code  string      `json:"code"`
	Score rules.Score `json:"score"`
}

// Result is a rule's result.
type Result struct {
	Rule    string        `json:"rule"`
	Verdict rules.Verdict `json:"verdict"`
	Facts   []Fact        `json:"facts"`
}

// Fact is one value that a result rests on.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func resultOf(r rules.Result) Result {
	out := Result{Rule: r.Rule, Verdict: r.Verdict, Facts: make([]Fact, len(r.Facts))}
	for i, f := range r.Facts {
		out.Facts[i] = Fact(f)
	}
	return out
}

// UnscoredError is a proposal that cannot be ranked yet, and why: a sheet is not complete
// or its evaluators diverge and no third has scored.
type UnscoredError struct {
	Proposal string
	Result   rules.Result
}

func (e *UnscoredError) Error() string {
	return fmt.Sprintf("%v: %s by %s", ErrUnscored, e.Proposal, e.Result.Rule)
}

// Unwrap is [ErrUnscored].
func (e *UnscoredError) Unwrap() error { return ErrUnscored }

// Compute makes the ranking. It does not depend on the order in which the proposals are
// given. Errors wrap [ErrInput], or are of type [*UnscoredError].
func Compute(in Input) (Snapshot, error) {
	in, err := in.ordered()
	if err != nil {
		return Snapshot{}, err
	}
	out := Snapshot{Format: Format, Input: in, Remaining: in.Budget}
	lines := make(map[string]Line, len(in.Proposals))
	order := rules.Ranking{TieBreakers: len(in.TieBreakers)}
	for _, p := range in.Proposals {
		line, err := in.line(p)
		if err != nil {
			return Snapshot{}, err
		}
		lines[p.ID] = line
		if line.Threshold.Verdict != rules.Failed {
			order.Entries = append(order.Entries, rules.Entry{
				Proposal: p.ID, Final: line.Final, TieBreaks: line.TieBreaks, SubmittedAt: p.SubmittedAt, Lot: p.Lot, Grant: p.Grant,
			})
		}
	}
	ranked, settled := order.Rank()
	if err := in.ahead(ranked); err != nil {
		return Snapshot{}, err
	}
	lists, filled := rules.FillList{Ranked: ranked, Budget: in.Budget, Policy: in.Policy, Ahead: in.Ahead}.Fill()
	out.Order, out.Filling = resultOf(settled), resultOf(filled)
	place := map[string]List{}
	for _, e := range lists.Funding {
		place[e.Proposal] = Funding
	}
	for _, e := range lists.Reserve {
		place[e.Proposal] = Reserve
	}
	for _, e := range ranked {
		line := lines[e.Proposal]
		line.Rank, line.List = e.Rank, cmp.Or(place[e.Proposal], Undecided)
		out.Lines = append(out.Lines, line)
		delete(lines, e.Proposal)
	}
	for _, p := range in.Proposals {
		if line, below := lines[p.ID]; below {
			line.List = BelowThreshold
			out.Lines = append(out.Lines, line)
		}
	}
	if filled.OK() {
		out.Remaining = lists.Remaining
	}
	if n := len(lists.Funding); n > 0 && len(lists.Reserve) > 0 && len(in.Ahead) == 0 {
		out.CutPoints = (lists.Funding[n-1].Final - lists.Reserve[0].Final).String()
	}
	return out, nil
}

// ordered is the input in the one order that it is written in, checked.
func (in Input) ordered() (Input, error) {
	fault := func(format string, args ...any) (Input, error) {
		return Input{}, fmt.Errorf("%w: "+format, append([]any{ErrInput}, args...)...)
	}
	if len(in.Proposals) > MaxProposals || len(in.Criteria) > MaxCriteria || len(in.TieBreakers) > len(in.Criteria) {
		return fault("at most %d proposals and %d criteria, and no more tie-breakers than criteria", MaxProposals, MaxCriteria)
	}
	if in.Call == "" || in.Budget < 0 || in.Policy != rules.StopAtFirst && in.Policy != rules.SkipAndFit || !slices.Contains(rules.Aggregations(), in.Aggregation) {
		return fault("it has to name the call, a budget, a policy of filling and an aggregation")
	}
	scored := map[string]bool{}
	for _, c := range in.Criteria {
		if _, twice := scored[c.Code]; twice || c.Code == "" || c.Max < 0 || c.Min < 0 || c.Weight < 0 {
			return fault("criterion %q is there twice, or its numbers are negative", c.Code)
		}
		scored[c.Code] = c.scored()
	}
	for i, code := range in.TieBreakers {
		if !scored[code] || slices.Contains(in.TieBreakers[:i], code) {
			return fault("tie-breaker %q is no scored criterion, or is there twice", code)
		}
	}
	in.Criteria, in.TieBreakers = slices.Clone(in.Criteria), slices.Clone(in.TieBreakers)
	if len(in.Ahead) > len(in.Proposals) {
		return fault("%d are to go ahead of %d proposals", len(in.Ahead), len(in.Proposals))
	}
	for i, id := range in.Ahead {
		if slices.Contains(in.Ahead[:i], id) {
			return fault("%q is to go ahead twice", id)
		}
	}
	in.RuleSets, in.Unverified, in.Ahead = sorted(in.RuleSets), sorted(in.Unverified), slices.Clone(in.Ahead)
	in.Proposals = slices.SortedFunc(slices.Values(in.Proposals), func(a, b Proposal) int { return cmp.Compare(a.ID, b.ID) })
	for i, p := range in.Proposals {
		if p.ID == "" || i > 0 && p.ID == in.Proposals[i-1].ID || p.Grant <= 0 || p.Lot < 0 || len(p.Sheets) > MaxSheets {
			return fault("proposal %q is there twice, asks for no grant, or has more than %d sheets", p.ID, MaxSheets)
		}
	}
	return in, nil
}

func sorted(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// line scores one proposal.
func (in Input) line(p Proposal) (Line, error) {
	scoring := rules.Scoring{Aggregation: in.Aggregation}
	var met []rules.PassFail
	for _, c := range in.Criteria {
		if c.scored() {
			scoring.Criteria = append(scoring.Criteria, rules.Criterion{Code: c.Code, Max: c.Max, Min: c.Min, Weight: c.Weight})
			continue
		}
		answers := rules.PassFail{Code: c.Code}
		for _, s := range p.Sheets {
			answer, answered := s.Met[c.Code]
			if !answered {
				return Line{}, &UnscoredError{p.ID, missing(c.Code)}
			}
			answers.Answers = append(answers.Answers, answer)
		}
		met = append(met, answers)
	}
	for _, s := range p.Sheets {
		scoring.Sheets = append(scoring.Sheets, s.Points)
		if len(s.Met) != len(met) {
			return Line{}, fmt.Errorf("%w: a sheet of %s answers what is no criterion", ErrInput, p.ID)
		}
	}
	if r := scoring.Check(); !r.OK() {
		return Line{}, &UnscoredError{p.ID, r}
	}
	divergence := rules.Divergence{
		Totals: scoring.Totals(), Most: scoring.Most(), Limit: in.DivergenceLimit, Threshold: in.MinScore, PassFail: met, Unverified: in.Unverified,
	}
	r := divergence.Check()
	if !r.OK() {
		return Line{}, &UnscoredError{p.ID, r}
	}
	scoring = divergence.Standing(scoring)
	final, _ := scoring.Final()
	marks := scoring.ByCriterion()
	line := Line{
		Proposal: p.ID, Totals: divergence.Totals, Divergence: resultOf(r), Aggregation: scoring.Aggregation, Final: final,
		ByCriterion: make([]Mark, len(marks)), TieBreaks: make([]rules.Score, len(in.TieBreakers)),
		Threshold: resultOf(rules.Threshold{Final: final, Minimum: in.MinScore, Criteria: marks, PassFail: met}.Check()),
	}
	for i, m := range marks {
		line.ByCriterion[i] = Mark{m.Code, m.Score}
		if j := slices.Index(in.TieBreakers, m.Code); j >= 0 {
			line.TieBreaks[j] = m.Score
		}
	}
	return line, nil
}

// missing is R-14 where a criterion has no answer.
func missing(code string) rules.Result {
	return rules.Scoring{Criteria: []rules.Criterion{{Code: code}}, Sheets: []rules.ScoreSheet{{}}}.Check()
}

// Text is the snapshot as RFC 8785 bytes, and their SHA-256 in hexadecimal.
func (s Snapshot) Text() (text []byte, hash string, err error) {
	text, err = history.CanonicalBody(s)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrInput, err)
	}
	return text, Hash(text), nil
}

// Hash is the name of a ranking: the SHA-256 of its text in hexadecimal.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Cumulative are, line by line, the grants of the list for funding down to it.
func (s Snapshot) Cumulative() []rules.Money {
	grants := make(map[string]rules.Money, len(s.Input.Proposals))
	for _, p := range s.Input.Proposals {
		grants[p.ID] = p.Grant
	}
	out := make([]rules.Money, len(s.Lines))
	var sum rules.Money
	for i, line := range s.Lines {
		if line.List == Funding {
			sum += grants[line.Proposal] // Fill keeps them within the budget
		}
		out[i] = sum
	}
	return out
}

// Read reads a snapshot's text and believes it. Errors wrap [ErrText].
func Read(text []byte) (Snapshot, error) {
	var s Snapshot
	if err := decode(text, &s); err != nil {
		return s, err
	}
	if s.Format != Format {
		return s, fmt.Errorf("%w: it is of the form %q, and %q is read here", ErrText, s.Format, Format)
	}
	return s, nil
}

// Verify reads a snapshot's text, computes it again from its input and compares the
// bytes. Errors wrap [ErrText], [ErrInput], [ErrUnscored] or [ErrDiffers]; the last tells
// the first line or number that differs.
func Verify(text []byte) (Snapshot, error) {
	s, err := Read(text)
	if err != nil {
		return s, err
	}
	again, err := Compute(s.Input)
	if err != nil {
		return s, err
	}
	want, _, err := again.Text()
	if err != nil {
		return s, err
	}
	if !bytes.Equal(text, want) {
		return s, fmt.Errorf("%w: %s", ErrDiffers, difference(s, again))
	}
	return s, nil
}

// ReadInput reads the JSON of an [Input], or of a [Snapshot], whose input it is. Errors wrap
// [ErrText].
func ReadInput(text []byte) (Input, error) {
	var form struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(text, &form); err == nil && form.Format == Format {
		var s Snapshot
		err := decode(text, &s)
		return s.Input, err
	}
	var in Input
	err := decode(text, &in)
	return in, err
}

// decode reads one JSON value without unknown fields.
func decode(text []byte, into any) error {
	if len(text) > MaxBytes {
		return fmt.Errorf("%w: it has more than %d bytes", ErrText, MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrText, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more follows it", ErrText)
	}
	return nil
}

// difference says where two snapshots of one input first differ.
func difference(is, should Snapshot) string {
	for i, line := range should.Lines {
		if i >= len(is.Lines) {
			return fmt.Sprintf("%s is missing at place %d", line.Proposal, i+1)
		}
		if !same(is.Lines[i], line) {
			return fmt.Sprintf("at place %d stands %s, list %s, score %s; it gives %s, list %s, score %s",
				i+1, is.Lines[i].Proposal, is.Lines[i].List, is.Lines[i].Final, line.Proposal, line.List, line.Final)
		}
	}
	switch {
	case len(is.Lines) > len(should.Lines):
		return is.Lines[len(should.Lines)].Proposal + " is not among what it gives"
	case is.Remaining != should.Remaining:
		return "remaining is " + is.Remaining.String() + "; it gives " + should.Remaining.String()
	case is.CutPoints != should.CutPoints:
		return "the points at the cut line are " + strconv.Quote(is.CutPoints) + "; it gives " + strconv.Quote(should.CutPoints)
	case !same(is.Order, should.Order):
		return "R-17 comes out otherwise"
	case !same(is.Filling, should.Filling):
		return "R-18 comes out otherwise"
	default:
		return "the text is not in canonical form"
	}
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
