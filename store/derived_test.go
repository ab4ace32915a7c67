package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/collation"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// forms are a table's derived columns as the database has them, each with the
// text it is of.
func forms(t *testing.T, a *attacker, table string, d ent.Derived) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, line := range column(t, a.DB, fmt.Sprintf(`SELECT %s || '|' || COALESCE(%s, 'null') FROM %s`, d.Of, d.Name, table)) {
		text, form, _ := strings.Cut(line, "|")
		out[text] = form
	}
	return out
}

// TestFormsFollowTheirText, when a row is made and when it is changed, entry
// or draft.
func TestFormsFollowTheirText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		describe(w)
		p := w.Proposal(w.OpenCall(50_000_00), 0, 10_000_00)
		w.Must(w.ApplicantActors[0], w.Engine.EditProposal(w.LAG, p, content(w, "Šviesos žaidimai", 9_000_00)))
		a := invade(t, s, address)
		seen := 0
		for kind, spec := range ent.Columns {
			for _, d := range spec.Derived {
				for text, form := range forms(t, a, spec.Table, d) {
					seen++
					if want := d.Form.Of(text); form != want {
						t.Errorf("%s.%s of %q: got %q, want %q", kind, d.Name, text, form, want)
					}
				}
			}
		}
		if got := forms(t, a, "proposals", ent.Derived{Name: "title_words", Of: "title"})["Šviesos žaidimai"]; got != " svies zaidim " || seen < 7 {
			t.Errorf("a draft's new title among %d texts: got the words %q, want those of the title", seen, got)
		}
	})
}

// TestFormsAreNobodysToGive: a change cannot name them, and neither an entry
// nor the export has them.
func TestFormsAreNobodysToGive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		err := s.InTx(t.Context(), func(tx workflow.Tx) error {
			return tx.Apply([]workflow.Change{{Type: "Lag", ID: w.LAG, Set: workflow.Values{"nameKey": "00"}}})
		})
		if err == nil || !strings.Contains(err.Error(), "no field nameKey") {
			t.Errorf("a change of nameKey: got %v, want it refused", err)
		}
		var out bytes.Buffer
		if err := s.Export(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"nameKey", "name_key", "titleWords", "title_words"} {
			if strings.Contains(out.String(), word) {
				t.Errorf("got %s in the export or an entry, want it in neither", word)
			}
		}
	})
}

// TestVerifyNamesAWrongForm by the entry that set the text.
func TestVerifyNamesAWrongForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		org := w.ID(ident.Organisation)
		register, err := workflow.RegisterOrganisation{ID: org, Name: "Švyturys", LegalForm: "VSI"}.Record()
		done := w.MustMade(w.People[workflow.Administrator], register, err)
		a := invade(t, s, address)
		other := `'` + collation.SortKey("Žibintas") + `'`
		for change, named := range map[string]string{
			`name_key = NULL`: "name_key", `name_key = ''`: "name_key", `name_key = ` + other: "name_key", `name_words = ' zibint '`: "name_words",
			// With its text a form is not named a second time.
			`name = 'Žibintas'`: ".name =", `name = 'Žibintas', name_key = ` + other: ".name =",
		} {
			faults, _ := a.strike(t, fmt.Sprintf(`UPDATE organisations SET %s WHERE id = '%s'`, change, org))
			if len(faults) != 1 || faults[0].Kind != store.RowEdited || faults[0].N != done.N || !strings.Contains(faults[0].Detail, named) {
				t.Errorf("%s: got faults %v, want one at entry %d that names %s", change, faults, done.N, named)
			}
		}
	})
}
