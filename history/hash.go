package history

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/atranka/atranka/ident"
)

// ErrMalformed is wrapped by every error about bytes or values that no entry
// of this format may have.
var ErrMalformed = errors.New("malformed entry")

// Hash is a SHA-256 digest. Its text is 64 lower-case hexadecimal digits.
type Hash [sha256.Size]byte

// String is the text of h.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads the text of a hash and refuses any other spelling, such as
// upper-case digits, with [ErrMalformed].
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != hex.EncodedLen(len(h)) {
		return Hash{}, fmt.Errorf("%w: hash of %d characters, want %d", ErrMalformed, len(s), hex.EncodedLen(len(h)))
	}
	for i := range len(s) {
		v, ok := hexValue(s[i])
		if !ok {
			return Hash{}, fmt.Errorf("%w: hash with %q, want lower-case hexadecimal digits", ErrMalformed, s[i])
		}
		h[i/2] = h[i/2]<<4 | v
	}
	return h, nil
}

// hexValue is narrower than encoding/hex, which takes upper-case digits too:
// a hash has one spelling, or two texts of one header could be canonical.
func hexValue(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	default:
		return 0, false
	}
}

// MarshalText is [Hash.String].
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText is [ParseHash].
func (h *Hash) UnmarshalText(b []byte) (err error) {
	*h, err = ParseHash(string(b))
	return err
}

// Genesis is the previous hash of a dossier's first entry: the hash of the
// dossier's id, so that no entry can be moved to the start of another.
func Genesis(dossier ident.ID) Hash { return sha256.Sum256([]byte(dossier)) }

// EntryHash is the hash of the entry with these canonical header and body
// bytes.
func EntryHash(header, body []byte) Hash { return EntryHashOf(header, sha256.Sum256(body)) }

// EntryHashOf is [EntryHash] where only the hash of the body is left.
func EntryHashOf(header []byte, bodyHash Hash) Hash {
	// A buffer on the stack, because a sha256 digest would go to the heap.
	// Usual headers fit; a longer one costs an allocation and nothing else.
	var stack [1024]byte
	b := append(stack[:0], leafPrefix)
	b = append(b, header...)
	b = append(b, bodyHash[:]...)
	return sha256.Sum256(b)
}

// leafPrefix keeps a leaf from being read as an inner node (RFC 6962 §2.1).
const leafPrefix = 0x00
