package store

import (
	"context"
	"database/sql"
	"errors"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/workflow"
)

// Mark is a name under which the database remembers something about itself.
// There is no way to take one away: what was written stays so.
type Mark string

// The marks.
const (
	// Simulated databases have been written under an injected clock.
	Simulated Mark = "simulated"
	// DemoLoad says how far the demonstration's data have come.
	DemoLoad Mark = "demo"
)

// Mark sets the mark to a value.
func (s *Store) Mark(ctx context.Context, m Mark, value string) error {
	return s.InTx(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		_, err := t.exec(t.build().Insert("marks").Columns("name", "value").Values(string(m), value).
			OnConflict(entsql.ConflictColumns("name"), entsql.ResolveWithNewValues()))
		return err
	})
}

// Marked is the mark's value, "" if it was never set.
func (s *Store) Marked(ctx context.Context, m Mark) (string, error) {
	var value string
	err := s.View(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		err := t.row(t.build().Select("value").From(entsql.Table("marks")).Where(entsql.EQ("name", string(m)))).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// Simulated says whether the store was ever written under an injected clock:
// by its mark, or by the first entry of any dossier, which whoever strikes the
// mark off cannot change unseen.
func (s *Store) Simulated(ctx context.Context) (bool, error) {
	mark, err := s.Marked(ctx, Simulated)
	if err != nil || mark != "" {
		return mark != "", err
	}
	var found bool
	err = s.View(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		const first = `SELECT EXISTS (SELECT 1 FROM history_entries e JOIN history_bodies b ON b.id = e.id
			WHERE e.n = 1 AND b.body LIKE '%"simulated":true%')`
		return t.sql.QueryRowContext(ctx, first).Scan(&found)
	})
	return found, err
}

// Empty says whether nothing was ever recorded.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	n, err := s.reader.Dossier.Query().Limit(1).Count(ctx)
	return n == 0, err
}

// LastRecorded is the instant of the last entry of all, 0 where there is none.
func (s *Store) LastRecorded(ctx context.Context) (clock.Instant, error) {
	var at sql.Null[clock.Instant]
	err := s.read.QueryRowContext(ctx, `SELECT MAX(recorded_at) FROM history_entries`).Scan(&at)
	return at.V, err
}
