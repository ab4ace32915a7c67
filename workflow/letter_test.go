package workflow

import (
	"errors"
	"slices"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// decided is a step of people from one state to another, with what its guards recorded.
func decided(n int64, from, to StateName, event EventName, guards ...GuardRecord) StepFacts {
	x := went(n, from, to, "")
	x.Event, x.On, x.Guards = event, noon.Day(), guards
	return x
}

func recordedAs(guard string, facts ...FactRecord) GuardRecord {
	return GuardRecord{Guard: guard, Verdict: rules.Passed, Facts: facts}
}

// lettered is a case in the state, with these steps behind it.
func lettered(state StateName, steps ...StepFacts) *paperStore {
	p := caseIn("proposal", stateOf("proposal", state), nil, "")
	p.steps = steps
	p.letter = LetterFacts{
		Office: "VVG", Addressee: "VšĮ", Call: "K-1", Condition: "nuoma", FailedItem: "A-3", ReserveUntil: "2020-01-31", Reason: "pagrindas",
		Meeting: "12", HeldOn: "2019-01-02", Votes: &Tally{For: 5}, Reasons: "nutarta", Titles: map[string]string{"K1": "Nauda"}, Remarks: map[string][]string{"K1": {"gerai"}},
	}
	return p
}

func (p *paperStore) tells(t *testing.T) DecisionLetter {
	t.Helper()
	l, err := paperEngine(p).DecisionLetter(t.Context(), ours)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALetterIsAboutTheLastDecisionInForce(t *testing.T) {
	rejected := decided(4, "board_agenda", "rejected_board", "decideReject")
	funded := decided(4, "board_agenda", "listed_funding", "decideFund")
	of := func(x StepFacts, change func(*StepFacts)) StepFacts { change(&x); return x }
	for name, tt := range map[string]struct {
		steps []StepFacts
		want  int64 // the entry, 0 for nothing to tell
	}{
		"nothing":                        {nil, 0},
		"on its way":                     {[]StepFacts{decided(1, "registered", "admin_check", "startAdminCheck")}, 0},
		"rejected":                       {[]StepFacts{rejected}, 4},
		"funded":                         {[]StepFacts{funded}, 4},
		"by the clock":                   {[]StepFacts{of(rejected, func(x *StepFacts) { x.By = "" })}, 0},
		"by its applicant":               {[]StepFacts{of(funded, func(x *StepFacts) { x.Role = Applicant })}, 0},
		"for its applicant":              {[]StepFacts{of(funded, func(x *StepFacts) { x.OnBehalfOf = Applicant })}, 0},
		"the office for a body":          {[]StepFacts{of(rejected, func(x *StepFacts) { x.OnBehalfOf = ImplementingBody })}, 4},
		"appealed":                       {[]StepFacts{rejected, went(5, "rejected_board", "under_appeal", Applicant)}, 4},
		"final since":                    {[]StepFacts{rejected, went(5, "rejected_board", "rejected_final", Applicant)}, 4},
		"reopened":                       {[]StepFacts{rejected, went(5, "rejected_board", "under_appeal", Applicant), went(6, "under_appeal", "board_agenda", AppealBody)}, 0},
		"accepted":                       {[]StepFacts{decided(4, "board_agenda", "award_offered", "decideAward"), of(decided(5, "award_offered", "listed_funding", "acceptAward"), func(x *StepFacts) { x.Role = Applicant })}, 4},
		"applied for":                    {[]StepFacts{funded, of(decided(5, "listed_funding", "application_submitted", "apply"), func(x *StepFacts) { x.Role = Applicant })}, 4},
		"revoked":                        {[]StepFacts{funded, decided(5, "listed_funding", "board_agenda", "revokeDecision")}, 0},
		"back on the reserve, by a body": {[]StepFacts{decided(3, "board_agenda", "listed_reserve", "decideReserve"), went(4, "listed_reserve", "reserve_appealed", Applicant), of(went(5, "reserve_appealed", "listed_reserve", AppealBody), func(x *StepFacts) { x.By = "per_x" })}, 3},
	} {
		got, stands, ok := toldStep(tt.steps)
		if got.N != tt.want || ok != (tt.want > 0) || stands != ok {
			t.Errorf("%s: got %d and %t, want %d", name, got.N, ok, tt.want)
		}
	}
}

// TestALetterIsNotSentOfWhatIsGone, and one that went out stays readable.
func TestALetterIsNotSentOfWhatIsGone(t *testing.T) {
	funded, rejected := decided(4, "board_agenda", "listed_funding", "decideFund"), decided(4, "board_agenda", "rejected_board", "decideReject")
	reserve := decided(4, "board_agenda", "listed_reserve", "decideReserve")
	ended := func(from, to StateName) StepFacts { return went(5, from, to, Applicant) }
	for name, tt := range map[string]struct {
		steps  []StepFacts
		stands bool
	}{
		"lapsed":                   {[]StepFacts{funded, ended("listed_funding", "lapsed")}, false},
		"withdrawn":                {[]StepFacts{funded, ended("listed_funding", "withdrawn")}, false},
		"the call annulled":        {[]StepFacts{funded, ended("listed_funding", "call_annulled")}, false},
		"annulled under appeal":    {[]StepFacts{rejected, ended("rejected_board", "under_appeal"), ended("under_appeal", "call_annulled")}, false},
		"the applicant is no more": {[]StepFacts{funded, ended("listed_funding", "ceased")}, false},
		"the list has expired":     {[]StepFacts{reserve, ended("listed_reserve", "reserve_expired")}, false},
		"no contract signed":       {[]StepFacts{funded, ended("listed_funding", "contract_offered"), ended("contract_offered", "contract_refused")}, false},
		"reinstated":               {[]StepFacts{funded, ended("listed_funding", "lapsed"), decided(6, "lapsed", "listed_funding", "reinstate")}, true},
		"final by the clock":       {[]StepFacts{rejected, ended("rejected_board", "rejected_final")}, true},
		"final after an appeal":    {[]StepFacts{rejected, ended("rejected_board", "under_appeal"), ended("under_appeal", "rejected_final")}, true},
		"final after a court":      {[]StepFacts{rejected, ended("rejected_final", "in_court"), ended("in_court", "rejected_final")}, true},
	} {
		p := lettered(tt.steps[len(tt.steps)-1].To.Name, tt.steps...)
		engine := paperEngine(p)
		a := SendDecisionLetter{ID: "cor_00000000000000000000000001", Document: "doc_00000000000000000000000001", LAG: oneLAG, Proposal: ours, Number: "S-1", Channel: "POST"}
		_, err := engine.DecisionLetter(t.Context(), ours)
		_, sending := engine.Do(t.Context(), someone(Secretary), a.Record())
		if tt.stands != (err == nil) || tt.stands != (sending == nil) || !tt.stands && (!Refused(err, NotAllowedHere) || !onlyCode(sending, NotAllowedHere)) {
			t.Errorf("%s: got %v and %v, want it to stand = %t", name, err, sending, tt.stands)
		}
		p.letter.Sent = []SentLetter{{N: tt.steps[len(tt.steps)-1].N + 1, Number: "S-0", DatedOn: noon.Day()}}
		if l := p.tells(t); l.Number != "S-0" || l.Over == tt.stands {
			t.Errorf("%s: got No. %q, over = %t, want what was sent", name, l.Number, l.Over)
		}
		if _, err := engine.Do(t.Context(), someone(Secretary), a.Record()); tt.stands != (err == nil) {
			t.Errorf("%s: sent again: got %v, want it to stand = %t", name, err, tt.stands)
		}
	}
}

// TestALetterSaysWhatWasDecided and nothing that was not.
func TestALetterSaysWhatWasDecided(t *testing.T) {
	p := lettered("rejected_board", decided(3, "scored", "proposed_reject", "belowThreshold", recordedAs("not R-15", FactRecord{"score", "50.00"}, FactRecord{"threshold", "60.00"})),
		decided(4, "board_agenda", "rejected_board", "decideReject"))
	award := rules.Money(80_00)
	p.facts.Proposal.GrantAwarded = &award
	l := p.tells(t)
	if d := l.Decision; d.Awarded != 0 || d.Condition != "" || d.Until != "" || d.Requested != 90_00 || d.Act.EN != "Reject" || d.Outcome.EN != "Rejected by the board; you may appeal" || d.Reason != "pagrindas" || d.Votes.For != 5 {
		t.Errorf("got %+v, want the rejection, with no award", d)
	}
	if len(l.Rules) != 1 || l.Rules[0].Rule != "R-15" || l.Rules[0].Message.EN != "Score 50.00 is below the threshold 60.00." {
		t.Errorf("got %+v, want R-15 as it was recorded", l.Rules)
	}
	if l.Appeal == nil || *l.Appeal != (LetterTerm{14, CalendarDays, true}) || l.Court == nil || *l.Court != (LetterTerm{30, CalendarDays, true}) {
		t.Errorf("got %+v and %+v, want the terms of the definitions", l.Appeal, l.Court)
	}
	if got := l.Criteria; len(got) != 2 || got[0].Code != "K1" || got[0].Title != "Nauda" || got[0].Points != 50_00 || !got[0].Met || !slices.Equal(got[0].Reasons, []string{"gerai"}) || got[1].Reasons != nil {
		t.Errorf("got %+v, want both criteria", got)
	}
	if *l.Score != (LetterScore{Total: 80_00, Threshold: 60_00, Evaluators: 2, Aggregation: rules.Mean}) {
		t.Errorf("got %+v, want the score without a rank", *l.Score)
	}

	p = lettered("listed_reserve", decided(4, "board_agenda", "listed_reserve", "decideReserve", recordedAs("not R-18", FactRecord{"remaining", "1.00"}, FactRecord{"grant", "90.00"}, FactRecord{"rank", "3"})))
	p.facts.Proposal.GrantAwarded = &award
	l = p.tells(t)
	if l.Decision.Awarded != award || !l.Decision.Proposed || l.Decision.Condition != "nuoma" || l.Decision.Until != "2020-01-31" || l.Score.Rank != 3 || len(l.Rules) != 1 || l.Rules[0].Rule != "R-18" || l.Appeal == nil {
		t.Errorf("got %+v with %+v, want the place on the reserve list", l.Decision, l.Rules)
	}

	p = lettered("listed_funding", decided(4, "board_agenda", "listed_funding", "decideFund", recordedAs("R-18", FactRecord{"rank", "2"})))
	l = p.tells(t)
	if l.Decision.Awarded != 0 || l.Decision.Until != "" || l.Score.Rank != 2 || len(l.Rules) > 0 || l.Appeal != nil || l.Court != nil {
		t.Errorf("got %+v with %+v, want no amount that nobody awarded, and no appeal", l.Decision, l.Rules)
	}
}

// TestALetterNamesWhatFailed: items, rules that were named, and lateness.
func TestALetterNamesWhatFailed(t *testing.T) {
	rules := func(l DecisionLetter) (out []string) {
		for _, r := range l.Rules {
			out = append(out, r.Rule)
			if r.Message.LT == "" || r.Message.EN == "" {
				out = append(out, "silent")
			}
		}
		return out
	}
	below := decided(2, "scored", "proposed_reject", "belowThreshold", recordedAs("not R-15", FactRecord{"score", "50.00"}, FactRecord{"threshold", "60.00"}))
	unscored := func(p *paperStore) *paperStore { p.facts.Proposal.FinalScore = nil; return p }
	for name, tt := range map[string]struct {
		p    *paperStore
		want []string
	}{
		"an item":                      {unscored(lettered("rejected_admin", decided(4, "admin_check", "rejected_admin", "failAdmin"))), []string{"checklist"}},
		"items that were answered":     {notMet(unscored(lettered("rejected_admin", decided(4, "admin_check", "rejected_admin", "failAdmin")))), []string{"checklist", "checklist"}},
		"answered, and rejected since": {notMet(unscored(lettered("rejected_ineligible", decided(4, "contract_offered", "rejected_ineligible", "eligibilityLost")))), nil},
		"named, one stated":            {unscored(lettered("rejected_ineligible", decided(4, "eligibility_check", "rejected_ineligible", "failEligibility", recordedAs("namedRulesFail", FactRecord{"named", "R-03,R-12"})))), []string{"R-03", "R-12"}},
		"late":                         {unscored(lettered("rejected_late", decided(4, "draft", "rejected_late", "rejectLate", recordedAs("late")))), []string{"checklist"}},
		"an item, overturned since":    {unscored(lettered("rejected_ineligible", decided(4, "contract_offered", "rejected_ineligible", "eligibilityLost"))), nil},
		"a threshold":                  {lettered("rejected_board", below, decided(4, "board_agenda", "rejected_board", "decideReject")), []string{"R-15"}},
		"a threshold reached since":    {lettered("rejected_board", below, decided(3, "proposed_reject", "board_agenda", "putToBoard", recordedAs("R-15")), decided(4, "board_agenda", "rejected_board", "decideReject")), nil},
		"scores opened anew since":     {lettered("rejected_board", below, decided(3, "board_agenda", "quality_evaluation", "returnToEvaluation"), decided(4, "board_agenda", "rejected_board", "decideReject")), nil},
		"an item, of an old round":     {lettered("rejected_board", decided(4, "board_agenda", "rejected_board", "decideReject")), nil},
		"an item, and an award":        {unscored(lettered("listed_funding", decided(4, "board_agenda", "listed_funding", "decideFund"))), nil},
		"a threshold recorded later":   {lettered("rejected_board", decided(4, "board_agenda", "rejected_board", "decideReject"), StepFacts{N: 5, From: stateOf("proposal", "rejected_board"), To: stateOf("proposal", "rejected_final"), Guards: []GuardRecord{recordedAs("not R-15")}}), nil},
	} {
		if name == "late" {
			tt.p.letter.FailedItem, tt.want = "", []string{"R-01"}
		}
		l := tt.p.tells(t)
		if got := rules(l); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
		if (l.Score == nil) != (tt.p.facts.Proposal.FinalScore == nil) {
			t.Errorf("%s: got the score %+v, want it where there is one", name, l.Score)
		}
	}
}

func TestWhatWasSentIsHeldAgainstWhatWouldBe(t *testing.T) {
	p := lettered("rejected_board", decided(4, "board_agenda", "rejected_board", "decideReject"))
	if same, err := p.tells(t).Unchanged(); err != nil || same {
		t.Errorf("not sent: got %t and %v, want nothing to hold it against", same, err)
	}
	l := p.tells(t)
	l.Number, l.Dated = "S-1", "2019-01-05"
	hash, err := l.Hash()
	if err != nil || len(hash) != 64 {
		t.Fatalf("got %q and %v, want a hash", hash, err)
	}
	p.letter.Sent = []SentLetter{{N: 3, Number: "S-0", DatedOn: "2019-01-01"}, {N: 5, Number: "S-1", DatedOn: "2019-01-05", Hash: hash}}
	l = p.tells(t)
	if same, err := l.Unchanged(); err != nil || !same || l.Number != "S-1" || l.Dated != "2019-01-05" {
		t.Errorf("got %t and %v of %s, want it as it was sent", same, err, l.Number)
	}
	p.letter.Reasons = "kitaip"
	if same, err := p.tells(t).Unchanged(); err != nil || same {
		t.Errorf("changed: got %t and %v, want it told", same, err)
	}
	p.letter.Sent = p.letter.Sent[:1]
	if l := p.tells(t); l.Sent != nil || l.Number != "" {
		t.Errorf("got %+v, want what told of an earlier decision left out", l.Sent)
	}
}

func TestLettersAreSentOnceAndNotBeforeTheDecision(t *testing.T) {
	send := func(p *paperStore, change func(*SendDecisionLetter)) error {
		a := SendDecisionLetter{ID: "cor_00000000000000000000000001", Document: "doc_00000000000000000000000001", LAG: oneLAG, Proposal: ours, Number: "S-1", Channel: "POST"}
		change(&a)
		_, err := paperEngine(p).Do(t.Context(), someone(Secretary), a.Record())
		return err
	}
	told := func() *paperStore {
		return lettered("rejected_board", decided(4, "board_agenda", "rejected_board", "decideReject"))
	}
	today := noon.Day()
	p := told()
	if err := send(p, func(*SendDecisionLetter) {}); err != nil {
		t.Fatal(err)
	}
	doc, letter := p.applied[0].Set, p.applied[1].Set
	want := p.tells(t)
	want.Number = "S-1"
	hash, err := want.Hash()
	if err != nil || doc["kind"] != letterKind || doc["hash"] != hash || doc["title"] != "Dėl pasiūlymo „Projektas“" || doc["datedOn"] != today || letter["datedOn"] != today || letter["documentId"] != ident.ID("doc_00000000000000000000000001") && letter["documentId"] != "doc_00000000000000000000000001" || p.entries[0].Kind != "letter.send" {
		t.Errorf("got %v and %v, want the letter of today under its hash", doc, letter)
	}
	dated := func(d clock.Date) func(*SendDecisionLetter) {
		return func(a *SendDecisionLetter) { a.DatedOn = d }
	}
	delivered := func(at clock.Instant) func(*SendDecisionLetter) {
		return func(a *SendDecisionLetter) { a.DeliveredAt = at }
	}
	as := func(number string, d clock.Date) *paperStore {
		p := told()
		l := p.tells(t)
		l.Number, l.Dated = number, d
		hash, _ := l.Hash()
		p.letter.Sent = []SentLetter{{N: 9, Number: number, DatedOn: d, Hash: hash}}
		return p
	}
	changed := as("S-0", today)
	changed.letter.Reasons = "kitaip"
	for name, tt := range map[string]struct {
		p      *paperStore
		change func(*SendDecisionLetter)
		want   Code
	}{
		"of the day of the decision":     {told(), dated(today), ""},
		"before the decision":            {told(), dated(today.AddDays(-1)), DateRefused},
		"delivered as it is written":     {told(), delivered(today.Start()), ""},
		"delivered before it is written": {told(), delivered(today.Start() - 1), DateRefused},
		"sent already":                   {as("S-0", today), dated(today), Conflict},
		"sent and changed":               {changed, dated(today), ""},
		"nothing decided":                {lettered("board_agenda"), dated(today), NotAllowedHere},
		"without a number":               {told(), func(a *SendDecisionLetter) { a.Number = " " }, MalformedInput},
	} {
		err := send(tt.p, tt.change)
		if (tt.want == "") != (err == nil) || err != nil && !onlyCode(err, tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// TestALetterThatCannotBeReadIsAFault, and not one with nothing to tell.
func TestALetterThatCannotBeReadIsAFault(t *testing.T) {
	broken := errors.New("broken")
	for name, fault := range map[string]func(*paperStore){
		"steps": func(p *paperStore) { p.forgotten = broken }, "facts": func(p *paperStore) { p.unwritten = broken },
	} {
		p := lettered("rejected_board", decided(4, "board_agenda", "rejected_board", "decideReject"))
		fault(p)
		if _, err := paperEngine(p).DecisionLetter(t.Context(), ours); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want the fault", name, err)
		}
	}
	p := caseIn("contract", stateOf("contract", "active"), nil, "")
	if _, err := paperEngine(p).DecisionLetter(t.Context(), p.subject.ID); !Refused(err, WrongIDType) {
		t.Errorf("of a contract: got %v, want %s", err, WrongIDType)
	}
	if _, err := paperEngine(p).DecisionLetter(t.Context(), theirs); !Refused(err, NotFound) {
		t.Errorf("of nothing: got %v, want %s", err, NotFound)
	}
}

func TestRanksAreWholeNumbers(t *testing.T) {
	for s, want := range map[string]int{"": 0, "7": 7, "12": 12, "1.5": 0, "x": 0, "-3": 0, "99999999999": 0} {
		if got := ordinal(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}
