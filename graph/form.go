package graph

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/workflow"
)

// forms say how a value of each scalar is written.
var forms = map[string]workflow.Text{
	"Money": moneyText,
	"Date": {
		LT: "Datą rašykite tekstu: kalendoriaus dieną, mėnesį arba metus, pavyzdžiui, „2016-01-15“, „2015-08“ arba „2015“.",
		EN: "Write the date as text: a day, month or year of the calendar, such as “2016-01-15”, “2015-08” or “2015”.",
	},
	"Time": {
		LT: "Laiką rašykite tekstu pagal RFC 3339, ne tiksliau kaip mikrosekundėmis, pavyzdžiui, „2019-12-31T21:59:59Z“.",
		EN: "Write the time as text by RFC 3339, no finer than microseconds, such as “2019-12-31T21:59:59Z”.",
	},
	"ID": {
		LT: "Tapatybę rašykite tekstu, pavyzdžiui, „prp_01h455vb4pex5vsknk084sn02q“.",
		EN: "Write the id as text, such as “prp_01h455vb4pex5vsknk084sn02q”.",
	},
	"Cursor": {
		LT: "Žymeklį paimkite iš ankstesnio atsakymo pageInfo arba edges.",
		EN: "Take the cursor from pageInfo or edges of an earlier answer.",
	},
	"Int":     {LT: "Rašykite sveikąjį skaičių be kabučių, pavyzdžiui, 25.", EN: "Write a whole number without quotes, such as 25."},
	"String":  {LT: "Rašykite tekstą kabutėse, pavyzdžiui, \"Turgaus aikštė\".", EN: "Write a text in quotes, such as \"Turgaus aikštė\"."},
	"Boolean": {LT: "Rašykite true arba false be kabučių.", EN: "Write true or false, without quotes."},
}

// form says how a value of the type is written, and whether one has to be.
func form(schema *ast.Schema, t *ast.Type) workflow.Text {
	m := formOf(schema.Types[t.Name()])
	if t.Elem != nil {
		m = workflow.Text{LT: "Čia rašomas sąrašas, o kiekvienas jo narys – taip: " + m.LT, EN: "This is a list; of each of its members: " + m.EN}
	}
	if t.NonNull {
		m = workflow.Text{LT: m.LT + " Reikšmė privaloma.", EN: m.EN + " A value is required."}
	}
	return m
}

func formOf(def *ast.Definition) workflow.Text {
	var names []string
	switch def.Kind {
	case ast.Enum:
		for _, v := range def.EnumValues {
			names = append(names, v.Name)
		}
		list := strings.Join(names, ", ")
		return workflow.Text{LT: "Rašykite vieną iš reikšmių: " + list + ".", EN: "Write one of " + list + "."}
	case ast.InputObject:
		for _, f := range def.Fields {
			names = append(names, f.Name)
		}
		list := strings.Join(names, ", ")
		return workflow.Text{LT: "Rašykite objektą, kurio laukai: " + list + ".", EN: "Write an object with the fields " + list + "."}
	default:
		return forms[def.Name]
	}
}

// illegible tells of a value that does not read: where it stands below name, and
// how a value is written there. The decoder's own words name Go types and know
// one language.
func illegible(schema *ast.Schema, name string, t *ast.Type, below ast.Path) workflow.Text {
	where := model.Brief(name)
	for _, step := range below {
		switch s := step.(type) {
		case ast.PathIndex:
			where += "." + strconv.Itoa(int(s))
			if t.Elem != nil { // a single value stands for a list of one
				t = t.Elem
			}
		case ast.PathName:
			def := schema.Types[t.Name()]
			f := def.Fields.ForName(string(s))
			if f == nil {
				wanted := formOf(def)
				return workflow.Text{
					LT: fmt.Sprintf("Objektas %s lauko %s neturi. %s", where, model.Brief(string(s)), wanted.LT),
					EN: fmt.Sprintf("The object %s has no field %s. %s", where, model.Brief(string(s)), wanted.EN),
				}
			}
			where += "." + f.Name
			t = f.Type
		}
	}
	return misread(where, form(schema, t))
}

func misread(where string, wanted workflow.Text) workflow.Text {
	return workflow.Text{
		LT: fmt.Sprintf("Netinkama reikšmė %s. %s", where, wanted.LT),
		EN: fmt.Sprintf("The value of %s does not read. %s", where, wanted.EN),
	}
}

// content says whether a value from a cursor is of an order's type.
type content func(any) bool

func isText(v any) bool {
	s, ok := v.(string)
	return ok && !hasNUL(s) && !notUTF8(s)
}

func isNumber(v any) bool {
	switch n := v.(type) {
	case int8, int16, int32, int64, uint8, uint16, uint32:
		return true
	case uint64:
		return n <= math.MaxInt64
	default:
		return false
	}
}

func isNumberOrNone(v any) bool { return v == nil || isNumber(v) }

// listing says what cursors of a list hold: the id of a row, and the values
// that the list is ordered by.
type listing struct {
	of     []ident.Prefix // one of these
	values map[string]content
	// always is the only order, whose value stands in the cursor without a list.
	always string
}

// listings are there for each type that has pages.
var listings = map[string]listing{
	"Lag":            {of: []ident.Prefix{ident.LAG}, values: map[string]content{"NAME": isText}},
	"Strategy":       {of: []ident.Prefix{ident.Strategy}, values: map[string]content{"STATE_SINCE": isNumber}},
	"Call":           {of: []ident.Prefix{ident.Call}, values: map[string]content{"STATE_SINCE": isNumber, "CLOSES_AT": isNumber}},
	"Project":        {of: []ident.Prefix{ident.Project}, values: map[string]content{"ORDINAL": isNumber, "TITLE": isText}},
	"Organisation":   {of: []ident.Prefix{ident.Organisation}, values: map[string]content{"NAME": isText}},
	"Finding":        {of: []ident.Prefix{ident.Finding}, values: map[string]content{"CODE": isText}},
	"Correspondence": {of: []ident.Prefix{ident.Correspondence}, values: map[string]content{"DATED_ON": isText}},
	"Incident":       {of: []ident.Prefix{ident.Incident}, values: map[string]content{"OPENED_AT": isNumber}},
	"Meeting":        {of: []ident.Prefix{ident.Meeting}, values: map[string]content{"STATE_SINCE": isNumber}},
	"Tie":            {of: []ident.Prefix{ident.Tie}},
	"Matter":         {of: matters, values: map[string]content{"STATE_SINCE": isNumber}},
	"HistoryEntry":   {values: map[string]content{"N": isNumber}, always: "N"},
	"Proposal": {of: []ident.Prefix{ident.Proposal}, values: map[string]content{
		"STATE_SINCE": isNumber, "TITLE": isText, "GRANT_REQUESTED": isNumber, "FINAL_SCORE": isNumberOrNone,
	}},
}

// mostCursor bounds the bytes of a cursor, and so how deep its decoder recurses.
const mostCursor = 64 << 10

// countInCursors has cursors hold instants and amounts as the database does:
// by the text that they are written with elsewhere, no column can be compared.
func countInCursors() {
	msgpack.Register(clock.Instant(0), func(e *msgpack.Encoder, v reflect.Value) error { return e.EncodeInt(v.Int()) }, nil)
	msgpack.Register(money.Amount(0), func(e *msgpack.Encoder, v reflect.Value) error { return e.EncodeInt(v.Int()) }, nil)
}

// unfitCursor refuses a cursor that does not read or was not made in a list of
// this type and order, whose values the database would be asked to compare.
// Lists refuse two at a time: entgql cannot read them both.
func unfitCursor(f *ast.Field, args map[string]any, orders []string) error {
	l, paged := listings[strings.TrimSuffix(f.Definition.Type.Name(), "Connection")]
	var given []string
	for _, d := range f.Definition.Arguments {
		if d.Type.Name() != "Cursor" || args[d.Name] == nil {
			continue
		}
		var c cursor
		text, _ := args[d.Name].(string)
		if len(text) > mostCursor || c.UnmarshalGQL(args[d.Name]) != nil || !paged || !l.fits(c, orders) {
			return malformed(d.Name, misread(d.Name, forms["Cursor"]))
		}
		given = append(given, d.Name)
	}
	if len(given) > 1 {
		return malformed(given[1], workflow.Text{
			LT: fmt.Sprintf("Sąrašui %s nurodykite vieną žymeklį: %s.", f.Name, strings.Join(given, " arba ")),
			EN: fmt.Sprintf("Give the list %s one cursor: %s.", f.Name, strings.Join(given, " or ")),
		})
	}
	return nil
}

func (l listing) fits(c cursor, orders []string) bool {
	if l.always != "" {
		dossier, n, entry := strings.Cut(string(c.ID), "/")
		_, err := ident.Parse(dossier)
		return entry && err == nil && isText(n) && l.values[l.always](c.Value)
	}
	if id, err := ident.Parse(string(c.ID)); err != nil || !slices.Contains(l.of, id.Prefix()) {
		return false
	}
	values, ok := c.Value.([]any)
	if (!ok && c.Value != nil) || len(values) != len(orders) {
		return false
	}
	for i, name := range orders {
		if is := l.values[name]; is == nil || !is(values[i]) {
			return false
		}
	}
	return true
}
