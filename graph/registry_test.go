package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// registered puts a person with an e-mail into the registry, in a role of the group.
func (a *api) registered(role workflow.Role, org ident.ID, email string) workflow.Actor {
	id := a.ID(ident.Person)
	a.Must(workflow.SystemActor(), workflow.RegisterPerson{
		ID: id, Name: "Vardenė", Email: email, Organisation: org, Sourced: workflow.Sourced{Synthetic: true},
	}.Record())
	a.Must(workflow.SystemActor(), workflow.GrantRole{ID: a.ID(ident.RoleGrant), Person: id, LAG: a.LAG, Role: role, Since: "2016-01-01", Synthetic: true}.Record())
	return workflow.Actor{Person: id, Organisation: org, Grants: []workflow.Grant{{Role: role, LAG: a.LAG}}}
}

// amend is the correction of a record of the registry by the group.
func (a *api) amend(id ident.ID, field, value string) map[string]any {
	return map[string]any{
		"id": id, "lagId": a.LAG, "field": field, "value": value, "reason": "Suklysta perrašant.", "documentId": a.Document(a.LAG, a.LAG), "idempotencyKey": a.key(),
	}
}

// TestTheRegistryIsMendedByTheGroupConcerned, by two of its office, and what rests on the fact
// in it asks for a decision.
func TestTheRegistryIsMendedByTheGroupConcerned(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.registered(workflow.Applicant, a.Applicants[0], "b@liberi.lt")
		evaluator := a.registered(workflow.Evaluator, "", "vardene@kitur.lt")
		_, p := a.InQuality(50_000_00, 10_000_00)
		a.Assign(p, evaluator)
		office, chair, org := a.People[workflow.Administrator], a.People[workflow.Chair], a.Applicants[0]
		for name, tt := range map[string]struct {
			who  workflow.Actor
			in   map[string]any
			want string
		}{
			"a code that does not hold":  {office, a.amend(org, "legalCode", "192050726"), "BAD_CHECK_DIGIT"},
			"another's code":             {office, a.amend(org, "legalCode", "188710823"), "CONFLICT"},
			"a form that is none":        {office, a.amend(org, "legalForm", "GMBH"), "MALFORMED_INPUT"},
			"an address never entered":   {office, a.amend(org, "address", "Turgaus a. 1"), "NOT_ALLOWED_HERE"},
			"by the applicant":           {a.ApplicantActors[0], a.amend(org, "name", "Kitaip"), "NOT_FOUND"},
			"by an auditor":              {a.People[workflow.Auditor], a.amend(org, "name", "Kitaip"), "ROLE_REFUSED"},
			"by the office of elsewhere": {a.Outsider, a.amend(org, "name", "Kitaip"), "NOT_FOUND"},
			"an e-mail that is none":     {office, a.amend(evaluator.Person, "email", "kitur"), "MALFORMED_INPUT"},
			"as it stands":               {office, a.amend(evaluator.Person, "email", "vardene@kitur.lt"), "NOT_ALLOWED_HERE"},
		} {
			if r := a.do(tt.who, "correctRecord", tt.in); r.at("userErrors", 0, "code") != tt.want {
				t.Errorf("%s: got %s, want %s", name, r.body, tt.want)
			}
		}
		theirs := a.amend(org, "name", "Kitaip")
		theirs["lagId"] = a.Outsider.Grants[0].LAG
		if r := a.do(a.Outsider, "correctRecord", theirs); r.at("userErrors", 0, "code") != "ROLE_REFUSED" {
			t.Errorf("by a group that has nothing to do with it: got %s, want ROLE_REFUSED", r.body)
		}
		mended := func(id ident.ID, field, value string, want ...string) {
			t.Helper()
			in := a.amend(id, field, value)
			in["dryRun"] = true
			dry := a.do(office, "correctRecord", in)
			in = a.amend(id, field, value)
			r := a.do(office, "correctRecord", in)
			if r.at("pendingConfirmation") == nil {
				t.Fatalf("%s: got %s, want it to wait", field, r.body)
			}
			done := a.confirmed(chair, r)
			for _, w := range want {
				if !strings.Contains(dry.body, w) || !strings.Contains(done.body, w) {
					t.Errorf("%s: got %s and %s, want %s in both", field, dry.body, done.body, w)
				}
			}
			if len(want) == 0 && done.at("consequences", 0) != nil {
				t.Errorf("%s: got %s, want nothing to rest on it", field, done.body)
			}
		}
		mended(org, "name", "Liberi")
		mended(org, "legalForm", "UAB", "R-03", string(p))
		mended(org, "legalCode", "304962119", "R-10", string(p))
		mended(evaluator.Person, "name", "Pavardenė")
		mended(evaluator.Person, "email", "vardene@liberi.lt", "R-24", string(p), `{"name":"is","value":"EMAIL_DOMAIN"}`)
		got := a.must(office, fmt.Sprintf(`{ o: node(id: %q) { ... on Organisation { name legalForm legalCode } } e: node(id: %q) { ... on Person { name email } }
			incidents(first: 9, filter: {subjectId: %q, open: true}) { totalCount } }`, org, evaluator.Person, p), nil)
		if !strings.Contains(got.body, `{"name":"Liberi","legalForm":"UAB","legalCode":"304962119"}`) || !strings.Contains(got.body, `{"name":"Pavardenė","email":"vardene@liberi.lt"}`) ||
			got.at("incidents", "totalCount") != 3.0 {
			t.Errorf("got %s, want all mended and three incidents", got.body)
		}
		h := a.must(office, `{ registry { history(last: 5) { edges { node { kind guards { facts { name value } } } } } } }`, nil)
		if !strings.Contains(h.body, `{"name":"was","value":"VSI"},{"name":"is","value":"UAB"}`) || strings.Contains(h.body, "liberi.lt") || strings.Contains(h.body, "avarden") {
			t.Errorf("history: got %s, want what was mended, and no personal text", h.body)
		}
		if r := a.must(public, `{ registry { history(last: 5) { totalCount } } }`, nil); r.at("registry") != nil {
			t.Errorf("the public: got %s, want no registry", r.body)
		}
	})
}

// TestASeatsDaysAreMended, and the meetings at which it would count otherwise are named.
func TestASeatsDaysAreMended(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		board := a.Board(workflowtest.Thirds(1)...)
		seat := board[0].Seat
		first := a.Engine.Today()
		r := a.mended(seat, "since", string(first.AddDays(1)))
		if !strings.Contains(r.body, string(a.Meeting)) || r.at("consequences", 0, "code") != "CORRECTED" {
			t.Errorf("got %s, want the meeting that was held the day before", r.body)
		}
		if r := a.mended(seat, "since", string(first.AddDays(2))); r.at("consequences", 0) != nil {
			t.Errorf("got %s, want no meeting between the days", r.body)
		}
	})
}
