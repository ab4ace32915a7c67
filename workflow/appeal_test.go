package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

const reviewer = ident.ID("per_00000000000000000000000009")

// ourAppeal is the appeal that moved the proposal.
const ourAppeal = ident.ID("apl_00000000000000000000000001")

// contested has the matter be an appeal about the proposal, which waits for it.
func contested(s *sight) {
	s.Matter.ID, s.Matter.Subject = ourAppeal, ours
	placedIn("under_appeal")(s)
	s.Steps = []StepFacts{wasRefused, filedAs(ourAppeal)}
}

// filedAs is the step by which the appeal contests a rejection.
func filedAs(appeal ident.ID) StepFacts {
	x := went(2, "rejected_board", "under_appeal", Applicant)
	x.Filed = appeal
	return x
}

// carriedOut is a step by which a decision of the board was carried out.
func carriedOut(n int64, from, to StateName) StepFacts {
	x := went(n, from, to, "")
	x.Decision = "dec_1"
	return x
}

// placedIn puts the proposal in the state.
func placedIn(name StateName) func(*sight) {
	return func(s *sight) {
		s.Proposal.State, s.Proposal.Definition, s.Proposal.Stands = name, "proposal@1", stateOf("proposal", name)
		_, s.Proposal.Appealable = shippedMachines().Latest("proposal").Lookup(name, appealing)
	}
}

// about has the matter be about what is named.
func about(id ident.ID) func(*sight) {
	return func(s *sight) { s.Matter.Subject = id }
}

// opening is the act that begins a matter about what is named.
func opening(id ident.ID) func(*sight) {
	return func(s *sight) { s.data["subjectId"] = id }
}

// upheld puts an appeal about the proposal beside the case, in the state.
func upheld(name StateName) func(*sight) {
	return beside(MatterFacts{ID: "apl_other", Kind: appealKind, Subject: ours, State: stateOf(appealKind, name)})
}

// holding is how much of the call's budget is held, none of it for the proposal.
func holding(m rules.Money) func(*sight) {
	return func(s *sight) { s.Call.Reserved, s.Held = m, 0 }
}

// waiting has those proposals of the ranking wait for money.
func waiting(places ...int) func(*sight) {
	return func(s *sight) {
		for _, i := range places {
			s.Call.Ranking[i].Waits = true
		}
	}
}

// ahead has the second of the ranking stand before it.
func ahead(s *sight) { s.Call.Ranking[1].Ahead, s.Call.Ranking[1].Score = true, 70_00 }

func skipping(s *sight) { s.Call.SkipAndFit = true }

// went is a step of the proposal from one state to another, for whom it was taken.
func went(n int64, from, to StateName, body Role) StepFacts {
	x := StepFacts{N: n, From: stateOf("proposal", from), To: stateOf("proposal", to), OnBehalfOf: body}
	if body == "" {
		x.By = "per_decided"
	}
	return x
}

func stepped(steps ...StepFacts) func(*sight) {
	return func(s *sight) { s.Steps = steps }
}

// ruledFor is a proposal whose appeal was upheld to the board.
var ruledFor = stepped(wasRefused, appealed, sentBack)

// The way of a proposal whose appeal was upheld to the board.
var (
	wasRefused = went(1, "board_agenda", "rejected_board", "")
	appealed   = went(2, "rejected_board", "under_appeal", Applicant)
	sentBack   = went(3, "under_appeal", "board_agenda", AppealBody)
)

// reviewed are those who are to review, with what bars each.
func reviewed(bars map[ident.ID][]Ground, ids ...ident.ID) func(*sight) {
	return func(s *sight) { s.Review = &ReviewFacts{Named: ids, Bars: bars, Could: []ident.ID{"per_a", "per_b"}} }
}

// appealCases are both sides of the guards of an appeal, and of what it leads to.
var appealCases = map[string][]guardCase{
	"appealable": {
		{"a rejection", as(opening(ours), placedIn("rejected_board")), rules.Passed},
		{"a place on the reserve list", as(opening(ours), placedIn("listed_reserve")), rules.Passed},
		{"a rejection whose term has run out", as(opening(ours), placedIn("rejected_final")), rules.Passed},
		{"nothing decided yet", as(opening(ours), placedIn("board_agenda")), rules.Failed},
		{"an award", as(opening(ours), placedIn("listed_funding")), rules.Failed},
		{"what is appealed already", as(opening(ours), placedIn("under_appeal")), rules.Failed},
		{"a rejection that was appealed before", as(as(opening(ours), placedIn("rejected_final")), stepped(wasRefused, filedAs(ourAppeal), went(3, "under_appeal", "rejected_final", AppealBody))), rules.Failed},
		{"a place on the reserve list that was appealed before", as(as(opening(ours), placedIn("listed_reserve")), stepped(went(1, "board_agenda", "listed_reserve", ""), StepFacts{N: 2, From: stateOf("proposal", "listed_reserve"), To: stateOf("proposal", "reserve_appealed"), Filed: ourAppeal}, went(3, "reserve_appealed", "listed_reserve", AppealBody))), rules.Failed},
		{"decided anew since it was appealed", as(as(opening(ours), placedIn("rejected_board")), stepped(wasRefused, filedAs(ourAppeal), sentBack, went(4, "board_agenda", "rejected_board", ""))), rules.Passed},
		{"a rejection that another matter took along", as(as(opening(ours), placedIn("rejected_final")), stepped(wasRefused, filedAs("rec_00000000000000000000000001"))), rules.Passed},
		{"a contract of what was appealed before", as(as(opening("con_1"), placedIn("rejected_final")), stepped(wasRefused, filedAs(ourAppeal))), rules.Passed},
		{"a contract of what is not decided", as(opening("con_1"), placedIn("board_agenda")), rules.Passed},
	},
	"noOtherAppeal": {
		{"none", opening(ours), rules.Passed},
		{"one that is filed", as(opening(ours), upheld("filed")), rules.Failed},
		{"one in court", as(opening(ours), upheld("in_court")), rules.Failed},
		{"one dismissed", as(opening(ours), upheld("dismissed")), rules.Passed},
		{"one upheld, of an earlier decision", as(opening(ours), upheld("upheld")), rules.Passed},
		{"one about the contract", as(opening(ours), beside(MatterFacts{Kind: appealKind, Subject: "con_1", State: stateOf(appealKind, "filed")})), rules.Passed},
		{"one about the proposal, where the contract is appealed", as(opening("con_1"), upheld("filed")), rules.Passed},
		{"an amendment", as(opening(ours), beside(MatterFacts{Kind: "amendment", Subject: ours, State: stateOf("amendment", "requested")})), rules.Passed},
	},
	"appealInTime": {
		{"the proposal waits for it", contested, rules.Passed},
		{"the proposal stayed where it was", as(about(ours), placedIn("rejected_board")), rules.Failed},
		{"it waits for another appeal", as(contested, func(s *sight) { s.Matter.ID = "apl_other" }), rules.Failed},
		{"it waited, and the case went on", as(contested, placedIn("rejected_final")), rules.Passed},
		{"about a contract", as(about("con_1"), placedIn("implementing")), rules.Passed},
	},
	"appealLate": {
		{"the proposal stayed where it was", as(about(ours), placedIn("rejected_board")), rules.Passed},
		{"it waits for another appeal", as(contested, func(s *sight) { s.Matter.ID = "apl_other" }), rules.Passed},
		{"the proposal waits for it", contested, rules.Failed},
		{"about a contract", as(contested, about("con_1")), rules.Passed},
	},
	ruling: {
		{"nobody looked", contested, rules.Passed},
		{"neither decided", as(contested, reviewed(nil, "per_a")), rules.Passed},
		{"one of two did", as(contested, reviewed(map[ident.ID][]Ground{"per_c": {DecidedIt}}, "per_a", "per_c")), rules.Failed},
		{"about a contract", as(as(contested, reviewed(map[ident.ID][]Ground{"per_c": {DecidedIt}}, "per_c")), about("con_1")), rules.Passed},
	},
	"caseContested": {
		{"the proposal waits for it", contested, rules.Passed},
		{"the place on the reserve list does", as(about(ours), placedIn("reserve_appealed")), rules.Passed},
		{"the call was annulled meanwhile", as(about(ours), placedIn("call_annulled")), rules.Failed},
		{"about a contract", as(contested, about("con_1")), rules.Failed},
	},
	reviewing: {
		{"nobody asked", unchanged, rules.Failed},
		{"nobody named", reviewed(nil), rules.Failed},
		{"one whom nothing bars", reviewed(nil, "per_a"), rules.Passed},
		{"one of two who voted", reviewed(map[ident.ID][]Ground{"per_c": {VotedOnIt}}, "per_a", "per_c"), rules.Failed},
		{"somebody else who voted", reviewed(map[ident.ID][]Ground{"per_c": {VotedOnIt}}, "per_a"), rules.Passed},
	},
	"rulingCarriedOut": {
		{"decided anew", as(as(about(ours), placedIn("listed_funding")), stepped(wasRefused, appealed, sentBack, went(4, "board_agenda", "listed_funding", ""))), rules.Passed},
		{"where the ruling sent it", as(as(about(ours), placedIn("board_agenda")), stepped(wasRefused, appealed, sentBack)), rules.Failed},
		{"a vote by which nothing was adopted", as(as(about(ours), placedIn("board_agenda")), stepped(wasRefused, appealed, sentBack, went(4, "board_agenda", "board_agenda", ""))), rules.Failed},
		{"asked, and not answered yet", as(as(about(ours), placedIn("clarification_quality")), stepped(wasRefused, appealed, went(3, "under_appeal", "quality_evaluation", Court), went(4, "quality_evaluation", "clarification_quality", ""))), rules.Failed},
		{"decided before the ruling", as(as(about(ours), placedIn("board_agenda")), stepped(went(0, "board_agenda", "proposed_reject", ""), wasRefused, appealed, sentBack)), rules.Failed},
		{"it waits for the ruling", as(contested, stepped(wasRefused, appealed)), rules.Failed},
		{"the call was annulled meanwhile", as(as(about(ours), placedIn("call_annulled")), stepped(wasRefused, appealed, went(3, "under_appeal", "call_annulled", ""))), rules.Passed},
		{"about a contract", as(about("con_1"), stepped(wasRefused, appealed, sentBack)), rules.Passed},
	},
	"upheldWithoutMoney": {
		{"upheld, and the money is gone", as(ruledFor, holding(1000_00)), rules.Passed},
		{"upheld, and a cent is missing", as(ruledFor, holding(910_01)), rules.Passed},
		{"upheld, and the money suffices", as(ruledFor, holding(910_00)), rules.Failed},
		{"dismissed, and the money is gone", as(stepped(wasRefused, appealed, went(3, "under_appeal", "rejected_final", AppealBody)), holding(1000_00)), rules.Failed},
		{"no appeal, and the money is gone", holding(1000_00), rules.Failed},
		{"upheld about another", as(beside(MatterFacts{Kind: appealKind, Subject: "con_1", State: stateOf(appealKind, "upheld")}), holding(1000_00)), rules.Failed},
		{"upheld by a court alone", as(stepped(went(1, "board_agenda", "rejected_final", ""), went(2, "rejected_final", "in_court", Court), went(3, "in_court", "board_agenda", Court)), holding(1000_00)), rules.Passed},
		{"a dispute over the reserve that was dismissed", as(stepped(went(1, "board_agenda", "listed_reserve", ""), went(2, "listed_reserve", "reserve_appealed", Applicant), went(3, "reserve_appealed", "listed_reserve", AppealBody)), holding(1000_00)), rules.Failed},
		{"awarded since, and revoked", as(stepped(wasRefused, appealed, sentBack, carriedOut(4, "board_agenda", "award_offered"), carriedOut(5, "award_offered", "board_agenda")), holding(1000_00)), rules.Failed},
		{"rejected since", as(stepped(wasRefused, appealed, sentBack, carriedOut(4, "board_agenda", "rejected_board")), holding(1000_00)), rules.Failed},
		{"returned by the board to the assessment since", as(stepped(wasRefused, appealed, sentBack, carriedOut(4, "board_agenda", "quality_evaluation")), holding(1000_00)), rules.Passed},
		{"decided before the ruling", as(stepped(carriedOut(1, "board_agenda", "rejected_board"), appealed, sentBack), holding(1000_00)), rules.Passed},
		{"found to be ineligible since, by no board", as(stepped(wasRefused, appealed, sentBack, went(4, "board_agenda", "rejected_ineligible", "")), holding(1000_00)), rules.Passed},
	},
	queueing: {
		{"alone", waiting(0), rules.Passed},
		{"behind one of more points", waiting(0, 1), rules.Failed},
		{"before one of fewer points", as(waiting(0, 1), func(s *sight) { s.Call.Ranking[1].Score = 70_00 }), rules.Passed},
		{"before one of fewer points whose appeal was upheld", as(waiting(0, 1), ahead), rules.Failed},
		{"behind one that does not wait", as(waiting(0), func(s *sight) { s.Call.Ranking[1].Score = 99_00 }), rules.Passed},
		{"behind one that the free money does not reach", as(waiting(0, 1), holding(905_00)), rules.Failed},
		{"the same, where the call fits in what follows", as(as(waiting(0, 1), holding(905_00)), skipping), rules.Passed},
		{"the same, where the money reaches it", as(as(waiting(0, 1), holding(900_00)), skipping), rules.Failed},
		{"not on the list", unchanged, rules.Failed},
	},
}

// TestReviewersAreHeldAgainstAllThatTheyDid: each ground alone bars, with the ground told, and
// whoever could review is named.
func TestReviewersAreHeldAgainstAllThatTheyDid(t *testing.T) {
	const decided, confirmed, votedFor = ident.ID("per_00000000000000000000000001"), ident.ID("per_00000000000000000000000002"), ident.ID("per_00000000000000000000000003")
	const checked = ident.ID("per_00000000000000000000000007")
	const theirs, assessed, stranger = ident.ID("per_00000000000000000000000004"), ident.ID("per_00000000000000000000000005"), ident.ID("per_00000000000000000000000006")
	paper := func() *paperStore {
		p := caseIn(appealKind, stateOf(appealKind, "admissible"), []string{"caseContested"}, "startReview")
		step := went(1, "board_agenda", "rejected_board", "")
		step.By, step.Second = decided, confirmed
		clocked := went(2, "rejected_board", "rejected_final", Applicant)
		earlier, submitted := went(0, "admin_check", "eligibility_check", ""), went(0, "draft", "submitted", "")
		earlier.Second, submitted.By, submitted.Role = checked, reviewer, Administrator
		p.facts.Steps, p.steps = nil, []StepFacts{submitted, earlier, step, clocked, appealed}
		p.parts = []PartFacts{{votedFor, VotedOnIt}}
		p.facts.Proposal.Evaluations[0].Evaluator = assessed
		p.evaluators = []Holder{{reviewer, AuditCommission}, {decided, Administrator}, {reviewer, Chair}}
		p.related.Persons = map[ident.ID]PersonFacts{reviewer: {}, checked: {}, decided: {}, confirmed: {}, votedFor: {}, assessed: {}, theirs: {Organisation: oneOrg}}
		return p
	}
	for _, tt := range []struct {
		named string
		want  []rules.Fact
	}{
		{string(reviewer), nil},
		{string(decided), []rules.Fact{{Name: string(decided), Value: "DECISION"}}},
		{string(confirmed), []rules.Fact{{Name: string(confirmed), Value: "DECISION"}}},
		{string(checked), []rules.Fact{{Name: string(checked), Value: "DECISION"}}},
		{string(votedFor), []rules.Fact{{Name: string(votedFor), Value: "VOTE"}}},
		{string(assessed), []rules.Fact{{Name: string(assessed), Value: "EVALUATION"}}},
		{string(theirs), []rules.Fact{{Name: string(theirs), Value: "APPLICANT"}}},
		{string(stranger), []rules.Fact{{Name: string(stranger), Value: "UNKNOWN"}}},
		{string(reviewer + "," + theirs), []rules.Fact{{Name: string(theirs), Value: "APPLICANT"}}},
	} {
		p := paper()
		_, err := fired(paperEngine(p), someone(Administrator), Fire{
			Subject: p.subject.ID, Event: "startReview", OnBehalfOf: AppealBody, Document: "doc_00000000000000000000000001",
			Given: []Given{{Name: "reviewers", Value: tt.named}},
		})
		if tt.want == nil {
			if err != nil || !slices.Equal(p.applied[0].Set["reviewers"].([]string), []string{tt.named}) {
				t.Errorf("%s: got %v and %+v, want them to review", tt.named, err, p.applied)
			}
			continue
		}
		var no *Error
		want := append(slices.Clone(tt.want), rules.Fact{Name: "could", Value: string(reviewer)})
		if !errors.As(err, &no) || len(no.Refusals) != 1 || no.Refusals[0].Rule != reviewing || !slices.Equal(no.Refusals[0].Facts, want) {
			t.Errorf("%s: got %v, want it refused with %v", tt.named, err, want)
		}
	}
}

// TestWhoeverDecidedDoesNotRuleOnTheAppeal: neither records nor confirms, and who could is
// named; another body's decision was not theirs.
func TestWhoeverDecidedDoesNotRuleOnTheAppeal(t *testing.T) {
	const other, second = ident.ID("per_CHAIR"), ident.ID("per_second")
	admin := someone(Administrator)
	for name, tt := range map[string]struct {
		by, confirmed ident.ID
		body          Role
		barred        []ident.ID
		could         []ident.ID
	}{
		"others decided":         {other, "per_x", "", nil, nil},
		"who records prepared":   {admin.Person, other, "", []ident.ID{admin.Person}, []ident.ID{"per_AUDIT_COMMISSION", "per_SECRETARY"}},
		"who records confirmed":  {other, admin.Person, "", []ident.ID{admin.Person}, []ident.ID{"per_AUDIT_COMMISSION", "per_SECRETARY"}},
		"who confirms confirmed": {other, second, "", []ident.ID{second}, []ident.ID{"per_ADMINISTRATOR", "per_AUDIT_COMMISSION", "per_SECRETARY"}},
		"another body decided":   {admin.Person, second, ImplementingBody, nil, nil},
	} {
		p := caseIn(appealKind, stateOf(appealKind, "under_review"), nil, "dismiss")
		p.facts.Matter.ID, p.facts.Matter.Subject = p.subject.ID, ours
		decided, later := went(1, "admin_check", "rejected_admin", tt.body), went(3, "admin_check", "eligibility_check", "")
		decided.By, decided.Second = tt.by, tt.confirmed
		later.By = admin.Person // it is not against what came after it was filed
		p.steps = []StepFacts{decided, filedAs(p.subject.ID), later}
		_, err := fired(paperEngine(p), admin, Fire{Subject: p.subject.ID, Event: "dismiss", OnBehalfOf: AppealBody, Document: "doc_00000000000000000000000001", Reason: "x"})
		if tt.barred == nil {
			if err != nil {
				t.Errorf("%s: got %v, want it ruled", name, err)
			}
			continue
		}
		var want []rules.Fact
		for _, id := range tt.barred {
			want = append(want, rules.Fact{Name: string(id), Value: string(DecidedIt)})
		}
		for _, id := range tt.could {
			want = append(want, rules.Fact{Name: "could", Value: string(id)})
		}
		var no *Error
		if !errors.As(err, &no) || len(no.Refusals) != 1 || no.Refusals[0].Rule != ruling || !slices.Equal(no.Refusals[0].Facts, want) {
			t.Errorf("%s: got %v, want it refused with %v", name, err, want)
		}
	}
}

// TestWhatReviewersDidMayBeUnreadable: a fault of the store is told as it is.
func TestWhatReviewersDidMayBeUnreadable(t *testing.T) {
	broken := errors.New("broken")
	for name, fault := range map[string]func(*paperStore){
		"steps": func(p *paperStore) { p.forgotten = broken }, "parts": func(p *paperStore) { p.untold = broken }, "relations": func(p *paperStore) { p.unrelated = broken },
	} {
		p := caseIn(appealKind, stateOf(appealKind, "admissible"), nil, "startReview")
		fault(p)
		_, err := fired(paperEngine(p), someone(Administrator), Fire{
			Subject: p.subject.ID, Event: "startReview", OnBehalfOf: AppealBody, Document: "doc_00000000000000000000000001",
			Given: []Given{{Name: "reviewers", Value: string(reviewer)}},
		})
		if !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want the fault", name, err)
		}
	}
}

func TestReviewersArePersonsAndNamedOnce(t *testing.T) {
	for _, list := range []string{"per_1", string(reviewer + "," + reviewer), string(oneOrg), string(reviewer) + ", " + string(reviewer)} {
		p := caseIn(appealKind, stateOf(appealKind, "admissible"), nil, "startReview")
		_, err := fired(paperEngine(p), someone(Administrator), Fire{
			Subject: p.subject.ID, Event: "startReview", OnBehalfOf: AppealBody, Document: "doc_00000000000000000000000001", Given: []Given{{Name: "reviewers", Value: list}},
		})
		if !onlyCode(err, MalformedInput) || !strings.Contains(err.Error(), "reviewers") {
			t.Errorf("%q: got %v, want it refused as no list of persons", list, err)
		}
	}
}

// TestAnAppealIsAgainstTheLastDecisionOfPeople, and not the clock's, nor what became of an
// earlier appeal.
func TestAnAppealIsAgainstTheLastDecisionOfPeople(t *testing.T) {
	ranOut := went(5, "rejected_board", "rejected_final", Applicant)
	ranOut.OnBehalfOf = ""
	all := []StepFacts{wasRefused, appealed, sentBack, went(4, "board_agenda", "rejected_board", ""), ranOut}
	for before, want := range map[int64]int64{10: 4, 4: 1, 2: 1} {
		if got, ok := AppealedStep(all, before); !ok || got.N != want {
			t.Errorf("before %d: got the step %d and %t, want %d", before, got.N, ok, want)
		}
	}
	if got, ok := AppealedStep(all, 1); ok {
		t.Errorf("before the first: got %+v, want none", got)
	}
}

func TestOnlyWhatBodiesRuleIsARuling(t *testing.T) {
	for name, tt := range map[string]struct {
		steps []StepFacts
		want  int64
	}{
		"upheld":               {[]StepFacts{wasRefused, appealed, sentBack}, 3},
		"dismissed":            {[]StepFacts{wasRefused, appealed, went(3, "under_appeal", "rejected_final", AppealBody)}, 0},
		"annulled":             {[]StepFacts{wasRefused, appealed, went(3, "under_appeal", "call_annulled", AppealBody)}, 0},
		"no body":              {[]StepFacts{wasRefused, appealed, went(3, "under_appeal", "board_agenda", Applicant)}, 0},
		"under review":         {[]StepFacts{wasRefused, appealed}, 0},
		"to court and back":    {[]StepFacts{went(1, "rejected_final", "in_court", Court), went(2, "in_court", "eligibility_check", Court)}, 2},
		"the last of two":      {[]StepFacts{wasRefused, appealed, sentBack, went(4, "board_agenda", "rejected_board", ""), went(5, "rejected_board", "under_appeal", Applicant), went(6, "under_appeal", "quality_evaluation", AppealBody)}, 6},
		"a place that is kept": {[]StepFacts{went(1, "listed_reserve", "reserve_appealed", Applicant), went(2, "reserve_appealed", "listed_reserve", AppealBody)}, 0},
	} {
		if got, ok := Ruling(tt.steps); got.N != tt.want || ok != (tt.want > 0) {
			t.Errorf("%s: got %d and %t, want %d", name, got.N, ok, tt.want)
		}
	}
}
