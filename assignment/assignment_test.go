package assignment

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// best is the least cost there is, by trying every set of evaluators for every proposal.
func best(p Pool) Cost {
	load, state := map[string]int{}, map[Pair]bool{}
	left := map[string]int{}
	for _, s := range p.Settled {
		load[s.Evaluator]++
		left[s.Proposal]++
		state[s] = true
	}
	least := Cost{math.MaxInt, 0, 0}
	var try func(i int, cost Cost)
	try = func(i int, cost Cost) {
		if i == len(p.Proposals) {
			for _, n := range load {
				cost.Uneven += n * n
			}
			if compareCost(cost, least) < 0 {
				least = cost
			}
			return
		}
		q := p.Proposals[i]
		needs := max(0, q.Needs-left[q.ID])
		for set := range 1 << len(p.Evaluators) {
			with, fits := cost, true
			chosen := 0
			for j, e := range p.Evaluators {
				if set&(1<<j) == 0 {
					continue
				}
				pair := Pair{q.ID, e.ID}
				_, isBanned := p.Banned[pair]
				fits = fits && !isBanned && !state[pair] && load[e.ID] < e.Capacity
				_, lacks := compare(q, e)
				with.Lacking += len(lacks)
				chosen++
			}
			if !fits || chosen > needs {
				continue
			}
			with.Unfilled += needs - chosen
			add := func(by int) {
				for j, e := range p.Evaluators {
					if set&(1<<j) != 0 {
						load[e.ID] += by
					}
				}
			}
			add(1)
			try(i+1, with)
			add(-1)
		}
	}
	try(0, Cost{})
	return least
}

func compareCost(a, b Cost) int {
	return cmp.Or(cmp.Compare(a.Unfilled, b.Unfilled), cmp.Compare(a.Uneven, b.Uneven), cmp.Compare(a.Lacking, b.Lacking))
}

// pools draws small pools with bans and settled pairs.
func pools(t *rapid.T) Pool {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"A", "B", "C"}), 0, 3)
	p := Pool{Banned: map[Pair]string{}, Seed: rapid.Uint64().Draw(t, "seed")}
	for i := range rapid.IntRange(0, 4).Draw(t, "proposals") {
		p.Proposals = append(p.Proposals, Proposal{fmt.Sprint("p", i), rapid.IntRange(0, 3).Draw(t, "needs"), words.Draw(t, "asked")})
	}
	for j := range rapid.IntRange(0, 4).Draw(t, "evaluators") {
		p.Evaluators = append(p.Evaluators, Evaluator{fmt.Sprint("e", j), rapid.IntRange(0, 3).Draw(t, "capacity"), words.Draw(t, "known")})
	}
	for _, q := range p.Proposals {
		for _, e := range p.Evaluators {
			switch rapid.IntRange(0, 7).Draw(t, "pair") {
			case 0, 1:
				p.Banned[Pair{q.ID, e.ID}] = "conflict"
			case 2:
				p.Settled = append(p.Settled, Pair{q.ID, e.ID})
			}
		}
	}
	return p
}

// TestTheCostIsTheLeast there is, on pools small enough to try everything.
func TestTheCostIsTheLeast(t *testing.T) {
	for range 5 { // a hundred pools each
		rapid.Check(t, func(t *rapid.T) {
			p := pools(t)
			got, err := Suggest(p)
			if err != nil {
				t.Fatal(err)
			}
			if want := best(p); got.Cost != want {
				t.Fatalf("got %+v, want %+v\n%+v", got.Cost, want, got)
			}
		})
	}
}

// TestASuggestionKeepsWhatItIsGiven: bans, capacities, needs and settled pairs; and its
// cost is that of its pairs.
func TestASuggestionKeepsWhatItIsGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pools(t)
		got, err := Suggest(p)
		if err != nil {
			t.Fatal(err)
		}
		load, has, cost := map[string]int{}, map[string]int{}, Cost{}
		for _, s := range p.Settled {
			load[s.Evaluator]++
			has[s.Proposal]++
		}
		settledLoad := map[string]int{}
		for e, n := range load {
			settledLoad[e] = n
		}
		for _, r := range got.Pairs {
			if _, isBanned := p.Banned[r.Pair]; isBanned || slices.Contains(p.Settled, r.Pair) {
				t.Fatalf("%v is banned or settled", r.Pair)
			}
			load[r.Evaluator]++
			has[r.Proposal]++
			cost.Lacking += len(r.Lacks)
		}
		for _, e := range p.Evaluators {
			cost.Uneven += load[e.ID] * load[e.ID]
			if load[e.ID] != got.Load[e.ID] || load[e.ID] > max(e.Capacity, settledLoad[e.ID]) {
				t.Fatalf("%s has %d of %d, and %d are told", e.ID, load[e.ID], e.Capacity, got.Load[e.ID])
			}
		}
		missing := map[string]int{}
		for _, q := range p.Proposals {
			if n := q.Needs - has[q.ID]; n > 0 {
				missing[q.ID] = n
				cost.Unfilled += n
			}
		}
		told := map[string]int{}
		for _, d := range got.Deficits {
			told[d.Proposal] = d.Missing
		}
		if !reflect.DeepEqual(told, missing) || cost != got.Cost {
			t.Fatalf("got deficits %v and cost %+v, want %v and %+v", told, got.Cost, missing, cost)
		}
	})
}

// TestALiftedBanHelps: each pair that is told to block a proposal gives one more place if it
// may be, and where none is told, none of the bans does.
func TestALiftedBanHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pools(t)
		got, err := Suggest(p)
		if err != nil {
			t.Fatal(err)
		}
		told := map[Pair]bool{}
		for _, b := range got.Blocking {
			told[b.Pair] = true
			if b.Ground != "conflict" {
				t.Fatalf("got the ground %q", b.Ground)
			}
		}
		for pair, ground := range p.Banned {
			delete(p.Banned, pair)
			without, err := Suggest(p)
			if err != nil {
				t.Fatal(err)
			}
			if helps := without.Cost.Unfilled < got.Cost.Unfilled; helps != told[pair] {
				t.Fatalf("%v: helps %t, told %t", pair, helps, told[pair])
			}
			p.Banned[pair] = ground
		}
	})
}

// TestTheSameForTheSame: the order in which a pool is given is nothing, the seed is what
// chooses among equals.
func TestTheSameForTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pools(t)
		first, err := Suggest(p)
		if err != nil {
			t.Fatal(err)
		}
		q := p
		q.Proposals = rapid.Permutation(p.Proposals).Draw(t, "proposals")
		q.Evaluators = rapid.Permutation(p.Evaluators).Draw(t, "evaluators")
		again, err := Suggest(q)
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("got %+v, want %+v (%v)", again, first, err)
		}
	})
	p := Pool{Proposals: []Proposal{{"p", 1, nil}}, Evaluators: []Evaluator{{"a", 1, nil}, {"b", 1, nil}, {"c", 1, nil}}}
	seen := map[string]bool{}
	for p.Seed = range uint64(20) {
		got, err := Suggest(p)
		if err != nil {
			t.Fatal(err)
		}
		seen[got.Pairs[0].Evaluator] = true
	}
	if len(seen) != 3 {
		t.Errorf("twenty seeds choose among %v, want all three", seen)
	}
}

// thousand is a call of that many proposals with two evaluators each out of sixty, and
// conflicts on one pair in twenty.
func thousand() Pool {
	areas := []string{"SOCIAL", "BUSINESS", "YOUTH", "HEALTH"}
	p := Pool{Banned: map[Pair]string{}, Seed: 1}
	for i := range 1000 {
		p.Proposals = append(p.Proposals, Proposal{fmt.Sprintf("p%04d", i), 2, []string{areas[i%4]}})
	}
	for j := range 60 {
		p.Evaluators = append(p.Evaluators, Evaluator{fmt.Sprintf("e%02d", j), 40, []string{areas[j%4], areas[(j+1)%4]}})
	}
	for i, q := range p.Proposals {
		for j, e := range p.Evaluators {
			if (i*31+j*17)%20 == 0 {
				p.Banned[Pair{q.ID, e.ID}] = "conflict"
			}
		}
	}
	return p
}

// TestAThousandProposals have their evaluators within two seconds, as evenly as can be.
func TestAThousandProposals(t *testing.T) {
	took := time.Hour
	var got Suggestion
	for range 3 { // the best of three: others may be at work beside it
		start := time.Now()
		var err error
		if got, err = Suggest(thousand()); err != nil {
			t.Fatal(err)
		}
		took = min(took, time.Since(start))
	}
	if len(got.Deficits) > 0 || len(got.Pairs) != 2000 {
		t.Fatalf("got %d pairs, deficits %v", len(got.Pairs), got.Deficits)
	}
	least, most := math.MaxInt, 0
	for _, n := range got.Load {
		least, most = min(least, n), max(most, n)
	}
	t.Logf("%v, loads %d to %d, cost %+v", took, least, most, got.Cost)
	if most-least > 1 || took > 2*time.Second {
		t.Errorf("took %v, loads %d to %d; want two seconds and one apart", took, least, most)
	}
}

// TestPoolsThatMakeNoSense are refused, whatever is wrong with them.
func TestPoolsThatMakeNoSense(t *testing.T) {
	p, e := []Proposal{{"p", 1, nil}}, []Evaluator{{"e", 1, nil}}
	for name, pool := range map[string]Pool{
		"a proposal twice":        {Proposals: append(p, p...), Evaluators: e},
		"an evaluator twice":      {Proposals: p, Evaluators: append(e, e...)},
		"a negative need":         {Proposals: []Proposal{{"p", -1, nil}}, Evaluators: e},
		"too great a need":        {Proposals: []Proposal{{"p", MaxNeeds + 1, nil}}, Evaluators: e},
		"a negative capacity":     {Proposals: p, Evaluators: []Evaluator{{"e", -1, nil}}},
		"settled with nobody":     {Proposals: p, Evaluators: e, Settled: []Pair{{"p", "x"}}},
		"settled for nothing":     {Proposals: p, Evaluators: e, Settled: []Pair{{"x", "e"}}},
		"settled twice":           {Proposals: p, Evaluators: e, Settled: []Pair{{"p", "e"}, {"p", "e"}}},
		"too many proposals":      {Proposals: make([]Proposal, MaxProposals+1), Evaluators: e},
		"too many evaluators":     {Proposals: p, Evaluators: make([]Evaluator, MaxEvaluators+1)},
		"too many competences":    {Proposals: []Proposal{{"p", 1, make([]string, MaxCompetences+1)}}, Evaluators: e},
		"too many that they know": {Proposals: p, Evaluators: []Evaluator{{"e", 1, make([]string, MaxCompetences+1)}}},
	} {
		if _, err := Suggest(pool); !errors.Is(err, ErrPool) {
			t.Errorf("%s: got %v, want ErrPool", name, err)
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	pool := thousand()
	for b.Loop() {
		if _, err := Suggest(pool); err != nil {
			b.Fatal(err)
		}
	}
}
