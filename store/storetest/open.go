// Package storetest opens stores on both engines for tests: each in a database
// of its own, migrated, and gone afterwards. It refuses to skip: without a
// PostgreSQL to use it fails and says how to get one.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lib/pq"

	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
)

// Engines names the engines that every behaviour of the store is tested on.
var Engines = []string{"sqlite", "postgres"}

// Each runs f on both engines, in parallel with each other and with other tests. The
// engine has to be the first name under that of the test: one says by it which to run.
func Each(t *testing.T, f func(t *testing.T, address string)) {
	if strings.Contains(t.Name(), "/") {
		t.Fatalf("%s: the engines come first, or nobody can run it on one", t.Name())
	}
	t.Parallel()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			f(t, Address(t, engine))
		})
	}
}

// Open is a migrated store at the address, closed with the test.
func Open(t testing.TB, address string) *store.Store {
	t.Helper()
	return OpenWith(t, address, Machines(t))
}

// OpenWith is [Open] for other machines than the embedded ones.
func OpenWith(t testing.TB, address string, machines *workflow.Machines) *store.Store {
	t.Helper()
	a, err := store.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), a, machines)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Address is that of an empty database of the engine, dropped with the test.
func Address(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "atranka.db")
	}
	return "postgres:" + database(t)
}

var serial atomic.Int64

var admin struct {
	once sync.Once
	db   *sql.DB
	err  error
}

var dbname = regexp.MustCompile(`\bdbname=\S+`)

func database(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv("ATRANKA_TEST_POSTGRES")
	if dsn == "" {
		t.Fatal("no PostgreSQL to test on: run make test, or scripts/postgres go test …")
	}
	admin.once.Do(func() {
		admin.db, admin.err = sql.Open("postgres", dsn)
	})
	if admin.err != nil {
		t.Fatal(admin.err)
	}
	name := fmt.Sprintf("atranka_%d_%d", os.Getpid(), serial.Add(1))
	if _, err := admin.db.ExecContext(t.Context(), "CREATE DATABASE "+pq.QuoteIdentifier(name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := admin.db.ExecContext(context.Background(), "DROP DATABASE "+pq.QuoteIdentifier(name)+" WITH (FORCE)")
		if err != nil {
			t.Error(err)
		}
	})
	if dbname.MatchString(dsn) {
		return dbname.ReplaceAllString(dsn, "dbname="+name)
	}
	return strings.TrimSpace(dsn) + " dbname=" + name
}

// Machines are the embedded machines, compiled.
func Machines(t testing.TB) *workflow.Machines {
	t.Helper()
	machines, err := store.Machines()
	if err != nil {
		t.Fatal(err)
	}
	return machines
}

// MachinesWith are the embedded machines, compiled with one definition file
// changed.
func MachinesWith(t testing.TB, file string, change func(src string) string) *workflow.Machines {
	t.Helper()
	files, err := fs.Glob(definitions.Files(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var defs []*workflow.Definition
	for _, name := range files {
		src, err := fs.ReadFile(definitions.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			src = []byte(change(string(src)))
		}
		def, err := workflow.Parse(name, src)
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, def)
	}
	machines, problems := workflow.CompileAll(defs, store.Known())
	if len(problems) > 0 {
		t.Fatal(&workflow.CompileError{Problems: problems})
	}
	return workflow.NewMachines(store.Known(), machines...)
}
