package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mutant is one thing that could be wrong.
type mutant struct {
	number int
	name   string
	place  string // the function or the guard that it is in
	guard  bool   // what a guard answers, and not a condition inside one
}

// mutated is a package whose sources hold all of its mutants.
type mutated struct {
	suite   suite
	sources map[string]string // by file name
	mutants []mutant

	onlyGuards bool
	missing    []condition     // guards not met yet
	found      map[string]bool // guards met
	times      map[string]int  // that a name was given
	entered    map[string]bool // files and functions whose conditions are mutated
}

// switchboard is the file that wakes a mutant, and writes down which ones a run
// comes to where it is asked to. What a guard answers is turned round, or held to
// one side where it was on the other.
const switchboard = `package %[1]s

import (
	"os"
	"strconv"
	"sync/atomic"
%[3]s)

var mutantNumber, _ = strconv.Atoi(os.Getenv("MUTANT"))

var mutantsReached [%[4]d + 1]atomic.Bool

var mutantsWritten = func() *os.File {
	f, _ := os.OpenFile(os.Getenv("MUTANTS_REACHED"), os.O_APPEND|os.O_WRONLY, 0)
	return f
}()

func mutantAwake(n int) bool {
	if mutantsWritten != nil {
		mutantReached(n)
	}
	return n == mutantNumber
}

func mutantReached(n int) {
	if !mutantsReached[n].Swap(true) {
		if _, err := mutantsWritten.WriteString(strconv.Itoa(n) + "\n"); err != nil {
			panic(err)
		}
	}
}

func mutantAnswers(first int, r %[2]sResult) %[2]sResult {
	turned, always, never := mutantAwake(first), mutantAwake(first+1), mutantAwake(first+2)
	holds := r.Verdict == %[2]sPassed
	switch {
	case !holds && (turned || always):
		r.Verdict = %[2]sPassed
	case holds && (turned || never):
		r.Verdict = %[2]sFailed
	}
	return r
}
`

// answers are what a guard's mutants do, in the order that the switchboard
// numbers them by.
var answers = []string{"turned round", "holds always", "holds never"}

// mutate reads the package and puts its mutants into its sources.
func (s suite) mutate(root string, onlyGuards bool) (*mutated, error) {
	m := &mutated{
		suite: s, sources: map[string]string{}, onlyGuards: onlyGuards, missing: slices.Clone(s.conditions),
		found: map[string]bool{}, times: map[string]int{}, entered: map[string]bool{},
	}
	folder := filepath.Join(root, s.folder)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	name := ""
	for _, e := range entries {
		if !isSource(e) {
			continue
		}
		if name, err = m.read(folder, e.Name()); err != nil {
			return nil, err
		}
	}
	imported := ""
	if s.results != "" {
		imported = "\n\t\"github.com/atranka/atranka/rules\"\n"
	}
	m.sources["switchboard_of_mutants.go"] = fmt.Sprintf(switchboard, name, s.results, imported, len(m.mutants))
	return m, m.complete()
}

// complete refuses a guard that was not found, one that nobody named, and a
// place without conditions to mutate.
func (m *mutated) complete() error {
	if len(m.missing) > 0 {
		c := m.missing[0]
		return fmt.Errorf("the guard %q was not found: %s has no condition %s", c.guard, c.function, c.text)
	}
	found := slices.Sorted(maps.Keys(m.found))
	if want := slices.Sorted(slices.Values(m.suite.guards)); !slices.Equal(found, want) {
		return fmt.Errorf("found the guards %v, want %v", found, want)
	}
	for file, functions := range m.suite.inside {
		if functions == nil {
			functions = []string{file}
		}
		for _, place := range functions {
			if !m.entered[place] && !m.onlyGuards {
				return fmt.Errorf("%s of %s/%s has no condition to mutate", place, m.suite.folder, file)
			}
		}
	}
	return nil
}

// read plans the mutants of one file and gives the package's name.
func (m *mutated) read(folder, name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return "", err
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	w := &writer{mutated: m, file: set.File(f.Pos()), name: name, source: string(text), edits: map[ast.Node]func(string) string{}, texts: map[string]string{}}
	w.find(f)
	if len(w.edits) > 0 {
		m.sources[name] = w.text(f) + w.after.String()
	}
	return f.Name.Name, nil
}

func isSource(e fs.DirEntry) bool {
	return strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go")
}

func (m *mutated) add(place, name string, guard bool) int {
	n := len(m.mutants) + 1
	if guard {
		name = m.suite.folder + " " + name
	}
	m.mutants = append(m.mutants, mutant{number: n, name: name, place: place, guard: guard})
	return n
}

// writer puts mutants into one file.
type writer struct {
	*mutated
	file   *token.File
	name   string
	source string
	edits  map[ast.Node]func(string) string // of a node's text
	texts  map[string]string                // of the file's constants, by name
	after  strings.Builder                  // what follows the file's own text
}

// judges finds the number of the rule that a method's comment says it judges.
var judges = regexp.MustCompile(`\bjudges (R-\d\d)\b`)

// find plans the file's mutants.
func (w *writer) find(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			w.rule(d)
			w.body(receiver(d)+d.Name.Name, d)
		case *ast.GenDecl:
			w.constants(d)
			w.table(d)
		}
	}
}

// constants notes the texts that the file names.
func (w *writer) constants(d *ast.GenDecl) {
	if d.Tok != token.CONST {
		return
	}
	for _, spec := range d.Specs {
		v := spec.(*ast.ValueSpec)
		for i, value := range v.Values {
			w.texts[v.Names[i].Name] = w.spelt(value)
		}
	}
}

// spelt is the text that a literal or a constant of the file stands for.
func (w *writer) spelt(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.Ident:
		return w.texts[e.Name]
	default:
		return ""
	}
}

// receiver is the type whose method it is, with a point.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	of := d.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

// rule puts a wrapper before the method that judges a rule of the field.
func (w *writer) rule(d *ast.FuncDecl) {
	number := judges.FindStringSubmatch(d.Doc.Text())
	if d.Name.Name != "Check" || d.Recv == nil || number == nil {
		return
	}
	w.edits[d.Name] = func(string) string { return "soundCheck" }
	fmt.Fprintf(&w.after, "\nfunc (c %s) Check() Result { return mutantAnswers(%d, c.soundCheck()) }\n",
		strings.TrimSuffix(receiver(d), "."), w.guard(number[1]))
}

// table wraps the functions of the table of computed guards.
func (w *writer) table(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 || v.Names[0].Name != "computed" {
			continue
		}
		table, ok := v.Values[0].(*ast.CompositeLit)
		if !ok {
			continue
		}
		for _, e := range table.Elts {
			row := e.(*ast.KeyValueExpr)
			name := w.spelt(row.Key)
			w.body("computed "+name, row.Value)
			first := w.guard(name)
			w.edits[row.Value] = func(sound string) string {
				return fmt.Sprintf("func(s sight) %sResult { return mutantAnswers(%d, (%s)(s)) }", w.suite.results, first, sound)
			}
		}
	}
}

func (w *writer) guard(name string) (first int) {
	w.found[name] = true
	for i, does := range answers {
		n := w.add(name, name+" "+does, true)
		if i == 0 {
			first = n
		}
	}
	return first
}

// body plans what may be wrong inside one function.
func (w *writer) body(function string, n ast.Node) {
	negated := map[ast.Node]bool{}
	condition := func(e ast.Expr) { negated[e] = w.negate(function, e) }
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			condition(n.Cond)
		case *ast.SwitchStmt:
			if n.Tag != nil {
				break
			}
			for _, c := range n.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					condition(e)
				}
			}
		case *ast.BinaryExpr:
			w.shift(function, n, negated[n])
		}
		return true
	})
}

// negate plans the opposite of a condition, and says whether it did.
func (w *writer) negate(function string, e ast.Expr) bool {
	n := 0
	text := w.original(e)
	at := slices.IndexFunc(w.missing, func(c condition) bool { return c.function == function && c.text == text })
	switch {
	case at >= 0:
		n = w.add(function, w.missing[at].guard+" turned round", true)
		w.missing = slices.Delete(w.missing, at, at+1)
	case w.inside(function):
		n = w.inner(function, "not ("+text+")")
	default:
		return false
	}
	w.edit(e, func(sound string) string { return fmt.Sprintf("((%s) != mutantAwake(%d))", sound, n) })
	return true
}

// shifted is what a comparison or connective becomes.
var shifted = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
}

// shift plans another operator. That of == and != is the opposite, which a
// condition that is negated has already.
func (w *writer) shift(function string, e *ast.BinaryExpr, negated bool) {
	to, ok := shifted[e.Op]
	equality := e.Op == token.EQL || e.Op == token.NEQ
	if !ok || !w.inside(function) || negated && equality {
		return
	}
	n := w.inner(function, fmt.Sprintf("%s %s %s", w.original(e.X), to, w.original(e.Y)))
	w.edit(e, func(sound string) string {
		x, y := w.text(e.X), w.text(e.Y)
		if equality {
			return fmt.Sprintf("((%s) != mutantAwake(%d))", sound, n)
		}
		return fmt.Sprintf("(mutantAwake(%[1]d) && ((%[2]s) %[3]s (%[4]s)) || !mutantAwake(%[1]d) && (%[5]s))", n, x, to, y, sound)
	})
}

// inside says whether the conditions of the function are mutated too.
func (w *writer) inside(function string) bool {
	functions, ok := w.suite.inside[w.name]
	return ok && !w.onlyGuards && (functions == nil || slices.Contains(functions, function))
}

func (w *writer) inner(function, becomes string) int {
	w.entered[w.name], w.entered[function] = true, true
	name := fmt.Sprintf("%s/%s %s: %s", w.suite.folder, w.name, function, becomes)
	w.times[name]++
	if n := w.times[name]; n > 1 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	return w.add(function, name, false)
}

// edit puts a further change around what is planned for the node already: a
// condition is found before the comparison that it is.
func (w *writer) edit(n ast.Node, more func(string) string) {
	planned := w.edits[n]
	if planned == nil {
		w.edits[n] = more
		return
	}
	w.edits[n] = func(sound string) string { return planned(more(sound)) }
}

var blanks = regexp.MustCompile(`\s+`)

// original is the node as its author wrote it, on one line.
func (w *writer) original(n ast.Node) string {
	return blanks.ReplaceAllString(w.source[w.file.Offset(n.Pos()):w.file.Offset(n.End())], " ")
}

// text is the node with all mutants in it.
func (w *writer) text(n ast.Node) string {
	var sb strings.Builder
	from := n.Pos()
	if f, ok := n.(*ast.File); ok {
		from = f.FileStart
	}
	ast.Inspect(n, func(child ast.Node) bool {
		if child == nil || child == n || w.edits[child] == nil {
			return true
		}
		sb.WriteString(w.source[w.file.Offset(from):w.file.Offset(child.Pos())])
		sb.WriteString(w.text(child))
		from = child.End()
		return false
	})
	end := n.End()
	if f, ok := n.(*ast.File); ok {
		end = f.FileEnd
	}
	sb.WriteString(w.source[w.file.Offset(from):w.file.Offset(end)])
	if edit := w.edits[n]; edit != nil {
		return edit(sb.String())
	}
	return sb.String()
}
