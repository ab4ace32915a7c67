//go:build linux

package graph_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// bombarded is set for the process that the bombs go off in.
const bombarded = "ATRANKA_TEST_BOMBARDED"

// TestDefinitionBombsAreNotPublished: each is refused in time for what it is, and
// what the bounds let through is proved in time. All of it happens in one other
// process, whose memory is its own.
func TestDefinitionBombsAreNotPublished(t *testing.T) {
	if os.Getenv(bombarded) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		child.Env = append(os.Environ(), bombarded+"=1")
		out, err := child.CombinedOutput()
		if t.Logf("%s", out); err != nil {
			t.Fatal(err)
		}
		return
	}
	a := newAPI(t, storetest.Address(t, "sqlite"))
	t.Logf("%d MiB at the peak before the first", peak(t)>>20)
	for name, bomb := range workflowtest.Bombs(t) {
		r := a.publishing(name, bomb.Text)
		if r.at("userErrors", 0, "code") != "DEFINITION_REFUSED" || !strings.Contains(r.body, bomb.Says) {
			t.Errorf("%s: got %.300s, want DEFINITION_REFUSED and %q", name, r.body, bomb.Says)
		}
		for i, fact := range []string{"problem", "line", "column"} {
			if r.at("userErrors", 0, "facts", i, "name") != fact {
				t.Errorf("%s: got the facts %v, want the %s", name, r.at("userErrors", 0, "facts"), fact)
			}
		}
	}
	for name, text := range workflowtest.Laborious(t) {
		r := a.publishing(name, text)
		if proved := r.at("report", "walks") == 10_000.0; !proved && !strings.Contains(r.body, "ways round") {
			t.Errorf("%s: got %.300s, want it proved, or refused for its ways round", name, r.body)
		}
	}
	if got := peak(t); got > workflowtest.BombMemory {
		t.Errorf("got %d MiB at the peak, want at most %d", got>>20, workflowtest.BombMemory>>20)
	}
}

// publishing is the reply to a dry run of publishing the text, for which the API
// has as long as for a bomb.
func (a *api) publishing(name, text string) (r reply) {
	a.t.Helper()
	best, within := time.Duration(-1), max(workflowtest.BombWithin, 40*workflowtest.Sorting())
	for range 3 { // the machine may be busy with something else
		debug.FreeOSMemory() // the garbage of the one before is none of this one's
		in := map[string]any{"lagId": a.LAG, "text": text, "dryRun": true, "idempotencyKey": a.key()}
		from := time.Now()
		r = a.do(a.People[workflow.Administrator], "publishDefinition", in)
		took := time.Since(from)
		a.t.Logf("%s: answered after %d ms with %d MiB at the peak", name, took.Milliseconds(), peak(a.t)>>20)
		if best < 0 || took < best {
			best = took
		}
		if best <= within {
			return r
		}
	}
	a.t.Errorf("%s: answered after %v, want at most %v", name, best, within)
	return r
}

// peak is how much memory the process has had at most. The system's account of a
// child begins with that of its parent, which may be any test.
func peak(t testing.TB) (bytesAtMost int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	if _, err := fmt.Sscan(string(after), &bytesAtMost); err != nil {
		t.Fatal(err)
	}
	return bytesAtMost << 10
}
