package store_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// TestAReportsResultsReplaceEachOther while it is open, and stand as the history has them.
func TestAReportsResultsReplaceEachOther(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		target := int64(60)
		indicator, project := b.ID(ident.Indicator), b.ID(ident.Project)
		b.Must(b.People[workflow.Administrator], workflow.RegisterIndicator{
			ID: indicator, LAG: b.LAG, Strategy: b.Strategy, Code: "R-1", Title: "Dalyviai", Target: &target, Sourced: workflow.Sourced{Synthetic: true},
		}.Record())
		row := workflow.Row{Type: "Project", ID: project, Set: workflow.Values{
			"lagId": b.LAG, "promoterId": b.Applicants[0], "ordinal": 1, "title": "Projektas", "theme": "SOCIAL", "proposalId": b.proposal,
		}}
		report := b.Beside("progress_report", b.contract, "INTERIM", nil)
		states := func(values ...int64) error {
			a := workflow.ReportResults{LAG: b.LAG, Proposal: b.proposal, Report: report, Synthetic: true}
			for _, n := range values {
				a.Results = append(a.Results, workflow.ReportedResult{
					ID: b.ID(ident.ResultRecord), Indicator: indicator, Counted: "dalyviai", Unit: "person", Value: n, CountBasis: workflow.UniquePersons,
					UniqueStated: "YES", PeriodBasis: "REPORT_YEAR",
				})
			}
			_, err := b.Engine.Do(t.Context(), b.ApplicantActors[0], a.Record())
			return err
		}
		if err := states(1); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("without a project: got %v, want %s", err, workflow.NotAllowedHere)
		}
		b.Must(workflow.SystemActor(), workflow.In{
			Kind: "project.list", LAG: b.LAG, Dossier: b.LAG, Subject: project, SubjectType: "Project", Rows: []workflow.Row{row},
		}.Record())
		for _, values := range [][]int64{{1, 2, 3}, {25, 4}} {
			if err := states(values...); err != nil {
				t.Fatal(err)
			}
		}
		rows := b.store.Reader().ResultRecord.Query().AllX(t.Context())
		if len(rows) != 2 || *rows[0].Value != 25 || rows[0].Ordinal != 1 || rows[1].Ordinal != 2 || rows[0].ReportID != report {
			t.Errorf("got %v, want what was stated last", rows)
		}
		b.Walk(report, "submit")
		if err := states(26); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("once it is handed in: got %v, want %s", err, workflow.NotAllowedHere)
		}
	})
}

// TestUnitCostsAreKeptWithTheirCall, and what is costed by them with its draft and version.
func TestUnitCostsAreKeptWithTheirCall(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		costs := []terms.UnitCost{{Code: "V1", Title: "Valandė", Unit: "val.", Rate: 10_01}}
		b.Drafting = func(c *workflow.DraftCall) { c.UnitCosts = costs }
		call := b.OpenCall(20_000_00)
		p := b.Proposal(call, 0, 9_000_00)
		quantity, rate := int64(1_000_00), costs[0].Rate-1
		c := content(b.World, "Pagal įkainį", 9_000_00)
		c.Budget = []workflow.BudgetPart{{
			ID: b.ID(ident.BudgetLine), Category: "STAFF", CostMethod: terms.ByUnit, Amount: 10_000_00, UnitCost: "V1", Quantity: &quantity, Rate: &rate,
		}}
		b.Must(b.ApplicantActors[0], b.Engine.EditProposal(b.LAG, p, c))
		b.Fire(p, "submit", nil)
		row := b.store.Reader().Call.GetX(t.Context(), call)
		line := b.store.Reader().Proposal.GetX(t.Context(), p).QueryBudgetLines().OnlyX(t.Context())
		if len(row.UnitCosts) != 1 || row.UnitCosts[0] != costs[0] || *line.Rate != rate || *line.Quantity != quantity || line.UnitCost != "V1" {
			t.Errorf("got %v and %v, want them as they were given", row.UnitCosts, line)
		}
	})
}
