package graph_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// TestBoardReadsWhatWasReceivedAlone: the list of received proposals opens those
// that it names, and no draft that was never handed in.
func TestBoardReadsWhatWasReceivedAlone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		received, kept := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 1, 10_000_00)
		a.Fire(received, "submit", nil)
		typed := a.ID(ident.Proposal)
		a.Must(a.People[workflow.Administrator], a.Engine.DraftProposal(workflow.DraftProposal{
			ID: typed, LAG: a.LAG, Call: call, Action: a.Actions[0], Applicant: a.Applicants[1], Sourced: workflow.Sourced{Synthetic: true},
		}))
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		board := a.People[workflow.BoardMember]
		if got := a.must(board, `{ proposals(first: 10) { totalCount } }`, nil).at("proposals", "totalCount"); got != 1.0 {
			t.Errorf("got %v proposals, want the one that was received", got)
		}
		for id, want := range map[ident.ID]bool{received: true, kept: false, typed: false} {
			node := a.must(board, fmt.Sprintf(`{ node(id: %q) { id ... on Proposal { budgetLines { amount } } } }`, id), nil).at("node")
			if (node != nil) != want {
				t.Errorf("%s: got the node %v, want it seen = %t", id, node, want)
			}
			_, err := a.Engine.Do(t.Context(), board, workflow.Fire{Subject: id, Event: "register", ExpectedVersion: 1})
			if missing := workflow.Refused(err, workflow.NotFound); missing == want {
				t.Errorf("%s: got %v for an attempt, want it unknown = %t", id, err, !want)
			}
		}
	})
}
