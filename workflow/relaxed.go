package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file holds a version to what ships. A list of what a version must not do has no
// end; so each of its walks has to be one through what ships, see [refinement], and what
// ships for those who are refused has to be there.

// weight is what a state means for those concerned, whatever its name and whoever it is
// shown to.
func (s State) weight() State {
	s = s.traits()
	s.Name, s.ShownAs = "", ""
	return s
}

// relaxed are steps of a version that weigh something and are less strict than what
// ships, and what else it would take from the shipped process: a guard of a step, a
// refusal that is none any more, a way to begin a case.
func relaxed(m, shipped *Machine) []Problem {
	var out []Problem
	fail := func(x Concrete, code ProblemCode, format string, args ...any) {
		out = append(out, m.problem(code, x.Transition.Position, walkTo(m, x), format, args...))
	}
	refusing := shipped.refusing()
	for _, x := range m.steps {
		from, to := m.states[x.From], m.states[x.To]
		if refusing[x.Event] && !refuses(&from, &to) && from.Outcome != OutcomeNegative {
			fail(x, Reclassified, "event %s refuses in %s, and leads to %s here; what is to mean something else needs another name", x.Event, shipped.Name(), x.To)
		}
	}
	r := refine(m, shipped)
	for _, f := range r.all() {
		fail(f.at, f.code, "event %s from %s is less strict than in %s, where %s", f.at.Event, f.at.From, shipped.Name(), f.why)
	}
	reached := r.reached()
	// A join that ships comes where it ships to; that it comes elsewhere too is nobody's to say.
	out = append(out, m.proof.strandedIn(func(x Concrete) bool {
		return slices.ContainsFunc(reached[x.From], func(p StateName) bool {
			_, ships := shipped.step[stepKey{p, x.Event}]
			return ships
		})
	})...)
	out = append(out, renamedGuards(m, shipped)...)
	out = append(out, r.emptied(reached)...)
	out = append(out, r.curtailed(reached)...)
	out = append(out, unveiling(m, shipped)...)
	if code, why := beganLaxer(m.def.Begins, shipped.def.Begins); why != "" {
		at := m.states[m.Initial()].Position
		if m.def.Begins != nil {
			at = m.def.Begins.Position
		}
		out = append(out, m.problem(code, at, []StateName{m.Initial()}, "a case begins by other means than in %s, where %s", shipped.Name(), why))
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

// ofOffice says whether two of the office take the step, or one by a decision of the board.
func (t *Transition) ofOffice() bool {
	return (t.Requires.Decision || t.two()) && !slices.ContainsFunc(t.By, func(by By) bool { return !slices.Contains(recorders, by.Role) })
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
	asks := t.Requires
	asks.SecondPerson = t.two()
	if code, what := than.Requires.beyond(asks); what != "" {
		return code, "it takes " + what
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
	for _, d := range than.Data {
		if d.Required && !slices.ContainsFunc(t.Data, func(x Datum) bool { return x.Name == d.Name && x.Required }) {
			return Relaxed, "it has to carry " + d.Name
		}
	}
	why = otherwise(t, than)
	return Relaxed, why
}

// beyond is the first that is required here and not there, "" for nothing.
func (r Requires) beyond(there Requires) (code ProblemCode, what string) {
	for _, x := range []struct {
		here, there bool
		code        ProblemCode
		what        string
	}{
		{r.SecondPerson, there.SecondPerson, OnePerson, "a second person"},
		{r.Decision, there.Decision, OnePerson, "a decision of the board"},
		{r.LostVote, there.LostVote, OnePerson, "a vote of the board"},
		{r.Presider, there.Presider, OnePerson, "whoever presided"},
		{r.Document, there.Document, Relaxed, "a document"},
		{r.Reason, there.Reason, Relaxed, "a reason"},
	} {
		if x.here && !x.there {
			return x.code, x.what
		}
	}
	return "", ""
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
// in the place of those who take it as it ships, given why those are not as many: they
// act for the same bodies, and all else that the step asks for stays.
func byTwo(t, ships *Transition, code ProblemCode, why string) (ProblemCode, string) {
	if !t.ofOffice() {
		return code, why
	}
	theirs := bodies(ships)
	if slices.ContainsFunc(bodies(t), func(b Role) bool { return !slices.Contains(theirs, b) }) {
		return code, why
	}
	than := *ships
	than.By, than.Requires.SecondPerson = t.By, false
	return laxerThan(t, &than)
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

// beganLaxer says by what cases begin more freely than there, or can begin no more.
// Forms are what conditions and rules ask for by name.
func beganLaxer(o, than *Beginning) (ProblemCode, string) {
	if than == nil {
		return "", "" // what only another case begins has no beginning of its own
	}
	if o == nil {
		return Relaxed, "one can begin"
	}
	if !slices.Equal(slices.Sorted(slices.Values(o.Forms)), slices.Sorted(slices.Values(than.Forms))) {
		return Relaxed, fmt.Sprintf("the forms are %v", than.Forms)
	}
	if i := slices.IndexFunc(o.About, func(k Kind) bool { return !slices.Contains(than.About, k) }); i >= 0 {
		return Relaxed, "none is about a " + string(o.About[i])
	}
	return laxerThan(o.transition(), than.transition())
}

// renamedGuards are guards that keep their name and ask for something else.
func renamedGuards(m, shipped *Machine) []Problem {
	var out []Problem
	fail := func(at Position, guard, format string, args ...any) {
		out = append(out, m.problem(Relaxed, at, m.asking(guard), format, args...))
	}
	for name, was := range shipped.def.Attestations {
		is, attested := m.def.Attestations[name]
		at := is.Position
		x, computed := m.def.Conditions[name]
		if computed {
			at = x.Position
		}
		if computed || attested && is.Applicant && !was.Applicant {
			fail(at, name, "what %s asks for is stated by staff in %s", name, shipped.Name())
		}
		if attested && is.Unless != "" && is.Unless != was.Unless {
			fail(at, name, "%s has to be stated in %s where %s holds too", name, shipped.Name(), is.Unless)
		}
	}
	for name, was := range shipped.def.Conditions {
		is, there := m.def.Conditions[name]
		if there && is.When != was.When {
			fail(is.Position, name, "condition %s is another than in %s; what is to mean something else needs another name", name, shipped.Name())
		}
	}
	slices.SortStableFunc(out, byPosition)
	return out
}

// emptied are refusals, ways to contest one and what other cases fire, that ship and are
// gone, lead elsewhere, or ask for more than they do. A case can be refused from one of the
// states that stand for where it ships; contested, and taken along, from each.
func (r *refinement) emptied(reached map[StateName][]StateName) []Problem {
	var out []Problem
	ways := r.m.proof.ways()
	for _, y := range r.shipped.steps {
		from, to := r.shipped.states[y.From], r.shipped.states[y.To]
		joined := slices.ContainsFunc(y.Transition.By, func(by By) bool { return by.Role == Join })
		each := joined || to.Contested || y.Transition.Reopens
		if !each && !refuses(&from, &to) {
			continue
		}
		var without []State
		stands := 0
		for _, s := range r.m.def.States {
			if !slices.Contains(reached[s.Name], y.From) {
				continue
			}
			stands++
			if !slices.ContainsFunc(r.m.from[s.Name], func(x Concrete) bool { return r.keeps(x, y, each, reached[x.To]) }) {
				without = append(without, s)
			}
		}
		if len(without) == 0 || !each && len(without) < stands {
			continue
		}
		out = append(out, r.m.problem(Relaxed, without[0].Position, ways[without[0].Name],
			"event %s leads from %s to %s in %s; from %s it is gone, leads elsewhere or asks for more", y.Event, y.From, y.To, r.shipped.Name(), without[0].Name))
	}
	slices.SortStableFunc(out, byPosition)
	return out
}

// keeps says whether the step of the version, which leads to what stands for those, is
// the one that ships: another that reopens, or the same event, to the same; and where
// each may count on it, by all who may, within the same term, and with no more asked for.
func (r *refinement) keeps(x, y Concrete, each bool, stands []StateName) bool {
	t, than := x.Transition, y.Transition
	if !slices.Contains(stands, y.To) || x.Event != y.Event && (!than.Reopens || !t.Reopens) {
		return false
	}
	if slices.ContainsFunc(t.Guards, func(g string) bool {
		_, attested := r.m.def.Attestations[g]
		return !slices.Contains(than.Guards, g) && (each || !attested)
	}) {
		return false
	}
	asks := t.Requires
	if !each {
		asks = Requires{Decision: asks.Decision, LostVote: asks.LostVote, Presider: asks.Presider}
	}
	if _, more := asks.beyond(than.Requires); more != "" {
		return false
	}
	if !each {
		return true
	}
	for _, by := range than.By {
		if !slices.Contains(t.By, by) {
			return false
		}
	}
	return t.Within == nil || than.Within != nil && !shorter(t.Within, than.Within)
}

// unveiling are new states that tell what a veil ships to hide: one comes to them from some
// of the states that are shown as one, and not from all, so that whoever is told of the new
// one knows which it was.
func unveiling(m, shipped *Machine) []Problem {
	var out []Problem
	ways := m.proof.ways()
	for _, s := range m.def.States {
		if _, ships := shipped.states[s.Name]; ships || s.ShownAs != "" || ways[s.Name] == nil {
			continue
		}
		for _, x := range m.steps {
			veil := m.states[x.From].ShownAs
			if x.To != s.Name || veil == "" {
				continue
			}
			behind := func(name StateName) bool { return name == veil || m.states[name].ShownAs == veil }
			i := slices.IndexFunc(m.def.States, func(w State) bool {
				return behind(w.Name) && m.proof.waysFrom(w.Name, func(x Concrete) bool { return behind(x.From) })[s.Name] == nil
			})
			if i < 0 {
				continue
			}
			out = append(out, m.problem(Relaxed, s.Position, walkTo(m, x),
				"whoever is told of state %s knows that the case was not in %s, and both it and %s are shown as %s; show it so too", s.Name, m.def.States[i].Name, x.From, veil))
			break
		}
	}
	return out
}

// shorter says whether a term is shorter than the other, or another.
func shorter(d, than *Deadline) bool {
	return d.Days < than.Days || d.Unit != than.Unit || d.From != than.From
}

// curtailed are terms of states that stand for one whose term is the law's and are not
// the law's, terms in which a refusal can be contested that are shorter or others, and
// states that stop a clock of the law's where none does.
func (r *refinement) curtailed(reached map[StateName][]StateName) []Problem {
	var out []Problem
	ways := r.m.proof.ways()
	pauses := slices.ContainsFunc(r.shipped.def.States, func(s State) bool {
		return s.Deadline != nil && s.Deadline.Source == theLaw && s.Deadline.Pauses
	})
	for _, s := range r.m.def.States {
		for _, name := range reached[s.Name] {
			is, p := s.Deadline, r.shipped.states[name]
			was, why := p.Deadline, ""
			switch {
			case pauses && s.StopsClock && !p.StopsClock:
				why = fmt.Sprintf("state %s stops a clock that is the law's, and %s does not in %s", s.Name, name, r.shipped.Name())
			case was == nil:
			case was.Source == theLaw && (is == nil || !is.same(was)):
				why = fmt.Sprintf("the term of %s is the law's in %s, and %s has another or none; give it the same deadline", name, r.shipped.Name(), s.Name)
			case p.Outcome == OutcomeNegative && is != nil && shorter(is, was):
				why = fmt.Sprintf("the term of %s, in which a refusal can be contested, is %d %s from %s in %s, and shorter here, or another", s.Name, was.Days, was.Unit, was.From, r.shipped.Name())
			}
			if why == "" {
				continue
			}
			at := s.Position
			if is != nil {
				at = is.Position
			}
			out = append(out, r.m.problem(Relaxed, at, ways[s.Name], "%s", why))
			break
		}
	}
	return out
}

// same says whether two terms end at the same moment and set off the same.
func (d *Deadline) same(other *Deadline) bool {
	return !shorter(d, other) && !shorter(other, d) && d.Event == other.Event && d.Pauses == other.Pauses && slices.Equal(d.Unless, other.Unless)
}

// unasked are states that ship and are gone, and for which conditions of other kinds ask
// by name: those would never hold.
func unasked(m, shipped *Machine, all []*Machine) []Problem {
	var out []Problem
	for _, s := range shipped.def.States {
		if _, there := m.states[s.Name]; there {
			continue
		}
		for _, other := range all {
			for name, x := range other.def.Conditions {
				if other.Kind() == m.Kind() || !strings.Contains(x.When, string(m.Kind())+".state") || !strings.Contains(x.When, strconv.Quote(string(s.Name))) {
					continue
				}
				out = append(out, m.problem(Relaxed, Position{Line: 1, Column: 1}, []StateName{m.Initial()},
					"state %s of %s is gone, and condition %s of %s asks for it", s.Name, shipped.Name(), name, other.Name()))
			}
		}
	}
	slices.SortFunc(out, func(a, b Problem) int { return strings.Compare(a.Message, b.Message) })
	return out
}

// asking is a walk over a step that asks for the guard.
func (m *Machine) asking(guard string) []StateName {
	for _, x := range m.steps {
		if slices.ContainsFunc(m.weighs(x.Transition), func(g string) bool { return guardOf(g) == guard }) {
			return walkTo(m, x)
		}
	}
	return nil
}
