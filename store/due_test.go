package store_test

import (
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestSweepFiresWhatIsDue lets the clock alone take a call from published to
// closed, and a listed proposal to lapsed at 24:00 of its last day.
func TestSweepFiresWhatIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.Call(50_000_00)
		w.Walk(call, "approve", "publish")
		sweep(t, w, 0)
		w.Clock.Advance(time.Hour)
		sweep(t, w, 1)
		expect(t, w, call, "open")
		proposal := w.Proposal(call, 0, 10_000_00)
		w.Fire(proposal, "submit", nil)
		draft := w.Proposal(call, 1, rules.Money(10_000_00))
		w.Clock.Advance(31 * 24 * time.Hour)
		if _, err := w.Engine.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, w, call, "closed")
		expect(t, w, draft, "not_submitted")

		w.Fire(call, "startEvaluation", nil)
		w.ToBoard(proposal, call, 50_00)
		w.Fire(proposal, "decideFund", nil)
		lastDay := w.Clock.Now().Day().AddDays(28)
		w.Clock.Set(lastDay.End() - 1)
		sweep(t, w, 0)
		w.Clock.Set(lastDay.End())
		sweep(t, w, 1)
		expect(t, w, proposal, "lapsed")
	})
}

func sweep(t *testing.T, w *workflowtest.World, want int) {
	t.Helper()
	got, err := w.Engine.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("at %s the clock fired %d events, want %d", w.Clock.Now(), got, want)
	}
}

func expect(t *testing.T, w *workflowtest.World, id ident.ID, want workflow.StateName) {
	t.Helper()
	if got := w.Subject(id).State; got != want {
		t.Fatalf("%s is %s, want %s", id, got, want)
	}
}
