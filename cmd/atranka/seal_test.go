package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhoeverKeptACheckpointNeedsNotTrustTheDatabase goes the way of an operator who
// seals and of an auditor who has the public key and the last checkpoint.
func TestWhoeverKeptACheckpointNeedsNotTrustTheDatabase(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	db, old := "sqlite:"+in("a.db"), "sqlite:"+in("old.db")
	begin := func(name string) {
		expect(t, exitDone, "found", "--db", db, "--name", name, "--short-name", name, "--administrator", "Administratorė (sintetinė)")
	}
	begin("Pirma")
	public := expect(t, exitDone, "key", "new", "--origin", "atranka.test/log", "--seal-key", in("seal.key")).out
	if again := expect(t, exitDone, "key", "public", "--seal-key", in("seal.key")).out; again != public || !strings.HasPrefix(public, "atranka.test/log+") {
		t.Errorf("got the public keys %q and %q, want one", public, again)
	}
	if r := expect(t, exitRefused, "key", "new", "--origin", "atranka.test/log", "--seal-key", in("seal.key")); !strings.Contains(r.err, "exists") {
		t.Errorf("over a key that is there: got %q", r.err)
	}
	if info, err := os.Stat(in("seal.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: got %v, %v, want it its owner's alone", info, err)
	}
	written(t, in("log.pub"), public)
	if r := expect(t, exitDone, "verify", "--db", db); !strings.Contains(r.out, "nothing is sealed") {
		t.Errorf("before: got %q", r.out)
	}

	first := expect(t, exitDone, "seal", "--db", db, "--seal-key", in("seal.key"), "--seal-keep", in("kept.txt")).out
	if again := expect(t, exitDone, "seal", "--db", db, "--seal-key", in("seal.key"), "--seal-keep", in("kept.txt")).out; again != first {
		t.Errorf("with nothing new: got %q, want %q", again, first)
	}
	if kept, err := os.ReadFile(in("kept.txt")); err != nil || string(kept) != first || !strings.HasPrefix(first, "atranka.test/log\n") {
		t.Errorf("kept %q, %v, want what was printed, %q", kept, err, first)
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{nil, "nobody's signature was checked"},
		{[]string{"--verify-key", in("log.pub")}, "no checkpoint was given"},
		{[]string{"--verify-key", in("log.pub"), "--kept", in("kept.txt")}, "in agreement with the checkpoint kept, and 0 are not sealed"},
	} {
		if r := expect(t, exitDone, append([]string{"verify", "--db", db}, x.args...)...); !strings.Contains(r.out, x.want) {
			t.Errorf("%v: got %q, want %q", x.args, r.out, x.want)
		}
	}

	copyOf(t, in("a.db"), in("old.db"))
	begin("Antra")
	if r := expect(t, exitDone, "verify", "--db", db, "--verify-key", in("log.pub"), "--kept", in("kept.txt")); strings.Contains(r.out, "and 0 are not sealed") {
		t.Errorf("got %q, want the unsealed tail told", r.out)
	}
	expect(t, exitDone, "seal", "--db", db, "--seal-key", in("seal.key"), "--seal-keep", in("kept.txt"))
	if r := expect(t, exitRefused, "seal", "--db", old, "--seal-key", in("seal.key"), "--seal-keep", in("kept.txt")); !strings.Contains(r.err, "Nothing was signed") {
		t.Errorf("an old copy: got %q", r.err)
	}
	if r := expect(t, exitFound, "verify", "--db", old, "--verify-key", in("log.pub"), "--kept", in("kept.txt")); !strings.Contains(r.out, "LOG_TRUNCATED") {
		t.Errorf("an old copy: got %q", r.out)
	}

	expect(t, exitDone, "key", "new", "--origin", "atranka.test/log", "--seal-key", in("thief.key"))
	if r := expect(t, exitRefused, "seal", "--db", db, "--seal-key", in("thief.key"), "--seal-keep", in("kept.txt")); !strings.Contains(r.err, "no valid signature") {
		t.Errorf("another key of that name: got %q", r.err)
	}
	expect(t, exitDone, "key", "new", "--origin", "other.test/log", "--seal-key", in("other.key"))
	if r := expect(t, exitRefused, "seal", "--db", db, "--seal-key", in("other.key")); !strings.Contains(r.err, "another log") {
		t.Errorf("a key of another log: got %q", r.err)
	}
	tamper(t, in("a.db"), `DROP TRIGGER append_only_leaves_update`)
	tamper(t, in("a.db"), `UPDATE leaves SET hash = replace(hash, substr(hash, 1, 2), 'zz') WHERE seq = 2`)
	if r := expect(t, exitFound, "verify", "--db", db, "--verify-key", in("log.pub"), "--kept", in("kept.txt")); !strings.Contains(r.out, "SEAL_BROKEN") {
		t.Errorf("a leaf that was changed: got %q", r.out)
	}
}

func TestSealingSaysWhatItLacks(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "a.db")
	expect(t, exitDone, "migrate", "--db", "sqlite:"+db)
	key := filepath.Join(dir, "seal.key")
	expect(t, exitDone, "key", "new", "--origin", "log", "--seal-key", key)
	if r := expect(t, exitDone, "seal", "--db", "sqlite:"+db, "--seal-key", key); !strings.Contains(r.out, "nothing to seal") {
		t.Errorf("an empty database: got %q", r.out)
	}
	wrong := written(t, filepath.Join(dir, "wrong"), "PRIVATE+KEY+what")
	for want, args := range map[string][]string{
		"give --origin":        {"key", "new", "--seal-key", key},
		"give --seal-key":      {"key", "new", "--origin", "log"},
		"origin is \"a log\"":  {"key", "new", "--origin", "a log", "--seal-key", key},
		"read the key":         {"key", "public", "--seal-key", filepath.Join(dir, "absent")},
		"no private key":       {"key", "public", "--seal-key", wrong},
		"seal-key":             {"seal", "--db", "sqlite:" + db},
		"give --verify-key":    {"verify", "--db", "sqlite:" + db, "--kept", wrong},
		"no public key":        {"verify", "--db", "sqlite:" + db, "--verify-key", wrong},
		"read the public keys": {"verify", "--db", "sqlite:" + db, "--verify-key", filepath.Join(dir, "absent")},
		"read the checkpoint":  {"seal", "--db", "sqlite:" + db, "--seal-key", key, "--seal-keep", dir},
		"malformed seal":       {"seal", "--db", "sqlite:" + db, "--seal-key", key, "--seal-keep", wrong},
	} {
		if r := expect(t, exitRefused, args...); !strings.Contains(r.err, want) {
			t.Errorf("%v: got %q, want %q", args, r.err, want)
		}
	}
}

func copyOf(t *testing.T, from, to string) {
	t.Helper()
	tamper(t, from, `VACUUM INTO '`+to+`'`)
}

// tamper does what whoever has the file can.
func tamper(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
