package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// contest is a call whose money one proposal has, with another that the board refused and
// that was told so by letter.
type contest struct {
	*workflowtest.World
	t                      *testing.T
	call, funded, rejected ident.ID
}

func contesting(t *testing.T, f func(t *testing.T, c *contest)) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		c := &contest{World: workflowtest.NewWorld(t, s, storetest.Machines(t)), t: t}
		c.begin()
		f(t, c)
		sound(t, s)
	})
}

// begin makes another such call.
func (c *contest) begin() {
	c.call = c.OpenCall(10_000_00)
	c.rejected, c.funded = c.Proposal(c.call, 0, 10_000_00), c.Proposal(c.call, 1, 10_000_00)
	c.Fire(c.rejected, "submit", nil)
	c.Fire(c.funded, "submit", nil)
	c.CloseCall(c.call)
	c.ToBoard(c.rejected, c.call, 50_00)
	c.ToBoard(c.funded, c.call, 55_00)
	c.Fire(c.rejected, "decideReject", nil)
	c.Fire(c.funded, "decideFund", nil)
	c.tell(c.rejected)
}

// tell sends the letter about the last decision on the case, delivered now.
func (c *contest) tell(p ident.ID) {
	c.Must(c.People[workflow.Secretary], workflow.SendDecisionLetter{
		ID: c.ID(ident.Correspondence), Document: c.ID(ident.Document), LAG: c.LAG, Proposal: p, Number: "S-7", Channel: "POST",
		DeliveredAt: c.Clock.Now(), Synthetic: true,
	}.Record())
}

// at expects the cases to stand where it says, the proposal first.
func (c *contest) at(p ident.ID, state workflow.StateName, appeal ident.ID, stage workflow.StateName) {
	c.t.Helper()
	expect(c.t, c.World, p, state)
	expect(c.t, c.World, appeal, stage)
}

// refusal is why the event is not fired, which the rule alone has to refuse or among others.
func (c *contest) refusal(id ident.ID, event workflow.EventName, data map[string]string, rule string) *workflow.Error {
	c.t.Helper()
	_, err := c.TryFire(id, event, data)
	var no *workflow.Error
	if !errors.As(err, &no) || !slices.ContainsFunc(no.Refusals, func(r workflow.Refusal) bool { return r.Code == workflow.RuleFailed && r.Rule == rule }) {
		c.t.Fatalf("%s of %s: got %v, want %s %s", event, id, err, workflow.RuleFailed, rule)
	}
	return no
}

func (c *contest) refuses(id ident.ID, event workflow.EventName, rule string) {
	c.t.Helper()
	_ = c.refusal(id, event, nil, rule)
}

// TestAnAppealIsUpheldAndItsRulingCarriedOut: filed, reviewed by others, upheld to a board
// that has no money left, kept ahead of the reserve, and funded with what is freed.
func TestAnAppealIsUpheldAndItsRulingCarriedOut(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		p := c.rejected
		a := c.Beside("appeal", p, "", nil)
		c.at(p, "under_appeal", a, "filed")
		_, again := c.Opening("appeal", p, "", nil)
		if r, err := c.Engine.OpenMatter(again); err != nil {
			t.Fatal(err)
		} else if _, err := c.Engine.Do(t.Context(), c.ApplicantActors[0], r); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("a second appeal: got %v, want %s", err, workflow.RuleFailed)
		}
		if _, err := c.Engine.Do(t.Context(), c.People[workflow.Administrator], workflow.Fire{
			Subject: p, Event: "appealUpheldToBoardAgenda", OnBehalfOf: workflow.AppealBody, Document: c.Document(p, p), Reason: "x",
		}); !workflow.Refused(err, workflow.RoleRefused) {
			t.Errorf("the proposal moved by hand: got %v, want %s", err, workflow.RoleRefused)
		}
		c.Fire(a, "admit", nil)
		review := func(who ...ident.ID) map[string]string {
			list := ""
			for _, id := range who {
				list += "," + string(id)
			}
			return map[string]string{"reviewers": list[1:]}
		}
		others := c.People[workflow.AuditCommission].Person
		for _, tt := range []struct {
			who    ident.ID
			ground workflow.Ground
		}{
			{c.Evaluators[0].Person, workflow.EvaluatedIt},
			{c.People[workflow.Chair].Person, workflow.DecidedIt},     // carried the rejection out
			{c.People[workflow.Secretary].Person, workflow.DecidedIt}, // recorded the decision
			{c.ApplicantActors[0].Person, workflow.OfApplicant},
			{c.ID(ident.Person), workflow.UnknownPerson},
		} {
			no := c.refusal(a, "startReview", review(others, tt.who), "reviewersIndependent")
			facts := no.Refusals[0].Facts
			if !slices.Contains(facts, rules.Fact{Name: string(tt.who), Value: string(tt.ground)}) {
				t.Errorf("%s: got %v, want it told as %s", tt.who, facts, tt.ground)
			}
			if !slices.Contains(facts, rules.Fact{Name: "could", Value: string(others)}) || slices.Contains(facts, rules.Fact{Name: "could", Value: string(tt.who)}) {
				t.Errorf("%s: got %v, want the audit commission named as who could", tt.who, facts)
			}
		}
		c.Fire(a, "startReview", review(others))
		c.refuses(a, "uphold", "not caseContested")
		c.Fire(a, "upholdToBoardAgenda", nil)
		c.at(p, "board_agenda", a, "upheld")
		c.refuses(a, "execute", "rulingCarriedOut")
		c.refuses(p, "decideFund", "R-19")
		c.Fire(p, "upheldUnfunded", map[string]string{"reserveValidUntil": string(c.Clock.Now().Day().AddDays(300))})
		c.Fire(a, "execute", nil)
		c.at(p, "upheld_unfunded", a, "executed")
		c.refuses(p, "promote", "R-19")
		c.Fire(c.funded, "withdraw", nil)
		c.Fire(p, "promote", nil)
		expect(t, c.World, p, "award_offered")
	})
}

// TestUpheldAppealsComeBeforeTheReserve, whatever the ranking says.
func TestUpheldAppealsComeBeforeTheReserve(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		all := onAgenda(w, 100_00, 100_00, 3) // one after the other by the ranking
		until := map[string]string{"reserveValidUntil": string(w.Clock.Now().Day().AddDays(300))}
		w.Fire(all[0], "decideFund", nil)
		w.Fire(all[1], "decideReserve", until)
		w.Fire(all[2], "decideReject", nil)
		w.Walk(w.Beside("appeal", all[2], "", nil), "admit", "startReview", "upholdToBoardAgenda")
		w.Fire(all[2], "upheldUnfunded", until)
		call := factsOf(t, w, all[0]).Call.ID
		line := func(withdrawn ident.ID) workflow.Line {
			got, err := w.Engine.Line(t.Context(), call, withdrawn)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		short := []workflow.InLine{{Proposal: all[2], Ahead: true, Grant: 100_00, Lacks: 100_00}, {Proposal: all[1], Grant: 100_00, Lacks: 100_00}}
		if got := line(""); got.Free != 0 || !slices.Equal(got.Waiting, short) {
			t.Errorf("as it stands: got %+v, want nothing free and %+v", got, short)
		}
		reached := []workflow.InLine{{Proposal: all[2], Ahead: true, Grant: 100_00, Reached: true}, short[1]}
		if got := line(all[0]); got.Free != 100_00 || !slices.Equal(got.Waiting, reached) {
			t.Errorf("as if the funded one withdrew: got %+v, want %+v", got, reached)
		}
		if got := line(all[2]); got.Free != 0 || !slices.Equal(got.Waiting, short[1:]) {
			t.Errorf("as if the first in line withdrew: got %+v, want %+v", got, short[1:])
		}
		_, err := w.Engine.Line(t.Context(), call, w.Proposal(w.OpenCall(100_00), 0, 50_00))
		refusedWith(t, err, workflow.NotFound)
		w.Fire(all[0], "withdraw", nil)
		if got := line(""); !slices.Equal(got.Waiting, reached) {
			t.Errorf("once it did: got %+v, want %+v", got, reached)
		}
		_, err = w.TryFire(all[1], "promote", nil)
		var no *workflow.Error
		if !errors.As(err, &no) || len(no.Refusals) != 1 || no.Refusals[0].Rule != "nextInRank" || !slices.Contains(no.Refusals[0].Facts, rules.Fact{Name: "before", Value: string(all[2])}) {
			t.Fatalf("got %v, want the upheld one named as first", err)
		}
		w.Fire(all[2], "promote", nil)
		w.Fire(all[2], "declineAward", nil)
		w.Fire(all[1], "promote", nil)
		sound(t, s)
	})
}

// TestALateAppealMovesNothing, and can only be declared inadmissible.
func TestALateAppealMovesNothing(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		p := c.rejected
		c.Clock.Set(nextWorked(c.Clock.Now().Day().AddDays(14)).End())
		a := c.Beside("appeal", p, "", nil)
		c.at(p, "rejected_board", a, "filed")
		c.Sweep()
		c.at(p, "rejected_final", a, "filed")
		c.refuses(a, "admit", "appealInTime")
		c.Fire(a, "declareInadmissible", nil)
		c.at(p, "rejected_final", a, "inadmissible")
	})
}

// TestAnAppealThatEndsLeavesTheDecision: withdrawn, inadmissible or dismissed, the rejection
// stands for good and what was held is freed.
func TestAnAppealThatEndsLeavesTheDecision(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		for name, tt := range map[string]struct {
			way   []workflow.EventName
			stage workflow.StateName
		}{
			"withdrawn":                {[]workflow.EventName{"withdraw"}, "withdrawn"},
			"withdrawn while reviewed": {[]workflow.EventName{"admit", "startReview", "withdraw"}, "withdrawn"},
			"without standing":         {[]workflow.EventName{"declareWithoutStanding"}, "inadmissible"},
			"dismissed":                {[]workflow.EventName{"admit", "startReview", "dismiss"}, "dismissed"},
		} {
			p := c.funded
			held := func(want rules.Money) {
				t.Helper()
				if f := factsOf(t, c.World, p); f.Held != want || f.Call.Reserved != want {
					t.Errorf("%s: got %s held and %s reserved, want %s", name, f.Held, f.Call.Reserved, want)
				}
			}
			c.Walk(p, "apply", "impReject")
			c.tell(p)
			held(10_000_00)
			a := c.Beside("appeal", p, "", nil)
			c.at(p, "under_appeal", a, "filed")
			held(10_000_00)
			c.Walk(a, tt.way...)
			c.at(p, "rejected_final", a, tt.stage)
			held(0)
			c.begin()
		}
	})
}

// TestAnAppealAgainstThePlaceOnTheReserve leads back to it unless it is upheld.
func TestAnAppealAgainstThePlaceOnTheReserve(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		for name, tt := range map[string]struct {
			way  []workflow.EventName
			want workflow.StateName
		}{
			"withdrawn":   {[]workflow.EventName{"withdraw"}, "listed_reserve"},
			"no standing": {[]workflow.EventName{"declareWithoutStanding"}, "listed_reserve"},
			"dismissed":   {[]workflow.EventName{"admit", "startReview", "dismiss"}, "listed_reserve"},
			"upheld":      {[]workflow.EventName{"admit", "startReview", "upholdPartlyToBoardAgenda"}, "board_agenda"},
		} {
			all := onAgenda(w, 100_00, 100_00, 2)
			w.Fire(all[0], "decideFund", nil)
			w.Fire(all[1], "decideReserve", map[string]string{"reserveValidUntil": string(w.Clock.Now().Day().AddDays(300))})
			a := w.Beside("appeal", all[1], "", nil)
			expect(t, w, all[1], "reserve_appealed")
			if _, err := w.TryFire(a, "declareInadmissible", nil); !workflow.Refused(err, workflow.RuleFailed) {
				t.Errorf("%s: declared inadmissible though in time: got %v, want %s", name, err, workflow.RuleFailed)
			}
			w.Walk(a, tt.way...)
			if got := w.Subject(all[1]).State; got != tt.want {
				t.Errorf("%s: got %s, want %s", name, got, tt.want)
			}
			if tt.want != "listed_reserve" {
				continue
			}
			_, again := w.Opening("appeal", all[1], "", nil)
			r, err := w.Engine.OpenMatter(again)
			if err == nil {
				_, err = w.Engine.Do(t.Context(), w.ApplicantActors[1], r)
			}
			var no *workflow.Error
			if !errors.As(err, &no) || len(no.Refusals) != 1 || no.Refusals[0].Rule != "appealable" || !slices.Contains(no.Refusals[0].Facts, rules.Fact{Name: "filed", Value: string(a)}) {
				t.Errorf("%s: appealed again: got %v, want the first appeal named", name, err)
			}
		}
		sound(t, s)
	})
}

// TestACourtHearsWhatWasDismissed, in the appeal and in the case by one act.
func TestACourtHearsWhatWasDismissed(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		p := c.rejected
		a := c.Beside("appeal", p, "", nil)
		c.Walk(a, "admit", "startReview", "dismiss", "toCourt")
		c.at(p, "in_court", a, "in_court")
		c.refuses(a, "courtUpheld", "not caseContested")
		c.Fire(a, "courtUpheldToQualityEvaluation", nil)
		c.at(p, "quality_evaluation", a, "upheld")
		if f := factsOf(t, c.World, p); f.Proposal.Round != 2 || f.Proposal.FinalScore != nil {
			t.Errorf("got round %d and score %v, want it assessed anew", f.Proposal.Round, f.Proposal.FinalScore)
		}
		c.refuses(a, "execute", "rulingCarriedOut")
		c.Evaluate(p, c.call, 60_00)
		c.Fire(a, "execute", nil)
	})
}

// TestWhatEndsInCourtStaysRejected, withdrawn or dismissed there.
func TestWhatEndsInCourtStaysRejected(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		for end, stage := range map[workflow.EventName]workflow.StateName{"withdraw": "withdrawn", "courtDismissed": "dismissed_final"} {
			p := map[workflow.EventName]ident.ID{"withdraw": c.rejected, "courtDismissed": c.funded}[end]
			if p == c.funded {
				c.Walk(p, "apply", "impReject")
				c.tell(p)
			}
			a := c.Beside("appeal", p, "", nil)
			c.Walk(a, "admit", "startReview", "dismiss", "toCourt", end)
			c.at(p, "rejected_final", a, stage)
		}
	})
}

// TestAnAppealAboutWhatIsBesideMovesNoProposal, though one of its is appealed too.
func TestAnAppealAboutWhatIsBesideMovesNoProposal(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		p := c.funded
		c.Walk(p, "apply", "impApprove")
		contract := contracted(c.World, p, 10_000_00)
		beside := c.Beside("appeal", contract, "", nil)
		c.at(p, "contract_offered", beside, "filed")
		c.Fire(p, "eligibilityLost", nil)
		own := c.Beside("appeal", p, "", nil)
		c.at(p, "under_appeal", own, "filed")
		c.Walk(beside, "admit", "startReview", "dismiss")
		c.at(p, "under_appeal", own, "filed")
	})
}

// TestAnAppealIsAgainstADecision: there is none while nothing is decided, nor in an award.
func TestAnAppealIsAgainstADecision(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		_, a := c.Opening("appeal", c.funded, "", nil)
		r, err := c.Engine.OpenMatter(a)
		if err == nil {
			_, err = c.Engine.Do(t.Context(), c.ApplicantActors[1], r)
		}
		if !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("against an award: got %v, want %s", err, workflow.RuleFailed)
		}
	})
}

// TestTheStepsOfACaseAreRead in their order, with whose act each carries on.
func TestTheStepsOfACaseAreRead(t *testing.T) {
	contesting(t, func(t *testing.T, c *contest) {
		c.Clock.Advance(time.Hour)
		a := c.Beside("appeal", c.rejected, "", nil)
		c.Walk(a, "admit", "startReview", "upholdToBoardAgenda")
		var steps []workflow.StepFacts
		if err := c.Engine.Store.View(t.Context(), func(tx workflow.Tx) (err error) {
			steps, err = tx.Steps(c.rejected)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(steps, func(a, b workflow.StepFacts) int { return int(a.N - b.N) }) || len(steps) < 8 {
			t.Fatalf("got %d steps, want all in their order", len(steps))
		}
		last := steps[len(steps)-3:]
		if x := last[0]; x.Event != "decideReject" || x.By != c.People[workflow.Chair].Person || x.Decision == "" || x.On == "" {
			t.Errorf("got %+v, want the board's decision that was carried out", x)
		}
		for i, want := range []struct {
			event    workflow.EventName
			from, to workflow.StateName
			body     workflow.Role
		}{{"appeal", "rejected_board", "under_appeal", workflow.Applicant}, {"appealUpheldToBoardAgenda", "under_appeal", "board_agenda", workflow.AppealBody}} {
			x := last[i+1]
			if i == 0 && x.Filed != a || i == 1 && x.Filed != "" {
				t.Errorf("got %q filed, want the appeal behind the first step alone", x.Filed)
			}
			if x.Event != want.event || x.From.Name != want.from || x.To.Name != want.to || x.OnBehalfOf != want.body || x.By != "" {
				t.Errorf("got %+v, want %+v carried on", x, want)
			}
		}
		if got, ok := workflow.AppealedStep(steps, last[1].N); !ok || got.N != last[0].N {
			t.Errorf("got %d as what is appealed, want %d", got.N, last[0].N)
		}
	})
}

// TestWhoeverTabledOrPresidedTookPart, be the decision on paper alone.
func TestWhoeverTabledOrPresidedTookPart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		all := onAgenda(w, 100_00, 100_00, 2)
		took := func(p ident.ID) (parts []workflow.PartFacts) {
			if err := w.Engine.Store.View(t.Context(), func(tx workflow.Tx) (err error) {
				parts, err = tx.BoardParts([]ident.ID{p})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return parts
		}
		if got := took(all[0]); len(got) > 0 {
			t.Errorf("before any meeting: got %+v, want nobody", got)
		}
		w.Table(w.Plan("IN_PERSON"), all[0], "decideReject")
		if got := took(all[0]); len(got) != 1 || got[0].Ground != workflow.DecidedIt || got[0].Person == "" {
			t.Errorf("tabled: got %+v, want whoever tabled it", got)
		}
		w.Decide(all[1], "decideReject")
		presider := w.People[workflow.BoardMember].Person
		db, _ := s.Queue()
		if _, err := db.ExecContext(t.Context(), "UPDATE meetings SET presider_id = '"+string(presider)+"' WHERE id = '"+string(w.Meeting)+"'"); err != nil {
			t.Fatal(err)
		}
		if got := took(all[1]); !slices.Contains(got, workflow.PartFacts{Person: presider, Ground: workflow.PresidedOverIt}) {
			t.Errorf("decided on paper: got %+v, want whoever presided", got)
		}
	})
}
