package store_test

import (
	"context"
	"testing"

	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestStore: the engine's suite, and afterwards the history of each store has
// to bear its rows out.
func TestStore(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			workflowtest.RunStore(t, func(t testing.TB) (workflow.Store, *workflow.Machines) {
				s := storetest.Open(t, storetest.Address(t, engine))
				t.Cleanup(func() {
					rep, err := s.Verify(context.Background(), store.Against{}, nil)
					if err != nil || len(rep.Faults) > 0 {
						t.Errorf("verify: got %v and %v, want no faults", rep.Faults, err)
					}
				})
				return s, storetest.Machines(t)
			})
		})
	}
}

// TestOneProposalFromCallToImplementation walks the ordinary way once, on both
// engines, and then asks the history whether it bears the rows out.
func TestOneProposalFromCallToImplementation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		machines, err := store.Machines()
		if err != nil {
			t.Fatal(err)
		}
		w := workflowtest.NewWorld(t, s, machines)
		call, proposal := w.OnAgenda()
		w.Fire(proposal, "decideFund", nil)
		w.Fire(call, "decide", nil)
		w.Fire(proposal, "apply", nil)
		if got := w.Subject(proposal).State; got != "application_submitted" {
			t.Errorf("state = %s, want application_submitted", got)
		}
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range rep.Faults {
			t.Error(f)
		}
		if rep.Entries == 0 || rep.Rows == 0 {
			t.Errorf("verified %d entries and %d rows, want some of each", rep.Entries, rep.Rows)
		}
	})
}
