package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// publish sends a text to be proved and published.
func (r *Resolver) publish(ctx context.Context, in model.PublishDefinitionInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		c := workflow.Publish{
			LAG: orZero(in.LagID), Text: in.Text, Reason: orZero(in.Reason), DryRun: orZero(in.DryRun), IdempotencyKey: in.IdempotencyKey,
		}
		return c, r.keyedFor(ctx, in.IdempotencyKey, in.LagID)
	})
}

// migrate sends running cases to another version.
func (r *Resolver) migrate(ctx context.Context, in model.MigrateCasesInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		c := workflow.Migrate{
			LAG: in.LagID, From: model.Brief(in.From), To: model.Brief(in.To), Reason: orZero(in.Reason), DryRun: orZero(in.DryRun),
			IdempotencyKey: in.IdempotencyKey,
		}
		for _, x := range in.Mapping {
			c.Mapping = append(c.Mapping, workflow.Renamed{From: workflow.StateName(model.Brief(x.From)), To: workflow.StateName(model.Brief(x.To))})
		}
		return c, r.keyedFor(ctx, in.IdempotencyKey, &in.LagID)
	})
}

// keyedFor wants a key, and the group that is named, if one is.
func (r *Resolver) keyedFor(ctx context.Context, key string, lag *ident.ID) error {
	if err := keyGiven(key); err != nil || lag == nil {
		return err
	}
	_, err := r.refer(ctx, "lagId", ident.LAG, *lag)
	return err
}

// processVersions lists the versions that the machines have, with what the
// database knows of those that were published.
func (r *Resolver) processVersions(ctx context.Context, kind *string, lag *ident.ID) ([]*model.ProcessVersion, error) {
	kinds := workflow.Kinds()
	if kind != nil {
		if _, err := r.machine(*kind); err != nil {
			return nil, err
		}
		kinds = []workflow.Kind{workflow.Kind(*kind)}
	}
	if lag != nil {
		if _, err := r.refer(ctx, "lagId", ident.LAG, *lag); err != nil {
			return nil, err
		}
	}
	rows, err := r.all.Definition.Query().All(ctx)
	if err != nil {
		return nil, err
	}
	published := map[string]*ent.Definition{}
	var people []ident.ID
	for _, d := range rows {
		published[workflow.Pin(workflow.Kind(d.Kind), d.Version)] = d
		people = append(people, d.AuthorID, d.ConfirmedByID)
	}
	names, err := r.names(ctx, people)
	if err != nil {
		return nil, err
	}
	out := []*model.ProcessVersion{}
	for _, k := range kinds {
		for _, m := range r.engine.Machines.Versions(k) {
			if lag != nil && m.LAG() != "" && m.LAG() != *lag {
				continue
			}
			v, err := version(ctx, m, published[m.Name()], names)
			if err != nil {
				return nil, err
			}
			v.Current = r.engine.Machines.For(orZero(lag), k) == m
			out = append(out, v)
		}
	}
	lacking := r.engine.Machines.Lacking()
	for _, d := range rows {
		name := workflow.Pin(workflow.Kind(d.Kind), d.Version)
		why := lacking[name]
		asked := lag == nil || d.LagID == "" || d.LagID == *lag
		if why == nil || !asked || !slices.Contains(kinds, workflow.Kind(d.Kind)) {
			continue
		}
		v := &model.ProcessVersion{
			Name: name, Kind: d.Kind, Version: d.Version, Text: d.Text, Hash: d.Hash,
			LagID: idOrNil(d.LagID), PublishedAt: &d.PublishedAt,
		}
		if actorOf(ctx).HoldsAny(d.LagID, staff...) {
			v.Fault = textOrNil(why.Error())
		}
		out = append(out, v)
	}
	return out, nil
}

func version(ctx context.Context, m *workflow.Machine, d *ent.Definition, names map[ident.ID]*string) (*model.ProcessVersion, error) {
	v := &model.ProcessVersion{
		Name: m.Name(), Kind: string(m.Kind()), Version: m.Version(), Text: m.Text(), Hash: m.Hash(), LagID: idOrNil(m.LAG()),
	}
	if d == nil {
		return v, nil
	}
	v.PublishedAt = &d.PublishedAt
	if actorOf(ctx).HoldsAny(d.LagID, staff...) {
		v.Author = &model.PersonName{ID: d.AuthorID, Name: names[d.AuthorID]}
		v.ConfirmedBy = &model.PersonName{ID: d.ConfirmedByID, Name: names[d.ConfirmedByID]}
	}
	var report workflow.Report
	if err := json.Unmarshal([]byte(d.Report), &report); err != nil {
		return nil, fmt.Errorf("report of %s: %w", m.Name(), err)
	}
	v.Report = model.Report(&report)
	return v, nil
}

// awaitedActs are the acts that wait for a second person.
func (r *Resolver) awaitedActs(ctx context.Context, lag *ident.ID) ([]*model.AwaitedAct, error) {
	if lag != nil {
		if _, err := r.refer(ctx, "lagId", ident.LAG, *lag); err != nil {
			return nil, err
		}
	}
	all, err := r.engine.AwaitedActs(ctx, actorOf(ctx), orZero(lag))
	if err != nil || all == nil {
		return nil, err
	}
	var people []ident.ID
	for _, p := range all {
		people = append(people, p.By.Person)
	}
	names, err := r.names(ctx, people)
	if err != nil {
		return nil, err
	}
	out := make([]*model.AwaitedAct, len(all))
	for i, p := range all {
		out[i] = awaited(p)
		out[i].By = &model.PersonName{ID: p.By.Person, Name: names[p.By.Person]}
	}
	return out, nil
}

func awaited(p workflow.Pending) *model.AwaitedAct {
	a := &model.AwaitedAct{ID: p.ID, Act: p.Act.Name(), ExpiresAt: p.ExpiresAt, Facts: []*rules.Fact{}}
	for _, f := range p.Act.Facts() {
		a.Facts = append(a.Facts, &f)
	}
	a.Reason = textOrNil(p.Act.Reason())
	if f := p.Act.Fire; f != nil {
		a.SubjectID = idOrNil(f.Subject)
	}
	if d := p.Act.Publish; d != nil {
		a.Text, a.Report = &d.Text, model.Report(p.Act.Report)
	}
	return a
}
