package workflow

import (
	"fmt"
	"slices"
)

// refinement is how a version follows what ships: each of its states stands for states
// that ship, one that ships for itself alone, and each step for a step between them
// that is no stricter, or for none at all where it carries and sets off nothing. Thus
// what a case has come by in the version it would have come by in what ships, guards,
// persons and joins included. It is the largest simulation that there is (Milner, An
// algebraic definition of simulation between programs, 1971), with steps that stand for
// none.
type refinement struct {
	m, shipped *Machine
	// stands are the states that ship which each state can stand for, like those that
	// it might for what it weighs.
	stands, like map[StateName][]StateName
	// leads are the states that the step's end may stand for where its beginning stands
	// for the state, looked at alone.
	leads map[stride][]StateName
	// faults are why a state does not stand for one that it weighs as much as.
	faults map[standing]fault
	// backs are the answers of back.
	backs map[standing]bool
}

// stride is a step of a version whose beginning stands for the state.
type stride struct {
	step stepKey
	as   StateName
}

// standing is a state and one that ships which it stands for.
type standing struct{ state, as StateName }

// fault is the step by which a version is less strict than what ships, and why.
type fault struct {
	at   Concrete
	code ProblemCode
	why  string
}

func refine(m, shipped *Machine) *refinement {
	r := &refinement{
		m: m, shipped: shipped,
		stands: map[StateName][]StateName{}, like: map[StateName][]StateName{}, leads: map[stride][]StateName{}, faults: map[standing]fault{}, backs: map[standing]bool{},
	}
	for _, s := range m.def.States {
		if _, ships := shipped.states[s.Name]; ships {
			r.like[s.Name] = []StateName{s.Name}
			continue
		}
		for _, p := range shipped.def.States {
			if p.weight() == s.weight() {
				r.like[s.Name] = append(r.like[s.Name], p.Name)
			}
		}
	}
	for _, x := range m.steps {
		for _, p := range r.like[x.From] {
			for _, q := range r.like[x.To] {
				if _, why := r.laxer(x, p, q); why == "" {
					at := stride{stepKey{x.From, x.Event}, p}
					r.leads[at] = append(r.leads[at], q)
				}
			}
		}
	}
	for name, like := range r.like {
		r.stands[name] = slices.Clone(like)
	}
	for shrunk := true; shrunk; {
		shrunk = false
		for _, s := range m.def.States {
			if _, ships := shipped.states[s.Name]; ships {
				continue
			}
			n := len(r.stands[s.Name])
			r.stands[s.Name] = slices.DeleteFunc(r.stands[s.Name], func(p StateName) bool {
				i := slices.IndexFunc(m.from[s.Name], func(x Concrete) bool { return len(r.to(x, p)) == 0 })
				if i >= 0 {
					r.faults[standing{s.Name, p}] = r.fault(m.from[s.Name][i], p)
				}
				return i >= 0
			})
			shrunk = shrunk || len(r.stands[s.Name]) < n
		}
	}
	return r
}

// to are the states that the step's end stands for where its beginning stands for p;
// none where the step is less strict than what ships.
func (r *refinement) to(x Concrete, p StateName) []StateName {
	stands := r.stands[x.To]
	return slices.DeleteFunc(slices.Clone(r.leads[stride{stepKey{x.From, x.Event}, p}]), func(q StateName) bool { return !slices.Contains(stands, q) })
}

// laxer says by what a step is less strict than each that ships between the states that
// its ends stand for; "" where it is not, or where it is free.
func (r *refinement) laxer(x Concrete, p, q StateName) (code ProblemCode, why string) {
	t, named := x.Transition, r.named(x, p)
	if p == q && !named && r.stays(x, p) {
		return "", ""
	}
	code = OnePerson
	for _, y := range r.shipped.from[p] {
		if y.To != q || named && y.Event != x.Event {
			continue
		}
		c, w := laxerThan(t, y.Transition)
		if w != "" {
			c, w = byTwo(t, y.Transition, c, w)
		}
		if w == "" {
			return "", ""
		}
		if why == "" || y.Event == x.Event {
			code, why = c, w
		}
	}
	back := !named && r.back(p, q)
	switch {
	case back && leadsBack(t):
		return "", ""
	case why != "":
	case named:
		why = fmt.Sprintf("%s leads elsewhere from %s, or from elsewhere, and another case or a decision may fire it", x.Event, p)
	case p == q && !t.idle():
		why = "a step in between carries and sets off nothing"
	case p == q && r.shipped.states[p].renewable():
		why = fmt.Sprintf("the term of %s would begin anew, and is the law's or one in which a refusal is contested", p)
	case p == q:
		why = "a step in between is taken by the office or the clock, or leads back"
	case back:
		why = fmt.Sprintf("no step leads from %s to %s; two of the office may lead back, with nothing carried or set off (by: ADMINISTRATOR, requires: [secondPerson])", p, q)
	default:
		why = fmt.Sprintf("no step leads from %s to %s", p, q)
	}
	return code, why
}

// named says whether the event means one thing where its beginning stands for p: it
// ships from there, or ships and is fired by other cases or by a decision, which know it
// by its name.
func (r *refinement) named(x Concrete, p StateName) bool {
	if _, ships := r.shipped.step[stepKey{p, x.Event}]; ships {
		return true
	}
	return slices.ContainsFunc(r.shipped.steps, func(y Concrete) bool { return y.Event == x.Event && y.Transition.called() })
}

// called says whether the event is fired by another case, or by what the board decided.
func (t *Transition) called() bool {
	return t.Requires.Decision || t.Requires.LostVote || slices.ContainsFunc(t.By, func(by By) bool { return by.Role == Join })
}

// stays says whether a step that stays in what p means is free: it carries and sets off
// nothing, no term begins anew by it that is not the office's to give, and nobody but the
// office and the clock takes a case away from where others may act.
func (r *refinement) stays(x Concrete, p StateName) bool {
	if x.Transition.Reopens || !x.Transition.idle() || r.shipped.states[p].renewable() {
		return false
	}
	if _, ships := r.shipped.states[x.To]; ships {
		return true
	}
	return !slices.ContainsFunc(x.Transition.By, func(by By) bool { return by.Role != Clock && !slices.Contains(recorders, by.Role) })
}

// fault is why no state that the step's end weighs as much as will do: the step, or
// another further on.
func (r *refinement) fault(x Concrete, p StateName) fault {
	if len(r.like[x.To]) == 0 {
		return fault{x, OnePerson, fmt.Sprintf("no state has the phase, outcome and traits of %s", x.To)}
	}
	var out fault
	for _, q := range r.like[x.To] {
		code, why := r.laxer(x, p, q)
		if why == "" {
			return r.faults[standing{x.To, q}]
		}
		if out.why == "" || p == q || r.shipped.step[stepKey{p, x.Event}].To == q {
			out = fault{x, code, why + alias(x.From, p) + alias(x.To, q)}
		}
	}
	return out
}

// alias tells what a state was taken for, "" for itself.
func alias(s, as StateName) string {
	if s == as {
		return ""
	}
	return fmt.Sprintf("; %s is taken for %s, of the same phase, outcome and traits", s, as)
}

// all are the steps by which the version is less strict, each once. Those of new states
// are told where one comes to them.
func (r *refinement) all() []fault {
	var out []fault
	for _, x := range r.m.steps {
		if _, ships := r.shipped.states[x.From]; !ships || len(r.to(x, x.From)) > 0 {
			continue
		}
		f := r.fault(x, x.From)
		if !slices.ContainsFunc(out, func(told fault) bool { return told.at.From == f.at.From && told.at.Event == f.at.Event }) {
			out = append(out, f)
		}
	}
	return out
}

// reached are the states that ship which each state of the version stands for where
// cases get there.
func (r *refinement) reached() map[StateName][]StateName {
	start := standing{r.m.Initial(), r.m.Initial()}
	out := map[StateName][]StateName{start.state: {start.as}}
	for queue := []standing{start}; len(queue) > 0; queue = queue[1:] {
		for _, x := range r.m.from[queue[0].state] {
			for _, q := range r.to(x, queue[0].as) {
				if !slices.Contains(out[x.To], q) {
					out[x.To] = append(out[x.To], q)
					queue = append(queue, standing{x.To, q})
				}
			}
		}
	}
	return out
}

// leadsBack says whether two of the office, or the board by its decision, take the step,
// and nothing is carried or set off.
func leadsBack(t *Transition) bool {
	return !t.Reopens && t.idle() && t.ofOffice() && !slices.ContainsFunc(t.By, func(by By) bool { return by.OnBehalfOf != "" })
}

// back says whether two of the office may lead back from p to q, though nothing that
// ships does: to where every case in p was, if nobody but the office, the applicant and
// the clock has acted since, what they did set nothing off, nothing is decided, and no
// term is over there already. All that ships in between is asked for again.
func (r *refinement) back(p, q StateName) bool {
	at := standing{p, q}
	if _, known := r.backs[at]; !known {
		r.backs[at] = r.leadsBackTo(p, q)
	}
	return r.backs[at]
}

func (r *refinement) leadsBackTo(p, q StateName) bool {
	from, to := r.shipped.states[p], r.shipped.states[q]
	if from.decided() || to.decided() || moves(&from, &to) || to.Deadline != nil && to.Deadline.Event != "" && to.Deadline.From != Entered && to.Deadline.From != Delivered {
		return false
	}
	past := r.shipped.proof.waysFrom(r.shipped.Initial(), func(x Concrete) bool { return x.From != q })
	if q == p || past[p] != nil {
		return false
	}
	within := func(x Concrete) bool { return x.From != p && x.To != q }
	since := r.shipped.proof.waysFrom(q, within)
	for _, x := range r.shipped.steps {
		if since[x.From] == nil || !within(x) || r.shipped.proof.waysFrom(x.To, within)[p] == nil {
			continue
		}
		t := x.Transition
		if t.called() || len(t.Joins)+len(t.Effects)+len(t.Sets) > 0 || slices.ContainsFunc(t.By, func(by By) bool {
			return by.Role != Administrator && by.Role != Applicant && by.Role != Clock || by.OnBehalfOf != "" && by.OnBehalfOf != Applicant
		}) {
			return false
		}
	}
	return true
}

// decided says whether the state has an outcome or an end, or another body has it.
func (s State) decided() bool {
	return s.Final || s.Contested || s.Terminal || s.Pays || s.Outcome != OutcomeNone
}

// renewable says whether a term that begins on entering the state, or by a letter since,
// is the law's or one in which a refusal is contested.
func (s State) renewable() bool {
	return s.Deadline != nil && (s.Deadline.Source == theLaw || s.Outcome == OutcomeNegative) && (s.Deadline.From == Entered || s.Deadline.From == Delivered)
}
