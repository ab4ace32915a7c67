package workflow

import (
	"cmp"
	"slices"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
)

// thirdDays is how many working days a third evaluator has; a choice of design.
const thirdDays = 5

// twoEvaluators are those who diverge.
const twoEvaluators = 2

// assignThird gives the proposal to a third evaluator. Where a third is there already it does
// nothing; where there is nobody to give it to, the office finds one: it reads of the proposal that
// waits in what it has to do, and somebody of it who fires this is told how, of a call with a pool.
// An evaluator is not, for they are not to learn how the pool stands.
func assignThird(s *step, d *decision, _ Values) ([]Change, error) {
	of := d.facts.Subject
	third, wanting, err := s.third(of, d.facts.Call)
	if err != nil || !wanting {
		return nil, err
	}
	if third == "" {
		if len(d.facts.Call.Pool) > 0 && s.actor.HoldsAny(of.LAG, staff...) {
			d.warnings = append(d.warnings, poolExhausted())
		}
		return nil, nil
	}
	row := AssignEvaluator{
		ID: s.IDs.New(ident.Evaluation), LAG: of.LAG, Proposal: of.Dossier, Evaluator: third,
		DueOn: calendar.Last(s.now.Day(), thirdDays, calendar.WorkingDays), Synthetic: d.facts.Synthetic,
	}.row(s.Machines, s.now)
	row.Set["round"] = d.facts.Proposal.Round
	return []Change{row}, nil
}

// third is who may evaluate the proposal beside those who do: of all who hold the role, or of the
// call's pool where it has one those with room, have had it in no evaluation of the round, declared
// no conflict in any and share nothing with the applicant, one who knows its action if anybody does,
// of those one with the fewest proposals of the call, the first by id; "" where there is nobody.
// wanting says whether a third is not there yet.
func (s *step) third(of Subject, c *CallFacts) (third ident.ID, wanting bool, err error) {
	open, err := s.tx.Assigned(c.ID)
	if err != nil {
		return "", false, err
	}
	at := slices.IndexFunc(open, func(x Assigned) bool { return x.Proposal == of.Dossier })
	if at < 0 || len(open[at].Evaluators) > twoEvaluators {
		return "", false, nil
	}
	holders, err := s.mayEvaluate(Subject{LAG: of.LAG}, c.Pool)
	if err != nil {
		return "", true, err
	}
	related, err := s.shared(of.LAG, persons(holders), []ident.ID{open[at].Applicant})
	if err != nil {
		return "", true, err
	}
	full, err := s.full(c, of.Dossier)
	if err != nil {
		return "", true, err
	}
	load := map[ident.ID]int{}
	for _, x := range open {
		for _, evaluator := range x.Evaluators {
			load[evaluator]++
		}
	}
	// lacks is 1 for whoever does not know the action. Where loads are evened out over many proposals
	// competence comes after them (decision 25); of one proposal alone, by which a score is decided,
	// nobody drowns.
	lacks := func(person ident.ID) int {
		if m, pooled := terms.MemberOf(c.Pool, person); pooled && !m.Knows(open[at].Action) {
			return 1
		}
		return 0
	}
	for _, h := range holders {
		_, gone := open[at].Gone[h.Person]
		switch {
		case gone || full(h.Person) || slices.Contains(open[at].Evaluators, h.Person) || len(related.Matches(h.Person, open[at].Applicant)) > 0:
		case third == "" || cmp.Or(cmp.Compare(lacks(h.Person), lacks(third)), cmp.Compare(load[h.Person], load[third])) < 0:
			third = h.Person
		}
	}
	return third, true, nil
}
