package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// way is one more event of a definition.
func way(event, from, to, by string, more ...string) string {
	text := fmt.Sprintf("  - event: %s\n    from: %s\n    to: %s\n    label: {lt: Eiti, en: Go}\n    by: %s\n", event, from, to, by)
	for _, m := range more {
		text += "    " + m + "\n"
	}
	return text
}

// place is one more state, for staff to lead on unless it says otherwise.
func place(name string, more ...string) string {
	text := "  " + name + ":\n    phase: IMPLEMENTATION\n    label: {lt: Vieta, en: Place}\n"
	if !slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, "responsible") }) {
		text += "    responsible: ADMINISTRATOR\n"
	}
	for _, m := range more {
		text += "    " + m + "\n"
	}
	return text
}

// aside are rows by which a case under the check goes to a place and on.
func aside(out string) string { return way("goAside", "checking", "aside", "ADMINISTRATOR") + out }

func waits(deadline string) string {
	return "deadline: {event: onward, " + deadline + ", source: design}"
}

// TestADisguiseIsSeenThrough: each is a shipped process with a few lines changed, by
// which money would be paid that was refused, one person would do what takes two, or a
// case would wait for what never comes; and a few that do no harm.
func TestADisguiseIsSeenThrough(t *testing.T) {
	implementing, ministry := "{role: ADMINISTRATOR, onBehalfOf: IMPLEMENTING_BODY}", "{role: ADMINISTRATOR, onBehalfOf: MINISTRY}"
	document, reopens := "requires: [document, secondPerson]", "reopens: true"
	for _, tt := range []struct {
		name         string
		kind         Kind
		want         ProblemCode
		states, rows string
		changes      []string
	}{
		{name: "as it ships"},
		{name: "resubmitted", rows: way("resubmit", "rejected", "submitted", "APPLICANT"), want: Resurrection},
		{name: "reopened by its author", rows: way("resubmit", "rejected", "submitted", "APPLICANT", reopens), want: Resurrection},
		{name: "reopened by whoever refused", rows: way("reconsider", "rejected", "checking", implementing, document, reopens), want: Resurrection},
		{name: "reopened by the ministry", rows: way("reconsider", "rejected", "checking", ministry, document, reopens)},
		{name: "resubmitted by a join", rows: way("resubmit", "rejected", "submitted", "JOIN", reopens), want: Resurrection},
		{
			name: "resubmitted after a revision", states: place("revising", "responsible: APPLICANT"), want: Resurrection,
			rows: way("revise", "rejected", "revising", "APPLICANT") + way("resubmit", "revising", "submitted", "APPLICANT"),
		},
		{name: "paid by the applicant", rows: way("settleAnyway", "rejected", "paid", "APPLICANT"), want: Resurrection},
		{name: "paid by a join", rows: way("settleAnyway", "rejected", "corrected", "JOIN"), want: Resurrection},
		{
			name: "paid in a state of another name", states: place("settled", "traits: [final]", "outcome: POSITIVE"), want: Resurrection,
			rows: way("settleAnyway", "rejected", "settled", "ADMINISTRATOR", document) + way("fileAway", "settled", "archived", "ADMINISTRATOR"),
		},
		{
			name: "a refusal that is called a return", states: place("returned", "responsible: APPLICANT"), want: Reclassified,
			changes: []string{"    from: checking\n    to: rejected\n", "    from: checking\n    to: returned\n"},
			rows:    way("refuse", "checking", "rejected", implementing, "requires: [document, reason, secondPerson]") + way("resubmit", "returned", "submitted", "APPLICANT"),
		},
		{name: "a payment taken back by the applicant", rows: way("unpay", "paid", "rejected", "APPLICANT"), want: BadReopening},
		{name: "a refusal that is none", changes: []string{"    outcome: NEGATIVE\n", "    outcome: POSITIVE\n"}, rows: way("resubmit", "rejected", "submitted", "APPLICANT", reopens), want: BadReopening},

		{name: "paid by one", rows: way("payDirect", "approved", "paid", "ADMINISTRATOR"), want: OnePerson},
		{name: "paid by one, unchecked", rows: way("payDirect", "checking", "paid", "ADMINISTRATOR"), want: OnePerson},
		{name: "paid by one under another name", rows: way("payAlone", "sent_to_treasury", "paid", "ADMINISTRATOR"), want: OnePerson},
		{name: "approved by one under another name", rows: way("approveAlone", "checking", "approved", "ADMINISTRATOR"), want: OnePerson},
		{name: "approved by one from a new state", states: place("aside"), rows: aside(way("approveAlone", "aside", "approved", "ADMINISTRATOR")), want: OnePerson},
		{name: "sent to the treasury by one under another name", rows: way("sendAlone", "approved", "sent_to_treasury", "ADMINISTRATOR"), want: OnePerson},
		{name: "refused by one", changes: []string{"requires: [document, reason, secondPerson]\n  - event: reopen", "requires: [document, reason]\n  - event: reopen"}, want: OnePerson},
		{name: "refused by one under another name", kind: "proposal", rows: way("failQuick", "admin_check", "rejected_admin", "ADMINISTRATOR"), want: OnePerson},
		{
			name: "refused by one into a new state", states: place("refused_quick", "traits: [final]", "outcome: NEGATIVE"), want: OnePerson,
			rows: way("refuseQuick", "checking", "refused_quick", "ADMINISTRATOR") + way("fileAway", "refused_quick", "archived", "ADMINISTRATOR"),
		},
		{name: "an award given away by a join", kind: "contract", rows: way("drop", "offered", "refused", "ADMINISTRATOR", "joins: [proposal.refuseContract]"), want: OnePerson},
		{
			name: "an award given away by a join and no refusal", kind: "contract", states: place("dropped", "traits: [terminal]"),
			rows: way("drop", "offered", "dropped", "ADMINISTRATOR", "joins: [proposal.refuseContract]"), want: OnePerson,
		},
		{name: "an award given away by two", kind: "contract", rows: way("drop", "offered", "refused", "ADMINISTRATOR", "requires: [reason, secondPerson]", "joins: [proposal.refuseContract]")},
		{
			name: "a contract ended by one", kind: "contract", want: OnePerson,
			changes: []string{"requires: [document, reason, secondPerson]\n    joins: [proposal.terminate]", "requires: [document, reason]\n    joins: [proposal.terminate]"},
		},

		{name: "waits for a person", states: place("aside"), rows: aside(way("onward", "aside", "checking", "ADMINISTRATOR"))},
		{name: "waits for a join that nobody fires", states: place("aside"), rows: aside(way("onward", "aside", "checking", "JOIN")), want: Stranded},
		{name: "waits for a term", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: ENTERED")), rows: aside(way("onward", "aside", "checking", "CLOCK"))},
		{name: "waits for a term that is waived", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: ENTERED, unless: [contractPays]")), rows: aside(way("onward", "aside", "checking", "CLOCK")), want: Stranded},
		{name: "waits for a date that nobody sets", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: payment_claim.dueOn")), rows: aside(way("onward", "aside", "checking", "CLOCK")), want: Stranded},
		{
			name: "waits for a date that is given", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: payment_claim.periodTo")),
			rows: way("goAside", "checking", "aside", "ADMINISTRATOR", "data: {periodTo: date!}") + way("onward", "aside", "checking", "CLOCK"),
		},
		{
			name: "waits for a date that one way gives", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: payment_claim.periodTo")), want: Stranded,
			rows: way("goAside", "checking", "aside", "ADMINISTRATOR", "data: {periodTo: date!}") + way("goToo", "submitted", "aside", "ADMINISTRATOR") + way("onward", "aside", "checking", "CLOCK"),
		},
		{name: "waits for a date of the call", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: call.closesAt")), rows: aside(way("onward", "aside", "checking", "CLOCK")), want: BadDeadline},
		{name: "waits for what only the office may state", states: place("aside", "responsible: APPLICANT"), rows: aside(way("onward", "aside", "checking", "APPLICANT", "guards: [cutsReasoned]")), want: Stranded},
		{
			name: "a draft that only the contract leads out of", want: Stranded,
			changes: []string{"    from: [draft, submitted, checking, clarification]\n    to: withdrawn", "    from: [submitted, checking, clarification]\n    to: withdrawn"},
		},
		{
			name: "goes in a circle", states: place("aside") + place("back"), want: Stranded,
			rows: aside(way("onward", "aside", "back", "ADMINISTRATOR") + way("round", "back", "aside", "ADMINISTRATOR") + way("out", "back", "archived", "ADMINISTRATOR", "guards: [contractPays]")),
		},
		{name: "asks for a thing and its opposite", states: place("aside"), rows: aside(way("onward", "aside", "checking", "ADMINISTRATOR")) + way("never", "aside", "approved", "ADMINISTRATOR", "guards: [contractPays, not contractPays]", document), want: Contradiction},
		{name: "a term of an age", changes: []string{"days: 5, unit: WORKING_DAYS, from: DELIVERED", "days: 2000000000, unit: WORKING_DAYS, from: DELIVERED"}, want: TooLarge},
		{name: "a label that nobody sees", changes: []string{"{lt: Atmestas, en: Rejected}", "{lt: \"\u200b\", en: Rejected}"}, want: MissingLabel},
		{name: "a label without end", changes: []string{"{lt: Atmestas, en: Rejected}", "{lt: " + strings.Repeat("a", MaxText+1) + ", en: Rejected}"}, want: TooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := versionOf(t, cmp.Or(tt.kind, "payment_claim"), 1000, tt.changes...)
			text = edit(t, text, "\ntransitions:\n", "\n"+tt.states+"transitions:\n") + tt.rows
			m, problems := freshMachines(t).Prove("", text)
			if tt.want == "" {
				if m == nil {
					t.Errorf("got %v, want it to hold", problems)
				}
				return
			}
			i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == tt.want })
			if i < 0 {
				t.Fatalf("got %v, want %s", problems, tt.want)
			}
			if p := problems[i]; p.Line < 2 || p.Column < 1 || len(p.Path) == 0 {
				t.Errorf("got %v, want its place and a walk", p)
			}
		})
	}
}
