package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// TestAPoolIsTheOfficesToRead, and to suggest by: evaluators and the board are not told by it who
// evaluates.
func TestAPoolIsTheOfficesToRead(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(5_000_00)
		p := a.Proposal(call, 0, 1_000_00)
		a.Fire(p, "submit", nil)
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		office := a.People[workflow.Administrator]
		one, two := a.Evaluators[0], a.Evaluators[1]
		a.done(office, "setPool", map[string]any{"callId": call, "members": []any{
			map[string]any{"personId": one.Person, "competences": []ident.ID{a.Actions[0]}, "capacity": 1}, map[string]any{"personId": two.Person, "capacity": 3},
		}})
		a.Assign(p, one)
		query := fmt.Sprintf(`{ node(id: %q) { ... on Call { pool { person { id name } competences { code } capacity assigned }
			history(first: 90) { edges { node { kind } } } } } }`, call)
		for name, who := range map[string]workflow.Actor{
			"the office": office, "an auditor": a.People[workflow.Auditor], "an evaluator": one, "the board": a.People[workflow.BoardMember],
			"its applicant": a.ApplicantActors[0], "another group's office": a.Outsider, "the public": public,
		} {
			r := a.must(who, query, nil)
			staff := name == "the office" || name == "an auditor"
			if (r.at("node", "pool") != nil) != staff || strings.Contains(r.body, "call.pool") != staff || strings.Contains(r.body, string(two.Person)) != staff {
				t.Errorf("%s: got %s, want the pool for the office alone", name, r.body)
			}
			if !staff {
				continue
			}
			if r.at("node", "pool", 0, "assigned") != 1.0 || r.at("node", "pool", 0, "capacity") != 1.0 || r.at("node", "pool", 0, "competences", 0, "code") != "1.1.1" ||
				r.at("node", "pool", 1, "assigned") != 0.0 || r.at("node", "pool", 0, "person", "name") == nil {
				t.Errorf("%s: got %s, want both with what they know, take and have", name, r.body)
			}
		}
		suggested := fmt.Sprintf(`{ suggestAssignment(callId: %q, each: 2) { count lacking pairs { evaluatorId lacks } } }`, call)
		if r := a.must(office, suggested, nil); r.at("suggestAssignment", "pairs", 0, "evaluatorId") != string(two.Person) || r.at("suggestAssignment", "lacking") != 0.0 {
			t.Errorf("got %s, want the other of the pool, without a capacity named", r.body)
		}
		a.done(office, "setPool", map[string]any{"callId": call, "members": []any{map[string]any{"personId": two.Person, "competences": []ident.ID{}, "capacity": 3}}})
		r := a.do(office, "setPool", map[string]any{"callId": call, "idempotencyKey": a.key(), "members": []any{
			map[string]any{"personId": a.People[workflow.Chair].Person, "capacity": 3}, map[string]any{"personId": two.Person, "competences": []ident.ID{a.Actions[1]}, "capacity": 0},
		}})
		for i, want := range []string{"members.0.personId", "members.1.capacity", "members.1.competences.0"} {
			if got := r.at("userErrors", i, "field"); got != want {
				t.Errorf("refusal %d: got %v, want %s", i, got, want)
			}
		}
		r = a.do(office, "assignEvaluator", map[string]any{"proposalId": p, "idempotencyKey": a.key(), "evaluatorId": a.Person(workflow.Evaluator, a.LAG, "").Person})
		if r.at("userErrors", 0, "rule") != "pool" {
			t.Errorf("somebody beyond the pool: got %s, want it refused", r.body)
		}
		if r := a.ask(office, `{ calls(first: 2) { edges { node { pool { capacity } } } } }`, nil); r.code() != "TOO_COMPLEX" {
			t.Errorf("in a list: got %s, want it refused", r.body)
		}
	})
}
