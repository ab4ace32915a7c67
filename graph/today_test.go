package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// TestTodayIsWhatRunsOut, for each reader of what they may read, soonest first.
func TestTodayIsWhatRunsOut(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil) // is registered within two working days
		draft := a.Proposal(call, 1, 10_000_00)
		ask := func(who workflow.Actor, more string) []string {
			t.Helper()
			r := a.must(who, fmt.Sprintf(`{ today(lagId: %q%s) { id title endsAt overdue event state { name responsible } } }`, a.LAG, more), nil)
			var got []string
			for i := 0; r.at("today", i) != nil; i++ {
				got = append(got, fmt.Sprint(r.at("today", i, "id"), " ", r.at("today", i, "event"), " ", r.at("today", i, "overdue")))
			}
			return got
		}
		registering := fmt.Sprint(p, " register false")
		closing, drafting := fmt.Sprint(call, " close false"), fmt.Sprint(draft, " notSubmitted false")
		adm := a.People[workflow.Administrator]
		for name, tt := range map[string]struct {
			who  workflow.Actor
			more string
			want []string
		}{
			"the office":            {adm, "", []string{registering}},
			"the office, a month":   {adm, ", days: 31", []string{registering, closing, drafting}},
			"what staff have to do": {adm, ", days: 31, role: ADMINISTRATOR", []string{registering}},
			"an applicant":          {a.ApplicantActors[1], ", days: 31", []string{closing, drafting}},
			"an outsider":           {a.Outsider, ", days: 31", []string{closing}},
			"the public":            {public, ", days: 31", []string{closing}},
			"an evaluator":          {a.Evaluators[0], ", days: 31", []string{closing}},
		} {
			if got := ask(tt.who, tt.more); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%s: got %v, want %v", name, got, tt.want)
			}
		}
		a.Clock.Advance(7 * 24 * time.Hour)
		if got, want := ask(adm, ", days: 0"), fmt.Sprint(p, " register true"); len(got) != 1 || got[0] != want {
			t.Errorf("a week later: got %v, want %s", got, want)
		}
		for _, days := range []string{"-1", "32"} {
			if r := a.ask(adm, fmt.Sprintf(`{ today(lagId: %q, days: %s) { id } }`, a.LAG, days), nil); r.code() != "MALFORMED_INPUT" {
				t.Errorf("%s days: got %s, want MALFORMED_INPUT", days, r.body)
			}
		}
		if r := a.ask(adm, fmt.Sprintf(`{ today(lagId: %q) { id } }`, call), nil); r.code() != "WRONG_ID_TYPE" {
			t.Errorf("of a call: got %s, want WRONG_ID_TYPE", r.body)
		}
	})
}

// TestTodayTellsWhatWaitsWithoutATerm: what the clock could not do, letters to
// answer, conditions of awards and evaluations, each for those whose it is to know.
func TestTodayTellsWhatWaitsWithoutATerm(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		awarded, assessed, stuck := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 1, 10_000_00), a.Proposal(call, 1, 10_000_00)
		for _, p := range []ident.ID{awarded, assessed, stuck} {
			a.Fire(p, "submit", nil)
		}
		a.CloseCall(call)
		a.ToBoard(awarded, call, 50_00)
		a.Fire(awarded, "decideAward", map[string]string{"grantAwarded": "9000.00", "awardCondition": "leidimas statyti"})
		a.Walk(assessed, "register", "startAdminCheck", "passAdmin", "passEligibility")
		assigned := a.ID(ident.Evaluation)
		a.Must(a.People[workflow.Administrator], a.Engine.AssignEvaluator(workflow.AssignEvaluator{
			ID: assigned, LAG: a.LAG, Proposal: assessed, Evaluator: a.Evaluators[0].Person, DueOn: a.Engine.Today().AddDays(4),
		}))
		if err := a.Engine.GiveUp(t.Context(), stuck, 0, 6, fmt.Errorf("a fault")); err != nil {
			t.Fatal(err)
		}
		office := a.People[workflow.Administrator]
		letter := map[string]any{"subjectId": awarded, "direction": "IN", "number": "G-1", "datedOn": a.Engine.Today(), "channel": "POST"}
		a.done(office, "recordLetter", letter)
		ask := func(who workflow.Actor, more string) map[string]string {
			t.Helper()
			r := a.must(who, fmt.Sprintf(`{ today(lagId: %q%s) { id reason recordID endsAt overdue event } }`, a.LAG, more), nil)
			got := map[string]string{}
			for i := 0; r.at("today", i) != nil; i++ {
				if reason := r.at("today", i, "reason"); reason != "TERM" {
					got[fmt.Sprint(reason)] = fmt.Sprint(r.at("today", i, "id"), r.at("today", i, "endsAt") != nil, r.at("today", i, "recordID") != nil)
				}
			}
			return got
		}
		evaluation := fmt.Sprint(assigned, true, false)
		whole := map[string]string{
			"CONDITION": fmt.Sprint(awarded, false, false), "DECLARATION": evaluation,
			"INCIDENT": fmt.Sprint(stuck, false, true), "LETTER": fmt.Sprint(awarded, false, true),
		}
		for name, tt := range map[string]struct {
			who  workflow.Actor
			more string
			want map[string]string
		}{
			"the office":                      {office, "", whole},
			"the auditor":                     {a.People[workflow.Auditor], "", whole},
			"what the evaluators have":        {office, ", role: EVALUATOR", map[string]string{"DECLARATION": evaluation}},
			"the evaluator":                   {a.Evaluators[0], "", map[string]string{"DECLARATION": evaluation}},
			"the evaluator, before it is due": {a.Evaluators[0], ", days: 3", map[string]string{}},
			"another evaluator":               {a.Evaluators[1], "", map[string]string{}},
			"an applicant":                    {a.ApplicantActors[0], "", map[string]string{}},
			"the public":                      {public, "", map[string]string{}},
		} {
			if got := ask(tt.who, tt.more); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%s: got %v, want %v", name, got, tt.want)
			}
		}
		a.Walk(assigned, "declareNoConflict")
		if got := ask(a.Evaluators[0], ""); fmt.Sprint(got) != fmt.Sprint(map[string]string{"ASSESSMENT": evaluation}) {
			t.Errorf("once it is declared: got %v, want the assessment", got)
		}
		letter["direction"], letter["number"] = "OUT", "S-1"
		a.done(office, "recordLetter", letter)
		if got, answered := ask(office, "")["LETTER"]; answered {
			t.Errorf("once it is answered: got the letter about %s, want none", got)
		}
	})
}

// TestTodayTellsWhoseScoresWaitForAnEvaluator to the office alone, for as long as none is at work.
func TestTodayTellsWhoseScoresWaitForAnEvaluator(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p, q := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 1, 10_000_00)
		a.Fire(p, "submit", nil)
		a.Fire(q, "submit", nil)
		a.CloseCall(call)
		for _, id := range []ident.ID{p, q} {
			a.Walk(id, "register", "startAdminCheck", "passAdmin", "passEligibility")
		}
		office := a.People[workflow.Administrator]
		told := func(when string, who workflow.Actor, want bool) {
			t.Helper()
			r := a.must(who, fmt.Sprintf(`{ today(lagId: %q) { id reason } }`, a.LAG), nil)
			if got := strings.Contains(r.body, fmt.Sprintf(`{"id":%q,"reason":"EVALUATOR"}`, p)); got != want || strings.Count(r.body, `"EVALUATOR"`) > 1 {
				t.Errorf("%s: got %s, want it told %t, and once", when, r.body, want)
			}
		}
		told("before anybody is assigned", office, false)
		first := a.Score(p, call, a.Evaluators[0], 100_00)
		told("with one evaluation, and nobody for another", office, true)
		a.Score(p, call, a.Evaluators[1], 10_00)
		told("while the two may agree", office, false)
		a.Fire(first, "noAgreement", nil)
		told("with nobody for a third", office, true)
		told("with nobody for a third, an auditor", a.People[workflow.Auditor], true)
		for _, who := range []workflow.Actor{a.Evaluators[0], a.People[workflow.BoardMember], a.ApplicantActors[0], a.Outsider, public} {
			told("somebody who is no staff", who, false)
		}
		third := a.Assign(p, a.Person(workflow.Evaluator, a.LAG, ""))
		told("with a third", office, false)
		a.Fire(third, "loseEvaluator", nil)
		told("without the third", office, true)
		a.Score(p, call, a.Person(workflow.Evaluator, a.LAG, ""), 50_00)
		told("once it is scored", office, false)

		p = q // of which nobody hands anything in
		told("of another, before anybody is assigned", office, false)
		gone := a.Assign(p, a.Evaluators[0])
		told("of another, with one at work", office, false)
		a.Fire(gone, "declareConflict", nil)
		told("of another, with nobody left", office, true)
	})
}
