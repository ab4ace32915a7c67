package store_test

import (
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

func refusedWith(t *testing.T, err error, want workflow.Code) {
	t.Helper()
	if !workflow.Refused(err, want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestNobodyActsForTwo goes the ways by which one person could do what takes
// two, or reach into another group.
func TestNobodyActsForTwo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		w.CloseCall(call)
		admin := w.People[workflow.Administrator]
		do := func(a workflow.Actor, cmd workflow.Command) error {
			_, err := w.Engine.Do(t.Context(), a, cmd)
			return err
		}

		t.Run("grants themselves a role", func(t *testing.T) {
			refusedWith(t, do(admin, grant(w, admin.Person, w.LAG)), workflow.SecondPersonRequired)
		})
		t.Run("grants a role in another group", func(t *testing.T) {
			refusedWith(t, do(w.Outsider, grant(w, w.Outsider.Person, w.LAG)), workflow.RoleRefused)
		})
		t.Run("grants a role in all groups", func(t *testing.T) {
			refusedWith(t, do(admin, grant(w, w.People[workflow.Auditor].Person, "")), workflow.RoleRefused)
		})
		t.Run("carries out the decision they recorded", func(t *testing.T) {
			w.ToBoard(p, call, 50_00)
			_, f := w.Prepared(p, "decideFund", nil)
			chair := w.People[workflow.Chair]
			id := w.ID(ident.Decision)
			r, err := w.Engine.RecordDecision(workflow.RecordDecision{
				ID: id, LAG: w.LAG, Meeting: w.Meeting, Subject: p, Event: "decideFund", Adopted: true, For: 5,
				AdoptedOn: w.Clock.Now().Day(), Document: w.Tally, Synthetic: true,
			})
			w.MustMade(chair, r, err)
			f.Decision = id
			refusedWith(t, do(chair, f), workflow.SecondPersonRequired)
			if err := do(admin, f); err != nil {
				t.Errorf("somebody else carries the decision out: %v", err)
			}
		})
		t.Run("proves something with a paper that is not on record", func(t *testing.T) {
			a, f := w.Prepared(call, "decide", nil)
			for i := range f.Given {
				f.Given[i].Document = w.ID(ident.Document)
			}
			refusedWith(t, do(a, f), workflow.DocumentRequired)
		})
	})
}

// TestAnEvaluatorIsAssignedWhereThereIsSomethingToScore: an assignment opens
// the case to a person, so it is for one who evaluates, once, and in its time.
func TestAnEvaluatorIsAssignedWhereThereIsSomethingToScore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		assign := func(who workflow.Actor, due clock.Date) error {
			_, err := w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.AssignEvaluator(workflow.AssignEvaluator{
				ID: w.ID(ident.Evaluation), LAG: w.LAG, Proposal: p, Evaluator: who.Person, DueOn: due,
			}))
			return err
		}
		refusedWith(t, assign(w.Evaluators[0], ""), workflow.NotAllowedHere) // a draft
		w.Fire(p, "submit", nil)
		w.CloseCall(call)
		w.Walk(p, "register")
		refusedWith(t, assign(w.Evaluators[0], ""), workflow.NotAllowedHere) // not under evaluation yet
		w.Walk(p, "startAdminCheck")
		refusedWith(t, assign(w.People[workflow.Auditor], ""), workflow.RoleRefused)
		refusedWith(t, assign(w.Evaluators[0], w.Clock.Now().Day().AddDays(-1)), workflow.DateRefused)
		if err := assign(w.Evaluators[0], w.Clock.Now().Day()); err != nil {
			t.Errorf("somebody who evaluates, due today: got %v, want it taken", err)
		}
		refusedWith(t, assign(w.Evaluators[0], ""), workflow.Conflict)
		w.Walk(p, "failAdmin")
		refusedWith(t, assign(w.Evaluators[1], ""), workflow.NotAllowedHere) // rejected
	})
}

func grant(w *workflowtest.World, person, lag ident.ID) workflow.Record {
	return workflow.GrantRole{
		ID: w.ID(ident.RoleGrant), Person: person, LAG: lag, Role: workflow.Chair, Since: "2019-01-01", Synthetic: true,
	}.Record()
}

// TestADecisionIsCarriedOutOnce: after it was revoked, the board has to decide
// anew.
func TestADecisionIsCarriedOutOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		_, p := w.OnAgenda()
		actor, f := w.Prepared(p, "decideFund", nil)
		w.Must(actor, f)
		w.Fire(p, "revokeDecision", nil)
		f.ExpectedVersion = w.Subject(p).Version
		for _, named := range []ident.ID{f.Decision, ""} {
			f.Decision = named
			_, err := w.Engine.Do(t.Context(), actor, f)
			refusedWith(t, err, workflow.DecisionRequired)
		}
		w.Fire(p, "decideFund", nil)
	})
}

// TestALostVoteAdoptsNothing, nor does a tally that no ballot gives, a day on
// which no meeting was held, or an event that no board decides.
func TestALostVoteAdoptsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		call := w.Call(50_000_00)
		day, held := w.Clock.Now().Day(), workflowtest.Begin.Day()
		for _, tc := range []struct {
			event                        workflow.EventName
			inFavour, against, abstained int
			on                           clock.Date
			want                         workflow.Code
		}{
			{"approve", 0, 9, 0, day, workflow.RuleFailed},
			{"approve", 4, 4, 0, day, workflow.RuleFailed},
			{"approve", 4, 3, 1, day, workflow.RuleFailed},
			{"approve", 9, -3, 0, day, workflow.MalformedInput},
			{"approve", 9, 0, 0, held.AddDays(-1), workflow.DateRefused},
			{"approve", 9, 0, 0, day.AddDays(1), workflow.MalformedInput},
			{"publish", 9, 0, 0, day, workflow.UnknownEvent},
			{"fly", 9, 0, 0, day, workflow.UnknownEvent},
			{"decide", 9, 0, 0, day, workflow.NotAllowedHere},
		} {
			r, err := w.Engine.RecordDecision(workflow.RecordDecision{
				ID: w.ID(ident.Decision), LAG: w.LAG, Meeting: w.Meeting, Subject: call, Event: tc.event, Adopted: true,
				For: tc.inFavour, Against: tc.against, Abstained: tc.abstained, AdoptedOn: tc.on, Document: w.Tally,
			})
			if err == nil {
				_, err = w.Engine.Do(t.Context(), w.People[workflow.Secretary], r)
			}
			refusedWith(t, err, tc.want)
		}
		w.Fire(call, "approve", nil)
	})
}

// TestAContractIsOnTheAward and on no other amount, when it is prepared and
// when it is offered.
func TestAContractIsOnTheAward(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		_, p := w.OnAgenda()
		contract := w.ID(ident.Contract)
		prepare := func(grant rules.Money) error {
			_, err := w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
				ID: contract, LAG: w.LAG, Proposal: p, Grant: grant,
			}))
			return err
		}
		refusedWith(t, prepare(10_000_00), workflow.NotAllowedHere)
		w.Fire(p, "decideFund", map[string]string{"grantAwarded": "10000.00"})
		refusedWith(t, prepare(99_999_999_00), workflow.RuleFailed)
		if err := prepare(10_000_00); err != nil {
			t.Errorf("on the award: %v", err)
		}
		w.Fire(p, "apply", map[string]string{"grantApplied": "10000.00"})
		w.Fire(p, "reduceCosts", map[string]string{"grantAwarded": "9000.00"})
		_, err := w.TryFire(contract, "offer", nil)
		refusedWith(t, err, workflow.RuleFailed)
	})
}

// TestTextsBehindCommitmentsAreHeldToThem: names stand in rows and reasons
// nowhere but beside the history; either could be rewritten, and a salt taken
// away would hide it.
func TestTextsBehindCommitmentsAreHeldToThem(t *testing.T) {
	const aName, aReason = "path LIKE '%.name'", "path = 'reason'"
	const aGuard = "path LIKE 'guards.%.reason'"
	one := func(where string) string {
		return " WHERE dossier_id || n || path = (SELECT MIN(dossier_id || n || path) FROM disclosures WHERE " + where + ")"
	}
	attacks := map[string]struct{ attack, want string }{
		"a name's salt goes":       {"DELETE FROM disclosures" + one(aName), store.OpeningMissing},
		"a reason goes":            {"DELETE FROM disclosures" + one(aReason), store.OpeningMissing},
		"a guard's reason goes":    {"DELETE FROM disclosures" + one(aGuard), store.OpeningMissing},
		"a reason is rewritten":    {"UPDATE disclosures SET value = 'kita'" + one(aReason), store.OpeningEdited},
		"a guard's reason too":     {"UPDATE disclosures SET value = 'kita'" + one(aGuard), store.OpeningEdited},
		"a name beside its row":    {"UPDATE disclosures SET value = 'Kitas'" + one(aName), store.OpeningEdited},
		"a reason moves elsewhere": {"UPDATE disclosures SET path = 'reasons'" + one(aReason), store.OpeningMissing},
	}
	eachCase(t, attacks, func(t *testing.T, tt struct{ attack, want string }, address string) {
		s, w := walked(t, address)
		w.Fire(w.Call(1_000_00), "approve", nil)
		if _, err := raw(t, address).ExecContext(t.Context(), tt.attack); err != nil {
			t.Fatal(err)
		}
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(rep.Faults) != 1 || rep.Faults[0].Kind != tt.want || rep.Faults[0].N == 0 {
			t.Errorf("got %v, want one %s that names its entry", rep.Faults, tt.want)
		}
	})
}

// eachCase runs f on each engine for each case, in a database of its own.
func eachCase[C any](t *testing.T, cases map[string]C, f func(t *testing.T, c C, address string)) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			for name, c := range cases {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					f(t, c, storetest.Address(t, engine))
				})
			}
		})
	}
}

// TestPendingActsStayInTheirGroup: to a stranger a confirmation that waits
// does not exist, and no name is given away.
func TestPendingActsStayInTheirGroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		w.CloseCall(call)
		w.Walk(p, "register", "startAdminCheck")
		admin, f := w.Prepared(p, "failAdmin", nil)
		done := w.Must(admin, f)
		if done.Pending == nil {
			t.Fatal("failAdmin went through without a second person")
		}
		_, err := w.Engine.Do(t.Context(), w.Outsider, workflow.Confirm{ID: done.Pending.ID})
		refusedWith(t, err, workflow.NotFound)
		_, err = w.Engine.Do(t.Context(), admin, workflow.Confirm{ID: done.Pending.ID})
		refusedWith(t, err, workflow.SecondPersonRequired)
	})
}

// TestTextIsComposed: what looks alike is alike, however it was typed.
func TestTextIsComposed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		id := w.ID(ident.Organisation)
		r, err := workflow.RegisterOrganisation{ID: id, Name: "S\u030caltinis", LegalForm: "VSI"}.Record()
		w.MustMade(w.People[workflow.Administrator], r, err)
		row, err := s.Reader().Organisation.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if want := "\u0160altinis"; row.Name != want {
			t.Errorf("got %q, want %q", row.Name, want)
		}
	})
}

// TestNoMoreIsAwardedThanWasRequested, and a reduction is below the award.
func TestNoMoreIsAwardedThanWasRequested(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		_, p := w.OnAgenda()
		fire := func(event workflow.EventName, amount string) error {
			_, err := w.TryFire(p, event, map[string]string{"grantAwarded": amount})
			return err
		}
		refusedWith(t, fire("decideFund", "10000.01"), workflow.RuleFailed)
		if err := fire("decideFund", "10000.00"); err != nil {
			t.Fatalf("all that was requested: %v", err)
		}
		w.Fire(p, "apply", map[string]string{"grantApplied": "10000.00"})
		refusedWith(t, fire("reduceCosts", "10000.00"), workflow.RuleFailed)
		if err := fire("reduceCosts", "9999.99"); err != nil {
			t.Errorf("a cent less than the award: %v", err)
		}
	})
}

// TestACodeBelongsToOneOrganisation whoever registers it and how often.
func TestACodeBelongsToOneOrganisation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		register := func(code string) error {
			r, err := workflow.RegisterOrganisation{ID: w.ID(ident.Organisation), Name: "Pareiškėjas", LegalCode: code, LegalForm: "VSI"}.Record()
			if err == nil {
				_, err = w.Engine.Do(t.Context(), w.People[workflow.Administrator], r)
			}
			return err
		}
		refusedWith(t, register("192050725"), workflow.Conflict) // an applicant's
		for range 2 {
			if err := register(""); err != nil {
				t.Errorf("without a code: %v", err)
			}
		}
	})
}

// TestWhatTheBoardSentBackIsDecidedAnew: scores are taken back, a new round
// alone counts, and a decision from before no longer lets anything fire.
func TestWhatTheBoardSentBackIsDecidedAnew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		_, p := w.OnAgenda()
		old := w.Decide(p, "decideFund")
		w.Fire(p, "returnToEvaluation", nil)
		f := factsOf(t, w, p)
		if f.Proposal.FinalScore != nil {
			t.Errorf("got the final score %d of a case sent back, want none", *f.Proposal.FinalScore)
		}
		id := assigned(w, p, 0)
		score := func(points ...rules.Score) workflow.SubmitEvaluation {
			a := workflow.SubmitEvaluation{ID: id, LAG: w.LAG, Proposal: p}
			for i, n := range points {
				c := f.Call.Criteria[i%len(f.Call.Criteria)]
				a.Scores = append(a.Scores, workflow.GivenScore{ID: w.ID(ident.Score), Criterion: c.ID, Points: n})
			}
			return a
		}
		foreign := score(60_00, 40_00)
		foreign.Scores = append(foreign.Scores, workflow.GivenScore{ID: w.ID(ident.Score), Criterion: w.ID(ident.Criterion), Points: 1})
		for name, a := range map[string]workflow.SubmitEvaluation{
			"a criterion twice": score(60_00, 40_00, 50_00), "a criterion of another call": foreign,
		} {
			_, err := w.Engine.Do(t.Context(), w.Evaluators[0], w.Engine.SubmitEvaluation(a))
			if !workflow.Refused(err, workflow.MalformedInput) {
				t.Errorf("%s: got %v, want %s", name, err, workflow.MalformedInput)
			}
		}
		w.Must(w.Evaluators[0], w.Engine.SubmitEvaluation(score(60_00, 40_00)))
		w.Walk(p, "scoresFinal", "putToBoard")
		if got := factsOf(t, w, p).Proposal.FinalScore; got == nil || *got != 100_00 {
			t.Errorf("got the final score %v, want 100.00 of the new round alone", got)
		}
		actor, fire := w.Prepared(p, "decideFund", nil)
		fire.Decision = old
		_, err := w.Engine.Do(t.Context(), actor, fire)
		refusedWith(t, err, workflow.DecisionRequired)
		w.Fire(p, "decideFund", nil)
	})
}

// TestPapersOfOtherCasesAreTheOffices: whoever is not of the office may rest an
// act on the papers of the case alone, and learns of no other.
func TestPapersOfOtherCasesAreTheOffices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		p := w.Proposal(w.OpenCall(50_000_00), 0, 10_000_00)
		foreign := w.Document(w.Meeting, w.Meeting)
		actor, f := w.Prepared(p, "submit", nil)
		f.Document = foreign
		_, err := w.Engine.Do(t.Context(), actor, f)
		refusedWith(t, err, workflow.DocumentRequired)
		f.Document, f.DryRun = foreign, true
		if _, err := w.Engine.Do(t.Context(), w.ApplicantActors[1], f); !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("by another applicant: got %v, want %s", err, workflow.NotFound)
		}
	})
}

// TestForgedDecisionsLeaveATrace, in the meeting that they name if the group's
// own people try, in the security log if others do.
func TestForgedDecisionsLeaveATrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		_, p := w.OnAgenda()
		db := raw(t, address)
		count := func(query string) string { return column(t, db, query)[0] }
		meeting := `SELECT CAST(COUNT(*) AS text) FROM history_entries WHERE kind = 'refused' AND dossier_id = '` + string(w.Meeting) + `'`
		log := `SELECT CAST(COUNT(*) AS text) FROM security_log`
		forge := func(who workflow.Actor) {
			t.Helper()
			r, err := w.Engine.RecordDecision(workflow.RecordDecision{
				ID: w.ID(ident.Decision), LAG: w.LAG, Meeting: w.Meeting, Subject: p, Event: "decideFund", Adopted: true, For: 9,
				AdoptedOn: w.Clock.Now().Day(), Document: w.Tally, Synthetic: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.Engine.Do(t.Context(), who, r)
			refusedWith(t, err, workflow.RoleRefused)
		}
		forge(w.ApplicantActors[0])
		if got := count(meeting); got != "1" {
			t.Errorf("got %s attempts in the meeting's dossier, want 1", got)
		}
		forge(w.Outsider) // a meeting that was held is known to everybody
		if got := count(meeting); got != "2" {
			t.Errorf("got %s attempts in the meeting's dossier, want 2", got)
		}
		w.Meeting = w.Plan(workflow.InPerson)
		before := count(log)
		forge(w.Outsider)
		if got := count(log); got == before {
			t.Errorf("got %s entries of the security log after %s, want one more of whoever may not know of the meeting", got, before)
		}
	})
}
