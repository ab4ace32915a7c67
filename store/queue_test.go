package store_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/atranka/atranka/jobs"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestServersWorkTheQueue on both engines, on PostgreSQL also as the role that
// may do no more than serve.
func TestServersWorkTheQueue(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		worksTheQueue(t, storetest.Open(t, storetest.Address(t, "sqlite")))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		worksTheQueue(t, openUnmigrated(t, serve(t).address))
	})
}

func worksTheQueue(t *testing.T, s *store.Store) {
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	call := w.OpenCall(50_000_00)
	p := w.Proposal(call, 0, 10_000_00)
	w.Fire(p, "submit", nil)
	w.Clock.Advance(14 * 24 * time.Hour)
	committed := make(chan struct{}, 1)
	w.Engine.Store = telling{s, committed}
	pool, dialect := s.Queue()
	runner, err := jobs.New(w.Engine, jobs.Queue{DB: pool, Dialect: dialect}, store.SQL, 2, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	for w.Subject(p).State != "registered" && ctx.Err() == nil {
		select {
		case <-committed:
		case <-ctx.Done():
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("told to stop: got %v, want no error", err)
	}
	expect(t, w, p, "registered")
	if n, err := s.Reader().Incident.Query().Count(t.Context()); err != nil || n != 0 {
		t.Errorf("got %d incidents, %v, want none", n, err)
	}
	sound(t, s)
}

// telling is a store that tells of each transaction.
type telling struct {
	workflow.Store
	committed chan<- struct{}
}

func (s telling) InTx(ctx context.Context, f func(workflow.Tx) error) error {
	defer func() {
		select {
		case s.committed <- struct{}{}:
		default:
		}
	}()
	return s.Store.InTx(ctx, f)
}
