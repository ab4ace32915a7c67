package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	entschema "entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"github.com/atranka/atranka/cite"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/collation"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
)

// asText keeps JSON as the very bytes that were written: jsonb would reorder
// keys on one engine and not on the other.
var asText = map[string]string{dialect.Postgres: "text", dialect.SQLite: "text"}

// id is the identifier that the application makes.
func id() ent.Field {
	return field.String("id").GoType(ident.ID("")).Immutable().NotEmpty().MaxLen(64)
}

// ref is a reference that is given once.
func ref(name string) ent.Field {
	return field.String(name).GoType(ident.ID("")).MaxLen(64).Immutable().Annotations(entgql.Type("ID"))
}

// optionalRef is a reference that may be given later.
func optionalRef(name string) ent.Field {
	return field.String(name).GoType(ident.ID("")).MaxLen(64).Optional().Annotations(entgql.Type("ID"))
}

// onceRef is a reference that some rows are given when they are made, and no other is
// ever given.
func onceRef(name string) ent.Field {
	return field.String(name).GoType(ident.ID("")).MaxLen(64).Optional().Immutable().Annotations(entgql.Type("ID"))
}

func text(name string) ent.Field { return field.Text(name) }

func optionalText(name string) ent.Field { return field.Text(name).Optional() }

// sortKey is the column by which a list sorts by the text column of. The store
// derives it with every change of the text; no entry of the history holds it.
// Null is what a row has that was added before the column, until it is filled.
func sortKey(of, as string) ent.Field {
	return field.Text(of+"_key").Optional().Annotations(derived{Of: of, Form: collation.Key}, entgql.Skip(entgql.SkipType), ordered(as))
}

// words is the column in which a text is searched, derived as [sortKey] is.
func words(of string) ent.Field {
	return field.Text(of+"_words").Optional().Annotations(derived{Of: of, Form: collation.Searched}, hidden())
}

// derived says of which column's text a column holds a form. The generated
// ent.Columns tells the store.
type derived struct {
	Of   string
	Form collation.Form
}

// Name of the annotation, as the template asks for it.
func (derived) Name() string { return "Derived" }

// code is a short word out of a fixed vocabulary.
func code(name string, more ...entschema.Annotation) ent.Field {
	return field.String(name).MaxLen(128).Annotations(more...)
}

func optionalCode(name string) ent.Field { return field.String(name).MaxLen(128).Optional() }

func cents(name string, more ...entschema.Annotation) ent.Field {
	return field.Int64(name).GoType(money.Amount(0)).Annotations(append(more, entgql.Type("Money"))...)
}

func optionalCents(name string) ent.Field {
	return field.Int64(name).GoType(money.Amount(0)).Optional().Nillable().Annotations(entgql.Type("Money"))
}

func instant(name string, more ...entschema.Annotation) ent.Field {
	return field.Int64(name).GoType(clock.Instant(0)).Annotations(append(more, entgql.Type("Time"))...)
}

func optionalInstant(name string) ent.Field {
	return field.Int64(name).GoType(clock.Instant(0)).Optional().Nillable().Annotations(entgql.Type("Time"))
}

func day(name string, more ...entschema.Annotation) ent.Field {
	return field.String(name).GoType(clock.Date("")).MaxLen(10).Annotations(append(more, entgql.Type("Date"))...)
}

func optionalDay(name string) ent.Field {
	return field.String(name).GoType(clock.Date("")).MaxLen(10).Optional().Nillable().Annotations(entgql.Type("Date"))
}

// hundredths is an exact number with two decimals, kept without the point.
func hundredths(name string) ent.Field { return field.Int64(name).Annotations(entgql.Type("Int")) }

func optionalHundredths(name string, more ...entschema.Annotation) ent.Field {
	return field.Int64(name).Optional().Nillable().Annotations(append(more, entgql.Type("Int"))...)
}

func count(name string, more ...entschema.Annotation) ent.Field {
	return field.Int(name).Annotations(more...)
}

func optionalCount(name string) ent.Field { return field.Int(name).Optional().Nillable() }

// list is an ordered list of short texts, repetitions kept.
func list(name string) ent.Field {
	return field.Strings(name).Optional().SchemaType(asText)
}

// lines is an ordered list of what has no life of its own: it comes and goes with its
// row. How the API tells it is its own to say.
func lines(name string, of any) ent.Field {
	return field.JSON(name, of).Optional().SchemaType(asText).Annotations(entgql.Skip(entgql.SkipAll))
}

func flag(name string) ent.Field { return field.Bool(name).Default(false) }

// ordered lets a list screen sort by the column.
func ordered(as string) entschema.Annotation { return entgql.OrderField(as) }

// pages is a to-many edge that may grow without end, so it is read by pages.
func pages(name string, t any) ent.Edge {
	return edge.To(name, t).Annotations(entgql.RelayConnection())
}

// few is a to-many edge whose length its own form bounds: the goals of a
// strategy, the criteria of a rubric.
func few(name string, t any) ent.Edge { return edge.To(name, t) }

// inner is a to-many edge that the API does not walk.
func inner(name string, t any) ent.Edge { return edge.To(name, t).Annotations(hidden()) }

// of is the owning other end of a to-many edge, stored in column.
func of(name string, t any, back, column string) ent.Edge {
	return edge.From(name, t).Ref(back).Field(column).Unique().Required().Immutable()
}

func optionalOf(name string, t any, back, column string) ent.Edge {
	return edge.From(name, t).Ref(back).Field(column).Unique()
}

// onceOf is [of] for a column made by [onceRef].
func onceOf(name string, t any, back, column string) ent.Edge {
	return edge.From(name, t).Ref(back).Field(column).Unique().Immutable()
}

// tenant puts a table under one local action group, for good.
type tenant struct{ mixin.Schema }

func (tenant) Fields() []ent.Field { return []ent.Field{ref("lag_id")} }

// stateful gives a subject its state, the optimistic version that every change
// of the row raises, and the definition that its case is pinned to.
type stateful struct{ mixin.Schema }

func (stateful) Fields() []ent.Field {
	return []ent.Field{
		field.String("state").MaxLen(64).Annotations(entgql.Skip(entgql.SkipType)),
		instant("state_since", ordered("STATE_SINCE")),
		field.Int("version"),
		field.String("definition").MaxLen(64),
		// Hidden: what they make of the term is what people ask for.
		field.Int("stopped_days").Optional().Annotations(hidden()).
			Comment("For how many days the clock of the case stood, as while a question was open."),
		field.String("term_until").GoType(clock.Date("")).MaxLen(10).Optional().Nillable().Annotations(hidden()).
			Comment("Until when the term of the state was extended."),
	}
}

// begun is [stateful] for what had no state at first: rows from before are in the state
// that is named, by that definition.
type begun struct {
	mixin.Schema
	state, by string
}

func (b begun) Fields() []ent.Field {
	at := map[string]entschema.Annotation{
		"state": entsql.Default(b.state), "state_since": entsql.Default("0"), "version": entsql.Default("1"), "definition": entsql.Default(b.by),
	}
	fields := stateful{}.Fields()
	for _, f := range fields {
		if first, ok := at[f.Descriptor().Name]; ok {
			f.Descriptor().Annotations = append(f.Descriptor().Annotations, first)
		}
	}
	return fields
}

// sourced says where a row's values were read: the source, and the line of
// each value by field name. Synthetic says that the row holds something made
// up: the fields that synthetic_fields names, or all of it where it names none.
type sourced struct{ mixin.Schema }

func (sourced) Fields() []ent.Field {
	return []ent.Field{
		optionalRef("source_id"),
		field.JSON("source_lines", []cite.Line{}).Optional().SchemaType(asText).Annotations(entgql.Type("[SourceLine!]!")).
			Comment("Where each value was read. An item of a list that has a line of its own is named by its place, as aims.0."),
		field.Bool("synthetic").Default(false).Comment("Whether something here is made up."),
		field.Strings("synthetic_fields").Optional().SchemaType(asText).Annotations(entgql.Type("[String!]!")).
			Comment("What is made up, where synthetic is true; all of it where nothing is named."),
	}
}

// Edges lead to the text alone: nobody lists all that was read from it.
func (sourced) Edges() []ent.Edge {
	return []ent.Edge{edge.To("source", TextSource.Type).Field("source_id").Unique()}
}

// hidden keeps a type out of the API.
func hidden() entschema.Annotation { return entgql.Skip(entgql.SkipAll) }

// paged makes a type a Relay node with a connection at the root.
func paged() []entschema.Annotation {
	return []entschema.Annotation{entgql.RelayConnection(), entgql.MultiOrder()}
}

// holds is a constraint that the database keeps even where Go is bypassed.
func holds(name, expr string) entschema.Annotation {
	return &entsql.Annotation{Checks: map[string]string{name: expr}}
}
