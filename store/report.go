package store

import (
	"fmt"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/indicator"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/resultrecord"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Indicators are those of the strategy.
func (t *tx) Indicators(strategy ident.ID) ([]workflow.IndicatorFacts, error) {
	rows, err := t.ent.Indicator.Query().Where(indicator.StrategyID(strategy)).Order(ent.Asc(indicator.FieldID)).All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("indicators of %s: %w", strategy, err)
	}
	out := make([]workflow.IndicatorFacts, len(rows))
	for i, r := range rows {
		out[i] = workflow.IndicatorFacts{ID: r.ID, Code: r.Code, Unit: r.Unit}
	}
	return out, nil
}

// Reporting is the project of the report's proposal, with the results that it has.
func (t *tx) Reporting(report ident.ID) (workflow.ReportingFacts, error) {
	m, err := t.ent.Matter.Query().Where(matter.ID(report)).
		WithProposal(func(q *ent.ProposalQuery) { q.WithCall().WithProject() }).Only(t.ctx)
	if err != nil || m.Edges.Proposal == nil {
		return workflow.ReportingFacts{}, fmt.Errorf("what %s reports on: %w", report, err)
	}
	f := workflow.ReportingFacts{Strategy: m.Edges.Proposal.Edges.Call.StrategyID}
	project := m.Edges.Proposal.Edges.Project
	if project == nil {
		return f, nil
	}
	f.Project = project.ID
	rows, err := t.ent.ResultRecord.Query().Where(resultrecord.ProjectID(project.ID)).Order(ent.Asc(resultrecord.FieldID)).All(t.ctx)
	for _, r := range rows {
		if r.ReportID == report {
			f.Results = append(f.Results, r.ID)
		} else {
			f.Ordinal = max(f.Ordinal, r.Ordinal)
		}
	}
	return f, err
}
