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

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/history"
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
	// lag is the group that the transaction writes in, told the one that the
	// database was told.
	lag, told ident.ID
	// heads are those of the dossiers that the transaction has locked.
	heads map[ident.ID]history.Head
	// found is the subject that was looked up last, while nothing has been written.
	found   ident.ID
	anchors anchors
}

// nobodys stands for the group of what belongs to none, such as a rule set of
// the Union. The policies know it by this word.
const nobodys ident.ID = "registry"

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
		ent: ent.NewClient(ent.Driver(drv)), heads: map[ident.ID]history.Head{},
	}
}

// enter puts the transaction in a group, for good: an act is one group's.
// Nobody's rows ("") are written by an act of no group, and the registry's
// history by all.
func (t *tx) enter(lag ident.ID) error {
	switch {
	case lag == "" && t.lag == "":
		t.lag = nobodys
	case lag == "" || lag == t.lag:
	case t.lag == "" || t.lag == nobodys:
		t.lag = lag
	default:
		return fmt.Errorf("the transaction writes in %s and may not in %s", t.lag, lag)
	}
	return nil
}

// builder starts statements in the engine's dialect.
type builder struct{ *entsql.DialectBuilder }

func (t *tx) build() builder { return builder{entsql.Dialect(t.dialect)} }

// insertion is an INSERT that knows whose row it makes, so that no writer has
// to say so and none can forget to.
type insertion struct {
	*entsql.InsertBuilder
	at    int // of lag_id among the columns; -1 without one
	owner ident.ID
}

// Insert begins an INSERT of one row.
func (b builder) Insert(table string) *insertion {
	return &insertion{InsertBuilder: b.DialectBuilder.Insert(table), at: -1}
}

func (i *insertion) Columns(names ...string) *insertion {
	i.InsertBuilder.Columns(names...)
	i.at = slices.Index(names, "lag_id")
	return i
}

func (i *insertion) Values(values ...any) *insertion {
	i.InsertBuilder.Values(values...)
	if i.at >= 0 {
		lag, _ := values[i.at].(string)
		i.owner = ident.ID(lag)
	}
	return i
}

func (i *insertion) OnConflict(opts ...entsql.ConflictOption) *insertion {
	i.InsertBuilder.OnConflict(opts...)
	return i
}

// exec runs a built statement, in the group whose rows it writes.
func (t *tx) exec(q entsql.Querier) (sql.Result, error) {
	if i, ok := q.(*insertion); ok && i.at >= 0 {
		if err := t.enter(i.owner); err != nil {
			return nil, err
		}
	}
	if err := t.tell(); err != nil {
		return nil, err
	}
	query, args := q.Query()
	return t.sql.ExecContext(t.ctx, query, args...)
}

// tell names the group to the policies of PostgreSQL, which refuse a row of
// another. It ends with the transaction, as SET LOCAL does.
func (t *tx) tell() error {
	if t.dialect != dialect.Postgres || t.told == t.lag {
		return nil
	}
	if _, err := t.sql.ExecContext(t.ctx, `SELECT set_config('atranka.lag', $1, true)`, string(t.lag)); err != nil {
		return fmt.Errorf("name the group: %w", err)
	}
	t.told = t.lag
	return nil
}

// row runs a built statement that gives one row.
func (t *tx) row(q entsql.Querier) *sql.Row {
	query, args := q.Query()
	return t.sql.QueryRowContext(t.ctx, query, args...)
}

// locks says whether rows are locked: SQLite's one writer holds the whole file
// already, and a view locks nothing.
func (t *tx) locks() bool { return t.dialect == dialect.Postgres && !t.view }

// lockRow locks one row where the engine has row locks.
func (t *tx) lockRow(table string, id ident.ID) error {
	if !t.locks() {
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
	if !t.view {
		if err := t.enter(s.LAG); err != nil {
			return s, err
		}
	}
	if wide {
		if err := t.lockWide(anchors); err != nil {
			return s, err
		}
	}
	if s.Kind.OfMeeting() {
		if err := t.lockRow("meetings", s.Dossier); err != nil {
			return s, err
		}
	}
	dossier := func() error { _, err := t.head(s.Dossier); return err }
	row := func() error { return t.lockRow(ent.Columns[anchors.table].Table, id) }
	order := []func() error{dossier, row}
	// A strategy, a call or a meeting stands before its dossier in the order.
	if s.Kind == "strategy" || s.Kind == "call" || s.Kind == "meeting" {
		slices.Reverse(order)
	}
	for _, lock := range order {
		if err := lock(); err != nil {
			return s, err
		}
	}
	// Read again: what stood there before the lock may have changed meanwhile.
	s, t.anchors, err = t.locate(id)
	t.found = id
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
	var stated caseOf
	var err error
	switch kind {
	case "strategy":
		a.table = "Strategy"
		var row *ent.Strategy
		if row, err = t.ent.Strategy.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
		}
	case "call":
		a.table = "Call"
		var row *ent.Call
		if row, err = t.ent.Call.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			a.call = id
			a.actions, err = t.actionsOf(id)
		}
	case "proposal":
		a.table = "Proposal"
		var row *ent.Proposal
		if row, err = t.ent.Proposal.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			s.Owner = row.ApplicantID
			a.call, a.actions = row.CallID, []ident.ID{row.ActionID}
		}
	case "evaluation":
		a.table = "Evaluation"
		var row *ent.Evaluation
		if row, err = t.ent.Evaluation.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			s.Assigned = row.EvaluatorID
			err = t.beside(&s, &a, row.ProposalID)
		}
	case "contract":
		a.table = "Contract"
		var row *ent.Contract
		if row, err = t.ent.Contract.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			err = t.beside(&s, &a, row.ProposalID)
		}
	case "meeting":
		a.table = "Meeting"
		var row *ent.Meeting
		if row, err = t.ent.Meeting.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
		}
	case "agenda_item":
		a.table = "AgendaItem"
		var row *ent.AgendaItem
		if row, err = t.ent.AgendaItem.Get(t.ctx, id); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			s.Dossier = row.MeetingID
		}
	default:
		a.table = "Matter"
		var row *ent.Matter
		if row, err = t.ent.Matter.Query().Where(matter.ID(id), matter.Kind(string(kind))).Only(t.ctx); err == nil {
			s.LAG, stated = row.LagID, caseOf{row.State, row.Version, row.Definition, row.StateSince, row.StoppedDays, row.TermUntil}
			if kind.OfMeeting() {
				s.Dossier = row.MeetingID
			} else {
				err = t.beside(&s, &a, row.ProposalID)
			}
		}
	}
	if ent.IsNotFound(err) {
		err = missing(id)
	}
	stated.fill(&s)
	return s, a, err
}

// caseOf is what every type of case keeps of its state.
type caseOf struct {
	state      string
	version    int
	definition string
	since      clock.Instant
	stopped    int
	termUntil  *clock.Date
}

func (c caseOf) fill(s *workflow.Subject) {
	s.State, s.Version, s.Definition, s.Since, s.Stopped = workflow.StateName(c.state), c.version, c.definition, c.since, c.stopped
	if c.termUntil != nil {
		s.TermUntil = *c.termUntil
	}
}

// beside completes a subject that is in its proposal's dossier.
func (t *tx) beside(s *workflow.Subject, a *anchors, id ident.ID) error {
	p, err := t.ent.Proposal.Get(t.ctx, id)
	if err != nil {
		return err
	}
	s.Dossier, s.Owner = p.ID, p.ApplicantID
	a.call, a.actions = p.CallID, []ident.ID{p.ActionID}
	return nil
}

func missing(id ident.ID) error {
	return workflow.Missing("id", string(id))
}

// Apply writes the changes in order.
func (t *tx) Apply(changes []workflow.Change) error {
	t.found = ""
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
	if err := t.enterRow(c, spec.Table); err != nil {
		return err
	}
	if c.Delete {
		return t.updated(c, t.build().Delete(spec.Table).Where(entsql.EQ("id", string(c.ID))))
	}
	row, err := rowOf(c)
	if err != nil {
		return err
	}
	derive(spec.Derived, row)
	if c.Create {
		row["id"] = string(c.ID)
		for _, col := range spec.Columns {
			if _, given := row[col.Name]; !given && col.Type == "bool" && !col.Null {
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

// enterRow goes by the row that the change writes where nothing has said yet
// whose it is: no case was locked and no row of a group made.
func (t *tx) enterRow(c workflow.Change, table string) error {
	if c.Type == "Lag" {
		return t.enter(c.ID)
	}
	if c.Create || (t.lag != "" && t.lag != nobodys) || !hasColumn(c.Type, "lag_id") {
		return nil
	}
	var lag sql.NullString
	err := t.row(t.build().Select("lag_id").From(entsql.Table(table)).Where(entsql.EQ("id", string(c.ID)))).Scan(&lag)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // which is for the change to say
	}
	if err != nil {
		return err
	}
	return t.enter(ident.ID(lag.String))
}

// updated wants one row changed.
func (t *tx) updated(c workflow.Change, q entsql.Querier) error {
	res, err := t.exec(q)
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
