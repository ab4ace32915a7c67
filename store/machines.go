package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/definition"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// datumTypes are the types of data by the Go type of the column that keeps them.
var datumTypes = map[string]string{
	"money.Amount": "money", "clock.Date": "date", "clock.Instant": "instant", "ident.ID": "id", "int": "integer",
	"string": "text", "bool": "flag", "[]string": "list",
}

// Known is what definitions may rely on: the engine's guards and effects, and
// the fields that the schema has.
func Known() workflow.Known {
	fields, given := map[workflow.Kind]map[string]string{}, map[workflow.Kind]map[string]bool{}
	for _, kind := range workflow.Kinds() {
		fields[kind], given[kind] = map[string]string{}, map[string]bool{}
		for _, c := range ent.Columns[workflow.TypeOf(kind)].Columns {
			if t := datumTypes[c.Type]; t != "" {
				fields[kind][field(c.Name)], given[kind][field(c.Name)] = t, !c.Null
			}
		}
	}
	return workflow.Known{
		Guards: workflow.KnownGuards(), Effects: workflow.KnownEffects(), Fields: fields, Given: given,
		Veiled: map[workflow.Kind]bool{"proposal": true}, // as the API tells of them
	}
}

// Machines compiles the embedded definitions; cases run on those whose subjects
// have rows.
func Machines() (*workflow.Machines, error) {
	byKind, err := workflow.LoadEmbedded(Known())
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(byKind, func(k workflow.Kind, _ *workflow.Machine) bool { return workflow.TypeOf(k) == "" })
	return workflow.NewMachines(Known(), slices.Collect(maps.Values(byKind))...), nil
}

// LoadDefinitions has the machines take in the published definitions that they do
// not have yet, in the order of their publication: at the start, and every so often,
// for other servers publish too. What does not hold, for its text is not the one that
// was proved or this program refuses what an earlier one accepted, is left to
// [workflow.Machines.Lacking]; it is tried again once there is something new.
func (s *Store) LoadDefinitions(ctx context.Context, into *workflow.Machines) error {
	numbers, err := s.reader.Definition.Query().Order(ent.Asc(definition.FieldPublishedAt, definition.FieldID)).
		Select(definition.FieldID, definition.FieldKind, definition.FieldVersion).All(ctx)
	if err != nil {
		return fmt.Errorf("read definitions: %w", err)
	}
	unknown := slices.DeleteFunc(numbers, func(d *ent.Definition) bool { return into.Pinned(nameOf(d)) != nil })
	known := into.Lacking()
	if !slices.ContainsFunc(unknown, func(d *ent.Definition) bool { return known[nameOf(d)] == nil }) {
		return nil
	}
	for _, n := range unknown {
		d, err := s.reader.Definition.Get(ctx, n.ID)
		if err != nil {
			return fmt.Errorf("read definitions: %w", err)
		}
		if err := takeIn(d, into); err != nil {
			into.Lack(nameOf(d), err)
		}
	}
	return nil
}

func nameOf(d *ent.Definition) string { return workflow.Pin(workflow.Kind(d.Kind), d.Version) }

func takeIn(d *ent.Definition, into *workflow.Machines) error {
	if sum := sha256.Sum256([]byte(d.Text)); hex.EncodeToString(sum[:]) != d.Hash {
		return errors.New("its text is not the one that was published; run atranka verify")
	}
	m, problems := into.Prove(d.LagID, d.Text)
	if len(problems) > 0 {
		return &workflow.CompileError{Problems: problems}
	}
	if m.Name() != nameOf(d) {
		return fmt.Errorf("its text is that of %s; run atranka verify", m.Name())
	}
	into.Add(m)
	return nil
}

// publishing is the advisory lock that a publication holds to the end of its
// transaction; SQLite has one writer as it is.
const publishing = 7307281974

// Published are the names of all published versions.
func (t *tx) Published() ([]string, error) {
	if t.locks() {
		if _, err := t.sql.ExecContext(t.ctx, `SELECT pg_advisory_xact_lock($1)`, publishing); err != nil {
			return nil, fmt.Errorf("wait for publications: %w", err)
		}
	}
	rows, err := t.ent.Definition.Query().Select(definition.FieldKind, definition.FieldVersion).All(t.ctx)
	names := make([]string, len(rows))
	for i, d := range rows {
		names[i] = nameOf(d)
	}
	return names, err
}

// RunningOn are the cases of the group that are pinned to the version and in no
// terminal state, by id.
func (t *tx) RunningOn(lag ident.ID, name string, after ident.ID, most int) ([]workflow.Subject, error) {
	kind := workflow.KindIn(name)
	// By all versions: this one may not hold, and a state ends a case in each or in none.
	ended := t.states(kind, func(s workflow.State) bool { return s.Terminal })
	table := entsql.Table(ent.Columns[workflow.TypeOf(kind)].Table)
	q := t.build().Select("id").From(table).Where(entsql.And(
		entsql.EQ("lag_id", string(lag)), entsql.EQ("definition", name), entsql.NotIn("state", ended...), entsql.GT("id", string(after)),
	)).OrderBy("id").Limit(most)
	query, args := q.Query()
	ids, err := t.ids(query, args)
	if err != nil {
		return nil, err
	}
	out := make([]workflow.Subject, len(ids))
	for i, id := range ids {
		if out[i], _, err = t.locate(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *tx) ids(query string, args []any) ([]ident.ID, error) {
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []ident.ID
	for rows.Next() {
		var id ident.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
