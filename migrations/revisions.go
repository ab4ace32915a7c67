package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
)

// revisions remembers in the database itself which files were applied.
type revisions struct {
	tx      *sql.Tx
	dialect string
}

// The reasons why a database is not migrated.
var (
	// ErrNewer: the database has revisions that the program does not know.
	ErrNewer = errors.New("the database was migrated by a newer program; use that one")
	// ErrChanged: a file that was applied is not the one that the program has.
	ErrChanged = errors.New("a migration was changed after it was applied")
)

// heldAgainst refuses revisions that the folder does not have, or has otherwise.
func (r *revisions) heldAgainst(ctx context.Context, dir migrate.Dir) error {
	files, err := dir.Files()
	if err != nil {
		return err
	}
	sums, err := dir.Checksum()
	if err != nil {
		return err
	}
	applied, err := r.ReadRevisions(ctx)
	if err != nil {
		return err
	}
	names := make(map[string]string, len(files))
	for _, f := range files {
		names[f.Version()] = f.Name()
	}
	for _, rev := range applied {
		name, known := names[rev.Version]
		if !known {
			return fmt.Errorf("revision %s: %w", rev.Version, ErrNewer)
		}
		if sum, err := sums.SumByName(name); err != nil || sum != rev.Hash {
			return fmt.Errorf("%s: %w", name, ErrChanged)
		}
	}
	return nil
}

const revisionColumns = `version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version`

func (r *revisions) init(ctx context.Context) error {
	_, err := r.tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_revisions (
		version text PRIMARY KEY, description text NOT NULL, type bigint NOT NULL, applied bigint NOT NULL,
		total bigint NOT NULL, executed_at text NOT NULL, execution_time bigint NOT NULL, error text NOT NULL,
		error_stmt text NOT NULL, hash text NOT NULL, partial_hashes text NOT NULL, operator_version text NOT NULL)`)
	return err
}

// Ident names the table for atlas.
func (r *revisions) Ident() *migrate.TableIdent { return &migrate.TableIdent{Name: "schema_revisions"} }

// ReadRevisions lists what was applied, oldest first.
func (r *revisions) ReadRevisions(ctx context.Context) ([]*migrate.Revision, error) {
	rows, err := r.tx.QueryContext(ctx, `SELECT `+revisionColumns+` FROM schema_revisions ORDER BY version`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []*migrate.Revision
	for rows.Next() {
		rev, err := scanRevision(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, rev)
	}
	return out, rows.Err()
}

// ReadRevision is one of them, or migrate.ErrRevisionNotExist.
func (r *revisions) ReadRevision(ctx context.Context, version string) (*migrate.Revision, error) {
	row := r.tx.QueryRowContext(ctx, r.bind(`SELECT `+revisionColumns+` FROM schema_revisions WHERE version = ?`), version)
	rev, err := scanRevision(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, migrate.ErrRevisionNotExist
	}
	return rev, err
}

// WriteRevision keeps a revision, new or carried further.
func (r *revisions) WriteRevision(ctx context.Context, v *migrate.Revision) error {
	_, err := r.tx.ExecContext(ctx, r.bind(`INSERT INTO schema_revisions (`+revisionColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)
		ON CONFLICT (version) DO UPDATE SET applied = excluded.applied, total = excluded.total,
		execution_time = excluded.execution_time, error = excluded.error, error_stmt = excluded.error_stmt, hash = excluded.hash`),
		v.Version, v.Description, int64(v.Type), v.Applied, v.Total, v.ExecutedAt.UTC().Format(time.RFC3339Nano),
		int64(v.ExecutionTime), v.Error, v.ErrorStmt, v.Hash, v.OperatorVersion)
	return err
}

// DeleteRevision forgets one.
func (r *revisions) DeleteRevision(ctx context.Context, version string) error {
	_, err := r.tx.ExecContext(ctx, r.bind(`DELETE FROM schema_revisions WHERE version = ?`), version)
	return err
}

// bind numbers the placeholders where the engine wants numbers.
func (r *revisions) bind(q string) string {
	if r.dialect != dialect.Postgres {
		return q
	}
	out := make([]byte, 0, len(q)+16)
	n := 0
	for i := range len(q) {
		if q[i] != '?' {
			out = append(out, q[i])
			continue
		}
		n++
		out = fmt.Appendf(out, "$%d", n)
	}
	return string(out)
}

func scanRevision(row interface{ Scan(...any) error }) (*migrate.Revision, error) {
	var (
		v                  migrate.Revision
		kind, took         int64
		executedAt, hashes string
	)
	err := row.Scan(&v.Version, &v.Description, &kind, &v.Applied, &v.Total, &executedAt, &took, &v.Error,
		&v.ErrorStmt, &v.Hash, &hashes, &v.OperatorVersion)
	if err != nil {
		return nil, err
	}
	v.Type, v.ExecutionTime = migrate.RevisionType(kind), time.Duration(took)
	v.ExecutedAt, err = time.Parse(time.RFC3339Nano, executedAt)
	return &v, err
}
