package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// TestRuleSetsAreAdoptedAndRead: two persons put a limit in force from a day on,
// and everybody may read which holds and by which day it is chosen.
func TestRuleSetsAreAdoptedAndRead(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		office, today := a.People[workflow.Administrator], a.Clock.Now().Day()
		adopt := func(who workflow.Actor, change map[string]any) reply {
			in := map[string]any{
				"lagId": a.LAG, "layer": "LAG", "version": "2", "from": today.AddDays(1), "decision": "VVG-2", "reason": "Per daug skyrėsi.",
				"parameters": []map[string]any{{"name": "scores.divergenceLimit", "value": "15.00", "source": "VVG-2"}}, "idempotencyKey": a.key(),
			}
			for k, v := range change {
				in[k] = v
			}
			return a.do(who, "adoptRuleSet", in)
		}
		for name, tt := range map[string]struct {
			who    workflow.Actor
			change map[string]any
			code   string
		}{
			"nobody of the group": {a.Outsider, nil, "NOT_FOUND"}, "a board member": {a.People[workflow.BoardMember], nil, "ROLE_REFUSED"},
			"for all groups": {office, map[string]any{"lagId": nil, "layer": "EU"}, "ROLE_REFUSED"}, "yesterday": {office, map[string]any{"from": today.AddDays(-1)}, "DATE_REFUSED"},
			"half a date":           {office, map[string]any{"from": "2027"}, "MALFORMED_INPUT"},
			"a name nobody knows":   {office, map[string]any{"parameters": []map[string]any{{"name": "x", "value": "1", "source": "s"}}}, "MALFORMED_INPUT"},
			"a version there is":    {office, map[string]any{"version": "1"}, "CONFLICT"},
			"a paper of nobody":     {office, map[string]any{"documentId": a.ID(ident.Document)}, "NOT_FOUND"},
			"no paper":              {office, map[string]any{"documentId": a.LAG}, "WRONG_ID_TYPE"},
			"of another layer":      {office, map[string]any{"layer": "CITY"}, "MALFORMED_INPUT"},
			"nothing":               {office, map[string]any{"parameters": []map[string]any{}}, "MALFORMED_INPUT"},
			"under no key":          {office, map[string]any{"idempotencyKey": ""}, "MALFORMED_INPUT"},
			"without a decision":    {office, map[string]any{"decision": ""}, "MALFORMED_INPUT"},
			"in another's dossier":  {office, map[string]any{"lagId": a.ID(ident.LAG)}, "NOT_FOUND"},
			"in no group's dossier": {office, map[string]any{"lagId": a.Measure}, "WRONG_ID_TYPE"},
		} {
			if r := adopt(tt.who, tt.change); r.at("userErrors", 0, "code") != tt.code {
				t.Errorf("%s: got %s, want %s", name, r.body, tt.code)
			}
		}
		const sets = `query($l: ID) { ruleSets(lagId: $l) { layer version effectiveFrom effectiveTo decision parameters { name value verified } } ruleParameters { name rule governedBy } }`
		before := a.must(public, sets, map[string]any{"l": a.LAG}).body
		if r := adopt(office, map[string]any{"dryRun": true, "reason": nil}); r.at("userErrors", 0) != nil || r.at("pendingConfirmation") != nil {
			t.Errorf("dry run: got %s, want nothing against it", r.body)
		}
		pending := adopt(office, nil)
		if got := a.must(public, sets, map[string]any{"l": a.LAG}).body; got != before {
			t.Errorf("while it waits: got %s, want %s", got, before)
		}
		facts := fmt.Sprint(a.must(a.SecondAdministrator, fmt.Sprintf(`{ awaitedActs(lagId: %q) { act facts { name value } } }`, a.LAG), nil).at("awaitedActs", 0))
		if !strings.Contains(facts, "ruleSet.adopt") || !strings.Contains(facts, "value:15.00") {
			t.Errorf("awaited: got %s, want what is to be adopted", facts)
		}
		a.confirmed(a.SecondAdministrator, pending)
		got := a.must(public, sets, map[string]any{"l": a.LAG})
		want := fmt.Sprintf(`{"layer":"LAG","version":"2","effectiveFrom":%q,"effectiveTo":null,"decision":"VVG-2","parameters":[{"name":"scores.divergenceLimit","value":"15.00","verified":false}]}`, today.AddDays(1))
		if !strings.Contains(got.body, want) || !strings.Contains(got.body, `{"name":"scores.divergenceLimit","rule":"R-16","governedBy":"CALL_OPENS"}`) {
			t.Errorf("got %s, want %s", got.body, want)
		}
		if got := a.must(public, sets, nil); got.at("ruleSets", 0) != nil {
			t.Errorf("of all groups: got %s, want none of a group", got.body)
		}
	})
}
