package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"entgo.io/contrib/entgql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/historybody"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// cursor is where a page begins or ends.
type cursor = entgql.Cursor[ident.ID]

// history is a dossier's entries in the order of its acts.
func (r *Resolver) history(ctx context.Context, dossier ident.ID, after *cursor, first *int, before *cursor, last *int) (*ent.HistoryEntryConnection, error) {
	return r.entries(ctx, after, first, before, last, historyentry.DossierID(dossier))
}

func (r *Resolver) entries(ctx context.Context, after *cursor, first *int, before *cursor, last *int, of ...predicate.HistoryEntry) (*ent.HistoryEntryConnection, error) {
	byN := &ent.HistoryEntryOrder{Direction: entgql.OrderDirectionAsc, Field: ent.HistoryEntryOrderFieldN}
	return sessionOf(ctx).seen.HistoryEntry.Query().Where(of...).
		Paginate(ctx, after, first, before, last, ent.WithHistoryEntryOrder(byN))
}

// projectHistory is the dossier of the project's proposal, empty where that is
// not visible.
func (r *Resolver) projectHistory(ctx context.Context, p *ent.Project, after *cursor, first *int, before *cursor, last *int) (*ent.HistoryEntryConnection, error) {
	return r.history(ctx, p.ProposalID, after, first, before, last)
}

// matterHistory are the acts on the matter itself, of those in the dossier of the case
// that it runs beside.
func (r *Resolver) matterHistory(ctx context.Context, m *ent.Matter, after *cursor, first *int, before *cursor, last *int) (*ent.HistoryEntryConnection, error) {
	return r.entries(ctx, after, first, before, last, historyentry.DossierID(cmp.Or(m.ProposalID, m.MeetingID)), historyentry.SubjectID(m.ID))
}

// registry is the dossier of what belongs to no group, nil for those who may
// not read its entries.
func (r *Resolver) registry(ctx context.Context) (*model.Registry, error) {
	first, err := sessionOf(ctx).seen.HistoryEntry.Query().
		Where(historyentry.DossierIDHasPrefix(ident.ID(ident.Registry) + "_")).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the registry: %w", err)
	}
	return &model.Registry{ID: first.DossierID}, nil
}

// told keeps what entries say, for the fields that are read from it.
type told struct {
	mu     sync.Mutex
	bodies map[string]workflow.Body
}

// withholdPersons leaves of entries the roles in which people acted: who they
// are is for the group's office and for themselves, for one identifier links
// all that a person has done. The registry is no group's: whoever reads it
// learns of those persons that they may read.
func (v *sight) withholdPersons(ctx context.Context, page []*ent.HistoryEntry) error {
	known := map[ident.ID]bool{v.actor.Person: true}
	var acted []ident.ID
	for _, e := range page {
		if e.LagID == "" {
			acted = append(acted, e.ActorID, e.SecondActorID)
		}
	}
	if len(acted) > 0 {
		ids, err := v.seen.Person.Query().Where(personIn(acted)).IDs(ctx)
		if err != nil {
			return fmt.Errorf("read who acted: %w", err)
		}
		for _, id := range ids {
			known[id] = true
		}
	}
	for _, e := range page {
		if e.LagID != "" && v.actor.HoldsAny(e.LagID, staff...) {
			continue
		}
		for _, id := range []*ident.ID{&e.ActorID, &e.SecondActorID} {
			if !known[*id] {
				*id = ""
			}
		}
	}
	return nil
}

// bodyFields are the fields of an entry that stand in its body.
var bodyFields = []string{
	"HistoryEntry.event", "HistoryEntry.from", "HistoryEntry.to", "HistoryEntry.fromState", "HistoryEntry.toState",
	"HistoryEntry.documentID", "HistoryEntry.decisionID", "HistoryEntry.guards", "HistoryEntry.refusals",
}

// withBodies reads the bodies of a page of entries in one statement, where the
// operation asks for what they say and the actor may read it: whoever sees a
// proposal sees that its chain holds, what it says is for those inside.
func (v *sight) withBodies(ctx context.Context, page []*ent.HistoryEntry) error {
	if !v.asked.any(bodyFields...) || len(page) == 0 {
		return nil
	}
	open, err := v.openDossiers(ctx, page)
	if err != nil {
		return err
	}
	var ids []ident.ID
	bare, veiled := map[ident.ID]bool{}, map[ident.ID]string{}
	for _, e := range page {
		read := open[e.DossierID]
		if read == unread {
			continue
		}
		ids = append(ids, e.ID)
		bare[e.ID] = read != whole && e.ActorID != v.actor.Person
		if read == outline {
			veiled[e.ID] = e.Definition
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := v.all.HistoryBody.Query().Where(historybody.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read what entries say: %w", err)
	}
	return v.told.keep(rows, func(id ident.ID, b *workflow.Body) {
		if bare[id] {
			b.Guards, b.Refusals = nil, nil
		}
		if definition, is := veiled[id]; is {
			b.From, b.To = v.machines.Told(definition, b.From), v.machines.Told(definition, b.To)
		}
	})
}

// reading is how much of a dossier's bodies an actor may read.
type reading int

const (
	unread  reading = iota
	outline         // what happened, as they are told it; what guards made of it only of one's own acts
	events          // the same, in the office's words: scores of others would sway an evaluator
	whole
)

// openDossiers says how much of each dossier of the page the actor may read. A
// call's guards count its proposals and a proposal's weigh it against others,
// so they are not for everybody who may know what happened.
func (v *sight) openDossiers(ctx context.Context, page []*ent.HistoryEntry) (map[ident.ID]reading, error) {
	open := map[ident.ID]reading{}
	var proposals []ident.ID
	for _, e := range page {
		switch e.DossierID.Prefix() {
		case ident.Proposal:
			proposals = append(proposals, e.DossierID)
		case ident.Call:
			open[e.DossierID] = outline
			if v.actor.HoldsAny(e.LagID, staff...) {
				open[e.DossierID] = whole
			}
		default:
			open[e.DossierID] = whole
		}
	}
	if len(proposals) == 0 {
		return open, nil
	}
	rows, err := v.seen.Proposal.Query().Where(proposal.IDIn(proposals...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the proposals of entries: %w", err)
	}
	for _, p := range rows {
		inside, err := v.inside(p)
		waits, failed := v.awaits(p)
		switch {
		case err != nil || failed != nil:
			return nil, errors.Join(err, failed)
		case inside && waits:
			open[p.ID] = outline
		case inside && v.assesses(p):
			open[p.ID] = events
		case inside:
			open[p.ID] = whole
		}
	}
	return open, nil
}

// assesses says whether the actor reads the proposal as its evaluator alone.
func (v *sight) assesses(p *ent.Proposal) bool {
	own := v.actor.Holds(workflow.Applicant, workflow.Subject{LAG: p.LagID, Owner: p.ApplicantID})
	return !own && !v.actor.HoldsAny(p.LagID, staff...) && !v.actor.HoldsAny(p.LagID, workflow.BoardMember)
}

// keep notes what entries say, narrowed to what the actor may read of each.
func (t *told) keep(rows []*ent.HistoryBody, narrow func(ident.ID, *workflow.Body)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bodies == nil {
		t.bodies = map[string]workflow.Body{}
	}
	for _, row := range rows {
		body, err := workflow.DecodeBody([]byte(row.Body))
		if err != nil {
			return fmt.Errorf("read entry %s: %w", row.ID, err)
		}
		narrow(row.ID, &body)
		t.bodies[string(row.ID)] = body
	}
	return nil
}

// bodyOf is what an entry says, empty for those who may not read it.
func bodyOf(ctx context.Context, e *ent.HistoryEntry) workflow.Body {
	t := &sessionOf(ctx).sight.told
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bodies[string(e.ID)]
}

// entryState is a state that an entry names, under the entry's definition.
func (r *Resolver) entryState(ctx context.Context, e *ent.HistoryEntry, name workflow.StateName) *model.State {
	if name == "" {
		return nil
	}
	return r.stateOf(ctx, e.Definition, string(name), e.LagID, "", "")
}

// guardResults is nil for an entry without guards, and for one that the actor
// may not read.
func guardResults(all []workflow.GuardRecord) []*model.GuardResult {
	if all == nil {
		return nil
	}
	out := make([]*model.GuardResult, len(all))
	for i, g := range all {
		out[i] = &model.GuardResult{
			Guard: g.Guard, Verdict: string(g.Verdict), Unverified: append([]string{}, g.Unverified...),
			Facts: model.Facts(recorded(g.Facts)), DocumentID: idOrNil(g.Document),
		}
	}
	return out
}

func recorded(all []workflow.FactRecord) []rules.Fact {
	out := make([]rules.Fact, len(all))
	for i, f := range all {
		out[i] = rules.Fact{Name: f.Name, Value: f.Value}
	}
	return out
}

func refusedFor(all []workflow.RefusalBrief) []*model.RefusedFor {
	if all == nil {
		return nil
	}
	out := make([]*model.RefusedFor, len(all))
	for i, r := range all {
		out[i] = &model.RefusedFor{Code: r.Code}
		if r.Guard != "" {
			out[i].Guard = &r.Guard
		}
	}
	return out
}

func textOrNil[T ~string](v T) *string {
	if v == "" {
		return nil
	}
	s := string(v)
	return &s
}
