package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// TestJudgedFieldsAreColumns: a misspelt name would judge nothing.
func TestJudgedFieldsAreColumns(t *testing.T) {
	for _, name := range workflow.JudgedFields() {
		typeName, field, _ := strings.Cut(name, ".")
		snake := ""
		for _, r := range field {
			if 'A' <= r && r <= 'Z' {
				snake += "_"
			}
			snake += strings.ToLower(string(r))
		}
		known := slices.ContainsFunc(ent.Columns[typeName].Columns, func(c ent.Column) bool { return c.Name == snake })
		if !known {
			t.Errorf("%s: the schema has no such column", name)
		}
	}
}
