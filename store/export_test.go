package store_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// exported is any line of an export.
type exported struct {
	Format    string
	Simulated bool

	Dossier string
	N       int64
	Hash    string

	Header, Body json.RawMessage
	BodyBytes    string
	BodyHash     string

	Type   string
	ID     string
	Values map[string]any
}

func exportLines(t *testing.T, s *store.Store) (text string, lines []exported) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		var x exported
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("%v in line %s", err, line)
		}
		lines = append(lines, x)
	}
	return b.String(), lines
}

// walked is a store with one proposal that has come to the board.
func walked(t *testing.T, address string) (*store.Store, *workflowtest.World) {
	t.Helper()
	s := storetest.Open(t, address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	_, p := w.OnAgenda()
	w.Fire(p, "decideFund", nil)
	return s, w
}

// TestExportCarriesTheChain checks every entry's hash, and every head, from
// the file alone.
func TestExportCarriesTheChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, _ := walked(t, address)
		_, lines := exportLines(t, s)
		if lines[0].Format != store.ExportFormat || !lines[0].Simulated {
			t.Errorf("first line: got %+v, want format %s, simulated by its entries", lines[0], store.ExportFormat)
		}
		var head exported
		entries := 0
		previous := ""
		for _, x := range lines[1:] {
			switch {
			case x.Dossier != "":
				if head.Hash != previous {
					t.Errorf("dossier %s ends in %s, its head says %s", head.Dossier, previous, head.Hash)
				}
				head, previous = x, history.Genesis(ident.ID(x.Dossier)).String()
			case x.Header != nil:
				entries++
				var at struct{ PreviousHash, N string }
				if err := json.Unmarshal(x.Header, &at); err != nil {
					t.Fatal(err)
				}
				body := sha256.Sum256(x.Body)
				leaf := sha256.Sum256(append(append([]byte{0}, x.Header...), body[:]...))
				if x.BodyHash != hex.EncodeToString(body[:]) || x.Hash != hex.EncodeToString(leaf[:]) || at.PreviousHash != previous {
					t.Errorf("entry %s of %s does not follow from its bytes", at.N, head.Dossier)
				}
				previous = x.Hash
			}
		}
		if entries == 0 {
			t.Error("got no entries")
		}
	})
}

// TestExportLeavesPersonalTextOut looks for every personal and free text that
// the world has put in.
func TestExportLeavesPersonalTextOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, w := walked(t, address)
		text, lines := exportLines(t, s)
		for what, secret := range map[string]string{
			"a person's name": "Asmuo ", "a comment": "įvertinta", "a score's reason": "pagrįsta", "a decision's reasons": "nutarta",
			"an act's reason": "priežastis", "a statement's reason": "patikrinta",
		} {
			if strings.Contains(text, secret) {
				t.Errorf("the export holds %s: %q", what, secret)
			}
		}
		committed, persons := 0, 0
		for _, x := range lines {
			if x.Type != "Person" {
				continue
			}
			persons++
			if name, ok := x.Values["name"].(map[string]any); ok && name["commitment"] != "" {
				committed++
			}
		}
		if persons == 0 || committed != persons {
			t.Errorf("got %d commitments for the names of %d persons, want one each", committed, persons)
		}
		if !strings.Contains(text, string(w.LAG)) {
			t.Error("the export does not hold the group: the search proves nothing")
		}
	})
}

// TestAStoreIsSimulatedForEver by its mark, and by its entries where somebody
// struck the mark off.
func TestAStoreIsSimulatedForEver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		is := func(want bool, why string) {
			t.Helper()
			got, err := s.Simulated(t.Context())
			if _, lines := exportLines(t, s); err != nil || got != want || lines[0].Simulated != want {
				t.Errorf("%s: got %t, %v and %t in the export, want %t", why, got, err, lines[0].Simulated, want)
			}
		}
		c := clock.NewManual(workflowtest.Begin)
		real := &workflow.Engine{
			Machines: storetest.Machines(t), Store: s, Clock: c, IDs: ident.NewSource(c, workflowtest.Deterministic("ids")),
			Random: workflowtest.Deterministic("salts"),
		}
		register := func(eng *workflow.Engine, name string) {
			t.Helper()
			r, err := workflow.RegisterOrganisation{ID: eng.IDs.New(ident.Organisation), Name: name, LegalForm: "VSI"}.Record()
			if err == nil {
				_, err = eng.Do(t.Context(), workflow.SystemActor(), r)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		is(false, "an empty store")
		register(real, `"simulated":true`)
		is(false, "a store written by the wall's clock")
		if err := s.Mark(t.Context(), store.Simulated, "test"); err != nil {
			t.Fatal(err)
		}
		is(true, "a marked store")
	})
}

// TestEntriesUnderATestsClockAreSimulated, marked or not.
func TestEntriesUnderATestsClockAreSimulated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s, _ := walked(t, address)
		if mark, err := s.Marked(t.Context(), store.Simulated); mark != "" || err != nil {
			t.Fatalf("got mark %q, %v, want none", mark, err)
		}
		if got, err := s.Simulated(t.Context()); !got || err != nil {
			t.Errorf("entries written under a clock of the test's: got %t, %v, want simulated", got, err)
		}
	})
}

// TestExportKeepsBytesThatAreNoJSON exports a body that was written over, for
// whoever has to look into it.
func TestExportKeepsBytesThatAreNoJSON(t *testing.T) {
	address := storetest.Address(t, "sqlite")
	s, _ := walked(t, address)
	db, err := sql.Open("sqlite", strings.TrimPrefix(address, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	const unguard = "DROP TRIGGER append_only_history_bodies_update; "
	_, err = db.ExecContext(t.Context(), unguard+`UPDATE history_bodies SET body = '{ "spaced": 1 }' WHERE id = (SELECT min(id) FROM history_bodies)`)
	if err != nil {
		t.Fatal(err)
	}
	_, lines := exportLines(t, s)
	want := base64.StdEncoding.EncodeToString([]byte(`{ "spaced": 1 }`))
	for _, x := range lines {
		if x.BodyBytes == want && x.Body == nil {
			return
		}
	}
	t.Errorf("got no entry with bodyBytes %s", want)
}

func TestMarksAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		for _, want := range []string{"", "loading", "loaded"} {
			if want != "" {
				if err := s.Mark(t.Context(), store.DemoLoad, want); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := s.Marked(t.Context(), store.DemoLoad); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		}
		if empty, err := s.Empty(t.Context()); err != nil || !empty {
			t.Errorf("got empty %t, %v for a store with marks alone, want empty", empty, err)
		}
		workflowtest.NewWorld(t, s, storetest.Machines(t))
		if empty, err := s.Empty(t.Context()); err != nil || empty {
			t.Errorf("got empty %t, %v for a store with dossiers, want not empty", empty, err)
		}
	})
}

func TestOutstandingTellsAFreshDatabaseFromOneThatIsBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		a, err := store.ParseAddress(address)
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), a, storetest.Machines(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		files, fresh, err := s.Outstanding(t.Context())
		if err != nil || !fresh || len(files) == 0 {
			t.Errorf("before: got %v, fresh %t, %v, want files and fresh", files, fresh, err)
		}
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		files, fresh, err = s.Outstanding(t.Context())
		if err != nil || fresh || len(files) != 0 {
			t.Errorf("after: got %v, fresh %t, %v, want none and not fresh", files, fresh, err)
		}
	})
}

// holds says whether the file has the text in it; a file that is not there has
// not.
func holds(t *testing.T, name string, text []byte) bool {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Contains(b, text)
}
