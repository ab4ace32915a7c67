// Package ident owns the identifiers of everything that Atranka keeps. An [ID]
// is a TypeID (github.com/jetify-com/typeid, specification 0.3.0): a prefix of
// three letters that names the type, an underscore, and a UUIDv7 (RFC 9562) in
// lower-case Crockford base32. The same text stands in the database, the log,
// the API, an export and a proof. The package refuses ids of unknown types and
// of types other than the one asked for; the list of types is [Prefixes].
package ident

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/atranka/atranka/clock"
)

// ID is an identifier such as prp_01j9zq3v5kf8x8m7s0w4t2y6ab.
type ID string

// ErrMalformed is wrapped by every error about a text that is no identifier.
var ErrMalformed = errors.New("malformed identifier")

// ErrWrongType is wrapped by every error about an identifier of another type.
var ErrWrongType = errors.New("identifier of another type")

// crockford leaves out i, l, o and u, which are misread on paper.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const suffixLen = 26

// Prefix is the type of the id, or "" if the id is malformed.
func (id ID) Prefix() Prefix {
	if len(id) != prefixLen+1+suffixLen || id[prefixLen] != '_' {
		return ""
	}
	return Prefix(id[:prefixLen])
}

// Parse reads an identifier of any known type.
func Parse(s string) (ID, error) {
	id := ID(s)
	if _, known := Prefixes[id.Prefix()]; !known || !validSuffix(s[prefixLen+1:]) {
		return "", fmt.Errorf("%w: %.40q", ErrMalformed, s)
	}
	return id, nil
}

// ParseAs reads an identifier and refuses one whose type is not want.
func ParseAs(want Prefix, s string) (ID, error) {
	id, err := Parse(s)
	if err != nil {
		return "", err
	}
	if id.Prefix() != want {
		return "", fmt.Errorf("%w: %q names a %s, want a %s (%s_…)",
			ErrWrongType, s, Prefixes[id.Prefix()], Prefixes[want], want)
	}
	return id, nil
}

// validSuffix holds for the canonical form alone: 130 bits whose upper two
// are zero, so the first letter is at most 7.
func validSuffix(s string) bool {
	if len(s) != suffixLen || s[0] > '7' {
		return false
	}
	_, err := crockford.DecodeString("000000" + s)
	return err == nil
}

// MarshalGQL writes the id as a GraphQL ID.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(id))) }

// UnmarshalGQL takes the text as it is; resolvers refuse it where the type
// matters. An ID comes from ent, whose node lookup hands on what it was given.
func (id *ID) UnmarshalGQL(v any) error {
	switch s := v.(type) {
	case string:
		*id = ID(s)
	case ID:
		*id = s
	default:
		return fmt.Errorf("%w: want a string", ErrMalformed)
	}
	return nil
}

// Source makes identifiers from a clock and randomness, both injected so that
// the demo's are the same in every run. It is safe for concurrent use.
type Source struct {
	clock  clock.Clock
	mu     sync.Mutex
	random io.Reader
	last   [20]byte
}

// NewSource is a source over c and random; random must not run dry.
func NewSource(c clock.Clock, random io.Reader) *Source {
	return &Source{clock: c, random: random}
}

// New is a fresh identifier of the type that p names, greater than every
// earlier one of this source and type: within one millisecond the random part
// counts on (RFC 9562 §6.2, method 2). It panics when p is unknown or
// randomness fails, neither of which a caller could mend.
func (s *Source) New(p Prefix) ID {
	if _, known := Prefixes[p]; !known {
		panic(fmt.Sprintf("ident: unknown prefix %q", p))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var b [20]byte // four zero bytes, then the UUID: see encode
	if _, err := io.ReadFull(s.random, b[4:]); err != nil {
		panic(fmt.Errorf("ident: randomness: %w", err))
	}
	ms := uint64(s.clock.Now()) / 1000
	for i := range 6 {
		b[4+i] = byte(ms >> (40 - 8*i))
	}
	b[10] = 0x70 | b[10]&0x0f // version 7
	b[12] = 0x80 | b[12]&0x3f // variant of RFC 9562
	if bytes.Compare(b[4:10], s.last[4:10]) <= 0 {
		b = follow(s.last, uint64(b[18])<<8|uint64(b[19]))
	}
	s.last = b
	return encode(p, b)
}

// follow is the UUID after last by a random step, so that the next identifier
// cannot be counted out from one that was seen. The step goes into the lower 62
// random bits; a carry out of them, which takes 2^46 identifiers in one
// millisecond, goes into the upper twelve.
func follow(last [20]byte, step uint64) [20]byte {
	const lower = 1<<62 - 1
	low := binary.BigEndian.Uint64(last[12:])&lower + step + 1
	if low > lower {
		high := binary.BigEndian.Uint16(last[10:]) + 1
		binary.BigEndian.PutUint16(last[10:], 0x7000|high&0x0fff)
	}
	binary.BigEndian.PutUint64(last[12:], 1<<63|low&lower)
	return last
}

// encode drops the six letters that the four leading zero bytes make: 160 bits
// are 32 letters, and the last 26 hold two zero bits and the UUID's 128.
func encode(p Prefix, b [20]byte) ID {
	var sb strings.Builder
	sb.WriteString(string(p))
	sb.WriteByte('_')
	sb.WriteString(crockford.EncodeToString(b[:])[6:])
	return ID(sb.String())
}
