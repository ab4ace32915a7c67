package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
)

// letters are all that Lithuanian adds to the alphabet, with its quotation marks,
// its dash and the accents of dictionaries that a typist may leave apart.
const letters = "ĄČĘĖĮŠŲŪŽ ąčęėįšųūž „kabutės“ – brūkšnys 12\u00a0000,00 €"

// paper is a document with each kind of block.
func paper() report.Document {
	return report.Document{
		Lang: rules.LT, Office: "Vietos veiklos grupė", Title: "VALDYBOS POSĖDŽIO PROTOKOLAS", Dated: "2019-05-14", Number: "3",
		Place: "Klaipėda", Hash: strings.Repeat("0123456789abcdef", 4),
		Blocks: []report.Block{
			report.Heading("DARBOTVARKĖ"),
			report.Paragraph{Number: "1.", Lead: "SVARSTYTA.", Text: letters},
			report.Pairs{{Name: "Posėdžio pirmininkas", Value: "vieta 4"}},
			report.Table{
				Head: []string{"Sektorius", "Balsai"}, Rows: [][]string{{"Verslas", "3"}, {"Savivalda", "12"}},
				Widths: []int{3, 1}, Numbers: []int{1},
			},
			report.Signatures{{Capacity: "Posėdžio pirmininkas", Note: "pasirašyta sistemoje"}, {Capacity: "Sekretorius", Name: "Vardenė"}},
		},
	}
}

func written(t *testing.T, d report.Document) []byte {
	t.Helper()
	out, err := d.PDF()
	if err != nil {
		t.Fatalf("PDF(%q): %v", d.Title, err)
	}
	return out
}

func TestSameDocumentGivesTheSameBytes(t *testing.T) {
	first := written(t, paper())
	for range 8 {
		if again := written(t, paper()); !bytes.Equal(first, again) {
			t.Fatalf("PDF twice: got %d bytes that differ from the first %d", len(again), len(first))
		}
	}
	other := paper()
	other.Dated = "2019-05-15"
	if bytes.Equal(first, written(t, other)) {
		t.Error("PDF of another day: got the same bytes")
	}
	if a, b := paper().Text(), paper().Text(); a != b {
		t.Errorf("Text twice: got %q and %q", a, b)
	}
}

func TestEveryLetterCanBeReadFromThePDF(t *testing.T) {
	d := paper()
	got := strings.Join(pages(t, written(t, d)), "")
	for _, want := range []string{
		letters, d.Office, d.Title, "2019 m. gegužės 14 d. Nr. 3", d.Place, "DARBOTVARKĖ", "SVARSTYTA.", "vieta 4",
		"Savivalda", "12", "pasirašyta sistemoje", "Vardenė", "(parašas)", "psl. 1 / 1", d.Hash,
	} {
		if !strings.Contains(got, squeeze(want)) {
			t.Errorf("text of the PDF: got %q, want %q in it", got, squeeze(want))
		}
	}
}

func TestPlainTextSaysWhatThePDFSays(t *testing.T) {
	text := squeeze(paper().Text())
	for _, want := range []string{letters, "2019 m. gegužės 14 d. Nr. 3", "SVARSTYTA.", "Savivalda | 12", "Vardenė", paper().Hash} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("Text: got %q, want %q in it", text, squeeze(want))
		}
	}
}

func TestPDFNamesItsTitleAndLanguage(t *testing.T) {
	r := opened(t, written(t, paper()))
	if got := r.Trailer().Key("Info").Key("Title").Text(); got != paper().Title {
		t.Errorf("title: got %q, want %q", got, paper().Title)
	}
	if got := r.Trailer().Key("Root").Key("Lang").RawString(); got != "lt" {
		t.Errorf("language: got %q, want lt", got)
	}
	if got := r.Trailer().Key("Info").Key("CreationDate").RawString(); !strings.Contains(got, "20190514") {
		t.Errorf("date: got %q, want the paper's own day", got)
	}
}

func TestHeadOfATableIsRepeatedOnEachPage(t *testing.T) {
	d := paper()
	table := report.Table{Head: []string{"Eilutė", "Balsai"}}
	for n := range 200 {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("eilutė-%03d-", n), "1"})
	}
	d.Blocks = []report.Block{table}
	got := pages(t, written(t, d))
	if len(got) < 3 {
		t.Fatalf("pages of 200 rows: got %d, want at least 3", len(got))
	}
	for n, page := range got {
		if strings.Count(page, "EilutėBalsai") != 1 {
			t.Errorf("page %d: got %q, want the table's head once", n+1, page)
		}
		if want := fmt.Sprintf("psl.%d/%d", n+1, len(got)); !strings.Contains(page, want) {
			t.Errorf("page %d: got %q, want %q in it", n+1, page, want)
		}
	}
	whole := strings.Join(got, "")
	for n := range 200 {
		if row := fmt.Sprintf("eilutė-%03d-", n); strings.Count(whole, row) != 1 {
			t.Errorf("row %s: got it %d times, want once", row, strings.Count(whole, row))
		}
	}
}

func TestARowHigherThanAPageGoesOn(t *testing.T) {
	d := paper()
	var words []string
	for n := range 2000 {
		words = append(words, fmt.Sprintf("žodis%04d.", n))
	}
	d.Blocks = []report.Block{report.Table{Head: []string{"Tekstas", "Nr."}, Rows: [][]string{{strings.Join(words, " "), "7"}}}}
	got := pages(t, written(t, d))
	if len(got) < 2 {
		t.Fatalf("pages: got %d, want more than one", len(got))
	}
	whole := strings.Join(got, "")
	for _, word := range words {
		if strings.Count(whole, word) != 1 {
			t.Fatalf("%s: got it %d times, want once", word, strings.Count(whole, word))
		}
	}
}

func TestLongWordsStayOnThePaper(t *testing.T) {
	long := strings.Repeat("nebeprisikiškiakopūsteliaujantiesiems", 12)
	d := paper()
	d.Blocks = []report.Block{
		report.Paragraph{Lead: "NUTARTA.", Text: "Pirma " + long + " po to."},
		report.Table{Head: []string{"A", "B"}, Rows: [][]string{{long, "b"}}},
	}
	text := d.Text()
	if strings.Count(squeeze(text), long) != 1 { // in the table its parts stand beside the other cell
		t.Errorf("Text: got %q, want the long word whole in the paragraph", text)
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 78 {
			t.Errorf("line %q: got %d letters, want 78 at most", line, n)
		}
	}
	file := written(t, d)
	if got := strings.Join(pages(t, file), ""); strings.Count(got, long) != 2 {
		t.Errorf("text of the PDF: got %q, want the long word twice", got)
	}
	const edge = (210 - 10) * 72 / 25.4 // the right margin, in points
	for _, p := range pieces(t, file)[0] {
		// No letter is narrower than a quarter of its height, and none of these pieces is smaller than 8 points.
		if end := p.x + 2*float64(len([]rune(p.text))); end > edge {
			t.Errorf("%q: got its end at %.1f at least, want it left of %.1f", p.text, end, edge)
		}
	}
}

func TestADocumentWithoutADayIsRefused(t *testing.T) {
	for _, dated := range []clock.Date{"", "2019", "2019-05", "2019-02-30", "yesterday!"} {
		d := paper()
		d.Dated = dated
		if _, err := d.PDF(); !errors.Is(err, report.ErrUndated) {
			t.Errorf("PDF dated %q: got error %v, want ErrUndated", dated, err)
		}
	}
}

// Whatever somebody typed, there is a paper, and no line of its text is too long.
func TestAnyTextIsAPaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		d := paper()
		d.Title, d.Office, d.Number = text, text, text
		d.Blocks = []report.Block{
			report.Heading(text),
			report.Paragraph{Number: text, Lead: text, Text: text},
			report.Pairs{{Name: text, Value: text}},
			report.Table{Head: []string{text, ""}, Rows: [][]string{{text}, {"", text, text}}, Widths: []int{0, 9}},
			report.Table{},
			report.Signatures{{Capacity: text, Name: text, Note: text}},
		}
		if _, err := d.PDF(); err != nil {
			t.Fatalf("PDF: %v", err)
		}
		if strings.ContainsRune(d.Text(), '\u202e') {
			t.Fatal("Text: got a mark that turns the direction of what follows")
		}
	})
}
