package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// heldSitting is a meeting that was held: the first seat was recused from its one item,
// on which six voted for it, one against and one abstained.
func heldSitting(w *workflowtest.World) sitting {
	w.T.Helper()
	s := inSession(w)
	w.Recuse(s.item, workflow.EconomicTie, s.board[0])
	w.Fire(s.item, "startVoting", nil)
	w.Cast(s.item, rules.For, s.board[1:7]...)
	w.Cast(s.item, rules.Against, s.board[7])
	w.Cast(s.item, rules.Abstain, s.board[8])
	w.Walk(s.item, "closeVoting", "adopt")
	w.Fire(s.meeting, "close", nil)
	return s
}

// versions are the signed minutes of the meeting, held against the record.
func versions(t *testing.T, w *workflowtest.World, meeting ident.ID) []workflow.SignedMinutes {
	t.Helper()
	all, err := w.Engine.MinutesOf(t.Context(), meeting)
	if err != nil {
		t.Fatalf("minutes of %s: %v", meeting, err)
	}
	return all
}

// signing is the signature by somebody.
func signing(w *workflowtest.World, id ident.ID) workflow.Fire {
	return workflow.Fire{
		Subject: id, Event: "sign", ExpectedVersion: w.Subject(id).Version, Reason: "pasirašyta",
		Given: []workflow.Given{{Name: "number", Value: "P-7"}},
	}
}

// TestMinutesTakeWhoPresidedAndASecretary, in whichever order, and nobody in their place.
func TestMinutesTakeWhoPresidedAndASecretary(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := heldSitting(w)
		presider, secretary, admin := w.People[workflow.Chair], w.People[workflow.Secretary], w.People[workflow.Administrator]
		deputy := w.Person(workflow.Chair, w.LAG, "")
		other := w.Person(workflow.Secretary, w.LAG, "")
		id := w.Beside("minutes", s.meeting, "", nil)
		sign := func(first, second workflow.Actor) error {
			done, err := w.Engine.Do(t.Context(), first, signing(w, id))
			if err != nil {
				return err
			}
			if done.Pending == nil {
				t.Fatal("signed by one person alone, want it to wait for the other")
			}
			_, err = w.Engine.Do(t.Context(), second, workflow.Confirm{ID: done.Pending.ID})
			return err
		}
		for name, tt := range map[string]struct {
			first, second workflow.Actor
			want          workflow.Code
		}{
			"the secretary twice":               {secretary, secretary, workflow.SecondPersonRequired},
			"two secretaries":                   {secretary, other, workflow.SecondPersonRequired},
			"a secretary and another chair":     {secretary, deputy, workflow.SecondPersonRequired},
			"whoever presided and another":      {presider, deputy, workflow.SecondPersonRequired},
			"whoever presided and the office":   {presider, admin, workflow.SecondPersonRequired},
			"a chair who did not preside":       {deputy, secretary, workflow.RoleRefused},
			"an administrator":                  {admin, presider, workflow.RoleRefused},
			"a member of the board":             {s.board[1].Actor, secretary, workflow.NotFound},
			"a chair of another group as other": {secretary, w.Person(workflow.Chair, w.ID(ident.LAG), ""), workflow.NotFound},
		} {
			if err := sign(tt.first, tt.second); !workflow.Refused(err, tt.want) {
				t.Errorf("%s: got %v, want %s", name, err, tt.want)
			}
			if got := versions(t, w, s.meeting); len(got) != 0 {
				t.Fatalf("%s: got %d signed minutes, want none", name, len(got))
			}
		}
		if err := sign(secretary, presider); err != nil {
			t.Fatalf("the secretary and whoever presided: %v", err)
		}
		signed := versions(t, w, s.meeting)[0]
		if signed.Secretary != string(secretary.Person) || signed.Meeting.Presider != string(presider.Person) {
			t.Errorf("got secretary %s and presider %s, want %s and %s", signed.Secretary, signed.Meeting.Presider, secretary.Person, presider.Person)
		}
		w.Fire(id, "publish", nil)
		id = w.Beside("minutes", s.meeting, "", nil)
		if err := sign(presider, secretary); err != nil {
			t.Fatalf("whoever presided and the secretary: %v", err)
		}
		if again := versions(t, w, s.meeting)[1]; again.Secretary != string(secretary.Person) {
			t.Errorf("got secretary %s, want %s, whoever signs first", again.Secretary, secretary.Person)
		}
	})
}

// TestSignedMinutesAreFrozen with all that was done, under a hash that the record gives
// again until somebody corrects it.
func TestSignedMinutesAreFrozen(t *testing.T) {
	timed(t, func(t *testing.T, db *store.Store, w *workflowtest.World) {
		s := heldSitting(w)
		id := w.Beside("minutes", s.meeting, "", nil)
		done := w.Fire(id, "sign", map[string]string{"number": "P-7"})
		got := versions(t, w, s.meeting)
		if len(got) != 1 || !got[0].Agrees() || got[0].ID != id || got[0].Number != "P-7" || got[0].Version != 1 {
			t.Fatalf("got %+v, want the first minutes, which agree", got)
		}
		m := got[0]
		if minutes.Hash([]byte(m.Text)) != m.Hash {
			t.Errorf("hash: got %s, want that of the text", m.Hash)
		}
		item := m.Items[0]
		wantRecused := []minutes.Recuse{{ID: string(s.board[0].Seat), Ground: string(workflow.EconomicTie)}}
		if item.Outcome != minutes.Adopted || item.Votes() != (minutes.Tally{For: 6, Against: 1, Abstained: 1}) || item.Cast != item.Votes() ||
			!slices.Equal(item.Recused, wantRecused) || len(item.Ballots) != 8 || item.Subject != string(s.proposal) {
			t.Errorf("item: got %+v, want six, one and one, with the first seat recused", item)
		}
		var tests []string
		for _, x := range item.Tests {
			tests = append(tests, x.ID+" "+x.Verdict)
		}
		if got, want := strings.Join(tests, ", "), "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-23 PASSED, R-24 PASSED, R-25 PASSED, R-26 PASSED, R-27 PASSED, R-29 PASSED"; got != want {
			t.Errorf("rules: got %s, want %s", got, want)
		}
		if len(m.Seats) != 9 || !m.Seats[0].Came() || m.Seats[0].DeclaredAt == "" {
			t.Errorf("seats: got %+v, want nine that came and declared", m.Seats)
		}
		entry, err := db.Reader().HistoryBody.Query().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		carried := 0
		for _, e := range entry {
			if strings.Contains(e.Body, m.Hash) {
				carried++
			}
		}
		if carried != 1 || done.Dossier != s.meeting {
			t.Errorf("got the hash in %d entries, want it in one of %s", carried, s.meeting)
		}
		if strings.Contains(m.Text, "Asmuo") { // by which name each person of this world begins
			t.Errorf("text: got a person's name in %s", m.Text)
		}
		mistaken := s.board[4]
		row := attendanceOf(t, db, s.meeting, mistaken.Seat)
		correct(t, w, workflow.Correct{
			ID: row, Field: "arrivedAt", Value: w.Clock.Now().Add(-time.Hour).String(), Reason: "įrašyta ne ta valanda", Document: w.Document(s.meeting, s.meeting),
		})
		after := versions(t, w, s.meeting)[0]
		if after.Agrees() || !after.Intact || len(after.Differences) != 1 || after.Differences[0].Record != string(mistaken.Seat) || after.Differences[0].Field != "arrivedAt" {
			t.Errorf("after a correction: got %+v, want the arrival of %s named", after.Differences, mistaken.Seat)
		}
		if after.Text != m.Text || after.Hash != m.Hash {
			t.Error("after a correction: got another text, want the one that was signed")
		}
		sound(t, db)
	})
}

func attendanceOf(t *testing.T, db *store.Store, meeting, seat ident.ID) ident.ID {
	t.Helper()
	all, err := db.Reader().Attendance.Query().All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.MeetingID == meeting && a.SeatID == seat {
			return a.ID
		}
	}
	t.Fatalf("nobody is recorded for %s", seat)
	return ""
}

func correct(t *testing.T, w *workflowtest.World, c workflow.Correct) {
	t.Helper()
	done, err := w.Engine.Do(t.Context(), w.People[workflow.Secretary], c)
	if err != nil || done.Pending == nil {
		t.Fatalf("correct %s: got %+v, %v, want it to wait for a second person", c.Field, done, err)
	}
	w.Must(w.SecondAdministrator, workflow.Confirm{ID: done.Pending.ID})
}

// TestACorrectionOfMinutesIsANewVersion in the place of the one before, with a reason; the
// old one stays as it was signed.
func TestACorrectionOfMinutesIsANewVersion(t *testing.T) {
	timed(t, func(t *testing.T, db *store.Store, w *workflowtest.World) {
		s := heldSitting(w)
		first := w.Beside("minutes", s.meeting, "", nil)
		w.Walk(first, "sign", "publish")
		before := versions(t, w, s.meeting)[0]
		second := w.Beside("minutes", s.meeting, "", nil)
		refusedWith(t, anotherBeside(w, s.meeting), workflow.RuleFailed)
		f := signing(w, second)
		f.Reason = ""
		_, err := w.Send(w.People[workflow.Secretary], f)
		refusedWith(t, err, workflow.ReasonRequired)
		expect(t, w, first, "published")
		w.Fire(second, "sign", nil)
		expect(t, w, first, "superseded")
		expect(t, w, second, "signed")
		all := versions(t, w, s.meeting)
		if len(all) != 2 || all[0].ID != first || all[0].Text != before.Text || all[1].ID != second || all[1].Version != 2 || !all[1].Agrees() {
			t.Errorf("got %d versions, want the old one as it was and the second", len(all))
		}
		if all[0].Hash == all[1].Hash {
			t.Error("got one hash twice, want another: the salt is new")
		}
		w.Walk(second, "publish", "archive")
		refusedWith(t, anotherBeside(w, s.meeting), workflow.RuleFailed)
		sound(t, db)
	})
}

// anotherBeside tries to begin other minutes of the meeting.
func anotherBeside(w *workflowtest.World, meeting ident.ID) error {
	who, a := w.Opening("minutes", meeting, "", nil)
	r, err := w.Engine.OpenMatter(a)
	if err == nil {
		_, err = w.Engine.Do(w.T.Context(), who, r)
	}
	return err
}

// TestMinutesOfAMeetingOnPaper are recorded as signed, by the paper that shows it.
func TestMinutesOfAMeetingOnPaper(t *testing.T) {
	timed(t, func(t *testing.T, db *store.Store, w *workflowtest.World) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		decision := w.Decide(p, "decideFund")
		id := w.Beside("minutes", w.Meeting, "", nil)
		_, err := w.TryFire(id, "sign", nil)
		refusedWith(t, err, workflow.RuleFailed)
		w.Fire(id, "signOnPaper", map[string]string{"number": "P-1"})
		m := versions(t, w, w.Meeting)[0]
		last := m.Items[len(m.Items)-1]
		if !m.Agrees() || m.Secretary != "" || m.Meeting.Presider != "" || last.ID != string(decision) || last.Votes() != (minutes.Tally{For: 7}) || last.Outcome != minutes.Adopted {
			t.Errorf("got %+v, want what was decided on paper", m)
		}
		correct(t, w, workflow.Correct{ID: decision, Field: "votesFor", Value: "6", Reason: "suklysta", Document: w.Tally})
		if m = versions(t, w, w.Meeting)[0]; m.Agrees() || m.Differences[0].Record != string(decision) || m.Differences[0].Field != "decided.for" || m.Differences[0].Item != last.Ordinal {
			t.Errorf("after a correction: got %+v, want the votes of %s named", m.Differences, decision)
		}
		here := heldSitting(w)
		gone := w.Beside("minutes", here.meeting, "", nil) // whoever presided may be gone since
		w.Fire(gone, "signOnPaper", map[string]string{"number": "P-2"})
		if m = versions(t, w, here.meeting)[0]; m.Meeting.Presider == "" {
			t.Error("got nobody who presided, want whoever did")
		}
		sound(t, db)
	})
}

// TestMinutesComeAfterTheMeeting, and about a meeting alone.
func TestMinutesComeAfterTheMeeting(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := inSession(w)
		refusedWith(t, anotherBeside(w, s.meeting), workflow.RuleFailed)
		who, a := w.Opening("minutes", s.proposal, "", nil)
		r, err := w.Engine.OpenMatter(a)
		if err == nil {
			_, err = w.Engine.Do(t.Context(), who, r)
		}
		refusedWith(t, err, workflow.MalformedInput)
		who, a = w.Opening("appeal", s.meeting, "", nil)
		if r, err = w.Engine.OpenMatter(a); err == nil {
			_, err = w.Engine.Do(t.Context(), who, r)
		}
		if err == nil {
			t.Error("an appeal about a meeting: got it opened, want it refused")
		}
	})
}

// TestWhatWasNotReachedIsLeftOpen in the minutes.
func TestWhatWasNotReachedIsLeftOpen(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		all := onAgenda(w, 100_00, 100_00, 2)
		board := w.Board(workflowtest.Thirds(1)...)
		meeting := w.Plan(workflow.InPerson)
		items := []ident.ID{w.Table(meeting, all[0], "decideFund"), w.Table(meeting, all[1], "decideFund")}
		w.Begin(meeting, board...)
		w.Walk(items[0], "open", "startVoting")
		w.Cast(items[0], rules.For, board...)
		w.Walk(items[0], "closeVoting", "adopt")
		w.Fire(meeting, "close", nil)
		id := w.Beside("minutes", meeting, "", nil)
		w.Fire(id, "sign", nil)
		m := versions(t, w, meeting)[0]
		if len(m.Items) != 2 || m.Items[1].Outcome != minutes.LeftOpen || m.Items[1].State == "" || m.Items[1].Decided != nil {
			t.Errorf("got %+v, want the second item left open", m.Items)
		}
	})
}

// adjourned is a meeting that decided on its one item and was put off to another day.
func adjourned(w *workflowtest.World) (s sitting, sat clock.Date) {
	w.T.Helper()
	s = inSession(w)
	w.Fire(s.item, "startVoting", nil)
	w.Cast(s.item, rules.For, s.board...)
	w.Walk(s.item, "closeVoting", "adopt")
	sat = w.Clock.Now().Day()
	w.Fire(s.meeting, "adjourn", map[string]string{"scheduledAt": w.Clock.Now().Add(5 * 24 * time.Hour).String()})
	return s, sat
}

// TestAMeetingThatDecidedIsNotCancelled, and is closed as of the day on which it sat where it
// is not taken up again: there are minutes of it.
func TestAMeetingThatDecidedIsNotCancelled(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s, sat := adjourned(w)
		refused := func() {
			t.Helper()
			_, err := w.TryFire(s.meeting, "cancel", nil)
			if got := against(err); got != "not somethingDecided" {
				t.Errorf("got %q, want it refused for what was decided", got)
			}
		}
		refused()
		w.Clock.Advance(5 * 24 * time.Hour)
		w.Fire(s.meeting, "declareNoQuorum", nil)
		refused()
		w.Fire(s.meeting, "close", nil)
		w.Fire(w.Beside("minutes", s.meeting, "", nil), "sign", nil)
		if m := versions(t, w, s.meeting)[0]; m.Meeting.HeldOn != string(sat) || m.Items[0].Outcome != minutes.Adopted || !m.Agrees() {
			t.Errorf("got %+v, want what was adopted on %s", m, sat)
		}
	})
}

// TestWhoPresidedAtTheFirstSittingSigns, and not who opened the meeting again.
func TestWhoPresidedAtTheFirstSittingSigns(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s, _ := adjourned(w)
		w.Clock.Advance(5 * 24 * time.Hour)
		w.Arrive(s.meeting, s.board...)
		_, again := w.Prepared(s.meeting, "open", nil)
		w.Must(w.Person(workflow.Chair, w.LAG, ""), again)
		w.Fire(s.meeting, "close", nil)
		w.Fire(w.Beside("minutes", s.meeting, "", nil), "sign", nil)
		if got := versions(t, w, s.meeting)[0].Meeting.Presider; got != string(w.People[workflow.Chair].Person) {
			t.Errorf("got %s, want %s", got, w.People[workflow.Chair].Person)
		}
	})
}

// TestADeputyForTheDaySignsLater with the role that they have by then.
func TestADeputyForTheDaySignsLater(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := inSession(w)
		w.Walk(s.meeting, "adjourn", "declareNoQuorum", "callAgain")
		deputy := s.board[0].Actor
		w.Arrive(s.meeting, s.board...)
		_, open := w.Prepared(s.meeting, "open", nil)
		chair := deputy
		chair.Grants = append(slices.Clone(deputy.Grants), workflow.Grant{Role: workflow.Chair, LAG: w.LAG})
		w.Must(chair, open)
		w.Fire(s.meeting, "close", nil)
		id := w.Beside("minutes", s.meeting, "", nil)
		done := w.Must(w.People[workflow.Secretary], signing(w, id))
		if _, err := w.Engine.Do(t.Context(), s.board[1].Actor, workflow.Confirm{ID: done.Pending.ID}); !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("by another member: got %v, want %s", err, workflow.NotFound)
		}
		w.Must(deputy, workflow.Confirm{ID: done.Pending.ID})
		if m := versions(t, w, s.meeting)[0]; m.Meeting.Presider != string(deputy.Person) || m.Secretary != string(w.People[workflow.Secretary].Person) {
			t.Errorf("got %+v, want it signed by the deputy and the secretary", m.Signing)
		}
	})
}
