package seal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/clock"
)

// maxReason is the greatest number of bytes of a reason.
const maxReason = 2000

// Loss says that a log ended and another began in its place, because the
// database no longer holds what a checkpoint of it says: an older copy was
// restored, or its key is gone. It is signed by the key of the log that begins
// and takes nothing back: the checkpoints of the one that ended stay what they
// are, and speak against the database.
type Loss struct {
	Origin string     // of the log that begins
	Known  Checkpoint // the last checkpoint known of the one that ended
	Found  int64      // how many of its entries the database still holds in order
	At     clock.Instant
	Reason string // one line
}

// lossTitle is the second line of a statement; no checkpoint has a size like it.
const lossTitle = "begins in the place of a log that was lost"

// Text is the statement as the text of a note: the origin, a title, how many
// entries were found, the instant, the reason, and the text of the last
// checkpoint known. What nobody may state is refused with [ErrMalformed].
func (l Loss) Text() (string, error) {
	if err := ValidOrigin(l.Origin); err != nil {
		return "", err
	}
	known, err := l.Known.Text()
	switch {
	case err != nil:
		return "", err
	case l.Origin == l.Known.Origin:
		return "", fmt.Errorf("%w: a log that begins anew takes another name than %q", ErrMalformed, l.Origin)
	case l.Found < 0 || l.Found > l.Known.Size:
		return "", fmt.Errorf("%w: %d entries found of %d", ErrMalformed, l.Found, l.Known.Size)
	case l.At.Time().Year() < 0 || l.At.Time().Year() > 9999:
		return "", fmt.Errorf("%w: a statement of the year %d", ErrMalformed, l.At.Time().Year())
	case strings.TrimSpace(l.Reason) == "" || len(l.Reason) > maxReason || !utf8.ValidString(l.Reason) || strings.ContainsFunc(l.Reason, unicode.IsControl):
		return "", fmt.Errorf("%w: want a reason in one line of at most %d bytes", ErrMalformed, maxReason)
	}
	return fmt.Sprintf("%s\n%s\nfound %d\nat %s\nreason %s\n%s", l.Origin, lossTitle, l.Found, l.At, l.Reason, known), nil
}

// ParseLoss reads the text of a statement. Every other text is refused with
// [ErrMalformed]: what it reads, [Loss.Text] writes again byte for byte.
func ParseLoss(text string) (Loss, error) {
	lines := strings.SplitN(text, "\n", 6)
	if len(lines) != 6 || lines[1] != lossTitle {
		return Loss{}, fmt.Errorf("%w: no statement of a loss", ErrMalformed)
	}
	l := Loss{Origin: lines[0], Reason: strings.TrimPrefix(lines[4], "reason ")}
	var err error
	if _, err = fmt.Sscanf(lines[2], "found %d", &l.Found); err != nil {
		return Loss{}, fmt.Errorf("%w: statement of a loss: %w", ErrMalformed, err)
	}
	if l.At, err = clock.ParseInstant(strings.TrimPrefix(lines[3], "at ")); err != nil {
		return Loss{}, fmt.Errorf("%w: statement of a loss: %w", ErrMalformed, err)
	}
	if l.Known, err = ParseCheckpoint(lines[5]); err != nil {
		return Loss{}, err
	}
	again, err := l.Text()
	if err != nil {
		return Loss{}, err
	}
	if again != text {
		return Loss{}, fmt.Errorf("%w: statement of a loss is not in its one spelling", ErrMalformed)
	}
	return l, nil
}

// Sign is the statement as a note signed by the keys of the log that begins.
func (l Loss) Sign(keys ...note.Signer) ([]byte, error) {
	text, err := l.Text()
	if err != nil {
		return nil, err
	}
	return sign(l.Origin, text, keys...)
}

// OpenLoss reads a signed statement as [Open] reads a checkpoint.
func OpenLoss(signed []byte, keys ...note.Verifier) (Loss, error) {
	text, err := open(signed, keys...)
	if err != nil {
		return Loss{}, err
	}
	l, err := ParseLoss(text)
	if err != nil {
		return Loss{}, err
	}
	for _, k := range keys {
		if k.Name() == l.Origin {
			return l, nil
		}
	}
	return Loss{}, fmt.Errorf("%w: a statement of the log %q, which none of the keys is of", ErrMalformed, l.Origin)
}
