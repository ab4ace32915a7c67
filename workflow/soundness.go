package workflow

import "slices"

// This file proves what holds of every walk through a definition: it can end, and a
// refusal leads to money only where another body than the one that refused reopened
// it. Each problem names a walk that shows it.

// reopening checks that a decided state is left for an open one, or for the opposite
// outcome, on purpose only, and by another body than the office, the applicant and the
// one that decided.
func (c *compiler) reopening(t *Transition) {
	for _, name := range t.From {
		from, ok := c.states[name]
		if !ok {
			continue
		}
		settled := from.Final || from.Contested
		leaves := slices.ContainsFunc(t.To, func(to StateName) bool { return c.isOpen(to) || c.turns(from, to) })
		switch {
		case t.Reopens && !settled:
			c.fail(BadReopening, t.Position, "event %s reopens %s, which is neither final nor contested", t.Event, name)
		case !t.Reopens && settled && leaves && !c.returns(name, t):
			c.fail(BadReopening, t.Position, "event %s leaves the settled state %s without reopens", t.Event, name)
		case t.Reopens && !elsewhere(t, c.deciders(name)):
			c.fail(BadReopening, t.Position, "event %s reopens %s, and no other body decides it", t.Event, name)
		case t.Reopens && !t.Requires.SecondPerson && !t.Requires.Decision && !borne(t):
			c.fail(BadReopening, t.Position, "event %s reopens %s by one person", t.Event, name)
		case !settled && from.Outcome != OutcomeNegative && slices.ContainsFunc(t.To, c.isContested) && !contests(t):
			c.fail(BadReopening, t.Position, "event %s leads from %s, where nothing is decided yet, to where a decision is contested", t.Event, name)
		}
	}
}

// returns says whether the step leads from where a decision is contested back to the one
// state that cases come there from: it undoes the contest, and decides nothing.
func (c *compiler) returns(from StateName, t *Transition) bool {
	return !c.states[from].Final && len(t.To) == 1 && c.isContested(from) && !slices.ContainsFunc(c.steps, func(x Concrete) bool {
		return x.To == from && x.From != t.To[0]
	})
}

// borne says whether the event only carries on what bodies did in other cases, which
// [joins] holds to as many persons.
func borne(t *Transition) bool {
	return !slices.ContainsFunc(t.By, func(by By) bool { return by.Role != Join || by.OnBehalfOf == "" })
}

// turns says whether a step from the final state to another makes a refusal of an
// award or the other way round.
func (c *compiler) turns(from *State, name StateName) bool {
	to, ok := c.states[name]
	return ok && from.Final && from.Outcome != to.Outcome && to.Outcome != OutcomeNone
}

// bodies are whose decision the act is: the board's, another body's that staff only
// record, the applicant's, the engine's, or the office's.
func bodies(t *Transition) []Role {
	if t.Requires.Decision {
		return []Role{BoardMember}
	}
	var out []Role
	for _, by := range t.By {
		switch {
		case by.OnBehalfOf != "":
			out = append(out, by.OnBehalfOf)
		case by.Role == Applicant || slices.Contains(engineOwn, by.Role):
			out = append(out, by.Role)
		default:
			out = append(out, Administrator)
		}
	}
	return out
}

// deciders are the bodies by whose act a case comes into the state that is an outcome,
// from anywhere but from a final one of the same, where it was decided before, or from
// a contested one, where another body looks at it.
func (c *compiler) deciders(name StateName) []Role {
	var out []Role
	for _, x := range c.steps {
		from, into := c.states[x.From], c.states[x.To]
		if x.To != name || from == nil || into == nil || from.Contested {
			continue
		}
		if into.Outcome != OutcomeNone && (from.Outcome != into.Outcome || !from.Final) {
			out = append(out, bodies(x.Transition)...)
		}
	}
	return out
}

// elsewhere holds for the act of another body than the office, the applicant, the
// engine and those who decided.
func elsewhere(t *Transition, decided []Role) bool {
	return !slices.ContainsFunc(bodies(t), func(body Role) bool {
		return body == Administrator || body == Applicant || slices.Contains(engineOwn, body) || slices.Contains(decided, body)
	})
}

// contests says whether the event is the applicant's act alone, who may see a decision
// where the process sees none.
func contests(t *Transition) bool {
	return !slices.ContainsFunc(bodies(t), func(body Role) bool { return body != Applicant })
}

func (c *compiler) isContested(name StateName) bool {
	s, ok := c.states[name]
	return ok && s.Contested
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

// resurrection checks that no walk leads from a refusal to money, unless another body
// than the one that refused reopened the case on the way.
func (c *compiler) resurrection() {
	for _, s := range c.def.States {
		if s.Outcome != OutcomeNegative {
			continue
		}
		decided := c.deciders(s.Name)
		ways := c.waysFrom(s.Name, func(x Concrete) bool { return !x.Transition.Reopens || !elsewhere(x.Transition, decided) })
		for _, means := range []func(State) bool{func(to State) bool { return to.Pays }, c.meansMoney} {
			i := slices.IndexFunc(c.def.States, func(to State) bool { return ways[to.Name] != nil && means(to) })
			if i >= 0 {
				to := c.def.States[i].Name
				c.failBy(ways[to], Resurrection, s.Position, "state %s is refused, and %s means money, without another body's reopening", s.Name, to)
				break
			}
		}
	}
}

// meansMoney says whether money is paid in the state, or was decided to be where the
// kind is one that is paid for.
func (c *compiler) meansMoney(s State) bool {
	return s.Pays || s.HoldsMoney && s.Outcome != OutcomeNegative ||
		s.Outcome == OutcomePositive && slices.ContainsFunc(c.def.States, func(x State) bool { return x.Pays })
}

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
