package store

import (
	"database/sql"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// timerColumns are those that make a [workflow.Timer], in the order of scanTimers.
var timerColumns = []string{"subject_id", "kind", "group_id", "definition", "state", "ahead", "event", "rings_at", "ends_at"}

// endingAtMost is how many terms of a group are read at once, soonest first.
const endingAtMost = 5000

// Schedule replaces the case's timers. A timer stays as it is, and lent to whom
// it was lent, only by being left alone.
func (t *tx) Schedule(subject ident.ID, timers []workflow.Timer) error {
	if _, err := t.exec(t.build().Delete("timers").Where(entsql.EQ("subject_id", string(subject)))); err != nil {
		return err
	}
	if len(timers) == 0 {
		return nil
	}
	into := t.build().DialectBuilder.Insert("timers").Columns(timerColumns...)
	for _, x := range timers {
		into.Values(string(subject), string(x.Subject.Kind), string(x.Subject.LAG), x.Subject.Definition, string(x.Subject.State),
			x.Ahead, string(x.Event), int64(x.At), int64(x.EndsAt))
	}
	_, err := t.exec(into)
	return err
}

// Timers are those of the case.
func (t *tx) Timers(subject ident.ID) ([]workflow.Timer, error) {
	return t.scanTimers(t.build().Select(timerColumns...).From(entsql.Table("timers")).
		Where(entsql.EQ("subject_id", string(subject))).OrderBy("ahead"))
}

// Ending are the terms that end by an instant in the group, soonest first.
func (t *tx) Ending(lag ident.ID, by clock.Instant) ([]workflow.Timer, error) {
	return t.scanTimers(t.build().Select(timerColumns...).From(entsql.Table("timers")).
		Where(entsql.And(entsql.EQ("group_id", string(lag)), entsql.EQ("ahead", 0), entsql.LTE("ends_at", int64(by)))).
		OrderBy("ends_at", "subject_id").Limit(endingAtMost))
}

// Take gives out timers that ring, and lends them.
func (t *tx) Take(now clock.Instant, most int, lent time.Duration) ([]workflow.Timer, error) {
	q := t.build().Select(timerColumns...).From(entsql.Table("timers")).Where(entsql.And(
		entsql.LTE("rings_at", int64(now)),
		entsql.Or(entsql.NEQ("event", ""), entsql.GT("ahead", 0)),
		entsql.Or(entsql.IsNull("lent_until"), entsql.LT("lent_until", int64(now))),
	)).OrderBy("rings_at", "subject_id", "ahead").Limit(most)
	if t.dialect == "postgres" {
		q.ForUpdate(entsql.WithLockAction(entsql.SkipLocked))
	}
	taken, err := t.scanTimers(q)
	if err != nil {
		return nil, err
	}
	byAhead := map[int][]any{}
	for _, x := range taken {
		byAhead[x.Ahead] = append(byAhead[x.Ahead], string(x.Subject.ID))
	}
	for ahead, subjects := range byAhead {
		lend := t.build().Update("timers").Set("lent_until", int64(now.Add(lent))).
			Where(entsql.And(entsql.EQ("ahead", ahead), entsql.In("subject_id", subjects...)))
		if _, err := t.exec(lend); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

func (t *tx) scanTimers(q entsql.Querier) ([]workflow.Timer, error) {
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Timer
	for rows.Next() {
		var x workflow.Timer
		s := &x.Subject
		if err := rows.Scan(&s.ID, &s.Kind, &s.LAG, &s.Definition, &s.State, &x.Ahead, &x.Event, &x.At, &x.EndsAt); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// SQL is the transaction behind one of this store's, for the queue that shares
// it.
func SQL(t workflow.Tx) *sql.Tx { return t.(*tx).sql }
