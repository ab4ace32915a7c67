//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestDefinitionBombsAreRefusedInTimeAndSpace by the compiled program, whose
// memory the system counts.
func TestDefinitionBombsAreRefusedInTimeAndSpace(t *testing.T) {
	binary := compiled(t)
	sparse := filepath.Join(t.TempDir(), "sparse.yaml")
	if err := errors.Join(os.WriteFile(sparse, []byte("kind: call\n"), 0o600), os.Truncate(sparse, 1<<30)); err != nil {
		t.Fatal(err)
	}
	refused(t, binary, "a gigabyte", sparse, "larger than 262144 bytes")
	for name, bomb := range workflowtest.Bombs(t) {
		file := filepath.Join(t.TempDir(), "bomb.yaml")
		if err := os.WriteFile(file, []byte(bomb.Text), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, binary, name, file, bomb.Says)
	}
}

func refused(t *testing.T, binary, name, file, want string) {
	t.Helper()
	best, within := time.Duration(-1), max(workflowtest.BombWithin, 40*workflowtest.Sorting())
	for range 3 { // the machine may be busy with something else
		lint := exec.CommandContext(t.Context(), binary, "workflow", "lint", file)
		// The system counts the peak of whoever started a process as its own, so this one
		// stays small: it keeps the beginning of what is printed.
		printed, err := os.Create(filepath.Join(t.TempDir(), "printed"))
		if err != nil {
			t.Fatal(err)
		}
		lint.Stdout, lint.Stderr = printed, printed
		from := time.Now()
		err = lint.Run()
		took := time.Since(from)
		out := make([]byte, 4<<10)
		n, _ := printed.ReadAt(out, 0)
		out = out[:n]
		if closed := printed.Close(); closed != nil {
			t.Fatal(closed)
		}
		if code := lint.ProcessState.ExitCode(); code != exitFound || !strings.Contains(string(out), want) {
			t.Fatalf("%s: got exit %d, %v and %.300s, want %d and %q", name, code, err, out, exitFound, want)
		}
		usage, ok := lint.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatal("the system does not count what a process used")
		}
		peak := usage.Maxrss << 10
		t.Logf("%s: refused after %d ms with %d MiB at the peak", name, took.Milliseconds(), peak>>20)
		if peak > workflowtest.BombMemory {
			t.Errorf("%s: got %d MiB at the peak, want at most %d", name, peak>>20, workflowtest.BombMemory>>20)
		}
		if best < 0 || took < best {
			best = took
		}
		if best <= within {
			return
		}
	}
	t.Errorf("%s: refused after %v, want at most %v", name, best, within)
}
