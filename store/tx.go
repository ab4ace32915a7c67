package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// tx is one transaction: ent reads through it, the store's own statements
// write through it.
type tx struct {
	ctx      context.Context
	sql      *sql.Tx
	ent      *ent.Client
	dialect  string
	machines *workflow.Machines
	// view: read only, nothing is locked.
	view bool
}

var _ workflow.Tx = (*tx)(nil)

// txDriver lets ent work inside a transaction that is not its own: what it
// would begin or commit is left to the owner.
type txDriver struct{ *entsql.Driver }

// Tx is this very transaction; without it ent's updates would begin another.
func (d txDriver) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d), nil }

func (s *Store) newTx(ctx context.Context, t *sql.Tx, view bool) *tx {
	drv := txDriver{entsql.NewDriver(s.dialect, entsql.Conn{ExecQuerier: t})}
	return &tx{
		ctx: ctx, sql: t, dialect: s.dialect, machines: s.machines, view: view,
		ent: ent.NewClient(ent.Driver(drv)),
	}
}

// build starts a statement in the engine's dialect.
func (t *tx) build() *entsql.DialectBuilder { return entsql.Dialect(t.dialect) }

// exec runs a built statement.
func (t *tx) exec(q entsql.Querier) (sql.Result, error) {
	query, args := q.Query()
	return t.sql.ExecContext(t.ctx, query, args...)
}

// row runs a built statement that gives one row.
func (t *tx) row(q entsql.Querier) *sql.Row {
	query, args := q.Query()
	return t.sql.QueryRowContext(t.ctx, query, args...)
}

// lockRow locks one row where the engine has row locks; SQLite's one writer
// holds the whole file already.
func (t *tx) lockRow(table string, id ident.ID) error {
	if t.dialect != dialect.Postgres || t.view {
		return nil
	}
	var got string
	err := t.row(t.build().Select("id").From(entsql.Table(table)).Where(entsql.EQ("id", id)).ForUpdate()).Scan(&got)
	if err != nil {
		return fmt.Errorf("lock %s: %w", id, err)
	}
	return nil
}

// Lock takes the locks in the order strategy, call, envelopes, dossier, subject.
func (t *tx) Lock(id ident.ID, wide bool) (workflow.Subject, error) {
	s, anchors, err := t.locate(id)
	if err != nil {
		return s, err
	}
	if wide {
		if err := t.lockWide(anchors); err != nil {
			return s, err
		}
	}
	// A strategy or a call stands before its dossier in the order.
	order := [][2]string{{"dossiers", string(s.Dossier)}, {ent.Columns[anchors.table].Table, string(id)}}
	if s.Kind == "strategy" || s.Kind == "call" {
		slices.Reverse(order)
	}
	for _, row := range order {
		if err := t.lockRow(row[0], ident.ID(row[1])); err != nil {
			return s, err
		}
	}
	// Read again: what stood there before the lock may have changed meanwhile.
	s, _, err = t.locate(id)
	return s, err
}

// anchors are what a subject's wide lock takes: the call and the actions in
// whose envelopes it can move money.
type anchors struct {
	table   string
	call    ident.ID
	actions []ident.ID
}

func (t *tx) lockWide(a anchors) error {
	if a.call == "" {
		return nil
	}
	if err := t.lockRow("calls", a.call); err != nil {
		return err
	}
	ids, err := t.ent.Envelope.Query().
		Where(envelope.SubjectIDIn(append(slices.Clone(a.actions), a.call)...)).
		Order(ent.Asc(envelope.FieldID)).IDs(t.ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.lockRow("envelopes", id); err != nil {
			return err
		}
	}
	return nil
}

// locate finds the subject as it stands now.
func (t *tx) locate(id ident.ID) (workflow.Subject, anchors, error) {
	kind, ok := workflow.KindOf(id)
	if !ok {
		return workflow.Subject{}, anchors{}, missing(id)
	}
	s := workflow.Subject{ID: id, Kind: kind, Dossier: id}
	var a anchors
	var err error
	switch kind {
	case "strategy":
		a.table = "Strategy"
		var row *ent.Strategy
		if row, err = t.ent.Strategy.Get(t.ctx, id); err == nil {
			s.LAG, s.State, s.Version, s.Definition = row.LagID, workflow.StateName(row.State), row.Version, row.Definition
		}
	case "call":
		a.table = "Call"
		var row *ent.Call
		if row, err = t.ent.Call.Get(t.ctx, id); err == nil {
			s.LAG, s.State, s.Version, s.Definition = row.LagID, workflow.StateName(row.State), row.Version, row.Definition
			a.call = id
			a.actions, err = t.actionsOf(id)
		}
	case "proposal":
		a.table = "Proposal"
		var row *ent.Proposal
		if row, err = t.ent.Proposal.Get(t.ctx, id); err == nil {
			s.LAG, s.State, s.Version, s.Definition = row.LagID, workflow.StateName(row.State), row.Version, row.Definition
			s.Owner = row.ApplicantID
			a.call, a.actions = row.CallID, []ident.ID{row.ActionID}
		}
	case "contract":
		a.table = "Contract"
		var row *ent.Contract
		if row, err = t.ent.Contract.Get(t.ctx, id); err == nil {
			s.LAG, s.State, s.Version, s.Definition = row.LagID, workflow.StateName(row.State), row.Version, row.Definition
			s.Dossier = row.ProposalID
			var p *ent.Proposal
			if p, err = t.ent.Proposal.Get(t.ctx, row.ProposalID); err == nil {
				s.Owner = p.ApplicantID
				a.call, a.actions = p.CallID, []ident.ID{p.ActionID}
			}
		}
	}
	if ent.IsNotFound(err) {
		err = missing(id)
	}
	return s, a, err
}

func missing(id ident.ID) error {
	return workflow.Missing("id", string(id))
}

// Apply writes the changes in order.
func (t *tx) Apply(changes []workflow.Change) error {
	for _, c := range changes {
		if c.Kept {
			continue
		}
		if err := t.apply(c); err != nil {
			return fmt.Errorf("%s %s: %w", c.Type, c.ID, err)
		}
	}
	return nil
}

func (t *tx) apply(c workflow.Change) error {
	spec, ok := ent.Columns[c.Type]
	if !ok {
		return errors.New("the schema has no such type")
	}
	if c.Delete {
		_, err := t.exec(t.build().Delete(spec.Table).Where(entsql.EQ("id", string(c.ID))))
		return err
	}
	row, err := rowOf(c)
	if err != nil {
		return err
	}
	if c.Create {
		row["id"] = string(c.ID)
		for _, col := range spec.Columns {
			if _, given := row[col.Name]; !given && col.Type == "bool" {
				row[col.Name] = false
			}
		}
		ins := t.build().Insert(spec.Table)
		names := slices.Sorted(maps.Keys(row))
		values := make([]any, len(names))
		for i, n := range names {
			values[i] = row[n]
		}
		_, err := t.exec(ins.Columns(names...).Values(values...))
		return err
	}
	upd := t.build().Update(spec.Table).Where(entsql.EQ("id", string(c.ID)))
	for _, n := range slices.Sorted(maps.Keys(row)) {
		if row[n] == nil {
			upd.SetNull(n)
			continue
		}
		upd.Set(n, row[n])
	}
	if c.Expect > 0 {
		upd.Where(entsql.EQ("version", c.Expect))
	}
	return t.updated(c, upd)
}

func (t *tx) updated(c workflow.Change, upd *entsql.UpdateBuilder) error {
	res, err := t.exec(upd)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 1 {
		return err
	}
	if c.Expect == 0 {
		return missing(c.ID)
	}
	return workflow.Stale()
}
