package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/atranka/atranka/terms"
)

// Call is a call for project proposals (kvietimas teikti projektinius
// pasiūlymus).
type Call struct{ ent.Schema }

// Fields of Call.
func (Call) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), ref("measure_id"), code("number"), text("title"),
		cents("budget"), cents("min_grant"), cents("max_grant"),
		hundredths("intensity_cap"), // basis points of the eligible costs
		hundredths("min_score"),
		instant("opens_at"), instant("closes_at", ordered("CLOSES_AT")),
		list("eligible_forms"), list("tie_breakers"), optionalCode("aggregation"), flag("skip_and_fit"),
		optionalText("publication_url"), flag("received_list_published"),
		flag("evaluators_hidden"), optionalCode("scores_shown"), optionalRef("reannounces_id"),
		lines("checklist", []terms.Item{}), lines("unit_costs", []terms.UnitCost{}), lines("pool", []terms.Member{}),
	}
}

// Mixin of Call.
func (Call) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}, sourced{}} }

// Edges of Call.
func (Call) Edges() []ent.Edge {
	return []ent.Edge{
		of("lag", Lag.Type, "calls", "lag_id"),
		of("strategy", Strategy.Type, "calls", "strategy_id"),
		of("measure", Measure.Type, "calls", "measure_id"),
		few("allocations", CallAllocation.Type), few("criteria", Criterion.Type), pages("proposals", Proposal.Type),
		few("rankings", FrozenRanking.Type),
		edge.To("announced_again", Call.Type).From("reannounces").Field("reannounces_id").Unique(),
	}
}

// Annotations of Call.
func (Call) Annotations() []schema.Annotation { return paged() }

// CallAllocation is the part of a call's budget that one action pays.
type CallAllocation struct{ ent.Schema }

// Fields of CallAllocation.
func (CallAllocation) Fields() []ent.Field {
	return []ent.Field{id(), ref("call_id"), ref("action_id"), cents("amount")}
}

// Mixin of CallAllocation.
func (CallAllocation) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of CallAllocation.
func (CallAllocation) Edges() []ent.Edge {
	return []ent.Edge{
		of("call", Call.Type, "allocations", "call_id"),
		of("action", Action.Type, "call_allocations", "action_id"),
	}
}

// Criterion is one line of a call's rubric.
type Criterion struct{ ent.Schema }

// Fields of Criterion.
func (Criterion) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("call_id"), count("ordinal"), code("code"), code("kind"), text("title"),
		hundredths("max_points"),
		hundredths("min_points"),
		hundredths("weight"),
		optionalText("guidance"), flag("synthetic"),
	}
}

// Mixin of Criterion.
func (Criterion) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of Criterion.
func (Criterion) Edges() []ent.Edge {
	return []ent.Edge{of("call", Call.Type, "criteria", "call_id"), inner("scores", Score.Type)}
}

// Envelope is an amount of money that cannot be promised twice. Reserved is
// kept by a trigger from the movements alone.
type Envelope struct{ ent.Schema }

// Fields of Envelope.
func (Envelope) Fields() []ent.Field {
	return []ent.Field{
		id(), code("subject_type"),
		ref("subject_id"), cents("amount"), cents("reserved"),
	}
}

// Mixin of Envelope.
func (Envelope) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of Envelope.
func (Envelope) Edges() []ent.Edge {
	return []ent.Edge{inner("movements", Movement.Type)}
}

// Annotations of Envelope.
func (Envelope) Annotations() []schema.Annotation {
	return []schema.Annotation{holds("envelope_never_promised_twice", "0 <= reserved AND reserved <= amount")}
}

// Movement is one line of an envelope's ledger: positive reserves, negative
// releases. Lines are inserted, never changed.
type Movement struct{ ent.Schema }

// Fields of Movement.
func (Movement) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("envelope_id"), ref("for_id"), cents("amount"),
		ref("dossier_id"), field.Int64("n").Annotations(entgql.Skip(entgql.SkipAll)), instant("recorded_at"),
	}
}

// Mixin of Movement.
func (Movement) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of Movement: what is held for one case.
func (Movement) Indexes() []ent.Index { return []ent.Index{index.Fields("for_id")} }

// Edges of Movement.
func (Movement) Edges() []ent.Edge {
	return []ent.Edge{of("envelope", Envelope.Type, "movements", "envelope_id")}
}
