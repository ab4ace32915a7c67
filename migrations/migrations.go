// Package migrations owns the way from any earlier database to the present
// one, on both engines: versioned files of the schema, each checked against
// its sum, the last of them that is whole (a checkpoint) being where an empty
// database starts, and the objects that ent does not know (hand-kept tables, triggers,
// constraints), which are applied again after every change of the schema,
// because rebuilding a table on SQLite drops its triggers without a word, the
// tables of the queue, which are River's own, and the columns that Go derives
// from texts. It refuses a folder whose files do
// not match their sums, and a database that has revisions the program does not
// know.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"
)

//go:generate go run ./tenancy

//go:embed postgres sqlite
var files embed.FS

// Dir is the schema folder of the dialect, with its sums.
func Dir(dialectName string) (migrate.Dir, error) {
	folder, err := fs.Sub(files, folderOf(dialectName)+"/schema")
	if err != nil {
		return nil, err
	}
	dir := &migrate.MemDir{}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		b, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			return nil, err
		}
		if err := dir.WriteFile(e.Name(), b); err != nil {
			return nil, err
		}
	}
	if err := migrate.Validate(dir); err != nil {
		return nil, fmt.Errorf("migrations for %s: %w", dialectName, err)
	}
	return dir, nil
}

// Objects are the statements of the dialect that follow every change of the
// schema, in order.
func Objects(dialectName string) ([]string, error) {
	root := folderOf(dialectName) + "/objects"
	entries, err := fs.ReadDir(files, root)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(entries))
	for i, e := range entries {
		b, err := fs.ReadFile(files, root+"/"+e.Name())
		if err != nil {
			return nil, err
		}
		out[i] = string(b)
	}
	return out, nil
}

// Applied is what a run of [Apply] did.
type Applied struct{ Files []string }

// Apply brings the database to the present schema in one transaction: either
// every outstanding file and all objects are applied, and what is derived from
// texts is filled, or nothing is; the tables of the queue apart. It refuses
// with [ErrNewer] or [ErrChanged] a database whose past is not the folder's.
func Apply(ctx context.Context, db *sql.DB, dialectName string) (Applied, error) {
	if err := migrateQueue(ctx, db, dialectName); err != nil {
		return Applied{}, fmt.Errorf("migrate %s: queue: %w", dialectName, err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return Applied{}, fmt.Errorf("begin migration: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	done, err := apply(ctx, tx, dialectName)
	if err != nil {
		return Applied{}, fmt.Errorf("migrate %s: %w", dialectName, err)
	}
	if err := tx.Commit(); err != nil {
		return Applied{}, fmt.Errorf("commit migration: %w", err)
	}
	return done, nil
}

func apply(ctx context.Context, tx *sql.Tx, dialectName string) (Applied, error) {
	if dialectName == dialect.Postgres {
		// Two programs that start at once migrate one after the other.
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7307281972)`); err != nil {
			return Applied{}, err
		}
	}
	revisions := &revisions{tx: tx, dialect: dialectName}
	if err := revisions.init(ctx); err != nil {
		return Applied{}, err
	}
	dir, err := Dir(dialectName)
	if err != nil {
		return Applied{}, err
	}
	if err := revisions.heldAgainst(ctx, dir); err != nil {
		return Applied{}, err
	}
	done, err := execute(ctx, tx, dialectName, dir, revisions)
	if err != nil {
		return done, err
	}
	// Every time, for they may have changed while the schema has not.
	objects, err := Objects(dialectName)
	if err != nil {
		return Applied{}, err
	}
	for _, statements := range objects {
		if _, err := tx.ExecContext(ctx, statements); err != nil {
			return Applied{}, fmt.Errorf("objects: %w", err)
		}
	}
	stale, err := staleObjects(ctx, tx, dialectName)
	if err != nil {
		return Applied{}, err
	}
	if err := markObjects(ctx, tx, dialectName); err != nil {
		return Applied{}, err
	}
	switch {
	case len(done.Files) > 0:
		err = deriveAll(ctx, tx, dialectName)
	case stale:
		done.Files = []string{objectsName}
	}
	return done, err
}

func execute(ctx context.Context, tx schema.ExecQuerier, name string, dir migrate.Dir, rw migrate.RevisionReadWriter) (Applied, error) {
	open := sqlite.Open
	if name == dialect.Postgres {
		open = postgres.Open
	}
	drv, err := open(tx)
	if err != nil {
		return Applied{}, err
	}
	ex, err := migrate.NewExecutor(drv, dir, rw, migrate.WithAllowDirty(true))
	if err != nil {
		return Applied{}, err
	}
	pending, err := ex.Pending(ctx)
	if err != nil {
		if errors.Is(err, migrate.ErrNoPendingFiles) {
			return Applied{}, nil
		}
		return Applied{}, err
	}
	var done Applied
	for _, f := range pending {
		if err := ex.Execute(ctx, f); err != nil {
			return Applied{}, fmt.Errorf("%s: %w", f.Name(), err)
		}
		done.Files = append(done.Files, f.Name())
	}
	return done, nil
}

func folderOf(dialectName string) string {
	if dialectName == dialect.Postgres {
		return "postgres"
	}
	return "sqlite"
}
