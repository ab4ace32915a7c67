package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// What a start may take on two cores, from the start of the process to its
// first right answer.
const (
	demoWithin  = 8 * time.Second
	serveWithin = 300 * time.Millisecond
)

// compiled builds the program as its users do.
func compiled(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "atranka")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// launch starts the compiled program and waits for the line that says ready.
func launch(t *testing.T, binary, ready string, args ...string) up {
	t.Helper()
	u, _ := launchDoomed(t, binary, ready, args...)
	return u
}

// launchDoomed is launch of a program that kill ends at once, wherever it stands.
func launchDoomed(t *testing.T, binary, ready string, args ...string) (u up, kill func()) {
	t.Helper()
	read, write := io.Pipe()
	process := exec.CommandContext(t.Context(), binary, append(args, "--listen", "127.0.0.1:0")...)
	process.Env = []string{}
	process.Stdout, process.Stderr = write, write
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = process.Wait()
		_ = write.Close()
	}()
	end := func(by os.Signal) int {
		_ = process.Process.Signal(by)
		<-ended
		return process.ProcessState.ExitCode()
	}
	return await(t, read, ready, args, func() int { return end(os.Interrupt) }), func() { end(os.Kill) }
}

// fastest starts the program until one start keeps the limit, at most so many
// times: a machine that is busy with something else does not fail it, a program
// that became slow does.
func fastest(t *testing.T, starts int, limit time.Duration, start func(t *testing.T) time.Duration) {
	t.Helper()
	best := time.Duration(-1)
	for range starts {
		took := start(t)
		t.Logf("answers after %d ms, limit %d ms", took.Milliseconds(), limit.Milliseconds())
		if best < 0 || took < best {
			best = took
		}
		if best <= limit {
			return
		}
	}
	t.Errorf("the fastest of %d starts answers after %d ms, want at most %d", starts, best.Milliseconds(), limit.Milliseconds())
}

func TestStartIsQuick(t *testing.T) {
	binary := compiled(t)
	t.Run("demo is loaded and answers", func(t *testing.T) {
		fastest(t, 3, demoWithin, func(t *testing.T) time.Duration {
			file := filepath.Join(t.TempDir(), "demo.db")
			from := time.Now()
			demo := launch(t, binary, demoReady, "demo", "--db", "sqlite:"+file)
			testQueries(t, demo)
			took := time.Since(from)
			if code := demo.stop(); code != exitDone {
				t.Errorf("demo: got exit %d when told to stop, want %d", code, exitDone)
			}
			return took
		})
	})
	t.Run("an empty server is ready", func(t *testing.T) {
		fastest(t, 5, serveWithin, func(t *testing.T) time.Duration {
			file := filepath.Join(t.TempDir(), "empty.db")
			from := time.Now()
			served := launch(t, binary, serveReady, "serve", "--db", "sqlite:"+file)
			ready := get(t, served.address+"/readyz")
			took := time.Since(from)
			if ready != http.StatusOK {
				t.Errorf("GET /readyz: got %d, want %d", ready, http.StatusOK)
			}
			if code := served.stop(); code != exitDone {
				t.Errorf("serve: got exit %d when told to stop, want %d", code, exitDone)
			}
			return took
		})
	})
}
