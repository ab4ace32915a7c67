package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/atranka/atranka/prepared"
)

// Address is where a database is: an engine and what its driver wants.
type Address struct {
	Dialect string
	write   string
	read    string
	file    string // of SQLite, for its lock
}

// ParseAddress reads "sqlite:FILE", "postgres:host=… sslmode=…" or a
// postgres:// URL.
func ParseAddress(s string) (Address, error) {
	switch {
	case strings.HasPrefix(s, "sqlite:") && len(s) > len("sqlite:"):
		file := strings.TrimPrefix(s, "sqlite:")
		// The driver takes a URI, in which these three would end or change the path.
		path := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
		const shared = "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
		return Address{
			Dialect: dialect.SQLite, file: file,
			// One writing connection that takes its lock at BEGIN: two that began
			// reading could not both go on to write.
			write: "file:" + path + shared + "&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)",
			read:  "file:" + path + shared + "&_pragma=query_only(1)",
		}, nil
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		return Address{Dialect: dialect.Postgres, write: s, read: s}, nil
	case strings.HasPrefix(s, "postgres:") && strings.Contains(s, "="):
		kv := strings.TrimPrefix(s, "postgres:")
		return Address{Dialect: dialect.Postgres, write: kv, read: kv}, nil
	}
	return Address{}, fmt.Errorf(
		"db %q: want sqlite:FILE, 'postgres:host=… dbname=… sslmode=…' or a postgres:// URL", s)
}

// ErrBusy is a database file that another process has open.
var ErrBusy = errors.New("another process has this database file open; stop it first")

// lock keeps a second process off a SQLite file.
func (a Address) lock() (release func() error, err error) {
	if a.file == "" || strings.HasPrefix(a.file, ":memory:") {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(a.file+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", a.file, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", a.file, ErrBusy), f.Close())
	}
	return f.Close, nil
}

// poolSize is how many connections to PostgreSQL are kept. Idle ones are kept as
// well: to begin one costs more than a whole act, and a worker begins none when
// every act finds one.
const poolSize = 32

// open opens the pool that writes and the pool that reads.
func (a Address) open(ctx context.Context) (write, read *sql.DB, err error) {
	if write, err = a.pool(a.write); err != nil {
		return nil, nil, err
	}
	if err := write.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open database: %w", err), write.Close())
	}
	if a.Dialect == dialect.Postgres {
		write.SetMaxOpenConns(poolSize)
		write.SetMaxIdleConns(poolSize)
		return write, write, nil
	}
	write.SetMaxOpenConns(1)
	if read, err = a.pool(a.read); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(8)
	return write, read, nil
}

// statements is how many a connection keeps prepared: a page of the API asks a few dozen,
// an act about as many, and each takes some ten kilobytes.
const statements = 256

func (a Address) pool(source string) (*sql.DB, error) {
	var c driver.Connector
	var err error
	if a.Dialect == dialect.Postgres {
		c, err = pq.NewConnector(source)
	} else {
		c, err = sqlite.NewConnector(source)
	}
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(prepared.Connector(c, statements)), nil
}

// again says whether the engine asks for the transaction to be run again.
func again(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "40001" || p.Code == "40P01"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code()&0xff == sqliteBusy
}

// SQLite's result codes (sqlite.org/rescode.html).
const (
	sqliteBusy            = 5
	sqliteConstraintCheck = 275

	sqliteConstraintPrimaryKey = 1555
	sqliteConstraintUnique     = 2067
)

// twice says whether a row was refused because there is one with its key.
func twice(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "23505"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code() == sqliteConstraintUnique || s.Code() == sqliteConstraintPrimaryKey)
}

// overdrawn says whether an envelope's constraint refused a movement. It is
// the schema's one CHECK, which a test holds, so on SQLite the code is enough.
func overdrawn(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Constraint == "envelope_never_promised_twice"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code() == sqliteConstraintCheck
}
