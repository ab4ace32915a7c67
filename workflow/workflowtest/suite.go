package workflowtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Opener opens an empty, migrated store, closed with the test, and the
// machines of the shipped definitions.
type Opener func(t testing.TB) (workflow.Store, *workflow.Machines)

// RunStore holds a store to what the engine relies on. Each theme opens stores
// of its own. A store that has an Export method is also compared as a whole
// where nothing may have been written.
func RunStore(t *testing.T, open Opener) {
	for _, theme := range []struct {
		name string
		run  func(*testing.T, Opener)
	}{
		{"transactions", transactions},
		{"versions", versions},
		{"idempotency", idempotency},
		{"chain", chain},
		{"refusals", refusals},
		{"dry run", dryRun},
		{"second person", secondPerson},
		{"effective day", effectiveDay},
		{"drafts", drafts},
		{"joins", joins},
	} {
		t.Run(theme.name, func(t *testing.T) {
			t.Parallel()
			theme.run(t, open)
		})
	}
}

func (open Opener) world(t *testing.T) *World {
	t.Helper()
	store, machines := open(t)
	return NewWorld(t, store, machines)
}

// submitted is a world with a proposal that waits to be registered.
func (open Opener) submitted(t *testing.T) (w *World, call, proposal ident.ID) {
	t.Helper()
	w = open.world(t)
	call = w.OpenCall(50_000_00)
	proposal = w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	return w, call, proposal
}

// Do sends a command as it is.
func (w *World) Do(a workflow.Actor, cmd workflow.Command) (workflow.Done, error) {
	return w.Engine.Do(context.Background(), a, cmd)
}

// wantCodes fails the test unless err refuses with just these codes, each in
// both languages.
func wantCodes(t *testing.T, err error, want ...workflow.Code) {
	t.Helper()
	var refused *workflow.Error
	if !errors.As(err, &refused) {
		t.Errorf("got %v, want it refused with %v", err, want)
		return
	}
	var got []workflow.Code
	for _, r := range refused.Refusals {
		got = append(got, r.Code)
		if r.Message.LT == "" || r.Message.EN == "" || r.Message.LT == r.Message.EN {
			t.Errorf("%s says %q and %q, want Lithuanian and English", r.Code, r.Message.LT, r.Message.EN)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// in runs f in a transaction that has to commit.
func (w *World) in(f func(workflow.Tx) error) {
	w.T.Helper()
	if err := w.Engine.Store.InTx(context.Background(), f); err != nil {
		w.T.Fatal(err)
	}
}

// entries is how many entries the dossier has.
func (w *World) entries(dossier ident.ID) int64 {
	w.T.Helper()
	var n int64
	w.in(func(tx workflow.Tx) (err error) {
		n, err = tx.NextEntry(dossier)
		return err
	})
	return n - 1
}

// picture is all that the store holds, where it can say so.
func (w *World) picture() string {
	w.T.Helper()
	x, ok := w.Engine.Store.(interface {
		Export(context.Context, io.Writer) error
	})
	if !ok {
		return ""
	}
	var out bytes.Buffer
	if err := x.Export(context.Background(), &out); err != nil {
		w.T.Fatal(err)
	}
	return out.String()
}

// unchanged runs f, after which the store must hold what it held before.
func (w *World) unchanged(what string, f func()) {
	w.T.Helper()
	before := w.picture()
	f()
	if w.picture() != before {
		w.T.Errorf("%s changed what is stored", what)
	}
}

// together begins all at once and gives each one's error.
func together(n int, f func(int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			errs[i] = f(i)
		})
	}
	done.Wait()
	return errs
}
