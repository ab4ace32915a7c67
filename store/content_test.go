package store_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestContentThroughAClarification: autosaves replace each other and leave no
// entry; what is edited to answer a clarification is an entry, makes a second
// version and keeps the first; nothing is editable in between.
func TestContentThroughAClarification(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		applicant := w.ApplicantActors[0]
		saved := w.Must(applicant, w.Engine.EditProposal(w.LAG, p, content(w, "Antras bandymas", 9_000_00)))
		if saved.N != 0 {
			t.Errorf("an autosave is entry %d of its dossier, want none", saved.N)
		}
		w.Fire(p, "submit", nil)
		_, err := w.Engine.Do(t.Context(), applicant, w.Engine.EditProposal(w.LAG, p, content(w, "Po pateikimo", 9_000_00)))
		if !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("an edit after submission gave %v, want %s", err, workflow.NotAllowedHere)
		}
		w.CloseCall(call)
		w.Walk(p, "register", "startAdminCheck", "requestClarification")
		_, err = w.Engine.Do(t.Context(), applicant, w.Engine.EditProposal(w.LAG, p, content(w, "Didesnis", 9_500_00)))
		if !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("a clarification that asks for more gave %v, want %s", err, workflow.NotAllowedHere)
		}
		_, err = w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.EditProposal(w.LAG, p, content(w, "Biuro", 9_000_00)))
		if !workflow.Refused(err, workflow.RoleRefused) {
			t.Errorf("the office's edit gave %v, want %s", err, workflow.RoleRefused)
		}
		edited := w.Must(applicant, w.Engine.EditProposal(w.LAG, p, content(w, "Patikslinta", 9_000_00)))
		if edited.N == 0 {
			t.Error("an edit of recorded content left no entry")
		}
		w.Fire(p, "answer", nil)

		row, err := s.Reader().Proposal.Get(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if row.Title != "Patikslinta" || row.GrantRequested != 9_000_00 {
			t.Errorf("got %q with %s, want Patikslinta with 9000.00", row.Title, row.GrantRequested)
		}
		versions, lines := row.QueryVersions().CountX(t.Context()), row.QueryBudgetLines().CountX(t.Context())
		if versions != 2 || lines != 1 {
			t.Errorf("got %d versions and %d budget lines, want 2 and 1", versions, lines)
		}
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil || len(rep.Faults) > 0 {
			t.Errorf("verify: %v, %v", err, rep.Faults)
		}
	})
}

// TestWhatWasNeverHandedInIsPutBack: a clarification that runs out leaves the proposal as its last
// version has it, in each of its stages.
func TestWhatWasNeverHandedInIsPutBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		filed := contentNow(t, s, p)
		w.CloseCall(call)
		w.Walk(p, "register", "startAdminCheck")
		planned := workflowtest.Planned
		for _, next := range []workflow.EventName{"passAdmin", "passEligibility", ""} {
			w.Fire(p, "requestClarification", nil)
			for _, title := range []string{"Kitas", "Dar kitas"} { // an edit in the place of another
				edit := content(w, title, 10_000_00)
				edit.Place, edit.Budget[0].Category = "Kita g. 99", "TRAVEL"
				edit.Participants, edit.ParticipantsBasis = &planned, workflow.UniquePersons
				w.Must(w.ApplicantActors[0], w.Engine.EditProposal(w.LAG, p, edit))
			}
			if contentNow(t, s, p) == filed {
				t.Fatal("the edit changed nothing")
			}
			w.Fire(p, "clarificationExpired", nil)
			if got := contentNow(t, s, p); got != filed {
				t.Errorf("got %s, want %s", got, filed)
			}
			if next != "" {
				w.Fire(p, next, nil)
			}
		}
		// With nothing edited nothing is put back.
		w.Walk(p, "requestClarification", "clarificationExpired")
		if got := contentNow(t, s, p); got != filed {
			t.Errorf("got %s, want %s", got, filed)
		}
		if n := s.Reader().Proposal.GetX(t.Context(), p).QueryVersions().CountX(t.Context()); n != 1 {
			t.Errorf("got %d versions, want the one that was handed in", n)
		}
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil || len(rep.Faults) > 0 {
			t.Errorf("verify: %v, %v", err, rep.Faults)
		}
	})
}

// contentNow is the proposal's content as it stands, as text.
func contentNow(t *testing.T, s *store.Store, p ident.ID) string {
	t.Helper()
	var out string
	err := s.View(t.Context(), func(tx workflow.Tx) error {
		subject, err := tx.Lock(p, false)
		if err != nil {
			return err
		}
		f, err := tx.Facts(subject)
		if err != nil {
			return err
		}
		for _, c := range f.Proposal.Content {
			out += fmt.Sprintln(c.Type, c.ID, c.Set)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func content(w *workflowtest.World, title string, grant rules.Money) workflow.Content {
	eligible := grant * 10000 / 9000
	return workflow.Content{
		Title: title, GrantRequested: grant, EligibleTotal: eligible, ActivityKinds: []string{"K1"}, Territory: rules.Target,
		Budget:  []workflow.BudgetPart{{ID: w.ID(ident.BudgetLine), Category: "STAFF", CostMethod: "REAL", Amount: eligible}},
		Funding: []workflow.FundingPart{{ID: w.ID(ident.BudgetLine), Source: "EU_AND_STATE", Amount: grant}, {ID: w.ID(ident.BudgetLine), Source: "PRIVATE", Amount: eligible - grant}},
	}
}
