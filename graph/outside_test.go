package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// TestOrderBySinceLeavesOutAlike: while neither is decided, the one above the
// threshold stands in no list in which the one below it does not.
func TestOrderBySinceLeavesOutAlike(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		above, below := a.twins()
		query := fmt.Sprintf(`{ proposals(first: 9, orderBy: [{field: STATE_SINCE}]) { totalCount } above: node(id: %q) { id } below: node(id: %q) { id } }`, above, below)
		r := a.must(a.ApplicantActors[0], query, nil)
		if r.at("proposals", "totalCount") != 0.0 || (r.at("above") == nil) != (r.at("below") == nil) {
			t.Errorf("got %s, want both left out", r.body)
		}
		if r := a.must(a.People[workflow.Secretary], query, nil); r.at("proposals", "totalCount") != 2.0 {
			t.Errorf("the office: got %s, want both", r.body)
		}
	})
}

// TestOwnActsTellNothingOfOthers: what an applicant does meanwhile is answered the
// same above the threshold as below it, and they read of it once it is decided.
func TestOwnActsTellNothingOfOthers(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		above, below := a.twins()
		applicant := a.ApplicantActors[0]
		done := func(p ident.ID) (entry, entries any, papers string) {
			r := a.do(applicant, "recordDocument", map[string]any{
				"subjectId": p, "kind": "LETTER", "title": "Laiškas", "hash": strings.Repeat("a", 64), "idempotencyKey": a.key(),
			})
			h := a.must(applicant, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 90) { totalCount } } } }`, p), nil)
			paper := a.must(applicant, fmt.Sprintf(`{ node(id: %q) { id } }`, r.at("subject", "id")), nil)
			return r.at("entry"), h.at("node", "history", "totalCount"), fmt.Sprint(paper.at("node") != nil)
		}
		one, inOne, paper := done(above)
		other, inOther, theirs := done(below)
		if one != nil || other != nil || inOne != inOther || paper != "true" || theirs != "true" {
			t.Errorf("got the entries %v and %v of %v and %v, papers %s and %s, want all alike and the papers read", one, other, inOne, inOther, paper, theirs)
		}
		r := a.do(a.People[workflow.Administrator], "recordDocument", map[string]any{
			"subjectId": below, "kind": "LETTER", "title": "Laiškas", "hash": strings.Repeat("b", 64), "idempotencyKey": a.key(),
		})
		if r.at("entry", "n") == nil {
			t.Errorf("the office: got %s, want its entry", r.body)
		}
	})
}

// TestDaysOfHiddenActsAreNotTold: an applicant's act is of the day on which they
// send it, whatever has been done before it.
func TestDaysOfHiddenActsAreNotTold(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		above, below := a.Proposal(call, 0, 10_000_00), a.Proposal(call, 0, 10_000_00)
		a.Fire(above, "submit", nil)
		a.Fire(below, "submit", nil)
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		for p, points := range map[ident.ID]rules.Score{above: 50_00, below: 1_00} {
			a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
			a.Evaluate(p, call, points)
		}
		a.Clock.Advance(3 * 24 * time.Hour)
		a.Fire(below, "putToBoard", nil)
		today := a.Clock.Now().Day()
		for _, on := range []string{"2001-01-01", string(today.AddDays(-1)), string(today.AddDays(-3)), string(today)} {
			said := map[ident.ID]string{}
			for _, p := range []ident.ID{above, below} {
				v := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { version } } }`, p), nil).at("node", "version")
				r := a.do(a.ApplicantActors[0], "fireTransition", map[string]any{
					"id": p, "event": "withdraw", "expectedVersion": v, "effectiveOn": on, "dryRun": true,
					"facts": []map[string]any{{"name": "signedRequest", "value": "true"}}, "idempotencyKey": a.key(),
				})
				said[p] = strings.ReplaceAll(r.body, string(p), "X")
			}
			if said[above] != said[below] || strings.Contains(said[above], "DATE_REFUSED") != (on != string(today)) {
				t.Errorf("on %s: above %s\nbelow %s", on, said[above], said[below])
			}
		}
	})
}

// TestBoardMembersOfTheApplicantAreToldNoMore: neither state, scores nor the vote,
// in whichever role they have signed in.
func TestBoardMembersOfTheApplicantAreToldNoMore(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, below := a.twins()
		a.Fire(below, "putToBoard", nil)
		a.Decide(below, "decideReject")
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { state { name } finalScore evaluations { scores { points } } history(first: 90) { edges { node { event guards { guard } } } } } } }`, below)
		votes := fmt.Sprintf(`{ meetings: node(id: %q) { ... on Meeting { decisions { id } } } }`, a.Meeting)
		applicant, board := a.ApplicantActors[0], a.People[workflow.BoardMember]
		want := a.must(applicant, votes, nil).body
		for name, grants := range map[string][]workflow.Grant{"as the board": board.Grants[:1:1], "in both": append(board.Grants[:1:1], applicant.Grants...)} {
			both := workflow.Actor{Person: board.Person, Organisation: applicant.Organisation, Grants: grants}
			r := a.must(both, query, nil)
			scores := fmt.Sprint(r.at("node", "evaluations"))
			if r.at("node", "state", "name") != "scored" || r.at("node", "finalScore") != nil || strings.Contains(scores, "points") || strings.Contains(r.body, `"R-16"`) {
				t.Errorf("%s: got %s, want what the applicant is told", name, r.body)
			}
			if got := a.must(both, votes, nil).body; got != want {
				t.Errorf("%s: got the decisions %s, want %s", name, got, want)
			}
			if got := a.must(both, `{ proposals(first: 9, orderBy: [{field: FINAL_SCORE}]) { totalCount } }`, nil).at("proposals", "totalCount"); got != 0.0 {
				t.Errorf("%s, by score: got %v, want none of their own", name, got)
			}
		}
		if r := a.must(board, query, nil); r.at("node", "state", "name") == "scored" || r.at("node", "finalScore") == nil {
			t.Errorf("another of the board: got %s, want the case as it is", r.body)
		}
	})
}

// TestEvaluatorsAreOfAnotherOrganisation than the one that applies.
func TestEvaluatorsAreOfAnotherOrganisation(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.InQuality(50_000_00, 10_000_00)
		for i, want := range []any{"RULE_FAILED", nil} {
			who := a.Person(workflow.Evaluator, a.LAG, a.Applicants[i])
			r := a.do(a.People[workflow.Administrator], "assignEvaluator", map[string]any{"proposalId": p, "evaluatorId": who.Person, "idempotencyKey": a.key()})
			if r.at("userErrors", 0, "code") != want {
				t.Errorf("of applicant %d: got %s, want %v", i, r.body, want)
			}
		}
	})
}

// TestASecondRoundDoesNotReadTheFirst: whoever assesses anew reads what happened,
// and not which scores it happened on.
func TestASecondRoundDoesNotReadTheFirst(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		a.Fire(p, "returnToEvaluation", nil)
		fresh := a.Person(workflow.Evaluator, a.LAG, "")
		a.Evaluators = append(a.Evaluators, fresh)
		a.Walk(a.Assign(p, fresh), "declareNoConflict")
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 90) { edges { node { event to guards { guard facts { name value } } } } } } } }`, p)
		if b := a.must(fresh, query, nil).body; strings.Contains(b, `"facts":[{`) || !strings.Contains(b, `"to":"board_agenda"`) {
			t.Errorf("got %s, want what happened alone", b)
		}
		if b := a.must(a.People[workflow.BoardMember], query, nil).body; !strings.Contains(b, `"lowest"`) {
			t.Errorf("the board: got %s, want the facts too", b)
		}
	})
}
