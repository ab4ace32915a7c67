package migrations

import (
	"context"
	"database/sql"
	"slices"

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
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	revisions := &revisions{tx: tx, dialect: dialectName}
	if err := revisions.init(ctx); err != nil {
		return err
	}
	dir, err := Dir(dialectName)
	if err != nil {
		return err
	}
	known, err := dir.Files()
	if err != nil {
		return err
	}
	last := files[len(files)-1].Name()
	known = slices.DeleteFunc(known, func(f migrate.File) bool { return f.Name() > last })
	before := known
	if i := slices.IndexFunc(known, isCheckpoint); i >= 0 {
		before = known[:i]
	}
	// An empty database would start from the whole, which the files after it are summed with.
	for _, files := range [][]migrate.File{before, known} {
		earlier := &migrate.MemDir{}
		for _, f := range files {
			if err := earlier.WriteFile(f.Name(), f.Bytes()); err != nil {
				return err
			}
		}
		sums, err := earlier.Checksum()
		if err == nil {
			err = migrate.WriteSumFile(earlier, sums)
		}
		if err == nil {
			_, err = execute(ctx, tx, dialectName, earlier, revisions)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}
