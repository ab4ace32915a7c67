package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestFoundGivesAnEmptyDatabaseItsFirstAdministrator: without it nobody could
// sign in to grant anybody anything.
func TestFoundGivesAnEmptyDatabaseItsFirstAdministrator(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "office.db")
	r := expect(t, exitDone, "found", "--db", db, "--name", "Vietos veiklos grupė", "--short-name", "VVG", "--administrator", "Vardas Pavardė")
	if !strings.HasPrefix(r.out, "atr_") || !strings.Contains(r.err, "lag_") {
		t.Errorf("got %q and %q, want a token and the group's id", r.out, r.err)
	}
	if r := expect(t, exitDone, "token", "create", "--db", db, "--role", "ADMINISTRATOR"); !strings.HasPrefix(r.out, "atr_") {
		t.Errorf("another token: got %q", r.out)
	}
	expect(t, exitDone, "verify", "--db", db)
	if r := expect(t, exitRefused, "found", "--db", db, "--name", "Kita", "--short-name", "K"); !strings.Contains(r.err, "--administrator") {
		t.Errorf("got %q, want it to name the missing flag", r.err)
	}
}
