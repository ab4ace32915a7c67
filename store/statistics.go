package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Count counts what statistics are made of, in six statements however many
// cases there are. What happened is read from the history itself: a table kept
// beside it could come to say otherwise.
func (t *tx) Count(of workflow.StatisticsOf, by workflow.CountedBy, now clock.Instant) (workflow.Counted, error) {
	c := workflow.Counted{
		Overdue: map[workflow.StateName]int{}, Acts: map[workflow.Role]int{}, Stays: map[workflow.StateName]workflow.Spread{},
		Role: map[workflow.Role]workflow.Spread{}, Decided: map[ident.ID]workflow.Spread{},
	}
	for _, count := range []func() error{
		func() error {
			var in workflow.CasesIn
			return t.each(t.casesNow(of), func() { c.Cases = append(c.Cases, in) }, &in.Call, &in.Definition, &in.State, &in.Cases)
		},
		func() error { return tallied(t, t.overdue(of, now), c.Overdue) },
		func() error { return tallied(t, t.acts(of), c.Acts) },
		func() error { return spread(t, t.stays(of, nil), c.Stays) },
		func() error { return spread(t, t.stays(of, by.Responsible), c.Role) },
		func() error { return spread(t, t.decided(of, by.Decided), c.Decided) },
	} {
		if err := count(); err != nil {
			return c, fmt.Errorf("count %s: %w", of.Kind, err)
		}
	}
	return c, nil
}

// statement is SQL with the values that it takes.
type statement struct {
	strings.Builder
	t    *tx
	args []any
}

func (t *tx) statement() *statement { return &statement{t: t} }

// add writes SQL in which each ? stands for the next value.
func (s *statement) add(text string, args ...any) *statement {
	for _, a := range args {
		before, after, _ := strings.Cut(text, "?")
		s.args = append(s.args, a)
		s.WriteString(before + s.t.placeholder(len(s.args)))
		text = after
	}
	s.WriteString(text)
	return s
}

// each reads the rows of a statement into the same places, and has them taken
// after each.
func (t *tx) each(s *statement, take func(), into ...any) error {
	rows, err := t.sql.QueryContext(t.ctx, s.String(), s.args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		take()
	}
	return rows.Err()
}

func tallied[K ~string](t *tx, s *statement, into map[K]int) error {
	var key K
	var n int
	return t.each(s, func() { into[key] = n }, &key, &n)
}

func spread[K ~string](t *tx, s *statement, into map[K]workflow.Spread) error {
	var key K
	var x workflow.Spread
	return t.each(s, func() { into[key] = x }, &key, &x.N, &x.MedianSeconds, &x.LongestSeconds)
}

// cases are the group's cases of the kind, as c, with the call that they are
// under.
func (s *statement) cases(of workflow.StatisticsOf) *statement {
	table := ent.Columns[workflow.TypeOf(of.Kind)].Table
	under, join := "''", ""
	switch {
	case of.Kind == "proposal":
		under = "c.call_id"
	case of.Kind.Inner():
		under, join = "p.call_id", " JOIN proposals p ON p.id = c.proposal_id"
	}
	s.add("SELECT c.id, "+under+" AS under, c.definition, c.state FROM "+table+" c"+join+" WHERE c.lag_id = ?", string(of.LAG))
	if of.Kind.Matter() {
		s.add(" AND c.kind = ?", string(of.Kind))
	}
	if of.Call != "" {
		s.add(" AND "+under+" = ?", string(of.Call))
	}
	return s
}

func (t *tx) casesNow(of workflow.StatisticsOf) *statement {
	return t.statement().add("SELECT under, definition, state, COUNT(*) FROM (").cases(of).
		add(") x GROUP BY under, definition, state ORDER BY under, definition, state")
}

func (t *tx) overdue(of workflow.StatisticsOf, now clock.Instant) *statement {
	return t.statement().add("SELECT state, COUNT(*) FROM timers WHERE ahead = 0 AND ends_at <= ? AND subject_id IN (SELECT id FROM (", int64(now)).
		cases(of).add(") x) GROUP BY state")
}

// moves are the transitions of those cases, as moves, and when each case began,
// as begins.
func (s *statement) moves(of workflow.StatisticsOf) *statement {
	word := func(name string) string { return "json_extract(b.body, '$." + name + "')" }
	if s.t.dialect == dialect.Postgres {
		word = func(name string) string { return "b.body::jsonb ->> '" + name + "'" }
	}
	return s.add("WITH cases AS (").cases(of).
		add("), begins AS (SELECT e.subject_id AS id, MIN(e.recorded_at) AS at FROM history_entries e JOIN cases c ON c.id = e.subject_id GROUP BY e.subject_id)").
		add(", moves AS (SELECT e.subject_id AS id, e.n, e.recorded_at AS at, e.role, " + word("from") + " AS since, " + word("to") + " AS into_state" +
			" FROM history_entries e JOIN cases c ON c.id = e.subject_id JOIN history_bodies b ON b.id = e.id WHERE e.kind = 'transition')")
}

func (t *tx) acts(of workflow.StatisticsOf) *statement {
	return t.statement().moves(of).add(" SELECT role, COUNT(*) FROM moves GROUP BY role")
}

// stays are how long cases were in each state before they left it for another;
// by role where it is told who is responsible for which.
func (t *tx) stays(of workflow.StatisticsOf, responsible map[workflow.StateName]workflow.Role) *statement {
	s := t.statement().moves(of).add(", lengths AS (SELECT ")
	if responsible == nil {
		s.add("m.since")
	} else {
		s.add("CASE m.since")
		for _, state := range slices.Sorted(maps.Keys(responsible)) {
			s.add(" WHEN ? THEN ?", string(state), string(responsible[state]))
		}
		s.add(" END")
	}
	return s.add(" AS k, m.at - COALESCE(LAG(m.at) OVER (PARTITION BY m.id ORDER BY m.n), g.at) AS took" +
		" FROM moves m JOIN begins g ON g.id = m.id WHERE m.since <> m.into_state)").middle()
}

// decided are how long cases took from their beginning to the first of the
// states, by call.
func (t *tx) decided(of workflow.StatisticsOf, states []workflow.StateName) *statement {
	s := t.statement().moves(of).add(", lengths AS (SELECT c.under AS k, MIN(m.at) - MIN(g.at) AS took" +
		" FROM moves m JOIN begins g ON g.id = m.id JOIN cases c ON c.id = m.id WHERE c.under <> '' AND m.into_state IN (''")
	for _, name := range states {
		s.add(", ?", string(name))
	}
	return s.add(") GROUP BY c.id, c.under)").middle()
}

// middle gives number, median and longest of the lengths of each key. The engines
// have no median in common, so the one or two in the middle are looked up.
func (s *statement) middle() *statement {
	const seconds = "1000000" // instants are microseconds
	return s.add(`, ranked AS (SELECT k, took, ROW_NUMBER() OVER (PARTITION BY k ORDER BY took) AS r, COUNT(*) OVER (PARTITION BY k) AS n FROM lengths WHERE k IS NOT NULL)
		SELECT k, MAX(n), (MIN(CASE WHEN r = (n + 1) / 2 THEN took END) + MIN(CASE WHEN r = (n + 2) / 2 THEN took END)) / 2 / ` + seconds + `, MAX(took) / ` + seconds + `
		FROM ranked GROUP BY k ORDER BY k`)
}
