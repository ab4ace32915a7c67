package workflow

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func chance(seed uint64) func(int) int { return rand.New(rand.NewPCG(seed, seed)).IntN }

// TestNoShippedDefinitionStrandsAWalk in ten thousand walks each, and none of
// its corners is out of reach.
func TestNoShippedDefinitionStrandsAWalk(t *testing.T) {
	const walks = 10_000
	for kind, m := range shipped(t) {
		s := m.Simulate(walks, chance(1))
		states, steps := m.Missed(s)
		t.Logf("%s: %d of %d states, %d of %d steps, %d walks unended, ends %v",
			kind, len(m.States())-len(states), len(m.States()), len(m.steps)-len(steps), len(m.steps), s.Unended, s.Ends)
		if len(states)+len(steps) > 0 {
			t.Errorf("%s: no walk came to %v and %v, want every corner seen", kind, states, steps)
		}
		for _, stuck := range s.Stuck {
			t.Errorf("%s: stuck by %v with %v", kind, stuck.Path, stuck.Guards)
		}
		ended := s.Unended
		for _, e := range s.Ends {
			ended += e.Walks
			if state, _ := m.State(e.State); (!state.Terminal && !state.Final) || e.MedianDays < 0 {
				t.Errorf("%s: got an end in %s after %d days, want states that are over or final", kind, e.State, e.MedianDays)
			}
		}
		if ended != walks || s.Unended > walks/100 {
			t.Errorf("%s: got %d walks accounted for and %d unended, want all of %d and hardly any", kind, ended, s.Unended, walks)
		}
	}
}

func TestSimulationIsItsSeeds(t *testing.T) {
	m := shipped(t)["proposal"]
	first, again, other := m.Simulate(300, chance(7)), m.Simulate(300, chance(7)), m.Simulate(300, chance(8))
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gives two simulations, want one")
	}
	if reflect.DeepEqual(first.Taken, other.Taken) {
		t.Error("two seeds give the same steps, want others")
	}
}

// TestStuckWalksAreTold: an unsound definition is made past the checker.
func TestStuckWalksAreTold(t *testing.T) {
	src := edit(t, payment, "    deadline: {event: lapse, days: 30, unit: CALENDAR_DAYS, from: ENTERED, source: design}\n", "")
	src = edit(t, src, "guards: [not complete]", "guards: [not funded]")
	def := parsed(t, src)
	if _, problems := Compile(def, paymentNames()); len(problems) == 0 {
		t.Fatal("the definition is accepted, want one that can strand")
	}
	s := newMachine(def, nil).Simulate(200, chance(3))
	if len(s.Stuck) == 0 || len(s.Stuck) > maxStuck {
		t.Fatalf("got %d stuck walks, want some and at most %d", len(s.Stuck), maxStuck)
	}
	for _, w := range s.Stuck {
		if last := w.Path[len(w.Path)-1]; last != "submitted" || w.Guards["complete"] || !w.Guards["funded"] {
			t.Errorf("got %v with %v, want it stuck in submitted, incomplete and funded", w.Path, w.Guards)
		}
	}
}

// TestSoundPaymentsEnd in every end that the machine has, in the days that its
// terms allow.
func TestSoundPaymentsEnd(t *testing.T) {
	m, problems := Compile(parsed(t, payment), paymentNames())
	if m == nil {
		t.Fatal(problems)
	}
	s := m.Simulate(500, chance(5))
	var ends []string
	for _, e := range s.Ends {
		ends = append(ends, string(e.State))
	}
	slices.Sort(ends)
	if got := strings.Join(ends, " "); got != "declined over paid" || len(s.Stuck) > 0 {
		t.Errorf("got ends %s and stuck %v, want declined, over and paid, and none", got, s.Stuck)
	}
	if states, steps := m.Missed(m.Simulate(0, chance(5))); len(states) != 7 || len(steps) != len(m.steps) {
		t.Errorf("no walk at all missed %d states and %d steps, want all", len(states), len(steps))
	}
}
