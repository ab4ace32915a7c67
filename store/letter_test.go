package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

func letterOf(t *testing.T, w *workflowtest.World, p ident.ID) workflow.DecisionLetter {
	t.Helper()
	l, err := w.Engine.DecisionLetter(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// sending is the act by which the letter about the last decision goes out today.
func sending(w *workflowtest.World, p ident.ID, number string) workflow.SendDecisionLetter {
	return workflow.SendDecisionLetter{
		ID: w.ID(ident.Correspondence), Document: w.ID(ident.Document), LAG: w.LAG, Proposal: p, Number: number, Channel: "E_DELIVERY", Synthetic: true,
	}
}

// TestALetterTellsARejectionWithItsReasons: by criterion, as they came to count, with who
// decided and how to appeal; it goes out once, and its delivery starts the term.
func TestALetterTellsARejectionWithItsReasons(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call, p := w.InQuality(100_00, 100_00)
		if _, err := w.Engine.DecisionLetter(t.Context(), p); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("while nothing is decided: got %v, want %s", err, workflow.NotAllowedHere)
		}
		office := w.People[workflow.Secretary]
		_, err := w.Engine.Do(t.Context(), office, sending(w, p, "S-1").Record())
		refusedWith(t, err, workflow.NotAllowedHere)
		w.Evaluate(p, call, 25_00)
		expect(t, w, p, "proposed_reject")
		w.Fire(call, "publishReceivedList", nil)
		w.Fire(p, "putToBoard", nil)
		w.Fire(p, "decideReject", nil)

		l := letterOf(t, w, p)
		d := l.Decision
		if d.Event != "decideReject" || d.Meeting == "" || d.Votes == nil || d.Votes.For != 7 || d.Reasons != "nutarta" || d.Act.LT != "Atmesti" || d.On != w.Clock.Now().Day() || d.Awarded != 0 {
			t.Errorf("got the decision %+v, want the board's with its tally and reasons", d)
		}
		if l.Office == "" || l.Addressee != "Pareiškėjas 1" || l.AddresseeCode == "" || l.Call == "" || l.Number != "" || l.Dated != w.Clock.Now().Day() || l.Sent != nil {
			t.Errorf("got %+v, want whose letter it is and to whom, not sent yet", l)
		}
		if len(l.Criteria) == 0 || l.Score == nil || l.Score.Evaluators != 2 || l.Score.Aggregation != rules.Mean || l.Score.Total >= l.Score.Threshold {
			t.Fatalf("got the criteria %+v and score %+v, want both below the threshold", l.Criteria, l.Score)
		}
		for _, c := range l.Criteria {
			if c.Title == "" || !c.PassFail && c.Points != min(25_00, c.Max) || !slices.Equal(c.Reasons, []string{"pagrįsta"}) {
				t.Errorf("got %+v, want the aggregate with the evaluators' reasons", c)
			}
		}
		i := slices.IndexFunc(l.Rules, func(r workflow.LetterRule) bool { return r.Rule == "R-15" })
		if i < 0 || !strings.Contains(l.Rules[i].Message.LT, "50,00") || len(l.Rules[i].Facts) == 0 {
			t.Errorf("got the rules %+v, want R-15 with its facts", l.Rules)
		}
		if l.Appeal == nil || l.Appeal.Days != 14 || !l.Appeal.Unverified || l.Court == nil || l.Court.Days != 30 || l.Until != 0 {
			t.Errorf("got the terms %+v and %+v until %s, want those of the definitions, not running", l.Appeal, l.Court, l.Until)
		}

		_, err = w.Engine.Do(t.Context(), w.ApplicantActors[0], sending(w, p, "S-1").Record())
		refusedWith(t, err, workflow.RoleRefused)
		early := sending(w, p, "S-1")
		early.DatedOn = d.On.AddDays(-1)
		_, err = w.Engine.Do(t.Context(), office, early.Record())
		refusedWith(t, err, workflow.DateRefused)
		delivered := sending(w, p, "S-1")
		delivered.DeliveredAt = w.Clock.Now().Day().Start() - 1
		_, err = w.Engine.Do(t.Context(), office, delivered.Record())
		refusedWith(t, err, workflow.DateRefused)

		w.Clock.Advance(24 * time.Hour)
		sent := sending(w, p, "S-1")
		w.Must(office, sent.Record())
		w.Clock.Advance(24 * time.Hour)
		l = letterOf(t, w, p)
		same, err := l.Unchanged()
		if err != nil || !same || l.Number != "S-1" || l.Dated != d.On.AddDays(1) || l.Sent.Letter != sent.ID || l.Sent.Document != sent.Document || l.Sent.DeliveredAt != 0 || l.Sent.Channel != "E_DELIVERY" {
			t.Errorf("got %+v sent as %+v, unchanged = %t and %v, want what was sent, as it was", l, l.Sent, same, err)
		}
		_, err = w.Engine.Do(t.Context(), office, sending(w, p, "S-2").Record())
		refusedWith(t, err, workflow.Conflict)
		at := w.Clock.Now()
		w.Must(office, workflow.RecordDelivery{Letter: sent.ID, LAG: w.LAG, Dossier: p, DeliveredAt: at}.Record())
		w.Must(office, workflow.RecordLetter{
			ID: w.ID(ident.Correspondence), LAG: w.LAG, Dossier: p, Subject: p, Direction: "OUT", Number: "S-99", Channel: "POST", DatedOn: at.Day(), Document: sent.Document, Synthetic: true,
		}.Record()) // the same document, sent along with another letter
		l = letterOf(t, w, p)
		if same, err := l.Unchanged(); err != nil || !same || l.Number != "S-1" || l.Sent.Letter != sent.ID {
			t.Errorf("its document sent along: got No. %s of %s, unchanged = %t and %v, want the letter itself", l.Number, l.Sent.Letter, same, err)
		}
		if want := nextWorked(at.Day().AddDays(14)).End(); l.Until != want || l.Sent.DeliveredAt != at {
			t.Errorf("got the term until %s of what was delivered at %s, want %s of %s", l.Until, l.Sent.DeliveredAt, want, at)
		}
		a := w.Beside("appeal", p, "", nil)
		expect(t, w, p, "under_appeal")
		l = letterOf(t, w, p)
		if same, err := l.Unchanged(); err != nil || !same || l.Until != 0 {
			t.Errorf("under appeal: got it unchanged = %t until %s and %v, want the letter as it was and no term", same, l.Until, err)
		}
		w.Walk(a, "admit", "startReview", "upholdToQualityEvaluation")
		if _, err := w.Engine.DecisionLetter(t.Context(), p); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("reopened: got %v, want %s", err, workflow.NotAllowedHere)
		}
		sound(t, s)
	})
}

// TestALetterShowsWhatChangedSinceItWent: a corrected score is not what was told, and the
// letter may go out anew.
func TestALetterShowsWhatChangedSinceItWent(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		p := c.rejected
		l := letterOf(t, c.World, p)
		if same, err := l.Unchanged(); err != nil || !same {
			t.Fatalf("got it unchanged = %t and %v, want it as it was sent", same, err)
		}
		e := factsOf(t, c.World, p).Proposal.Evaluations[0]
		done, err := c.Engine.Do(t.Context(), c.People[workflow.Administrator], workflow.Correct{
			ID: e.Scores[0], Field: "points", Value: "1.00", Reason: "perrašant suklysta", Document: c.Document(p, p),
		})
		if err == nil && done.Pending != nil {
			_, err = c.Engine.Do(t.Context(), c.SecondAdministrator, workflow.Confirm{ID: done.Pending.ID})
		}
		if err != nil {
			t.Fatal(err)
		}
		l = letterOf(t, c.World, p)
		if same, err := l.Unchanged(); err != nil || same {
			t.Errorf("after a correction: got it unchanged = %t and %v, want it changed", same, err)
		}
		again := sending(c.World, p, "S-8")
		c.Must(c.People[workflow.Secretary], again.Record())
		if l = letterOf(t, c.World, p); l.Number != "S-8" {
			t.Errorf("got the letter No. %s, want the last one", l.Number)
		}
	})
}

// TestLettersOfEachDecision say what that one is about.
func TestLettersOfEachDecision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		all := onAgenda(w, 100_00, 100_00, 2)
		until := w.Clock.Now().Day().AddDays(300)
		w.Fire(all[0], "decideAward", map[string]string{"grantAwarded": "90.00", "awardCondition": "Iki sutarties – nuomos sutartis."})
		award := letterOf(t, w, all[0])
		if d := award.Decision; d.Awarded != 90_00 || d.Requested != 100_00 || d.Condition == "" || award.Appeal != nil || award.Court != nil || award.Score.Rank != 1 || len(award.Rules) > 0 {
			t.Errorf("got the award %+v with %+v, %+v and %+v, want the amount, the condition and the rank", d, award.Appeal, award.Score, award.Rules)
		}
		w.Fire(all[0], "acceptAward", nil)
		if got := letterOf(t, w, all[0]); got.Decision.N != award.Decision.N {
			t.Errorf("once accepted: got entry %d, want the award's %d", got.Decision.N, award.Decision.N)
		}
		w.Fire(all[1], "decideReserve", map[string]string{"reserveValidUntil": string(until)})
		reserve := letterOf(t, w, all[1])
		if reserve.Decision.Until != until || len(reserve.Rules) != 1 || reserve.Rules[0].Rule != "R-18" || reserve.Score.Rank != 2 || reserve.Appeal == nil || reserve.Appeal.Days != 14 {
			t.Errorf("got the reserve until %s with %+v, %+v and %+v, want R-18, its rank and the term", reserve.Decision.Until, reserve.Rules, reserve.Score, reserve.Appeal)
		}

		call := w.OpenCall(100_00)
		p, q := w.Proposal(call, 0, 100_00), w.Proposal(call, 1, 100_00)
		w.Fire(p, "submit", nil)
		w.Fire(q, "submit", nil)
		w.CloseCall(call)
		w.Walk(p, "register", "startAdminCheck")
		w.Fire(p, "failAdmin", map[string]string{"failedItem": "A-3"})
		admin := letterOf(t, w, p)
		if d := admin.Decision; len(admin.Rules) != 1 || admin.Rules[0].Rule != "checklist" || admin.Rules[0].Facts[0].Value != "A-3" || d.Reason == "" || d.Votes != nil || d.Meeting != "" || admin.Criteria != nil || admin.Score != nil {
			t.Errorf("got the administrative rejection %+v, want the item and the reason of the act, and no points", admin)
		}
		w.Walk(q, "register", "startAdminCheck", "passAdmin")
		w.Fire(q, "failEligibility", map[string]string{"failedRules": "R-12"})
		ineligible := letterOf(t, w, q)
		if len(ineligible.Rules) != 1 || ineligible.Rules[0].Rule != "R-12" || ineligible.Rules[0].Message.EN == "" {
			t.Errorf("got the rules %+v, want the one that was named", ineligible.Rules)
		}
		sound(t, s)
	})
}

func TestALateProposalIsToldWhy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(100_00)
		p := typedIn(w, call)
		w.Clock.Advance(31 * 24 * time.Hour)
		w.Fire(p, "rejectLate", nil)
		l := letterOf(t, w, p)
		if len(l.Rules) != 1 || l.Rules[0].Rule != "R-01" || l.Appeal == nil {
			t.Errorf("got %+v and %+v, want R-01 and the term to appeal", l.Rules, l.Appeal)
		}
		q := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(q, "decideFund", "apply", "impReject")
		if got := letterOf(t, w, q); got.Decision.Body != workflow.ImplementingBody || got.Decision.Awarded != 0 || got.Appeal == nil {
			t.Errorf("got %+v, want the implementing body's rejection passed on", got.Decision)
		}
		sound(t, s)
	})
}
