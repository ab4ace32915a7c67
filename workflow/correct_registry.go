package workflow

import (
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// This file says what rests on the rows that no case owns: organisations and persons of the
// registry, and the seats of a board.

// LiveFacts are a proposal that was filed and has not ended, with who had to be without a
// conflict in it: its evaluators and those who voted on it.
type LiveFacts struct {
	Proposal, Applicant ident.ID
	EligibleForms       []string
	Persons             []ident.ID // each once, ascending
}

// SittingFacts are a meeting, the day that it is held on and where it stands.
type SittingFacts struct {
	Meeting ident.ID
	On      clock.Date
	State   State
	// Decided are the days on which something was decided at it, ascending: one that was
	// adjourned has sat on others than the day to come.
	Decided []clock.Date
}

// sat are the days on which the meeting has sat by the day.
func (x SittingFacts) sat(by clock.Date) []clock.Date {
	days := slices.Clone(x.Decided)
	planned, calledOff := x.State.Editable || x.On > by, x.State.Terminal && x.State.Outcome != OutcomePositive
	if !planned && !calledOff && !slices.Contains(days, x.On) {
		days = append(days, x.On)
	}
	slices.Sort(days)
	return days
}

// concerned refuses a group that has nothing to do with a record of the registry: it would
// change what others rest on.
func (s *step) concerned(m *mistake) error {
	if !m.ofRegistry() {
		return nil
	}
	concerned, err := s.tx.Concerned(m.lag, m.ID, s.now.Day())
	if err != nil || concerned {
		return err
	}
	return Refuse(RoleRefused, "lagId", Text{
		LT: "Registro įrašą taiso tik su juo susijusi grupė: ta, kuriai organizacija pateikė pasiūlymą, kurios narė ar projekto vykdytoja ji yra, kurioje asmuo eina pareigas arba kuri pati įrašą užregistravo.",
		EN: "A record of the registry is corrected by a group that has to do with it: the organisation filed a proposal with it, is its member or a promoter of its projects, the person has a role in it, or it registered the record.",
	})
}

// unregistrable refuses a legal code that does not hold, or is another's.
func (s *step) unregistrable(m *mistake) ([]Refusal, error) {
	code, _ := m.value.(string)
	if m.Field != "legalCode" {
		return nil, nil
	}
	if refused := codeAtFault("value", code); len(refused) > 0 {
		return refused, nil
	}
	there, err := s.tx.Coded(code)
	if err != nil || there == "" || there == m.ID {
		return nil, err
	}
	return []Refusal{{Code: Conflict, Field: "value", Message: Text{
		LT: fmt.Sprintf("Organizacija, kurios kodas %s, jau įregistruota: %s.", code, there),
		EN: fmt.Sprintf("The organisation with the code %s is registered already: %s.", code, there),
	}}}, nil
}

// reversed refuses a last day before the first, whichever is corrected.
func (m *mistake) reversed() []Refusal {
	if since, until := m.days(true); until != "" && since > until {
		return []Refusal{wrongValue("value", Text{LT: "pradžia, ne vėlesnė už pabaigą", EN: "a beginning that is not after the end"})}
	}
	return nil
}

// days are the first and the last day of a seat or a membership, as they are or will be
// corrected; "" for none.
func (m *mistake) days(corrected bool) (since, until clock.Date) {
	first, _ := m.row["since"].(string)
	last, _ := m.row["until"].(string)
	since, until = clock.Date(first), clock.Date(last)
	day, isDay := m.value.(clock.Date)
	switch {
	case !corrected || !isDay:
	case m.Field == "since":
		since = day
	default:
		until = day
	}
	return since, until
}

// bySeat names the meetings that the seat was at and had no place in, or was not at and had
// one: who is on the board decides whether it is one. What is still planned is
// counted anew, and what was called off counts nobody. A meeting is named once, by the first day
// that counts otherwise.
func (s *step) bySeat(m *mistake) ([]rest, error) {
	all, err := s.tx.Sittings(m.lag)
	if err != nil {
		return nil, err
	}
	sat := func(on clock.Date, corrected bool) bool {
		since, until := m.days(corrected)
		return since <= on && (until == "" || on <= until)
	}
	var out []rest
	for _, x := range all {
		days := x.sat(s.now.Day())
		i := slices.IndexFunc(days, func(on clock.Date) bool { return sat(on, false) != sat(on, true) })
		if i < 0 {
			continue
		}
		r := consequence(
			"Pagal pataisytas dienas valdybos vieta šiame posėdyje būtų skaičiuojama kitaip: patikrinkite sudėtį, kvorumą ir balsų dalis (R-20–R-22) ir nuspręskite.",
			"By the corrected days the seat would count otherwise at this meeting: check composition, quorum and shares of votes (R-20 to R-22), and decide.",
			rules.Fact{Name: "meeting", Value: string(x.Meeting)}, rules.Fact{Name: "heldOn", Value: string(days[i])})
		r.about = x.Meeting
		out = append(out, r)
	}
	return out, nil
}

// byRegistry lists what rests on a record of the registry in the group's proposals that have
// not ended: what its applicant is by law, and which conflicts data show.
func (s *step) byRegistry(m *mistake) ([]rest, error) {
	if m.Field == "name" {
		return nil, nil // nothing is decided by a name
	}
	live, err := s.tx.Live(m.lag)
	if err != nil {
		return nil, err
	}
	var out []rest
	for _, x := range live {
		if x.Applicant != m.ID {
			continue
		}
		if r, is := m.byLaw(x); is {
			out = append(out, r)
		}
	}
	shown, err := s.byConflicts(m, live)
	return append(out, shown...), err
}

// byLaw is what was checked of the applicant by the fact.
func (m *mistake) byLaw(x LiveFacts) (rest, bool) {
	facts := []rules.Fact{{Name: "proposal", Value: string(x.Proposal)}, {Name: m.Field, Value: fmt.Sprint(m.value)}}
	var r rest
	switch m.Field {
	case "legalForm":
		now, _ := m.value.(string)
		if slices.Contains(x.EligibleForms, m.was) == slices.Contains(x.EligibleForms, now) {
			return rest{}, false
		}
		r = consequence(
			"Pagal pataisytą teisinę formą pasikeistų, ar pareiškėjas gali teikti pasiūlymą (R-03). Nuspręskite.",
			"By the corrected legal form the applicant may no longer apply, or may now (R-03). Decide.", facts...)
	case "legalCode":
		r = consequence(
			"Pagal ankstesnį kodą tikrinta de minimis pagalba, pareiškėjo padėtis ir ar jis nėra pati grupė (R-10, R-12, R-28). Patikrinkite iš naujo ir nuspręskite.",
			"By the former code de minimis aid, the applicant's standing and whether it is the group itself were checked (R-10, R-12, R-28). Check again, and decide.", facts...)
	default:
		return rest{}, false
	}
	r.about = x.Proposal
	return r, true
}

// byConflicts names the proposals of whose evaluators or voters data show another conflict by
// the true fact, or one less.
func (s *step) byConflicts(m *mistake, live []LiveFacts) ([]rest, error) {
	var persons, applicants []ident.ID
	for _, x := range live {
		persons, applicants = append(persons, x.Persons...), append(applicants, x.Applicant)
	}
	facts, err := s.tx.Relations(m.lag, distinct(persons), distinct(applicants), s.now.Day())
	if err != nil {
		return nil, err
	}
	was, is := Relate(facts), Relate(m.mended(facts))
	var out []rest
	for _, x := range live {
		for _, person := range x.Persons {
			before, after := groundsOf(was.Matches(person, x.Applicant)), groundsOf(is.Matches(person, x.Applicant))
			if slices.Equal(before, after) {
				continue
			}
			all := []rules.Fact{{Name: "proposal", Value: string(x.Proposal)}, {Name: "person", Value: string(person)}}
			for _, g := range before {
				all = append(all, rules.Fact{Name: "was", Value: string(g)})
			}
			for _, g := range after {
				all = append(all, rules.Fact{Name: "is", Value: string(g)})
			}
			r := consequence(
				"Pagal pataisytus duomenis keičiasi, ką vertintojas ar balsavęs narys turi bendra su pareiškėju (R-24). Nuspręskite.",
				"By the corrected data an evaluator, or a member who voted, has something else in common with the applicant (R-24). Decide.", all...)
			r.about = x.Proposal
			out = append(out, r)
		}
	}
	return out, nil
}

// groundsOf are those of the matches, each once, ascending.
func groundsOf(all []Match) []Ground {
	var out []Ground
	for _, m := range all {
		out = append(out, m.Ground)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mended are the facts with the true one among them.
func (m *mistake) mended(f RelationFacts) RelationFacts {
	f.Organisations, f.Persons = maps.Clone(f.Organisations), maps.Clone(f.Persons)
	if o, there := f.Organisations[m.ID]; there {
		switch text, _ := m.value.(string); m.Field {
		case "legalCode":
			o.LegalCode = text
		case "address":
			o.Address = text
		}
		f.Organisations[m.ID] = o
	}
	if p, there := f.Persons[m.ID]; there && m.Field == "email" {
		text, _ := m.value.(Confidential)
		p.Email = string(text)
		f.Persons[m.ID] = p
	}
	return f
}
