package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// mended has two persons correct the fact and gives the payload.
func (a *api) mended(id any, field, value string) reply {
	a.t.Helper()
	r := a.do(a.People[workflow.Secretary], "correctRecord", map[string]any{
		"id": id, "field": field, "value": value, "reason": "Suklysta perrašant.", "documentId": a.Document(a.LAG, a.LAG), "idempotencyKey": a.key(),
	})
	if r.at("pendingConfirmation") == nil {
		a.t.Fatalf("%s: got %s, want it to wait", field, r.body)
	}
	return a.confirmed(a.People[workflow.Chair], r)
}

// TestAScoreIsMendedAndNothingFollowsSilently: the final score stands until somebody
// decides, and can then be made to follow.
func TestAScoreIsMendedAndNothingFollowsSilently(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		a.Decide(p, "decideFund")
		office := a.People[workflow.Administrator]
		const scores = `query($p: ID!) { node(id: $p) { ... on Proposal { finalScore evaluations { scores { id points criterion { code } } } } } }`
		before := a.must(office, scores, map[string]any{"p": p})
		id, points := before.at("node", "evaluations", 0, "scores", 0, "id"), before.at("node", "evaluations", 0, "scores", 0, "points")
		value := rules.Score(int64(points.(float64)) - 10_00).String()
		dry := a.do(office, "correctRecord", map[string]any{"id": id, "field": "points", "value": value, "dryRun": true, "idempotencyKey": a.key()})
		if dry.at("consequences", 0, "code") != "CORRECTED" || dry.at("pendingConfirmation") != nil || dry.at("userErrors", 0) != nil {
			t.Fatalf("dry run: got %s, want what rests on it", dry.body)
		}
		done := a.mended(id, "points", value)
		if done.at("consequences", 1) == nil || !strings.Contains(done.body, `"finalScore"`) || !strings.Contains(done.body, `"decision"`) {
			t.Errorf("got %s, want the final score and the decision", done.body)
		}
		after := a.must(office, scores, map[string]any{"p": p})
		if after.at("node", "finalScore") != before.at("node", "finalScore") || after.at("node", "evaluations", 0, "scores", 0, "points") != points.(float64)-1000 {
			t.Errorf("got %s, want the points mended and the final score as it was", after.body)
		}
		open := a.must(office, fmt.Sprintf(`{ incidents(first: 9, filter: {subjectId: %q, open: true}) { totalCount edges { node { id code message } } } today(lagId: %q) { id reason } }`, p, a.LAG), nil)
		if open.at("incidents", "totalCount") != 2.0 || !strings.Contains(open.body, `"INCIDENT"`) {
			t.Errorf("got %s, want two incidents and a task", open.body)
		}
		incident := open.at("incidents", "edges", 0, "node", "id")
		if r := a.do(office, "retryIncident", map[string]any{"id": incident, "idempotencyKey": a.key()}); r.at("userErrors", 0, "code") != "NOT_ALLOWED_HERE" {
			t.Errorf("retried: got %s, want NOT_ALLOWED_HERE", r.body)
		}
		a.Fire(p, "returnToEvaluation", nil)
		if got := a.must(office, fmt.Sprintf(`{ incidents(first: 9, filter: {subjectId: %q, open: true}) { totalCount } }`, p), nil).at("incidents", "totalCount"); got != 2.0 {
			t.Errorf("after the case went on: got %v open, want them to wait for a decision", got)
		}
		a.done(office, "setAsideIncident", map[string]any{"id": incident, "reason": "Valdyba svarstys iš naujo."})
		h := a.must(office, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(last: 9) { edges { node { kind guards { guard facts { name value } } } } } } } }`, p), nil)
		if want := fmt.Sprintf(`{"name":"was","value":"%.0f"}`, points); !strings.Contains(h.body, want) {
			t.Errorf("history: got %s, want %s", h.body, want)
		}
	})
}

// TestAFinalScoreFollowsOnceItIsDecided, and no other than the evaluations give.
func TestAFinalScoreFollowsOnceItIsDecided(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		office := a.People[workflow.Administrator]
		score := a.must(office, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { scores { id points } } } } }`, p), nil)
		r := a.mended(score.at("node", "evaluations", 0, "scores", 0, "id"), "points", "45.00")
		would := ""
		for i := range 2 {
			if r.at("consequences", 0, "facts", i, "name") == "would" {
				would, _ = r.at("consequences", 0, "facts", i, "value").(string)
			}
		}
		in := map[string]any{"id": p, "field": "finalScore", "value": "99.00", "dryRun": true, "idempotencyKey": a.key()}
		if got := a.do(office, "correctRecord", in); got.at("userErrors", 0, "code") != "MALFORMED_INPUT" || !strings.Contains(got.body, would) || would == "" {
			t.Errorf("another score: got %s, want it refused for %s", got.body, would)
		}
		a.mended(p, "finalScore", would)
		got := a.must(office, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { finalScore } } }`, p), nil).at("node", "finalScore")
		if got != nil && fmt.Sprintf("%.2f", got.(float64)/100) != would {
			t.Errorf("got %v, want %s", got, would)
		}
	})
}

// TestVotesAreMendedAndTheOutcomeStands until the board looks at it again.
func TestVotesAreMendedAndTheOutcomeStands(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		d := a.Decide(p, "decideFund")
		if r := a.mended(d, "votesAgainst", "2"); r.at("consequences", 0) != nil {
			t.Errorf("still carried: got %s, want nothing to decide", r.body)
		}
		r := a.mended(d, "votesFor", "1")
		if r.at("consequences", 0, "code") != "CORRECTED" || r.at("consequences", 1) != nil {
			t.Errorf("no longer carried: got %s, want one thing to decide", r.body)
		}
		got := a.must(a.People[workflow.Administrator], fmt.Sprintf(`{ node(id: %q) { ... on Decision { outcome votesFor votesAgainst } } }`, d), nil).body
		if !strings.Contains(got, `{"outcome":"ADOPTED","votesFor":1,"votesAgainst":2}`) {
			t.Errorf("got %s, want the votes mended and the outcome as it was", got)
		}
	})
}

// TestCorrectionsAreTheOfficesByTwo: of what was entered, with reason and paper.
func TestCorrectionsAreTheOfficesByTwo(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		d, paper, office := a.Decide(p, "decideFund"), a.Document(p, p), a.People[workflow.Administrator]
		for name, tt := range map[string]struct {
			who    workflow.Actor
			change map[string]any
			code   any
		}{
			"the office": {office, nil, nil}, "the secretary": {a.People[workflow.Secretary], nil, nil},
			"an auditor": {a.People[workflow.Auditor], nil, "ROLE_REFUSED"}, "its applicant": {a.ApplicantActors[0], nil, "NOT_FOUND"},
			"a board member": {a.People[workflow.BoardMember], nil, "NOT_FOUND"}, "somebody of elsewhere": {a.Outsider, nil, "NOT_FOUND"},
			"the outcome": {office, map[string]any{"field": "outcome", "value": "NOT_ADOPTED"}, "MALFORMED_INPUT"},
			"what stands": {office, map[string]any{"value": "7"}, "NOT_ALLOWED_HERE"}, "no number": {office, map[string]any{"value": "seven"}, "MALFORMED_INPUT"},
			"too many": {office, map[string]any{"value": "1000000"}, "MALFORMED_INPUT"}, "for no reason": {office, map[string]any{"reason": " "}, "REASON_REQUIRED"},
			"on no paper":           {office, map[string]any{"documentId": nil}, "DOCUMENT_REQUIRED"},
			"on an unknown one":     {office, map[string]any{"documentId": a.ID(ident.Document)}, "DOCUMENT_REQUIRED"},
			"of what is not":        {office, map[string]any{"id": a.ID(ident.Decision)}, "NOT_FOUND"},
			"of an indicator":       {office, map[string]any{"id": a.ID(ident.Indicator)}, "WRONG_ID_TYPE"},
			"of an organisation":    {office, map[string]any{"id": a.Applicants[0], "field": "name"}, "MALFORMED_INPUT"}, // by no group
			"what was not entered":  {office, map[string]any{"id": p, "field": "receivedAt", "value": "2019-03-05T09:30:00Z"}, "NOT_ALLOWED_HERE"},
			"a day in the future":   {office, map[string]any{"id": paper, "field": "datedOn", "value": "2999-01-01"}, "MALFORMED_INPUT"},
			"a number of two words": {office, map[string]any{"field": "votesAbstained", "value": "1 2"}, "MALFORMED_INPUT"},
		} {
			in := map[string]any{"id": d, "field": "votesFor", "value": "6", "reason": "Suklysta.", "documentId": paper, "idempotencyKey": a.key()}
			for k, v := range tt.change {
				in[k] = v
			}
			if r := a.do(tt.who, "correctRecord", in); r.at("userErrors", 0, "code") != tt.code {
				t.Errorf("%s: got %s, want %v", name, r.body, tt.code)
			}
		}
	})
}
