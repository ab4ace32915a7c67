package model

import (
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
)

// ItemCheck is what the administrative check of a proposal found under one item.
type ItemCheck struct {
	Item   terms.Item
	Result terms.Result
	Reason string
	// DocumentID is the evidence, nil where there is none.
	DocumentID *ident.ID
	// Outdated answers judged a version that another has replaced.
	Outdated bool
}
