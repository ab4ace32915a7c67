package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// BenchmarkTransitionUnderPolicies submits proposals as the serving role, by
// turns in a database with the policies and in one whose tables have none, so
// that both meet the same load of the machine. ratio is what a transition costs
// with policies and with the statement that names the group, to one without either.
//
//	scripts/postgres go test ./store -run '^$' -bench UnderPolicies -benchtime 300x
func BenchmarkTransitionUnderPolicies(b *testing.B) {
	bound, free := serve(b), serve(b)
	_, err := free.owner.ExecContext(b.Context(), `DO $$ DECLARE t name; BEGIN
		FOR t IN SELECT relname FROM pg_class WHERE relrowsecurity LOOP
			EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t);
		END LOOP; END $$`)
	if err != nil {
		b.Fatal(err)
	}
	submitBound, submitFree := submissions(b, bound), submissions(b, free)
	tx, err := free.role.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	name := func(int) {
		if _, err := tx.ExecContext(b.Context(), `SELECT set_config('atranka.lag', $1, true)`, "lag_x"); err != nil {
			b.Fatal(err)
		}
	}
	took := make([][]time.Duration, 3)
	b.ResetTimer()
	for i := range b.N {
		turns := []int{0, 1, 2}
		if i%2 == 1 {
			slices.Reverse(turns)
		}
		for _, k := range turns {
			start := time.Now()
			[]func(int){submitBound, submitFree, name}[k](i)
			took[k] = append(took[k], time.Since(start))
		}
	}
	middle := func(d []time.Duration) float64 {
		slices.Sort(d)
		return d[len(d)/2].Seconds() * 1000
	}
	with, without, named := middle(took[0]), middle(took[1]), middle(took[2])
	b.ReportMetric(with, "policies-ms")
	b.ReportMetric(without-named, "neither-ms")
	b.ReportMetric(named, "naming-ms")
	b.ReportMetric(with/(without-named), "ratio")
}

// submissions prepares a proposal for each round; the i-th call submits one.
func submissions(b *testing.B, s served) func(i int) {
	w := workflowtest.NewWorld(b, openUnmigrated(b, s.address), storetest.Machines(b))
	call := w.OpenCall(50_000_00)
	senders, acts := make([]workflow.Actor, b.N), make([]workflow.Fire, b.N)
	for i := range acts {
		senders[i], acts[i] = w.Prepared(w.Proposal(call, 0, 10_000_00), "submit", nil)
	}
	return func(i int) { w.Must(senders[i], acts[i]) }
}
