package store_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/store/storetest"
)

// appendOnly are the tables of what was recorded.
var appendOnly = []string{"history_entries", "history_bodies", "movements", "proposal_versions", "decisions", "definitions", "rule_sets", "frozen_rankings", "ballots"}

// TestWhatWasRecordedStays tries to change it by SQL, before and after the
// objects are applied again.
func TestWhatWasRecordedStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		fullWorld(t, storetest.Open(t, address))
		engine, _, _ := strings.Cut(address, ":")
		db := raw(t, address)
		for _, when := range []string{"at first", "after the objects were applied again"} {
			for _, table := range appendOnly {
				for _, statement := range rewritings(engine, table) {
					before := contents(t, db, table)
					if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
						t.Errorf("%s, %s: got %v, want it refused as append-only", when, statement, err)
					}
					if got := contents(t, db, table); !slices.Equal(got, before) {
						t.Fatalf("%s, %s: got %d other rows, want the %d as they were", when, statement, len(got), len(before))
					}
				}
			}
			reapply(t, db, engine)
		}
	})
}

// TestOfADecisionTheVotesAloneChange, and only by whoever may write at all.
func TestOfADecisionTheVotesAloneChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		fullWorld(t, storetest.Open(t, address))
		db := raw(t, address)
		for _, c := range []string{"id", "lag_id", "meeting_id", "subject_id", "event", "outcome", "reasons", "adopted_on", "synthetic", "subject_version", "item_id", "departs"} {
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf(`UPDATE decisions SET %[1]s = %[1]s`, c)); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: got %v, want it refused as append-only", c, err)
			}
		}
		for _, c := range []string{"votes_for", "votes_against", "votes_abstained"} {
			must(t, db, fmt.Sprintf(`UPDATE decisions SET %[1]s = %[1]s`, c))
		}
		if got := columnsOf("Decision"); got != 15 {
			t.Errorf("a decision has %d columns, and this test knows 15: say of the new one whether it may change", got)
		}
	})
}

// columnsOf is how many columns the type's table has.
func columnsOf(typeName string) int { return len(ent.Columns[typeName].Columns) }

// rewritings are the ways in which SQL changes rows that are there.
func rewritings(engine, table string) []string {
	out := []string{
		fmt.Sprintf(`UPDATE %s SET id = id || 'x'`, table),
		fmt.Sprintf(`UPDATE %s SET id = id`, table),
		fmt.Sprintf(`DELETE FROM %s`, table),
		fmt.Sprintf(`DELETE FROM %[1]s WHERE id = (SELECT MAX(id) FROM %[1]s)`, table),
	}
	if engine == "sqlite" {
		// Replacing a row deletes the old one, and fires no trigger of deletion.
		return append(out, fmt.Sprintf(`REPLACE INTO %[1]s SELECT * FROM %[1]s`, table),
			fmt.Sprintf(`INSERT INTO %[1]s SELECT * FROM %[1]s WHERE true ON CONFLICT DO UPDATE SET id = id || 'x'`, table))
	}
	return append(out, fmt.Sprintf(`TRUNCATE %s CASCADE`, table),
		fmt.Sprintf(`INSERT INTO %[1]s SELECT * FROM %[1]s ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id`, table))
}

func contents(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	return column(t, db, fmt.Sprintf(`SELECT id FROM %s ORDER BY id`, table))
}

func reapply(t *testing.T, db *sql.DB, engine string) {
	t.Helper()
	name := dialect.SQLite
	if engine == "postgres" {
		name = dialect.Postgres
	}
	objects, err := migrations.Objects(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		must(t, db, o)
	}
}

// TestRowsNeverMoveToAnotherGroup takes the tables from the catalogue.
func TestRowsNeverMoveToAnotherGroup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		fullWorld(t, storetest.Open(t, address))
		engine, _, _ := strings.Cut(address, ":")
		db := raw(t, address)
		a := attacker{DB: db, engine: engine}
		tenants := 0
		for range 2 {
			for table, columns := range a.catalogue(t) {
				i := slices.IndexFunc(columns, func(c tableColumn) bool { return c.name == "lag_id" && !c.null })
				if i < 0 {
					continue
				}
				tenants++
				statement := fmt.Sprintf(`UPDATE %s SET lag_id = lag_id || 'x'`, table)
				_, err := db.ExecContext(t.Context(), statement)
				if err == nil || !strings.Contains(err.Error(), "immutable") && !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s: got %v, want it refused as immutable", statement, err)
				}
			}
			reapply(t, db, engine)
		}
		if tenants == 0 {
			t.Error("the catalogue has no tenant table, want many")
		}
	})
}
