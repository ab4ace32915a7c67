package migrations_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/migrations/desired"
	"github.com/atranka/atranka/store/storetest"
)

// each runs f on an empty database of each engine.
func each(t *testing.T, f func(t *testing.T, db *sql.DB, dialectName string)) {
	storetest.Each(t, func(t *testing.T, address string) {
		db, name := opened(t, address)
		f(t, db, name)
	})
}

// opened is the database at the address, and its dialect.
func opened(t *testing.T, address string) (*sql.DB, string) {
	t.Helper()
	engine, dsn, _ := strings.Cut(address, ":")
	name := dialect.Postgres
	if engine == "sqlite" {
		name, dsn = dialect.SQLite, "file:"+dsn+"?_pragma=foreign_keys(1)"
	}
	db, err := sql.Open(engine, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, name
}

func apply(t *testing.T, db *sql.DB, dialectName string) migrations.Applied {
	t.Helper()
	done, err := migrations.Apply(t.Context(), db, dialectName)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// catalogue is every table, index, constraint, trigger and policy as the engine says it.
func catalogue(t *testing.T, db *sql.DB, dialectName string) []string {
	t.Helper()
	query := `SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1`
	if dialectName == dialect.Postgres {
		query = `SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns WHERE table_schema = current_schema()
			UNION SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()
			UNION SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
			UNION SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			UNION SELECT 'row security ' || relname FROM pg_class WHERE relrowsecurity
			UNION SELECT concat_ws(' ', 'policy', tablename, policyname, permissive, roles, cmd, qual, 'check', with_check) FROM pg_policies
			ORDER BY 1`
	}
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestApplyingTwiceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		if first := apply(t, db, name); len(first.Files) == 0 {
			t.Error("got no files applied to an empty database, want all")
		}
		before := catalogue(t, db, name)
		if again := apply(t, db, name); len(again.Files) != 0 {
			t.Errorf("got %v applied again, want none", again.Files)
		}
		if got := catalogue(t, db, name); !slices.Equal(got, before) {
			t.Errorf("got another catalogue of %d objects, want the %d as they were", len(got), len(before))
		}
	})
}

func TestApplyingTheObjectsAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		apply(t, db, name)
		before := catalogue(t, db, name)
		objects, err := migrations.Objects(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects {
			if _, err := db.ExecContext(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		if got := catalogue(t, db, name); !slices.Equal(got, before) {
			t.Errorf("got another catalogue of %d objects, want the %d as they were", len(got), len(before))
		}
	})
}

// TestUpgradeBringsThePolicies: a database of before there were any, or one in
// which somebody loosened them, has them as an empty one gets them.
func TestUpgradeBringsThePolicies(t *testing.T) {
	_, dsn, _ := strings.Cut(storetest.Address(t, "postgres"), ":")
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	const name = dialect.Postgres
	apply(t, db, name)
	want := catalogue(t, db, name)
	policies := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return !strings.HasPrefix(s, "policy ") })
	if len(policies) < 60 {
		t.Fatalf("got the policies %v, want two for each of thirty tables", policies)
	}
	for what, undo := range map[string]string{
		"before there were any": `EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
				EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', p.tablename)`,
		"loosened": `EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
				EXECUTE format('CREATE POLICY %I ON %I USING (true)', p.policyname, p.tablename)`,
	} {
		_, err := db.ExecContext(t.Context(), `DO $$ DECLARE p record; BEGIN
				FOR p IN SELECT tablename, policyname FROM pg_policies LOOP `+undo+`; END LOOP; END $$`)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(catalogue(t, db, name), want) {
			t.Fatalf("%s: the catalogue is as it was, want it to show policies", what)
		}
		apply(t, db, name)
		if got := catalogue(t, db, name); !slices.Equal(got, want) {
			t.Errorf("%s: got another catalogue of %d objects, want the %d of an empty database", what, len(got), len(want))
		}
	}
}

// TestFolderMakesTheSchemaOfEnt: nothing is outstanding between the files and
// the entities, so that nobody forgot to write a migration.
func TestFolderMakesTheSchemaOfEnt(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		carryOut(t, db, schemaFiles(t, name)) // alone: ent knows nothing of the objects
		if got := outstanding(t, db, name, desired.Tables(name)); got != "" {
			t.Errorf("got statements outstanding, want none; write a migration:\n%s", got)
		}
		// The comparison itself has to be able to see something.
		tables := desired.Tables(name)
		tables[0].Columns = append(tables[0].Columns, &schema.Column{Name: "one_more", Type: tables[0].Columns[0].Type, Nullable: true})
		if got := outstanding(t, db, name, tables); !strings.Contains(got, "one_more") {
			t.Errorf("got %q for a column more, want the statement that adds it", got)
		}
	})
}

// TestTheWholeMakesTheSchemaOfEnt: what an empty database starts from is what the
// others came to.
func TestTheWholeMakesTheSchemaOfEnt(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		dir, err := migrations.Dir(name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := migrate.FilesFromLastCheckpoint(dir)
		if err != nil {
			t.Fatal(err)
		}
		if all := schemaFiles(t, name); len(whole) >= len(all) {
			t.Fatalf("got %d files for an empty database of %d, want fewer", len(whole), len(all))
		}
		carryOut(t, db, whole)
		if got := outstanding(t, db, name, desired.Tables(name)); got != "" {
			t.Errorf("got statements outstanding after the whole, want none; write a new one:\n%s", got)
		}
	})
}

// TestAnEmptyDatabaseStartsFromTheWhole: it needs none of the files before it.
func TestAnEmptyDatabaseStartsFromTheWhole(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		all := schemaFiles(t, name)
		before, fresh, err := migrations.Outstanding(t.Context(), db, name)
		if err != nil || !fresh || len(before) >= len(all) {
			t.Errorf("empty: got %v, fresh %v, %v outstanding, want a checkpoint and what follows", before, fresh, err)
		}
		if done := apply(t, db, name); !slices.Equal(done.Files, before) {
			t.Errorf("empty: got %v applied, want the outstanding %v", done.Files, before)
		}
		if after, fresh, err := migrations.Outstanding(t.Context(), db, name); err != nil || fresh || len(after) > 0 {
			t.Errorf("applied: got %v, fresh %v, %v outstanding, want nothing", after, fresh, err)
		}
	})
}

// TestAnUpgradePassesTheWholeOver: a database that went through the files needs
// the ones it lacks and no more.
func TestAnUpgradePassesTheWholeOver(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		all := schemaFiles(t, name)
		if err := migrations.ApplyFirst(t.Context(), db, name, all[:len(all)-1]); err != nil {
			t.Fatal(err)
		}
		last := []string{all[len(all)-1].Name()}
		if got, fresh, err := migrations.Outstanding(t.Context(), db, name); err != nil || fresh || !slices.Equal(got, last) {
			t.Errorf("one behind: got %v, fresh %v, %v outstanding, want %v alone", got, fresh, err, last)
		}
		if done := apply(t, db, name); !slices.Equal(done.Files, last) {
			t.Errorf("one behind: got %v applied, want %v alone", done.Files, last)
		}
		if got, _, err := migrations.Outstanding(t.Context(), db, name); err != nil || len(got) > 0 {
			t.Errorf("upgraded: got %v, %v outstanding, want nothing: the whole is for empty ones", got, err)
		}
	})
}

// TestLinesOfASourceBecomeAList: a row of the first schema reads as one of the
// present.
func TestLinesOfASourceBecomeAList(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		files := schemaFiles(t, name)
		carryOut(t, db, files[:1])
		for id, lines := range map[string]string{"'lag_1'": `'{"foundedOn":3,"name":1}'`, "'lag_2'": "NULL", "'lag_3'": "'{}'"} {
			_, err := db.ExecContext(t.Context(), `INSERT INTO lags (id, name, short_name, source_lines) VALUES (`+id+`, '', '', `+lines+`)`)
			if err != nil {
				t.Fatal(err)
			}
		}
		carryOut(t, db, files[1:])
		for id, want := range map[string]string{"'lag_1'": `[{"field":"foundedOn","line":3},{"field":"name","line":1}]`, "'lag_2'": "none", "'lag_3'": "[]"} {
			var got string
			err := db.QueryRowContext(t.Context(), `SELECT COALESCE(source_lines, 'none') FROM lags WHERE id = `+id).Scan(&got)
			if err != nil || got != want {
				t.Errorf("%s: got %q, %v, want %q", id, got, err, want)
			}
		}
	})
}

// schemaFiles are those that a database of before the last checkpoint went through.
func schemaFiles(t *testing.T, name string) []migrate.File {
	t.Helper()
	dir, err := migrations.Dir(name)
	if err != nil {
		t.Fatal(err)
	}
	files, err := dir.Files()
	if err != nil {
		t.Fatal(err)
	}
	return migrate.SkipCheckpointFiles(files)
}

func carryOut(t *testing.T, db *sql.DB, files []migrate.File) {
	t.Helper()
	for _, f := range files {
		statements, err := f.Stmts()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			if _, err := db.ExecContext(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
}

// outstanding is what ent would have to do to the database.
func outstanding(t *testing.T, db *sql.DB, name string, tables []*schema.Table) string {
	t.Helper()
	var out bytes.Buffer
	driver := &schema.WriteDriver{Driver: entsql.OpenDB(name, db), Writer: &out}
	m, err := schema.NewMigrate(driver, schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Create(context.Background(), tables...); err != nil {
		t.Fatal(err)
	}
	// SQLite is told to mind foreign keys, and a transaction is opened, around nothing.
	kept := slices.DeleteFunc(strings.Split(out.String(), "\n"), func(line string) bool {
		return line == "" || regexp.MustCompile(`^(BEGIN|COMMIT|PRAGMA foreign_keys)`).MatchString(line)
	})
	return strings.Join(kept, "\n")
}

func TestFolderIsBoundByItsSums(t *testing.T) {
	for _, name := range []string{dialect.SQLite, dialect.Postgres} {
		dir, err := migrations.Dir(name)
		if err != nil {
			t.Fatal(err)
		}
		files, err := dir.Files()
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %d files and %v, want some", name, len(files), err)
		}
		first := files[0]
		for what, content := range map[string]string{
			"a space more": string(first.Bytes()) + " ", "another table": strings.Replace(string(first.Bytes()), "actions", "actionz", 1),
		} {
			if err := dir.WriteFile(first.Name(), []byte(content)); err != nil {
				t.Fatal(err)
			}
			if err := migrate.Validate(dir); err == nil {
				t.Errorf("%s with %s: got no complaint, want its sum to refuse it", name, what)
			}
		}
		if err := dir.WriteFile(first.Name(), first.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := migrate.Validate(dir); err != nil {
			t.Errorf("%s as it was: got %v, want it to hold", name, err)
		}
	}
}

// TestForeignRevisionsAreRefused: a newer program was here, or a file that was
// applied is not the one of this program.
func TestForeignRevisionsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		apply(t, db, name)
		for _, tt := range []struct {
			what, change string
			want         error
		}{
			{"a revision of a newer program", `INSERT INTO schema_revisions SELECT '29991231000000', description, type, applied, total, executed_at,
				execution_time, error, error_stmt, hash, partial_hashes, operator_version FROM schema_revisions ORDER BY version LIMIT 1`, migrations.ErrNewer},
			{"a file applied with other bytes", `UPDATE schema_revisions SET hash = 'another'`, migrations.ErrChanged},
		} {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), tt.change); err != nil {
				t.Fatal(err)
			}
			if err := migrations.ApplyTx(t.Context(), tx, name); !errors.Is(err, tt.want) {
				t.Errorf("%s: got %v, want %v", tt.what, err, tt.want)
			}
			_ = tx.Rollback()
		}
	})
}

// TestOnlyEnvelopesAreConstrained: on SQLite the store knows an overdrawn
// envelope by the code of a CHECK alone, so there must be no other.
func TestOnlyEnvelopesAreConstrained(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "checks.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	apply(t, db, dialect.SQLite)
	checks := 0
	for _, object := range catalogue(t, db, dialect.SQLite) {
		if strings.Contains(object, " river_") {
			continue // the queue's own, which no command of the engine writes
		}
		n := len(regexp.MustCompile(`(?i)\bCHECK\s*\(`).FindAllString(object, -1))
		checks += n
		if n > 0 && !strings.Contains(object, "envelope_never_promised_twice") {
			t.Errorf("got a CHECK in %.80s, want it in the envelopes alone", object)
		}
	}
	if checks != 1 {
		t.Errorf("got %d CHECK constraints, want 1", checks)
	}
}
