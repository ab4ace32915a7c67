package workflow

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Simulation is what random actors made of a definition.
type Simulation struct {
	Walks int
	// Visited counts the walks' stays in each state, Taken the walks along each
	// step; what is absent was never reached.
	Visited map[StateName]int
	Taken   map[Taken]int
	// Ends are the states in which walks ended, the most frequent first.
	Ends []End
	// Stuck are walks that nobody and no clock could lead on; a definition that
	// [Compile] accepts has none.
	Stuck []StuckWalk
	// Unended counts the walks that were given up after maxSimulated steps: they
	// went in circles that only people's choices end.
	Unended int
}

// Taken is a step, as a key.
type Taken struct {
	From  StateName
	Event EventName
}

// End is a state in which walks ended, and how many days half of them took.
type End struct {
	State      StateName
	Walks      int
	MedianDays int
}

// StuckWalk is a way into a state that nothing leads out of, with what the
// guards answered there.
type StuckWalk struct {
	Path   []StateName
	Guards map[string]bool
}

// Bounds of a simulated walk.
const (
	maxSimulated  = 400 // steps of one walk
	maxStuck      = 20  // walks that are told in full
	slowestPerson = 45  // days that an act takes at most
	postDays      = 3   // that a letter takes
	curious       = 8   // one choice of so many is blind
)

// Simulate walks the definition so many times from its initial state. At each
// stay the guards on data hold, or chance answers them one by one; people act
// within days or the clock at its term; and most choices lead to a step that
// was taken least, so that far corners are seen. In a final state that no clock
// leaves, half of the walks rest: nobody need reopen it. pick(n) gives a number from 0 to n-1; the same picks give
// the same simulation.
func (m *Machine) Simulate(walks int, pick func(n int) int) Simulation {
	return m.simulate(walks, math.MaxInt, pick)
}

// simulate is [Machine.Simulate] that begins no other walk once it has looked at so
// many ways out of states.
func (m *Machine) simulate(walks, looks int, pick func(n int) int) Simulation {
	s := simulator{
		Machine: m, pick: pick, days: map[StateName][]int{}, into: map[StateName][]StateName{}, away: map[StateName]map[StateName]int{},
		Simulation: Simulation{Visited: map[StateName]int{}, Taken: map[Taken]int{}},
	}
	for _, x := range m.steps {
		s.into[x.To] = append(s.into[x.To], x.From)
	}
	for s.Walks < walks && s.looked < looks {
		s.walk()
		s.Walks++
	}
	for _, name := range slices.Sorted(maps.Keys(s.days)) {
		days := s.days[name]
		slices.Sort(days)
		s.Ends = append(s.Ends, End{State: name, Walks: len(days), MedianDays: days[len(days)/2]})
	}
	slices.SortStableFunc(s.Ends, func(a, b End) int { return cmp.Compare(b.Walks, a.Walks) })
	return s.Simulation
}

// Missed are the states and steps that no walk came to, in file order.
func (m *Machine) Missed(s Simulation) (states []StateName, steps []Taken) {
	for _, state := range m.def.States {
		if s.Visited[state.Name] == 0 {
			states = append(states, state.Name)
		}
	}
	for _, x := range m.steps {
		if k := (Taken{x.From, x.Event}); s.Taken[k] == 0 {
			steps = append(steps, k)
		}
	}
	return states, steps
}

type simulator struct {
	*Machine
	Simulation
	pick func(int) int
	days map[StateName][]int // of each end
	// goal is a step that the walk is led to, and before how often it was taken.
	goal   Taken
	before int
	people []*Concrete // those of the present stay, kept for the next
	looked int         // how many ways out of states were looked at
	into   map[StateName][]StateName
	away   map[StateName]map[StateName]int // from each state to another, in steps
}

func (s *simulator) walk() {
	at, day := s.Initial(), 0
	s.goal, s.before = Taken{}, 0
	s.aim()
	path := []StateName{at}
	for range maxSimulated {
		s.Visited[at]++
		state := s.states[at]
		next, took, guards := s.step(state)
		rests := state.Final && !s.clockLeaves(state) && (next == nil || s.pick(2) == 0)
		if state.Terminal || rests {
			s.days[at] = append(s.days[at], day)
			return
		}
		if next == nil {
			if len(s.Stuck) < maxStuck {
				s.Stuck = append(s.Stuck, StuckWalk{Path: path, Guards: guards})
			}
			return
		}
		s.Taken[Taken{at, next.Event}]++
		at, day = next.To, day+took
		path = append(path, at)
	}
	s.Unended++
}

// step is what happens in a state: whoever is quicker, people or the clock.
func (s *simulator) step(state State) (next *Concrete, days int, guards map[string]bool) {
	guards = map[string]bool{}
	sound := s.pick(2) == 0
	people := s.people[:0]
	var clock *Concrete
	leaving := s.from[state.Name]
	s.looked += len(leaving)
	for i := range leaving {
		x := &leaving[i]
		if !s.open(x, guards, sound) {
			continue
		}
		if slices.ContainsFunc(x.Transition.By, func(by By) bool { return by.Role != Clock }) {
			people = append(people, x)
		}
		if atTerm(x, state) {
			clock = x
		}
	}
	s.people = people
	acted := 1 + s.pick(slowestPerson)
	if clock != nil {
		if term := s.term(*state.Deadline); len(people) == 0 || term <= acted {
			return clock, term, guards
		}
	}
	if len(people) == 0 {
		return nil, 0, guards
	}
	return s.choose(people), acted, guards
}

func (s *simulator) clockLeaves(state State) bool {
	return slices.ContainsFunc(s.from[state.Name], func(x Concrete) bool { return atTerm(&x, state) })
}

func atTerm(x *Concrete, s State) bool {
	return s.Deadline != nil && s.Deadline.Event == x.Event && slices.Contains(x.Transition.By, By{Role: Clock})
}

// open answers the step's guards on data, each the same for a whole stay. What
// people state they can state.
func (s *simulator) open(x *Concrete, guards map[string]bool, sound bool) bool {
	for _, g := range x.Transition.Guards {
		if _, attested := s.Attestation(g); attested || awaiting[g] || followed[g] {
			continue
		}
		plain := guardOf(g)
		holds, drawn := guards[plain]
		if !drawn {
			holds = sound || s.pick(4) != 0
			guards[plain] = holds
		}
		if holds == (plain != g) {
			return false
		}
	}
	return true
}

// term is how many days the clock waits.
func (s *simulator) term(d Deadline) int {
	switch d.From {
	case Delivered:
		return d.Days + postDays
	case Entered:
		return max(d.Days, 1)
	default: // a date of the case or of its call
		return d.Days + 1 + s.pick(2*slowestPerson)
	}
}

// choose takes the step that leads soonest to the walk's goal, or any: now and
// then, and once the goal was taken.
func (s *simulator) choose(from []*Concrete) *Concrete {
	toGoal := s.hops(s.goal.From)
	if s.Taken[s.goal] > s.before || s.pick(curious) == 0 {
		return from[s.pick(len(from))]
	}
	return slices.MinFunc(from, func(a, b *Concrete) int {
		return cmp.Compare(s.distance(a, toGoal), s.distance(b, toGoal))
	})
}

// distance is how many steps the goal is away by x; those from where it cannot
// be reached come last.
func (s *simulator) distance(x *Concrete, toGoal map[StateName]int) int {
	if (Taken{x.From, x.Event}) == s.goal {
		return 0
	}
	if n, reaches := toGoal[x.To]; reaches {
		return n + 1
	}
	return len(s.states) + 1
}

// hops is how many steps each state is away from to, where a way leads there.
func (s *simulator) hops(to StateName) map[StateName]int {
	if known, ok := s.away[to]; ok {
		return known
	}
	away := map[StateName]int{to: 0}
	for queue := []StateName{to}; len(queue) > 0; queue = queue[1:] {
		for _, from := range s.into[queue[0]] {
			if _, seen := away[from]; !seen {
				away[from] = away[queue[0]] + 1
				queue = append(queue, from)
			}
		}
	}
	s.away[to] = away
	return away
}

// aim sets the walk's goal: a step that was taken least so far.
func (s *simulator) aim() {
	for _, x := range s.steps {
		k := Taken{x.From, x.Event}
		if (s.goal == Taken{}) || s.Taken[k] < s.before {
			s.goal, s.before = k, s.Taken[k]
		}
	}
}
