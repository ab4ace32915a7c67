package workflow

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// note keeps what was refused: in the dossier of the case where the actor may
// know of it, in the security log where not.
func (e *Engine) note(ctx context.Context, actor Actor, cmd Command, cause error) error {
	var refused *Error
	foreign := errors.Is(cause, errForeign)
	if !foreign && (!errors.As(cause, &refused) || !recordable(refused)) || actor.Person == "" || actor.System() {
		return nil
	}
	if cmd.looks() && !foreign {
		return nil
	}
	return e.Store.InTx(ctx, func(tx Tx) error {
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now()}
		at, err := cmd.attempted(s)
		if err != nil || at == (attempt{}) || !e.refused.allow(actor.Person, at.id, e.pace().Now()) {
			return err
		}
		if foreign {
			return tx.Suspect(actor.Person, string(at.id), "fire "+string(at.event), s.now)
		}
		return s.noteIn(at, refused)
	})
}

// Foreign notes in the security log that the actor named, in what they sent, a
// record that is not there or that they may not see. It is bounded as refused
// attempts are; nobody known is nobody to note.
func (e *Engine) Foreign(ctx context.Context, actor Actor, id ident.ID, what string) error {
	if actor.Person == "" || !e.refused.allow(actor.Person, id, e.pace().Now()) {
		return nil
	}
	return e.Store.InTx(ctx, func(tx Tx) error { return tx.Suspect(actor.Person, string(id), what, e.Clock.Now()) })
}

// attempt is what somebody tried, and on what: the dossier where it is no case,
// the registry where it is neither. The zero attempt is none that could be kept.
type attempt struct {
	id, lag ident.ID
	event   EventName
}

// noteIn writes the refusal where the actor may know of the case.
func (s *step) noteIn(at attempt, refused *Error) error {
	if _, isCase := KindOf(at.id); !isCase {
		return s.noteOutside(at, refused)
	}
	subject, err := s.tx.Lock(at.id, false)
	if Refused(err, NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	facts, err := s.facts(subject, false)
	if err != nil {
		return err
	}
	if !mayKnow(s.actor, facts, s.Machines) {
		return s.tx.Suspect(s.actor.Person, string(at.id), string(at.event), s.now)
	}
	return s.appendRefused(subject, "", at.event, refused)
}

// noteOutside keeps what was refused outside of a case: by the group's own
// people in the dossier of the group or of its meeting, by others, and of the
// registry, in the security log.
func (s *step) noteOutside(at attempt, refused *Error) error {
	typeName := map[ident.Prefix]string{ident.LAG: "Lag", ident.Meeting: "Meeting"}[at.id.Prefix()]
	if typeName == "" || !s.actor.HoldsAny(at.lag, tokenRoles...) {
		return s.tx.Suspect(s.actor.Person, string(at.id), string(at.event), s.now)
	}
	return s.appendRefused(Subject{ID: at.id, LAG: at.lag, Dossier: at.id}, typeName, at.event, refused)
}

func (s *step) appendRefused(about Subject, typeName string, event EventName, refused *Error) error {
	body := Body{Event: event, From: about.State}
	for _, r := range refused.Refusals {
		body.Refusals = append(body.Refusals, RefusalBrief{Code: r.Code, Guard: r.Rule})
	}
	_, err := s.append(entryDraft{subject: about, subjectType: typeName, kind: kindRefused, role: claimedRole(s.actor, about), body: body})
	return err
}

// named is the event if it could be one; what else was sent as its name is kept
// nowhere.
func named(e EventName) EventName {
	if eventName.MatchString(string(e)) {
		return e
	}
	return ""
}

// telling are the refusals that are recorded. What did not read, or named
// nothing, says only something about the sender's screen.
var telling = []Code{
	UnknownEvent, NotAllowedHere, RoleRefused, RuleFailed, AttestationMissing, SecondPersonRequired, CallClosed, Conflict,
	ReasonRequired, DocumentRequired, DecisionRequired, EnvelopeExceeded, DateRefused,
}

func recordable(e *Error) bool { return slices.ContainsFunc(telling, e.Has) }

// claimedRole is a role that the actor does hold towards the subject, for the
// record of an attempt that no role allowed.
func claimedRole(a Actor, s Subject) Role {
	for _, r := range tokenRoles {
		if a.Holds(r, s) {
			return r
		}
	}
	return ""
}

func (e *Engine) pace() clock.Clock {
	if e.Pace != nil {
		return e.Pace
	}
	return e.Clock
}

// refusalsPerMinute bounds how many refused attempts of one actor on one
// subject are recorded in a minute; more would let a script bury what matters.
// Every server counts its own.
const refusalsPerMinute = 10

// pace counts the refused attempts of the minute.
type pace struct {
	mu    sync.Mutex
	since clock.Instant
	seen  map[[2]ident.ID]int
}

// allow says whether one more is to be recorded. Whoever spreads attempts over
// a minute's turn gets twice as many, which buries nothing either; in return
// nothing outlives its minute.
func (p *pace) allow(actor, subject ident.ID, now clock.Instant) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil || now >= p.since.Add(time.Minute) || now < p.since {
		p.since, p.seen = now, map[[2]ident.ID]int{}
	}
	k := [2]ident.ID{actor, subject}
	p.seen[k]++
	return p.seen[k] <= refusalsPerMinute
}
