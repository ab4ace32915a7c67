package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestTiesAreThoseOfTheOfficeAlone: put on file and ended by the office, read by the staff of
// the group that has them, entries and all, and by nobody else.
func TestTiesAreThoseOfTheOfficeAlone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		office, evaluator := a.People[workflow.Administrator], a.Evaluators[0]
		file := func(kind string, one, other ident.ID) map[string]any {
			return map[string]any{"lagId": a.LAG, "oneId": one, "otherId": other, "kind": kind, "since": "2016-01-01", "idempotencyKey": a.key()}
		}
		for name, tt := range map[string]struct {
			in   map[string]any
			code string
		}{
			"a person and a person":   {file("EMPLOYMENT", evaluator.Person, a.Evaluators[1].Person), "WRONG_ID_TYPE otherId"},
			"the wrong way round":     {file("EMPLOYMENT", a.Applicants[0], evaluator.Person), "WRONG_ID_TYPE oneId"},
			"nobody":                  {file("EMPLOYMENT", a.ID(ident.Person), a.Applicants[0]), "NOT_FOUND oneId"},
			"a person of another one": {file("EMPLOYMENT", a.Outsider.Person, a.Applicants[0]), "NOT_FOUND oneId"},
			"no organisation":         {file("EMPLOYMENT", evaluator.Person, a.ID(ident.Organisation)), "NOT_FOUND otherId"},
			"one with itself":         {file("PARTNERSHIP", a.Applicants[0], a.Applicants[0]), "MALFORMED_INPUT otherId"},
		} {
			r := a.do(office, "recordTie", tt.in)
			if got := fmt.Sprint(r.at("userErrors", 0, "code"), " ", r.at("userErrors", 0, "field")); got != tt.code {
				t.Errorf("%s: got %s, want %s", name, r.body, tt.code)
			}
		}
		tie := a.done(a.People[workflow.Secretary], "recordTie", file("FAMILY", evaluator.Person, a.ApplicantActors[0].Person))
		if r := a.do(office, "endTie", map[string]any{"id": tie, "until": "2015-12-31", "documentId": a.Document(a.LAG, a.LAG), "idempotencyKey": a.key()}); r.at("userErrors", 0, "code") != "DATE_REFUSED" {
			t.Errorf("ended before it began: got %s, want DATE_REFUSED", r.body)
		}
		a.done(office, "endTie", map[string]any{"id": tie, "until": "2099-12-31", "documentId": a.Document(a.LAG, a.LAG)})
		read := fmt.Sprintf(`{ node(id: %q) { ... on Tie { oneID otherID kind since until } } }`, tie)
		listed := fmt.Sprintf(`{ node(id: %q) { ... on Lag { ties(first: 10) { totalCount edges { node { id } } } } } }`, a.LAG)
		entries := fmt.Sprintf(`{ node(id: %q) { ... on Lag { history(first: 100) { edges { node { kind subjectID } } } } } }`, a.LAG)
		for _, who := range []workflow.Actor{
			office, a.People[workflow.Chair], a.People[workflow.Auditor], a.People[workflow.BoardMember], evaluator, a.ApplicantActors[0], a.Outsider, public,
		} {
			staff := who.HoldsAny(a.LAG, workflow.Administrator, workflow.Chair, workflow.Auditor)
			if got := a.must(who, read, nil); strings.Contains(got.body, `"kind":"FAMILY","since":"2016-01-01","until":"2099-12-31"`) != staff {
				t.Errorf("%v: got %s, want the tie read = %t", who.Grants, got.body, staff)
			}
			if got := a.must(who, listed, nil); strings.Contains(got.body, string(tie)) != staff || strings.Contains(got.body, `"totalCount":1`) != staff {
				t.Errorf("%v: got %s, want the tie listed = %t", who.Grants, got.body, staff)
			}
			if got := a.must(who, entries, nil); strings.Contains(got.body, `"kind":"tie.record"`) != staff || strings.Contains(got.body, `"kind":"tie.end"`) != staff {
				t.Errorf("%v: got %s, want its entries read = %t", who.Grants, got.body, staff)
			}
		}
		strike := func(who workflow.Actor) reply {
			return a.do(who, "strikeTie", map[string]any{"id": tie, "reason": "Bendravardis.", "documentId": a.Document(a.LAG, a.LAG), "idempotencyKey": a.key()})
		}
		for _, who := range []workflow.Actor{a.People[workflow.BoardMember], evaluator, a.Outsider} {
			if r := strike(who); r.at("userErrors", 0, "code") != "NOT_FOUND" {
				t.Errorf("%v: got %s, want NOT_FOUND", who.Grants, r.body)
			}
			r := a.do(who, "endTie", map[string]any{"id": tie, "until": "2016-12-31", "documentId": a.Document(a.LAG, a.LAG), "idempotencyKey": a.key()})
			if r.at("userErrors", 0, "code") != "NOT_FOUND" {
				t.Errorf("%v: got %s, want NOT_FOUND", who.Grants, r.body)
			}
			r = a.do(who, "recordTie", file("EMPLOYMENT", evaluator.Person, a.Applicants[0]))
			if code := r.at("userErrors", 0, "code"); code != "ROLE_REFUSED" && code != "NOT_FOUND" {
				t.Errorf("%v: got %s, want it refused", who.Grants, r.body)
			}
		}
		if r := strike(office); r.at("userErrors", 0) != nil || r.at("entry") == nil {
			t.Errorf("struck by the office: got %s, want an entry", r.body)
		}
		if got := a.must(office, listed, nil); strings.Contains(got.body, string(tie)) {
			t.Errorf("struck: got %s, want no tie", got.body)
		}
		if got := a.must(office, entries, nil); !strings.Contains(got.body, `"kind":"tie.record"`) || !strings.Contains(got.body, `"kind":"tie.strike"`) {
			t.Errorf("struck: got %s, want its entries to stay", got.body)
		}
	})
}

// TestMatchesAreForTheEvaluatorAndTheStaff: of a tie that another group put on file no more
// than the ground, and nothing of what others share.
func TestMatchesAreForTheEvaluatorAndTheStaff(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		mine, other := a.Evaluators[0], a.Evaluators[1]
		evaluation, theirs := a.Assign(p, mine), a.Assign(p, other)
		a.Tie(workflow.EmploymentTie, mine.Person, a.Applicants[0])
		elsewhere := *a.World
		elsewhere.LAG = a.Outsider.Grants[0].LAG
		a.Must(workflow.SystemActor(), workflow.FoundLAG{ID: elsewhere.LAG, Name: "Kita", ShortName: "K", Sourced: workflow.Sourced{Synthetic: true}}.Record())
		elsewhere.Tie(workflow.OwnershipTie, mine.Person, a.Applicants[0])
		const asked = `matches { ground shared since until }`
		read := func(who workflow.Actor, id ident.ID) string {
			return fmt.Sprint(a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Evaluation { %s } } }`, id, asked), nil).at("node"))
		}
		const want = `map[matches:[map[ground:EMPLOYMENT shared:Pareiškėjas 1 since:2016-01-15 until:<nil>] map[ground:OWNERSHIP shared:<nil> since:<nil> until:<nil>]]]`
		since := strings.ReplaceAll(want, "2016-01-15", string(workflowtest.Begin.Day()))
		for _, who := range []workflow.Actor{mine, a.People[workflow.Administrator], a.People[workflow.Auditor]} {
			if got := read(who, evaluation); got != since {
				t.Errorf("%v: got %s, want %s", who.Grants, got, since)
			}
		}
		if got := read(other, theirs); got != "map[matches:[]]" {
			t.Errorf("of whom nothing is shared: got %s, want no matches", got)
		}
		for _, who := range []workflow.Actor{other, a.ApplicantActors[0], a.Outsider, public} {
			if got := read(who, evaluation); strings.Contains(got, "EMPLOYMENT") || strings.Contains(got, "[]") {
				t.Errorf("%v: got %s, want nothing told", who.Grants, got)
			}
		}
		// A member of the board reads the evaluation, and not what its evaluator shares.
		a.Fire(call, "publishReceivedList", nil)
		all := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { id %s } } } }`, p, asked)
		if got := a.must(a.People[workflow.BoardMember], all, nil); !strings.Contains(got.body, string(evaluation)) || strings.Contains(got.body, "ground") {
			t.Errorf("a member of the board: got %s, want the evaluation without matches", got.body)
		}
		tasks := fmt.Sprintf(`{ today(lagId: %q, days: 31, role: ADMINISTRATOR) { id reason } }`, a.LAG)
		shown := fmt.Sprintf(`{"id":%q,"reason":"CONFLICT"}`, evaluation)
		if got := a.must(a.People[workflow.Administrator], tasks, nil); !strings.Contains(got.body, shown) || strings.Contains(got.body, fmt.Sprintf(`{"id":%q,"reason":"CONFLICT"}`, theirs)) {
			t.Errorf("got %s, want the office to be told of %s alone", got.body, evaluation)
		}
		a.Must(mine, workflow.Fire{Subject: evaluation, Event: "declareConflict", Reason: "Dirbu ten."})
		if got := a.must(a.People[workflow.Administrator], tasks, nil); strings.Contains(got.body, "CONFLICT") {
			t.Errorf("once it is declared: got %s, want nothing to be done", got.body)
		}
	})
}

// TestMatchesTakeAsManyStatements for many evaluations as for few.
func TestMatchesTakeAsManyStatements(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		count := func(n int) int64 {
			_, p := a.InQuality(50_000_00, 1_000_00)
			for range n {
				a.Assign(p, a.Person(workflow.Evaluator, a.LAG, ""))
			}
			before := a.reads.n.Load()
			r := a.must(a.People[workflow.Administrator], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { matches { ground } } } } }`, p), nil)
			if got := strings.Count(r.body, `"matches":[]`); got != n {
				t.Fatalf("got %s, want %d compared", r.body, n)
			}
			return a.reads.n.Load() - before
		}
		if few, many := count(1), count(4); few != many {
			t.Errorf("got %d statements for four evaluations, want the %d for one", many, few)
		}
	})
}

// TestAssignmentsAreSuggestedAroundTies: with the ground, and as it refuses to assign.
func TestAssignmentsAreSuggestedAroundTies(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		office, tied := a.People[workflow.Administrator], a.Evaluators[0]
		a.Tie(workflow.ManagementTie, tied.Person, a.Applicants[0])
		r := a.must(office, `query($call: ID!) { suggestAssignment(callId: $call, each: 2, capacity: 9) { count blocking { evaluatorId rule ground } } }`, map[string]any{"call": call})
		want := fmt.Sprintf("[map[evaluatorId:%s ground:MANAGEMENT rule:R-24]]", tied.Person)
		if got := fmt.Sprint(r.at("suggestAssignment", "blocking")); got != want || r.at("suggestAssignment", "count") != 1.0 {
			t.Errorf("got %s, want one suggested and %s", r.body, want)
		}
		r = a.do(office, "assignEvaluator", map[string]any{"proposalId": p, "evaluatorId": tied.Person, "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "rule") != "R-24" || !strings.Contains(r.body, "MANAGEMENT") || !strings.Contains(r.body, "seat in the applicant's management") {
			t.Errorf("got %s, want R-24 with the ground", r.body)
		}
	})
}
