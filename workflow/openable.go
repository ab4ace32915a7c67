package workflow

import (
	"context"
	"errors"
	"slices"

	"github.com/atranka/atranka/ident"
)

// Openable is one kind of matter that runs beside a case, weighed for one actor.
type Openable struct {
	Kind      Kind
	Label     Text
	Forms     []string // one of which is to be named; none where the kind has no forms
	Allowed   bool
	BlockedBy []Refusal
	By        []Capacity
	Needs     []Need
}

// Openable weighs, for every kind of matter that may be about the case, whether
// the actor may open it now, by the same code that opens it. What the act itself
// would have to carry is listed as needs; everything else that stands in the way
// blocks. A kind that the actor may not know of is left out, and a case that they
// may not know of is NOT_FOUND.
func (e *Engine) Openable(ctx context.Context, actor Actor, id ident.ID) ([]Openable, error) {
	var out []Openable
	err := e.Store.View(ctx, func(tx Tx) error {
		out = nil
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now(), explaining: true, known: map[ident.ID]*Facts{}}
		about, err := s.learn(id)
		if err != nil {
			return err
		}
		if !mayKnow(actor, about, e.Machines) {
			return Missing("id", string(id))
		}
		beside := about
		if about.Subject.Dossier != id {
			if beside, err = s.learn(about.Subject.Dossier); err != nil {
				return err
			}
		}
		for _, m := range e.Machines.beginAbout(about.Subject) {
			if e.Machines.confidential(m.Kind()) && !actor.HoldsAny(about.Subject.LAG, staff...) {
				continue
			}
			x, err := s.openable(m, id, beside)
			if err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// learn reads the case and its facts once for all kinds.
func (s *step) learn(id ident.ID) (*Facts, error) {
	subject, err := s.locked(id, false)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(subject, false)
	if err == nil {
		s.known[id] = facts
	}
	return facts, err
}

// openable asks for the act as a careful sender would send it.
func (s *step) openable(m *Machine, about ident.ID, beside *Facts) (Openable, error) {
	begins := m.Begins()
	t := begins.transition()
	x := Openable{Kind: m.Kind(), Label: nameOf(m.Kind()), Forms: begins.Forms, Needs: needsOf(m, t, beside)}
	var err error
	if x.By, err = s.capacities(t, beside.Subject); err != nil {
		return x, err
	}
	f := s.wellCarried(m, Concrete{Event: t.Event, Transition: t}, beside)
	a := OpenMatter{
		ID:   about, // any will do, for no row is made: a fresh one would be used up by being asked
		Kind: m.Kind(), LAG: beside.Subject.LAG, Dossier: beside.Subject.ID, Subject: about,
		Given: f.Given, OnBehalfOf: f.OnBehalfOf, Document: f.Document,
	}
	if len(begins.Forms) > 0 {
		a.Form = begins.Forms[0]
	}
	r, err := s.OpenMatter(a)
	if err == nil {
		_, err = s.judgeRecord(&r)
	}
	var refused *Error
	if err != nil && !errors.As(err, &refused) {
		return x, err
	}
	if x.Allowed = refused == nil; !x.Allowed {
		x.BlockedBy = refused.Refusals
	}
	return x, nil
}

// beginAbout are the machines that a new matter about the case would be pinned to,
// by kind.
func (ms *Machines) beginAbout(s Subject) []*Machine {
	var out []*Machine
	for _, k := range Kinds() {
		m := ms.For(s.LAG, k)
		if m != nil && m.Begins() != nil && slices.Contains(m.Begins().About, s.Kind) {
			out = append(out, m)
		}
	}
	return out
}
