package demo_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
)

// engineOf is an engine of the demonstration over s, with its clock.
func engineOf(t *testing.T, s *store.Store) (*workflow.Engine, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(demo.Begin)
	return &workflow.Engine{
		Machines: storetest.Machines(t), Store: s, Clock: c, IDs: ident.NewSource(c, rand.NewChaCha8(demo.Seed("ids"))),
		Random: rand.NewChaCha8(demo.Seed("salts")), Simulated: true,
	}, c
}

// loaded is a store with the demonstration of a day in it.
func loaded(t *testing.T, engine string, day clock.Date) *store.Store {
	t.Helper()
	s := storetest.Open(t, storetest.Address(t, engine))
	eng, c := engineOf(t, s)
	if err := demo.Start(t.Context(), s, eng, c, day, nil); err != nil {
		t.Fatal(err)
	}
	if c.Now() != demo.At(day) {
		t.Errorf("the clock stands at %s, want %s", c.Now(), demo.At(day))
	}
	return s
}

func export(t *testing.T, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDemonstration loads once for each engine, for a load takes a second, and
// then looks at it from every side.
func TestDemonstration(t *testing.T) {
	exports, answers := map[string][]byte{}, map[string]map[string][]byte{}
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			s := loaded(t, engine, demo.Default)
			exports[engine] = export(t, s)
			t.Run("history bears the rows out", func(t *testing.T) { testVerify(t, s) })
			t.Run("projects replay to their present state", func(t *testing.T) { testReplay(t, s) })
			t.Run("facts", func(t *testing.T) { answers[engine] = testAPI(t, s) })
			t.Run("rows", func(t *testing.T) { testRows(t, s) })
			t.Run("what no text says is synthetic", func(t *testing.T) { testSynthetic(t, s) })
			t.Run("a second start changes nothing", func(t *testing.T) { testSecondStart(t, s, exports[engine]) })
		})
	}
	t.Run("engines export the same bytes", func(t *testing.T) {
		same(t, exports["postgres"], exports["sqlite"])
	})
	t.Run("engines answer with the same bytes", func(t *testing.T) {
		for name := range questions(t, "facts") {
			same(t, answers["postgres"][name], answers["sqlite"][name])
		}
	})
	t.Run("loads export the same bytes", func(t *testing.T) {
		same(t, export(t, loaded(t, "sqlite", demo.Default)), exports["sqlite"])
	})
}

// same names the first line in which two exports differ.
func same(t *testing.T, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) && len(got) > 0 {
		return
	}
	x, y := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			t.Fatalf("line %d: got  %s\nwant %s", i+1, x[i], y[i])
		}
	}
	t.Errorf("got %d lines, want %d and more than none", len(x), len(y))
}

func testVerify(t *testing.T, s *store.Store) {
	rep, err := s.Verify(t.Context(), store.Against{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rep.Faults {
		t.Error(f)
	}
	if !rep.Simulated || rep.Entries == 0 || rep.Rows == 0 {
		t.Errorf("got %d entries, %d rows, simulated %t, want some of each and simulated", rep.Entries, rep.Rows, rep.Simulated)
	}
}

// testReplay holds what each project's dossier adds up to against the row that
// the API reads.
func testReplay(t *testing.T, s *store.Store) {
	projects, err := s.Reader().Project.Query().WithProposal().All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range projects {
		all, err := s.Replayed(t.Context(), p.ProposalID)
		if err != nil {
			t.Fatal(err)
		}
		now, got := p.Edges.Proposal, all[p.ProposalID]
		if got["state"] != now.State || got["version"] != float64(now.Version) || got["title"] != p.Title {
			t.Errorf("%s: the history adds up to %v in version %v, the row says %s in version %d",
				p.Title, got["state"], got["version"], now.State, now.Version)
		}
	}
	if len(projects) == 0 {
		t.Error("got no projects to replay")
	}
}

func testSecondStart(t *testing.T, s *store.Store, before []byte) {
	eng, c := engineOf(t, s)
	err := demo.Start(t.Context(), s, eng, c, demo.Default, func(_, _ int, what string) { t.Errorf("carried %q out again", what) })
	if err != nil {
		t.Fatal(err)
	}
	if c.Now() != demo.At(demo.Default) {
		t.Errorf("the clock stands at %s, want %s", c.Now(), demo.At(demo.Default))
	}
	if mark, err := s.Marked(t.Context(), store.Simulated); err != nil || mark == "" {
		t.Errorf("got mark %q, %v, want the store marked as simulated", mark, err)
	}
	if fired, err := eng.RingDue(t.Context()); fired != 0 || err != nil {
		t.Errorf("a sweep at the end fired %d events, %v, want none due", fired, err)
	}
	same(t, export(t, s), before)
}

func TestStartRefusesALoadThatWasBrokenOff(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, c := engineOf(t, s)
	ctx, stop := context.WithCancel(t.Context())
	err := demo.Start(ctx, s, eng, c, demo.Default, func(done, _ int, _ string) {
		if done == 40 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a load whose context ended gave %v, want %v", err, context.Canceled)
	}
	eng, c = engineOf(t, s)
	if err := demo.Start(t.Context(), s, eng, c, demo.Default, nil); !errors.Is(err, demo.ErrBrokenOff) {
		t.Errorf("got %v, want %v", err, demo.ErrBrokenOff)
	}
}

func TestStartRefusesAStoreWithOtherData(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, c := engineOf(t, s)
	source := workflow.RegisterSource{ID: eng.IDs.New(ident.TextSource), Key: "k", Class: "NOTICE", Title: "t"}
	if _, err := eng.Do(t.Context(), workflow.SystemActor(), source.Record()); err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(t.Context(), s, eng, c, demo.Default, nil); !errors.Is(err, demo.ErrOccupied) {
		t.Errorf("got %v, want %v", err, demo.ErrOccupied)
	}
}

func TestLoadRefusesAClockThatIsTooLate(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, _ := engineOf(t, s)
	late := clock.NewManual(demo.Begin + 1)
	if _, err := demo.Load(t.Context(), eng, late, demo.Default, nil); err == nil {
		t.Errorf("a load from %s was accepted, want it refused: nothing can be dated before it", late.Now())
	}
}
