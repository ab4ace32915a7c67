package seal

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key signs what a log says. Its public half, which whoever verifies needs, is a
// line of text of which nothing is secret.
type Key struct {
	note.Signer
	private, public string
}

// NewKey makes an Ed25519 key for the log of that name from random bytes.
func NewKey(random io.Reader, origin string) (Key, error) {
	if err := ValidOrigin(origin); err != nil {
		return Key{}, err
	}
	private, _, err := note.GenerateKey(random, origin)
	if err != nil {
		return Key{}, fmt.Errorf("make a key: %w", err)
	}
	return ParseKey(private)
}

// Private is the key as a line of text in the form of package note, to be kept
// where neither the database nor its backups are.
func (k Key) Private() string { return k.private }

// Public is the line of text that verifies what the key signed (C2SP
// signed-note, "vkey").
func (k Key) Public() string { return k.public }

// Verifier verifies what the key signed.
func (k Key) Verifier() note.Verifier {
	v, err := note.NewVerifier(k.public)
	if err != nil {
		panic("seal: a key of which the public half does not read: " + err.Error()) // ParseKey has read it
	}
	return v
}

// ParseKey reads what [Key.Private] gives, around which there may be space. What
// is wrong with another text is said without the text.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	signer, err := note.NewSigner(text)
	if err != nil {
		return Key{}, fmt.Errorf("%w: no private key, which is one line that begins with PRIVATE+KEY+", ErrMalformed)
	}
	// PRIVATE+KEY+NAME+HASH+KEY, of which the last part may have a plus of its own.
	seed, err := base64.StdEncoding.DecodeString(strings.SplitN(text, "+", 5)[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: a private key of another kind than Ed25519", ErrMalformed)
	}
	pair := ed25519.NewKeyFromSeed(seed[1:])
	public, err := note.NewEd25519VerifierKey(signer.Name(), pair.Public().(ed25519.PublicKey))
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return Key{Signer: signer, private: text, public: public}, nil
}

// ParsePublic reads the public halves of keys, one a line; lines that are empty
// or begin with # are passed over.
func ParsePublic(text string) ([]note.Verifier, error) {
	var out []note.Verifier
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		v, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("%w: %.80q is no public key, which is NAME+HASH+KEY in one line", ErrMalformed, line)
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no public key", ErrMalformed)
	}
	return out, nil
}
