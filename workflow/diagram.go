package workflow

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Lifecycle is the reference of the machines in Markdown: of each kind its
// states, its transitions and a diagram. The same machines give the same bytes.
func Lifecycle(machines map[Kind]*Machine) []byte {
	var b bytes.Buffer
	b.WriteString("# Lifecycle\n\n")
	b.WriteString("Generated from the definitions; `go test ./workflow -run Lifecycle -update` writes it anew.\n\n")
	b.WriteString("A guard whose name begins with \"not\" is a computed one turned round. A guard marked `*` is not " +
		"computed yet: staff state it, with document and reason. Who acts \"for\" another body always gives a document. " +
		"A datum marked `!` is mandatory. Terms are defaults that a rule set may change; one marked *unverified* " +
		"has not been checked against its legal source, one marked *design* is our proposal.\n")
	for _, kind := range slices.Sorted(maps.Keys(machines)) {
		machines[kind].describe(&b)
	}
	return b.Bytes()
}

func (m *Machine) describe(b *bytes.Buffer) {
	name := strings.ToUpper(string(m.Kind()[:1])) + strings.ReplaceAll(string(m.Kind()[1:]), "_", " ")
	fmt.Fprintf(b, "\n## %s, version %d\n\n%d states, %d transitions, %d events.\n",
		name, m.Version(), len(m.def.States), len(m.def.Transitions), len(m.events))
	if len(m.def.Fields) > 0 {
		fmt.Fprintf(b, "\nNo case runs on it yet: its subjects have no rows. They will have %s.\n", strings.Join(data(m.def.Fields), ", "))
	}
	m.describeBeginning(b)
	m.describeStates(b)
	m.describeTransitions(b)
	m.describeAttestations(b)
	m.describeConditions(b)
	fmt.Fprintf(b, "\n### Diagram\n\n```mermaid\n%s```\n", m.Chart("", nil).Mermaid())
}

// describeBeginning says nothing where an intent of its own begins the case.
func (m *Machine) describeBeginning(b *bytes.Buffer) {
	if o := m.def.Begins; o != nil {
		b.WriteString("\n| About | Who begins it | Forms | Guards | Data | Sets off |\n|---|---|---|---|---|---|\n")
		row(b, strings.Join(texts(o.About), ", "), who(o.By), strings.Join(o.Forms, ", "), strings.Join(o.Guards, ", "), strings.Join(data(o.Data), ", "),
			strings.Join(effects(*o.transition()), ", "))
	}
	if m.def.Confidential {
		b.WriteString("\nConfidential: that there is such a case is for the office to know.\n")
	}
}

func (m *Machine) describeStates(b *bytes.Buffer) {
	b.WriteString("\n### States\n\n| State | Phase | Staff read | Public reads | Next to act | Traits | Term |\n|---|---|---|---|---|---|---|\n")
	for _, s := range m.def.States {
		row(b, string(s.Name), string(s.Phase), both(s.Staff), both(s.Public), string(s.Responsible), strings.Join(traits(s), ", "), term(s.Deadline))
	}
}

func (m *Machine) describeTransitions(b *bytes.Buffer) {
	b.WriteString("\n### Transitions\n\n| Event | From → To | Who | Guards | Requires | Data | Sets off |\n|---|---|---|---|---|---|---|\n")
	for _, t := range m.def.Transitions {
		ends := strings.Join(texts(t.From), ", ") + " → " + strings.Join(texts(t.To), " *or* ")
		row(b, string(t.Event), ends, who(t.By), strings.Join(m.marked(t.Guards), ", "),
			strings.Join(needs(t), ", "), strings.Join(data(t.Data), ", "), strings.Join(effects(t), ", "))
	}
}

func (m *Machine) describeAttestations(b *bytes.Buffer) {
	b.WriteString("\n### Attestations\n\n| Guard | What is stated |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(m.def.Attestations)) {
		a := m.def.Attestations[name]
		waived := ""
		if a.Unless != "" {
			waived = " (unless " + a.Unless + ")"
		}
		row(b, name, both(a.Label)+waived)
	}
}

// describeConditions says nothing where there are none.
func (m *Machine) describeConditions(b *bytes.Buffer) {
	if len(m.def.Conditions) == 0 {
		return
	}
	b.WriteString("\n### Conditions\n\n| Guard | What is asked | Holds when |\n|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(m.def.Conditions)) {
		c := m.def.Conditions[name]
		row(b, name, both(c.Label), "`"+c.When+"`")
	}
}

// marked are the guards, those that nothing computes yet with a star.
func (m *Machine) marked(guards []string) []string {
	out := slices.Clone(guards)
	for i, g := range out {
		if _, ok := m.Attestation(g); ok {
			out[i] = g + `\*`
		}
	}
	return out
}

func row(b *bytes.Buffer, cells ...string) {
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	for _, c := range cells {
		b.WriteString("| " + escape.Replace(c) + " ")
	}
	b.WriteString("|\n")
}

func both(t Text) string { return t.EN + " / " + t.LT }

// traits lists a state's traits by the names that a definition uses.
func traits(s State) []string {
	var out []string
	for _, t := range []struct {
		name string
		on   bool
	}{
		{"holdsMoney", s.HoldsMoney},
		{"keepsMoney", s.KeepsMoney},
		{"commits " + string(s.Commits), s.Commits != CommitsNothing},
		{"pays", s.Pays},
		{"running", s.Running},
		{"listed", s.Listed},
		{"editable", s.Editable},
		{string(s.Outcome), s.Outcome != OutcomeNone},
		{"shown as " + string(s.ShownAs), s.ShownAs != ""},
		{"final", s.Final},
		{"contested", s.Contested},
		{"withheld", s.Withheld},
		{"stopsClock", s.StopsClock},
		{"terminal", s.Terminal},
	} {
		if t.on {
			out = append(out, t.name)
		}
	}
	return out
}

// term reads a deadline as a phrase.
func term(d *Deadline) string {
	if d == nil {
		return ""
	}
	phrase := length(*d)
	does := "warns"
	if d.Event != "" {
		does = string(d.Event)
	}
	if len(d.Unless) > 0 {
		does += " unless " + strings.Join(d.Unless, " or ")
	}
	phrase += ": " + does + " (" + d.Source + ")"
	if d.Pauses {
		phrase += ", pauses"
	}
	for _, n := range d.Remind {
		phrase += fmt.Sprintf(", reminds %d ahead", n)
	}
	return phrase
}

// length is how long a term is and what it runs from.
func length(d Deadline) string {
	units := map[DayUnit]string{WorkingDays: "working days", CalendarDays: "calendar days"}
	if d.Days == 0 {
		return "at " + d.From
	}
	return fmt.Sprintf("%d %s from %s", d.Days, units[d.Unit], d.From)
}

func who(by []By) string {
	out := make([]string, len(by))
	for i, b := range by {
		out[i] = string(b.Role)
		if b.OnBehalfOf != "" {
			out[i] += " for " + string(b.OnBehalfOf)
		}
		if b.SecondPerson {
			out[i] += " and a second person"
		}
	}
	return strings.Join(out, ", ")
}

// needs lists what an act takes beside its guards.
func needs(t Transition) []string {
	var out []string
	for _, n := range []struct {
		name string
		on   bool
	}{
		{"reason", t.Requires.Reason},
		{"document", t.Requires.Document},
		{"second person", t.Requires.SecondPerson},
		{"decision", t.Requires.Decision},
		{"lost vote", t.Requires.LostVote},
		{"presider and secretary", t.Requires.Presider},
	} {
		if n.on {
			out = append(out, n.name)
		}
	}
	return out
}

func data(data []Datum) []string {
	out := make([]string, len(data))
	for i, d := range data {
		out[i] = d.Name + ": " + d.Type
		if d.Required {
			out[i] += "!"
		}
	}
	return out
}

// effects lists what an event sets off elsewhere.
func effects(t Transition) []string {
	out := slices.Clone(t.Effects)
	for _, x := range t.Sets {
		out = append(out, fmt.Sprintf("%s = %t", x.Field, x.On))
	}
	for _, j := range t.Joins {
		name := string(j.Kind) + "." + string(j.Event)
		if j.Optional {
			name += " where it can"
		}
		out = append(out, name)
	}
	if t.Within != nil {
		out = append(out, "open for "+length(*t.Within)+" ("+t.Within.Source+")")
	}
	if t.Reopens {
		out = append(out, "reopens")
	}
	return out
}
