package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/jobs"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// jobsAtOnce is how many jobs of the clock one server works at a time. Each is a
// transaction, so more would only wait for each other.
const jobsAtOnce = 8

// graceful bounds how long requests under way may take once the program is
// told to stop.
const graceful = 10 * time.Second

func (p *Program) serve(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API",
		Long: `Serve answers GraphQL at /graphql, GraphiQL at /, and /healthz and /readyz. It
migrates an empty database and refuses one that is behind, or one that was
written under an injected clock. SIGINT and SIGTERM end it gracefully.`,
		Example: `  atranka serve --db sqlite:atranka.db --listen 127.0.0.1:8080
  atranka serve --config /etc/atranka.yaml`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, listen, allowSimulated)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		db, err := open(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.serveFrom(c.Context(), t, db, v), db.Close())
	}
	return c
}

// errSimulated is a database that no real work may be done on.
var errSimulated = errors.New("the database was written under an injected clock; give --allow-simulated to serve it all the same")

func (p *Program) serveFrom(ctx context.Context, t *terminal, db *opened, v values) error {
	if err := errors.Join(db.ready(ctx), db.LoadDefinitions(ctx, db.machines)); err != nil {
		return err
	}
	simulated, err := db.Simulated(ctx)
	if err != nil {
		return err
	}
	if simulated && !v.on(allowSimulated) {
		return errSimulated
	}
	listener, err := listenOn(ctx, v[listen.name])
	if err != nil {
		return err
	}
	logger := t.logger()
	complain(logger, db.machines.Lacking(), nil)
	logger.Info("serving", "address", url(listener), "simulated", simulated)
	eng := p.engine(db, p.Clock, simulated)
	if simulated {
		// By the wall's clock its terms ran out long ago: the clock fires nothing.
		return p.answer(ctx, listener, eng, db, logger)
	}
	return p.answerAndWork(ctx, listener, eng, db, logger)
}

// answerAndWork serves the API while the clock's jobs are worked. Where either
// fails the other is stopped.
func (p *Program) answerAndWork(ctx context.Context, l net.Listener, eng *workflow.Engine, db *opened, logger *slog.Logger) error {
	pool, dialect := db.Queue()
	runner, err := jobs.New(eng, jobs.Queue{DB: pool, Dialect: dialect}, store.SQL, jobsAtOnce, logger)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	worked := make(chan error, 1)
	go func() {
		defer stop()
		worked <- runner.Run(ctx)
	}()
	err = p.answer(ctx, l, eng, db, logger)
	stop()
	return errors.Join(err, <-worked)
}

// followEvery is how long after another server a process is known to this one.
const followEvery = time.Second

// follow takes in what other servers publish, until ctx ends. A version that does
// not hold is told once.
func follow(ctx context.Context, db *opened, logger *slog.Logger) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	told, failed := db.machines.Lacking(), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := db.LoadDefinitions(ctx, db.machines)
		if err != nil && !failed && ctx.Err() == nil {
			logger.Error("published definitions", "error", err)
		}
		failed = err != nil
		lacking := db.machines.Lacking()
		complain(logger, lacking, told)
		told = lacking
	}
}

// complain logs the published versions that do not hold, but for those that are told.
func complain(logger *slog.Logger, lacking, told map[string]error) {
	for _, name := range slices.Sorted(maps.Keys(lacking)) {
		if told[name] == nil {
			logger.Error("a published definition does not hold; its cases stand still", "definition", name, "error", lacking[name])
		}
	}
}

// engine works on db by the clock c, with unguessable identifiers and salts.
func (p *Program) engine(db *opened, c clock.Clock, simulated bool) *workflow.Engine {
	return &workflow.Engine{
		Machines: db.machines, Store: db.Store, Clock: c, Pace: p.Clock, IDs: ident.NewSource(c, p.Random), Random: p.Random,
		Simulated: simulated,
	}
}

func listenOn(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

func url(l net.Listener) string { return "http://" + l.Addr().String() + "/" }

// answer serves the API on the listener until ctx ends, and then lets the
// requests under way finish.
func (p *Program) answer(ctx context.Context, l net.Listener, eng *workflow.Engine, db *opened, logger *slog.Logger) error {
	handler, err := p.handler(eng, db, logger)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	// A query is short and an answer bounded; only a stuck peer takes longer.
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 16, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	following, done := context.WithCancel(ctx)
	defer done()
	go follow(following, db, logger)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	// The context that told us to stop is over; the last requests get their own.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	logger.Info("stopped")
	return nil
}
