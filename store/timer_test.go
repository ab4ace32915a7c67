package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// timed is a world on one engine, with its store.
func timed(t *testing.T, f func(t *testing.T, s *store.Store, w *workflowtest.World)) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		f(t, s, workflowtest.NewWorld(t, s, storetest.Machines(t)))
		sound(t, s)
	})
}

// timersOf are the case's timers.
func timersOf(t *testing.T, s *store.Store, id ident.ID) []workflow.Timer {
	t.Helper()
	var out []workflow.Timer
	err := s.View(t.Context(), func(tx workflow.Tx) (err error) {
		out, err = tx.Timers(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// endsOn is the last day of the case's term.
func endsOn(t *testing.T, s *store.Store, id ident.ID) clock.Date {
	t.Helper()
	all := timersOf(t, s, id)
	if len(all) == 0 {
		t.Fatalf("%s has no timer", id)
	}
	return (all[0].EndsAt - 1).Day()
}

// kindsOf are the kinds of a dossier's entries, in order.
func kindsOf(t *testing.T, s *store.Store, dossier ident.ID) []string {
	t.Helper()
	rows, err := s.Reader().HistoryEntry.Query().All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range rows {
		if e.DossierID == dossier {
			out = append(out, e.Kind)
		}
	}
	return out
}

func times(list []string, word string) int {
	n := 0
	for _, s := range list {
		if s == word {
			n++
		}
	}
	return n
}

// atQuality is a submitted proposal whose benefit and quality are assessed.
func atQuality(w *workflowtest.World) ident.ID {
	call := w.OpenCall(50_000_00)
	proposal := w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	w.CloseCall(call)
	w.Walk(proposal, "register", "startAdminCheck", "passAdmin", "passEligibility")
	return proposal
}

// listed is a proposal on the list for funding.
func listed(w *workflowtest.World) ident.ID {
	call := w.OpenCall(50_000_00)
	proposal := w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	w.CloseCall(call)
	w.ToBoard(proposal, call, 50_00)
	w.Fire(proposal, "decideFund", nil)
	return proposal
}

// TestReminderIsEnteredOnceBeforeTheTermEnds: a week ahead, and not again.
func TestReminderIsEnteredOnceBeforeTheTermEnds(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		last := endsOn(t, s, proposal)
		for _, tt := range []struct {
			at   clock.Instant
			want int
		}{
			{last.AddDays(-7).Start() - 1, 0},
			{last.AddDays(-7).Start(), 1},
			{last.AddDays(-6).Start(), 1},
		} {
			w.Clock.Set(tt.at)
			if fired := w.Sweep(); fired != 0 {
				t.Fatalf("at %s the clock fired %d events, want none", tt.at, fired)
			}
			if got := times(kindsOf(t, s, proposal), "reminder"); got != tt.want {
				t.Errorf("at %s: got %d reminders, want %d", tt.at, got, tt.want)
			}
		}
		w.Clock.Set(last.End())
		sweep(t, w, 1)
		expect(t, w, proposal, "lapsed")
	})
}

// TestQuestionStopsTheClock: the days for which a question was open are added to
// the term for the assessment, and to no other.
func TestQuestionStopsTheClock(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := atQuality(w)
		call, err := s.Reader().Proposal.Query().QueryCall().Only(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// Sixty days of the process, those of the questions added, and moved on once.
		ends := func(stood int) clock.Date { return nextWorked(call.ClosesAt.Day().AddDays(60 + stood)) }
		if got := endsOn(t, s, proposal); got != ends(0) {
			t.Errorf("with no question: the term ends on %s, want %s", got, ends(0))
		}
		w.Fire(proposal, "requestClarification", nil)
		if got := timersOf(t, s, proposal); len(got) != 0 {
			t.Errorf("before its letter is delivered: got the timers %v, want none", got)
		}
		w.Clock.Advance(9 * 24 * time.Hour)
		w.Fire(proposal, "answer", nil)
		if got, want := endsOn(t, s, proposal), ends(9); got != want {
			t.Errorf("after nine days of waiting for an answer: the term ends on %s, want %s", got, want)
		}
		w.Fire(proposal, "requestClarification", nil)
		w.Clock.Advance(2 * 24 * time.Hour)
		w.Fire(proposal, "answer", nil)
		if got, want := endsOn(t, s, proposal), ends(11); got != want {
			t.Errorf("after eleven days in two questions: the term ends on %s, want %s", got, want)
		}
	})
}

func nextWorked(d clock.Date) clock.Date {
	for !calendar.Works(d) {
		d = d.AddDays(1)
	}
	return d
}

// TestTermIsExtendedOnceItRunsAndOnlyLater and falls away with its state.
func TestTermIsExtendedOnceItRunsAndOnlyLater(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		last := endsOn(t, s, proposal)
		paper := w.Document(proposal, proposal)
		office := w.People[workflow.Administrator]
		extend := func(who workflow.Actor, until clock.Date, change func(*workflow.ExtendTerm)) error {
			a := workflow.ExtendTerm{Subject: proposal, LAG: w.LAG, Dossier: proposal, Until: until, Reason: "Neveikė sistema.", Evidence: paper}
			if change != nil {
				change(&a)
			}
			_, err := w.Engine.Do(t.Context(), who, a.Record())
			return err
		}
		refusedWith(t, extend(w.ApplicantActors[0], last.AddDays(3), nil), workflow.RoleRefused)
		refusedWith(t, extend(office, last, nil), workflow.DateRefused)
		refusedWith(t, extend(office, last.AddDays(3), func(a *workflow.ExtendTerm) { a.Reason = " " }), workflow.ReasonRequired)
		refusedWith(t, extend(office, last.AddDays(3), func(a *workflow.ExtendTerm) { a.Evidence = "" }), workflow.DocumentRequired)
		refusedWith(t, extend(office, last.AddDays(3), func(a *workflow.ExtendTerm) { a.ExpectedVersion = 1 }), workflow.Conflict)
		if err := extend(office, last.AddDays(3), nil); err != nil {
			t.Fatal(err)
		}
		if got := endsOn(t, s, proposal); got != nextWorked(last.AddDays(3)) {
			t.Errorf("extended by three days: the term ends on %s, want %s", got, nextWorked(last.AddDays(3)))
		}
		w.Clock.Set(last.End())
		sweep(t, w, 0)
		w.Fire(proposal, "apply", nil)
		row, err := s.Reader().Proposal.Get(t.Context(), proposal)
		if err != nil || row.TermUntil != nil {
			t.Errorf("after the state was left: got the extension %v, %v, want none", row.TermUntil, err)
		}
		refusedWith(t, extend(office, last.AddDays(9), nil), workflow.NotAllowedHere)
	})
}

// TestAmendedCallMovesTheTermsUnderIt: its drafts run out at the new end.
func TestAmendedCallMovesTheTermsUnderIt(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		draft := w.Proposal(call, 0, 10_000_00)
		end := timersOf(t, s, draft)[0].EndsAt
		later := end.Add(20 * 24 * time.Hour)
		w.Fire(call, "amend", map[string]string{"closesAt": later.String()})
		for _, id := range []ident.ID{call, draft} {
			if got := timersOf(t, s, id); len(got) == 0 || got[0].EndsAt != later {
				t.Errorf("%s: got the timers %v, want one that ends at %s", id, got, later)
			}
		}
		w.Clock.Set(later - 1)
		sweep(t, w, 0)
	})
}

// TestAppointingAnewGivesTheSameTimers: they follow from the cases.
func TestAppointingAnewGivesTheSameTimers(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		ids := []ident.ID{listed(w)}
		second := w.OpenCall(20_000_00)
		ids = append(ids, second, w.Proposal(second, 1, 5_000_00))
		var before [][]workflow.Timer
		for _, id := range ids {
			before = append(before, timersOf(t, s, id))
		}
		forget(t, s)
		if err := w.Engine.Appoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, id := range ids {
			if got := timersOf(t, s, id); !slices.Equal(got, before[i]) || len(got) == 0 {
				t.Errorf("%s: got %v, want %v", id, got, before[i])
			}
		}
	})
}

// forget takes all timers away, as a database has none that was written before
// there were any.
func forget(t *testing.T, s *store.Store) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx workflow.Tx) error {
		_, err := store.SQL(tx).ExecContext(t.Context(), `DELETE FROM timers`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// changed are the embedded machines with one passage of a definition replaced.
func changed(t *testing.T, file, old, by string) *workflow.Machines {
	t.Helper()
	return storetest.MachinesWith(t, file, func(src string) string {
		if strings.Count(src, old) != 1 {
			t.Fatalf("%s has %d times %q, want it once", file, strings.Count(src, old), old)
		}
		return strings.Replace(src, old, by, 1)
	})
}

// TestRefusedEventIsAnIncident: it is opened once, told to the office, retried
// in vain and then with success, which closes it; another is set aside. Here the
// process asks of the clock what the list of received proposals has to allow.
func TestRefusedEventIsAnIncident(t *testing.T) {
	machines := changed(t, "proposal.yaml", "guards: [not officeDraft]", "guards: [not officeDraft, receivedListPublished]")
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.OpenWith(t, address, machines)
		w := workflowtest.NewWorld(t, s, machines)
		call := w.OpenCall(50_000_00)
		drafts := []ident.ID{w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)}
		w.Fire(w.Proposal(call, 1, 5_000_00), "submit", nil)
		office := w.People[workflow.Administrator]
		w.Clock.Advance(31 * 24 * time.Hour)
		for range 2 {
			w.Sweep()
			w.Clock.Advance(time.Hour)
		}
		open, err := s.Reader().Incident.Query().Where(incident.ResolvedAtIsNil()).Order(ent.Asc(incident.FieldID)).All(t.Context())
		if err != nil || len(open) != len(drafts) {
			t.Fatalf("got the incidents %v, %v, want one on each of %d drafts", open, err, len(drafts))
		}
		for _, x := range open {
			if x.Code != string(workflow.RuleFailed) || x.Guard != "receivedListPublished" || x.Event != "notSubmitted" || x.Attempts != 1 || x.MessageEn == "" || x.MessageLt == "" {
				t.Errorf("got %+v, want the rule that failed told", x)
			}
			if got := timersOf(t, s, x.SubjectID); len(got) != 1 || got[0].Rings() {
				t.Errorf("got the timers %v, want one that says when the term ended and rings no more", got)
			}
		}
		retry := func(who workflow.Actor) error {
			_, err := w.Engine.Do(t.Context(), who, workflow.RetryIncident{Incident: open[0].ID})
			return err
		}
		refusedWith(t, retry(w.ApplicantActors[0]), workflow.NotFound)
		refusedWith(t, retry(w.Outsider), workflow.NotFound)
		refusedWith(t, retry(w.People[workflow.Auditor]), workflow.RoleRefused)
		refusedWith(t, retry(office), workflow.RuleFailed)
		w.Walk(call, "startEvaluation", "publishReceivedList")
		if err := retry(office); err != nil {
			t.Fatal(err)
		}
		expect(t, w, open[0].SubjectID, "not_submitted")
		refusedWith(t, retry(office), workflow.NotAllowedHere)
		aside := workflow.SetAside{Incident: open[1].ID, LAG: w.LAG, Dossier: open[1].SubjectID}
		_, err = w.Engine.Do(t.Context(), office, aside.Record())
		refusedWith(t, err, workflow.ReasonRequired)
		aside.Reason = "Pareiškėjas juodraštį atsiima pats."
		w.Must(office, aside.Record())
		_, err = w.Engine.Do(t.Context(), office, aside.Record())
		refusedWith(t, err, workflow.NotAllowedHere)
		for i, want := range []string{workflow.IncidentDone, workflow.IncidentSetAside} {
			got, err := s.Reader().Incident.Get(t.Context(), open[i].ID)
			if err != nil || got.ResolvedAt == nil || got.Resolution != want {
				t.Errorf("got %+v, %v, want it resolved as %s", got, err, want)
			}
		}
		expect(t, w, open[1].SubjectID, "draft")
		sound(t, s)
	})
}

// TestFaultThatStaysIsAnIncident: after its last attempt, in words for people.
func TestFaultThatStaysIsAnIncident(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		if err := w.Engine.GiveUp(t.Context(), proposal, 0, 6, errors.New("disk of db-7 is full")); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Reader().Incident.Query().Count(t.Context()); err != nil || n != 0 {
			t.Errorf("before the term has ended: got %d incidents, %v, want none", n, err)
		}
		w.Clock.Set(endsOn(t, s, proposal).End())
		for range 2 {
			if err := w.Engine.GiveUp(t.Context(), proposal, 0, 6, errors.New("disk of db-7 is full")); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Reader().Incident.Query().Only(t.Context())
		if err != nil || got.Code != string(workflow.Internal) || got.Attempts != 6 || strings.Contains(got.MessageEn, "db-7") {
			t.Errorf("got %+v, %v, want one incident that tells nothing of the machine", got, err)
		}
		w.Fire(proposal, "apply", nil)
		if got, err = s.Reader().Incident.Query().Only(t.Context()); err != nil || got.Resolution != workflow.IncidentDone {
			t.Errorf("after the case went on: got %+v, %v, want it resolved", got, err)
		}
	})
}

// TestReminderThatFailedLeavesTheTermAlone: the term ends in its time, and a retry
// reminds and does not end it.
func TestReminderThatFailedLeavesTheTermAlone(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		last := endsOn(t, s, proposal)
		w.Clock.Set(last.AddDays(-7).Start())
		for range 2 {
			if err := w.Engine.GiveUp(t.Context(), proposal, 7, 6, errors.New("a fault")); err != nil {
				t.Fatal(err)
			}
		}
		if got := timersOf(t, s, proposal); len(got) != 1 || got[0].Ahead != 0 || got[0].Event != "lapse" {
			t.Errorf("got the timers %v, want that of the term", got)
		}
		x, err := s.Reader().Incident.Query().Only(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.Must(w.People[workflow.Administrator], workflow.RetryIncident{Incident: x.ID})
		expect(t, w, proposal, "listed_funding")
		if got := times(kindsOf(t, s, proposal), "reminder"); got != 1 {
			t.Errorf("got %d reminders, want one", got)
		}
		if x, err = s.Reader().Incident.Get(t.Context(), x.ID); err != nil || x.Resolution != workflow.IncidentDone {
			t.Errorf("got %+v, %v, want it resolved", x, err)
		}
		w.Clock.Set(last.End())
		sweep(t, w, 1)
		expect(t, w, proposal, "lapsed")
	})
}

// TestExtendedTermIsNotEndedByARetry of what failed at its first end.
func TestExtendedTermIsNotEndedByARetry(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		last := endsOn(t, s, proposal)
		w.Clock.Set(last.End())
		if err := w.Engine.GiveUp(t.Context(), proposal, 0, 6, errors.New("a fault")); err != nil {
			t.Fatal(err)
		}
		x, err := s.Reader().Incident.Query().Only(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		office := w.People[workflow.Administrator]
		w.Must(office, workflow.ExtendTerm{
			Subject: proposal, LAG: w.LAG, Dossier: proposal, Until: last.AddDays(5), Reason: "Neveikė sistema.", Evidence: w.Document(proposal, proposal),
		}.Record())
		_, err = w.Engine.Do(t.Context(), office, workflow.RetryIncident{Incident: x.ID})
		refusedWith(t, err, workflow.NotAllowedHere)
		expect(t, w, proposal, "listed_funding")
		w.Clock.Set(last.AddDays(5).End())
		sweep(t, w, 1)
		expect(t, w, proposal, "lapsed")
	})
}
