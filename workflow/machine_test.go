package workflow

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func toyMachine(t testing.TB) *Machine {
	t.Helper()
	m, problems := Compile(parsed(t, toy), toyNames())
	if len(problems) > 0 {
		t.Fatalf("got problems %v, want none", problems)
	}
	return m
}

var errGuard = errors.New("the guard says no")

func TestDecide(t *testing.T) {
	holds := func(Concrete) error { return nil }
	refuses := func(Concrete) error { return errGuard }
	for _, tt := range []struct {
		name  string
		from  StateName
		event EventName
		guard func(Concrete) error
		to    StateName
		err   error
	}{
		{"step", "open", "refuse", holds, "refused", nil},
		{"no guard", "open", "refuse", nil, "refused", nil},
		{"self-loop", "open", "note", holds, "open", nil},
		{"ruling names its target", "refused", "ruleToDone", holds, "done", nil},
		{"ruling names another target", "refused", "ruleToOpen", holds, "open", nil},
		{"guard refuses", "open", "refuse", refuses, "", errGuard},
		{"guard refuses a self-loop", "open", "note", refuses, "", errGuard},
		{"event of another state", "refused", "note", holds, "", ErrNotAllowedHere},
		{"terminal state", "done", "note", holds, "", ErrNotAllowedHere},
		{"state of no machine", "lost", "note", holds, "", ErrNotAllowedHere},
		{"unknown event", "open", "melt", holds, "", ErrUnknownEvent},
		{"ruling without a target", "refused", "rule", holds, "", ErrUnknownEvent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			to, err := toyMachine(t).Decide(t.Context(), tt.from, tt.event, tt.guard)
			if to != tt.to || !errors.Is(err, tt.err) {
				t.Errorf("%s from %s: got %q and %v, want %q and %v", tt.event, tt.from, to, err, tt.to, tt.err)
			}
		})
	}
}

func TestDecideReturnsTheGuardsErrorAsItIs(t *testing.T) {
	own := fmt.Errorf("R-06: %w", errGuard)
	_, err := toyMachine(t).Decide(t.Context(), "open", "refuse", func(Concrete) error { return own })
	if err != own { //nolint:errorlint // identity is the claim
		t.Errorf("got %#v, want the guard's own error", err)
	}
}

func TestDecideAsksTheGuardOnceForTheStepTaken(t *testing.T) {
	m := toyMachine(t)
	for _, s := range m.States() {
		for _, want := range m.EventsFrom(s.Name) {
			var asked []Concrete
			if _, err := m.Decide(t.Context(), s.Name, want.Event, func(x Concrete) error {
				asked = append(asked, x)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if len(asked) != 1 || asked[0] != want {
				t.Errorf("%s from %s: guard asked for %v, want once for %v", want.Event, s.Name, asked, want)
			}
		}
	}
}

func TestDecideAsksNoGuardForAnIllegalEvent(t *testing.T) {
	if _, err := toyMachine(t).Decide(t.Context(), "done", "note", func(x Concrete) error {
		t.Errorf("got the guard asked for %v, want it left alone", x)
		return nil
	}); err == nil {
		t.Error("got the event accepted, want it refused")
	}
}

func TestDecideHeedsTheContext(t *testing.T) {
	m := toyMachine(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Decide(ended, "open", "note", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended before: got %v, want %v", err, context.Canceled)
	}
	during, cancel := context.WithCancel(t.Context())
	_, err := m.Decide(during, "open", "refuse", func(Concrete) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended during the guard: got %v, want %v", err, context.Canceled)
	}
	if to, err := m.Decide(t.Context(), "open", "refuse", nil); to != "refused" || err != nil {
		t.Errorf("afterwards: got %q and %v, want refused: a half-made step was reused", to, err)
	}
}

// A guard may ask the same machine about another case.
func TestDecideMayBeNested(t *testing.T) {
	m := toyMachine(t)
	to, err := m.Decide(t.Context(), "open", "note", func(Concrete) error {
		_, err := m.Decide(t.Context(), "refused", "ruleToOpen", nil)
		return err
	})
	if to != "open" || err != nil {
		t.Errorf("got %q and %v, want open", to, err)
	}
}

func TestDecideIsSafeForConcurrentUse(t *testing.T) {
	m := shipped(t)["proposal"]
	var all []Concrete
	for _, s := range m.States() {
		all = append(all, m.EventsFrom(s.Name)...)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range all {
				x := all[(i*7+worker*31)%len(all)]
				to, err := m.Decide(t.Context(), x.From, x.Event, func(got Concrete) error {
					if got != x {
						t.Errorf("guard asked for %v, want %v", got, x)
					}
					return nil
				})
				if to != x.To || err != nil {
					t.Errorf("%s from %s: got %q and %v, want %s", x.Event, x.From, to, err, x.To)
				}
			}
		})
	}
	wg.Wait()
}

// The index and looplab's machine are built apart; they have to agree on every
// pair of state and event, legal or not.
func TestLookupAgreesWithDecide(t *testing.T) {
	for kind, m := range shipped(t) {
		for _, s := range m.States() {
			for event := range m.events {
				x, legal := m.Lookup(s.Name, event)
				to, err := m.Decide(t.Context(), s.Name, event, nil)
				switch {
				case legal && (err != nil || to != x.To):
					t.Errorf("%s: %s from %s: got %q and %v, want %s", kind, event, s.Name, to, err, x.To)
				case !legal && !errors.Is(err, ErrNotAllowedHere):
					t.Errorf("%s: %s from %s: got %q and %v, want %v", kind, event, s.Name, to, err, ErrNotAllowedHere)
				}
			}
		}
	}
}

func TestEventsFromKeepsFileOrder(t *testing.T) {
	var got []EventName
	for _, x := range toyMachine(t).EventsFrom("open") {
		got = append(got, x.Event)
	}
	if want := []EventName{"note", "refuse", "settle"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRandomWalksNeverLeaveTheDefinition(t *testing.T) {
	machines := shipped(t)
	for kind, m := range machines {
		t.Run(string(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				at := m.Initial()
				for range rapid.IntRange(0, 60).Draw(t, "steps") {
					steps := m.EventsFrom(at)
					s, known := m.State(at)
					if !known {
						t.Fatalf("got to state %q, which is not declared", at)
					}
					if s.Terminal != (len(steps) == 0) {
						t.Fatalf("state %s: got terminal %t with %d exits", at, s.Terminal, len(steps))
					}
					if len(steps) == 0 {
						return
					}
					x := rapid.SampledFrom(steps).Draw(t, "step")
					refuse := rapid.Bool().Draw(t, "refuse")
					to, err := m.Decide(context.Background(), at, x.Event, func(Concrete) error {
						if refuse {
							return errGuard
						}
						return nil
					})
					if refuse {
						if !errors.Is(err, errGuard) {
							t.Fatalf("%s from %s: got %v, want the guard's refusal", x.Event, at, err)
						}
						continue
					}
					if err != nil || !slices.Contains(x.Transition.To, to) || !slices.Contains(x.Transition.From, at) {
						t.Fatalf("%s from %s: got %q and %v, want one of %v", x.Event, at, to, err, x.Transition.To)
					}
					at = to
				}
			})
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	m := shipped(b)["proposal"]
	guard := func(Concrete) error { return nil }
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Decide(ctx, "board_agenda", "decideFund", guard); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecideParallel(b *testing.B) {
	m := shipped(b)["proposal"]
	guard := func(Concrete) error { return nil }
	ctx := b.Context()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := m.Decide(ctx, "board_agenda", "decideFund", guard); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// TestAMachineIsSharedWithoutALock: whatever a decision reads of the set and of a
// machine is written before it is shared. Publishing has a lock of its own, beside
// the shelf that decisions read.
func TestAMachineIsSharedWithoutALock(t *testing.T) {
	lock := reflect.TypeFor[sync.Locker]()
	seen := map[reflect.Type]bool{}
	var locks func(at reflect.Type, path string) []string
	locks = func(at reflect.Type, path string) (out []string) {
		if seen[at] || at.PkgPath() == "sync/atomic" || at == reflect.TypeFor[sync.Pool]() {
			return nil
		}
		seen[at] = true
		if reflect.PointerTo(at).Implements(lock) || at == reflect.TypeFor[sync.Map]() {
			return []string{path}
		}
		switch at.Kind() {
		case reflect.Struct:
			for f := range at.Fields() {
				out = append(out, locks(f.Type, path+"."+f.Name)...)
			}
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			out = locks(at.Elem(), path)
		default: // holds nothing, or what it holds is not known before it runs
		}
		return out
	}
	for _, of := range []reflect.Type{reflect.TypeFor[Machine](), reflect.TypeFor[shelf]()} {
		if got := locks(of, of.Name()); len(got) > 0 {
			t.Errorf("got the locks %v, want none that a decision could wait for", got)
		}
	}
	if got := locks(reflect.TypeFor[Machines](), "Machines"); !slices.Equal(got, []string{"Machines.adding"}) {
		t.Errorf("got the locks %v, want the one of publishing alone", got)
	}
}
