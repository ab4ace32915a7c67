package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestServingRoleCannotRewriteHistory works a case through as the role that
// serves, and then tries as that role to change and remove what was recorded.
func TestServingRoleCannotRewriteHistory(t *testing.T) {
	address := storetest.Address(t, "postgres")
	storetest.Open(t, address)
	dsn := strings.TrimPrefix(address, "postgres:")
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	role := fmt.Sprintf("atranka_serve_%d", os.Getpid())
	if _, err := db.ExecContext(t.Context(), "CREATE ROLE "+role+" LOGIN PASSWORD 'serve'"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Exec("DROP OWNED BY " + role + "; DROP ROLE " + role)
		if err != nil {
			t.Error(err)
		}
	})
	if err := migrations.GrantServing(t.Context(), db, role); err != nil {
		t.Fatal(err)
	}

	serving := userOf(dsn, role, "serve")
	w := workflowtest.NewWorld(t, openUnmigrated(t, "postgres:"+serving), storetest.Machines(t))
	call := w.OpenCall(50_000_00)
	w.Fire(w.Proposal(call, 0, 10_000_00), "submit", nil)

	as, err := sql.Open("postgres", serving)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = as.Close() })
	const insufficientPrivilege = "42501"
	for _, statement := range []string{
		"UPDATE history_entries SET role = 'CHAIR'", "DELETE FROM history_entries", "TRUNCATE history_bodies",
		"UPDATE history_bodies SET body = '{}'", "DELETE FROM movements", "DELETE FROM proposals",
		"ALTER TABLE history_entries DISABLE TRIGGER ALL", "UPDATE schema_revisions SET hash = ''",
	} {
		var refused *pq.Error
		if _, err := as.ExecContext(t.Context(), statement); !errors.As(err, &refused) || refused.Code != insufficientPrivilege {
			t.Errorf("%s: got %v, want insufficient privilege", statement, err)
		}
	}
}

// userOf is the DSN for another user of the same server.
func userOf(dsn, user, password string) string {
	var parts []string
	for _, p := range strings.Fields(dsn) {
		if !strings.HasPrefix(p, "user=") && !strings.HasPrefix(p, "password=") {
			parts = append(parts, p)
		}
	}
	return strings.Join(append(parts, "user="+user, "password="+password), " ")
}

func openUnmigrated(t *testing.T, address string) *store.Store {
	t.Helper()
	a, err := store.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), a, storetest.Machines(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestReaderRefusesToWrite: there is one way to change anything.
func TestReaderRefusesToWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		err := s.Reader().Measure.Create().SetID("msr_01h455vb4pex5vsknk084sn02q").SetCode("x").SetSelectionMode("T").Exec(t.Context())
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("got %v, want %v", err, store.ErrReadOnly)
		}
		n, err := s.Reader().Measure.Query().Count(t.Context())
		if err != nil || n != 0 {
			t.Errorf("got %d rows, %v; want none", n, err)
		}
	})
}
