package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
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

// mostFilter is how many characters a filter may look for: SQLite refuses a
// pattern that is much longer, and no name or title is.
const mostFilter = 200

// orDefault fills what is zero.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		Depth: cmp.Or(l.Depth, d.Depth), Cost: cmp.Or(l.Cost, d.Cost), Page: cmp.Or(l.Page, d.Page),
		Body: cmp.Or(l.Body, d.Body), Query: cmp.Or(l.Query, d.Query),
		Mutations: cmp.Or(l.Mutations, d.Mutations), Time: cmp.Or(l.Time, d.Time),
	}
}

// fewRows is for how many rows a list is taken that its own form bounds.
const fewRows = 5

// perSubject are the fields that run SQL for each subject, or read all cases of a
// group, or draw, each with what it weighs. They are answered for single subjects
// and refused in lists.
var perSubject = map[string]int{
	"availableTransitions": 100, "openableMatters": 100, "signedMinutes": 300, "tests": 100, "interest": 100, "papers": 100, "history": 100, "pool": 100, "versionChanges": 100, "otherProjects": 100, "rates": 100, "reach": 100, "progress": 100, "reportedResults": 100, "decisionLetter": 100, "review": 100, "today": 100, "statistics": 5_000, "workflowGraph": 15_000,
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

// bySince stands among what is asked where an operation orders cases by when they
// came into their states.
const bySince = "ProposalOrder.STATE_SINCE"

const askedExtension = "atranka.asked"

// askedOf is what the operation of ctx selects.
func askedOf(ctx context.Context) asked {
	if !graphql.HasOperationContext(ctx) { // a letter is no operation
		return nil
	}
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
	if notUTF8(p.Query) || notUTF8(p.OperationName) || hasText(p.Variables, notUTF8) {
		return &gqlerror.Error{Err: malformedText()}
	}
	// PostgreSQL keeps no NUL in a text and SQLite does: neither gets one.
	if hasNUL(p.Query) || hasNUL(p.OperationName) || escapesNUL(p.Query) || hasText(p.Variables, hasNUL) {
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
		if hasNUL(token.Value) {
			return true
		}
	}
}

func hasNUL(text string) bool { return strings.Contains(text, "\x00") }

func notUTF8(text string) bool { return !utf8.ValidString(text) }

// hasText looks for a bad text among the values of a request.
func hasText(v any, bad func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return bad(v)
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return hasText(x, bad) })
	case map[string]any:
		for key, value := range v {
			if bad(key) || hasText(value, bad) {
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
	for name, value := range op.Variables { // as [documents] has it
		if one, ok := value.([]map[string]any); ok && len(one) == 1 {
			op.Variables[name] = []any{one[0]}
		}
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
	args, err := w.arguments(f)
	if err != nil {
		return w.refuse(at, err)
	}
	cost := 1
	if price := perSubject[f.Name]; price > 0 {
		if cost = price; at.inList {
			return w.refuse(at, perSubjectRefused(f.Name))
		}
	}
	below := place{depth: at.depth + 1, inList: at.inList, path: at.path}
	rows := 1
	switch {
	case strings.HasSuffix(f.Definition.Type.Name(), "Connection"):
		n, err := w.page(f, args)
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

// arguments are a field's, read and found sound: orders, filters and cursors,
// which the resolvers of nested lists take as they are.
func (w *weighing) arguments(f *ast.Field) (map[string]any, error) {
	for _, a := range f.Arguments {
		if _, err := a.Value.Value(w.vars); err != nil { // ArgumentMap would panic
			return nil, malformed(a.Name, workflow.Text{
				LT: fmt.Sprintf("Argumento %s skaičius per didelis.", a.Name), EN: fmt.Sprintf("A number in the argument %s is too large.", a.Name),
			})
		}
	}
	args := f.ArgumentMap(w.vars)
	orders, err := w.orders(f, args)
	if err != nil {
		return nil, err
	}
	if err := unfitCursor(f, args, orders); err != nil {
		return nil, err
	}
	return args, longFilter(args["filter"])
}

// orders are the fields that a list is ordered by. What it does not know it
// takes for an order by scores.
func (w *weighing) orders(f *ast.Field, args map[string]any) ([]string, error) {
	var all []string
	for _, d := range f.Definition.Arguments {
		if !strings.HasSuffix(d.Type.Name(), "Order") {
			continue
		}
		fields, known := orderFields(args[d.Name])
		if !known || slices.Contains(fields, ent.ProposalOrderFieldFinalScore.String()) {
			w.asked[byScore] = true
		}
		if !known || (d.Type.Name() == "ProposalOrder" && slices.Contains(fields, ent.ProposalOrderFieldStateSince.String())) {
			w.asked[bySince] = true
		}
		for i, name := range fields {
			if slices.Contains(fields[:i], name) { // a thousand of them are more than a database sorts by
				return nil, malformed(d.Name, workflow.Text{
					LT: fmt.Sprintf("Argumente %s tas pats laukas nurodytas du kartus: %s.", d.Name, model.Brief(name)),
					EN: fmt.Sprintf("The argument %s names a field twice: %s.", d.Name, model.Brief(name)),
				})
			}
		}
		all = append(all, fields...)
	}
	return all, nil
}

// longFilter refuses to look for a text that is longer than any.
func longFilter(filter any) error {
	fields, _ := filter.(map[string]any)
	for name, value := range fields {
		if text, ok := value.(string); ok && utf8.RuneCountInString(text) > mostFilter {
			return malformed("filter."+name, workflow.Text{
				LT: fmt.Sprintf("Filtro laukas %s per ilgas: daugiausia %d ženklų.", name, mostFilter),
				EN: fmt.Sprintf("The field %s of the filter is too long: at most %d characters.", name, mostFilter),
			})
		}
	}
	return nil
}

// page is the size that a connection asks for.
func (w *weighing) page(f *ast.Field, args map[string]any) (int, error) {
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

// orderFields are the fields that an orderBy argument names, known only where
// it is nothing or a list of inputs.
func orderFields(arg any) (fields []string, known bool) {
	inputs, isList := arg.([]any)
	if !isList {
		return nil, arg == nil
	}
	for _, input := range inputs {
		order, _ := input.(map[string]any)
		name, ok := order["field"].(string)
		if !ok {
			return fields, false
		}
		fields = append(fields, name)
	}
	return fields, true
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
