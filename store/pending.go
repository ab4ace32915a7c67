package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// kept is a command as it waits for a second person.
type kept struct {
	By   workflow.Actor
	Fire workflow.Fire
}

// Await keeps a command until a second person confirms it.
func (t *tx) Await(p workflow.Pending) error {
	b, err := json.Marshal(kept{By: p.By, Fire: p.Fire})
	if err != nil {
		return fmt.Errorf("keep command: %w", err)
	}
	_, err = t.exec(t.build().Insert("confirmations").Columns("id", "lag_id", "command", "input_hash", "expires_at").
		Values(string(p.ID), string(p.LAG), string(b), p.InputHash, int64(p.ExpiresAt)))
	return err
}

// Awaited takes a kept command out, locked.
func (t *tx) Awaited(id ident.ID) (workflow.Pending, error) {
	q := t.build().Select("lag_id", "command", "input_hash", "expires_at").From(entsql.Table("confirmations")).
		Where(entsql.EQ("id", string(id)))
	if t.dialect == "postgres" && !t.view {
		q.ForUpdate()
	}
	p := workflow.Pending{ID: id}
	var command string
	err := t.row(q).Scan(&p.LAG, &command, &p.InputHash, &p.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return p, missing(id)
	}
	if err != nil {
		return p, err
	}
	if !t.view {
		if err := t.enter(p.LAG); err != nil {
			return p, err
		}
	}
	var k kept
	if err := json.Unmarshal([]byte(command), &k); err != nil {
		return p, fmt.Errorf("read command: %w", err)
	}
	p.By, p.Fire = k.By, k.Fire
	return p, nil
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
