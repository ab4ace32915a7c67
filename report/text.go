package report

import (
	"strings"
	"unicode/utf8"
)

// columns is how wide a line of plain text is, in letters.
const columns = 78

// Text is the document as plain text in UTF-8, wrapped at 78 letters. The same
// document gives the same text.
func (d Document) Text() string {
	t := &textPaper{of: func(text, _ string) float64 { return float64(utf8.RuneCountInString(text)) }, document: d}
	t.centred(d.Office)
	t.centred(d.Title)
	t.centred(d.dateline())
	t.centred(d.Place)
	for _, b := range d.Blocks {
		b.draw(t)
	}
	if d.Hash != "" {
		t.gap()
		t.indented("", run{text: d.label("hash") + ":"}, run{text: d.Hash})
	}
	return t.String()
}

// textPaper is plain text as it grows.
type textPaper struct {
	strings.Builder
	of       measure
	document Document
}

func (t *textPaper) line(s string) { t.WriteString(strings.TrimRight(s, " ") + "\n") }

// gap parts what follows from what is there.
func (t *textPaper) gap() {
	if t.Len() > 0 {
		t.WriteByte('\n')
	}
}

func (t *textPaper) wrapped(width int, runs ...run) []string {
	var out []string
	for _, l := range wrap(runs, float64(width), t.of) {
		out = append(out, l.text())
	}
	return out
}

func (t *textPaper) centred(s string) {
	if s == "" {
		return
	}
	for _, l := range t.wrapped(columns, run{text: s}) {
		t.line(strings.Repeat(" ", (columns-utf8.RuneCountInString(l))/2) + l)
	}
}

// indented writes the lines beside a mark that the first of them bears.
func (t *textPaper) indented(mark string, runs ...run) {
	indent := 0
	if mark != "" {
		indent = utf8.RuneCountInString(mark) + 1
	}
	for i, l := range t.wrapped(max(columns-indent, 1), runs...) {
		if i == 0 && mark != "" {
			t.line(mark + " " + l)
			continue
		}
		t.line(strings.Repeat(" ", indent) + l)
	}
}

func (t *textPaper) heading(text string) {
	t.gap()
	t.indented("", run{text: text})
}

func (t *textPaper) paragraph(b Paragraph) {
	t.gap()
	t.indented(plain(b.Number), run{text: b.Lead}, run{text: b.Text})
}

func (t *textPaper) pairs(b Pairs) {
	t.gap()
	for _, p := range b {
		t.indented("", run{text: p.Name + ":"}, run{text: p.Value})
	}
}

func (t *textPaper) table(b Table) {
	t.gap()
	widths := b.shares(columns - 3*(len(b.Head)-1))
	t.row(b, b.Head, widths)
	var rule []string
	for _, w := range widths {
		rule = append(rule, strings.Repeat("-", max(w, 1)))
	}
	t.line(strings.Join(rule, "-+-"))
	for _, row := range b.Rows {
		t.row(b, row, widths)
	}
}

func (t *textPaper) row(b Table, row []string, widths []int) {
	cells, height := make([][]string, len(widths)), 0
	for i, text := range b.cells(row) {
		cells[i] = t.wrapped(max(widths[i], 1), run{text: text})
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var parts []string
		for i, lines := range cells {
			text := ""
			if n < len(lines) {
				text = lines[n]
			}
			fill := strings.Repeat(" ", max(widths[i]-utf8.RuneCountInString(text), 0))
			if b.right(i) {
				parts = append(parts, fill+text)
			} else {
				parts = append(parts, text+fill)
			}
		}
		t.line(strings.Join(parts, " | "))
	}
}

func (t *textPaper) signatures(b Signatures) {
	for _, s := range b {
		t.gap()
		t.indented("", run{text: s.Capacity})
		signed := t.document.label("signature")
		if s.Note != "" {
			signed = s.Note
		}
		t.indented("", run{text: "____________________"}, run{text: signed}, run{text: s.Name})
	}
}
