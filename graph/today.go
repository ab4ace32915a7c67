package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// How much of what runs out is answered.
const (
	mostDays  = 31
	mostTasks = 100
)

// today lists what runs out in a group, as far as the actor may see it. Each
// type of case is read once, however many there are.
func (r *Resolver) today(ctx context.Context, lag ident.ID, days int, role *workflow.Role) ([]*model.Task, error) {
	if days < 0 || days > mostDays {
		return nil, malformed("days", workflow.Text{
			LT: fmt.Sprintf("Dienų skaičius turi būti nuo 0 iki %d.", mostDays), EN: fmt.Sprintf("The number of days has to be from 0 to %d.", mostDays),
		})
	}
	if _, err := r.refer(ctx, "lagId", ident.LAG, lag); err != nil {
		return nil, err
	}
	due, err := r.engine.RunningOut(ctx, lag, days)
	if err != nil {
		return nil, err
	}
	if role != nil {
		due = slices.DeleteFunc(due, func(d workflow.Due) bool { return d.State.Responsible != *role })
	}
	seen, err := r.cases(ctx, due)
	if err != nil {
		return nil, err
	}
	now := r.engine.Clock.Now()
	out := []*model.Task{}
	for _, d := range due {
		c, visible := seen[d.Subject.ID]
		if !visible || len(out) == mostTasks {
			continue
		}
		t := &model.Task{
			ID: d.Subject.ID, Title: c.title, EndsAt: d.EndsAt, Overdue: d.EndsAt <= now,
			State: &model.State{State: d.State, Side: sideOf(actorOf(ctx), lag, c.owner)},
		}
		if d.Event != "" {
			event := string(d.Event)
			t.Event = &event
		}
		out = append(out, t)
	}
	return out, nil
}

// named is what a task says of its case.
type named struct {
	title string
	owner ident.ID
}

// cases are those of the due ones that the actor may see; of a proposal and its
// contract, those whose content they may read, for a term says more of a case
// than that it is there.
func (r *Resolver) cases(ctx context.Context, due []workflow.Due) (map[ident.ID]named, error) {
	ids := map[string][]ident.ID{}
	for _, d := range due {
		typeName := workflow.TypeOf(d.Subject.Kind)
		ids[typeName] = append(ids[typeName], d.Subject.ID)
	}
	out := map[ident.ID]named{}
	for typeName, read := range map[string]func(context.Context, *session, []ident.ID, map[ident.ID]named) error{
		"Strategy": strategiesOf, "Call": callsOf, "Proposal": proposalsOf, "Contract": contractsOf, "Matter": mattersOf,
	} {
		if len(ids[typeName]) == 0 {
			continue
		}
		if err := read(ctx, sessionOf(ctx), ids[typeName], out); err != nil {
			return nil, fmt.Errorf("read what runs out: %w", err)
		}
	}
	return out, nil
}

func strategiesOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Strategy.Query().Where(strategy.IDIn(ids...)).All(ctx)
	for _, s := range all {
		into[s.ID] = named{title: s.Title}
	}
	return err
}

func callsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Call.Query().Where(call.IDIn(ids...)).All(ctx)
	for _, c := range all {
		into[c.ID] = named{title: c.Number + " " + c.Title}
	}
	return err
}

func proposalsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Proposal.Query().Where(proposal.IDIn(ids...)).All(ctx)
	for _, p := range all {
		inside, err := by.sight.inside(p)
		if err != nil {
			return err
		}
		if inside {
			into[p.ID] = named{title: p.Title, owner: p.ApplicantID}
		}
	}
	return err
}

func contractsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Contract.Query().Where(contract.IDIn(ids...)).WithProposal().All(ctx)
	for _, c := range all {
		p := c.Edges.Proposal
		if p == nil {
			continue
		}
		inside, err := by.sight.inside(p)
		if err != nil {
			return err
		}
		if inside {
			into[c.ID] = named{title: p.Title, owner: p.ApplicantID}
		}
	}
	return err
}

func mattersOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Matter.Query().Where(matter.IDIn(ids...)).WithProposal().All(ctx)
	for _, m := range all {
		if p := m.Edges.Proposal; p != nil {
			into[m.ID] = named{title: p.Title, owner: p.ApplicantID}
		}
	}
	return err
}
