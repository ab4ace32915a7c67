package store

import (
	"database/sql"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// Terms finds when terms end: counted from entering the state, from the delivery
// of a letter sent since, from a day or instant of the case itself, or from one
// of its call. On which day a term ends is the calendar's to say.
func (t *tx) Terms(ask workflow.TermsOf) ([]workflow.Due, error) {
	k, s := ask.Kind, ask.State
	base, ok := t.basis(k, s.Deadline)
	if !ok {
		return nil, nil
	}
	own := entsql.Table(ent.Columns[workflow.TypeOf(k)].Table).As("s")
	q := t.build().Select(own.C("id"), own.C("version"), own.C("lag_id"), own.C("stopped_days"), own.C("term_until")).From(own)
	from := own.C(base.column)
	switch {
	case base.letters:
		letters := entsql.Table("correspondences").As("l")
		q.Join(letters).On(letters.C("subject_id"), own.C("id"))
		from = letters.C("delivered_at")
		q.Where(entsql.And(
			entsql.EQ(letters.C("direction"), "OUT"), entsql.ColumnsGTE(from, own.C("state_since")), entsql.NEQ(letters.C("id"), string(ask.Without)),
		))
	case base.parent != "":
		parent := entsql.Table(base.parent).As("p")
		q.Join(parent).On(parent.C("id"), own.C(base.key))
		from = parent.C(base.column)
	}
	q.AppendSelect(from).AppendSelectExpr(t.left(own, s.Deadline.Event))
	of := []*entsql.Predicate{entsql.EQ(own.C("definition"), ask.Definition), entsql.EQ(own.C("state"), string(s.Name)), entsql.NotNull(from)}
	if ask.Only != "" {
		of = append(of, entsql.EQ(own.C("id"), string(ask.Only)))
	}
	if ask.Under != "" {
		of = append(of, entsql.EQ(own.C("call_id"), string(ask.Under)))
	}
	if ask.After != "" {
		of = append(of, entsql.GT(own.C("id"), string(ask.After)))
	}
	q.Where(entsql.And(of...)).OrderBy(own.C("id"), from)
	if ask.Most > 0 && !base.letters {
		q.Limit(ask.Most)
	}
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Due
	for rows.Next() {
		d := workflow.Due{State: s, Subject: workflow.Subject{Kind: k, State: s.Name, Definition: ask.Definition}}
		var left sql.Null[clock.Instant]
		if d.EndsAt, err = base.scan(rows, &d.Subject, *s.Deadline, &left); err != nil {
			return nil, err
		}
		if !left.Valid || left.V < d.EndsAt {
			d.Event = s.Deadline.Event
		}
		// Of several letters the first that was delivered starts the term.
		if len(out) == 0 || out[len(out)-1].Subject.ID != d.Subject.ID {
			out = append(out, d)
		}
	}
	return out, rows.Err()
}

// left asks when the end of the term was last left to people, by an incident since
// the case came into the state: a correction that waits for a decision, or what was
// set aside.
func (t *tx) left(own *entsql.SelectTable, event workflow.EventName) entsql.Querier {
	x := entsql.Table("incidents").As("i")
	waits := entsql.And(entsql.EQ(x.C("code"), string(workflow.Corrected)), entsql.IsNull(x.C("resolved_at")))
	q := t.build().Select(entsql.Max(x.C("opened_at"))).From(x).Where(entsql.And(
		entsql.ColumnsEQ(x.C("subject_id"), own.C("id")), entsql.EQ(x.C("event"), string(event)),
		entsql.ColumnsGTE(x.C("opened_at"), own.C("state_since")),
		entsql.Or(waits, entsql.EQ(x.C("resolution"), workflow.IncidentSetAside)),
	))
	return entsql.ExprFunc(func(b *entsql.Builder) { b.Wrap(func(b *entsql.Builder) { b.Join(q) }) })
}

// basis is the column that a term runs from.
type basis struct {
	column      string
	isDay       bool
	parent, key string // the table to join and the column that leads to it
	letters     bool   // the letters about the case, by delivery
}

// scan reads a case and gives when its term ends: days for which its clock stood
// are added where the term pauses, and what it was extended to holds where that
// is later. What the query selects beyond that is read into more.
func (b basis) scan(rows *sql.Rows, into *workflow.Subject, d workflow.Deadline, more ...any) (clock.Instant, error) {
	var stopped sql.NullInt64
	var until sql.NullString
	var day clock.Date
	var at clock.Instant
	from := any(&at)
	if b.isDay {
		from = &day
	}
	if err := rows.Scan(append([]any{&into.ID, &into.Version, &into.LAG, &stopped, &until, from}, more...)...); err != nil {
		return 0, err
	}
	into.Stopped, into.TermUntil = int(stopped.Int64), clock.Date(until.String)
	return d.Ends(b.isDay, day, at, *into), nil
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
	case workflow.Kind(of) == k.Over():
		b.parent, b.key = "calls", "call_id"
	default:
		return basis{}, false
	}
	return b, true
}
