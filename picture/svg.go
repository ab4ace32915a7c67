package picture

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/workflow"
)

// What texts take, in the units of the picture. There is no font to measure
// with, so a letter takes as much as a wide one of the usual fonts.
const (
	letter, line           = 6.5, 15.0 // in a state
	smallLetter, smallLine = 5.6, 12.0 // on an arrow
	widest                 = 22        // letters on a line of a state
	widestSmall            = 26
	padding                = 12.0
	badge                  = 8.0 // the radius of a mark
)

// fills are the colours of the phases, light enough to be read on.
var fills = map[workflow.Phase]string{
	workflow.PhaseCall:           "#e5e7eb",
	workflow.PhaseSubmission:     "#dbeafe",
	workflow.PhaseEvaluation:     "#fef3c7",
	workflow.PhaseSelection:      "#ede9fe",
	workflow.PhaseContract:       "#cffafe",
	workflow.PhaseImplementation: "#dcfce7",
	workflow.PhaseClosure:        "#fee2e2",
}

// The colours of the rest.
const (
	ink, faint, alarm = "#1f2937", "#6b7280", "#b91c1c"
	gold, green       = "#b45309", "#15803d"
)

// SVG draws the chart: states in the colour of their phase, a double frame for
// a terminal one, a thick frame for a final one, a green or red one for a good
// or bad outcome, a mark for money that is held or paid, and a legend. The same
// chart gives the same bytes. It is safe for concurrent use; a first picture
// takes about half a second and ends with ctx, and another of the same layout,
// whatever is laid over it, takes none.
func SVG(ctx context.Context, c workflow.Chart) ([]byte, error) {
	d := &drawing{Chart: c}
	d.gather()
	at, err := place(ctx, d.plan)
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", c.Kind, err)
	}
	d.at = at
	return d.draw(), nil
}

// drawing is one picture in the making. The nodes of its plan are the states,
// the beginning, and whatever stands for many states, in this order.
type drawing struct {
	workflow.Chart
	plan plan
	at   placed
	many []workflow.Arrow
	b    bytes.Buffer
}

const beginning = "*" // no state is called so

func (d *drawing) gather() {
	for _, s := range d.States {
		d.node(string(s.Name), wrap(s.Label, widest), d.Overlaid)
	}
	d.plan.Boxes = append(d.plan.Boxes, box{ID: beginning, Width: 14, Height: 14})
	d.plan.Edges = append(d.plan.Edges, edge{From: beginning, To: string(d.Initial), Text: box{ID: "0"}})
	for i, a := range d.Arrows {
		if a.Many != "" {
			d.many = append(d.many, a)
			d.node(a.Many, wrap(a.Any(d.Lang), widest), false)
		}
		lines := texts(a)
		d.plan.Edges = append(d.plan.Edges, edge{From: a.Source(), To: string(a.To), Text: box{
			ID: strconv.Itoa(i + 1), Width: width(lines, smallLetter) + 6, Height: float64(len(lines)) * smallLine,
		}})
	}
}

// node leaves room for a line of live figures where there will be one, as much
// as they may ever take: what is laid over a picture does not move it.
func (d *drawing) node(id string, lines []string, live bool) {
	b := box{ID: id, Width: width(lines, letter) + 2*padding, Height: float64(len(lines))*line + padding}
	if live {
		b.Width, b.Height = max(b.Width, 40*smallLetter+padding), b.Height+line
	}
	d.plan.Boxes = append(d.plan.Boxes, b)
}

// texts are the lines of an arrow's labels.
func texts(a workflow.Arrow) []string {
	var out []string
	for _, l := range a.Labels {
		out = append(out, wrap(l, widestSmall)...)
	}
	return out
}

func width(lines []string, letter float64) float64 {
	most := 0
	for _, l := range lines {
		most = max(most, len([]rune(l)))
	}
	return float64(most) * letter
}

// wrap breaks a text between words; a longer word stands for itself.
func wrap(text string, widest int) []string {
	var out []string
	for _, word := range strings.Fields(text) {
		last := len(out) - 1
		if last >= 0 && len([]rune(out[last]))+1+len([]rune(word)) <= widest {
			out[last] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

func (d *drawing) draw() []byte {
	legend := d.legend()
	language := ""
	if d.Lang != "" {
		language = ` xml:lang="` + d.Lang + `"`
	}
	w, h := max(d.at.Width, legendWidth), d.at.Height+legendHeight(len(legend))
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%[1]s" height="%[2]s" role="img"%[3]s font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">`+"\n",
		num(w), num(h), language)
	fmt.Fprintf(&d.b, "<title>%s</title>\n", escaped(fmt.Sprintf("%s, version %d", d.Kind, d.Version)))
	d.b.WriteString(`<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0,0 L10,5 L0,10 z" fill="` + faint + `"/></marker></defs>` + "\n")
	fmt.Fprintf(&d.b, `<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n")
	for i, e := range d.plan.Edges {
		if e.From == e.To {
			d.loop(i)
			continue
		}
		d.path(i)
	}
	for i, s := range d.States {
		d.state(s, d.plan.Boxes[i], d.at.Boxes[i])
	}
	n := len(d.States)
	start := d.at.Boxes[n]
	fmt.Fprintf(&d.b, `<circle cx="%s" cy="%s" r="7" fill="%s"/>`+"\n", num(start.X), num(start.Y), ink)
	for i, a := range d.many {
		d.any(a, d.plan.Boxes[n+1+i], d.at.Boxes[n+1+i])
	}
	for i, a := range d.Arrows {
		e := d.at.Edges[i+1]
		d.text(texts(a), e.X, e.Y, smallLine, `font-size="10" fill="`+ink+`" paint-order="stroke" stroke="#ffffff" stroke-width="3"`)
	}
	d.keys(legend)
	d.b.WriteString("</svg>\n")
	return d.b.Bytes()
}

// loop draws an arrow back to where it came from, between the state's right side
// and its own text.
func (d *drawing) loop(i int) {
	e := d.plan.Edges[i]
	n := slices.IndexFunc(d.plan.Boxes, func(b box) bool { return b.ID == e.From })
	at, right := d.at.Boxes[n], d.at.Boxes[n].X+d.plan.Boxes[n].Width/2
	// A cubic curve reaches three quarters of the way to its control points.
	far := right + max(d.at.Edges[i].X-e.Text.Width/2-right, 12)/0.75
	d.line(fmt.Sprintf("M%s,%s C%s,%s %[3]s,%[5]s %[1]s,%[6]s", num(right), num(at.Y-6), num(far), num(at.Y-16), num(at.Y+16), num(at.Y+6)))
}

// path draws an arrow as a line that bends at its points.
func (d *drawing) path(i int) {
	ps := d.at.Edges[i].Points
	var p strings.Builder
	fmt.Fprintf(&p, "M%s,%s", num(ps[0].X), num(ps[0].Y))
	for j := 1; j < len(ps)-1; j++ {
		end := point{(ps[j].X + ps[j+1].X) / 2, (ps[j].Y + ps[j+1].Y) / 2}
		if j == len(ps)-2 {
			end = ps[j+1]
		}
		fmt.Fprintf(&p, " Q%s,%s %s,%s", num(ps[j].X), num(ps[j].Y), num(end.X), num(end.Y))
	}
	if len(ps) == 2 {
		fmt.Fprintf(&p, " L%s,%s", num(ps[1].X), num(ps[1].Y))
	}
	d.line(p.String())
}

func (d *drawing) line(path string) {
	fmt.Fprintf(&d.b, `<path d="%s" fill="none" stroke="%s" marker-end="url(#head)"/>`+"\n", path, faint)
}

func (d *drawing) state(s workflow.Drawn, b box, at point) {
	fmt.Fprintf(&d.b, `<g id="%s"><title>%s</title>`, escaped(string(s.Name)), escaped(string(s.Name)))
	stroke, thick := frame(s.State)
	d.rect(at, b.Width, b.Height, fmt.Sprintf(`fill="%s" stroke="%s" stroke-width="%s"`, fills[s.Phase], stroke, thick))
	if s.Terminal {
		d.rect(at, b.Width-6, b.Height-6, fmt.Sprintf(`fill="none" stroke="%s"`, stroke))
	}
	middle := at.Y
	if d.Overlaid {
		middle -= line / 2
		d.live(s.Live, at, b)
	}
	d.text(wrap(s.Label, widest), at.X, middle, line, `font-size="12" fill="`+ink+`"`)
	right := point{at.X + b.Width/2, at.Y - b.Height/2}
	for _, m := range marks {
		if m.on(s.State) {
			d.mark(m, right)
			right.X -= 2*badge + 2
		}
	}
	d.b.WriteString("</g>\n")
}

func (d *drawing) live(l workflow.Live, at point, b box) {
	colour, weight := faint, "normal"
	if l.Cases > 0 {
		colour, weight = ink, "bold"
	}
	if l.Overdue > 0 {
		colour = alarm
	}
	d.text([]string{l.Phrase(d.Lang)}, at.X, at.Y+b.Height/2-line+2, line,
		fmt.Sprintf(`font-size="10" font-weight="%s" fill="%s"`, weight, colour))
}

// frame tells the outcome by its colour and what is final by its width.
func frame(s workflow.State) (stroke, thick string) {
	stroke, thick = ink, "1"
	switch s.Outcome {
	case workflow.OutcomePositive:
		stroke = green
	case workflow.OutcomeNegative:
		stroke = alarm
	case workflow.OutcomeNone:
	}
	if s.Final {
		thick = "2.5"
	}
	return stroke, thick
}

// mark is a sign at the corner of a state.
type mark struct {
	sign, colour string
	label        workflow.Text
	on           func(workflow.State) bool
}

var marks = []mark{
	{"€", green, workflow.Text{LT: "galima mokėti", EN: "money may be paid"}, func(s workflow.State) bool { return s.Pays }},
	{"€", gold, workflow.Text{LT: "pinigai rezervuoti", EN: "money is reserved"}, func(s workflow.State) bool {
		return s.HoldsMoney || s.KeepsMoney || s.Commits != workflow.CommitsNothing
	}},
}

func (d *drawing) mark(m mark, at point) {
	fmt.Fprintf(&d.b, `<circle cx="%s" cy="%s" r="%s" fill="%s"/>`, num(at.X), num(at.Y), num(badge), m.colour)
	d.text([]string{m.sign}, at.X, at.Y, line, `font-size="11" font-weight="bold" fill="#ffffff"`)
}

func (d *drawing) any(a workflow.Arrow, b box, at point) {
	names := make([]string, len(a.From))
	for i, n := range a.From {
		names[i] = string(n)
	}
	fmt.Fprintf(&d.b, `<g><title>%s</title>`, escaped(strings.Join(names, ", ")))
	d.rect(at, b.Width, b.Height, `fill="#ffffff" stroke="`+faint+`" stroke-dasharray="4 3"`)
	d.text(wrap(a.Any(d.Lang), widest), at.X, at.Y, line, `font-size="11" font-style="italic" fill="`+faint+`"`)
	d.b.WriteString("</g>\n")
}

func (d *drawing) rect(at point, w, h float64, style string) {
	fmt.Fprintf(&d.b, `<rect x="%s" y="%s" width="%s" height="%s" rx="7" %s/>`, num(at.X-w/2), num(at.Y-h/2), num(w), num(h), style)
}

// text writes lines around a middle.
func (d *drawing) text(lines []string, x, y, line float64, style string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(&d.b, `<text text-anchor="middle" %s>`, style)
	first := y - float64(len(lines)-1)*line/2 + line/4
	for i, l := range lines {
		fmt.Fprintf(&d.b, `<tspan x="%s" y="%s">%s</tspan>`, num(x), num(first+float64(i)*line), escaped(l))
	}
	d.b.WriteString("</text>\n")
}

// legendWidth is for two columns; a row of the legend is a line and a half.
const legendWidth, legendRow = 560.0, 24.0

func legendHeight(entries int) float64 { return float64((entries+1)/2)*legendRow + 24 }

// key is an entry of the legend: a small state with what it stands for.
type key struct {
	label string
	state workflow.State
}

// legend explains what the picture uses, and nothing that it does not.
func (d *drawing) legend() []key {
	lang := d.Lang
	var out []key
	for _, p := range workflow.Phases() {
		if slices.ContainsFunc(d.States, func(s workflow.Drawn) bool { return s.Phase == p }) {
			out = append(out, key{p.Label().In(lang), workflow.State{Phase: p}})
		}
	}
	for _, k := range []struct {
		label workflow.Text
		state workflow.State
		on    func(workflow.State) bool
	}{
		{workflow.Text{LT: "teigiama baigtis", EN: "good outcome"}, workflow.State{Outcome: workflow.OutcomePositive}, func(s workflow.State) bool { return s.Outcome == workflow.OutcomePositive }},
		{workflow.Text{LT: "neigiama baigtis", EN: "bad outcome"}, workflow.State{Outcome: workflow.OutcomeNegative}, func(s workflow.State) bool { return s.Outcome == workflow.OutcomeNegative }},
		{workflow.Text{LT: "galutinė, atnaujinti gali tik kita institucija", EN: "final: only another body may reopen it"}, workflow.State{Final: true}, func(s workflow.State) bool { return s.Final }},
		{workflow.Text{LT: "pabaiga", EN: "the end: nothing leads out"}, workflow.State{Terminal: true}, func(s workflow.State) bool { return s.Terminal }},
		{marks[1].label, workflow.State{HoldsMoney: true}, marks[1].on},
		{marks[0].label, workflow.State{Pays: true}, marks[0].on},
	} {
		if slices.ContainsFunc(d.States, func(s workflow.Drawn) bool { return k.on(s.State) }) {
			out = append(out, key{k.label.In(lang), k.state})
		}
	}
	return out
}

// keys draws the legend under the picture, in two columns.
func (d *drawing) keys(legend []key) {
	half := (len(legend) + 1) / 2
	for i, k := range legend {
		at := point{32 + float64(i/max(half, 1))*legendWidth/2, d.at.Height + 20 + float64(i%max(half, 1))*legendRow}
		stroke, thick := frame(k.state)
		fill := fills[k.state.Phase]
		if fill == "" {
			fill = "#ffffff"
		}
		d.rect(at, 28, 16, fmt.Sprintf(`fill="%s" stroke="%s" stroke-width="%s"`, fill, stroke, thick))
		if k.state.Terminal {
			d.rect(at, 23, 11, `fill="none" stroke="`+stroke+`"`)
		}
		for _, m := range marks {
			if m.on(k.state) {
				d.mark(m, at)
			}
		}
		fmt.Fprintf(&d.b, `<text x="%s" y="%s" font-size="11" fill="%s">%s</text>`+"\n", num(at.X+22), num(at.Y+4), ink, escaped(k.label))
	}
}

// num is a length to a tenth, in which machines do not differ.
func num(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes all
	return b.String()
}
