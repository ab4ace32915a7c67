package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Ring is the job of one timer; see [workflow.Engine.Ring].
type Ring struct {
	Subject ident.ID `json:"subject"`
	Ahead   int      `json:"ahead"`
}

// Kind names the job in the queue, for good.
func (Ring) Kind() string { return "ring" }

// enqueueDue enqueues the timers that ring and says how many: both happen in one
// transaction, so that none is lost and none is enqueued twice.
func (r *Runner) enqueueDue(ctx context.Context) (int, error) {
	n := 0
	err := r.engine.Store.InTx(ctx, func(tx workflow.Tx) error {
		due, err := tx.Take(r.engine.Clock.Now(), planAtOnce, lend)
		n = len(due)
		if err != nil || n == 0 {
			return err
		}
		params := make([]river.InsertManyParams, n)
		for i, t := range due {
			params[i] = river.InsertManyParams{Args: Ring{Subject: t.Subject.ID, Ahead: t.Ahead}}
		}
		_, err = r.river.InsertManyFastTx(ctx, r.sqlTx(tx), params)
		return err
	})
	return n, err
}

type ringer struct {
	river.WorkerDefaults[Ring]
	engine *workflow.Engine
	logger *slog.Logger
}

// Timeout leaves time for an event that takes many cases along.
func (w *ringer) Timeout(job *river.Job[Ring]) time.Duration {
	if job.Args.Subject.Prefix() == ident.Call {
		return takesManyAtMost
	}
	return takesAtMost
}

// Work rings. The last attempt that fails opens an incident: from there it is
// for people.
func (w *ringer) Work(ctx context.Context, job *river.Job[Ring]) error {
	_, err := w.engine.Ring(ctx, job.Args.Subject, job.Args.Ahead)
	if err == nil {
		return nil
	}
	w.logger.Warn("ring", "subject", job.Args.Subject, "ahead", job.Args.Ahead, "attempt", job.Attempt, "error", err)
	if job.Attempt < job.MaxAttempts || ctx.Err() != nil {
		return fmt.Errorf("ring for %s: %w", job.Args.Subject, err)
	}
	return w.engine.GiveUp(ctx, job.Args.Subject, job.Args.Ahead, job.Attempt, err)
}
