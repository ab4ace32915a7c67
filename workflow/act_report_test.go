package workflow

import (
	"testing"

	"github.com/atranka/atranka/ident"
)

func TestIndicatorsAreSetWhileTheStrategyIsWritten(t *testing.T) {
	register := func(code string, target int64) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.indicators = []IndicatorFacts{{ID: "ind_1", Code: "R-1"}}
			return RegisterIndicator{ID: "ind_2", LAG: oneLAG, Strategy: subjectIDs["strategy"], Code: code, Title: "Dalyviai", Target: &target, TargetDate: "2023-12-31"}.Record(), nil
		}
	}
	office := someone(Administrator)
	recorded(t, "strategy", "amending", []actCase{
		{"by the office", office, register("R-2", 60), ""},
		{"by an applicant", someone(Applicant), register("R-2", 60), "ROLE_REFUSED"},
		{"a code that is there", office, register("R-1", 60), "CONFLICT code"},
		{"a code of two words", office, register("R 2", 60), "MALFORMED_INPUT code"},
		{"less than nothing", office, register("R-2", -1), "MALFORMED_INPUT targetValue"},
	})
	recorded(t, "strategy", "implementing", []actCase{
		{"once it is in force", office, register("R-2", 60), "NOT_ALLOWED_HERE strategyId"},
		{"once it is in force, as it is loaded", SystemActor(), register("R-2", 60), ""},
	})
}

func TestResultsAreReportedWhileTheReportIsOpen(t *testing.T) {
	const report ident.ID = "prg_00000000000000000000000001"
	stated := func(state StateName, change func(*rowStore, *ReportedResult)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.opened = append(store.opened, Subject{ID: report, Kind: progressReport, LAG: oneLAG, Dossier: ours, State: state, Definition: "progress_report@1"})
			store.indicators = []IndicatorFacts{{ID: "ind_1", Code: "R-1"}}
			store.reporting = ReportingFacts{Strategy: "stg_1", Project: "prj_1", Ordinal: 4, Results: []ident.ID{"res_9"}}
			x := ReportedResult{
				ID: "res_1", Indicator: "ind_1", Counted: "dalyviai", Unit: "person", Value: 25, CountBasis: "UNIQUE_PERSON", UniqueStated: "YES", PeriodBasis: "REPORT_YEAR",
			}
			change(store, &x)
			return ReportResults{LAG: oneLAG, Proposal: ours, Report: report, Results: []ReportedResult{x}}.Record(), nil
		}
	}
	sound := func(*rowStore, *ReportedResult) {}
	who := someone(Applicant)
	recorded(t, "proposal", "implementing", []actCase{
		{"while it is due", who, stated("due", sound), ""},
		{"by the office, of a paper", someone(Administrator), stated("due", sound), ""},
		{"by the board", someone(BoardMember), stated("due", sound), "ROLE_REFUSED"},
		{"late", who, stated("overdue", sound), ""},
		{"returned", who, stated("returned", sound), ""},
		{"once it is handed in", who, stated("submitted", sound), "NOT_ALLOWED_HERE reportId"},
		{"once it is accepted", who, stated("accepted", sound), "NOT_ALLOWED_HERE reportId"},
		{"without a project", who, stated("due", func(r *rowStore, _ *ReportedResult) { r.reporting.Project = "" }), "NOT_ALLOWED_HERE reportId"},
		{"of another case", who, stated("due", func(r *rowStore, _ *ReportedResult) { r.opened[len(r.opened)-1].Dossier = "prp_x" }), "NOT_FOUND reportId"},
		{"in a claim", who, stated("due", func(r *rowStore, _ *ReportedResult) { r.opened[len(r.opened)-1].Kind = "payment_claim" }), "NOT_FOUND reportId"},
		{"another strategy's indicator", who, stated("due", func(_ *rowStore, x *ReportedResult) { x.Indicator = "ind_2" }), "MALFORMED_INPUT results.0.indicatorId"},
		{"in the indicator's unit", who, stated("due", func(r *rowStore, _ *ReportedResult) { r.indicators[0].Unit = "person" }), ""},
		{"in another unit", who, stated("due", func(r *rowStore, _ *ReportedResult) { r.indicators[0].Unit = "event" }), "MALFORMED_INPUT results.0.unit"},
		{"unique persons that nobody says are", who, stated("due", func(_ *rowStore, x *ReportedResult) { x.UniqueStated = "UNSTATED" }), "MALFORMED_INPUT results.0.uniqueStated"},
		{"events that are unique", who, stated("due", func(_ *rowStore, x *ReportedResult) { x.CountBasis = "EVENT" }), "MALFORMED_INPUT results.0.uniqueStated"},
		{"a basis that is none", who, stated("due", func(_ *rowStore, x *ReportedResult) { x.CountBasis = "GUESS" }), "MALFORMED_INPUT results.0.countBasis"},
		{"less than none", who, stated("due", func(_ *rowStore, x *ReportedResult) { x.Value = -1 }), "MALFORMED_INPUT results.0.value"},
	})

	store, e := recording("proposal", "implementing")
	r, err := stated("due", sound)(store, e)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Do(t.Context(), who, r); err != nil {
		t.Fatal(err)
	}
	if got := store.applied; len(got) != 2 || got[0].ID != "res_9" || !got[0].Delete || got[1].Set["projectId"] != ident.ID("prj_1") || got[1].Set["ordinal"] != 5 {
		t.Errorf("got %+v, want the one before replaced, after those of other reports", got)
	}
}
