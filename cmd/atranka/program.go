package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
)

// Program is the command line with what it takes from outside.
type Program struct {
	Clock  clock.Clock
	Random io.Reader
	// Environ lists the environment as NAME=value.
	Environ func() []string
}

// The exit codes of every command.
const (
	exitDone    = 0
	exitFound   = 1 // verify found that the history does not hold, lint that a definition does not
	exitRefused = 2 // the command could not be carried out
)

// errFound ends a command that did its work and found something wrong.
var errFound = errors.New("found something wrong")

// Run carries one command line out and returns the exit code: 0 done, 1 what
// was checked does not hold, 2 it could not be done, with the reason on stderr.
// It ends when ctx does.
func (p *Program) Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := p.root(&terminal{out: stdout, err: stderr})
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return exitDone
	case errors.Is(err, errFound):
		return exitFound
	default:
		fmt.Fprintf(stderr, "atranka: %v\n", err)
		return exitRefused
	}
}

// terminal is where a command writes: answers to out, all else to err.
type terminal struct{ out, err io.Writer }

func (t *terminal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(t.err, nil)) }

func (p *Program) root(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "atranka",
		Short: "The open system of a local action group",
		Long: `Atranka runs a local action group's community-led local development
strategy: calls, proposals, evaluation, the board's selection, contracts, and a
history that can be checked entry by entry.

Every flag can also be given by the environment, as ATRANKA_ and its name in
capitals with _ for -, and in the YAML file that --config names. A flag wins
over the environment, the environment over the file, the file over the default.`,
		Example: `  atranka demo
  atranka serve --db sqlite:atranka.db --listen 127.0.0.1:8080
  ATRANKA_DB='postgres:host=/run/postgresql dbname=atranka sslmode=disable' atranka verify`,
		Args:              cobra.NoArgs,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(
		p.serve(t), p.demo(t), p.found(t), p.migrate(t), p.verify(t), p.export(t), p.token(t), p.workflow(t), rankings(t), p.minutes(t),
		p.key(t), p.seal(t),
	)
	return root
}
