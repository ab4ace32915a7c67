package ranking

import (
	"fmt"
	"slices"

	"github.com/atranka/atranka/rules"
)

// Scenario is what a board may ask about before it decides: the ranking with another
// amount of money, without some proposals, or with others funded first.
type Scenario struct {
	Budget  *rules.Money // nil for the call's own
	Ahead   []string     // as [Input.Ahead]
	Without []string     // left out, as if withdrawn
}

// Under is the input as the scenario has it. What the scenario names and the input does
// not have is for [Compute] to refuse, but for those that are left out anyway.
func (in Input) Under(s Scenario) Input {
	if s.Budget != nil {
		in.Budget = *s.Budget
	}
	if len(s.Ahead) > 0 {
		in.Ahead = s.Ahead
	}
	in.Proposals = slices.DeleteFunc(slices.Clone(in.Proposals), func(p Proposal) bool { return slices.Contains(s.Without, p.ID) })
	return in
}

// Move is a proposal that comes to stand on another list.
type Move struct {
	Proposal string
	Was      Place
	Is       *Place // nil for one that is left out
}

// Place is where a proposal stands.
type Place struct {
	Rank int // 0 below the threshold
	List List
}

// Moves are the proposals of before that stand on another list in after, or are not in
// it, in the order of before. One whose rank alone changes has not moved: what is taken
// out lifts all below it.
func Moves(before, after Snapshot) []Move {
	now := make(map[string]Place, len(after.Lines))
	for _, line := range after.Lines {
		now[line.Proposal] = Place{line.Rank, line.List}
	}
	var out []Move
	for _, line := range before.Lines {
		is, there := now[line.Proposal]
		m := Move{Proposal: line.Proposal, Was: Place{line.Rank, line.List}}
		switch {
		case !there:
			out = append(out, m)
		case is.List != line.List:
			m.Is = &is
			out = append(out, m)
		}
	}
	return out
}

// ahead are checked: whoever goes ahead is among those that reach the threshold.
func (in Input) ahead(ranked []rules.Ranked) error {
	for _, id := range in.Ahead {
		if !slices.ContainsFunc(ranked, func(r rules.Ranked) bool { return r.Proposal == id }) {
			return fmt.Errorf("%w: %q is to go ahead and is not among those that reach the threshold", ErrInput, id)
		}
	}
	return nil
}

// Departure is R-27: whether those that go ahead of their rank pass over one that would be
// funded without them. It fails where they do, for no decision gives the reason yet.
// Errors are those of [Compute].
func (s Snapshot) Departure() (Result, error) {
	kept := s.Input
	kept.Ahead = nil
	without, err := Compute(kept)
	if err != nil {
		return Result{}, err
	}
	var d rules.Departure
	for _, line := range without.Lines {
		if line.Rank == 0 {
			continue
		}
		d.Ranked = append(d.Ranked, rules.Ranked{Rank: line.Rank, Entry: rules.Entry{Proposal: line.Proposal}})
		if line.List == Reserve && kept.Policy == rules.SkipAndFit {
			d.Skipped = append(d.Skipped, line.Proposal)
		}
	}
	for _, line := range s.Lines {
		if line.List == Funding {
			d.Funded = append(d.Funded, line.Proposal)
		}
	}
	return resultOf(d.Check()), nil
}

// Next is the place among the lines of the first that the money does not reach, and how much
// of its grant is not there; ok is false where there is none.
func (s Snapshot) Next() (at int, lacks rules.Money, ok bool) {
	at = slices.IndexFunc(s.Lines, func(l Line) bool { return l.List == Reserve })
	if at < 0 {
		return 0, 0, false
	}
	p := slices.IndexFunc(s.Input.Proposals, func(p Proposal) bool { return p.ID == s.Lines[at].Proposal })
	return at, max(0, s.Input.Proposals[p].Grant-s.Remaining), true
}
