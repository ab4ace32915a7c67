// Command atranka is the one program: it serves the API, loads the
// demonstration, migrates, verifies and exports a database, gives tokens out
// and checks and draws the definitions of the process. It owns wiring alone:
// flags, clocks, randomness and the order in which things start and stop. The
// wall clock and unguessable randomness enter here. It refuses to decide
// anything about a case; start reading at [Program].
package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/signal"
	"syscall"

	"github.com/atranka/atranka/clock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &Program{Clock: clock.System{}, Random: rand.Reader, Environ: os.Environ}
	code := p.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
