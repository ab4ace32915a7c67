package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// ParseHeader reads canonical header bytes. Every other byte string is refused
// with [ErrMalformed]: what it reads, [Header.Canonical] writes again byte for
// byte. An empty list of rule sets is read as nil.
func ParseHeader(b []byte) (Header, error) {
	r := headerReader{rest: string(b)}
	h := r.header()
	if r.err != nil {
		return Header{}, fmt.Errorf("%w: header: %w", ErrMalformed, r.err)
	}
	if err := h.validate(); err != nil {
		return Header{}, err
	}
	var stack [1024]byte // usual headers fit, see EntryHashOf
	if !bytes.Equal(h.appendTo(stack[:0]), b) {
		return Header{}, fmt.Errorf("%w: header is not in canonical form", ErrMalformed)
	}
	return h, nil
}

// headerReader reads the members in their one order and keeps the first error.
// It need not refuse every bad spelling: ParseHeader compares afterwards. Texts
// are cut from one string, so a header costs one allocation and not seventeen.
type headerReader struct {
	rest string
	err  error
}

func (r *headerReader) header() (h Header) {
	h.Actor = ident.ID(r.text(`{"actor":"`))
	h.Cause = r.text(`,"cause":"`)
	h.Definition = r.text(`,"definition":"`)
	h.Dossier = ident.ID(r.text(`,"dossier":"`))
	h.EffectiveOn = clock.Date(r.text(`,"effectiveOn":"`))
	h.Format = r.integer(`,"format":`)
	h.Kind = r.text(`,"kind":"`)
	h.LAG = ident.ID(r.text(`,"lag":"`))
	h.N = r.number(`,"n":"`)
	h.OnBehalfOf = r.text(`,"onBehalfOf":"`)
	h.PreviousHash = r.hash(`,"previousHash":"`)
	h.RecordedAt = r.instant(`,"recordedAt":"`)
	h.Role = r.text(`,"role":"`)
	h.RuleSets = r.texts(`,"ruleSets":[`)
	h.SecondActor = ident.ID(r.text(`,"secondActor":"`))
	h.SubjectID = ident.ID(r.text(`,"subjectId":"`))
	h.SubjectType = r.text(`,"subjectType":"`)
	r.expect(`}`)
	return h
}

func (r *headerReader) fault(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	r.rest = ""
}

func (r *headerReader) expect(literal string) {
	rest, ok := strings.CutPrefix(r.rest, literal)
	if !ok {
		r.fault("want %s", literal)
		return
	}
	r.rest = rest
}

func (r *headerReader) text(key string) string {
	r.expect(key)
	escaped := false
	for i := 0; i < len(r.rest); i++ {
		switch r.rest[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			s := r.rest[:i]
			r.rest = r.rest[i+1:]
			if escaped {
				return r.unescape(s)
			}
			return s
		}
	}
	r.fault("a text without an end")
	return ""
}

func (r *headerReader) unescape(s string) (out string) {
	if err := json.Unmarshal([]byte(`"`+s+`"`), &out); err != nil {
		r.fault("text %q: %w", s, err)
	}
	return out
}

func (r *headerReader) texts(key string) (list []string) {
	r.expect(key)
	for sep := `"`; r.err == nil && !strings.HasPrefix(r.rest, `]`); sep = `,"` {
		list = append(list, r.text(sep))
	}
	r.expect(`]`)
	return list
}

func (r *headerReader) integer(key string) int {
	r.expect(key)
	digits, _, _ := strings.Cut(r.rest, ",")
	n, err := strconv.Atoi(digits)
	if err != nil {
		r.fault("%s want an integer", key)
		return 0
	}
	r.rest = r.rest[len(digits):]
	return n
}

func (r *headerReader) number(key string) int64 {
	s := r.text(key)
	n, ok := parseNumber(s)
	if !ok {
		r.fault("n is %q, want a decimal number of 1 or more", s)
	}
	return n
}

func (r *headerReader) hash(key string) Hash {
	h, err := ParseHash(r.text(key))
	if err != nil {
		r.fault("previous hash: %w", err)
	}
	return h
}

func (r *headerReader) instant(key string) clock.Instant {
	i, err := clock.ParseInstant(r.text(key))
	if err != nil {
		r.fault("recorded at: %w", err)
	}
	return i
}
