package workflow

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/atranka/atranka/cite"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// This file holds the intents that record facts: each is the one place that
// knows which rows an act makes and in which dossier it stands. They are
// plain data; a method makes the [Record] that [Engine.Do] takes. Ids come
// from the caller's source, so that rows can refer to each other.

// Sourced says where a row's values were read, and what of it is made up.
type Sourced struct {
	Source    ident.ID
	Lines     map[string]int // of each value, by field
	Synthetic bool
	Made      []string // the fields made up; none where Synthetic means all
}

// Into adds to a row's values where they were read.
func (s Sourced) Into(v Values) Values {
	if s.Source != "" {
		v["sourceId"] = s.Source
	}
	if len(s.Lines) > 0 {
		v["sourceLines"] = cite.Sorted(s.Lines)
	}
	if v["synthetic"] = s.Synthetic; len(s.Made) > 0 {
		v["syntheticFields"] = s.Made
	}
	return v
}

// orNull leaves an empty text out of a row.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// orNone leaves a value out of a row that is not there.
func orNone[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

func dateOrNull(d clock.Date) any { return orNull(string(d)) }

func idOrNull(id ident.ID) any { return orNull(string(id)) }

func confidedOrNull(s string) any {
	if s == "" {
		return nil
	}
	return Confidential(s)
}

func create(typeName string, id ident.ID, v Values) Change {
	return Change{Type: typeName, ID: id, Create: true, Set: v}
}

// stated are the columns of a subject that begins its case.
func stated(m *Machine, now clock.Instant, v Values) Values {
	v["state"], v["version"], v["definition"], v["stateSince"] = string(m.Initial()), 1, m.Name(), now
	return v
}

// RegisterSource puts a text that facts are read from into the registry.
type RegisterSource struct {
	ID                         ident.ID
	Key, Class, Title, Address string
	Synthetic                  bool
}

// Record is the act.
func (a RegisterSource) Record() Record {
	return Record{
		Kind: "source.register", Subject: a.ID, SubjectType: "TextSource", Roles: registrars,
		Changes: []Change{create("TextSource", a.ID, Values{
			"key": a.Key, "class": a.Class, "title": a.Title, "address": orNull(a.Address), "synthetic": a.Synthetic,
		})},
	}
}

// registrars may write to the registry.
var registrars = []Role{Administrator}

// RegisterOrganisation puts an organisation into the registry.
type RegisterOrganisation struct {
	ID                          ident.ID
	Name, LegalCode, LegalForm  string
	LegalFormAsPrinted, Address string
	College                     bool
	Sourced
}

// Record is the act. A legal code with a wrong check digit is refused with
// BAD_CHECK_DIGIT.
func (a RegisterOrganisation) Record() (Record, error) {
	if refused := codeAtFault("legalCode", a.LegalCode); a.LegalCode != "" && len(refused) > 0 {
		return Record{}, &Error{Refusals: refused}
	}
	return Record{
		Kind: "organisation.register", Subject: a.ID, SubjectType: "Organisation", Roles: registrars,
		Changes: []Change{create("Organisation", a.ID, a.Into(Values{
			"name": a.Name, "legalCode": orNull(a.LegalCode), "legalForm": a.LegalForm,
			"legalFormAsPrinted": orNull(a.LegalFormAsPrinted), "isCollege": a.College, "address": orNull(a.Address),
		}))},
	}, nil
}

// codeAtFault refuses a legal code that does not hold.
func codeAtFault(field, code string) []Refusal {
	err := rules.LegalCode(code)
	switch {
	case errors.Is(err, rules.ErrMalformedCode):
		return []Refusal{{Code: BadCheckDigit, Field: field, Message: Text{
			LT: "Juridinio asmens kodas – tai devyni skaitmenys be tarpų, pavyzdžiui, 192050725.",
			EN: "A legal entity code is nine digits without spaces, such as 192050725.",
		}}}
	case err != nil:
		return []Refusal{{Code: BadCheckDigit, Field: field, Message: Text{
			LT: "Juridinio asmens kodas netinka: patikrinkite devynis skaitmenis.",
			EN: "The legal entity code does not hold: check its nine digits.",
		}}}
	}
	return nil
}

// RegisterPerson puts a person into the registry; name and e-mail are personal.
type RegisterPerson struct {
	ID           ident.ID
	Name, Email  string
	Organisation ident.ID
	Sourced
}

// Record is the act.
func (a RegisterPerson) Record() Record {
	return Record{
		Kind: "person.register", Subject: a.ID, SubjectType: "Person", Roles: registrars,
		Changes: []Change{create("Person", a.ID, a.Into(Values{
			"name": Confidential(a.Name), "email": confidedOrNull(a.Email), "organisationId": idOrNull(a.Organisation),
		}))},
	}
}

// GrantRole lets a person act in a role.
type GrantRole struct {
	ID, Person, LAG ident.ID
	Role            Role
	Since, Until    clock.Date
	Synthetic       bool
}

// Record is the act. Nobody grants themselves a role, and a role in all groups
// is granted only by somebody whose own holds in all.
func (a GrantRole) Record() Record {
	return Record{
		Kind: "role.grant", LAG: a.LAG, Subject: a.Person, SubjectType: "Person", Roles: registrars, check: a.check,
		Changes: []Change{create("RoleGrant", a.ID, Values{
			"personId": a.Person, "lagId": idOrNull(a.LAG), "role": string(a.Role), "since": a.Since,
			"until": dateOrNull(a.Until), "synthetic": a.Synthetic,
		})},
	}
}

func (a GrantRole) check(s *step, _ *Facts) ([]Refusal, error) {
	switch {
	case s.actor.System():
		return nil, nil
	case s.actor.Person == a.Person:
		return []Refusal{{Code: SecondPersonRequired, Field: "personId", Message: Text{
			LT: "Vaidmenį sau suteikti turi kitas asmuo.", EN: "Another person has to grant you a role.",
		}}}, nil
	case a.LAG == "" && !s.actor.Holds(Administrator, Subject{}):
		return []Refusal{{Code: RoleRefused, Field: "lagId", Message: Text{
			LT: "Vaidmenį visose grupėse suteikia tik visų grupių administratorius.",
			EN: "A role in all groups is granted by an administrator of all groups.",
		}}}, nil
	}
	return nil, nil
}

// RegisterMeasure puts a programme's measure into the registry.
type RegisterMeasure struct {
	ID                ident.ID
	Code, Mode, Title string
	Sourced
}

// Record is the act.
func (a RegisterMeasure) Record() Record {
	return Record{
		Kind: "measure.register", Subject: a.ID, SubjectType: "Measure", Roles: registrars,
		Changes: []Change{create("Measure", a.ID, a.Into(Values{
			"code": a.Code, "selectionMode": a.Mode, "title": orNull(a.Title),
		}))},
	}
}

// FoundLAG begins the dossier of a local action group.
type FoundLAG struct {
	ID                                ident.ID
	Name, ShortName, LegalCode, Email string
	FoundedOn                         clock.Date
	Sourced
}

// Record is the act.
func (a FoundLAG) Record() Record {
	return Record{
		Kind: "lag.found", Dossier: a.ID, Opens: true, LAG: a.ID, Subject: a.ID, SubjectType: "Lag", Roles: registrars,
		Changes: []Change{create("Lag", a.ID, a.Into(Values{
			"name": a.Name, "shortName": a.ShortName, "legalCode": orNull(a.LegalCode), "email": orNull(a.Email),
			"foundedOn": dateOrNull(a.FoundedOn),
		}))},
	}
}

// In is a row of a local action group: an act that adds rows of one kind to an
// existing dossier. Members, territories, seats, meetings, projects and
// findings of a group; goals, actions, directions and figures of a strategy.
type In struct {
	Kind    string // of the act, such as "strategy.describe"
	LAG     ident.ID
	Dossier ident.ID
	Subject ident.ID
	// SubjectType is the subject's type as the schema names it.
	SubjectType string
	Rows        []Row
	EffectiveOn clock.Date
	Document    ident.ID
}

// Row is one row to add, with the type that the schema names.
type Row struct {
	Type string
	ID   ident.ID
	Set  Values
}

// Record is the act.
func (a In) Record() Record {
	r := Record{
		Kind: a.Kind, Dossier: a.Dossier, LAG: a.LAG, Subject: a.Subject, SubjectType: a.SubjectType,
		EffectiveOn: a.EffectiveOn, Document: a.Document,
	}
	for _, row := range a.Rows {
		r.Changes = append(r.Changes, create(row.Type, row.ID, row.Set))
	}
	return r
}

// DraftStrategy begins a strategy's case.
type DraftStrategy struct {
	ID, LAG              ident.ID
	Title                string
	PeriodFrom, PeriodTo int
	ConsultationEmail    string
	ConsultationPrinted  string
	Invited              []string
	Sourced
}

// DraftStrategy is the act.
func (e *Engine) DraftStrategy(a DraftStrategy) Record {
	set := stated(e.Machines.For(a.LAG, "strategy"), e.Clock.Now(), a.Into(Values{
		"lagId": a.LAG, "title": a.Title, "consultationEmail": orNull(a.ConsultationEmail),
		"consultationUntilPrinted": orNull(a.ConsultationPrinted), "invited": append([]string{}, a.Invited...),
	}))
	if a.PeriodFrom != 0 {
		set["periodFrom"], set["periodTo"] = a.PeriodFrom, a.PeriodTo
	}
	return Record{
		Kind: "strategy.draft", Dossier: a.ID, Opens: true, LAG: a.LAG, Subject: a.ID, SubjectType: "Strategy",
		Changes: []Change{create("Strategy", a.ID, set)},
	}
}

// AllocateAction gives an action its money: an envelope that calls reserve in.
type AllocateAction struct {
	Envelope, LAG, Strategy, Action ident.ID
	Amount                          rules.Money
}

// Record is the act.
func (a AllocateAction) Record() Record {
	return Record{
		Kind: "action.allocate", Dossier: a.Strategy, LAG: a.LAG, Subject: a.Action, SubjectType: "Action",
		Changes: []Change{
			{Type: "Action", ID: a.Action, Set: Values{"allocation": a.Amount}},
			envelope(a.Envelope, a.LAG, "Action", a.Action, a.Amount),
		},
	}
}

// envelope is an amount of which nothing is promised yet. What is reserved is
// the ledger's, kept by the database.
func envelope(id, lag ident.ID, subjectType string, subject ident.ID, amount rules.Money) Change {
	c := create("Envelope", id, Values{"lagId": lag, "subjectType": subjectType, "subjectId": subject, "amount": amount})
	c.Loose = Values{"reserved": rules.Money(0)}
	return c
}

// DraftCall begins a call's case, with its envelope, its parts of the actions'
// money and its rubric.
type DraftCall struct {
	ID, Envelope, LAG, Strategy, Measure ident.ID
	Number, Title                        string
	MinGrant, MaxGrant                   rules.Money
	IntensityCap                         rules.BasisPoints
	MinScore                             rules.Score
	OpensAt, ClosesAt                    clock.Instant
	EligibleForms, TieBreakers           []string
	Aggregation                          rules.Aggregation // the mean where it is empty
	SkipAndFit                           bool
	Blindness
	Reannounces ident.ID // the annulled or void call whose money it offers again, "" for none
	Allocations []CallAllocation
	Criteria    []CallCriterion
	Checklist   []terms.Item // of the administrative check, none where staff state that it was made
	UnitCosts   []terms.UnitCost
	Sourced
}

// Blindness is what a call keeps from those who assess its proposals and from the board.
// Staff of the group see who evaluates and what, and so does everybody what is their own.
type Blindness struct {
	EvaluatorsHidden bool   // who the others are
	ScoresShown      string // when the others' scores are: [OnceOwn], [OnceAll]; OnceOwn where it is empty
}

// When an evaluator is shown the others' scores of a proposal: once their own are in, or
// once all of the round are.
const (
	OnceOwn = "OWN"
	OnceAll = "ALL"
)

// CallAllocation is one action's part of a call's budget.
type CallAllocation struct {
	ID, Action ident.ID
	Amount     rules.Money
}

// CallCriterion is one line of a call's rubric; Weight in hundredths.
type CallCriterion struct {
	ID                    ident.ID
	Code, Title, Guidance string
	PassFail              bool
	Max, Min              rules.Score
	Weight                int64
}

// DraftCall is the act. Budgets that add up beyond the range of money are
// refused.
func (e *Engine) DraftCall(a DraftCall) (Record, error) {
	amounts := make([]rules.Money, len(a.Allocations))
	for i, x := range a.Allocations {
		amounts[i] = x.Amount
	}
	budget, err := money.Sum(amounts...)
	if err != nil || budget <= 0 {
		return Record{}, Refuse(MalformedInput, "allocations", Text{
			LT: "Kvietimui reikia teigiamo biudžeto.", EN: "A call needs a positive budget.",
		})
	}
	if a.ClosesAt <= a.OpensAt {
		return Record{}, Refuse(MalformedInput, "closesAt", Text{
			LT: "Kvietimo pabaiga turi būti vėlesnė už jo pradžią.", EN: "A call has to close after it opens.",
		})
	}
	if a.ScoresShown != "" && a.ScoresShown != OnceOwn && a.ScoresShown != OnceAll {
		return Record{}, &Error{Refusals: []Refusal{wrongValue("scoresShown", oneOf(OnceOwn, OnceAll).text)}}
	}
	if refused := slices.Concat(a.rubricAtFault(), checklistAtFault(a.Checklist), unitCostsAtFault(a.UnitCosts)); len(refused) > 0 {
		return Record{}, &Error{Refusals: refused}
	}
	set := stated(e.Machines.For(a.LAG, "call"), e.Clock.Now(), a.Into(Values{
		"lagId": a.LAG, "strategyId": a.Strategy, "measureId": a.Measure, "number": a.Number, "title": a.Title,
		"budget": budget, "minGrant": a.MinGrant, "maxGrant": a.MaxGrant, "intensityCap": int64(a.IntensityCap),
		"minScore": int64(a.MinScore), "opensAt": a.OpensAt, "closesAt": a.ClosesAt,
		"eligibleForms": append([]string{}, a.EligibleForms...), "tieBreakers": append([]string{}, a.TieBreakers...),
		"aggregation": string(cmp.Or(a.Aggregation, rules.Mean)), "skipAndFit": a.SkipAndFit, "receivedListPublished": false,
		"evaluatorsHidden": a.EvaluatorsHidden, "scoresShown": cmp.Or(a.ScoresShown, OnceOwn), "reannouncesId": idOrNull(a.Reannounces),
		"unitCosts": append([]terms.UnitCost{}, a.UnitCosts...),
	}))
	if len(a.Checklist) > 0 {
		set["checklist"] = a.Checklist
	}
	r := Record{
		Kind: "call.draft", Dossier: a.ID, Opens: true, LAG: a.LAG, Subject: a.ID, SubjectType: "Call", check: a.check,
		Changes: []Change{
			create("Call", a.ID, set),
			envelope(a.Envelope, a.LAG, "Call", a.ID, budget),
		},
	}
	for _, x := range a.Allocations {
		r.Changes = append(r.Changes, create("CallAllocation", x.ID, Values{
			"lagId": a.LAG, "callId": a.ID, "actionId": x.Action, "amount": x.Amount,
		}))
	}
	for i, c := range a.Criteria {
		kind := "SCORE"
		if c.PassFail {
			kind = "PASS_FAIL"
		}
		r.Changes = append(r.Changes, create("Criterion", c.ID, Values{
			"lagId": a.LAG, "callId": a.ID, "ordinal": i + 1, "code": c.Code, "kind": kind, "title": c.Title,
			"maxPoints": int64(c.Max), "minPoints": int64(c.Min), "weight": c.Weight, "guidance": orNull(c.Guidance),
			"synthetic": a.Synthetic,
		}))
	}
	return r, nil
}

// check refuses to announce again what still runs, came to something or is another strategy's.
func (a DraftCall) check(s *step, _ *Facts) ([]Refusal, error) {
	if a.Reannounces == "" {
		return nil, nil
	}
	row, err := s.tx.Row("Call", a.Reannounces)
	if err != nil {
		return nil, err
	}
	state, _ := row["state"].(string)
	definition, _ := row["definition"].(string)
	if now := s.Machines.State(definition, StateName(state)); !now.Terminal || now.Outcome != OutcomeNegative || row["strategyId"] != string(a.Strategy) {
		return []Refusal{wrongValue("reannouncesId", Text{
			LT: "tos pačios strategijos kvietimas, kuris atšauktas arba neįvyko", EN: "a call of the same strategy that was annulled or is void",
		})}, nil
	}
	return nil, nil
}

// rubricAtFault refuses an action or a criterion that comes twice, and a
// tie-breaker that nobody scores.
func (a DraftCall) rubricAtFault() []Refusal {
	var out []Refusal
	actions := map[ident.ID]bool{}
	for i, x := range a.Allocations {
		if actions[x.Action] {
			out = append(out, wrongValue(fmt.Sprintf("allocations.%d.actionId", i), Text{LT: "veiksmas, kurio sąraše dar nėra", EN: "an action that is not on the list yet"}))
		}
		actions[x.Action] = true
	}
	if len(a.Criteria) == 0 {
		out = append(out, wrongValue("criteria", Text{LT: "bent vienas kriterijus: be jų nėra pagal ką vertinti", EN: "at least one criterion: without any there is nothing to assess by"}))
	}
	scored := map[string]bool{}
	for i, c := range a.Criteria {
		if _, twice := scored[c.Code]; twice {
			out = append(out, wrongValue(fmt.Sprintf("criteria.%d.code", i), Text{LT: "kodas, kurio sąraše dar nėra", EN: "a code that is not on the list yet"}))
		}
		scored[c.Code] = scored[c.Code] || !c.PassFail
	}
	for i, code := range a.TieBreakers {
		if !scored[code] {
			out = append(out, wrongValue(fmt.Sprintf("tieBreakers.%d", i), Text{LT: "vieno iš balais vertinamų kriterijų kodas", EN: "the code of one of the criteria that points are given under"}))
		}
	}
	return out
}

// unitCostsAtFault refuses what no row may hold, and a code that comes twice.
func unitCostsAtFault(all []terms.UnitCost) []Refusal {
	var out []Refusal
	if len(all) > maxList {
		out = append(out, wrongValue("unitCosts", listOf(word, 0).text))
	}
	for i, u := range all[:min(len(all), maxList)] {
		for _, x := range []struct {
			field string
			want  want
			value any
		}{{"code", word, u.Code}, {"title", oneLine, u.Title}, {"unit", oneLine, u.Unit}, {"rate", positiveMoney, u.Rate}} {
			if !x.want.holds(x.value, 0) {
				out = append(out, wrongValue(fmt.Sprintf("unitCosts.%d.%s", i, x.field), x.want.text))
			}
		}
		if _, twice := terms.FindUnitCost(all[:i], u.Code); twice {
			out = append(out, wrongValue(fmt.Sprintf("unitCosts.%d.code", i), Text{LT: "kodas, kurio sąraše dar nėra", EN: "a code that is not on the list yet"}))
		}
	}
	return out
}
