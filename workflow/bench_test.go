package workflow

import (
	"testing"
)

// dearest is the act with the most guards: that a proposal is eligible, of a case in
// which all of them hold.
func dearest(tb testing.TB) (*paperStore, *Engine, Fire) {
	tb.Helper()
	m := shippedMachines().Latest("proposal")
	state, _ := m.State("eligibility_check")
	x, ok := m.Lookup(state.Name, "passEligibility")
	if !ok || len(x.Transition.Guards) < 12 {
		tb.Fatalf("passEligibility has %d guards, want at least twelve", len(x.Transition.Guards))
	}
	p := caseIn("proposal", state, x.Transition.Guards, x.Event)
	return p, paperEngine(p), careful(p.subject.ID, x.Transition, x.Event, "")
}

// fireAgain fires as if it had not been fired before.
func fireAgain(tb testing.TB, p *paperStore, e *Engine, f Fire) {
	p.applied, p.entries = p.applied[:0], p.entries[:0]
	if _, err := e.Do(tb.Context(), someone(Administrator), f); err != nil {
		tb.Error(err)
	}
}

// explainDearest explains the check of eligibility, which has to be allowed to pass.
func explainDearest(tb testing.TB, p *paperStore, e *Engine, f Fire) {
	answers, err := e.Explain(tb.Context(), someone(Administrator), p.subject.ID)
	if err != nil {
		tb.Error(err)
	}
	for _, x := range answers {
		if x.Event == f.Event && !x.Allowed {
			tb.Errorf("%s is explained as blocked by %v", x.Event, x.BlockedBy)
		}
	}
}

func BenchmarkFireWithTwelveGuards(b *testing.B) {
	p, e, f := dearest(b)
	b.ReportAllocs()
	for b.Loop() {
		fireAgain(b, p, e, f)
	}
}

func BenchmarkExplainTheEligibilityCheck(b *testing.B) {
	p, e, f := dearest(b)
	b.ReportAllocs()
	for b.Loop() {
		explainDearest(b, p, e, f)
	}
}

// BenchmarkDecisionsOnASharedMachine explains and fires on every core at once:
// each case has a store of its own, and all the one machine. A lock in it would
// show as an operation that takes no less than on one core.
func BenchmarkDecisionsOnASharedMachine(b *testing.B) {
	dearest(b) // where it may end the benchmark
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		p, e, f := dearest(b)
		for pb.Next() {
			explainDearest(b, p, e, f)
			fireAgain(b, p, e, f)
		}
	})
}

// TestADecisionAllocatesLittle: what a decision allocates is its answer and its
// entry, whose canonical form is more than half of it. To make a machine of
// looplab's for each event that is explained, or to weigh the guards twice, goes
// over the bound. What the race detector makes the pool of machines lose does not.
func TestADecisionAllocatesLittle(t *testing.T) {
	p, e, f := dearest(t)
	for name, tt := range map[string]struct {
		act  func(testing.TB, *paperStore, *Engine, Fire)
		most float64
	}{
		"explained": {explainDearest, 540},
		"fired":     {fireAgain, 1_350},
	} {
		got := testing.AllocsPerRun(200, func() { tt.act(t, p, e, f) })
		t.Logf("%s: %.0f allocations", name, got)
		if got > tt.most {
			t.Errorf("%s: got %.0f allocations, want at most %.0f", name, got, tt.most)
		}
	}
}
