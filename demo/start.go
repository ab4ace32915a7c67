package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// The values of [store.DemoLoad]; the second is followed by the day that the load
// went to. Before there was more than one, it stood alone.
const (
	loading = "loading"
	loaded  = "loaded"
)

// ErrBrokenOff is a store whose load ended half-way.
var ErrBrokenOff = errors.New("loading the demonstration was broken off; delete the SQLite file, or create the PostgreSQL database anew, and start again")

// ErrOccupied is a store that holds data which are not the demonstration's.
var ErrOccupied = errors.New("the database holds other data; the demonstration needs an empty one")

// OtherDayError is a store that holds the demonstration of another day.
type OtherDayError struct{ Loaded, Asked clock.Date }

// Error says of which.
func (e *OtherDayError) Error() string {
	return fmt.Sprintf("the database holds the demonstration of %s, not of %s; ask for that day, or give another database", e.Loaded, e.Asked)
}

// Start brings a migrated store to the loaded state of a day: it loads an empty one
// and leaves a loaded one alone. Either way c stands where [At] says afterwards. It
// marks the store as simulated before the first act, for good. The error is or
// wraps a [DayError]; an [OtherDayError] where the store was loaded for another day;
// [ErrBrokenOff] where this load or an earlier one ended half-way; and [ErrOccupied]
// where the store holds something else.
func Start(ctx context.Context, s *store.Store, eng *workflow.Engine, c *clock.Manual, day clock.Date, progress func(done, total int, what string)) error {
	if _, err := ParseDay(string(day)); err != nil {
		return err
	}
	state, err := s.Marked(ctx, store.DemoLoad)
	if err != nil {
		return fmt.Errorf("read the mark of the demonstration: %w", err)
	}
	if state == loading {
		return ErrBrokenOff
	}
	if of, is := strings.CutPrefix(state, loaded); is {
		if held := cmp.Or(clock.Date(strings.TrimSpace(of)), Default); held != day {
			return &OtherDayError{Loaded: held, Asked: day}
		}
		c.Set(At(day))
		return nil
	}
	empty, err := s.Empty(ctx)
	if err != nil {
		return fmt.Errorf("look into the database: %w", err)
	}
	if !empty {
		return ErrOccupied
	}
	if err := errors.Join(s.Mark(ctx, store.Simulated, "demo"), s.Mark(ctx, store.DemoLoad, loading)); err != nil {
		return fmt.Errorf("mark the database: %w", err)
	}
	if _, err := Load(ctx, eng, c, day, progress); err != nil {
		return fmt.Errorf("load the demonstration: %w; %w", err, ErrBrokenOff)
	}
	return s.Mark(ctx, store.DemoLoad, loaded+" "+string(day))
}
