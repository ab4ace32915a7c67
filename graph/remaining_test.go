package graph_test

import (
	"fmt"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestMoneyIsToldByWhatHasBecomeOfIt: a call's budget while it may decide, its grants once it has,
// contracts that were concluded, and claims that were paid.
func TestMoneyIsToldByWhatHasBecomeOfIt(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		query := fmt.Sprintf(`{ remaining(strategyId: %q) { allocated committed contracted paid free actions { code allocated committed contracted paid free } } }`, a.Strategy)
		told := func(when, allActions, first string) {
			t.Helper()
			r := a.must(a.People[workflow.BoardMember], query, nil)
			var got [2]string
			for i, at := range []any{r.at("remaining"), r.at("remaining", "actions", 0)} {
				sums := at.(map[string]any)
				got[i] = fmt.Sprint(sums["allocated"], " ", sums["committed"], " ", sums["contracted"], " ", sums["paid"], " ", sums["free"])
			}
			if got != [2]string{allActions, first} {
				t.Errorf("%s: got %q, want %q and %q", when, got, allActions, first)
			}
		}
		told("before any call", "200000.00 0.00 0.00 0.00 200000.00", "100000.00 0.00 0.00 0.00 100000.00")
		call, proposal, contract := a.InForce()
		told("with a contract, and the call not decided", "200000.00 50000.00 10000.00 0.00 150000.00", "100000.00 50000.00 10000.00 0.00 50000.00")
		a.Fire(call, "decide", nil)
		claim := a.Beside("payment_claim", contract, "INTERIM", map[string]string{"amount": "4000.00"})
		a.Walk(claim, "submit", "startCheck")
		a.Fire(claim, "approve", map[string]string{"accepted": "3000.00"})
		told("with a claim that is approved", "200000.00 10000.00 10000.00 0.00 190000.00", "100000.00 10000.00 10000.00 0.00 90000.00")
		a.Walk(claim, "sendToTreasury", "pay")
		before := a.reads.n.Load()
		told("with one that is paid", "200000.00 10000.00 10000.00 3000.00 190000.00", "100000.00 10000.00 10000.00 3000.00 90000.00")
		if got := a.reads.n.Load() - before; got > 7 {
			t.Errorf("got %d statements, want at most 7, however many actions there are", got)
		}
		a.Walk(contract, "terminate")
		for _, closed := range []workflow.EventName{"", "settle"} {
			if closed != "" {
				a.Fire(contract, closed, nil)
			}
			r := a.must(a.People[workflow.BoardMember], query, nil)
			if r.at("remaining", "contracted") != "0.00" || r.at("remaining", "paid") != "3000.00" {
				t.Errorf("with the contract undone, %s: got %s, want nothing contracted, and what was paid", closed, r.body)
			}
		}
		for name, who := range map[string]workflow.Actor{"the public": public, "an applicant": a.ApplicantActors[0], "another group's administrator": a.Outsider} {
			if r := a.must(who, query, nil); r.at("remaining") != nil {
				t.Errorf("%s: got %s, want null", name, r.body)
			}
		}
		if r := a.ask(public, fmt.Sprintf(`{ remaining(strategyId: %q) { free } }`, proposal), nil); r.code() != string(workflow.WrongIDType) {
			t.Errorf("of a proposal: got %s, want %s", r.body, workflow.WrongIDType)
		}
	})
}
