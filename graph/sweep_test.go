package graph_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gql "github.com/vektah/gqlparser/v2/ast"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/graph/generated"
	"github.com/atranka/atranka/ident"
)

// sweep makes questions of the schema: every root field with every argument, and every
// record by its id with every field. What it asks follows the schema as it grows; a
// new argument that it knows no values for ends the test.
type sweep struct {
	t      *testing.T
	schema *gql.Schema
	ids    []ident.ID          // those of one type or another that arguments are tried with
	words  map[string][]string // what arguments and parts of filters that are texts are tried with
	asks   map[string]bool     // "Type.field" of what its questions ask
	called map[*gql.FieldDefinition][]string
}

func newSweep(t *testing.T, words map[string][]string) *sweep {
	return &sweep{
		t: t, schema: generated.NewExecutableSchema(generated.Config{}).Schema(), words: maps.Clone(words), asks: map[string]bool{},
	}
}

// about has the arguments that are ids tried with these.
func (s *sweep) about(ids []ident.ID) {
	s.ids, s.called = ids, map[*gql.FieldDefinition][]string{}
}

// boundless lets a question ask for as much as the schema has.
var boundless = graph.Limits{Depth: 40, Cost: math.MaxInt32, Query: 1 << 22, Body: 1 << 23}

// idsOf are the types that an argument of the name takes; any where none is named.
var idsOf = map[string][]ident.Prefix{
	"lagId": {ident.LAG}, "callId": {ident.Call}, "strategyId": {ident.Strategy}, "applicantId": {ident.Organisation},
	"promoterId": {ident.Organisation}, "actionId": {ident.Action}, "subjectId": {ident.Proposal, ident.Call, ident.Meeting, ident.Evaluation},
	"without": {ident.Proposal, ident.Person}, "fundFirst": {ident.Proposal}, "proposalId": {ident.Proposal}, "evaluationId": {ident.Evaluation},
	"documentId": {ident.Document}, "seatId": {ident.BoardSeat}, "evaluatorId": {ident.Person}, "personId": {ident.Person}, "lots": {ident.Proposal},
	"organisationId": {ident.Organisation}, "meetingId": {ident.Meeting}, "itemId": {ident.AgendaItem}, "letterId": {ident.Correspondence},
	"receiptId": {ident.Document}, "oneId": {ident.Organisation, ident.Person}, "otherId": {ident.Organisation, ident.Person},
	"inPlaceId": {ident.Person}, "measureId": {ident.Measure}, "decisionId": {ident.Decision}, "incidentId": {ident.Incident},
	"criterionId": {ident.Criterion}, "recuse": {ident.BoardSeat}, "persons": {ident.Person}, "withdrawn": {ident.Proposal}, "reannouncesId": {ident.Call},
	"competences": {ident.Action},
	"indicatorId": {ident.Indicator}, "reportId": {ident.ProgressReport},
}

// numbers are what arguments that are whole numbers are tried with.
var numbers = map[string][]string{
	"days": {"0", "31"}, "version": {"1"}, "each": {"1", "3"}, "capacity": {"9"}, "seed": {"1"}, "first": {"100"}, "after": {"0", "1"},
	"from": {"1"}, "to": {"1", "2"},
}

// values are what an argument, or a part of one, is tried with, in the words of a query.
func (s *sweep) values(name string, of *gql.Type) []string {
	s.t.Helper()
	if of.Elem != nil {
		var out []string
		for _, one := range s.values(name, of.Elem) {
			out = append(out, "["+one+"]")
		}
		return out
	}
	var out []string
	def := s.schema.Types[of.NamedType]
	switch {
	case def.Kind == gql.Enum:
		for _, v := range def.EnumValues {
			out = append(out, v.Name)
		}
	case strings.HasSuffix(def.Name, "Order"):
		for _, field := range s.values("field", def.Fields.ForName("field").Type) {
			out = append(out, "{field: "+field+"}", "{field: "+field+", direction: DESC}")
		}
	case def.Kind == gql.InputObject:
		for _, f := range def.Fields {
			for _, v := range s.values(f.Name, f.Type) {
				out = append(out, "{"+f.Name+": "+v+"}")
			}
		}
	case def.Name == "Boolean":
		out = []string{"true", "false"}
	case def.Name == "Int":
		out = numbers[name]
	case def.Name == "Money":
		out = []string{`"12000.00"`}
	case def.Name == "ID":
		for _, id := range s.ids {
			if slices.Contains(idsOf[name], id.Prefix()) {
				out = append(out, quoted(id))
			}
		}
	case def.Name == "String":
		for _, word := range s.words[name] {
			out = append(out, fmt.Sprintf("%q", word))
		}
	}
	if len(out) == 0 {
		s.t.Fatalf("the argument %s of %s: got nothing to try it with, want some", name, of)
	}
	return out
}

// pages are the arguments by which a list is paged.
var pages = []string{"first", "last", "after", "before"}

// calls are the ways to ask for a field: with what it needs, every value of that with every
// other, and each of its other arguments by itself; the plainest first.
func (s *sweep) calls(f *gql.FieldDefinition) []string {
	s.t.Helper()
	if s.called[f] == nil {
		s.called[f] = s.waysTo(f)
	}
	return s.called[f]
}

func (s *sweep) waysTo(f *gql.FieldDefinition) []string {
	s.t.Helper()
	plain := []string{""}
	join := func(args, more string) string { return strings.TrimPrefix(args+", "+more, ", ") }
	page := s.page(f)
	for _, a := range f.Arguments {
		if !a.Type.NonNull || a.DefaultValue != nil {
			continue
		}
		var with []string
		for _, args := range plain {
			for _, v := range s.values(a.Name, a.Type) {
				with = append(with, join(args, a.Name+": "+v))
			}
		}
		plain = with
	}
	var all []string
	for _, args := range plain {
		all = append(all, join(args, page))
	}
	if page != "" {
		all = append(all, "last: 100", "first: 0")
	}
	for _, a := range f.Arguments {
		if (a.Type.NonNull && a.DefaultValue == nil) || page != "" && slices.Contains(pages, a.Name) {
			continue
		}
		for _, v := range s.values(a.Name, a.Type) {
			for _, args := range plain {
				all = append(all, join(join(args, page), a.Name+": "+v))
			}
		}
	}
	for i, args := range all {
		if args != "" {
			all[i] = "(" + args + ")"
		}
	}
	return all
}

// page asks a connection for all that it has.
func (s *sweep) page(f *gql.FieldDefinition) string {
	if strings.HasSuffix(f.Type.Name(), "Connection") {
		return "first: 100"
	}
	return ""
}

// fields asks for everything that a type has, down to so many steps from it.
func (s *sweep) fields(typeName string, steps int, inList bool) string {
	var b strings.Builder
	def := s.schema.Types[typeName]
	if def.Kind == gql.Interface {
		return " { __typename id }"
	}
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") || inList && graph.PerSubject[f.Name] > 0 {
			continue
		}
		to := s.schema.Types[f.Type.Name()]
		leaf := to.IsLeafType()
		inside := strings.HasSuffix(typeName, "Connection") || strings.HasSuffix(typeName, "Edge")
		if !leaf && !inside && steps == 0 {
			continue
		}
		s.asks[typeName+"."+f.Name] = true
		b.WriteString(" " + f.Name + s.calls(f)[0])
		switch {
		case leaf:
		case inside:
			b.WriteString(s.fields(to.Name, steps, inList))
		default:
			b.WriteString(s.fields(to.Name, steps-1, inList || f.Type.Elem != nil || strings.HasSuffix(to.Name, "Connection")))
		}
	}
	if b.Len() == 0 {
		return " { __typename }"
	}
	return " {" + b.String() + " }"
}

// question is something to ask, with what it is about.
type question struct{ about, query string }

// roots ask every root field in each of its ways, the plainest with what lies two steps from
// what it gives.
func (s *sweep) roots() []question {
	s.t.Helper()
	var out []question
	for _, f := range s.schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") || f.Name == "node" || f.Name == "nodes" {
			continue
		}
		s.asks["Query."+f.Name] = true
		to := s.schema.Types[f.Type.Name()]
		inList := f.Type.Elem != nil || strings.HasSuffix(to.Name, "Connection")
		for i, args := range s.calls(f) {
			steps := 1
			if i == 0 {
				steps = 2
			}
			query := f.Name + args
			if !to.IsLeafType() {
				query += s.fields(to.Name, steps, inList)
			}
			out = append(out, question{f.Name + args, "{ " + query + " }"})
		}
	}
	return out
}

// pairs ask root fields with two of the arguments that they need not have at once, so many drawn for each.
func (s *sweep) pairs(each int) []question {
	s.t.Helper()
	drawn := rand.New(rand.NewPCG(1, 2)) // the same in every run
	var out []question
	for _, f := range s.schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") || strings.HasPrefix(f.Name, "node") {
			continue
		}
		var free gql.ArgumentDefinitionList
		plain := s.page(f)
		for _, a := range f.Arguments {
			switch {
			case a.Type.NonNull && a.DefaultValue == nil:
				plain = strings.TrimSuffix(a.Name+": "+s.values(a.Name, a.Type)[0]+", "+plain, ", ")
			case plain == "" || !slices.Contains(pages, a.Name):
				free = append(free, a)
			}
		}
		if len(free) < 2 {
			continue
		}
		fields := " { totalCount edges { node { id } } }"
		if s.schema.Types[f.Type.Name()].IsLeafType() {
			fields = ""
		} else if s.page(f) == "" {
			fields = s.fields(f.Type.Name(), 0, f.Type.Elem != nil)
		}
		for range each {
			args := plain
			for _, i := range drawn.Perm(len(free))[:2] {
				values := s.values(free[i].Name, free[i].Type)
				args += ", " + free[i].Name + ": " + values[drawn.IntN(len(values))]
			}
			args = "(" + strings.TrimPrefix(args, ", ") + ")"
			out = append(out, question{f.Name + args, "{ " + f.Name + args + fields + " }"})
		}
	}
	return out
}

// records ask for each record by its id among others with all its fields, and alone where something
// is answered of single records only or by arguments, or where it may be one that nobody is to find.
func (s *sweep) records(typeOf func(ident.ID) string, alone func(ident.ID) bool) []question {
	s.t.Helper()
	var out []question
	byType := map[string][]string{}
	for _, id := range s.ids {
		name := typeOf(id)
		byType[name] = append(byType[name], quoted(id))
		if ways := s.each(name); alone(id) || len(ways) > 1 {
			for _, fields := range ways {
				out = append(out, question{"node " + name, "{ node(id: " + quoted(id) + ")" + fields + " }"})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byType)) {
		fields := " { __typename }"
		if name != "" {
			fields = " { __typename ... on " + name + s.fields(name, 1, true) + " }"
		}
		for ids := range slices.Chunk(byType[name], 100) {
			out = append(out, question{"nodes " + name, "{ nodes(ids: [" + strings.Join(ids, " ") + "])" + fields + " }"})
		}
	}
	return out
}

// each is one selection of all fields of a type, and one for each further way to ask for a field.
func (s *sweep) each(typeName string) []string {
	if typeName == "" {
		return []string{" { __typename id }"}
	}
	out := []string{" { __typename ... on " + typeName + s.fields(typeName, 1, false) + " }"}
	for _, f := range s.schema.Types[typeName].Fields {
		if graph.PerSubject[f.Name] > 0 {
			s.asks[typeName+"."+f.Name] = true
			fields := ""
			if !s.schema.Types[f.Type.Name()].IsLeafType() {
				fields = s.fields(f.Type.Name(), 3, f.Type.Elem != nil)
			}
			out = append(out, " { ... on "+typeName+" { "+f.Name+s.calls(f)[0]+fields+" } }")
		}
		for _, args := range s.calls(f)[1:] {
			to := s.schema.Types[f.Type.Name()]
			query := f.Name + args
			if !to.IsLeafType() {
				query += s.fields(to.Name, 0, strings.HasSuffix(to.Name, "Connection") || f.Type.Elem != nil)
			}
			out = append(out, " { ... on "+typeName+" { "+query+" } }")
		}
	}
	return out
}

// cursors has every root connection asked two at a time in each of its orders to its end, those that
// rise from their beginning and those that fall from their end; and a connection from each of the
// cursors that are given for it, both ways.
func (s *sweep) cursors(given map[string][]string, ask func(question) reply) {
	s.t.Helper()
	for _, f := range s.schema.Query.Fields {
		if s.page(f) == "" {
			continue
		}
		put := func(args string) reply {
			return ask(question{f.Name + "(" + args + ")", "{ " + f.Name + "(" + args +
				") { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }"})
		}
		orders := []string{""}
		if by := f.Arguments.ForName("orderBy"); by != nil {
			for _, v := range s.values(by.Name, by.Type) {
				orders = append(orders, ", orderBy: "+v)
			}
		}
		ways := [][3]string{{"first", "after", "endCursor"}, {"last", "before", "startCursor"}}
		for _, order := range orders {
			way := ways[0]
			if strings.Contains(order, "DESC") {
				way = ways[1]
			}
			for from, more := "", true; more; {
				r := put(way[0] + ": 2" + order + from)
				var next string
				next, more = r.at(f.Name, "pageInfo", way[2]).(string)
				from = fmt.Sprintf(", %s: %q", way[1], next)
			}
			for _, c := range given[f.Name] {
				for _, way := range ways {
					put(fmt.Sprintf("%s: 2%s, %s: %q", way[0], order, way[1], c))
				}
			}
		}
	}
}

// acts try everything that can be done, each identifier in turn being each of those given: one for
// each type is enough, for what an act makes of an identifier it makes of its type.
func (s *sweep) acts(hidden []ident.ID) []question {
	s.t.Helper()
	var out []question
	payload := s.fields("ActPayload", 2, false)
	for _, f := range s.schema.Mutation.Fields {
		in := s.schema.Types[f.Arguments[0].Type.Name()]
		try := func(as map[string]ident.ID, about string) {
			input := s.input(in, as, fmt.Sprintf("%s %d", f.Name, len(out)))
			out = append(out, question{f.Name + about, "mutation { " + f.Name + "(input: " + input + ") " + payload + " }"})
		}
		try(nil, "")
		for _, part := range in.Fields {
			if part.Type.Name() != "ID" {
				continue
			}
			for _, id := range hidden {
				if fit := idsOf[part.Name]; len(fit) > 0 && !slices.Contains(fit, id.Prefix()) {
					continue // refused by its type, as any of the type is
				}
				try(map[string]ident.ID{part.Name: id}, fmt.Sprintf(" with %s %s", part.Name, id.Prefix()))
			}
		}
	}
	return out
}

// input is what an act has to be given, with these identifiers; what it need not be given is left out
// but for them.
func (s *sweep) input(def *gql.Definition, as map[string]ident.ID, key string) string {
	var parts []string
	for _, f := range def.Fields {
		id, named := as[f.Name]
		if !named && (!f.Type.NonNull || f.DefaultValue != nil) {
			continue
		}
		value := quoted(id)
		switch {
		case named:
		case f.Name == "idempotencyKey":
			value = fmt.Sprintf("%q", key)
		default:
			value = s.plain(f.Name, f.Type, key)
		}
		if f.Type.Elem != nil && named {
			value = "[" + value + "]"
		}
		parts = append(parts, f.Name+": "+value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// plain is one value of the type that reads.
func (s *sweep) plain(name string, of *gql.Type, key string) string {
	s.t.Helper()
	if of.Elem != nil {
		return "[" + s.plain(name, of.Elem, key) + "]"
	}
	def := s.schema.Types[of.NamedType]
	if def.Kind == gql.Enum {
		return def.EnumValues[0].Name
	}
	if def.Kind == gql.InputObject {
		return s.input(def, nil, key)
	}
	value := map[string]string{
		"Boolean": "false", "Int": "1", "Money": `"12000.00"`, "Date": `"2019-03-04"`, "Time": `"2019-03-04T09:00:00Z"`, "String": `"X-1"`,
	}[def.Name]
	if words := s.words[name]; def.Name == "String" && len(words) > 0 {
		value = fmt.Sprintf("%q", words[0])
	}
	if def.Name == "ID" {
		at := slices.IndexFunc(s.ids, func(id ident.ID) bool { return slices.Contains(idsOf[name], id.Prefix()) })
		value = quoted(s.ids[max(0, at)])
	}
	if value == "" {
		s.t.Fatalf("the part %s of type %s: got nothing to try it with, want some", name, def.Name)
	}
	return value
}

// missing are the fields of what can be read that no question asked.
func (s *sweep) missing() []string {
	var out []string
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		def := s.schema.Types[name]
		if seen[name] || def.IsLeafType() {
			return
		}
		seen[name] = true
		for _, t := range s.schema.GetPossibleTypes(def) {
			visit(t.Name)
		}
		if def.Kind == gql.Interface {
			return
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if name != "Query" && !s.asks[name+"."+f.Name] {
				out = append(out, name+"."+f.Name)
			}
			visit(f.Type.Name())
		}
	}
	visit("Query")
	slices.Sort(out)
	return out
}

// differ is where two texts begin to differ, with what stands around it.
func differ(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-120):min(len(s), i+160)] }
	return fmt.Sprintf("…%s…\nand …%s…", around(a), around(b))
}
