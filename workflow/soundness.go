package workflow

import "slices"

// This file proves what holds of every walk through a definition: it can end,
// it cannot be stranded, a refusal leads to money only where another body
// reopened it, and nobody moves money alone. Each problem names a walk that
// shows it.

// reopening checks that a decided state is left for an open one on purpose
// only, and by another body than the office and the applicant.
func (c *compiler) reopening(t *Transition) {
	for _, name := range t.From {
		from, ok := c.states[name]
		if !ok {
			continue
		}
		settled := from.Final || from.Contested
		opens := slices.ContainsFunc(t.To, c.isOpen)
		switch {
		case t.Reopens && !settled:
			c.fail(BadReopening, t.Position, "event %s reopens %s, which is neither final nor contested", t.Event, name)
		case !t.Reopens && settled && opens:
			c.fail(BadReopening, t.Position, "event %s leaves the settled state %s without reopens", t.Event, name)
		case t.Reopens && !decidedElsewhere(t):
			c.fail(BadReopening, t.Position, "event %s reopens %s, and no other body decides it", t.Event, name)
		}
	}
}

// decidedElsewhere holds for the act of another body than the office and the
// applicant: one that staff only record, or the board's by its decision.
func decidedElsewhere(t *Transition) bool {
	office := func(by By) bool {
		return by.OnBehalfOf == "" || by.OnBehalfOf == Applicant
	}
	return t.Requires.Decision || t.Requires.LostVote || !slices.ContainsFunc(t.By, office)
}

func (c *compiler) isOpen(name StateName) bool {
	s, ok := c.states[name]
	return ok && !s.Final && !s.Terminal && !s.Contested
}

func (c *compiler) exits() {
	leaves := map[StateName]bool{}
	for _, x := range c.steps {
		leaves[x.From] = true
		if s, ok := c.states[x.From]; ok && s.Terminal {
			c.failBy([]StateName{x.From, x.To}, TerminalWithExit, x.Transition.Position, "event %s leaves the terminal state %s", x.Event, x.From)
		}
	}
	ways := c.ways()
	for _, s := range c.def.States {
		if !s.Terminal && !leaves[s.Name] {
			c.failBy(ways[s.Name], DeadEnd, s.Position, "state %s is not terminal and nothing leaves it", s.Name)
		}
	}
}

func (c *compiler) reachability() {
	ways, saved := c.ways(), c.saved()
	leaves := map[StateName]bool{}
	for _, x := range c.steps {
		leaves[x.From] = true
	}
	for _, s := range c.def.States {
		if _, ok := ways[s.Name]; !ok {
			c.fail(Unreachable, s.Position, "state %s cannot be reached from %s", s.Name, c.def.Initial)
		}
		if leaves[s.Name] && !saved[s.Name] {
			c.failBy(ways[s.Name], NoWayOut, s.Position, "no path leads from %s to a terminal state", s.Name)
		}
	}
}

// ways gives a shortest path from the initial state to each reachable state.
func (c *compiler) ways() map[StateName][]StateName {
	return c.waysFrom(c.def.Initial, func(Concrete) bool { return true })
}

// saved are the states from which a terminal state can be reached.
func (c *compiler) saved() map[StateName]bool {
	before := map[StateName][]StateName{}
	for _, x := range c.steps {
		before[x.To] = append(before[x.To], x.From)
	}
	saved := map[StateName]bool{}
	var queue []StateName
	for _, s := range c.def.States {
		if s.Terminal {
			saved[s.Name] = true
			queue = append(queue, s.Name)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, from := range before[queue[0]] {
			if !saved[from] {
				saved[from] = true
				queue = append(queue, from)
			}
		}
	}
	return saved
}

// waiting checks that no state waits for what may never come: from each that is
// neither final nor over, the clock leads on at its term, another machine by its
// join, or whoever is responsible, whatever the data are. Where that person may
// still change the data, guards on them do no harm.
func (c *compiler) waiting() {
	ways := c.ways()
	for _, s := range c.def.States {
		if _, reached := ways[s.Name]; reached && !s.Final && !s.Terminal && !c.leadsOn(s) {
			c.failBy(ways[s.Name], Stranded, s.Position,
				"state %s can wait for ever: neither the clock at its term nor %s leads on free of guards on data", s.Name, s.Responsible)
		}
	}
}

// leadsOn says whether some step out of the state can be taken whatever the
// data say: one whose guards are all statements, or two of which one is guarded
// by what the other is guarded against.
func (c *compiler) leadsOn(s State) bool {
	guarded := map[string]bool{}
	for _, x := range c.steps {
		if x.From != s.Name || x.To == s.Name || !atHand(x, s) {
			continue
		}
		judged := slices.DeleteFunc(slices.Clone(x.Transition.Guards), func(g string) bool {
			// Matters that waited for each other might never end.
			return !c.computes(guardOf(g)) || (awaiting[g] && !c.def.Kind.Matter())
		})
		switch {
		case len(judged) == 0 || s.Editable:
			return true
		case len(judged) == 1 && guarded[opposite(judged[0])]:
			return true
		case len(judged) == 1:
			guarded[judged[0]] = true
		}
	}
	return false
}

// atHand says whether the step is the clock's at the state's term, a join's, or
// open to whoever is responsible, for themselves or on another's behalf.
func atHand(x Concrete, s State) bool {
	return slices.ContainsFunc(x.Transition.By, func(by By) bool {
		atTerm := by.Role == Clock && s.Deadline != nil && s.Deadline.Event == x.Event
		return atTerm || by.Role == Join || by.Role == s.Responsible
	})
}

// opposite is the guard that holds where g does not.
func opposite(g string) string {
	if plain := guardOf(g); plain != g {
		return plain
	}
	return negation + g
}

// resurrection checks that no walk leads from a negative outcome to a state
// that pays, unless another body reopened the case on the way.
func (c *compiler) resurrection() {
	for _, s := range c.def.States {
		if s.Outcome != OutcomeNegative {
			continue
		}
		ways := c.waysFrom(s.Name, func(x Concrete) bool { return !x.Transition.Reopens || !decidedElsewhere(x.Transition) })
		for _, to := range c.def.States {
			if way, leads := ways[to.Name]; to.Pays && leads {
				c.failBy(way, Resurrection, s.Position, "state %s is refused, and %s pays without another body's reopening", s.Name, to.Name)
				break
			}
		}
	}
}

// money checks that nobody reserves or releases money alone, or sets how much is
// reserved. The applicant may give up their own, and says how much they apply for;
// the clock and joins may let go what nobody uses and reserve nothing; a decision of
// the board has many behind it.
func (c *compiler) money() {
	ways := c.ways()
	for _, x := range c.steps {
		from, to := c.states[x.From], c.states[x.To]
		if from == nil || to == nil || x.Transition.Requires.SecondPerson || x.Transition.Requires.Decision {
			continue
		}
		if !moves(from, to) && !carriesMoney(x, to) {
			continue
		}
		for _, by := range x.Transition.By {
			own := by == By{Role: Applicant} && !to.HoldsMoney
			if !moves(from, to) {
				own = by.Role == Applicant || by.OnBehalfOf == Applicant
			}
			lets := slices.Contains(engineOwn, by.Role) && !to.HoldsMoney
			if by.SecondPerson || own || lets {
				continue
			}
			c.failBy(append(slices.Clone(ways[x.From]), x.To), OnePerson, x.Transition.Position,
				"one %s alone fires %s, which moves money", by.Role, x.Event)
			break
		}
	}
}

// moves says whether a step between the states may reserve or release money.
func moves(from, to *State) bool {
	if to.HoldsMoney {
		return !from.HoldsMoney
	}
	return (from.HoldsMoney || from.KeepsMoney) && !to.KeepsMoney
}

// carriesMoney says whether the step brings an amount along into a state that
// reserves it.
func carriesMoney(x Concrete, to *State) bool {
	return to.HoldsMoney && slices.ContainsFunc(x.Transition.Data, isMoney)
}

func isMoney(d Datum) bool { return d.Type == "money" }

// waysFrom gives a shortest path from a state to each that can be reached over
// the steps that are allowed.
func (c *compiler) waysFrom(start StateName, allowed func(Concrete) bool) map[StateName][]StateName {
	next := map[StateName][]StateName{}
	for _, x := range c.steps {
		if allowed(x) {
			next[x.From] = append(next[x.From], x.To)
		}
	}
	ways := map[StateName][]StateName{start: {start}}
	for queue := []StateName{start}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			if _, seen := ways[to]; !seen {
				ways[to] = append(slices.Clone(ways[queue[0]]), to)
				queue = append(queue, to)
			}
		}
	}
	return ways
}
