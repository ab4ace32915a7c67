package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// lookup finds a record that the actor may see and says in which local action
// group it is, "" for records that belong to none.
type lookup func(context.Context, *ent.Client, ident.ID) (ident.ID, error)

// get is a lookup by the generated client of one type.
func get[R any, C interface {
	Get(context.Context, ident.ID) (*R, error)
}](of func(*ent.Client) C, group func(*R) ident.ID) lookup {
	return func(ctx context.Context, c *ent.Client, id ident.ID) (ident.ID, error) {
		row, err := of(c).Get(ctx, id)
		if err != nil {
			return "", err
		}
		return group(row), nil
	}
}

// ofNone is the group of what stands in the registry.
func ofNone[R any](*R) ident.ID { return "" }

// lookups are there for each type that an intent may refer to.
var lookups = besides(ofMatter, map[ident.Prefix]lookup{
	ident.LAG:            get(func(c *ent.Client) *ent.LagClient { return c.Lag }, func(r *ent.Lag) ident.ID { return r.ID }),
	ident.Strategy:       get(func(c *ent.Client) *ent.StrategyClient { return c.Strategy }, func(r *ent.Strategy) ident.ID { return r.LagID }),
	ident.Action:         get(func(c *ent.Client) *ent.ActionClient { return c.Action }, func(r *ent.Action) ident.ID { return r.LagID }),
	ident.Call:           get(func(c *ent.Client) *ent.CallClient { return c.Call }, func(r *ent.Call) ident.ID { return r.LagID }),
	ident.Proposal:       get(func(c *ent.Client) *ent.ProposalClient { return c.Proposal }, func(r *ent.Proposal) ident.ID { return r.LagID }),
	ident.Contract:       get(func(c *ent.Client) *ent.ContractClient { return c.Contract }, func(r *ent.Contract) ident.ID { return r.LagID }),
	ident.Project:        get(func(c *ent.Client) *ent.ProjectClient { return c.Project }, func(r *ent.Project) ident.ID { return r.LagID }),
	ident.Meeting:        get(func(c *ent.Client) *ent.MeetingClient { return c.Meeting }, func(r *ent.Meeting) ident.ID { return r.LagID }),
	ident.AgendaItem:     get(func(c *ent.Client) *ent.AgendaItemClient { return c.AgendaItem }, func(r *ent.AgendaItem) ident.ID { return r.LagID }),
	ident.BoardSeat:      get(func(c *ent.Client) *ent.BoardSeatClient { return c.BoardSeat }, func(r *ent.BoardSeat) ident.ID { return r.LagID }),
	ident.Evaluation:     get(func(c *ent.Client) *ent.EvaluationClient { return c.Evaluation }, func(r *ent.Evaluation) ident.ID { return r.LagID }),
	ident.Criterion:      get(func(c *ent.Client) *ent.CriterionClient { return c.Criterion }, func(r *ent.Criterion) ident.ID { return r.LagID }),
	ident.Indicator:      get(func(c *ent.Client) *ent.IndicatorClient { return c.Indicator }, func(r *ent.Indicator) ident.ID { return r.LagID }),
	ident.Document:       get(func(c *ent.Client) *ent.DocumentClient { return c.Document }, func(r *ent.Document) ident.ID { return r.LagID }),
	ident.Correspondence: get(func(c *ent.Client) *ent.CorrespondenceClient { return c.Correspondence }, func(r *ent.Correspondence) ident.ID { return r.LagID }),
	ident.Incident:       get(func(c *ent.Client) *ent.IncidentClient { return c.Incident }, func(r *ent.Incident) ident.ID { return r.LagID }),
	ident.Tie:            get(func(c *ent.Client) *ent.TieClient { return c.Tie }, func(r *ent.Tie) ident.ID { return r.LagID }),
	ident.Measure:        get(func(c *ent.Client) *ent.MeasureClient { return c.Measure }, ofNone[ent.Measure]),
	ident.Organisation:   get(func(c *ent.Client) *ent.OrganisationClient { return c.Organisation }, ofNone[ent.Organisation]),
	ident.Person:         get(func(c *ent.Client) *ent.PersonClient { return c.Person }, ofNone[ent.Person]),
})

// matters are the types of what runs beside a case, which one table has.
var matters = workflow.Matters()

// besides adds what all matters share to what each other type has of its own.
func besides[V any](shared V, all map[ident.Prefix]V) map[ident.Prefix]V {
	for _, p := range matters {
		all[p] = shared
	}
	return all
}

var ofMatter = get(func(c *ent.Client) *ent.MatterClient { return c.Matter }, func(r *ent.Matter) ident.ID { return r.LagID })

// withStates are the types whose records have states, and withPapers those
// whose papers have a dossier to go to.
var (
	withStates = append([]ident.Prefix{ident.Strategy, ident.Call, ident.Proposal, ident.Evaluation, ident.Contract, ident.Meeting, ident.AgendaItem}, matters...)
	withPapers = append([]ident.Prefix{ident.LAG, ident.Strategy, ident.Call, ident.Meeting, ident.AgendaItem, ident.Proposal, ident.Contract, ident.Project}, matters...)
)

// refer checks a reference of an intent and gives its group. It is refused with
// WRONG_ID_TYPE where the record has to be of another type, and with NOT_FOUND
// where there is none that the actor may see, which the security log notes.
func (r *Resolver) refer(ctx context.Context, field string, want ident.Prefix, id ident.ID) (ident.ID, error) {
	if err := fits(field, id, want); err != nil {
		return "", err
	}
	lag, err := lookups[want](ctx, sessionOf(ctx).seen, id)
	if ent.IsNotFound(err) {
		return "", r.unseen(ctx, field, id)
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", id, err)
	}
	return lag, nil
}

// unseen refuses a reference to what the actor may not see, which the security log notes.
func (r *Resolver) unseen(ctx context.Context, field string, id ident.ID) error {
	if err := r.engine.Foreign(ctx, sessionOf(ctx).actor, id, "refer "+field); err != nil {
		return fmt.Errorf("note a foreign reference: %w", err)
	}
	return notFound(field, string(id))
}

// reference is a reference to check; group, where it is set, has to be the
// record's: rows of two groups never hang together.
type reference struct {
	field string
	want  ident.Prefix
	id    ident.ID
}

// referAll checks references that must belong to the group or to none.
func (r *Resolver) referAll(ctx context.Context, group ident.ID, all ...reference) error {
	for _, x := range all {
		lag, err := r.refer(ctx, x.field, x.want, x.id)
		if err != nil {
			return err
		}
		if lag != "" && lag != group {
			return notFound(x.field, string(x.id))
		}
	}
	return nil
}

// referMany checks references to records of one type as [Resolver.referAll] does, in one statement:
// found are the records of the ids that the actor may see, each with its group.
func (r *Resolver) referMany(ctx context.Context, group ident.ID, all []reference, found func(...ident.ID) (map[ident.ID]ident.ID, error)) error {
	if len(all) == 0 {
		return nil
	}
	ids := make([]ident.ID, len(all))
	for i, x := range all {
		if err := fits(x.field, x.id, x.want); err != nil {
			return err
		}
		ids[i] = x.id
	}
	slices.Sort(ids)
	groups, err := found(slices.Compact(ids)...)
	if err != nil {
		return err
	}
	for _, x := range all {
		switch lag, seen := groups[x.id]; {
		case !seen:
			return r.unseen(ctx, x.field, x.id)
		case lag != "" && lag != group:
			return notFound(x.field, string(x.id))
		}
	}
	return nil
}

// groupsOf are the groups of records by id.
func groupsOf[R any](rows []R, of func(R) (id, group ident.ID)) map[ident.ID]ident.ID {
	out := make(map[ident.ID]ident.ID, len(rows))
	for _, row := range rows {
		id, group := of(row)
		out[id] = group
	}
	return out
}
