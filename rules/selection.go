package rules

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
)

// Entry is one proposal that reached the threshold.
type Entry struct {
	Proposal    string // identifier
	Final       Score
	TieBreaks   []Score // by the published tie-breakers in their order, more is better
	SubmittedAt clock.Instant
	Lot         int // place that a recorded vote or lot gave among equals, first is 1; 0 if none was needed
	Grant       Money
}

// Ranked is an entry and its place. Entries that nothing tells apart share one.
type Ranked struct {
	Rank int
	Entry
}

// Ranking is R-17: entries by descending final score, then by the published
// tie-breakers, then by the earlier submission, then by a recorded lot. It does
// not depend on the order in which the entries are given.
type Ranking struct {
	Entries     []Entry
	TieBreakers int // how many tie-breakers the call published
	Unscored    int // proposals of the call that may still come among the entries
}

// Check judges R-17: whether the order is settled. It warns while proposals are
// not scored yet, for any of them may come between.
func (c Ranking) Check() Result {
	_, r := c.Rank()
	return r
}

// Rank is the ranking and whether it is settled. Unresolved ties share a rank
// and stand in the order of their identifiers.
func (c Ranking) Rank() ([]Ranked, Result) {
	const id, path = "R-17", "ranking"
	for _, e := range c.Entries {
		if len(e.TieBreaks) != c.TieBreakers {
			return nil, failed(id, path, "tieBreakers", Fact{"proposal", e.Proposal})
		}
	}
	sorted := slices.SortedFunc(slices.Values(c.Entries), func(a, b Entry) int {
		return cmp.Or(precedence(a, b), cmp.Compare(a.Proposal, b.Proposal))
	})
	ranked := make([]Ranked, len(sorted))
	var tied []string
	for i, e := range sorted {
		ranked[i] = Ranked{Rank: i + 1, Entry: e}
		if i > 0 && precedence(sorted[i-1], e) == 0 {
			ranked[i].Rank = ranked[i-1].Rank
			tied = append(tied, sorted[i-1].Proposal, e.Proposal)
		}
	}
	if len(tied) > 0 {
		return ranked, failed(id, path, "", list("tied", slices.Compact(tied))...)
	}
	if c.Unscored > 0 {
		return ranked, warned(id, path, "unscored",
			Fact{"entries", strconv.Itoa(len(ranked))}, Fact{"unscored", strconv.Itoa(c.Unscored)})
	}
	return ranked, passed(id, path, Fact{"entries", strconv.Itoa(len(ranked))})
}

// precedence is negative when a ranks before b and zero when nothing tells.
func precedence(a, b Entry) int {
	return cmp.Or(
		cmp.Compare(b.Final, a.Final),
		slices.Compare(b.TieBreaks, a.TieBreaks),
		cmp.Compare(a.SubmittedAt, b.SubmittedAt),
		cmp.Compare(a.Lot, b.Lot),
	)
}

// FillPolicy says what happens after the first proposal that does not fit.
type FillPolicy string

// The policies of filling. SkipAndFit holds only where the call's conditions
// allow it; any other policy stops.
const (
	StopAtFirst FillPolicy = "STOP_AT_FIRST"
	SkipAndFit  FillPolicy = "SKIP_AND_FIT"
)

// FillList is R-18: it walks the ranking while the sum of grants fits the budget.
type FillList struct {
	Ranked []Ranked
	Budget Money
	Policy FillPolicy
	// Ahead are proposals that have their turn before all others, in this order: those that
	// hold money already, or that a board funds out of their rank.
	Ahead []string
}

// Lists are the list for funding and the reserve list, both in the order of their turns,
// and the amount that the former leaves.
type Lists struct {
	Funding, Reserve []Ranked
	Remaining        Money
}

// Check judges R-18: passed when all fit, warned when some go to the reserve.
func (c FillList) Check() Result {
	_, r := c.Fill()
	return r
}

// Fill makes the lists. They are empty when R-18 fails: on a grant that is not
// positive, or on an unresolved tie that the cut line divides.
func (c FillList) Fill() (Lists, Result) {
	const id = "R-18"
	lists := Lists{Remaining: c.Budget}
	var first *Result
	turn := c.turns()
	for _, e := range slices.SortedStableFunc(slices.Values(c.Ranked), func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(turn[a.Proposal], turn[b.Proposal]), byRank(a, b))
	}) {
		if e.Grant <= 0 {
			return Lists{}, failed(id, "grant", "grant", Fact{"proposal", e.Proposal}, amount("grant", e.Grant))
		}
		if e.Grant <= lists.Remaining && (len(lists.Reserve) == 0 || c.Policy == SkipAndFit) {
			lists.Funding = append(lists.Funding, e)
			lists.Remaining -= e.Grant
			continue
		}
		if first == nil {
			r := warned(id, "grant", "", Fact{"proposal", e.Proposal},
				amount("remaining", lists.Remaining), amount("grant", e.Grant))
			first = &r
		}
		lists.Reserve = append(lists.Reserve, e)
	}
	if divided := dividedTie(lists, turn); divided != nil {
		return Lists{}, failed(id, "ranking", "tie", list("tied", divided)...)
	}
	if first != nil {
		return lists, *first
	}
	return lists, passed(id, "grant", amount("remaining", lists.Remaining))
}

func byRank(a, b Ranked) int { return cmp.Compare(a.Rank, b.Rank) }

// turns are below zero for those that go ahead.
func (c FillList) turns() map[string]int {
	turn := make(map[string]int, len(c.Ahead))
	for i, id := range c.Ahead {
		turn[id] = i - len(c.Ahead)
	}
	return turn
}

// dividedTie names a funded and a reserve entry of one rank, if there are any. Whoever had
// their turn ahead is funded by that and not by the rank.
func dividedTie(lists Lists, turn map[string]int) []string {
	for _, f := range lists.Funding {
		for _, r := range lists.Reserve {
			if f.Rank == r.Rank && turn[f.Proposal] == turn[r.Proposal] {
				return []string{f.Proposal, r.Proposal}
			}
		}
	}
	return nil
}

// CallStage says how much of its budget a call holds.
type CallStage string

// The stages of a call as far as money goes.
const (
	MayDecide CallStage = "MAY_DECIDE" // holds its whole budget
	HasChosen CallStage = "HAS_CHOSEN" // holds its live grants
	NoEffect  CallStage = "NO_EFFECT"  // annulled or void: holds nothing
)

// CallMoney is what one call may hold of its action's allocation.
type CallMoney struct {
	Stage  CallStage
	Budget Money
	Live   []Money // grants neither lapsed, refused nor withdrawn
}

// Commitment is what the call holds. A stage that is none of the three holds
// the whole budget, the careful reading. Its error wraps [money.ErrOverflow].
func (c CallMoney) Commitment() (Money, error) {
	switch c.Stage {
	case HasChosen:
		return money.Sum(c.Live...)
	case NoEffect:
		return 0, nil
	default:
		return c.Budget, nil
	}
}

// WithinBudget is R-19 on its three levels: live grants within the call's
// budget, commitments of calls within the action's allocation, actions with
// administration within the strategy's funds.
type WithinBudget struct {
	Call           CallMoney // the call whose list is judged
	Allocation     Money     // of the action
	ActionCalls    []CallMoney
	StrategyFunds  Money
	Actions        []Money // allocations
	Administration Money
}

// Check judges R-19, the call first.
func (c WithinBudget) Check() Result {
	const id = "R-19"
	for _, level := range []struct {
		reason, path string
		limit        Money
		parts        func() ([]Money, error)
	}{
		{"", "call.budget", c.Call.Budget, func() ([]Money, error) { return c.Call.Live, nil }},
		{"action", "action.allocation", c.Allocation, c.commitments},
		{"strategy", "strategy.funds", c.StrategyFunds, func() ([]Money, error) {
			return append([]Money{c.Administration}, c.Actions...), nil
		}},
	} {
		parts, err := level.parts()
		if err != nil {
			return failed(id, level.path, overflow)
		}
		total, err := money.Sum(parts...)
		if err != nil {
			return failed(id, level.path, overflow)
		}
		if total > level.limit {
			return failedBy(id, level.path, level.reason, "excess", total, level.limit,
				[]Fact{amount("total", total), amount("limit", level.limit)})
		}
	}
	return passed(id, "call.budget", amount("limit", c.Call.Budget))
}

func (c WithinBudget) commitments() ([]Money, error) {
	held := make([]Money, len(c.ActionCalls))
	for i, call := range c.ActionCalls {
		var err error
		if held[i], err = call.Commitment(); err != nil {
			return nil, err
		}
	}
	return held, nil
}
