package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestVersionsAreForThoseInside the proposal: whoever is told that it exists is told no change of it.
func TestVersionsAreForThoseInside(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.limited()
		call, p := a.InQuality(50_000_00, 10_000_00)
		a.clarified(p)
		a.Fire(call, "publishReceivedList", nil)
		a.Walk(a.Assign(p, a.Evaluators[0]), "declareConflict")
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title versionChanges(from: 1, to: 2) { field } } } }`, p)
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want bool
		}{
			"its applicant": {a.ApplicantActors[0], true}, "the board": {a.People[workflow.BoardMember], true},
			"an evaluator with a conflict": {a.Evaluators[0], false},
		} {
			r := a.must(tt.who, query, nil)
			if r.at("node", "title") == nil || (r.at("node", "versionChanges") != nil) != tt.want {
				t.Errorf("%s: got %s, want the proposal, and its changes: %t", name, r.body, tt.want)
			}
		}
		none := strings.Replace(query, "to: 2", "to: 3", 1)
		if r := a.must(a.People[workflow.BoardMember], none, nil); r.at("node", "versionChanges") != nil {
			t.Errorf("to a version that is not there: got %s, want null", r.body)
		}
	})
}

// TestOtherProjectsAreTheApplicantsAndTheLike, the most alike first.
func TestOtherProjectsAreTheApplicantsAndTheLike(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 1, 10_000_00)
		title := a.must(a.ApplicantActors[1], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title } } }`, p), nil).at("node", "title").(string)
		a.projectOf(0, title+" antrasis")
		a.projectOf(0, "Grožio ambasada")
		a.projectOf(1, "Verslo švyturys")
		a.projectOf(1, title)
		r := a.must(a.ApplicantActors[1], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { otherProjects { sameApplicant similarity project { title } } } } }`, p), nil)
		want := fmt.Sprintf(`[{"sameApplicant":true,"similarity":100,"project":{"title":%q}},{"sameApplicant":false,"similarity":75,"project":{"title":%q}},{"sameApplicant":true,"similarity":0,"project":{"title":"Verslo švyturys"}}]`,
			title, title+" antrasis")
		if !strings.Contains(r.body, want) {
			t.Errorf("got %s, want %s", r.body, want)
		}
	})
}
