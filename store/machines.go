package store

import (
	"maps"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// datumTypes are the types of data by the Go type of the column that keeps them.
var datumTypes = map[string]string{
	"money.Amount": "money", "clock.Date": "date", "clock.Instant": "instant", "ident.ID": "id", "int": "integer",
	"string": "text", "bool": "flag",
}

// Known is what definitions may rely on: the engine's guards and effects, and
// the fields that the schema has.
func Known() workflow.Known {
	fields := map[workflow.Kind]map[string]string{}
	for _, kind := range workflow.Kinds() {
		fields[kind] = map[string]string{}
		for _, c := range ent.Columns[workflow.TypeOf(kind)].Columns {
			if t := datumTypes[c.Type]; t != "" {
				fields[kind][field(c.Name)] = t
			}
		}
	}
	return workflow.Known{
		Guards: workflow.KnownGuards(), Effects: workflow.KnownEffects(), Fields: fields,
		Veiled: map[workflow.Kind]bool{"proposal": true}, // as the API tells of them
	}
}

// Machines compiles the embedded definitions; cases run on those whose subjects
// have rows.
func Machines() (*workflow.Machines, error) {
	byKind, err := workflow.LoadEmbedded(Known())
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(byKind, func(k workflow.Kind, _ *workflow.Machine) bool { return workflow.TypeOf(k) == "" })
	return workflow.NewMachines(slices.Collect(maps.Values(byKind))...), nil
}
