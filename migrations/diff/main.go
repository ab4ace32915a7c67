// Command diff writes the next schema file of both engines: what the ent
// schema has and the folder, replayed on a real engine, has not. PostgreSQL
// needs an empty database to replay on, named by ATRANKA_TEST_POSTGRES.
//
//	scripts/postgres go run ./migrations/diff add_board_terms
//
// With -checkpoint it writes instead the whole present schema as one file, which an
// empty database starts from; one that was migrated before passes over it. Write one
// when an empty database takes long for what others had to go through.
//
//	scripts/postgres go run ./migrations/diff -checkpoint all_in_one
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/atranka/atranka/migrations/desired"
)

func main() {
	whole := flag.Bool("checkpoint", false, "write the whole schema as one file")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: scripts/postgres go run ./migrations/diff [-checkpoint] NAME")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	write := diff
	if *whole {
		write = checkpoint
	}
	for _, target := range []struct{ dialect, driver, dsn, folder string }{
		{dialect.SQLite, "sqlite", "file:diff?mode=memory&cache=shared&_pragma=foreign_keys(1)", "migrations/sqlite/schema"},
		{dialect.Postgres, "postgres", os.Getenv("ATRANKA_TEST_POSTGRES"), "migrations/postgres/schema"},
	} {
		if err := write(target.dialect, target.driver, target.dsn, target.folder, flag.Arg(0)); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", target.dialect, err)
			os.Exit(1)
		}
	}
}

func diff(dialectName, driver, dsn, folder, name string) error {
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return err
	}
	return plan(dialectName, driver, dsn, dir, name)
}

// plan writes to dir what the ent schema has and dir, replayed, has not.
func plan(dialectName, driver, dsn string, dir migrate.Dir, name string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	m, err := schema.NewMigrate(entsql.OpenDB(dialectName, db), schema.WithDir(dir),
		schema.WithMigrationMode(schema.ModeReplay), schema.WithDialect(dialectName),
		schema.WithFormatter(migrate.DefaultFormatter), schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	return m.NamedDiff(context.Background(), name, desired.Tables(dialectName)...)
}

// checkpoint writes the whole schema as a file that empty databases start from.
func checkpoint(dialectName, driver, dsn, folder, name string) error {
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return err
	}
	whole := &migrate.MemDir{}
	if err := plan(dialectName, driver, dsn, whole, name); err != nil {
		return err
	}
	files, err := whole.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := dir.WriteCheckpoint(f.Name(), "", f.Bytes()); err != nil {
			return err
		}
	}
	sums, err := dir.Checksum()
	if err != nil {
		return err
	}
	return migrate.WriteSumFile(dir, sums)
}
