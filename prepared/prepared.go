// Package prepared owns the statements that a connection keeps prepared, so that a
// database parses and plans the same text once and not for every row that is asked for:
// ent sends each query as text. It is a wrapper of a driver, under database/sql, because
// a statement of database/sql that is prepared inside a transaction ends with it, and one
// that is prepared outside needs a second connection, which SQLite's writer does not have.
// It knows no SQL: what comes with arguments is kept, what comes without is passed on.
// Start at [Connector].
package prepared

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Connector is c whose connections each keep the last statements that they used, at most
// so many that none is in use by. The connections of c have to be those of a driver that
// takes contexts ([driver.QueryerContext] and the like); others are refused when they
// connect.
func Connector(c driver.Connector, keep int) driver.Connector { return connector{c, keep} }

type connector struct {
	driver.Connector
	keep int
}

// whole is what the drivers in use are able to do.
type whole interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

var errDriver = errors.New("the driver does not take contexts")

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := made.(whole)
	if !ok {
		return nil, errors.Join(errDriver, made.Close())
	}
	kept, err := simplelru.NewLRU(c.keep, func(_ string, h *held) { h.drop() })
	if err != nil {
		return nil, errors.Join(err, made.Close())
	}
	out := &conn{whole: inner, kept: kept}
	if checker, ok := made.(driver.NamedValueChecker); ok {
		return checking{out, checker}, nil
	}
	return out, nil
}

// stmt is a statement of a driver that takes contexts.
type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// held is a statement that is kept, or was until another took its place while it was in use.
type held struct {
	stmt
	busy, dropped bool
}

// conn is used by one goroutine at a time, as database/sql promises.
type conn struct {
	whole
	kept *simplelru.LRU[string, *held]
}

// checking is a connection whose driver has a say in what an argument may be.
type checking struct {
	*conn
	driver.NamedValueChecker
}

func (c *conn) Close() error {
	c.kept.Purge()
	return c.whole.Close()
}

func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.whole.ExecContext(ctx, text, args)
	}
	h, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	done, err := h.ExecContext(ctx, args)
	c.give(text, h, err)
	return done, err
}

func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 {
		return c.whole.QueryContext(ctx, text, args)
	}
	h, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	found, err := h.QueryContext(ctx, args)
	if err != nil {
		c.give(text, h, err)
		return nil, err
	}
	return &rows{Rows: found, done: func(err error) { c.give(text, h, err) }}, nil
}

// take gives the statement of the text to one user. Whoever asks for the same text while
// its rows are being read gets one of their own, which is not kept.
func (c *conn) take(ctx context.Context, text string) (*held, error) {
	h, kept := c.kept.Get(text)
	if kept && !h.busy {
		h.busy = true
		return h, nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s, ok := made.(stmt)
	if !ok {
		return nil, errors.Join(errDriver, made.Close())
	}
	h = &held{stmt: s, busy: true, dropped: kept}
	if !kept {
		c.kept.Add(text, h)
	}
	return h, nil
}

// give takes it back. What failed is prepared anew next time: the database may have
// changed under it.
func (c *conn) give(text string, h *held, err error) {
	h.busy = false
	switch {
	case h.dropped:
		h.drop()
	case err != nil:
		c.kept.Remove(text)
	}
}

// drop closes it, once nobody uses it. What closing fails at, the connection will say.
func (h *held) drop() {
	h.dropped = true
	if !h.busy {
		_ = h.Close()
	}
}

// rows give the statement back when they are closed.
type rows struct {
	driver.Rows
	done func(error)
	err  error
}

func (r *rows) Next(into []driver.Value) error {
	err := r.Rows.Next(into)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	r.done(errors.Join(r.err, err))
	return err
}
