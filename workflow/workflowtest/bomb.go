package workflowtest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
)

// What the refusal of a [Bomb] may take.
const (
	BombWithin = time.Second
	BombMemory = 128 << 20 // bytes at the peak, of the whole process
)

// Sorting is what a fixed piece of work takes now on this machine: sorting half a million
// numbers, some forty milliseconds where nothing else is done. A limit in seconds is also so
// many of these, or a machine that is slow for a while would fail what has not changed.
func Sorting() time.Duration {
	numbers := make([]uint64, 500_000)
	x := uint64(1)
	for i := range numbers {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		numbers[i] = x
	}
	from := clock.System{}.Now()
	slices.Sort(numbers)
	return clock.System{}.Now().Time().Sub(from.Time())
}

// Bomb is a definition made to stop whoever reads it.
type Bomb struct {
	Text string
	Says string // what its refusal says, among other things
}

// Bombs are one of each sort by name. None is a definition, whatever its version.
func Bombs(t testing.TB) map[string]Bomb {
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
	const steps = "steps, the limit is 1000"
	ends := strings.Repeat("s, ", 4_000) + "s"
	return map[string]Bomb{
		"over 256 KiB":         {string(call) + "# " + strings.Repeat("x", 256<<10), "larger than 262144 bytes"},
		"deep":                 {"kind: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "tokens"},
		"deep within the size": {strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), "deep"},
		"aliases":              {aliases, "alias"},
		"many entries":         {"states:\n" + strings.Repeat("  s: {}\n", 30_000), "tokens"},
		"one costly condition": {conditioned(1, dear), "it may cost"},
		"many conditions":      {conditioned(500, dear), "500 conditions, the limit is 100"},
		"many costly ones":     {conditioned(100, dear), "it may cost"},
		"many sound ones":      {conditioned(100, "call.proposals > 0 && call.proposals < 1000"), "no transition asks"},
		"a deep condition":     {conditioned(1, strings.Repeat("(", 900)+"true"+strings.Repeat(")", 900)), "recursion"},
		"many states":          {connected(400, 0), "401 states, the limit is 200"},
		"fully connected":      {connected(199, 0), steps},
		"fully guarded":        {connected(20, 60), "steps and guards that lead out, the limit is 150"},
		"two long lists":       {"kind: appeal\ntransitions: {event: go, from: [" + ends + "], to: [" + ends + "]}\n", steps},
		"a long list":          {"kind: appeal\ntransitions: {event: go, joins: [" + strings.Repeat("call.open, ", 9_000) + "call.open]}\n", "9001 items, the limit is 64"},
		"nothing but problems": {"kind: appeal\ntransitions: [" + strings.Repeat("{}, ", 6_000) + "{}]\n", "nobody may fire"},
	}
}

// Laborious are sound definitions of an appeal, by name, as costly to prove as the
// bounds of the checker let one be: the shipped one with states beside where it begins,
// which all lead back there.
func Laborious(t testing.TB) map[string]string {
	t.Helper()
	shipped, err := fs.ReadFile(definitions.Files(), "appeal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(shipped), "\nversion: 1\n", fmt.Sprintf("\nversion: %d\n", workflow.FirstPublished), 1)
	const step = "  - {event: %s, from: [%s], to: [%s], label: {lt: A, en: B}, by: ADMINISTRATOR%s}\n"
	beside := func(names []string, steps ...string) string {
		var states strings.Builder
		for _, name := range names {
			fmt.Fprintf(&states, "  %s: {phase: SELECTION, responsible: ADMINISTRATOR, label: {lt: A, en: B}}\n", name)
		}
		enter, leave := fmt.Sprintf(step, "enter", "filed", names[0], ""), fmt.Sprintf(step, "leave", strings.Join(names, ", "), "filed", "")
		return strings.Replace(text, "\ntransitions:\n", "\n"+states.String()+"transitions:\n", 1) + enter + leave + strings.Join(steps, "")
	}
	few, fewer, many := named("s", 30)[1:], named("s", 11)[1:], named("c", 150)[1:]
	var round []string
	for i := range 40 {
		round = append(round, fmt.Sprintf(step, fmt.Sprintf("stay%d", i), "filed", "filed", ", guards: [contractRuns, contractPays]"))
	}
	for i := range many[1:] {
		round = append(round, fmt.Sprintf(step, "on", many[i], many[i+1], ""))
	}
	all := func(names []string) string { return strings.Join(names, ", ") }
	return map[string]string{
		"fully connected":  beside(few, fmt.Sprintf(step, "go", all(few), all(few), "")),
		"fully guarded":    beside(fewer, fmt.Sprintf(step, "go", all(fewer), all(fewer), ", guards: [contractRuns, contractPays, contractConcluded, reportsInTime]")),
		"a long way round": beside(many, round...),
	}
}

// connected has a step from each state to each, with so many guards, and ends from
// any of them.
func connected(states, guards int) string {
	names, asked := named("s", states), make([]string, guards)
	for i := range asked {
		asked[i] = []string{"contractRuns", "contractPays", "contractConcluded", "reportsInTime"}[i%4]
		if i >= 4 {
			asked[i] = fmt.Sprintf("g%d", i)
		}
	}
	var stated strings.Builder
	for _, g := range asked[min(4, guards):] {
		fmt.Fprintf(&stated, "  %s: {label: {lt: A, en: B}, message: {lt: A, en: B}}\n", g)
	}
	all := strings.Join(names, ", ")
	return appeal(names, stated.String(),
		fmt.Sprintf("{event: go, from: [%s], to: [%s], label: {lt: A, en: B}, by: {role: ADMINISTRATOR, secondPerson: true}, guards: [%s]}", all, all, strings.Join(asked, ", ")),
		fmt.Sprintf("{event: end, from: [%s], to: over, label: {lt: A, en: B}, by: {role: ADMINISTRATOR, secondPerson: true}}", all),
	)
}

// named are so many names of states, the first of which is where an appeal begins.
func named(prefix string, n int) []string {
	names := []string{"filed"}
	for i := range n - 1 {
		names = append(names, fmt.Sprintf("%s%d", prefix, i))
	}
	return names
}

// appeal is the text of an appeal's definition, as the first that is published.
func appeal(states []string, attestations string, transitions ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kind: appeal\nversion: %d\ninitial: filed\nbegins: {about: proposal, by: APPLICANT}\n", workflow.FirstPublished)
	if attestations != "" {
		b.WriteString("attestations:\n" + attestations)
	}
	b.WriteString("states:\n")
	for _, name := range states {
		fmt.Fprintf(&b, "  %s: {phase: SELECTION, responsible: ADMINISTRATOR, label: {lt: A, en: B}}\n", name)
	}
	b.WriteString("  over: {phase: SELECTION, traits: [terminal], label: {lt: A, en: B}}\ntransitions:\n")
	for _, t := range transitions {
		b.WriteString("  - " + t + "\n")
	}
	return b.String()
}
