package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// This file makes the letter by which an applicant is told a decision: what was decided, by
// whom and why, and how to appeal. What it says follows from the case; nobody types it.

// letterKind is the kind of document that such a letter is on record as.
const letterKind = "decision_letter"

// reopening is the effect by which a proposal is scored anew.
const reopening = "reopenScores"

// DecisionLetter is what the applicant of a proposal is told of the last decision on it.
// Points are in hundredths; texts are in both languages, and what people wrote in theirs.
type DecisionLetter struct {
	Number        string         `json:"number,omitempty"` // "" while it is not sent
	Dated         clock.Date     `json:"dated"`
	Office        string         `json:"office"`
	OfficeEmail   string         `json:"officeEmail,omitempty"`
	Addressee     string         `json:"addressee"`
	AddresseeCode string         `json:"addresseeCode,omitempty"`
	Address       string         `json:"address,omitempty"`
	Call          string         `json:"call"`
	RegNo         string         `json:"regNo,omitempty"`
	Title         string         `json:"title"`
	Decision      LetterDecision `json:"decision"`
	Rules         []LetterRule   `json:"rules,omitempty"`    // that the proposal does not keep
	Criteria      []LetterMark   `json:"criteria,omitempty"` // where it was assessed
	Score         *LetterScore   `json:"score,omitempty"`
	Appeal        *LetterTerm    `json:"appeal,omitempty"` // nil where there is none
	Court         *LetterTerm    `json:"court,omitempty"`  // after the appeal
	Sent          *SentLetter    `json:"-"`                // the last that told of this decision
	Until         clock.Instant  `json:"-"`                // the end of the term to appeal, 0 while none runs
	Over          bool           `json:"-"`                // the case ended otherwise since: no more is sent
}

// LetterDecision is what was decided and by whom. Votes are nil where no board voted.
type LetterDecision struct {
	N         int64       `json:"n"` // of the entry that decided
	Event     EventName   `json:"event"`
	Act       Text        `json:"act"`
	Outcome   Text        `json:"outcome"` // the state as its applicant reads it
	On        clock.Date  `json:"on"`
	Body      Role        `json:"body,omitempty"` // whose decision the office passes on
	Meeting   string      `json:"meeting,omitempty"`
	HeldOn    clock.Date  `json:"heldOn,omitempty"`
	Votes     *Tally      `json:"votes,omitempty"`
	Reasons   string      `json:"reasons,omitempty"` // the board's
	Reason    string      `json:"reason,omitempty"`  // that the act itself carried
	Requested rules.Money `json:"requested"`
	Awarded   rules.Money `json:"awarded,omitempty"`
	// Proposed: nothing is reserved of it yet, as on the reserve list.
	Proposed  bool       `json:"proposed,omitempty"`
	Condition string     `json:"condition,omitempty"`
	Until     clock.Date `json:"until,omitempty"` // to which day a place on the reserve list holds
}

// Tally counts the votes on a decision.
type Tally struct {
	For       int `json:"for"`
	Against   int `json:"against"`
	Abstained int `json:"abstained"`
}

// LetterRule is a rule that stands against the proposal, with what it rests on.
type LetterRule struct {
	Rule       string       `json:"rule"`
	Message    Text         `json:"message"`
	Facts      []FactRecord `json:"facts,omitempty"`
	Unverified []string     `json:"unverified,omitempty"`
}

// LetterMark is what a criterion came to: points that all evaluators' come to, or whether it
// is met where it is only that.
type LetterMark struct {
	Code     string   `json:"code"`
	Title    string   `json:"title"`
	PassFail bool     `json:"passFail,omitempty"`
	Met      bool     `json:"met"` // for points, the least that is asked for was reached
	Points   int64    `json:"points"`
	Max      int64    `json:"max"`
	Min      int64    `json:"min,omitempty"`
	Weight   int64    `json:"weight"`            // in hundredths; 100 counts the points once
	Reasons  []string `json:"reasons,omitempty"` // of the evaluators, in no order of theirs
}

// LetterScore is what all criteria come to.
type LetterScore struct {
	Total       int64             `json:"total"`
	Threshold   int64             `json:"threshold"`
	Evaluators  int               `json:"evaluators"`
	Aggregation rules.Aggregation `json:"aggregation"`
	Rank        int               `json:"rank,omitempty"` // where the decision went by the ranking
}

// LetterTerm is a term that runs from the delivery of a letter.
type LetterTerm struct {
	Days       int     `json:"days"`
	Unit       DayUnit `json:"unit"`
	Unverified bool    `json:"unverified,omitempty"` // nobody has compared it with the law
}

// SentLetter is a letter that went out.
type SentLetter struct {
	Letter, Document ident.ID
	N                int64 // of the entry
	Number, Channel  string
	DatedOn          clock.Date
	DeliveredAt      clock.Instant // 0 while it is not known
	Hash             string
}

// LetterFacts are what a letter names and no guard reads.
type LetterFacts struct {
	Office, OfficeEmail               string
	Addressee, AddresseeCode, Address string
	Call, RegNo                       string
	Condition, FailedItem             string
	ReserveUntil                      clock.Date
	Reason                            string // of the step, as it was disclosed; "" where it is gone
	Meeting                           string
	HeldOn                            clock.Date
	Votes                             *Tally
	Reasons                           string
	Titles                            map[string]string   // of the criteria, by code
	Remarks                           map[string][]string // of the evaluations that count, by criterion
	Sent                              []SentLetter        // of decisions, in their order
}

// Canonical is the letter's text under its hash: canonical JSON without what happened to the
// letter since.
func (l DecisionLetter) Canonical() ([]byte, error) { return history.CanonicalBody(l) }

// Hash is the SHA-256 of [DecisionLetter.Canonical] in hexadecimal.
func (l DecisionLetter) Hash() (string, error) {
	b, err := l.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Unchanged says whether what would be told now is what was sent; false where nothing was.
func (l DecisionLetter) Unchanged() (bool, error) {
	if l.Sent == nil {
		return false, nil
	}
	hash, err := l.Hash()
	return hash == l.Sent.Hash, err
}

// tells says whether the step is a decision that its applicant is told: a refusal, an award
// or a place on a list, by somebody else than the applicant.
func (x StepFacts) tells() bool {
	decided := x.To.Outcome == OutcomeNegative && x.To.Final || x.To.Listed && x.To.Phase == PhaseSelection && !x.To.Terminal
	return decided && !x.To.Contested && !x.From.Contested && x.To.Name != x.From.Name &&
		x.By != "" && x.Role != Applicant && x.OnBehalfOf != Applicant
}

// gone says whether the case ended by the step, so that nothing is left of what was decided
// before. A refusal that became final still stands.
func (x StepFacts) gone() bool {
	return x.To.Terminal || x.To.Settled() && !x.From.Settled() && !x.From.Contested
}

// toldStep is the last decision that was not reopened since, and whether it stands: of a case
// that ended otherwise since only a letter that went out already can be told. ok is false
// where there is no such decision.
func toldStep(steps []StepFacts) (step StepFacts, stands, ok bool) {
	stands = true
	for _, x := range slices.Backward(steps) {
		switch {
		case x.tells():
			return x, stands, true
		case x.gone():
			stands = false
		case !x.To.Contested && !x.To.Settled() && !x.To.Listed:
			return StepFacts{}, false, false
		}
	}
	return StepFacts{}, false, false
}

func nothingToTell() *Error {
	return Refuse(NotAllowedHere, "proposalId", Text{
		LT: "Šioje byloje nėra galiojančio sprendimo, apie kurį pareiškėjui reikėtų pranešti. Raštas rengiamas priėmus sprendimą: atmetus, skyrus finansavimą ar įrašius į rezervinį sąrašą.",
		EN: "The case has no decision in force to tell its applicant of. A letter is made once one is taken: a rejection, an award or a place on the reserve list.",
	})
}

// DecisionLetter is the letter about the last decision on the proposal: as it was sent, with
// its number and day, where it was, and as it would go out today where it was not. Who may
// read it is for the caller to know. NOT_ALLOWED_HERE where there is nothing to tell, NOT_FOUND
// where there is no such proposal.
func (e *Engine) DecisionLetter(ctx context.Context, proposal ident.ID) (DecisionLetter, error) {
	var out DecisionLetter
	err := e.Store.View(ctx, func(tx Tx) error {
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now()}
		subject, err := tx.Lock(proposal, false)
		if err != nil {
			return err
		}
		facts, err := s.facts(subject, false)
		if err != nil {
			return err
		}
		if out, err = s.letter(facts); err != nil {
			return err
		}
		if out.Sent != nil {
			out.Number, out.Dated = out.Sent.Number, out.Sent.DatedOn
		}
		return nil
	})
	return out, err
}

// letter is the letter of the case, not numbered and of today.
func (s *step) letter(f *Facts) (DecisionLetter, error) {
	if f.Proposal == nil || f.Subject.ID != f.Proposal.ID {
		return DecisionLetter{}, wrongType(f.Subject.ID)
	}
	steps, err := s.tx.Steps(f.Subject.ID)
	if err != nil {
		return DecisionLetter{}, err
	}
	told, stands, ok := toldStep(steps)
	if !ok {
		return DecisionLetter{}, nothingToTell()
	}
	known, err := s.tx.Letter(f.Subject.ID, told, f.Proposal.Counting())
	if err != nil {
		return DecisionLetter{}, err
	}
	m, err := s.machineOf(f.Subject)
	if err != nil {
		return DecisionLetter{}, err
	}
	f.Steps = steps
	l := DecisionLetter{
		Dated: s.now.Day(), Office: known.Office, OfficeEmail: known.OfficeEmail, Addressee: known.Addressee, AddresseeCode: known.AddresseeCode,
		Address: known.Address, Call: known.Call, RegNo: known.RegNo, Title: f.Proposal.Title,
		Decision: known.decided(told, f.Proposal, m), Rules: against(told, steps, f, known, m), Appeal: appealTerm(m, told.To), Court: s.courtTerm(f.Subject.LAG),
	}
	l.Criteria, l.Score = marks(f, known, told)
	for _, sent := range known.Sent {
		if sent.N > told.N {
			l.Sent = &sent
		}
	}
	l.Over = !stands
	if l.Over && l.Sent == nil {
		return DecisionLetter{}, nothingToTell()
	}
	if l.Appeal == nil {
		l.Court = nil
		return l, nil
	}
	state, _ := m.State(f.Subject.State)
	state.Deadline = m.within(state)
	due, runs, err := s.term(f.Subject, state)
	if runs && f.Subject.State == told.To.Name {
		l.Until = due.EndsAt
	}
	return l, err
}

// decided is what the step decided.
func (k LetterFacts) decided(x StepFacts, p *ProposalFacts, m *Machine) LetterDecision {
	d := LetterDecision{
		N: x.N, Event: x.Event, Act: Text{LT: string(x.Event), EN: string(x.Event)}, Outcome: x.To.Applicant, On: x.On, Body: x.OnBehalfOf,
		Meeting: k.Meeting, HeldOn: k.HeldOn, Votes: k.Votes, Reasons: k.Reasons, Reason: k.Reason, Requested: p.GrantRequested,
	}
	if c, ok := m.Lookup(x.From.Name, x.Event); ok {
		d.Act = c.Transition.Label
	}
	if x.To.Listed && x.To.Outcome != OutcomeNegative && p.GrantAwarded != nil {
		d.Awarded, d.Condition, d.Proposed = *p.GrantAwarded, k.Condition, !x.To.HoldsMoney
	}
	if x.To.Deadline != nil && x.To.Deadline.From == "proposal.reserveValidUntil" {
		d.Until = k.ReserveUntil
	}
	return d
}

// against are the rules that stand against the proposal, by what the steps recorded; those
// that somebody named are judged again, for their entry has their numbers alone.
func against(told StepFacts, steps []StepFacts, f *Facts, known LetterFacts, m *Machine) []LetterRule {
	var out []LetterRule
	view := sight{Facts: f}
	judged := func(rule string) {
		if att, attested := m.Attestation(rule); attested {
			out = append(out, LetterRule{Rule: rule, Message: att.Message})
			return
		}
		out = append(out, letterRule(m.weigh(rule, view)))
	}
	negative := told.To.Outcome == OutcomeNegative
	if recorded := told.guard("namedRulesFail"); recorded != nil {
		for _, rule := range strings.Split(recorded.fact("named"), ",") {
			judged(rule)
		}
	}
	if negative && told.guard("late") != nil {
		judged("R-01")
	}
	switch failing := terms.Failing(f.Proposal.checked()); {
	case !told.states(m, "failedItem"):
	case len(failing) > 0:
		for _, answer := range failing {
			out = append(out, f.Call.notMet(answer))
		}
	case known.FailedItem != "":
		out = append(out, LetterRule{Rule: "checklist", Facts: []FactRecord{{Name: "item", Value: known.FailedItem}}, Message: Text{
			LT: "Netenkinamas administracinės atitikties kontrolinio sąrašo punktas " + known.FailedItem + ".", EN: "Item " + known.FailedItem + " of the administrative checklist is not met.",
		}})
	}
	if negative {
		if r := belowThreshold(told, steps, m); r != nil && f.Proposal.FinalScore != nil {
			out = append(out, letterRule(r.failed("R-15")))
		}
	}
	if r := told.guard(negation + "R-18"); r != nil {
		out = append(out, letterRule(r.failed("R-18")))
	}
	return out
}

// belowThreshold is what was recorded of R-15 failing for the scores that the step rests on;
// nil where they passed it, or were opened anew since it failed.
func belowThreshold(told StepFacts, steps []StepFacts, m *Machine) *GuardRecord {
	for _, x := range slices.Backward(steps) {
		if x.N > told.N {
			continue
		}
		if r := x.guard(negation + "R-15"); r != nil {
			return r
		}
		t := x.taken(m)
		if x.guard("R-15") != nil || t != nil && slices.Contains(t.Effects, reopening) {
			return nil
		}
	}
	return nil
}

// taken is the transition that the step took, nil where the machine has none such any more.
func (x StepFacts) taken(m *Machine) *Transition {
	if c, ok := m.Lookup(x.From.Name, x.Event); ok {
		return c.Transition
	}
	return nil
}

// states says whether the datum is one that the step sets.
func (x StepFacts) states(m *Machine, datum string) bool {
	t := x.taken(m)
	return t != nil && slices.ContainsFunc(t.Data, func(d Datum) bool { return d.Name == datum })
}

// guard is the step's record of a guard, nil where it asked none such.
func (x StepFacts) guard(name string) *GuardRecord {
	for i := range x.Guards {
		if x.Guards[i].Guard == name {
			return &x.Guards[i]
		}
	}
	return nil
}

func (g GuardRecord) fact(name string) string {
	for _, f := range g.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// failed is the rule's failure on the facts that were recorded.
func (g GuardRecord) failed(rule string) rules.Result {
	r := rules.Result{Rule: rule, Verdict: rules.Failed, Unverified: g.Unverified}
	for _, f := range g.Facts {
		r.Facts = append(r.Facts, rules.Fact{Name: f.Name, Value: f.Value})
	}
	return r
}

func letterRule(r rules.Result) LetterRule {
	return LetterRule{Rule: r.Rule, Message: message(r), Facts: factRecords(r.Facts), Unverified: r.Unverified}
}

// marks are what the criteria came to, and all of them together; nil where the proposal was
// not assessed before the decision.
func marks(f *Facts, known LetterFacts, told StepFacts) ([]LetterMark, *LetterScore) {
	p := f.Proposal
	if p.FinalScore == nil {
		return nil, nil
	}
	counting := p.Counting()
	points, met := map[string]int64{}, map[string]bool{}
	standing := f.Call.standing(counting)
	for _, k := range standing.ByCriterion() {
		points[k.Code], met[k.Code] = int64(k.Score), k.Score >= k.Min
	}
	for _, k := range f.Call.passFail(counting) {
		met[k.Code] = rules.Threshold{PassFail: []rules.PassFail{k}}.Check().OK()
	}
	out := make([]LetterMark, len(f.Call.Criteria))
	for i, c := range f.Call.Criteria {
		out[i] = LetterMark{
			Code: c.Code, Title: known.Titles[c.Code], PassFail: c.PassFail, Met: met[c.Code], Points: points[c.Code],
			Max: c.Max, Min: c.Min, Weight: c.Weight, Reasons: known.Remarks[c.Code],
		}
	}
	score := &LetterScore{
		Total: *p.FinalScore, Threshold: f.Call.MinScore, Evaluators: len(standing.Sheets), Aggregation: standing.Aggregation,
	}
	if score.Aggregation == "" {
		score.Aggregation = rules.Mean
	}
	for _, name := range []string{"R-18", negation + "R-18"} {
		if r := told.guard(name); r != nil {
			score.Rank = ordinal(r.fact("rank"))
		}
	}
	return out, score
}

// ordinal is a whole number as a fact has it, 0 for none.
func ordinal(s string) (n int) {
	for _, r := range s {
		if r < '0' || r > '9' || n > 1_000_000 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// appealTerm is within which term a decision that leads to the state may be appealed.
func appealTerm(m *Machine, to State) *LetterTerm {
	if _, appealable := m.Lookup(to.Name, appealing); !appealable {
		return nil
	}
	return termOf(m.within(to))
}

// courtTerm is within which term what became of an appeal may be taken to court.
func (s *step) courtTerm(lag ident.ID) *LetterTerm {
	m := s.Machines.For(lag, appealKind)
	if m == nil {
		return nil
	}
	for _, state := range m.States() {
		if state.Final && state.Outcome == OutcomeNegative {
			return termOf(state.Deadline)
		}
	}
	return nil
}

func termOf(d *Deadline) *LetterTerm {
	if d == nil {
		return nil
	}
	return &LetterTerm{Days: d.Days, Unit: d.Unit, Unverified: d.Source == notCompared}
}

// SendDecisionLetter sends the letter about the last decision on the proposal: it is made
// anew, put under its hash and entered into the register, in one entry. Terms run from its
// delivery.
type SendDecisionLetter struct {
	ID, Document, LAG, Proposal ident.ID
	Number, Channel             string
	DatedOn                     clock.Date    // today where it is empty
	DeliveredAt                 clock.Instant // 0 while it is not known
	Synthetic                   bool
}

// Record is the act. Where there is nothing to tell it is refused with NOT_ALLOWED_HERE, and
// what was sent already as it would go out now with CONFLICT.
func (a SendDecisionLetter) Record() Record {
	dated := any(nil)
	if a.DatedOn != "" {
		dated = a.DatedOn
	}
	letter := RecordLetter{
		ID: a.ID, LAG: a.LAG, Dossier: a.Proposal, Subject: a.Proposal, Direction: "OUT", Number: a.Number, Channel: a.Channel,
		DatedOn: a.DatedOn, DeliveredAt: a.DeliveredAt, Document: a.Document, Synthetic: a.Synthetic,
	}.Record()
	r := letter
	r.Kind, r.Subject, r.SubjectType, r.Document, r.check = "letter.send", a.Document, "Document", "", nil
	r.Changes = append([]Change{create("Document", a.Document, Values{
		"lagId": a.LAG, "subjectId": a.Proposal, "kind": letterKind, "number": a.Number, "datedOn": dated, "synthetic": a.Synthetic,
	})}, letter.Changes...)
	if a.DatedOn == "" {
		delete(r.Changes[1].Set, "datedOn")
	}
	r.complete = a.complete
	return r
}

// complete makes the letter and puts it under its hash.
func (a SendDecisionLetter) complete(s *step, f *Facts, r *Record) error {
	l, err := s.letter(f)
	if err != nil {
		return err
	}
	if l.Over {
		return nothingToTell()
	}
	l.Number = a.Number
	if a.DatedOn != "" {
		l.Dated = a.DatedOn
	}
	switch {
	case l.Dated < l.Decision.On:
		return &Error{Refusals: []Refusal{{Code: DateRefused, Field: "datedOn", Facts: []rules.Fact{{Name: "earliest", Value: string(l.Decision.On)}}, Message: Text{
			LT: "Raštas negali būti ankstesnis už sprendimą (" + string(l.Decision.On) + ").", EN: "The letter cannot be dated before the decision (" + string(l.Decision.On) + ").",
		}}}}
	case a.DeliveredAt != 0 && a.DeliveredAt < l.Dated.Start():
		return &Error{Refusals: earlyDelivery(l.Dated)}
	case l.Sent != nil:
		sent := l
		sent.Number, sent.Dated = l.Sent.Number, l.Sent.DatedOn
		same, err := sent.Unchanged()
		if err != nil {
			return err
		}
		if same {
			return sentAlready(*l.Sent)
		}
	}
	hash, err := l.Hash()
	if err != nil {
		return err
	}
	r.Changes[0].Set["title"], r.Changes[0].Set["hash"], r.Changes[0].Set["datedOn"] = l.Heading().LT, hash, l.Dated
	r.Changes[1].Set["datedOn"] = l.Dated
	return nil
}

func sentAlready(sent SentLetter) error {
	return &Error{Refusals: []Refusal{{Code: Conflict, Field: "proposalId", Facts: []rules.Fact{{Name: "number", Value: sent.Number}, {Name: "datedOn", Value: string(sent.DatedOn)}}, Message: Text{
		LT: "Šis raštas jau išsiųstas: Nr. " + sent.Number + ", " + string(sent.DatedOn) + ". Įrašykite jo įteikimą (recordDelivery).",
		EN: "The letter went out already: No. " + sent.Number + " of " + string(sent.DatedOn) + ". Record its delivery (recordDelivery).",
	}}}}
}

// Heading is what the letter is called.
func (l DecisionLetter) Heading() Text {
	return Text{LT: "Dėl pasiūlymo „" + l.Title + "“", EN: "On the proposal “" + l.Title + "”"}
}
