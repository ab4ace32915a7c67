package graph

import (
	"context"
	"fmt"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ident"
)

// withProposals gives projects the proposal that their state and history are
// read from, in one statement, and takes away ids of proposals that the actor
// does not see.
func (v *sight) withProposals(ctx context.Context, all []*ent.Project) error {
	if !v.asked.any("Project.state", "Project.history", "Project.proposalID") {
		return nil
	}
	var ids []ident.ID
	for _, p := range all {
		if p.ProposalID != "" {
			ids = append(ids, p.ProposalID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := v.seen.Proposal.Query().Where(proposal.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read the proposals of projects: %w", err)
	}
	byID := map[ident.ID]*ent.Proposal{}
	for _, p := range found {
		byID[p.ID] = p
	}
	for _, p := range all {
		if visible := byID[p.ProposalID]; visible == nil {
			p.ProposalID = ""
		} else if p.Edges.Proposal == nil {
			p.Edges.Proposal = visible
		}
	}
	return nil
}
