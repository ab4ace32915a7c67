package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestRecordedTimesNeverRunBackwards: writers whose clocks go on write to a
// dossier that no case locks for them.
func TestRecordedTimesNeverRunBackwards(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		engine := w.Engine
		engine.Clock = clock.System{}
		atOnce(16, func(i int) {
			for j := range 4 {
				_, err := engine.Do(t.Context(), w.People[workflow.Administrator], workflow.RecordDocument{
					ID: w.ID(ident.Document), LAG: w.LAG, Dossier: w.Meeting, Subject: w.Meeting, Kind: "LETTER", Title: "Raštas",
					Hash: fmt.Sprintf("%032d%032d", i, j), Synthetic: true,
				}.Record())
				if err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
			}
		})
		times := column(t, raw(t, address), `SELECT CAST(recorded_at AS text) FROM history_entries
			WHERE dossier_id = '`+string(w.Meeting)+`' ORDER BY n`)
		if len(times) < 64 || !slices.IsSorted(times) {
			t.Errorf("got %d entries at %v, want all in order", len(times), times)
		}
	})
}
