package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// proposedForRejection is a proposal below the threshold of its call.
func (a *api) proposedForRejection() ident.ID {
	call := a.OpenCall(50_000_00)
	p := a.Proposal(call, 0, 10_000_00)
	a.Fire(p, "submit", nil)
	a.CloseCall(call)
	a.Fire(call, "publishReceivedList", nil)
	a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
	a.Evaluate(p, call, 1_00)
	a.Walk(p, "scoresFinal", "belowThreshold")
	return p
}

// TestProposedRejectionIsForTheBoardFirst: whoever waits for the decision is told
// that scores are final, by every way that a state shows.
func TestProposedRejectionIsForTheBoardFirst(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.proposedForRejection()
		project := a.project(p)
		applicant, office := a.ApplicantActors[0], a.People[workflow.Secretary]
		for way, query := range map[string]string{
			"state":   `{ node(id: {p}) { ... on Proposal { state { name label } } } }`,
			"project": `{ node(id: {j}) { ... on Project { state { name label } } } }`,
			"history": `{ node(id: {p}) { ... on Proposal { history(first: 50) { edges { node { event from to fromState { name } toState { name } } } } } } }`,
			"explain": `{ node(id: {p}) { ... on Proposal { availableTransitions { event toState { name } blockedBy { code message facts { value } } } } } }`,
		} {
			query = strings.NewReplacer("{p}", quoted(p), "{j}", quoted(project)).Replace(query)
			if r := a.must(office, query, nil); !strings.Contains(r.body, "proposed_reject") && way != "explain" {
				t.Errorf("%s to the office: got %s, want the state", way, r.body)
			}
			r := a.must(applicant, query, nil)
			for _, word := range []string{"proposed_reject", "itemForRejection"} {
				if strings.Contains(r.body, word) {
					t.Errorf("%s to the applicant: got %s, want no %s", way, r.body, word)
				}
			}
			if told := strings.Contains(r.body, "belowThreshold"); told != (way == "explain") {
				t.Errorf("%s to the applicant: got %s, want the event among those of the scored alone", way, r.body)
			}
		}
		for _, list := range []string{"proposals", "projects"} {
			for state, want := range map[string][2]float64{"proposed_reject": {0, 1}, "scored": {1, 0}} {
				query := fmt.Sprintf(`{ %s(first: 5, filter: {state: %q}) { totalCount } }`, list, state)
				for i, who := range []workflow.Actor{applicant, office} {
					if got := a.must(who, query, nil).at(list, "totalCount"); got != want[i] {
						t.Errorf("%s in %s: got %v, want %v", list, state, got, want[i])
					}
				}
			}
		}
	})
}

// TestRefusalsTellNoProposedRejection: an applicant's attempts are refused as from
// the state that they are told, and what is theirs to do can be done.
func TestRefusalsTellNoProposedRejection(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.proposedForRejection()
		attempt := func(event workflow.EventName) error {
			_, err := a.Engine.Do(t.Context(), a.ApplicantActors[0], workflow.Fire{Subject: p, Event: event})
			return err
		}
		if err := attempt("belowThreshold"); !workflow.Refused(err, workflow.RoleRefused) {
			t.Errorf("belowThreshold: got %v, want %s as from scored", err, workflow.RoleRefused)
		}
		for _, event := range []workflow.EventName{"returnToEvaluation", "passAdmin"} {
			err := attempt(event)
			if !workflow.Refused(err, workflow.NotAllowedHere) || !strings.Contains(err.Error(), "Assessment is complete") {
				t.Errorf("%s: got %v, want %s in the applicant's words", event, err, workflow.NotAllowedHere)
			}
		}
		a.Fire(p, "withdraw", nil)
		if got := a.Subject(p).State; got != "withdrawn" {
			t.Errorf("got the state %s, want it withdrawn", got)
		}
	})
}

// TestDecisionIsKnownOutsideWhenItIsCarriedOut: neither by itself, nor by what its
// absence would refuse.
func TestDecisionIsKnownOutsideWhenItIsCarriedOut(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		applicant := a.ApplicantActors[0]
		explain := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { availableTransitions { event blockedBy { code } } } } }`, p)
		before := a.must(applicant, explain, nil).body
		d := a.Decide(p, "decideReject")
		if after := a.must(applicant, explain, nil).body; after != before {
			t.Errorf("got %s with the decision on record, want %s as without it", after, before)
		}
		node := fmt.Sprintf(`{ node(id: %q) { id } }`, d)
		check := func(when string, want bool) {
			t.Helper()
			if got := a.must(applicant, node, nil).at("node") != nil; got != want {
				t.Errorf("%s: the applicant sees the decision = %t, want %t", when, got, want)
			}
		}
		check("recorded", false)
		_, f := a.Prepared(p, "decideReject", nil)
		f.Decision = d
		if _, err := a.Send(a.People[workflow.Chair], f); err != nil {
			t.Fatal(err)
		}
		check("carried out", true)
	})
}

// TestReceiptIsANumberThatCountsNothing: what was filed has one at once, those
// inside read it, and no two are in a row.
func TestReceiptIsANumberThatCountsNothing(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		seen := map[any]bool{}
		for i := range 2 {
			p := a.Proposal(call, i, 10_000_00)
			a.Fire(p, "submit", nil)
			query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { receiptNo regNo contentHash } } }`, p)
			r := a.must(a.ApplicantActors[i], query, nil)
			number, _ := r.at("node", "receiptNo").(string)
			if len(number) != 12 || seen[number[:4]] || r.at("node", "regNo") != "" || r.at("node", "contentHash") == nil {
				t.Errorf("got %s, want a receipt of its own and the hash, and no number of the register yet", r.body)
			}
			seen[number[:min(4, len(number))]] = true
		}
	})
}
