package store_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestABoardFundsBeforeTheTurnWithAReason: R-27 of the item and of what carries its decision
// out. Whoever is passed over then goes on the reserve, for the money is not there any more.
func TestABoardFundsBeforeTheTurnWithAReason(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		all := onAgenda(w, 100_00, 100_00, 2)
		best, other := all[0], all[1]
		if factsOf(t, w, best).Proposal.FinalScore == nil {
			t.Fatal("nothing is ranked")
		}
		board := w.Board(workflowtest.Thirds(3)...)
		meeting := w.Plan(workflow.InPerson)
		item := w.Table(meeting, other, "decideFund")
		first := w.Table(meeting, best, "decideFund")
		w.Begin(meeting, board...)
		s := sitting{World: w, item: item, board: board}
		vote := func(item ident.ID) {
			w.Walk(item, "open", "startVoting")
			w.Cast(item, rules.For, board...)
			w.Fire(item, "closeVoting", nil)
		}
		w.Fire(item, "open", nil)
		if got, want := s.tested(w.People[workflow.Chair]), "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-24 PASSED, R-25 PASSED, R-27 FAILED, R-29 PASSED"; got != want {
			t.Errorf("before the vote: got %s, want %s", got, want)
		}
		w.Fire(item, "startVoting", nil)
		w.Cast(item, rules.For, board...)
		w.Fire(item, "closeVoting", nil)
		actor, f := w.Prepared(item, "adopt", map[string]string{"departs": "true"})
		for _, half := range []struct {
			reason string
			given  []workflow.Given
		}{{"", f.Given}, {f.Reason, nil}, {f.Reason, []workflow.Given{{Name: "departs", Value: "false"}}}} {
			not := f
			not.Reason, not.Given = half.reason, half.given
			_, err := w.Engine.Do(t.Context(), actor, not)
			if got := against(err); got != "R-27" {
				t.Fatalf("with %v: got %v, want it refused by R-27", half, err)
			}
		}
		if _, err := w.Engine.Do(t.Context(), actor, f); err != nil {
			t.Fatal(err)
		}
		carry := func(id ident.ID, event workflow.EventName) error {
			for _, d := range decisionsOn(t, w, id) {
				if d.Event == event && !d.Spent {
					_, f := w.Prepared(id, event, nil)
					f.Decision = d.ID
					_, err := w.Engine.Do(t.Context(), w.People[workflow.Administrator], f)
					return err
				}
			}
			t.Fatalf("nothing is decided on %s", event)
			return nil
		}
		if err := carry(other, "decideFund"); err != nil {
			t.Fatal(err)
		}
		expect(t, w, other, "listed_funding")

		vote(first)
		w.Fire(first, "adopt", nil)
		if got := against(carry(best, "decideFund")); got != "R-18 R-19" {
			t.Errorf("the better one, after the money is gone: got %q, want R-18 and R-19", got)
		}
		w.Fire(best, "decideReserve", nil)
		expect(t, w, best, "listed_reserve")
	})
}
