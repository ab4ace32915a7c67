package migrations

import (
	"context"
	"database/sql"

	"ariga.io/atlas/sql/migrate"
)

// ApplyTx is [Apply] inside a transaction that the test can take back.
func ApplyTx(ctx context.Context, tx *sql.Tx, dialectName string) error {
	_, err := apply(ctx, tx, dialectName)
	return err
}

// DeriveAll is what follows a run of [Apply] that applied a file.
var DeriveAll = deriveAll

// ApplyFirst leaves the database as a program left it that had these files.
func ApplyFirst(ctx context.Context, db *sql.DB, dialectName string, files []migrate.File) error {
	earlier := &migrate.MemDir{}
	for _, f := range files {
		if err := earlier.WriteFile(f.Name(), f.Bytes()); err != nil {
			return err
		}
	}
	sums, err := earlier.Checksum()
	if err != nil {
		return err
	}
	if err := migrate.WriteSumFile(earlier, sums); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	revisions := &revisions{tx: tx, dialect: dialectName}
	if err := revisions.init(ctx); err != nil {
		return err
	}
	if _, err := execute(ctx, tx, dialectName, earlier, revisions); err != nil {
		return err
	}
	return tx.Commit()
}
