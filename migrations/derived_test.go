package migrations_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/collation"
	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/store/storetest"
)

// TestRowsOfEveryEarlierSchemaGetTheirForms: a row from before the columns, at
// whichever version, is afterwards as one that is written today.
func TestRowsOfEveryEarlierSchemaGetTheirForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		engine, _, _ := strings.Cut(address, ":")
		for n := 1; n < len(schemaFiles(t, dialect.SQLite)); n++ {
			t.Run(fmt.Sprint(n, " files"), func(t *testing.T) {
				db, name := opened(t, storetest.Address(t, engine))
				all := schemaFiles(t, name)
				if err := migrations.ApplyFirst(t.Context(), db, name, all[:n]); err != nil {
					t.Fatal(err)
				}
				exec(t, db, `INSERT INTO lags (id, name, short_name) VALUES ('lag_1', 'Žemaitijos grupė', 'ŽG')`)
				exec(t, db, `INSERT INTO organisations (id, name, legal_form) VALUES ('org_1', '„Švyturio“ bendruomenė', 'VSI'), ('org_2', '', 'VSI')`)
				if done := apply(t, db, name); len(done.Files) != len(all)-n || n >= len(all) {
					t.Errorf("got %v applied, want the %d that lack", done.Files, len(all)-n)
				}
				holds(t, db, `SELECT name_key FROM lags`, collation.SortKey("Žemaitijos grupė"))
				holds(t, db, `SELECT name_key FROM organisations WHERE id = 'org_1'`, collation.SortKey("„Švyturio“ bendruomenė"))
				holds(t, db, `SELECT name_words FROM organisations WHERE id = 'org_1'`, " svytur bendruomen ")
				holds(t, db, `SELECT name_key FROM organisations WHERE id = 'org_2'`, "")
			})
		}
	})
}

// TestFormsAreMadeAnew where they are no longer what the program makes.
func TestFormsAreMadeAnew(t *testing.T) {
	each(t, func(t *testing.T, db *sql.DB, name string) {
		apply(t, db, name)
		for i, key := range []string{"NULL", "''", "'00'"} {
			exec(t, db, fmt.Sprintf(`INSERT INTO lags (id, name, short_name, name_key) VALUES ('lag_%d', 'Ąžuolas', '', %s)`, i, key))
		}
		for range 2 {
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := migrations.DeriveAll(t.Context(), tx, name); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			holds(t, db, `SELECT DISTINCT name_key FROM lags`, collation.SortKey("Ąžuolas"))
			holds(t, db, `SELECT count(*) FROM lags`, "3")
		}
	})
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func holds(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	var got sql.NullString
	if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || !got.Valid || got.String != want {
		t.Errorf("%s: got %v and %v, want %q", query, got, err, want)
	}
}
