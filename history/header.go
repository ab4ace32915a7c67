package history

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// Format is the version of the canonical bytes that this package writes and
// reads.
const Format = 1

// Header says where an entry stands and who did what under which rules. An
// empty text means that the entry has no such thing; every key stands in the
// canonical bytes all the same. Identifiers are taken as text, so that a
// verifier does not refuse types younger than itself.
type Header struct {
	Dossier      ident.ID      // the dossier it belongs to, never empty
	N            int64         // its number in the dossier, from 1
	LAG          ident.ID      // "" where no single LAG is concerned
	Kind         string        // what happened, never empty
	SubjectType  string        // the type of what it happened to
	SubjectID    ident.ID      // what it happened to
	Cause        string        // the [Header.Ref] of the entry that caused it
	Actor        ident.ID      // who did it
	Role         string        // the role in which the actor did it
	OnBehalfOf   string        // the authority whose act the actor recorded
	SecondActor  ident.ID      // who confirmed it where two persons are required
	EffectiveOn  clock.Date    // since when it holds in law
	RecordedAt   clock.Instant // when the system wrote it down
	Definition   string        // the definition in force, such as "proposal@1"
	RuleSets     []string      // the rule sets in force, ascending by bytes, each once
	PreviousHash Hash          // the hash of the entry before it, or [Genesis]
	Format       int           // [Format]
}

// Ref is the text by which another entry names this one as its cause: the
// dossier, a slash and the number.
func (h Header) Ref() string { return string(h.Dossier) + "/" + strconv.FormatInt(h.N, 10) }

// Canonical is the header as RFC 8785 bytes. A header that no entry may have
// is refused with [ErrMalformed].
func (h Header) Canonical() ([]byte, error) {
	if err := h.validate(); err != nil {
		return nil, err
	}
	return h.appendTo(make([]byte, 0, 1024)), nil
}

// appendTo writes the header by hand, because its keys are fixed and already
// in order, and verification must not pay a general RFC 8785 transform for
// each entry. TestHeaderIsWhatTheRFCTransformMakes holds the two together.
func (h *Header) appendTo(b []byte) []byte {
	b = appendText(append(b, `{"actor":`...), string(h.Actor))
	b = appendText(append(b, `,"cause":`...), h.Cause)
	b = appendText(append(b, `,"definition":`...), h.Definition)
	b = appendText(append(b, `,"dossier":`...), string(h.Dossier))
	b = appendText(append(b, `,"effectiveOn":`...), string(h.EffectiveOn))
	b = strconv.AppendInt(append(b, `,"format":`...), int64(h.Format), 10)
	b = appendText(append(b, `,"kind":`...), h.Kind)
	b = appendText(append(b, `,"lag":`...), string(h.LAG))
	b = strconv.AppendInt(append(b, `,"n":"`...), h.N, 10)
	b = appendText(append(b, `","onBehalfOf":`...), h.OnBehalfOf)
	b = hex.AppendEncode(append(b, `,"previousHash":"`...), h.PreviousHash[:])
	b = appendText(append(b, `","recordedAt":`...), h.RecordedAt.String())
	b = appendText(append(b, `,"role":`...), h.Role)
	b = appendTexts(append(b, `,"ruleSets":`...), h.RuleSets)
	b = appendText(append(b, `,"secondActor":`...), string(h.SecondActor))
	b = appendText(append(b, `,"subjectId":`...), string(h.SubjectID))
	b = appendText(append(b, `,"subjectType":`...), h.SubjectType)
	return append(b, '}')
}

func appendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}

// shortEscapes are the two-character escapes of RFC 8785 §3.2.2.2; the other
// control characters are written \u00xx.
var shortEscapes = [...]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '"': '"', '\\': '\\'}

func appendText(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if e := shortEscapes[c]; e != 0 {
			b = append(b, '\\', e)
		} else {
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		}
	}
	return append(append(b, s[start:]...), '"')
}

// validate holds for exactly the headers that [ParseHeader] gives back, so
// nothing can be written that could not be read.
func (h *Header) validate() error {
	switch {
	case h.Format != Format:
		return fmt.Errorf("%w: header: format %d, want %d", ErrMalformed, h.Format, Format)
	case h.Dossier == "":
		return fmt.Errorf("%w: header: no dossier", ErrMalformed)
	case h.N < 1:
		return fmt.Errorf("%w: header: n is %d, want 1 or more", ErrMalformed, h.N)
	case h.Kind == "":
		return fmt.Errorf("%w: header: no kind", ErrMalformed)
	case !validCause(h.Cause):
		return fmt.Errorf("%w: header: cause %q, want a dossier, a slash and a number", ErrMalformed, h.Cause)
	}
	// RFC 3339 has four digits for the year, and so has clock's parser.
	if y := h.RecordedAt.Time().Year(); y < 0 || y > 9999 {
		return fmt.Errorf("%w: header: recorded in the year %d", ErrMalformed, y)
	}
	if h.EffectiveOn != "" {
		if _, err := clock.ParseDate(string(h.EffectiveOn)); err != nil {
			return fmt.Errorf("%w: header: effective on: %w", ErrMalformed, err)
		}
	}
	return h.validateTexts()
}

func (h *Header) validateTexts() error {
	for _, s := range [...]string{
		string(h.Dossier), string(h.LAG), h.Kind, h.SubjectType, string(h.SubjectID), h.Cause,
		string(h.Actor), h.Role, h.OnBehalfOf, string(h.SecondActor), h.Definition,
	} {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%w: header: %q is not UTF-8", ErrMalformed, s)
		}
	}
	for i, s := range h.RuleSets {
		if !utf8.ValidString(s) {
			return fmt.Errorf("%w: header: %q is not UTF-8", ErrMalformed, s)
		}
		if i > 0 && s <= h.RuleSets[i-1] {
			return fmt.Errorf("%w: header: rule set %q after %q", ErrMalformed, s, h.RuleSets[i-1])
		}
	}
	return nil
}

// validCause holds for "" and for what [Header.Ref] writes.
func validCause(s string) bool {
	if s == "" {
		return true
	}
	i := strings.LastIndexByte(s, '/')
	if i < 1 {
		return false
	}
	_, ok := parseNumber(s[i+1:])
	return ok
}

// parseNumber reads a number of an entry in its one spelling.
func parseNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 1 && '1' <= s[0] && s[0] <= '9'
}
