package store

import (
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// sweepAtMost bounds how many cases of one state a sweep takes; the next sweep
// takes the rest.
const sweepAtMost = 500

// Due finds the cases whose term has run out: counted from entering the state,
// from a day or instant of the case itself, or from one of its call.
func (t *tx) Due(definition string, k workflow.Kind, s workflow.State, now clock.Instant) ([]workflow.Overdue, error) {
	base, ok := t.basis(k, s.Deadline)
	if !ok || s.Deadline.Unit != workflow.CalendarDays {
		return nil, nil
	}
	own := entsql.Table(ent.Columns[typeName(k)].Table).As("s")
	q := t.build().Select(own.C("id"), own.C("version")).From(own)
	from := own.C(base.column)
	if base.parent != "" {
		parent := entsql.Table(base.parent).As("p")
		q.Join(parent).On(parent.C("id"), own.C(base.key))
		from = parent.C(base.column)
	}
	bound := any(int64(now))
	switch {
	case base.isDay:
		// A term that names a day has passed at 24:00 of it.
		bound = string(now.Day().AddDays(-s.Deadline.Days - 1))
	case s.Deadline.Days > 0:
		// Days are counted whole: the term ends at 24:00 of its last one.
		bound = int64(now.Day().AddDays(-s.Deadline.Days).Start()) - 1
	}
	q.Where(entsql.And(
		entsql.EQ(own.C("definition"), definition), entsql.EQ(own.C("state"), string(s.Name)),
		entsql.LTE(from, bound),
	)).OrderBy(from, own.C("id")).Limit(sweepAtMost)
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Overdue
	for rows.Next() {
		o := workflow.Overdue{Event: s.Deadline.Event, Subject: workflow.Subject{Kind: k}}
		if err := rows.Scan(&o.Subject.ID, &o.Subject.Version); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// basis is the column that a term runs from.
type basis struct {
	column      string
	isDay       bool
	parent, key string // the table to join and the column that leads to it
}

func (t *tx) basis(k workflow.Kind, d *workflow.Deadline) (basis, bool) {
	if d.From == "ENTERED" {
		return basis{column: "state_since"}, true
	}
	of, name, found := strings.Cut(d.From, ".")
	if !found {
		return basis{}, false
	}
	col := column(name)
	i := -1
	columns := ent.Columns[typeName(workflow.Kind(of))].Columns
	for j, c := range columns {
		if c.Name == col {
			i = j
		}
	}
	if i < 0 {
		return basis{}, false
	}
	b := basis{column: col, isDay: columns[i].Type == "clock.Date"}
	switch {
	case workflow.Kind(of) == k:
	case of == "call" && k == "proposal":
		b.parent, b.key = "calls", "call_id"
	default:
		return basis{}, false
	}
	return b, true
}

func typeName(k workflow.Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }
