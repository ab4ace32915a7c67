package seal

import (
	"errors"
	"fmt"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// ErrNotNext is an entry that does not follow the last sealed one of its dossier.
var ErrNotNext = errors.New("the entry does not follow the last sealed one of its dossier")

// Log is where a log stands, as the one who appends to it keeps it. It is not
// safe for use from several goroutines.
type Log struct {
	origin string
	fold   Fold
	heads  Heads
	at     clock.Instant
}

// NewLog is a log that stands at a fold, with a head for each dossier that has a
// sealed entry, its last checkpoint taken at the instant; of a log without
// entries all three are zero.
func NewLog(origin string, f Fold, heads Heads, at clock.Instant) (*Log, error) {
	if err := ValidOrigin(origin); err != nil {
		return nil, err
	}
	if n := int64(heads.Len()); n > f.Size() || n == 0 && f.Size() > 0 {
		return nil, fmt.Errorf("%w: a log of %d entries in %d dossiers", ErrMalformed, f.Size(), n)
	}
	return &Log{origin: origin, fold: f, heads: heads, at: at}, nil
}

// Size is how many entries are sealed.
func (l *Log) Size() int64 { return l.fold.Size() }

// Head is where the dossier was sealed to; the zero head where it was not.
func (l *Log) Head(dossier ident.ID) history.Head {
	h, _ := l.heads.Head(dossier)
	return h
}

// Append seals the entry with this hash, whose dossier and number are as its
// header says, and gives the nodes above it (see [Fold.Add]). It refuses with
// [ErrNotNext] an entry that another has to be sealed before, one that is sealed
// already and one that names another hash as the previous one: a dossier is
// sealed in its own order or not at all.
func (l *Log) Append(dossier ident.ID, n int64, previous, hash history.Hash) ([]history.Hash, error) {
	head, sealed := l.heads.Head(dossier)
	if !sealed {
		head.Hash = history.Genesis(dossier)
	}
	switch {
	case n != head.N+1:
		return nil, fmt.Errorf("%w: %s is sealed to %d, this is %d", ErrNotNext, dossier, head.N, n)
	case previous != head.Hash:
		return nil, fmt.Errorf("%w: %s/%d names %s as the previous hash, sealed was %s", ErrNotNext, dossier, n, previous, head.Hash)
	}
	l.heads.Set(dossier, history.Head{N: n, Hash: hash})
	return l.fold.Add(hash), nil
}

// Checkpoint says how far the log goes, as of the instant or, where that is
// earlier than the one before, of that.
func (l *Log) Checkpoint(at clock.Instant) Checkpoint {
	l.at = max(l.at, at)
	return Checkpoint{
		Origin: l.origin, Size: l.fold.Size(), Root: l.fold.Root(),
		Dossiers: int64(l.heads.Len()), Heads: l.heads.Root(), At: l.at,
	}
}
