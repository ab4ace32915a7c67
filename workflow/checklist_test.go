package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/terms"
)

// twoItems are the checklist of the tests.
var twoItems = []terms.Item{{Code: "A-1", Title: "Pasirašyta"}, {Code: "A-2", Title: "Pridėti priedai"}}

// answered is a call with a checklist, and a proposal with these results of its items, in their
// order.
func answered(results ...terms.Result) func(*sight) {
	return func(s *sight) {
		s.Call.Checklist = twoItems
		for i, r := range results {
			s.Proposal.Checks = append(s.Proposal.Checks, terms.Answer{Item: twoItems[i].Code, Result: r, Reason: "matyti iš bylos"})
		}
	}
}

// answeredAnew is such a call and a proposal that was answered once and changed since, whose first
// items have these results of its last version.
func answeredAnew(results ...terms.Result) func(*sight) {
	return func(s *sight) {
		answered(terms.Met, terms.NotMet)(s)
		s.Proposal.Versions = 2
		for i := range s.Proposal.Checks {
			s.Proposal.Checks[i].Version = 1
			if i < len(results) {
				s.Proposal.Checks[i].Result, s.Proposal.Checks[i].Version = results[i], 2
			}
		}
	}
}

func failingAt(item string) func(*sight) {
	return func(s *sight) { s.data = Values{"failedItem": item} }
}

func listing(items ...terms.Item) func(*DraftCall) {
	return func(c *DraftCall) { c.Checklist = items }
}

func numberedItems(n int) []terms.Item {
	out := make([]terms.Item, n)
	for i := range out {
		out[i] = terms.Item{Code: fmt.Sprintf("A-%d", i+1), Title: "T"}
	}
	return out
}

// notMet has the case of a call with a checklist, of which nothing is met.
func notMet(p *paperStore) *paperStore {
	answered(terms.NotMet, terms.NotMet)(&sight{Facts: &p.facts})
	return p
}

// checking answers the items of a case whose call has a checklist and whose first item is answered.
func checking(change func(*rowStore), answers ...terms.Answer) func(*rowStore, *Engine) (Record, error) {
	return func(store *rowStore, _ *Engine) (Record, error) {
		answered(terms.NotMet)(&sight{Facts: &store.facts})
		change(store)
		return CheckProposal{LAG: oneLAG, Proposal: ours, Answers: answers}.Record(), nil
	}
}

func TestAChecklistIsAnsweredItemByItem(t *testing.T) {
	asItIs := func(*rowStore) {}
	met := terms.Answer{Item: "A-2", Result: terms.Met, Reason: "pridėta"}
	with := func(change func(*terms.Answer)) terms.Answer { a := met; change(&a); return a }
	documented := with(func(a *terms.Answer) { a.Document = "doc_00000000000000000000000001" })
	office := someone(Administrator)
	unlisted := func(s *rowStore) { s.facts.Call.Checklist = nil }
	recorded(t, "proposal", "admin_check", []actCase{
		{"by the office", office, checking(asItIs, met), ""},
		{"by the office, both", office, checking(asItIs, met, with(func(a *terms.Answer) { a.Item = "A-1" })), ""},
		{"not met", office, checking(asItIs, with(func(a *terms.Answer) { a.Result = terms.NotMet })), ""},
		{"not applicable", office, checking(asItIs, with(func(a *terms.Answer) { a.Result = terms.NotApplicable })), ""},
		{"with evidence", office, checking(asItIs, documented), ""},
		{"by its applicant", someone(Applicant), checking(asItIs, met), "ROLE_REFUSED"},
		{"by an evaluator", someone(Evaluator), checking(asItIs, met), "ROLE_REFUSED"},
		{"nothing", office, checking(asItIs), "MALFORMED_INPUT answers"},
		{"of a call without a checklist", office, checking(unlisted, met), "NOT_ALLOWED_HERE proposalId"},
		{"another item", office, checking(asItIs, with(func(a *terms.Answer) { a.Item = "A-3" })), "MALFORMED_INPUT answers.0.item"},
		{"an item twice", office, checking(asItIs, met, met), "MALFORMED_INPUT answers.1.item"},
		{"another result", office, checking(asItIs, with(func(a *terms.Answer) { a.Result = "MAYBE" })), "MALFORMED_INPUT answers.0.result"},
		{"without a reason", office, checking(asItIs, with(func(a *terms.Answer) { a.Reason = " " })), "REASON_REQUIRED answers.0.reason"},
		{"with a reason that is a book", office, checking(asItIs, with(func(a *terms.Answer) { a.Reason = strings.Repeat("a", maxText+1) })), "MALFORMED_INPUT answers.0.reason"},
		{"with evidence that is none", office, checking(asItIs, with(func(a *terms.Answer) { a.Document = "prp_00000000000000000000000001" })), "WRONG_ID_TYPE answers.0.documentId"},
		{"all wrong at once", office, checking(asItIs, terms.Answer{}), "MALFORMED_INPUT answers.0.item, MALFORMED_INPUT answers.0.result, REASON_REQUIRED answers.0.reason"},
	})
	for _, state := range []StateName{"registered", "clarification_admin", "eligibility_check", "rejected_admin"} {
		recorded(t, "proposal", state, []actCase{{"in " + string(state), office, checking(asItIs, met), "NOT_ALLOWED_HERE proposalId"}})
	}
}

// TestAnswersTakeThePlaceOfThoseBefore, in the order of the items, and stay out of the entry.
func TestAnswersTakeThePlaceOfThoseBefore(t *testing.T) {
	store, e := recording("proposal", "admin_check")
	store.facts.Proposal.Versions = 2
	answers := []terms.Answer{{Item: "A-2", Result: terms.Met, Reason: "pridėta"}, {Item: "A-1", Result: terms.Met, Reason: "pasirašė vadovė"}}
	if err := sent(t, store, e, actCase{by: someone(Administrator), act: checking(func(*rowStore) {}, answers...)}); err != nil {
		t.Fatal(err)
	}
	want := Values{"checks": Confidential(`[{"item":"A-1","reason":"pasirašė vadovė","result":"MET","version":2},{"item":"A-2","reason":"pridėta","result":"MET","version":2}]`)}
	if got := store.applied[0].Set; len(store.applied) != 1 || got["checks"] != want["checks"] || len(got) != 1 {
		t.Errorf("got %v, want %v", store.applied, want)
	}
	if body := string(store.bodies[0]); strings.Contains(body, "pasirašė") || !strings.Contains(body, "commitment") {
		t.Errorf("got the entry %s, want a commitment in the place of reasons", body)
	}
}

// TestTheCheckIsPassedByItsAnswers: of a call with a checklist nothing is stated, and what is
// missing is named; of one without somebody states that the check was made.
func TestTheCheckIsPassedByItsAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*sight)
		given  []Given
		want   []string
		facts  string
	}{
		"all met":               {answered(terms.Met, terms.Met), nil, nil, ""},
		"stated beside":         {answered(terms.Met, terms.Met), []Given{{Name: "checklistReasoned", Value: "true"}}, nil, ""},
		"one open":              {answered(terms.Met), nil, []string{"RULE_FAILED everyItemMet"}, "unanswered=A-2 outdated= notMet="},
		"one not met":           {answered(terms.NotMet, terms.Met), nil, []string{"RULE_FAILED everyItemMet"}, "unanswered= outdated= notMet=A-1"},
		"all of what it was":    {answeredAnew(), nil, []string{"RULE_FAILED everyItemMet"}, "unanswered= outdated=A-1,A-2 notMet="},
		"one of what it was":    {answeredAnew(terms.Met), nil, []string{"RULE_FAILED everyItemMet"}, "unanswered= outdated=A-2 notMet="},
		"all of what it is":     {answeredAnew(terms.Met, terms.Met), nil, nil, ""},
		"none, and no list":     {unchanged, nil, []string{"ATTESTATION_MISSING checklistReasoned"}, ""},
		"stated, without list":  {unchanged, []Given{{Name: "checklistReasoned", Value: "true", Document: "doc_00000000000000000000000001", Reason: "why"}}, nil, ""},
		"stated, but never met": {answered(), []Given{{Name: "checklistReasoned", Value: "true"}}, []string{"RULE_FAILED everyItemMet"}, "unanswered=A-1,A-2 outdated= notMet="},
	} {
		store, e := recording("proposal", "admin_check")
		tt.change(&sight{Facts: &store.facts})
		_, err := e.Do(t.Context(), someone(Administrator), Fire{Subject: ours, Event: "passAdmin", Given: tt.given})
		if got := refusals(err); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
		if tt.facts != "" && factsSaid(err) != tt.facts {
			t.Errorf("%s: got the facts %q, want %q", name, factsSaid(err), tt.facts)
		}
	}
}

func factsSaid(err error) string {
	var out []string
	if refused, is := err.(*Error); is { //nolint:errorlint // what the engine gives
		for _, f := range refused.Refusals[0].Facts {
			out = append(out, f.Name+"="+f.Value)
		}
	}
	return strings.Join(out, " ")
}

// TestWhatStandsInTheWayIsTheAnswers: whoever asks what they may do is asked for a statement where
// the call has no checklist, and told what to reject for where it has.
func TestWhatStandsInTheWayIsTheAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		change             func(*sight)
		stated, pass, fail bool
	}{
		"no checklist":       {unchanged, true, true, true},
		"nothing answered":   {answered(), false, false, false},
		"the second not met": {answered(terms.Met, terms.NotMet), false, false, true},
		"all met":            {answered(terms.Met, terms.Met), false, true, false},
		"not met before":     {answeredAnew(), false, false, false},
		"not met still":      {answeredAnew(terms.Met, terms.NotMet), false, false, true},
	} {
		store, e := recording("proposal", "admin_check")
		tt.change(&sight{Facts: &store.facts})
		all, err := e.Explain(t.Context(), someone(Administrator), ours)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			stated := slices.ContainsFunc(x.Needs, func(n Need) bool { return n.Name == "checklistReasoned" })
			if x.Event == "passAdmin" && (stated != tt.stated || x.Allowed != tt.pass) {
				t.Errorf("%s: got a statement needed %t and passing allowed %t, want %t and %t", name, stated, x.Allowed, tt.stated, tt.pass)
			}
			if x.Event == "failAdmin" && x.Allowed != tt.fail {
				t.Errorf("%s: got rejecting allowed %t, want %t (%v)", name, x.Allowed, tt.fail, x.BlockedBy)
			}
		}
	}
}

// TestALetterSaysWhichItemsAreNotMet, with their titles and the reasons.
func TestALetterSaysWhichItemsAreNotMet(t *testing.T) {
	p := notMet(lettered("rejected_admin", decided(4, "admin_check", "rejected_admin", "failAdmin")))
	p.facts.Proposal.Checks[1].Result = terms.Met
	l := p.tells(t)
	want := "Item A-1 “Pasirašyta” of the administrative checklist is not met: matyti iš bylos"
	if len(l.Rules) != 1 || l.Rules[0].Message.EN != want {
		t.Errorf("got %+v, want %q", l.Rules, want)
	}
}

func TestOnlyWhereAnItemIsAskedForOneIsPlausible(t *testing.T) {
	f := &notMet(caseIn("proposal", stateOf("proposal", "admin_check"), nil, "")).facts
	fail, pass := &Transition{Guards: []string{"failedItemNotMet"}}, &Transition{Guards: []string{allMet}}
	if got := failingItems(fail, f); len(got) != 2 || len(failingItems(pass, f)) > 0 || len(failingItems(fail, &Facts{})) > 0 {
		t.Errorf("got %v, want two, and none for another step or case", got)
	}
}
