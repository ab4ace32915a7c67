//go:build linux

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/atranka/atranka/workflow/definitions"
)

// What the refusal of a hostile definition may take.
const (
	bombWithin = time.Second
	bombMemory = 128 << 20 // bytes at the peak, of the whole process
)

// bombs are definitions made to stop whoever reads them, with what each refusal
// says.
func bombs(t *testing.T) map[string]struct{ text, want string } {
	t.Helper()
	call, err := fs.ReadFile(definitions.Files(), "call.yaml")
	if err != nil {
		t.Fatal(err)
	}
	aliases := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		aliases += fmt.Sprintf("%c: &%c [%s*%c]\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 8), c-1)
	}
	conditioned := func(n int, when string) string {
		var b strings.Builder
		b.WriteString("conditions:\n")
		for i := range n {
			fmt.Fprintf(&b, "  c%d: {when: '%s', label: {lt: A, en: B}, message: {lt: A, en: B}}\n", i, when)
		}
		return strings.Replace(string(call), "states:\n", b.String()+"states:\n", 1)
	}
	const dear = `call.eligibleForms.all(a, call.eligibleForms.all(b, call.eligibleForms.all(c, a + b != c)))`
	return map[string]struct{ text, want string }{
		"over 256 KiB":         {string(call) + "# " + strings.Repeat("x", 256<<10), "larger than 262144 bytes"},
		"deep":                 {"kind: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "tokens"},
		"deep within the size": {strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), "deep"},
		"aliases":              {aliases, "alias"},
		"many entries":         {"states:\n" + strings.Repeat("  s: {}\n", 30_000), "tokens"},
		"one costly condition": {conditioned(1, dear), "it may cost"},
		"many conditions":      {conditioned(500, dear), "it may cost"},
		"many sound ones":      {conditioned(500, "call.proposals > 0 && call.proposals < 1000"), "no transition asks"},
		"a deep condition":     {conditioned(1, strings.Repeat("(", 900)+"true"+strings.Repeat(")", 900)), "recursion"},
	}
}

// TestDefinitionBombsAreRefusedInTimeAndSpace by the compiled program, whose
// memory the system counts.
func TestDefinitionBombsAreRefusedInTimeAndSpace(t *testing.T) {
	binary := compiled(t)
	sparse := filepath.Join(t.TempDir(), "sparse.yaml")
	if err := errors.Join(os.WriteFile(sparse, []byte("kind: call\n"), 0o600), os.Truncate(sparse, 1<<30)); err != nil {
		t.Fatal(err)
	}
	refused(t, binary, "a gigabyte", sparse, "larger than 262144 bytes")
	for name, bomb := range bombs(t) {
		file := filepath.Join(t.TempDir(), "bomb.yaml")
		if err := os.WriteFile(file, []byte(bomb.text), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, binary, name, file, bomb.want)
	}
}

func refused(t *testing.T, binary, name, file, want string) {
	t.Helper()
	best := time.Duration(-1)
	for range 3 { // the machine may be busy with something else
		lint := exec.CommandContext(t.Context(), binary, "workflow", "lint", file)
		from := time.Now()
		out, err := lint.CombinedOutput()
		took := time.Since(from)
		if code := lint.ProcessState.ExitCode(); code != exitFound || !strings.Contains(string(out), want) {
			t.Fatalf("%s: got exit %d, %v and %.300s, want %d and %q", name, code, err, out, exitFound, want)
		}
		usage, ok := lint.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatal("the system does not count what a process used")
		}
		peak := usage.Maxrss << 10
		t.Logf("%s: refused after %d ms with %d MiB at the peak", name, took.Milliseconds(), peak>>20)
		if peak > bombMemory {
			t.Errorf("%s: got %d MiB at the peak, want at most %d", name, peak>>20, bombMemory>>20)
		}
		if best < 0 || took < best {
			best = took
		}
		if best <= bombWithin {
			return
		}
	}
	t.Errorf("%s: refused after %v, want at most %v", name, best, bombWithin)
}
