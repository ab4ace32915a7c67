package graph

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/proposalversion"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

func (r *Resolver) checkProposal(ctx context.Context, in model.CheckProposalInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "proposalId", ident.Proposal, in.ProposalID)
	if err != nil {
		return workflow.Record{}, err
	}
	a := workflow.CheckProposal{LAG: lag, Proposal: in.ProposalID}
	var refs []reference
	for i, x := range in.Answers {
		answer := terms.Answer{Item: x.Item, Result: x.Result, Reason: x.Reason}
		if x.DocumentID != nil {
			answer.Document = *x.DocumentID
			refs = append(refs, reference{fmt.Sprintf("answers.%d.documentId", i), ident.Document, answer.Document})
		}
		a.Answers = append(a.Answers, answer)
	}
	return a.Record(), r.referAll(ctx, lag, refs...)
}

// checklist is the one that a call is drafted with.
func checklist(all []*model.ChecklistItemInput) []terms.Item {
	out := make([]terms.Item, len(all))
	for i, x := range all {
		out[i] = terms.Item{Code: x.Code, Title: x.Title, Guidance: orZero(x.Guidance)}
	}
	return out
}

// checklists keeps those of the calls of the proposals that an operation has read, where it asks
// for what was answered to them, and how many versions these proposals have.
type checklists struct {
	mu       sync.Mutex
	read     map[ident.ID][]terms.Item
	versions map[ident.ID]int
}

// noteChecklists reads the checklists of the proposals' calls in one statement, and how many
// versions the proposals have in another.
func (v *sight) noteChecklists(ctx context.Context, all []*ent.Proposal) error {
	if !v.asked["Proposal.checks"] {
		return nil
	}
	v.checklists.mu.Lock()
	defer v.checklists.mu.Unlock()
	var ids, answered []ident.ID
	for _, p := range all {
		if len(p.Checks) == 0 {
			continue
		}
		answered = append(answered, p.ID)
		if _, known := v.checklists.read[p.CallID]; !known && !slices.Contains(ids, p.CallID) {
			ids = append(ids, p.CallID)
		}
	}
	if err := v.noteVersions(ctx, answered); err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := v.all.Call.Query().Where(call.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read checklists: %w", err)
	}
	if v.checklists.read == nil {
		v.checklists.read = map[ident.ID][]terms.Item{}
	}
	for _, c := range rows {
		v.checklists.read[c.ID] = c.Checklist
	}
	return nil
}

// noteVersions reads how many versions the proposals have.
func (v *sight) noteVersions(ctx context.Context, proposals []ident.ID) error {
	if len(proposals) == 0 {
		return nil
	}
	var rows []struct {
		ProposalID ident.ID `json:"proposal_id"`
		Last       int
	}
	err := v.all.ProposalVersion.Query().Where(proposalversion.ProposalIDIn(proposals...)).
		GroupBy(proposalversion.FieldProposalID).Aggregate(ent.As(ent.Max(proposalversion.FieldOrdinal), "last")).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	if v.checklists.versions == nil {
		v.checklists.versions = map[ident.ID]int{}
	}
	for _, row := range rows {
		v.checklists.versions[row.ProposalID] = row.Last
	}
	return nil
}

func (c *checklists) version(proposal ident.ID) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.versions[proposal]
}

func (c *checklists) of(id ident.ID) []terms.Item {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read[id]
}

// checks are the answers to the checklist of the proposal, nil for whoever may not read its papers
// and, until something is decided, for whoever is told of it what its applicant is.
func (r *Resolver) checks(ctx context.Context, p *ent.Proposal) ([]*model.ItemCheck, error) {
	v := sessionOf(ctx).sight
	if inside, err := v.inside(p); !inside || err != nil {
		return nil, err
	}
	if waits, err := v.awaits(p); waits || err != nil {
		return nil, err
	}
	items := v.checklists.of(p.CallID)
	checks, version := p.Checks, terms.Judged(p.Checks)
	// While the check is made it has to judge the last version; what passed or failed it stays
	// what it was, whatever is clarified later.
	if m := v.machines.Pinned(p.Definition); m != nil && m.TakesChecks(workflow.StateName(p.State)) {
		version = v.checklists.version(p.ID)
	}
	if !v.actor.HoldsAny(p.LagID, staff...) {
		checks = terms.Of(version, checks)
	}
	out := make([]*model.ItemCheck, len(checks))
	for i, a := range checks {
		item, _ := terms.ItemOf(items, a.Item)
		out[i] = &model.ItemCheck{Item: item, Result: a.Result, Reason: a.Reason, DocumentID: idOrNil(a.Document), Outdated: a.Version < version}
	}
	return out, nil
}
