package workflow

import (
	"cmp"
	"maps"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// This file says which conflicts of interest data show between a person and an applicant.
// It is pure: what is known comes in [RelationFacts].

// RelationFacts are what data show of some persons and of the applicants that they are
// asked about.
type RelationFacts struct {
	// LAG is the group that asks: of what another one put on file only the ground is told.
	LAG ident.ID
	// On is the day for which it is asked.
	On clock.Date
	// PartnershipYears and LookbackYears are for how long a partnership, and any other tie,
	// still counts after its end.
	PartnershipYears, LookbackYears int
	Unverified                      []string // names of unverified parameters among these
	// Persons are those asked about, and all of the applicants' organisations.
	Persons map[ident.ID]PersonFacts
	// Organisations are the applicants, and those that the persons are of.
	Organisations map[ident.ID]OrganisationFacts
	Ties          []TieFacts  // of any of these, by id
	Posts         []PostFacts // of the persons asked about
	// Own are those of the applicants that are the asking group itself, by their legal code.
	Own []ident.ID
}

// PersonFacts are what is compared of a person.
type PersonFacts struct {
	Organisation ident.ID
	Email        string
}

// OrganisationFacts are what is compared of an organisation.
type OrganisationFacts struct{ Name, LegalCode, Address string }

// TieFacts are a tie between two of the registry, and which group put it on file. Until is
// its last day, "" while no end is known.
type TieFacts struct {
	One, Other   ident.ID
	Kind         Ground
	LAG          ident.ID
	Since, Until clock.Date
}

// PostFacts say that a person works for a local action group, or sits on its board. The
// group may be an applicant, by its legal code.
type PostFacts struct {
	Person, LAG     ident.ID
	Name, LegalCode string // of the group
	Since, Until    clock.Date
}

// Match is one thing that a person shares with an applicant.
type Match struct {
	Ground Ground
	// Shared says what it is: the name of an organisation, an address, or the domain of an
	// e-mail address; "" where another group put it on file.
	Shared string
	// Since and Until are the days of a tie, as far as they are known.
	Since, Until clock.Date
	// Rests is the parameter by which a tie that has ended still counts, "" for others and
	// where somebody has compared the parameter with its source.
	Rests string
}

// The windows where no rule set names any, in years. They are choices of design: a year is
// what a person who leaves a post is commonly kept from, and three are what a declaration of
// de minimis looks back on.
const (
	DefaultPartnershipYears = 3
	DefaultLookbackYears    = 1
)

// Relations answer which conflicts data show. They are made once for many questions.
type Relations struct {
	facts RelationFacts
	// ties by either end, posts and the domain of their e-mail by person; the domains of its
	// people and the key of its address by organisation.
	ties    map[ident.ID][]TieFacts
	posts   map[ident.ID][]PostFacts
	mail    map[ident.ID]string
	domains map[ident.ID]map[string]bool
	places  map[ident.ID]string
}

// Relate makes ready to compare.
func Relate(f RelationFacts) *Relations {
	r := &Relations{
		facts: f, ties: map[ident.ID][]TieFacts{}, posts: map[ident.ID][]PostFacts{}, mail: map[ident.ID]string{},
		domains: map[ident.ID]map[string]bool{}, places: map[ident.ID]string{},
	}
	for _, t := range f.Ties {
		r.ties[t.One] = append(r.ties[t.One], t)
		r.ties[t.Other] = append(r.ties[t.Other], TieFacts{t.Other, t.One, t.Kind, t.LAG, t.Since, t.Until})
	}
	for _, p := range f.Posts {
		r.posts[p.Person] = append(r.posts[p.Person], p)
	}
	for id, p := range f.Persons {
		domain := rules.OwnMailDomain(p.Email)
		if domain == "" {
			continue
		}
		if r.domains[p.Organisation] == nil {
			r.domains[p.Organisation] = map[string]bool{}
		}
		r.mail[id], r.domains[p.Organisation][domain] = domain, true
	}
	for id, o := range f.Organisations {
		r.places[id] = rules.AddressKey(o.Address)
	}
	return r
}

// Matches are all that the person shares with the applicant, an organisation, on the day:
// the organisation first, then what is compared, then ties by their ground. None where
// nothing shows a conflict.
func (r *Relations) Matches(person, applicant ident.ID) []Match {
	if applicant == "" {
		return nil
	}
	own := r.facts.Persons[person].Organisation
	to := r.facts.Organisations[applicant]
	var out []Match
	if own == applicant {
		out = append(out, Match{Ground: OfApplicant, Shared: to.Name})
	} else {
		out = append(r.compared(person, own, applicant), r.partners(own, applicant)...)
	}
	out = append(append(out, r.coded(person, to)...), r.tied(person, applicant)...)
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(slices.Index(dataShow, a.Ground), slices.Index(dataShow, b.Ground)),
			cmp.Compare(a.Shared, b.Shared), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Rests, b.Rests))
	})
	return slices.Compact(out)
}

// Remembering is Matches for many pairs, each compared once: one applicant may have many
// proposals.
func (r *Relations) Remembering() func(person, applicant ident.ID) []Match {
	type pair struct{ person, applicant ident.ID }
	known := map[pair][]Match{}
	return func(person, applicant ident.ID) []Match {
		at := pair{person, applicant}
		if _, is := known[at]; !is {
			known[at] = r.Matches(person, applicant)
		}
		return known[at]
	}
}

// compared are what the person's organisation and e-mail have in common with an applicant
// that is another.
func (r *Relations) compared(person, own, applicant ident.ID) []Match {
	var out []Match
	of, to := r.facts.Organisations[own], r.facts.Organisations[applicant]
	if of.LegalCode != "" && of.LegalCode == to.LegalCode {
		out = append(out, Match{Ground: SameCode, Shared: of.Name})
	}
	if place := r.places[own]; place != "" && place == r.places[applicant] {
		out = append(out, Match{Ground: SameAddress, Shared: of.Address})
	}
	if domain := r.mail[person]; r.domains[applicant][domain] {
		out = append(out, Match{Ground: SameDomain, Shared: domain})
	}
	return out
}

// Own says whether the applicant is the asking group itself.
func (r *Relations) Own(applicant ident.ID) bool { return slices.Contains(r.facts.Own, applicant) }

// coded are the local action groups that the person works for, or whose board they sit on,
// and that are the applicant by their code.
func (r *Relations) coded(person ident.ID, to OrganisationFacts) []Match {
	var out []Match
	for _, p := range r.posts[person] {
		if to.LegalCode == "" || p.LegalCode != to.LegalCode {
			continue
		}
		if rests, counts := r.counts(TieFacts{Since: p.Since, Until: p.Until}, r.facts.LookbackYears, rules.ConflictLookback); counts {
			out = append(out, r.told(SameCode, p.Name, rests, TieFacts{LAG: p.LAG, Since: p.Since, Until: p.Until}))
		}
	}
	return out
}

// partners are the partnerships of the two organisations.
func (r *Relations) partners(own, applicant ident.ID) []Match {
	var out []Match
	for _, t := range r.ties[own] {
		if rests, counts := r.counts(t, r.facts.PartnershipYears, rules.ConflictPartnership); t.Other == applicant && t.Kind == PartnershipTie && counts {
			out = append(out, r.told(PartnershipTie, r.facts.Organisations[own].Name, rests, t))
		}
	}
	return out
}

// tied are the person's own ties to the applicant, and those to a relative who is of it.
func (r *Relations) tied(person, applicant ident.ID) []Match {
	var out []Match
	name := r.facts.Organisations[applicant].Name
	for _, t := range r.ties[person] {
		rests, counts := r.counts(t, r.facts.LookbackYears, rules.ConflictLookback)
		switch {
		case !counts:
		case t.Other == applicant:
			out = append(out, r.told(t.Kind, name, rests, t))
		case t.Kind == FamilyTie && r.facts.Persons[t.Other].Organisation == applicant:
			out = append(out, r.told(FamilyTie, name, rests, t))
		case t.Kind == FamilyTie:
			out = append(out, r.byFamily(t, rests, applicant)...)
		}
	}
	return out
}

// byFamily are a relative's ties to the applicant.
func (r *Relations) byFamily(family TieFacts, rests string, applicant ident.ID) []Match {
	var out []Match
	for _, t := range r.ties[family.Other] {
		also, counts := r.counts(t, r.facts.LookbackYears, rules.ConflictLookback)
		if t.Other == applicant && counts {
			out = append(out, r.told(FamilyTie, r.facts.Organisations[applicant].Name, cmp.Or(rests, also), family, t))
		}
	}
	return out
}

// told is a match by ties, the first of which is the one that its days are of; of ties of
// which another group put one on file only the ground.
func (r *Relations) told(ground Ground, shared, rests string, ties ...TieFacts) Match {
	if slices.ContainsFunc(ties, func(t TieFacts) bool { return t.LAG != r.facts.LAG }) {
		return Match{Ground: ground, Rests: rests}
	}
	return Match{Ground: ground, Shared: shared, Since: ties[0].Since, Until: ties[0].Until, Rests: rests}
}

// counts says whether a tie counts on the day: it has begun, and ended not more than so many
// years before; and on which unverified parameter that rests, where it has ended.
func (r *Relations) counts(t TieFacts, years int, parameter string) (rests string, counts bool) {
	switch {
	case t.Since > r.facts.On:
		return "", false
	case t.Until == "" || r.facts.On <= t.Until:
		return "", true
	case !slices.Contains(r.facts.Unverified, parameter):
		parameter = ""
	}
	return parameter, r.facts.On <= t.Until.AddYears(years)
}

// tieBetween are the kinds of ties, which are the grounds that they are, and what each is
// between: of a person and an organisation the person comes first.
var tieBetween = map[Ground][2]ident.Prefix{
	EmploymentTie:  {ident.Person, ident.Organisation},
	ManagementTie:  {ident.Person, ident.Organisation},
	MembershipTie:  {ident.Person, ident.Organisation},
	OwnershipTie:   {ident.Person, ident.Organisation},
	FamilyTie:      {ident.Person, ident.Person},
	PartnershipTie: {ident.Organisation, ident.Organisation},
}

// TieKinds are the kinds of ties that a group puts on file, ascending.
func TieKinds() []Ground { return slices.Sorted(maps.Keys(tieBetween)) }
