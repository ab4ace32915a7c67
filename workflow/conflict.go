package workflow

import (
	"context"
	"maps"
	"slices"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// This file says what follows for evaluators from the conflicts that data show, and reads
// them only where something asks.

// shared is what the persons share with the applicants today, as the group asks.
func (s *step) shared(lag ident.ID, persons, applicants []ident.ID) (*Relations, error) {
	facts, err := s.tx.Relations(lag, persons, applicants, s.now.Day())
	return Relate(facts), err
}

// unshared is the guard of steps that are closed to an evaluator in conflict.
const unshared = "noConflictShown"

// compare has the facts of an evaluation say what its evaluator shares with the applicant,
// where a guard of the step asks for it: once, however many steps are weighed.
func (s *step) compare(f *Facts, t *Transition) error {
	if f.Shared != nil || f.Subject.Assigned == "" || !slices.Contains(t.Guards, unshared) {
		return nil
	}
	related, err := s.shared(f.Subject.LAG, []ident.ID{f.Subject.Assigned}, []ident.ID{f.Subject.Owner})
	f.Shared = append([]Match{}, related.Matches(f.Subject.Assigned, f.Subject.Owner)...)
	return err
}

// functional is the guard of steps that independent evaluators have to have come before.
const functional = "R-28"

// appoint has the facts of a proposal say whether the group itself applies, and who of its
// evaluators is of the group, where a guard of the step asks for it: once, however many
// steps are weighed.
func (s *step) appoint(f *Facts, t *Transition) error {
	if f.Independence != nil || f.Proposal == nil || !slices.Contains(t.Guards, functional) {
		return nil
	}
	applicant := f.Proposal.Applicant
	var evaluators []ident.ID
	for _, e := range f.Proposal.Counting() {
		evaluators = append(evaluators, e.Evaluator)
	}
	related, err := s.shared(f.Subject.LAG, evaluators, []ident.ID{applicant})
	f.Independence = &rules.LAGAsApplicant{ApplicantIsLAG: related.Own(applicant)}
	for _, person := range evaluators {
		if len(related.Matches(person, applicant)) > 0 {
			f.Independence.InternalEvaluators++
		} else {
			f.Independence.ExternalEvaluators++
		}
	}
	return err
}

// independence is R-28 of the evaluators whose scores count. That the group's staff leave for
// the vote is for R-24: a post in the office is an interest of its own.
func independence(s sight) rules.Result {
	if s.Independence == nil {
		return rules.LAGAsApplicant{}.Check()
	}
	return s.Independence.Check()
}

// noConflictShown holds while no data show a conflict of the evaluator.
func noConflictShown(s sight) rules.Result {
	r := fact(unshared, len(s.Shared) == 0, grounds(s.Shared)...)
	for _, m := range s.Shared {
		if m.Rests != "" && !slices.Contains(r.Unverified, m.Rests) {
			r.Unverified = append(r.Unverified, m.Rests)
		}
	}
	return r
}

// grounds are those of the matches as facts, each once.
func grounds(shared []Match) []rules.Fact {
	var out []rules.Fact
	for _, m := range shared {
		out = append(out, rules.Fact{Name: "ground", Value: string(m.Ground)})
	}
	return slices.Compact(out)
}

// inConflict is the refusal of an evaluator of whom data show a conflict.
func inConflict(shared []Match) Refusal {
	why := groundNames[shared[0].Ground]
	return Refusal{Code: RuleFailed, Field: "evaluatorId", Rule: "R-24", Facts: grounds(shared), Message: Text{
		LT: "Duomenys rodo vertintojo interesų konfliktą: " + why.LT + ". Paskirkite kitą.",
		EN: "Data show that the evaluator has a conflict of interest: " + why.EN + ". Assign another.",
	}}
}

// groundNames say what the grounds that data show of an evaluator and an applicant are.
var groundNames = map[Ground]Text{
	OfApplicant:    {LT: "jis iš pareiškėjo organizacijos", EN: "they are of the applicant's organisation"},
	SameCode:       {LT: "jis veikia juridiniame asmenyje, kurio kodas toks pat kaip pareiškėjo", EN: "they act for a body with the applicant's legal code"},
	SameAddress:    {LT: "jo organizacijos adresas toks pat kaip pareiškėjo", EN: "their organisation has the applicant's address"},
	SameDomain:     {LT: "jo el. pašto sritis tokia pat kaip pareiškėjo žmonių", EN: "their e-mail is at the domain of the applicant's people"},
	EmploymentTie:  {LT: "darbo santykiai su pareiškėju", EN: "employment with the applicant"},
	ManagementTie:  {LT: "pareigos pareiškėjo valdymo organuose", EN: "a seat in the applicant's management"},
	MembershipTie:  {LT: "narystė pareiškėjo organizacijoje", EN: "membership in the applicant"},
	OwnershipTie:   {LT: "pareiškėjo dalis priklauso jam", EN: "a share in the applicant"},
	FamilyTie:      {LT: "šeimos ryšys su pareiškėjo žmogumi", EN: "a family tie with somebody of the applicant"},
	PartnershipTie: {LT: "jo organizacija buvo pareiškėjo partnerė", EN: "a partnership of their organisation with the applicant"},
}

// Asked is a person and an organisation that is an applicant, of whom a group asks what they
// share.
type Asked struct{ LAG, Person, Applicant ident.ID }

// Shared are what data show today that each of the persons shares with the applicant, read
// once for each group. Who may ask is for the caller to know.
func (e *Engine) Shared(ctx context.Context, all []Asked) (map[Asked][]Match, error) {
	out := map[Asked][]Match{}
	groups := map[ident.ID][]Asked{}
	for _, a := range all {
		groups[a.LAG] = append(groups[a.LAG], a)
	}
	err := e.Store.View(ctx, func(tx Tx) error {
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now()}
		for _, lag := range slices.Sorted(maps.Keys(groups)) {
			var persons, applicants []ident.ID
			for _, a := range groups[lag] {
				persons, applicants = append(persons, a.Person), append(applicants, a.Applicant)
			}
			related, err := s.shared(lag, distinct(persons), distinct(applicants))
			if err != nil {
				return err
			}
			for _, a := range groups[lag] {
				out[a] = related.Matches(a.Person, a.Applicant)
			}
		}
		return nil
	})
	return out, err
}

// distinct are the ids, each once, ascending.
func distinct(ids []ident.ID) []ident.ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}
