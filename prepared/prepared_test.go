package prepared_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/atranka/atranka/prepared"
)

const keep = 4

// each runs f on a database of each engine: one connection, so that what it keeps can be
// told, and how often it prepared.
func each(t *testing.T, f func(t *testing.T, db *sql.DB, made *counter)) {
	t.Run("sqlite", func(t *testing.T) {
		c, err := sqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "db"))
		if err != nil {
			t.Fatal(err)
		}
		on(t, c, f)
	})
	t.Run("postgres", func(t *testing.T) {
		address := os.Getenv("ATRANKA_TEST_POSTGRES")
		if address == "" {
			t.Skip("waits for a PostgreSQL: run it by scripts/postgres")
		}
		c, err := pq.NewConnector(address)
		if err != nil {
			t.Fatal(err)
		}
		on(t, c, f)
	})
}

func on(t *testing.T, c driver.Connector, f func(*testing.T, *sql.DB, *counter)) {
	t.Helper()
	made := &counter{Connector: c}
	db := sql.OpenDB(prepared.Connector(made, keep))
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.ExecContext(t.Context(), `CREATE TEMP TABLE numbers (n integer PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	f(t, db, made)
}

// counter counts what its connections prepare and still hold.
type counter struct {
	driver.Connector
	mu             sync.Mutex
	prepared, open int
}

func (c *counter) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	return counted{made.(whole), c}, err
}

type whole interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type counted struct {
	whole
	of *counter
}

func (c counted) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	made, err := c.whole.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.of.add(1, 1)
	return countedStmt{made.(statement), c.of}, nil
}

func (c *counter) add(prepared, open int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prepared, c.open = c.prepared+prepared, c.open+open
}

type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type countedStmt struct {
	statement
	of *counter
}

func (s countedStmt) Close() error {
	s.of.add(0, -1)
	return s.statement.Close()
}

// args of both engines' text: SQLite takes $1 too.
const (
	insert = `INSERT INTO numbers (n) VALUES ($1)`
	above  = `SELECT n FROM numbers WHERE n > $1 ORDER BY n`
)

func TestATextIsPreparedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, made *counter) {
		for n := range 10 {
			exec(t, db, insert, n)
			if got := numbers(t, db, above, n-2); !slices.Equal(got, []int{n - 1, n}) && n > 0 {
				t.Errorf("above %d: got %v, want %d and %d", n-2, got, n-1, n)
			}
		}
		if made.prepared != 2 {
			t.Errorf("got %d statements prepared for two texts, want 2", made.prepared)
		}
		exec(t, db, `DELETE FROM numbers`) // without arguments
		if got := numbers(t, db, above, -1); len(got) != 0 || made.prepared != 2 {
			t.Errorf("got %v and %d statements, want none left, and still 2", got, made.prepared)
		}
	})
}

func TestItOutlivesATransaction(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, made *counter) {
		for n := range 3 {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), insert, n); err != nil {
				t.Fatal(err)
			}
			if err := tx.Rollback(); err != nil {
				t.Fatal(err)
			}
		}
		if got := numbers(t, db, above, -1); len(got) != 0 || made.prepared != 2 {
			t.Errorf("got %v and %d statements prepared, want nothing kept of what was rolled back, and 2", got, made.prepared)
		}
	})
}

// TestRowsThatAreReadKeepTheirStatement asks for the same text while its rows are open,
// which SQLite allows.
func TestRowsThatAreReadKeepTheirStatement(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, made *counter) {
		if _, is := db.Driver().(*pq.Driver); is {
			t.Skip("a connection to PostgreSQL reads one answer at a time")
		}
		for n := range 3 {
			exec(t, db, insert, n)
		}
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		outer, err := tx.QueryContext(t.Context(), above, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = outer.Close() }()
		var pairs []string
		for outer.Next() {
			var n int
			if err := outer.Scan(&n); err != nil {
				t.Fatal(err)
			}
			pairs = append(pairs, fmt.Sprint(n, numbers(t, tx, above, n)))
		}
		if want := []string{"0 [1 2]", "1 [2]", "2 []"}; outer.Err() != nil || !slices.Equal(pairs, want) {
			t.Errorf("got %q and %v, want %q", pairs, outer.Err(), want)
		}
		if err := outer.Close(); err != nil {
			t.Error(err)
		}
		if made.open != 2 {
			t.Errorf("got %d statements open, want 2: one to insert and one to ask, the inner ones closed", made.open)
		}
	})
}

func TestItKeepsNoMoreThanItWasTold(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, made *counter) {
		exec(t, db, insert, 7)
		for i := range 3 * keep {
			if got := numbers(t, db, fmt.Sprintf(`SELECT n + %d FROM numbers WHERE n > $1`, i), 0); !slices.Equal(got, []int{7 + i}) {
				t.Errorf("got %v, want %d", got, 7+i)
			}
			if made.open > keep {
				t.Fatalf("got %d statements open, want at most %d", made.open, keep)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if made.open != 0 {
			t.Errorf("got %d statements open after closing, want none", made.open)
		}
	})
}

// TestWhatFailedIsPreparedAnew by a table that came to be another one in between.
func TestWhatFailedIsPreparedAnew(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, made *counter) {
		exec(t, db, insert, 1)
		if _, err := db.ExecContext(t.Context(), insert, 1); err == nil {
			t.Fatal("the same key twice: got no error")
		}
		if made.open != 0 {
			t.Errorf("got %d statements open after an error, want none", made.open)
		}
		exec(t, db, insert, 2)
		const all = `SELECT * FROM numbers WHERE n > $1 ORDER BY 1`
		if got := numbers(t, db, all, 0); !slices.Equal(got, []int{1, 2}) {
			t.Errorf("got %v, want 1 and 2", got)
		}
		exec(t, db, `DROP TABLE numbers`)
		if _, err := db.ExecContext(t.Context(), insert, 3); err == nil {
			t.Error("a table that is gone: got no error")
		}
		exec(t, db, `CREATE TEMP TABLE numbers (n text)`)
		exec(t, db, insert, "3")
		var got string
		for range 2 { // PostgreSQL refuses a plan whose columns are others, once
			if err := db.QueryRowContext(t.Context(), all, "0").Scan(&got); err == nil {
				break
			}
		}
		if got != "3" {
			t.Errorf("of the new table: got %q, want 3", got)
		}
	})
}

func TestADriverWithoutContextsIsRefused(t *testing.T) {
	db := sql.OpenDB(prepared.Connector(plain{}, keep))
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("got no error")
	}
}

type plain struct{}

func (plain) Connect(context.Context) (driver.Conn, error) { return plainConn{}, nil }
func (plain) Driver() driver.Driver                        { return nil }

type plainConn struct{ driver.Conn }

func (plainConn) Close() error { return nil }

type asker interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

func exec(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func numbers(t *testing.T, db asker, text string, args ...any) []int {
	t.Helper()
	found, err := db.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer func() { _ = found.Close() }()
	var out []int
	for found.Next() {
		var n int
		if err := found.Scan(&n); err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
