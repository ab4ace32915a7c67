package workflow

import "slices"

// This file proves that nobody moves money, refuses or awards alone.

// twoPersons checks that nobody alone reserves or releases money, sets how much is
// reserved, refuses, or awards for good. The applicant may give up their own, and says
// how much they apply for; the clock and joins may let go what nobody uses and reserve
// nothing; a decision of the board has many behind it.
func (c *compiler) twoPersons() {
	ways := c.ways()
	for _, x := range c.steps {
		from, to := c.states[x.From], c.states[x.To]
		if from == nil || to == nil {
			continue
		}
		if by, what := lone(x.Transition, from, to); what != "" {
			c.failBy(append(slices.Clone(ways[x.From]), x.To), OnePerson, x.Transition.Position, "one %s alone fires %s, which %s", by, x.Event, what)
		}
	}
}

// lone is a capacity in which one person walks the step alone, and what it does that
// takes two; "" where there is none.
func lone(t *Transition, from, to *State) (by Role, what string) {
	if t.Requires.SecondPerson || t.Requires.Decision {
		return "", ""
	}
	for _, by := range t.By {
		if by.SecondPerson {
			continue
		}
		own, engine := by == By{Role: Applicant}, slices.Contains(engineOwn, by.Role)
		switch {
		case moves(from, to) && (to.HoldsMoney || !own && !engine):
			return by.Role, "moves money"
		case carriesMoney(t, to) && by.Role != Applicant && by.OnBehalfOf != Applicant:
			return by.Role, "moves money"
		case refuses(from, to) && !own && !engine:
			return by.Role, "refuses"
		case awards(from, to) && !engine:
			return by.Role, "awards for good"
		}
	}
	return "", ""
}

// moves says whether a step between the states may reserve or release money.
func moves(from, to *State) bool {
	if to.HoldsMoney {
		return !from.HoldsMoney
	}
	return (from.HoldsMoney || from.KeepsMoney) && !to.KeepsMoney
}

// carriesMoney says whether the event brings an amount along into a state that
// reserves it.
func carriesMoney(t *Transition, to *State) bool {
	return to.HoldsMoney && slices.ContainsFunc(t.Data, isMoney)
}

func isMoney(d Datum) bool { return d.Type == "money" }

// refuses says whether the step decides against whoever waits.
func refuses(from, to *State) bool {
	return to.Outcome == OutcomeNegative && from.Outcome != OutcomeNegative
}

// awards says whether the step decides for whoever waits, so that only another body
// can take it back.
func awards(from, to *State) bool {
	return to.Final && to.Outcome == OutcomePositive && (!from.Final || from.Outcome != OutcomePositive)
}

// loneCauses are the events of m by which one person alone moves money, refuses or awards
// in another machine, by the joins that follow.
func loneCauses(m *Machine, follows map[Joined][]Joined, byKind map[Kind][]*Machine) []Problem {
	var out []Problem
	for _, x := range m.causes() {
		if len(x.Transition.Joins) == 0 {
			continue
		}
		for _, j := range caused(x.Transition.Joins, follows) {
			for _, target := range byKind[j.Kind] {
				if by, what := loneCause(x.Transition, target, j.Event); what != "" {
					out = append(out, Problem{
						Code: OnePerson, Kind: m.Kind(), File: m.def.File, Position: x.Transition.Position, Path: walkTo(m, x),
						Message: "one " + string(by) + " alone fires " + string(x.Event) + ", by which " + string(j.Kind) + "." + string(j.Event) + " " + what,
					})
				}
			}
		}
	}
	return out
}

// loneCause is a capacity in which one person alone causes that a step of the event does
// what takes two, and what that is; "" where there is none.
func loneCause(t *Transition, target *Machine, event EventName) (by Role, what string) {
	for _, y := range target.steps {
		from, to := target.states[y.From], target.states[y.To]
		if y.Event != event {
			continue
		}
		if by, what := lone(t, &from, &to); what != "" {
			return by, what
		}
	}
	return "", ""
}

// caused are the events that follow from joins, ascending by their distance.
func caused(joins []Joined, follows map[Joined][]Joined) []Joined {
	var out []Joined
	for _, j := range joins {
		out = append(out, j.firing())
	}
	for i := 0; i < len(out); i++ {
		for _, j := range follows[out[i]] {
			if !slices.Contains(out, j) {
				out = append(out, j)
			}
		}
	}
	return out
}
