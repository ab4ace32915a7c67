package store_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestWhoIsAssignedToWhat: proposals whose evaluation goes on, each with those of its
// round, and those who hold the role.
func TestWhoIsAssignedToWhat(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		call := w.OpenCall(50_000_00)
		fresh, begun, again, scoredOne := w.Proposal(call, 0, 1_000_00), w.Proposal(call, 0, 1_000_00), w.Proposal(call, 1, 1_000_00), w.Proposal(call, 1, 1_000_00)
		w.Proposal(call, 1, 1_000_00) // a draft that nobody files
		toQuality(w, call, fresh, begun, again, scoredOne)
		assigned(w, begun, 1)
		assigned(w, begun, 0)
		w.Walk(assigned(w, begun, 2), "declareConflict")
		scored(t, s, w, call, again, [2]rules.Score{10_00, 5_00}, [2]rules.Score{10_00, 5_00})
		w.Walk(again, "putToBoard", "returnToEvaluation")
		assigned(w, again, 2)
		scored(t, s, w, call, scoredOne, [2]rules.Score{40_00, 30_00}, [2]rules.Score{40_00, 30_00})
		w.Person(workflow.Evaluator, w.LAG, w.Applicants[0])
		var got []workflow.Assigned
		var holders []workflow.Holder
		err := s.View(t.Context(), func(tx workflow.Tx) (err error) {
			if got, err = tx.Assigned(call); err != nil {
				return err
			}
			holders, err = tx.Holders(workflow.Subject{LAG: w.LAG}, []workflow.Role{workflow.Evaluator}, w.Clock.Now().Day())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []workflow.Assigned{
			{Proposal: fresh, Action: w.Actions[0], Applicant: w.Applicants[0]},
			{Proposal: begun, Action: w.Actions[0], Applicant: w.Applicants[0], Evaluators: []ident.ID{w.Evaluators[0].Person, w.Evaluators[1].Person}, Gone: map[ident.ID]workflow.StateName{w.Evaluators[2].Person: "recused"}},
			{Proposal: again, Action: w.Actions[0], Applicant: w.Applicants[1], Evaluators: []ident.ID{w.Evaluators[2].Person}},
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if len(holders) != 4 {
			t.Errorf("got %d evaluators, want 4", len(holders))
		}
	})
}
