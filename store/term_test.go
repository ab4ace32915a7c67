package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
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
		w.Sweep()
		expect(t, w, call, "closed")
		expect(t, w, draft, "not_submitted")

		expect(t, w, proposal, "registered")

		w.Walk(call, "startEvaluation", "publishReceivedList")
		w.Walk(proposal, "startAdminCheck", "passAdmin", "passEligibility")
		w.Evaluate(proposal, call, 50_00)
		w.Walk(proposal, "putToBoard", "decideFund")
		lastDay := calendar.Last(w.Clock.Now().Day(), 28, calendar.CalendarDays)
		w.Clock.Set(lastDay.End() - 1)
		sweep(t, w, 0)
		w.Clock.Set(lastDay.End())
		sweep(t, w, 1)
		expect(t, w, proposal, "lapsed")
	})
}

func sweep(t *testing.T, w *workflowtest.World, want int) {
	t.Helper()
	if got := w.Sweep(); got != want {
		t.Fatalf("at %s the clock fired %d events, want %d", w.Clock.Now(), got, want)
	}
}

func expect(t *testing.T, w *workflowtest.World, id ident.ID, want workflow.StateName) {
	t.Helper()
	if got := w.Subject(id).State; got != want {
		t.Fatalf("%s is %s, want %s", id, got, want)
	}
}

// TestTermsInWorkingDaysSkipDaysOff: the office registers within two of them.
func TestTermsInWorkingDaysSkipDaysOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		proposal := w.Proposal(call, 0, 10_000_00)
		w.Clock.Set(clock.Date("2019-03-29").Start().Add(12 * time.Hour)) // a Friday
		w.Fire(proposal, "submit", nil)
		for _, tt := range []struct {
			at   clock.Instant
			want int
		}{
			{clock.Date("2019-03-31").End(), 0}, // Sunday
			{clock.Date("2019-04-02").End() - 1, 0},
			{clock.Date("2019-04-02").End(), 1}, // two working days: Monday and Tuesday
		} {
			w.Clock.Set(tt.at)
			sweep(t, w, tt.want)
		}
		expect(t, w, proposal, "registered")
	})
}

// TestTermsRunFromDelivery: an appeal is in time for fourteen days from when
// the letter arrived, however late that was, and for ever while none did.
func TestTermsRunFromDelivery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		proposal := w.Proposal(call, 0, 10_000_00)
		w.Fire(proposal, "submit", nil)
		w.CloseCall(call)
		w.Walk(proposal, "register", "startAdminCheck")
		early := w.ID(ident.Correspondence)
		letter := func(id ident.ID, direction string, at clock.Instant) workflow.Record {
			return workflow.RecordLetter{
				ID: id, LAG: w.LAG, Dossier: proposal, Subject: proposal, Direction: direction, Number: "S-1", Channel: "POST",
				DatedOn: w.Clock.Now().Day(), DeliveredAt: at, Synthetic: true,
			}.Record()
		}
		office := w.People[workflow.Secretary]
		w.Must(office, letter(early, "OUT", w.Clock.Now())) // about something before
		w.Clock.Set(clock.Date("2019-05-14").Start().Add(10 * time.Hour))
		w.Fire(proposal, "failAdmin", nil)
		w.Must(office, letter(w.ID(ident.Correspondence), "IN", w.Clock.Now())) // the applicant's own starts nothing
		sent := w.ID(ident.Correspondence)
		w.Must(office, letter(sent, "OUT", 0))
		yesterday := workflow.RecordDelivery{Letter: sent, LAG: w.LAG, Dossier: proposal, DeliveredAt: w.Clock.Now().Day().Start() - 1}
		_, err := w.Engine.Do(t.Context(), office, yesterday.Record())
		refusedWith(t, err, workflow.DateRefused)
		w.Clock.Set(clock.Date("2019-05-30").Start())
		w.Sweep()
		expect(t, w, proposal, "rejected_admin")

		delivered := clock.Date("2019-05-29").Start().Add(9 * time.Hour)
		deliver := workflow.RecordDelivery{Letter: sent, LAG: w.LAG, Dossier: proposal, DeliveredAt: delivered}
		w.Must(office, deliver.Record())
		w.Clock.Set(clock.Date("2019-06-12").End() - 1) // fourteen days
		w.Sweep()
		expect(t, w, proposal, "rejected_admin")
		w.Clock.Set(clock.Date("2019-06-12").End())
		if _, err := w.TryFire(proposal, "appeal", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("an appeal out of time, before the clock came by: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Sweep()
		expect(t, w, proposal, "rejected_final")
		sound(t, s)

		_, err = w.Engine.Do(t.Context(), office, deliver.Record())
		refusedWith(t, err, workflow.NotAllowedHere)
		_, err = w.Engine.Do(t.Context(), office, letter(w.ID(ident.Correspondence), "OUT", w.Clock.Now().Day().Start()-1))
		refusedWith(t, err, workflow.DateRefused)
		_, err = w.Engine.Do(t.Context(), office, letter(w.ID(ident.Correspondence), "OUT", w.Clock.Now()+1))
		refusedWith(t, err, workflow.MalformedInput)
		_, err = w.Engine.Do(t.Context(), w.ApplicantActors[0], letter(w.ID(ident.Correspondence), "OUT", 0))
		refusedWith(t, err, workflow.RoleRefused)
	})
}

// TestDraftOfTheOfficeDoesNotRunOut: what came on paper is typed in before or
// after the call closes, and is registered or rejected as late.
func TestDraftOfTheOfficeDoesNotRunOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		admin := w.People[workflow.Administrator]
		draft := func(who workflow.Actor) ident.ID {
			id := w.ID(ident.Proposal)
			w.Must(who, w.Engine.DraftProposal(workflow.DraftProposal{
				ID: id, LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: w.Applicants[0], Sourced: workflow.Sourced{Synthetic: true},
			}))
			return id
		}
		typed, own := draft(admin), draft(w.ApplicantActors[0])
		w.Clock.Advance(31 * 24 * time.Hour)
		w.Fire(call, "close", nil)
		late := draft(admin)
		sweep(t, w, 0)
		for id, want := range map[ident.ID]workflow.StateName{typed: "draft", late: "draft", own: "not_submitted"} {
			if got := w.Subject(id).State; got != want {
				t.Errorf("%s: got %s, want %s", id, got, want)
			}
		}
		received := w.Clock.Now().Add(-2 * 24 * time.Hour).String()
		w.Fire(typed, "registerPaper", map[string]string{"receivedAt": received})
		w.Fire(late, "rejectLate", map[string]string{"receivedAt": w.Clock.Now().String()})
		sound(t, s)
	})
}

// TestACorrectedDeliveryEndsNoTermByItself: the clock waits until somebody decides that
// the term is over, whatever appoints it anew, and the retry is that decision.
func TestACorrectedDeliveryEndsNoTermByItself(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal, open, _ := endedByCorrection(t, s, w)
		w.Must(w.People[workflow.Administrator], workflow.RetryIncident{Incident: open})
		expect(t, w, proposal, "rejected_final")
	})
}

// TestATermThatWasSetAsideIsLeft as it is, whatever appoints it anew, until somebody
// extends it.
func TestATermThatWasSetAsideIsLeft(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal, open, stays := endedByCorrection(t, s, w)
		admin := w.People[workflow.Administrator]
		w.Must(admin, workflow.SetAside{Incident: open, LAG: w.LAG, Dossier: proposal, Reason: "Paliekama."}.Record())
		stays("left as it is")
		w.Must(admin, workflow.ExtendTerm{
			Subject: proposal, LAG: w.LAG, Dossier: proposal, Until: w.Clock.Now().Day().AddDays(3), Reason: "Klaida.", Evidence: w.Document(proposal, proposal),
		}.Record())
		stays("extended")
		w.Clock.Advance(4 * 24 * time.Hour)
		if err := w.Engine.Appoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.Sweep(); got != 1 {
			t.Errorf("at the end of the extension: got %d events, want one", got)
		}
		expect(t, w, proposal, "rejected_final")
	})
}

// endedByCorrection is a case whose term a corrected delivery would have ended, the
// incident that asks whether it did, and a check that nothing ends it.
func endedByCorrection(t *testing.T, s *store.Store, w *workflowtest.World) (proposal, incident ident.ID, stays func(when string)) {
	t.Helper()
	call := w.OpenCall(50_000_00)
	proposal = w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	w.CloseCall(call)
	w.Walk(proposal, "register", "startAdminCheck")
	w.Clock.Set(clock.Date("2019-05-14").Start().Add(10 * time.Hour))
	w.Fire(proposal, "failAdmin", nil)
	secretary, chair := w.People[workflow.Secretary], w.People[workflow.Chair]
	letters := []ident.ID{w.ID(ident.Correspondence), w.ID(ident.Correspondence)}
	for _, id := range letters {
		w.Must(secretary, workflow.RecordLetter{
			ID: id, LAG: w.LAG, Dossier: proposal, Subject: proposal, Direction: "OUT", Number: "S-1", Channel: "POST",
			DatedOn: w.Clock.Now().Day(), Synthetic: true,
		}.Record())
	}
	w.Clock.Set(clock.Date("2019-06-03").Start().Add(9 * time.Hour))
	w.Must(secretary, workflow.RecordDelivery{Letter: letters[0], LAG: w.LAG, Dossier: proposal, DeliveredAt: w.Clock.Now()}.Record())
	correct := func(field, value string) (workflow.Done, error) {
		return w.Do(secretary, workflow.Correct{
			ID: letters[0], Field: field, Value: value, Reason: "Suklysta perrašant.", Document: w.Document(proposal, proposal),
		})
	}
	_, err := correct("datedOn", "2019-06-04")
	if err == nil || !workflow.Refused(err, workflow.DateRefused) && !workflow.Refused(err, workflow.MalformedInput) {
		t.Errorf("written after it arrived: got %v, want it refused", err)
	}
	pending, err := correct("deliveredAt", clock.Date("2019-05-15").Start().Add(9*time.Hour).String())
	if err != nil {
		t.Fatal(err)
	}
	if done := confirms(w, chair, pending); len(done.Consequences) != 1 {
		t.Errorf("got %+v, want one thing to decide", done.Consequences)
	}
	if got := w.Sweep(); got != 0 {
		t.Errorf("got %d events fired by the clock, want none", got)
	}
	expect(t, w, proposal, "rejected_admin")
	open, err := s.Reader().Incident.Query().Only(t.Context())
	if err != nil || open.Event != "termExpired" || open.Code != string(workflow.Corrected) {
		t.Fatalf("got %+v and %v, want one incident of the term", open, err)
	}
	w.Must(secretary, workflow.RecordDelivery{Letter: letters[1], LAG: w.LAG, Dossier: proposal, DeliveredAt: w.Clock.Now()}.Record())
	stays = func(when string) {
		t.Helper()
		if err := w.Engine.Appoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.Sweep(); got != 0 {
			t.Errorf("%s: got %d events fired by the clock, want none", when, got)
		}
		expect(t, w, proposal, "rejected_admin")
	}
	stays("another letter, and all timers made anew")
	return proposal, open.ID, stays
}

// TestAMeetingIsNoLaterThanWhatItDecided, however its day is corrected.
func TestAMeetingIsNoLaterThanWhatItDecided(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		proposal := listed(w)
		d, err := s.Reader().Decision.Query().All(t.Context())
		if err != nil || len(d) == 0 {
			t.Fatalf("got %v and %v, want a decision", d, err)
		}
		w.Clock.Advance(4 * 24 * time.Hour)
		for day, want := range map[clock.Date]workflow.Code{d[0].AdoptedOn.AddDays(1): workflow.MalformedInput, d[0].AdoptedOn.AddDays(-1): ""} {
			_, err := w.Do(w.People[workflow.Secretary], workflow.Correct{
				ID: d[0].MeetingID, Field: "heldOn", Value: string(day), Reason: "Suklysta.", Document: w.Document(d[0].MeetingID, proposal),
			})
			if want == "" && err != nil || want != "" && !workflow.Refused(err, want) {
				t.Errorf("%s: got %v, want %q", day, err, want)
			}
		}
	})
}

// TestACorrectedDayEndsNoTermByItself: that of a contract's start.
func TestACorrectedDayEndsNoTermByItself(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(p, "decideFund", "apply", "impApprove")
		contract := w.ID(ident.Contract)
		w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
			ID: contract, LAG: w.LAG, Proposal: p, Grant: 100_00, Synthetic: true,
		}))
		w.Walk(contract, "offer")
		today := w.Clock.Now().Day()
		w.Fire(contract, "sign", map[string]string{"startsOn": string(today.AddDays(30))})
		w.Clock.Advance(3 * 24 * time.Hour)
		correct := func(id ident.ID, field string, day clock.Date) []workflow.Refusal {
			t.Helper()
			pending, err := w.Do(w.People[workflow.Secretary], workflow.Correct{
				ID: id, Field: field, Value: string(day), Reason: "Suklysta perrašant.", Document: w.Document(p, p),
			})
			if err != nil {
				t.Fatal(err)
			}
			return confirms(w, w.People[workflow.Chair], pending).Consequences
		}
		if got := correct(contract, "startsOn", today.AddDays(10)); len(got) != 1 || timersOf(t, s, contract)[0].EndsAt != today.AddDays(10).End() {
			t.Errorf("to a later day: got %+v, want the term moved and told", got)
		}
		if got := correct(contract, "startsOn", today.AddDays(1)); len(got) != 1 {
			t.Errorf("to a day that is over: got %+v, want one thing to decide", got)
		}
		if err := w.Engine.Appoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.Sweep(); got != 0 {
			t.Errorf("got %d events fired by the clock, want none", got)
		}
		expect(t, w, contract, "signed")
		open, err := s.Reader().Incident.Query().All(t.Context())
		i := slices.IndexFunc(open, func(x *ent.Incident) bool { return x.Event == "start" })
		if err != nil || i < 0 {
			t.Fatalf("got %+v and %v, want an incident of the start", open, err)
		}
		w.Must(w.People[workflow.Administrator], workflow.RetryIncident{Incident: open[i].ID})
		expect(t, w, contract, "active")
		if got := correct(contract, "startsOn", today.AddDays(2)); len(got) != 1 {
			t.Errorf("where the case has gone on: got %+v, want one thing to decide", got)
		}
		if got := correct(contract, "signedOn", today.AddDays(-1)); len(got) != 0 {
			t.Errorf("a day that no term runs from: got %+v, want nothing to decide", got)
		}
		report := w.Beside("progress_report", contract, "FINAL", map[string]string{"dueOn": string(w.Clock.Now().Day().AddDays(60))})
		if got := correct(report, "dueOn", today.AddDays(1)); len(got) != 1 {
			t.Errorf("of a report that would be overdue: got %+v, want one thing to decide", got)
		}
		if err := w.Engine.Appoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.Sweep()
		expect(t, w, report, "due")
		claim := w.Beside("payment_claim", contract, "INTERIM", map[string]string{"amount": "40.00"})
		if got := correct(claim, "periodTo", today.AddDays(2)); len(got) != 0 {
			t.Errorf("of a claim's period: got %+v, want nothing to decide", got)
		}
	})
}

// TestListedProjectHas28DaysToApply to the second, as those that Klaipėda's board listed
// on 2021-05-03 had by 2021-05-31: within them it keeps the money from the next in rank;
// after them that one can have it, or the call has it back.
func TestListedProjectHas28DaysToApply(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		var listed, reserve, calls [2]ident.ID
		w.Clock.Set(clock.Date("2021-01-04").Start())
		for i := range calls {
			both := onAgenda(w, 10_000_00, 10_000_00, 2)
			listed[i], reserve[i], calls[i] = both[0], both[1], s.Reader().Proposal.GetX(t.Context(), both[0]).CallID
		}
		w.Clock.Set(clock.Date("2021-05-03").Start().Add(15 * time.Hour))
		for i := range calls {
			w.Fire(listed[i], "decideFund", nil)
			w.Fire(reserve[i], "decideReserve", map[string]string{"reserveValidUntil": "2022-12-31"})
			w.Fire(calls[i], "decide", nil)
			if got := endsOn(t, s, listed[i]); got != "2021-05-31" {
				t.Fatalf("got a term to the end of %s, want 2021-05-31", got)
			}
		}
		inTime, late := listed[0], listed[1]

		w.Clock.Set(clock.Date("2021-05-31").End().Add(-time.Second))
		sweep(t, w, 0)
		w.Fire(inTime, "apply", nil)
		w.Clock.Set(clock.Date("2021-05-31").End().Add(time.Second))
		sweep(t, w, 1)
		expect(t, w, inTime, "application_submitted")
		expect(t, w, late, "lapsed")
		_, err := w.Engine.Do(t.Context(), w.ActorFor(workflow.Applicant, w.Subject(late)), workflow.Fire{Subject: late, Event: "apply"})
		refusedWith(t, err, workflow.NotAllowedHere)
		for i, want := range []rules.Money{10_000_00, 0} {
			if got := factsOf(t, w, calls[i]).Call.Reserved; got != want {
				t.Errorf("call %d: got %s bound, want %s", i+1, got, want)
			}
		}
		if _, err := w.TryFire(reserve[0], "promote", nil); against(err) != "R-19" {
			t.Errorf("the next after the one that applied: got %v, want no money for it (R-19)", err)
		}
		w.Fire(reserve[1], "promote", nil)
		expect(t, w, reserve[1], "award_offered")
		if got := factsOf(t, w, reserve[1]).Held; got != 10_000_00 {
			t.Errorf("got %s held for the next after the one that lapsed, want what it had", got)
		}
	})
}
