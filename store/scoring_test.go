package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// rubric are the call's criteria by code.
func rubric(t *testing.T, s *store.Store, call ident.ID) map[string]ident.ID {
	t.Helper()
	rows, err := s.Reader().Criterion.Query().All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ident.ID{}
	for _, k := range rows {
		if k.CallID == call {
			out[k.Code] = k.ID
		}
	}
	return out
}

// assigned is an evaluation of the proposal by the evaluator, who has no conflict.
func assigned(w *workflowtest.World, proposal ident.ID, evaluator int) ident.ID {
	id := w.Assign(proposal, w.Evaluators[evaluator])
	w.Walk(id, "declareNoConflict")
	return id
}

// scoring is the evaluation with those points.
func scoring(t *testing.T, s *store.Store, w *workflowtest.World, call, proposal, evaluation ident.ID, points map[string]rules.Score) workflow.SubmitEvaluation {
	t.Helper()
	codes := rubric(t, s, call)
	a := workflow.SubmitEvaluation{ID: evaluation, LAG: w.LAG, Proposal: proposal}
	for code, p := range points {
		a.Scores = append(a.Scores, workflow.GivenScore{ID: w.ID(ident.Score), Criterion: codes[code], Points: p})
	}
	return a
}

func submitted(t *testing.T, s *store.Store, w *workflowtest.World, call, proposal, evaluation ident.ID, evaluator int, points map[string]rules.Score) error {
	t.Helper()
	_, err := w.Engine.Do(t.Context(), w.Evaluators[evaluator], w.Engine.SubmitEvaluation(scoring(t, s, w, call, proposal, evaluation, points)))
	return err
}

// scored has the evaluators from the first on score the proposal, each both
// criteria of the world's call.
func scored(t *testing.T, s *store.Store, w *workflowtest.World, call, proposal ident.ID, points ...[2]rules.Score) {
	t.Helper()
	for i, p := range points {
		if err := submitted(t, s, w, call, proposal, assigned(w, proposal, i), i, map[string]rules.Score{"K1": p[0], "K2": p[1]}); err != nil {
			t.Fatal(err)
		}
	}
}

// toQuality takes submitted proposals of a call that is closed to where their
// quality is assessed.
func toQuality(w *workflowtest.World, call ident.ID, proposals ...ident.ID) {
	for _, p := range proposals {
		w.Fire(p, "submit", nil)
	}
	w.CloseCall(call)
	w.Fire(call, "publishReceivedList", nil)
	w.Evaluators = append(w.Evaluators, w.Person(workflow.Evaluator, w.LAG, ""))
	for _, p := range proposals {
		w.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
	}
}

// TestTieBreakersAreMeans: the better mean of a criterion goes first, however
// many evaluators there were.
func TestTieBreakersAreMeans(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(10_000_00)
		one, two := w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)
		toQuality(w, call, two, one)
		scored(t, s, w, call, one, [2]rules.Score{50_00, 20_00})
		scored(t, s, w, call, two, [2]rules.Score{35_00, 35_00}, [2]rules.Score{35_00, 35_00})
		w.Walk(one, "scoresFinal", "putToBoard") // of one evaluator, whom the office does not wait for another beside
		w.Fire(two, "putToBoard", nil)
		if _, err := w.TryFire(two, "decideFund", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("the proposal with the lesser mean: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Fire(one, "decideFund", nil)
	})
}

// TestThirdEvaluatorSettlesADivergence by the median of the three.
func TestThirdEvaluatorSettlesADivergence(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(10_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, p)
		scored(t, s, w, call, p, [2]rules.Score{60_00, 40_00}, [2]rules.Score{21_00, 10_00})
		expectRound(t, s, p, "consensus_needed", "consensus_needed")
		if _, err := w.TryFire(p, "scoresFinal", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Fatalf("scores 100 and 31: got %v, want %s", err, workflow.RuleFailed)
		}
		w.Fire(round(t, s, p)[0].ID, "noAgreement", nil)
		expectRound(t, s, p, "third_evaluator", "third_evaluator", "assigned")
		given := round(t, s, p)[2]
		third := given.ID
		if given.EvaluatorID != w.Evaluators[2].Person || given.DueOn == nil || *given.DueOn != calendar.Last(w.Clock.Now().Day(), 5, calendar.WorkingDays) {
			t.Errorf("got %s as the third until %v, want %s within five working days", given.EvaluatorID, given.DueOn, w.Evaluators[2].Person)
		}
		w.Walk(third, "declareNoConflict")
		if _, err := w.TryFire(p, "scoresFinal", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Fatalf("while the third has not scored: got %v, want %s", err, workflow.RuleFailed)
		}
		if err := submitted(t, s, w, call, p, third, 2, map[string]rules.Score{"K1": 45_00, "K2": 20_00}); err != nil {
			t.Fatal(err)
		}
		row, err := s.Reader().Proposal.Get(t.Context(), p)
		if err != nil || row.FinalScore == nil || *row.FinalScore != 65_00 {
			t.Errorf("of 100, 31 and 65: got %v, %v, want 65.00", row.FinalScore, err)
		}
		expectRound(t, s, p, "counted", "counted", "counted")
		w.Fire(p, "putToBoard", nil)
	})
}

// TestTheThirdIsWhoHasTheLeastToDo of those who have no conflict; with nobody to give it to, the
// office finds one.
func TestTheThirdIsWhoHasTheLeastToDo(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(30_000_00)
		p, other, last := w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00), w.Proposal(call, 1, 10_000_00)
		toQuality(w, call, p, other, last)
		for _, org := range []ident.ID{"", w.Applicants[0], ""} {
			w.Evaluators = append(w.Evaluators, w.Person(workflow.Evaluator, w.LAG, org))
		}
		diverging := func(p ident.ID) {
			t.Helper()
			scored(t, s, w, call, p, [2]rules.Score{60_00, 40_00}, [2]rules.Score{21_00, 10_00})
			w.Fire(round(t, s, p)[1].ID, "noAgreement", nil)
		}
		busy, free, fled := w.Evaluators[2], w.Evaluators[3], w.Evaluators[5]
		w.Assign(other, busy)
		w.Walk(w.Assign(p, fled), "declareConflict")
		diverging(p)
		if all := round(t, s, p); len(all) != 4 || all[3].EvaluatorID != free.Person {
			t.Errorf("got %d evaluations, want a third by %s: %s has more to do, %s a conflict, %s is of the applicant", len(all), free.Person, busy.Person, fled.Person, w.Evaluators[4].Person)
		}
		for _, e := range w.Evaluators[2:] {
			w.Tie(workflow.EmploymentTie, e.Person, w.Applicants[1])
		}
		diverging(last)
		expectRound(t, s, last, "third_evaluator", "third_evaluator")
	})
}

// TestAThirdWhoWasThereAlready settles it as soon as the others give up agreeing; until
// then nobody makes the scores final, nor are they taken back afterwards.
func TestAThirdWhoWasThereAlready(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(10_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, p)
		scored(t, s, w, call, p, [2]rules.Score{60_00, 40_00}, [2]rules.Score{21_00, 10_00})
		if err := submitted(t, s, w, call, p, assigned(w, p, 2), 2, map[string]rules.Score{"K1": 45_00, "K2": 20_00}); err != nil {
			t.Fatal(err)
		}
		expectRound(t, s, p, "consensus_needed", "consensus_needed", "submitted")
		_, err := w.TryFire(p, "scoresFinal", nil)
		refusedWith(t, err, workflow.RuleFailed)
		w.Fire(round(t, s, p)[1].ID, "noAgreement", nil)
		expect(t, w, p, "scored")
		expectRound(t, s, p, "counted", "counted", "counted")
		sound(t, s)
	})
}

// TestTheLastEvaluationMakesTheScoresFinal in its own transaction, as its
// consequence, and below the threshold proposes the rejection.
func TestTheLastEvaluationMakesTheScoresFinal(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		above, below := w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)
		toQuality(w, call, above, below)
		const submit, count = "submit of evl by EVALUATOR, caused: true", "count of evl by JOIN, caused: true"
		const final, reject = "scoresFinal of prp by JOIN, caused: true", "belowThreshold of prp by JOIN, caused: true"
		for p, want := range map[ident.ID]struct {
			points  [2]rules.Score
			follows []string
			state   workflow.StateName
		}{
			above: {[2]rules.Score{40_00, 30_00}, []string{submit, count, final, count}, "scored"},
			below: {[2]rules.Score{10_00, 5_00}, []string{submit, count, final, reject, count}, "proposed_reject"},
		} {
			first, last := assigned(w, p, 0), assigned(w, p, 1)
			points := map[string]rules.Score{"K1": want.points[0], "K2": want.points[1]}
			if err := submitted(t, s, w, call, p, first, 0, points); err != nil {
				t.Fatal(err)
			}
			expect(t, w, p, "quality_evaluation")
			if err := submitted(t, s, w, call, p, last, 1, points); err != nil {
				t.Fatal(err)
			}
			expect(t, w, p, want.state)
			expectRound(t, s, p, "counted", "counted")
			if got := consequences(t, s, p); !slices.Equal(got, want.follows) {
				t.Errorf("got %q, want %q", got, want.follows)
			}
		}
		sound(t, s)
	})
}

// round are the evaluations of the proposal's round, as they were assigned.
func round(t *testing.T, s *store.Store, proposal ident.ID) []*ent.Evaluation {
	t.Helper()
	p, err := s.Reader().Proposal.Get(t.Context(), proposal)
	if err != nil {
		t.Fatal(err)
	}
	now := 1
	if p.EvaluationRound != nil {
		now = *p.EvaluationRound
	}
	rows, err := s.Reader().Evaluation.Query().Where(evaluation.ProposalID(proposal), evaluation.Round(now)).Order(ent.Asc(evaluation.FieldID)).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func expectRound(t *testing.T, s *store.Store, proposal ident.ID, want ...workflow.StateName) {
	t.Helper()
	var got []workflow.StateName
	for _, e := range round(t, s, proposal) {
		got = append(got, workflow.StateName(e.State))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the evaluations %v, want %v", got, want)
	}
}

// consequences are the steps since the last scores in the dossier, each with the role
// that took it and whether it names the entry that it follows from.
func consequences(t *testing.T, s *store.Store, dossier ident.ID) (out []string) {
	t.Helper()
	entries, err := s.Reader().HistoryEntry.Query().Where(historyentry.DossierID(dossier)).Order(ent.Asc(historyentry.FieldN)).All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind == "evaluation.score" {
			out = nil
			continue
		}
		row, err := s.Reader().HistoryBody.Get(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		body, err := workflow.DecodeBody([]byte(row.Body))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s of %s by %s, caused: %t", body.Event, e.SubjectID.Prefix(), e.Role, e.Cause != ""))
	}
	return out
}

// TestEvaluatorsAgree on scores, each with the signed agreement and the reason.
func TestEvaluatorsAgree(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		agreed := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, agreed)
		scored(t, s, w, call, agreed, [2]rules.Score{60_00, 40_00}, [2]rules.Score{21_00, 10_00})
		for i, e := range round(t, s, agreed) {
			err := submitted(t, s, w, call, agreed, e.ID, i, map[string]rules.Score{"K1": 50_00, "K2": 20_00})
			refusedWith(t, err, workflow.DocumentRequired)
			expect(t, w, agreed, "quality_evaluation")
			a := scoring(t, s, w, call, agreed, e.ID, map[string]rules.Score{"K1": 50_00, "K2": 20_00})
			a.Document, a.Comment = w.Document(agreed, agreed), "sutarta"
			w.Must(w.Evaluators[i], w.Engine.SubmitEvaluation(a))
		}
		expectRound(t, s, agreed, "counted", "counted")
		row, err := s.Reader().Proposal.Get(t.Context(), agreed)
		if err != nil || row.FinalScore == nil || *row.FinalScore != 70_00 {
			t.Errorf("agreed on 70: got %v, %v, want 70.00", row.FinalScore, err)
		}
		sound(t, s)
	})
}

// TestEvaluatorsAreLetGo who have a conflict or are not there any more, and their scores
// are not waited for.
func TestEvaluatorsAreLetGo(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, p)
		conflicted := w.Assign(p, w.Evaluators[2])
		late := assigned(w, p, 0)
		_, err := w.Engine.Do(t.Context(), w.Evaluators[2], w.Engine.SubmitEvaluation(scoring(t, s, w, call, p, conflicted, map[string]rules.Score{"K1": 1, "K2": 1})))
		refusedWith(t, err, workflow.NotAllowedHere) // nothing declared yet
		_, err = w.Engine.Do(t.Context(), w.Evaluators[1], workflow.Fire{Subject: conflicted, Event: "declareNoConflict"})
		refusedWith(t, err, workflow.NotFound) // somebody else's
		_, err = w.Engine.Do(t.Context(), w.Evaluators[2], workflow.Fire{Subject: conflicted, Event: "submit"})
		refusedWith(t, err, workflow.NotAllowedHere)
		w.Walk(conflicted, "declareConflict")
		if err := submitted(t, s, w, call, p, late, 0, map[string]rules.Score{"K1": 40_00, "K2": 30_00}); err != nil {
			t.Fatal(err)
		}
		expect(t, w, p, "quality_evaluation") // of one alone nothing follows
		open := assigned(w, p, 1)
		w.Walk(open, "loseEvaluator")
		expect(t, w, p, "quality_evaluation")
		fresh := w.Person(workflow.Evaluator, w.LAG, "")
		w.Evaluators = append(w.Evaluators, fresh)
		if err := submitted(t, s, w, call, p, assigned(w, p, 3), 3, map[string]rules.Score{"K1": 40_00, "K2": 30_00}); err != nil {
			t.Fatal(err)
		}
		expect(t, w, p, "scored")
		expectRound(t, s, p, "recused", "counted", "unavailable", "counted")
		sound(t, s)
	})
}

// TestTheOneThatNobodyWaitsForAnyMoreIsNoHindrance: where the last open evaluation is
// taken back, those that are in count at once.
func TestTheOneThatNobodyWaitsForAnyMoreIsNoHindrance(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		by := map[workflow.EventName]ident.ID{"declareConflict": w.Proposal(call, 0, 10_000_00), "loseEvaluator": w.Proposal(call, 1, 10_000_00)}
		toQuality(w, call, slices.Collect(maps.Values(by))...)
		for event, p := range by {
			waited := assigned(w, p, 2)
			scored(t, s, w, call, p, [2]rules.Score{40_00, 30_00}, [2]rules.Score{40_00, 30_00})
			expect(t, w, p, "quality_evaluation")
			w.Walk(waited, event)
			expect(t, w, p, "scored")
		}
	})
}

// TestReturnBeginsARoundThatIsScoredAnew: what was sent back counts no more, and
// nobody begins a round by assigning somebody to it.
func TestReturnBeginsARoundThatIsScoredAnew(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(10_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, p)
		late := assigned(w, p, 1)
		if err := submitted(t, s, w, call, p, late, 1, map[string]rules.Score{"K1": 22_00, "K2": 18_00}); err != nil {
			t.Fatal(err)
		}
		scored(t, s, w, call, p, [2]rules.Score{22_00, 19_00})
		w.Walk(p, "putToBoard", "returnToEvaluation")
		row, err := s.Reader().Proposal.Get(t.Context(), p)
		if err != nil || row.FinalScore != nil || row.EvaluationRound == nil || *row.EvaluationRound != 2 {
			t.Errorf("sent back: got %v, %v and %v, want no score and the second round", row.FinalScore, row.EvaluationRound, err)
		}
		if _, err := w.TryFire(p, "scoresFinal", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("with nobody's new scores: got %v, want %s", err, workflow.RuleFailed)
		}
		scored(t, s, w, call, p, [2]rules.Score{50_00, 40_00})
		w.Fire(p, "scoresFinal", nil)
		if row, err = s.Reader().Proposal.Get(t.Context(), p); err != nil || row.FinalScore == nil || *row.FinalScore != 90_00 {
			t.Errorf("scored anew: got %v, %v, want 90.00", row.FinalScore, err)
		}
		_, err = w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.AssignEvaluator(workflow.AssignEvaluator{
			ID: w.ID(ident.Evaluation), LAG: w.LAG, Proposal: p, Evaluator: w.Evaluators[2].Person, Synthetic: true,
		}))
		refusedWith(t, err, workflow.NotAllowedHere)
	})
}

// TestEvaluationThatWasSentBackIsNotFinished: who had not scored yet scores in
// the new round or not at all.
func TestEvaluationThatWasSentBackIsNotFinished(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(10_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		toQuality(w, call, p)
		scored(t, s, w, call, p, [2]rules.Score{22_00, 19_00})
		w.Walk(p, "scoresFinal", "belowThreshold", "putToBoard", "returnToEvaluation")
		again := assigned(w, p, 0)
		rows, err := s.Reader().Evaluation.Query().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rows {
			if want := map[bool]int{true: 2, false: 1}[e.ID == again]; e.Round != want {
				t.Errorf("%s: got round %d, want %d", e.ID, e.Round, want)
			}
		}
	})
}

// TestLessThanTheRequestIsOffered: the list for funding has whole requests, and an
// offer is of less, or has a condition.
func TestLessThanTheRequestIsOffered(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		w.CloseCall(call)
		w.ToBoard(p, call, 50_00)
		for _, tt := range []struct {
			event workflow.EventName
			data  map[string]string
			want  bool
		}{
			{"decideFund", map[string]string{"grantAwarded": "9999.99"}, false},
			{"decideAward", map[string]string{"grantAwarded": "10000.00"}, false},
			{"decideAward", map[string]string{"grantAwarded": "10000.00", "awardCondition": " "}, false},
			{"decideAward", map[string]string{"grantAwarded": "10000.01"}, false},
		} {
			actor, f := w.Prepared(p, tt.event, tt.data)
			_, conditional := tt.data["awardCondition"]
			f.Given = slices.DeleteFunc(f.Given, func(g workflow.Given) bool { return g.Name == "awardCondition" && !conditional })
			if _, err := w.Send(actor, f); (err == nil) != tt.want {
				t.Errorf("%s of %v: got %v, want it accepted = %t", tt.event, tt.data, err, tt.want)
			}
		}
		w.Fire(p, "decideAward", map[string]string{"grantAwarded": "10000.00", "awardCondition": "Iki sutarties – nuomos sutartis."})
		expect(t, w, p, "award_offered")
	})
}

// TestAppealFromTheReserveRunsFromDelivery: fourteen days, which nobody can talk
// away.
func TestAppealFromTheReserveRunsFromDelivery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(10_000_00)
		better, p := w.Proposal(call, 1, 10_000_00), w.Proposal(call, 0, 10_000_00)
		w.Fire(better, "submit", nil)
		w.Fire(p, "submit", nil)
		w.CloseCall(call)
		w.ToBoard(better, call, 55_00)
		w.ToBoard(p, call, 50_00)
		w.Fire(better, "decideFund", nil)
		w.Fire(p, "decideReserve", map[string]string{"reserveValidUntil": string(w.Clock.Now().Day().AddDays(300))})
		w.Must(w.People[workflow.Secretary], workflow.RecordLetter{
			ID: w.ID(ident.Correspondence), LAG: w.LAG, Dossier: p, Subject: p, Direction: "OUT", Number: "S-9", Channel: "POST",
			DatedOn: w.Clock.Now().Day(), DeliveredAt: w.Clock.Now(), Synthetic: true,
		}.Record())
		actor, early := w.Prepared(p, "appeal", nil)
		early.DryRun = true
		done, err := w.Send(actor, early)
		if err != nil || !slices.ContainsFunc(done.Guards, func(g workflow.GuardRecord) bool {
			return g.Guard == "termRuns" && slices.Equal(g.Unverified, []string{"term"})
		}) {
			t.Errorf("in time: got %+v, %v, want it open, by a term that nobody has compared with the law", done.Guards, err)
		}
		last := w.Clock.Now().Day().AddDays(14)
		w.Clock.Set(nextWorked(last).End())
		if _, err := w.TryFire(p, "appeal", nil); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("after fourteen days: got %v, want %s", err, workflow.RuleFailed)
		}
		expect(t, w, p, "listed_reserve")
		sound(t, s)
	})
}

// TestRankIsToldToBeOpenWhileOthersAreAssessed: the board may decide, and is
// warned that the order can change, until everybody is scored or out.
func TestRankIsToldToBeOpenWhileOthersAreAssessed(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		first, second := w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)
		w.Proposal(call, 1, 5_000_00) // a draft that nobody files
		toQuality(w, call, first, second)
		scored(t, s, w, call, first, [2]rules.Score{40_00, 30_00}, [2]rules.Score{40_00, 30_00})
		w.Fire(first, "putToBoard", nil)
		w.Decide(first, "decideFund")
		unscored := func() string {
			all, err := w.Engine.Explain(t.Context(), w.People[workflow.Chair], first)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(all, func(x workflow.Explanation) bool { return x.Event == "decideFund" })
			for _, r := range all[i].Warnings {
				for _, f := range r.Facts {
					if r.Rule == "R-17" && f.Name == "unscored" {
						return f.Value
					}
				}
			}
			if !all[i].Allowed {
				t.Errorf("got decideFund blocked by %v, want it allowed", all[i].BlockedBy)
			}
			return ""
		}
		if got := unscored(); got != "1" {
			t.Errorf("got a warning of %q proposals, want of the one that is still assessed", got)
		}
		w.Walk(second, "withdraw")
		if got := unscored(); got != "" {
			t.Errorf("got a warning of %q proposals, want none once nobody is left", got)
		}
	})
}
