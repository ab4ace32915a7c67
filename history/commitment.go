package history

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// MinSalt is the least number of bytes of a salt. Sixteen random bytes leave a
// name or a sentence from a short list of guesses unfindable.
const MinSalt = 16

// commitmentDomain keeps a commitment from being read as any other hash here.
const commitmentDomain = "atranka/commitment/1"

// Commitment stands in a body for a personal or free text that is kept outside
// the history, as {"commitment": "<hex>"}. Without the salt it tells nothing
// of the value; with salt and value anybody can check it.
type Commitment struct {
	Hash Hash `json:"commitment"`
}

// Commit is the hash that commits to value under salt: SHA-256 over the domain
// "atranka/commitment/1", the salt and the value, each behind its length in
// eight bytes, big-endian, so that no two triples share an encoding. The salt
// is random and used once. Commit panics on a salt shorter than [MinSalt],
// which only a programming error makes.
func Commit(salt []byte, value string) Hash {
	if len(salt) < MinSalt {
		panic(fmt.Sprintf("history: salt of %d bytes, want %d or more", len(salt), MinSalt))
	}
	return commit(salt, value)
}

// Opens reports whether c commits to value under salt, in time that does not
// depend on where the hashes differ. A salt that [Commit] would not take opens
// nothing.
func (c Commitment) Opens(salt []byte, value string) bool {
	if len(salt) < MinSalt {
		return false
	}
	h := commit(salt, value)
	return subtle.ConstantTimeCompare(h[:], c.Hash[:]) == 1
}

func commit(salt []byte, value string) Hash {
	b := make([]byte, 0, 3*8+len(commitmentDomain)+len(salt)+len(value))
	b = appendSized(b, commitmentDomain)
	b = appendSized(b, string(salt))
	b = appendSized(b, value)
	return sha256.Sum256(b)
}

func appendSized(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
}
