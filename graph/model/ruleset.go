package model

import (
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// RuleSet is a dated layer of parameters.
type RuleSet struct {
	ID            ident.ID
	Layer         string
	LagID         *ident.ID
	Version       string
	EffectiveFrom clock.Date
	EffectiveTo   *clock.Date
	LegalRefs     []string
	Decision      *string
	Synthetic     bool
	Parameters    []*ParameterValue
}
