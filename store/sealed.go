package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// ErrUnsealed is what no signed checkpoint contains yet: it is sealed within a
// second where the database is sealed at all.
var ErrUnsealed = errors.New("no signed checkpoint contains it")

// SealedCheckpoint is a checkpoint as it was signed.
type SealedCheckpoint struct {
	seal.Checkpoint
	Note []byte
}

// LastCheckpoint is the last one that was signed. The error is [ErrUnsealed]
// where none was.
func (s *Store) LastCheckpoint(ctx context.Context) (SealedCheckpoint, error) {
	var out SealedCheckpoint
	err := s.proving(ctx, func(_ *tx, _ logRow, c SealedCheckpoint) error { out = c; return nil })
	if err != nil {
		return out, fmt.Errorf("the last checkpoint: %w", err)
	}
	return out, nil
}

// CheckpointOf is the signed checkpoint of that many entries. The error is
// [ErrUnsealed] where there is none of that size.
func (s *Store) CheckpointOf(ctx context.Context, size int64) (SealedCheckpoint, error) {
	var out SealedCheckpoint
	err := s.View(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		l, err := t.lastLog()
		if err != nil {
			return err
		}
		out, err = t.readCheckpoint(t.build().Select("note").From(entsql.Table("signed_checkpoints")).
			Where(entsql.And(entsql.EQ("log", l.number), entsql.EQ("size", size))))
		return err
	})
	if err != nil {
		return out, fmt.Errorf("checkpoint of %d: %w", size, err)
	}
	return out, nil
}

func (t *tx) readCheckpoint(q *entsql.Selector) (SealedCheckpoint, error) {
	var text string
	if err := t.row(q).Scan(&text); errors.Is(err, sql.ErrNoRows) {
		return SealedCheckpoint{}, ErrUnsealed
	} else if err != nil {
		return SealedCheckpoint{}, err
	}
	out := SealedCheckpoint{Note: []byte(text)}
	said, err := seal.Unsigned(out.Note)
	if err == nil {
		out.Checkpoint, err = seal.ParseCheckpoint(said)
	}
	return out, err
}

// ProveEntry shows an entry under the last signed checkpoint. The error is
// [ErrUnsealed] where it does not contain it.
func (s *Store) ProveEntry(ctx context.Context, dossier ident.ID, n int64) (seal.Proof, error) {
	var p seal.Proof
	err := s.proving(ctx, func(t *tx, l logRow, c SealedCheckpoint) error {
		p.Checkpoint = c.Note
		err := t.row(t.build().Select("seq").From(entsql.Table("leaves")).
			Where(entsql.And(entsql.EQ("log", l.number), entsql.EQ("entry_id", entryID(dossier, n))))).Scan(&p.Index)
		if errors.Is(err, sql.ErrNoRows) || err == nil && p.Index >= c.Size {
			return ErrUnsealed
		}
		if err != nil {
			return err
		}
		p.Path, err = t.nodes(l.number).Inclusion(c.Size, p.Index)
		return err
	})
	if err != nil {
		return seal.Proof{}, fmt.Errorf("prove %s/%d: %w", dossier, n, err)
	}
	return p, nil
}

// Consistency shows the tree of the first old entries within that of the last
// signed checkpoint.
type Consistency struct {
	Old        int64
	Path       []history.Hash
	Checkpoint []byte
}

// ProveConsistency shows the tree of the first old entries within the last
// signed checkpoint. The error is [ErrUnsealed] where that one has fewer.
func (s *Store) ProveConsistency(ctx context.Context, old int64) (Consistency, error) {
	out := Consistency{Old: old}
	err := s.proving(ctx, func(t *tx, l logRow, c SealedCheckpoint) (err error) {
		if old < 0 || old > c.Size {
			return ErrUnsealed
		}
		out.Checkpoint = c.Note
		out.Path, err = t.nodes(l.number).Consistency(c.Size, old)
		return err
	})
	if err != nil {
		return Consistency{}, fmt.Errorf("prove consistency with %d: %w", old, err)
	}
	return out, nil
}

// HeadProof shows where a dossier ends under a signed checkpoint.
type HeadProof struct {
	seal.HeadProof
	Checkpoint []byte
}

// staleHeads is how much older than the last the checkpoint may be that heads are
// proved against, so that the tree over all dossiers is not made for each who asks.
const staleHeads = 10 * time.Second

// headsOf keeps the tree of heads under one checkpoint.
type headsOf struct {
	sync.Mutex
	log   int64
	heads seal.Heads
	under SealedCheckpoint
}

// ProveHead shows where the dossier ends, under the last signed checkpoint or one
// of a few seconds before, after which nothing of the dossier was sealed. The
// error is [ErrUnsealed] where no entry of it was.
func (s *Store) ProveHead(ctx context.Context, dossier ident.ID) (HeadProof, error) {
	h := &s.sealedHeads
	h.Lock()
	defer h.Unlock()
	var out HeadProof
	err := s.proving(ctx, func(t *tx, l logRow, c SealedCheckpoint) error {
		n, err := t.sealedTo(l.number, dossier, c.Size)
		if err != nil {
			return err
		}
		kept, _ := h.heads.Head(dossier)
		if h.log != l.number || kept.N != n || h.under.At.Add(staleHeads) < c.At {
			heads, _, err := t.sealedHeads(l.number, c.Size)
			if err != nil {
				return err
			}
			h.log, h.heads, h.under = l.number, heads, c
		}
		p, there := h.heads.Prove(dossier)
		if !there {
			return ErrUnsealed
		}
		out = HeadProof{HeadProof: p, Checkpoint: h.under.Note}
		return nil
	})
	if err != nil {
		return HeadProof{}, fmt.Errorf("prove the head of %s: %w", dossier, err)
	}
	return out, nil
}

// sealedTo is the number of the dossier's last entry among the first size leaves,
// 0 where there is none.
func (t *tx) sealedTo(log int64, dossier ident.ID, size int64) (int64, error) {
	var last sql.NullString
	err := t.row(t.build().Select("MAX(entry_id)").From(entsql.Table("leaves")).Where(entsql.And(
		entsql.EQ("log", log), entsql.LT("seq", size),
		entsql.GT("entry_id", entryID(dossier, 0)), entsql.LT("entry_id", string(dossier)+"0"), // "0" is next to "/"
	))).Scan(&last)
	if err != nil || !last.Valid {
		return 0, err
	}
	_, n, err := parseEntryID(last.String)
	return n, err
}

// proving runs f with the log and its last signed checkpoint on one state of the
// database.
func (s *Store) proving(ctx context.Context, f func(*tx, logRow, SealedCheckpoint) error) error {
	return s.View(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		l, err := t.lastLog()
		if err != nil {
			return err
		}
		c, err := t.readCheckpoint(t.build().Select("note").From(entsql.Table("signed_checkpoints")).
			Where(entsql.EQ("log", l.number)).OrderBy(entsql.Desc("size")).Limit(1))
		if err != nil {
			return err
		}
		return f(t, l, c)
	})
}
