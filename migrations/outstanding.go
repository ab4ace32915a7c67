package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
)

// objectsName stands for the objects among the names of files.
const objectsName = "objects"

// Outstanding lists the files that [Apply] would apply, or "objects" where these
// alone are not those of this program, and says whether the database is fresh:
// never migrated at all. It changes nothing.
func Outstanding(ctx context.Context, db *sql.DB, dialectName string) (names []string, fresh bool, err error) {
	dir, err := Dir(dialectName)
	if err != nil {
		return nil, false, err
	}
	files, err := dir.Files()
	if err != nil {
		return nil, false, err
	}
	fresh, err = neverMigrated(ctx, db, dialectName)
	if err != nil {
		return nil, false, fmt.Errorf("look for migrations: %w", err)
	}
	applied := map[string]bool{}
	if !fresh {
		if applied, err = appliedVersions(ctx, db); err != nil {
			return nil, false, fmt.Errorf("read migrations: %w", err)
		}
	}
	if fresh {
		if files, err = migrate.FilesFromLastCheckpoint(dir); err != nil {
			return nil, false, err
		}
	}
	for _, f := range files {
		switch whole := isCheckpoint(f); {
		case whole && applied[f.Version()]:
			names = nil // it stands for all before it
		case !applied[f.Version()] && (fresh || !whole):
			names = append(names, f.Name())
		}
	}
	if !fresh && len(names) == 0 {
		stale, err := staleObjects(ctx, db, dialectName)
		if err != nil {
			return nil, false, fmt.Errorf("look for objects: %w", err)
		}
		if stale {
			names = []string{objectsName}
		}
	}
	return names, fresh, nil
}

// staleObjects says whether the objects that were applied last are other ones than
// this program's.
func staleObjects(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, dialectName string,
) (bool, error) {
	want, err := objectsSum(dialectName)
	if err != nil {
		return false, err
	}
	var got string
	err = db.QueryRowContext(ctx, `SELECT value FROM marks WHERE name = '`+objectsName+`'`).Scan(&got)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return got != want, err
}

// markObjects notes which objects were applied.
func markObjects(ctx context.Context, tx *sql.Tx, dialectName string) error {
	sum, err := objectsSum(dialectName)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO marks (name, value) VALUES ('`+objectsName+`', '`+sum+`')
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
	return err
}

func objectsSum(dialectName string) (string, error) {
	objects, err := Objects(dialectName)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(objects, "\x00")))
	return hex.EncodeToString(sum[:]), nil
}

// isCheckpoint says that the file is the whole schema, which only an empty database
// starts from.
func isCheckpoint(f migrate.File) bool {
	c, ok := f.(migrate.CheckpointFile)
	return ok && c.IsCheckpoint()
}

func neverMigrated(ctx context.Context, db *sql.DB, dialectName string) (bool, error) {
	query := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_revisions'`
	if dialectName == dialect.Postgres {
		query = `SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_revisions'`
	}
	var n int
	err := db.QueryRowContext(ctx, query).Scan(&n)
	return n == 0, err
}

func appliedVersions(ctx context.Context, db *sql.DB) (map[string]bool, error) {
	rows, err := db.QueryContext(ctx, `SELECT version FROM schema_revisions`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]bool{}
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out[v] = true
	}
	return out, rows.Err()
}
