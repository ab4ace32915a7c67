package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

const progress = `{ node(id: %q) { ... on Strategy { progress { target gap counts { basis unit reported verified } } } } }`

// indicator puts one on record with a target.
func (a *api) indicator(code string, target any) ident.ID {
	return a.done(a.People[workflow.Administrator], "registerIndicator", map[string]any{
		"strategyId": a.Strategy, "code": code, "title": "Rodiklis " + code, "targetValue": target,
	})
}

// result is a number as a report states it.
func result(indicator ident.ID, basis, period string, n int) map[string]any {
	unique := map[string]string{"UNIQUE_PERSON": "YES", "EVENT": "NO", "PARTICIPATION": "UNSTATED"}[basis]
	return map[string]any{
		"indicatorId": indicator, "counted": "kas suskaičiuota", "unit": strings.ToLower(basis), "value": n, "countBasis": basis,
		"uniqueStated": unique, "periodBasis": period,
	}
}

// TestProgressIsToldByBasis: what is reported adds up where it cannot hold the same twice,
// counts as verified with the report, and until then is the office's and the board's.
func TestProgressIsToldByBasis(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		persons, events, none := a.indicator("R-1", 60), a.indicator("R-2", 10), a.indicator("R-3", nil)
		_, p, contract := a.InForce()
		a.project(p)
		applicant, board := a.ApplicantActors[0], a.People[workflow.BoardMember]
		first, second := a.Beside("progress_report", contract, "INTERIM", nil), a.Beside("progress_report", contract, "FINAL", nil)
		report := func(id ident.ID, results ...any) {
			a.done(applicant, "reportResults", map[string]any{"reportId": id, "results": results})
		}
		says := func(who workflow.Actor, want string) {
			t.Helper()
			if r := a.must(who, fmt.Sprintf(progress, a.Strategy), nil); !strings.Contains(r.body, want) {
				t.Errorf("got %s, want %s", r.body, want)
			}
		}
		const withheld = -1 // the node itself
		reads := func(who workflow.Actor, ofProject, ofReport int) {
			t.Helper()
			for query, want := range map[string]int{
				fmt.Sprintf(`{ node(id: %q) { ... on Proposal { project { results { value } } } } }`, p): ofProject,
				fmt.Sprintf(`{ node(id: %q) { ... on Matter { reportedResults { value } } } }`, first):   ofReport,
			} {
				r := a.ask(who, query, nil)
				got := strings.Count(r.body, `"value"`)
				if strings.Contains(r.body, `"node":null`) {
					got = withheld
				}
				if got != want {
					t.Errorf("%s: got %s, want %d results", query, r.body, want)
				}
			}
		}
		nothing := `"progress":[{"target":60,"gap":60,"counts":[]},{"target":10,"gap":10,"counts":[]},{"target":null,"gap":null,"counts":[]}]`
		report(first, result(persons, "UNIQUE_PERSON", "REPORT_YEAR", 99))
		report(first, result(persons, "UNIQUE_PERSON", "REPORT_YEAR", 20), result(events, "EVENT", "REPORT_YEAR", 3), result(none, "EVENT", "REPORT_YEAR", 1))
		says(board, nothing) // it is still being filled in
		reads(applicant, 3, 3)
		reads(board, 0, withheld)
		reads(public, 0, withheld)
		a.Walk(first, "submit")
		says(public, nothing)
		says(board, `{"target":60,"gap":60,"counts":[{"basis":"UNIQUE_PERSON","unit":"unique_person","reported":20,"verified":0}]}`)
		reads(board, 3, withheld)
		reads(a.Evaluators[0], 0, withheld)
		reads(public, 0, withheld)
		r := a.do(applicant, "reportResults", map[string]any{"reportId": first, "results": []any{}, "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "code") != "NOT_ALLOWED_HERE" {
			t.Errorf("after it is handed in: got %s, want NOT_ALLOWED_HERE", r.body)
		}
		a.Walk(first, "startCheck", "accept")
		reads(public, 3, withheld)
		says(public, `"progress":[{"target":60,"gap":40,"counts":[{"basis":"UNIQUE_PERSON","unit":"unique_person","reported":null,"verified":20}]},`+
			`{"target":10,"gap":7,"counts":[{"basis":"EVENT","unit":"event","reported":null,"verified":3}]},{"target":null,"gap":null,`)
		report(second, result(persons, "UNIQUE_PERSON", "REPORT_YEAR", 25), result(events, "EVENT", "REPORT_YEAR", 5), result(events, "PARTICIPATION", "WHOLE_PROJECT", 50))
		a.Walk(second, "submit")
		says(board, `"counts":[{"basis":"UNIQUE_PERSON","unit":"unique_person","reported":25,"verified":20}]`)
		a.Walk(second, "startCheck", "accept")
		// The same persons may have come in both years; events are others each time; and two bases have no gap.
		says(board, `"progress":[{"target":60,"gap":35,"counts":[{"basis":"UNIQUE_PERSON","unit":"unique_person","reported":25,"verified":25}]},`+
			`{"target":10,"gap":null,"counts":[{"basis":"EVENT","unit":"event","reported":8,"verified":8},{"basis":"PARTICIPATION","unit":"participation","reported":50,"verified":50}]},`)
		many := make([]any, workflow.MaxResults+1)
		for i := range many {
			many[i] = result("ind_00000000000000000000000009", "EVENT", "REPORT_YEAR", 1)
		}
		r = a.do(applicant, "reportResults", map[string]any{"reportId": second, "results": many, "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "field") != "results" {
			t.Errorf("more than a report states: got %s, want them refused before any is looked up", r.body)
		}
		before := a.reads.n.Load()
		says(public, `"gap":35`)
		some := a.reads.n.Load() - before
		for i := range 5 {
			a.indicator(fmt.Sprint("S-", i), 1)
		}
		before = a.reads.n.Load()
		says(public, `"gap":35`)
		if got := a.reads.n.Load() - before; got != some {
			t.Errorf("got %d statements for eight indicators, want the %d for three", got, some)
		}
	})
}

// TestATotalTellsNoMoreThanItsRows: not what is reported to a member who left for the case,
// and no gap by heads that reach no target.
func TestATotalTellsNoMoreThanItsRows(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		persons, visitors, helpers := a.indicator("R-1", 60), a.indicator("R-2", 60), a.indicator("R-3", 60)
		_, p := a.OnAgenda()
		board := a.Board(workflowtest.Thirds(1)...)
		meeting := a.Plan(workflow.InPerson)
		item := a.Table(meeting, p, "decideFund")
		a.Begin(meeting, board...)
		a.Fire(item, "open", nil)
		a.Recuse(item, workflow.FamilyTie, board[0])
		contract := a.Contracted(p)
		a.project(p)
		report := a.Beside("progress_report", contract, "INTERIM", nil)
		visited, helped := result(visitors, "EVENT_VISITOR", "REPORT_YEAR", 120), result(helpers, "VOLUNTEER", "REPORT_YEAR", 6)
		visited["uniqueStated"], helped["uniqueStated"] = "NO", "NO"
		a.done(a.ApplicantActors[0], "reportResults", map[string]any{"reportId": report, "results": []any{
			result(persons, "UNIQUE_PERSON", "REPORT_YEAR", 20), visited, helped,
		}})
		says := func(who workflow.Actor, want string) {
			t.Helper()
			if r := a.must(who, fmt.Sprintf(progress, a.Strategy), nil); !strings.Contains(r.body, want) {
				t.Errorf("got %s, want %s", r.body, want)
			}
		}
		a.Walk(report, "submit")
		says(board[1].Actor, `"reported":20`)
		says(board[0].Actor, `{"target":60,"gap":60,"counts":[]}`)
		a.Walk(report, "startCheck", "accept")
		for _, who := range []workflow.Actor{board[0].Actor, public} {
			says(who, `"verified":20}]},{"target":60,"gap":null,"counts":[{"basis":"EVENT_VISITOR",`)
			says(who, `"verified":120}]},{"target":60,"gap":null,"counts":[{"basis":"VOLUNTEER",`)
		}
	})
}

// TestReachHoldsNothingThatIsStillReported, not even for the applicant who reports it.
func TestReachHoldsNothingThatIsStillReported(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		persons := a.indicator("R-1", 60)
		_, p, contract := a.InForce()
		a.project(p)
		report := a.Beside("progress_report", contract, "INTERIM", nil)
		a.done(a.ApplicantActors[0], "reportResults", map[string]any{"reportId": report, "results": []any{result(persons, "UNIQUE_PERSON", "REPORT_YEAR", 20)}})
		next := a.Proposal(a.OpenCall(50_000_00), 0, 10_000_00)
		says := func(want string) {
			t.Helper()
			query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { reach { uniqueBefore } } } }`, next)
			if r := a.must(a.ApplicantActors[0], query, nil); !strings.Contains(r.body, want) {
				t.Errorf("got %s, want %s", r.body, want)
			}
		}
		says(`"uniqueBefore":null`)
		a.Walk(report, "submit")
		says(`"uniqueBefore":null`)
		a.Walk(report, "startCheck", "accept")
		says(`"uniqueBefore":20`)
	})
}

// TestReachAndRatesAreForThoseInside the proposal, as its other papers are.
func TestReachAndRatesAreForThoseInside(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.limited()
		call, p := a.InQuality(50_000_00, 10_000_00)
		a.clarified(p)
		a.counted(a.project(""), "UNIQUE_PERSON", 25)
		a.Fire(call, "publishReceivedList", nil)
		a.Walk(a.Assign(p, a.Evaluators[0]), "declareConflict")
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title participants participantsBasis rates { delta } reach { target } } } }`, p)
		const open, shut = `"participants":40,"participantsBasis":"UNIQUE_PERSON","rates":[{"delta":"11110.81"}],"reach":{"target":40}`, `"participants":null,"participantsBasis":"","rates":null,"reach":null`
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want string
		}{
			"its applicant": {a.ApplicantActors[0], open}, "the office": {a.People[workflow.Administrator], open},
			"the board": {a.People[workflow.BoardMember], open}, "an evaluator with a conflict": {a.Evaluators[0], shut},
			"another applicant": {a.ApplicantActors[1], `"node":null`}, "the public": {public, `"node":null`},
		} {
			if r := a.ask(tt.who, query, nil); !strings.Contains(r.body, tt.want) {
				t.Errorf("%s: got %s, want %s", name, r.body, tt.want)
			}
		}
		costs := fmt.Sprintf(`{ node(id: %q) { ... on Call { unitCosts { code title unit rate } } } }`, call)
		if r := a.must(public, costs, nil); !strings.Contains(r.body, `[{"code":"V1","title":"Kelionė","unit":"km","rate":"0.30"}]`) {
			t.Errorf("unit costs: got %s, want them", r.body)
		}
	})
}

// TestCountsOnOtherBasesAreNeverSummed: each is told with its basis; of one project two
// unique counts may hold the same persons.
func TestCountsOnOtherBasesAreNeverSummed(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p, another := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 1, 10_000_00)
		one, two := a.project(""), a.project("")
		a.counted(one, "UNIQUE_PERSON", 25)
		a.counted(one, "UNIQUE_PERSON", 20)
		a.counted(one, "PERSON_UNSTATED", 300)
		a.counted(one, "EVENT_VISITOR", 1000)
		a.counted(two, "UNIQUE_PERSON", 7)
		a.counted(two, "SERVICE_INSTANCE", 500)
		reach := func(who workflow.Actor, p ident.ID) reply {
			return a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { reach { target uniqueBefore bestBefore achievedBefore { countBasis value } } } } }`, p), nil)
		}
		r := reach(a.ApplicantActors[0], p)
		if r.at("node", "reach", "uniqueBefore") != 32.0 || r.at("node", "reach", "bestBefore") != 25.0 || strings.Count(r.body, "countBasis") != 5 || strings.Contains(r.body, "1000") {
			t.Errorf("got %s, want 25 + 7 unique, 25 at best, and no visitors", r.body)
		}
		if r := reach(a.ApplicantActors[1], another); !strings.Contains(r.body, `"uniqueBefore":null,"bestBefore":null,"achievedBefore":[]`) {
			t.Errorf("of an applicant without projects: got %s, want nothing", r.body)
		}
	})
}
