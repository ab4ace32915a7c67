package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Strategy is a local development strategy (vietos plėtros strategija).
type Strategy struct{ ent.Schema }

// Fields of Strategy.
func (Strategy) Fields() []ent.Field {
	return []ent.Field{
		id(), text("title"), optionalText("title_printed"), optionalCount("period_from"), optionalCount("period_to"),
		list("approvals"), list("aims"), list("implementers"),
		optionalDay("consultation_until"), optionalText("consultation_until_printed"),
		optionalText("consultation_email"), list("consultation_called_by"), list("invited"), list("consultation_expected"),
		optionalCents("allocation"),
	}
}

// Mixin of Strategy.
func (Strategy) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}, sourced{}} }

// Edges of Strategy.
func (Strategy) Edges() []ent.Edge {
	return []ent.Edge{
		of("lag", Lag.Type, "strategies", "lag_id"),
		few("funding", FundingSource.Type), few("goals", Goal.Type), few("actions", Action.Type),
		few("directions", Direction.Type), few("activity_kinds", ActivityKind.Type),
		few("indicators", Indicator.Type), few("stated_figures", StatedFigure.Type), pages("calls", Call.Type),
	}
}

// Annotations of Strategy.
func (Strategy) Annotations() []schema.Annotation { return paged() }

// FundingSource is one line of a strategy's funding plan: what was printed,
// what was read from it, and by whom.
type FundingSource struct{ ent.Schema }

// Fields of FundingSource.
func (FundingSource) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), code("source_kind"), cents("amount"), optionalText("printed"), optionalCode("read_by"),
	}
}

// Mixin of FundingSource.
func (FundingSource) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of FundingSource.
func (FundingSource) Edges() []ent.Edge {
	return []ent.Edge{of("strategy", Strategy.Type, "funding", "strategy_id")}
}

// Goal (tikslas) is what a strategy is for.
type Goal struct{ ent.Schema }

// Fields of Goal.
func (Goal) Fields() []ent.Field {
	return []ent.Field{id(), ref("strategy_id"), count("ordinal"), text("title")}
}

// Mixin of Goal.
func (Goal) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Goal.
func (Goal) Edges() []ent.Edge {
	return []ent.Edge{of("strategy", Strategy.Type, "goals", "strategy_id"), few("objectives", Objective.Type)}
}

// Objective (uždavinys) divides a goal.
type Objective struct{ ent.Schema }

// Fields of Objective.
func (Objective) Fields() []ent.Field {
	return []ent.Field{id(), ref("goal_id"), count("ordinal"), text("title")}
}

// Mixin of Objective.
func (Objective) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Objective.
func (Objective) Edges() []ent.Edge {
	return []ent.Edge{of("goal", Goal.Type, "objectives", "goal_id"), few("actions", Action.Type)}
}

// Action (veiksmas) is what projects carry out; money is allocated to it.
type Action struct{ ent.Schema }

// Fields of Action.
func (Action) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), optionalRef("objective_id"), count("ordinal"), code("code"), text("title"),
		optionalCents("allocation"), list("activity_kinds"),
	}
}

// Mixin of Action.
func (Action) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Action.
func (Action) Edges() []ent.Edge {
	return []ent.Edge{
		of("strategy", Strategy.Type, "actions", "strategy_id"),
		optionalOf("objective", Objective.Type, "actions", "objective_id"),
		pages("proposals", Proposal.Type), inner("call_allocations", CallAllocation.Type),
	}
}

// Direction (kryptis) is a line of work that a strategy in drafting names.
type Direction struct{ ent.Schema }

// Fields of Direction.
func (Direction) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), code("code"), text("title"), optionalText("printed"), optionalText("delivered_through"),
	}
}

// Mixin of Direction.
func (Direction) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Direction.
func (Direction) Edges() []ent.Edge {
	return []ent.Edge{of("strategy", Strategy.Type, "directions", "strategy_id"), few("activity_kinds", ActivityKind.Type)}
}

// ActivityKind is a kind of activity that a strategy supports. Lists that begin
// with "for example" are not exhaustive, so R-05 warns and does not refuse.
type ActivityKind struct{ ent.Schema }

// Fields of ActivityKind.
func (ActivityKind) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), optionalRef("direction_id"), code("code"), optionalText("heading"), text("title"),
		optionalText("printed"), list("examples"), flag("exhaustive"),
	}
}

// Mixin of ActivityKind.
func (ActivityKind) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of ActivityKind.
func (ActivityKind) Edges() []ent.Edge {
	return []ent.Edge{
		of("strategy", Strategy.Type, "activity_kinds", "strategy_id"),
		optionalOf("direction", Direction.Type, "activity_kinds", "direction_id"),
	}
}

// Indicator (rodiklis) is a measurable target of a strategy.
type Indicator struct{ ent.Schema }

// Fields of Indicator.
func (Indicator) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), code("code"), text("title"), optionalText("unit"),
		optionalText("baseline"), optionalText("target"), optionalDay("target_date"),
		field.Int64("target_value").Optional().Nillable().Comment("The target as a whole number of its unit, where it is one."),
	}
}

// Mixin of Indicator.
func (Indicator) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Indicator.
func (Indicator) Edges() []ent.Edge {
	return []ent.Edge{of("strategy", Strategy.Type, "indicators", "strategy_id"), inner("results", ResultRecord.Type)}
}

// StatedFigure is a number that a text states, kept as printed and as read;
// it is never computed and never mended.
type StatedFigure struct{ ent.Schema }

// Fields of StatedFigure.
func (StatedFigure) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), code("key"), text("printed"), text("value"), optionalText("unit"), optionalCode("read_by"),
	}
}

// Mixin of StatedFigure.
func (StatedFigure) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of StatedFigure.
func (StatedFigure) Edges() []ent.Edge {
	return []ent.Edge{of("strategy", Strategy.Type, "stated_figures", "strategy_id")}
}

// ConsultationInput is what the community answered while a strategy was
// drafted, and what became of it.
type ConsultationInput struct{ ent.Schema }

// Fields of ConsultationInput.
func (ConsultationInput) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("strategy_id"), code("from_kind"), text("passage"), optionalInstant("received_at"),
		optionalInstant("acknowledged_at"), optionalCode("classification"), optionalText("disposition"),
	}
}

// Mixin of ConsultationInput.
func (ConsultationInput) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Annotations of ConsultationInput.
func (ConsultationInput) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }

// RuleSet is one dated layer of parameters: EU, national or a local action
// group's own, each with the decision that approved it.
type RuleSet struct{ ent.Schema }

// Fields of RuleSet.
func (RuleSet) Fields() []ent.Field {
	return []ent.Field{
		id(), code("layer"), optionalRef("lag_id"), code("version"), day("effective_from"), optionalDay("effective_to"),
		list("legal_refs"), optionalText("decision"),
		field.Text("parameters").Annotations(entgql.Skip(entgql.SkipAll)),
	}
}

// Mixin of RuleSet.
func (RuleSet) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

// Annotations of RuleSet.
func (RuleSet) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }

// Measure (priemonė) is the programme's instrument that a call runs under.
type Measure struct{ ent.Schema }

// Fields of Measure.
func (Measure) Fields() []ent.Field {
	return []ent.Field{id(), code("code"), code("selection_mode"), optionalText("title")}
}

// Mixin of Measure.
func (Measure) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

// Edges of Measure.
func (Measure) Edges() []ent.Edge { return []ent.Edge{pages("calls", Call.Type)} }
