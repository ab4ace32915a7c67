package report

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

// Document is one paper. Texts may be of any length and hold line breaks; what
// no paper can carry, such as control characters, is left out of them.
type Document struct {
	Lang rules.Lang
	// Office is whose paper it is and stands above the title.
	Office string
	Title  string
	// Dated is the day that the paper bears, and the only date that its PDF knows.
	Dated clock.Date
	// Number stands beside the date, with its own "Nr."; empty where there is none.
	Number string
	Place  string
	Blocks []Block
	// Hash is that of what the paper rests on, at the foot of each page.
	Hash string
}

// Block is one part of a document: a [Heading], [Paragraph], [Pairs], [Table]
// or [Signatures].
type Block interface {
	// draw writes the block on the paper, from where that stands.
	draw(p paper)
}

// Heading stands above the blocks that follow it, on the same page as the first.
type Heading string

// Paragraph is running text.
type Paragraph struct {
	// Number stands before it, such as "2.1."; empty where it has none.
	Number string
	// Lead is its first words, in bold: "NUTARTA."
	Lead string
	Text string
}

// Pairs are lines of a name and what it stands for.
type Pairs []Pair

// Pair is one line of [Pairs].
type Pair struct{ Name, Value string }

// Table has as many columns as its Head. A row that is shorter has empty cells at
// its end, and what is beyond the last column is left out. Where it goes on to
// another page its head is repeated there.
type Table struct {
	Head []string
	Rows [][]string
	// Widths are the columns' shares of the width; equal where there are not as
	// many as columns, or one is not above zero.
	Widths []int
	// Numbers are the columns, counted from 0, that align at the right.
	Numbers []int
}

// Signatures are places to sign, kept on one page each.
type Signatures []Signature

// Signature is a place to sign: in which capacity, who, and how it was signed
// where that is known. Name may be empty.
type Signature struct{ Capacity, Name, Note string }

// ErrUndated says that a document has no day that is in the calendar: it would
// bear another date each time.
var ErrUndated = errors.New("report: a paper bears a date, such as 2016-01-15")

// paper is a kind of paper that blocks are written on.
type paper interface {
	heading(text string)
	paragraph(Paragraph)
	pairs(Pairs)
	table(Table)
	signatures(Signatures)
}

func (h Heading) draw(p paper)    { p.heading(string(h)) }
func (b Paragraph) draw(p paper)  { p.paragraph(b) }
func (b Pairs) draw(p paper)      { p.pairs(b) }
func (b Signatures) draw(p paper) { p.signatures(b) }

func (b Table) draw(p paper) {
	if len(b.Head) > 0 {
		p.table(b)
	}
}

// right reports whether the column aligns at the right.
func (b Table) right(column int) bool { return slices.Contains(b.Numbers, column) }

// cells are the row's, as many as the table has columns.
func (b Table) cells(row []string) []string {
	cells := make([]string, len(b.Head))
	copy(cells, row)
	return cells
}

// shares are the columns' parts of the width, whole numbers that add up to it.
func (b Table) shares(width int) []int {
	given := b.Widths
	total := 0
	for _, w := range given {
		if w <= 0 {
			given = nil
			break
		}
		total += w
	}
	if len(given) != len(b.Head) {
		given, total = nil, len(b.Head)
	}
	out, left := make([]int, len(b.Head)), width
	for i := range out {
		share := 1
		if given != nil {
			share = given[i]
		}
		out[i] = left * share / total
		left, total = left-out[i], total-share
	}
	return out
}

// labels are the words of the office's own on a paper.
var labels = map[string]rules.Text{
	"number":    {LT: "Nr.", EN: "No."},
	"hash":      {LT: "Santrauka (SHA-256)", EN: "Digest (SHA-256)"},
	"page":      {LT: "psl.", EN: "page"},
	"signature": {LT: "(parašas)", EN: "(signature)"},
}

// label is one of the office's own words in the document's language.
func (d Document) label(name string) string { return labels[name].In(d.Lang) }

// dateline is the day with the number.
func (d Document) dateline() string {
	line := rules.FormatDate(d.Dated, d.Lang)
	if d.Number != "" {
		line += "  " + d.label("number") + "\u00a0" + d.Number
	}
	return line
}

// plain is the text as a paper can carry it: composed, without control
// characters, and without what lies outside Unicode's first plane, for which the
// fonts have no shapes.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r > 0xFFFF:
			return unicode.ReplacementChar
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, string(unicode.ReplacementChar))))
}
