package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// Delivered is where a term runs from that begins when its letter reaches whom
// it concerns; Entered, when the state was entered.
const (
	Delivered = "DELIVERED"
	Entered   = "ENTERED"
)

// Ends is when the term of a case has passed that runs from a day, or from an
// instant: the instant itself where no days are counted, else 24:00 of its last
// day. Days for which the clock of the case stood are added where the term
// pauses, which is one in calendar days, and a day to which it was extended counts
// where that is later.
func (d Deadline) Ends(isDay bool, day clock.Date, at clock.Instant, of Subject) clock.Instant {
	stood := 0
	if d.Pauses {
		stood = of.Stopped
	}
	ends := at
	switch from := at.Day(); {
	case isDay:
		ends = calendar.Ends(day, d.Days+stood, d.Unit)
	case d.Days > 0:
		ends = calendar.Ends(from, d.Days+stood, d.Unit)
	case stood > 0:
		ends = calendar.Ends((at - 1).Day(), stood, CalendarDays)
	}
	if of.TermUntil != "" {
		ends = max(ends, extended(of.TermUntil))
	}
	return ends
}

// extended is the end of a term that was put off to a day: a day off is no last day.
func extended(until clock.Date) clock.Instant {
	return calendar.Ends(until.AddDays(-1), 1, CalendarDays)
}

// ahead is the first instant of the day that lies so many days before the last
// day of a term.
func (d Deadline) ahead(ends clock.Instant, days int) clock.Instant {
	last := (ends - 1).Day() // a term ends at 24:00, which is the next day's 0:00
	if d.Unit == WorkingDays {
		return calendar.Before(last, days).Start()
	}
	return last.AddDays(-days).Start()
}

// Due is a case whose state has a term, and when that ends. Of the subject, id,
// kind, group, definition, state and version are filled.
type Due struct {
	Subject Subject
	State   State
	EndsAt  clock.Instant
	// Event is what the clock then fires; "" where it only warns, or where the end
	// of the term was left to people (see [TermsOf]).
	Event EventName
}

// TermsOf asks for the terms of the cases that are in a state of a definition:
// of one of them where Only is set, of those under one call where Under is, and
// of those after an id where After is; as if the letter Without had not reached
// anybody. Most bounds the answer where positive.
//
// A term is left to people, and no clock ends it, while an incident about its event
// that was opened after its end waits for a decision on a correction, or after one
// was set aside.
type TermsOf struct {
	Definition string
	Kind       Kind
	State      State
	Only       ident.ID
	Under      ident.ID
	Without    ident.ID
	After      ident.ID
	Most       int
}

// Timer is an appointment of the clock with a case. It stands while the case is
// in its state, and follows from the definition and the case: [Engine.Appoint]
// makes all timers anew. Its name is the case and Ahead.
type Timer struct {
	// Of Subject, id, kind, group, definition and state are filled.
	Subject Subject
	// Ahead is how many days before the end of the term it rings, in the unit of
	// the term; 0 at the end.
	Ahead int
	// Event is what the clock fires at the end; "" where the term only warns, or
	// where the event failed for good.
	Event  EventName
	At     clock.Instant // when it rings
	EndsAt clock.Instant // when the term ends
}

// Rings says whether the timer ever rings: one that only says when a term ends
// does not.
func (t Timer) Rings() bool { return t.Event != "" || t.Ahead > 0 }

// timers are the appointments of one term. A reminder whose day has gone by
// already is none: whoever entered the state a moment ago needs no reminding.
func (d Due) timers(now clock.Instant) []Timer {
	out := []Timer{{Subject: d.Subject, Event: d.Event, At: d.EndsAt, EndsAt: d.EndsAt}}
	for _, n := range d.State.Deadline.Remind {
		if at := d.State.Deadline.ahead(d.EndsAt, n); at > now {
			out = append(out, Timer{Subject: d.Subject, Ahead: n, Event: d.Event, At: at, EndsAt: d.EndsAt})
		}
	}
	return out
}

// schedule makes the appointments of a case in its present state.
func (s *step) schedule(subject Subject) error {
	state := s.Machines.State(subject.Definition, subject.State)
	due, runs, err := s.term(subject, *state)
	if err != nil {
		return err
	}
	if !runs {
		return s.tx.Schedule(subject.ID, nil)
	}
	return s.tx.Schedule(subject.ID, due.timers(s.now))
}

// term is when the term of the case in the state ends; runs is false where it has
// none, or where it has not begun.
func (s *step) term(subject Subject, state State) (due Due, runs bool, err error) {
	if state.Deadline == nil {
		return Due{}, false, nil
	}
	all, err := s.tx.Terms(TermsOf{Definition: subject.Definition, Kind: subject.Kind, State: state, Only: subject.ID})
	if err != nil || len(all) == 0 {
		return Due{}, false, err
	}
	return all[0], true, nil
}

// delivered is when the term would end had the letter been delivered then: of all
// letters since the state was entered, the first that was delivered starts it.
func (s *step) delivered(subject Subject, state State, letter ident.ID, at clock.Instant) (due Due, runs bool, err error) {
	all, err := s.tx.Terms(TermsOf{Definition: subject.Definition, Kind: subject.Kind, State: state, Only: subject.ID, Without: letter})
	if err != nil {
		return Due{}, false, err
	}
	if at >= subject.Since {
		d := Due{Subject: subject, State: state, EndsAt: state.Deadline.Ends(false, "", at, subject), Event: state.Deadline.Event}
		all = append(all, d)
	}
	if len(all) == 0 {
		return Due{}, false, nil
	}
	return slices.MinFunc(all, func(a, b Due) int { return cmp.Compare(a.EndsAt, b.EndsAt) }), true, nil
}

// scheduleAfter makes the appointments of the cases whose terms a record began
// or moved: of a case that it opened, of one whose letter was delivered, of one
// whose date was changed or whose term was extended, and of those under it.
func (s *step) scheduleAfter(changes []Change) error {
	for _, c := range changes {
		id, err := s.concerns(c)
		if err != nil {
			return err
		}
		if id == "" {
			continue
		}
		subject, err := s.tx.Lock(id, false)
		if err != nil {
			return err
		}
		if err := s.schedule(subject); err != nil {
			return err
		}
		if err := s.scheduleUnder(subject, changes); err != nil {
			return err
		}
	}
	return nil
}

// concerns is the case whose term the change may have begun or moved, "" for
// none.
func (s *step) concerns(c Change) (ident.ID, error) {
	if c.Type == "Correspondence" {
		about, given := c.Set["subjectId"].(ident.ID)
		if !given {
			row, err := s.tx.Row(c.Type, c.ID)
			if err != nil {
				return "", err
			}
			text, _ := row["subjectId"].(string)
			about = ident.ID(text)
		}
		if _, isCase := KindOf(about); !isCase {
			return "", nil
		}
		return about, nil
	}
	kind, isCase := KindOf(c.ID)
	if !isCase || c.Delete || c.Type != typeOf(c.ID) {
		return "", nil
	}
	_, extended := c.Set["termUntil"]
	if c.Create || extended || s.Machines.moves(kind, c) {
		return c.ID, nil
	}
	return "", nil
}

// moves says whether the change sets a date that some term runs from.
func (ms *Machines) moves(k Kind, c Change) bool {
	return slices.ContainsFunc(ms.timed(), func(t placed) bool {
		kind, field, _ := strings.Cut(t.state.Deadline.From, ".")
		_, set := c.Set[field]
		return Kind(kind) == k && set
	})
}

// scheduleUnder moves the appointments of the cases under one whose dates the
// changes moved, such as those of a call's proposals.
func (s *step) scheduleUnder(over Subject, changes []Change) error {
	moved := func(field string) bool {
		return slices.ContainsFunc(changes, func(c Change) bool {
			_, set := c.Set[field]
			return c.ID == over.ID && !c.Create && set
		})
	}
	for _, t := range s.Machines.timed() {
		kind, field, _ := strings.Cut(t.state.Deadline.From, ".")
		if Kind(kind) != over.Kind || t.machine.Kind() == over.Kind || !moved(field) {
			continue
		}
		q := t.of()
		q.Under = over.ID
		if err := s.scheduleAll(q); err != nil {
			return err
		}
	}
	return nil
}

// atOnce is how many cases are read at a time.
const atOnce = 500

func (s *step) scheduleAll(q TermsOf) error {
	for q.Most = atOnce; ; {
		terms, err := s.tx.Terms(q)
		if err != nil {
			return err
		}
		for _, d := range terms {
			if err := s.tx.Schedule(d.Subject.ID, d.timers(s.now)); err != nil {
				return err
			}
		}
		if len(terms) < q.Most {
			return nil
		}
		q.After = terms[len(terms)-1].Subject.ID
	}
}

// Appoint makes every appointment anew from the cases themselves: for a database
// that was written before there were timers, or one whose timers nobody trusts.
// What failed for good and was not set aside is appointed again.
func (e *Engine) Appoint(ctx context.Context) error {
	for _, t := range e.Machines.timed() {
		err := e.Store.InTx(ctx, func(tx Tx) error { return e.atTheClock(ctx, tx).scheduleAll(t.of()) })
		if err != nil {
			return fmt.Errorf("appoint in %s of %s: %w", t.state.Name, t.machine.Name(), err)
		}
	}
	return nil
}

// of asks for the terms of the cases in the state.
func (p placed) of() TermsOf {
	return TermsOf{Definition: p.machine.Name(), Kind: p.machine.Kind(), State: p.state}
}

// RunningOut is what runs out in the group by the end of so many days from now, what
// ran out already first: the first screen of whoever works there. It says what
// there is, and not who may see it; the reader's side narrows it.
func (e *Engine) RunningOut(ctx context.Context, lag ident.ID, days int) ([]Due, error) {
	var due []Due
	err := e.Store.View(ctx, func(tx Tx) error {
		ending, err := tx.Ending(lag, e.Clock.Now().Day().AddDays(days).End())
		due = make([]Due, len(ending))
		for i, t := range ending {
			due[i] = Due{
				Subject: t.Subject, State: *e.Machines.State(t.Subject.Definition, t.Subject.State), EndsAt: t.EndsAt, Event: t.Event,
			}
		}
		return err
	})
	return due, err
}

// Ring does what a timer is for: at the end of a term it fires the event, before
// it enters a reminder into the dossier. A timer that was put off, or whose case
// has moved on, rings for nothing; so however often and by however many servers
// it is rung, what it is for happens once. An event that the case itself refuses
// is an incident, opened here, and no error: ringing again would not help. The
// error is a fault of the moment, after which it is worth ringing again. fired
// says that an event was.
func (e *Engine) Ring(ctx context.Context, subject ident.ID, ahead int) (fired bool, err error) {
	err = e.Store.InTx(ctx, func(tx Tx) (err error) {
		fired, err = e.atTheClock(ctx, tx).ring(subject, ahead)
		return err
	})
	var refused *Error
	if !errors.As(err, &refused) || refused.Has(Conflict) {
		return fired && err == nil, err
	}
	return false, e.GiveUp(ctx, subject, ahead, 1, err)
}

// RingDue rings all that rings by now, one after the other, what comes due by it
// included, and says how many events were fired: for a walk that no server works
// at. It ends at the first fault.
func (e *Engine) RingDue(ctx context.Context) (fired int, err error) {
	for {
		var due []Timer
		err := e.Store.InTx(ctx, func(tx Tx) (err error) {
			due, err = tx.Take(e.Clock.Now(), atOnce, time.Minute)
			return err
		})
		if err != nil || len(due) == 0 {
			return fired, err
		}
		for _, t := range due {
			did, err := e.Ring(ctx, t.Subject.ID, t.Ahead)
			if err != nil {
				return fired, fmt.Errorf("ring for %s: %w", t.Subject.ID, err)
			}
			if did {
				fired++
			}
		}
	}
}

func (e *Engine) atTheClock(ctx context.Context, tx Tx) *step {
	return &step{Engine: e, ctx: ctx, tx: tx, actor: SystemActor(), now: e.Clock.Now()}
}

func (s *step) ring(id ident.ID, ahead int) (fired bool, err error) {
	timer, facts, err := s.ringing(id, ahead)
	if err != nil || facts == nil {
		return false, err
	}
	m, err := s.machineOf(facts.Subject)
	if err != nil {
		return false, err
	}
	state, _ := m.State(facts.Subject.State)
	switch {
	case ahead > 0:
		return false, s.remind(timer, facts.Subject)
	case s.waived(m, state, facts):
		return false, s.silence(timer)
	default:
		_, err = s.fireOn(Fire{Subject: id, Event: timer.Event}, facts)
		return err == nil, err
	}
}

// ringing is a timer that rings now, with the facts of its case under lock; the
// facts are nil where there is nothing to do.
func (s *step) ringing(id ident.ID, ahead int) (Timer, *Facts, error) {
	timer, ok, err := s.timer(id, ahead)
	if err != nil || !ok || timer.At > s.now || !timer.Rings() {
		return timer, nil, err
	}
	subject, err := s.tx.Lock(id, s.Machines.widens(timer.Subject.Kind, timer.Event))
	if err != nil {
		return timer, nil, err
	}
	// What stood there before the lock may have been put off since.
	now, ok, err := s.timer(id, ahead)
	if err != nil || !ok || now != timer {
		return timer, nil, err
	}
	facts, err := s.facts(subject, s.Machines.ranks(subject.Kind, timer.Event))
	return timer, facts, err
}

func (s *step) timer(id ident.ID, ahead int) (t Timer, ok bool, err error) {
	all, err := s.tx.Timers(id)
	for _, t := range all {
		if t.Ahead == ahead {
			return t, true, err
		}
	}
	return Timer{}, false, err
}

// waived says whether a guard keeps the clock from firing at the term.
func (s *step) waived(m *Machine, state State, facts *Facts) bool {
	return slices.ContainsFunc(state.Deadline.Unless, func(g string) bool {
		return m.weigh(g, sight{Facts: facts}).OK()
	})
}

// remind enters into the dossier that the end of the term is near, and takes the
// timer away.
func (s *step) remind(t Timer, subject Subject) error {
	if _, err := s.enterReminder(t, subject, nil); err != nil {
		return err
	}
	return s.drop(t)
}

func (s *step) enterReminder(t Timer, subject Subject, changes []Change) (history.Entry, error) {
	return s.append(entryDraft{
		subject: subject, kind: kindReminded, role: Clock, definition: subject.Definition, changes: changes,
		body: Body{Event: t.Event, From: subject.State, EndsAt: t.EndsAt.String()},
	})
}

// drop takes one appointment of the case away and leaves the others.
func (s *step) drop(t Timer) error {
	rest, err := s.tx.Timers(t.Subject.ID)
	if err != nil {
		return err
	}
	return s.tx.Schedule(t.Subject.ID, slices.DeleteFunc(rest, func(x Timer) bool { return x.Ahead == t.Ahead }))
}

// silence leaves of the case's appointments that its term has ended.
func (s *step) silence(t Timer) error {
	t.Event = ""
	return s.tx.Schedule(t.Subject.ID, []Timer{t})
}
