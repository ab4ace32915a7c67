package graph

import (
	"context"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

type actorKey struct{}

// WithActor notes who asks. Without it, the public does.
func WithActor(ctx context.Context, a workflow.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

func actorOf(ctx context.Context) workflow.Actor {
	a, _ := ctx.Value(actorKey{}).(workflow.Actor)
	return a
}

// session is one operation of one actor.
type session struct {
	actor workflow.Actor
	// seen reads what the actor may see.
	seen  *ent.Client
	sight *sight
}

type sessionKey struct{}

func withSession(ctx context.Context, s *session) context.Context {
	return context.WithValue(ctx, sessionKey{}, s)
}

func sessionOf(ctx context.Context) *session { return ctx.Value(sessionKey{}).(*session) }

func (r *Resolver) newSession(ctx context.Context) *session {
	return r.sessionFor(ctx, actorOf(ctx), askedOf(ctx))
}

// sessionFor is what the actor may see, where such fields are asked for.
func (r *Resolver) sessionFor(ctx context.Context, a workflow.Actor, fields asked) *session {
	v := newSight(ctx, a, r.engine.Machines, r.all, fields)
	v.seen = readOnly(r.driver)
	v.seen.Intercept(v)
	return &session{actor: v.actor, seen: v.seen, sight: v}
}

// readOnly is a client that refuses to become a second way to change something.
func readOnly(driver dialect.Driver) *ent.Client {
	c := ent.NewClient(ent.Driver(driver))
	c.Use(func(ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(context.Context, ent.Mutation) (ent.Value, error) { return nil, errReadOnly })
	})
	return c
}

// viewer is who asks.
func (r *Resolver) viewer(ctx context.Context) (*model.Viewer, error) {
	a := sessionOf(ctx).actor
	v := &model.Viewer{Roles: []*model.GrantedRole{}, OrganisationID: idOrNil(a.Organisation)}
	for _, g := range a.Grants {
		v.Roles = append(v.Roles, &model.GrantedRole{Role: g.Role, LagID: idOrNil(g.LAG)})
	}
	if a.Person == "" {
		return v, nil
	}
	names, err := r.names(ctx, []ident.ID{a.Person})
	v.Person = &model.PersonName{ID: a.Person, Name: names[a.Person]}
	return v, err
}

// clock is what the engine takes for now.
func (r *Resolver) clock() *model.EngineClock {
	now := r.engine.Clock.Now()
	return &model.EngineClock{Now: now, Today: now.Day(), Simulated: r.engine.Simulated}
}

// names are the names of those persons that the actor may read.
func (r *Resolver) names(ctx context.Context, ids []ident.ID) (map[ident.ID]*string, error) {
	out := map[ident.ID]*string{}
	if len(ids) == 0 || sessionOf(ctx).actor.Person == "" {
		return out, nil
	}
	rows, err := sessionOf(ctx).seen.Person.Query().Where(personIn(ids)).All(ctx)
	for _, p := range rows {
		out[p.ID] = &p.Name
	}
	return out, err
}

func idOrNil(id ident.ID) *ident.ID {
	if id == "" {
		return nil
	}
	return &id
}
