package workflowtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// chain: however many write to a dossier at once, its entries follow one after
// the other.
func chain(t *testing.T, open Opener) {
	w, _, proposal := open.submitted(t)
	for _, dossier := range []ident.ID{proposal, w.Meeting} {
		const writers = 16
		before := w.entries(dossier)
		numbers := make([]int64, writers)
		errs := together(writers, func(i int) error {
			done, err := w.Do(w.People[workflow.Administrator], workflow.RecordDocument{
				ID: w.ID(ident.Document), LAG: w.LAG, Dossier: dossier, Subject: dossier, Kind: "LETTER", Title: "Raštas",
				Hash: fmt.Sprintf("%064d", i), Synthetic: true,
			}.Record())
			numbers[i] = done.N
			return err
		})
		want := make([]int64, writers)
		for i := range want {
			want[i] = before + 1 + int64(i)
			if errs[i] != nil {
				t.Errorf("writer %d: %v", i, errs[i])
			}
		}
		slices.Sort(numbers)
		if !slices.Equal(numbers, want) {
			t.Errorf("dossier %s: got entries %v, want %v", dossier, numbers, want)
		}
	}
}

// refusals: an attempt on what one may know of is recorded, once and not
// without end; any other reads as if there were nothing.
func refusals(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	before := w.Subject(proposal)
	t.Run("is recorded and changes nothing", func(t *testing.T) {
		for _, tt := range []struct {
			who   workflow.Role
			event workflow.EventName
			code  workflow.Code
		}{
			{workflow.Chair, "register", workflow.RoleRefused},
			{workflow.Administrator, "passAdmin", workflow.NotAllowedHere},
			{workflow.Administrator, "meltDown", workflow.UnknownEvent},
		} {
			n := w.entries(proposal)
			_, err := w.Do(w.People[tt.who], workflow.Fire{Subject: proposal, Event: tt.event})
			wantCodes(t, err, tt.code)
			if got := w.entries(proposal) - n; got != 1 {
				t.Errorf("%s by %s: got %d entries, want 1", tt.event, tt.who, got)
			}
		}
		if after := w.Subject(proposal); after != before {
			t.Errorf("got %+v, want it as it was: %+v", after, before)
		}
	})
	t.Run("a stale version is recorded", func(t *testing.T) {
		n := w.entries(proposal)
		_, err := w.Do(w.People[workflow.Administrator], workflow.Fire{Subject: proposal, Event: "register", ExpectedVersion: 99})
		wantCodes(t, err, workflow.Conflict)
		if got := w.entries(proposal) - n; got != 1 {
			t.Errorf("got %d entries, want 1", got)
		}
	})
	t.Run("an act that is no transition is recorded", func(t *testing.T) {
		n := w.entries(proposal)
		_, err := w.Do(w.People[workflow.Administrator], w.Engine.AssignEvaluator(workflow.AssignEvaluator{
			ID: w.ID(ident.Evaluation), LAG: w.LAG, Proposal: proposal, Evaluator: w.Evaluators[0].Person,
		}))
		wantCodes(t, err, workflow.NotAllowedHere)
		if got := w.entries(proposal) - n; got != 1 {
			t.Errorf("got %d entries, want 1", got)
		}
	})
	w.Clock.Advance(2 * time.Minute)
	t.Run("is recorded ten times a minute and no more", func(t *testing.T) {
		attempt := func() {
			_, err := w.Do(w.People[workflow.Secretary], workflow.Fire{Subject: proposal, Event: "register"})
			wantCodes(t, err, workflow.RoleRefused)
		}
		n := w.entries(proposal)
		for range 15 {
			attempt()
		}
		if got := w.entries(proposal) - n; got != 10 {
			t.Errorf("got %d entries of 15 attempts, want 10", got)
		}
		w.Clock.Advance(time.Minute + time.Second)
		attempt()
		if got := w.entries(proposal) - n; got != 11 {
			t.Errorf("got %d entries a minute later, want 11", got)
		}
	})
	foreign := workflow.Actor{Person: w.ID(ident.Person), Grants: []workflow.Grant{{Role: workflow.Evaluator, LAG: w.LAG}}}
	for name, a := range map[string]workflow.Actor{
		"of another group": w.Outsider, "another applicant": w.ApplicantActors[1], "an evaluator of other proposals": foreign,
	} {
		t.Run(name+" finds nothing", func(t *testing.T) {
			w.unchanged("an attempt on what one may not know of", func() {
				_, err := w.Do(a, workflow.Fire{Subject: proposal, Event: "register"})
				wantCodes(t, err, workflow.NotFound)
			})
			_, err := w.Engine.Explain(t.Context(), a, proposal)
			wantCodes(t, err, workflow.NotFound)
		})
	}
	t.Run("says only something about the sender's screen", func(t *testing.T) {
		for _, tt := range []struct {
			fire workflow.Fire
			code workflow.Code
		}{
			{workflow.Fire{Subject: w.ID(ident.Proposal), Event: "register"}, workflow.NotFound},
			{workflow.Fire{Subject: w.LAG, Event: "register"}, workflow.WrongIDType},
			{workflow.Fire{Subject: "prp_1", Event: "register"}, workflow.NotFound},
		} {
			w.unchanged(string(tt.code), func() {
				_, err := w.Do(w.People[workflow.Administrator], tt.fire)
				wantCodes(t, err, tt.code)
			})
		}
	})
	t.Run("all that is missing is told at once", func(t *testing.T) {
		_, err := w.Do(w.People[workflow.AuditCommission], workflow.Fire{Subject: call, Event: "annul", EffectiveOn: "2030-01-01"})
		wantCodes(t, err, workflow.RoleRefused, workflow.ReasonRequired, workflow.DecisionRequired, workflow.DateRefused)
	})
}

// dryRun says what would happen and leaves no trace, not even of its key.
func dryRun(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	for _, tt := range []struct {
		subject ident.ID
		event   workflow.EventName
		to      workflow.StateName
		joined  int
	}{
		{proposal, "register", "registered", 0},
		{proposal, "applicantCeased", "ceased", 0}, // takes a second person, who need not be there for a look
		{call, "annul", "annulled", 1},
	} {
		actor, f := w.Prepared(tt.subject, tt.event, nil)
		f.DryRun, f.IdempotencyKey = true, "look"
		before := w.Subject(tt.subject)
		w.unchanged("a dry run", func() {
			done, err := w.Do(actor, f)
			if err != nil || done.WouldDo == nil {
				t.Fatalf("%s: got %+v and %v, want what it would do", tt.event, done, err)
			}
			would := done.WouldDo
			if done.N != 0 || done.Pending != nil || would.From != before.State || would.To != tt.to || done.Subject.State != tt.to ||
				would.Changes == 0 || len(would.Joined) != tt.joined {
				t.Errorf("%s: got %+v of %+v, want %s with %d joined and no entry", tt.event, would, done, tt.to, tt.joined)
			}
		})
	}
	actor, f := w.Prepared(proposal, "register", nil)
	f.IdempotencyKey = "look"
	if done, err := w.Do(actor, f); err != nil || done.Repeated {
		t.Errorf("got %+v and %v, want the key of a dry run to be free", done, err)
	}
	w.unchanged("a dry run that is refused", func() {
		_, err := w.Do(w.People[workflow.Chair], workflow.Fire{Subject: proposal, Event: "startAdminCheck", DryRun: true})
		wantCodes(t, err, workflow.RoleRefused, workflow.AttestationMissing, workflow.RuleFailed)
	})
}
