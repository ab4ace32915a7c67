package workflow

import (
	"slices"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ident"
)

// thirdDays is how many working days a third evaluator has; a choice of design.
const thirdDays = 5

// twoEvaluators are those who diverge.
const twoEvaluators = 2

// assignThird gives the proposal to a third evaluator. Where a third is there already, or there
// is nobody to give it to, it does nothing, and the office finds one.
func assignThird(s *step, d *decision, _ Values) ([]Change, error) {
	of := d.facts.Subject
	third, err := s.third(of, d.facts.Call.ID)
	if err != nil || third == "" {
		return nil, err
	}
	row := AssignEvaluator{
		ID: s.IDs.New(ident.Evaluation), LAG: of.LAG, Proposal: of.Dossier, Evaluator: third,
		DueOn: calendar.Last(s.now.Day(), thirdDays, calendar.WorkingDays), Synthetic: d.facts.Synthetic,
	}.row(s.Machines, s.now)
	row.Set["round"] = d.facts.Proposal.Round
	return []Change{row}, nil
}

// third is who may evaluate the proposal beside those who do: of all who hold the role, have
// had it in no evaluation of the round, declared no conflict in any and share nothing with the
// applicant, one with the fewest proposals of the call, the first by id; "" where a third is
// there, and where there is nobody.
func (s *step) third(of Subject, call ident.ID) (ident.ID, error) {
	open, err := s.tx.Assigned(call)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(open, func(x Assigned) bool { return x.Proposal == of.Dossier })
	if at < 0 || len(open[at].Evaluators) > twoEvaluators {
		return "", nil
	}
	holders, err := s.tx.Holders(Subject{LAG: of.LAG}, []Role{Evaluator}, s.now.Day())
	if err != nil {
		return "", err
	}
	related, err := s.shared(of.LAG, persons(holders), []ident.ID{open[at].Applicant})
	if err != nil {
		return "", err
	}
	load := map[ident.ID]int{}
	for _, x := range open {
		for _, evaluator := range x.Evaluators {
			load[evaluator]++
		}
	}
	var third ident.ID
	for _, h := range holders {
		_, gone := open[at].Gone[h.Person]
		switch {
		case gone || slices.Contains(open[at].Evaluators, h.Person) || len(related.Matches(h.Person, open[at].Applicant)) > 0:
		case third == "" || load[h.Person] < load[third]:
			third = h.Person
		}
	}
	return third, nil
}
