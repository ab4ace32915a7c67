package schema

import (
	"entgo.io/contrib/entgql"
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/atranka/atranka/ident"
)

// Evaluation is one evaluator's assessment of one proposal, a case of its own in that
// one's dossier.
type Evaluation struct{ ent.Schema }

// Fields of Evaluation.
func (Evaluation) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("proposal_id"),
		// The API tells it to those to whom the call does not hide it.
		field.String("evaluator_id").GoType(ident.ID("")).MaxLen(64).Immutable().Annotations(entgql.Skip(entgql.SkipType)), count("round"), optionalDay("due_on"),
		optionalInstant("declared_at"), optionalInstant("submitted_at"), optionalText("comment"), flag("synthetic"),
	}
}

// Mixin of Evaluation.
func (Evaluation) Mixin() []ent.Mixin {
	return []ent.Mixin{tenant{}, begun{state: "assigned", by: "evaluation@1"}}
}

// Indexes of Evaluation: what an evaluator has to do, and what a proposal has.
func (Evaluation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "evaluator_id"), index.Fields("evaluator_id", "state")}
}

// Edges of Evaluation.
func (Evaluation) Edges() []ent.Edge {
	return []ent.Edge{of("proposal", Proposal.Type, "evaluations", "proposal_id"), few("scores", Score.Type)}
}

// Score is the points that an evaluation gives under one criterion.
type Score struct{ ent.Schema }

// Fields of Score.
func (Score) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("evaluation_id"), ref("criterion_id"),
		hundredths("points"), optionalText("reason"),
	}
}

// Mixin of Score.
func (Score) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of Score.
func (Score) Edges() []ent.Edge {
	return []ent.Edge{
		of("evaluation", Evaluation.Type, "scores", "evaluation_id"),
		of("criterion", Criterion.Type, "scores", "criterion_id"),
	}
}

// FrozenRanking is a call's ranking as it came out once, with all that it was computed
// from, in one text under one hash. It is never changed.
type FrozenRanking struct{ ent.Schema }

// Fields of FrozenRanking.
func (FrozenRanking) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("call_id"), count("ordinal"), code("hash"), text("text"), list("lots"), instant("frozen_at"), flag("synthetic"),
	}
}

// Mixin of FrozenRanking.
func (FrozenRanking) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of FrozenRanking: two that are frozen at once are not the same version.
func (FrozenRanking) Indexes() []ent.Index {
	return []ent.Index{index.Fields("call_id", "ordinal").Unique()}
}

// Edges of FrozenRanking.
func (FrozenRanking) Edges() []ent.Edge {
	return []ent.Edge{of("call", Call.Type, "rankings", "call_id")}
}

// BoardSeat is a seat of the board (valdyba) and who holds it between two days.
type BoardSeat struct{ ent.Schema }

// Fields of BoardSeat.
func (BoardSeat) Fields() []ent.Field {
	return []ent.Field{
		id(), optionalRef("person_id"), code("sector"), optionalText("interest_group"), optionalCode("gender"),
		day("since"), optionalDay("until"), flag("synthetic"),
	}
}

// Mixin of BoardSeat.
func (BoardSeat) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of BoardSeat.
func (BoardSeat) Edges() []ent.Edge {
	return []ent.Edge{of("lag", Lag.Type, "seats", "lag_id"), inner("attendance", Attendance.Type), inner("ballots", Ballot.Type)}
}

// Meeting is a sitting of the board (posėdis): in the room, at a distance, or in writing.
// It is a case, and its dossier holds its items, who was there and how they voted. Until it
// is held, its day is the one that it is planned for.
type Meeting struct{ ent.Schema }

// Fields of Meeting.
func (Meeting) Fields() []ent.Field {
	return []ent.Field{
		id(), code("number"), code("mode"), day("held_on"), optionalInstant("scheduled_at"), optionalInstant("ballots_until"),
		optionalRef("presider_id"), optionalCode("body"), optionalDay("papers_due"), list("observers"), flag("synthetic"),
	}
}

// Mixin of Meeting.
func (Meeting) Mixin() []ent.Mixin {
	return []ent.Mixin{tenant{}, begun{state: "held", by: "meeting@1"}}
}

// Annotations of Meeting.
func (Meeting) Annotations() []schema.Annotation { return paged() }

// Edges of Meeting.
func (Meeting) Edges() []ent.Edge {
	return []ent.Edge{
		of("lag", Lag.Type, "meetings", "lag_id"), few("decisions", Decision.Type), few("items", AgendaItem.Type), few("attendance", Attendance.Type),
		few("minutes", Matter.Type),
	}
}

// AgendaItem (darbotvarkės klausimas) is one question before a meeting: which event of
// which case the board is to decide on. It is a case in the meeting's dossier.
type AgendaItem struct{ ent.Schema }

// Fields of AgendaItem.
func (AgendaItem) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("meeting_id"), count("ordinal"), ref("subject_id"), code("event"),
		field.Strings("voters").Optional().SchemaType(asText).Comment("Seats that could vote when the vote began: present, and not recused."),
		flag("departs"), flag("synthetic"),
	}
}

// Mixin of AgendaItem.
func (AgendaItem) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}, stateful{}} }

// Indexes of AgendaItem: its place on the agenda.
func (AgendaItem) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "ordinal").Unique()}
}

// Edges of AgendaItem.
func (AgendaItem) Edges() []ent.Edge {
	return []ent.Edge{of("meeting", Meeting.Type, "items", "meeting_id"), few("ballots", Ballot.Type)}
}

// Attendance is what a seat of the board did at a meeting: who sat on it, when they signed
// the declaration, came and left. Coming back begins anew; the history keeps what was before.
type Attendance struct{ ent.Schema }

// Fields of Attendance.
func (Attendance) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("meeting_id"), ref("seat_id"), optionalRef("person_id"), optionalInstant("declared_at"),
		optionalInstant("arrived_at"), optionalInstant("left_at"), flag("synthetic"),
	}
}

// Mixin of Attendance.
func (Attendance) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of Attendance: a seat is at a meeting once.
func (Attendance) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id", "seat_id").Unique()}
}

// Edges of Attendance.
func (Attendance) Edges() []ent.Edge {
	return []ent.Edge{of("meeting", Meeting.Type, "attendance", "meeting_id"), of("seat", BoardSeat.Type, "attendance", "seat_id")}
}

// Ballot (balsas) is what a seat did on an item: it voted, or was recused and left for it.
// One and the same row holds either, so that nobody does both.
type Ballot struct{ ent.Schema }

// Fields of Ballot.
func (Ballot) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("item_id"), ref("seat_id"), ref("person_id"), code("vote"), optionalCode("ground"), instant("cast_at"), flag("synthetic"),
	}
}

// Mixin of Ballot.
func (Ballot) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Indexes of Ballot: one to a seat.
func (Ballot) Indexes() []ent.Index { return []ent.Index{index.Fields("item_id", "seat_id").Unique()} }

// Edges of Ballot.
func (Ballot) Edges() []ent.Edge {
	return []ent.Edge{of("item", AgendaItem.Type, "ballots", "item_id"), of("seat", BoardSeat.Type, "ballots", "seat_id")}
}

// Decision (nutarimas) is what a board decided on one subject, with its tally.
// Only an adopted one lets the event that it names be fired.
type Decision struct{ ent.Schema }

// Fields of Decision.
func (Decision) Fields() []ent.Field {
	return []ent.Field{
		id(), ref("meeting_id"), ref("subject_id"), code("event"), code("outcome"),
		count("votes_for"), count("votes_against"), count("votes_abstained"),
		optionalText("reasons"),
		day("adopted_on"), flag("synthetic"),
		field.Int("subject_version").Optional().Nillable().Comment("Of the case that the board had before it."),
		optionalRef("item_id"),
		field.Bool("departs").Default(false).Comment("From the ranking, and its reasons say why."),
	}
}

// Mixin of Decision.
func (Decision) Mixin() []ent.Mixin { return []ent.Mixin{tenant{}} }

// Edges of Decision.
func (Decision) Edges() []ent.Edge {
	return []ent.Edge{of("meeting", Meeting.Type, "decisions", "meeting_id")}
}
