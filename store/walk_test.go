package store_test

import (
	"cmp"
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
	states, _ := campaign(t, s, w, func(rt *rapid.T, seen coverage) *walk {
		return newWalk(w, seen, rapid.Int64Range(0, 2).Draw(rt, "scores"), rapid.IntRange(0, 2).Draw(rt, "stage"))
	})
	if states < 12 {
		t.Errorf("got to %d states, want a dozen", states)
	}
}

// TestRandomWalksOfMattersStayOnTheDefinitionAndReplay is the same for what runs
// beside a case, one matter after another, each led to where none has been yet.
func TestRandomWalksOfMattersStayOnTheDefinitionAndReplay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		var about *matters
		states, steps := campaign(t, s, w, func(rt *rapid.T, seen coverage) *walk {
			if about == nil || about.begun == mattersOfOne {
				k := newWalk(w, seen, 0, 1)
				about = &matters{proposal: k.proposal, contract: k.run()}
			}
			return about.next(rt, w, seen)
		})
		if states < 38 || steps < 50 {
			t.Errorf("got to %d states by %d steps, want 38 of the 50 and 50 of the 90", states, steps)
		}
	})
}

// TestRandomWalksOfMinutesStayOnTheDefinitionAndReplay is the same for minutes, some of a
// meeting that was held here, some beside others that are signed already.
func TestRandomWalksOfMinutesStayOnTheDefinitionAndReplay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		held := w.Sit(call, "amend")
		states, steps := campaign(t, s, w, func(rt *rapid.T, seen coverage) *walk {
			meeting := w.OnPaper()
			if held != "" { // once, for whoever presided signs
				meeting, held = held, ""
			}
			k := &walk{World: w, seen: seen, subjects: []ident.ID{w.Beside("minutes", meeting, "", nil)}, beside: []ident.ID{meeting}, scored: true, led: true, most: 10}
			if w.Subject(meeting).Version == 1 && rapid.Bool().Draw(rt, "again") {
				w.Fire(k.subjects[0], "signOnPaper", nil)
				k.subjects = append(k.subjects, w.Beside("minutes", meeting, "", nil))
			}
			return k
		})
		if states < 5 || steps < 5 {
			t.Errorf("got to %d states by %d steps, want all five by five of the six at least", states, steps)
		}
	})
}

// coverage is where walks have been, by kind.
type coverage map[workflow.Kind]*workflow.Simulation

// campaign walks as often as rapid asks, holds every case against what its dossier
// makes of it, and says how many states and steps of all kinds were seen.
func campaign(t *testing.T, s *store.Store, w *workflowtest.World, begin func(*rapid.T, coverage) *walk) (states, steps int) {
	t.Helper()
	seen := coverage{}
	rapid.Check(t, func(rt *rapid.T) {
		k := begin(rt, seen)
		for range rapid.IntRange(k.most/2, k.most).Draw(rt, "steps") {
			if k.step(rt); k.led && k.over {
				break
			}
		}
		for _, id := range k.subjects {
			seen.stay(w.Subject(id))
		}
		replays(rt, s, w, append(k.beside, k.subjects...))
	})
	for _, kind := range slices.Sorted(maps.Keys(seen)) {
		m := w.Engine.Machines.Latest(kind)
		missed, untaken := m.Missed(*seen[kind])
		t.Logf("%s: %d of %d states, %d of %d steps; never in %v, never by %v", kind,
			len(m.States())-len(missed), len(m.States()), m.Steps()-len(untaken), m.Steps(), missed, untaken)
		states, steps = states+len(m.States())-len(missed), steps+m.Steps()-len(untaken)
	}
	sound(t, s)
	return states, steps
}

func (c coverage) of(k workflow.Kind) *workflow.Simulation {
	if c[k] == nil {
		c[k] = &workflow.Simulation{Visited: map[workflow.StateName]int{}, Taken: map[workflow.Taken]int{}}
	}
	return c[k]
}

func (c coverage) stay(at workflow.Subject) { c.of(at.Kind).Visited[at.State]++ }

// step notes a step with the stays at both of its ends.
func (c coverage) step(from, to workflow.Subject, event workflow.EventName) {
	c.stay(from)
	c.stay(to)
	c.of(from.Kind).Taken[workflow.Taken{From: from.State, Event: event}]++
}

// mattersOfOne are how many matters run beside one case: what one that was left
// half-way blocks is part of the walk, and is not to block all that follow.
const mattersOfOne = 8

// matters are those of one case whose contract is in force.
type matters struct {
	proposal, contract, claim ident.ID
	begun                     int
}

// next is a walk of another matter.
func (a *matters) next(rt *rapid.T, w *workflowtest.World, seen coverage) *walk {
	a.begun++
	kind := rapid.SampledFrom([]workflow.Kind{
		"payment_claim", "payment_claim", "amendment", "progress_report", "recovery", "appeal", "irregularity",
	}).Draw(rt, "kind")
	begins, form, about := w.Engine.Machines.Latest(kind).Begins(), "", a.contract
	if len(begins.Forms) > 0 {
		form = rapid.SampledFrom(begins.Forms).Draw(rt, "form")
	}
	if a.claim != "" && slices.Contains(begins.About, "payment_claim") && rapid.Bool().Draw(rt, "of a claim") {
		about = a.claim
	}
	id := w.Beside(kind, about, form, map[string]string{"amount": "4.00"})
	if kind == "payment_claim" {
		a.claim = id
	}
	k := &walk{World: w, seen: seen, proposal: a.proposal, subjects: []ident.ID{id}, beside: []ident.ID{a.contract, a.proposal}, scored: true, led: true, most: 14}
	if about != a.contract {
		k.subjects = append(k.subjects, about)
	}
	return k
}

// walk is one call with a proposal somewhere on its way, and its contract, or a
// matter beside them.
type walk struct {
	*workflowtest.World
	seen           coverage
	call, proposal ident.ID
	subjects       []ident.ID
	beside         []ident.ID // not walked, and moved by joins alone
	points         rules.Score
	scored         bool
	led            bool // mostly by events that were fired least
	over           bool // nothing leads on from where the last step went
	most           int  // steps
}

// newWalk begins with a draft, where money was awarded and a contract is
// prepared, or where matters run beside a contract in force: few walks from a
// draft come so far.
func newWalk(w *workflowtest.World, seen coverage, scores int64, stage int) *walk {
	k := &walk{World: w, seen: seen, most: 12, call: w.OpenCall(100_00), points: rules.Score(25_00 + scores*12_00)}
	k.proposal = w.Proposal(k.call, 0, 100_00)
	k.subjects = []ident.ID{k.proposal, k.proposal, k.proposal, k.call}
	if stage == 0 {
		return k
	}
	w.Fire(k.proposal, "submit", nil)
	w.CloseCall(k.call)
	w.ToBoard(k.proposal, k.call, 50_00)
	w.Fire(k.proposal, "decideFund", nil)
	contract := contracted(w, k.proposal, 100_00)
	k.subjects, k.scored = append(k.subjects, contract, contract), true
	if stage == 1 {
		return k
	}
	k.run()
	claim := w.Beside("payment_claim", contract, "INTERIM", map[string]string{"amount": "40.00"})
	k.subjects = append(k.subjects,
		claim, claim, w.Beside("irregularity", claim, "", map[string]string{"amount": "40.00"}),
		w.Beside("recovery", contract, "", map[string]string{"amount": "40.00"}), w.Beside("amendment", contract, "MINOR", nil),
		w.Beside("progress_report", contract, "INTERIM", nil), w.Beside("appeal", claim, "", nil),
	)
	return k
}

// run has the contract that was prepared come into force.
func (k *walk) run() (contract ident.ID) {
	contract = k.subjects[len(k.subjects)-1]
	k.Walk(k.proposal, "apply", "impApprove")
	k.Walk(contract, "offer", "sign", "start")
	return contract
}

// step tries one event.
func (k *walk) step(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "wait") == 0 {
		k.Clock.Advance(9 * 24 * time.Hour)
	}
	id := rapid.SampledFrom(k.subjects).Draw(rt, "subject")
	if k.Subject(id).State == "quality_evaluation" && !k.scored {
		k.Evaluate(k.proposal, k.call, k.points)
		k.scored = true
	}
	before := k.Subject(id)
	m := k.Engine.Machines.Pinned(before.Definition)
	open := k.Events(id)
	if len(open) == 0 || rapid.IntRange(0, 6).Draw(rt, "stray") == 0 {
		k.stray(rt, before, m)
		return
	}
	event := k.choose(rt, before, open)
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
	k.seen.step(before, after, event)
	k.over = len(m.EventsFrom(after.State)) == 0
}

// choose is any of the open events or, of a walk that is led, mostly one that was
// fired least.
func (k *walk) choose(rt *rapid.T, at workflow.Subject, open []workflow.EventName) workflow.EventName {
	if !k.led || rapid.IntRange(0, 3).Draw(rt, "curious") == 0 {
		return rapid.SampledFrom(open).Draw(rt, "event")
	}
	taken := k.seen.of(at.Kind).Taken
	return slices.MinFunc(open, func(a, b workflow.EventName) int {
		return cmp.Compare(taken[workflow.Taken{From: at.State, Event: a}], taken[workflow.Taken{From: at.State, Event: b}])
	})
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

// replays holds cases of one dossier or several against what those make of them.
func replays(rt *rapid.T, s *store.Store, w *workflowtest.World, ids []ident.ID) {
	made := map[ident.ID]map[ident.ID]map[string]any{}
	for _, id := range ids {
		now := w.Subject(id)
		if made[now.Dossier] == nil {
			all, err := s.Replayed(rt.Context(), now.Dossier)
			if err != nil {
				rt.Fatal(err)
			}
			made[now.Dossier] = all
		}
		row := made[now.Dossier][id]
		if row["state"] != string(now.State) || fmt.Sprint(row["version"]) != strconv.Itoa(now.Version) || row["definition"] != now.Definition {
			rt.Fatalf("%s: replayed to %v %v, want %s in version %d", id, row["state"], row["version"], now.State, now.Version)
		}
	}
}
