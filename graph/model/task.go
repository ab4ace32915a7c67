package model

import (
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// Task is a case whose term runs out.
type Task struct {
	ID      ident.ID
	Title   string
	State   *State
	EndsAt  clock.Instant
	Overdue bool
	Event   *string
}
