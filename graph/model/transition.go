package model

import (
	"context"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// AvailableTransition is one event weighed for one reader.
type AvailableTransition struct {
	workflow.Explanation
	Lang    Lang
	ToState *State
	By      []*Capacity
}

// Label is what the event is called.
func (t *AvailableTransition) Label(ctx context.Context, lang *Lang) string {
	return say(ctx, t.Explanation.Label, lang, t.Lang)
}

// Event is the event's name within its kind.
func (t *AvailableTransition) Event() string { return string(t.Explanation.Event) }

// From is the name of the state that the event leaves.
func (t *AvailableTransition) From() string { return string(t.Explanation.From) }

// To is the name of the state that the event leads to.
func (t *AvailableTransition) To() string { return string(t.Explanation.To) }

// BlockedBy is everything that stands in the way.
func (t *AvailableTransition) BlockedBy() []*UserError {
	return UserErrors(t.Explanation.BlockedBy, t.Lang)
}

// Warnings are guards that warn and do not refuse.
func (t *AvailableTransition) Warnings() []*UserError {
	return UserErrors(t.Explanation.Warnings, t.Lang)
}

// Needs is what the act has to carry.
func (t *AvailableTransition) Needs() []*Need { return needs(t.Explanation.Needs, t.Lang) }

func needs(all []workflow.Need, lang Lang) []*Need {
	out := make([]*Need, len(all))
	for i, n := range all {
		out[i] = &Need{Need: n, Lang: lang}
	}
	return out
}

// OpenableMatter is one kind of matter weighed for one reader.
type OpenableMatter struct {
	workflow.Openable
	Lang Lang
	By   []*Capacity
}

// Kind is the kind's name.
func (m *OpenableMatter) Kind() string { return string(m.Openable.Kind) }

// Label is what a matter of the kind is called.
func (m *OpenableMatter) Label(ctx context.Context, lang *Lang) string {
	return say(ctx, m.Openable.Label, lang, m.Lang)
}

// Forms are those that a matter of the kind may have, never nil.
func (m *OpenableMatter) Forms() []string { return append([]string{}, m.Openable.Forms...) }

// BlockedBy is everything that stands in the way.
func (m *OpenableMatter) BlockedBy() []*UserError { return UserErrors(m.Openable.BlockedBy, m.Lang) }

// Needs is what opening has to carry.
func (m *OpenableMatter) Needs() []*Need { return needs(m.Openable.Needs, m.Lang) }

// Need is something that an act has to carry.
type Need struct {
	workflow.Need
	Lang Lang
}

// Label says what is needed.
func (n *Need) Label(ctx context.Context, lang *Lang) string {
	return say(ctx, n.Need.Label, lang, n.Lang)
}

// Type is the type of a datum, nil for needs that are none.
func (n *Need) Type() *string { return orNil(n.Need.Type) }

// ActPayload is what became of an act. SubjectID is what the subject is read
// by, afterwards.
type ActPayload struct {
	SubjectID           ident.ID
	Entry               *EntryRef
	WouldDo             *Preview
	PendingConfirmation *PendingConfirmation
	Repeated            bool
	Consequences        []*UserError
	Report              *DefinitionReport
	Moved               *int
	Left                []*UserError
	Warnings            []*UserError
	UserErrors          []*UserError
}
