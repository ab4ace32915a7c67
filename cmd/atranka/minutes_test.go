package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestMinutesAreWrittenWithoutAServer, by their id or the meeting's, the same each time.
func TestMinutesAreWrittenWithoutAServer(t *testing.T) {
	dir := t.TempDir()
	db := "sqlite:" + filepath.Join(dir, "office.db")
	s := storetest.Open(t, db)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	_, p := w.OnAgenda()
	meeting := w.Sit(p, "decideFund")
	unsigned := w.OnPaper()
	id := w.Beside("minutes", meeting, "", nil)
	w.Fire(id, "sign", map[string]string{"number": "P-7"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "minutes.pdf")
	expect(t, exitDone, "minutes", string(id), "--db", db, "--lang", "lt", "--out", out)
	file, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(file), "%PDF-") {
		t.Fatalf("got %.20q, %v, want a PDF", file, err)
	}
	if r := expect(t, exitDone, "minutes", string(meeting), "--db", db); r.out != string(file) {
		t.Errorf("by the meeting: got %d other bytes, want the same %d", len(r.out), len(file))
	}
	if r := expect(t, exitDone, "minutes", string(id), "--db", db, "--form", "published"); r.out == string(file) || !strings.HasPrefix(r.out, "%PDF-") {
		t.Error("published: got the same file, want one without names")
	}
	for name, tt := range map[string]struct{ id, flag, value, want string }{
		"minutes that are not signed":  {string(unsigned), "--lang", "lt", "no signed minutes"},
		"an id of something else":      {string(p), "--lang", "lt", "mnt_"},
		"a language that there is not": {string(id), "--lang", "de", "allowed is lt or en"},
		"a form that there is not":     {string(id), "--form", "draft", "allowed is full or published"},
	} {
		if r := expect(t, exitRefused, "minutes", tt.id, "--db", db, tt.flag, tt.value); !strings.Contains(r.err, tt.want) {
			t.Errorf("%s: got %q, want %q in it", name, r.err, tt.want)
		}
	}
}
