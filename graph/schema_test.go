package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	gql "github.com/vektah/gqlparser/v2/ast"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/generated"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
)

func schema() *gql.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// constants are the values of the constants of a string type, in the order of
// the file.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != typeName {
				continue
			}
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
	}
	return values
}

func TestEnumsAreThoseOfTheDomain(t *testing.T) {
	for enum, at := range map[string][2]string{
		"ErrorCode": {"error.go", "Code"}, "Role": {"definition.go", "Role"}, "Phase": {"definition.go", "Phase"},
		"Outcome": {"definition.go", "Outcome"},
	} {
		var got []string
		for _, v := range schema().Types[enum].EnumValues {
			got = append(got, v.Name)
			if enum == "ErrorCode" && v.Description == "" {
				t.Errorf("ErrorCode %s: got no description, want one", v.Name)
			}
		}
		if want := constants(t, filepath.Join("..", "workflow", at[0]), at[1]); !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("enum %s: got %q, want %q", enum, got, want)
		}
	}
}

// What an error says of a value rests on the value's type.
func TestEveryTypeOfInputHasAForm(t *testing.T) {
	sent := map[string]bool{}
	for _, def := range schema().Types {
		for _, f := range def.Fields {
			if def.Kind == gql.InputObject {
				sent[f.Type.Name()] = true
			}
			for _, arg := range f.Arguments {
				sent[arg.Type.Name()] = true
			}
		}
	}
	for name := range sent {
		if m := formOf(schema().Types[name]); m.LT == "" || m.EN == "" || m.LT == m.EN {
			t.Errorf("%s: got %+v, want a form in both languages", name, m)
		}
	}
	if len(sent) < len(forms) {
		t.Errorf("types of input: got %d, want at least the %d scalars", len(sent), len(forms))
	}
}

// A sum of what is kept that overflows is no fault of whoever asks for it.
func TestOverflowInAnAnswerIsInternal(t *testing.T) {
	_, overflow := money.Sum(money.Max, 1)
	if r, known := new(presenter).refusalIn(t.Context(), overflow); known || r.Code != workflow.Internal {
		t.Errorf("%v: got %s, want %s", overflow, r.Code, workflow.Internal)
	}
	_, sent := money.Parse("92233720368547758.08")
	if r, known := new(presenter).refusalIn(t.Context(), sent); !known || r.Code != workflow.MalformedMoney {
		t.Errorf("%v: got %s, want %s", sent, r.Code, workflow.MalformedMoney)
	}
}

func TestTypesWithStatesAreThoseOfTheEngine(t *testing.T) {
	for p := range ident.Prefixes {
		_, has := workflow.KindOf(ident.ID(string(p) + "_01h455vb4pex5vsknk084sn02q"))
		if got := slices.Contains(withStates, p); got != has {
			t.Errorf("%s: got states = %t, want %t", p, got, has)
		}
	}
}

// Every connection can be asked for by first or last: limits.go demands it by
// the name of the type.
func TestEveryConnectionIsPaged(t *testing.T) {
	pages := 0
	for _, def := range schema().Types {
		for _, f := range def.Fields {
			if !strings.HasSuffix(f.Type.Name(), "Connection") {
				continue
			}
			pages++
			if f.Arguments.ForName("first") == nil || f.Arguments.ForName("last") == nil {
				t.Errorf("%s.%s: got arguments %v, want first and last", def.Name, f.Name, f.Arguments)
			}
		}
	}
	if pages == 0 {
		t.Error("got no connection in the schema, want some")
	}
}

// queries is an empty query of each type that ent knows.
func queries(t *testing.T) map[string]ent.Query {
	t.Helper()
	out := map[string]ent.Query{}
	client := reflect.ValueOf(readOnly(nil)).Elem()
	for name := range ent.Columns {
		field := client.FieldByName(name)
		if !field.IsValid() {
			t.Fatalf("the client has no %s", name)
		}
		out[name] = field.MethodByName("Query").Call(nil)[0].Interface()
	}
	return out
}

// hidden are the types that no request walks to, not even for an administrator:
// what is told of some, a resolver tells.
var hidden = []string{"ConsultationInput", "Definition", "Dossier", "HistoryBody", "RoleGrant", "RuleSet"}

func TestEveryTypeIsClassified(t *testing.T) {
	machines := storetest.Machines(t)
	var refused []string
	for name, q := range queries(t) {
		v := &sight{machines: machines}
		if v.Traverse(t.Context(), q) != nil {
			refused = append(refused, name)
		}
	}
	slices.Sort(refused)
	if !slices.Equal(refused, hidden) {
		t.Errorf("types that nobody may read: got %q, want %q", refused, hidden)
	}
}

// Types whose ids have no prefix of their own, or none that ident knows.
var withoutPrefix = []string{"CallAllocation", "HistoryEntry", "ProposalFunding"}

func TestEveryNodeCanBeReadByItsID(t *testing.T) {
	byTable := slices.Collect(maps.Values(tables))
	var missing []string
	for _, def := range schema().PossibleTypes["Node"] {
		if !slices.Contains(byTable, ent.Columns[def.Name].Table) {
			missing = append(missing, def.Name)
		}
	}
	slices.Sort(missing)
	if !slices.Equal(missing, withoutPrefix) {
		t.Errorf("nodes that no id leads to: got %q, want %q", missing, withoutPrefix)
	}
}

// known is what the public may know of a listed proposal; every other column
// is withheld, so that a new one has to be classified.
var known = []string{
	"id", "lag_id", "state", "state_since", "version", "definition", "source_id", "source_lines", "synthetic", "synthetic_fields", "call_id", "action_id",
	"applicant_id", "title", "title_key", "title_words", "grant_requested", "eligible_total", "own_project", "grant_awarded",
}

func TestEveryColumnOfAProposalIsKnownOrWithheld(t *testing.T) {
	p := new(ent.Proposal)
	row := reflect.ValueOf(p).Elem()
	columns := map[string]reflect.Value{}
	for i := range row.NumField() {
		name, _, _ := strings.Cut(row.Type().Field(i).Tag.Get("json"), ",")
		if row.Type().Field(i).IsExported() && name != "edges" && name != "" {
			columns[name] = row.Field(i)
			row.Field(i).Set(something(row.Field(i).Type()))
		}
	}
	spec := ent.Columns["Proposal"]
	if got, want := len(columns), len(spec.Columns)+len(spec.Derived); got != want {
		t.Fatalf("columns: got %d fields, want the %d of the table", got, want)
	}
	withholdContent(p)
	for name, field := range columns {
		if got, want := !field.IsZero(), slices.Contains(known, name); got != want {
			t.Errorf("%s: shown to the public = %t, want %t", name, got, want)
		}
	}
}

// something is a value of the type that is not its zero.
func something(typ reflect.Type) reflect.Value {
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(typ, 1, 1))
	case reflect.Map:
		v.Set(reflect.MakeMap(typ))
	case reflect.Pointer:
		v.Set(reflect.New(typ.Elem()))
	default: // a column of a new kind reads as withheld, and its test fails
	}
	return v
}

// longestResolver is how many lines a resolver may have: what is longer has a
// name of its own beside it.
const longestResolver = 5

func TestResolversAreThin(t *testing.T) {
	files, err := filepath.Glob("*.resolvers.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v; want files of resolvers", files, err)
	}
	for _, file := range files {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if got := set.Position(fn.Body.Rbrace).Line - set.Position(fn.Body.Lbrace).Line - 1; got > longestResolver {
				t.Errorf("%s in %s: got %d lines, want at most %d", fn.Name.Name, file, got, longestResolver)
			}
		}
	}
}

// What a cursor may hold rests on the type of the list and on its orders.
func TestEveryListSaysWhatItsCursorsHold(t *testing.T) {
	s := schema()
	for name, def := range s.Types {
		node, isList := strings.CutSuffix(name, "Connection")
		if !isList || def.Kind != gql.Object {
			continue
		}
		l, ok := listings[node]
		var want []string
		if orders := s.Types[node+"OrderField"]; orders != nil {
			for _, v := range orders.EnumValues {
				want = append(want, v.Name)
			}
		}
		slices.Sort(want)
		if got := slices.Sorted(maps.Keys(l.values)); !ok || !slices.Equal(got, want) {
			t.Errorf("listings of %s: got %q, want its orders %q", node, got, want)
		}
		if (len(l.of) == 0) != (l.always != "") {
			t.Errorf("listings of %s: got ids of %q, want those of its records", node, l.of)
		}
	}
}
