package workflow

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestWhatEachWayHasSet: a state has what every way there has set, not what one has, and
// what is set later is known later.
func TestWhatEachWayHasSet(t *testing.T) {
	step := func(from, to StateName, data ...Datum) Concrete {
		return Concrete{From: from, To: to, Transition: &Transition{Data: data}}
	}
	needed := func(name string) Datum { return Datum{Name: name, Type: "date", Required: true} }
	c := &compiler{
		def: &Definition{Initial: "a", Begins: &Beginning{Data: []Datum{needed("begun"), {Name: "perhaps", Type: "date"}}}},
		steps: []Concrete{
			step("b", "d"), step("a", "b", needed("one"), needed("both")), step("a", "c", needed("other"), needed("both")),
			step("c", "f", needed("last")), step("f", "d"), step("d", "e", Datum{Name: "perhaps", Type: "date"}), step("e", "d", needed("late")), step("z", "y", needed("never")),
		},
	}
	want := map[StateName][]string{
		"a": {"begun"}, "b": {"begun", "both", "one"}, "c": {"begun", "both", "other"}, "d": {"begun", "both"}, "e": {"begun", "both"},
		"f": {"begun", "both", "last", "other"},
	}
	got := map[StateName][]string{}
	for state, set := range c.assigned() {
		got[state] = slices.Sorted(maps.Keys(set))
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestWhereCasesWaitIsToldOnce: not again of the states that only lead there, and in
// words of its own where they go in a circle.
func TestWhereCasesWaitIsToldOnce(t *testing.T) {
	for _, tt := range []struct {
		name, states, rows, want string
	}{
		{"behind another", place("aside") + place("stuck"), aside(way("onward", "aside", "stuck", "ADMINISTRATOR") + way("out", "stuck", "checking", "JOIN")), "state stuck can wait for ever"},
		{"in a circle", place("aside") + place("back"), aside(way("onward", "aside", "back", "ADMINISTRATOR") + way("round", "back", "aside", "ADMINISTRATOR")), "cases can go round for ever from state aside"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := edit(t, versionOf(t, "payment_claim", 1000), "\ntransitions:\n", "\n"+tt.states+"transitions:\n") + tt.rows
			_, problems := freshMachines(t).Prove("", text)
			problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Code != Stranded })
			if len(problems) != 1 || !strings.HasPrefix(problems[0].Message, tt.want) {
				t.Errorf("got %v, want one: %s", problems, tt.want)
			}
		})
	}
}
