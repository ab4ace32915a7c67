package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Steps are those that the case took, in their order: the entries of its transitions, and
// what their bodies say.
func (t *tx) Steps(subject ident.ID) ([]workflow.StepFacts, error) {
	e, b := entsql.Table("history_entries").As("e"), entsql.Table("history_bodies").As("b")
	query, args := t.build().Select(
		e.C("n"), e.C("cause"), e.C("definition"), e.C("actor_id"), e.C("second_actor_id"), e.C("role"), e.C("on_behalf_of"), e.C("effective_on"), e.C("recorded_at"), b.C("body"),
	).From(e).Join(b).On(e.C("id"), b.C("id")).
		Where(entsql.And(entsql.EQ(e.C("subject_id"), string(subject)), entsql.EQ(e.C("kind"), "transition"))).OrderBy(e.C("n")).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("steps of %s: %w", subject, err)
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.StepFacts
	caused := map[int64]int{} // the index of the step, by its cause in the case's dossier
	for rows.Next() {
		var x workflow.StepFacts
		var definition, text string
		var cause, by, second, body sql.NullString
		if err := rows.Scan(&x.N, &cause, &definition, &by, &second, &x.Role, &body, &x.On, &x.At, &text); err != nil {
			return nil, fmt.Errorf("steps of %s: %w", subject, err)
		}
		said, err := workflow.DecodeBody([]byte(text))
		if err != nil {
			return nil, err
		}
		x.Event, x.Decision, x.Document, x.Guards = said.Event, said.Decision, said.Document, said.Guards
		x.From, x.To = *t.machines.State(definition, said.From), *t.machines.State(definition, said.To)
		x.By, x.Second, x.OnBehalfOf = ident.ID(by.String), ident.ID(second.String), workflow.Role(body.String)
		if dossier, n, ok := strings.Cut(cause.String, "/"); ok && dossier == string(subject) {
			at, err := strconv.ParseInt(n, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("cause of entry %d of %s: %w", x.N, subject, err)
			}
			caused[at] = len(out)
		}
		out = append(out, x)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("steps of %s: %w", subject, err)
	}
	return out, t.filed(subject, caused, out)
}

// filed has the steps say which matter's beginning led to them.
func (t *tx) filed(dossier ident.ID, caused map[int64]int, steps []workflow.StepFacts) error {
	if len(caused) == 0 {
		return nil
	}
	opened, err := t.ent.HistoryEntry.Query().Where(historyentry.DossierID(dossier), historyentry.Kind("matter.open"),
		historyentry.NIn(slices.Sorted(maps.Keys(caused))...)).Select(historyentry.FieldN, historyentry.FieldSubjectID).All(t.ctx)
	if err != nil {
		return fmt.Errorf("what led to steps of %s: %w", dossier, err)
	}
	for _, e := range opened {
		steps[caused[e.N]].Filed = e.SubjectID
	}
	return nil
}

// BoardParts say who voted or was recused, who tabled the matter, who presided, be it that
// the decision is on paper alone, and who prepared and recorded what the board decided on the
// subjects, by person. The number of statements does not grow with
// the items.
func (t *tx) BoardParts(subjects []ident.ID) ([]workflow.PartFacts, error) {
	items, err := t.ent.AgendaItem.Query().Where(agendaitem.SubjectIDIn(subjects...)).Order(ent.Asc(agendaitem.FieldID)).
		WithMeeting().WithBallots(func(q *ent.BallotQuery) { q.Order(ent.Asc(ballot.FieldID)) }).All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("items about the case: %w", err)
	}
	var out []workflow.PartFacts
	var of []ident.ID
	for _, i := range items {
		of = append(of, i.ID)
		if by := i.Edges.Meeting.PresiderID; by != "" {
			out = append(out, workflow.PartFacts{Person: by, Ground: workflow.PresidedOverIt})
		}
		for _, b := range i.Edges.Ballots {
			out = append(out, workflow.PartFacts{Person: b.PersonID, Ground: workflow.VotedOnIt})
		}
	}
	decisions, err := t.ent.Decision.Query().Where(decision.SubjectIDIn(subjects...)).Order(ent.Asc(decision.FieldID)).WithMeeting().All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("decisions on the case: %w", err)
	}
	for _, d := range decisions {
		of = append(of, d.ID)
		if at := d.Edges.Meeting; at != nil && at.PresiderID != "" {
			out = append(out, workflow.PartFacts{Person: at.PresiderID, Ground: workflow.PresidedOverIt})
		}
	}
	entries, err := t.ent.HistoryEntry.Query().Where(historyentry.SubjectIDIn(of...), historyentry.KindIn("decision.record", "item.table", "transition")).
		Order(ent.Asc(historyentry.FieldDossierID, historyentry.FieldN)).All(t.ctx)
	for _, e := range entries {
		for _, by := range []ident.ID{e.ActorID, e.SecondActorID} {
			if by != "" {
				out = append(out, workflow.PartFacts{Person: by, Ground: workflow.DecidedIt})
			}
		}
	}
	return out, err
}
