package graph

import (
	"context"
	"fmt"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/action"
	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

func (r *Resolver) setPool(ctx context.Context, in model.SetPoolInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "callId", ident.Call, in.CallID)
	if err != nil {
		return workflow.Record{}, err
	}
	a := workflow.SetPool{LAG: lag, Call: in.CallID}
	var people, known []reference
	for i, m := range in.Members {
		people = append(people, reference{fmt.Sprintf("members.%d.personId", i), ident.Person, m.PersonID})
		for n, id := range m.Competences {
			known = append(known, reference{fmt.Sprintf("members.%d.competences.%d", i, n), ident.Action, id})
		}
		a.Members = append(a.Members, terms.Member{Person: m.PersonID, Competences: m.Competences, Capacity: m.Capacity})
	}
	if len(a.Oversized()) > 0 {
		return a.Record(), nil // is refused for that, and nothing is read for it
	}
	seen := sessionOf(ctx).seen
	if err := r.referMany(ctx, lag, people, func(ids ...ident.ID) (map[ident.ID]ident.ID, error) {
		rows, err := seen.Person.Query().Where(person.IDIn(ids...)).IDs(ctx)
		return groupsOf(rows, func(id ident.ID) (ident.ID, ident.ID) { return id, "" }), err
	}); err != nil {
		return workflow.Record{}, err
	}
	return a.Record(), r.referMany(ctx, lag, known, func(ids ...ident.ID) (map[ident.ID]ident.ID, error) {
		rows, err := seen.Action.Query().Where(action.IDIn(ids...)).All(ctx)
		return groupsOf(rows, func(a *ent.Action) (ident.ID, ident.ID) { return a.ID, a.LagID }), err
	})
}

// pool are the evaluators of the call, nil for whoever is not of the office: evaluators are not to
// learn by it who the others are, and the board neither.
func (r *Resolver) pool(ctx context.Context, c *ent.Call) ([]*model.PoolMember, error) {
	if !actorOf(ctx).HoldsAny(c.LagID, staff...) {
		return nil, nil
	}
	load, err := r.engine.Load(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var people, known []ident.ID
	for _, m := range c.Pool {
		people, known = append(people, m.Person), append(known, m.Competences...)
	}
	names, err := r.names(ctx, people)
	if err != nil {
		return nil, err
	}
	rows, err := sessionOf(ctx).seen.Action.Query().Where(action.IDIn(known...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the actions of a pool: %w", err)
	}
	actions := map[ident.ID]*ent.Action{}
	for _, a := range rows {
		actions[a.ID] = a
	}
	out := make([]*model.PoolMember, len(c.Pool))
	for i, m := range c.Pool {
		out[i] = &model.PoolMember{
			Person: &model.PersonName{ID: m.Person, Name: names[m.Person]}, Competences: []*ent.Action{}, Capacity: m.Capacity, Assigned: load[m.Person],
		}
		for _, id := range m.Competences {
			out[i].Competences = append(out[i].Competences, actions[id])
		}
	}
	return out, nil
}
