package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/ident"
)

// manySources is above how many sources a chart draws an event once, from a
// node that stands for all of them: withdraw alone would be nineteen arrows.
const manySources = 6

// Chart is a machine as it is drawn, in whatever form: its states and what
// leads from one to another, in file order, with labels in one language.
type Chart struct {
	Kind    Kind
	Version int
	// Lang is the language of the labels, "lt" or "en"; "" draws the names of
	// the definition.
	Lang    string
	Initial StateName
	States  []Drawn
	Arrows  []Arrow
	// Overlaid: the states say how many cases are in them.
	Overlaid bool
}

// Drawn is a state of a chart.
type Drawn struct {
	State
	Label string
	// Live is zero but in an overlaid chart.
	Live Live
}

// Arrow is everything that leads from one place to one state.
type Arrow struct {
	From []StateName
	To   StateName
	// Many names the node that stands for From, where there are many.
	Many   string
	Labels []string
}

// Live is what a state of a running process looks like.
type Live struct {
	// Cases are those that are in the state now, Overdue those of them whose
	// term has passed.
	Cases, Overdue int
	// MedianSeconds is how long half of the stays in the state lasted at most;
	// nil where there was none.
	MedianSeconds *int64
}

// Chart is the machine as it is drawn in lang, "lt", "en", or "" for names. live,
// where it is not nil, is laid over it; a state that it lacks has no cases.
func (m *Machine) Chart(lang string, live map[StateName]Live) Chart {
	c := Chart{Kind: m.Kind(), Version: m.Version(), Lang: lang, Initial: m.Initial(), Overlaid: live != nil}
	for _, s := range m.def.States {
		c.States = append(c.States, Drawn{State: s, Label: worded(lang, string(s.Name), s.Staff), Live: live[s.Name]})
	}
	c.Arrows = m.arrows(lang)
	return c
}

// Chart draws the version that new cases of the group go by, with live laid over it as
// in [Machine.Chart]. States of other versions that cases are in stand beside it, with
// the name of a version that has them: no case is left out.
func (ms *Machines) Chart(lag ident.ID, k Kind, lang string, live map[StateName]Live) Chart {
	drawn := ms.For(lag, k)
	c := drawn.Chart(lang, live)
	for _, m := range ms.Versions(k) {
		for _, s := range m.def.States {
			there := slices.ContainsFunc(c.States, func(d Drawn) bool { return d.Name == s.Name })
			if !there && live[s.Name].Cases > 0 {
				c.States = append(c.States, Drawn{State: s, Label: worded(lang, string(s.Name), s.Staff) + " (" + m.Name() + ")", Live: live[s.Name]})
			}
		}
	}
	return c
}

func worded(lang, name string, label Text) string {
	if lang == "" {
		return name
	}
	return label.In(lang)
}

// arrows merges the events between the same two states.
func (m *Machine) arrows(lang string) []Arrow {
	var out []Arrow
	between := map[[2]StateName]int{}
	for _, x := range m.steps {
		t := x.Transition
		label := worded(lang, string(x.Event), t.Label)
		if len(t.From) > manySources {
			if x.From == t.From[0] {
				out = append(out, Arrow{From: t.From, To: x.To, Many: "many_" + string(x.Event), Labels: []string{label}})
			}
			continue
		}
		ends := [2]StateName{x.From, x.To}
		if i, ok := between[ends]; ok {
			out[i].Labels = append(out[i].Labels, label)
			continue
		}
		between[ends] = len(out)
		out = append(out, Arrow{From: []StateName{x.From}, To: x.To, Labels: []string{label}})
	}
	return out
}

// Source names the node that the arrow leaves.
func (a Arrow) Source() string {
	if a.Many != "" {
		return a.Many
	}
	return string(a.From[0])
}

// Any is the label of the node that stands for many states.
func (a Arrow) Any(lang string) string {
	if lang == "lt" {
		return fmt.Sprintf("iš bet kurios iš %d būsenų", len(a.From))
	}
	return fmt.Sprintf("any of %d states", len(a.From))
}

// Phrase says what is there in one line, in lang.
func (l Live) Phrase(lang string) string {
	words := map[bool][3]string{true: {"čia %d", "vėluoja %d", "mediana %s"}, false: {"%d here", "%d overdue", "median %s"}}[lang == "lt"]
	parts := []string{fmt.Sprintf(words[0], l.Cases)}
	if l.Overdue > 0 {
		parts = append(parts, fmt.Sprintf(words[1], l.Overdue))
	}
	if l.MedianSeconds != nil {
		parts = append(parts, fmt.Sprintf(words[2], span(*l.MedianSeconds, lang)))
	}
	return strings.Join(parts, " · ")
}

// span is a length of time in the largest unit that it fills, cut to a tenth.
func span(seconds int64, lang string) string {
	unit, of := map[bool]string{true: "val.", false: "h"}[lang == "lt"], int64(60*60)
	if seconds >= 24*of {
		unit, of = "d", 24*of
	}
	tenths := seconds * 10 / of
	point := map[bool]string{true: ",", false: "."}[lang == "lt"]
	return strconv.FormatInt(tenths/10, 10) + point + strconv.FormatInt(tenths%10, 10) + " " + unit
}

// Phases lists the phases, in order.
func Phases() []Phase { return slices.Clone(phases) }

// Label is the phase's name.
func (p Phase) Label() Text {
	return map[Phase]Text{
		PhaseCall:           {LT: "Kvietimas", EN: "Call"},
		PhaseSubmission:     {LT: "Pateikimas", EN: "Submission"},
		PhaseEvaluation:     {LT: "Vertinimas", EN: "Evaluation"},
		PhaseSelection:      {LT: "Atranka", EN: "Selection"},
		PhaseContract:       {LT: "Sutartis", EN: "Contract"},
		PhaseImplementation: {LT: "Įgyvendinimas", EN: "Implementation"},
		PhaseClosure:        {LT: "Užbaigimas", EN: "Closure"},
	}[p]
}

// mermaidText takes out what would end a text in Mermaid's grammar.
var mermaidText = strings.NewReplacer(":", ",", ";", ",", "\n", " ")

// Mermaid is the chart as a Mermaid stateDiagram-v2.
func (c Chart) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "  [*] --> %s\n", c.Initial)
	for _, s := range c.States {
		if c.Lang != "" || c.Overlaid {
			fmt.Fprintf(&b, "  %s: %s\n", s.Name, mermaidText.Replace(s.Label))
		}
		if c.Overlaid {
			fmt.Fprintf(&b, "  %s: %s\n", s.Name, s.Live.Phrase(c.Lang))
		}
	}
	for _, a := range c.Arrows {
		if a.Many != "" {
			fmt.Fprintf(&b, "  %s: %s\n", a.Many, a.Any(c.Lang))
		}
		fmt.Fprintf(&b, "  %s --> %s: %s\n", a.Source(), a.To, mermaidText.Replace(strings.Join(a.Labels, ", ")))
	}
	for _, s := range c.States {
		if s.Terminal {
			fmt.Fprintf(&b, "  %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

// DOT is the chart as a Graphviz digraph, its states grouped by phase.
func (c Chart) DOT() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n", c.Kind)
	for _, phase := range phases {
		c.cluster(&b, phase)
	}
	for _, a := range c.Arrows {
		if a.Many != "" {
			fmt.Fprintf(&b, "  %s [shape=plaintext, label=%q];\n", a.Many, a.Any(c.Lang))
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%q];\n", a.Source(), a.To, strings.Join(a.Labels, ", "))
	}
	b.WriteString("}\n")
	return b.String()
}

func (c Chart) cluster(b *strings.Builder, phase Phase) {
	in := slices.DeleteFunc(slices.Clone(c.States), func(s Drawn) bool { return s.Phase != phase })
	if len(in) == 0 {
		return
	}
	fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=%q;\n", phase, worded(c.Lang, string(phase), phase.Label()))
	for _, s := range in {
		fmt.Fprintf(b, "    %s%s;\n", s.Name, c.attributes(s))
	}
	b.WriteString("  }\n")
}

func (c Chart) attributes(s Drawn) string {
	var out []string
	if label := s.Label; c.Lang != "" || c.Overlaid {
		if c.Overlaid {
			label += "\n" + s.Live.Phrase(c.Lang)
		}
		out = append(out, fmt.Sprintf("label=%q", label))
	}
	if s.Terminal {
		out = append(out, "peripheries=2")
	}
	if len(out) == 0 {
		return ""
	}
	return " [" + strings.Join(out, ", ") + "]"
}
