package store

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestJudgedFieldsAreColumns: a misspelt name would judge nothing.
func TestJudgedFieldsAreColumns(t *testing.T) {
	for _, name := range workflow.JudgedFields() {
		typeName, field, _ := strings.Cut(name, ".")
		if !hasColumn(typeName, column(field)) {
			t.Errorf("%s: the schema has no such column", name)
		}
	}
}
