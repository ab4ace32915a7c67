package store_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow/workflowtest"
)

const logName = "atranka.test/log"

// key is the log's, made of a word.
func key(tb testing.TB, word string) (note.Signer, note.Verifier) {
	tb.Helper()
	seed := sha256.Sum256([]byte(word))
	private, public, err := note.GenerateKey(bytes.NewReader(seed[:]), logName)
	if err != nil {
		tb.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		tb.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		tb.Fatal(err)
	}
	return signer, verifier
}

func sequencer(tb testing.TB, s *store.Store, c clock.Clock) *store.Sequencer {
	tb.Helper()
	q, err := s.Sequencer(tb.Context(), logName, c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = q.Close() })
	return q
}

// sealAll seals whatever waits and signs each checkpoint, of which it gives the last.
func sealAll(tb testing.TB, q *store.Sequencer) []byte {
	tb.Helper()
	signer, _ := key(tb, "a")
	var last []byte
	for more := true; more; {
		did, err := q.Seal(tb.Context())
		if err != nil || len(did.Stuck) > 0 {
			tb.Fatalf("got %v, stuck %v", err, did.Stuck)
		}
		more = did.More
		signed, err := q.Sign(tb.Context(), signer)
		if err != nil {
			tb.Fatal(err)
		}
		if signed != nil {
			last = signed
		}
	}
	return last
}

func entriesOf(tb testing.TB, s *store.Store) []*ent.HistoryEntry {
	tb.Helper()
	all, err := s.Reader().HistoryEntry.Query().All(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// TestEverythingIsSealedAndProved with the key alone: each entry, the end of each
// dossier, and each earlier checkpoint within the last.
func TestEverythingIsSealedAndProved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		if _, err := s.LastCheckpoint(t.Context()); !errors.Is(err, store.ErrUnsealed) {
			t.Errorf("before anything is sealed: got %v, want %v", err, store.ErrUnsealed)
		}
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		q := sequencer(t, s, w.Clock)
		first := sealAll(t, q)
		call := w.OpenCall(50_000_00)
		w.Fire(w.Proposal(call, 0, 10_000_00), "submit", nil)
		waiting := w.Proposal(call, 1, 10_000_00)
		if _, err := s.ProveHead(t.Context(), waiting); !errors.Is(err, store.ErrUnsealed) {
			t.Errorf("a dossier that waits: got %v, want %v", err, store.ErrUnsealed)
		}
		if _, err := s.ProveEntry(t.Context(), waiting, 1); !errors.Is(err, store.ErrUnsealed) {
			t.Errorf("an entry that waits: got %v, want %v", err, store.ErrUnsealed)
		}
		last := sealAll(t, q)
		_, verifier := key(t, "a")
		c, err := seal.Open(last, verifier)
		all := entriesOf(t, s)
		if err != nil || c.Size != int64(len(all)) {
			t.Fatalf("got %+v, %v, want all %d entries sealed", c, err, len(all))
		}
		heads := map[ident.ID]history.Head{}
		for _, e := range all {
			p, err := s.ProveEntry(t.Context(), e.DossierID, e.N)
			if err != nil {
				t.Fatal(err)
			}
			h, err := history.ParseHash(e.Hash)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Check(h, verifier); err != nil || got != c {
				t.Errorf("%s/%d: got %+v, %v, want it shown under %+v", e.DossierID, e.N, got, err, c)
			}
			if e.N > heads[e.DossierID].N {
				heads[e.DossierID] = history.Head{N: e.N, Hash: h}
			}
		}
		if int64(len(heads)) != c.Dossiers {
			t.Errorf("the checkpoint is of %d dossiers, want %d", c.Dossiers, len(heads))
		}
		for id, h := range heads {
			p, err := s.ProveHead(t.Context(), id)
			if err != nil || p.N != h.N || p.Hash != h.Hash {
				t.Fatalf("%s: got %+v, %v, want %v", id, p, err, h)
			}
			under, err := seal.Open(p.Checkpoint, verifier)
			if err != nil || p.Check(under) != nil {
				t.Errorf("%s: %v, %v", id, err, p.Check(under))
			}
		}
		old, err := seal.Open(first, verifier)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.ProveConsistency(t.Context(), old.Size)
		if err != nil || seal.CheckConsistency(old, c, p.Path) != nil || !bytes.Equal(p.Checkpoint, last) {
			t.Errorf("the first checkpoint within the last: got %+v, %v, %v", p, err, seal.CheckConsistency(old, c, p.Path))
		}
		if _, err := s.ProveConsistency(t.Context(), c.Size+1); !errors.Is(err, store.ErrUnsealed) {
			t.Errorf("more than is sealed: got %v, want %v", err, store.ErrUnsealed)
		}
		if got, err := s.CheckpointOf(t.Context(), old.Size); err != nil || got.Checkpoint != old || !bytes.Equal(got.Note, first) {
			t.Errorf("the first: got %+v, %v", got, err)
		}
		rep, err := s.Verify(t.Context(), store.Against{Keys: []note.Verifier{verifier}, Kept: first}, nil)
		if err != nil || len(rep.Faults) > 0 || rep.Log.Sealed != c.Size || rep.Log.Unsealed != 0 || rep.Log.Last != c || rep.Log.Origin != logName {
			t.Errorf("got %v, %v, %+v", rep.Faults, err, rep.Log)
		}
		if signed := sealAll(t, q); signed != nil {
			t.Errorf("signed %q with nothing new", signed)
		}
	})
}

// TestSealingGoesOn where another process left it, and at no time by two.
func TestSealingGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		q := sequencer(t, s, w.Clock)
		signer, _ := key(t, "a")
		if did, err := q.Seal(t.Context()); err != nil || did.Entries == 0 {
			t.Fatalf("got %+v, %v", did, err)
		}
		if strings.HasPrefix(address, "postgres") {
			if _, err := s.Sequencer(t.Context(), logName, w.Clock); !errors.Is(err, store.ErrSequenced) {
				t.Errorf("a second one: got %v, want %v", err, store.ErrSequenced)
			}
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sequencer(t.Context(), "another.test/log", w.Clock); !errors.Is(err, store.ErrOtherLog) {
			t.Errorf("under another name: got %v, want %v", err, store.ErrOtherLog)
		}
		// It had sealed and not signed.
		again := sequencer(t, s, w.Clock)
		before, err := again.Sign(t.Context(), signer)
		if err != nil || before == nil {
			t.Fatalf("got %q, %v, want what was sealed signed", before, err)
		}
		w.OpenCall(50_000_00)
		after := sealAll(t, again)
		_, verifier := key(t, "a")
		old, err := seal.Open(before, verifier)
		if err != nil {
			t.Fatal(err)
		}
		c, err := seal.Open(after, verifier)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.ProveConsistency(t.Context(), old.Size)
		if err != nil || seal.CheckConsistency(old, c, p.Path) != nil || old.Size >= c.Size {
			t.Errorf("got %v, %v", err, seal.CheckConsistency(old, c, p.Path))
		}
		if err := again.Holds(t.Context(), old); err != nil {
			t.Errorf("got %v, want the old one held", err)
		}
		for name, change := range map[string]func(*seal.Checkpoint){
			"more than there is": func(c *seal.Checkpoint) { c.Size += 1000 },
			"another root":       func(c *seal.Checkpoint) { c.Root[0] ^= 1 },
		} {
			changed := old
			change(&changed)
			if err := again.Holds(t.Context(), changed); !errors.Is(err, store.ErrBehind) {
				t.Errorf("%s: got %v, want %v", name, err, store.ErrBehind)
			}
		}
		old.Origin = "another.test/log"
		if err := again.Holds(t.Context(), old); !errors.Is(err, store.ErrOtherLog) {
			t.Errorf("another log's: got %v, want %v", err, store.ErrOtherLog)
		}
	})
}

// TestALateCommitIsSealed though what was recorded after it was sealed before:
// the transaction stands open for longer than recent passes look back.
func TestALateCommitIsSealed(t *testing.T) {
	address := storetest.Address(t, "postgres")
	s := storetest.Open(t, address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	call := w.OpenCall(50_000_00)
	held := w.Proposal(call, 0, 10_000_00)
	now := clock.NewManual(w.Clock.Now())
	q, err := s.Sequencer(t.Context(), logName, now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	sealAll(t, q)

	db := raw(t, address)
	late, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = late.Rollback() }()
	n := appendRaw(t, late, held, now.Now())
	for range 3 {
		now.Advance(time.Minute)
		w.Proposal(call, 1, 10_000_00)
		sealAll(t, q)
	}
	if _, err := s.ProveEntry(t.Context(), held, n); !errors.Is(err, store.ErrUnsealed) {
		t.Errorf("while it stands open: got %v, want %v", err, store.ErrUnsealed)
	}
	if err := late.Commit(); err != nil {
		t.Fatal(err)
	}
	now.Advance(time.Minute)
	sealAll(t, q)
	if _, err := s.ProveEntry(t.Context(), held, n); err != nil {
		t.Errorf("once it is committed: got %v, want it shown", err)
	}
	_, verifier := key(t, "a")
	rep, err := s.Verify(t.Context(), store.Against{Keys: []note.Verifier{verifier}}, nil)
	if err != nil || rep.Log.Unsealed != 0 {
		t.Errorf("got %v, %+v", err, rep.Log)
	}
}

// appendRaw appends an entry that says nothing to the dossier, as a transaction of
// the engine does, and gives its number.
func appendRaw(t *testing.T, tx *sql.Tx, dossier ident.ID, at clock.Instant) int64 {
	t.Helper()
	var head history.Head
	var hash, lag string
	if err := tx.QueryRowContext(t.Context(), `SELECT n, hash, lag_id FROM dossiers WHERE id = $1 FOR UPDATE`, string(dossier)).Scan(&head.N, &hash, &lag); err != nil {
		t.Fatal(err)
	}
	var err error
	if head.Hash, err = history.ParseHash(hash); err != nil {
		t.Fatal(err)
	}
	e, next, err := history.Append(head, history.Header{Dossier: dossier, LAG: ident.ID(lag), Kind: "refused", Role: "SYSTEM", RecordedAt: at}, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("%s/%010d", dossier, e.N)
	for _, statement := range []struct {
		query string
		args  []any
	}{
		{
			`INSERT INTO history_entries (id, dossier_id, n, lag_id, kind, subject_type, subject_id, role, effective_on, recorded_at, rule_sets, previous_hash, format, hash, body_hash)
			VALUES ($1, $2, $3, $4, 'refused', '', '', 'SYSTEM', '', $5, '[]', $6, 1, $7, $8)`,
			[]any{id, string(dossier), e.N, lag, int64(at), e.PreviousHash.String(), e.Hash.String(), e.BodyHash.String()},
		},
		{`INSERT INTO history_bodies (id, body) VALUES ($1, '{}')`, []any{id}},
		{`UPDATE dossiers SET n = $1, hash = $2 WHERE id = $3`, []any{next.N, next.Hash.String(), string(dossier)}},
	} {
		if _, err := tx.ExecContext(t.Context(), statement.query, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
	return e.N
}

// TestTheLogIsHeldAgainstWhatWasSigned by the key and the last checkpoint that
// somebody kept, whatever is done to the database.
func TestTheLogIsHeldAgainstWhatWasSigned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		q := sequencer(t, s, w.Clock)
		sealAll(t, q)
		call := w.OpenCall(50_000_00)
		sealAll(t, q)
		w.Fire(w.Proposal(call, 0, 10_000_00), "submit", nil)
		kept := sealAll(t, q)
		w.Proposal(call, 1, 5_000_00) // is not sealed
		_, verifier := key(t, "a")
		forged := forge(t, kept)
		a := invade(t, s, address)
		against := store.Against{Keys: []note.Verifier{verifier}, Kept: kept}
		for name, attack := range map[string]struct {
			statement string
			want      string
		}{
			"a leaf's hash":            {`UPDATE leaves SET hash = '` + strings.Repeat("ab", 32) + `' WHERE seq = 3`, store.SealBroken},
			"a leaf gone":              {`DELETE FROM leaves WHERE seq = 3`, store.SealBroken},
			"the last leaves gone":     {`DELETE FROM leaves WHERE seq > 7`, store.CheckpointInconsistent},
			"two leaves swapped":       {`UPDATE leaves SET seq = 7 - seq - 1000 WHERE seq IN (3, 4); UPDATE leaves SET seq = -1 * (seq + 1000) WHERE seq < 0`, store.SealBroken},
			"a root":                   {`UPDATE signed_checkpoints SET note = '` + forged + `' WHERE size = (SELECT MAX(size) FROM signed_checkpoints)`, store.CheckpointUnsigned},
			"a name":                   {`UPDATE log_origins SET origin = 'x'`, store.LogTruncated},
			"no log":                   {`DELETE FROM log_origins`, store.LogTruncated},
			"the entries of a dossier": {`DELETE FROM history_entries WHERE dossier_id = '` + string(call) + `'`, store.SealedGone},
			"a hash of an entry":       {`UPDATE history_entries SET hash = '` + strings.Repeat("ab", 32) + `' WHERE dossier_id = '` + string(call) + `' AND n = 1`, store.Resealed},
		} {
			faults, refused := a.strikeAgainst(t, attack.statement, against)
			if refused {
				t.Errorf("%s: the database refused %s", name, attack.statement)
				continue
			}
			found := false
			for _, f := range faults {
				found = found || f.Kind == attack.want
			}
			if !found {
				t.Errorf("%s: got %v, want %s", name, faults, attack.want)
			}
		}
		rep, err := s.Verify(t.Context(), against, nil)
		if err != nil || len(rep.Faults) > 0 || rep.Log.Unsealed == 0 {
			t.Errorf("untouched: got %v, %v, %+v, want no fault and an unsealed tail", rep.Faults, err, rep.Log)
		}
		_, other := key(t, "b")
		if _, err := s.Verify(t.Context(), store.Against{Keys: []note.Verifier{other}, Kept: kept}, nil); !errors.Is(err, seal.ErrSignature) {
			t.Errorf("a checkpoint of another key: got %v, want %v", err, seal.ErrSignature)
		}
		if rep, err := s.Verify(t.Context(), store.Against{Keys: []note.Verifier{other}}, nil); err != nil || len(rep.Faults) == 0 || rep.Faults[0].Kind != store.CheckpointUnsigned {
			t.Errorf("under another key: got %v, %v, want %s", rep.Faults, err, store.CheckpointUnsigned)
		}
	})
}

// forge is the note with another root, signed by another key of that name.
func forge(t *testing.T, signed []byte) string {
	t.Helper()
	text, err := seal.Unsigned(signed)
	if err != nil {
		t.Fatal(err)
	}
	c, err := seal.ParseCheckpoint(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Root[0] ^= 1
	thief, _ := key(t, "thief")
	out, err := c.Sign(thief)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestNothingIsSealedOverWhatDoesNotHold: an entry that does not follow the sealed
// one stops its dossier, and no other.
func TestNothingIsSealedOverWhatDoesNotHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		now := clock.NewManual(w.Clock.Now())
		q, err := s.Sequencer(t.Context(), logName, now)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = q.Close() }()
		sealAll(t, q)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		other := w.Proposal(call, 1, 10_000_00)
		db := raw(t, address)
		disarm(t, db, address)
		must(t, db, `UPDATE history_entries SET previous_hash = '`+strings.Repeat("ab", 32)+`' WHERE dossier_id = '`+string(p)+`' AND n = 1`)
		now.Advance(time.Minute)
		did, err := q.Seal(t.Context())
		if err != nil || len(did.Stuck) != 1 || !strings.Contains(did.Stuck[0].Error(), string(p)) || did.Entries == 0 {
			t.Errorf("got %+v, %v, want %s stuck alone", did, err, p)
		}
		signer, _ := key(t, "a")
		if _, err := q.Sign(t.Context(), signer); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ProveEntry(t.Context(), other, 1); err != nil {
			t.Errorf("another dossier: %v", err)
		}
		if _, err := s.ProveEntry(t.Context(), p, 1); !errors.Is(err, store.ErrUnsealed) {
			t.Errorf("got %v, want %v", err, store.ErrUnsealed)
		}
	})
}

// TestACrowdBehindAStuckEntryKeepsNobodyOut, though it is more than one pass seals.
func TestACrowdBehindAStuckEntryKeepsNobodyOut(t *testing.T) {
	address := storetest.Address(t, "postgres")
	s := storetest.Open(t, address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	call := w.OpenCall(50_000_00)
	p := w.Proposal(call, 0, 10_000_00)
	db := raw(t, address)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for range 600 {
		appendRaw(t, tx, p, w.Clock.Now())
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	other := w.Proposal(call, 1, 10_000_00)
	disarm(t, db, address)
	must(t, db, `UPDATE history_entries SET previous_hash = '`+strings.Repeat("ab", 32)+`' WHERE dossier_id = '`+string(p)+`' AND n = 1`)
	q := sequencer(t, s, w.Clock)
	for pass := 0; ; pass++ {
		did, err := q.Seal(t.Context())
		if err != nil || pass > 5 {
			t.Fatalf("pass %d: got %+v, %v, want it to come to an end", pass, did, err)
		}
		if !did.More && pass > 0 {
			break
		}
	}
	signer, _ := key(t, "a")
	if _, err := q.Sign(t.Context(), signer); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ProveEntry(t.Context(), other, 1); err != nil {
		t.Errorf("another dossier: %v", err)
	}
	rep, err := s.Verify(t.Context(), store.Against{}, nil)
	if err != nil || rep.Log.Unsealed < 600 {
		t.Errorf("got %v, %+v, want the crowd told as unsealed", err, rep.Log)
	}
}

// disarm takes the triggers off the history, as the owner of the database can.
func disarm(t *testing.T, db *sql.DB, address string) {
	t.Helper()
	if strings.HasPrefix(address, "postgres") {
		must(t, db, `ALTER TABLE history_entries DISABLE TRIGGER ALL`)
		return
	}
	for _, name := range column(t, db, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history_entries'`) {
		must(t, db, `DROP TRIGGER `+name)
	}
}

// TestAnOldCopyIsNotSealed: whoever restores one finds that the checkpoint kept
// outside says more than the database.
func TestAnOldCopyIsNotSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		q := sequencer(t, s, w.Clock)
		sealAll(t, q)
		w.OpenCall(50_000_00)
		kept := sealAll(t, q)
		_, verifier := key(t, "a")
		c, err := seal.Open(kept, verifier)
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		db := raw(t, address)
		for _, table := range []string{"leaves", "checkpoints", "signed_checkpoints", "tree_nodes"} {
			if strings.HasPrefix(address, "postgres") {
				must(t, db, `ALTER TABLE `+table+` DISABLE TRIGGER ALL`)
				continue
			}
			for _, name := range column(t, db, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '`+table+`'`) {
				must(t, db, `DROP TRIGGER `+name)
			}
		}
		must(t, db, `DELETE FROM leaves WHERE seq >= 5`)
		if _, err := s.Sequencer(t.Context(), logName, w.Clock); !errors.Is(err, store.ErrBehind) {
			t.Errorf("fewer leaves than the last checkpoint says: got %v, want %v", err, store.ErrBehind)
		}
		must(t, db, `DELETE FROM checkpoints WHERE size > 5`)
		must(t, db, `DELETE FROM signed_checkpoints WHERE size > 5`)
		must(t, db, `DELETE FROM tree_nodes WHERE id >= 8`)
		restored, err := s.Sequencer(t.Context(), logName, w.Clock)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = restored.Close() }()
		if err := restored.Holds(t.Context(), c); !errors.Is(err, store.ErrBehind) {
			t.Errorf("got %v, want %v", err, store.ErrBehind)
		}
	})
}

// TestTheLeaseIsTheConnections: whoever loses the connection can write no more,
// and another goes on.
func TestTheLeaseIsTheConnections(t *testing.T) {
	address := storetest.Address(t, "postgres")
	s := storetest.Open(t, address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	q := sequencer(t, s, w.Clock)
	sealAll(t, q)
	db := raw(t, address)
	must(t, db, `SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7307281973 - (1::bigint << 32)`)
	next := sequencer(t, s, w.Clock) // the database waited for the session's end
	w.OpenCall(50_000_00)
	if did, err := q.Seal(t.Context()); err == nil {
		t.Errorf("without the lease: got %+v, want an error", did)
	}
	sealAll(t, next)
	_, verifier := key(t, "a")
	if rep, err := s.Verify(t.Context(), store.Against{Keys: []note.Verifier{verifier}}, nil); err != nil || len(rep.Faults) > 0 || rep.Log.Unsealed > 0 {
		t.Errorf("got %v, %v, %+v", rep.Faults, err, rep.Log)
	}
}
