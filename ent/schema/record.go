package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// TextSource is a text that facts were read from.
type TextSource struct{ ent.Schema }

// Fields of TextSource.
func (TextSource) Fields() []ent.Field {
	return []ent.Field{id(), code("key"), code("class"), text("title"), optionalText("address"), flag("synthetic")}
}

// Finding is something in the data that does not hold together and that nobody
// may mend silently.
type Finding struct{ ent.Schema }

// Fields of Finding.
func (Finding) Fields() []ent.Field {
	return []ent.Field{
		id(), code("code", ordered("CODE")), optionalCode("subject_type"), optionalRef("subject_id"), text("title"),
		optionalText("printed"), optionalText("read_as"), text("detail"),
	}
}

// Mixin of Finding.
func (Finding) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Finding.
func (Finding) Edges() []ent.Edge { return []ent.Edge{of("lag", Lag.Type, "findings", "lag_id")} }

// Annotations of Finding.
func (Finding) Annotations() []schema.Annotation { return paged() }

// Correspondence is one letter of the register, in or out. Terms run from its
// delivery.
type Correspondence struct{ ent.Schema }

// Fields of Correspondence.
func (Correspondence) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("subject_id"), code("direction"), code("number"), day("dated_on", ordered("DATED_ON")), code("channel"),
		optionalInstant("delivered_at"), optionalRef("document_id"), flag("synthetic"),
	}
}

// Mixin of Correspondence.
func (Correspondence) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Annotations of Correspondence.
func (Correspondence) Annotations() []schema.Annotation { return paged() }

// Document is the record of a paper: number, day and the hash of its bytes.
type Document struct{ ent.Schema }

// Fields of Document.
func (Document) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("subject_id"), code("kind"), text("title"), optionalCode("number"), optionalDay("dated_on"),
		code("hash"), flag("synthetic"),
	}
}

// Mixin of Document.
func (Document) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Incident is an act of the clock that failed for good: what it was to do on
// which case, why it could not, and what people made of it.
type Incident struct{ ent.Schema }

// Fields of Incident.
func (Incident) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("subject_id"), code("event"), code("code"), optionalCode("guard"), count("attempts"),
		field.Text("message_lt").Annotations(hidden()), field.Text("message_en").Annotations(hidden()),
		instant("opened_at", ordered("OPENED_AT")), optionalInstant("resolved_at"), optionalCode("resolution"),
	}
}

// Mixin of Incident.
func (Incident) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of Incident: what is open on a case.
func (Incident) Indexes() []ent.Index { return []ent.Index{index.Fields("subject_id", "resolved_at")} }

// Annotations of Incident.
func (Incident) Annotations() []schema.Annotation { return paged() }

// Definition is one published version of a state machine: its text as it was
// proved, whose it is, who published and who confirmed it, and what the checker
// found. It is never changed.
type Definition struct{ ent.Schema }

// Fields of Definition.
func (Definition) Fields() []ent.Field {
	return []ent.Field{
		id(), optionalRef("lag_id"), code("kind"), field.Int("version"), text("text"), code("hash"), text("report"),
		ref("author_id"), ref("confirmed_by_id"), instant("published_at"),
	}
}

// Indexes of Definition: a case names its version by kind and number alone.
func (Definition) Indexes() []ent.Index { return []ent.Index{index.Fields("kind", "version").Unique()} }

// Annotations of Definition.
func (Definition) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }

// Dossier is the head of one hash chain: of a local action group, a strategy,
// a call, a meeting, a proposal or the registry. Its id is that subject's.
type Dossier struct{ ent.Schema }

// Fields of Dossier.
func (Dossier) Fields() []ent.Field {
	return []ent.Field{id(), optionalRef("lag_id"), field.Int64("n"), code("hash")}
}

// Annotations of Dossier.
func (Dossier) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }

// HistoryEntry is the header of one act, in columns from which its exact bytes
// are made again. Rows are inserted, never changed.
type HistoryEntry struct{ ent.Schema }

// Fields of HistoryEntry.
func (HistoryEntry) Fields() []ent.Field {
	return []ent.Field{
		// The dossier's id, a slash and n in ten digits: the order of the ids of
		// one dossier is the order of its acts.
		id(),
		ref("dossier_id"), field.Int64("n").Annotations(entgql.Type("Int"), entgql.OrderField("N")), optionalRef("lag_id"), code("kind"),
		code("subject_type"), ref("subject_id"), optionalCode("cause"), optionalRef("actor_id"), code("role"),
		optionalCode("on_behalf_of"), optionalRef("second_actor_id"), day("effective_on"), instant("recorded_at"),
		optionalCode("definition"), list("rule_sets"), code("previous_hash"),
		field.Int("format"), code("hash"), code("body_hash"),
	}
}

// Indexes of HistoryEntry.
func (HistoryEntry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("dossier_id", "n").Unique(), index.Fields("subject_id")}
}

// Annotations of HistoryEntry.
func (HistoryEntry) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("history_entries"), entgql.RelayConnection()}
}

// HistoryBody is what an entry says, as exact bytes.
type HistoryBody struct{ ent.Schema }

// Fields of HistoryBody.
func (HistoryBody) Fields() []ent.Field {
	return []ent.Field{id(), field.Text("body")}
}

// Annotations of HistoryBody.
func (HistoryBody) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("history_bodies"), hidden()}
}
