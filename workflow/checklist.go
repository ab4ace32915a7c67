package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// This file holds the administrative check: the checklist that a call carries, what the
// office answers to its items of each proposal, and what the guards make of the answers. As
// the rubric, a checklist is written with its call and never changed.

// mostItems is how many items a checklist has at most; a choice of design: those of the
// ministries' orders have some twenty.
const mostItems = 100

// allMet is the guard of the step by which a proposal passes the check; where it is asked,
// the check is made.
const allMet = "everyItemMet"

// checklistAtFault refuses more items than anybody answers, a code that comes twice and texts
// that do not read.
func checklistAtFault(items []terms.Item) []Refusal {
	if len(items) > mostItems {
		return []Refusal{wrongValue("checklist", Text{
			LT: fmt.Sprintf("ne daugiau kaip %d punktų", mostItems), EN: fmt.Sprintf("at most %d items", mostItems),
		})}
	}
	var out []Refusal
	for i, item := range items {
		at := fmt.Sprintf("checklist.%d.", i)
		for _, x := range []struct {
			field, value string
			wants        want
		}{{"code", item.Code, listWord}, {"title", item.Title, oneLine}, {"guidance", item.Guidance, paragraph}} {
			if !x.wants.holds(x.value, 0) {
				out = append(out, wrongValue(at+x.field, x.wants.text))
			}
		}
		if _, twice := terms.ItemOf(items[:i], item.Code); twice {
			out = append(out, wrongValue(at+"code", Text{LT: "kodas, kurio sąraše dar nėra", EN: "a code that is not on the list yet"}))
		}
	}
	return out
}

// CheckProposal answers items of the checklist of the proposal's call, in the place of what
// was answered to them before. Those that it does not name stay as they are.
type CheckProposal struct {
	LAG, Proposal ident.ID
	Answers       []terms.Answer
}

// Record is the act. It leaves the version of the case alone: passing and rejecting are judged
// on the answers as they stand, and nobody else's act is out of date by it. Each answer has a reason, those that an item is met too (domain model,
// §B: every checklist item with reason). As reasons are free text, the entry holds a commitment
// to the answers.
func (a CheckProposal) Record() Record {
	return Record{
		Kind: "proposal.check", Dossier: a.Proposal, LAG: a.LAG, Subject: a.Proposal, SubjectType: "Proposal",
		check: a.check, complete: a.complete, Input: a.Answers,
	}
}

// complete puts the answers, as those of the version that is there, among those that were given
// before.
func (a CheckProposal) complete(_ *step, f *Facts, r *Record) error {
	given := slices.Clone(a.Answers)
	for i := range given {
		given[i].Version = f.Proposal.Versions
	}
	merged, err := history.CanonicalBody(terms.Merged(f.Call.Checklist, f.Proposal.Checks, given))
	r.Changes = []Change{{Type: "Proposal", ID: a.Proposal, Set: Values{"checks": Confidential(merged)}}}
	return err
}

// check refuses answers where the check is not made, and each that does not read by name.
func (a CheckProposal) check(s *step, f *Facts) ([]Refusal, error) {
	switch {
	case len(f.Call.Checklist) == 0:
		return []Refusal{{Code: NotAllowedHere, Field: "proposalId", Message: Text{
			LT: "Kvietimas kontrolinio sąrašo neturi: patvirtinkite administracinę atitiktį dokumentu (checklistReasoned).",
			EN: "The call has no checklist: state with a document that the check was made (checklistReasoned).",
		}}}, nil
	case !f.Proposal.TakesChecks:
		now := s.named(f.Subject)
		return []Refusal{{Code: NotAllowedHere, Field: "proposalId", Message: Text{
			LT: fmt.Sprintf("Pasiūlymo būsena – „%s“, tad kontrolinis sąrašas dabar nepildomas.", now.LT),
			EN: fmt.Sprintf("The proposal is in the state “%s”, in which its checklist is not answered.", now.EN),
		}}}, nil
	case len(a.Answers) == 0:
		return []Refusal{wrongValue("answers", Text{LT: "bent vienas atsakymas", EN: "at least one answer"})}, nil
	}
	if out := a.unfit(f.Call.Checklist); len(out) > 0 {
		return out, nil
	}
	named := map[ident.ID]string{}
	for i, answer := range a.Answers {
		if answer.Document != "" {
			named[answer.Document] = fmt.Sprintf("answers.%d.documentId", i)
		}
	}
	return s.onRecord(named, f.Subject)
}

// unfit are the answers to no item of the list or to one that was answered before them, of no
// result and without a reason.
func (a CheckProposal) unfit(items []terms.Item) []Refusal {
	var out []Refusal
	result := oneOf(terms.Results()...)
	for i, answer := range a.Answers {
		at := fmt.Sprintf("answers.%d.", i)
		if _, known := terms.ItemOf(items, answer.Item); !known {
			out = append(out, wrongValue(at+"item", Text{LT: "kvietimo kontrolinio sąrašo punkto kodas", EN: "the code of an item of the call's checklist"}))
		}
		if _, twice := terms.AnswerTo(a.Answers[:i], answer.Item); twice {
			out = append(out, wrongValue(at+"item", Text{LT: "punktas, į kurį čia dar neatsakyta", EN: "an item that is not answered here yet"}))
		}
		if !result.holds(string(answer.Result), 0) {
			out = append(out, wrongValue(at+"result", result.text))
		}
		switch {
		case strings.TrimSpace(answer.Reason) == "":
			r := reasonNeeded()
			r.Field = at + "reason"
			out = append(out, r)
		case !paragraph.holds(answer.Reason, 0):
			out = append(out, wrongValue(at+"reason", paragraph.text))
		}
	}
	return out
}

// checked are the answers to the version that the proposal has now. A clarification may have
// changed what any of those before rests on, so that none of them stands.
func (p *ProposalFacts) checked() []terms.Answer { return terms.Of(p.Versions, p.Checks) }

// everyItemMet holds once each item of the call's checklist is answered of the proposal's last
// version and none is not met; of a call without one it says nothing.
func everyItemMet(s sight) rules.Result {
	checked := s.Proposal.checked()
	open, failing := terms.Unanswered(s.Call.Checklist, checked), terms.Failing(checked)
	var unanswered, outdated []string
	for _, code := range open {
		if _, before := terms.AnswerTo(s.Proposal.Checks, code); before {
			outdated = append(outdated, code)
		} else {
			unanswered = append(unanswered, code)
		}
	}
	return fact("everyItemMet", len(open)+len(failing) == 0,
		rules.Fact{Name: "unanswered", Value: strings.Join(unanswered, ",")},
		rules.Fact{Name: "outdated", Value: strings.Join(outdated, ",")},
		rules.Fact{Name: "notMet", Value: terms.Codes(failing)})
}

// failedItemNotMet holds where the item for which the case is to be rejected is answered as not
// met, in its last version. It records all that are; of a call without a checklist the second person vouches for it.
func failedItemNotMet(s sight) rules.Result {
	named, _ := s.data["failedItem"].(string)
	failing := terms.Failing(s.Proposal.checked())
	_, is := terms.AnswerTo(failing, named)
	return fact("failedItemNotMet", is || len(s.Call.Checklist) == 0,
		rules.Fact{Name: "named", Value: named}, rules.Fact{Name: "notMet", Value: terms.Codes(failing)})
}

// failingItems are those of which the transition has to name one.
func failingItems(t *Transition, f *Facts) []terms.Answer {
	if f.Proposal == nil || !slices.Contains(t.Guards, "failedItemNotMet") {
		return nil
	}
	return terms.Failing(f.Proposal.checked())
}

// notMet is the item that is not met, as its applicant is told it.
func (c *CallFacts) notMet(a terms.Answer) LetterRule {
	item, _ := terms.ItemOf(c.Checklist, a.Item)
	return LetterRule{Rule: "checklist", Facts: []FactRecord{{Name: "item", Value: a.Item}}, Message: Text{
		LT: fmt.Sprintf("Netenkinamas administracinės atitikties kontrolinio sąrašo punktas %s „%s“: %s", a.Item, item.Title, a.Reason),
		EN: fmt.Sprintf("Item %s “%s” of the administrative checklist is not met: %s", a.Item, item.Title, a.Reason),
	}}
}
