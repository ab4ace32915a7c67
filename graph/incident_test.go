package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/workflow"
)

// TestIncidentsAreTheOfficesToSettle: what the clock could not do is listed for
// the office and its auditors, in both languages, and is retried or set aside.
func TestIncidentsAreTheOfficesToSettle(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		list := fmt.Sprintf(`{ incidents(first: 5, filter: {subjectId: %q, open: true}) { totalCount edges { node { id event code attempts message lt: message(lang: LT) } } } }`, p)
		office := a.People[workflow.Administrator]
		if got := a.must(office, list, nil).at("incidents", "totalCount"); got != 0.0 {
			t.Errorf("before anything failed: got %v incidents, want none", got)
		}
		a.Clock.Advance(14 * 24 * time.Hour)
		if err := a.Engine.GiveUp(t.Context(), p, 0, 6, fmt.Errorf("a fault")); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want float64
		}{
			"administrator": {office, 1}, "auditor": {a.People[workflow.Auditor], 1}, "its applicant": {a.ApplicantActors[0], 0},
			"evaluator": {a.Evaluators[0], 0}, "board member": {a.People[workflow.BoardMember], 0}, "outsider": {a.Outsider, 0}, "public": {public, 0},
		} {
			if got := a.must(tt.who, list, nil).at("incidents", "totalCount"); got != tt.want {
				t.Errorf("%s: got %v incidents, want %v", name, got, tt.want)
			}
		}
		node := a.must(office, list, nil)
		id := node.at("incidents", "edges", 0, "node", "id")
		en, lt := node.at("incidents", "edges", 0, "node", "message"), node.at("incidents", "edges", 0, "node", "lt")
		if en == lt || en == "" || lt == "" {
			t.Errorf("got the messages %q and %q, want one in each language", en, lt)
		}
		refused := func(who workflow.Actor, name string, in map[string]any, code string) {
			t.Helper()
			in["idempotencyKey"] = a.key()
			if got := a.do(who, name, in).at("userErrors", 0, "code"); got != code {
				t.Errorf("%s of %v: got %v, want %s", name, in, got, code)
			}
		}
		refused(a.ApplicantActors[0], "retryIncident", map[string]any{"id": id}, "NOT_FOUND")
		refused(a.People[workflow.Auditor], "retryIncident", map[string]any{"id": id}, "ROLE_REFUSED")
		refused(office, "retryIncident", map[string]any{"id": p}, "WRONG_ID_TYPE")
		refused(office, "setAsideIncident", map[string]any{"id": id, "reason": " "}, "REASON_REQUIRED")
		a.done(office, "retryIncident", map[string]any{"id": id})
		if got := a.Subject(p).State; got != "registered" {
			t.Errorf("after the retry: got %s, want registered", got)
		}
		refused(office, "setAsideIncident", map[string]any{"id": id, "reason": "jau"}, "NOT_ALLOWED_HERE")
	})
}

// TestTermIsExtendedByTheOffice with reason and evidence.
func TestTermIsExtendedByTheOffice(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		office, paper := a.People[workflow.Administrator], a.Document(p, p)
		in := map[string]any{
			"id": p, "expectedVersion": a.Subject(p).Version, "until": a.Clock.Now().Day().AddDays(9), "reason": "Neveikė sistema.", "documentId": paper,
		}
		try := func(who workflow.Actor, change map[string]any) any {
			sent := map[string]any{"idempotencyKey": a.key()}
			for k, v := range in {
				sent[k] = v
			}
			for k, v := range change {
				sent[k] = v
			}
			return a.do(who, "extendTerm", sent).at("userErrors", 0, "code")
		}
		for code, got := range map[string]any{
			"ROLE_REFUSED": try(a.ApplicantActors[0], nil), "NOT_FOUND": try(a.Outsider, nil), "CONFLICT": try(office, map[string]any{"expectedVersion": 99}),
			"DATE_REFUSED":    try(office, map[string]any{"until": a.Clock.Now().Day()}),
			"MALFORMED_INPUT": try(office, map[string]any{"until": a.Clock.Now().Day().AddDays(-1)}),
			"WRONG_ID_TYPE":   try(office, map[string]any{"documentId": p}),
			"REASON_REQUIRED": try(office, map[string]any{"reason": ""}),
		} {
			if got != code {
				t.Errorf("got %v, want %s", got, code)
			}
		}
		a.done(office, "extendTerm", in)
		task := a.must(office, fmt.Sprintf(`{ today(lagId: %q, days: 31) { id endsAt } }`, a.LAG), nil)
		if got, want := fmt.Sprint(task.at("today")), a.Clock.Now().Day().AddDays(9).End().String(); !strings.Contains(got, want) {
			t.Errorf("got the tasks %s, want one that ends at %s", got, want)
		}
	})
}
