package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// Content is what an applicant drafts. It is chained when it is submitted.
type Content struct {
	Title                         string
	GrantRequested, EligibleTotal rules.Money
	ActivityKinds                 []string
	Place                         string
	Territory, Seat               rules.Territory // of the activity, and of the applicant's seat
	OwnProject, Synthetic         bool
	// Participants are how many take part as planned, and ParticipantsBasis how they are
	// counted; nil and "" where nothing is planned.
	Participants      *int
	ParticipantsBasis string
	Budget            []BudgetPart
	Funding           []FundingPart
}

// BudgetPart is one cost. Quantity, in hundredths, and Rate are of what is counted in units;
// UnitCost is the code of the call's unit cost that the rate is held against.
type BudgetPart struct {
	ID                   ident.ID
	Category, CostMethod string
	Amount               rules.Money
	UnitCost             string
	Quantity             *int64
	Rate                 *rules.Money
}

// FundingPart is who pays how much of the eligible costs.
type FundingPart struct {
	ID     ident.ID
	Source string
	Amount rules.Money
}

// DraftProposal begins a proposal's case under a call.
type DraftProposal struct {
	ID, LAG, Call, Action, Applicant ident.ID
	Sourced
}

// DraftProposal is the act: who applies, under which call and action. The
// content follows by [Engine.EditProposal] and stays out of the history until
// it is submitted.
func (e *Engine) DraftProposal(a DraftProposal) Record {
	set := stated(e.Machines.For(a.LAG, "proposal"), e.Clock.Now(), a.Into(Values{
		"lagId": a.LAG, "callId": a.Call, "actionId": a.Action, "applicantId": a.Applicant,
	}))
	c := create("Proposal", a.ID, set)
	c.Loose = Values{"title": "", "grantRequested": rules.Money(0), "eligibleTotal": rules.Money(0), "ownProject": false}
	return Record{
		Kind: "proposal.draft", Dossier: a.ID, Opens: true, LAG: a.LAG, Subject: a.ID, SubjectType: "Proposal",
		Roles: []Role{Administrator, Applicant}, Owner: a.Applicant, Under: a.Call, Changes: []Change{c}, check: a.check,
	}
}

// check: an applicant drafts while the call is open, staff (for paper and
// e-mail) until it has decided, and the action is one that the call pays for.
func (a DraftProposal) check(s *step, f *Facts) ([]Refusal, error) {
	office := s.actor.System() || s.actor.HoldsAny(f.Subject.LAG, Administrator)
	if f.Call.Commits != CommitsBudget || (!office && (f.Now < f.Call.OpensAt || f.Call.ClosesAt < f.Now)) {
		from, to := f.Call.OpensAt.Day(), (f.Call.ClosesAt - 1).Day() // a day ends at 24:00, the next one's 0:00
		return []Refusal{{Code: CallClosed, Field: "callId", Rule: "callOpen", Message: Text{
			LT: fmt.Sprintf("Kvietimas neatviras: pasiūlymai priimami nuo %s iki %s. Rinkitės atvirą kvietimą.", from, to),
			EN: fmt.Sprintf("The call is not open: it takes proposals from %s to %s. Choose a call that is open.", from, to),
		}}}, nil
	}
	if f.Call.actionEnvelope(a.Action) == "" {
		return []Refusal{{Code: MalformedInput, Field: "actionId", Message: Text{
			LT: "Kvietimas šio veiksmo nefinansuoja. Rinkitės vieną iš kvietimo veiksmų.",
			EN: "The call does not pay for this action. Choose one of the call's actions.",
		}}}, nil
	}
	return nil, nil
}

// EditProposal replaces what the applicant drafted. Before the first submission
// it is an autosave, rows without an entry; in a clarification, where the old
// content is recorded already, it is an entry of its own.
func (e *Engine) EditProposal(lag, id ident.ID, c Content) Record {
	return Record{
		Kind: "proposal.edit", Dossier: id, LAG: lag, Subject: id, SubjectType: "Proposal", Content: true,
		Roles: []Role{Administrator, Applicant}, Changes: c.changes(lag, id), check: c.check,
		complete: func(_ *step, f *Facts, r *Record) error {
			r.Unchained = f.Proposal.ContentHash == ""
			var replaced []Change
			for _, old := range f.Proposal.Content {
				if old.ID != id {
					replaced = append(replaced, Change{Type: old.Type, ID: old.ID, Delete: true})
				}
			}
			r.Changes = append(replaced, r.Changes...)
			if !r.Unchained {
				r.Changes = append(r.Changes, Change{
					Type: "Proposal", ID: id, Set: Values{"version": f.Subject.Version + 1}, Expect: f.Subject.Version,
				})
			}
			return nil
		},
	}
}

// check refuses the office's hand in what an applicant drafts, amounts that no
// sum can hold, and in a clarification whatever was judged or scored already.
func (c Content) check(s *step, f *Facts) ([]Refusal, error) {
	if !s.actor.System() && !s.actor.Holds(Applicant, f.Subject) && !f.Proposal.OfficeDraft {
		return []Refusal{{Code: RoleRefused, Field: "id", Message: Text{
			LT: "Pareiškėjo pradėtą pasiūlymą keičia tik pats pareiškėjas.", EN: "What an applicant has begun is edited by the applicant alone.",
		}}}, nil
	}
	var out []Refusal
	budget, funding := make([]rules.Money, len(c.Budget)), make([]rules.Money, len(c.Funding))
	for i, b := range c.Budget {
		budget[i] = b.Amount
	}
	for i, p := range c.Funding {
		funding[i] = p.Amount
	}
	for _, sum := range []struct {
		field   string
		amounts []rules.Money
	}{{"budget", budget}, {"funding", funding}} {
		if _, err := money.Sum(sum.amounts...); err != nil {
			out = append(out, Refusal{Code: MalformedMoney, Field: sum.field, Message: Text{
				LT: "Sumos kartu per didelės. Patikrinkite, ar skaičiai teisingi.", EN: "Together the amounts are too large. Check the numbers.",
			}})
		}
	}
	if (c.Participants == nil) != (c.ParticipantsBasis == "") {
		out = append(out, wrongValue("participantsBasis", Text{LT: "ir dalyvių skaičius, ir kaip jie skaičiuojami, arba nė vieno", EN: "both the number of participants and how they are counted, or neither"}))
	}
	out = append(out, c.ratesAtFault(f.Call.UnitCosts)...)
	if f.Proposal.ContentHash != "" {
		out = append(out, c.reworked(f.Proposal)...)
	}
	return out, nil
}

// ratesAtFault names the costs whose rate does not hold: half of a calculation, an amount
// that does not follow, a unit cost that the call has not, and under the method UNIT a rate
// above the call's, for no claim could be paid by it. Above it a real cost is what the
// evaluators look at.
func (c Content) ratesAtFault(of []terms.UnitCost) []Refusal {
	var out []Refusal
	for i, b := range c.Budget {
		at := func(field string) string { return fmt.Sprintf("budget.%d.%s", i, field) }
		limit, known := terms.FindUnitCost(of, b.UnitCost)
		switch {
		case b.CostMethod == terms.ByUnit && b.UnitCost == "":
			out = append(out, wrongValue(at("unitCost"), Text{LT: "kvietimo fiksuotojo įkainio kodas: pagal jį apskaičiuojama suma", EN: "the code of a unit cost of the call: the amount is computed by it"}))
			continue
		case b.UnitCost != "" && !known:
			out = append(out, wrongValue(at("unitCost"), Text{LT: "vieno iš kvietimo fiksuotųjų įkainių kodas", EN: "the code of one of the call's unit costs"}))
			continue
		case b.Quantity == nil && b.Rate == nil && !known:
			continue
		case b.Quantity == nil:
			out = append(out, wrongValue(at("quantity"), Text{LT: "kiekis šimtosiomis: be jo įkainis nieko nesako", EN: "the quantity in hundredths: without it a rate says nothing"}))
			continue
		case b.Rate == nil:
			out = append(out, wrongValue(at("rate"), Text{LT: "vieneto kaina: be jos kiekis nieko nesako", EN: "the rate of one unit: without it a quantity says nothing"}))
			continue
		}
		if cost, ok := terms.Cost(*b.Quantity, *b.Rate); !ok {
			out = append(out, wrongValue(at("quantity"), Text{LT: "kiekis, kurio kaina telpa į sumą", EN: "a quantity whose cost an amount can hold"}))
		} else if cost != b.Amount {
			out = append(out, wrongValue(at("amount"), Text{LT: "kiekis, padaugintas iš įkainio, cento tikslumu: " + cost.String(), EN: "the quantity times the rate, to the cent: " + cost.String()}))
		}
		if b.CostMethod == terms.ByUnit && *b.Rate > limit.Rate {
			out = append(out, Refusal{Code: RuleFailed, Field: at("rate"), Rule: "R-38", Facts: []rules.Fact{
				{Name: "rate", Value: b.Rate.String()}, {Name: "limit", Value: limit.Rate.String()},
			}, Message: Text{
				LT: fmt.Sprintf("Pagal fiksuotąjį įkainį mokama ne daugiau kaip %s už vienetą.", limit.Rate),
				EN: fmt.Sprintf("By the unit cost at most %s is paid for one unit.", limit.Rate),
			}})
		}
	}
	return out
}

// reworked names what a clarification may not change: scope, amounts, participants and the
// territories of place and seat, which eligibility and scores rest on.
func (c Content) reworked(p *ProposalFacts) []Refusal {
	bySource := map[string]rules.Money{}
	for _, x := range c.Funding {
		bySource[x.Source] += x.Amount
	}
	for _, x := range p.Funding {
		bySource[x.Source] -= x.Amount
	}
	moved := slices.ContainsFunc(slices.Collect(maps.Values(bySource)), func(m rules.Money) bool { return m != 0 })
	var out []Refusal
	for _, x := range []struct {
		field string
		kept  bool
	}{
		{"grantRequested", c.GrantRequested == p.GrantRequested},
		{"eligibleTotal", c.EligibleTotal == p.EligibleTotal},
		{"activityKinds", slices.Equal(slices.Sorted(slices.Values(c.ActivityKinds)), slices.Sorted(slices.Values(p.ActivityKinds)))},
		{"placeTerritory", string(c.Territory) == p.PlaceTerritory},
		{"seatTerritory", string(c.Seat) == p.SeatTerritory},
		{"funding", !moved},
		{"participants", orNone(c.Participants) == orNone(p.Participants)},
		{"participantsBasis", c.ParticipantsBasis == p.ParticipantsBasis},
	} {
		if !x.kept {
			out = append(out, Refusal{Code: NotAllowedHere, Field: x.field, Message: Text{
				LT: "Patikslinimas nekeičia apimties, sumų, veiklos teritorijos, dalyvių ir vertintų duomenų. Palikite, kaip buvo pateikta.",
				EN: "A clarification leaves scope, amounts, the territory of the place, participants and scored facts as they were filed. Leave them as they were.",
			}})
		}
	}
	return out
}

func (c Content) changes(lag, id ident.ID) []Change {
	out := []Change{{Type: "Proposal", ID: id, Set: Values{
		"title": c.Title, "grantRequested": c.GrantRequested, "eligibleTotal": c.EligibleTotal,
		"ownProject": c.OwnProject, "activityKinds": append([]string{}, c.ActivityKinds...),
		"place": orNull(c.Place), "placeTerritory": orNull(string(c.Territory)), "seatTerritory": orNull(string(c.Seat)),
		"participants": orNone(c.Participants), "participantsBasis": orNull(c.ParticipantsBasis),
	}}}
	for i, b := range c.Budget {
		out = append(out, create("BudgetLine", b.ID, Values{
			"lagId": lag, "proposalId": id, "ordinal": i + 1, "category": b.Category, "costMethod": b.CostMethod,
			"amount": b.Amount, "unitCost": orNull(b.UnitCost), "quantity": orNone(b.Quantity), "rate": orNone(b.Rate), "synthetic": c.Synthetic,
		}))
	}
	for _, p := range c.Funding {
		out = append(out, create("ProposalFunding", p.ID, Values{
			"lagId": lag, "proposalId": id, "sourceKind": p.Source, "amount": p.Amount, "synthetic": c.Synthetic,
		}))
	}
	return out
}

// AssignEvaluator gives a proposal to an evaluator.
type AssignEvaluator struct {
	ID, LAG, Proposal, Evaluator ident.ID
	DueOn                        clock.Date
	Synthetic                    bool
}

// AssignEvaluator is the act.
func (e *Engine) AssignEvaluator(a AssignEvaluator) Record {
	return Record{
		Kind: "evaluation.assign", check: a.check, complete: a.complete, wide: true, // the pool's room is the call's
		Dossier: a.Proposal, LAG: a.LAG, Subject: a.ID, SubjectType: "Evaluation",
		Changes: []Change{a.row(e.Machines, e.Clock.Now())},
	}
}

// row is the evaluation as it begins, but for the round that it is in.
func (a AssignEvaluator) row(ms *Machines, now clock.Instant) Change {
	return create("Evaluation", a.ID, stated(ms.For(a.LAG, "evaluation"), now, Values{
		"lagId": a.LAG, "proposalId": a.Proposal, "evaluatorId": a.Evaluator, "dueOn": dateOrNull(a.DueOn), "synthetic": a.Synthetic,
	}))
}

// complete puts the evaluation into the round that the case is in.
func (a AssignEvaluator) complete(_ *step, f *Facts, r *Record) error {
	r.Changes[0].Set["round"] = f.Proposal.Round
	return nil
}

// check: papers open to whoever is assigned, so an assignment is for somebody
// who holds the role, once a round, and while there is something to score.
func (a AssignEvaluator) check(s *step, f *Facts) ([]Refusal, error) {
	state := s.Machines.State(f.Subject.Definition, f.Subject.State)
	holders, err := s.tx.Holders(f.Subject, []Role{Evaluator}, s.now.Day())
	if err != nil {
		return nil, err
	}
	related, err := s.shared(a.LAG, []ident.ID{a.Evaluator}, []ident.ID{f.Subject.Owner})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(holders, func(h Holder) bool { return h.Person == a.Evaluator })
	shared := related.Matches(a.Evaluator, f.Subject.Owner)
	switch {
	case !state.UnderEvaluation() || f.Proposal.FinalScore != nil:
		return []Refusal{{Code: NotAllowedHere, Field: "proposalId", Message: Text{
			LT: "Vertintojas skiriamas tik vertinamam pasiūlymui, kurio balai dar negalutiniai.",
			EN: "An evaluator is assigned only to a proposal under evaluation whose scores are not final.",
		}}}, nil
	case i < 0:
		return []Refusal{noEvaluator()}, nil
	case len(shared) > 0:
		return []Refusal{inConflict(shared)}, nil
	case slices.ContainsFunc(f.Proposal.Evaluations, func(x EvaluationFacts) bool { return x.Evaluator == a.Evaluator && x.State.Withheld }):
		return []Refusal{{Code: RuleFailed, Field: "evaluatorId", Rule: "R-24", Message: Text{
			LT: "Vertintojas turi interesų konfliktą šioje byloje. Paskirkite kitą.", EN: "The evaluator has a conflict of interest in this case. Assign another.",
		}}}, nil
	case slices.ContainsFunc(f.Proposal.Evaluations, func(x EvaluationFacts) bool { return x.Evaluator == a.Evaluator && x.Round == f.Proposal.Round }):
		return []Refusal{{Code: Conflict, Field: "evaluatorId", Message: Text{
			LT: "Šis vertintojas šiame etape jau paskirtas.", EN: "This evaluator is assigned in this round already.",
		}}}, nil
	case a.DueOn != "" && a.DueOn < s.now.Day():
		return []Refusal{{Code: DateRefused, Field: "dueOn", Message: Text{
			LT: "Terminas negali būti praėjusi diena.", EN: "The term cannot be a day that has passed.",
		}}}, nil
	}
	return s.beyondPool(f, a.Evaluator)
}

// SubmitEvaluation is an evaluator's finished assessment, or what they agreed on with the
// others. Comment and reasons are free text.
type SubmitEvaluation struct {
	ID, LAG, Proposal ident.ID
	Comment           string
	Scores            []GivenScore
	Document          ident.ID // the signed agreement, where it is one
}

// GivenScore is the points under one criterion.
type GivenScore struct {
	ID, Criterion ident.ID
	Points        rules.Score
	Reason        string
}

// handingIn are the events by which an evaluator parts with scores.
var handingIn = []EventName{"submit", "agree"}

// scoresFinal is what scores are given for.
const scoresFinal EventName = "scoresFinal"

// SubmitEvaluation is the act: it writes the scores, in place of those that were given
// before, and takes the evaluation on.
func (e *Engine) SubmitEvaluation(a SubmitEvaluation) Record {
	r := Record{
		Kind: "evaluation.score", Dossier: a.Proposal, LAG: a.LAG, Subject: a.ID, SubjectType: "Evaluation",
		Roles: []Role{Evaluator}, check: a.check, complete: a.complete, wide: true,
		Changes: []Change{{Type: "Evaluation", ID: a.ID, Set: Values{"comment": confidedOrNull(a.Comment)}}},
	}
	for _, s := range a.Scores {
		r.Changes = append(r.Changes, create("Score", s.ID, Values{
			"lagId": a.LAG, "evaluationId": a.ID, "criterionId": s.Criterion, "points": int64(s.Points),
			"reason": confidedOrNull(s.Reason),
		}))
	}
	return r
}

// complete replaces what was scored before, and says what follows.
func (a SubmitEvaluation) complete(s *step, f *Facts, r *Record) error {
	own := f.Proposal.Evaluations[a.own(s.actor, f)]
	event, err := a.event(s, own)
	if err != nil {
		return err
	}
	var before []Change
	for _, id := range own.Scores {
		before = append(before, Change{Type: "Score", ID: id, Delete: true})
	}
	r.Changes = append(before, r.Changes...)
	r.then = []Fire{{Subject: a.ID, Event: event, Document: a.Document, Reason: a.Comment}}
	return nil
}

// own finds the evaluation among those of the case; -1 where it is not the actor's.
func (a SubmitEvaluation) own(by Actor, f *Facts) int {
	return slices.IndexFunc(f.Proposal.Evaluations, func(e EvaluationFacts) bool { return e.ID == a.ID && e.Evaluator == by.Person })
}

// event is how the evaluation takes scores in its state, "" where it takes none.
func (a SubmitEvaluation) event(s *step, own EvaluationFacts) (EventName, error) {
	m, err := s.machineOf(Subject{Definition: own.Definition})
	if err != nil {
		return "", err
	}
	for _, event := range handingIn {
		if _, open := m.Lookup(own.State.Name, event); open {
			return event, nil
		}
	}
	return "", nil
}

// check refuses scores of somebody else's evaluation, scores given in a state that takes
// none or too late, and points outside the rubric, all by name.
func (a SubmitEvaluation) check(s *step, f *Facts) ([]Refusal, error) {
	i := a.own(s.actor, f)
	if i < 0 || !s.actor.assesses(f) {
		return Missing("evaluationId", string(a.ID)).Refusals, nil
	}
	own := f.Proposal.Evaluations[i]
	event, err := a.event(s, own)
	if err != nil {
		return nil, err
	}
	if event == "" || own.Round != f.Proposal.Round || f.Proposal.FinalScore != nil {
		return []Refusal{a.closed(own)}, nil
	}
	if _, err := s.machineOf(f.Subject); err != nil {
		return nil, err
	}
	if !f.Proposal.TakesScores {
		now := s.named(f.Subject)
		return []Refusal{{Code: NotAllowedHere, Field: "evaluationId", Message: Text{
			LT: fmt.Sprintf("Pasiūlymo būsena – „%s“, tad balai dar ar jau nepriimami. Pateikite juos, kai vyks kokybės vertinimas.", now.LT),
			EN: fmt.Sprintf("The proposal is in the state “%s”, which takes no scores. Submit them while its quality is evaluated.", now.EN),
		}}}, nil
	}
	return a.outside(f.Call.Criteria), nil
}

// closed is the refusal of scores that the evaluation does not take.
func (a SubmitEvaluation) closed(own EvaluationFacts) Refusal {
	r := Refusal{Code: NotAllowedHere, Field: "evaluationId", Message: Text{
		LT: "Vertinimas jau pateiktas ar grąžintas arba balai galutiniai, todėl jo keisti nebegalima.",
		EN: "The evaluation is submitted or was sent back, or the scores are final, so it can no longer be changed.",
	}}
	if !own.Declared && !own.State.Terminal {
		r.Message = Text{
			LT: "Pirma deklaruokite, kad interesų konflikto nėra.", EN: "Declare first that you have no conflict of interest.",
		}
	}
	return r
}

// outside names the scores that the rubric has no place for.
func (a SubmitEvaluation) outside(criteria []CriterionFacts) []Refusal {
	var out []Refusal
	for i, g := range a.Scores {
		known := slices.ContainsFunc(criteria, func(c CriterionFacts) bool { return c.ID == g.Criterion })
		twice := slices.ContainsFunc(a.Scores[:i], func(x GivenScore) bool { return x.Criterion == g.Criterion })
		if !known || twice {
			out = append(out, Refusal{Code: MalformedInput, Field: fmt.Sprintf("scores.%d.criterionId", i), Message: Text{
				LT: "Kiekvienas šio kvietimo kriterijus vertinamas vieną kartą; kitų kvietimų kriterijai netinka.",
				EN: "Each criterion of this call is scored once; criteria of other calls have no place here.",
			}})
		}
	}
	for _, c := range criteria {
		j := slices.IndexFunc(a.Scores, func(s GivenScore) bool { return s.Criterion == c.ID })
		if j < 0 || a.Scores[j].Points < 0 || a.Scores[j].Points > rules.Score(c.Max) {
			out = append(out, Refusal{Code: RuleFailed, Field: "scores." + c.Code, Rule: "R-14", Message: Text{
				LT: fmt.Sprintf("Kriterijui %s reikia balo nuo 0 iki %s.", c.Code, rules.Score(c.Max)),
				EN: fmt.Sprintf("Criterion %s needs points between 0 and %s.", c.Code, rules.Score(c.Max)),
			}})
		}
	}
	return out
}

// RecordDecision is what a meeting that was held on paper decided on one subject: which
// event it lets be fired, if adopted. That the vote kept to stands in the
// Document, its signed minutes or tally; of a meeting that is held here its ballots say so.
type RecordDecision struct {
	ID, LAG, Meeting, Subject ident.ID
	Event                     EventName
	Adopted                   bool
	For, Against, Abstained   int
	Reasons                   string
	Departs                   bool // from the ranking, for these reasons
	AdoptedOn                 clock.Date
	Document                  ident.ID
	Synthetic                 bool
}

// RecordDecision is the act; it stands in the meeting's dossier. A decision
// on an event that no definition lets a board decide is refused: it would be
// recorded and never carried out.
func (e *Engine) RecordDecision(a RecordDecision) (Record, error) {
	if err := e.decides(a.Subject, a.Event); err != nil {
		return Record{}, err
	}
	if a.Departs && strings.TrimSpace(a.Reasons) == "" {
		return Record{}, Refuse(MalformedInput, "reasons", Text{
			LT: "Nurodykite, kodėl nukrypstama nuo eilės.", EN: "Say why the ranking is departed from.",
		})
	}
	return Record{
		Kind: "decision.record", Dossier: a.Meeting, LAG: a.LAG, Subject: a.ID, SubjectType: "Decision",
		Roles: []Role{Secretary, Administrator, Chair}, EffectiveOn: a.AdoptedOn, Document: a.Document, check: a.check,
		guards: a.attested(),
		// The case as the board had it: another decision that moves it overtakes this one.
		complete: func(s *step, _ *Facts, r *Record) error {
			subject, err := s.tx.Lock(a.Subject, false)
			r.Changes[0].Set["subjectVersion"] = subject.Version
			return err
		},
		Changes: []Change{create("Decision", a.ID, Values{
			"lagId": a.LAG, "meetingId": a.Meeting, "subjectId": a.Subject, "event": string(a.Event), "outcome": outcomeOf(a.Adopted),
			"votesFor": a.For, "votesAgainst": a.Against, "votesAbstained": a.Abstained,
			"reasons": confidedOrNull(a.Reasons), "departs": a.Departs, "adoptedOn": a.AdoptedOn, "synthetic": a.Synthetic,
		})},
	}, nil
}

// attested is what the minutes state of the vote.
func (a RecordDecision) attested() []GuardRecord {
	var out []GuardRecord
	for _, rule := range []string{"R-20", "R-21", "R-22", "R-23", "R-24", "R-25"} {
		out = append(out, GuardRecord{Guard: rule, Verdict: rules.Attested, Document: a.Document})
	}
	return out
}

// check refuses an adoption before the meeting, one that the votes do not bear
// more than half of the votes cast), and a decision on what the subject
// cannot come to from where it stands.
func (a RecordDecision) check(s *step, f *Facts) ([]Refusal, error) {
	subject, err := s.tx.Lock(a.Subject, false)
	if err != nil {
		return nil, err
	}
	open, err := s.opens(subject, a.Event)
	if err != nil {
		return nil, err
	}
	held, cast := f.Meeting.HeldOn, a.For+a.Against+a.Abstained
	switch {
	case !concluded(f.Meeting.State) || !f.Meeting.OnPaper:
		return []Refusal{{Code: NotAllowedHere, Field: "meetingId", Message: Text{
			LT: "Šio posėdžio sprendimai priimami balsuojant dėl darbotvarkės klausimų. Taip įrašomi tik posėdžio, vykusio popieriuje, sprendimai.",
			EN: "The decisions of this meeting are made by the votes on its items. Only those of a meeting held on paper are recorded like this.",
		}}}, nil
	case !open:
		return []Refusal{nothingToDecide(s, subject, a.Event)}, nil
	case a.AdoptedOn < held:
		return []Refusal{{Code: DateRefused, Field: "adoptedOn", Facts: []rules.Fact{{Name: "earliest", Value: string(held)}}, Message: Text{
			LT: fmt.Sprintf("Sprendimas negali būti priimtas anksčiau nei įvyko posėdis (%s).", held),
			EN: fmt.Sprintf("A decision cannot be adopted before its meeting was held (%s).", held),
		}}}, nil
	case a.Adopted && 2*a.For <= cast:
		return []Refusal{{Code: RuleFailed, Field: "votesFor", Rule: "R-26", Facts: []rules.Fact{
			{Name: "for", Value: strconv.Itoa(a.For)}, {Name: "cast", Value: strconv.Itoa(cast)},
		}, Message: Text{
			LT: fmt.Sprintf("Nutarimas nepriimtas: už balsavo %d iš %d.", a.For, cast),
			EN: fmt.Sprintf("The decision is not adopted: %d of %d votes were for it.", a.For, cast),
		}}}, nil
	}
	if a.Document == "" {
		return []Refusal{documentNeeded()}, nil
	}
	return s.documents(Fire{Document: a.Document}, f.Subject)
}

// RecordDocument keeps the record of a paper: its number, day and hash.
type RecordDocument struct {
	ID, LAG, Dossier, Subject ident.ID
	Kind, Title, Number, Hash string
	DatedOn                   clock.Date
	Synthetic                 bool
}

// Record is the act.
func (a RecordDocument) Record() Record {
	return Record{
		Kind: "document.record", Dossier: a.Dossier, LAG: a.LAG, Subject: a.ID, SubjectType: "Document",
		Roles: []Role{Administrator, Secretary, Chair, Applicant},
		Changes: []Change{create("Document", a.ID, Values{
			"lagId": a.LAG, "subjectId": a.Subject, "kind": a.Kind, "title": a.Title, "number": orNull(a.Number),
			"datedOn": dateOrNull(a.DatedOn), "hash": a.Hash, "synthetic": a.Synthetic,
		})},
	}
}

// PrepareContract begins the contract of a proposal; it lives in the
// proposal's dossier.
type PrepareContract struct {
	ID, LAG, Proposal ident.ID
	Grant             rules.Money
	Synthetic         bool
}

// PrepareContract is the act.
func (e *Engine) PrepareContract(a PrepareContract) Record {
	return Record{
		Kind: "contract.prepare", Dossier: a.Proposal, LAG: a.LAG, Subject: a.ID, SubjectType: "Contract",
		check: a.check,
		Changes: []Change{create("Contract", a.ID, stated(e.Machines.For(a.LAG, "contract"), e.Clock.Now(), Values{
			"lagId": a.LAG, "proposalId": a.Proposal, "grant": a.Grant, "synthetic": a.Synthetic,
		}))},
	}
}

// check refuses a contract on another amount than the award, and one that
// nobody has awarded anything for.
func (a PrepareContract) check(s *step, f *Facts) ([]Refusal, error) {
	award := f.Proposal.contractable()
	there, err := s.tx.Joined(f.Subject, "contract")
	if err != nil {
		return nil, err
	}
	switch {
	case len(there) > 0:
		return []Refusal{{Code: NotAllowedHere, Field: "proposalId", Message: Text{
			LT: "Šio pasiūlymo sutartis jau rengiama.", EN: "The proposal has a contract already.",
		}}}, nil
	case !s.Machines.State(f.Subject.Definition, f.Subject.State).HoldsMoney:
		return []Refusal{{Code: NotAllowedHere, Field: "proposalId", Message: Text{
			LT: "Sutartis rengiama tik pasiūlymui, kuriam skirtos lėšos.", EN: "A contract is prepared only for a proposal that money is awarded to.",
		}}}, nil
	case a.Grant == award:
		return nil, nil
	}
	return []Refusal{{Code: RuleFailed, Field: "grant", Facts: []rules.Fact{
		{Name: "grant", Value: a.Grant.String()}, {Name: "awarded", Value: award.String()},
	}, Message: Text{
		LT: "Sutartis rengiama tik skirtai sumai: " + rules.FormatMoney(award, rules.LT) + ".",
		EN: "A contract is prepared on the amount awarded and on no other: " + rules.FormatMoney(award, rules.EN) + ".",
	}}}, nil
}
