package report

import "strings"

// word is a run of text that no line break parts, with how it is set.
type word struct {
	text  string
	style string // "", "B" or "I"
	// after says that a space parts it from the word before on the same line.
	after bool
}

// line is what stands beside each other.
type line []word

// text is the line as it reads.
func (l line) text() string {
	var b strings.Builder
	for i, w := range l {
		if i > 0 && w.after {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// measure is how much room a text takes in a style, in the unit of the width
// that lines are wrapped to.
type measure func(text, style string) float64

// run is text of one style.
type run struct{ text, style string }

// wrap breaks the runs into lines of at most width: at spaces, at line breaks,
// and within a word only where it is wider than a line. There is at least one.
func wrap(runs []run, width float64, of measure) []line {
	lines := []line{nil}
	used := 0.0
	for _, r := range runs {
		for i, paragraph := range strings.Split(plain(r.text), "\n") {
			if i > 0 {
				lines, used = append(lines, nil), 0
			}
			for text := range strings.FieldsFuncSeq(paragraph, func(c rune) bool { return c == ' ' }) {
				lines, used = place(lines, used, word{text: text, style: r.style}, width, of)
			}
		}
	}
	return lines
}

// place puts the word at the end of the last line, or on lines after it.
func place(lines []line, used float64, w word, width float64, of measure) ([]line, float64) {
	last := len(lines) - 1
	gap, room := 0.0, of(w.text, w.style)
	if len(lines[last]) > 0 {
		gap, w.after = of(" ", ""), true
	}
	if used+gap+room <= width {
		lines[last] = append(lines[last], w)
		return lines, used + gap + room
	}
	if len(lines[last]) > 0 {
		lines, last = append(lines, nil), last+1
		w.after = false
	}
	for room > width {
		head, rest := cut(w, width, of)
		lines[last] = append(lines[last], head)
		lines, last = append(lines, nil), last+1
		w, room = rest, of(rest.text, rest.style)
	}
	lines[last] = append(lines[last], w)
	return lines, room
}

// cut parts a word that is wider than a line: as much as there is room for, but
// one letter at least, and the rest.
func cut(w word, width float64, of measure) (head, rest word) {
	letters := []rune(w.text)
	n := 1
	for n < len(letters)-1 && of(string(letters[:n+1]), w.style) <= width {
		n++
	}
	return word{text: string(letters[:n]), style: w.style}, word{text: string(letters[n:]), style: w.style}
}
