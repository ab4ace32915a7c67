package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestWhatTheBoardKeepsLosingGoesToTheGeneralMeeting after as many votes as the statutes in
// force when the call opened say, and is then carried out by its decision alone.
func TestWhatTheBoardKeepsLosingGoesToTheGeneralMeeting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		for _, limit := range []int{workflow.DefaultLostVotes, 1} {
			if limit != workflow.DefaultLostVotes {
				statutes(w, rules.LostVotes, fmt.Sprint(limit))
			}
			call, p := w.OnAgenda()
			for n := range limit {
				if f := factsOf(t, w, p); f.Proposal.NotAdopted != n {
					t.Fatalf("got %d votes lost, want %d", f.Proposal.NotAdopted, n)
				}
				w.Fire(p, "notAdopted", nil)
			}
			_, err := w.TryFire(p, "decideFund", nil)
			refusedWith(t, err, workflow.DecisionRequired)

			meeting := w.Plan(workflow.InPerson)
			r, err := w.Engine.TableItem(workflow.TableItem{
				ID: w.ID(ident.AgendaItem), LAG: w.LAG, Meeting: meeting, Subject: p, Event: "decideFund", Synthetic: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], r)
			refusedWith(t, err, workflow.NotAllowedHere)
			w.Table(meeting, call, "annul") // what it never lost is the board's still

			general := w.ID(ident.Meeting)
			w.Must(w.People[workflow.Secretary], w.Engine.HoldMeeting(workflow.HoldMeeting{
				ID: general, LAG: w.LAG, Number: "VNS-1", Mode: workflow.InPerson, General: true, HeldOn: w.Clock.Now().Day(), Synthetic: true,
			}))
			board := w.Meeting
			w.Meeting = general
			w.Fire(p, "decideFund", nil) // by a decision that is recorded of it
			w.Meeting = board
			if got := w.Subject(p).State; got != "listed_funding" {
				t.Errorf("got %s, want it on the list", got)
			}
			// What comes after is the board's again.
			w.Walk(p, "revokeDecision", "decideFund")
		}
		sound(t, s)
	})
}

// TestALostVoteCountsAsItIsOnRecord, whether anybody carries it to the case or not.
func TestALostVoteCountsAsItIsOnRecord(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		statutes(w, rules.LostVotes, "2")
		_, p := w.OnAgenda()
		for range 2 {
			r, err := w.Engine.RecordDecision(workflow.RecordDecision{
				ID: w.ID(ident.Decision), LAG: w.LAG, Meeting: w.Meeting, Subject: p, Event: "decideFund", For: 2, Against: 5,
				Reasons: "nenutarta", AdoptedOn: w.Clock.Now().Day(), Document: w.Tally, Synthetic: true,
			})
			w.MustMade(w.People[workflow.Secretary], r, err)
		}
		_, err := w.TryFire(p, "decideFund", nil)
		refusedWith(t, err, workflow.DecisionRequired)
	})
}

// TestObserversAreNamedAndHaveNoVote in the minutes, and nobody is both.
func TestObserversAreNamedAndHaveNoVote(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		sat := inSession(w)
		guest := w.Person(workflow.Auditor, w.LAG, "").Person
		name := func(persons ...ident.ID) error {
			_, err := w.Engine.Do(t.Context(), w.People[workflow.Secretary], w.Engine.NameObservers(workflow.NameObservers{
				LAG: w.LAG, Meeting: sat.meeting, Persons: persons,
			}))
			return err
		}
		if err := name(guest); err != nil {
			t.Fatal(err)
		}
		refusedWith(t, name(guest, sat.board[0].Person), workflow.Conflict)
		refusedWith(t, name(guest, guest), workflow.MalformedInput)
		_, err := w.Engine.Do(t.Context(), w.People[workflow.Secretary], w.Engine.Attend(workflow.Attend{
			LAG: w.LAG, Meeting: sat.meeting, Seat: sat.board[8].Seat, What: workflow.Arrived, InPlace: guest, Document: w.Document(sat.meeting, sat.meeting), Synthetic: true,
		}))
		refusedWith(t, err, workflow.Conflict)
		before := factsOf(t, w, sat.item)
		if err := name(); err != nil {
			t.Fatal(err)
		}
		if after := factsOf(t, w, sat.item); !slices.Equal(before.Meeting.Observers, []ident.ID{guest}) || len(after.Meeting.Observers) != 0 || len(after.Meeting.Seats) != len(before.Meeting.Seats) {
			t.Errorf("got observers %v and then %v", before.Meeting.Observers, after.Meeting.Observers)
		}
		if err := name(guest); err != nil {
			t.Fatal(err)
		}
		w.Fire(sat.item, "startVoting", nil)
		for _, m := range sat.board[:6] {
			w.Cast(sat.item, rules.For, m)
		}
		w.Walk(sat.item, "closeVoting", "adopt")
		w.Fire(sat.meeting, "close", nil)
		refusedWith(t, name(), workflow.NotAllowedHere)
		w.Fire(w.Beside("minutes", sat.meeting, "", nil), "sign", nil)
		if got := signedText(t, w, sat.meeting).Meeting; !slices.Equal(got.Observers, []string{string(guest)}) || got.Body != "" {
			t.Errorf("minutes: got %+v, want the guest as an observer", got)
		}
		sound(t, s)
	})
}

// TestPapersComeInTime as the statutes have it, which without any is advice.
func TestPapersComeInTime(t *testing.T) {
	timed(t, func(t *testing.T, st *store.Store, w *workflowtest.World) {
		meeting := w.Plan(workflow.InPerson)
		soon := map[string]string{"scheduledAt": w.Clock.Now().Add(24 * time.Hour).String()}
		done := w.Fire(meeting, "sendAgenda", soon)
		if len(done.Warnings) != 1 || done.Warnings[0].Rule != "papersInTime" {
			t.Errorf("a day before, without statutes: got %+v, want a warning", done.Warnings)
		}
		statutes(w, rules.PapersDays, "3")
		w.Clock.Advance(24 * time.Hour)
		meeting = w.Plan(workflow.InPerson)
		_, err := w.TryFire(meeting, "sendAgenda", soon)
		if got := against(err); got != "papersInTime" {
			t.Errorf("by statutes that ask for three days: got %v, want papersInTime", err)
		}
		w.Fire(meeting, "sendAgenda", map[string]string{"scheduledAt": w.Clock.Now().Add(9 * 24 * time.Hour).String()})
		for _, early := range []workflow.EventName{"open", "declareNoQuorum"} {
			if _, err := w.TryFire(meeting, early, nil); err == nil || !strings.Contains(err.Error(), "has not come yet") {
				t.Errorf("%s before its day: got %v, want it refused", early, err)
			}
		}
		row, err := st.Reader().Meeting.Get(t.Context(), w.Plan(workflow.InPerson))
		if err != nil || row.PapersDue == nil || *row.PapersDue != calendar.Before(w.Clock.Now().Day(), 3) {
			t.Errorf("got the papers due on %v and %v, want three working days before", row.PapersDue, err)
		}
	})
}

// statutes sets one parameter of the group's own from today on.
func statutes(w *workflowtest.World, name, value string) {
	w.T.Helper()
	w.Must(workflow.SystemActor(), workflow.AdoptRuleSet{
		LAG: w.LAG, Layer: rules.Local, Version: name, From: w.Clock.Now().Day(), Sourced: workflow.Sourced{Synthetic: true},
		Parameters: []rules.Parameter{{Name: name, Value: value, Source: "statutes", Verified: true}},
	})
}

// signedText is what the last minutes of the meeting say.
func signedText(t *testing.T, w *workflowtest.World, meeting ident.ID) minutes.Minutes {
	t.Helper()
	all, err := w.Engine.MinutesOf(t.Context(), meeting)
	if err != nil || len(all) == 0 {
		t.Fatalf("minutes: got %d and %v, want some", len(all), err)
	}
	return all[len(all)-1].Minutes
}
