package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// Due is a case whose state's term runs out, with the event that the clock then
// fires on it; "" where it only warns. Of the subject, id, kind, group and
// version are filled.
type Due struct {
	Subject Subject
	State   State
	EndsAt  clock.Instant
	Event   EventName
}

// Sweep fires what the clock has to fire by now and says how many events it
// fired. Each case is a transaction of its own: one that is refused is passed
// over, and its reason is among the errors unless somebody was quicker or the
// event's own guards keep the case from it. Several servers may sweep at once, for
// the version of the row lets each event happen once.
// A term that runs from delivery waits for its letter.
func (e *Engine) Sweep(ctx context.Context) (fired int, err error) {
	due, err := e.due(ctx, e.Clock.Now())
	if err != nil {
		return 0, err
	}
	due = slices.DeleteFunc(due, func(d Due) bool { return d.Event == "" })
	var refused []error
	for _, d := range due {
		_, err := e.Do(ctx, SystemActor(), Fire{Subject: d.Subject.ID, Event: d.Event, ExpectedVersion: d.Subject.Version})
		switch {
		case err == nil:
			fired++
		case !Refused(err, Conflict) && !Refused(err, RuleFailed):
			refused = append(refused, fmt.Errorf("%s on %s: %w", d.Event, d.Subject.ID, err))
		}
	}
	return fired, errors.Join(refused...)
}

// due are the cases whose term runs out by an instant, soonest first.
func (e *Engine) due(ctx context.Context, by clock.Instant) ([]Due, error) {
	var due []Due
	err := e.Store.View(ctx, func(tx Tx) error {
		due = nil
		for _, name := range slices.Sorted(maps.Keys(e.Machines.pinned)) {
			m := e.Machines.pinned[name]
			for _, s := range m.States() {
				if s.Deadline == nil {
					continue
				}
				found, err := tx.Due(m.Name(), m.Kind(), s, by, "")
				if err != nil {
					return fmt.Errorf("due in %s of %s: %w", s.Name, m.Name(), err)
				}
				due = append(due, found...)
			}
		}
		return nil
	})
	slices.SortFunc(due, func(a, b Due) int {
		return cmp.Or(cmp.Compare(a.EndsAt, b.EndsAt), cmp.Compare(a.Subject.ID, b.Subject.ID))
	})
	return due, err
}

// RunningOut is what runs out in the group by the end of so many days from now, what
// ran out already first: the first screen of whoever works there. It says what
// there is, and not who may see it; the reader's side narrows it.
func (e *Engine) RunningOut(ctx context.Context, lag ident.ID, days int) ([]Due, error) {
	due, err := e.due(ctx, e.Clock.Now().Day().AddDays(days).End())
	return slices.DeleteFunc(due, func(d Due) bool { return d.Subject.LAG != lag }), err
}
