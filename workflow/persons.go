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

// loneCauses are the events of m by which one person alone moves money in another
// machine, by the joins that follow.
func loneCauses(m *Machine, follows map[Joined][]Joined, byKind map[Kind][]*Machine) []Problem {
	var out []Problem
	for _, x := range m.steps {
		if len(x.Transition.Joins) == 0 {
			continue
		}
		for _, j := range caused(Joined{Kind: m.Kind(), Event: x.Event}, follows) {
			for _, target := range byKind[j.Kind] {
				if by := loneCause(x.Transition, target, j.Event); by != "" {
					out = append(out, Problem{
						Code: OnePerson, Kind: m.Kind(), File: m.def.File, Position: x.Transition.Position, Path: []StateName{x.From, x.To},
						Message: "one " + string(by) + " alone fires " + string(x.Event) + ", by which " + string(j.Kind) + "." + string(j.Event) + " moves money",
					})
				}
			}
		}
	}
	return out
}

// loneCause is a capacity in which one person alone causes that a step of the event
// moves money; "" where there is none.
func loneCause(t *Transition, target *Machine, event EventName) Role {
	for _, y := range target.steps {
		from, to := target.states[y.From], target.states[y.To]
		if y.Event != event || !moves(&from, &to) {
			continue
		}
		if by, what := lone(t, &from, &to); what != "" {
			return by
		}
	}
	return ""
}

// caused are the events that follow by joins, ascending by their distance.
func caused(cause Joined, follows map[Joined][]Joined) []Joined {
	var out []Joined
	for queue := []Joined{cause}; len(queue) > 0; queue = queue[1:] {
		for _, j := range follows[queue[0]] {
			if !slices.Contains(out, j) {
				out = append(out, j)
				queue = append(queue, j)
			}
		}
	}
	return out
}
