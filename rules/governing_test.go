package rules_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/atranka/atranka/rules"
)

// byAct are the rules that go by the day of the act and not by that of the call,
// as the field has it: registers are asked and boards sit on the day itself.
var byAct = []string{"R-02", "R-20", "R-21", "R-22", "R-23", "R-24", "R-25", "R-26", "R-27", "R-29"}

// TestEveryRuleSaysWhichDayGoverns, and its parameters go by the same.
func TestEveryRuleSaysWhichDayGoverns(t *testing.T) {
	for _, r := range rules.Catalogue() {
		want := rules.ByCall
		if slices.Contains(byAct, r.ID) {
			want = rules.ByAct
		}
		if r.By != want {
			t.Errorf("%s: got %q, want %q", r.ID, r.By, want)
		}
	}
	for _, p := range rules.Parameters() {
		if r, known := rules.ByID(p.Rule); known && r.By != p.By {
			t.Errorf("%s: got %q, and its rule %s has %q", p.Name, p.By, p.Rule, r.By)
		}
		if p.By != rules.ByCall && p.By != rules.ByAct {
			t.Errorf("%s: got %q, want a day", p.Name, p.By)
		}
	}
}

func TestParametersThatNoRuleTakesAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name, value string
		bad         bool
	}{
		{"vote.groupLimit", "49.00", false},
		{"vote.groupLimit", "100.00", false},
		{"vote.groupLimit", "100.01", true},
		{"vote.groupLimit", "49", true},
		{"call.extensionDays", "14", false},
		{"call.extensionDays", "14.00", true},
		{"vote.grouplimit", "49.00", true},
		{"", "49.00", true},
	} {
		err := rules.Parameter{Name: tc.name, Value: tc.value}.Check()
		if errors.Is(err, rules.ErrBadParameter) != tc.bad || (err != nil) != tc.bad {
			t.Errorf("%s %s: got %v, want it refused %t", tc.name, tc.value, err, tc.bad)
		}
	}
	all := rules.Parameters()
	for _, p := range all {
		if got, known := rules.ParameterNamed(p.Name); !known || got != p {
			t.Errorf("%s: got %+v, want %+v", p.Name, got, p)
		}
	}
	if !slices.IsSortedFunc(all, func(a, b rules.Named) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	}) {
		t.Error("the parameters are not listed by name")
	}
}
