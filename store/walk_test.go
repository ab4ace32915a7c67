package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestRandomWalksStayOnTheDefinitionAndReplay sends events, legal ones and
// others, complete and not, by those who may and by others: whatever happens,
// a case moves along a step of its definition or stays where it is, what was
// explained comes true, and the history makes the rows that stand there.
func TestRandomWalksStayOnTheDefinitionAndReplay(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	reached := map[workflow.StateName]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		k := newWalk(w, rapid.Int64Range(0, 2).Draw(rt, "scores"), rapid.IntRange(0, 2).Draw(rt, "stage"))
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			k.step(rt)
		}
		for _, id := range k.subjects {
			now := w.Subject(id)
			reached[now.State] = true
			replays(rt, s, now)
		}
	})
	if len(reached) < 12 {
		t.Errorf("got to %d states, want a dozen: %v", len(reached), slices.Sorted(maps.Keys(reached)))
	}
	sound(t, s)
}

// walk is one call with a proposal somewhere on its way, and its contract.
type walk struct {
	*workflowtest.World
	call, proposal ident.ID
	subjects       []ident.ID
	points         rules.Score
	scored         bool
}

// newWalk begins with a draft, where money was awarded and a contract is
// prepared, or where matters run beside a contract in force: few walks from a
// draft come so far.
func newWalk(w *workflowtest.World, scores int64, stage int) *walk {
	k := &walk{World: w, call: w.OpenCall(100_00), points: rules.Score(25_00 + scores*12_00)}
	k.proposal = w.Proposal(k.call, 0, 100_00)
	k.subjects = []ident.ID{k.proposal, k.proposal, k.proposal, k.call}
	if stage == 0 {
		return k
	}
	w.Fire(k.proposal, "submit", nil)
	w.CloseCall(k.call)
	w.ToBoard(k.proposal, k.call, 50_00)
	w.Fire(k.proposal, "decideFund", nil)
	contract := w.ID(ident.Contract)
	w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
		ID: contract, LAG: w.LAG, Proposal: k.proposal, Grant: 100_00, Synthetic: true,
	}))
	k.subjects, k.scored = append(k.subjects, contract, contract), true
	if stage == 1 {
		return k
	}
	w.Walk(k.proposal, "apply", "impApprove")
	w.Walk(contract, "offer", "sign", "start")
	claim := w.Beside("payment_claim", contract, "INTERIM", map[string]string{"amount": "40.00"})
	k.subjects = append(k.subjects,
		claim, claim, w.Beside("irregularity", claim, "", map[string]string{"amount": "40.00"}),
		w.Beside("recovery", contract, "", map[string]string{"amount": "40.00"}), w.Beside("amendment", contract, "MINOR", nil),
		w.Beside("progress_report", contract, "INTERIM", nil), w.Beside("appeal", claim, "", nil),
	)
	return k
}

// step tries one event.
func (k *walk) step(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "wait") == 0 {
		k.Clock.Advance(9 * 24 * time.Hour)
	}
	id := rapid.SampledFrom(k.subjects).Draw(rt, "subject")
	before := k.Subject(id)
	if before.State == "quality_evaluation" && !k.scored {
		k.Evaluate(k.proposal, k.call, k.points)
		k.scored = true
	}
	m := k.Engine.Machines.Pinned(before.Definition)
	open := k.Events(id)
	if len(open) == 0 || rapid.IntRange(0, 6).Draw(rt, "stray") == 0 {
		k.stray(rt, before, m)
		return
	}
	event := rapid.SampledFrom(open).Draw(rt, "event")
	actor, f := k.Prepared(id, event, nil)
	before = k.Subject(id)
	complete := rapid.IntRange(0, 4).Draw(rt, "incomplete") != 0
	if !complete {
		f.Reason, f.Document, f.Given = "", "", nil
	}
	answer := k.explained(rt, actor, id, event)
	done, err := k.Send(actor, f)
	if complete && answer.Allowed != (err == nil) {
		rt.Fatalf("%s in %s: explained allowed %t %v, fired %v", event, before.State, answer.Allowed, answer.BlockedBy, err)
	}
	if !answer.Allowed && err == nil {
		rt.Fatalf("%s in %s: fired, and was explained as blocked by %v", event, before.State, answer.BlockedBy)
	}
	after := k.Subject(id)
	if err != nil {
		k.stays(rt, before, after, err)
		return
	}
	step, _ := m.Lookup(before.State, event)
	if after.State != step.To || after.Version != before.Version+1 || done.Subject != after {
		rt.Fatalf("%s in %s: got %+v and %+v, want %s in version %d", event, before.State, after, done.Subject, step.To, before.Version+1)
	}
}

// stray sends any event of any kind by anybody, with nothing.
func (k *walk) stray(rt *rapid.T, before workflow.Subject, m *workflow.Machine) {
	var all []workflow.EventName
	for _, s := range m.States() {
		for _, c := range m.EventsFrom(s.Name) {
			all = append(all, c.Event)
		}
	}
	event := rapid.SampledFrom(all).Draw(rt, "event")
	role := rapid.SampledFrom([]workflow.Role{
		workflow.Administrator, workflow.Chair, workflow.Secretary, workflow.Auditor, workflow.BoardMember,
	}).Draw(rt, "role")
	_, err := k.Do(k.People[role], workflow.Fire{Subject: before.ID, Event: event, ExpectedVersion: before.Version})
	after := k.Subject(before.ID)
	if err != nil {
		k.stays(rt, before, after, err)
		return
	}
	step, ok := m.Lookup(before.State, event)
	if pending := after == before; !pending && (!ok || after.State != step.To) {
		rt.Fatalf("%s in %s: got %s, want it along a step", event, before.State, after.State)
	}
}

func (k *walk) stays(rt *rapid.T, before, after workflow.Subject, err error) {
	var refused *workflow.Error
	if !asRefused(err, &refused) {
		rt.Fatalf("got %v, want a refusal", err)
	}
	if after != before {
		rt.Fatalf("refused with %v: got %+v, want %+v", err, after, before)
	}
}

func asRefused(err error, into **workflow.Error) bool {
	refused, ok := err.(*workflow.Error) //nolint:errorlint // the engine gives it back as it is
	*into = refused
	return ok && len(refused.Refusals) > 0
}

func (k *walk) explained(rt *rapid.T, a workflow.Actor, id ident.ID, event workflow.EventName) workflow.Explanation {
	answers, err := k.Engine.Explain(k.T.Context(), a, id)
	if err != nil {
		rt.Fatal(err)
	}
	i := slices.IndexFunc(answers, func(x workflow.Explanation) bool { return x.Event == event })
	if i < 0 {
		rt.Fatalf("%s of %s is not explained", event, id)
	}
	return answers[i]
}

// replays holds the case against what its dossier makes of it.
func replays(rt *rapid.T, s *store.Store, now workflow.Subject) {
	made, err := s.Replayed(rt.Context(), now.Dossier)
	if err != nil {
		rt.Fatal(err)
	}
	row := made[now.ID]
	if row["state"] != string(now.State) || fmt.Sprint(row["version"]) != strconv.Itoa(now.Version) || row["definition"] != now.Definition {
		rt.Fatalf("%s: replayed to %v %v, want %s in version %d", now.ID, row["state"], row["version"], now.State, now.Version)
	}
}
