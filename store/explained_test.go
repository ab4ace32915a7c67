package store_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// start begins a case from which more states can be reached than from a draft
// alone: what the money, the scores and the mode of the call allow.
type start func(w *workflowtest.World) (subject, call ident.ID)

var starts = map[workflow.Kind][]start{
	"call": {
		func(w *workflowtest.World) (ident.ID, ident.ID) { c := w.Call(100_00); return c, c },
		func(w *workflowtest.World) (ident.ID, ident.ID) { // with a proposal
			call := w.OpenCall(100_00)
			w.Fire(w.Proposal(call, 0, 100_00), "submit", nil)
			w.Clock.Advance(31 * 24 * time.Hour)
			w.Fire(call, "close", nil)
			return call, call
		},
	},
	"proposal": {
		func(w *workflowtest.World) (ident.ID, ident.ID) {
			call := w.OpenCall(100_00)
			return w.Proposal(call, 0, 100_00), call
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // on paper, in time
			call := w.OpenCall(100_00)
			return typedIn(w, call), call
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // on paper, too late
			call := w.OpenCall(100_00)
			p := typedIn(w, call)
			w.Clock.Advance(31 * 24 * time.Hour)
			return p, call
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // under state planning
			normal := w.Measure
			defer func() { w.Measure = normal }()
			w.Measure = w.ID(ident.Measure)
			w.Must(workflow.SystemActor(), workflow.RegisterMeasure{ID: w.Measure, Code: string(w.Measure), Mode: "V"}.Record())
			p := onAgenda(w, 100_00, 100_00, 1)[0]
			w.Fire(p, "decideFund", nil)
			return p, factsOf(w.T, w, p).Call.ID
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // below the threshold
			call, p := w.InQuality(100_00, 100_00)
			w.Evaluate(p, call, 25_00)
			return p, call
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // of one evaluator, by whom nothing is concluded
			call, p := w.InQuality(100_00, 100_00)
			both := w.Evaluators
			defer func() { w.Evaluators = both }()
			w.Evaluators = both[:1]
			w.Evaluate(p, call, 25_00)
			return p, call
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // the money is gone
			all := onAgenda(w, 100_00, 100_00, 2)
			w.Fire(all[0], "decideFund", nil)
			return all[1], factsOf(w.T, w, all[1]).Call.ID
		},
		func(w *workflowtest.World) (ident.ID, ident.ID) { // the money is gone, and an appeal was upheld
			all := onAgenda(w, 100_00, 100_00, 2)
			w.Fire(all[0], "decideFund", nil)
			w.Fire(all[1], "decideReject", nil)
			w.Walk(w.Beside("appeal", all[1], "", nil), "admit", "startReview", "upholdToBoardAgenda")
			return all[1], factsOf(w.T, w, all[1]).Call.ID
		},
	},
	"evaluation": {
		evaluating(), evaluating(50_00), evaluating(50_00, 50_00), evaluating(50_00, 25_00),
	},
	"meeting": {
		seated{mode: workflow.InPerson}.begin, seated{mode: workflow.InPerson, there: true}.begin, seated{mode: workflow.InWriting, empty: true}.begin,
	},
	"agenda_item": {
		seated{mode: workflow.InPerson, item: true}.begin, seated{mode: workflow.InPerson, item: true, there: true}.begin,
		seated{mode: workflow.InPerson, item: true, there: true, votes: rules.For}.begin, seated{mode: workflow.InPerson, item: true, there: true, votes: rules.Against}.begin,
	},
	"amendment": {
		beginning("amendment", "MINOR"), beginning("amendment", "SUBSTANTIAL"),
	},
	"payment_claim":   {beginning("payment_claim", "INTERIM")},
	"progress_report": {beginning("progress_report", "FINAL")},
	"recovery":        {beginning("recovery", "")},
	"appeal": {
		beginning("appeal", ""),
		func(w *workflowtest.World) (ident.ID, ident.ID) { // about a proposal, which it moves
			p := onAgenda(w, 100_00, 100_00, 1)[0]
			w.Fire(p, "decideReject", nil)
			return w.Beside("appeal", p, "", nil), factsOf(w.T, w, p).Call.ID
		},
	},
	"irregularity": {beginning("irregularity", "")},
	"minutes":      {minuted(true), minuted(false)},
	"contract": {func(w *workflowtest.World) (ident.ID, ident.ID) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(p, "decideFund", "apply", "impApprove")
		id := w.ID(ident.Contract)
		w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
			ID: id, LAG: w.LAG, Proposal: p, Grant: 100_00, Synthetic: true,
		}))
		return id, factsOf(w.T, w, p).Call.ID
	}},
}

// evaluating begins an evaluation that is not handed in, or the first of as many as there
// are points.
func evaluating(points ...rules.Score) start {
	return func(w *workflowtest.World) (ident.ID, ident.ID) {
		call, p := w.InQuality(100_00, 100_00)
		if len(points) == 0 {
			return w.Assign(p, w.Evaluators[0]), call
		}
		both := w.Evaluators
		defer func() { w.Evaluators = both }()
		for i, n := range points {
			w.Evaluators = both[i : i+1]
			w.Evaluate(p, call, n)
		}
		return factsOf(w.T, w, p).Proposal.Evaluations[0].ID, call
	}
}

// seated is a meeting that begins, or an item of it: planned, or with everybody there, in
// session, or voted in one way. An empty one has no item.
type seated struct {
	mode               string
	item, there, empty bool
	votes              rules.Vote
}

func (x seated) begin(w *workflowtest.World) (ident.ID, ident.ID) {
	p := onAgenda(w, 100_00, 100_00, 1)[0]
	board := w.Board(workflowtest.Thirds(1)...)
	meeting := w.Plan(x.mode)
	if x.empty {
		return meeting, factsOf(w.T, w, p).Call.ID
	}
	item := w.Table(meeting, p, "decideFund")
	call := factsOf(w.T, w, p).Call.ID
	if x.item || x.there {
		w.Fire(meeting, "sendAgenda", nil)
	}
	if x.there {
		w.Declare(meeting, board...)
		w.Arrive(meeting, board...)
	}
	if x.item && x.there {
		w.Fire(meeting, "open", nil)
	}
	if x.votes != "" {
		w.Walk(item, "open", "startVoting")
		w.Cast(item, x.votes, board...)
		w.Fire(item, "closeVoting", nil)
	}
	if x.item {
		return item, call
	}
	return meeting, call
}

// beginning begins a matter about a contract in force.
func beginning(kind workflow.Kind, form string) start {
	return func(w *workflowtest.World) (ident.ID, ident.ID) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		w.Walk(p, "decideFund", "apply", "impApprove")
		contract := w.ID(ident.Contract)
		w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
			ID: contract, LAG: w.LAG, Proposal: p, Grant: 100_00, Synthetic: true,
		}))
		w.Walk(contract, "offer", "sign", "start")
		return w.Beside(kind, contract, form, map[string]string{"amount": "40.00"}), factsOf(w.T, w, p).Call.ID
	}
}

// minuted begins the minutes of a meeting that was held here, or on paper.
func minuted(here bool) start {
	return func(w *workflowtest.World) (ident.ID, ident.ID) {
		p := onAgenda(w, 100_00, 100_00, 1)[0]
		meeting := w.OnPaper()
		if here {
			meeting = w.Sit(p, "decideFund")
		}
		return w.Beside("minutes", meeting, "", nil), factsOf(w.T, w, p).Call.ID
	}
}

// typedIn is a draft that the office began for an applicant.
func typedIn(w *workflowtest.World, call ident.ID) ident.ID {
	id := w.ID(ident.Proposal)
	w.Must(w.People[workflow.Administrator], w.Engine.DraftProposal(workflow.DraftProposal{
		ID: id, LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: w.Applicants[0], Sourced: workflow.Sourced{Synthetic: true},
	}))
	return id
}

// TestEveryExplainedAnswerComesTrue walks to the states of each machine and
// there fires, for everybody, what was explained to them: what was allowed
// fires, what was blocked is refused for the reasons that were told. Each
// attempt goes through the whole store and is rolled back.
func TestEveryExplainedAnswerComesTrue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		if raced && strings.HasPrefix(address, "sqlite") {
			t.Skip("SQLite is ten times slower under the race detector; it runs without it")
		}
		w := workflowtest.NewWorld(t, storetest.Open(t, address), storetest.Machines(t))
		for kind, all := range starts {
			seen, asked, allowed := map[workflow.StateName]bool{}, 0, 0
			for _, begin := range all {
				explore(w, begin, seen, func(id ident.ID) {
					a, b := answers(t, w, id)
					asked, allowed = asked+a, allowed+b
				})
			}
			var missed []workflow.StateName
			for _, s := range w.Engine.Machines.Latest(kind).States() {
				if !seen[s.Name] {
					missed = append(missed, s.Name)
				}
			}
			if len(missed) > 0 {
				t.Errorf("%s: never got to %v", kind, missed)
			}
			t.Logf("%s: %d states, %d answers asked for, %d of them allowed", kind, len(seen), asked, allowed)
		}
	})
}

// explore walks from the start to every state that was not seen yet, by the
// fewest steps, each time with a case of its own.
func explore(w *workflowtest.World, begin start, seen map[workflow.StateName]bool, visit func(ident.ID)) {
	type walk struct {
		way  []workflow.EventName
		goal workflow.StateName
	}
	queue := []walk{{}}
	for ; len(queue) > 0; queue = queue[1:] {
		way := queue[0].way
		if seen[queue[0].goal] { // since it was put there
			continue
		}
		id, ok := walkTo(w, begin, way)
		state := workflow.StateName("")
		if ok {
			state = w.Subject(id).State
		}
		// Where a case begins it is asked again: other facts stand there.
		if !ok || (seen[state] && len(way) > 0) {
			continue
		}
		seen[state] = true
		visit(id)
		m := w.Engine.Machines.Pinned(w.Subject(id).Definition)
		for _, c := range m.EventsFrom(state) {
			if !seen[c.To] {
				queue = append(queue, walk{append(slices.Clone(way), c.Event), c.To})
			}
		}
	}
}

func walkTo(w *workflowtest.World, begin start, way []workflow.EventName) (id ident.ID, ok bool) {
	id, call := begin(w)
	scored := factsOf(w.T, w, id).Proposal != nil && len(factsOf(w.T, w, id).Proposal.Evaluations) > 0
	for _, event := range way {
		if event == "scoresFinal" && !scored {
			w.Evaluate(id, call, 50_00) // the last of which takes the case along
			scored = true
			continue
		}
		if joined(w, id, event) {
			return id, false
		}
		if _, err := w.TryFire(id, event, nil); err == nil {
			continue
		}
		w.Clock.Advance(31 * 24 * time.Hour) // what only time lets happen, and what only then can be assessed
		for _, e := range []workflow.EventName{"close", "startEvaluation", "publishReceivedList"} {
			if id != call && slices.Contains(w.Events(call), e) {
				_, _ = w.TryFire(call, e, nil)
			}
		}
		if !slices.Contains(w.Events(id), event) {
			return id, false
		}
		if _, err := w.TryFire(id, event, nil); err != nil {
			return id, false
		}
	}
	return id, true
}

// joined events are fired on another subject: a contract's are explored there.
func joined(w *workflowtest.World, id ident.ID, event workflow.EventName) bool {
	s := w.Subject(id)
	c, _ := w.Engine.Machines.Pinned(s.Definition).Lookup(s.State, event)
	return len(c.Transition.By) == 1 && c.Transition.By[0].Role == workflow.Join && s.Kind == "contract"
}

// answers explains the subject to everybody and fires what was told.
func answers(t *testing.T, w *workflowtest.World, id ident.ID) (asked, allowed int) {
	t.Helper()
	s := w.Subject(id)
	m := w.Engine.Machines.Pinned(s.Definition)
	acts := map[workflow.StateName][]workflow.Fire{} // by the state that somebody is told
	for _, state := range []workflow.StateName{s.State, w.Engine.Machines.Told(s.Definition, s.State)} {
		acts[state] = nil
		for _, c := range m.EventsFrom(state) {
			_, f := w.PreparedFrom(state, id, c.Event, nil) // records the decision and the paper that it names
			acts[state] = append(acts[state], f)
		}
	}
	s = w.Subject(id)
	for name, who := range everybody(w, s) {
		explained, err := w.Engine.Explain(t.Context(), who, id)
		if workflow.Refused(err, workflow.NotFound) {
			continue
		}
		state := s.State
		if len(explained) > 0 {
			state = explained[0].From
		}
		open := m.EventsFrom(state)
		if err != nil || len(explained) != len(open) {
			t.Fatalf("%s to %s: got %d of %d events explained and %v", state, name, len(explained), len(open), err)
		}
		for i, x := range explained {
			f := acts[state][i]
			f.ExpectedVersion, f.OnBehalfOf = w.Told(who, s).Version, capacityOf(open[i], who, s)
			told := codesOf(&workflow.Error{Refusals: x.BlockedBy})
			asked++
			if x.Allowed {
				allowed++
			}
			if err := undone(t, w, who, f, s.Version); x.Event != f.Event || x.Allowed != (err == nil) || !slices.Equal(codesOf(err), told) {
				t.Errorf("%s in %s by %s: fired %v, explained %t and %v", x.Event, state, name, err, x.Allowed, x.BlockedBy)
			}
		}
	}
	return asked, allowed
}

func everybody(w *workflowtest.World, s workflow.Subject) map[string]workflow.Actor {
	all := map[string]workflow.Actor{"the engine": workflow.SystemActor(), "the applicant": w.ActorFor(workflow.Applicant, s), "an evaluator": w.Evaluators[0]}
	for role, a := range w.People {
		if !raced || role == workflow.Administrator { // everybody is asked without the race detector
			all[string(role)] = a
		}
	}
	return all
}

// capacityOf is for whom the actor would act.
func capacityOf(c workflow.Concrete, who workflow.Actor, s workflow.Subject) workflow.Role {
	for _, by := range c.Transition.By {
		if who.Holds(by.Role, s) {
			return by.OnBehalfOf
		}
	}
	return ""
}

func codesOf(err error) []workflow.Code {
	var refused *workflow.Error
	if !errors.As(err, &refused) {
		return nil
	}
	codes := map[workflow.Code]bool{}
	for _, r := range refused.Refusals {
		codes[r.Code] = true
	}
	return slices.Sorted(maps.Keys(codes))
}

var errUndone = errors.New("undone")

// undone fires, confirms where that is needed, and rolls everything back.
func undone(t *testing.T, w *workflowtest.World, who workflow.Actor, f workflow.Fire, before int) (err error) {
	t.Helper()
	rolled := w.Engine.Store.InTx(t.Context(), func(tx workflow.Tx) error {
		e := &workflow.Engine{
			Machines: w.Engine.Machines, Store: within{tx}, Clock: w.Clock, IDs: w.Engine.IDs, Random: w.Engine.Random, Simulated: true,
		}
		var done workflow.Done
		if done, err = e.Do(t.Context(), who, f); err == nil && done.Pending != nil {
			done, err = e.Do(t.Context(), w.Second(who, f), workflow.Confirm{ID: done.Pending.ID})
		}
		if err == nil && (done.N == 0 || done.Subject.Version != before+1) {
			t.Errorf("%s: got %+v, want an entry and the next version", f.Event, done)
		}
		return errUndone
	})
	if !errors.Is(rolled, errUndone) {
		t.Fatalf("%s: %v", f.Event, rolled)
	}
	return err
}

// within is a store that lives inside one transaction.
type within struct{ tx workflow.Tx }

func (s within) InTx(_ context.Context, f func(workflow.Tx) error) error { return f(s.tx) }
func (s within) View(_ context.Context, f func(workflow.Tx) error) error { return f(s.tx) }
