package workflow

import (
	"fmt"
	"slices"
	"testing"
)

// TestSizesAreBounded: what has just as much as it may is measured no further, and
// one more of anything is refused.
func TestSizesAreBounded(t *testing.T) {
	for name, grow := range map[string]struct {
		by   func(d *Definition, n int)
		most int
	}{
		"states":     {func(d *Definition, n int) { d.States = make([]State, n) }, MaxStates},
		"steps":      {func(d *Definition, n int) { d.Transitions = apart(n) }, MaxSteps},
		"targets":    {func(d *Definition, n int) { d.Transitions[0].To = make([]StateName, n) }, MaxWays - 4}, // refuse, its two guards and settle lead out of open too
		"guards":     {func(d *Definition, n int) { d.Transitions[0].Guards = make([]string, n) }, MaxListed},
		"conditions": {func(d *Definition, n int) { d.Conditions = conditions(n) }, MaxConditions},
		"joins":      {func(d *Definition, n int) { d.Transitions[0].Joins = make([]Joined, n) }, MaxListed},
		"data":       {func(d *Definition, n int) { d.Transitions[0].Data = make([]Datum, n) }, MaxListed},
		"reminders":  {func(d *Definition, n int) { d.States[0].Deadline.Remind = make([]int, n) }, MaxListed},
		"terms":      {func(d *Definition, n int) { d.Transitions[0].Within = &Deadline{Unless: make([]string, n)} }, MaxListed},
		"forms":      {func(d *Definition, n int) { d.Begins.Forms = make([]string, n) }, MaxListed},
	} {
		def := parsed(t, toy)
		grow.by(def, grow.most)
		if got := oversized(def); len(got) > 0 {
			t.Errorf("%d %s: got %v, want it measured no further", grow.most, name, got)
		}
		grow.by(def, grow.most+1)
		if _, got := Compile(def, toyNames()); len(got) != 1 || got[0].Code != TooLarge {
			t.Errorf("%d %s: got %v, want %s alone", grow.most+1, name, got, TooLarge)
		}
	}
}

// apart are so many transitions that leave a state of their own each.
func apart(n int) []Transition {
	out := make([]Transition, n)
	for i := range out {
		out[i] = Transition{From: []StateName{StateName(fmt.Sprint("s", i))}, To: []StateName{"done"}}
	}
	return out
}

func conditions(n int) map[string]Condition {
	out := map[string]Condition{}
	for i := range n {
		out[fmt.Sprint("c", i)] = Condition{}
	}
	return out
}

// TestWhatShipsHasRoomToGrow: a group adds to a shipped process, so none is half as
// large as may be.
func TestWhatShipsHasRoomToGrow(t *testing.T) {
	for kind, m := range shipped(t) {
		def := *m.def
		def.States = slices.Concat(def.States, def.States)
		def.Transitions = slices.Concat(def.Transitions, def.Transitions)
		if got := oversized(&def); len(got) > 0 {
			t.Errorf("%s twice over: got %v, want it within the bounds", kind, got)
		}
	}
}
