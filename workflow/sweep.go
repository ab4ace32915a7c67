package workflow

import (
	"context"
	"errors"
	"fmt"
)

// Overdue is a case whose state's term has run out, with the event that the
// clock fires on it.
type Overdue struct {
	Subject Subject
	Event   EventName
}

// Sweep fires what the clock has to fire by now and says how many events it
// fired. Each case is a transaction of its own: one that is refused, because
// somebody was quicker or because its facts stand in the way, is passed over
// and its reason is among the errors. Several servers may sweep at once, for
// the version of the row lets each event happen once.
// A term that runs from delivery waits for its letter.
func (e *Engine) Sweep(ctx context.Context) (fired int, err error) {
	var due []Overdue
	err = e.Store.View(ctx, func(tx Tx) error {
		due = nil
		for _, m := range e.Machines.pinned {
			for _, s := range m.States() {
				if s.Deadline == nil || s.Deadline.Event == "" {
					continue
				}
				found, err := tx.Due(m.Name(), m.Kind(), s, e.Clock.Now())
				if err != nil {
					return fmt.Errorf("due in %s of %s: %w", s.Name, m.Name(), err)
				}
				due = append(due, found...)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var refused []error
	for _, d := range due {
		_, err := e.Do(ctx, SystemActor(), Fire{Subject: d.Subject.ID, Event: d.Event, ExpectedVersion: d.Subject.Version})
		switch {
		case err == nil:
			fired++
		case !Refused(err, Conflict):
			refused = append(refused, fmt.Errorf("%s on %s: %w", d.Event, d.Subject.ID, err))
		}
	}
	return fired, errors.Join(refused...)
}
