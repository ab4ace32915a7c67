package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// office are the questions of docs/appeals.md that the secretary asks.
var office = map[string]bool{"What would the applicant be told": true, "Send the letter": true, "Record its delivery": true}

// TestApplicantsQuestionsAboutADecisionAreAnswered by the operations that docs/appeals.md
// tells, in their order.
func TestApplicantsQuestionsAboutADecisionAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		a.Fire(p, "decideReject", nil)
		given := map[string]any{"proposal": p, "at": a.Clock.Now()}
		want := answers{
			"What would the applicant be told":         {`"sent":null`, `"text":""`},
			"Send the letter":                          {`"userErrors":[]`, ""},
			"Record its delivery":                      {`"userErrors":[]`, ""},
			"What was decided, by whom and why":        {`"number":"S-15"`, `"unchanged":false`},
			"Why this score for each criterion":        {`"reasons":["pagrįsta"]`, `per_`},
			"How, to whom and until when may I appeal": {`"appealTerm":{"days":14,"unit":"CALENDAR_DAYS","until":"`, `"kind":"appeal","allowed":false`},
			"File the appeal":                          {`"userErrors":[]`, ""},
			"Where is my appeal, and what did it move": {`"against":{"n":`, `"reviewers":[`},
		}
		for _, o := range documented(t, "../docs/appeals.md") {
			who := a.ApplicantActors[0]
			if office[o.question] {
				who = a.People[workflow.Secretary]
			}
			r := o.asked(t, a, who, given, want)
			switch o.question {
			case "Send the letter":
				given["letter"] = a.must(who, fmt.Sprintf(`{ letters(first: 1, filter: {subjectId: %q}) { edges { node { id } } } }`, p), nil).at("letters", "edges", 0, "node", "id")
			case "File the appeal":
				id, _ := r.at("openMatter", "subject", "id").(string)
				a.Walk(ident.ID(id), "admit", "startReview", "upholdToBoardAgenda")
				given["appeal"] = id
			}
		}
		if len(want) > 0 {
			t.Errorf("not told: %v", want)
		}
		trace := fmt.Sprintf(`{ node(id: %q) { ... on Matter { reviewers review { reviewerCount reviewers ruling against { event } moved { event onBehalfOf cause } } } } }`, given["appeal"])
		for name, tt := range map[string]struct {
			who   workflow.Actor
			names bool
		}{
			"the office": {a.People[workflow.Administrator], true}, "an auditor": {a.People[workflow.Auditor], true}, "its applicant": {a.ApplicantActors[0], false},
		} {
			r := a.must(tt.who, trace, nil)
			if got := r.at("node", "review", "reviewerCount"); got != 1.0 {
				t.Errorf("%s: got %v reviewers, want 1", name, got)
			}
			if got := strings.Contains(r.body, string(a.People[workflow.AuditCommission].Person)); got != tt.names {
				t.Errorf("%s: got the reviewers named = %t, want %t: %s", name, got, tt.names, r.body)
			}
			if r.at("node", "review", "ruling") != "upholdToBoardAgenda" || r.at("node", "review", "against", "event") != "decideReject" ||
				r.at("node", "review", "moved", 0, "event") != "appeal" || r.at("node", "review", "moved", 1, "event") != "appealUpheldToBoardAgenda" || r.at("node", "review", "moved", 1, "onBehalfOf") != "APPEAL_BODY" {
				t.Errorf("%s: got %s, want the decision, the ruling and what both moved", name, r.body)
			}
		}
		if r := a.must(a.People[workflow.Auditor], fmt.Sprintf(`{ node(id: %q) { ... on Matter { review { ruling } } } }`, a.Beside("irregularity", p, "", nil)), nil); r.at("node", "review") != nil {
			t.Errorf("got %s, want no review of what is no appeal", r.body)
		}
	})
}

func TestALetterIsReadByTheOfficeTheBoardAndOnceSentItsApplicant(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		read := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { decisionLetter { heading hash } } } }`, p)
		letter := func(who workflow.Actor) bool {
			return a.must(who, read, nil).at("node", "decisionLetter") != nil
		}
		if letter(a.People[workflow.Administrator]) {
			t.Error("while nothing is decided: got a letter, want none")
		}
		a.Fire(p, "decideReject", nil)
		for _, sent := range []bool{false, true} {
			if sent {
				a.done(a.People[workflow.Secretary], "sendDecisionLetter", map[string]any{"proposalId": p, "number": "S-1", "channel": "HAND", "deliveredAt": a.Clock.Now()})
			}
			for name, tt := range map[string]struct {
				who  workflow.Actor
				want bool
			}{
				"administrator": {a.People[workflow.Administrator], true}, "auditor": {a.People[workflow.Auditor], true},
				"board member": {a.People[workflow.BoardMember], true}, "its applicant": {a.ApplicantActors[0], sent},
				"another applicant": {a.ApplicantActors[1], false}, "its evaluator": {a.Evaluators[0], false}, "outsider": {a.Outsider, false}, "the public": {public, false},
			} {
				if got := letter(tt.who); got != tt.want {
					t.Errorf("%s, sent = %t: got the letter = %t, want %t", name, sent, got, tt.want)
				}
			}
		}
		r := a.do(a.People[workflow.Secretary], "sendDecisionLetter", map[string]any{"proposalId": p, "number": "S-2", "channel": "HAND", "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "code") != "CONFLICT" || !strings.Contains(r.body, "S-1") {
			t.Errorf("sent again: got %s, want CONFLICT with the first one's number", r.body)
		}
		r = a.do(a.ApplicantActors[0], "sendDecisionLetter", map[string]any{"proposalId": p, "number": "S-2", "channel": "HAND", "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "code") != "ROLE_REFUSED" {
			t.Errorf("by the applicant: got %s, want ROLE_REFUSED", r.body)
		}
		paper := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { decisionLetter(lang: LT) { text sent { documentID hash unchanged } } } } }`, p), nil)
		if text, _ := paper.at("node", "decisionLetter", "text").(string); !strings.Contains(text, "Nr.\u00a0S-1") || !strings.Contains(text, "pagrįsta") || !strings.Contains(text, "14 kalendorinių dienų") {
			t.Errorf("got the text %q, want its number, the reasons and the term", text)
		}
		id, _ := paper.at("node", "decisionLetter", "sent", "documentID").(string)
		if got := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Document { kind hash } } }`, id), nil); got.at("node", "kind") != "decision_letter" || got.at("node", "hash") != paper.at("node", "decisionLetter", "sent", "hash") {
			t.Errorf("got the document %s, want it with the hash of what was sent", got.body)
		}
	})
}
