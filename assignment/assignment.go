package assignment

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Bounds of a [Pool]: more is refused, so that a suggestion takes a moment.
const (
	MaxProposals   = 5_000
	MaxEvaluators  = 500
	MaxNeeds       = 9
	MaxCompetences = 64
)

// ErrPool is wrapped by every error about a pool that makes no sense.
var ErrPool = errors.New("unusable pool")

// Proposal needs evaluators.
type Proposal struct {
	ID string
	// Needs is how many different evaluators it is to have, those that are settled
	// included: from 0 to [MaxNeeds].
	Needs int
	// Competences are what its evaluators had best know, such as "SOCIAL_BUSINESS".
	Competences []string
}

// Evaluator takes proposals.
type Evaluator struct {
	ID string
	// Capacity is how many proposals they take at most, those that are settled included.
	Capacity    int
	Competences []string
}

// Pair is a proposal and an evaluator by their IDs.
type Pair struct{ Proposal, Evaluator string }

// Pool is what a suggestion is made from.
type Pool struct {
	Proposals  []Proposal
	Evaluators []Evaluator
	// Banned are pairs that must not be, each with its ground, such as a declared
	// conflict of interest or a refusal of the assignment.
	Banned map[Pair]string
	// Settled are pairs that stand: accepted, scored, or chosen by hand. They count as
	// load and are not suggested again, even where they are banned since.
	Settled []Pair
	// Seed chooses among suggestions of equal cost.
	Seed uint64
}

// Suggestion is who evaluates what at the lowest cost. It leaves out as few places as
// can be; then the loads are as even as can be (the sum of their squares is least); then
// as few competences as can be are missing.
type Suggestion struct {
	// Pairs are those to assign besides the settled ones, by proposal and evaluator.
	Pairs []Reason
	// Load is how many proposals each evaluator would have, the settled ones included.
	Load map[string]int
	Cost Cost
	// Deficits are the proposals that would have too few, by ID; none where the pool
	// suffices.
	Deficits []Deficit
	// Blocking are the banned pairs of which one less would fill one more place: of a
	// proposal in deficit, or of another with which it competes. Where there is none, only
	// more room or more evaluators help.
	Blocking []Blocked
	// Full are the evaluators that those in deficit could have and that have no room,
	// ascending.
	Full []string
}

// Reason is why a pair is suggested.
type Reason struct {
	Pair
	// Has and Lacks are the competences that the proposal asks for and the evaluator
	// has or has not, ascending.
	Has, Lacks []string
	// Load is how many proposals the evaluator would have in all.
	Load int
}

// Cost is what a suggestion is the least of, the first before the second before the
// third.
type Cost struct {
	// Unfilled places that proposals need.
	Unfilled int
	// Uneven is the sum of the squares of the loads.
	Uneven int
	// Lacking is how many competences are missing over all suggested pairs.
	Lacking int
}

// Deficit is a proposal that cannot have as many evaluators as it needs.
type Deficit struct {
	Proposal string
	Missing  int
}

// Blocked is a pair that must not be, and why.
type Blocked struct {
	Pair
	Ground string
}

// Suggest makes the suggestion for the pool: a thousand proposals with two of sixty
// evaluators each take tenths of a second. Errors wrap [ErrPool].
func Suggest(p Pool) (Suggestion, error) {
	f, err := newFlow(p)
	if err != nil {
		return Suggestion{}, err
	}
	for f.augment() {
	}
	return f.suggestion(), nil
}

// flow is a flow of minimal cost for as much as has flowed, by successive shortest paths
// (Ahuja, Magnanti, Orlin, Network Flows, 1993, §9.7). Its network is proposals to
// evaluators to one sink, of which only the evaluators are kept as nodes: a path is a
// proposal with an open place, evaluators that hand one of their proposals on to the
// next, and one with room.
type flow struct {
	pool       Pool
	proposals  []Proposal     // by ID
	evaluators []Evaluator    // in the order of the seed
	at         map[string]int // places of the proposals
	by         map[string]int // places of the evaluators
	lacks      [][]int32      // how many competences of each proposal each evaluator lacks
	state      [][]pairing
	open       []int // places that each proposal still needs
	load       []int // of each evaluator
	even       int64 // what one more unit of unevenness weighs
	// starts are the cheapest proposals with an open place for each evaluator, and hands the
	// cheapest that the first hands on to the second, by n×n; kept as they change.
	starts, hands []step
}

// pairing is what a proposal and an evaluator are to each other.
type pairing uint8

const (
	free pairing = iota
	suggested
	settled
	banned
)

func newFlow(p Pool) (*flow, error) {
	if len(p.Proposals) > MaxProposals || len(p.Evaluators) > MaxEvaluators {
		return nil, fmt.Errorf("%w: %d proposals and %d evaluators; at most %d and %d", ErrPool, len(p.Proposals), len(p.Evaluators), MaxProposals, MaxEvaluators)
	}
	f := &flow{
		pool: p, proposals: slices.Clone(p.Proposals), evaluators: slices.Clone(p.Evaluators),
		at: make(map[string]int, len(p.Proposals)), by: make(map[string]int, len(p.Evaluators)),
	}
	slices.SortFunc(f.proposals, func(a, b Proposal) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(f.evaluators, func(a, b Evaluator) int { return bytes.Compare(lot(p.Seed, a.ID), lot(p.Seed, b.ID)) })
	if err := f.index(); err != nil {
		return nil, err
	}
	f.weigh()
	if err := f.settle(); err != nil {
		return nil, err
	}
	f.starts, f.hands = make([]step, len(f.evaluators)), make([]step, len(f.evaluators)*len(f.evaluators))
	for j := range f.evaluators {
		f.start(j)
		f.hand(j)
	}
	return f, nil
}

// lot is what the evaluator draws under the seed: nobody comes first by their name.
func lot(seed uint64, id string) []byte {
	drawn := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, seed), id...))
	return drawn[:]
}

// index gives each name its place and refuses those that are there twice or ask too much.
func (f *flow) index() error {
	for i, e := range f.evaluators {
		if _, twice := f.by[e.ID]; twice || e.Capacity < 0 || len(e.Competences) > MaxCompetences {
			return fmt.Errorf("%w: evaluator %q is there twice, has a negative capacity or more than %d competences", ErrPool, e.ID, MaxCompetences)
		}
		f.by[e.ID] = i
	}
	for i, p := range f.proposals {
		if _, twice := f.at[p.ID]; twice || p.Needs < 0 || p.Needs > MaxNeeds || len(p.Competences) > MaxCompetences {
			return fmt.Errorf("%w: proposal %q is there twice, needs not 0 to %d evaluators or more than %d competences", ErrPool, p.ID, MaxNeeds, MaxCompetences)
		}
		f.at[p.ID] = i
		f.open = append(f.open, p.Needs)
	}
	return nil
}

// weigh counts what each evaluator lacks for each proposal, and how much more than all of
// that a step of unevenness has to weigh.
func (f *flow) weigh() {
	f.load = make([]int, len(f.evaluators))
	f.lacks, f.state = make([][]int32, len(f.proposals)), make([][]pairing, len(f.proposals))
	f.even = 1
	for i, p := range f.proposals {
		f.lacks[i], f.state[i] = make([]int32, len(f.evaluators)), make([]pairing, len(f.evaluators))
		for j, e := range f.evaluators {
			_, lacks := compare(p, e)
			f.lacks[i][j] = int32(len(lacks)) //nolint:gosec // at most MaxCompetences
			if _, is := f.pool.Banned[Pair{p.ID, e.ID}]; is {
				f.state[i][j] = banned
			}
		}
		f.even += int64(p.Needs) * MaxCompetences
	}
}

// settle takes what stands already as it is.
func (f *flow) settle() error {
	for _, s := range f.pool.Settled {
		i, known := f.at[s.Proposal]
		j, there := f.by[s.Evaluator]
		if !known || !there || f.state[i][j] == settled {
			return fmt.Errorf("%w: %s and %s are settled, and twice or not in the pool", ErrPool, s.Proposal, s.Evaluator)
		}
		f.state[i][j] = settled
		f.open[i] = max(0, f.open[i]-1)
		f.load[j]++
	}
	return nil
}

// compare says which of the competences that the proposal asks for the evaluator has.
func compare(p Proposal, e Evaluator) (has, lacks []string) {
	for _, c := range slices.Compact(slices.Sorted(slices.Values(p.Competences))) {
		if slices.Contains(e.Competences, c) {
			has = append(has, c)
		} else {
			lacks = append(lacks, c)
		}
	}
	return has, lacks
}

// far is further than any path.
const far = math.MaxInt64 / 4

// step is how a shortest path comes to an evaluator: with a proposal that has a place
// open, or with one that the evaluator before hands on, which is -1 where none does.
type step struct {
	cost             int64
	proposal, before int
}

// augment fills one more place by the shortest path there is; false where there is none.
func (f *flow) augment() bool {
	steps := f.paths()
	last, least := -1, int64(far)
	for j, e := range f.evaluators {
		// One more proposal adds (n+1)²-n² to the sum of the squares.
		if total := steps[j].cost + f.even*int64(2*f.load[j]+1); steps[j].cost < far && f.load[j] < e.Capacity && total < least {
			last, least = j, total
		}
	}
	if last < 0 {
		return false
	}
	f.load[last]++
	var moved, touched []int
	for j := last; ; {
		s := steps[j]
		moved, touched = append(moved, s.proposal), append(touched, j)
		f.state[s.proposal][j] = suggested
		if s.before < 0 {
			f.open[s.proposal]--
			break
		}
		f.state[s.proposal][s.before] = free
		touched = append(touched, s.before)
		j = s.before
	}
	f.refresh(moved, touched)
	return true
}

// refresh brings starts and hands up to date where those proposals moved between those
// evaluators.
func (f *flow) refresh(moved, touched []int) {
	for _, p := range moved {
		for j, is := range f.state[p] {
			if is == suggested && !slices.Contains(touched, j) {
				touched = append(touched, j)
			}
		}
	}
	slices.Sort(touched)
	touched = slices.Compact(touched)
	for _, j := range touched {
		f.hand(j)
	}
	for j := range f.evaluators {
		if slices.Contains(moved, f.starts[j].proposal) || slices.Contains(touched, j) {
			f.start(j)
		}
	}
}

// start finds the cheapest proposal with an open place that the evaluator may have.
func (f *flow) start(j int) {
	f.starts[j] = step{far, -1, -1}
	for p, open := range f.open {
		if cost := int64(f.lacks[p][j]); open > 0 && f.state[p][j] == free && cost < f.starts[j].cost {
			f.starts[j] = step{cost, p, -1}
		}
	}
}

// hand finds the cheapest proposal that the evaluator can hand on to each other.
func (f *flow) hand(j int) {
	row := f.hands[j*len(f.evaluators) : (j+1)*len(f.evaluators)]
	for k := range row {
		row[k] = step{far, -1, -1}
	}
	for p, of := range f.state {
		if of[j] != suggested {
			continue
		}
		lacks := f.lacks[p]
		for k, is := range of {
			if cost := int64(lacks[k]) - int64(lacks[j]); is == free && cost < row[k].cost {
				row[k] = step{cost, p, j}
			}
		}
	}
}

// paths are the shortest ways to each evaluator, by Bellman and Ford: handing on can cost
// less than nothing, and there are no circles that do.
func (f *flow) paths() []step {
	n := len(f.evaluators)
	steps := slices.Clone(f.starts)
	for round, shorter := 0, true; shorter && round <= n; round++ {
		shorter = false
		for j := range n {
			if steps[j].cost >= far {
				continue
			}
			for k, h := range f.hands[j*n : (j+1)*n] {
				if h.cost < far && steps[j].cost+h.cost < steps[k].cost {
					steps[k], shorter = step{steps[j].cost + h.cost, h.proposal, j}, true
				}
			}
		}
	}
	return steps
}

func (f *flow) suggestion() Suggestion {
	out := Suggestion{Load: make(map[string]int, len(f.evaluators))}
	var short []int
	for j, e := range f.evaluators {
		out.Load[e.ID] = f.load[j]
		out.Cost.Uneven += f.load[j] * f.load[j]
	}
	for i, p := range f.proposals {
		for j, e := range f.evaluators {
			if f.state[i][j] != suggested {
				continue
			}
			has, lacks := compare(p, e)
			out.Pairs = append(out.Pairs, Reason{Pair{p.ID, e.ID}, has, lacks, f.load[j]})
			out.Cost.Lacking += len(lacks)
		}
		if f.open[i] > 0 {
			out.Cost.Unfilled += f.open[i]
			out.Deficits = append(out.Deficits, Deficit{p.ID, f.open[i]})
			short = append(short, i)
		}
	}
	if len(short) > 0 {
		f.explain(short, &out)
	}
	slices.SortFunc(out.Pairs, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(a.Proposal, b.Proposal), cmp.Compare(a.Evaluator, b.Evaluator))
	})
	return out
}

// roomy are the evaluators that have room, or could hand one of their proposals on to one
// that is.
func (f *flow) roomy() []bool {
	roomy := make([]bool, len(f.evaluators))
	var queue []int
	for j, e := range f.evaluators {
		if f.load[j] < e.Capacity {
			roomy[j] = true
			queue = append(queue, j)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for p := range f.proposals {
			if f.state[p][queue[0]] != free {
				continue
			}
			for j, is := range f.state[p] {
				if is == suggested && !roomy[j] {
					roomy[j] = true
					queue = append(queue, j)
				}
			}
		}
	}
	return roomy
}

// explain says what keeps the proposals from their evaluators: they reach those that they
// may have, whose proposals could go to others, and so on; all that they reach are full,
// and bans are what keeps them from the rest.
func (f *flow) explain(short []int, out *Suggestion) {
	reached, moved := make([]bool, len(f.evaluators)), make([]bool, len(f.proposals))
	for _, i := range short {
		moved[i] = true
	}
	for queue := slices.Clone(short); len(queue) > 0; queue = queue[1:] {
		for j := range f.evaluators {
			if f.state[queue[0]][j] != free || reached[j] {
				continue
			}
			reached[j] = true
			for p := range f.proposals {
				if f.state[p][j] == suggested && !moved[p] {
					moved[p] = true
					queue = append(queue, p)
				}
			}
		}
	}
	roomy := f.roomy()
	for j, e := range f.evaluators {
		if reached[j] {
			out.Full = append(out.Full, e.ID)
		}
		for p, is := range moved {
			pair := Pair{f.proposals[p].ID, e.ID}
			if is && roomy[j] && f.state[p][j] == banned {
				out.Blocking = append(out.Blocking, Blocked{pair, f.pool.Banned[pair]})
			}
		}
	}
	slices.Sort(out.Full)
	slices.SortFunc(out.Blocking, func(a, b Blocked) int {
		return cmp.Or(cmp.Compare(a.Proposal, b.Proposal), cmp.Compare(a.Evaluator, b.Evaluator))
	})
}
