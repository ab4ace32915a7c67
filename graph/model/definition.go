package model

import "github.com/atranka/atranka/workflow"

// DefinitionReport is what the checker found in a definition.
type DefinitionReport struct{ workflow.Report }

// Report is r as the API gives it, nil for none.
func Report(r *workflow.Report) *DefinitionReport {
	if r == nil {
		return nil
	}
	return &DefinitionReport{*r}
}

// Kind is what the definition is of.
func (r *DefinitionReport) Kind() string { return string(r.Report.Kind) }

// Unverified are the states whose term nobody has compared with the law.
func (r *DefinitionReport) Unverified() []string {
	out := make([]string, len(r.Report.Unverified))
	for i, s := range r.Report.Unverified {
		out[i] = string(s)
	}
	return out
}

// Against is the version that it was compared with, nil where there was none.
func (r *DefinitionReport) Against() *string { return orNil(r.Report.Against) }

// Changes are how it differs from that.
func (r *DefinitionReport) Changes() []string { return append([]string{}, r.Report.Changes...) }
