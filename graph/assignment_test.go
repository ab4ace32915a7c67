package graph_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

const suggested = `query($call: ID!, $each: Int!, $capacity: Int!, $without: [ID!]) {
	suggestAssignment(callId: $call, each: $each, capacity: $capacity, without: $without) {
		count unfilled full pairs { proposalId evaluatorId load } loads { evaluator { id name } load } deficits { proposalId missing }
		blocking { proposalId evaluatorId rule } } }`

// TestAssignmentsAreSuggested: to the office alone, around what is assigned already, with
// who is in the way, and nobody is assigned by it.
func TestAssignmentsAreSuggested(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		own, one, two := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 1, 10_000_00), a.Proposal(call, 1, 10_000_00)
		all := []ident.ID{own, one, two}
		for _, p := range all {
			a.Fire(p, "submit", nil)
		}
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		for _, p := range all {
			a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		}
		office := a.People[workflow.Administrator]
		// Of the first applicant's organisation, who must not assess its proposal.
		theirs := a.Person(workflow.Evaluator, a.LAG, a.ApplicantActors[0].Organisation)
		free, other := a.Evaluators[0], a.Evaluators[1]
		a.done(office, "assignEvaluator", map[string]any{"proposalId": one, "evaluatorId": free.Person})
		ask := func(who workflow.Actor, each, capacity int, without ...ident.ID) reply {
			return a.must(who, suggested, map[string]any{"call": call, "each": each, "capacity": capacity, "without": without})
		}
		r := ask(office, 1, 1)
		if got := r.at("suggestAssignment"); r.at("suggestAssignment", "count") != 2.0 || r.at("suggestAssignment", "unfilled") != 0.0 ||
			r.at("suggestAssignment", "pairs", 0, "evaluatorId") != string(other.Person) || r.at("suggestAssignment", "pairs", 1, "evaluatorId") != string(theirs.Person) {
			t.Errorf("one each: got %v, want %s for the first and %s for the last", got, other.Person, theirs.Person)
		}
		if got := len(r.at("suggestAssignment", "loads").([]any)); got != 3 || r.at("suggestAssignment", "loads", 0, "evaluator", "name") == nil {
			t.Errorf("one each: got %s, want three loads with names", r.body)
		}
		r = ask(office, 3, 9)
		if fmt.Sprint(r.at("suggestAssignment", "deficits")) != fmt.Sprintf("[map[missing:1 proposalId:%s]]", own) ||
			fmt.Sprint(r.at("suggestAssignment", "blocking")) != fmt.Sprintf("[map[evaluatorId:%s proposalId:%s rule:R-24]]", theirs.Person, own) {
			t.Errorf("three each: got %s, want one missing at %s, for %s is of its applicant", r.body, own, theirs.Person)
		}
		r = ask(office, 2, 9, theirs.Person, other.Person)
		if r.at("suggestAssignment", "count") != 2.0 || r.at("suggestAssignment", "unfilled") != 3.0 {
			t.Errorf("with one evaluator left: got %s, want what one can take", r.body)
		}
		if again := ask(office, 3, 9).body; again != ask(office, 3, 9).body {
			t.Errorf("asked again: got another answer: %s", again)
		}
		for _, who := range []workflow.Actor{public, a.ApplicantActors[0], free, a.Outsider, a.People[workflow.BoardMember]} {
			if got := ask(who, 1, 1); got.at("suggestAssignment") != nil {
				t.Errorf("%v: got %s, want nothing", who.Grants, got.body)
			}
		}
		if r := a.ask(office, suggested, map[string]any{"call": call, "each": 0, "capacity": 1}); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "MALFORMED_INPUT" {
			t.Errorf("nobody each: got %s, want MALFORMED_INPUT", r.body)
		}
		if r := a.ask(office, fmt.Sprintf(`{ suggestAssignment(callId: %q, capacity: 1) { pairs(first: 101) { load } } }`, call), nil); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "PAGE_SIZE" {
			t.Errorf("101 pairs: got %s, want PAGE_SIZE", r.body)
		}
		if got := a.must(office, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { id } } } }`, two), nil).at("node", "evaluations"); len(got.([]any)) != 0 {
			t.Errorf("got %v assigned by asking, want nobody", got)
		}
	})
}

// TestSuggestionsTakeAsManyStatements for many proposals as for few.
func TestSuggestionsTakeAsManyStatements(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		office := a.People[workflow.Administrator]
		count := func(n int) int64 {
			call := a.OpenCall(50_000_00)
			var all []ident.ID
			for range n {
				all = append(all, a.Proposal(call, 0, 1_000_00))
				a.Fire(all[len(all)-1], "submit", nil)
			}
			a.CloseCall(call)
			a.Fire(call, "publishReceivedList", nil)
			for _, p := range all {
				a.Walk(p, "register", "startAdminCheck", "passAdmin")
			}
			before := a.reads.n.Load()
			if got := a.must(office, suggested, map[string]any{"call": call, "each": 2, "capacity": 9, "without": []any{}}).at("suggestAssignment", "count"); got != float64(2*n) {
				t.Errorf("got %v pairs, want %d", got, 2*n)
			}
			return a.reads.n.Load() - before
		}
		if few, many := count(1), count(4); few != many {
			t.Errorf("got %d statements for four proposals, want the %d for one", many, few)
		}
	})
}
