package workflow

import (
	"errors"
	"strings"

	"github.com/atranka/atranka/rules"
)

// Code is a stable reason for a refusal. Codes are part of the API: new ones
// are added at the end, none is renamed or given another meaning.
type Code string

// The codes.
const (
	UnknownEvent         Code = "UNKNOWN_EVENT"
	NotAllowedHere       Code = "NOT_ALLOWED_HERE"
	RoleRefused          Code = "ROLE_REFUSED"
	RuleFailed           Code = "RULE_FAILED"
	AttestationMissing   Code = "ATTESTATION_MISSING"
	SecondPersonRequired Code = "SECOND_PERSON_REQUIRED"
	CallClosed           Code = "CALL_CLOSED"
	Conflict             Code = "CONFLICT"
	IdempotencyMismatch  Code = "IDEMPOTENCY_MISMATCH"
	NotFound             Code = "NOT_FOUND"
	WrongIDType          Code = "WRONG_ID_TYPE"
	PageSize             Code = "PAGE_SIZE"
	MalformedMoney       Code = "MALFORMED_MONEY"
	BadCheckDigit        Code = "BAD_CHECK_DIGIT"
	MalformedInput       Code = "MALFORMED_INPUT"
	ReasonRequired       Code = "REASON_REQUIRED"
	DocumentRequired     Code = "DOCUMENT_REQUIRED"
	DecisionRequired     Code = "DECISION_REQUIRED"
	EnvelopeExceeded     Code = "ENVELOPE_EXCEEDED"
	DateRefused          Code = "DATE_REFUSED"
	Unauthenticated      Code = "UNAUTHENTICATED"
	TooComplex           Code = "TOO_COMPLEX"
	Internal             Code = "INTERNAL"
	DefinitionRefused    Code = "DEFINITION_REFUSED"
	CaseStuck            Code = "CASE_STUCK"
	Corrected            Code = "CORRECTED"
)

// Refusal is one reason why a command was not carried out, and what to do.
type Refusal struct {
	Code    Code
	Field   string // the input that it speaks of, such as "expectedVersion"
	Message Text
	Rule    string // the guard, where it was one: "R-06", "completeness"
	Facts   []rules.Fact
	// Unverified are the legal parameters among the facts that nobody has compared with
	// their source: the refusal may rest on a wrong number.
	Unverified []string
}

// Error is a command refused: all reasons together, so that they can be mended
// in one go. Nothing was changed.
type Error struct{ Refusals []Refusal }

// Error lists the codes and English messages.
func (e *Error) Error() string {
	parts := make([]string, len(e.Refusals))
	for i, r := range e.Refusals {
		parts[i] = string(r.Code) + ": " + r.Message.EN
	}
	return strings.Join(parts, "; ")
}

// Has says whether one of the reasons has the code.
func (e *Error) Has(c Code) bool {
	for _, r := range e.Refusals {
		if r.Code == c {
			return true
		}
	}
	return false
}

// Refuse is an [Error] of one reason.
func Refuse(c Code, field string, m Text) *Error {
	return &Error{Refusals: []Refusal{{Code: c, Field: field, Message: m}}}
}

// Refused says whether err is or wraps an [Error] with the code.
func Refused(err error, c Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Has(c)
}
