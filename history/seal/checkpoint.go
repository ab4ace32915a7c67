package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
)

// ErrMalformed is wrapped by every error about bytes that are no checkpoint,
// proof or statement of this form.
var ErrMalformed = errors.New("malformed seal")

// ErrSignature is wrapped where a note is not signed by any of the keys that
// it should be signed by.
var ErrSignature = errors.New("no valid signature")

// MaxNote is the greatest number of bytes of a signed note that is read.
const MaxNote = 64 << 10

// Checkpoint says how far a log goes and what stands in it.
type Checkpoint struct {
	Origin   string        // the log's name, which is also that of its key
	Size     int64         // how many entries are sealed
	Root     history.Hash  // of the tree over their hashes in the order of sealing
	Dossiers int64         // how many dossiers have a sealed entry
	Heads    history.Hash  // of the tree over the heads of these, see [Heads]
	At       clock.Instant // when it was taken; never before that of a smaller one
}

// Text is the checkpoint as the text of a note, in the form of C2SP
// tlog-checkpoint: origin, size, root, and as extensions
//
//	dossiers COUNT BASE64
//	at INSTANT
//
// each line ended by a newline. A checkpoint that no log may have is refused
// with [ErrMalformed].
func (c Checkpoint) Text() (string, error) {
	if err := c.validate(); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s\n%d\n%s\ndossiers %d %s\nat %s\n",
		c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]),
		c.Dossiers, base64.StdEncoding.EncodeToString(c.Heads[:]), c.At), nil
}

func (c Checkpoint) validate() error {
	switch err := ValidOrigin(c.Origin); {
	case err != nil:
		return err
	case c.Size < 0 || c.Dossiers < 0 || c.Dossiers > c.Size || c.Dossiers == 0 && c.Size > 0:
		return fmt.Errorf("%w: checkpoint of %d entries in %d dossiers", ErrMalformed, c.Size, c.Dossiers)
	case c.At.Time().Year() < 0 || c.At.Time().Year() > 9999:
		return fmt.Errorf("%w: checkpoint of the year %d", ErrMalformed, c.At.Time().Year())
	}
	return nil
}

// ValidOrigin refuses with [ErrMalformed] what cannot be the name of a log and
// of its key: a name is not empty and has no space, no plus and no control
// character (C2SP signed-note).
func ValidOrigin(s string) error {
	if s == "" || len(s) > 255 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return r == '+' || unicode.IsSpace(r) || unicode.IsControl(r)
	}) {
		return fmt.Errorf("%w: %q is no name of a log: up to 255 bytes without spaces, plus signs and control characters", ErrMalformed, s)
	}
	return nil
}

// ParseCheckpoint reads the text of a checkpoint. Every other text is refused
// with [ErrMalformed]: what it reads, [Checkpoint.Text] writes again byte for
// byte.
func ParseCheckpoint(text string) (Checkpoint, error) {
	var c Checkpoint
	lines := strings.Split(text, "\n")
	if len(lines) != 6 {
		return c, fmt.Errorf("%w: checkpoint of %d lines, want 5, each ended by a newline", ErrMalformed, len(lines)-1)
	}
	heads, isHeads := strings.CutPrefix(lines[3], "dossiers ")
	count, root, parted := strings.Cut(heads, " ")
	at, isAt := strings.CutPrefix(lines[4], "at ")
	if !isHeads || !parted || !isAt {
		return c, fmt.Errorf("%w: checkpoint: want a line of dossiers and one of the instant", ErrMalformed)
	}
	c.Origin = lines[0]
	var err error
	for _, part := range []func() error{
		func() (err error) { c.Size, err = strconv.ParseInt(lines[1], 10, 64); return err },
		func() error { return parseRoot(lines[2], &c.Root) },
		func() (err error) { c.Dossiers, err = strconv.ParseInt(count, 10, 64); return err },
		func() error { return parseRoot(root, &c.Heads) },
		func() (err error) { c.At, err = clock.ParseInstant(at); return err },
	} {
		if err = part(); err != nil {
			return Checkpoint{}, fmt.Errorf("%w: checkpoint: %w", ErrMalformed, err)
		}
	}
	again, err := c.Text()
	if err != nil {
		return Checkpoint{}, err
	}
	if again != text {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint is not in its one spelling", ErrMalformed)
	}
	return c, nil
}

func parseRoot(s string, into *history.Hash) error {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return err
	}
	if len(b) != len(into) {
		return fmt.Errorf("root of %d bytes, want %d", len(b), len(into))
	}
	copy(into[:], b)
	return nil
}

// Sign is the checkpoint as a note signed by each of the keys, whose names are
// to be its origin. Ed25519 signs a text alike each time, so signing again what
// was signed before says nothing new.
func (c Checkpoint) Sign(keys ...note.Signer) ([]byte, error) {
	text, err := c.Text()
	if err != nil {
		return nil, err
	}
	return sign(c.Origin, text, keys...)
}

func sign(origin, text string, keys ...note.Signer) ([]byte, error) {
	if len(keys) == 0 {
		return nil, errors.New("sign: no key")
	}
	for _, k := range keys {
		if k.Name() != origin {
			return nil, fmt.Errorf("sign: the key is of %q, the log is %q", k.Name(), origin)
		}
	}
	signed, err := note.Sign(&note.Note{Text: text}, keys...)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signed, nil
}

// Open reads a signed checkpoint of which one of the keys made a signature; a
// signature of any of them that does not hold is refused, and those of others
// are passed over. It refuses with [ErrSignature] what none signed, and with
// [ErrMalformed] what is no checkpoint or another log's.
func Open(signed []byte, keys ...note.Verifier) (Checkpoint, error) {
	text, err := open(signed, keys...)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := ParseCheckpoint(text)
	if err != nil {
		return Checkpoint{}, err
	}
	for _, k := range keys {
		if k.Name() == c.Origin {
			return c, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("%w: checkpoint of the log %q, which none of the keys is of", ErrMalformed, c.Origin)
}

func open(signed []byte, keys ...note.Verifier) (string, error) {
	if len(signed) > MaxNote {
		return "", fmt.Errorf("%w: note of %d bytes, want at most %d", ErrMalformed, len(signed), MaxNote)
	}
	n, err := note.Open(signed, note.VerifierList(keys...))
	if unsigned := (*note.UnverifiedNoteError)(nil); errors.As(err, &unsigned) {
		return "", fmt.Errorf("%w: by none of the keys given", ErrSignature)
	}
	if invalid := (*note.InvalidSignatureError)(nil); errors.As(err, &invalid) {
		return "", fmt.Errorf("%w: the one of %s (%08x) is not of this text", ErrSignature, invalid.Name, invalid.Hash)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return n.Text, nil
}

// Unsigned reads the text of a signed note without judging its signatures. What
// it says is nobody's word.
func Unsigned(signed []byte) (string, error) {
	i := bytes.LastIndex(signed, []byte("\n\n"))
	if i < 0 || len(signed) > MaxNote {
		return "", fmt.Errorf("%w: no note", ErrMalformed)
	}
	return string(signed[:i+1]), nil
}
