package store

import (
	"database/sql"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// sweepAtMost bounds how many cases of one state a sweep takes; the next sweep
// takes the rest.
const sweepAtMost = 500

// Due finds the cases whose term runs out: counted from entering the state,
// from the delivery of a letter sent since, from a day or instant of the case
// itself, or from one of its call. SQL finds those whose days have gone by; on
// which day a term ends is the calendar's to say.
func (t *tx) Due(definition string, k workflow.Kind, s workflow.State, by clock.Instant, only ident.ID) ([]workflow.Due, error) {
	base, ok := t.basis(k, s.Deadline)
	if !ok {
		return nil, nil
	}
	// A term in working days, or one that ends on a day off, ends later than its
	// days alone would have it, never earlier.
	bound := any(int64(by))
	switch {
	case base.isDay:
		bound = string(by.Day().AddDays(-s.Deadline.Days))
	case s.Deadline.Days > 0:
		bound = int64(by.Day().AddDays(-s.Deadline.Days).Start())
	}
	own := entsql.Table(ent.Columns[workflow.TypeOf(k)].Table).As("s")
	q := t.build().Select(own.C("id"), own.C("version"), own.C("lag_id")).From(own)
	from := own.C(base.column)
	switch {
	case base.letters:
		letters := entsql.Table("correspondences").As("l")
		q.Join(letters).On(letters.C("subject_id"), own.C("id"))
		from = letters.C("delivered_at")
		q.Where(entsql.And(entsql.EQ(letters.C("direction"), "OUT"), entsql.ColumnsGTE(from, own.C("state_since"))))
	case base.parent != "":
		parent := entsql.Table(base.parent).As("p")
		q.Join(parent).On(parent.C("id"), own.C(base.key))
		from = parent.C(base.column)
	}
	q.AppendSelect(from)
	q.Where(entsql.And(
		entsql.EQ(own.C("definition"), definition), entsql.EQ(own.C("state"), string(s.Name)), entsql.LTE(from, bound),
	)).OrderBy(from, own.C("id")).Limit(sweepAtMost)
	if only != "" {
		q.Where(entsql.EQ(own.C("id"), string(only)))
	}
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Due
	seen := map[ident.ID]bool{}
	for rows.Next() {
		d := workflow.Due{Event: s.Deadline.Event, State: s, Subject: workflow.Subject{Kind: k, State: s.Name, Definition: definition}}
		if d.EndsAt, err = base.scan(rows, &d.Subject, *s.Deadline); err != nil {
			return nil, err
		}
		// Of several letters the first that was delivered starts the term.
		if d.EndsAt <= by && !seen[d.Subject.ID] {
			seen[d.Subject.ID] = true
			out = append(out, d)
		}
	}
	return out, rows.Err()
}

// basis is the column that a term runs from.
type basis struct {
	column      string
	isDay       bool
	parent, key string // the table to join and the column that leads to it
	letters     bool   // the letters about the case, by delivery
}

// scan reads a case and gives when its term ends.
func (b basis) scan(rows *sql.Rows, into *workflow.Subject, d workflow.Deadline) (clock.Instant, error) {
	if b.isDay {
		var day clock.Date
		err := rows.Scan(&into.ID, &into.Version, &into.LAG, &day)
		if err != nil {
			return 0, err
		}
		return d.EndsFromDay(day), nil
	}
	var at clock.Instant
	err := rows.Scan(&into.ID, &into.Version, &into.LAG, &at)
	return d.EndsFrom(at), err
}

func (t *tx) basis(k workflow.Kind, d *workflow.Deadline) (basis, bool) {
	switch d.From {
	case workflow.Entered:
		return basis{column: "state_since"}, true
	case workflow.Delivered:
		return basis{letters: true}, true
	}
	of, name, found := strings.Cut(d.From, ".")
	if !found {
		return basis{}, false
	}
	col := column(name)
	i := -1
	columns := ent.Columns[workflow.TypeOf(workflow.Kind(of))].Columns
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
