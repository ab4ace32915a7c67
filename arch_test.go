package atranka_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/atranka/atranka/"

// listed is what the checker reads of a package in the output of go list.
type listed struct {
	ImportPath string
	Imports    []string // what the package itself imports
	Deps       []string // what it imports directly or through others
}

// arrow forbids the packages at or below the path from to reach those at or
// below the paths in to.
type arrow struct {
	from string
	to   []string
	// direct forbids the import itself and allows what others bring in: ent,
	// for one, cannot be used without database/sql behind it.
	direct bool
	// except is a package below from that the arrow leaves alone.
	except string
	why    string
}

// impure is what no pure package may reach, even through others.
var impure = []string{
	"database/sql", "net/http",
	"entgo.io", "github.com/99designs/gqlgen", "github.com/vektah/gqlparser",
	"github.com/lib/pq", "modernc.org/sqlite", "github.com/riverqueue/river",
	module + "ent", module + "store", module + "graph", module + "server",
	module + "jobs", module + "report", module + "web", module + "migrations",
}

var randomness = []string{"crypto/rand", "math/rand"}

// arrows hold the layout of the module; .golangci.yml holds the direct ones too.
var arrows = []arrow{
	{from: module + "assignment", to: impure, why: "assignment is pure"},
	{from: module + "calendar", to: impure, why: "calendar is pure"},
	{from: module + "cite", to: impure, why: "cite is pure"},
	{from: module + "clock", to: impure, why: "clock is pure"},
	{from: module + "collation", to: impure, why: "collation is pure"},
	{from: module + "ident", to: impure, why: "ident is pure"},
	{from: module + "minutes", to: impure, why: "minutes is pure"},
	{from: module + "money", to: impure, why: "money is pure"},
	{from: module + "ranking", to: impure, why: "ranking is pure"},
	{from: module + "rules", to: impure, why: "rules is pure"},
	{from: module + "history", to: impure, why: "history is pure"},
	{from: module + "terms", to: impure, why: "terms is pure"},
	{from: module + "workflow", to: impure, why: "workflow is pure"},
	{from: module + "clock", to: randomness, direct: true, why: "randomness is passed in"},
	{from: module + "ident", to: randomness, direct: true, why: "randomness is passed in"},
	{
		from: module + "ent", to: []string{module + "calendar", module + "rules", module + "workflow"},
		why: "a change in the rules or the engine must not rebuild the generated client",
	},
	{from: module + "minutes", to: randomness, direct: true, why: "randomness is passed in"},
	{from: module + "rules", to: randomness, direct: true, why: "randomness is passed in"},
	{from: module + "history", to: randomness, direct: true, why: "randomness is passed in"},
	{
		// The world of tests is made from a seed.
		from: module + "workflow", to: randomness, direct: true, except: module + "workflow/workflowtest",
		why: "randomness is passed in",
	},
	{
		from: module + "rules", to: []string{module + "workflow", module + "history"},
		why: "a rule judges facts; who asks, and what is written down about it, is not its business",
	},
	{
		from: module + "history", to: []string{module + "workflow", module + "rules"},
		why: "an auditor verifies the history without the process that made it",
	},
	{
		from: module + "ent", to: []string{module + "store", module + "graph", module + "server", module + "jobs"},
		why: "the schema imports constants of the domain and nothing above it",
	},
	{
		from: module + "store", to: []string{module + "graph", module + "server", module + "report", module + "web"},
		why: "store serves the engine and knows none of its callers",
	},
	{
		from: module + "graph", to: []string{"database/sql", module + "store"}, direct: true,
		why: "graph reads through ent and writes through the engine",
	},
	{from: module + "graph", to: []string{module + "server"}, why: "server mounts graph"},
	{from: module + "jobs", to: []string{module + "graph", module + "server"}, why: "a job works without the API"},
	{
		from: module + "report", to: []string{
			"database/sql", "net/http", "entgo.io", "github.com/99designs/gqlgen",
			module + "ent", module + "store", module + "graph", module + "server", module + "jobs", module + "workflow",
		},
		why: "a paper is a value, and knows no rows, no API and no states",
	},
	{
		from: module + "web", to: []string{strings.TrimSuffix(module, "/")},
		why: "web knows no state and no type of the domain",
	},
}

// within reports whether path is the package at or one below it.
func within(path, at string) bool {
	return path == at || strings.HasPrefix(path, at+"/")
}

// violations are the imports that go against the arrows, one line each, sorted.
// An import within the arrow's own package is never one.
func violations(packages []listed, arrows []arrow) []string {
	var found []string
	for _, a := range arrows {
		for _, p := range packages {
			if !within(p.ImportPath, a.from) || p.ImportPath == a.except {
				continue
			}
			for _, reached := range a.reached(p) {
				found = append(found, fmt.Sprintf("%s reaches %s: %s", p.ImportPath, reached, a.why))
			}
		}
	}
	slices.Sort(found)
	return found
}

// reached are the packages that p must not reach by the arrow, and does.
func (a arrow) reached(p listed) []string {
	candidates := p.Deps
	if a.direct {
		candidates = p.Imports
	}
	var reached []string
	for _, path := range candidates {
		forbidden := slices.ContainsFunc(a.to, func(to string) bool { return within(path, to) })
		if forbidden && !within(path, a.from) {
			reached = append(reached, path)
		}
	}
	return reached
}

// watchSources looks at each folder of the module. Go keeps a test's result until
// something that the test itself looked at changes, and does not see what go list
// reads: without this, a new import would be answered by an old success.
func watchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		hidden := entry != nil && path != "." && strings.HasPrefix(entry.Name(), ".")
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed while we walk
			return nil
		case err == nil && entry.IsDir() && hidden:
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatalf("walk the module: %v", err)
	}
}

// packagesOfModule asks go list for the module's packages and all they reach.
func packagesOfModule(t *testing.T) []listed {
	t.Helper()
	watchSources(t)
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Deps", "./...").Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	} else if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("decode the output of go list: %v", err)
		}
		packages = append(packages, p)
	}
}

func TestModuleKeepsItsArrows(t *testing.T) {
	packages := packagesOfModule(t)
	// A list without them would keep every arrow, and prove nothing.
	for _, want := range []string{module + "clock", module + "ident", "time"} {
		if !slices.ContainsFunc(packages, func(p listed) bool { return p.ImportPath == want }) {
			t.Errorf("go list -deps ./...: got no package %s, want it among the %d listed", want, len(packages))
		}
	}
	for _, violation := range violations(packages, arrows) {
		t.Error(violation)
	}
}

func TestViolations(t *testing.T) {
	transitive := arrow{from: "m/pure", to: []string{"database/sql", "m/ent"}, why: "pure"}
	direct := arrow{from: "m/graph", to: []string{"database/sql"}, direct: true, why: "reads through ent"}
	tests := map[string]struct {
		arrow arrow
		given listed
		want  []string
	}{
		"direct import": {
			transitive,
			listed{ImportPath: "m/pure", Imports: []string{"database/sql"}, Deps: []string{"database/sql", "time"}},
			[]string{"m/pure reaches database/sql: pure"},
		},
		"import through another package": {
			transitive,
			listed{ImportPath: "m/pure", Imports: []string{"m/other"}, Deps: []string{"m/ent", "m/other"}},
			[]string{"m/pure reaches m/ent: pure"},
		},
		"package below either end": {
			transitive,
			listed{ImportPath: "m/pure/sub", Deps: []string{"database/sql/driver", "m/ent/schema"}},
			[]string{"m/pure/sub reaches database/sql/driver: pure", "m/pure/sub reaches m/ent/schema: pure"},
		},
		"name that only begins alike": {
			transitive,
			listed{ImportPath: "m/pure", Deps: []string{"m/entry", "database/sqlx"}},
			nil,
		},
		"package that no arrow leaves": {
			transitive,
			listed{ImportPath: "m/purely", Imports: []string{"database/sql"}, Deps: []string{"database/sql"}},
			nil,
		},
		"direct arrow allows what others bring in": {
			direct,
			listed{ImportPath: "m/graph", Imports: []string{"m/ent"}, Deps: []string{"m/ent", "database/sql"}},
			nil,
		},
		"direct arrow": {
			direct,
			listed{ImportPath: "m/graph", Imports: []string{"database/sql"}, Deps: []string{"database/sql"}},
			[]string{"m/graph reaches database/sql: reads through ent"},
		},
		"package's own children": {
			arrow{from: "m/web", to: []string{"m"}, why: "alone"},
			listed{ImportPath: "m/web", Deps: []string{"m/web/assets"}},
			nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := violations([]listed{tt.given}, []arrow{tt.arrow}); !slices.Equal(got, tt.want) {
				t.Errorf("violations(%+v): got %q, want %q", tt.given, got, tt.want)
			}
		})
	}
}

// Each arrow of the module must catch a package made to break it: one whose
// ends overlap would forbid nothing, since a package may import its own.
func TestEachArrowCatchesABreach(t *testing.T) {
	for _, a := range arrows {
		for _, to := range a.to {
			breach := listed{ImportPath: a.from, Imports: []string{to}, Deps: []string{to}}
			want := []string{fmt.Sprintf("%s reaches %s: %s", a.from, to, a.why)}
			if got := violations([]listed{breach}, []arrow{a}); !slices.Equal(got, want) {
				t.Errorf("violations(%+v): got %q, want %q", breach, got, want)
			}
		}
	}
}
