package rules

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrMalformedProjectCode is wrapped by every error about a text that is no
// project code.
var ErrMalformedProjectCode = errors.New("malformed project code")

// ProjectCode is the code that an implementing body gives to a project, in one
// of two shapes: "08.6.1-ESFA-V-911-01-0008" of 2014–2020, and "11-001-T-0005"
// of 2021–2027, which names no body and may lack the sequence. Codes say
// nothing of a project's stage and prove no count of projects. The zero value
// is no code.
type ProjectCode struct {
	Priority           string // "08"
	InvestmentPriority string // "6"; "" in the newer shape
	Objective          string // "1"; "" in the newer shape
	Body               string // "ESFA"; "" in the newer shape
	Mode               string // selection mode, "V"
	Measure            string // "911"
	Call               string // "01"; its exact meaning is not settled; "" in the newer shape
	Sequence           string // "0008"
}

const (
	olderShape = `(\d{2})\.(\d+)\.(\d+)-(ESFA|CPVA|LVPA|APVA|TID|INVEGA)-([VRKTF])-(\d{3})-(\d{2})-(\d{4})`
	newerShape = `(\d{2})-(\d{3})-([A-Z])(?:-(\d{4}))?`
)

var (
	olderCode = regexp.MustCompile(`^` + olderShape + `$`)
	newerCode = regexp.MustCompile(`^` + newerShape + `$`)
	anyCode   = regexp.MustCompile(olderShape + `|` + newerShape)
)

// ParseProjectCode reads a project code without "Nr." before it. Errors wrap
// [ErrMalformedProjectCode].
func ParseProjectCode(s string) (ProjectCode, error) {
	if m := olderCode.FindStringSubmatch(s); m != nil {
		return ProjectCode{
			Priority: m[1], InvestmentPriority: m[2], Objective: m[3], Body: m[4],
			Mode: m[5], Measure: m[6], Call: m[7], Sequence: m[8],
		}, nil
	}
	if m := newerCode.FindStringSubmatch(s); m != nil {
		return ProjectCode{Priority: m[1], Measure: m[2], Mode: m[3], Sequence: m[4]}, nil
	}
	return ProjectCode{}, fmt.Errorf(`%w: %q: want one such as "08.6.1-ESFA-V-911-01-0008" or "11-001-T-0005"`,
		ErrMalformedProjectCode, s)
}

// ScanProjectCodes reads the codes that stand in a text, with or without "Nr."
// before them, in the order of the text and as often as they stand there. A
// code that goes on in a letter, digit or dash is none.
func ScanProjectCodes(text string) []ProjectCode {
	var found []ProjectCode
	for _, at := range anyCode.FindAllStringIndex(text, -1) {
		if continues(text, at[0], at[1]) {
			continue
		}
		// Every match of anyCode matches one of the two anchored shapes.
		c, _ := ParseProjectCode(text[at[0]:at[1]])
		found = append(found, c)
	}
	return found
}

// continues holds when a match is part of something longer.
func continues(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, width := utf8.DecodeRuneInString(text[to:])
	if after == '.' {
		// A full stop ends a sentence; a point before a digit does not.
		if next, _ := utf8.DecodeRuneInString(text[to+width:]); unicode.IsDigit(next) {
			return true
		}
	}
	return glued(before) || glued(after)
}

func glued(r rune) bool { return r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// String is the code as it is printed.
func (c ProjectCode) String() string {
	if c == (ProjectCode{}) {
		return ""
	}
	if c.Body != "" {
		return strings.Join([]string{c.MeasureCode(), c.Call, c.Sequence}, "-")
	}
	if c.Sequence == "" {
		return c.MeasureCode()
	}
	return c.MeasureCode() + "-" + c.Sequence
}

// MeasureCode is the part that names the measure, such as "08.6.1-ESFA-V-911"
// or "11-001-T".
func (c ProjectCode) MeasureCode() string {
	if c.Body == "" {
		return strings.Join([]string{c.Priority, c.Measure, c.Mode}, "-")
	}
	objective := strings.Join([]string{c.Priority, c.InvestmentPriority, c.Objective}, ".")
	return strings.Join([]string{objective, c.Body, c.Mode, c.Measure}, "-")
}

// MarshalText is [ProjectCode.String].
func (c ProjectCode) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText is [ParseProjectCode].
func (c *ProjectCode) UnmarshalText(b []byte) (err error) {
	*c, err = ParseProjectCode(string(b))
	return err
}

// MarshalGQL writes the code as a GraphQL string.
func (c ProjectCode) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(c.String())) }

// UnmarshalGQL reads a GraphQL string. Errors wrap [ErrMalformedProjectCode].
func (c *ProjectCode) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: want a string, got %T", ErrMalformedProjectCode, v)
	}
	return c.UnmarshalText([]byte(s))
}
