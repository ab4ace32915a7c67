package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/budgetline"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/resultrecord"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// rates are the costs that have a rate, against the call's unit costs; nil for whoever may not
// read the proposal's papers.
func (r *Resolver) rates(ctx context.Context, p *ent.Proposal) ([]*model.BudgetRate, error) {
	if inside, err := sessionOf(ctx).sight.inside(p); err != nil || !inside {
		return nil, err
	}
	lines, err := sessionOf(ctx).seen.BudgetLine.Query().Where(budgetline.ProposalID(p.ID), budgetline.RateNotNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read costs: %w", err)
	}
	call, err := r.all.Call.Get(ctx, p.CallID)
	if err != nil {
		return nil, fmt.Errorf("read the unit costs of a call: %w", err)
	}
	out := make([]*model.BudgetRate, len(lines))
	for i, line := range lines {
		out[i] = &model.BudgetRate{Line: line, Rate: *line.Rate}
		limit, known := terms.FindUnitCost(call.UnitCosts, line.UnitCost)
		if !known {
			continue
		}
		delta, err := line.Rate.Minus(limit.Rate)
		if err != nil {
			return nil, err
		}
		within := delta <= 0
		out[i].UnitCost, out[i].Limit, out[i].Delta, out[i].Within = &limit, &limit.Rate, &delta, &within
	}
	return out, nil
}

// mostAchieved is how many counts are told beside a proposal; a choice of design.
const mostAchieved = 100

// reach holds the planned participants against what other projects have counted; nil for
// whoever may not read the proposal's papers.
func (r *Resolver) reach(ctx context.Context, p *ent.Proposal) (*model.Reach, error) {
	session := sessionOf(ctx)
	if inside, err := session.sight.inside(p); err != nil || !inside {
		return nil, err
	}
	// What is still being reported nobody has counted, whoever asks. The applicant's own
	// projects come before the bound.
	others := session.seen.ResultRecord.Query().
		Where(where[predicate.ResultRecord](session.sight.published()), resultrecord.CountBasisIn(workflow.ParticipantBases()...), resultrecord.HasProjectWith(
			project.Or(project.ProposalIDIsNil(), project.ProposalIDNEQ(p.ID)),
			project.Or(project.PromoterID(p.ApplicantID), project.HasProposalWith(session.sight.visibleProposals(), proposal.ActionID(p.ActionID))),
		)).
		WithProject(func(q *ent.ProjectQuery) { q.WithProposal() })
	own := resultrecord.HasProjectWith(project.PromoterID(p.ApplicantID))
	rows, err := others.Clone().Where(own).Limit(mostCompared).All(ctx)
	if err == nil {
		var rest []*ent.ResultRecord
		rest, err = others.Where(resultrecord.Not(own)).Limit(mostCompared).All(ctx)
		rows = append(rows, rest...)
	}
	if err != nil {
		return nil, fmt.Errorf("read what other projects counted: %w", err)
	}
	slices.SortStableFunc(rows, func(a, b *ent.ResultRecord) int {
		x, y := a.Edges.Project, b.Edges.Project
		own := func(q *ent.Project) int {
			if q.PromoterID == p.ApplicantID {
				return 0
			}
			return 1
		}
		return cmp.Or(own(x)-own(y), x.Ordinal-y.Ordinal, cmp.Compare(x.ID, y.ID), a.Ordinal-b.Ordinal)
	})
	out := &model.Reach{Target: p.Participants, Basis: textOrNil(p.ParticipantsBasis), AchievedBefore: []*model.AchievedBefore{}}
	out.UniqueBefore, out.BestBefore = achieved(rows, p.ApplicantID, p.ParticipantsBasis)
	for _, row := range rows[:min(len(rows), mostAchieved)] {
		of := row.Edges.Project
		out.AchievedBefore = append(out.AchievedBefore, &model.AchievedBefore{
			Project: of, SameApplicant: of.PromoterID == p.ApplicantID, SameAction: of.Edges.Proposal != nil && of.Edges.Proposal.ActionID == p.ActionID,
			Counted: row.Counted, Value: wholeOrNil(row.Value), Parts: append([]string{}, row.Parts...), Unit: row.Unit,
			CountBasis: row.CountBasis, UniqueStated: row.UniqueStated,
		})
	}
	return out, nil
}

// achieved are the unique persons of the applicant's projects, the largest count of each, for
// a person is new in each project and two counts of one may hold the same; and the
// largest single count on the basis. Nil is for none.
func achieved(rows []*ent.ResultRecord, applicant ident.ID, basis string) (unique, best *int) {
	largest := map[ident.ID]int{}
	for _, row := range rows {
		if row.Edges.Project.PromoterID != applicant || row.Value == nil {
			continue
		}
		n := int(*row.Value)
		if row.CountBasis == workflow.UniquePersons {
			largest[row.ProjectID] = max(largest[row.ProjectID], n)
		}
		if row.CountBasis == basis && (best == nil || *best < n) {
			best = &n
		}
	}
	for _, n := range largest {
		if unique == nil {
			unique = new(int)
		}
		*unique += n
	}
	return unique, best
}

func wholeOrNil(v *int64) *int {
	if v == nil {
		return nil
	}
	n := int(*v)
	return &n
}
