package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

var matterKinds = []workflow.Kind{"amendment", "appeal", "irregularity", "payment_claim", "progress_report", "recovery"}

// besideWhat are cases in states that differ in what may be opened about them.
var besideWhat = []struct {
	kind workflow.Kind
	way  []workflow.EventName
}{
	{"proposal", nil},
	{"proposal", []workflow.EventName{"submit", "register"}},
	{"contract", nil},
	{"contract", []workflow.EventName{"offer"}},
	{"contract", []workflow.EventName{"offer", "sign"}},
	{"contract", []workflow.EventName{"offer", "sign", "start"}},
	{"contract", []workflow.EventName{"offer", "sign", "start", "suspend"}},
	{"contract", []workflow.EventName{"offer", "sign", "start", "terminate"}},
	{"contract", []workflow.EventName{"offer", "sign", "start", "complete"}},
	{"amendment", nil},
	{"payment_claim", nil},
	{"progress_report", nil},
	{"recovery", nil},
	{"appeal", nil},
	{"irregularity", nil},
}

// TestEveryOpenableAnswerComesTrue opens every kind of matter about those cases,
// for everybody and in every capacity, and rolls it back: it is accepted where that
// was explained, and otherwise refused for the reasons that were told.
func TestEveryOpenableAnswerComesTrue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		if raced && strings.HasPrefix(address, "sqlite") {
			t.Skip("SQLite is ten times slower under the race detector; it runs without it")
		}
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		allowed, refused := map[workflow.Kind]int{}, map[workflow.Kind]int{}
		for _, about := range besideWhat {
			id, ok := walkTo(w, starts[about.kind][0], about.way)
			if !ok {
				t.Fatalf("%s by %v: got to %s", about.kind, about.way, w.Subject(id).State)
			}
			for name, who := range askers(w) {
				openings(t, w, id, name, who, allowed, refused)
			}
		}
		for _, kind := range matterKinds {
			if allowed[kind] == 0 || refused[kind] == 0 {
				t.Errorf("%s: got %d answers allowed and %d refused, want some of each", kind, allowed[kind], refused[kind])
			}
		}
	})
}

// askers are those who may begin a matter, those who may know of it, and those of
// no part in the case.
func askers(w *workflowtest.World) map[string]workflow.Actor {
	return map[string]workflow.Actor{
		"the applicant": w.ApplicantActors[0], "another applicant": w.ApplicantActors[1], "an administrator": w.People[workflow.Administrator],
		"the audit committee": w.People[workflow.AuditCommission], "an auditor": w.People[workflow.Auditor],
		"a board member": w.People[workflow.BoardMember], "another group": w.Outsider, "the public": {},
	}
}

// openings asks what one may open about the case, and tries it.
func openings(t *testing.T, w *workflowtest.World, id ident.ID, name string, who workflow.Actor, allowed, refused map[workflow.Kind]int) {
	t.Helper()
	s := w.Subject(id)
	told, err := w.Engine.Openable(t.Context(), who, id)
	if err != nil && !workflow.Refused(err, workflow.NotFound) {
		t.Fatalf("%s in %s by %s: %v", s.Kind, s.State, name, err)
	}
	for _, kind := range matterKinds {
		at := fmt.Sprintf("%s about a %s in %s by %s", kind, s.Kind, s.State, name)
		about := slices.Contains(w.Engine.Machines.Latest(kind).Begins().About, s.Kind)
		if !about && name != "an administrator" {
			continue // that a kind is about others is the same for everybody
		}
		i := slices.IndexFunc(told, func(x workflow.Openable) bool { return x.Kind == kind })
		secret := kind == "irregularity" || kind == "recovery"
		if want := err == nil && about && (!secret || ofTheOffice(who, s)); (i >= 0) != want {
			t.Errorf("%s: told of = %t, want %t", at, i >= 0, want)
		}
		accepted, reasons := attempts(t, w, who, kind, id)
		if i < 0 {
			if accepted {
				t.Errorf("%s: accepted, and not told of", at)
			}
			continue
		}
		x := told[i]
		if x.Allowed != accepted || x.Allowed != (len(x.BlockedBy) == 0) {
			t.Errorf("%s: accepted %t, explained %t and %v", at, accepted, x.Allowed, x.BlockedBy)
		}
		if !accepted && !slices.ContainsFunc(reasons, func(r []workflow.Refusal) bool { return reflect.DeepEqual(r, x.BlockedBy) }) {
			t.Errorf("%s: refused for %v, told %v", at, reasons, x.BlockedBy)
		}
		if x.Allowed {
			allowed[kind]++
		} else {
			refused[kind]++
		}
	}
}

func ofTheOffice(who workflow.Actor, s workflow.Subject) bool {
	return who.HoldsAny(s.LAG, workflow.Administrator, workflow.Chair, workflow.Secretary, workflow.AuditCommission, workflow.Auditor)
}

// attempts opens in every capacity, and says whether any was accepted and for
// what the others were refused.
func attempts(t *testing.T, w *workflowtest.World, who workflow.Actor, kind workflow.Kind, about ident.ID) (accepted bool, reasons [][]workflow.Refusal) {
	t.Helper()
	begins := w.Engine.Machines.Latest(kind).Begins()
	form := ""
	if len(begins.Forms) > 0 {
		form = begins.Forms[len(begins.Forms)-1]
	}
	bodies := []workflow.Role{""}
	for _, by := range begins.By {
		bodies = append(bodies, by.OnBehalfOf)
	}
	slices.Sort(bodies)
	_, a := w.Opening(kind, about, form, nil)
	for _, body := range slices.Compact(bodies) {
		a.OnBehalfOf = body
		err := unopened(t, w, who, a)
		var refused *workflow.Error
		switch {
		case err == nil:
			accepted = true
		case errors.As(err, &refused):
			reasons = append(reasons, refused.Refusals)
		default:
			t.Fatalf("open %+v: %v", a, err)
		}
	}
	return accepted, reasons
}

// unopened opens and rolls it back.
func unopened(t *testing.T, w *workflowtest.World, who workflow.Actor, a workflow.OpenMatter) (err error) {
	t.Helper()
	rolled := w.Engine.Store.InTx(t.Context(), func(tx workflow.Tx) error {
		e := &workflow.Engine{
			Machines: w.Engine.Machines, Store: within{tx}, Clock: w.Clock, IDs: w.Engine.IDs, Random: w.Engine.Random, Simulated: true,
		}
		var r workflow.Record
		if r, err = e.OpenMatter(a); err == nil {
			_, err = e.Do(t.Context(), who, r)
		}
		return errUndone
	})
	if !errors.Is(rolled, errUndone) {
		t.Fatalf("open %s: %v", a.Kind, rolled)
	}
	return err
}

// TestOpenableReadsACaseOnce: however many matters run beside it and kinds may.
func TestOpenableReadsACaseOnce(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		count := func() (n reads) {
			t.Helper()
			e := b.asking(&n)
			told, err := e.Openable(t.Context(), b.People[workflow.Administrator], b.contract)
			if err != nil || len(told) != len(matterKinds) {
				t.Fatalf("got %d kinds and %v, want all that may be about a contract", len(told), err)
			}
			return n
		}
		few := count()
		for range 5 {
			b.Beside("payment_claim", b.contract, "INTERIM", nil)
			b.Beside("appeal", b.contract, "", nil)
		}
		if many := count(); many != few {
			t.Errorf("got %+v with ten matters, want the %+v with none", many, few)
		}
		if want := (reads{locks: 2, facts: 2, holders: len(matterKinds)}); few != want {
			t.Errorf("got %+v, want %+v: the contract and its proposal once, and who holds the roles of each kind", few, want)
		}
	})
}

// asking is the engine on a store that counts what is read.
func (b *besides) asking(n *reads) *workflow.Engine {
	return &workflow.Engine{
		Machines: b.Engine.Machines, Store: counted{b.Engine.Store, n}, Clock: b.Clock, IDs: b.Engine.IDs, Random: b.Engine.Random, Simulated: true,
	}
}

// reads counts the reads of one transaction.
type reads struct{ locks, facts, holders, last int }

type counted struct {
	workflow.Store
	n *reads
}

func (s counted) View(ctx context.Context, f func(workflow.Tx) error) error {
	return s.Store.View(ctx, func(tx workflow.Tx) error { return f(countedTx{tx, s.n}) })
}

type countedTx struct {
	workflow.Tx
	n *reads
}

func (t countedTx) Lock(id ident.ID, wide bool) (workflow.Subject, error) {
	t.n.locks++
	return t.Tx.Lock(id, wide)
}

func (t countedTx) Facts(s workflow.Subject) (*workflow.Facts, error) {
	t.n.facts++
	return t.Tx.Facts(s)
}

func (t countedTx) Holders(s workflow.Subject, roles []workflow.Role, on clock.Date) ([]workflow.Holder, error) {
	t.n.holders++
	return t.Tx.Holders(s, roles, on)
}

func (t countedTx) LastAct(dossier ident.ID) (clock.Date, clock.Instant, error) {
	t.n.last++
	return t.Tx.LastAct(dossier)
}
