package graph_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestLettersAreRegisteredDeliveredAndRead by the office and by whom they are
// about; nobody else learns that there was a letter.
func TestLettersAreRegisteredDeliveredAndRead(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		office := a.People[workflow.Secretary]
		sent := map[string]any{
			"subjectId": p, "direction": "OUT", "number": "S-12", "datedOn": a.Engine.Today(), "channel": "POST",
		}
		letter := a.done(office, "recordLetter", sent)
		list := fmt.Sprintf(`{ letters(first: 5, filter: {subjectId: %q, direction: "OUT", delivered: false}) { totalCount edges { node { id number channel deliveredAt } } } }`, p)
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want float64
		}{
			"secretary": {office, 1}, "auditor": {a.People[workflow.Auditor], 1}, "its applicant": {a.ApplicantActors[0], 1},
			"another applicant": {a.ApplicantActors[1], 0}, "evaluator": {a.Evaluators[0], 0}, "board member": {a.People[workflow.BoardMember], 0},
			"outsider": {a.Outsider, 0}, "public": {public, 0},
		} {
			if got := a.must(tt.who, list, nil).at("letters", "totalCount"); got != tt.want {
				t.Errorf("%s: got %v letters, want %v", name, got, tt.want)
			}
			node := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { id } }`, letter), nil).at("node")
			if (node != nil) != (tt.want > 0) {
				t.Errorf("%s: got the node %v, want it seen as the list is", name, node)
			}
		}
		refused := func(who workflow.Actor, name string, in map[string]any, code string) {
			t.Helper()
			in["idempotencyKey"] = a.key()
			if got := a.do(who, name, in).at("userErrors", 0, "code"); got != code {
				t.Errorf("%s of %v: got %v, want %s", name, in, got, code)
			}
		}
		delivery := map[string]any{"letterId": letter, "deliveredAt": a.Clock.Now()}
		refused(a.ApplicantActors[0], "recordDelivery", delivery, "ROLE_REFUSED")
		refused(a.Outsider, "recordDelivery", delivery, "NOT_FOUND")
		refused(office, "recordDelivery", map[string]any{"letterId": letter, "deliveredAt": a.Clock.Now().Day().Start() - 1}, "DATE_REFUSED")
		refused(office, "recordDelivery", map[string]any{"letterId": letter, "deliveredAt": a.Clock.Now() + 1}, "MALFORMED_INPUT")
		refused(office, "recordDelivery", map[string]any{"letterId": p, "deliveredAt": a.Clock.Now()}, "WRONG_ID_TYPE")
		a.done(office, "recordDelivery", delivery)
		refused(office, "recordDelivery", delivery, "NOT_ALLOWED_HERE")
		if got := a.must(office, list, nil).at("letters", "totalCount"); got != 0.0 {
			t.Errorf("undelivered letters after the delivery: got %v, want none", got)
		}
		sent["channel"] = "PIGEON"
		refused(office, "recordLetter", sent, "MALFORMED_INPUT")
		sent["channel"], sent["documentId"] = "POST", call
		refused(office, "recordLetter", sent, "WRONG_ID_TYPE")
		r := a.ask(office, `{ letters(first: 1, filter: {direction: "UP"}) { totalCount } }`, nil)
		if r.code() != "MALFORMED_INPUT" {
			t.Errorf("letters up: got %s, want MALFORMED_INPUT", r.body)
		}
	})
}
