package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
)

// SuggestAssignment asks who could evaluate what under a call.
type SuggestAssignment struct {
	Each int // evaluators of a proposal, those assigned already included
	// Capacity is how many proposals of the call an evaluator takes at most, those assigned
	// already included; 0 where the pool of the call alone says it.
	Capacity int
	Without  []ident.ID // evaluators who take no more
	Seed     uint64     // chooses among suggestions that are equally good
}

// Assigned is a proposal under evaluation and who evaluates it in the round that it is in.
type Assigned struct {
	Proposal, Action, Applicant ident.ID
	Evaluators                  []ident.ID
	// Gone are those from whom it was taken in this round, and those with a conflict in any,
	// each with the state that their evaluation came to.
	Gone map[ident.ID]StateName
}

// UnderEvaluation says whether evaluators work, or are about to, on a proposal in the state.
func (s State) UnderEvaluation() bool {
	return s.Phase == PhaseEvaluation && s.Outcome == OutcomeNone
}

// SuggestAssignment is what package assignment makes of the call's proposals under
// evaluation whose scores are not final, and of all who hold the role of an evaluator
// today; of a call with a pool, those of it. It assigns nobody. Who may ask is for the
// caller to know. Errors are of type [*Error] where the question makes no sense or the call
// has more proposals or evaluators than a suggestion is made for.
func (e *Engine) SuggestAssignment(ctx context.Context, call ident.ID, a SuggestAssignment) (assignment.Suggestion, error) {
	if refused := a.unfit(); len(refused) > 0 {
		return assignment.Suggestion{}, &Error{Refusals: refused}
	}
	var pool assignment.Pool
	err := e.Store.View(ctx, func(tx Tx) error {
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now()}
		from, err := s.candidates(call)
		if err != nil {
			return err
		}
		if len(from.pool) == 0 && a.Capacity == 0 {
			return &Error{Refusals: []Refusal{wrongValue("capacity", Text{
				LT: "kiek pasiūlymų vertina vienas vertintojas, nes kvietimas vertintojų sąrašo neturi (setPool)",
				EN: "how many proposals an evaluator takes, for the call has no pool (setPool)",
			})}}
		}
		pool = a.pool(from)
		return nil
	})
	if err != nil {
		return assignment.Suggestion{}, err
	}
	out, err := assignment.Suggest(pool)
	if errors.Is(err, assignment.ErrPool) {
		return out, Refuse(NotAllowedHere, "callId", Text{
			LT: fmt.Sprintf("Vertinamų pasiūlymų yra %d, vertintojų – %d. Siūloma, kai jų ne daugiau kaip %d ir %d.", len(pool.Proposals), len(pool.Evaluators), assignment.MaxProposals, assignment.MaxEvaluators),
			EN: fmt.Sprintf("There are %d proposals under evaluation and %d evaluators. Suggestions are made for at most %d and %d.", len(pool.Proposals), len(pool.Evaluators), assignment.MaxProposals, assignment.MaxEvaluators),
		})
	}
	return out, err
}

func (a SuggestAssignment) unfit() []Refusal {
	var out []Refusal
	if a.Each < 1 || a.Each > assignment.MaxNeeds {
		out = append(out, wrongValue("each", between(1, assignment.MaxNeeds).text))
	}
	if a.Capacity < 0 || a.Capacity > assignment.MaxProposals {
		out = append(out, wrongValue("capacity", between(1, assignment.MaxProposals).text))
	}
	return out
}

// candidates are who may evaluate what under a call.
type candidates struct {
	open    []Assigned
	holders []Holder // of the pool, where the call has one
	pool    []terms.Member
	taken   map[ident.ID][]ident.ID // where it has
	related *Relations
}

func (s *step) candidates(call ident.ID) (candidates, error) {
	var out candidates
	subject, err := s.tx.Lock(call, false)
	if err != nil {
		return out, err
	}
	facts, err := s.facts(subject, false)
	if err != nil {
		return out, err
	}
	out.pool = facts.Call.Pool
	if out.holders, err = s.mayEvaluate(subject, out.pool); err != nil {
		return out, err
	}
	if out.open, err = s.tx.Assigned(call); err != nil {
		return out, err
	}
	if len(out.pool) > 0 {
		if out.taken, err = s.tx.Taken(call); err != nil {
			return out, err
		}
	}
	out.related, err = s.shared(subject.LAG, persons(out.holders), applicants(out.open))
	return out, err
}

// room is how many proposals the person takes, those assigned already included: of what the
// pool says, less what they are through with, and no more than the question allows.
func (a SuggestAssignment) room(c candidates, person ident.ID, has int) int {
	m, pooled := terms.MemberOf(c.pool, person)
	if !pooled {
		return a.Capacity
	}
	room := m.Capacity - max(0, len(c.taken[person])-has)
	if a.Capacity > 0 {
		room = min(room, a.Capacity)
	}
	return max(room, 0)
}

// pool has all who may be assigned, and all who are: those who no longer hold the role or left
// the pool, or are to take no more, keep what they have. A pair of which data show a conflict is
// not to be, and its ground is the first that they show. In a call with a pool a proposal asks for
// who knows its action.
func (a SuggestAssignment) pool(c candidates) assignment.Pool {
	p := assignment.Pool{Banned: map[assignment.Pair]string{}, Seed: a.Seed}
	has, room := map[ident.ID]int{}, map[ident.ID]int{}
	shown := c.related.Remembering()
	var actions []ident.ID
	for _, x := range c.open {
		actions = append(actions, x.Action)
		needs := max(a.Each, min(len(x.Evaluators), assignment.MaxNeeds))
		proposal := assignment.Proposal{ID: string(x.Proposal), Needs: needs}
		if len(c.pool) > 0 {
			proposal.Competences = []string{string(x.Action)}
		}
		p.Proposals = append(p.Proposals, proposal)
		for _, evaluator := range x.Evaluators {
			has[evaluator]++
			p.Settled = append(p.Settled, assignment.Pair{Proposal: string(x.Proposal), Evaluator: string(evaluator)})
		}
		for _, h := range c.holders {
			pair := assignment.Pair{Proposal: string(x.Proposal), Evaluator: string(h.Person)}
			if ended, is := x.Gone[h.Person]; is {
				p.Banned[pair] = string(ended)
			}
			if shared := shown(h.Person, x.Applicant); len(shared) > 0 {
				p.Banned[pair] = string(shared[0].Ground)
			}
		}
	}
	for _, h := range c.holders {
		if !slices.Contains(a.Without, h.Person) {
			room[h.Person] = a.room(c, h.Person, has[h.Person])
		}
	}
	for person, n := range has {
		room[person] = max(room[person], n)
	}
	actions = distinct(actions)
	for person, n := range room {
		p.Evaluators = append(p.Evaluators, assignment.Evaluator{ID: string(person), Capacity: n, Competences: known(c.pool, person, actions)})
	}
	return p
}

// known are those of the actions that the member of the pool knows.
func known(pool []terms.Member, person ident.ID, actions []ident.ID) []string {
	m, pooled := terms.MemberOf(pool, person)
	var out []string
	for _, action := range actions {
		if pooled && m.Knows(action) {
			out = append(out, string(action))
		}
	}
	return out
}

func persons(holders []Holder) []ident.ID {
	out := make([]ident.ID, len(holders))
	for i, h := range holders {
		out[i] = h.Person
	}
	return out
}

// applicants are those of the proposals, each once.
func applicants(open []Assigned) []ident.ID {
	var out []ident.ID
	for _, x := range open {
		out = append(out, x.Applicant)
	}
	return distinct(out)
}
