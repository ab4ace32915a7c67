package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// This file holds the pool of a call: who evaluates its proposals, which of its actions they
// know, and how many proposals they take.

// SetPool makes the members the pool of the call, in the place of those before. Without any the
// call has none, and whoever holds the role may evaluate.
type SetPool struct {
	LAG, Call ident.ID
	Members   []terms.Member
}

// Record is the act. Whoever has proposals and is no longer of the pool keeps them.
func (a SetPool) Record() Record {
	return Record{
		Kind: "call.pool", Dossier: a.Call, LAG: a.LAG, Subject: a.Call, SubjectType: "Call", check: a.check,
		Changes: []Change{{Type: "Call", ID: a.Call, Set: Values{"pool": append([]terms.Member{}, a.Members...)}}},
	}
}

// Oversized refuses more members, or competences of one, than a suggestion compares. It is there
// for whoever has to read what the act names: with any refusal the act is refused, whatever that is.
func (a SetPool) Oversized() []Refusal {
	if len(a.Members) > assignment.MaxEvaluators {
		return []Refusal{wrongValue("members", Text{
			LT: fmt.Sprintf("ne daugiau kaip %d vertintojų", assignment.MaxEvaluators), EN: fmt.Sprintf("at most %d evaluators", assignment.MaxEvaluators),
		})}
	}
	var out []Refusal
	for i, m := range a.Members {
		if len(m.Competences) > assignment.MaxCompetences {
			out = append(out, wrongValue(fmt.Sprintf("members.%d.competences", i), Text{
				LT: fmt.Sprintf("ne daugiau kaip %d veiksmai", assignment.MaxCompetences), EN: fmt.Sprintf("at most %d actions", assignment.MaxCompetences),
			}))
		}
	}
	return out
}

// check refuses a pool of a call that is over. One that is decided is not: a proposal whose appeal
// is upheld is evaluated anew.
func (a SetPool) check(s *step, f *Facts) ([]Refusal, error) {
	if s.Machines.State(f.Subject.Definition, f.Subject.State).Terminal {
		return []Refusal{{Code: NotAllowedHere, Field: "callId", Message: Text{
			LT: "Kvietimas baigtas, jo pasiūlymai nebevertinami.", EN: "The call is over, and none of its proposals is evaluated any more.",
		}}}, nil
	}
	if out := a.Oversized(); len(out) > 0 {
		return out, nil
	}
	holders, err := s.tx.Holders(Subject{LAG: a.LAG}, []Role{Evaluator}, s.now.Day())
	if err != nil {
		return nil, err
	}
	var out []Refusal
	for i, m := range a.Members {
		at := fmt.Sprintf("members.%d.", i)
		_, twice := terms.MemberOf(a.Members[:i], m.Person)
		switch {
		case twice:
			out = append(out, wrongValue(at+"personId", Text{LT: "asmuo, kurio sąraše dar nėra", EN: "a person who is not on the list yet"}))
		case !slices.Contains(persons(holders), m.Person):
			r := noEvaluator()
			r.Field = at + "personId"
			out = append(out, r)
		}
		if size := between(1, assignment.MaxProposals); !size.holds(m.Capacity, 0) {
			out = append(out, wrongValue(at+"capacity", size.text))
		}
		out = append(out, f.Call.unpaid(at, m.Competences)...)
	}
	return out, nil
}

// unpaid are the competences that are no actions of the call, or stand there twice.
func (c *CallFacts) unpaid(at string, actions []ident.ID) []Refusal {
	var out []Refusal
	for i, action := range actions {
		if slices.Contains(actions[:i], action) || !c.pays(action) {
			out = append(out, wrongValue(fmt.Sprintf("%scompetences.%d", at, i), Text{
				LT: "kvietimo finansuojamas veiksmas, kurio čia dar nėra", EN: "an action that the call pays for and that is not here yet",
			}))
		}
	}
	return out
}

// pays says whether the call has money for the action.
func (c *CallFacts) pays(action ident.ID) bool {
	return slices.ContainsFunc(c.Allocations, func(a AllocationFacts) bool { return a.Action == action })
}

// noEvaluator is the refusal of somebody who does not hold the role.
func noEvaluator() Refusal {
	return Refusal{Code: RoleRefused, Field: "evaluatorId", Message: Text{
		LT: "Šis asmuo neturi vertintojo vaidmens. Pirma jį suteikite.", EN: "This person does not hold the role EVALUATOR. Grant it first.",
	}}
}

// mayEvaluate are those who hold the role today, of a call with a pool those of it.
func (s *step) mayEvaluate(of Subject, pool []terms.Member) ([]Holder, error) {
	holders, err := s.tx.Holders(of, []Role{Evaluator}, s.now.Day())
	if len(pool) == 0 {
		return holders, err
	}
	return slices.DeleteFunc(holders, func(h Holder) bool {
		_, pooled := terms.MemberOf(pool, h.Person)
		return !pooled
	}), err
}

// full says of whom the pool leaves no room for the proposal: they take no more, and do not have
// it already. Nobody is where the call has no pool.
func (s *step) full(c *CallFacts, proposal ident.ID) (func(ident.ID) bool, error) {
	if len(c.Pool) == 0 {
		return func(ident.ID) bool { return false }, nil
	}
	taken, err := s.tx.Taken(c.ID)
	return func(person ident.ID) bool {
		m, pooled := terms.MemberOf(c.Pool, person)
		return pooled && len(taken[person]) >= m.Capacity && !slices.Contains(taken[person], proposal)
	}, err
}

// beyondPool refuses somebody who is not of the call's pool, or takes no more.
func (s *step) beyondPool(f *Facts, evaluator ident.ID) ([]Refusal, error) {
	m, pooled := terms.MemberOf(f.Call.Pool, evaluator)
	if len(f.Call.Pool) > 0 && !pooled {
		return []Refusal{{Code: RuleFailed, Field: "evaluatorId", Rule: "pool", Message: Text{
			LT: "Šio asmens kvietimo vertintojų sąraše nėra. Paskirkite esantį jame (suggestAssignment) arba papildykite sąrašą (setPool).",
			EN: "This person is not of the call's pool. Assign somebody who is (suggestAssignment), or add them to it (setPool).",
		}}}, nil
	}
	full, err := s.full(f.Call, f.Subject.ID)
	if err != nil || !full(evaluator) {
		return nil, err
	}
	return []Refusal{{Code: RuleFailed, Field: "evaluatorId", Rule: "capacity", Facts: []rules.Fact{{Name: "capacity", Value: strconv.Itoa(m.Capacity)}}, Message: Text{
		LT: fmt.Sprintf("Šis vertintojas jau turi tiek šio kvietimo pasiūlymų, kiek vertina (%d). Paskirkite kitą (suggestAssignment) arba padidinkite skaičių (setPool).", m.Capacity),
		EN: fmt.Sprintf("This evaluator has as many of the call's proposals as they take (%d). Assign another (suggestAssignment), or raise the number (setPool).", m.Capacity),
	}}}, nil
}

// poolExhausted tells whoever of the office sends for a third evaluator that it has to find one.
func poolExhausted() Refusal {
	return Refusal{Code: RuleFailed, Field: "evaluatorId", Rule: "pool", Message: Text{
		LT: "Trečiojo vertintojo kvietimo vertintojų sąraše nėra: visi jau vertina, nusišalino arba daugiau neima. Biuras papildo sąrašą (setPool) ir paskiria vertintoją (assignEvaluator).",
		EN: "The call's pool has nobody for a third evaluator: all evaluate already, are out or take no more. The office adds to it (setPool) and assigns somebody (assignEvaluator).",
	}}
}

// Load is how many proposals of the call each evaluator has, or is through with. Who may ask is for
// the caller to know.
func (e *Engine) Load(ctx context.Context, call ident.ID) (map[ident.ID]int, error) {
	load := map[ident.ID]int{}
	err := e.Store.View(ctx, func(tx Tx) error {
		taken, err := tx.Taken(call)
		for person, proposals := range taken {
			load[person] = len(proposals)
		}
		return err
	})
	return load, err
}
