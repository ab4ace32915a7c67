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

// loaded is a store with the demonstration in it.
func loaded(t *testing.T, address string) *store.Store {
	t.Helper()
	s := storetest.Open(t, address)
	eng, c := engineOf(t, s)
	if err := demo.Start(t.Context(), s, eng, c, nil); err != nil {
		t.Fatal(err)
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

// firstDifference is the first line in which two exports differ.
func firstDifference(a, b []byte) (got, want string) {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return string(x[i]), string(y[i])
		}
	}
	return "", ""
}

func TestLoadsOfOneSeedExportTheSameBytes(t *testing.T) {
	first := export(t, loaded(t, storetest.Address(t, "sqlite")))
	for name, engine := range map[string]string{"again on SQLite": "sqlite", "on PostgreSQL": "postgres"} {
		t.Run(name, func(t *testing.T) {
			got := export(t, loaded(t, storetest.Address(t, engine)))
			if !bytes.Equal(got, first) {
				a, b := firstDifference(got, first)
				t.Errorf("got %d bytes, want %d; first difference:\ngot  %s\nwant %s", len(got), len(first), a, b)
			}
		})
	}
}

func TestHistoryBearsTheDemonstrationOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := loaded(t, address)
		rep, err := s.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range rep.Faults {
			t.Error(f)
		}
		if !rep.Simulated || rep.Entries == 0 || rep.Rows == 0 {
			t.Errorf("got %d entries, %d rows, simulated %t, want some of each and simulated", rep.Entries, rep.Rows, rep.Simulated)
		}
	})
}

// TestProjectsReplayToTheirPresentState holds what each project's dossier adds
// up to against the row that the API reads.
func TestProjectsReplayToTheirPresentState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := loaded(t, address)
		projects, err := s.Reader().Project.Query().WithProposal().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range projects {
			replayed, err := s.Replayed(t.Context(), p.ProposalID)
			if err != nil {
				t.Fatal(err)
			}
			now := p.Edges.Proposal
			got := replayed[now.ID]
			if got["state"] != now.State || got["version"] != float64(now.Version) || got["title"] != p.Title {
				t.Errorf("%s: history adds up to %v at version %v, the row says %s at version %d", p.Title, got["state"], got["version"], now.State, now.Version)
			}
		}
		if len(projects) == 0 {
			t.Error("got no projects to replay")
		}
	})
}

func TestStartLeavesALoadedStoreAlone(t *testing.T) {
	s := loaded(t, storetest.Address(t, "sqlite"))
	before := export(t, s)
	eng, c := engineOf(t, s)
	err := demo.Start(t.Context(), s, eng, c, func(_, _ int, what string) { t.Errorf("carried %q out again", what) })
	if err != nil {
		t.Fatal(err)
	}
	if c.Now() != demo.End {
		t.Errorf("the clock stands at %s, want %s", c.Now(), demo.End)
	}
	if after := export(t, s); !bytes.Equal(after, before) {
		t.Errorf("a second start changed the export of %d bytes", len(before))
	}
}

func TestStartMarksTheStoreAsSimulated(t *testing.T) {
	s := loaded(t, storetest.Address(t, "sqlite"))
	if mark, err := s.Marked(t.Context(), store.Simulated); err != nil || mark == "" {
		t.Errorf("got mark %q, %v, want the store marked as simulated", mark, err)
	}
}

func TestStartRefusesALoadThatWasBrokenOff(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, c := engineOf(t, s)
	ctx, stop := context.WithCancel(t.Context())
	err := demo.Start(ctx, s, eng, c, func(done, _ int, _ string) {
		if done == 40 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a load whose context ended gave %v, want %v", err, context.Canceled)
	}
	eng, c = engineOf(t, s)
	if err := demo.Start(t.Context(), s, eng, c, nil); !errors.Is(err, demo.ErrBrokenOff) {
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
	if err := demo.Start(t.Context(), s, eng, c, nil); !errors.Is(err, demo.ErrOccupied) {
		t.Errorf("got %v, want %v", err, demo.ErrOccupied)
	}
}

func TestLoadRefusesAClockThatIsTooLate(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, _ := engineOf(t, s)
	late := clock.NewManual(demo.Begin + 1)
	if _, err := demo.Load(t.Context(), eng, late, nil); err == nil {
		t.Errorf("a load from %s was accepted, want it refused: nothing can be dated before it", late.Now())
	}
}
