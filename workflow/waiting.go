package workflow

import "slices"

// This file proves that no case waits for what may never come.

// waiting checks that from each state that is neither final nor over, the clock at its
// term, another machine by its join, or whoever is responsible leads on to one that is,
// whatever the data are.
func (c *compiler) waiting() {
	c.set = c.assigned()
	c.problems = append(c.problems, c.strandedIn(nil)...)
}

// strandedIn are the states that can wait for ever, or in a circle; joined says which
// steps another machine fires here, nil that it is taken for granted.
func (c *compiler) strandedIn(joined func(Concrete) bool) []Problem {
	ways, free := c.ways(), map[StateName][]freeStep{}
	for _, s := range c.def.States {
		free[s.Name] = c.free(s, joined)
	}
	led := c.led(free)
	told := map[StateName]bool{}
	var out []Problem
	tell := func(s State, format string) {
		out = append(out, c.problem(Stranded, s.Position, format, s.Name, s.Responsible))
		out[len(out)-1].Path = ways[s.Name]
	}
	open := slices.DeleteFunc(slices.Clone(c.def.States), func(s State) bool { return ways[s.Name] == nil || led[s.Name] })
	for _, s := range open {
		if len(free[s.Name]) == 0 {
			told[s.Name] = true
			tell(s, "state %s can wait for ever: neither the clock at its term nor %s leads on free of guards on data")
		}
	}
	for _, s := range open { // what only leads to where one was told of is not told again
		if !c.leadsTo(s.Name, free, told) {
			told[s.Name] = true
			tell(s, "cases can go round for ever from state %s: neither the clock nor %s leads out free of guards on data")
		}
	}
	return out
}

// freeStep is where a step leads whatever the data say, or where it and one that is
// guarded by the opposite lead.
type freeStep []StateName

// led are the states from which free steps lead to one that is final or over.
func (c *compiler) led(free map[StateName][]freeStep) map[StateName]bool {
	led := map[StateName]bool{}
	for _, s := range c.def.States {
		led[s.Name] = s.Final || s.Terminal
	}
	for grown := true; grown; {
		grown = false
		for _, s := range c.def.States {
			if !led[s.Name] && slices.ContainsFunc(free[s.Name], func(f freeStep) bool {
				return !slices.ContainsFunc(f, func(to StateName) bool { return !led[to] })
			}) {
				led[s.Name], grown = true, true
			}
		}
	}
	return led
}

// leadsTo says whether free steps lead from the state to one of those.
func (c *compiler) leadsTo(from StateName, free map[StateName][]freeStep, those map[StateName]bool) bool {
	seen := map[StateName]bool{from: true}
	for queue := []StateName{from}; len(queue) > 0; queue = queue[1:] {
		if those[queue[0]] {
			return true
		}
		for _, to := range slices.Concat(free[queue[0]]...) {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return false
}

// free are the steps out of the state that can be taken whatever the data say: those
// whose guards are all statements that whoever takes it may make, and pairs of which
// one is guarded by what the other is guarded against.
func (c *compiler) free(s State, joined func(Concrete) bool) []freeStep {
	var out []freeStep
	guarded := map[string]StateName{}
	for _, x := range c.steps {
		if x.From != s.Name || x.To == s.Name || !c.atHand(x, s, joined) {
			continue
		}
		judged := slices.DeleteFunc(slices.Clone(x.Transition.Guards), func(g string) bool {
			// Matters that waited for each other might never end.
			return !c.computes(guardOf(g)) || (awaiting[g] && !c.def.Kind.Matter()) || (followed[g] && c.def.Kind.Matter())
		})
		if len(judged) == 0 {
			out = append(out, freeStep{x.To})
		}
		if len(judged) == 1 {
			// A condition that cannot be computed holds neither way.
			computed := c.expressions[guardOf(judged[0])]
			if other, both := guarded[opposite(judged[0])]; both && (computed == nil || !computed.fallible) {
				out = append(out, freeStep{x.To, other})
			}
			guarded[judged[0]] = x.To
		}
	}
	return out
}

// atHand says whether the step is the clock's at a term that comes, a join's, or open
// to whoever is responsible and may state what it asks for.
func (c *compiler) atHand(x Concrete, s State, joined func(Concrete) bool) bool {
	return slices.ContainsFunc(x.Transition.By, func(by By) bool {
		if by.Role == Clock {
			return s.Deadline != nil && s.Deadline.Event == x.Event && c.comes(s) && len(c.wants(x.Transition)) == 0
		}
		if by.Role == Join {
			return joined == nil || joined(x)
		}
		if by.Role == Applicant && (c.def.Confidential || c.def.Kind == "call" || c.def.Kind == "strategy") {
			return false // nobody is the applicant of such a case, or they may not know of it
		}
		return by.Role == s.Responsible && !x.Transition.Requires.LostVote && (by.Role != Applicant || !slices.ContainsFunc(x.Transition.Guards, func(g string) bool {
			a, attested := c.def.Attestations[g]
			return attested && !a.Applicant
		}))
	})
}

// comes says whether the end of the state's term comes by itself, and whatever the
// data are: it runs from entering the state, from a letter that the office can always
// send, or from a date that every case has by then.
func (c *compiler) comes(s State) bool {
	if len(s.Deadline.Unless) > 0 {
		return false
	}
	if s.Deadline.From == Entered || s.Deadline.From == Delivered {
		return true
	}
	kind, field := dated(s.Deadline.From)
	return c.known.Given[kind][field] || kind == c.def.Kind && c.set[s.Name][field]
}

// assigned are the fields that every way into a state has set by what its events have
// to carry.
func (c *compiler) assigned() map[StateName]map[string]bool {
	with := func(had map[string]bool, t *Transition) map[string]bool {
		out := map[string]bool{}
		for f := range had {
			out[f] = true
		}
		for _, d := range t.Data {
			if d.Required {
				out[d.Name] = true
			}
		}
		return out
	}
	begin := map[string]bool{}
	if c.def.Begins != nil {
		begin = with(nil, c.def.Begins.transition())
	}
	set := map[StateName]map[string]bool{c.def.Initial: begin}
	for queue := []StateName{c.def.Initial}; len(queue) > 0; queue = queue[1:] {
		for _, x := range c.steps {
			if x.From != queue[0] {
				continue
			}
			brought, known := with(set[x.From], x.Transition), set[x.To] != nil
			before := len(set[x.To])
			for f := range set[x.To] {
				if !brought[f] {
					delete(set[x.To], f)
				}
			}
			if !known {
				set[x.To] = brought
			}
			if !known || len(set[x.To]) != before {
				queue = append(queue, x.To)
			}
		}
	}
	return set
}

// opposite is the guard that holds where g does not.
func opposite(g string) string {
	if plain := guardOf(g); plain != g {
		return plain
	}
	return negation + g
}
