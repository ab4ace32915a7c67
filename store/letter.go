package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Letter is what a letter about the step names: the office and the addressee, who decided and
// with which reasons, what evaluators remarked, and the letters that were sent. The number of
// statements does not grow with any of them.
func (t *tx) Letter(id ident.ID, about workflow.StepFacts, counting []workflow.EvaluationFacts) (workflow.LetterFacts, error) {
	var f workflow.LetterFacts
	p, err := t.ent.Proposal.Query().Where(proposal.ID(id)).WithApplicant().
		WithCall(func(q *ent.CallQuery) { q.WithCriteria() }).Only(t.ctx)
	if err != nil {
		return f, fmt.Errorf("letter about %s: %w", id, err)
	}
	lag, err := t.ent.Lag.Get(t.ctx, p.LagID)
	if err != nil {
		return f, fmt.Errorf("whose letter: %w", err)
	}
	f = workflow.LetterFacts{
		Office: lag.Name, OfficeEmail: lag.Email, Addressee: p.Edges.Applicant.Name, AddresseeCode: p.Edges.Applicant.LegalCode,
		Address: p.Edges.Applicant.Address, Call: p.Edges.Call.Number, RegNo: p.RegNo, Condition: p.AwardCondition, FailedItem: p.FailedItem,
		ReserveUntil: orNothing(p.ReserveValidUntil), Titles: map[string]string{}, Remarks: map[string][]string{},
	}
	for _, c := range p.Edges.Call.Edges.Criteria {
		f.Titles[c.Code] = c.Title
	}
	for _, load := range []func(*workflow.LetterFacts) error{
		func(f *workflow.LetterFacts) error { return t.disclosedReason(f, id, about.N) },
		func(f *workflow.LetterFacts) error { return t.boardsDecision(f, about.Decision) },
		func(f *workflow.LetterFacts) error { return t.remarks(f, counting) },
		func(f *workflow.LetterFacts) error { return t.sentLetters(f, id) },
	} {
		if err := load(&f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// disclosedReason is the reason that the act carried, empty where it was erased.
func (t *tx) disclosedReason(f *workflow.LetterFacts, dossier ident.ID, n int64) error {
	err := t.row(t.build().Select("value").From(entsql.Table("disclosures")).Where(entsql.And(
		entsql.EQ("dossier_id", string(dossier)), entsql.EQ("n", n), entsql.EQ("path", "reason")))).Scan(&f.Reason)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

func (t *tx) boardsDecision(f *workflow.LetterFacts, id ident.ID) error {
	if id == "" {
		return nil
	}
	d, err := t.ent.Decision.Query().Where(decision.ID(id)).WithMeeting().Only(t.ctx)
	if err != nil {
		return fmt.Errorf("decision %s: %w", id, err)
	}
	f.Meeting, f.HeldOn, f.Reasons = d.Edges.Meeting.Number, d.Edges.Meeting.HeldOn, d.Reasons
	f.Votes = &workflow.Tally{For: d.VotesFor, Against: d.VotesAgainst, Abstained: d.VotesAbstained}
	return nil
}

// remarks are the evaluators' by criterion, in the order of their texts: in one of the
// evaluations' they would tell which are one person's.
func (t *tx) remarks(f *workflow.LetterFacts, counting []workflow.EvaluationFacts) error {
	ids := make([]ident.ID, len(counting))
	for i, e := range counting {
		ids[i] = e.ID
	}
	rows, err := t.ent.Evaluation.Query().Where(evaluation.IDIn(ids...)).
		WithScores(func(q *ent.ScoreQuery) { q.WithCriterion() }).All(t.ctx)
	if err != nil {
		return fmt.Errorf("remarks of evaluators: %w", err)
	}
	for _, e := range rows {
		for _, s := range e.Edges.Scores {
			if code := s.Edges.Criterion.Code; s.Reason != "" && !slices.Contains(f.Remarks[code], s.Reason) {
				f.Remarks[code] = append(f.Remarks[code], s.Reason)
			}
		}
	}
	for _, all := range f.Remarks {
		slices.Sort(all)
	}
	return nil
}

// sentLetters are those about decisions on the case, in the order of their entries: of each
// entry the letter that it registered, for others may name its document later.
func (t *tx) sentLetters(f *workflow.LetterFacts, id ident.ID) error {
	e, b, d, l := entsql.Table("history_entries").As("e"), entsql.Table("history_bodies").As("b"), entsql.Table("documents").As("d"), entsql.Table("correspondences").As("l")
	query, args := t.build().Select(
		e.C("n"), b.C("body"), d.C("id"), d.C("hash"), l.C("id"), l.C("number"), l.C("channel"), l.C("dated_on"), l.C("delivered_at"),
	).From(e).Join(b).On(b.C("id"), e.C("id")).Join(d).On(d.C("id"), e.C("subject_id")).Join(l).On(l.C("document_id"), d.C("id")).
		Where(entsql.And(entsql.EQ(e.C("dossier_id"), string(id)), entsql.EQ(e.C("kind"), "letter.send"))).OrderBy(e.C("n"), l.C("id")).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("letters sent about %s: %w", id, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s workflow.SentLetter
		var delivered sql.Null[clock.Instant]
		var text string
		if err := rows.Scan(&s.N, &text, &s.Document, &s.Hash, &s.Letter, &s.Number, &s.Channel, &s.DatedOn, &delivered); err != nil {
			return fmt.Errorf("letters sent about %s: %w", id, err)
		}
		said, err := workflow.DecodeBody([]byte(text))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(said.Changes, func(c workflow.ChangeRecord) bool { return c.Create && c.ID == s.Letter }) {
			continue
		}
		s.DeliveredAt = delivered.V
		f.Sent = append(f.Sent, s)
	}
	return rows.Err()
}
