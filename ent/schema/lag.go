package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/index"
)

// Lag is a local action group (vietos veiklos grupė), the tenant of everything
// that it runs.
type Lag struct{ ent.Schema }

// Fields of Lag.
func (Lag) Fields() []ent.Field {
	return []ent.Field{
		id(), text("name"), sortKey("name", "NAME"), text("short_name"), optionalCode("legal_code"),
		optionalDay("founded_on"), optionalText("founded_printed"), optionalText("email"),
		list("bodies"), list("administration"),
	}
}

// Mixin of Lag.
func (Lag) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

// Edges of Lag.
func (Lag) Edges() []ent.Edge {
	return []ent.Edge{
		few("members", LagMember.Type), few("territories", Territory.Type), pages("strategies", Strategy.Type),
		pages("calls", Call.Type), pages("projects", Project.Type), pages("findings", Finding.Type),
		few("seats", BoardSeat.Type), pages("meetings", Meeting.Type), pages("ties", Tie.Type),
	}
}

// Annotations of Lag.
func (Lag) Annotations() []schema.Annotation { return paged() }

// LagMember is an organisation's membership in a local action group.
type LagMember struct{ ent.Schema }

// Fields of LagMember.
func (LagMember) Fields() []ent.Field {
	return []ent.Field{
		id(), optionalRef("organisation_id"), text("name_as_printed"), code("sector"), optionalText("interest_group"),
		optionalDay("since"), optionalDay("until"),
	}
}

// Mixin of LagMember.
func (LagMember) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of LagMember.
func (LagMember) Edges() []ent.Edge {
	return []ent.Edge{
		of("lag", Lag.Type, "members", "lag_id"),
		optionalOf("organisation", Organisation.Type, "memberships", "organisation_id"),
	}
}

// Territory is where a strategy works: the target territory or a linked one.
// Boundary keeps the streets in the order of their source, repetitions too,
// and closes_at the street at which the line closes.
type Territory struct{ ent.Schema }

// Fields of Territory.
func (Territory) Fields() []ent.Field {
	return []ent.Field{
		id(), code("kind"), code("area_ha"), optionalText("basis"),
		list("boundary"), optionalText("closes_at"), list("parts"), list("places"),
	}
}

// Mixin of Territory.
func (Territory) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, sourced{}} }

// Edges of Territory.
func (Territory) Edges() []ent.Edge {
	return []ent.Edge{of("lag", Lag.Type, "territories", "lag_id")}
}

// Organisation is a body known to any local action group: founder, applicant,
// promoter or partner.
type Organisation struct{ ent.Schema }

// Fields of Organisation.
func (Organisation) Fields() []ent.Field {
	return []ent.Field{
		id(), text("name"), sortKey("name", "NAME"), words("name"), optionalText("name_as_printed"), optionalCode("legal_code"), code("legal_form"),
		optionalText("legal_form_as_printed"), flag("is_college"), optionalText("address"),
	}
}

// Indexes of Organisation: one code, one organisation; those without a code are
// kept apart by people.
func (Organisation) Indexes() []ent.Index { return []ent.Index{index.Fields("legal_code").Unique()} }

// Mixin of Organisation.
func (Organisation) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

// Edges of Organisation.
func (Organisation) Edges() []ent.Edge {
	return []ent.Edge{
		few("memberships", LagMember.Type), pages("proposals", Proposal.Type), pages("promoted", Project.Type),
	}
}

// Annotations of Organisation.
func (Organisation) Annotations() []schema.Annotation { return paged() }

// Person is somebody who acts or is written to. Name and e-mail are personal:
// the history holds commitments to them, never their text.
type Person struct{ ent.Schema }

// Fields of Person.
func (Person) Fields() []ent.Field {
	return []ent.Field{id(), text("name"), optionalText("email"), optionalRef("organisation_id")}
}

// Mixin of Person.
func (Person) Mixin() []ent.Mixin { return []ent.Mixin{sourced{}} }

// Edges of Person.
func (Person) Edges() []ent.Edge {
	return []ent.Edge{edge.To("grants", RoleGrant.Type).Annotations(hidden())}
}

// RoleGrant lets a person act in a role, in one local action group or, for an
// auditor, in all, between two days.
type RoleGrant struct{ ent.Schema }

// Fields of RoleGrant.
func (RoleGrant) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("person_id"), optionalRef("lag_id"), code("role"), day("since"), optionalDay("until"),
		flag("synthetic"),
	}
}

// Edges of RoleGrant.
func (RoleGrant) Edges() []ent.Edge {
	return []ent.Edge{of("person", Person.Type, "grants", "person_id")}
}

// Annotations of RoleGrant.
func (RoleGrant) Annotations() []schema.Annotation { return []schema.Annotation{hidden()} }

// Tie (ryšys) is what a local action group has on file between two of the registry, from
// one day to another: a person and an organisation, two persons, or two organisations.
// Who is tied to whom is personal: it is for the staff of the group that put it on file.
type Tie struct{ ent.Schema }

// Fields of Tie.
func (Tie) Fields() []ent.Field {
	return []ent.Field{id(), ref("one_id"), ref("other_id"), code("kind"), day("since"), optionalDay("until"), flag("synthetic")}
}

// Mixin of Tie.
func (Tie) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of Tie: it is looked for from either of the two.
func (Tie) Indexes() []ent.Index {
	return []ent.Index{index.Fields("one_id"), index.Fields("other_id")}
}

// Edges of Tie.
func (Tie) Edges() []ent.Edge { return []ent.Edge{of("lag", Lag.Type, "ties", "lag_id")} }

// Annotations of Tie.
func (Tie) Annotations() []schema.Annotation { return paged() }
