package store_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestACallIsEvaluatedFromItsPool: as many proposals as each takes, whoever declines makes room, and
// the third evaluator is of it.
func TestACallIsEvaluatedFromItsPool(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		office := w.People[workflow.Administrator]
		call := w.OpenCall(5_000_00)
		var all []ident.ID
		for range 2 {
			p := w.Proposal(call, 0, 1_000_00)
			w.Fire(p, "submit", nil)
			all = append(all, p)
		}
		w.CloseCall(call)
		w.Fire(call, "publishReceivedList", nil)
		for _, p := range all {
			w.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		}
		one, two, third, other := w.Evaluators[0], w.Evaluators[1], w.Person(workflow.Evaluator, w.LAG, ""), w.Person(workflow.Evaluator, w.LAG, "")
		pool := func(members ...terms.Member) {
			t.Helper()
			w.Must(office, workflow.SetPool{LAG: w.LAG, Call: call, Members: members}.Record())
		}
		member := func(who workflow.Actor, capacity int, knows ...ident.ID) terms.Member {
			return terms.Member{Person: who.Person, Capacity: capacity, Competences: knows}
		}
		assign := func(p ident.ID, who workflow.Actor) (ident.ID, error) {
			id := w.ID(ident.Evaluation)
			_, err := w.Engine.Do(t.Context(), office, w.Engine.AssignEvaluator(workflow.AssignEvaluator{ID: id, LAG: w.LAG, Proposal: p, Evaluator: who.Person, Synthetic: true}))
			return id, err
		}
		refused := func(what string, p ident.ID, who workflow.Actor, want string) {
			t.Helper()
			if _, err := assign(p, who); !workflow.Refused(err, workflow.RuleFailed) || refusedBy(err) != want {
				t.Errorf("%s: got %v, want RULE_FAILED by %s", what, err, want)
			}
		}
		pool(member(one, 1), member(two, 2, w.Actions[0]), member(third, 1))
		refused("somebody else", all[0], other, "pool")
		first, err := assign(all[0], one)
		if err != nil {
			t.Fatal(err)
		}
		refused("beyond what they take", all[1], one, "capacity")
		out, err := w.Engine.SuggestAssignment(t.Context(), call, workflow.SuggestAssignment{Each: 1})
		if err != nil || len(out.Pairs) != 1 || out.Pairs[0].Evaluator == string(one.Person) || out.Pairs[0].Evaluator == string(other.Person) {
			t.Errorf("got %v and %v, want the second proposal with somebody of the pool who has room", out.Pairs, err)
		}
		if _, err := w.Engine.Do(t.Context(), one, workflow.Fire{Subject: first, Event: "decline"}); !workflow.Refused(err, workflow.ReasonRequired) {
			t.Errorf("declined without a reason: got %v, want it asked for", err)
		}
		w.Must(one, workflow.Fire{Subject: first, Event: "decline", Reason: "Atostogos"})
		if _, err := assign(all[1], one); err != nil {
			t.Errorf("after declining another: got %v, want room", err)
		}
		pool(member(two, 2), member(third, 1), member(one, 2), member(w.Person(workflow.Evaluator, w.LAG, ""), 1))
		load, err := w.Engine.Load(t.Context(), call)
		if err != nil || len(load) != 1 || load[one.Person] != 1 {
			t.Errorf("got the load %v and %v, want one proposal of one evaluator", load, err)
		}
		w.Fire(all[1], "withdraw", nil)
		if load, err := w.Engine.Load(t.Context(), call); err != nil || len(load) != 0 {
			t.Errorf("withdrawn: got the load %v and %v, want room again", load, err)
		}
		row, err := s.Reader().Call.Get(t.Context(), call)
		if err != nil || len(row.Pool) != 4 || row.Pool[0].Person != two.Person {
			t.Errorf("got %v and %v, want the last pool", row.Pool, err)
		}
		var versions int
		for _, kind := range kindsOf(t, s, call) {
			if kind == "call.pool" {
				versions++
			}
		}
		if versions != 2 {
			t.Errorf("got %d pools in the history, want both", versions)
		}
	})
}

func refusedBy(err error) string {
	refused, _ := err.(*workflow.Error) //nolint:errorlint // as the engine gives it
	if refused == nil || len(refused.Refusals) == 0 {
		return ""
	}
	return refused.Refusals[0].Rule
}
