package store_test

import (
	"testing"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/frozenranking"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/ranking"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// tied are two proposals under a call that has money for one, of the same score and the
// same instant.
func tied(t *testing.T, s *store.Store, w *workflowtest.World) (call, one, two ident.ID) {
	t.Helper()
	call = w.OpenCall(10_000_00)
	one, two = w.Proposal(call, 0, 10_000_00), w.Proposal(call, 1, 10_000_00)
	toQuality(w, call, two, one)
	for _, p := range []ident.ID{one, two} {
		scored(t, s, w, call, p, [2]rules.Score{40_00, 30_00})
	}
	return call, one, two
}

func freeze(t *testing.T, w *workflowtest.World, call ident.ID, lots ...ident.ID) error {
	t.Helper()
	_, err := w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.FreezeRanking(workflow.FreezeRanking{
		ID: w.ID(ident.FrozenRanking), LAG: w.LAG, Call: call, Lots: lots, Reason: "Burtai mesti posėdyje.",
		Document: w.Document(call, call), Synthetic: true,
	}))
	return err
}

// TestLotsOfAFrozenRankingDecide between those that nothing else tells apart: without
// them neither is funded, and by the last ranking the one that they name first.
func TestLotsOfAFrozenRankingDecide(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call, one, two := tied(t, s, w)
		if err := freeze(t, w, call); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("before the scores are final: got %v, want %s", err, workflow.NotAllowedHere)
		}
		w.Fire(one, "scoresFinal", nil)
		if err := freeze(t, w, call); !workflow.Refused(err, workflow.NotAllowedHere) {
			t.Errorf("before all scores are final: got %v, want %s", err, workflow.NotAllowedHere)
		}
		w.Fire(two, "scoresFinal", nil)
		refused := func(when string, p ident.ID) {
			t.Helper()
			if _, err := w.TryFire(p, "decideFund", nil); !workflow.Refused(err, workflow.RuleFailed) {
				t.Errorf("%s: got %v, want %s", when, err, workflow.RuleFailed)
			}
		}
		frozen := func(lots ...ident.ID) {
			t.Helper()
			if err := freeze(t, w, call, lots...); err != nil {
				t.Fatal(err)
			}
		}
		frozen()
		w.Fire(one, "putToBoard", nil)
		w.Fire(two, "putToBoard", nil)
		refused("a tie", one)
		frozen(one, two)
		refused("the second by lot", two)
		frozen(two, one)
		refused("the second by the later lot", one)
		w.Fire(two, "decideFund", nil)

		rows, err := s.Reader().FrozenRanking.Query().Order(ent.Asc(frozenranking.FieldOrdinal)).All(t.Context())
		if err != nil || len(rows) != 3 {
			t.Fatalf("got %d rankings, %v, want 3", len(rows), err)
		}
		first := []string{"", string(one), string(two)}
		for i, row := range rows {
			snapshot, err := ranking.Verify([]byte(row.Text))
			if err != nil || row.Ordinal != i+1 || row.Hash != ranking.Hash([]byte(row.Text)) {
				t.Errorf("version %d: got ordinal %d, hash %s, %v", i+1, row.Ordinal, row.Hash, err)
				continue
			}
			if got := snapshot.Lines[0]; first[i] != "" && (got.Proposal != first[i] || got.List != ranking.Funding) {
				t.Errorf("version %d: got %s on %s first, want %s", i+1, got.Proposal, got.List, first[i])
			}
		}
		if got := rows[0]; len(got.Lots) != 0 {
			t.Errorf("without lots: got %v", got.Lots)
		}
	})
}

// TestFrozenRankingsAreNeverChanged: the database refuses it, and where its owner has
// made it do so, verify finds which.
func TestFrozenRankingsAreNeverChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call, one, two := tied(t, s, w)
		w.Fire(one, "scoresFinal", nil)
		w.Fire(two, "scoresFinal", nil)
		if err := freeze(t, w, call); err != nil {
			t.Fatal(err)
		}
		db, _ := s.Queue()
		for _, change := range []string{"UPDATE frozen_rankings SET text = '{}'", "UPDATE frozen_rankings SET lots = NULL", "DELETE FROM frozen_rankings"} {
			if _, err := db.ExecContext(t.Context(), change); err == nil {
				t.Errorf("%s: got it done, want it refused", change)
			}
		}
		sound(t, s)
		attack(t, s, "frozen_rankings", `UPDATE frozen_rankings SET text = replace(text, '"40.00"', '"41.00"')`)
		rep, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil || len(rep.Faults) != 1 || rep.Faults[0].Kind != store.RowEdited || rep.Faults[0].Dossier != call {
			t.Errorf("with other points in its text: got %+v, %v, want %s of %s", rep.Faults, err, store.RowEdited, call)
		}
	})
}
