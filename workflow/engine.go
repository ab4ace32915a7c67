package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// confirmWithin is how long a second person has. It is a choice of design: a
// working week, so that an office of two can be on leave.
const confirmWithin = 7 * 24 * time.Hour

// maxKey is the length of an idempotency key, in bytes: room for four UUIDs.
const maxKey = 200

// Engine is the only writer of domain state. It is safe for concurrent use.
type Engine struct {
	Machines *Machines
	Store    Store
	Clock    clock.Clock
	IDs      *ident.Source
	// Random feeds the salts of commitments.
	Random io.Reader
	// Simulated marks every entry as written under an injected clock.
	Simulated bool
	// Pace is the clock by which the recording of refused attempts is bounded;
	// nil is Clock. A demo's clock stands, and a bound by it would never reset.
	Pace clock.Clock

	refused pace
}

// Do carries a command out, in one transaction, or refuses it with an [Error]
// that has all reasons and changes nothing. What is refused on a case that the
// actor may know of is recorded in its dossier; an attempt on something foreign
// goes to the security log and reads NOT_FOUND.
func (e *Engine) Do(ctx context.Context, actor Actor, cmd Command) (Done, error) {
	var done Done
	err := e.Store.InTx(ctx, func(tx Tx) (err error) {
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now()}
		done, err = s.do(cmd)
		if err == nil && s.dry {
			return errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		return done, nil
	}
	if err != nil {
		if noteErr := e.note(ctx, actor, cmd, err); noteErr != nil {
			return Done{}, errors.Join(err, noteErr)
		}
	}
	if errors.Is(err, errForeign) {
		return Done{}, Missing("id", string(subjectOf(cmd)))
	}
	if err != nil {
		return Done{}, err
	}
	return done, nil
}

var (
	// errDryRun rolls a transaction back that was only to be looked at.
	errDryRun = errors.New("dry run")
	// errForeign is an attempt on what the actor may not know of.
	errForeign = errors.New("foreign subject")
)

func subjectOf(cmd Command) ident.ID {
	switch c := cmd.(type) {
	case Fire:
		return c.Subject
	case Confirm:
		return c.ID
	case Record:
		return c.Dossier
	case RetryIncident:
		return c.Incident
	default:
		return ""
	}
}

// step is one command on its way through one transaction.
type step struct {
	*Engine
	ctx   context.Context
	tx    Tx
	actor Actor
	now   clock.Instant
	// second is the person who confirms, once there is one.
	second Actor
	// cause is the entry that made this step fire, for joins.
	cause string
	dry   bool
	// explaining: papers are imagined and not looked up.
	explaining bool
	// joining: the step is a join that is only asked, so it has no cause yet.
	joining bool
}

func (s *step) do(cmd Command) (Done, error) {
	switch c := cmd.(type) {
	case Fire:
		return s.keyed(c.IdempotencyKey, c, func() (Done, error) { return s.fire(c) })
	case Confirm:
		return s.confirm(c)
	case RetryIncident:
		return s.keyed(c.IdempotencyKey, c, func() (Done, error) { return s.retry(c) })
	case Record:
		return s.keyed(c.IdempotencyKey, c.input(), func() (Done, error) { return s.record(c) })
	default:
		return Done{}, fmt.Errorf("unknown command %T", cmd)
	}
}

// input is what the record's idempotency key stands for.
func (r Record) input() any {
	if r.Input != nil {
		return r.Input
	}
	return r.Changes
}

// keyed carries f out once per idempotency key.
func (s *step) keyed(key string, input any, f func() (Done, error)) (Done, error) {
	if key == "" {
		return f()
	}
	if len(key) > maxKey || !printable(key) || strings.ContainsAny(key, "\n\r\t") {
		return Done{}, &Error{Refusals: []Refusal{wrongValue("idempotencyKey", Text{
			LT: fmt.Sprintf("raktas iki %d baitų be valdymo ženklų", maxKey), EN: fmt.Sprintf("a key of at most %d bytes without control characters", maxKey),
		})}}
	}
	hash, err := inputHash(input)
	if errors.Is(err, history.ErrMalformed) {
		// The one thing that reads as an input and has no canonical form.
		return Done{}, Refuse(MalformedInput, "", Text{
			LT: "Kuris nors skaičius per didelis. Sveikieji skaičiai gali būti iki 9007199254740991.",
			EN: "Some number is too large. Whole numbers may be up to 9007199254740991.",
		})
	}
	if err != nil {
		return Done{}, err
	}
	prior, claimed, err := s.tx.Claim(s.actor.Person, key, hash)
	if err != nil {
		return Done{}, err
	}
	if !claimed {
		return s.repeat(prior, hash, input)
	}
	done, err := f()
	if err != nil {
		return Done{}, err
	}
	c := Claim{InputHash: hash, Dossier: done.Dossier, N: done.N}
	if done.Pending != nil {
		c.Confirmation = done.Pending.ID
	}
	return done, s.tx.Settle(s.actor.Person, key, c)
}

func (s *step) repeat(prior Claim, hash string, input any) (Done, error) {
	if prior.InputHash != hash {
		return Done{}, Refuse(IdempotencyMismatch, "idempotencyKey", Text{
			LT: "Šis idempotencijos raktas jau panaudotas kitam veiksmui. Naujam veiksmui imkite naują raktą.",
			EN: "This idempotency key was used for another act. Take a new key for a new act.",
		})
	}
	done := Done{Dossier: prior.Dossier, N: prior.N, Repeated: true}
	if prior.Confirmation != "" {
		done.Pending = &PendingNotice{ID: prior.Confirmation, ExpiresAt: s.now}
		if p, err := s.tx.Awaited(prior.Confirmation); err == nil {
			done.Pending.ExpiresAt = p.ExpiresAt
		}
	}
	fire, ok := input.(Fire)
	if !ok {
		return done, nil
	}
	subject, err := s.tx.Lock(fire.Subject, false)
	done.Subject = subject
	return done, err
}

func inputHash(v any) (string, error) {
	b, err := history.CanonicalBody(v)
	if err != nil {
		return "", fmt.Errorf("hash input: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// confirm is the second person's part: the kept command is decided again, on
// today's facts, and fired with both persons in the entry.
func (s *step) confirm(c Confirm) (Done, error) {
	p, err := s.tx.Awaited(c.ID)
	if err != nil {
		return Done{}, err
	}
	switch {
	case !s.actor.HoldsAny(p.LAG, staff...):
		return Done{}, errForeign
	case p.By.Person == s.actor.Person:
		return Done{}, s.secondPersonRefused(p, Text{
			LT: "Patvirtinti turi kitas asmuo nei pateikė veiksmą.",
			EN: "Another person than the one who sent the act has to confirm it.",
		})
	case !s.actor.HoldsAny(p.LAG, secondRoles...):
		return Done{}, s.secondPersonRefused(p, Text{
			LT: "Antruoju asmeniu gali būti administratorius, pirmininkas ar revizijos komisijos narys.",
			EN: "The second person is an administrator, the chair or a member of the audit commission.",
		})
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
	return s.fire(p.Fire)
}

// today is the sender of a pending act with the roles that they still hold.
func (s *step) today(p Pending) (Actor, error) {
	if p.By.System() {
		return p.By, nil
	}
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

// secondPersonRefused names who could confirm.
func (s *step) secondPersonRefused(p Pending, m Text) error {
	subject, err := s.tx.Lock(p.Fire.Subject, false)
	if err != nil {
		return err
	}
	r := Refuse(SecondPersonRequired, "id", m)
	holders, err := s.tx.Holders(subject, secondRoles, s.now.Day())
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

// Stale is the refusal of an act on a version that is no longer there.
func Stale() *Error {
	return Refuse(Conflict, "expectedVersion", Text{
		LT: "Įrašą tuo tarpu pakeitė kitas asmuo. Perskaitykite jį iš naujo ir kartokite.",
		EN: "Somebody changed the record meanwhile. Read it again and repeat.",
	})
}

// Missing is the one answer about what does not exist and what the actor may
// not know of; field names the input.
func Missing(field, id string) *Error {
	return Refuse(NotFound, field, Text{
		LT: fmt.Sprintf("Tokio įrašo nėra arba jis jums nematomas: %s. Patikrinkite tapatybę ir kuo esate prisijungę.", id),
		EN: fmt.Sprintf("There is no such record, or it is not visible to you: %s. Check the id, and as whom you are signed in.", id),
	})
}
