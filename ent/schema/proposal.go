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

// Proposal is a project proposal (vietos plėtros projektinis pasiūlymas) with
// the state that its case is in.
type Proposal struct{ ent.Schema }

// Fields of Proposal.
func (Proposal) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("call_id"), ref("action_id"), ref("applicant_id"), text("title"), sortKey("title", "TITLE"), words("title"),
		optionalCode("receipt_no"), optionalCode("reg_no"), optionalCode("channel"),
		optionalInstant("received_at"), optionalInstant("submitted_at"), optionalCode("content_hash"),
		cents("grant_requested", ordered("GRANT_REQUESTED")), cents("eligible_total"), flag("own_project"),
		optionalCents("grant_awarded"), optionalCents("grant_applied"), optionalText("award_condition"),
		optionalDay("reserve_valid_until"), optionalCode("application_no"),
		list("activity_kinds"), optionalText("place"), optionalCode("place_territory"), optionalCode("seat_territory"),
		optionalHundredths("final_score", ordered("FINAL_SCORE")),
		optionalCode("failed_item"), optionalCode("failed_rules"), field.Bool("unanswered").Optional(), optionalCount("not_adopted"),
		optionalCount("evaluation_round"), lines("checks", []terms.Answer{}), optionalCount("participants"), optionalCode("participants_basis"),
	}
}

// Mixin of Proposal.
func (Proposal) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}, sourced{}} }

// Edges of Proposal.
func (Proposal) Edges() []ent.Edge {
	return []ent.Edge{
		of("call", Call.Type, "proposals", "call_id"),
		of("action", Action.Type, "proposals", "action_id"),
		of("applicant", Organisation.Type, "proposals", "applicant_id"),
		few("versions", ProposalVersion.Type), few("budget_lines", BudgetLine.Type),
		few("funding", ProposalFunding.Type), few("evaluations", Evaluation.Type),
		edge.To("project", Project.Type).Unique(), edge.To("contract", Contract.Type).Unique(), pages("matters", Matter.Type),
	}
}

// Indexes of Proposal: a call's list by state.
func (Proposal) Indexes() []ent.Index {
	return []ent.Index{index.Fields("call_id", "state"), index.Fields("lag_id", "state")}
}

// Annotations of Proposal.
func (Proposal) Annotations() []schema.Annotation { return paged() }

// ProposalVersion is what was submitted, byte for byte; an answer to a
// clarification makes a new one and keeps the old.
type ProposalVersion struct{ ent.Schema }

// Fields of ProposalVersion.
func (ProposalVersion) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("proposal_id"), count("ordinal"),
		field.Text("content").Annotations(entgql.Skip(entgql.SkipAll)).Comment("RFC 8785"),
		code("content_hash"), instant("submitted_at"),
	}
}

// Mixin of ProposalVersion.
func (ProposalVersion) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of ProposalVersion.
func (ProposalVersion) Edges() []ent.Edge {
	return []ent.Edge{of("proposal", Proposal.Type, "versions", "proposal_id")}
}

// BudgetLine is one cost of a proposal.
type BudgetLine struct{ ent.Schema }

// Fields of BudgetLine.
func (BudgetLine) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("proposal_id"), count("ordinal"), code("category"), code("cost_method"), cents("amount"),
		optionalCode("unit_cost"), optionalHundredths("quantity"), optionalCents("rate"), flag("synthetic"),
	}
}

// Mixin of BudgetLine.
func (BudgetLine) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of BudgetLine.
func (BudgetLine) Edges() []ent.Edge {
	return []ent.Edge{of("proposal", Proposal.Type, "budget_lines", "proposal_id")}
}

// ProposalFunding is who pays which part of a proposal's eligible costs.
type ProposalFunding struct{ ent.Schema }

// Fields of ProposalFunding.
func (ProposalFunding) Fields() []ent.Field {
	return []ent.Field{id(), ref("proposal_id"), code("source_kind"), cents("amount"), flag("synthetic")}
}

// Mixin of ProposalFunding.
func (ProposalFunding) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of ProposalFunding.
func (ProposalFunding) Edges() []ent.Edge {
	return []ent.Edge{of("proposal", Proposal.Type, "funding", "proposal_id")}
}

// Project is what a promoter carries out. Its state is its proposal's; its
// code may be missing and is never a key. What its text says without a number
// stands in accomplishments.
type Project struct{ ent.Schema }

// Fields of Project.
func (Project) Fields() []ent.Field {
	return []ent.Field{
		id(), optionalRef("proposal_id"), ref("promoter_id"), count("ordinal", ordered("ORDINAL")),
		text("title"), sortKey("title", "TITLE"), words("title"),
		optionalText("title_printed"), field.String("external_code").MaxLen(64).Optional().Nillable(),
		code("theme"), optionalText("theme_printed"), optionalCode("theme_read_by"),
		optionalCode("stated_stage"), optionalDay("started_in"), optionalDay("continued_from_before"), optionalDay("planned_for"),
		optionalCode("aim_kind"), optionalText("aim_of"), optionalText("aim"),
		field.Strings("accomplishments").Optional().SchemaType(asText).Comment("What is told to be done without a number."),
		field.Strings("places").Optional().SchemaType(asText).Comment("As printed, with what is told of each in brackets."),
		optionalText("partners_from"), optionalText("residence_rule"),
	}
}

// Mixin of Project.
func (Project) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Project.
func (Project) Edges() []ent.Edge {
	return []ent.Edge{
		of("lag", Lag.Type, "projects", "lag_id"),
		of("promoter", Organisation.Type, "promoted", "promoter_id"),
		optionalOf("proposal", Proposal.Type, "project", "proposal_id"),
		few("results", ResultRecord.Type),
	}
}

// Annotations of Project.
func (Project) Annotations() []schema.Annotation { return paged() }

// ResultRecord is one result as its source states it: what was counted, in
// which unit and on which basis. A missing number stays missing.
type ResultRecord struct{ ent.Schema }

// Fields of ResultRecord.
func (ResultRecord) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("project_id"), count("ordinal"), text("counted"), code("unit"),
		field.Int64("value").Optional().Nillable(), list("parts"), list("items"), optionalText("printed"), optionalCode("printed_as"),
		code("count_basis"), code("unique_stated"), code("period_basis"), optionalText("note"), optionalCode("read_by"),
		optionalRef("indicator_id"), optionalRef("report_id"),
	}
}

// Mixin of ResultRecord.
func (ResultRecord) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of ResultRecord.
func (ResultRecord) Edges() []ent.Edge {
	return []ent.Edge{
		of("project", Project.Type, "results", "project_id"),
		optionalOf("indicator", Indicator.Type, "results", "indicator_id"), optionalOf("report", Matter.Type, "results", "report_id"),
	}
}

// Contract is the grant agreement (projekto sutartis). Its machine owns the
// states that the proposal follows by join.
type Contract struct{ ent.Schema }

// Fields of Contract.
func (Contract) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("proposal_id"), optionalCode("contract_no"), optionalDay("signed_on"), optionalDay("starts_on"),
		optionalDay("ends_on"), cents("grant"), flag("synthetic"),
	}
}

// Mixin of Contract.
func (Contract) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}} }

// Edges of Contract.
func (Contract) Edges() []ent.Edge {
	return []ent.Edge{edge.From("proposal", Proposal.Type).Ref("contract").Field("proposal_id").Unique().Required().Immutable()}
}

// Matter is what runs beside a case, in its dossier: in a proposal's an amendment, a
// payment claim, a progress report, a recovery, an appeal or an irregularity, in a
// meeting's its minutes. Several may be open at once. Its kind says which machine it
// runs on, and its subject what it is about: the case, its contract, or another matter.
type Matter struct{ ent.Schema }

// Fields of Matter. What an amount is depends on the kind: claimed and accepted
// of a claim, due and repaid of a recovery, affected and corrected of an
// irregularity. Content is what was signed, word for word, under its hash.
func (Matter) Fields() []ent.Field {
	return []ent.Field{
		id(), field.String("kind").MaxLen(64).Immutable(), onceRef("proposal_id"), onceRef("meeting_id"), ref("subject_id"),
		optionalCode("number"), optionalCode("form"),
		optionalCents("amount"), optionalCents("accepted"), optionalDay("due_on"), optionalDay("period_from"), optionalDay("period_to"),
		optionalDay("signed_on"), optionalText("publication_url"), list("reviewers"),
		field.Text("content").Optional().Annotations(entgql.Skip(entgql.SkipAll)), optionalCode("hash"), flag("synthetic"),
	}
}

// Mixin of Matter.
func (Matter) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}} }

// Edges of Matter.
func (Matter) Edges() []ent.Edge {
	return []ent.Edge{onceOf("proposal", Proposal.Type, "matters", "proposal_id"), onceOf("meeting", Meeting.Type, "minutes", "meeting_id"), inner("results", ResultRecord.Type)}
}

// Indexes of Matter: what runs beside a case, and a group's list by state.
func (Matter) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "kind"), index.Fields("lag_id", "kind", "state")}
}

// Annotations of Matter.
func (Matter) Annotations() []schema.Annotation { return paged() }
