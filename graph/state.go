package graph

import (
	"context"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// stateOf is a state as the actor's side of the counter knows it. It asks the
// machines, which are in memory.
func (r *Resolver) stateOf(ctx context.Context, definition, name string, lag, owner ident.ID, lang model.Lang) *model.State {
	s := r.engine.Machines.State(definition, workflow.StateName(name))
	return &model.State{State: *s, Side: sideOf(actorOf(ctx), lag, owner), Lang: lang}
}

func sideOf(a workflow.Actor, lag, owner ident.ID) model.Side {
	of := workflow.Subject{LAG: lag, Owner: owner}
	switch {
	case a.Person != "" && !a.Outside(of):
		return model.Staff
	case a.Holds(workflow.Applicant, of):
		return model.Applicant
	default:
		return model.Public
	}
}

// projectState is the state of the project's proposal, nil where that is not
// visible.
func (r *Resolver) projectState(ctx context.Context, p *ent.Project) *model.State {
	q := p.Edges.Proposal
	if q == nil {
		return nil
	}
	return r.stateOf(ctx, q.Definition, q.State, q.LagID, q.ApplicantID, "")
}

// matterState is a matter's state.
func (r *Resolver) matterState(ctx context.Context, m *ent.Matter) *model.State {
	return r.stateOf(ctx, m.Definition, m.State, m.LagID, ownerOf(ctx, m), "")
}

// ownerOf is whose matter it is: whoever sees one beside a proposal and is not of the
// office is its applicant, and the minutes of a meeting are nobody's.
func ownerOf(ctx context.Context, m *ent.Matter) ident.ID {
	if m.ProposalID == "" {
		return ""
	}
	return actorOf(ctx).Organisation
}
