package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
)

// The kinds of faults that lie in the log that dossiers are sealed into.
const (
	// SealBroken is a leaf that is not the one that was signed, or not there.
	SealBroken = "SEAL_BROKEN"
	// CheckpointInconsistent is a checkpoint that the leaves do not bear out.
	CheckpointInconsistent = "CHECKPOINT_INCONSISTENT"
	// CheckpointUnsigned is one that none of the keys given signed.
	CheckpointUnsigned = "CHECKPOINT_UNSIGNED"
	// LogTruncated is a log that ends before a checkpoint that somebody kept.
	LogTruncated = "LOG_TRUNCATED"
	// Resealed is an entry that stands as another was sealed.
	Resealed = "EDITED_AFTER_SEALING"
	// SealedGone is a sealed entry that is not there.
	SealedGone = "REMOVED_AFTER_SEALING"
)

// Against is what a verification of the log is held against. Whoever gives
// neither is told that the leaves bear the checkpoints out, whoever signed them.
type Against struct {
	// Keys are those of the logs of the database, as their operator published them.
	Keys []note.Verifier
	// Kept is the last checkpoint that was kept outside the database, as it was signed.
	Kept []byte
}

// LogReport is what a verification of the log found; its faults stand with the
// others.
type LogReport struct {
	Origin string
	// Sealed entries stand under a signed checkpoint, the last of which is Last.
	Sealed int64
	Last   seal.Checkpoint
	// Unsealed entries do not, and of them the history proves nothing but its own chain.
	Unsealed int64
}

// logCheck holds leaves against entries and both against checkpoints.
type logCheck struct {
	v   *verifier
	row logRow
	// leaves folds what was sealed, entries what stands there now.
	leaves, entries seal.Fold
	heads           map[ident.ID]history.Head
	checkpoints     []sealedNote
	since           int64 // the size up to which leaves are known to be those that were signed
	last            ref   // the entry that was read last
	broken          bool  // said already
}

type sealedNote struct {
	size int64
	note string
	c    seal.Checkpoint
	kept bool
}

func (v *verifier) checkLog(against Against) error {
	logs, err := v.logs()
	if err != nil {
		return err
	}
	kept, err := v.openKept(against)
	if err != nil {
		return err
	}
	if len(logs) == 0 {
		if kept.c.Origin != "" {
			v.fault(ref{}, LogTruncated, fmt.Sprintf("the checkpoint kept is of %d entries in %q, and the database has no log", kept.c.Size, kept.c.Origin))
		}
		return v.countUnsealed(0)
	}
	known := false
	for _, l := range logs {
		c := &logCheck{v: v, row: l, heads: map[ident.ID]history.Head{}}
		if err := c.load(against.Keys); err != nil {
			return err
		}
		if kept.c.Origin == l.origin {
			known = true
			c.checkpoints = append(c.checkpoints, kept)
		}
		if err := c.run(); err != nil {
			return fmt.Errorf("log %s: %w", l.origin, err)
		}
	}
	if kept.c.Origin != "" && !known {
		v.fault(ref{}, LogTruncated, fmt.Sprintf("the checkpoint kept is of the log %q, which the database does not have", kept.c.Origin))
	}
	return v.countUnsealed(logs[len(logs)-1].number)
}

func (v *verifier) logs() ([]logRow, error) {
	rows, err := v.sql.QueryContext(v.ctx, `SELECT id, origin FROM log_origins ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []logRow
	for rows.Next() {
		var l logRow
		if err := rows.Scan(&l.number, &l.origin); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// openKept reads the checkpoint that was kept. One that none of the keys signed
// is an error: it speaks neither for the database nor against it.
func (v *verifier) openKept(against Against) (sealedNote, error) {
	if len(against.Kept) == 0 {
		return sealedNote{}, nil
	}
	c, err := seal.Open(against.Kept, against.Keys...)
	if err != nil {
		return sealedNote{}, fmt.Errorf("the checkpoint kept: %w", err)
	}
	return sealedNote{size: c.Size, note: string(against.Kept), c: c, kept: true}, nil
}

// load reads the checkpoints, and says of each whether it is signed.
func (c *logCheck) load(keys []note.Verifier) error {
	rows, err := c.v.sql.QueryContext(c.v.ctx, `SELECT size, note FROM signed_checkpoints WHERE log = `+c.v.placeholder(1)+` ORDER BY size`, c.row.number)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n sealedNote
		if err := rows.Scan(&n.size, &n.note); err != nil {
			return err
		}
		if n.c, err = c.read(n, keys); err != nil {
			c.v.fault(ref{}, CheckpointUnsigned, fmt.Sprintf("the checkpoint of %d entries in %s: %v", n.size, c.row.origin, err))
			continue
		}
		c.checkpoints = append(c.checkpoints, n)
	}
	return rows.Err()
}

func (c *logCheck) read(n sealedNote, keys []note.Verifier) (seal.Checkpoint, error) {
	var out seal.Checkpoint
	var err error
	if len(keys) > 0 {
		out, err = seal.Open([]byte(n.note), keys...)
	} else {
		var text string
		if text, err = seal.Unsigned([]byte(n.note)); err == nil {
			out, err = seal.ParseCheckpoint(text)
		}
	}
	if err == nil && (out.Size != n.size || out.Origin != c.row.origin) {
		err = fmt.Errorf("it is of %d entries in %s", out.Size, out.Origin)
	}
	return out, err
}

func (c *logCheck) run() error {
	slices.SortStableFunc(c.checkpoints, func(a, b sealedNote) int { return int(a.size - b.size) })
	rows, err := c.v.sql.QueryContext(c.v.ctx, `SELECT l.seq, l.entry_id, l.hash, e.hash FROM leaves l
		LEFT JOIN history_entries e ON e.id = l.entry_id WHERE l.log = `+c.v.placeholder(1)+` ORDER BY l.seq`, c.row.number)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	due := c.checkpoints
	for rows.Next() {
		due = c.meet(due)
		var seq int64
		var id, sealed string
		var stands sql.NullString
		if err := rows.Scan(&seq, &id, &sealed, &stands); err != nil {
			return err
		}
		c.leaf(seq, id, sealed, stands)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, n := range c.meet(due) {
		kind, whose := CheckpointInconsistent, "a signed checkpoint"
		if n.kept {
			kind, whose = LogTruncated, "the checkpoint kept"
		}
		c.v.fault(c.last, kind, fmt.Sprintf("%s is of %d entries in %s, and the log ends at %d", whose, n.size, c.row.origin, c.leaves.Size()))
		c.broken = true
	}
	c.v.rep.Log = LogReport{Origin: c.row.origin, Sealed: c.since, Unsealed: c.v.rep.Log.Unsealed}
	if n := len(c.checkpoints); n > 0 && !c.broken {
		c.v.rep.Log.Last = c.checkpoints[n-1].c
	}
	return nil
}

// leaf takes the next leaf in.
func (c *logCheck) leaf(seq int64, id, sealed string, stands sql.NullString) {
	dossier, n, err := parseEntryID(id)
	hash, badHash := history.ParseHash(sealed)
	c.last = ref{dossier, n}
	if err = errors.Join(err, badHash); err != nil {
		c.v.fault(c.last, SealBroken, fmt.Sprintf("leaf %d of %s does not read: %v", seq, c.row.origin, err))
	}
	if want := c.leaves.Size(); seq != want && !c.broken {
		c.v.fault(c.last, SealBroken, fmt.Sprintf("leaf %d of %s stands where leaf %d should", seq, c.row.origin, want))
		c.broken = true
	}
	now, _ := history.ParseHash(stands.String)
	switch {
	case !stands.Valid:
		c.v.fault(c.last, SealedGone, fmt.Sprintf("it was sealed as leaf %d of %s and is not there", seq, c.row.origin))
		now = hash
	case now != hash:
		c.v.fault(c.last, Resealed, fmt.Sprintf("leaf %d of %s was sealed as %s, the entry is now %s", seq, c.row.origin, hash, stands.String))
	}
	if head := c.heads[dossier]; n != head.N+1 {
		c.v.fault(c.last, SealBroken, fmt.Sprintf("leaf %d of %s follows entry %d of its dossier", seq, c.row.origin, head.N))
	}
	c.heads[dossier] = history.Head{N: n, Hash: hash}
	c.leaves.Add(hash)
	c.entries.Add(now)
}

// meet holds the leaves so far against the checkpoints that are of as many, and
// gives those that are due later. Once one was not borne out, none after it is.
func (c *logCheck) meet(due []sealedNote) []sealedNote {
	for len(due) > 0 && due[0].size <= c.leaves.Size() {
		n := due[0]
		due = due[1:]
		if c.broken {
			continue
		}
		switch root := n.c.Root; {
		case c.leaves.Root() == root:
			c.since = n.size
			if n.kept || len(due) == 0 || len(due) == 1 && due[0].kept {
				c.headsAgainst(n)
			}
		case c.entries.Root() == root:
			c.v.fault(c.last, SealBroken, fmt.Sprintf("a leaf of %d to %d of %s was changed: the entries are those that were signed", c.since, n.size-1, c.row.origin))
			c.broken = true
		default:
			c.v.fault(c.last, CheckpointInconsistent, fmt.Sprintf("%s, of %d entries in %s, has another root than the leaves; up to leaf %d they are those that were signed",
				named(n), n.size, c.row.origin, c.since-1))
			c.broken = true
		}
	}
	return due
}

func named(n sealedNote) string {
	if n.kept {
		return "the checkpoint kept"
	}
	return "a signed checkpoint"
}

func (c *logCheck) headsAgainst(n sealedNote) {
	var heads seal.Heads
	for _, id := range slices.Sorted(maps.Keys(c.heads)) {
		heads.Set(id, c.heads[id])
	}
	if int64(heads.Len()) != n.c.Dossiers || heads.Root() != n.c.Heads {
		c.v.fault(c.last, CheckpointInconsistent, fmt.Sprintf("%s, of %d entries in %s, has other heads of dossiers than the leaves", named(n), n.size, c.row.origin))
		c.broken = true
	}
}

// countUnsealed counts the entries that the log does not have.
func (v *verifier) countUnsealed(log int64) error {
	return v.sql.QueryRowContext(v.ctx, `SELECT COUNT(*) FROM history_entries e WHERE NOT EXISTS (
		SELECT 1 FROM leaves l WHERE l.log = `+v.placeholder(1)+` AND l.entry_id = e.id)`, log).Scan(&v.rep.Log.Unsealed)
}
