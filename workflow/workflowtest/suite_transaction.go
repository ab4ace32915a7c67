package workflowtest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

var errOwn = errors.New("the test's own")

// transactions: what fails leaves nothing behind, and what the caller says
// comes back as it is.
func transactions(t *testing.T, open Opener) {
	w, _, proposal := open.submitted(t)
	s := w.Subject(proposal)
	w.unchanged("a transaction that fails", func() {
		err := w.Engine.Store.InTx(context.Background(), func(tx workflow.Tx) error {
			change := workflow.Change{Type: "Proposal", ID: proposal, Set: workflow.Values{"title": "kitas"}}
			if err := tx.Apply([]workflow.Change{change}); err != nil {
				return err
			}
			if err := tx.Open(w.ID(ident.LAG), w.LAG); err != nil {
				return err
			}
			return errOwn
		})
		if !errors.Is(err, errOwn) {
			t.Errorf("got %v, want the caller's own error", err)
		}
	})
	w.unchanged("an act whose last row cannot be written", func() {
		row := workflow.Row{Type: "Document", ID: w.ID(ident.Document), Set: workflow.Values{"lagId": w.LAG, "noSuchField": 1}}
		_, err := w.Do(workflow.SystemActor(), workflow.In{
			Kind: "test", LAG: w.LAG, Dossier: s.Dossier, Subject: proposal, SubjectType: "Proposal",
			Rows: []workflow.Row{
				{Type: "Document", ID: w.ID(ident.Document), Set: workflow.Values{
					"lagId": w.LAG, "subjectId": proposal, "kind": "LETTER", "title": "Raštas", "hash": "00",
				}}, row,
			},
		}.Record())
		if err == nil {
			t.Error("a row with a field that the schema lacks was taken")
		}
	})
	var unknown workflow.Subject
	err := w.Engine.Store.View(context.Background(), func(tx workflow.Tx) (err error) {
		unknown, err = tx.Lock(w.ID(ident.Proposal), false)
		return err
	})
	if !workflow.Refused(err, workflow.NotFound) {
		t.Errorf("got %+v and %v for a subject that does not exist, want %s", unknown, err, workflow.NotFound)
	}
	t.Run("reading writes nothing", func(t *testing.T) {
		err := w.Engine.Store.View(context.Background(), func(tx workflow.Tx) error {
			return tx.Apply([]workflow.Change{{Type: "Proposal", ID: proposal, Set: workflow.Values{"title": "kitas"}}})
		})
		if err == nil {
			t.Error("a change was written in a view")
		}
	})
}

// versions: a change expects the version that it was decided on.
func versions(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	actor, f := w.Prepared(proposal, "register", nil)
	for _, stale := range []int{f.ExpectedVersion - 1, f.ExpectedVersion + 1, -1} {
		sent := f
		sent.ExpectedVersion = stale
		w.unchanged("a command on another version", func() {
			_, err := w.Do(actor, sent)
			wantCodes(t, err, workflow.Conflict)
		})
	}
	done, err := w.Do(actor, f)
	if err != nil || done.Subject.Version != f.ExpectedVersion+1 {
		t.Errorf("got version %d and %v, want %d", done.Subject.Version, err, f.ExpectedVersion+1)
	}
	w.unchanged("a row of another version", func() {
		err := w.Engine.Store.InTx(context.Background(), func(tx workflow.Tx) error {
			return tx.Apply([]workflow.Change{{
				Type: "Proposal", ID: proposal, Set: workflow.Values{"title": "kitas"}, Expect: f.ExpectedVersion,
			}})
		})
		wantCodes(t, err, workflow.Conflict)
	})
	w.CloseCall(call)
	t.Run("one of many wins", func(t *testing.T) {
		actor, f := w.Prepared(proposal, "startAdminCheck", nil)
		won := 0
		for _, err := range together(8, func(int) error { _, err := w.Do(actor, f); return err }) {
			if err == nil {
				won++
				continue
			}
			wantCodes(t, err, workflow.Conflict)
		}
		if won != 1 {
			t.Errorf("got %d winners, want 1", won)
		}
	})
}

// idempotency: a key stands for one act of one actor.
func idempotency(t *testing.T, open Opener) {
	w, call, proposal := open.submitted(t)
	actor, f := w.Prepared(proposal, "register", nil)
	f.IdempotencyKey = "key-1"
	first, err := w.Do(actor, f)
	if err != nil {
		t.Fatal(err)
	}
	w.unchanged("the same act again", func() {
		again, err := w.Do(actor, f)
		if err != nil || again.Dossier != first.Dossier || again.N != first.N || !again.Repeated || again.Subject != first.Subject {
			t.Errorf("got %+v and %v, want the first result %+v", again, err, first)
		}
	})
	w.unchanged("another act under the same key", func() {
		other := f
		other.Reason = "kita priežastis"
		_, err := w.Do(actor, other)
		wantCodes(t, err, workflow.IdempotencyMismatch)
	})
	w.CloseCall(call)
	t.Run("another actor's key is their own", func(t *testing.T) {
		actor, f := w.Prepared(proposal, "startAdminCheck", nil)
		f.IdempotencyKey = "key-1"
		other := w.SecondAdministrator
		if actor.Person == other.Person {
			t.Fatal("the world has one administrator, want two")
		}
		if _, err := w.Do(other, f); err != nil {
			t.Errorf("got %v, want it to fire", err)
		}
	})
	t.Run("a refused act leaves its key free", func(t *testing.T) {
		actor, f := w.Prepared(proposal, "passAdmin", nil)
		f.IdempotencyKey = "key-2"
		bare := f
		bare.Given = nil
		_, err := w.Do(actor, bare)
		wantCodes(t, err, workflow.AttestationMissing)
		if _, err := w.Do(actor, f); err != nil {
			t.Errorf("got %v, want the mended act to fire under its key", err)
		}
	})
	t.Run("records too", func(t *testing.T) {
		r := workflow.RecordDocument{
			ID: w.ID(ident.Document), LAG: w.LAG, Dossier: call, Subject: call, Kind: "LETTER", Title: "Raštas",
			Hash: strings.Repeat("0", 64), Synthetic: true,
		}.Record()
		r.IdempotencyKey = "key-3"
		first := w.Must(actor, r)
		again := w.Must(actor, r)
		if again.N != first.N || !again.Repeated {
			t.Errorf("got %+v, want the first result %+v", again, first)
		}
	})
	t.Run("at once", func(t *testing.T) {
		second := w.Proposal(w.OpenCall(10_000_00), 1, 5_000_00)
		actor, f := w.Prepared(second, "submit", nil)
		f.IdempotencyKey = "key-4"
		before := w.entries(second)
		for i, err := range together(8, func(int) error { _, err := w.Do(actor, f); return err }) {
			if err != nil {
				t.Errorf("sender %d: got %v, want the first one's result", i, err)
			}
		}
		if got := w.entries(second) - before; got != 1 {
			t.Errorf("got %d entries, want 1", got)
		}
	})
}
