package graph

import (
	"context"
	"slices"

	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// explain lists the events of a subject's present state as the engine weighs
// them for the actor: to the public, of a case that it may know of, each as refused.
func (r *Resolver) explain(ctx context.Context, id ident.ID, definition string, lag, owner ident.ID, lang *model.Lang) ([]*model.AvailableTransition, error) {
	actor, err := sessionOf(ctx).sight.as(workflow.Subject{ID: id, LAG: lag, Owner: owner})
	if err != nil {
		return nil, err
	}
	all, err := r.engine.Explain(ctx, actor, id)
	if workflow.Refused(err, workflow.NotFound) {
		return []*model.AvailableTransition{}, nil
	}
	if err != nil {
		return nil, err
	}
	by := make([][]workflow.Capacity, len(all))
	for i, x := range all {
		by[i] = x.By
	}
	who, err := r.holders(ctx, lag, by)
	if err != nil {
		return nil, err
	}
	out := make([]*model.AvailableTransition, len(all))
	for i, x := range all {
		out[i] = &model.AvailableTransition{
			Explanation: x, Lang: orZero(lang), By: who[i],
			ToState: r.stateOf(ctx, definition, string(x.To), lag, owner, orZero(lang)),
		}
	}
	return out, nil
}

// openable lists the kinds of matters that may be about a subject as the engine
// weighs them for the actor; none where they may not know of it.
func (r *Resolver) openable(ctx context.Context, id, lag ident.ID, lang *model.Lang) ([]*model.OpenableMatter, error) {
	actor, err := sessionOf(ctx).sight.as(workflow.Subject{ID: id, LAG: lag})
	if err != nil {
		return nil, err
	}
	all, err := r.engine.Openable(ctx, actor, id)
	if workflow.Refused(err, workflow.NotFound) {
		return []*model.OpenableMatter{}, nil
	}
	if err != nil {
		return nil, err
	}
	by := make([][]workflow.Capacity, len(all))
	for i, x := range all {
		by[i] = x.By
	}
	who, err := r.holders(ctx, lag, by)
	if err != nil {
		return nil, err
	}
	out := make([]*model.OpenableMatter, len(all))
	for i, x := range all {
		out[i] = &model.OpenableMatter{Openable: x, Lang: orZero(lang), By: who[i]}
	}
	return out, nil
}

// holders are the capacities of each act, with the names of who holds them, all read
// at once. Whoever is not of the office finds themselves alone there: who works in
// it is for the office, the role is for everybody.
func (r *Resolver) holders(ctx context.Context, lag ident.ID, acts [][]workflow.Capacity) ([][]*model.Capacity, error) {
	actor := actorOf(ctx)
	var persons []ident.ID
	for _, by := range acts {
		for i := range by {
			if !actor.HoldsAny(lag, staff...) {
				by[i].Persons = slices.DeleteFunc(by[i].Persons, func(p ident.ID) bool { return p != actor.Person })
			}
			persons = append(persons, by[i].Persons...)
		}
	}
	names, err := r.names(ctx, persons)
	if err != nil {
		return nil, err
	}
	out := make([][]*model.Capacity, len(acts))
	for i, by := range acts {
		out[i] = capacities(by, names)
	}
	return out, nil
}

func personIn(ids []ident.ID) predicate.Person { return person.IDIn(ids...) }

func capacities(all []workflow.Capacity, names map[ident.ID]*string) []*model.Capacity {
	out := make([]*model.Capacity, len(all))
	for i, c := range all {
		out[i] = &model.Capacity{Role: c.Role, SecondPerson: c.SecondPerson, Persons: []*model.PersonName{}}
		if c.OnBehalfOf != "" {
			out[i].OnBehalfOf = &c.OnBehalfOf
		}
		for _, p := range c.Persons {
			out[i].Persons = append(out[i].Persons, &model.PersonName{ID: p, Name: names[p]})
		}
	}
	return out
}

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
