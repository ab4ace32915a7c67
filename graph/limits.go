package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// Limits bound what one request may ask for. They are checked on the parsed
// operation, once, before anything is resolved.
type Limits struct {
	Depth int   // of nested fields
	Cost  int   // of all fields, each times the rows that it may have
	Page  int   // rows of a connection
	Body  int64 // bytes of the request
	Query int   // bytes of the query text, and so of what is parsed
	// Mutations are the acts of one request: each is a transaction of its own.
	Mutations int
	Time      time.Duration // until the answer is abandoned
}

// orDefault fills what is zero.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		Depth: cmp.Or(l.Depth, d.Depth), Cost: cmp.Or(l.Cost, d.Cost), Page: cmp.Or(l.Page, d.Page),
		Body: cmp.Or(l.Body, d.Body), Query: cmp.Or(l.Query, d.Query),
		Mutations: cmp.Or(l.Mutations, d.Mutations), Time: cmp.Or(l.Time, d.Time),
	}
}

// What a field weighs beyond one: lists that their own form bounds are taken
// for fewRows, and fields that ask the database per subject for perSubjectCost.
const (
	fewRows        = 5
	perSubjectCost = 100
)

// perSubject are the fields that run SQL for each subject, or today for each
// state that has a term. They are answered
// for single subjects and refused in lists.
var perSubject = map[string]bool{
	"availableTransitions": true, "history": true, "today": true,
}

// asked are the fields that an operation selects, as "Type.field".
type asked map[string]bool

func (a asked) any(fields ...string) bool {
	for _, f := range fields {
		if a[f] {
			return true
		}
	}
	return false
}

// byScore stands among what is asked where an operation orders proposals by
// their scores.
const byScore = "ProposalOrder.FINAL_SCORE"

const askedExtension = "atranka.asked"

// askedOf is what the operation of ctx selects.
func askedOf(ctx context.Context) asked {
	a, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(askedExtension).(asked)
	return a
}

// ExtensionName is the name that gqlgen lists the limits under.
func (Limits) ExtensionName() string { return "AtrankaLimits" }

// Validate accepts every schema.
func (Limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a query text beyond its limit, unparsed.
func (l Limits) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if len(p.Query) > l.Query {
		return &gqlerror.Error{Err: tooComplex("query", int64(l.Query))}
	}
	// PostgreSQL keeps no NUL in a text and SQLite does: neither gets one.
	if strings.Contains(p.Query, "\x00") || escapesNUL(p.Query) || hasNUL(p.Variables) {
		return &gqlerror.Error{Err: malformed("", workflow.Text{
			LT: "Užklausoje yra nulinis ženklas (U+0000). Pašalinkite jį.", EN: "The request holds a null character (U+0000). Take it out.",
		})}
	}
	return nil
}

// escapesNUL looks for a null character that a text in the query spells out. A
// block text has no escapes, and a backslash may itself be escaped, so the
// lexer is asked; it is only where there is reason to.
func escapesNUL(query string) bool {
	if !strings.Contains(query, `\u0`) && !strings.Contains(query, `\u{0`) {
		return false
	}
	l := lexer.New(&ast.Source{Input: query})
	for {
		token, err := l.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return false // the parser tells what does not read
		}
		if strings.Contains(token.Value, "\x00") {
			return true
		}
	}
}

// hasNUL looks for a null character in the values of a request.
func hasNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "\x00")
	case []any:
		return slices.ContainsFunc(v, hasNUL)
	case map[string]any:
		for key, value := range v {
			if hasNUL(key) || hasNUL(value) {
				return true
			}
		}
	}
	return false
}

// MutateOperationContext weighs the operation and refuses it whole: pages
// without a size, fields per subject in a list, too deep, too dear.
func (l Limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if op.Operation.Operation == ast.Mutation && l.acts(op.Operation.SelectionSet) > l.Mutations {
		return &gqlerror.Error{Err: tooComplex("mutations", int64(l.Mutations))}
	}
	w := &weighing{limits: l, vars: op.Variables, asked: asked{}}
	cost := w.fields(op.Operation.SelectionSet, place{depth: 1})
	if w.err == nil && cost > l.Cost {
		w.err = tooComplex("cost", int64(l.Cost))
	}
	if w.err != nil {
		return &gqlerror.Error{Err: w.err, Path: w.path}
	}
	op.Stats.SetExtension(askedExtension, w.asked)
	return nil
}

// acts counts the fields of a mutation, and stops once there are too many.
func (l Limits) acts(set ast.SelectionSet) int {
	n := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			n++
		case *ast.InlineFragment:
			n += l.acts(s.SelectionSet)
		case *ast.FragmentSpread:
			n += l.acts(s.Definition.SelectionSet)
		}
		if n > l.Mutations {
			break
		}
	}
	return n
}

// weighing is one walk over an operation.
type weighing struct {
	limits Limits
	vars   map[string]any
	asked  asked
	err    error
	path   ast.Path
}

// place is where in the operation the walk stands.
type place struct {
	depth      int
	inList     bool
	connection bool // directly inside a connection, whose page is counted already
	path       ast.Path
}

// fields is the cost of a selection.
func (w *weighing) fields(set ast.SelectionSet, at place) int {
	cost := 0
	for _, selection := range set {
		if w.err != nil {
			return cost
		}
		switch s := selection.(type) {
		case *ast.Field:
			cost += w.field(s, at)
		case *ast.InlineFragment:
			cost += w.fields(s.SelectionSet, at)
		case *ast.FragmentSpread:
			cost += w.fields(s.Definition.SelectionSet, at)
		}
		if cost > w.limits.Cost {
			return cost
		}
	}
	return cost
}

func (w *weighing) field(f *ast.Field, at place) int {
	if strings.HasPrefix(f.Name, "__") { // introspection is bounded by the schema
		return 1
	}
	at.path = append(at.path[:len(at.path):len(at.path)], ast.PathName(f.Alias))
	w.asked[f.ObjectDefinition.Name+"."+f.Name] = true
	if at.depth > w.limits.Depth {
		return w.refuse(at, tooComplex("depth", int64(w.limits.Depth)))
	}
	cost := 1
	if perSubject[f.Name] {
		if cost = perSubjectCost; at.inList {
			return w.refuse(at, perSubjectRefused(f.Name))
		}
	}
	below := place{depth: at.depth + 1, inList: at.inList, path: at.path}
	rows := 1
	switch {
	case strings.HasSuffix(f.Definition.Type.Name(), "Connection"):
		n, err := w.page(f)
		if err != nil {
			return w.refuse(at, err)
		}
		rows, below.connection = max(n, 1), true
		below.inList = at.inList || n > 1
	case f.Definition.Type.Elem != nil && !at.connection:
		rows, below.inList = fewRows, true
	}
	return cost + rows*w.fields(f.SelectionSet, below)
}

func (w *weighing) refuse(at place, err error) int {
	w.err, w.path = err, at.path
	return 0
}

// page is the size that a connection asks for.
func (w *weighing) page(f *ast.Field) (int, error) {
	args := f.ArgumentMap(w.vars)
	if ordersBy(args["orderBy"], ent.ProposalOrderFieldFinalScore.String()) {
		w.asked[byScore] = true
	}
	first, hasFirst := number(args["first"])
	last, hasLast := number(args["last"])
	n := first + last
	if hasFirst == hasLast || n < 0 || n > int64(w.limits.Page) {
		return 0, workflow.Refuse(workflow.PageSize, f.Name, workflow.Text{
			LT: fmt.Sprintf("Sąrašui %s nurodykite first arba last: nuo 0 iki %d.", f.Name, w.limits.Page),
			EN: fmt.Sprintf("Give the list %s either first or last, between 0 and %d.", f.Name, w.limits.Page),
		})
	}
	return int(n), nil
}

// ordersBy says whether an orderBy argument, one input or a list of them, names
// the field.
func ordersBy(arg any, field string) bool {
	switch a := arg.(type) {
	case []any:
		return slices.ContainsFunc(a, func(x any) bool { return ordersBy(x, field) })
	case map[string]any:
		return a["field"] == field
	default:
		return false
	}
}

// number reads an Int argument, given in the query or as a variable.
func number(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64:
		return int64(n), true
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	default:
		return 0, false
	}
}

func perSubjectRefused(field string) error {
	return workflow.Refuse(workflow.TooComplex, field, workflow.Text{
		LT: fmt.Sprintf("Laukas %s skaičiuojamas kiekvienam įrašui atskirai: prašykite jo per node(id) arba po vieną, ne sąraše.", field),
		EN: fmt.Sprintf("The field %s is computed for each record apart: ask for it by node(id) or one at a time, not in a list.", field),
	})
}
