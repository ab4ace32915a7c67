package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// binary is a package's compiled tests with all of its mutants.
type binary struct {
	path, folder string
	suite        suite
	tests        []test // from the one that took least by itself
}

// test is one function of the tests.
type test struct {
	name    string
	took    time.Duration
	reaches map[int]bool // numbers of mutants
}

// compile builds the tests in the scratch folder, on sources that lie over
// those of the work tree.
func (m *mutated) compile(ctx context.Context, root, scratch string) (*binary, error) {
	b := &binary{path: filepath.Join(scratch, "tests"), folder: filepath.Join(root, m.suite.folder), suite: m.suite}
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

// explore runs each test by itself, which has to pass, and notes what it takes and
// which mutants it comes to.
func (b *binary) explore(ctx context.Context, scratch string) error {
	names, err := b.list(ctx)
	if err != nil {
		return err
	}
	b.tests = make([]test, len(names))
	err = sideBySide(ctx, len(names), func(ctx context.Context, i int) (err error) {
		b.tests[i], err = b.alone(ctx, names[i], filepath.Join(scratch, names[i]+".reached"))
		return err
	})
	slices.SortFunc(b.tests, func(x, y test) int {
		return cmp.Or(cmp.Compare(x.took, y.took), strings.Compare(x.name, y.name))
	})
	return err
}

// list gives the tests that the suite does not leave out.
func (b *binary) list(ctx context.Context) ([]string, error) {
	tests := exec.CommandContext(ctx, b.path, "-test.list=^(Test|Fuzz|Example)")
	tests.Dir = b.folder
	out, err := tests.Output()
	if err != nil {
		return nil, fmt.Errorf("list the tests: %w", err)
	}
	names := strings.Fields(string(out))
	if b.suite.skip != "" {
		names = slices.DeleteFunc(names, regexp.MustCompile(b.suite.skip).MatchString)
	}
	return names, nil
}

func (b *binary) alone(ctx context.Context, name, file string) (test, error) {
	t := test{name: name, reaches: map[int]bool{}}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return t, err
	}
	from := time.Now()
	killer, err := b.run(ctx, []string{name}, time.Minute, "MUTANTS_REACHED="+file)
	t.took = time.Since(from)
	if err != nil {
		return t, err
	}
	if killer != "" {
		return t, fmt.Errorf("%s fails", killer)
	}
	reached, err := os.ReadFile(file)
	for _, number := range strings.Fields(string(reached)) {
		n, bad := strconv.Atoi(number)
		if bad != nil {
			return t, bad
		}
		t.reaches[n] = true
	}
	return t, err
}

const (
	// quick is what a test may take by itself to be run in one go with the others.
	quick = 200 * time.Millisecond
	// earlier is how many killers of a place's other mutants are asked first.
	earlier = 8
)

// killer is the test that fails with the mutant awake, "" if none does. Of those that
// come to it the ones are asked first that killed its neighbours, then the quick ones
// together, then the others, the quickest first.
func (b *binary) killer(ctx context.Context, x mutant, neighbours []string) (string, error) {
	var together []string
	var left [][]string
	took := map[string]time.Duration{}
	for _, t := range b.tests {
		took[t.name] = t.took
		switch {
		case !t.reaches[x.number]:
		case t.took < quick:
			together = append(together, t.name)
		default:
			left = append(left, []string{t.name})
		}
	}
	for _, names := range slices.Concat([][]string{neighbours, together}, left) {
		if len(names) == 0 {
			continue
		}
		limit := 5 * time.Second
		for _, name := range names {
			whole, _, _ := strings.Cut(name, "/")
			limit += 20 * took[whole]
		}
		killer, err := b.run(ctx, names, limit, fmt.Sprintf("MUTANT=%d", x.number))
		if err != nil || killer != "" {
			return killer, err
		}
	}
	return "", nil
}

// The ways in which a test binary ends without naming a test that failed.
const (
	outOfTime = "the tests' time limit"
	panicked  = "a panic before any test"
)

// failed finds the tests that failed in what a test binary prints.
var failed = regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`)

// run runs the tests of these names until one fails. Random ones draw the same in
// every run, leave no files behind and do not look for their smallest case.
func (b *binary) run(ctx context.Context, names []string, limit time.Duration, setting string) (string, error) {
	tests := exec.CommandContext(ctx, b.path, "-test.failfast", "-test.timeout="+limit.String(), "-test.run="+pattern(names))
	tests.Dir = b.folder
	tests.Env = append(os.Environ(), setting, "RAPID_SEED=1", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=0s")
	out, err := tests.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err == nil || ctx.Err() != nil || !errors.As(err, &exit) {
		return "", errors.Join(err, ctx.Err())
	}
	switch at := failed.FindAllSubmatch(out, -1); {
	case at != nil:
		return innermost(at), nil
	case strings.Contains(string(out), "panic: test timed out"):
		return outOfTime, nil
	case strings.Contains(string(out), "panic: "):
		return panicked, nil
	default:
		return "", fmt.Errorf("the tests ended with %w and name none that failed:\n%s", err, out)
	}
}

// innermost is the first test that failed or the first of its own in it that did.
func innermost(failed [][][]byte) string {
	name := string(failed[0][1])
	for _, f := range failed[1:] {
		if !strings.HasPrefix(string(f[1]), name+"/") {
			break
		}
		name = string(f[1])
	}
	return name
}

// pattern is what the tests of these names match, and with each those inside it.
func pattern(names []string) string {
	var each []string
	for _, name := range names {
		parts := strings.Split(name, "/")
		for i, part := range parts {
			parts[i] = "^" + regexp.QuoteMeta(part) + "$"
		}
		each = append(each, strings.Join(parts, "/"))
	}
	return strings.Join(each, "|")
}

// sideBySide does n things, as many at a time as there are cores, until one fails.
func sideBySide(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(ctx, i)
		})
	}
	return group.Wait()
}

// all wakes one mutant after the other, those of several places at a time.
func (b *binary) all(ctx context.Context, mutants []mutant, r *report, tell func(done, total int)) error {
	killers := make([]string, len(mutants))
	var places [][]int
	at := map[string]int{}
	for i, m := range mutants {
		p, met := at[m.place]
		if !met {
			p = len(places)
			at[m.place] = p
			places = append(places, nil)
		}
		places[p] = append(places[p], i)
	}
	done := 0
	var telling sync.Mutex
	err := sideBySide(ctx, len(places), func(ctx context.Context, p int) error {
		var neighbours []string // the last that killed first
		for _, i := range places[p] {
			killer, err := b.killer(ctx, mutants[i], neighbours[:min(len(neighbours), earlier)])
			if err != nil {
				return fmt.Errorf("%s: %w", mutants[i].name, err)
			}
			killers[i] = killer
			if killer != "" && killer != outOfTime && killer != panicked {
				neighbours = slices.DeleteFunc(neighbours, func(n string) bool { return n == killer })
				neighbours = slices.Insert(neighbours, 0, killer)
			}
			telling.Lock()
			done++
			tell(done, len(mutants))
			telling.Unlock()
		}
		return nil
	})
	if err != nil {
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
