package store_test

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// checklisted has calls drafted with two items.
func checklisted(w *workflowtest.World) {
	w.Drafting = func(c *workflow.DraftCall) {
		c.Checklist = []terms.Item{{Code: "A-1", Title: "Pasiūlymą pasirašė įgaliotas asmuo", Guidance: "Žr. įgaliojimą."}, {Code: "A-2", Title: "Pridėti visi priedai"}}
	}
}

// checkedBy is the answer of the office to one item.
func checkedBy(w *workflowtest.World, p ident.ID, a terms.Answer) workflow.Record {
	return workflow.CheckProposal{LAG: w.LAG, Proposal: p, Answers: []terms.Answer{a}}.Record()
}

// TestAnAdministrativeCheckFromItemToItem: answers are given one by one and changed, are given anew
// once a clarification has changed what they judge, and are what passes or fails the check; its letter says which items failed.
func TestAnAdministrativeCheckFromItemToItem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		checklisted(w)
		office := w.People[workflow.Administrator]
		call := w.OpenCall(100_00)
		p, q := w.Proposal(call, 0, 50_00), w.Proposal(call, 1, 50_00)
		for _, id := range []ident.ID{p, q} {
			w.Fire(id, "submit", nil)
		}
		w.CloseCall(call)
		for _, id := range []ident.ID{p, q} {
			w.Walk(id, "register", "startAdminCheck")
		}
		checks := func(id ident.ID) []terms.Answer {
			t.Helper()
			row, err := s.Reader().Proposal.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return row.Checks
		}
		version := w.Subject(p).Version
		evidence := w.Document(p, p)
		w.Must(office, checkedBy(w, p, terms.Answer{Item: "A-2", Result: terms.NotMet, Reason: "Trūksta sąmatos žąsų ūkiui."}))
		if _, err := w.TryFire(p, "passAdmin", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("passed with an item open and another not met: got %v, want it refused", err)
		}
		signed := terms.Answer{Item: "A-1", Result: terms.Met, Reason: "Pasirašė vadovė.", Document: evidence}
		w.Must(office, checkedBy(w, p, signed))
		w.Walk(p, "requestClarification", "answer")
		w.Must(office, checkedBy(w, p, terms.Answer{Item: "A-2", Result: terms.NotApplicable, Reason: "Sąmatos nereikia."}))
		if got := checks(p); len(got) != 2 || got[0].Version != 1 || got[1].Version != 2 {
			t.Errorf("after the clarification: got %v, want both answers, the first of the version before", got)
		}
		if _, err := w.TryFire(p, "passAdmin", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("passed with an item of the version before: got %v, want it refused", err)
		}
		w.Must(office, checkedBy(w, p, signed))
		signed.Version = 2
		if got := checks(p); len(got) != 2 || got[0] != signed {
			t.Errorf("answered anew: got %v, want %v first", got, signed)
		}
		if got := w.Subject(p).Version; got != version+2 { // the clarification alone
			t.Errorf("got version %d, want %d: an answer leaves it", got, version+2)
		}
		w.Fire(p, "passAdmin", nil)
		if _, err := w.Engine.Do(t.Context(), office, checkedBy(w, p, terms.Answer{Item: "A-2", Result: terms.Met, Reason: "Vėliau."})); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("answered after the check: got %v, want NOT_ALLOWED_HERE", err)
		}

		if _, err := w.TryFire(q, "failAdmin", map[string]string{"failedItem": "A-1"}); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("rejected for what nobody answered: got %v, want it refused", err)
		}
		w.Check(q, terms.NotMet, "Nėra.")
		w.Fire(q, "failAdmin", map[string]string{"failedItem": "A-1"})
		l := letterOf(t, w, q)
		if len(l.Rules) != 2 || !strings.Contains(l.Rules[0].Message.LT, "A-1 „Pasiūlymą pasirašė įgaliotas asmuo“: Nėra.") || l.Rules[1].Facts[0].Value != "A-2" {
			t.Errorf("got the rules %+v, want both items with title and reason", l.Rules)
		}
		bodies, err := s.Replayed(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if _, committed := bodies[q]["checks"].(map[string]any); !committed {
			t.Errorf("got %v in the history, want a commitment to the answers", bodies[q]["checks"])
		}
		sound(t, s)
		db, _ := s.Queue()
		if _, err := db.ExecContext(t.Context(), `UPDATE proposals SET checks = replace(checks, 'NOT_MET', 'MET')`); err != nil {
			t.Fatal(err)
		}
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil || len(rep.Faults) != 1 || rep.Faults[0].Kind != store.RowEdited || rep.Faults[0].Dossier != q {
			t.Errorf("with other results in the row: got %+v, %v, want %s of %s", rep.Faults, err, store.RowEdited, q)
		}
	})
}
