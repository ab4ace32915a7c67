package workflow

import (
	"context"
	"slices"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// confirmWithin is how long a second person has. It is a choice of design: a
// working week, so that an office of two can be on leave.
const confirmWithin = 7 * 24 * time.Hour

// Pending is a command that waits for a second person.
type Pending struct {
	ID        ident.ID
	LAG       ident.ID // "" for what concerns all groups
	By        Actor
	Act       Kept
	ExpiresAt clock.Instant
	InputHash string
}

// Kept is the command itself: exactly one of the fields is set.
type Kept struct {
	Fire    *Fire         `json:",omitempty"`
	Publish *Publish      `json:",omitempty"`
	Migrate *Migrate      `json:",omitempty"`
	Adopt   *AdoptRuleSet `json:",omitempty"`
	Correct *Correct      `json:",omitempty"`
	// Report is what was found in the definition, for whoever has to confirm it.
	Report *Report `json:",omitempty"`
}

// keepable is a command that can wait for a second person.
type keepable interface {
	Command
	name() string
	reason() string
	facts() []rules.Fact
}

func (k Kept) command() keepable {
	switch {
	case k.Publish != nil:
		return *k.Publish
	case k.Migrate != nil:
		return *k.Migrate
	case k.Adopt != nil:
		return *k.Adopt
	case k.Correct != nil:
		return *k.Correct
	case k.Fire != nil:
		return *k.Fire
	default:
		return Fire{}
	}
}

// Name is the event, or the kind of the entry that the command would write.
func (k Kept) Name() string { return k.command().name() }

// Reason is why the sender wants it, "" where none was given.
func (k Kept) Reason() string { return k.command().reason() }

// Facts are what the command carries.
func (k Kept) Facts() []rules.Fact { return k.command().facts() }

// await keeps the command for a second person.
func (s *step) await(lag ident.ID, act Kept) (*PendingNotice, error) {
	hash, err := inputHash(act)
	if err != nil {
		return nil, err
	}
	p := Pending{
		ID: s.IDs.New(ident.Confirmation), LAG: lag, By: s.actor, Act: act, ExpiresAt: s.now.Add(confirmWithin), InputHash: hash,
	}
	return &PendingNotice{ID: p.ID, ExpiresAt: p.ExpiresAt}, s.tx.Await(p)
}

// awaitFire keeps a transition as it was decided on: the case must not have moved
// when it is confirmed.
func (s *step) awaitFire(f Fire, d *decision) (Done, error) {
	f.ExpectedVersion = d.facts.Subject.Version
	f.EffectiveOn = d.effectiveOn
	pending, err := s.await(d.facts.Subject.LAG, Kept{Fire: &f})
	return Done{
		Subject: d.facts.Subject, Dossier: d.facts.Subject.Dossier, Warnings: d.warnings, Guards: d.guards, Pending: pending,
	}, err
}

// confirm is the second person's part: the kept command is decided again, on
// today's facts, and fired with both persons in the entry.
func (s *step) confirm(c Confirm) (Done, error) {
	p, err := s.tx.Awaited(c.ID)
	if err != nil {
		return Done{}, err
	}
	presided, err := s.presidedOver(p)
	if err != nil {
		return Done{}, err
	}
	switch {
	case !presided && !s.actor.grants(p.LAG, staff...):
		return Done{}, errForeign
	case p.By.Person == s.actor.Person:
		return Done{}, s.secondPersonRefused(p, Text{
			LT: "Patvirtinti turi kitas asmuo nei pateikė veiksmą.",
			EN: "Another person than the one who sent the act has to confirm it.",
		})
	case !presided && !s.actor.grants(p.LAG, p.confirming(s.Machines)...):
		return Done{}, s.secondPersonRefused(p, mayConfirm(p.confirming(s.Machines)))
	case p.ExpiresAt < s.now:
		return Done{}, Refuse(NotFound, "id", Text{
			LT: "Patvirtinimo terminas baigėsi. Pateikite veiksmą iš naujo.",
			EN: "The time to confirm has passed. Send the act again.",
		})
	}
	if err := s.tx.Confirmed(c.ID); err != nil {
		return Done{}, err
	}
	sender, err := s.today(p)
	if err != nil {
		return Done{}, err
	}
	s.second, s.actor = s.actor, sender
	return p.Act.command().carryOut(s)
}

// today is the sender of a pending act with the roles that they still hold.
func (s *step) today(p Pending) (Actor, error) {
	sender := Actor{Person: p.By.Person, Organisation: p.By.Organisation}
	holders, err := s.tx.Holders(Subject{LAG: p.LAG, Owner: p.By.Organisation}, tokenRoles, s.now.Day())
	for _, h := range holders {
		if h.Person == sender.Person {
			sender.Grants = append(sender.Grants, Grant{Role: h.Role, LAG: p.LAG})
		}
	}
	return sender, err
}

// tokenRoles are the roles that people are granted.
var tokenRoles = []Role{Administrator, Chair, Secretary, AuditCommission, Auditor, BoardMember, Evaluator, Applicant}

// staff work in the group's office and may know of everything in it.
var staff = []Role{Administrator, Chair, Secretary, AuditCommission, Auditor}

// secondRoles may confirm an act (domain rule: an office of two can work).
var secondRoles = []Role{Administrator, Chair, AuditCommission}

// mayConfirm says who a second person is.
func mayConfirm(roles []Role) Text {
	if slices.Equal(roles, signing) {
		return Text{
			LT: "Patvirtinti gali tik posėdžio pirmininkas arba sekretorius.", EN: "Only whoever presided or a secretary may confirm.",
		}
	}
	return Text{
		LT: "Antruoju asmeniu gali būti administratorius, pirmininkas ar revizijos komisijos narys.",
		EN: "The second person is an administrator, the chair or a member of the audit commission.",
	}
}

// secondPersonRefused names who could confirm.
func (s *step) secondPersonRefused(p Pending, m Text) error {
	r := Refuse(SecondPersonRequired, "id", m)
	holders, err := s.tx.Holders(Subject{LAG: p.LAG}, p.confirming(s.Machines), s.now.Day())
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.Person != p.By.Person {
			r.Refusals[0].Facts = append(r.Refusals[0].Facts, holderFact(h))
		}
	}
	return r
}

// AwaitedActs are the acts that wait for a second person in the group, or without
// one those that concern all, soonest to expire first: nil for whoever is not of
// its office.
func (e *Engine) AwaitedActs(ctx context.Context, actor Actor, lag ident.ID) ([]Pending, error) {
	if !actor.grants(lag, staff...) {
		return nil, nil
	}
	out := []Pending{}
	err := e.Store.View(ctx, func(tx Tx) error {
		all, err := tx.AllAwaited(lag, e.Clock.Now())
		out = append(out[:0], all...)
		return err
	})
	return out, err
}
