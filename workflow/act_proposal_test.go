package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

func TestProposalsAreDraftedWhileTheCallTakesThem(t *testing.T) {
	at := func(change func(*CallFacts)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			change(store.facts.Call)
			return drafted(e), nil
		}
	}
	decided := func(c *CallFacts) { c.Commits = CommitsGrants }
	opening := func(c *CallFacts) { c.OpensAt = noon }
	closing := func(c *CallFacts) { c.ClosesAt = noon }
	early := func(c *CallFacts) { c.OpensAt = noon + 1 }
	late := func(c *CallFacts) { c.ClosesAt = noon - 1 }
	otherAction := func(c *CallFacts) { c.Allocations[0].Action = "act_00000000000000000000000002" }
	applicant, office, closed := someone(Applicant), someone(Administrator), "CALL_CLOSED callId"
	recorded(t, "call", "open", []actCase{
		{"by the applicant, as it opens", applicant, at(opening), ""},
		{"by the applicant, as it closes", applicant, at(closing), ""},
		{"by the applicant, too early", applicant, at(early), closed},
		{"by the applicant, too late", applicant, at(late), closed},
		{"by the applicant, when it is decided", applicant, at(decided), closed},
		{"by the office, for paper, before it is decided", office, at(late), ""},
		{"by the office, when it is decided", office, at(decided), closed},
		{"by the engine, before it is decided", SystemActor(), at(late), ""},
		{"under an action that the call does not pay for", office, at(otherAction), "MALFORMED_INPUT actionId"},
	})
}

// filedContent is what the sound case has filed.
func filedContent() Content {
	return Content{
		Title: "Projektas", GrantRequested: 90_00, EligibleTotal: 100_00, ActivityKinds: []string{"K1", "K2"}, Territory: "TARGET", Seat: "LINKED",
		Budget: []BudgetPart{{ID: "bud_2", Category: "C", CostMethod: "REAL", Amount: 100_00}},
		Funding: []FundingPart{
			{ID: "pfu_1", Source: "EU_AND_STATE", Amount: 90_00}, {ID: "pfu_2", Source: "PRIVATE", Amount: 6_00}, {ID: "pfu_3", Source: "PRIVATE", Amount: 4_00},
		},
	}
}

// edit is the sound content with something else in it; filed says whether the
// old one was submitted already.
func editing(filed bool, change func(*Content, *ProposalFacts)) func(*rowStore, *Engine) (Record, error) {
	return func(store *rowStore, e *Engine) (Record, error) {
		c, p := filedContent(), store.facts.Proposal
		p.ActivityKinds, p.SeatTerritory = []string{"K2", "K1"}, "LINKED"
		p.Content = []Change{{Type: "Proposal", ID: ours}, {Type: "BudgetLine", ID: "bud_1"}}
		if filed {
			p.ContentHash = strings.Repeat("a", 64)
		}
		change(&c, p)
		return e.EditProposal(oneLAG, ours, c), nil
	}
}

func asFiled(*Content, *ProposalFacts) {}

func TestDraftsAreTheirAuthorsToEdit(t *testing.T) {
	typedIn := func(_ *Content, p *ProposalFacts) { p.OfficeDraft = true }
	much := func(c *Content, _ *ProposalFacts) {
		c.Budget = append(c.Budget, BudgetPart{ID: "bud_3", Category: "C", CostMethod: "REAL", Amount: money.Max})
	}
	muchFunding := func(c *Content, _ *ProposalFacts) {
		c.Funding = append(c.Funding, FundingPart{ID: "pfu_4", Source: "PRIVATE", Amount: money.Max})
	}
	other := func(c *Content, _ *ProposalFacts) { c.GrantRequested = 80_00 }
	recorded(t, "proposal", "draft", []actCase{
		{"by the applicant", someone(Applicant), editing(false, asFiled), ""},
		{"by the applicant, what the office typed in", someone(Applicant), editing(false, typedIn), ""},
		{"by the office, what an applicant began", someone(Administrator), editing(false, asFiled), "ROLE_REFUSED id"},
		{"by the office, what it typed in", someone(Administrator), editing(false, typedIn), ""},
		{"by the engine", SystemActor(), editing(false, asFiled), ""},
		{"into anything, before it is filed", someone(Applicant), editing(false, other), ""},
		{"beyond what a budget can hold", someone(Applicant), editing(false, much), "MALFORMED_MONEY budget"},
		{"beyond what a funding plan can hold", someone(Applicant), editing(false, muchFunding), "MALFORMED_MONEY funding"},
	})
	recorded(t, "proposal", "submitted", []actCase{
		{"after it is submitted", someone(Applicant), editing(true, asFiled), "NOT_ALLOWED_HERE id"},
	})
}

// TestRatesAreHeldAgainstTheCallsUnitCosts: a rate stands with its quantity and gives the
// amount; above the limit it is refused where it is a unit cost and shown where it is real.
func TestRatesAreHeldAgainstTheCallsUnitCosts(t *testing.T) {
	number := func(n int64) *int64 { return &n }
	rate := func(m rules.Money) *rules.Money { return &m }
	line := func(method, code string, quantity *int64, rate *rules.Money, amount rules.Money) func(*rowStore, *Engine) (Record, error) {
		edit := editing(false, func(c *Content, _ *ProposalFacts) {
			c.Budget = []BudgetPart{{ID: "bud_2", Category: "STAFF", CostMethod: method, Amount: amount, UnitCost: code, Quantity: quantity, Rate: rate}}
		})
		return func(store *rowStore, e *Engine) (Record, error) {
			store.facts.Call.UnitCosts = []terms.UnitCost{{Code: "V1", Title: "Valanda", Unit: "val.", Rate: 10_01}}
			return edit(store, e)
		}
	}
	who := someone(Applicant)
	recorded(t, "proposal", "draft", []actCase{
		{"a real cost without any", who, line("REAL", "", nil, nil, 5_00), ""},
		{"a real cost by its rate", who, line("REAL", "", number(2_00), rate(50_00), 100_00), ""},
		{"a real cost above the limit", who, line("REAL", "V1", number(2_00), rate(50_00), 100_00), ""},
		{"a unit cost at the limit, half a cent up", who, line("UNIT", "V1", number(2_50), rate(10_01), 25_03), ""},
		{"a unit cost below the limit", who, line("UNIT", "V1", number(1_00), rate(10_00), 10_00), ""},
		{"a unit cost above the limit", who, line("UNIT", "V1", number(1_00), rate(10_02), 10_02), "RULE_FAILED budget.0.rate"},
		{"a unit cost cut down", who, line("UNIT", "V1", number(2_50), rate(10_01), 25_02), "MALFORMED_INPUT budget.0.amount"},
		{"a unit cost of no name", who, line("UNIT", "", number(1_00), rate(10_00), 10_00), "MALFORMED_INPUT budget.0.unitCost"},
		{"a unit cost of another call", who, line("UNIT", "V2", number(1_00), rate(10_00), 10_00), "MALFORMED_INPUT budget.0.unitCost"},
		{"a real cost against another call's", who, line("REAL", "V2", number(1_00), rate(10_00), 10_00), "MALFORMED_INPUT budget.0.unitCost"},
		{"a unit cost without a rate", who, line("UNIT", "V1", number(1_00), nil, 10_00), "MALFORMED_INPUT budget.0.rate"},
		{"a rate of nothing", who, line("REAL", "", nil, rate(10_00), 10_00), "MALFORMED_INPUT budget.0.quantity"},
		{"a code alone", who, line("REAL", "V1", nil, nil, 10_00), "MALFORMED_INPUT budget.0.quantity"},
		{"more than an amount holds", who, line("REAL", "", number(100_000_000), rate(money.Max), 10_00), "MALFORMED_INPUT budget.0.quantity"},
		{"a negative rate", who, line("REAL", "", number(1_00), rate(-1), 10_00), "MALFORMED_INPUT budget.0.rate"},
		{"none of a unit", who, line("REAL", "", number(0), rate(1_00), 0), "MALFORMED_INPUT budget.0.quantity"},
	})
}

// TestParticipantsAreCountedOnSomeBasis, and neither without the other.
func TestParticipantsAreCountedOnSomeBasis(t *testing.T) {
	plan := func(n int, basis string) func(*rowStore, *Engine) (Record, error) {
		return editing(false, func(c *Content, _ *ProposalFacts) {
			if c.ParticipantsBasis = basis; n > 0 {
				c.Participants = &n
			}
		})
	}
	who, half := someone(Applicant), "MALFORMED_INPUT participantsBasis"
	recorded(t, "proposal", "draft", []actCase{
		{"unique persons", who, plan(40, "UNIQUE_PERSON"), ""},
		{"a number of whatever", who, plan(40, ""), half},
		{"a basis of no number", who, plan(0, "UNIQUE_PERSON"), half},
		{"visitors of open events", who, plan(40, "EVENT_VISITOR"), half},
		{"more than there are", who, plan(1_000_001, "UNIQUE_PERSON"), "MALFORMED_INPUT participants"},
	})
}

func TestClarificationsKeepWhatWasJudged(t *testing.T) {
	forty := 40
	var cases []actCase
	for name, tt := range map[string]struct {
		change func(*Content)
		want   string
	}{
		"nothing":    {func(*Content) {}, ""},
		"the title":  {func(c *Content) { c.Title = "Kitas" }, ""},
		"the amount": {func(c *Content) { c.GrantRequested-- }, "NOT_ALLOWED_HERE grantRequested"},
		"the costs":  {func(c *Content) { c.EligibleTotal++ }, "NOT_ALLOWED_HERE eligibleTotal"},
		"the kinds":  {func(c *Content) { c.ActivityKinds = []string{"K1"} }, "NOT_ALLOWED_HERE activityKinds"},
		"the place":  {func(c *Content) { c.Territory = "LINKED" }, "NOT_ALLOWED_HERE placeTerritory"},
		"the seat":   {func(c *Content) { c.Seat = "TARGET" }, "NOT_ALLOWED_HERE seatTerritory"},
		"the participants": {func(c *Content) {
			c.Participants, c.ParticipantsBasis = &forty, "UNIQUE_PERSON"
		}, "NOT_ALLOWED_HERE participants, NOT_ALLOWED_HERE participantsBasis"},
		"a source":                {func(c *Content) { c.Funding[0].Source = "MUNICIPAL" }, "NOT_ALLOWED_HERE funding"},
		"the share of sources":    {func(c *Content) { c.Funding[0].Amount--; c.Funding[1].Amount++ }, "NOT_ALLOWED_HERE funding"},
		"the parts of one source": {func(c *Content) { c.Funding[1].Amount, c.Funding[2].Amount = 5_00, 5_00 }, ""},
	} {
		cases = append(cases, actCase{
			name, someone(Applicant), editing(true, func(c *Content, _ *ProposalFacts) { tt.change(c) }), tt.want,
		})
	}
	recorded(t, "proposal", "clarification_quality", cases)
}

// An autosave leaves no entry, the office's hand in a draft one that says whose
// hand it was, a clarification one with what it changed.
func TestEditsAreChainedOnceTheyWereFiled(t *testing.T) {
	typedIn := func(_ *Content, p *ProposalFacts) { p.OfficeDraft = true }
	for name, tt := range map[string]struct {
		state    StateName
		by       Actor
		act      func(*rowStore, *Engine) (Record, error)
		entries  int
		recorded bool // the changes too
		version  bool
	}{
		"an autosave":            {"draft", someone(Applicant), editing(false, asFiled), 0, false, false},
		"the office's own draft": {"draft", someone(Administrator), editing(false, typedIn), 1, false, false},
		"a clarification":        {"clarification_quality", someone(Applicant), editing(true, asFiled), 1, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			store, e := recording("proposal", tt.state)
			if err := sent(t, store, e, actCase{by: tt.by, act: tt.act}); err != nil {
				t.Fatal(err)
			}
			if got := len(store.bodies); got != tt.entries {
				t.Fatalf("got %d entries, want %d", got, tt.entries)
			}
			if tt.entries > 0 && strings.Contains(string(store.bodies[0]), `"changes"`) != tt.recorded {
				t.Errorf("got the body %s, want changes in it: %t", store.bodies[0], tt.recorded)
			}
			first, last := store.applied[0], store.applied[len(store.applied)-1]
			if first.ID != "bud_1" || !first.Delete || store.applied[1].Delete {
				t.Errorf("got %+v first, want the old part of the budget removed and the case left", store.applied[:2])
			}
			if versioned := last.Set["version"] == 4 && last.Expect == 3; versioned != tt.version {
				t.Errorf("got %+v last, want a version: %t", last, tt.version)
			}
		})
	}
}

func TestEvaluatorsAreAssignedWhileThereIsSomethingToScore(t *testing.T) {
	assign := func(change func(*AssignEvaluator, *ProposalFacts)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			a := AssignEvaluator{ID: "evl_3", LAG: oneLAG, Proposal: ours, Evaluator: "per_EVALUATOR"}
			p := store.facts.Proposal
			p.Round = 1
			p.Evaluations[0].Round, p.Evaluations[1].Round = 0, 1 // the first came from an earlier round
			change(&a, p)
			of := map[ident.ID]ident.ID{"evl_3": "org_other", "evl_theirs": oneOrg}[a.ID]
			store.evaluators = []Holder{{Person: "per_EVALUATOR", Role: Evaluator}}
			store.related.Persons = map[ident.ID]PersonFacts{"per_EVALUATOR": {Organisation: of}}
			return e.AssignEvaluator(a), nil
		}
	}
	due := func(in int) func(*AssignEvaluator, *ProposalFacts) {
		return func(a *AssignEvaluator, _ *ProposalFacts) { a.DueOn = noon.Day().AddDays(in) }
	}
	sound := func(*AssignEvaluator, *ProposalFacts) {}
	final := func(_ *AssignEvaluator, p *ProposalFacts) { score := int64(80_00); p.FinalScore = &score }
	nobody := func(a *AssignEvaluator, _ *ProposalFacts) { a.Evaluator = "per_other" }
	again := func(_ *AssignEvaluator, p *ProposalFacts) { p.Evaluations[0].Round = 1 }
	conflicted := func(_ *AssignEvaluator, p *ProposalFacts) { p.Evaluations[0].State = gone }
	named := func(id ident.ID) func(*AssignEvaluator, *ProposalFacts) {
		return func(a *AssignEvaluator, _ *ProposalFacts) { a.ID = id }
	}
	office := someone(Administrator)
	recorded(t, "proposal", "quality_evaluation", []actCase{
		{"for another round", office, assign(sound), ""},
		{"when the scores are final", office, assign(final), "NOT_ALLOWED_HERE proposalId"},
		{"who does not hold the role", office, assign(nobody), "ROLE_REFUSED evaluatorId"},
		{"of the applicant's organisation", office, assign(named("evl_theirs")), "RULE_FAILED evaluatorId"},
		{"of none", office, assign(named("evl_freelance")), ""},
		{"twice in a round", office, assign(again), "CONFLICT evaluatorId"},
		{"who has had a conflict in it", office, assign(conflicted), "RULE_FAILED evaluatorId"},
		{"until today", office, assign(due(0)), ""},
		{"until yesterday", office, assign(due(-1)), "DATE_REFUSED dueOn"},
	})
	for state, want := range map[StateName]string{
		"registered": "NOT_ALLOWED_HERE proposalId", "admin_check": "", "rejected_admin": "NOT_ALLOWED_HERE proposalId", "board_agenda": "NOT_ALLOWED_HERE proposalId",
	} {
		recorded(t, "proposal", state, []actCase{{"in " + string(state), office, assign(sound), want}})
	}
	store, e := recording("proposal", "quality_evaluation")
	if err := sent(t, store, e, actCase{by: office, act: assign(sound)}); err != nil || store.applied[0].Set["round"] != 1 {
		t.Errorf("got %v and %v, want the round that the case is in", store.applied, err)
	}
}

func TestEvaluationsScoreEachCriterionOnce(t *testing.T) {
	scores := func(points ...rules.Score) (out []GivenScore) {
		for i, p := range points {
			out = append(out, GivenScore{ID: ident.ID("sco_" + string(rune('1'+i))), Criterion: []ident.ID{"crt_1", "crt_2", "crt_3"}[i], Points: p})
		}
		return out
	}
	submit := func(change func(*SubmitEvaluation, *ProposalFacts, *Subject)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			a := SubmitEvaluation{ID: ourEvaluation, LAG: oneLAG, Proposal: ours, Scores: scores(60_00, 40_00)}
			own := evaluationIn("in_progress")
			change(&a, store.facts.Proposal, &own)
			stands(store, own)
			return e.SubmitEvaluation(a), nil
		}
	}
	giving := func(given ...rules.Score) func(*SubmitEvaluation, *ProposalFacts, *Subject) {
		return func(a *SubmitEvaluation, _ *ProposalFacts, _ *Subject) { a.Scores = scores(given...) }
	}
	of := func(id ident.ID) func(*SubmitEvaluation, *ProposalFacts, *Subject) {
		return func(a *SubmitEvaluation, _ *ProposalFacts, _ *Subject) { a.ID = id }
	}
	in := func(state StateName) func(*SubmitEvaluation, *ProposalFacts, *Subject) {
		return func(_ *SubmitEvaluation, _ *ProposalFacts, own *Subject) { own.State = state }
	}
	final := func(_ *SubmitEvaluation, p *ProposalFacts, _ *Subject) { score := int64(80_00); p.FinalScore = &score }
	twice := func(a *SubmitEvaluation, _ *ProposalFacts, _ *Subject) {
		a.Scores = append(a.Scores, GivenScore{ID: "sco_3", Criterion: "crt_1", Points: 1})
	}
	evaluator := someone(Evaluator)
	const late = "NOT_ALLOWED_HERE evaluationId"
	for state, want := range map[StateName]string{
		"admin_check": late, "eligibility_check": late, "clarification_quality": late, "quality_evaluation": "", "scored": late,
	} {
		recorded(t, "proposal", state, []actCase{{"in " + string(state), evaluator, submit(giving(60_00, 40_00)), want}})
	}
	recorded(t, "proposal", "quality_evaluation", []actCase{
		{"at the top of the scale", evaluator, submit(giving(60_00, 40_00)), ""},
		{"at its foot", evaluator, submit(giving(0, 0)), ""},
		{"above it", evaluator, submit(giving(60_01, 40_00)), "RULE_FAILED scores.K1"},
		{"below it", evaluator, submit(giving(60_00, -1)), "RULE_FAILED scores.K2"},
		{"without a criterion", evaluator, submit(giving(60_00)), "RULE_FAILED scores.K2"},
		{"with a criterion of another call", evaluator, submit(giving(60_00, 40_00, 1)), "MALFORMED_INPUT scores.2.criterionId"},
		{"with a criterion twice", evaluator, submit(twice), "MALFORMED_INPUT scores.2.criterionId"},
		{"of somebody else", evaluator, submit(of("evl_2")), "NOT_FOUND evaluationId"},
		{"of nobody", evaluator, submit(of("evl_3")), "NOT_FOUND evaluationId"},
		{"that is submitted", evaluator, submit(in("submitted")), late},
		{"that was accepted", evaluator, submit(in("accepted")), ""},
		{"that nothing was declared on", evaluator, submit(in("assigned")), late},
		{"that was sent back", evaluator, submit(func(_ *SubmitEvaluation, p *ProposalFacts, _ *Subject) { p.Round = 1 }), late},
		{"that was let go", evaluator, submit(func(_ *SubmitEvaluation, p *ProposalFacts, own *Subject) {
			own.State, p.Evaluations[0].State.Terminal, p.Evaluations[0].Declared = "unavailable", true, false
		}), late},
		{"that was taken back before the list is public", evaluator, func(store *rowStore, e *Engine) (Record, error) {
			store.facts.Call.ReceivedListPublished = false
			return submit(func(_ *SubmitEvaluation, p *ProposalFacts, own *Subject) {
				own.State, p.Evaluations[0].State.Withheld = "recused", true
			})(store, e)
		}, "NOT_FOUND evaluationId"},
		{"that was taken back", evaluator, submit(func(_ *SubmitEvaluation, p *ProposalFacts, own *Subject) {
			own.State, p.Evaluations[0].State.Withheld = "recused", true
		}), late},
		{"when the scores are final", evaluator, submit(final), late},
	})
}

// TestScoresTakeTheEvaluationOn: what was scored before makes room, and the evaluation
// follows in the same transaction, by the event that its state has for it.
func TestScoresTakeTheEvaluationOn(t *testing.T) {
	for state, event := range map[StateName]string{"accepted": "submit", "in_progress": "submit", "consensus_needed": "agree"} {
		t.Run(string(state), func(t *testing.T) {
			store, e := recording("proposal", "quality_evaluation")
			own := &store.facts.Proposal.Evaluations[0]
			stands(store, evaluationIn(state))
			own.Scores = []ident.ID{"sco_8", "sco_9"}
			a := SubmitEvaluation{ID: own.ID, LAG: oneLAG, Proposal: ours, Comment: "why", Document: "doc_00000000000000000000000001", Scores: []GivenScore{
				{ID: "sco_1", Criterion: "crt_1", Points: 60_00}, {ID: "sco_2", Criterion: "crt_2", Points: 40_00},
			}}
			if _, err := e.Do(t.Context(), someone(Evaluator), e.SubmitEvaluation(a)); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range store.applied {
				got = append(got, fmt.Sprintf("%s delete=%t create=%t", c.ID, c.Delete, c.Create))
			}
			want := []string{
				"sco_8 delete=true create=false", "sco_9 delete=true create=false", string(ourEvaluation) + " delete=false create=false",
				"sco_1 delete=false create=true", "sco_2 delete=false create=true", string(ourEvaluation) + " delete=false create=false",
			}
			if !slices.Equal(got, want) || !strings.Contains(string(store.bodies[len(store.bodies)-1]), `"event":"`+event+`"`) {
				t.Errorf("got %v and %s, want %v and %s", got, store.bodies, want, event)
			}
		})
	}
}

// TestWhatStandsInTheWayOfScoresIsTold: to declare first, where that helps.
func TestWhatStandsInTheWayOfScoresIsTold(t *testing.T) {
	declare := SubmitEvaluation{}.closed(EvaluationFacts{}).Message
	for name, own := range map[string]EvaluationFacts{
		"that was declared on": {Declared: true}, "that ended": {State: State{Terminal: true}},
	} {
		if got := (SubmitEvaluation{}).closed(own).Message; got == declare {
			t.Errorf("of an evaluation %s: got %q, want that it is closed", name, got.EN)
		}
	}
	if !strings.Contains(declare.EN, "Declare first") {
		t.Errorf("got %q, want the declaration asked for", declare.EN)
	}
}

// TestWhatIsTheOfficesIsToldToAnEvaluatorAsToOthers: that they declared is not asked again.
func TestWhatIsTheOfficesIsToldToAnEvaluatorAsToOthers(t *testing.T) {
	_, e := recording("proposal", "quality_evaluation")
	_, err := e.Do(t.Context(), someone(Evaluator), careful(ours, nil, scoresFinal, ""))
	if !onlyCode(err, RoleRefused) || !strings.Contains(err.Error(), "Only these may fire the event") {
		t.Errorf("got %v, want who may fire it", err)
	}
}

// TestWhoHasAConflictTakesNoPart in whichever role, and an evaluator declares first; what
// guards say is told to neither.
func TestWhoHasAConflictTakesNoPart(t *testing.T) {
	both := someone(Evaluator)
	both.Grants = append(both.Grants, Grant{Role: BoardMember, LAG: oneLAG})
	member := someone(BoardMember)
	member.Person = both.Person
	stranger := someone(Evaluator)
	stranger.Person = "per_stranger"
	stranger.Grants = both.Grants
	office := someone(Administrator)
	office.Person = both.Person
	c, _ := shippedMachines().Latest("proposal").Lookup("quality_evaluation", "requestClarification")
	declared, undeclared, conflict := EvaluationFacts{Declared: true}, EvaluationFacts{}, EvaluationFacts{Declared: true, State: gone}
	for _, tt := range []struct {
		name string
		who  Actor
		own  []EvaluationFacts
		want string
	}{
		{"an evaluator", someone(Evaluator), []EvaluationFacts{declared}, ""},
		{"before the declaration", someone(Evaluator), []EvaluationFacts{undeclared}, "Declare first"},
		{"on the board, before the declaration", both, []EvaluationFacts{undeclared}, ""},
		{"with a conflict", someone(Evaluator), []EvaluationFacts{conflict}, "conflict of interest you take no part"},
		{"with a conflict of another round", both, []EvaluationFacts{conflict, declared}, "conflict of interest you take no part"},
		{"on the board, with a conflict", member, []EvaluationFacts{conflict}, "conflict of interest you take no part"},
		{"on the board, who evaluates others", stranger, []EvaluationFacts{declared}, ""},
		{"the office, with a conflict", office, []EvaluationFacts{conflict}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, e := recording("proposal", "quality_evaluation")
			store.facts.Proposal.Evaluations = nil
			for _, own := range tt.own {
				own.Evaluator = both.Person
				store.facts.Proposal.Evaluations = append(store.facts.Proposal.Evaluations, own)
			}
			_, err := e.Do(t.Context(), tt.who, careful(ours, c.Transition, "requestClarification", ""))
			var refused *Error
			if got := errors.As(err, &refused); got != (tt.want != "") || (got && (len(refused.Refusals) != 1 || !strings.Contains(refused.Refusals[0].Message.EN, tt.want))) {
				t.Errorf("got %v, want %q alone", err, tt.want)
			}
		})
	}
}

// stands has the first evaluation stand where the subject says, with what else is known of
// its state.
func stands(store *rowStore, own Subject) {
	store.opened = []Subject{own}
	e := &store.facts.Proposal.Evaluations[0]
	e.State.Name, e.Definition = own.State, own.Definition
}

// evaluationIn is the first evaluation of the sound case.
func evaluationIn(state StateName) Subject {
	return Subject{
		ID: ourEvaluation, Kind: "evaluation", LAG: oneLAG, Dossier: ours, State: state, Version: 3,
		Definition: "evaluation@1", Owner: oneOrg, Assigned: "per_EVALUATOR",
	}
}

func TestDecisionsAreBorneByTheirVotes(t *testing.T) {
	decide := func(change func(*RecordDecision, *rowStore)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			a := RecordDecision{
				ID: "dec_3", LAG: oneLAG, Meeting: ourMeeting, Subject: ours, Event: "decideFund", Adopted: true, For: 4, Against: 2, Abstained: 1,
				AdoptedOn: noon.Day(), Document: "doc_00000000000000000000000001",
			}
			store.opened = []Subject{{ID: ours, Kind: "proposal", LAG: oneLAG, Dossier: ours, State: "board_agenda", Version: 3, Definition: "proposal@1"}}
			change(&a, store)
			return e.RecordDecision(a)
		}
	}
	on := func(event EventName) func(*RecordDecision, *rowStore) {
		return func(a *RecordDecision, _ *rowStore) { a.Event = event }
	}
	votes := func(adopted bool, forIt, against, abstained int) func(*RecordDecision, *rowStore) {
		return func(a *RecordDecision, _ *rowStore) {
			a.Adopted, a.For, a.Against, a.Abstained = adopted, forIt, against, abstained
		}
	}
	held := func(days int) func(*RecordDecision, *rowStore) {
		return func(_ *RecordDecision, s *rowStore) { s.facts.Meeting.HeldOn = noon.Day().AddDays(days) }
	}
	nowhere := func(a *RecordDecision, _ *rowStore) { a.Meeting = "mtg_00000000000000000000000002" }
	unproved := func(a *RecordDecision, _ *rowStore) { a.Document = "" }
	withItems := func(_ *RecordDecision, s *rowStore) { s.facts.Meeting.OnPaper = false }
	running := func(_ *RecordDecision, s *rowStore) { s.facts.Meeting.State = State{Name: "in_session", Running: true} }
	unknown := func(a *RecordDecision, _ *rowStore) { a.Subject = theirs }
	secretary := someone(Secretary)
	recorded(t, "meeting", "held", []actCase{
		{"by no paper", secretary, decide(unproved), "DOCUMENT_REQUIRED documentId"},
		{"in a meeting that votes on its items", secretary, decide(withItems), "NOT_ALLOWED_HERE meetingId"},
		{"in a meeting that is not over", secretary, decide(running), "NOT_ALLOWED_HERE meetingId"},
		{"by more than half of the votes", secretary, decide(votes(true, 4, 2, 1)), ""},
		{"by half of them", secretary, decide(votes(true, 3, 2, 1)), "RULE_FAILED votesFor"},
		{"lost by half of them", secretary, decide(votes(false, 3, 2, 1)), ""},
		{"on the day of the meeting", secretary, decide(held(0)), ""},
		{"before the meeting", secretary, decide(held(1)), "DATE_REFUSED adoptedOn"},
		{"on what the case cannot come to", secretary, decide(on("reinstate")), "NOT_ALLOWED_HERE event"},
		{"on what is not for the board", secretary, decide(on("register")), "UNKNOWN_EVENT event"},
		{"in no meeting", secretary, decide(nowhere), "NOT_FOUND id"},
		{"on no case", secretary, decide(unknown), "NOT_FOUND id"},
	})
	for adopted, want := range map[bool]string{true: "ADOPTED", false: "NOT_ADOPTED"} {
		store, e := recording("meeting", "held")
		err := sent(t, store, e, actCase{by: secretary, act: decide(votes(adopted, 4, 2, 1))})
		if err != nil || store.applied[0].Set["outcome"] != want || store.applied[0].Set["subjectVersion"] != 3 {
			t.Errorf("adopted %t: got %v and %v, want %s on version 3", adopted, store.applied, err, want)
		}
	}
}

func TestContractsAreOnTheAward(t *testing.T) {
	prepare := func(grant rules.Money, joined ...ident.ID) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			store.joined = joined
			return e.PrepareContract(PrepareContract{ID: "con_00000000000000000000000002", LAG: oneLAG, Proposal: ours, Grant: grant}), nil
		}
	}
	office := someone(Administrator)
	recorded(t, "proposal", "application_submitted", []actCase{
		{"on the award", office, func(store *rowStore, e *Engine) (Record, error) {
			store.opened = []Subject{contractOf(e)}
			return prepare(90_00)(store, e)
		}, ""},
		{"on more", office, prepare(90_01), "RULE_FAILED grant"},
		{"on less", office, prepare(89_99), "RULE_FAILED grant"},
		{"twice", office, prepare(90_00, "con_00000000000000000000000001"), "NOT_ALLOWED_HERE proposalId"},
	})
	recorded(t, "proposal", "board_agenda", []actCase{
		{"before there is one", office, prepare(90_00), "NOT_ALLOWED_HERE proposalId"},
	})
}

// contractOf is the contract as it stands once it is prepared.
func contractOf(e *Engine) Subject {
	m := e.Machines.Latest("contract")
	return Subject{ID: "con_00000000000000000000000002", Kind: "contract", LAG: oneLAG, Dossier: ours, State: m.Initial(), Definition: m.Name()}
}

// TestADepartureOnPaperGivesItsReason, and one that does not depart need not.
func TestADepartureOnPaperGivesItsReason(t *testing.T) {
	e := paperEngine(nil)
	for _, tt := range []struct {
		departs bool
		reasons string
		refused bool
	}{{true, " \t", true}, {true, "Vienintelis teritorijoje", false}, {false, "", false}} {
		r, err := e.RecordDecision(RecordDecision{Subject: ours, Event: "decideFund", Departs: tt.departs, Reasons: tt.reasons})
		if Refused(err, MalformedInput) != tt.refused {
			t.Errorf("%+v: got %v, want it refused: %t", tt, err, tt.refused)
		}
		if err == nil && r.Changes[0].Set["departs"] != tt.departs {
			t.Errorf("%+v: got %v, want it written down", tt, r.Changes[0].Set["departs"])
		}
	}
}
