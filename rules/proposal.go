package rules

import (
	"errors"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
)

// InTime is R-01: the proposal arrived no later than the call closed. The very
// instant of closing is in time.
type InTime struct {
	SubmittedAt clock.Instant // by the server's clock, or when paper was received
	ClosesAt    clock.Instant
}

// Check judges R-01.
func (c InTime) Check() Result {
	return verdict(c.SubmittedAt <= c.ClosesAt, "R-01", "submittedAt",
		Fact{"submittedAt", c.SubmittedAt.String()}, Fact{"closesAt", c.ClosesAt.String()})
}

// ValidLegalCode is R-02: the applicant's legal entity code is one.
type ValidLegalCode struct{ Code string }

// Check judges R-02.
func (c ValidLegalCode) Check() Result {
	err := LegalCode(c.Code)
	reason := ""
	switch {
	case c.Code == "":
		reason = "missing"
	case errors.Is(err, ErrMalformedCode):
		reason = "malformed"
	}
	if err != nil {
		return failed("R-02", "applicant.legalCode", reason, Fact{"code", c.Code})
	}
	return passed("R-02", "applicant.legalCode", Fact{"code", c.Code})
}

// LegalForm is the legal form of an organisation.
type LegalForm string

// The legal forms that take part. Draugija and bendrija are associations in
// law; they stand apart because calls list them by these words.
const (
	PublicInstitution     LegalForm = "VSI"
	Association           LegalForm = "ASOCIACIJA"
	CharityFund           LegalForm = "LABDAROS_FONDAS"
	BudgetaryInstitution  LegalForm = "BIUDZETINE"
	Municipality          LegalForm = "SAVIVALDYBES_ADM"
	PrivateCompany        LegalForm = "UAB"
	SmallPartnership      LegalForm = "MB"
	SoleProprietorship    LegalForm = "II"
	ReligiousOrganisation LegalForm = "RELIGINE"
	Society               LegalForm = "DRAUGIJA"
	Fellowship            LegalForm = "BENDRIJA"
)

// LegalForms are all legal forms that an organisation can be registered with.
func LegalForms() []LegalForm {
	return []LegalForm{
		PublicInstitution, Association, CharityFund, BudgetaryInstitution, Municipality,
		PrivateCompany, SmallPartnership, SoleProprietorship, ReligiousOrganisation, Society, Fellowship,
	}
}

// AllowedApplicant is R-03: the call admits the applicant's legal form. A call
// that lists none admits none.
type AllowedApplicant struct {
	Form    LegalForm
	Allowed []LegalForm
}

// Check judges R-03.
func (c AllowedApplicant) Check() Result {
	return verdict(slices.Contains(c.Allowed, c.Form), "R-03", "applicant.legalForm", Fact{"form", string(c.Form)})
}

// Territory says where a place lies with respect to the strategy.
type Territory string

// The territories of a strategy, and what lies outside them.
const (
	Target  Territory = "TARGET"
	Linked  Territory = "LINKED"
	Outside Territory = "OUTSIDE"
)

// PlacedInTerritory is R-04: the applicant's seat or a place of activity lies in
// the target or the linked territory.
type PlacedInTerritory struct {
	Seat       Territory
	Activities []Territory
}

// Check judges R-04.
func (c PlacedInTerritory) Check() Result {
	inside := slices.ContainsFunc(append([]Territory{c.Seat}, c.Activities...), func(t Territory) bool {
		return t == Target || t == Linked
	})
	facts := []Fact{{"seat", string(c.Seat)}}
	for _, a := range c.Activities {
		facts = append(facts, Fact{"activity", string(a)})
	}
	return verdict(inside, "R-04", "activityPlaces", facts...)
}

// FitsStrategy is R-05: the action is one of the call's and every kind of
// activity one of the action's. It only warns, for strategies list kinds of
// activity as examples.
type FitsStrategy struct {
	Action      string   // code, such as "1.1.2"
	CallActions []string // codes of the call's actions
	Kinds       []string // codes of the proposal's kinds of activity
	ActionKinds []string // codes that the strategy lists for the action
}

// Check judges R-05.
func (c FitsStrategy) Check() Result {
	action := Fact{"action", c.Action}
	if !slices.Contains(c.CallActions, c.Action) {
		return warned("R-05", "action", "action", action)
	}
	unlisted := slices.DeleteFunc(slices.Clone(c.Kinds), func(k string) bool {
		return slices.Contains(c.ActionKinds, k)
	})
	if len(unlisted) > 0 {
		return warned("R-05", "activityKinds", "", append(list("kind", unlisted), action)...)
	}
	return passed("R-05", "activityKinds", append(list("kind", c.Kinds), action)...)
}

// GrantWindow is R-06: Min ≤ Requested ≤ Max.
type GrantWindow struct{ Requested, Min, Max Money }

// Check judges R-06.
func (c GrantWindow) Check() Result {
	const id, path = "R-06", "grantRequested"
	facts := []Fact{amount("requested", c.Requested), amount("minimum", c.Min), amount("maximum", c.Max)}
	switch {
	case c.Requested > c.Max:
		return failedBy(id, path, "", "excess", c.Requested, c.Max, facts)
	case c.Requested < c.Min:
		return failedBy(id, path, "belowMinimum", "shortfall", c.Min, c.Requested, facts)
	default:
		return passed(id, path, facts...)
	}
}

// failedBy is a failure that names the amount by which larger passes smaller.
func failedBy(id, path, reason, name string, larger, smaller Money, facts []Fact) Result {
	d, err := larger.Minus(smaller)
	if err != nil {
		return failed(id, path, overflow, facts...)
	}
	return failed(id, path, reason, append(facts, amount(name, d))...)
}

// Intensity is R-07: Grant ≤ Eligible × Cap, rounded down to the cent.
type Intensity struct {
	Grant, Eligible Money
	Cap             BasisPoints
	Unverified      []string // unverified parameters among the limits
}

// Check judges R-07. The percentage it reports is rounded up.
func (c Intensity) Check() Result {
	const id, path = "R-07", "grantRequested"
	facts := []Fact{amount("grant", c.Grant), amount("eligible", c.Eligible), percent("cap", c.Cap)}
	if c.Eligible <= 0 {
		return failed(id, path, "noEligibleCost", facts...).resting(c.Unverified)
	}
	permitted := c.Cap.Of(c.Eligible)
	facts = append(facts, amount("permitted", permitted),
		percent("percent", shareAtLeast(int64(c.Grant), int64(c.Eligible))))
	return verdict(c.Grant <= permitted, id, path, facts...).resting(c.Unverified)
}

// OwnContribution is R-08: what public sources leave of the eligible cost is at
// least the part above Cap. The cap comes from the call or the rule set: shares
// differ from measure to measure.
type OwnContribution struct {
	Eligible   Money
	Public     []Money // from every public source
	Cap        BasisPoints
	Unverified []string // unverified parameters among the limits
}

// Check judges R-08.
func (c OwnContribution) Check() Result {
	const id, path = "R-08", "ownContribution"
	own, err := c.own()
	required, errRequired := c.Eligible.Minus(c.Cap.Of(c.Eligible))
	if errors.Join(err, errRequired) != nil {
		return failed(id, path, overflow).resting(c.Unverified)
	}
	return verdict(own >= required, id, path, amount("own", own), amount("required", required),
		amount("eligible", c.Eligible), percent("cap", c.Cap)).resting(c.Unverified)
}

func (c OwnContribution) own() (Money, error) {
	public, err := money.Sum(c.Public...)
	if err != nil {
		return 0, err
	}
	return c.Eligible.Minus(public)
}

// SourcesBalance is R-09: the sources add up to the eligible cost, to the cent.
type SourcesBalance struct {
	Eligible Money
	Sources  []Money
}

// Check judges R-09.
func (c SourcesBalance) Check() Result {
	const id, path = "R-09", "fundingSources"
	total, err := money.Sum(c.Sources...)
	if err != nil {
		return failed(id, path, overflow)
	}
	difference, err := max(total, c.Eligible).Minus(min(total, c.Eligible))
	if err != nil {
		return failed(id, path, overflow)
	}
	return verdict(difference == 0, id, path,
		amount("sources", total), amount("eligible", c.Eligible), amount("difference", difference))
}

func amount(name string, m Money) Fact { return Fact{name, m.String()} }

func percent(name string, b BasisPoints) Fact { return Fact{name, b.String()} }
