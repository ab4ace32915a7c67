package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/workflow"
)

// result is what a run of the program gave.
type result struct {
	code     int
	out, err string
}

// run carries one command line out with the environment given.
func run(t *testing.T, environ []string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	p := &Program{Clock: clock.System{}, Random: rand.Reader, Environ: func() []string { return environ }}
	code := p.Run(t.Context(), args, &out, &err)
	return result{code, out.String(), err.String()}
}

// written is the path of the file, with the text in it.
func written(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// expect is [run] that wants the exit code.
func expect(t *testing.T, code int, args ...string) result {
	t.Helper()
	r := run(t, nil, args...)
	if r.code != code {
		t.Fatalf("atranka %s: got exit %d, want %d\nout: %s\nerr: %s", strings.Join(args, " "), r.code, code, r.out, r.err)
	}
	return r
}

// up is a program that serves; stop ends it and gives its exit code.
type up struct {
	address string
	printed string // before it began to serve
	stop    func() int
}

// addressPrinted finds the address that a program serves on in its output.
var addressPrinted = regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/`)

// start runs a command that serves until it is stopped, and waits for the line
// that says ready.
func start(t *testing.T, ready string, args ...string) up {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	done := make(chan int, 1)
	p := &Program{Clock: clock.System{}, Random: rand.Reader, Environ: func() []string { return nil }}
	go func() {
		done <- p.Run(ctx, append(args, "--listen", "127.0.0.1:0"), write, write)
		_ = write.Close()
	}()
	return await(t, read, ready, args, func() int {
		cancel()
		return <-done
	})
}

// await reads what a program prints until the line that says ready.
func await(t *testing.T, printed io.Reader, ready string, args []string, stop func() int) up {
	t.Helper()
	u := up{stop: stop}
	lines := bufio.NewScanner(printed)
	for lines.Scan() {
		u.printed += lines.Text() + "\n"
		if strings.Contains(lines.Text(), ready) {
			break
		}
	}
	// What else it prints has to go somewhere, or it would stand still.
	go func() { _, _ = io.Copy(io.Discard, printed) }()
	found := addressPrinted.FindStringSubmatch(u.printed)
	if found == nil {
		t.Fatalf("atranka %s: exit %d without an address:\n%s", strings.Join(args, " "), u.stop(), u.printed)
	}
	u.address = found[1]
	return u
}

// demoReady is in the last line that demo prints before it serves.
const demoReady = "Stop with Ctrl-C"

// serveReady is in the line that serve logs before it serves.
const serveReady = "msg=serving"

func get(t *testing.T, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

func TestEveryCommandShowsExamples(t *testing.T) {
	p := &Program{Clock: clock.System{}, Random: rand.Reader, Environ: os.Environ}
	var commands func(*cobra.Command) [][]string
	commands = func(c *cobra.Command) [][]string {
		all := [][]string{strings.Fields(c.CommandPath())[1:]}
		for _, sub := range c.Commands() {
			all = append(all, commands(sub)...)
		}
		return all
	}
	all := commands(p.root(&terminal{out: io.Discard, err: io.Discard}))
	for _, want := range []string{
		"serve", "demo", "migrate", "verify", "export", "token create", "workflow lint", "workflow graph", "workflow simulate", "minutes",
	} {
		if !slices.ContainsFunc(all, func(path []string) bool { return strings.Join(path, " ") == want }) {
			t.Errorf("got no command %s", want)
		}
	}
	for _, path := range all {
		r := expect(t, exitDone, append(path, "--help")...)
		if !strings.Contains(r.out, "Examples:\n") || !strings.Contains(r.out, "atranka "+strings.Join(path, " ")) {
			t.Errorf("atranka %s --help shows no example of it:\n%s", strings.Join(path, " "), r.out)
		}
	}
}

// TestDemonstration walks through the life of one demonstration's file.
func TestDemonstration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "demo.db")
	db := "sqlite:" + file
	demo := start(t, demoReady, "demo", "--db", db)
	for _, want := range []string{"simulated", "2019-12-31 23:59:59", "loading: 100 %"} {
		if !strings.Contains(demo.printed, want) {
			t.Errorf("demo prints %q, want %q in it", demo.printed, want)
		}
	}
	for _, role := range demoRoles {
		if !regexp.MustCompile(`(?m)^  ` + string(role) + ` +atr_[A-Za-z0-9_-]{43}  \S`).MatchString(demo.printed) {
			t.Errorf("demo prints no token of the role %s:\n%s", role, demo.printed)
		}
	}
	if got := get(t, demo.address+"/readyz"); got != http.StatusOK {
		t.Errorf("GET /readyz: got %d, want %d", got, http.StatusOK)
	}

	t.Run("queries to paste", func(t *testing.T) { testQueries(t, demo) })
	t.Run("the README's transition", func(t *testing.T) { testReadme(t, demo) })
	t.Run("a second process is refused", func(t *testing.T) {
		r := expect(t, exitRefused, "verify", "--db", db)
		if !strings.Contains(r.err, "another process") {
			t.Errorf("got %q, want it to name the other process", r.err)
		}
	})
	if code := demo.stop(); code != exitDone {
		t.Errorf("demo: got exit %d when told to stop, want %d", code, exitDone)
	}

	t.Run("it goes on with its file", func(t *testing.T) {
		before := expect(t, exitDone, "export", "--db", db).out
		again := start(t, demoReady, "demo", "--db", db)
		if strings.Contains(again.printed, "loading") {
			t.Errorf("the second start loads again:\n%s", again.printed)
		}
		if code := again.stop(); code != exitDone {
			t.Errorf("got exit %d, want %d", code, exitDone)
		}
		if after := expect(t, exitDone, "export", "--db", db).out; after != before {
			t.Error("the second start changed the export")
		}
	})
	t.Run("serve wants to be told", func(t *testing.T) {
		r := expect(t, exitRefused, "serve", "--db", db, "--listen", "127.0.0.1:0")
		if !strings.Contains(r.err, "--allow-simulated") {
			t.Errorf("got %q, want it to say how to serve it all the same", r.err)
		}
	})
	t.Run("export writes a whole file", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "demo.jsonl")
		expect(t, exitDone, "export", "--db", db, "--out", out)
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if want := expect(t, exitDone, "export", "--db", db, "--out", "-").out; string(b) != want {
			t.Errorf("the file has %d bytes, standard output %d, want the same", len(b), len(want))
		}
	})
	t.Run("tokens", func(t *testing.T) { testTokenCreate(t, db) })
	t.Run("verify", func(t *testing.T) { testVerify(t, file) })
}

// TestDemonstrationGoesToADay and stays there: to the first as to any other.
func TestDemonstrationGoesToADay(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "demo.db")
	demo := start(t, demoReady, "demo", "--at", "2015-09-01", "--db", db)
	for want, is := range map[string]bool{
		"2015-09-01 23:59:59": true, "  CHAIR ": true, "The transition of the README": false,
	} {
		if strings.Contains(demo.printed, want) != is {
			t.Errorf("demo prints %q, want %q in it: %t", demo.printed, want, is)
		}
	}
	if code := demo.stop(); code != exitDone {
		t.Errorf("got exit %d when told to stop, want %d", code, exitDone)
	}
	r := expect(t, exitRefused, "demo", "--db", db, "--listen", "127.0.0.1:0")
	if !strings.Contains(r.err, "holds the demonstration of 2015-09-01, not of 2019-12-31") {
		t.Errorf("got %q, want it to say for which day the file was loaded", r.err)
	}
	for _, day := range []string{"2015-08-31", "2021-06-01", "2021-05", "yesterday"} {
		r := expect(t, exitRefused, "demo", "--at", day, "--db", db)
		if !strings.Contains(r.err, "--at") || !strings.Contains(r.err, day) || !strings.Contains(r.err, "from 2015-09-01 to 2021-05-31") {
			t.Errorf("%s: got %q, want the flag, the value and the days that there are", day, r.err)
		}
	}
}

func testTokenCreate(t *testing.T, db string) {
	r := expect(t, exitDone, "token", "create", "--db", db, "--role", "AUDITOR")
	if !regexp.MustCompile(`^atr_[A-Za-z0-9_-]{43}\n$`).MatchString(r.out) {
		t.Errorf("got %q, want one token and nothing else", r.out)
	}
	r = expect(t, exitRefused, "token", "create", "--db", db, "--role", "EVALUATOR")
	if got := strings.Count(r.err, "per_"); got != 3 || r.out != "" || !strings.Contains(r.err, "--person") {
		t.Errorf("got %q and %q, want the three evaluators listed and no token", r.out, r.err)
	}
	person := r.err[strings.Index(r.err, "per_"):][:len("per_")+26]
	r = expect(t, exitDone, "token", "create", "--db", db, "--role", "EVALUATOR", "--person", person, "--expires", "12h")
	if !strings.HasPrefix(r.out, "atr_") {
		t.Errorf("got %q, want a token of %s", r.out, person)
	}
	r = expect(t, exitRefused, "token", "create", "--db", db, "--role", "CHAIR", "--person", person)
	if !strings.Contains(r.err, "does not hold the role") {
		t.Errorf("got %q, want it to say that %s is no chair", r.err, person)
	}
	expect(t, exitRefused, "token", "create", "--db", db)
}

func testVerify(t *testing.T, file string) {
	r := expect(t, exitDone, "verify", "--db", "sqlite:"+file)
	if !strings.HasPrefix(r.out, "the history holds") || !strings.Contains(r.out, "simulated") || !strings.Contains(r.err, "verifying: 100 %") {
		t.Errorf("got %q and %q, want that it holds, that it is simulated, and progress beside it", r.out, r.err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), "UPDATE projects SET title = 'Kitas' WHERE ordinal = 10"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	r = expect(t, exitFound, "verify", "--db", "sqlite:"+file)
	if !regexp.MustCompile(`(?m)^prp_\w+/\d+ ROW_EDITED: Project prj_\w+\.title = Kitas, recorded Verslo švyturys$`).MatchString(r.out) {
		t.Errorf("got %q, want one line that names the entry, the row and both values", r.out)
	}
	if !strings.Contains(r.out, "does not hold: 1 faults") {
		t.Errorf("got %q, want one fault counted", r.out)
	}
}

func TestVerifyThatCannotCheckExitsTwo(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("this is no database\n"), 400), 0o600); err != nil {
		t.Fatal(err)
	}
	unmigrated := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(unmigrated, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, db := range map[string]string{
		"no database": "sqlite:" + garbage, "no file": "sqlite:" + filepath.Join(dir, "absent.db"), "never migrated": "sqlite:" + unmigrated,
		"nobody listens": "postgres:host=" + dir + " dbname=x sslmode=disable", "no such engine": "mysql:x",
	} {
		r := expect(t, exitRefused, "verify", "--db", db)
		if r.out != "" || r.err == "" {
			t.Errorf("%s: got out %q, err %q, want a reason on standard error alone", name, r.out, r.err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "absent.db")); !os.IsNotExist(err) {
		t.Error("verify made a database of a name that was not there")
	}
}

func TestServeMigratesAnEmptyDatabaseAndNoOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "served.db")
	served := start(t, serveReady, "serve", "--db", "sqlite:"+file)
	if got := get(t, served.address+"/readyz"); got != http.StatusOK {
		t.Errorf("GET /readyz: got %d, want %d", got, http.StatusOK)
	}
	if code := served.stop(); code != exitDone {
		t.Errorf("serve: got exit %d when told to stop, want %d", code, exitDone)
	}
	if r := expect(t, exitDone, "migrate", "--db", "sqlite:"+file); !strings.Contains(r.out, "up to date") {
		t.Errorf("migrate after serve: got %q, want nothing to do", r.out)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), "DELETE FROM schema_revisions"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	r := expect(t, exitRefused, "serve", "--db", "sqlite:"+file, "--listen", "127.0.0.1:0")
	if !strings.Contains(r.err, "atranka migrate") {
		t.Errorf("serve on a database that is behind: got %q, want it to say what to run", r.err)
	}
}

// TestServeGoesOnWithoutADefinitionThatDoesNotHold, and says so.
func TestServeGoesOnWithoutADefinitionThatDoesNotHold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "served.db")
	expect(t, exitDone, "migrate", "--db", "sqlite:"+file)
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), `INSERT INTO definitions (id, kind, version, text, hash, report, author_id, confirmed_by_id, published_at)
		VALUES ('def_1', 'proposal', 1000, 'kind: proposal', 'no hash', '{}', 'per_1', 'per_2', 1)`); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	served := start(t, serveReady, "serve", "--db", "sqlite:"+file)
	if got := get(t, served.address+"/readyz"); got != http.StatusOK {
		t.Errorf("GET /readyz: got %d, want %d", got, http.StatusOK)
	}
	if !strings.Contains(served.printed, "definition=proposal@1000") || !strings.Contains(served.printed, "atranka verify") {
		t.Errorf("got %s, want the version named that does not hold", served.printed)
	}
	if code := served.stop(); code != exitDone {
		t.Errorf("got exit %d when told to stop, want %d", code, exitDone)
	}
}

func TestMigrateSaysWhatItApplied(t *testing.T) {
	db := "sqlite:" + filepath.Join(t.TempDir(), "new.db")
	if r := expect(t, exitDone, "migrate", "--db", db); !strings.Contains(r.out, "applied ") {
		t.Errorf("got %q, want the files named", r.out)
	}
	if r := expect(t, exitRefused, "migrate", "--db", db, "--serving-role", "atranka_serve"); !strings.Contains(r.err, "PostgreSQL only") {
		t.Errorf("a serving role on SQLite: got %q, want it refused", r.err)
	}
}

func TestServeRefusesAPortThatIsTaken(t *testing.T) {
	dir := t.TempDir()
	first := start(t, serveReady, "serve", "--db", "sqlite:"+filepath.Join(dir, "a.db"))
	taken := strings.TrimPrefix(first.address, "http://")
	r := expect(t, exitRefused, "serve", "--db", "sqlite:"+filepath.Join(dir, "b.db"), "--listen", taken)
	if !strings.Contains(r.err, taken) {
		t.Errorf("got %q, want it to name %s", r.err, taken)
	}
	if code := first.stop(); code != exitDone {
		t.Errorf("got exit %d, want %d", code, exitDone)
	}
}

func TestLintNamesEveryProblem(t *testing.T) {
	builtIn, err := filepath.Glob(filepath.Join("..", "..", "workflow", "definitions", "*.yaml"))
	if r := expect(t, exitDone, "workflow", "lint"); err != nil || strings.Count(r.out, " holds: ") != len(builtIn) {
		t.Errorf("got %q and %v, want all of %q to hold", r.out, err, builtIn)
	}
	call, err := os.ReadFile(filepath.Join("..", "..", "workflow", "definitions", "call.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string { return written(t, filepath.Join(dir, name), text) }
	unread := write("unread.yaml", "kind: call\nversion: one\n")
	if r := expect(t, exitFound, "workflow", "lint", unread); !strings.Contains(r.out, unread+":2:") {
		t.Errorf("got %q, want the place in %s", r.out, unread)
	}
	wrong := write("call.yaml", strings.ReplaceAll(string(call), "guards: [callHasProposals]", "guards: [callHasHopes]"))
	if r := expect(t, exitFound, "workflow", "lint", wrong); !strings.Contains(r.out, "callHasHopes") {
		t.Errorf("got %q, want the unknown guard named", r.out)
	}
	next := strings.Replace(string(call), "\nversion: 1\n", "\nversion: 1000\n", 1)
	if r := expect(t, exitDone, "workflow", "lint", write("next.yaml", next)); !strings.Contains(r.out, "call@1000 holds: ") {
		t.Errorf("got %q, want the next version to hold", r.out)
	}
	relaxed := write("relaxed.yaml", strings.Replace(next, "{role: ADMINISTRATOR, secondPerson: true}", "ADMINISTRATOR", 1))
	if r := expect(t, exitFound, "workflow", "lint", relaxed); !strings.Contains(r.out, relaxed+":") || !strings.Contains(r.out, "[ONE_PERSON] by ") {
		t.Errorf("got %q, want the step that takes fewer people", r.out)
	}
	if r := expect(t, exitRefused, "workflow", "lint", filepath.Join(dir, "absent.yaml")); r.err == "" {
		t.Error("an absent file gave no reason")
	}
}

func TestGraphDrawsADefinition(t *testing.T) {
	for _, tt := range []struct{ format, begins string }{{"mermaid", "stateDiagram"}, {"dot", "digraph"}, {"svg", "<svg"}} {
		r := expect(t, exitDone, "workflow", "graph", "--kind", "call", "--format", tt.format)
		if !strings.Contains(r.out, tt.begins) || !strings.Contains(r.out, "evaluating") {
			t.Errorf("--format %s: got %q, want %s with the call's states", tt.format, r.out, tt.begins)
		}
	}
	r := expect(t, exitRefused, "workflow", "graph", "--kind", "dog")
	if !strings.Contains(r.err, "dog") || !strings.Contains(r.err, "proposal") {
		t.Errorf("got %q, want the value and what is allowed", r.err)
	}
	r = expect(t, exitRefused, "workflow", "graph", "--kind", "all")
	if !strings.Contains(r.err, "--out") {
		t.Errorf("all kinds on standard output: got %q, want the flag that names a folder", r.err)
	}
}

// TestGraphDrawsEveryKind in a file of its own, in the language asked for.
func TestGraphDrawsEveryKind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pictures")
	expect(t, exitDone, "workflow", "graph", "--kind", "all", "--format", "svg", "--lang", "lt", "--out", dir)
	for kind, label := range map[string]string{
		"strategy": "Rengiama", "call": "Vertinami pasiūlymai", "proposal": "Nagrinėjamas skundas", "contract": "Vykdoma",
	} {
		b, err := os.ReadFile(filepath.Join(dir, kind+".svg"))
		if err != nil || !strings.Contains(string(b), label) {
			t.Errorf("%s: got %v and %d bytes, want a picture with %q", kind, err, len(b), label)
		}
	}
}

func TestSettingsComeFromFlagThenEnvironmentThenFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "atranka.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:3\ndb: sqlite:of-file.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inFile, inEnvironment := "ATRANKA_CONFIG="+file, "ATRANKA_LISTEN=127.0.0.1:2"
	for _, tt := range []struct {
		name       string
		environ    []string
		args       []string
		db, listen string
	}{
		{"nothing", nil, nil, "sqlite:atranka.db", "127.0.0.1:8080"},
		{"file by flag", nil, []string{"--config", file}, "sqlite:of-file.db", "127.0.0.1:3"},
		{"file by environment", []string{inFile}, nil, "sqlite:of-file.db", "127.0.0.1:3"},
		{"environment over file", []string{inFile, inEnvironment}, nil, "sqlite:of-file.db", "127.0.0.1:2"},
		{"flag over environment and file", []string{inFile, inEnvironment}, []string{"--listen", "127.0.0.1:1"}, "sqlite:of-file.db", "127.0.0.1:1"},
		{"a variable of something else", []string{"ATRANKA_TEST_POSTGRES=x", "LISTEN=y"}, nil, "sqlite:atranka.db", "127.0.0.1:8080"},
	} {
		p := &Program{Environ: func() []string { return tt.environ }}
		c := &cobra.Command{}
		g := p.takes(c, database, listen)
		if err := c.ParseFlags(tt.args); err != nil {
			t.Fatal(err)
		}
		got, err := g.resolve(c)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got[database.name] != tt.db || got[listen.name] != tt.listen {
			t.Errorf("%s: got %v, want db %s, listen %s", tt.name, got, tt.db, tt.listen)
		}
	}
}

func TestEnvironmentSpellsDashesAsUnderscores(t *testing.T) {
	p := &Program{Environ: func() []string { return []string{"ATRANKA_ALLOW_SIMULATED=true"} }}
	c := &cobra.Command{}
	g := p.takes(c, allowSimulated)
	if v, err := g.resolve(c); err != nil || !v.on(allowSimulated) {
		t.Errorf("got %v, %v, want allow-simulated on", v, err)
	}
}

func TestBadValueNamesKeyValueAndWhatIsAllowed(t *testing.T) {
	dir := t.TempDir()
	config := func(name, text string) string { return written(t, filepath.Join(dir, name), text) }
	badListen := config("listen.yaml", "listen: 8080\n")
	unknown := config("unknown.yaml", "lisen: 127.0.0.1:1\n")
	for _, tt := range []struct {
		environ []string
		args    []string
		want    []string
	}{
		{nil, []string{"verify", "--db", "mysql:x"}, []string{"--db", `"mysql:x"`, "sqlite:FILE"}},
		{[]string{"ATRANKA_DB=x"}, []string{"verify"}, []string{"ATRANKA_DB", `"x"`, "postgres://"}},
		{nil, []string{"serve", "--config", badListen}, []string{badListen, "listen", `"8080"`, "HOST:PORT"}},
		{nil, []string{"serve", "--listen", "127.0.0.1:80800"}, []string{"--listen", `"127.0.0.1:80800"`, "HOST:PORT"}},
		{nil, []string{"serve", "--config", unknown}, []string{unknown, `"lisen"`, "allow-simulated, at, db"}},
		{nil, []string{"serve", "--config", filepath.Join(dir, "absent.yaml")}, []string{"absent.yaml"}},
		{nil, []string{"token", "create", "--role", "MINISTRY"}, []string{"--role", `"MINISTRY"`, "AUDITOR"}},
		{nil, []string{"token", "create", "--role", "CHAIR", "--person", "org_1"}, []string{"--person", `"org_1"`, "per_"}},
		{nil, []string{"token", "create", "--role", "CHAIR", "--expires", "-1h"}, []string{"--expires", `"-1h"`, "12h"}},
		{nil, []string{"workflow", "graph", "--format", "png"}, []string{"--format", `"png"`, "mermaid, dot or svg"}},
		{[]string{"ATRANKA_ALLOW_SIMULATED=perhaps"}, []string{"serve"}, []string{"ATRANKA_ALLOW_SIMULATED", `"perhaps"`, "true or false"}},
	} {
		r := run(t, tt.environ, tt.args...)
		if r.code != exitRefused {
			t.Errorf("%v %v: got exit %d, want %d", tt.environ, tt.args, r.code, exitRefused)
		}
		for _, want := range tt.want {
			if !strings.Contains(r.err, want) {
				t.Errorf("%v %v: got %q, want %s in it", tt.environ, tt.args, r.err, want)
			}
		}
	}
}

func TestUnknownCommandsAndFlagsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"serv"}, {"serve", "now"}, {"verify", "--deep"}, {"token", "revoke"}} {
		if r := expect(t, exitRefused, args...); !strings.Contains(r.err, strings.TrimLeft(args[len(args)-1], "-")) {
			t.Errorf("%v: got %q, want what is unknown named", args, r.err)
		}
	}
}

func TestExpiryIsADurationOrADay(t *testing.T) {
	now := clock.Instant(1_577_829_599_000_000)
	for in, want := range map[string]string{
		"12h": "2020-01-01T09:59:59.000000Z", "2020-01-31": "2020-01-31T22:00:00.000000Z",
	} {
		if got, err := expiry(in, now); err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "0s", "soon", "2020-01", "2020-02-30", "2019-12-30"} {
		if got, err := expiry(bad, now); err == nil {
			t.Errorf("%q: got %s, want it refused", bad, got)
		}
	}
}

// FuzzExpiry: whatever is accepted lies ahead.
func FuzzExpiry(f *testing.F) {
	for _, seed := range []string{"12h", "2020-01-31", "1ns", "-1h", "9223372036854775807ns", "0001-01-01"} {
		f.Add(seed)
	}
	const now clock.Instant = 1_577_829_599_000_000
	f.Fuzz(func(t *testing.T, v string) {
		if got, err := expiry(v, now); err == nil && got <= now {
			t.Errorf("%q: got %s, want an instant after %s", v, got, now)
		}
	})
}

func TestSignInRolesAreThoseOfPeople(t *testing.T) {
	for _, r := range []workflow.Role{workflow.Clock, workflow.Join, "MINISTRY", "IMPLEMENTING_BODY", "COURT", "APPEAL_BODY"} {
		if role.fits(string(r)) {
			t.Errorf("a token may be made for %s, want it refused", r)
		}
	}
	if got, want := fmt.Sprint(len(signInRoles)), fmt.Sprint(len(demoRoles)); got != want {
		t.Errorf("got %s roles that sign in, the demonstration has %s", got, want)
	}
}

// askAs sends a query with the printed token of the role.
func askAs(t *testing.T, u up, r workflow.Role, query string, variables map[string]any) string {
	t.Helper()
	token := regexp.MustCompile(`(?m)^  ` + string(r) + ` +(atr_\S+)`).FindStringSubmatch(u.printed)
	if token == nil {
		t.Fatalf("no token of the role %s was printed", r)
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, u.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token[1])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// testQueries pastes every printed query with the token that is printed for it.
func testQueries(t *testing.T, u up) {
	shown := map[workflow.Role]string{
		workflow.Evaluator:   `"viewer":{"person":{"id":"per_`,
		workflow.BoardMember: `"projectsCheck":{"stated":17,"named":15,"statedRunning":9,"running":8}`,
		workflow.Auditor:     `"event":"decideFund","from":"board_agenda","to":"listed_funding"`,
	}
	for _, q := range demoQueries {
		if !strings.Contains(u.printed, q.text) {
			t.Errorf("the query of the role %s is not printed", q.role)
		}
		answer := askAs(t, u, q.role, q.text, nil)
		if strings.Contains(answer, `"errors"`) || !strings.Contains(answer, shown[q.role]) {
			t.Errorf("%s: got %s, want no errors and %s", q.title, answer, shown[q.role])
		}
	}
}

// testReadme sends the README's operations as they are printed there, with the
// token and the variables that the demonstration prints.
func testReadme(t *testing.T, u up) {
	printed := regexp.MustCompile(`(?m)^# The transition of the README, with the token of the role APPLICANT and the variables\n(\{.*\})$`).
		FindStringSubmatch(u.printed)
	if printed == nil {
		t.Fatalf("the demonstration prints no variables:\n%s", u.printed)
	}
	var variables map[string]any
	if err := json.Unmarshal([]byte(printed[1]), &variables); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 3 {
		t.Fatalf("got %d operations in the README, want 3", len(blocks))
	}
	ask := func(i int) string { return askAs(t, u, workflow.Applicant, string(blocks[i][1]), variables) }
	fired := ""
	for _, step := range []struct {
		what  string
		block int
		want  []string
	}{
		{"what can be done", 0, []string{`"title":"` + demo.Example + `"`, `"event":"apply","label":"`, `"allowed":true`}},
		{"the transition", 1, []string{`"state":{"name":"application_submitted"}`, `"userErrors":[]`}},
		{"the history", 2, []string{`"event":"apply","from":"listed_funding","to":"application_submitted","role":"APPLICANT"`}},
	} {
		got := ask(step.block)
		for _, want := range step.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %s in it", step.what, got, want)
			}
		}
		if step.block == 1 {
			fired = got
		}
	}
	if again := ask(1); again != fired {
		t.Errorf("the same key again: got %s, want %s", again, fired)
	}
}

func TestSimulateTellsWhatItSaw(t *testing.T) {
	args := []string{"workflow", "simulate", "--kind", "contract", "--walks", "2000", "--seed", "3"}
	first := expect(t, exitDone, args...).out
	for _, want := range []string{"contract@1: 2000 walks saw 10 of 10 states", "archived ", "refused ", "no walk was stuck"} {
		if !strings.Contains(first, want) {
			t.Errorf("got %q, want %q in it", first, want)
		}
	}
	if again := expect(t, exitDone, args...).out; again != first {
		t.Error("the same seed printed something else")
	}
	if r := expect(t, exitDone, "workflow", "simulate", "--kind", "contract", "--walks", "1"); !strings.Contains(r.out, "  never ") {
		t.Errorf("a single walk: got %q, want it to say what it did not see", r.out)
	}
	for name, bad := range map[string][]string{"walks": {"--walks", "0"}, "seed": {"--seed", "-1"}, "kind": {"--kind", "dog"}} {
		if r := expect(t, exitRefused, append([]string{"workflow", "simulate"}, bad...)...); !strings.Contains(r.err, name) || !strings.Contains(r.err, bad[1]) {
			t.Errorf("%v: got %q, want the key and the value named", bad, r.err)
		}
	}
}
