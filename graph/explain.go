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
	actor := actorOf(ctx)
	all, err := r.engine.Explain(ctx, actor, id)
	if workflow.Refused(err, workflow.NotFound) {
		return []*model.AvailableTransition{}, nil
	}
	if err != nil {
		return nil, err
	}
	if !actor.HoldsAny(lag, staff...) {
		forget(all, actor.Person)
	}
	names, err := r.names(ctx, personsOf(all))
	if err != nil {
		return nil, err
	}
	out := make([]*model.AvailableTransition, len(all))
	for i, x := range all {
		out[i] = &model.AvailableTransition{
			Explanation: x, Lang: orZero(lang), By: capacities(x.By, names),
			ToState: r.stateOf(ctx, definition, string(x.To), lag, owner, orZero(lang)),
		}
	}
	return out, nil
}

// forget leaves of those who hold a role the one: who works in the office is
// for the office, the role is for everybody.
func forget(all []workflow.Explanation, but ident.ID) {
	for _, x := range all {
		for i := range x.By {
			x.By[i].Persons = slices.DeleteFunc(x.By[i].Persons, func(p ident.ID) bool { return p != but })
		}
	}
}

func personsOf(all []workflow.Explanation) []ident.ID {
	var ids []ident.ID
	for _, x := range all {
		for _, c := range x.By {
			ids = append(ids, c.Persons...)
		}
	}
	return ids
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
