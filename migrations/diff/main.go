// Command diff writes the next schema file of both engines: what the ent
// schema has and the folder, replayed on a real engine, has not. PostgreSQL
// needs an empty database to replay on, named by ATRANKA_TEST_POSTGRES.
//
//	scripts/postgres go run ./migrations/diff add_board_terms
package main

import (
	"context"
	"database/sql"
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
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: scripts/postgres go run ./migrations/diff NAME")
		os.Exit(2)
	}
	for _, target := range []struct{ dialect, driver, dsn, folder string }{
		{dialect.SQLite, "sqlite", "file:diff?mode=memory&cache=shared&_pragma=foreign_keys(1)", "migrations/sqlite/schema"},
		{dialect.Postgres, "postgres", os.Getenv("ATRANKA_TEST_POSTGRES"), "migrations/postgres/schema"},
	} {
		if err := diff(target.dialect, target.driver, target.dsn, target.folder, os.Args[1]); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", target.dialect, err)
			os.Exit(1)
		}
	}
}

func diff(dialectName, driver, dsn, folder, name string) error {
	ctx := context.Background()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return err
	}
	m, err := schema.NewMigrate(entsql.OpenDB(dialectName, db), schema.WithDir(dir),
		schema.WithMigrationMode(schema.ModeReplay), schema.WithDialect(dialectName),
		schema.WithFormatter(migrate.DefaultFormatter), schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	return m.NamedDiff(ctx, name, desired.Tables(dialectName)...)
}
