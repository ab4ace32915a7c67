package store

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestCasesRunOnKindsWithRows, and every kind with rows has the machine.
func TestCasesRunOnKindsWithRows(t *testing.T) {
	all, err := workflow.LoadEmbedded(Known())
	if err != nil {
		t.Fatal(err)
	}
	ms, err := Machines()
	if err != nil {
		t.Fatal(err)
	}
	for kind := range all {
		if got, want := ms.Latest(kind) != nil, workflow.TypeOf(kind) != ""; got != want {
			t.Errorf("%s: cases run on it: got %t, want %t", kind, got, want)
		}
	}
	for _, kind := range workflow.Kinds() {
		if all[kind] == nil {
			t.Errorf("%s: got rows and no machine", kind)
		}
	}
}

// TestJudgedFieldsAreColumns: a misspelt name would judge nothing.
func TestJudgedFieldsAreColumns(t *testing.T) {
	for _, name := range workflow.JudgedFields() {
		typeName, field, _ := strings.Cut(name, ".")
		if !hasColumn(typeName, column(field)) {
			t.Errorf("%s: the schema has no such column", name)
		}
	}
}
