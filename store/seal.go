package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
)

// ErrSequenced is a database that another process seals already.
var ErrSequenced = errors.New("another process seals this database")

// ErrOtherLog is a key whose name is not that of the log that the database
// goes on with.
var ErrOtherLog = errors.New("the key is of another log than the database's")

// ErrBehind is a database that does not hold what a checkpoint of its log says.
// Nothing is signed over it.
var ErrBehind = errors.New("the database does not hold what was sealed")

// sequencerLock is the number of the lease on PostgreSQL.
const sequencerLock = 7307281973

// sealAtOnce bounds how many entries one transaction seals.
const sealAtOnce = 500

// recent is how far back each pass looks for entries. Whatever was committed
// later than that after it was recorded is found by the whole passes.
const recent = 2 * time.Minute

// wholeEvery is how often a pass holds every dossier against the log.
const wholeEvery = 20 * time.Second

// Sequencer is the one who seals entries into the log. On PostgreSQL it works on
// one connection that holds a lock for as long as it lives, so whoever lost the
// lease cannot write either; a file of SQLite has one process. It is not safe for
// use from several goroutines.
type Sequencer struct {
	store  *Store
	conn   *sql.Conn
	clock  clock.Clock
	origin string
	number int64     // of the log, from 1
	log    *seal.Log // nil where memory may differ from the database
	whole  clock.Instant
	signed int64 // the size of the last signed checkpoint, -1 without one
	// stuck dossiers are asked for their next entry alone: what stands behind it would
	// crowd out all others.
	stuck map[ident.ID]bool
}

// Sequencer takes the lease and goes on with the log of that name; the first of
// a database is begun. The error is [ErrSequenced] where another process has the
// lease, [ErrOtherLog] where the database goes on with a log of another name,
// and [ErrBehind] where its leaves are not those that its last checkpoint says.
func (s *Store) Sequencer(ctx context.Context, origin string, c clock.Clock) (*Sequencer, error) {
	if err := seal.ValidOrigin(origin); err != nil {
		return nil, err
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sequence: %w", err)
	}
	q := &Sequencer{store: s, conn: conn, clock: c, origin: origin, stuck: map[ident.ID]bool{}}
	if s.dialect == dialect.Postgres {
		var mine bool
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, sequencerLock).Scan(&mine); err != nil {
			return nil, errors.Join(fmt.Errorf("sequence: %w", err), conn.Close())
		}
		if !mine {
			return nil, errors.Join(ErrSequenced, conn.Close())
		}
	} else if err := conn.Close(); err != nil { // the one connection that writes is everybody's
		return nil, fmt.Errorf("sequence: %w", err)
	} else {
		q.conn = nil
	}
	if err := q.load(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sequence: %w", err), q.Close())
	}
	return q, nil
}

// Close gives the lease back.
func (q *Sequencer) Close() error {
	if q.conn == nil {
		return nil
	}
	// The lock is the session's: a pool would keep both.
	if err := q.conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return nil
}

// in runs f in a transaction of the lease's. What it commits is on disk, and
// with the synchronous standby where there is one, and so is everything that it
// read: on PostgreSQL it was committed before, and the log of the database has
// one order.
func (q *Sequencer) in(ctx context.Context, f func(*tx) error) error {
	begin := q.store.write.BeginTx
	if q.conn != nil {
		begin = q.conn.BeginTx
	}
	sqlTx, err := begin(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = sqlTx.Rollback() }()
	t := q.store.newTx(ctx, sqlTx, false)
	if q.conn != nil {
		if _, err := sqlTx.ExecContext(ctx, `SET LOCAL synchronous_commit TO on`); err != nil {
			return err
		}
	}
	if err := f(t); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// load reads where the log stands, and begins the first.
func (q *Sequencer) load(ctx context.Context) error {
	return q.in(ctx, func(t *tx) error {
		l, err := t.lastLog()
		switch {
		case err != nil:
			return err
		case l.number == 0:
			l = logRow{1, q.origin}
			if _, err := t.exec(t.build().Insert("log_origins").Columns("id", "origin", "statement").Values(1, q.origin, "")); err != nil {
				return err
			}
		case l.origin != q.origin:
			return fmt.Errorf("%w: the database has %q, the key is of %q", ErrOtherLog, l.origin, q.origin)
		}
		q.number = l.number
		if q.log, err = t.resume(l); err != nil {
			return err
		}
		q.whole = 0
		q.signed, err = t.lastSigned(l.number)
		return err
	})
}

type logRow struct {
	number int64
	origin string
}

// lastLog is the log that the database goes on with, number 0 where there is none.
func (t *tx) lastLog() (logRow, error) {
	var l logRow
	err := t.row(t.build().Select("id", "origin").From(entsql.Table("log_origins")).OrderBy(entsql.Desc("id")).Limit(1)).
		Scan(&l.number, &l.origin)
	if errors.Is(err, sql.ErrNoRows) {
		return logRow{}, nil
	}
	return l, err
}

func (t *tx) lastSigned(log int64) (int64, error) {
	size := sql.Null[int64]{}
	err := t.row(t.build().Select("MAX(size)").From(entsql.Table("signed_checkpoints")).Where(entsql.EQ("log", log))).Scan(&size)
	if err == nil && !size.Valid {
		return -1, nil
	}
	return size.V, err
}

// resume reads where the log stands, and holds it against the last checkpoint
// that was taken: that one may be signed already.
func (t *tx) resume(l logRow) (*seal.Log, error) {
	heads, size, err := t.sealedHeads(l.number, -1)
	if err != nil {
		return nil, err
	}
	fold, err := t.nodes(l.number).Resume(size)
	if err != nil {
		return nil, err
	}
	last, taken, err := t.lastTaken(l.number)
	if err != nil {
		return nil, err
	}
	log, err := seal.NewLog(l.origin, fold, heads, last.At)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBehind, err)
	}
	if now := log.Checkpoint(last.At); taken && now != last {
		return nil, fmt.Errorf("%w: the last checkpoint is of %d entries with root %s, the leaves are %d with root %s",
			ErrBehind, last.Size, last.Root, now.Size, now.Root)
	}
	return log, nil
}

// lastTaken is the last checkpoint that was taken, signed or not.
func (t *tx) lastTaken(log int64) (seal.Checkpoint, bool, error) {
	var text string
	err := t.row(t.build().Select("text").From(entsql.Table("checkpoints")).Where(entsql.EQ("log", log)).OrderBy(entsql.Desc("size")).Limit(1)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return seal.Checkpoint{}, false, nil
	}
	if err != nil {
		return seal.Checkpoint{}, false, err
	}
	c, err := seal.ParseCheckpoint(text)
	return c, true, err
}

// sealedHeads are the heads of the dossiers as the first size leaves have them,
// all leaves where size is below zero, and how many these are.
func (t *tx) sealedHeads(log, size int64) (seal.Heads, int64, error) {
	var heads seal.Heads
	among := func() *entsql.Predicate {
		if size < 0 {
			return entsql.EQ("log", log)
		}
		return entsql.And(entsql.EQ("log", log), entsql.LT("seq", size))
	}
	var n int64
	if err := t.row(t.build().Select("COUNT(*)").From(entsql.Table("leaves")).Where(among())).Scan(&n); err != nil {
		return heads, 0, err
	}
	// An id is that of the dossier, a slash and ten digits, so the greatest is the last.
	last := t.build().Select(entsql.As("MAX(entry_id)", "id")).From(entsql.Table("leaves")).Where(among()).
		GroupBy("substr(entry_id, 1, length(entry_id) - 11)").As("last")
	l := t.build().Table("leaves").As("l")
	query, args := t.build().Select(l.C("entry_id"), l.C("hash")).From(l).Join(last).On(l.C("entry_id"), last.C("id")).
		Where(entsql.EQ(l.C("log"), log)).OrderBy(l.C("entry_id")).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return heads, 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, hash string
		if err := rows.Scan(&id, &hash); err != nil {
			return heads, 0, err
		}
		dossier, number, err := parseEntryID(id)
		if err != nil {
			return heads, 0, err
		}
		h, err := history.ParseHash(hash)
		if err != nil {
			return heads, 0, err
		}
		heads.Set(dossier, history.Head{N: number, Hash: h})
	}
	return heads, n, rows.Err()
}

// parseEntryID takes what [entryID] makes apart.
func parseEntryID(id string) (ident.ID, int64, error) {
	dossier, digits, _ := strings.Cut(id, "/")
	var n int64
	for _, d := range []byte(digits) {
		if d < '0' || d > '9' {
			return "", 0, fmt.Errorf("%w: entry %q", history.ErrMalformed, id)
		}
		n = 10*n + int64(d-'0')
	}
	if id != entryID(ident.ID(dossier), n) {
		return "", 0, fmt.Errorf("%w: entry %q", history.ErrMalformed, id)
	}
	return ident.ID(dossier), n, nil
}

// nodes reads the nodes of the log's tree.
func (t *tx) nodes(log int64) seal.Nodes {
	return func(indexes []int64) ([]history.Hash, error) {
		out := make([]history.Hash, len(indexes))
		at := map[[2]any]int{}
		wanted := map[string][]any{}
		for i, index := range indexes {
			table, key := "tree_nodes", index
			if level, n := tlog.SplitStoredHashIndex(index); level == 0 {
				table, key = "leaves", n
			}
			at[[2]any{table, key}] = i
			wanted[table] = append(wanted[table], key)
		}
		found := 0
		for table, key := range map[string]string{"tree_nodes": "id", "leaves": "seq"} {
			if len(wanted[table]) == 0 {
				continue
			}
			n, err := t.eachHash(t.build().Select(key, "hash").From(entsql.Table(table)).
				Where(entsql.And(entsql.EQ("log", log), entsql.In(key, wanted[table]...))), func(key int64, h history.Hash) {
				out[at[[2]any{table, key}]] = h
			})
			if err != nil {
				return nil, err
			}
			found += n
		}
		if found != len(at) {
			return nil, fmt.Errorf("%w: %d of %d nodes of the tree are there", ErrBehind, found, len(at))
		}
		return out, nil
	}
}

func (t *tx) eachHash(q entsql.Querier, f func(int64, history.Hash)) (int, error) {
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var key int64
		var text string
		if err := rows.Scan(&key, &text); err != nil {
			return n, err
		}
		h, err := history.ParseHash(text)
		if err != nil {
			return n, err
		}
		f(key, h)
		n++
	}
	return n, rows.Err()
}

// Holds says whether the log contains what a checkpoint of it says, such as the
// last one that was kept outside the database. The error is [ErrBehind] where it
// does not.
func (q *Sequencer) Holds(ctx context.Context, c seal.Checkpoint) error {
	return q.in(ctx, func(t *tx) error {
		if c.Origin != q.origin {
			return fmt.Errorf("%w: the checkpoint is of %q, the log is %q", ErrOtherLog, c.Origin, q.origin)
		}
		if c.Size > q.log.Size() {
			return fmt.Errorf("%w: the checkpoint has %d entries, the log %d", ErrBehind, c.Size, q.log.Size())
		}
		root, err := t.nodes(q.number).Root(c.Size)
		if err != nil {
			return err
		}
		if root != c.Root {
			return fmt.Errorf("%w: the checkpoint has root %s over %d entries, the log %s", ErrBehind, c.Root, c.Size, root)
		}
		return nil
	})
}

// Sealed is what one pass did.
type Sealed struct {
	Entries int   // how many were sealed
	Size    int64 // how many the log has
	More    bool  // others wait
	// Stuck are dossiers whose next entry does not follow the one sealed last. They
	// stand still until somebody looks: the history does not hold there.
	Stuck []error

	whole bool
}

// Seal seals entries that are committed and takes a checkpoint, in one
// transaction. It seals at most [sealAtOnce]; where others wait, call it again.
func (q *Sequencer) Seal(ctx context.Context) (Sealed, error) {
	if q.log == nil {
		if err := q.load(ctx); err != nil {
			return Sealed{}, fmt.Errorf("seal: %w", err)
		}
	}
	now := q.clock.Now()
	whole := q.whole == 0 || now >= q.whole.Add(wholeEvery)
	batch, err := q.waiting(ctx, now, whole)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal: %w", err)
	}
	out := Sealed{Size: q.log.Size(), More: len(batch) >= sealAtOnce, whole: whole}
	if whole && !out.More {
		q.whole = now
	}
	if len(batch) == 0 {
		return out, nil
	}
	err = q.in(ctx, func(t *tx) error { return q.add(t, batch, now, &out) })
	if err != nil {
		q.log = nil // memory went ahead of the database
		return Sealed{}, fmt.Errorf("seal: %w", err)
	}
	// Where none could be sealed, asking at once again would give the same.
	out.Size, out.More = q.log.Size(), out.More && out.Entries > 0
	return out, nil
}

// unsealed is an entry that waits.
type unsealed struct {
	dossier        ident.ID
	n              int64
	previous, hash history.Hash
	recorded       clock.Instant
}

func (q *Sequencer) add(t *tx, batch []unsealed, now clock.Instant, out *Sealed) error {
	var leaves, nodes [][]any
	seen := map[ident.ID]bool{}
	for _, e := range batch {
		seq := q.log.Size()
		above, err := q.log.Append(e.dossier, e.n, e.previous, e.hash)
		if errors.Is(err, seal.ErrNotNext) {
			// One that is not next waits for those before it, which a whole pass would have given.
			if !seen[e.dossier] && (out.whole || e.n == q.log.Head(e.dossier).N+1) {
				out.Stuck = append(out.Stuck, err)
				q.stuck[e.dossier] = true
			}
			seen[e.dossier] = true
			continue
		}
		if err != nil {
			return err
		}
		seen[e.dossier] = true
		delete(q.stuck, e.dossier)
		leaves = append(leaves, []any{q.number, seq, entryID(e.dossier, e.n), e.hash.String()})
		for i, h := range above {
			nodes = append(nodes, []any{q.number, tlog.StoredHashIndex(0, seq) + int64(i) + 1, h.String()})
		}
		out.Entries++
	}
	if out.Entries == 0 {
		return nil
	}
	if err := t.insertAll("leaves", []string{"log", "seq", "entry_id", "hash"}, leaves); err != nil {
		return err
	}
	if err := t.insertAll("tree_nodes", []string{"log", "id", "hash"}, nodes); err != nil {
		return err
	}
	c := q.log.Checkpoint(now)
	text, err := c.Text()
	if err != nil {
		return err
	}
	_, err = t.exec(t.build().Insert("checkpoints").Columns("log", "size", "text").Values(q.number, c.Size, text))
	return err
}

// rowsAtOnce is how many rows one statement adds. What is left over goes row by
// row, so that a connection keeps two statements for a table and not hundreds.
const rowsAtOnce = 100

func (t *tx) insertAll(table string, columns []string, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		if len(rows) >= rowsAtOnce {
			n = rowsAtOnce
		}
		q := t.build().DialectBuilder.Insert(table).Columns(columns...)
		for _, row := range rows[:n] {
			q.Values(row...)
		}
		if _, err := t.exec(q); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

const unsealedColumns = `e.dossier_id, e.n, e.previous_hash, e.hash, e.recorded_at`

// waiting are entries without a leaf in the order in which they were recorded,
// each dossier's in its own: those of late, or, in a whole pass, of every
// dossier that has more than was sealed of it.
func (q *Sequencer) waiting(ctx context.Context, now clock.Instant, whole bool) ([]unsealed, error) {
	var out []unsealed
	err := q.view(ctx, func(t *tx) error {
		if whole {
			return q.allWaiting(t, &out)
		}
		return t.eachUnsealed(&out, `SELECT `+unsealedColumns+` FROM history_entries e
			WHERE e.recorded_at >= `+t.placeholder(1)+` AND NOT EXISTS (SELECT 1 FROM leaves l WHERE l.log = `+t.placeholder(2)+` AND l.entry_id = e.id)
			ORDER BY e.recorded_at, e.dossier_id, e.n LIMIT `+t.placeholder(3), int64(now.Add(-recent)), q.number, sealAtOnce)
	})
	inOrder(out)
	return out, err
}

// view reads on the lease's connection, on SQLite past the one that writes.
func (q *Sequencer) view(ctx context.Context, f func(*tx) error) error {
	if q.conn != nil {
		return q.in(ctx, f)
	}
	sqlTx, err := q.store.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = sqlTx.Rollback() }()
	return f(q.store.newTx(ctx, sqlTx, true))
}

func (q *Sequencer) allWaiting(t *tx, out *[]unsealed) error {
	lagging, err := t.sql.QueryContext(t.ctx, `SELECT id, n FROM dossiers ORDER BY id`)
	if err != nil {
		return err
	}
	var behind []ident.ID
	for lagging.Next() {
		var id ident.ID
		var n int64
		if err := lagging.Scan(&id, &n); err != nil {
			return errors.Join(err, lagging.Close())
		}
		if n > q.log.Head(id).N {
			behind = append(behind, id)
		}
	}
	if err := errors.Join(lagging.Err(), lagging.Close()); err != nil {
		return err
	}
	for _, id := range behind {
		left := sealAtOnce - len(*out)
		if left == 0 {
			break
		}
		if q.stuck[id] {
			left = 1
		}
		if err := t.eachUnsealed(out, `SELECT `+unsealedColumns+` FROM history_entries e WHERE e.dossier_id = `+t.placeholder(1)+
			` AND e.n > `+t.placeholder(2)+` ORDER BY e.n LIMIT `+t.placeholder(3), string(id), q.log.Head(id).N, left); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) eachUnsealed(out *[]unsealed, query string, args ...any) error {
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var e unsealed
		var previous, hash string
		if err := rows.Scan(&e.dossier, &e.n, &previous, &hash, &e.recorded); err != nil {
			return err
		}
		if e.previous, err = history.ParseHash(previous); err == nil {
			e.hash, err = history.ParseHash(hash)
		}
		if err != nil {
			return fmt.Errorf("%s/%d: %w", e.dossier, e.n, err)
		}
		*out = append(*out, e)
	}
	return rows.Err()
}

// inOrder sorts by the instant of recording and keeps each dossier's own order,
// should the clocks of two servers differ.
func inOrder(batch []unsealed) {
	slices.SortFunc(batch, func(a, b unsealed) int {
		return cmp.Or(cmp.Compare(a.dossier, b.dossier), cmp.Compare(a.n, b.n))
	})
	for i := 1; i < len(batch); i++ {
		if batch[i].dossier == batch[i-1].dossier {
			batch[i].recorded = max(batch[i].recorded, batch[i-1].recorded)
		}
	}
	slices.SortStableFunc(batch, func(a, b unsealed) int { return cmp.Compare(a.recorded, b.recorded) })
}

// Sign signs the last checkpoint that was taken, where it is not signed yet, and
// keeps the note. It signs what stands in the database since the transaction
// that sealed: whoever is killed in between and begins anew signs the same text,
// and no log ever has two of one size. nil means that there was nothing to sign.
func (q *Sequencer) Sign(ctx context.Context, keys ...note.Signer) ([]byte, error) {
	if q.log != nil && q.log.Size() == q.signed {
		return nil, nil
	}
	var signed []byte
	var size int64
	err := q.in(ctx, func(t *tx) error {
		c, taken, err := t.lastTaken(q.number)
		if err != nil || !taken || c.Size <= q.signed {
			return err
		}
		if signed, err = c.Sign(keys...); err != nil {
			return err
		}
		size = c.Size
		_, err = t.exec(t.build().Insert("signed_checkpoints").Columns("log", "size", "note").Values(q.number, c.Size, string(signed)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if signed != nil {
		q.signed = size
	}
	return signed, nil
}
