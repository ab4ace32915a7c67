package model

import (
	"context"

	"github.com/atranka/atranka/workflow"
)

// Side is where a reader stands; each side knows a state by its own name.
type Side int

// The sides.
const (
	Public Side = iota
	Applicant
	Staff
)

// State is a state as one reader sees it.
type State struct {
	workflow.State
	Side Side
	Lang Lang
}

// Label is the name that the reader's side uses.
func (s *State) Label(ctx context.Context, lang *Lang) string {
	text := map[Side]workflow.Text{Public: s.Public, Applicant: s.Applicant, Staff: s.Staff}[s.Side]
	return say(ctx, text, lang, s.Lang)
}

// Name is the state's name within its kind.
func (s *State) Name() string { return string(s.State.Name) }

// Phase is the part of a proposal's life, nil for kinds that have none.
func (s *State) Phase() *workflow.Phase { return orNil(s.State.Phase) }

// Responsible is the role that has to act next, nil where nobody has.
func (s *State) Responsible() *workflow.Role { return orNil(s.State.Responsible) }

func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
