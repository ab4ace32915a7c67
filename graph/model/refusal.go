package model

import (
	"context"
	"strings"

	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// UserError is one reason against an act.
type UserError struct {
	Refusal workflow.Refusal
	Lang    Lang
}

// UserErrors are the refusals as the API tells them, never nil.
func UserErrors(all []workflow.Refusal, lang Lang) []*UserError {
	out := make([]*UserError, len(all))
	for i, r := range all {
		out[i] = &UserError{Refusal: r, Lang: lang}
	}
	return out
}

// Code is the stable reason.
func (e *UserError) Code() workflow.Code { return e.Refusal.Code }

// Field is the input that the reason speaks of, nil where it speaks of none.
func (e *UserError) Field() *string { return orNil(e.Refusal.Field) }

// Path is the field, step by step.
func (e *UserError) Path() []string {
	if e.Refusal.Field == "" {
		return []string{}
	}
	return strings.Split(e.Refusal.Field, ".")
}

// Message says what to do.
func (e *UserError) Message(ctx context.Context, lang *Lang) string {
	return say(ctx, e.Refusal.Message, lang, e.Lang)
}

// Rule is the guard that refused, nil where it was none.
func (e *UserError) Rule() *string { return orNil(e.Refusal.Rule) }

// Facts are what the guard decided on, never nil.
func (e *UserError) Facts() []*rules.Fact { return Facts(e.Refusal.Facts) }

// Unverified are the legal parameters among the facts that nobody has compared with
// their source, never nil.
func (e *UserError) Unverified() []string { return append([]string{}, e.Refusal.Unverified...) }

// Facts are the facts by reference, never nil.
func Facts(all []rules.Fact) []*rules.Fact {
	out := make([]*rules.Fact, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}
