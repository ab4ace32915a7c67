package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// kept is a command as it waits for a second person.
type kept struct {
	By workflow.Actor
	workflow.Kept
}

// Await keeps a command until a second person confirms it.
func (t *tx) Await(p workflow.Pending) error {
	b, err := json.Marshal(kept{By: p.By, Kept: p.Act})
	if err != nil {
		return fmt.Errorf("keep command: %w", err)
	}
	_, err = t.exec(t.build().Insert("confirmations").Columns("id", "lag_id", "command", "input_hash", "expires_at").
		Values(string(p.ID), string(cmp.Or(p.LAG, nobodys)), string(b), p.InputHash, int64(p.ExpiresAt)))
	return err
}

// mostAwaited bounds how many kept commands are read at once.
const mostAwaited = 200

// pendingRows are the columns of a kept command, in the order of [readPending].
var pendingRows = []string{"id", "lag_id", "command", "input_hash", "expires_at"}

func readPending(scan func(...any) error) (workflow.Pending, error) {
	var p workflow.Pending
	var command string
	if err := scan(&p.ID, &p.LAG, &command, &p.InputHash, &p.ExpiresAt); err != nil {
		return p, err
	}
	var k kept
	if err := json.Unmarshal([]byte(command), &k); err != nil {
		return p, fmt.Errorf("read command: %w", err)
	}
	p.By, p.Act = k.By, k.Kept
	if p.LAG == nobodys {
		p.LAG = ""
	}
	return p, nil
}

// Awaited takes a kept command out, locked.
func (t *tx) Awaited(id ident.ID) (workflow.Pending, error) {
	q := t.build().Select(pendingRows...).From(entsql.Table("confirmations")).Where(entsql.EQ("id", string(id)))
	if t.dialect == "postgres" && !t.view {
		q.ForUpdate()
	}
	p, err := readPending(t.row(q).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return workflow.Pending{ID: id}, missing(id)
	}
	if err == nil && !t.view {
		err = t.enter(cmp.Or(p.LAG, nobodys))
	}
	return p, err
}

// AllAwaited are the kept commands of the group that have not run out.
func (t *tx) AllAwaited(lag ident.ID, now clock.Instant) ([]workflow.Pending, error) {
	query, args := t.build().Select(pendingRows...).From(entsql.Table("confirmations")).
		Where(entsql.And(entsql.EQ("lag_id", string(cmp.Or(lag, nobodys))), entsql.GTE("expires_at", int64(now)))).
		OrderBy("expires_at", "id").Limit(mostAwaited).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Pending
	for rows.Next() {
		p, err := readPending(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Confirmed strikes a kept command off.
func (t *tx) Confirmed(id ident.ID) error {
	_, err := t.exec(t.build().Delete("confirmations").Where(entsql.EQ("id", string(id))))
	return err
}

func readList(text string, into *[]string) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%w: list %q", history.ErrMalformed, text)
	}
	// One spelling alone: a list that reads the same is not what was written.
	if b, err := history.CanonicalBody(*into); err != nil || *into == nil || string(b) != text {
		return fmt.Errorf("%w: list %q", history.ErrMalformed, text)
	}
	if len(*into) == 0 {
		*into = nil
	}
	return nil
}
