// Package terms owns the lists that a call carries in its own row and what is answered
// to them: the administrative checklist, the unit costs, the pool of evaluators. It is
// apart from the domain so that the generated client and the API can hold them without
// the engine. It knows neither rows nor rules; whoever writes a list checks it.
package terms

import (
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
)

// Item is one line of a call's administrative checklist (administracinės atitikties
// vertinimo klausimas).
type Item struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	// Guidance says what is looked at, and may be empty.
	Guidance string `json:"guidance,omitempty"`
}

// Result is what an item of the checklist came to.
type Result string

// The results of an item.
const (
	Met           Result = "MET"
	NotMet        Result = "NOT_MET"
	NotApplicable Result = "NOT_APPLICABLE"
)

// Answer is what the check of one proposal found under one item.
type Answer struct {
	Item   string `json:"item"` // its code
	Result Result `json:"result"`
	Reason string `json:"reason"`
	// Document is the evidence, where there is one.
	Document ident.ID `json:"document,omitempty"`
	// Version is the version of the proposal that it judges, counted from 1.
	Version int `json:"version,omitempty"`
}

// UnitCost (fiksuotasis įkainis) is what the call pays for one unit, or the most that a
// unit may cost.
type UnitCost struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Unit  string `json:"unit"`
	// Rate is for one unit.
	Rate money.Amount `json:"rate"`
}

// Member is an evaluator of a call's pool.
type Member struct {
	Person ident.ID `json:"person"`
	// Competences are the actions of the strategy that they know; none means all.
	Competences []ident.ID `json:"competences,omitempty"`
	// Capacity is how many proposals of the call they take.
	Capacity int `json:"capacity"`
}
