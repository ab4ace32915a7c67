package terms

import (
	"slices"
	"testing"

	"github.com/atranka/atranka/ident"
)

var items = []Item{{Code: "A-1", Title: "Signed"}, {Code: "A-2", Title: "Complete"}, {Code: "A-3", Title: "In Lithuanian"}}

func TestMergedKeepsTheOrderOfTheItems(t *testing.T) {
	former := []Answer{{Item: "A-1", Result: NotMet, Reason: "no signature"}, {Item: "A-2", Result: Met, Reason: "all annexes"}}
	for name, tt := range map[string]struct {
		former, given, want []Answer
	}{
		"nothing":            {nil, nil, []Answer{}},
		"none before":        {nil, former[:1], former[:1]},
		"one more":           {former, []Answer{{Item: "A-3", Result: NotApplicable}}, append(slices.Clone(former), Answer{Item: "A-3", Result: NotApplicable})},
		"one changed":        {former, []Answer{{Item: "A-1", Result: Met}}, []Answer{{Item: "A-1", Result: Met}, former[1]}},
		"out of their order": {former[1:], former[:1], former},
		"of no item":         {nil, []Answer{{Item: "B-1"}}, []Answer{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Merged(items, tt.former, tt.given); !slices.Equal(got, tt.want) || got == nil {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWhatIsOpenAndWhatFails(t *testing.T) {
	answers := []Answer{{Item: "A-3", Result: NotMet}, {Item: "A-1", Result: NotApplicable}, {Item: "A-9", Result: NotMet}}
	if got := Unanswered(items, answers); !slices.Equal(got, []string{"A-2"}) {
		t.Errorf("unanswered: got %v, want A-2", got)
	}
	if got := Codes(Failing(answers)); got != "A-3,A-9" || len(answers) != 3 {
		t.Errorf("failing: got %q of %d, want A-3,A-9 of 3", got, len(answers))
	}
	if _, ok := ItemOf(items, "A-9"); ok {
		t.Error("A-9 is found among the items, want it not to be")
	}
	if item, ok := ItemOf(items, "A-2"); !ok || item.Title != "Complete" {
		t.Errorf("got %v, want the second item", item)
	}
}

func TestWhoKnowsWhat(t *testing.T) {
	pool := []Member{{Person: "per_1"}, {Person: "per_2", Competences: []ident.ID{"act_1"}}}
	for _, tt := range []struct {
		person, action ident.ID
		there, knows   bool
	}{
		{"per_1", "act_1", true, true}, {"per_1", "act_2", true, true}, {"per_2", "act_1", true, true}, {"per_2", "act_2", true, false}, {"per_3", "", false, true},
	} {
		m, there := MemberOf(pool, tt.person)
		if there != tt.there || m.Knows(tt.action) != tt.knows {
			t.Errorf("%s and %s: got %t and %t, want %t and %t", tt.person, tt.action, there, m.Knows(tt.action), tt.there, tt.knows)
		}
	}
}
