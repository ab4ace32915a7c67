package store

import (
	"testing"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/cite"
	"github.com/atranka/atranka/workflow"
)

// TestLinesOfAnOldEntryAreThoseOfItsRow: an entry is never changed, so one from
// before lines were a list has to bear out the row that the migration made.
func TestLinesOfAnOldEntryAreThoseOfItsRow(t *testing.T) {
	row, err := driverValue(cite.Sorted(map[string]int{"title": 19, "aim": 3}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&tx{dialect: dialect.SQLite}).stored(citation, row)
	if err != nil {
		t.Fatal(err)
	}
	for what, body := range map[string]string{
		"an object": `{"changes":[{"set":{"sourceLines":{"title":19,"aim":3}}}]}`,
		"a list":    `{"changes":[{"set":{"sourceLines":[{"field":"aim","line":3},{"field":"title","line":19}]}}]}`,
	} {
		recorded, err := workflow.DecodeBody([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if want := listed(citation, recorded.Changes[0].Set["sourceLines"]); !same(want, got) {
			t.Errorf("%s: got %v of the row, recorded %v", what, got, want)
		}
	}
	if v := map[string]any{"commitment": "x"}; !same(listed("string", v), v) {
		t.Error("a value of another column was made a list")
	}
}
