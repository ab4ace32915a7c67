package workflow

import (
	"context"
	"slices"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// Line is who waits for money under a call, in the order in which what is freed goes round.
type Line struct {
	// Free is what of the call's budget nobody holds.
	Free    rules.Money
	Waiting []InLine
}

// InLine is a proposal that waits: those first whose appeal was upheld, then the reserve list,
// both by rank.
type InLine struct {
	Proposal ident.ID
	Ahead    bool // for its appeal was upheld
	Grant    rules.Money
	// Reached: the free money suffices for it and for all before it that it reaches.
	Reached bool
	// Lacks is what is short where it does not, by what those before it leave.
	Lacks rules.Money
}

// Line is that of the call as it stands or, where withdrawn names one of its proposals, as if that
// one gave up what it holds and waited no more. Nothing is written. Who may read it is for the
// caller to know. Errors are of type [*Error] where withdrawn is no proposal of the call.
func (e *Engine) Line(ctx context.Context, call, withdrawn ident.ID) (Line, error) {
	var out Line
	err := e.Store.View(ctx, func(tx Tx) error {
		subject, err := tx.Lock(call, false)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now(), explaining: true}
		facts, err := s.facts(subject, true)
		if err != nil {
			return err
		}
		freed, err := s.heldBy(withdrawn, call)
		if err != nil {
			return err
		}
		out = facts.Call.line(freed, func(p RankedFacts) bool { return p.Waits && p.Proposal != withdrawn })
		return nil
	})
	return out, err
}

// heldBy is what is reserved for the proposal of the call, nothing for none.
func (s *step) heldBy(proposal, call ident.ID) (rules.Money, error) {
	if proposal == "" {
		return 0, nil
	}
	subject, err := s.tx.Lock(proposal, false)
	if err != nil {
		return 0, err
	}
	facts, err := s.facts(subject, false)
	if err != nil {
		return 0, err
	}
	if facts.Proposal == nil || facts.Call == nil || facts.Call.ID != call {
		return 0, Missing("withdrawn", string(proposal))
	}
	return facts.Held, nil
}

// line goes by the call's policy: whoever the money does not reach is passed over, or ends it.
func (c *CallFacts) line(freed rules.Money, waits func(RankedFacts) bool) Line {
	ranked, _ := (sight{Facts: &Facts{Call: c}}).rankingOf(waits).Rank()
	ahead := map[string]bool{}
	for _, p := range c.Ranking {
		ahead[string(p.Proposal)] = p.Ahead
	}
	slices.SortStableFunc(ranked, func(a, b rules.Ranked) int {
		switch {
		case ahead[a.Proposal] == ahead[b.Proposal]:
			return 0
		case ahead[a.Proposal]:
			return -1
		}
		return 1
	})
	out := Line{Free: c.Budget - c.Reserved + freed, Waiting: make([]InLine, len(ranked))}
	left, over := out.Free, false
	for i, e := range ranked {
		x := InLine{Proposal: ident.ID(e.Proposal), Ahead: ahead[e.Proposal], Grant: e.Grant}
		switch {
		case over || e.Grant > left:
			x.Lacks = max(0, e.Grant-left)
			over = over || !c.SkipAndFit
		default:
			x.Reached = true
			left -= e.Grant
		}
		out.Waiting[i] = x
	}
	return out
}
