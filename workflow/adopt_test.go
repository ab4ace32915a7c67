package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// TestRuleSetsAreAdoptedByTwoForDaysToCome.
func TestRuleSetsAreAdoptedByTwoForDaysToCome(t *testing.T) {
	const group ident.ID = "lag_1"
	today := noon.Day()
	office := officer("a", Administrator, group)
	sound := AdoptRuleSet{
		LAG: group, Layer: rules.Local, Version: "2", From: today.AddDays(1), LegalRefs: []string{"VVG-7"}, Decision: "VVG-7", Reason: "Per daug skyrėsi.",
		Parameters: []rules.Parameter{{Name: rules.DivergenceLimit, Value: "15.00", Source: "VVG-7", Verified: true}},
	}
	shared := func(f func(*AdoptRuleSet)) func(*AdoptRuleSet) {
		return func(a *AdoptRuleSet) {
			a.LAG, a.Layer = "", rules.National
			f(a)
		}
	}
	same := func(*AdoptRuleSet) {}
	before := []RuleSetFacts{
		{LAG: group, Layer: rules.Local, Version: "1", Parameters: []rules.Parameter{{Layer: rules.Local, Name: rules.DivergenceLimit, Value: "20.00", From: "2016-01-01"}}},
		{Layer: rules.National, Version: "2"},
	}
	for _, tt := range []struct {
		name   string
		who    Actor
		change func(*AdoptRuleSet)
		want   Code
		field  string
	}{
		{"its administrator", office, same, "", ""},
		{"for two days", office, func(a *AdoptRuleSet) { a.From, a.To = today.AddDays(1), today.AddDays(2) }, "", ""},
		{"today, on which a call may have opened", office, func(a *AdoptRuleSet) { a.From = today }, DateRefused, "from"},
		{"only looked at", office, func(a *AdoptRuleSet) { a.DryRun, a.Reason = true, "" }, "", ""},
		{"for all groups", officer("a", Administrator, ""), shared(func(a *AdoptRuleSet) { a.Version = "3" }), "", ""},
		{"its chair", officer("a", Chair, group), same, RoleRefused, ""},
		{"one of another group", officer("a", Administrator, there), same, NotFound, "id"},
		{"for all groups by one of a group", office, shared(same), RoleRefused, "lagId"},
		{"a layer without its group", officer("a", Administrator, ""), func(a *AdoptRuleSet) { a.LAG = "" }, MalformedInput, "layer"},
		{"a group's in another layer", office, func(a *AdoptRuleSet) { a.Layer = rules.EU }, MalformedInput, "layer"},
		{"a version of two words", office, func(a *AdoptRuleSet) { a.Version = "2 a" }, MalformedInput, "version"},
		{"a version that there is", office, func(a *AdoptRuleSet) { a.Version = "1" }, Conflict, "version"},
		{"that there is for all", officer("a", Administrator, ""), shared(same), Conflict, "version"},
		{"yesterday", office, func(a *AdoptRuleSet) { a.From = today.AddDays(-1) }, DateRefused, "from"},
		{"ends before it begins", office, func(a *AdoptRuleSet) { a.From, a.To = today.AddDays(2), today.AddDays(1) }, MalformedInput, "parameters"},
		{"without values", office, func(a *AdoptRuleSet) { a.Parameters = nil }, MalformedInput, "parameters"},
		{"a name that no rule takes", office, func(a *AdoptRuleSet) { a.Parameters[0].Name = "scores.limit" }, MalformedInput, "parameters.0"},
		{"a value twice", office, func(a *AdoptRuleSet) { a.Parameters = append(a.Parameters, a.Parameters[0]) }, MalformedInput, "parameters"},
		{"without a decision", office, func(a *AdoptRuleSet) { a.Decision = " " }, MalformedInput, "decision"},
		{"without a reason", office, func(a *AdoptRuleSet) { a.Reason = " " }, ReasonRequired, "reason"},
		{"with a book for a reason", office, func(a *AdoptRuleSet) { a.Reason = strings.Repeat("a", maxText+1) }, MalformedInput, "reason"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := publishing(t)
			r.sets = before
			a := sound
			a.Parameters = slices.Clone(a.Parameters)
			tt.change(&a)
			done, err := e.Do(t.Context(), tt.who, a)
			if tt.want != "" {
				if !onlyCode(err, tt.want) || fieldOf(err) != tt.field || r.pending != nil || len(r.applied) > 0 {
					t.Errorf("got %v for %q, want %s for %q alone and nothing kept", err, fieldOf(err), tt.want, tt.field)
				}
				return
			}
			if err != nil || (done.Pending == nil) != a.DryRun || len(r.applied) > 0 {
				t.Errorf("got %+v and %v, want it to wait unless it is only looked at", done, err)
			}
		})
	}
}

// fieldOf is the input that the first refusal speaks of.
func fieldOf(err error) string {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Refusals[0].Field
	}
	return ""
}

// TestAnAdoptedRuleSetKeepsItsDays, whatever those of its parameters said.
func TestAnAdoptedRuleSetKeepsItsDays(t *testing.T) {
	const group ident.ID = "lag_1"
	r, e := publishing(t)
	author := officer("ADMINISTRATOR", Administrator, group)
	second := officer("second", Chair, group)
	a := AdoptRuleSet{
		LAG: group, Layer: rules.Local, Version: "2", From: noon.Day().AddDays(3), To: noon.Day().AddDays(9), Decision: "VVG-7", Reason: "r",
		Parameters: []rules.Parameter{{Layer: rules.EU, Name: rules.ExtensionDays, Value: "14", From: "1999-01-01"}},
	}
	pending, err := e.Do(t.Context(), author, a)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.pending.Act; got.Name() != "ruleSet.adopt" || got.Reason() != "r" || len(got.Facts()) != 4 || got.Facts()[3] != (rules.Fact{Name: rules.ExtensionDays, Value: "14"}) {
		t.Errorf("kept %+v, want what is adopted", got.Facts())
	}
	done, err := e.Do(t.Context(), second, Confirm{ID: pending.Pending.ID})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"layer":"LAG","name":"call.extensionDays","value":"14","source":"","verified":false,"effectiveFrom":"` +
		string(a.From) + `","effectiveTo":"` + string(a.To) + `"}]`
	if got := r.applied[0].Set; got["parameters"] != want || got["effectiveFrom"] != a.From {
		t.Errorf("got %v, want %s", got, want)
	}
	if h := r.entries[0]; h.Dossier != group || h.SecondActor != second.Person || h.Role != string(Administrator) || done.Subject.ID.Prefix() != ident.RuleSet {
		t.Errorf("got the entry %+v, want one of the group by two", h)
	}
}

// TestTheEngineLoadsWhatWasInForceBefore, by itself and as the clock.
func TestTheEngineLoadsWhatWasInForceBefore(t *testing.T) {
	r, e := publishing(t)
	_, err := e.Do(t.Context(), SystemActor(), AdoptRuleSet{Layer: rules.EU, Version: "1", From: clock.Date("2014-01-01")})
	if err != nil || len(r.entries) != 1 || r.entries[0].Role != string(Clock) || r.entries[0].LAG != "" || r.entries[0].Dossier.Prefix() != ident.Registry {
		t.Errorf("got %+v and %v, want an entry of the registry", r.entries, err)
	}
}
