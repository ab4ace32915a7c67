package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// Explain weighs every event of the subject's present state for the actor, by
// the same code that fires them. What the act itself would have to carry (a
// reason, a document, data, statements) is listed as needs; everything else
// that stands in the way blocks.
func (e *Engine) Explain(ctx context.Context, actor Actor, id ident.ID) ([]Explanation, error) {
	var out []Explanation
	err := e.Store.View(ctx, func(tx Tx) error {
		out = nil
		subject, err := tx.Lock(id, false)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now(), explaining: true}
		facts, err := s.facts(subject, true)
		if err != nil {
			return err
		}
		if !mayKnow(actor, facts, e.Machines) {
			return Missing("id", string(id))
		}
		m, err := s.machineOf(subject)
		if err != nil {
			return err
		}
		if facts.Subject.State, err = s.told(m, facts); err != nil {
			return err
		}
		for _, c := range m.EventsFrom(facts.Subject.State) {
			x, err := s.explain(m, c, facts)
			if err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

func (s *step) explain(m *Machine, c Concrete, facts *Facts) (Explanation, error) {
	x := Explanation{Event: c.Event, Label: c.Transition.Label, From: c.From, To: c.To, Needs: needsOf(m, c.Transition, facts)}
	by, err := s.capacities(c.Transition, facts.Subject)
	if err != nil {
		return x, err
	}
	x.By = by
	f := s.wellCarried(m, c, facts)
	d, err := s.decide(f, facts)
	if err == nil {
		err = s.decideJoined(f, d)
	}
	var refused *Error
	switch {
	case errors.As(err, &refused):
		x.BlockedBy = refused.Refusals
	case err != nil:
		return x, err
	default:
		x.Allowed = true
		x.Warnings = d.warnings
	}
	return x, nil
}

// decideJoined asks the cases that the event takes along, such as a contract's
// proposal. Those that may be passed over refuse nothing.
func (s *step) decideJoined(f Fire, d *decision) error {
	for _, j := range d.step.Transition.Joins {
		if j.Optional {
			continue
		}
		ids, err := s.tx.Joined(d.facts.Subject, j.Kind)
		if err != nil {
			return err
		}
		for _, id := range ids {
			subject, err := s.tx.Lock(id, false)
			if err != nil {
				return err
			}
			inner := &step{Engine: s.Engine, ctx: s.ctx, tx: s.tx, actor: SystemActor(), now: s.now, explaining: true, joining: true}
			facts, err := inner.facts(subject, s.Machines.ranks(subject.Kind, j.Event))
			if err != nil {
				return err
			}
			if _, err := inner.decide(Fire{Subject: id, Event: j.Event, Reason: f.Reason, Document: f.Document, Given: f.Given}, facts); err != nil {
				return err
			}
		}
	}
	return nil
}

// wellCarried is the act as a careful sender would send it: everything that
// only the sender can supply is supplied, so that what still refuses is the
// case itself, the role, or a decision that nobody has taken.
func (s *step) wellCarried(m *Machine, c Concrete, facts *Facts) Fire {
	t := c.Transition
	f := Fire{Subject: facts.Subject.ID, Event: c.Event, Reason: "-", Document: "-"}
	for _, by := range t.By {
		if s.actor.Holds(by.Role, facts.Subject) {
			f.OnBehalfOf = by.OnBehalfOf
			break
		}
	}
	for _, name := range t.Guards {
		if _, ok := m.Attestation(name); ok {
			f.Given = append(f.Given, Given{Name: name, Value: "true", Document: "-", Reason: "-"})
		}
	}
	for _, d := range t.Data {
		if d.Required {
			f.Given = append(f.Given, Given{Name: d.Name, Value: s.plausible(t, d, facts)})
		}
	}
	return f
}

// plausible is a value that a sender would most likely give, so that guards on
// it answer for the likely case.
func (s *step) plausible(t *Transition, d Datum, facts *Facts) string {
	switch d.Type {
	case "money":
		switch {
		case facts.Matter != nil:
			return plausiblyAccepted(t, facts).String()
		case facts.Proposal == nil:
		case slices.Contains(t.Guards, "grantIsAward"):
			return facts.Proposal.contractable().String()
		case slices.Contains(t.Guards, "awardReduced"), slices.Contains(t.Guards, "awardReducedOrConditional"):
			return (facts.Proposal.award() - 1).String()
		default:
			return max(facts.Proposal.award(), 1).String()
		}
		return "1.00"
	case "instant":
		if slices.Contains(t.Guards, "termExtended") {
			return facts.Call.ClosesAt.Add(time.Duration(facts.Call.ExtensionDays+1) * 24 * time.Hour).String()
		}
		return s.now.String()
	case "date":
		return string(s.now.Day())
	case "id":
		return string(facts.Subject.ID)
	case "integer":
		return "1"
	case "flag":
		return "false"
	case "code", "list":
		if failing := failingItems(t, facts); len(failing) > 0 {
			return failing[0].Item
		}
		if w, known := wanted[typeOf(facts.Subject.ID)+"."+d.Name]; known && w.example != "" {
			return w.example
		}
		return "-"
	default:
		return "-"
	}
}

// plausiblyAccepted is all that the matter is about, a cent less where the event
// leaves a rest, and the grant where nothing is said yet.
func plausiblyAccepted(t *Transition, facts *Facts) rules.Money {
	s := sight{Facts: facts}
	amount := s.matter().Amount
	if amount == 0 {
		amount = max(s.contract().Grant, 1)
	}
	if slices.Contains(t.Guards, "not acceptedInFull") {
		amount--
	}
	return amount
}

// capacities lists who may fire the event, and who holds those roles today.
func (s *step) capacities(t *Transition, subject Subject) ([]Capacity, error) {
	var roles []Role
	for _, by := range t.By {
		roles = append(roles, by.Role)
	}
	holders, err := s.tx.Holders(subject, roles, s.now.Day())
	if err != nil {
		return nil, err
	}
	var out []Capacity
	for _, by := range t.By {
		c := Capacity{Role: by.Role, OnBehalfOf: by.OnBehalfOf, SecondPerson: by.SecondPerson || t.Requires.SecondPerson}
		for _, h := range holders {
			if h.Role == by.Role {
				c.Persons = append(c.Persons, h.Person)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// needsOf lists what the act must carry on these facts.
func needsOf(m *Machine, t *Transition, f *Facts) []Need {
	var out []Need
	add := func(on bool, kind string, label Text) {
		if on {
			out = append(out, Need{Name: kind, Kind: kind, Required: true, Label: label})
		}
	}
	add(t.Requires.Reason, "REASON", Text{LT: "Priežastis", EN: "Reason"})
	add(t.Requires.Document, "DOCUMENT", Text{LT: "Dokumentas", EN: "Document"})
	add(t.Requires.Decision, "DECISION", Text{LT: "Priimtas sprendimas", EN: "Adopted decision"})
	add(t.Requires.LostVote, "DECISION", Text{LT: "Balsavimas, kuriame nieko nenutarta", EN: "A vote by which nothing was adopted"})
	second := Text{LT: "Antrasis asmuo", EN: "Second person"}
	if t.Requires.Presider {
		second = Text{LT: "Posėdžio pirmininkas ir sekretorius: vienas pasirašo, kitas patvirtina", EN: "Whoever presided and the secretary: one signs, the other confirms"}
	}
	add(t.Requires.SecondPerson, "SECOND_PERSON", second)
	for _, d := range t.Data {
		out = append(out, Need{Name: d.Name, Kind: "DATUM", Type: d.Type, Required: d.Required, Label: Text{LT: d.Name, EN: d.Name}})
	}
	for _, name := range t.Guards {
		if a, ok := m.Attestation(name); ok && !m.waives(a, sight{Facts: f}) {
			out = append(out, Need{Name: name, Kind: "ATTESTATION", Required: true, Label: a.Label})
		}
	}
	return out
}

// Today is the legal day by the engine's clock.
func (e *Engine) Today() clock.Date { return e.Clock.Now().Day() }
