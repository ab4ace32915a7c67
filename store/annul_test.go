package store_test

import (
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestAnAnnulledCallIsAnnouncedAgainWithItsMoney is the precedent of Klaipėda's board in
// 2018: annulled at the administrative check, a call leaves its action all of its money,
// which a second one could not have before, and its applicants are told and may file
// again.
func TestAnAnnulledCallIsAnnouncedAgainWithItsMoney(t *testing.T) {
	const budget = workflowtest.ActionMoney * 6 / 10 // one such call fits the action, two do not
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(budget)
		filed := []ident.ID{w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)}
		for _, p := range filed {
			w.Fire(p, "submit", nil)
		}
		w.CloseCall(call)
		w.Fire(call, "publishReceivedList", nil)
		for _, p := range filed {
			w.Walk(p, "register", "startAdminCheck")
		}
		again := w.Call(budget)
		announcing := func(first ident.ID) error {
			var err error
			w.Drafting = func(c *workflow.DraftCall) {
				named := *c
				named.ID, named.Envelope, named.Reannounces = w.ID(ident.Call), w.ID(ident.Envelope), first
				named.Allocations = []workflow.CallAllocation{{ID: w.ID(ident.Call), Action: w.Actions[0], Amount: budget}}
				named.Criteria = []workflow.CallCriterion{{ID: w.ID(ident.Criterion), Code: "K1", Title: "Poreikis", Max: 100_00, Weight: 100}}
				var r workflow.Record
				if r, err = w.Engine.DraftCall(named); err == nil {
					_, err = w.Engine.Do(t.Context(), w.People[workflow.Administrator], r)
				}
			}
			w.Call(budget)
			w.Drafting = nil
			return err
		}
		for _, first := range []ident.ID{call, again, w.ID(ident.Call)} {
			if err := announcing(first); !workflow.Refused(err, workflow.MalformedInput) && !workflow.Refused(err, workflow.NotFound) {
				t.Errorf("got %v for %s, want it refused to announce again what still runs or is not there", err, first)
			}
		}
		held(t, s, w, budget)
		_, err := w.TryFire(again, "approve", nil)
		if against(err) != "R-19" {
			t.Errorf("before the first is annulled: got %v, want the second refused by R-19 alone", err)
		}

		w.Fire(call, "annul", nil)
		expect(t, w, call, "annulled")
		held(t, s, w, 0)
		for i, p := range filed {
			told(t, w, p, w.ApplicantActors[i])
		}
		if err := announcing(call); err != nil {
			t.Errorf("of the annulled call: got %v, want it announced again", err)
		}
		w.Walk(again, "approve", "publish")
		held(t, s, w, budget)
		w.Clock.Advance(2 * time.Hour)
		w.Fire(again, "open", nil)
		refiled := w.Proposal(again, 0, 10_000_00)
		w.Fire(refiled, "submit", nil)
		expect(t, w, refiled, "submitted")
	})
}

// held wants so much of the first action's money to be bound, by movements that say the
// same.
func held(t *testing.T, s *store.Store, w *workflowtest.World, want rules.Money) {
	t.Helper()
	for _, e := range s.Reader().Envelope.Query().WithMovements().AllX(t.Context()) {
		if e.SubjectID != w.Actions[0] {
			continue
		}
		var sum rules.Money
		for _, m := range e.Edges.Movements {
			sum += m.Amount
		}
		if e.Reserved != want || sum != want {
			t.Errorf("got %s of the action bound and movements of %s, want %s", e.Reserved, sum, want)
		}
	}
}

// told wants the applicant to read of the annulment, to be written to, and to have
// nothing left to do.
func told(t *testing.T, w *workflowtest.World, p ident.ID, applicant workflow.Actor) {
	t.Helper()
	now := w.Told(applicant, w.Subject(p))
	state := w.Engine.Machines.State(now.Definition, now.State)
	if now.State != "call_annulled" || state.Applicant.EN != "The call was annulled; you may file again" {
		t.Errorf("got %s, told as %q, want it told that the call is annulled", now.State, state.Applicant.EN)
	}
	all, err := w.Engine.Explain(t.Context(), applicant, p)
	if err != nil || len(all) != 0 {
		t.Errorf("got %v, %v, want nothing left to do", all, err)
	}
	w.Must(w.People[workflow.Secretary], workflow.RecordLetter{
		ID: w.ID(ident.Correspondence), LAG: w.LAG, Dossier: p, Subject: p, Direction: "OUT", Number: "S-31", Channel: "E_DELIVERY",
		DatedOn: w.Clock.Now().Day(), DeliveredAt: w.Clock.Now(), Synthetic: true,
	}.Record())
}
