package store_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// contracted is a contract on the proposal's award.
func contracted(w *workflowtest.World, proposal ident.ID, grant rules.Money) ident.ID {
	id := w.ID(ident.Contract)
	w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
		ID: id, LAG: w.LAG, Proposal: proposal, Grant: grant, Synthetic: true,
	}))
	return id
}

// TestContractFollowsWhatTheBodyReduced: the draft takes the new amount, and is
// offered once the application is approved, and not before.
func TestContractFollowsWhatTheBodyReduced(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		_, p := w.OnAgenda()
		w.Walk(p, "decideFund", "apply")
		id := contracted(w, p, 10_000_00)
		if _, err := w.TryFire(id, "offer", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("before the application is approved: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Fire(p, "reduceCosts", map[string]string{"grantAwarded": "9000.00"})
		w.Walk(p, "acceptAward", "apply", "impApprove")
		if _, err := w.TryFire(id, "offer", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("on the amount of before: got %v, want %s", err, workflow.RuleFailed)
		}
		if _, err := w.TryFire(id, "revise", map[string]string{"grant": "9500.00"}); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("on another amount: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Fire(id, "revise", map[string]string{"grant": "9000.00"})
		w.Walk(id, "offer", "sign", "start")
		expect(t, w, p, "implementing")
	})
}

// TestContractEndsWithItsProposal in whatever way that ends, takes it along where
// the agreement itself is refused, and is recalled where an appeal may reopen it.
func TestContractEndsWithItsProposal(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		for event, want := range map[workflow.EventName]workflow.StateName{
			"refuseContract": "refused", "withdraw": "refused", "applicantCeased": "refused", "offerExpired": "refused", "eligibilityLost": "prepared",
		} {
			for _, offered := range []bool{true, false} {
				p := onAgenda(w, 100_00, 100_00, 1)[0]
				w.Walk(p, "decideFund", "apply", "impApprove")
				id := contracted(w, p, 100_00)
				if offered {
					w.Fire(id, "offer", nil)
				}
				if event == "offerExpired" {
					if _, err := w.Engine.Do(t.Context(), workflow.SystemActor(), workflow.Fire{Subject: p, Event: event}); err != nil {
						t.Fatal(err)
					}
				} else {
					w.Fire(p, event, nil)
				}
				if got := w.Subject(id).State; got != want {
					t.Errorf("%s, offered %t: got the contract %s, want it %s", event, offered, got, want)
				}
			}
		}
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(p, "decideFund", "apply", "impApprove")
		id := contracted(w, p, 100_00)
		w.Walk(id, "offer", "refuse")
		expect(t, w, id, "refused")
		expect(t, w, p, "contract_refused")
		if held := factsOf(t, w, p).Held; held != 0 {
			t.Errorf("got %s held, want the money free", held)
		}
	})
}

// TestJoinThatHasToHappenLeavesNothingHalfDone: where the proposal cannot follow,
// the contract stays as it was, on whatever machines that can come about.
func TestJoinThatHasToHappenLeavesNothingHalfDone(t *testing.T) {
	const along = "secondPerson: true}, JOIN]\n    joins: [contract.lapse?]\n"
	machines := changed(t, "proposal.yaml", along, "secondPerson: true}, JOIN]\n")
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.OpenWith(t, address, machines)
		w := workflowtest.NewWorld(t, s, machines)
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(p, "decideFund", "apply", "impApprove")
		id := contracted(w, p, 100_00)
		w.Fire(id, "offer", nil)
		w.Fire(p, "refuseContract", nil)
		before := w.Subject(id)
		for _, event := range []workflow.EventName{"sign", "refuse"} {
			if _, err := w.TryFire(id, event, nil); !workflow.Refused(err, workflow.NotAllowedHere) {
				t.Errorf("%s: got %v for a contract whose proposal has none on offer, want %s", event, err, workflow.NotAllowedHere)
			}
		}
		if got := w.Subject(id); got != before {
			t.Errorf("got %+v, want the contract as it was: %+v", got, before)
		}
		sound(t, s)
	})
}
