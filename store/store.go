package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/workflow"
)

// Store keeps everything in one database. It is safe for concurrent use.
type Store struct {
	dialect  string
	write    *sql.DB
	read     *sql.DB
	reader   *ent.Client
	machines *workflow.Machines
	release  func() error

	sealedHeads headsOf
}

var _ workflow.Store = (*Store)(nil)

// Open opens the database at a. It changes nothing in it; see [Store.Migrate].
func Open(ctx context.Context, a Address, machines *workflow.Machines) (*Store, error) {
	release, err := a.lock()
	if err != nil {
		return nil, err
	}
	write, read, err := a.open(ctx)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	reader := ent.NewClient(ent.Driver(entsql.OpenDB(a.Dialect, read)))
	reader.Use(refuseWrites)
	return &Store{
		dialect: a.Dialect, write: write, read: read, reader: reader, machines: machines, release: sync.OnceValue(release),
	}, nil
}

// Close closes both pools and lets another process in. Closing again does nothing.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return errors.Join(err, s.release())
}

// Migrate brings the schema up to date.
func (s *Store) Migrate(ctx context.Context) (migrations.Applied, error) {
	return migrations.Apply(ctx, s.write, s.dialect)
}

// Reader is the client for reads. It writes nothing: the engine does.
func (s *Store) Reader() *ent.Client { return s.reader }

// ReadDriver is what a reading client of one's own is made over, such as the
// API's, which sees what one actor may see.
func (s *Store) ReadDriver() dialect.Driver { return entsql.OpenDB(s.dialect, s.read) }

// Queue is the pool that a queue in this database writes through, and its
// dialect.
func (s *Store) Queue() (*sql.DB, string) { return s.write, s.dialect }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// attempts bounds how often a transaction is run again. Locks are taken in one
// order, so a second try nearly always passes.
const attempts = 8

// InTx runs f in one transaction, again when the database asks for it.
func (s *Store) InTx(ctx context.Context, f func(workflow.Tx) error) error {
	var err error
	for try := range attempts {
		if err = s.once(ctx, s.write, nil, f); !again(err) {
			return translate(err)
		}
		// Jitter keeps those that met once from meeting again.
		pause := time.Duration(1<<try)*time.Millisecond + rand.N(5*time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return fmt.Errorf("gave up after %d attempts: %w", attempts, err)
}

// View runs f on one consistent state of the database.
func (s *Store) View(ctx context.Context, f func(workflow.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: s.dialect == dialect.Postgres, Isolation: sql.LevelDefault}
	if s.dialect == dialect.Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return translate(s.once(ctx, s.read, opts, f))
}

func (s *Store) once(ctx context.Context, db *sql.DB, opts *sql.TxOptions, f func(workflow.Tx) error) error {
	sqlTx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = sqlTx.Rollback() }()
	t := s.newTx(ctx, sqlTx, opts != nil)
	if err := f(t); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// translate turns what the database refused into the domain's words.
func translate(err error) error {
	switch {
	case overdrawn(err):
		return workflow.Refuse(workflow.EnvelopeExceeded, "", workflow.Text{
			LT: "Lėšų krepšelyje nebepakanka. Perskaitykite likutį iš naujo.",
			EN: "The envelope no longer covers the amount. Read the balance again.",
		})
	case twice(err):
		return workflow.Refuse(workflow.Conflict, "", workflow.Text{
			LT: "Toks įrašas jau yra, galbūt ką tik jį padarė kitas asmuo. Perskaitykite iš naujo.",
			EN: "There is such a record already; perhaps somebody has just made it. Read again.",
		})
	}
	return err
}

// ErrReadOnly is an attempt to write past the engine.
var ErrReadOnly = errors.New("ent reads; what changes goes through the engine")

// refuseWrites keeps the reading client from becoming a second way to change
// something.
func refuseWrites(ent.Mutator) ent.Mutator {
	return ent.MutateFunc(func(context.Context, ent.Mutation) (ent.Value, error) { return nil, ErrReadOnly })
}

var _ io.Closer = (*Store)(nil)
