package migrations

import (
	"context"
	"database/sql"
	"log/slog"

	"entgo.io/ent/dialect"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// migrateQueue brings the tables of the queue up to date, which River keeps
// versions of by itself. That cannot be part of the one transaction: PostgreSQL
// lets a value added to a type be used only after a commit. So it goes before,
// one program after the other, and what it has done is done.
func migrateQueue(ctx context.Context, db *sql.DB, dialectName string) error {
	if dialectName == dialect.SQLite { // which one process has to itself
		return upQueue(ctx, riversqlite.New(db))
	}
	lock, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Rollback() }()
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7307281973)`); err != nil {
		return err
	}
	return upQueue(ctx, riverdatabasesql.New(db))
}

func upQueue(ctx context.Context, driver riverdriver.Driver[*sql.Tx]) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
