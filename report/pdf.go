package report

import (
	"bytes"
	"fmt"
	"slices"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/atranka/atranka/clock"
)

// Lengths in millimetres, sizes of letters in points. The margins are those that
// Lithuanian rules of records management ask of a paper: 30 at the left.
const (
	pageWidth, pageHeight  = 210.0, 297.0
	left, right            = 30.0, 10.0
	top, bottom            = 20.0, 20.0
	width                  = pageWidth - left - right
	size, small            = 11.0, 8.0
	leading, smallLeading  = 5.2, 3.8
	between                = 2.6
	inset                  = 1.2 // of a cell
	column                 = 55.0
	signing                = 60.0
	family                 = "go"
	regular, bold, italics = "", "B", "I"
)

// PDF is the document as PDF, A4 upright. The same document gives the same
// bytes: no clock is asked and nothing is drawn by chance. It returns
// [ErrUndated] where Dated is no day.
func (d Document) PDF() ([]byte, error) {
	if day, err := clock.ParseDate(string(d.Dated)); err != nil || day.Precision() != clock.Day {
		return nil, ErrUndated
	}
	p := &pdfPaper{Fpdf: fpdf.New("P", "mm", "A4", ""), document: d}
	p.begin()
	p.centred(d.Office, regular)
	p.centred(d.Title, bold)
	p.centred(d.dateline(), regular)
	p.centred(d.Place, regular)
	for _, b := range d.Blocks {
		b.draw(p)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("report: write %q as PDF: %w", d.Title, err)
	}
	return out.Bytes(), nil
}

// pdfPaper is a PDF as it grows, with where it stands.
type pdfPaper struct {
	*fpdf.Fpdf
	document Document
}

// begin sets all that could differ from run to run, and opens the first page.
func (p *pdfPaper) begin() {
	day := p.document.Dated.Start().Time().In(clock.Vilnius)
	p.SetCreationDate(day)
	p.SetModificationDate(day)
	p.SetCatalogSort(true)
	p.SetCompression(true)
	p.SetTitle(plain(p.document.Title), true)
	p.SetAuthor(plain(p.document.Office), true)
	p.SetLang(string(p.document.Lang))
	p.SetMargins(left, top, right)
	// A block says itself where a page ends, for only it knows what to repeat.
	p.SetAutoPageBreak(false, bottom)
	// Before the fonts: they carry the digits of the count only if they know of it.
	p.AliasNbPages("{pages}")
	p.AddUTF8FontFromBytes(family, regular, goregular.TTF)
	p.AddUTF8FontFromBytes(family, bold, gobold.TTF)
	p.AddUTF8FontFromBytes(family, italics, goitalic.TTF)
	p.SetFooterFunc(p.foot)
	p.AddPage()
	p.set(regular, size)
}

// set chooses the letters of what follows.
func (p *pdfPaper) set(style string, points float64) { p.SetFont(family, style, points) }

// foot is what stands at the end of each page.
func (p *pdfPaper) foot() {
	p.set(regular, small)
	hash := ""
	if p.document.Hash != "" {
		hash = p.document.label("hash") + ": " + plain(p.document.Hash)
	}
	p.Text(left, pageHeight-bottom/2, hash)
	p.Text(pageWidth-right-25, pageHeight-bottom/2, fmt.Sprintf("%s %d / {pages}", p.document.label("page"), p.PageNo()))
	p.set(regular, size)
}

// of measures text in the size that is set.
func (p *pdfPaper) of(points float64) measure {
	return func(text, style string) float64 {
		p.set(style, points)
		return p.GetStringWidth(text)
	}
}

// fits reports whether there is room for height on the page.
func (p *pdfPaper) fits(height float64) bool { return p.GetY()+height <= pageHeight-bottom }

// room goes on to a new page where there is no room for height.
func (p *pdfPaper) room(height float64) {
	if !p.fits(height) {
		p.AddPage()
	}
}

// write sets one line with its left end at x and goes on below it.
func (p *pdfPaper) write(l line, x, points, lead float64) {
	p.room(lead)
	p.put(l, x, p.GetY(), points, lead)
	p.SetY(p.GetY() + lead)
}

// put sets one line at a place. Text of a style is written in one piece, so that
// whoever reads the file finds its words beside each other.
func (p *pdfPaper) put(l line, x, y, points, lead float64) {
	for len(l) > 0 {
		style := l[0].style
		n := slices.IndexFunc(l, func(w word) bool { return w.style != style })
		if n < 0 {
			n = len(l)
		}
		text := l[:n].text()
		if n < len(l) && l[n].after {
			text += " "
		}
		p.set(style, points)
		p.Text(x, y+0.75*lead, text)
		x += p.GetStringWidth(text)
		l = l[n:]
	}
}

func (p *pdfPaper) centred(text, style string) {
	if text == "" {
		return
	}
	for _, l := range wrap([]run{{text, style}}, width, p.of(size)) {
		p.set(style, size)
		p.write(l, left+(width-p.GetStringWidth(l.text()))/2, size, leading)
	}
	p.SetY(p.GetY() + between/2)
}

func (p *pdfPaper) heading(text string) {
	lines := wrap([]run{{text, bold}}, width, p.of(size))
	// With two lines of what follows, so that it does not stand alone at the end.
	p.room(2*between + float64(len(lines)+2)*leading)
	p.SetY(p.GetY() + 2*between)
	for _, l := range lines {
		p.write(l, left, size, leading)
	}
}

func (p *pdfPaper) paragraph(b Paragraph) {
	p.SetY(p.GetY() + between)
	indent := 0.0
	mark := wrap([]run{{b.Number, regular}}, width/2, p.of(size))[0]
	if len(mark) > 0 {
		indent = max(p.of(size)(mark.text(), regular)+2, 8)
	}
	for i, l := range wrap([]run{{b.Lead, bold}, {b.Text, regular}}, width-indent, p.of(size)) {
		p.room(leading)
		if i == 0 {
			p.put(mark, left, p.GetY(), size, leading)
		}
		p.write(l, left+indent, size, leading)
	}
}

func (p *pdfPaper) pairs(b Pairs) {
	p.SetY(p.GetY() + between)
	for _, pair := range b {
		name := wrap([]run{{pair.Name, regular}}, column-2, p.of(size))
		value := wrap([]run{{pair.Value, regular}}, width-column, p.of(size))
		for i := range max(len(name), len(value)) {
			p.room(leading)
			if i < len(name) {
				p.put(name[i], left, p.GetY(), size, leading)
			}
			if i < len(value) {
				p.put(value[i], left+column, p.GetY(), size, leading)
			}
			p.SetY(p.GetY() + leading)
		}
	}
}

func (p *pdfPaper) table(b Table) {
	p.SetY(p.GetY() + between)
	var widths []float64
	// In tenths of a millimetre, so that columns add up without a rest.
	for _, w := range b.shares(int(width * 10)) {
		widths = append(widths, float64(w)/10)
	}
	head := p.cells(b.cells(b.Head), bold, widths)
	// A head does not stand alone at the end of a page.
	p.room(height(head) + smallLeading + 2*inset)
	p.row(b, head, widths)
	for _, row := range b.Rows {
		cells := p.cells(b.cells(row), regular, widths)
		for len(cells) > 0 {
			if !p.fits(height(cells)) {
				p.AddPage()
				p.row(b, head, widths)
			}
			cells = p.part(b, cells, widths)
		}
	}
	p.SetY(p.GetY() + between/2)
}

// part writes as much of a row as the page has room for and returns the rest: a
// row may be higher than a page.
func (p *pdfPaper) part(b Table, cells [][]line, widths []float64) [][]line {
	lines := max(int((pageHeight-bottom-p.GetY()-2*inset)/smallLeading), 1)
	now, rest, more := make([][]line, len(cells)), make([][]line, len(cells)), false
	for i, c := range cells {
		n := min(lines, len(c))
		now[i], rest[i] = c[:n], c[n:]
		more = more || len(rest[i]) > 0
	}
	p.row(b, now, widths)
	if !more {
		return nil
	}
	return rest
}

// cells are the texts of a row, broken into lines.
func (p *pdfPaper) cells(texts []string, style string, widths []float64) [][]line {
	out := make([][]line, len(texts))
	for i, text := range texts {
		out[i] = wrap([]run{{text, style}}, max(widths[i]-2*inset, 1), p.of(small+1))
	}
	return out
}

// height is that of a row.
func height(cells [][]line) float64 {
	lines := 0
	for _, c := range cells {
		lines = max(lines, len(c))
	}
	return float64(lines)*smallLeading + 2*inset
}

// row draws a row with its frame.
func (p *pdfPaper) row(b Table, cells [][]line, widths []float64) {
	x, y, high := left, p.GetY(), height(cells)
	for i, lines := range cells {
		p.Rect(x, y, widths[i], high, "D")
		for n, l := range lines {
			at := x + inset
			if b.right(i) && len(l) > 0 {
				at = x + widths[i] - inset - p.of(small+1)(l.text(), l[0].style)
			}
			p.put(l, at, y+inset+float64(n)*smallLeading, small+1, smallLeading)
		}
		x += widths[i]
	}
	p.SetXY(left, y+high)
}

func (p *pdfPaper) signatures(b Signatures) {
	for _, s := range b {
		capacity := wrap([]run{{s.Capacity, regular}}, signing-4, p.of(size))
		name := wrap([]run{{s.Name, regular}}, width-2*signing+10, p.of(size))
		note := s.Note
		if note == "" {
			note = p.document.label("signature")
		}
		below := wrap([]run{{note, italics}}, signing-14, p.of(small))
		high := max(float64(max(len(capacity), len(name)))*leading, leading+float64(len(below))*smallLeading)
		p.room(4*between + high)
		y := p.GetY() + 4*between
		for i, l := range capacity {
			p.put(l, left, y+float64(i)*leading, size, leading)
		}
		p.Line(left+signing, y+leading, left+2*signing-12, y+leading)
		for i, l := range below {
			p.put(l, left+signing, y+leading+float64(i)*smallLeading, small, smallLeading)
		}
		for i, l := range name {
			p.put(l, left+2*signing-10, y+float64(i)*leading, size, leading)
		}
		p.SetXY(left, y+high)
	}
}
