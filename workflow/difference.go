package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Differences are how the machine differs from another version, a line each, in
// the order of its file: what somebody has to look at before they confirm it.
// Names of states and sentences are left out; they change nothing.
func (m *Machine) Differences(before *Machine) []string {
	var out []string
	for _, s := range m.def.States {
		was, there := before.states[s.Name]
		switch {
		case !there:
			out = append(out, "state added: "+string(s.Name))
		default:
			out = append(out, differing("state "+string(s.Name), was.aspects(), s.aspects())...)
		}
	}
	for _, s := range before.def.States {
		if _, still := m.states[s.Name]; !still {
			out = append(out, "state removed: "+string(s.Name))
		}
	}
	for _, x := range m.steps {
		was, there := before.step[stepKey{x.From, x.Event}]
		name := fmt.Sprintf("%s from %s", x.Event, x.From)
		if !there {
			out = append(out, fmt.Sprintf("step added: %s to %s", name, x.To))
			continue
		}
		out = append(out, differing("step "+name, was.aspects(), x.aspects())...)
	}
	for _, x := range before.steps {
		if _, still := m.step[stepKey{x.From, x.Event}]; !still {
			out = append(out, fmt.Sprintf("step removed: %s from %s", x.Event, x.From))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.def.Conditions)) {
		was, there := before.def.Conditions[name]
		if now := m.def.Conditions[name]; !there || was.When != now.When {
			out = append(out, fmt.Sprintf("condition %s: %s", name, now.When))
		}
	}
	return out
}

// aspect is one side of a state or a step, as text.
type aspect struct{ name, value string }

func (s State) aspects() []aspect {
	return []aspect{{"term", s.Deadline.text()}, {"responsible", string(s.Responsible)}, {"stopsClock", fmt.Sprint(s.StopsClock)}}
}

func (x Concrete) aspects() []aspect {
	t := x.Transition
	var by, data, joins, sets, needs []string
	for _, b := range t.By {
		by = append(by, fmt.Sprintf("%s%s%s", b.Role, either(b.OnBehalfOf != "", " for "+string(b.OnBehalfOf)), either(b.SecondPerson, " with a second person")))
	}
	for _, d := range t.Data {
		data = append(data, d.Name+either(d.Required, "!"))
	}
	for _, j := range t.Joins {
		joins = append(joins, fmt.Sprintf("%s.%s%s", j.Kind, j.Event, either(j.Optional, "?")))
	}
	for _, x := range t.Sets {
		sets = append(sets, fmt.Sprintf("%s=%t", x.Field, x.On))
	}
	for _, n := range []struct {
		needed bool
		what   string
	}{
		{t.Requires.Reason, "reason"},
		{t.Requires.Document, "document"},
		{t.Requires.SecondPerson, "second person"},
		{t.Requires.Decision, "decision"},
		{t.Requires.LostVote, "lost vote"},
		{t.Requires.Presider, "presider and secretary"},
	} {
		if n.needed {
			needs = append(needs, n.what)
		}
	}
	guards := slices.Sorted(slices.Values(t.Guards))
	return []aspect{
		{"to", string(x.To)},
		{"by", strings.Join(by, ", ")},
		{"guards", strings.Join(guards, " ")},
		{"data", strings.Join(data, " ")},
		{"requires", strings.Join(needs, ", ")},
		{"effects", strings.Join(t.Effects, " ")},
		{"joins", strings.Join(joins, " ")},
		{"sets", strings.Join(sets, " ")},
		{"reopens", fmt.Sprint(t.Reopens)},
		{"within", t.Within.text()},
	}
}

// text is the term on one line, "" for none.
func (d *Deadline) text() string {
	if d == nil {
		return ""
	}
	return fmt.Sprintf("%d %s from %s, fires %q, unless [%s], pauses %t, reminds %v", d.Days, d.Unit, d.From, d.Event, strings.Join(d.Unless, " "), d.Pauses, d.Remind)
}

func either(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

// differing are the aspects that are not what they were; both lists have the same
// names in the same order.
func differing(what string, was, now []aspect) []string {
	var out []string
	for i := range now {
		if was[i].value != now[i].value {
			out = append(out, fmt.Sprintf("%s: %s was [%s], is [%s]", what, now[i].name, was[i].value, now[i].value))
		}
	}
	return out
}
