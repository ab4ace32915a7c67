package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/assignment"
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
		counted := func(members []any, field any) int64 {
			t.Helper()
			before := a.reads.n.Load()
			r := a.do(office, "setPool", map[string]any{"callId": call, "idempotencyKey": a.key(), "members": members})
			if got := r.at("userErrors", 0, "field"); got != field {
				t.Errorf("a pool of %d: got %s, want %v refused", len(members), r.body, field)
			}
			return a.reads.n.Load() - before
		}
		member := func(i int, more ...ident.ID) any {
			known := append([]ident.ID{a.Actions[i%2]}, more...)
			return map[string]any{"personId": []ident.ID{one.Person, two.Person}[i%2], "competences": known, "capacity": 0}
		}
		pair, many := []any{member(0), member(1)}, []any{}
		for i := range assignment.MaxEvaluators + 1 {
			many = append(many, member(i))
		}
		few := counted(pair, "members.0.capacity")
		if got := counted(many[:40], "members.0.capacity"); got != few {
			t.Errorf("got %d statements for 40 members, want the %d for two", got, few)
		}
		if got := counted(many, "members"); got != few-2 {
			t.Errorf("got %d statements for more than a pool has, want %d: neither persons nor actions are read", got, few-2)
		}
		if got := counted([]any{member(0, make([]ident.ID, assignment.MaxCompetences)...)}, "members.0.competences"); got != few-2 {
			t.Errorf("got %d statements for more actions than are compared, want %d", got, few-2)
		}
		elsewhere := a.ID(ident.Person)
		counted([]any{member(0), map[string]any{"personId": elsewhere, "competences": []ident.ID{}, "capacity": 1}}, "members.1.personId")
		counted([]any{member(0, a.ID(ident.Action))}, "members.0.competences.1")
		counted([]any{member(0, a.ID(ident.Person))}, "members.0.competences.1")
		r = a.do(office, "assignEvaluator", map[string]any{"proposalId": p, "idempotencyKey": a.key(), "evaluatorId": a.Person(workflow.Evaluator, a.LAG, "").Person})
		if r.at("userErrors", 0, "rule") != "pool" {
			t.Errorf("somebody beyond the pool: got %s, want it refused", r.body)
		}
		if r := a.ask(office, `{ calls(first: 2) { edges { node { pool { capacity } } } } }`, nil); r.code() != "TOO_COMPLEX" {
			t.Errorf("in a list: got %s, want it refused", r.body)
		}
	})
}
