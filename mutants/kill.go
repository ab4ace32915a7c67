package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// binary is a package's compiled tests with all of its mutants.
type binary struct {
	path, folder string
	suite        suite
	// own are the tests beside a source, by its name: mostly they notice first.
	own map[string]string
}

// compile builds the tests in the scratch folder, on sources that lie over
// those of the work tree.
func (m *mutated) compile(ctx context.Context, root, scratch string) (*binary, error) {
	b := &binary{path: filepath.Join(scratch, "tests"), folder: filepath.Join(root, m.suite.folder), suite: m.suite, own: map[string]string{}}
	for file := range m.suite.inside {
		own, err := testsIn(filepath.Join(b.folder, strings.TrimSuffix(file, ".go")+"_test.go"))
		if err != nil {
			return nil, err
		}
		b.own[m.suite.folder+"/"+file] = own
	}
	over := map[string]string{}
	for name, text := range m.sources {
		over[filepath.Join(b.folder, name)] = filepath.Join(scratch, name)
		if err := os.WriteFile(filepath.Join(scratch, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": over})
	if err != nil {
		return nil, err
	}
	list := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-overlay", list, "-o", b.path, "./"+m.suite.folder)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the mutants do not compile: %w\n%s", err, out)
	}
	return b, nil
}

// failed finds the first test that failed in what a test binary prints.
var failed = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)

var testNames = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testsIn is a pattern of the tests of a file, "" where there is none.
func testsIn(file string) (string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var names []string
	for _, found := range testNames.FindAllSubmatch(text, -1) {
		names = append(names, string(found[1]))
	}
	if len(names) == 0 {
		return "", nil
	}
	return "^(" + strings.Join(names, "|") + ")$", nil
}

// either is a pattern of what one of the two is a pattern of; an empty one is of nothing.
func either(a, b string) string { return strings.Trim(a+"|"+b, "|") }

// killer is the test that fails with the mutant awake, "" if none does. Those beside its
// source are asked first, the slow ones of others last.
func (b *binary) killer(ctx context.Context, x mutant) (string, error) {
	file, _, _ := strings.Cut(x.name, " ")
	own, skip := b.own[file], b.suite.skip
	if own != "" {
		killer, err := b.run(ctx, x.number, skip, own)
		if err != nil || killer != "" {
			return killer, err
		}
		skip = either(skip, own)
	}
	killer, err := b.run(ctx, x.number, either(skip, b.suite.slow), "")
	if err != nil || killer != "" || b.suite.slow == "" {
		return killer, err
	}
	return b.run(ctx, x.number, own, b.suite.slow)
}

// run runs the tests until one fails. Random ones draw the same in every run,
// leave no files behind and do not look for their smallest case.
func (b *binary) run(ctx context.Context, number int, skip, only string) (string, error) {
	args := []string{"-test.failfast", "-test.timeout=1m", "-test.skip=" + skip, "-test.run=" + only}
	tests := exec.CommandContext(ctx, b.path, args...)
	tests.Dir = b.folder
	tests.Env = append(os.Environ(), fmt.Sprintf("MUTANT=%d", number),
		"RAPID_SEED=1", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=0s")
	out, err := tests.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err == nil || ctx.Err() != nil || !errors.As(err, &exit) {
		return "", errors.Join(err, ctx.Err())
	}
	switch at := failed.FindSubmatch(out); {
	case at != nil:
		return string(at[1]), nil
	case strings.Contains(string(out), "panic: test timed out"):
		return "the tests' time limit", nil
	case strings.Contains(string(out), "panic: "):
		return "a panic before any test", nil
	default:
		return "", fmt.Errorf("the tests ended with %w and name none that failed:\n%s", err, out)
	}
}

// all wakes one mutant after the other, as many at a time as there are cores.
func (b *binary) all(ctx context.Context, mutants []mutant, r *report, tell func(done, total int)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	killers := make([]string, len(mutants))
	errs := make([]error, len(mutants))
	next := make(chan int)
	done := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				killers[i], errs[i] = b.killer(ctx, mutants[i])
				if errs[i] != nil {
					errs[i] = fmt.Errorf("%s: %w", mutants[i].name, errs[i])
					stop()
				}
				done <- i
			}
		})
	}
	go func() {
		defer close(next)
		for i := range mutants {
			next <- i
		}
	}()
	for n := range mutants {
		<-done
		tell(n+1, len(mutants))
	}
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, m := range mutants {
		r.add(m, killers[i])
	}
	return nil
}

// report counts what the tests noticed.
type report struct {
	out        io.Writer
	equivalent map[string]bool // not met yet

	guards, conditions, excused, survived int
}

// excuse reads the list of mutants that no test can kill, each under comments
// that give its reason.
func (r *report) excuse(list string) error {
	reasoned := false
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			reasoned = false
		case strings.HasPrefix(line, "#"):
			reasoned = true
		case !reasoned:
			return fmt.Errorf("the list of equivalent mutants gives no reason above %q", line)
		default:
			r.equivalent[line] = true
		}
	}
	return nil
}

func (r *report) add(m mutant, killer string) {
	if m.guard {
		r.guards++
	} else {
		r.conditions++
	}
	excused := r.equivalent[m.name]
	delete(r.equivalent, m.name)
	switch {
	case killer == "" && excused:
		r.excused++
	case killer == "":
		r.survived++
		fmt.Fprintf(r.out, "SURVIVED  %s\n", m.name)
	case excused:
		r.survived++
		fmt.Fprintf(r.out, "NOT EQUIVALENT  %s: %s fails\n", m.name, killer)
	case m.guard:
		fmt.Fprintf(r.out, "killed    %s: %s\n", m.name, killer)
	}
}

// close prints the count and gives the exit code.
func (r *report) close() int {
	for _, name := range slices.Sorted(maps.Keys(r.equivalent)) {
		r.survived++
		fmt.Fprintf(r.out, "NOT THERE  %s: take it off the list of equivalent mutants\n", name)
	}
	fmt.Fprintf(r.out, "%d mutants of guards, %d of conditions inside them: %d survived, %d answer as the original does\n",
		r.guards, r.conditions, r.survived, r.excused)
	if r.survived > 0 {
		return exitSurvived
	}
	return exitKilled
}
