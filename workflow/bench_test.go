package workflow

import (
	"testing"
)

// dearest is the act with the most guards: the board's funding, of a case in
// which all of them hold.
func dearest(b *testing.B) (*paperStore, *Engine, Fire) {
	b.Helper()
	m := shippedMachines().Latest("proposal")
	state, _ := m.State("board_agenda")
	x, ok := m.Lookup(state.Name, "decideFund")
	if !ok || len(x.Transition.Guards) < 12 {
		b.Fatalf("decideFund has %d guards, want at least twelve", len(x.Transition.Guards))
	}
	p := caseIn("proposal", state, x.Transition.Guards, x.Event)
	return p, paperEngine(p), careful(p.subject.ID, x.Transition, x.Event, "")
}

func BenchmarkFireWithTwelveGuards(b *testing.B) {
	p, e, f := dearest(b)
	actor := someone(Administrator)
	b.ReportAllocs()
	for b.Loop() {
		p.applied, p.entries = p.applied[:0], p.entries[:0]
		if _, err := e.Do(b.Context(), actor, f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExplainTheBoardsAgenda(b *testing.B) {
	p, e, _ := dearest(b)
	actor := someone(Administrator)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Explain(b.Context(), actor, p.subject.ID); err != nil {
			b.Fatal(err)
		}
	}
}
