package store_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// BenchmarkStatistics counts a process of a thousand cases, which is more than a
// group has in a programme period, on each engine.
func BenchmarkStatistics(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			s := storetest.Open(b, storetest.Address(b, engine))
			w := workflowtest.NewWorld(b, s, storetest.Machines(b))
			call := w.OpenCall(50_000_00)
			for i := range 1000 {
				w.Fire(w.Proposal(call, i%2, 1_000_00), "submit", nil)
			}
			of := workflow.StatisticsOf{LAG: w.LAG, Kind: "proposal"}
			for b.Loop() {
				got, err := w.Engine.Statistics(b.Context(), of)
				if err != nil || len(got.Calls) != 1 || got.Calls[0].Cases != 1000 {
					b.Fatal(fmt.Errorf("got %+v: %w", got.Calls, err))
				}
			}
		})
	}
}
