package store_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestMoneyIsKeptWhileACaseIsLookedAtAgain: a revoked decision and an appeal
// keep what is reserved, so that nobody else is promised it meanwhile; the
// decision that follows keeps it, changes it or gives it back.
func TestMoneyIsKeptWhileACaseIsLookedAtAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(10_000_00)
		p, other := w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 5_000_00)
		w.Fire(p, "submit", nil)
		w.Fire(other, "submit", nil)
		w.CloseCall(call)
		w.ToBoard(p, call, 60_00)
		w.ToBoard(other, call, 30_00)
		wants := func(after string, held rules.Money) {
			t.Helper()
			f := factsOf(t, w, p)
			if f.Held != held || f.Call.Reserved != held {
				t.Errorf("after %s: got %s held and %s reserved, want %s", after, f.Held, f.Call.Reserved, held)
			}
		}
		wants("putToBoard", 0)
		w.Fire(p, "decideFund", nil)
		wants("decideFund", 10_000_00)
		w.Fire(p, "revokeDecision", nil)
		wants("revokeDecision", 10_000_00)
		if _, err := w.TryFire(other, "decideFund", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("another decision on the money that is kept: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Fire(p, "returnToEvaluation", nil)
		wants("returnToEvaluation", 10_000_00)
		w.Evaluate(p, call, 60_00)
		w.Fire(p, "putToBoard", nil)
		w.Fire(p, "decideAward", map[string]string{"grantAwarded": "9000.00"})
		wants("a lower award", 9_000_00)
		w.Walk(p, "acceptAward", "apply", "impReject", "appeal")
		wants("appeal", 9_000_00)
		w.Walk(p, "appealDismissed")
		wants("appealDismissed", 0)
		sound(t, s)
	})
}

// TestRejectionGivesBackWhatWasKept, and what the board did not decide before
// it is counted.
func TestRejectionGivesBackWhatWasKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		_, p := w.OnAgenda()
		w.Walk(p, "notAdopted", "notAdopted", "decideFund", "revokeDecision", "decideReject")
		f := factsOf(t, w, p)
		if f.Held != 0 || f.Call.Reserved != 0 {
			t.Errorf("got %s held and %s reserved, want nothing", f.Held, f.Call.Reserved)
		}
		if f.Proposal.NotAdopted != 2 {
			t.Errorf("got %d votes without a decision, want 2", f.Proposal.NotAdopted)
		}
		sound(t, s)
	})
}

func factsOf(t testing.TB, w *workflowtest.World, id ident.ID) (f *workflow.Facts) {
	t.Helper()
	err := w.Engine.Store.View(t.Context(), func(tx workflow.Tx) error {
		subject, err := tx.Lock(id, false)
		if err != nil {
			return err
		}
		f, err = tx.Facts(subject)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}
