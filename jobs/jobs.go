package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/atranka/atranka/workflow"
)

// How the queue works. Terms are days, so seconds do not matter; what matters is
// that a server that dies holds nothing up for long, and that a job that fails
// is tried over some minutes before people are asked.
const (
	planEvery       = time.Second      // how often timers are looked at
	planAtOnce      = 1000             // timers that are enqueued in one transaction
	lend            = 15 * time.Minute // after which a timer that a lost job was to ring is enqueued again
	pollEvery       = time.Second      // how often the queue is looked at
	takesAtMost     = 20 * time.Second // one job
	takesManyAtMost = 10 * time.Minute // one that takes the proposals of a call along
	stuckAfter      = 30 * time.Second // a job of a server that died is given to another
	attempts        = 6                // one at once, the last after about a quarter of an hour
	keepFinished    = 24 * time.Hour
	graceful        = 10 * time.Second
)

// Queue is where the jobs are kept.
type Queue struct {
	DB      *sql.DB // that transactions write through
	Dialect string
}

// Runner works the jobs of one server.
type Runner struct {
	engine *workflow.Engine
	queue  Queue
	logger *slog.Logger
	river  *river.Client[*sql.Tx]
	sqlTx  func(workflow.Tx) *sql.Tx
}

// New makes a runner for the engine, with so many jobs at once. sqlTx gives the
// transaction behind one of the engine's store. Nothing runs before [Runner.Run].
func New(eng *workflow.Engine, q Queue, sqlTx func(workflow.Tx) *sql.Tx, atOnce int, logger *slog.Logger) (*Runner, error) {
	r := &Runner{engine: eng, queue: q, sqlTx: sqlTx, logger: logger}
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &ringer{engine: eng, logger: logger}); err != nil {
		return nil, fmt.Errorf("register jobs: %w", err)
	}
	// River tells of each job that failed; those that matter end as incidents, and
	// a server that is told to stop is no fault.
	quiet := slog.New(above{logger.Handler(), slog.LevelError})
	client, err := river.NewClient(driver(q), &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}},
		Workers:                     workers,
		Logger:                      quiet,
		PollOnly:                    true,
		FetchCooldown:               20 * time.Millisecond,
		FetchPollInterval:           pollEvery,
		JobTimeout:                  takesAtMost,
		RescueStuckJobsAfter:        stuckAfter,
		MaxAttempts:                 attempts,
		CompletedJobRetentionPeriod: keepFinished,
		// The serving role does not own the indexes and could not.
		ReindexerSchedule: river.NeverSchedule(),
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	r.river = client
	return r, nil
}

func driver(q Queue) riverdriver.Driver[*sql.Tx] {
	if q.Dialect == dialect.SQLite {
		return riversqlite.New(q.DB)
	}
	return riverdatabasesql.New(q.DB)
}

// Run works until ctx ends, and then lets the jobs under way finish.
func (r *Runner) Run(ctx context.Context) error {
	// River's own context outlives ctx: cancelled, it would break jobs off.
	if err := r.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the queue: %w", err)
	}
	r.plan(ctx)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	err := r.river.Stop(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = r.river.StopAndCancel(context.WithoutCancel(ctx))
	}
	if err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}

// plan enqueues what is due, until ctx ends.
func (r *Runner) plan(ctx context.Context) {
	tick := time.NewTicker(planEvery)
	defer tick.Stop()
	for {
		n, err := r.enqueueDue(ctx)
		if err != nil && ctx.Err() == nil {
			r.logger.Error("look at timers", "error", err)
		}
		if n == planAtOnce && err == nil {
			continue // there is more
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// above passes on what is at least of a level.
type above struct {
	slog.Handler
	least slog.Level
}

func (a above) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= a.least && a.Handler.Enabled(ctx, l)
}

func (a above) WithAttrs(attrs []slog.Attr) slog.Handler {
	return above{a.Handler.WithAttrs(attrs), a.least}
}

func (a above) WithGroup(name string) slog.Handler { return above{a.Handler.WithGroup(name), a.least} }
