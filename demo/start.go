package demo

import (
	"context"
	"errors"
	"fmt"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// The values of [store.DemoLoad].
const (
	loading = "loading"
	loaded  = "loaded"
)

// ErrBrokenOff is a store whose load ended half-way.
var ErrBrokenOff = errors.New("loading the demonstration was broken off; delete the SQLite file, or create the PostgreSQL database anew, and start again")

// ErrOccupied is a store that holds data which are not the demonstration's.
var ErrOccupied = errors.New("the database holds other data; the demonstration needs an empty one")

// Start brings a migrated store to the loaded state: it loads an empty one and
// leaves a loaded one alone. Either way c stands at [End] afterwards. It marks
// the store as simulated before the first act, for good. The error is or wraps
// [ErrBrokenOff] where this load or an earlier one ended half-way, and
// [ErrOccupied] where the store holds something else.
func Start(ctx context.Context, s *store.Store, eng *workflow.Engine, c *clock.Manual, progress func(done, total int, what string)) error {
	state, err := s.Marked(ctx, store.DemoLoad)
	if err != nil {
		return fmt.Errorf("read the mark of the demonstration: %w", err)
	}
	switch state {
	case loaded:
		c.Set(End)
		return nil
	case loading:
		return ErrBrokenOff
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
	if _, err := Load(ctx, eng, c, progress); err != nil {
		return fmt.Errorf("load the demonstration: %w; %w", err, ErrBrokenOff)
	}
	return s.Mark(ctx, store.DemoLoad, loaded)
}
