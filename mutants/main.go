// Command mutants asks whether a test notices when a guard is wrong. It changes
// the source of one guard after the other, never in the work tree, and runs the
// ordinary tests of its package: a mutant that no test fails on has survived.
//
// All mutants of a package are compiled into one test binary, each asleep until
// its number is named; one build serves hundreds of them, and one that does not
// compile stops the command instead of passing for killed. Each test runs once by
// itself before, which tells the mutants that it comes to and what it costs; a
// mutant is put only to those. Begin to read at suites.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

const usage = `Usage: go run ./mutants [--guards] [--list] [--only TEXT]

Turns each guard of the engine and each rule of the field round, and makes it
hold always and never; then negates every condition and shifts every comparison
inside them. Each time it runs the tests of the package. Prints what killed each
guard's mutants and what survived. Exit status: 0 if a test noticed every one,
1 if one survived, 2 if the question could not be asked.

  --guards  only the guards, not the conditions inside them
  --list    name the mutants and run nothing
  --only    those whose name has the text in it, such as a file or a function

A mutant that answers as the original does cannot be killed: equivalent.txt
lists those with the reason. One of them that is killed all the same, or that is
no longer there, counts as a survivor, so the list stays true.

Examples:
  go run ./mutants
  go run ./mutants --guards
  go run ./mutants --only workflow/publish.go
`

// The exit codes.
const (
	exitKilled   = 0
	exitSurvived = 1
	exitRefused  = 2
)

//go:embed equivalent.txt
var equivalents string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root, err := moduleRoot(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(exitRefused)
	}
	os.Exit(run(ctx, root, suites, equivalents, os.Args[1:], os.Stdout, os.Stderr))
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

func run(ctx context.Context, root string, all []suite, equivalents string, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {}
	onlyGuards := flags.Bool("guards", false, "")
	list := flags.Bool("list", false, "")
	only := flags.String("only", "", "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(out, usage)
		return exitKilled
	case err != nil || flags.NArg() > 0:
		fmt.Fprint(errs, usage)
		return exitRefused
	}
	r := &report{out: out, equivalent: map[string]bool{}}
	if !*onlyGuards {
		if err := r.excuse(equivalents); err != nil {
			fmt.Fprintln(errs, "mutants:", err)
			return exitRefused
		}
	}
	other := func(name string) bool { return !strings.Contains(name, *only) }
	maps.DeleteFunc(r.equivalent, func(name string, _ bool) bool { return other(name) })
	for _, s := range all {
		if err := judge(ctx, root, s, *onlyGuards, *list, other, r, errs); err != nil {
			fmt.Fprintf(errs, "mutants: %s: %v\n", s.folder, err)
			return exitRefused
		}
	}
	if *list {
		return exitKilled
	}
	return r.close()
}

// judge puts one package to the question.
func judge(ctx context.Context, root string, s suite, onlyGuards, list bool, other func(name string) bool, r *report, errs io.Writer) error {
	m, err := s.mutate(root, onlyGuards)
	if err != nil {
		return err
	}
	asked := slices.DeleteFunc(slices.Clone(m.mutants), func(x mutant) bool { return other(x.name) })
	if len(asked) == 0 {
		return nil
	}
	if list {
		for _, each := range asked {
			fmt.Fprintln(r.out, each.name)
		}
		return nil
	}
	fmt.Fprintf(errs, "%s: compiling %d mutants, asking of %d\n", s.folder, len(m.mutants), len(asked))
	scratch, err := os.MkdirTemp("", "atranka-mutants.")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	binary, err := m.compile(ctx, root, scratch)
	if err != nil {
		return err
	}
	if err := binary.explore(ctx, scratch); err != nil {
		return fmt.Errorf("with every mutant asleep, %w", err)
	}
	return binary.all(ctx, asked, r, progress(errs, s.folder))
}

// progress tells of every tenth part that is done, so that a log stays short.
func progress(w io.Writer, doing string) func(done, total int) {
	told := 0
	return func(done, total int) {
		if tenth := done * 10 / total; tenth > told {
			told = tenth
			fmt.Fprintf(w, "%s: %d %% (%d of %d mutants)\n", doing, done*100/total, done, total)
		}
	}
}
