package rules_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

// shown is a list as text: rank and proposal of each entry.
func shown(list []rules.Ranked) string {
	var s []string
	for _, r := range list {
		s = append(s, fmt.Sprintf("%d%s", r.Rank, r.Proposal))
	}
	return strings.Join(s, " ")
}

func TestRankingShowsPlacesAndNamesTies(t *testing.T) {
	entries := []rules.Entry{
		entry("e", 7000, 1), entry("d", 8000, 9), entry("c", 8000, 9), entry("a", 9000, 5), entry("b", 8000, 1),
		entry("f", 6000, 3), entry("h", 6000, 3), entry("g", 6000, 3),
	}
	got, r := rules.Ranking{Entries: entries}.Rank()
	if want := "1a 2b 3c 3d 5e 6f 6g 6h"; shown(got) != want {
		t.Errorf("ranking: got %q, want %q", shown(got), want)
	}
	want := []rules.Fact{
		{Name: "tied", Value: "c"},
		{Name: "tied", Value: "d"},
		{Name: "tied", Value: "f"},
		{Name: "tied", Value: "g"},
		{Name: "tied", Value: "h"},
	}
	if r.OK() || !slices.Equal(r.Facts, want) {
		t.Errorf("ties: got %s with %v, want FAILED with %v", r.Verdict, r.Facts, want)
	}
}

func TestTieBreakersCountInTheirPublishedOrder(t *testing.T) {
	got, r := rules.Ranking{TieBreakers: 2, Entries: []rules.Entry{
		entry("a", 8000, 1, 10, 99), entry("b", 8000, 2, 11, 0), entry("c", 8000, 3, 10, 100),
	}}.Rank()
	if want := "1b 2c 3a"; shown(got) != want || !r.OK() {
		t.Errorf("got %q (%s), want %q settled", shown(got), r.Verdict, want)
	}
}

func entries(t *rapid.T) []rules.Entry {
	var all []rules.Entry
	// Few values each, so that ties are common.
	small := rapid.Int64Range(0, 3)
	for i := range rapid.IntRange(0, 12).Draw(t, "entries") {
		all = append(all, rules.Entry{
			Proposal: fmt.Sprintf("p%02d", i), Final: rules.Score(small.Draw(t, "final")),
			TieBreaks:   []rules.Score{rules.Score(small.Draw(t, "tieBreak"))},
			SubmittedAt: clock.Instant(small.Draw(t, "submittedAt")),
			Grant:       rules.Money(rapid.Int64Range(1, 50).Draw(t, "grant")),
		})
	}
	return all
}

func TestRankingDoesNotDependOnTheOrderOfEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := entries(t)
		want, wantResult := rules.Ranking{Entries: all, TieBreakers: 1}.Rank()
		got, gotResult := rules.Ranking{Entries: rapid.Permutation(all).Draw(t, "permuted"), TieBreakers: 1}.Rank()
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotResult, wantResult) {
			t.Fatalf("got %s (%v), want %s (%v)", shown(got), gotResult, shown(want), wantResult)
		}
		for i := 1; i < len(got); i++ {
			if got[i].Final > got[i-1].Final || got[i].Rank < got[i-1].Rank {
				t.Fatalf("got %s: %s stands behind %s with more points", shown(got), got[i].Proposal, got[i-1].Proposal)
			}
		}
	})
}

func TestFillStopsOrSkipsAsTheCallSays(t *testing.T) {
	list := []rules.Ranked{ranked(3, "c", "30.00"), ranked(1, "a", "50.00"), ranked(4, "d", "25.00"), ranked(2, "b", "60.00")}
	for _, tc := range []struct {
		policy           rules.FillPolicy
		budget           string
		funding, reserve string
		remaining        string
	}{
		{rules.StopAtFirst, "100.00", "1a", "2b 3c 4d", "50.00"},
		{"", "100.00", "1a", "2b 3c 4d", "50.00"},
		{rules.SkipAndFit, "100.00", "1a 3c", "2b 4d", "20.00"},
		{rules.SkipAndFit, "0.00", "", "1a 2b 3c 4d", "0.00"},
		{rules.StopAtFirst, "165.00", "1a 2b 3c 4d", "", "0.00"},
	} {
		got, _ := rules.FillList{Ranked: list, Budget: eur(tc.budget), Policy: tc.policy}.Fill()
		if shown(got.Funding) != tc.funding || shown(got.Reserve) != tc.reserve || got.Remaining != eur(tc.remaining) {
			t.Errorf("%q with %s: got %q, reserve %q, remaining %s, want %q, %q, %s", tc.policy, tc.budget,
				shown(got.Funding), shown(got.Reserve), got.Remaining, tc.funding, tc.reserve, tc.remaining)
		}
	}
}

func TestFundedGrantsNeverExceedTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order, _ := rules.Ranking{Entries: entries(t), TieBreakers: 1}.Rank()
		c := rules.FillList{
			Ranked: order, Budget: rules.Money(rapid.Int64Range(-10, 300).Draw(t, "budget")),
			Policy: rapid.SampledFrom([]rules.FillPolicy{rules.StopAtFirst, rules.SkipAndFit}).Draw(t, "policy"),
		}
		lists, r := c.Fill()
		if !r.OK() {
			if len(lists.Funding)+len(lists.Reserve) > 0 {
				t.Fatalf("%+v: got lists %+v beside %v, want none", c, lists, r)
			}
			return
		}
		var sum rules.Money
		for _, e := range lists.Funding {
			sum += e.Grant
		}
		if len(lists.Funding) > 0 && sum > c.Budget || lists.Remaining != c.Budget-sum {
			t.Fatalf("%+v: got %s funded and %s remaining", c, sum, lists.Remaining)
		}
		if len(lists.Funding)+len(lists.Reserve) != len(order) {
			t.Fatalf("%+v: got %d and %d entries, want %d in all", c, len(lists.Funding), len(lists.Reserve), len(order))
		}
		// Whoever is on the reserve did not fit when its turn came.
		for _, e := range lists.Reserve {
			if c.Policy == rules.SkipAndFit && e.Grant <= lists.Remaining {
				t.Fatalf("%+v: got %s on the reserve though %s remains", c, e.Proposal, lists.Remaining)
			}
		}
	})
}

func TestCommitmentFollowsTheStageOfTheCall(t *testing.T) {
	for stage, want := range map[rules.CallStage]string{
		rules.MayDecide: "100.00", rules.HasChosen: "30.00", rules.NoEffect: "0.00", "": "100.00",
	} {
		c := rules.CallMoney{Stage: stage, Budget: eur("100.00"), Live: []rules.Money{eur("10.00"), eur("20.00")}}
		if got, err := c.Commitment(); err != nil || got != eur(want) {
			t.Errorf("%q: got %s, %v, want %s", stage, got, err, want)
		}
	}
}
