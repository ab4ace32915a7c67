package workflow

import (
	"cmp"
	"fmt"
	"slices"
)

// This file holds a version to what ships. A list of what a version must not do has no
// end; so between two states that ship, a step is as strict as one that ships between
// these two, and a new state stands for the one that it is come to from. All else is the
// act of two.

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
	renamed, origins := m.renamed(shipped), map[StateName][]StateName{}
	for _, s := range m.def.States {
		if _, ships := shipped.states[s.Name]; !ships {
			origins[s.Name] = m.origins(s.Name, shipped)
		}
	}
	for _, x := range m.steps {
		from, to := m.states[x.From], m.states[x.To]
		code, why := m.laxer(x, shipped, renamed, origins)
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
	out = append(out, emptied(m, shipped)...)
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

// idle says whether the event carries nothing and sets nothing off.
func (t *Transition) idle() bool { return len(t.Data)+len(t.Joins)+len(t.Sets)+len(t.Effects) == 0 }

// two says whether the event takes two persons, whoever fires it.
func (t *Transition) two() bool {
	return t.Requires.SecondPerson || !slices.ContainsFunc(t.By, func(by By) bool { return !by.SecondPerson })
}

// laxer says by what the step is less strict than the shipped process; "" where it is
// not, or weighs nothing.
func (m *Machine) laxer(x Concrete, shipped *Machine, renamed map[StateName]StateName, origins map[StateName][]StateName) (code ProblemCode, why string) {
	from, to, t := m.states[x.From], m.states[x.To], x.Transition
	x.From, x.To = cmp.Or(renamed[x.From], x.From), cmp.Or(renamed[x.To], x.To)
	if same, ships := shipped.step[stepKey{x.From, x.Event}]; ships && same.To == x.To {
		if code, why = laxerThan(t, same.Transition); why != "" {
			code, why = m.byTwo(x, from, to, []Concrete{same}, shipped, code, why)
		}
		return code, why
	}
	idle := !t.Reopens && t.idle()
	_, known := shipped.states[x.To]
	if idle && (x.From == x.To || !known && from.weight() == to.weight()) {
		return "", ""
	}
	for _, alike := range likes(x, from, to, shipped, origins[x.From], idle) {
		code, why = OnePerson, "no such step leads there"
		for _, y := range alike {
			if code, why = laxerThan(t, y.Transition); why == "" {
				break
			}
		}
		if why == "" {
			continue
		}
		if len(alike) == 0 {
			alike = slices.DeleteFunc(slices.Clone(shipped.steps), func(y Concrete) bool { return y.To != x.To || y.From == y.To })
		}
		if code, why = m.byTwo(x, from, to, alike, shipped, code, why); why != "" {
			return code, why
		}
	}
	return "", ""
}

// likes are the steps that ship which the step has to be as strict as, one of each list.
// Between two states that ship those are the steps between these two; from a new state,
// those from each that it is come to from and that means as much, for it may stand for
// any of them; back to the only one it is free. A new state is come to like one that
// means as much.
func likes(x Concrete, from, to State, shipped *Machine, origins []StateName, idle bool) [][]Concrete {
	_, ends := shipped.states[x.To]
	alike := func(is func(State) bool) []Concrete {
		return slices.DeleteFunc(slices.Clone(shipped.steps), func(y Concrete) bool {
			leads := y.To == x.To || !ends && shipped.states[y.To].weight() == to.weight()
			return !leads || !is(shipped.states[y.From])
		})
	}
	if _, begins := shipped.states[x.From]; begins {
		return [][]Concrete{alike(func(s State) bool { return s.Name == x.From || !ends && s.weight() == from.weight() })}
	}
	var out [][]Concrete
	stands := false
	for _, origin := range origins {
		if shipped.states[origin].weight() != from.weight() {
			continue
		}
		if stands = true; origin != x.To || !idle {
			out = append(out, alike(func(s State) bool { return s.Name == origin }))
		}
	}
	if !stands {
		out = append(out, alike(func(s State) bool { return s.weight() == from.weight() }))
	}
	return out
}

// renamed says which states that ship and are gone the new ones stand for: that of the
// same weight with which one has most events in common.
func (m *Machine) renamed(shipped *Machine) map[StateName]StateName {
	out := map[StateName]StateName{}
	for _, gone := range shipped.def.States {
		if _, there := m.states[gone.Name]; there {
			continue
		}
		best := 0
		var stands StateName
		for _, s := range m.def.States {
			_, ships := shipped.states[s.Name]
			if ships || out[s.Name] != "" || s.weight() != gone.weight() {
				continue
			}
			common := 0
			for _, x := range m.from[s.Name] {
				if _, both := shipped.step[stepKey{gone.Name, x.Event}]; both {
					common++
				}
			}
			if common > best {
				best, stands = common, s.Name
			}
		}
		if best > 0 {
			out[stands] = gone.Name
		}
	}
	return out
}

// origins are the states that ship from which new states lead to the new one.
func (m *Machine) origins(name StateName, shipped *Machine) []StateName {
	var out []StateName
	seen := map[StateName]bool{name: true}
	for queue := []StateName{name}; len(queue) > 0; queue = queue[1:] {
		for _, x := range m.steps {
			if x.To != queue[0] || seen[x.From] {
				continue
			}
			seen[x.From] = true
			if _, ships := shipped.states[x.From]; ships {
				out = append(out, x.From)
			} else {
				queue = append(queue, x.From)
			}
		}
	}
	return out
}

// laxerThan says by what an event is less strict than another: it takes fewer people, or
// asks for less.
func laxerThan(t, than *Transition) (code ProblemCode, why string) {
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
		{than.Requires.SecondPerson, t.two(), OnePerson, "a second person"},
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

// byTwo says why two of the office, or the board by its decision, may not take the step
// in the place of those who take it where it ships, given why those are not as many: they
// act for the same bodies, keep computed guards, joins and what is carried and set off,
// and move no money. What nothing that ships is like they may do if it means no money
// and carries and sets off nothing.
func (m *Machine) byTwo(x Concrete, from, to State, alike []Concrete, shipped *Machine, code ProblemCode, why string) (ProblemCode, string) {
	t := x.Transition
	if !t.Requires.Decision && !t.two() || slices.ContainsFunc(t.By, func(by By) bool { return !slices.Contains(recorders, by.Role) }) {
		return code, why
	}
	ships := slices.ContainsFunc(alike, func(y Concrete) bool { return y.From == x.From })
	if !ships && (!t.idle() || moves(&from, &to) || from.weight() != to.weight() && m.proof.meansMoney(to)) {
		return code, why
	}
	if len(alike) == 0 {
		return "", ""
	}
	for _, y := range alike {
		theirs := bodies(y.Transition)
		if slices.ContainsFunc(bodies(t), func(b Role) bool { return !slices.Contains(theirs, b) }) {
			continue
		}
		than := *y.Transition
		than.By, than.Requires = t.By, Requires{Decision: than.Requires.Decision, LostVote: than.Requires.LostVote}
		than.Guards = slices.DeleteFunc(slices.Clone(than.Guards), func(g string) bool {
			_, attested := shipped.Attestation(g)
			return attested && !than.Requires.Decision // what the board has to be told it is told in any case
		})
		if code, why = laxerThan(t, &than); why == "" {
			return "", ""
		}
	}
	return code, why
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

// emptied are guards that keep their name and ask for something else, refusals and ways
// to contest one that ship and are gone, and terms in which one may be contested that
// are shorter.
func emptied(m, shipped *Machine) []Problem {
	var out []Problem
	fail := func(at Position, way []StateName, format string, args ...any) {
		out = append(out, Problem{Code: Relaxed, Kind: m.Kind(), File: m.def.File, Position: at, Path: way, Message: fmt.Sprintf(format, args...)})
	}
	for name, was := range shipped.def.Attestations {
		is, attested := m.def.Attestations[name]
		at := is.Position
		x, computed := m.def.Conditions[name]
		if computed {
			at = x.Position
		}
		if computed || attested && is.Applicant && !was.Applicant {
			fail(at, m.asking(name), "what %s asks for is stated by staff in %s", name, shipped.Name())
		}
	}
	for name, was := range shipped.def.Conditions {
		is, there := m.def.Conditions[name]
		if there && is.When != was.When {
			fail(is.Position, m.asking(name), "condition %s is another than in %s; what is to mean something else needs another name", name, shipped.Name())
		}
	}
	ways := m.proof.ways()
	for _, y := range shipped.steps {
		from, to := shipped.states[y.From], shipped.states[y.To]
		at, reached := m.states[y.From]
		if _, there := m.step[stepKey{y.From, y.Event}]; there || !reached || ways[y.From] == nil {
			continue
		}
		reopens := func(x Concrete) bool { return x.Transition.Reopens }
		if refuses(&from, &to) && !slices.Contains(bodies(y.Transition), Join) || to.Contested || reopens(y) && !slices.ContainsFunc(m.from[y.From], reopens) {
			fail(at.Position, ways[y.From], "event %s leads from %s to %s in %s, and is gone", y.Event, y.From, y.To, shipped.Name())
		}
	}
	for _, was := range shipped.def.States {
		is := m.states[was.Name]
		if was.Outcome == OutcomeNegative && was.Deadline != nil && is.Deadline != nil &&
			(is.Deadline.Days < was.Deadline.Days || is.Deadline.Unit != was.Deadline.Unit || is.Deadline.From != was.Deadline.From) {
			fail(is.Deadline.Position, ways[was.Name], "the term of %s, in which a refusal can be contested, is shorter than in %s, or another", was.Name, shipped.Name())
		}
	}
	slices.SortStableFunc(out, byPosition)
	return out
}

// asking is a walk over a step that asks for the guard.
func (m *Machine) asking(guard string) []StateName {
	for _, x := range m.steps {
		if slices.ContainsFunc(x.Transition.Guards, func(g string) bool { return guardOf(g) == guard }) {
			return walkTo(m, x)
		}
	}
	return nil
}
