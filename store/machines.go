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
	"string": "text", "bool": "flag",
}

// Known is what definitions may rely on: the engine's guards and effects, and
// the fields that the schema has.
func Known() workflow.Known {
	fields := map[workflow.Kind]map[string]string{}
	for _, kind := range workflow.Kinds() {
		fields[kind] = map[string]string{}
		for _, c := range ent.Columns[workflow.TypeOf(kind)].Columns {
			if t := datumTypes[c.Type]; t != "" {
				fields[kind][field(c.Name)] = t
			}
		}
	}
	return workflow.Known{
		Guards: workflow.KnownGuards(), Effects: workflow.KnownEffects(), Fields: fields,
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

// ErrUnsound is a published definition that cannot be worked by: its text is not
// the one that was proved, or this program refuses what an earlier one accepted.
var ErrUnsound = errors.New("published definition does not hold")

// LoadDefinitions has the machines take in the published definitions that they do
// not have yet: at the start, and every so often, for other servers publish too.
// Those that hold are taken in even where one does not; the error then wraps
// [ErrUnsound].
func (s *Store) LoadDefinitions(ctx context.Context, into *workflow.Machines) error {
	numbers, err := s.reader.Definition.Query().Select(definition.FieldID, definition.FieldKind, definition.FieldVersion).All(ctx)
	if err != nil {
		return fmt.Errorf("read definitions: %w", err)
	}
	var faults []error
	slices.SortFunc(numbers, func(a, b *ent.Definition) int { return a.Version - b.Version })
	for _, n := range numbers {
		if into.Pinned(fmt.Sprintf("%s@%d", n.Kind, n.Version)) != nil {
			continue
		}
		d, err := s.reader.Definition.Get(ctx, n.ID)
		if err != nil {
			return fmt.Errorf("read definitions: %w", err)
		}
		if err := takeIn(d, into); err != nil {
			faults = append(faults, fmt.Errorf("%w: %s@%d: %w", ErrUnsound, d.Kind, d.Version, err))
		}
	}
	return errors.Join(faults...)
}

func takeIn(d *ent.Definition, into *workflow.Machines) error {
	if sum := sha256.Sum256([]byte(d.Text)); hex.EncodeToString(sum[:]) != d.Hash {
		return errors.New("its text is not the one that was published; run atranka verify")
	}
	m, problems := into.Prove(d.LagID, d.Text)
	if len(problems) > 0 {
		return &workflow.CompileError{Problems: problems}
	}
	if m.Name() != fmt.Sprintf("%s@%d", d.Kind, d.Version) {
		return fmt.Errorf("its text is that of %s; run atranka verify", m.Name())
	}
	into.Add(m)
	return nil
}

// RunningOn are the cases of the group that are pinned to the version and in no
// terminal state, by id.
func (t *tx) RunningOn(lag ident.ID, name string, after ident.ID, most int) ([]workflow.Subject, error) {
	m := t.machines.Pinned(name)
	if m == nil {
		return nil, fmt.Errorf("definition %s is not loaded", name)
	}
	var ended []any
	for _, state := range m.States() {
		if state.Terminal {
			ended = append(ended, string(state.Name))
		}
	}
	table := entsql.Table(ent.Columns[workflow.TypeOf(m.Kind())].Table)
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
