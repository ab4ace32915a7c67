package model

import (
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// Task is something to be done about a case.
type Task struct {
	ID       ident.ID
	Reason   TaskReason
	RecordID *ident.ID
	Title    string
	State    *State
	EndsAt   *clock.Instant
	Overdue  bool
	Event    *string
}
