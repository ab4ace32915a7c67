package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// sitting is a meeting in session on one proposal, with nine seats, three of each sector,
// in that order.
type sitting struct {
	*workflowtest.World
	call, proposal, meeting, item ident.ID
	board                         []workflowtest.Member
}

// inSession opens the meeting with the members that are there.
func inSession(w *workflowtest.World, absent ...int) sitting {
	w.T.Helper()
	all := onAgenda(w, 100_00, 100_00, 1)
	s := sitting{World: w, proposal: all[0], call: factsOf(w.T, w, all[0]).Call.ID, board: w.Board(workflowtest.Thirds(3)...)}
	s.meeting = w.Plan(workflow.InPerson)
	s.item = w.Table(s.meeting, s.proposal, "decideFund")
	w.Fire(s.meeting, "sendAgenda", nil)
	for i, m := range s.board {
		if !slices.Contains(absent, i) {
			w.Declare(s.meeting, m)
			w.Arrive(s.meeting, m)
		}
	}
	w.Fire(s.meeting, "open", nil)
	w.Fire(s.item, "open", nil)
	return s
}

// tested are the board's rules on the item as "R-21 PASSED" and the like.
func (s sitting) tested(who workflow.Actor) string {
	s.T.Helper()
	all, err := s.Engine.Tests(s.T.Context(), who, s.item)
	if err != nil {
		s.T.Fatal(err)
	}
	var out []string
	for _, t := range all {
		out = append(out, t.Rule+" "+string(t.Verdict))
	}
	return strings.Join(out, ", ")
}

func decisionsOn(t *testing.T, w *workflowtest.World, id ident.ID) []workflow.DecisionFacts {
	t.Helper()
	return factsOf(t, w, id).Decisions
}

// TestAMeetingDecidesByItsBallots from the agenda to what is carried out, each vote the
// member's own.
func TestAMeetingDecidesByItsBallots(t *testing.T) {
	timed(t, func(t *testing.T, db *store.Store, w *workflowtest.World) {
		s := inSession(w)
		w.Fire(s.item, "startVoting", nil)
		w.Cast(s.item, rules.For, s.board[:6]...)
		w.Cast(s.item, rules.Against, s.board[6:8]...)
		w.Cast(s.item, rules.Abstain, s.board[8])
		if got, want := s.tested(w.People[workflow.Chair]), "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-23 PASSED, R-24 PASSED, R-25 PASSED, R-26 PASSED, R-27 PASSED, R-29 PASSED"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		_, err := w.TryFire(s.meeting, "close", nil)
		refusedWith(t, err, workflow.RuleFailed)
		w.Fire(s.item, "closeVoting", nil)
		_, err = w.Engine.Do(t.Context(), s.board[0].Actor, w.Ballot(s.item, s.board[0], "AGAINST", ""))
		refusedWith(t, err, workflow.Conflict)
		w.Fire(s.item, "adopt", nil)
		expect(t, w, s.item, "adopted")
		w.Fire(s.meeting, "close", nil)
		expect(t, w, s.meeting, "held")
		made := decisionsOn(t, w, s.proposal)
		if len(made) != 1 || !made[0].Adopted || made[0].RecordedBy != w.People[workflow.Chair].Person {
			t.Fatalf("got %+v, want one decision that is adopted, of the chair who recorded it", made)
		}
		row, err := db.Reader().Decision.Get(t.Context(), made[0].ID)
		if err != nil || row.VotesFor != 6 || row.VotesAgainst != 2 || row.VotesAbstained != 1 || row.ItemID != s.item || row.MeetingID != s.meeting {
			t.Errorf("got %+v, %v, want six, two and one on the item", row, err)
		}
		carry := func(who workflow.Actor) error {
			_, f := w.Prepared(s.proposal, "decideFund", nil)
			f.Decision = made[0].ID
			_, err := w.Engine.Do(t.Context(), who, f)
			return err
		}
		refusedWith(t, carry(w.People[workflow.Chair]), workflow.SecondPersonRequired)
		if err := carry(w.People[workflow.Administrator]); err != nil {
			t.Fatal(err)
		}
		expect(t, w, s.proposal, "listed_funding")
	})
}

// TestRecusalsAreTestedBeforeTheVote: the worked cases of the field's rules, nine seats of
// which three are of each sector.
func TestRecusalsAreTestedBeforeTheVote(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := inSession(w)
		leave := func(i int) {
			w.Must(w.People[workflow.Secretary], w.Attending(s.meeting, s.board[i], workflow.Left))
		}
		recuse := func(i int) { w.Recuse(s.item, workflow.EconomicTie, s.board[i]) }
		for _, tt := range []struct {
			name string
			then func()
			want string // against the vote, "" where it opens
		}{
			{"all are there", func() {}, ""},
			{"one of business is recused: 3, 2 and 3 of eight", func() { recuse(3) }, ""},
			{"two of business recused and one community absent: 3, 1 and 2 of six", func() { recuse(4); leave(8) }, "R-22"},
			{"one public recused as well: 2, 1 and 2 of five", func() { recuse(0) }, ""},
			{"one more: four of nine seats, two of them public", func() { recuse(6) }, "R-21 R-22"},
		} {
			tt.then()
			actor, f := w.Prepared(s.item, "startVoting", nil)
			f.DryRun = true
			_, err := w.Engine.Do(t.Context(), actor, f)
			if got := against(err); got != tt.want {
				t.Errorf("%s: got %q against the vote (%v), want %q", tt.name, got, err, tt.want)
			}
		}
		w.Fire(s.item, "defer", nil)
		w.Fire(s.meeting, "close", nil)
		expect(t, w, s.item, "not_reached")
	})
}

// TestHalfOfTheVotesArePublicAtMost: what is voted by too few others is void, with both
// results at hand, and is tabled anew.
func TestHalfOfTheVotesArePublicAtMost(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := inSession(w)
		w.Fire(s.item, "startVoting", nil)
		w.Cast(s.item, rules.For, s.board[0], s.board[1], s.board[2], s.board[3], s.board[6])
		w.Fire(s.item, "closeVoting", nil)
		for _, event := range []workflow.EventName{"adopt", "notAdopt"} {
			_, err := w.TryFire(s.item, event, nil)
			if got := against(err); got != map[workflow.EventName]string{"adopt": "R-23", "notAdopt": "R-23 not R-26"}[event] {
				t.Errorf("%s: got %q against it, want R-23", event, got)
			}
		}
		w.Fire(s.item, "voidVote", nil)
		expect(t, w, s.item, "vote_void")
		if made := decisionsOn(t, w, s.proposal); len(made) > 0 {
			t.Errorf("got %+v of a vote that is void, want none", made)
		}
		w.Fire(s.meeting, "close", nil)
		again := w.Plan(workflow.InPerson)
		w.Table(again, s.proposal, "decideFund")
	})
}

// against are the rules that a refusal names.
func against(err error) string { return strings.Join(rulesOf(err), " ") }

// TestWhoHasNoPartInAnItem: the applicant's own, whoever evaluates it, and whoever declared
// a conflict; there they stand in the way of the vote until their recusal is recorded.
func TestWhoHasNoPartInAnItem(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		all := onAgenda(w, 100_00, 100_00, 1)
		board := w.Board(workflowtest.Thirds(3)...)
		owner := workflowtest.Member{Actor: w.Person(workflow.BoardMember, w.LAG, w.Applicants[0]), Seat: w.ID(ident.BoardSeat)}
		judge := workflowtest.Member{Actor: w.Evaluators[0], Seat: w.ID(ident.BoardSeat)}
		judge.Grants = append(slices.Clone(judge.Grants), workflow.Grant{Role: workflow.BoardMember, LAG: w.LAG})
		for _, m := range []workflowtest.Member{owner, judge} {
			w.Must(workflow.SystemActor(), workflow.In{
				Kind: "lag.describe", LAG: w.LAG, Dossier: w.LAG, Subject: w.LAG, SubjectType: "Lag",
				Rows: []workflow.Row{{Type: "BoardSeat", ID: m.Seat, Set: workflow.Values{
					"lagId": w.LAG, "personId": m.Person, "sector": "BUSINESS", "since": "2016-01-01", "synthetic": true,
				}}},
			}.Record())
		}
		meeting := w.Plan(workflow.Remote)
		item := w.Table(meeting, all[0], "decideFund")
		w.Begin(meeting, append(slices.Clone(board), owner, judge)...)
		w.Fire(item, "open", nil)
		for _, tt := range []struct {
			who    workflowtest.Member
			ground workflow.Ground
		}{{owner, workflow.OfApplicant}, {judge, workflow.EvaluatedIt}} {
			_, err := w.TryFire(item, "startVoting", nil)
			if got := against(err); got != "R-24" {
				t.Errorf("%s: got %q against the vote, want R-24", tt.ground, got)
			}
			if got, err := w.Engine.Interest(t.Context(), tt.who.Actor, item); err != nil || got != tt.ground {
				t.Errorf("got %q, %v, want %s", got, err, tt.ground)
			}
			by := w.Ballot(item, tt.who, workflow.Recused, tt.ground)
			_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], by)
			refusedWith(t, err, workflow.DocumentRequired)
			w.Recuse(item, tt.ground, tt.who)
		}
		w.Fire(item, "startVoting", nil)
		for _, m := range []workflowtest.Member{owner, judge} {
			_, err := w.Engine.Do(t.Context(), m.Actor, w.Ballot(item, m, "FOR", ""))
			refusedWith(t, err, workflow.Conflict)
		}
		_, err := w.Engine.Do(t.Context(), board[0].Actor, w.Ballot(item, board[1], "FOR", ""))
		refusedWith(t, err, workflow.RoleRefused)
		w.Cast(item, rules.For, board...)
		got, err := w.Engine.Tests(t.Context(), owner.Actor, item)
		if err != nil || slices.ContainsFunc(got, func(x workflow.Tested) bool { return x.Rule == "R-23" || x.Rule == "R-26" }) || len(got) == 0 {
			t.Errorf("got %v, %v for a recused member, want nothing of the votes", got, err)
		}
	})
}

// TestAVoteInWriting counts the ballots that came in time, each of somebody who had signed
// the declaration.
func TestAVoteInWriting(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		all := onAgenda(w, 100_00, 100_00, 2)
		board := w.Board(workflowtest.Thirds(3)...)
		meeting := w.Plan(workflow.InWriting)
		item, lost := w.Table(meeting, all[0], "decideFund"), w.Table(meeting, all[1], "decideReject")
		_, err := w.TryFire(meeting, "sendAgenda", nil)
		refusedWith(t, err, workflow.RuleFailed)
		w.Fire(meeting, "sendBallots", map[string]string{"ballotsUntil": w.Clock.Now().Add(48 * time.Hour).String()})
		_, err = w.Engine.Do(t.Context(), board[0].Actor, w.Ballot(item, board[0], "FOR", ""))
		if got := against(err); got != "R-25" {
			t.Errorf("without a declaration: got %q, want R-25", got)
		}
		w.Declare(meeting, board...)
		w.Cast(item, rules.For, board[0], board[1], board[3], board[4], board[6])
		w.Cast(lost, rules.For, board[0], board[3])
		w.Cast(lost, rules.Against, board[1], board[4], board[6], board[7])
		_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], w.Ballot(item, board[7], "FOR", ""))
		refusedWith(t, err, workflow.DocumentRequired)
		w.Clock.Advance(49 * time.Hour)
		w.Sweep()
		expect(t, w, meeting, "ballot_closed")
		_, err = w.Engine.Do(t.Context(), board[8].Actor, w.Ballot(item, board[8], "FOR", ""))
		refusedWith(t, err, workflow.NotAllowedHere)
		_, err = w.TryFire(meeting, "countBallots", nil)
		refusedWith(t, err, workflow.RuleFailed)
		w.Fire(item, "adopt", nil)
		w.Fire(lost, "notAdopt", nil)
		w.Fire(meeting, "countBallots", nil)
		expect(t, w, meeting, "held")
		if made := decisionsOn(t, w, all[1]); len(made) != 1 || made[0].Adopted {
			t.Errorf("got %+v, want a vote that was lost", made)
		}
	})
}

// TestWhoSitsInAnothersPlace does so by a document, and declares themselves.
func TestWhoSitsInAnothersPlace(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		s := inSession(w, 8)
		deputy := workflowtest.Member{Actor: w.Person(workflow.BoardMember, w.LAG, ""), Seat: s.board[8].Seat}
		came := workflow.Attend{LAG: w.LAG, Meeting: s.meeting, Seat: deputy.Seat, What: workflow.Arrived, InPlace: deputy.Person, Synthetic: true}
		_, err := w.Engine.Do(t.Context(), w.People[workflow.Secretary], w.Engine.Attend(came))
		refusedWith(t, err, workflow.DocumentRequired)
		came.Document = w.Document(s.meeting, s.meeting)
		_, err = w.Engine.Do(t.Context(), deputy.Actor, w.Engine.Attend(came))
		refusedWith(t, err, workflow.RoleRefused)
		w.Must(w.People[workflow.Secretary], w.Engine.Attend(came))
		_, err = w.TryFire(s.item, "startVoting", nil)
		if got := against(err); got != "R-25" {
			t.Errorf("whose declaration is not signed: got %q, want R-25", got)
		}
		w.Declare(s.meeting, deputy)
		w.Fire(s.item, "startVoting", nil)
		_, err = w.Engine.Do(t.Context(), s.board[8].Actor, w.Ballot(s.item, s.board[8], "FOR", ""))
		refusedWith(t, err, workflow.RoleRefused)
		w.Cast(s.item, rules.For, deputy)
		w.Must(w.People[workflow.Secretary], w.Attending(s.meeting, deputy, workflow.Left))
		_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], w.Attending(s.meeting, deputy, workflow.Left))
		refusedWith(t, err, workflow.NotAllowedHere)
	})
}

// TestAnAgendaIsOfWhatTheBoardDecides, and closed once it is sent.
func TestAnAgendaIsOfWhatTheBoardDecides(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		meeting := w.Plan(workflow.InPerson)
		table := func(event workflow.EventName) error {
			r, err := w.Engine.TableItem(workflow.TableItem{ID: w.ID(ident.AgendaItem), LAG: w.LAG, Meeting: meeting, Subject: p, Event: event})
			if err == nil {
				_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], r)
			}
			return err
		}
		refusedWith(t, table("withdraw"), workflow.UnknownEvent)
		refusedWith(t, table("reinstate"), workflow.NotAllowedHere)
		if err := table("decideFund"); err != nil {
			t.Fatal(err)
		}
		refusedWith(t, table("decideFund"), workflow.Conflict)
		w.Fire(meeting, "sendAgenda", nil)
		refusedWith(t, table("decideReserve"), workflow.NotAllowedHere)
		_, err := w.TryFire(meeting, "open", nil)
		if got := against(err); got != "R-21" {
			t.Errorf("with nobody there: got %q, want R-21", got)
		}
		w.Walk(meeting, "declareNoQuorum", "callAgain", "cancel")
	})
}

// TestThePresidersVoteDecidesATie where the group's rule set says so, and only there.
func TestThePresidersVoteDecidesATie(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		for _, decides := range []string{"0", "1"} {
			w.Must(workflow.SystemActor(), workflow.AdoptRuleSet{
				LAG: w.LAG, Layer: rules.Local, Version: "tie-" + decides, From: w.Clock.Now().Day(), Sourced: workflow.Sourced{Synthetic: true},
				Parameters: []rules.Parameter{{Name: rules.ChairDecides, Value: decides, Source: "statutes", Verified: true}},
			})
			s := inSession(w)
			presider := workflowtest.Member{Actor: w.People[workflow.Chair], Seat: s.board[8].Seat}
			came := workflow.Attend{
				LAG: w.LAG, Meeting: s.meeting, Seat: presider.Seat, What: workflow.Arrived, InPlace: presider.Person,
				Document: w.Document(s.meeting, s.meeting), Synthetic: true,
			}
			w.Must(w.People[workflow.Secretary], w.Engine.Attend(came))
			w.Declare(s.meeting, presider)
			w.Fire(s.item, "startVoting", nil)
			w.Cast(s.item, rules.For, s.board[0], s.board[3], s.board[6])
			w.Cast(s.item, rules.Against, s.board[1], s.board[4], s.board[7])
			w.Cast(s.item, rules.Against, s.board[2])
			w.Cast(s.item, rules.For, presider)
			w.Fire(s.item, "closeVoting", nil)
			_, err := w.TryFire(s.item, "adopt", nil)
			if want := map[string]string{"0": "R-26", "1": ""}[decides]; against(err) != want || (err != nil) != (want != "") {
				t.Errorf("by statutes that say %s: got %v, want it refused by %q", decides, err, want)
			}
		}
	})
}
