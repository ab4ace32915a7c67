package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/collation"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposalversion"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/workflow"
)

// versionChanges are what two versions of the proposal have differently, nil where the actor reads
// not both.
func (r *Resolver) versionChanges(ctx context.Context, p *ent.Proposal, from, to int) ([]*model.ContentChange, error) {
	rows, err := sessionOf(ctx).seen.ProposalVersion.Query().
		Where(proposalversion.ProposalID(p.ID), proposalversion.OrdinalIn(from, to)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	content := map[int][]byte{}
	for _, v := range rows {
		content[v.Ordinal] = []byte(v.Content)
	}
	was, is := content[from], content[to]
	if was == nil || is == nil {
		return nil, nil
	}
	changes, err := workflow.Differences(p.ID, was, is)
	out := make([]*model.ContentChange, len(changes))
	for i, c := range changes {
		out[i] = &model.ContentChange{Record: c.Record, Field: c.Field, Was: c.Was, Is: c.Is}
		if c.Line > 0 {
			out[i].Line = &c.Line
		}
	}
	return out, err
}

// How many projects are told beside a proposal, and from how many per cent on a title is like
// another; choices of design.
const (
	mostOthers = 20
	alike      = 33
)

// otherProjects are those of the same applicant, and those with like titles.
func (r *Resolver) otherProjects(ctx context.Context, p *ent.Proposal) ([]*model.OtherProject, error) {
	like := func(s *sql.Selector) {
		any := []*sql.Predicate{sql.EQ(s.C(project.FieldPromoterID), string(p.ApplicantID))}
		for _, word := range collation.Query(p.Title) {
			any = append(any, sql.Contains(s.C(project.FieldTitleWords), " "+word))
		}
		s.Where(sql.Or(any...))
	}
	rows, err := sessionOf(ctx).seen.Project.Query().Where(predicate.Project(like), project.Or(project.ProposalIDIsNil(), project.ProposalIDNEQ(p.ID))).
		Limit(mostCompared).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read other projects: %w", err)
	}
	var out []*model.OtherProject
	words := collation.Words(p.Title)
	for _, x := range rows {
		o := &model.OtherProject{
			Project: x, SameApplicant: x.PromoterID == p.ApplicantID, Similarity: collation.Similarity(words, x.TitleWords),
		}
		if o.SameApplicant || o.Similarity >= alike {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b *model.OtherProject) int { return cmp.Compare(b.Similarity, a.Similarity) })
	return out[:min(len(out), mostOthers)], nil
}

// mostCompared bounds how many projects a title is held against.
const mostCompared = 2_000
