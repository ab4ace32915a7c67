package workflow

import (
	"context"
	"errors"
	"fmt"

	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
)

// SuggestAssignment asks who could evaluate what under a call.
type SuggestAssignment struct {
	Each     int        // evaluators of a proposal, those assigned already included
	Capacity int        // proposals of the call that an evaluator takes, those assigned already included
	Without  []ident.ID // evaluators who take no more
	Seed     uint64     // chooses among suggestions that are equally good
}

// Assigned is a proposal under evaluation and who evaluates it in the round that it is in.
type Assigned struct {
	Proposal, Applicant ident.ID
	Evaluators          []ident.ID
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
// today. It assigns nobody. Who may ask is for the caller to know. Errors are of type
// [*Error] where the question makes no sense or the call has more proposals or evaluators
// than a suggestion is made for.
func (e *Engine) SuggestAssignment(ctx context.Context, call ident.ID, a SuggestAssignment) (assignment.Suggestion, error) {
	if refused := a.unfit(); len(refused) > 0 {
		return assignment.Suggestion{}, &Error{Refusals: refused}
	}
	var pool assignment.Pool
	err := e.Store.View(ctx, func(tx Tx) error {
		subject, err := tx.Lock(call, false)
		if err != nil {
			return err
		}
		holders, err := tx.Holders(subject, []Role{Evaluator}, e.Clock.Now().Day())
		if err != nil {
			return err
		}
		open, err := tx.Assigned(call)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now()}
		related, err := s.shared(subject.LAG, persons(holders), applicants(open))
		pool = a.pool(open, holders, related)
		return err
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
	if a.Capacity < 1 || a.Capacity > assignment.MaxProposals {
		out = append(out, wrongValue("capacity", between(1, assignment.MaxProposals).text))
	}
	return out
}

// pool has all who may be assigned, and all who are: those who no longer hold the role, or
// are to take no more, keep what they have. A pair of which data show a conflict is not to
// be, and its ground is the first that they show.
func (a SuggestAssignment) pool(open []Assigned, holders []Holder, related *Relations) assignment.Pool {
	p := assignment.Pool{Banned: map[assignment.Pair]string{}, Seed: a.Seed}
	has, room := map[ident.ID]int{}, map[ident.ID]int{}
	shown := related.Remembering()
	for _, h := range holders {
		room[h.Person] = a.Capacity
	}
	for _, person := range a.Without {
		delete(room, person)
	}
	for _, x := range open {
		needs := max(a.Each, min(len(x.Evaluators), assignment.MaxNeeds))
		p.Proposals = append(p.Proposals, assignment.Proposal{ID: string(x.Proposal), Needs: needs})
		for _, evaluator := range x.Evaluators {
			has[evaluator]++
			p.Settled = append(p.Settled, assignment.Pair{Proposal: string(x.Proposal), Evaluator: string(evaluator)})
		}
		for _, h := range holders {
			pair := assignment.Pair{Proposal: string(x.Proposal), Evaluator: string(h.Person)}
			if ended, is := x.Gone[h.Person]; is {
				p.Banned[pair] = string(ended)
			}
			if shared := shown(h.Person, x.Applicant); len(shared) > 0 {
				p.Banned[pair] = string(shared[0].Ground)
			}
		}
	}
	for person, n := range has {
		room[person] = max(room[person], n)
	}
	for person, n := range room {
		p.Evaluators = append(p.Evaluators, assignment.Evaluator{ID: string(person), Capacity: n})
	}
	return p
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
