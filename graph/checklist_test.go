package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// twoItems has calls drafted with a checklist.
func twoItems(c *workflow.DraftCall) {
	c.Checklist = []terms.Item{{Code: "A-1", Title: "Pasirašyta", Guidance: "Žr. įgaliojimą."}, {Code: "A-2", Title: "Pridėti priedai"}}
}

// checksRead are the answers that somebody reads, by code and result; "null" where they read none.
func checksRead(a *api, who workflow.Actor, p ident.ID) string {
	a.T.Helper()
	r := a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { checks { item { code title guidance } result reason documentID } } } }`, p), nil)
	list, some := r.at("node", "checks").([]any)
	if !some {
		return "null"
	}
	var out []string
	for i := range list {
		out = append(out, fmt.Sprint(r.at("node", "checks", i, "item", "code"), " ", r.at("node", "checks", i, "result")))
	}
	return strings.Join(out, ", ")
}

// TestAnswersAreReadByThoseWhoReadThePapers: by the office and whoever evaluates or decides at once, by
// the applicant once something is decided, by nobody with a conflict and by nobody outside.
func TestAnswersAreReadByThoseWhoReadThePapers(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.Drafting = twoItems
		call := a.OpenCall(5_000_00)
		p, q, fresh := a.Proposal(call, 0, 1_000_00), a.Proposal(call, 1, 1_000_00), a.Proposal(call, 1, 1_000_00)
		for _, id := range []ident.ID{p, q, fresh} {
			a.Fire(id, "submit", nil)
		}
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		office := a.People[workflow.Administrator]
		for _, id := range []ident.ID{p, q, fresh} {
			a.Walk(id, "register", "startAdminCheck")
		}
		trusted, conflicted := a.Evaluators[0], a.Evaluators[1]
		a.Walk(a.Assign(p, trusted), "declareNoConflict")
		a.Walk(a.Assign(p, conflicted), "declareConflict")
		a.done(office, "checkProposal", map[string]any{"proposalId": p, "answers": []any{
			map[string]any{"item": "A-2", "result": "NOT_MET", "reason": "Trūksta.", "documentId": a.Document(p, p)},
		}})
		readers := map[string]workflow.Actor{
			"the office": office, "an auditor": a.People[workflow.Auditor], "the board": a.People[workflow.BoardMember], "its evaluator": trusted,
			"its applicant": a.ApplicantActors[0], "an evaluator with a conflict": conflicted, "another applicant": a.ApplicantActors[1],
			"an evaluator of none": a.Person(workflow.Evaluator, a.LAG, ""), "another group's office": a.Outsider, "the public": public,
		}
		expect := func(when, inside, applicant string) {
			t.Helper()
			for name, who := range readers {
				want := map[string]string{"the office": inside, "an auditor": inside, "the board": inside, "its evaluator": inside, "its applicant": applicant}[name]
				if want == "" {
					want = "null"
				}
				if got := checksRead(a, who, p); got != want {
					t.Errorf("%s, %s: got %s, want %s", when, name, got, want)
				}
				history := a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 90) { edges { node { kind } } } } } }`, p), nil).body
				if staff := name == "the office" || name == "an auditor"; strings.Contains(history, "proposal.check") != staff {
					t.Errorf("%s, %s: got %s, want the check there for the office alone", when, name, history)
				}
			}
		}
		expect("while it is checked", "A-2 NOT_MET", "null")
		a.done(office, "checkProposal", map[string]any{"proposalId": p, "answers": []any{map[string]any{"item": "A-1", "result": "MET", "reason": "Yra."}}})
		a.Fire(p, "failAdmin", map[string]string{"failedItem": "A-2"})
		expect("once it is rejected", "A-1 MET, A-2 NOT_MET", "A-1 MET, A-2 NOT_MET")

		// Of q one item failed in the version before the last, and another in the last.
		check := func(item, result string) {
			a.done(office, "checkProposal", map[string]any{"proposalId": q, "answers": []any{map[string]any{"item": item, "result": result, "reason": "Taip."}}})
		}
		check("A-2", "NOT_MET")
		a.Walk(q, "requestClarification", "answer")
		check("A-1", "NOT_MET")
		a.Fire(q, "failAdmin", map[string]string{"failedItem": "A-1"})
		const outdated = `{ node(id: %q) { ... on Proposal { checks { item { code } outdated } } } }`
		for name, want := range map[string]string{
			"the office":        `[{"item":{"code":"A-1"},"outdated":false},{"item":{"code":"A-2"},"outdated":true}]`,
			"another applicant": `[{"item":{"code":"A-1"},"outdated":false}]`,
		} {
			if r := a.must(readers[name], fmt.Sprintf(outdated, q), nil); !strings.Contains(r.body, want) {
				t.Errorf("%s: got %s, want %s", name, r.body, want)
			}
		}

		r := a.must(public, fmt.Sprintf(`{ node(id: %q) { ... on Call { checklist { code title guidance } } } }`, call), nil)
		if got := fmt.Sprint(r.at("node", "checklist")); !strings.Contains(got, "A-1") || !strings.Contains(got, "Pridėti priedai") {
			t.Errorf("the public: got the checklist %s, want it", got)
		}
		r = a.must(office, fmt.Sprintf(`{ proposals(first: 10, filter: {callId: %q}) { edges { node { id checks { item { title } } } } } }`, call), nil)
		if !strings.Contains(r.body, "Pasirašyta") {
			t.Errorf("in a list: got %s, want the titles of items", r.body)
		}
		r = a.do(office, "checkProposal", map[string]any{"proposalId": fresh, "idempotencyKey": a.key(), "answers": []any{map[string]any{"item": "A-3", "result": "MET", "reason": "Yra."}}})
		if r.at("userErrors", 0, "field") != "answers.0.item" {
			t.Errorf("another item: got %s, want it refused by name", r.body)
		}
	})
}
