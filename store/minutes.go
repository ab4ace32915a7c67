package store

import (
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/workflow"
)

// Sitting is what was voted and decided at the meeting, in four statements however much
// that is: its items, their ballots, the decisions, and the entries that say which rules
// the votes were held by.
func (t *tx) Sitting(meeting ident.ID) (workflow.Sitting, error) {
	var out workflow.Sitting
	items, err := t.ent.AgendaItem.Query().Where(agendaitem.MeetingID(meeting)).Order(ent.Asc(agendaitem.FieldOrdinal, agendaitem.FieldID)).
		WithBallots(func(q *ent.BallotQuery) { q.Order(ent.Asc(ballot.FieldSeatID)) }).All(t.ctx)
	if err != nil {
		return out, fmt.Errorf("items of meeting: %w", err)
	}
	decisions, err := t.ent.Decision.Query().Where(decision.MeetingID(meeting)).Order(ent.Asc(decision.FieldID)).All(t.ctx)
	if err != nil {
		return out, fmt.Errorf("decisions of meeting: %w", err)
	}
	guards, err := t.guardsOf(meeting)
	if err != nil {
		return out, fmt.Errorf("what the votes were held by: %w", err)
	}
	decided := map[ident.ID]*workflow.SatDecision{}
	for _, d := range decisions {
		sat := workflow.SatDecision{
			ID: d.ID, Subject: d.SubjectID, Event: workflow.EventName(d.Event), Outcome: d.Outcome,
			Tally: minutes.Tally{For: d.VotesFor, Against: d.VotesAgainst, Abstained: d.VotesAbstained},
		}
		if d.ItemID == "" {
			out.Decisions = append(out.Decisions, sat)
			continue
		}
		decided[d.ItemID] = &sat
	}
	for _, i := range items {
		sat := workflow.SatItem{
			ItemState: workflow.ItemState{
				ID: i.ID, Subject: i.SubjectID, Event: workflow.EventName(i.Event), Ordinal: i.Ordinal,
				State: *t.machines.State(i.Definition, workflow.StateName(i.State)),
			},
			Definition: i.Definition, Guards: guards[i.ID], Decided: decided[i.ID],
		}
		for _, b := range i.Edges.Ballots {
			sat.Ballots = append(sat.Ballots, workflow.SatBallot{Seat: b.SeatID, Vote: workflow.BallotVote(b.Vote), Ground: workflow.Ground(b.Ground)})
		}
		out.Items = append(out.Items, sat)
	}
	return out, nil
}

// guardsOf are the guards of the steps of the meeting's items, by item and in their order.
func (t *tx) guardsOf(meeting ident.ID) (map[ident.ID][]workflow.GuardRecord, error) {
	e, b := entsql.Table("history_entries").As("e"), entsql.Table("history_bodies").As("b")
	query, args := t.build().Select(e.C("subject_id"), b.C("body")).From(e).Join(b).On(e.C("id"), b.C("id")).Where(entsql.And(
		entsql.EQ(e.C("dossier_id"), string(meeting)), entsql.EQ(e.C("kind"), "transition"),
		entsql.EQ(e.C("subject_type"), "AgendaItem"))).OrderBy(e.C("n")).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	guards := map[ident.ID][]workflow.GuardRecord{}
	for rows.Next() {
		var item ident.ID
		var text string
		if err := rows.Scan(&item, &text); err != nil {
			return nil, err
		}
		body, err := workflow.DecodeBody([]byte(text))
		if err != nil {
			return nil, err
		}
		guards[item] = append(guards[item], body.Guards...)
	}
	return guards, rows.Err()
}
