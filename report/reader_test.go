package report_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// piece is text as it stands on a page, and where its left end is, in points.
type piece struct {
	text string
	x    float64
}

// pieces are the texts of each page, parsed by a library that has no part in
// writing them. That one reads codes of one byte's range only, so they are read
// here as the file says: its ToUnicode map takes each code for the letter of that
// number, and its CIDToGIDMap says which shape of the font it has. A letter
// without a shape is an error, for nobody could read it.
func pieces(t *testing.T, file []byte) [][]piece {
	t.Helper()
	r := opened(t, file)
	var out [][]piece
	for n := 1; n <= r.NumPage(); n++ {
		var page []piece
		var x float64
		var shapes []byte
		fonts := r.Page(n).Resources().Key("Font")
		pdf.Interpret(r.Page(n).V.Key("Contents"), func(stack *pdf.Stack, op string) {
			var args []pdf.Value
			for stack.Len() > 0 {
				args = append(args, stack.Pop())
			}
			slices.Reverse(args)
			switch op {
			case "Tf":
				shapes = shapesOf(t, fonts.Key(args[0].Name()))
			case "Td":
				x = args[0].Float64()
			case "Tj":
				page = append(page, piece{text: decoded(t, args[0].RawString(), shapes), x: x})
			}
		})
		out = append(out, page)
	}
	return out
}

func opened(t *testing.T, file []byte) *pdf.Reader {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatalf("open the PDF: %v", err)
	}
	return r
}

// shapesOf is the font's map of codes to shapes, two bytes each.
func shapesOf(t *testing.T, font pdf.Value) []byte {
	t.Helper()
	identity := "1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange"
	if unicode := stream(t, font.Key("ToUnicode")); !strings.Contains(string(unicode), identity) {
		t.Fatalf("ToUnicode: got %q, want a map of each code to the letter of its number", unicode)
	}
	return stream(t, font.Key("DescendantFonts").Index(0).Key("CIDToGIDMap"))
}

func stream(t *testing.T, v pdf.Value) []byte {
	t.Helper()
	out, err := io.ReadAll(v.Reader())
	if err != nil {
		t.Fatalf("read a stream of the PDF: %v", err)
	}
	return out
}

func decoded(t *testing.T, raw string, shapes []byte) string {
	t.Helper()
	var codes []uint16
	for i := 0; i+1 < len(raw); i += 2 {
		code := binary.BigEndian.Uint16([]byte(raw[i:]))
		if at := 2 * int(code); at+1 >= len(shapes) || binary.BigEndian.Uint16(shapes[at:]) == 0 {
			t.Errorf("letter %q: got no shape in the font", rune(code))
		}
		codes = append(codes, code)
	}
	return string(utf16.Decode(codes))
}

// pages are the texts of a PDF's pages without spaces: where a line ends is the
// paper's to choose.
func pages(t *testing.T, file []byte) []string {
	t.Helper()
	var out []string
	for _, page := range pieces(t, file) {
		var b strings.Builder
		for _, p := range page {
			b.WriteString(p.text)
		}
		out = append(out, squeeze(b.String()))
	}
	return out
}

// squeeze is the text without what parts its words.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
