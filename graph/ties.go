package graph

import (
	"context"
	"fmt"
	"sync"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

func (r *Resolver) recordTie(ctx context.Context, in model.RecordTieInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "lagId", ident.LAG, in.LagID)
	if err != nil {
		return workflow.Record{}, err
	}
	a := workflow.RecordTie{
		ID: r.id(ident.Tie), LAG: lag, One: in.OneID, Other: in.OtherID, Kind: workflow.Ground(in.Kind), Since: in.Since,
		Until: orZero(in.Until), Synthetic: r.engine.Simulated,
	}
	record, err := a.Record()
	if err != nil {
		return workflow.Record{}, err
	}
	return record, r.referAll(ctx, lag, reference{"oneId", a.One.Prefix(), a.One}, reference{"otherId", a.Other.Prefix(), a.Other})
}

func (r *Resolver) endTie(ctx context.Context, in model.EndTieInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "id", ident.Tie, in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	err = r.referAll(ctx, lag, reference{"documentId", ident.Document, in.DocumentID})
	return workflow.EndTie{ID: in.ID, LAG: lag, Until: in.Until, Document: in.DocumentID}.Record(), err
}

func (r *Resolver) strikeTie(ctx context.Context, in model.StrikeTieInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "id", ident.Tie, in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	err = r.referAll(ctx, lag, reference{"documentId", ident.Document, in.DocumentID})
	return workflow.StrikeTie{ID: in.ID, LAG: lag, Reason: in.Reason, Document: in.DocumentID}.Record(), err
}

// compared keeps what the evaluators of the evaluations that an operation has read share with
// the applicants, of those of which the actor may know it; read in batch, at the first question.
type compared struct {
	mu    sync.Mutex
	noted map[ident.ID]*ent.Evaluation // still to be compared
	found map[ident.ID][]workflow.Match
}

// note leaves those out that the actor may read and that are another's: what somebody shares
// with an applicant is for them and for the staff.
func (c *compared) note(a workflow.Actor, all []*ent.Evaluation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noted == nil {
		c.noted, c.found = map[ident.ID]*ent.Evaluation{}, map[ident.ID][]workflow.Match{}
	}
	for _, e := range all {
		own := a.Person != "" && e.EvaluatorID == a.Person
		if _, read := c.found[e.ID]; !read && (own || a.HoldsAny(e.LagID, staff...)) {
			c.noted[e.ID] = e
		}
	}
}

// of are the matches of the evaluation, nil where the actor may not know them.
func (c *compared) of(ctx context.Context, r *Resolver, id ident.ID) ([]workflow.Match, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, waits := c.noted[id]; waits {
		if err := c.read(ctx, r); err != nil {
			return nil, fmt.Errorf("compare evaluators with applicants: %w", err)
		}
	}
	return c.found[id], nil
}

// read compares all that is noted, in as many statements for one as for many of a group.
func (c *compared) read(ctx context.Context, r *Resolver) error {
	var of []ident.ID
	for _, e := range c.noted {
		of = append(of, e.ProposalID)
	}
	rows, err := r.all.Proposal.Query().Where(proposal.IDIn(of...)).Select(proposal.FieldID, proposal.FieldApplicantID).All(ctx)
	if err != nil {
		return err
	}
	applicants := make(map[ident.ID]ident.ID, len(rows))
	for _, p := range rows {
		applicants[p.ID] = p.ApplicantID
	}
	asked := make([]workflow.Asked, 0, len(c.noted))
	by := make(map[ident.ID]workflow.Asked, len(c.noted))
	for id, e := range c.noted {
		by[id] = workflow.Asked{LAG: e.LagID, Person: e.EvaluatorID, Applicant: applicants[e.ProposalID]}
		asked = append(asked, by[id])
	}
	shared, err := r.engine.Shared(ctx, asked)
	if err != nil {
		return err
	}
	for id, a := range by {
		c.found[id] = append([]workflow.Match{}, shared[a]...)
	}
	clear(c.noted)
	return nil
}

// shared is what the evaluator shares with the applicant, nil where the actor may not know.
func (r *Resolver) shared(ctx context.Context, e *ent.Evaluation) ([]workflow.Match, error) {
	return sessionOf(ctx).sight.compared.of(ctx, r, e.ID)
}

// matches are [Resolver.shared] in the form of the API.
func (r *Resolver) matches(ctx context.Context, e *ent.Evaluation) ([]*model.Match, error) {
	shared, err := r.shared(ctx, e)
	if err != nil || shared == nil {
		return nil, err
	}
	out := make([]*model.Match, len(shared))
	for i, m := range shared {
		out[i] = &model.Match{Ground: model.RecusalGround(m.Ground), Shared: textOrNil(m.Shared), Since: dayOrNil(m.Since), Until: dayOrNil(m.Until)}
	}
	return out, nil
}

func dayOrNil(d clock.Date) *clock.Date {
	if d == "" {
		return nil
	}
	return &d
}
