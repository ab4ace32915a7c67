package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

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
// goes to the security log and reads NOT_FOUND. A migration that a fault broke off
// gives both the fault and what was done.
func (e *Engine) Do(ctx context.Context, actor Actor, cmd Command) (Done, error) {
	var done Done
	err := e.Store.InTx(ctx, func(tx Tx) (err error) {
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now()}
		done, err = s.keyed(cmd)
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
		return Done{}, Missing("id", string(cmd.subject()))
	}
	if err != nil {
		return Done{}, err
	}
	if done.published != nil {
		e.Machines.Add(done.published)
	}
	if done.rest != nil {
		return done.rest(ctx, done)
	}
	return done, nil
}

var (
	// errDryRun rolls a transaction back that was only to be looked at.
	errDryRun = errors.New("dry run")
	// errForeign is an attempt on what the actor may not know of.
	errForeign = errors.New("foreign subject")
)

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
	// known are cases whose facts were read already. Only a step that writes nothing
	// may keep them: another's would be out of date by its own changes.
	known map[ident.ID]*Facts
}

// locked is the case as it stands under lock.
func (s *step) locked(id ident.ID, wide bool) (Subject, error) {
	if facts := s.known[id]; facts != nil {
		return facts.Subject, nil
	}
	return s.tx.Lock(id, wide)
}

// keyed carries the command out, once per idempotency key.
func (s *step) keyed(cmd Command) (Done, error) {
	key, input := cmd.once()
	if key == "" {
		return cmd.carryOut(s)
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
	done, err := cmd.carryOut(s)
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
