package workflow

import (
	"fmt"
	"slices"
)

// This file holds a version to what ships. A list of what a version must not do has no
// end; so a state that ships is entered as strictly as it ships, from states that mean
// as much, and a step between others that weighs something is as strict as one that
// ships between states that mean as much. All else is the act of two.

// weight is what a state means for those concerned, whatever its name.
type weight struct {
	outcome                                                                   Outcome
	commits                                                                   Commitment
	final, contested, terminal, pays, holds, keeps, running, listed, editable bool
}

func (s State) weight() weight {
	return weight{
		outcome: s.Outcome, commits: s.Commits, final: s.Final, contested: s.Contested, terminal: s.Terminal, pays: s.Pays,
		holds: s.HoldsMoney, keeps: s.KeepsMoney, running: s.Running, listed: s.Listed, editable: s.Editable,
	}
}

// relaxed are steps of a version that weigh something and are less strict than what
// ships, and what else it would take from the shipped process: a guard of a step, a
// refusal that is none any more, a way to begin a case.
func relaxed(m, shipped *Machine) []Problem {
	var out []Problem
	fail := func(x Concrete, code ProblemCode, format string, args ...any) {
		out = append(out, Problem{
			Code: code, Kind: m.Kind(), File: m.def.File, Position: x.Transition.Position, Path: walkTo(m, x), Message: fmt.Sprintf(format, args...),
		})
	}
	refusing := shipped.refusing()
	for _, x := range m.steps {
		from, to := m.states[x.From], m.states[x.To]
		code, why := m.laxer(x, shipped)
		switch {
		case refusing[x.Event] && !refuses(&from, &to) && from.Outcome != OutcomeNegative:
			fail(x, Reclassified, "event %s refuses in %s, and leads to %s here; what is to mean something else needs another name", x.Event, shipped.Name(), x.To)
		case why != "":
			fail(x, code, "event %s from %s is less strict than in %s, where %s", x.Event, x.From, shipped.Name(), why)
		}
	}
	// A join that ships comes where it ships to; that it comes elsewhere too is nobody's to say.
	out = append(out, m.proof.strandedIn(func(x Concrete) bool {
		_, ships := shipped.step[stepKey{x.From, x.Event}]
		return ships
	})...)
	if code, why := beganLaxer(m.def.Begins, shipped.def.Begins); why != "" {
		out = append(out, Problem{
			Code: code, Kind: m.Kind(), File: m.def.File, Position: m.def.Begins.Position, Path: []StateName{m.Initial()},
			Message: fmt.Sprintf("a case begins by less than in %s, where %s", shipped.Name(), why),
		})
	}
	return out
}

// walkTo is a walk from the beginning over the step.
func walkTo(m *Machine, x Concrete) []StateName {
	return append(slices.Clone(m.proof.ways()[x.From]), x.To)
}

// laxer says by what the step is less strict than the shipped process; "" where it is
// not, or weighs nothing.
func (m *Machine) laxer(x Concrete, shipped *Machine) (code ProblemCode, why string) {
	from, to, t := m.states[x.From], m.states[x.To], x.Transition
	same, ships := shipped.step[stepKey{x.From, x.Event}]
	ships = ships && same.To == x.To
	alike := []Concrete{same}
	if !ships {
		_, known := shipped.states[x.To]
		idle := !t.Reopens && len(t.Data)+len(t.Joins)+len(t.Sets)+len(t.Effects) == 0
		if idle && (x.From == x.To || !known && from.weight() == to.weight()) {
			return "", ""
		}
		alike = slices.DeleteFunc(shipped.alike(from.weight(), to, known), func(y Concrete) bool {
			return y.From == y.To && x.From != x.To // to change something there is not to come there
		})
	}
	code, why = OnePerson, "no such step leads there"
	for _, y := range alike {
		if code, why = laxerThan(t, y.Transition); why == "" {
			return "", ""
		}
	}
	if !m.byTwo(from, to, t) || ships && otherwise(t, same.Transition) != "" {
		return code, why
	}
	return Relaxed, unguarded(t, alike, shipped)
}

// alike are the steps from states of the weight into the state, or where that does not
// ship, into those that weigh as much.
func (m *Machine) alike(from weight, to State, known bool) []Concrete {
	return slices.DeleteFunc(slices.Clone(m.steps), func(y Concrete) bool {
		leads := y.To == to.Name || !known && m.states[y.To].weight() == to.weight()
		return !leads || m.states[y.From].weight() != from
	})
}

// laxerThan says by what an event is less strict than another: it takes fewer people, or
// asks for less.
func laxerThan(t, than *Transition) (code ProblemCode, why string) {
	two := t.Requires.SecondPerson || !slices.ContainsFunc(t.By, func(by By) bool { return !by.SecondPerson })
	for _, by := range t.By {
		i := slices.IndexFunc(than.By, func(b By) bool { return b.Role == by.Role && b.OnBehalfOf == by.OnBehalfOf })
		switch {
		case i < 0:
			return OnePerson, fmt.Sprintf("%s may not", by.Role)
		case than.By[i].SecondPerson && !by.SecondPerson && !t.Requires.SecondPerson:
			return OnePerson, fmt.Sprintf("%s needs a second person", by.Role)
		}
	}
	for _, r := range []struct {
		asked, asks bool
		code        ProblemCode
		what        string
	}{
		{than.Requires.SecondPerson, two, OnePerson, "a second person"},
		{than.Requires.Decision, t.Requires.Decision, OnePerson, "a decision of the board"},
		{than.Requires.LostVote, t.Requires.LostVote, OnePerson, "a vote of the board"},
		{than.Requires.Document, t.Requires.Document, Relaxed, "a document"},
		{than.Requires.Reason, t.Requires.Reason, Relaxed, "a reason"},
	} {
		if r.asked && !r.asks {
			return r.code, "it takes " + r.what
		}
	}
	for _, g := range than.Guards {
		if !slices.Contains(t.Guards, g) {
			return Relaxed, "it asks for " + g
		}
	}
	for _, d := range t.Data {
		if !slices.ContainsFunc(than.Data, func(x Datum) bool { return x.Name == d.Name }) {
			if isMoney(d) {
				return OnePerson, "it sets no " + d.Name
			}
			return Relaxed, "it carries no " + d.Name
		}
	}
	why = otherwise(t, than)
	return Relaxed, why
}

// otherwise says what an event sets off that another does not, or the other way round.
func otherwise(t, than *Transition) string {
	for _, of := range [][2]*Transition{{t, than}, {than, t}} {
		for _, j := range of[0].Joins {
			if !slices.ContainsFunc(of[1].Joins, func(x Joined) bool { return x.firing() == j.firing() && (x.Optional == j.Optional) }) {
				return fmt.Sprintf("it joins otherwise: %s.%s", j.Kind, j.Event)
			}
		}
		for _, x := range of[0].Sets {
			if !slices.ContainsFunc(of[1].Sets, func(y Setting) bool { return y.Field == x.Field && y.On == x.On }) {
				return "it sets " + x.Field + " otherwise"
			}
		}
		for _, e := range of[0].Effects {
			if !slices.Contains(of[1].Effects, e) {
				return "it has another effect: " + e
			}
		}
	}
	return ""
}

// byTwo says whether the step is one that two of the office, or the board by its
// decision, may take though nothing that ships is like it: it neither reserves, pays
// nor awards, sets no amount where that was done, and keeps what a step that ships sets off.
func (m *Machine) byTwo(from, to State, t *Transition) bool {
	paid := m.proof.meansMoney(from) || m.proof.meansMoney(to)
	if paid && slices.ContainsFunc(t.Data, isMoney) || len(t.Sets)+len(t.Effects) > 0 {
		return false
	}
	if from.weight() != to.weight() && m.proof.meansMoney(to) {
		return false
	}
	if slices.ContainsFunc(t.By, func(by By) bool { return !slices.Contains(recorders, by.Role) }) {
		return false
	}
	return t.Requires.Decision || t.Requires.SecondPerson || !slices.ContainsFunc(t.By, func(by By) bool { return !by.SecondPerson })
}

// unguarded says which computed guard of what is alike the step asks not for; "" where
// it asks for all of one's, or nothing is alike.
func unguarded(t *Transition, alike []Concrete, shipped *Machine) string {
	missing := ""
	for _, y := range alike {
		i := slices.IndexFunc(y.Transition.Guards, func(g string) bool {
			_, attested := shipped.Attestation(g)
			return !attested && !slices.Contains(t.Guards, g)
		})
		if i < 0 {
			return ""
		}
		missing = "it asks for " + y.Transition.Guards[i]
	}
	return missing
}

// refusing are the events that refuse wherever they are fired.
func (m *Machine) refusing() map[EventName]bool {
	all := map[EventName]bool{}
	for _, x := range m.steps {
		from, to := m.states[x.From], m.states[x.To]
		refused, known := all[x.Event]
		all[x.Event] = refuses(&from, &to) && (refused || !known)
	}
	return all
}

// beganLaxer says by what cases begin more freely than there.
func beganLaxer(o, than *Beginning) (ProblemCode, string) {
	if o == nil || than == nil {
		return "", ""
	}
	if i := slices.IndexFunc(o.About, func(k Kind) bool { return !slices.Contains(than.About, k) }); i >= 0 {
		return Relaxed, "none is about a " + string(o.About[i])
	}
	return laxerThan(o.transition(), than.transition())
}
