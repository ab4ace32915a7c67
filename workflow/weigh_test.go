package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// filedStore is a case with papers, a last act and idempotency keys, or with a
// store that cannot say.
type filedStore struct {
	*paperStore
	known   []ident.ID // documents
	last    clock.Date
	claimed map[string]Claim
	err     error
}

func (f *filedStore) InTx(_ context.Context, do func(Tx) error) error { return do(f) }
func (f *filedStore) View(_ context.Context, do func(Tx) error) error { return do(f) }

func (f *filedStore) Documents(_ ident.ID, ids []ident.ID) (map[ident.ID]ident.ID, error) {
	return f.papers(slices.DeleteFunc(slices.Clone(ids), func(id ident.ID) bool { return !slices.Contains(f.known, id) })), f.err
}

func (f *filedStore) LastAct(ident.ID) (clock.Date, clock.Instant, error) { return f.last, 0, f.err }

func (f *filedStore) Claim(_ ident.ID, key, inputHash string) (Claim, bool, error) {
	prior, taken := f.claimed[key]
	if !taken {
		f.claimed[key] = Claim{InputHash: inputHash}
	}
	return prior, !taken, nil
}

func (f *filedStore) Settle(_ ident.ID, key string, c Claim) error {
	f.claimed[key] = c
	return nil
}

// underEligibility is a proposal whose eligibility somebody confirms, with the
// act that does so.
func underEligibility() (*filedStore, *Engine, Fire) {
	m := shippedMachines().Latest("proposal")
	state, _ := m.State("eligibility_check")
	x, _ := m.Lookup("eligibility_check", "passEligibility")
	store := &filedStore{
		paperStore: caseIn("proposal", state, nil, "passEligibility"), known: []ident.ID{"doc_00000000000000000000000001"}, claimed: map[string]Claim{},
	}
	e := paperEngine(store.paperStore)
	e.Store = store
	return store, e, careful(ours, x.Transition, "passEligibility", "")
}

func TestEffectiveDayLiesBetweenTheLastActAndToday(t *testing.T) {
	const first, last, today = clock.Date("2019-02-28"), clock.Date("2019-03-01"), clock.Date("2019-03-04")
	for _, tt := range []struct {
		on, last clock.Date
		want     []string
	}{
		{"", last, nil},
		{today, last, nil},
		{"2019-03-05", last, []string{"DATE_REFUSED"}},
		{last, last, nil},
		{first, last, []string{"DATE_REFUSED"}},
		{first, "", nil},
		{"2019-03", "", []string{"DATE_REFUSED"}},
		{"2019", "", []string{"DATE_REFUSED"}},
	} {
		store, e, f := underEligibility()
		store.last, f.EffectiveOn = tt.last, tt.on
		if _, err := e.Do(t.Context(), someone(Administrator), f); !slices.Equal(refusals(err), tt.want) {
			t.Errorf("on %q after an act on %q: got %v, want %v", tt.on, tt.last, refusals(err), tt.want)
		}
	}
}

func TestPapersAreOnRecord(t *testing.T) {
	for field, spoil := range map[string]func(*Fire){
		"documentId": func(f *Fire) { f.Document = "doc_00000000000000000000000009" },
		"facts.R-10": func(f *Fire) {
			at := slices.IndexFunc(f.Given, func(g Given) bool { return g.Name == "R-10" })
			f.Given[at].Document = "doc_00000000000000000000000009"
		},
	} {
		_, e, f := underEligibility()
		spoil(&f)
		_, err := e.Do(t.Context(), someone(Administrator), f)
		var refused *Error
		if !onlyCode(err, DocumentRequired) || !errors.As(err, &refused) || refused.Refusals[0].Field != field {
			t.Errorf("a document that is not on record as %s: got %v, want %s there", field, err, DocumentRequired)
		}
	}
}

func TestExplanationImaginesThePapers(t *testing.T) {
	store, e, _ := underEligibility()
	store.known = nil
	answers, err := e.Explain(t.Context(), someone(Administrator), ours)
	at := slices.IndexFunc(answers, func(x Explanation) bool { return x.Event == "passEligibility" })
	if err != nil || at < 0 || !answers[at].Allowed {
		t.Errorf("got %+v and %v, want passEligibility open", answers, err)
	}
}

func TestAStoreThatCannotSayStopsTheAct(t *testing.T) {
	unwell := errors.New("the store is unwell")
	for what, spoil := range map[string]func(*Fire){
		"documents": func(*Fire) {},
		"last act": func(f *Fire) {
			f.Document, f.EffectiveOn = "", "2019-03-04"
			for i := range f.Given {
				f.Given[i].Document = ""
			}
		},
	} {
		store, e, f := underEligibility()
		store.err = unwell
		spoil(&f)
		if _, err := e.Do(t.Context(), someone(Administrator), f); !errors.Is(err, unwell) {
			t.Errorf("%s: got %v, want %v", what, err, unwell)
		}
	}
}

func TestOneKeyIsForOneAct(t *testing.T) {
	store, e, f := underEligibility()
	f.IdempotencyKey = "one"
	send := func() (Done, error) { return e.Do(t.Context(), someone(Administrator), f) }
	if done, err := send(); err != nil || done.Repeated {
		t.Fatalf("first: got %+v and %v, want it to fire", done, err)
	}
	written := len(store.applied)
	if done, err := send(); err != nil || !done.Repeated || len(store.applied) != written {
		t.Errorf("again: got %+v and %v, want the first answer and nothing written", done, err)
	}
	f.Reason = "another"
	if _, err := send(); !onlyCode(err, IdempotencyMismatch) {
		t.Errorf("another act: got %v, want %s", err, IdempotencyMismatch)
	}
}

// TestOwnDecisionIsCarriedOutByAnother: whoever recorded what the board decided
// would otherwise act for the board alone.
func TestOwnDecisionIsCarriedOutByAnother(t *testing.T) {
	asked := 0
	everyStep(t, func(t *testing.T, at string, p *paperStore, e *Engine, by By, x line, event EventName) {
		if !x.Requires.Decision || in(by).System() {
			return
		}
		asked++
		p.facts.Decisions[0].RecordedBy = in(by).Person
		_, err := e.Do(t.Context(), in(by), careful(p.subject.ID, x.Transition, event, by.OnBehalfOf))
		if !onlyCode(err, SecondPersonRequired) {
			t.Errorf("%s: got %v, want %s", at, err, SecondPersonRequired)
		}
	})
	if asked == 0 {
		t.Error("no step needs a decision")
	}
}

// TestRefusedRoleIsToldWhoMay, and what to do: nothing where only the system
// fires, and onBehalfOf where another body's act can be recorded.
func TestRefusedRoleIsToldWhoMay(t *testing.T) {
	for _, tt := range []struct {
		by           []By
		fact, field  string
		system, body bool
	}{
		{[]By{{Role: Administrator}, {Role: Secretary, OnBehalfOf: Ministry}}, "ADMINISTRATOR, SECRETARY on behalf of MINISTRY", "onBehalfOf", false, true},
		{[]By{{Role: Secretary, OnBehalfOf: Ministry}, {Role: Administrator}}, "SECRETARY on behalf of MINISTRY, ADMINISTRATOR", "onBehalfOf", false, true},
		{[]By{{Role: Administrator}, {Role: Chair}}, "ADMINISTRATOR, CHAIR", "onBehalfOf", false, false},
		{[]By{{Role: Clock}}, "CLOCK", "event", true, false},
		{[]By{{Role: Join}}, "JOIN", "event", true, false},
		{[]By{{Role: Clock}, {Role: Join}}, "CLOCK, JOIN", "event", true, false},
		{[]By{{Role: Administrator}, {Role: Clock}}, "ADMINISTRATOR, CLOCK", "onBehalfOf", false, false},
		{[]By{{Role: Clock}, {Role: Administrator}}, "CLOCK, ADMINISTRATOR", "onBehalfOf", false, false},
	} {
		_, no := capacity(someone(Applicant), Subject{LAG: oneLAG}, &Transition{By: tt.by}, "")
		want := []rules.Fact{{Name: "by", Value: tt.fact}}
		if len(no) == 1 && strings.Contains(no[0].Message.LT, "on behalf of") {
			t.Errorf("%v: got %q in Lithuanian", tt.by, no[0].Message.LT)
		}
		if len(no) != 1 || !slices.Equal(no[0].Facts, want) || no[0].Field != tt.field {
			t.Errorf("%v: got %+v, want the facts %v about %s", tt.by, no, want, tt.field)
			continue
		}
		m := no[0].Message
		if got := strings.Contains(m.EN, "The system itself") && strings.Contains(m.LT, "pati sistema"); got != tt.system {
			t.Errorf("%v: got %q, want it to speak of the system: %t", tt.by, m, tt.system)
		}
		if got := strings.Contains(m.EN, "name it in onBehalfOf") && strings.Contains(m.LT, "nurodykite onBehalfOf"); got != tt.body {
			t.Errorf("%v: got %q, want it to speak of another body's act: %t", tt.by, m, tt.body)
		}
	}
}

// TestFactsThatNothingAsksForAreNamed, but for those that a join was handed on
// by its cause.
func TestFactsThatNothingAsksForAreNamed(t *testing.T) {
	m := shippedMachines().Latest("proposal")
	eligible, _ := m.Lookup("eligibility_check", "passEligibility")
	listed, _ := m.Lookup("board_agenda", "decideFund")
	engine := &Engine{Machines: shippedMachines()}
	names := func(s *step, given string, x *Transition) []string {
		s.Engine = engine
		var out []string
		for _, r := range s.unknown(Fire{Given: []Given{{Name: given}}}, m, x) {
			out = append(out, string(r.Code)+" "+r.Field)
		}
		return out
	}
	for _, tt := range []struct {
		why   string
		step  step
		given string
		of    *Transition
		want  []string
	}{
		{"a statement that is asked for", step{}, "R-12", eligible.Transition, nil},
		{"a rule that may be overruled", step{}, "R-06", eligible.Transition, nil},
		{"a rule that may not, which refuses by itself", step{}, "R-18", listed.Transition, nil},
		{"a datum", step{}, "grantAwarded", listed.Transition, nil},
		{"a slip", step{}, "grantAward", listed.Transition, []string{"MALFORMED_INPUT facts.grantAward"}},
		{"another event's datum", step{}, "grantAwarded", eligible.Transition, []string{"MALFORMED_INPUT facts.grantAwarded"}},
		{"what a cause was given", step{cause: "prp_1/0000000001"}, "grantAward", listed.Transition, nil},
		{"what a join would be given", step{joining: true}, "grantAward", listed.Transition, nil},
	} {
		if got := names(&tt.step, tt.given, tt.of); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.why, got, tt.want)
		}
	}
	s := &step{Engine: engine}
	if got, want := s.takes(m, listed.Transition), []string{
		"grantAwarded",
	}; !slices.Equal(got, want) {
		t.Errorf("decideFund takes %v, want %v", got, want)
	}
	overrulable := s.takes(m, eligible.Transition)
	if !slices.Contains(overrulable, "R-06") || !slices.Contains(overrulable, "R-12") || slices.Contains(overrulable, "R-05") != mayOverrule("R-05") {
		t.Errorf("passEligibility takes %v, want the statements and the rules that may be overruled", overrulable)
	}
	signed, _ := shippedMachines().Latest("contract").Lookup("offered", "sign")
	if got := s.takes(shippedMachines().Latest("contract"), signed.Transition); !slices.Contains(got, "conditionsMet") || slices.Contains(got, "grantIsAward") {
		t.Errorf("sign takes %v, want its statements and not the guard that is computed", got)
	}
}

func mayOverrule(rule string) bool {
	r, known := rules.ByID(rule)
	return known && r.Overrulable
}

func TestTextsOfAnActAreBounded(t *testing.T) {
	long := strings.Repeat("ž", maxText+1)
	for _, tt := range []struct {
		f    Fire
		want string
	}{
		{Fire{Reason: long[:len(long)-len("ž")]}, ""},
		{Fire{Reason: long}, "reason"},
		{Fire{Reason: "a\x00b"}, "reason"},
		{Fire{Given: []Given{{Name: "R-12", Value: "true", Reason: long}}}, "facts.R-12"},
		{Fire{Given: []Given{{Name: "regNo", Value: long}}}, "facts.regNo"},
	} {
		got := ""
		for _, r := range tooLong(tt.f) {
			got += r.Field
		}
		if got != tt.want {
			t.Errorf("got %q refused, want %q", got, tt.want)
		}
	}
}

func TestRuleThatWarnsRefusesNothing(t *testing.T) {
	for kind, want := range map[string]int{"K1": 0, "K9": 1} {
		store, e, f := underEligibility()
		store.facts.Proposal.ActivityKinds = []string{kind}
		done, err := e.Do(t.Context(), someone(Administrator), f)
		if err != nil || len(done.Warnings) != want || want > 0 && done.Warnings[0].Rule != "R-05" {
			t.Errorf("activity %s: got warnings %+v and %v, want %d of R-05", kind, done.Warnings, err, want)
		}
	}
}

func TestStatementKeepsTheReasonThatItHas(t *testing.T) {
	own := Attestation{Applicant: true}
	for reason, want := range map[string]any{"": nil, "why": Confidential("why")} {
		rec, no := attest("completeness", own, &Given{Value: "true", Reason: reason}, By{Role: Applicant}, false)
		if len(no) > 0 || rec.Verdict != rules.Attested || rec.Reason != want {
			t.Errorf("reason %q: got %+v and %v, want it attested with %v", reason, rec, no, want)
		}
	}
}

// TestApplicantStatesOfTheirOwnPapersAlone: whatever else an applicant states
// needs paper, reason and somebody of the staff who confirms it.
func TestApplicantStatesOfTheirOwnPapersAlone(t *testing.T) {
	bare, full := Given{Value: "true"}, Given{Value: "true", Document: "doc", Reason: "why"}
	for _, tt := range []struct {
		what      string
		own       bool
		given     Given
		role      Role
		confirmed bool
		want      bool
	}{
		{"their own papers", true, bare, Applicant, false, true},
		{"the office's", false, bare, Applicant, false, false},
		{"the office's with paper", false, full, Applicant, false, false},
		{"the office's, bare, confirmed", false, bare, Applicant, true, false},
		{"the office's with paper, confirmed", false, full, Applicant, true, true},
		{"the office without reason", false, Given{Value: "true", Document: "doc", Reason: " "}, Administrator, false, false},
		{"the office without paper", true, Given{Value: "true", Reason: "why"}, Administrator, false, false},
		{"the office", false, full, Administrator, false, true},
	} {
		_, no := attest("R-12", Attestation{Applicant: tt.own}, &tt.given, By{Role: tt.role}, tt.confirmed)
		if (len(no) == 0) != tt.want {
			t.Errorf("%s: got %v, want it accepted = %t", tt.what, no, tt.want)
		}
	}
}

func TestNegatedGuardSaysWhatHolds(t *testing.T) {
	got := message(rules.Result{Rule: "not R-15"}).EN
	if want := "The condition R-15 holds, so this step is not open."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPapersOfOthersAreTheOffices: an applicant rests an act on papers about
// the case or its dossier's subject, the office on any of the group.
func TestPapersOfOthersAreTheOffices(t *testing.T) {
	m := shippedMachines().Latest("contract")
	for _, tt := range []struct {
		event EventName
		state StateName
		role  Role
		about ident.ID
		want  []string
	}{
		{"sign", "offered", Applicant, subjectIDs["contract"], nil},
		{"sign", "offered", Applicant, ours, nil},
		{"sign", "offered", Applicant, theirs, []string{"DOCUMENT_REQUIRED"}},
		{"offer", "prepared", Administrator, theirs, nil},
	} {
		state, _ := m.State(tt.state)
		x, _ := m.Lookup(tt.state, tt.event)
		p := caseIn("contract", state, nil, tt.event)
		p.subject.Dossier, p.facts.Subject.Dossier, p.papersAbout = ours, ours, tt.about
		i := slices.IndexFunc(x.Transition.By, func(by By) bool { return by.Role == tt.role })
		_, err := paperEngine(p).Do(t.Context(), someone(tt.role), careful(p.subject.ID, x.Transition, tt.event, x.Transition.By[i].OnBehalfOf))
		if got := slices.Compact(refusals(err)); !slices.Equal(got, tt.want) {
			t.Errorf("%s by %s on a paper about %s: got %v, want %v", tt.event, tt.role, tt.about, got, tt.want)
		}
	}
}

// TestPlausibleAmountIsOneThatReads, of a draft too that asks for nothing yet: no
// sender would give an amount that is refused as none.
func TestPlausibleAmountIsOneThatReads(t *testing.T) {
	for asked, want := range map[rules.Money]string{0: "0.01", 90_00: "90.00"} {
		got := (&step{}).plausible(&Transition{}, Datum{Name: "amount", Type: "money"}, &Facts{Proposal: &ProposalFacts{GrantRequested: asked}})
		if got != want {
			t.Errorf("asked for %s: got %s, want %s", asked, got, want)
		}
	}
}
