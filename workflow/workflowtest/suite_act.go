package workflowtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// secondPerson: the act waits, another person of the office fires it, and both
// are in the entry.
func secondPerson(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	w.CloseCall(call)
	w.Walk(proposal, "register", "startAdminCheck")
	sender, f := w.Prepared(proposal, "failAdmin", nil)
	second := w.SecondAdministrator
	wait := func() ident.ID {
		t.Helper()
		f.ExpectedVersion = w.Subject(proposal).Version
		done, err := w.Do(sender, f)
		if err != nil || done.Pending == nil || done.N != 0 {
			t.Fatalf("got %+v and %v, want it to wait", done, err)
		}
		return done.Pending.ID
	}
	before := w.Subject(proposal)
	var id ident.ID
	w.unchanged("an act that waits", func() { id = wait() })

	entries := w.entries(proposal)
	_, err := w.Do(sender, workflow.Confirm{ID: id})
	wantCodes(t, err, workflow.SecondPersonRequired)
	if got := w.entries(proposal) - entries; got != 1 {
		t.Errorf("confirming one's own act: got %d entries, want the attempt recorded", got)
	}
	if named := err.Error() + factsOf(err); !strings.Contains(named, string(second.Person)) || strings.Contains(factsOf(err), string(sender.Person)) {
		t.Errorf("got %s, want it to name who could confirm, and not the sender", named)
	}
	_, err = w.Do(w.People[workflow.Secretary], workflow.Confirm{ID: id})
	wantCodes(t, err, workflow.SecondPersonRequired)
	for _, stranger := range []workflow.Actor{w.Outsider, w.Evaluators[0], w.ApplicantActors[1]} {
		_, err = w.Do(stranger, workflow.Confirm{ID: id})
		wantCodes(t, err, workflow.NotFound)
	}
	if got := w.Subject(proposal); got != before {
		t.Errorf("got %+v, want it as it was", got)
	}

	w.Clock.Advance(8 * 24 * time.Hour)
	_, err = w.Do(second, workflow.Confirm{ID: id})
	wantCodes(t, err, workflow.NotFound)

	stale := wait()
	w.Walk(proposal, "requestClarification", "clarificationExpired")
	_, err = w.Do(second, workflow.Confirm{ID: stale})
	wantCodes(t, err, workflow.Conflict)

	id = wait()
	n := strings.Count(w.picture(), string(second.Person))
	done, err := w.Do(second, workflow.Confirm{ID: id})
	if err != nil || done.Subject.State != "rejected_admin" || done.N == 0 {
		t.Fatalf("got %+v and %v, want it to fire", done, err)
	}
	if w.picture() != "" && strings.Count(w.picture(), string(second.Person)) != n+1 {
		t.Error("the entry does not name the second person once")
	}
	_, err = w.Do(second, workflow.Confirm{ID: id})
	wantCodes(t, err, workflow.NotFound)
}

// factsOf are the facts of a refusal, as text.
func factsOf(err error) string {
	refused, ok := err.(*workflow.Error) //nolint:errorlint // the engine gives it back as it is
	if !ok {
		return ""
	}
	var sb strings.Builder
	for _, r := range refused.Refusals {
		for _, f := range r.Facts {
			sb.WriteString(f.Name + "=" + f.Value + " ")
		}
	}
	return sb.String()
}

// effectiveDay lies between the last act of the dossier and today.
func effectiveDay(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	filed := w.Clock.Now()
	w.Clock.Advance(5 * 24 * time.Hour)
	actor, f := w.Prepared(proposal, "register", nil)
	f.Document = ""
	for _, day := range []string{
		string(w.Clock.Now().Add(24 * time.Hour).Day()), // tomorrow
		string(filed.Add(-24 * time.Hour).Day()),
		"2019-03", // no day
		"someday",
	} {
		sent := f
		sent.EffectiveOn = clock.Date(day)
		_, err := w.Do(actor, sent)
		wantCodes(t, err, workflow.DateRefused)
	}
	// The paper that the act rests on was recorded today, which is the last act.
	f.EffectiveOn = w.Clock.Now().Day()
	if _, err := w.Do(actor, f); err != nil {
		t.Errorf("today: got %v, want it to fire", err)
	}
	w.CloseCall(call)
	actor, f = w.Prepared(proposal, "startAdminCheck", nil)
	f.EffectiveOn = w.Clock.Now().Add(-2 * 24 * time.Hour).Day()
	if _, err := w.Do(actor, f); err != nil {
		t.Errorf("two days ago: got %v, want it to fire", err)
	}
	actor, f = w.Prepared(proposal, "passAdmin", nil)
	f.EffectiveOn = w.Clock.Now().Add(-3 * 24 * time.Hour).Day()
	_, err := w.Do(actor, f)
	wantCodes(t, err, workflow.DateRefused)
}

// drafts stay out of the history until they are submitted, and what was
// submitted is edited no more.
func drafts(t *testing.T, open Opener) {
	w := open.world(t)
	call := w.OpenCall(50_000_00)
	proposal := w.Proposal(call, 0, 10_000_00) // drafted and edited once
	edit := func(a workflow.Actor, title string) error {
		_, err := w.Do(a, w.Engine.EditProposal(w.LAG, proposal, workflow.Content{
			Title: title, GrantRequested: 9_000_00, EligibleTotal: 10_000_00, ActivityKinds: []string{"K1"}, Territory: "TARGET",
		}))
		return err
	}
	if err := edit(w.ApplicantActors[0], "dar kartą"); err != nil {
		t.Fatal(err)
	}
	if got := w.entries(proposal); got != 1 {
		t.Errorf("got %d entries of a draft, want the one that opened it", got)
	}
	w.unchanged("somebody else's edit", func() {
		for _, a := range []workflow.Actor{w.ApplicantActors[1], w.Outsider} {
			if err := edit(a, "svetimas"); err == nil {
				t.Error("somebody else edited the draft")
			}
		}
	})
	n := w.entries(proposal)
	w.Fire(proposal, "submit", nil)
	if got := w.entries(proposal) - n; got != 2 {
		t.Errorf("got %d entries of a submission, want it and its paper", got)
	}
	n = w.entries(proposal)
	wantCodes(t, edit(w.ApplicantActors[0], "vėlu"), workflow.NotAllowedHere)
	if got := w.entries(proposal) - n; got != 1 || strings.Contains(w.picture(), "vėlu") {
		t.Errorf("an edit after submission: got %d entries and it may stand in the store, want the attempt alone", got)
	}
	w.CloseCall(call)
	w.unchanged("a draft after the call closed", func() {
		a := w.ApplicantActors[1]
		_, err := w.Do(a, w.Engine.DraftProposal(workflow.DraftProposal{
			ID: w.ID(ident.Proposal), LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: a.Organisation,
		}))
		wantCodes(t, err, workflow.CallClosed)
	})
}

// joins: what one case does to others happens in one transaction, or not at all.
func joins(t *testing.T, open Opener) {
	t.Run("a call reaches its proposals", func(t *testing.T) {
		w, call, first := open.submitted(t)
		gone, second := w.Proposal(call, 1, 5_000_00), w.Proposal(call, 1, 5_000_00)
		w.Walk(gone, "withdraw")
		w.Fire(second, "submit", nil)
		actor, f := w.Prepared(call, "annul", nil)
		before := w.entries(first)
		if _, err := w.Do(actor, f); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[ident.ID]workflow.StateName{call: "annulled", first: "call_annulled", second: "call_annulled", gone: "withdrawn"} {
			if got := w.Subject(id).State; got != want {
				t.Errorf("%s: got %s, want %s", id, got, want)
			}
		}
		if got := w.entries(first) - before; got != 1 {
			t.Errorf("got %d entries in a proposal's dossier, want 1", got)
		}
	})
	t.Run("a contract takes its proposal along", func(t *testing.T) {
		w, call, proposal := open.submitted(t)
		w.CloseCall(call)
		w.ToBoard(proposal, call, 50_00)
		w.Walk(proposal, "decideFund", "apply")
		contract := w.ID(ident.Contract)
		w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
			ID: contract, LAG: w.LAG, Proposal: proposal, Grant: 10_000_00, Synthetic: true,
		}))
		w.Fire(proposal, "impApprove", nil)
		w.Fire(contract, "offer", nil)
		actor, f := w.Prepared(contract, "sign", nil)
		f.Given = slices.DeleteFunc(f.Given, func(g workflow.Given) bool { return g.Name == "signedOn" })
		if _, err := w.Send(actor, f); err != nil {
			t.Fatal(err)
		}
		if got := w.Subject(proposal).State; got != "contract_signed" {
			t.Errorf("got %s, want contract_signed", got)
		}
		// Nobody gave the day of signature, and the contract is signed all the same.
		_, err := w.TryFire(call, "annul", nil)
		wantCodes(t, err, workflow.RuleFailed)
	})
}
