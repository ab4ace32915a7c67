package workflow

import (
	"cmp"
	"fmt"
	"regexp"
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
	text := "  " + name + ":\n    label: {lt: Vieta, en: Place}\n"
	for key, value := range map[string]string{"phase": "IMPLEMENTATION", "responsible": "ADMINISTRATOR"} {
		if !slices.ContainsFunc(more, func(m string) bool { return strings.HasPrefix(m, key) }) {
			text += "    " + key + ": " + value + "\n"
		}
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

// dismissed are the lines of an appeal that was dismissed and can be taken to court.
func dismissed(days int, unit, from string) string {
	return fmt.Sprintf("    deadline: {event: termExpired, days: %d, unit: %s, from: %s, source: unverified}\n    label: {lt: Skundas atmestas,", days, unit, from)
}

// TestADisguiseIsSeenThrough: each is a shipped process with a few lines changed, by
// which money would be paid that was refused, one person would do what takes two, or a
// case would wait for what never comes; and a few that do no harm.
func TestADisguiseIsSeenThrough(t *testing.T) {
	implementing, ministry := "{role: ADMINISTRATOR, onBehalfOf: IMPLEMENTING_BODY}", "{role: ADMINISTRATOR, onBehalfOf: MINISTRY}"
	court := "{role: ADMINISTRATOR, onBehalfOf: COURT}"
	const rejects = "  - event: reject\n    from: checking\n    to: rejected\n    label: {lt: Atmesti mokėjimo prašymą, en: Reject}\n    by: {role: ADMINISTRATOR, onBehalfOf: IMPLEMENTING_BODY}\n    requires: [document, reason, secondPerson]\n"
	const listed28 = "    deadline: {event: lapse, days: 28, unit: CALENDAR_DAYS, from: ENTERED, source: law, remind: 7}\n    label:\n      staff: {lt: Siūlomų finansuoti projektų sąraše, en: On the list of projects for funding}\n"
	withdrawing := "[APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}]"
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
		{name: "reopened by the ministry", rows: way("reconsider", "rejected", "checking", ministry, document, reopens), want: OnePerson},
		{name: "reopened by the court under another name", rows: way("byCourt", "rejected", "checking", court, document, reopens)},
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
		{name: "a refusal that is none", changes: []string{"    traits: [final]\n    outcome: NEGATIVE\n", "    traits: [final]\n    outcome: POSITIVE\n"}, rows: way("resubmit", "rejected", "submitted", "APPLICANT", reopens), want: BadReopening},

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
		{name: "an award given away by two", kind: "contract", rows: way("drop", "offered", "refused", "ADMINISTRATOR", "requires: [reason, secondPerson]", "joins: [proposal.refuseContract]"), want: OnePerson},
		{
			name: "a contract ended by one", kind: "contract", want: OnePerson,
			changes: []string{"requires: [document, reason, secondPerson]\n    joins: [proposal.terminate]", "requires: [document, reason]\n    joins: [proposal.terminate]"},
		},

		{name: "reopened by the applicant for the court", rows: way("sue", "rejected", "checking", "{role: APPLICANT, onBehalfOf: COURT}", document, reopens), want: UnknownRole},
		{name: "reopened by one for the court", rows: way("sue", "rejected", "checking", court, "requires: [document]", reopens), want: BadReopening},
		{name: "reopened by a vote that was lost", rows: way("ask", "rejected", "checking", "ADMINISTRATOR", "requires: [lostVote]", reopens), want: BadReopening},
		{
			name: "refused where it is contested", states: place("disputing", "traits: [contested]"), want: BadReopening,
			rows: way("dispute", "checking", "disputing", implementing, document) + way("refuse", "disputing", "rejected", implementing, "requires: [document, reason, secondPerson]") + way("reconsider", "rejected", "checking", implementing, document, reopens),
		},
		{
			name: "refused at last by whoever reopens", states: place("doubtful", "outcome: NEGATIVE"), want: Resurrection,
			rows: way("doubt", "checking", "doubtful", ministry, "requires: [document, reason, secondPerson]") + way("refuse", "doubtful", "rejected", implementing, "requires: [document, reason, secondPerson]") + way("reconsider", "rejected", "checking", implementing, document, reopens),
		},
		{
			name: "refused by the clock first", states: place("doubtful", "outcome: NEGATIVE", waits("days: 5, unit: WORKING_DAYS, from: ENTERED")), want: OnePerson,
			rows: way("onward", "doubtful", "rejected", "CLOCK") + way("doubt", "checking", "doubtful", "ADMINISTRATOR"),
		},
		{
			name: "a refusal overturned by one", kind: "amendment", states: place("disputing", "traits: [contested]"), want: OnePerson,
			rows: way("dispute", "refused", "disputing", "APPLICANT") + way("giveIn", "disputing", "in_force", "ADMINISTRATOR", "joins: [contract.amend]"),
		},
		{name: "a grant raised by the applicant", kind: "proposal", rows: way("raise", "listed_funding", "listed_funding", "APPLICANT", "data: {grantAwarded: money!}"), want: OnePerson},
		{name: "a claim raised by the applicant", rows: way("raise", "approved", "approved", "APPLICANT", "data: {accepted: money!}"), want: OnePerson},
		{name: "a claim raised by two after its approval", rows: way("raise", "approved", "approved", "ADMINISTRATOR", "requires: [secondPerson]", "data: {accepted: money!}"), want: OnePerson},
		{name: "a guard of money left out", kind: "proposal", changes: []string{"guards: [not modeV, amountWithinAward, sameScope]", "guards: [not modeV, sameScope]"}, want: Relaxed},
		{name: "approved by the applicant", rows: way("selfApprove", "checking", "approved", "APPLICANT"), want: OnePerson},
		{name: "approved by the clock", rows: way("onward", "checking", "approved", "CLOCK"), want: OnePerson},
		{name: "repaid, says the applicant", kind: "recovery", rows: way("say", "notified", "repaid", "APPLICANT"), want: OnePerson},
		{name: "forgiven by one", kind: "recovery", rows: way("forget", "notified", "annulled", "ADMINISTRATOR"), want: OnePerson},
		{name: "hushed up by one", kind: "irregularity", rows: way("forget", "investigating", "closed", "ADMINISTRATOR"), want: OnePerson},
		{name: "another case refused by a join", kind: "contract", changes: []string{"joins: [proposal.suspend]", "joins: [proposal.terminate]"}, want: OnePerson},
		{name: "paid in an end of another name", states: place("settled", "traits: [terminal]", "outcome: POSITIVE"), rows: way("settle", "checking", "settled", "ADMINISTRATOR"), want: OnePerson},
		{name: "paid in an end of another name by two", states: place("settled", "traits: [terminal]", "outcome: POSITIVE"), rows: way("settle", "checking", "settled", "ADMINISTRATOR", document), want: OnePerson},
		{name: "secrets told", kind: "call", changes: []string{"    label: {lt: Pradėti priėmimą, en: Open}\n    by: CLOCK\n", "    label: {lt: Pradėti priėmimą, en: Open}\n    by: CLOCK\n    sets: {receivedListPublished: true}\n"}, want: Relaxed},
		{name: "a note by one", rows: way("note", "approved", "approved", "ADMINISTRATOR") + way("noteToo", "rejected", "rejected", "ADMINISTRATOR")},
		{name: "a word in between", kind: "call", states: place("announced", "phase: CALL", "traits: [holdsMoney, listed]", "commits: BUDGET", "deadline: {event: open, days: 0, unit: CALENDAR_DAYS, from: call.opensAt, source: law}"), rows: way("open", "announced", "open", "CLOCK") + way("announce", "published", "announced", "ADMINISTRATOR") + way("goOn", "announced", "published", "ADMINISTRATOR", "requires: [secondPerson]")},
		{name: "offered to oneself", kind: "proposal", rows: way("offerSelf", "application_submitted", "contract_offered", "APPLICANT"), want: OnePerson},
		{name: "signed by oneself", kind: "proposal", rows: way("signSelf", "application_submitted", "contract_signed", "APPLICANT"), want: OnePerson},
		{name: "on from the award by the applicant", kind: "proposal", rows: way("skipAll", "listed_funding", "contract_offered", "APPLICANT"), want: OnePerson},
		{name: "money that is spent released by the applicant", kind: "proposal", rows: way("bail", "closed", "withdrawn", "APPLICANT", "guards: [signedRequest]", `joins: ["contract.lapse?"]`), want: OnePerson},
		{name: "money that is spent released by two", kind: "proposal", rows: way("bail", "closed", "withdrawn", "{role: ADMINISTRATOR, onBehalfOf: APPLICANT}", "guards: [signedRequest]", document, `joins: ["contract.lapse?"]`), want: OnePerson},
		{name: "a contract settled by one", kind: "contract", rows: way("drop", "suspended", "settled", "ADMINISTRATOR"), want: OnePerson},
		{name: "a contract ended without its proposal", kind: "contract", rows: way("drop", "active", "terminated", implementing, "requires: [document, reason, secondPerson]"), want: Relaxed},
		{name: "the ranking passed over", kind: "proposal", rows: way("ahead", "listed_reserve", "upheld_unfunded", "APPLICANT"), want: OnePerson},
		{name: "the council passed over", kind: "irregularity", rows: way("confirmAlone", "suspected", "confirmed", "ADMINISTRATOR"), want: OnePerson},
		{name: "an appeal body passed over", kind: "recovery", rows: way("upholdAlone", "disputed", "notified", "ADMINISTRATOR"), want: OnePerson},
		{name: "all proposals annulled by two", kind: "call", rows: way("sweep", "evaluating", "evaluating", "ADMINISTRATOR", "requires: [secondPerson]", `joins: ["proposal.annulCall?"]`), want: Relaxed},
		{name: "a call shortened by two", kind: "call", rows: way("shorten", "open", "open", "ADMINISTRATOR", "requires: [secondPerson]", "data: {closesAt: instant!}"), want: OnePerson},
		{name: "annulled without its proposals", kind: "call", rows: way("annulAlone", "evaluating", "annulled", "CHAIR", "guards: [noContractSigned]", "requires: [decision, reason]"), want: Relaxed},
		{
			name: "declined by another word", states: place("declined", "responsible: APPLICANT"), want: OnePerson,
			rows: way("decline", "checking", "declined", "ADMINISTRATOR") + way("resubmit", "declined", "submitted", "APPLICANT"),
		},
		{name: "promoted out of turn", kind: "proposal", rows: way("promoteAny", "listed_reserve", "award_offered", "ADMINISTRATOR", "guards: [awardWithinRequest, R-15, R-19]", "requires: [decision]", "data: {grantAwarded: money}"), want: Relaxed},
		{name: "reduced where it is paid", kind: "proposal", rows: way("reduce", "suspended", "award_offered", implementing, "guards: [awardReduced]", document, "data: {grantAwarded: money!}"), want: OnePerson},
		{name: "a refusal that is gone", changes: []string{"  - event: reject\n    from: checking\n    to: rejected\n", "  - event: refuse\n    from: checking\n    to: rejected\n"}, want: Relaxed},
		{name: "a statement by the applicant", kind: "contract", changes: []string{"  conditionsMet:\n", "  conditionsMet:\n    applicant: true\n"}, want: Relaxed},
		{name: "before the board at once", kind: "proposal", rows: way("hurry", "registered", "board_agenda", "ADMINISTRATOR"), want: OnePerson},
		{name: "before the board by way of a new state", kind: "proposal", states: place("aside", "phase: SUBMISSION"), rows: way("goAside", "registered", "aside", "ADMINISTRATOR") + way("hurry", "aside", "board_agenda", "ADMINISTRATOR"), want: OnePerson},
		{
			name: "a hearing before the refusal", states: place("hearing", "responsible: APPLICANT", waits("days: 10, unit: WORKING_DAYS, from: ENTERED")),
			rows: way("hear", "checking", "hearing", implementing, "requires: [document]") + way("speak", "hearing", "checking", "APPLICANT") + way("onward", "hearing", "checking", "CLOCK"),
		},
		{
			name: "a second check before the approval", states: place("second_check"),
			changes: []string{"  - event: approve\n    from: checking\n", "  - event: approve\n    from: second_check\n"},
			rows:    way("pass", "checking", "second_check", implementing, "requires: [document]") + way("sendBack", "second_check", "checking", "ADMINISTRATOR"),
		},
		{name: "another reason to refuse", kind: "proposal", rows: way("failHearing", "admin_check", "rejected_admin", "ADMINISTRATOR", "guards: [failedItemNotMet]", "requires: [reason, secondPerson]", "data: {failedItem: code!}")},
		{name: "a reason to refuse that is not told", kind: "proposal", rows: way("failHearing", "admin_check", "rejected_admin", "ADMINISTRATOR", "requires: [reason, secondPerson]"), want: Relaxed},
		{
			name:    "begun by the secretary and another",
			changes: []string{"    to: checking\n    label: {lt: Pradėti tikrinti, en: Start the check}\n    by: ADMINISTRATOR\n", "    to: checking\n    label: {lt: Pradėti tikrinti, en: Start the check}\n    by: SECRETARY\n    requires: [secondPerson]\n"},
		},
		{
			name: "amended by the board, says the secretary", kind: "call",
			changes: []string{"    to: open\n    label: {lt: Pakeisti kvietimą, en: Amend}\n    by: [CHAIR, ADMINISTRATOR]\n", "    to: open\n    label: {lt: Pakeisti kvietimą, en: Amend}\n    by: [CHAIR, SECRETARY]\n"},
		},
		{name: "asked for once more by two, when the term is over", kind: "progress_report", rows: way("again", "returned", "due", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "waived by two while it is checked", kind: "progress_report", rows: way("waiveNow", "checking", "waived", implementing, "requires: [document, reason, secondPerson]"), want: OnePerson},
		{name: "registered again by two", kind: "proposal", rows: way("again", "admin_check", "registered", "ADMINISTRATOR", "requires: [secondPerson]")},
		{name: "registered again by one", kind: "proposal", rows: way("again", "admin_check", "registered", "ADMINISTRATOR"), want: OnePerson},
		{
			name: "drafted anew", states: place("redrafting", "responsible: APPLICANT", "traits: [editable]"),
			rows:    way("redraft", "checking", "redrafting", "ADMINISTRATOR", "requires: [secondPerson]") + way("resubmit", "redrafting", "submitted", "APPLICANT", "guards: [contractPays, claimsInOrder, reportsInTime, evidenceAttached]"),
			changes: []string{"    from: [draft, submitted, checking, clarification]\n    to: withdrawn", "    from: [draft, redrafting, submitted, checking, clarification]\n    to: withdrawn"},
		},
		{name: "a shorter term to contest", kind: "appeal", changes: []string{dismissed(30, "CALENDAR_DAYS", "DELIVERED"), dismissed(20, "CALENDAR_DAYS", "DELIVERED")}, want: Relaxed},
		{name: "a term to contest in other days", kind: "appeal", changes: []string{dismissed(30, "CALENDAR_DAYS", "DELIVERED"), dismissed(30, "WORKING_DAYS", "DELIVERED")}, want: Relaxed},
		{name: "a term to contest that nobody is told of", kind: "appeal", changes: []string{dismissed(30, "CALENDAR_DAYS", "DELIVERED"), dismissed(30, "CALENDAR_DAYS", "ENTERED")}, want: Relaxed},
		{name: "a longer term to contest", kind: "appeal", changes: []string{dismissed(30, "CALENDAR_DAYS", "DELIVERED"), dismissed(40, "CALENDAR_DAYS", "DELIVERED")}},
		{name: "a refusal that no court reopens", changes: []string{"  - event: reopen\n    from: rejected\n    to: checking\n    label: {lt: Tikrinti iš naujo, en: Reopen}\n    by: [{role: ADMINISTRATOR, onBehalfOf: APPEAL_BODY}, {role: ADMINISTRATOR, onBehalfOf: COURT}]\n    requires: [document, secondPerson]\n    reopens: true\n", ""}, want: Relaxed},
		{name: "reopened in other words", changes: []string{"  - event: reopen\n    from: rejected\n", "  - event: recheck\n    from: rejected\n"}},
		{name: "a dispute that no court hears", kind: "appeal", changes: []string{"    from: [inadmissible, dismissed]\n    to: in_court", "    from: inadmissible\n    to: in_court"}, want: Relaxed},
		{name: "another of two reasons to refuse", kind: "proposal", rows: way("failOtherwise", "eligibility_check", "rejected_ineligible", "ADMINISTRATOR", "guards: [namedRulesFail]", "requires: [reason, secondPerson]", "data: {failedRules: code!}")},
		{
			name: "money that is spent released by consent", kind: "proposal", states: place("granted", "phase: CONTRACT", "responsible: APPLICANT", "traits: [holdsMoney, listed]", "outcome: POSITIVE"),
			rows: way("consent", "suspended", "granted", "APPLICANT") + way("bail", "granted", "withdrawn", withdrawing, "guards: [signedRequest]", `joins: ["contract.lapse?"]`), want: OnePerson,
		},
		{
			name: "eligibility passed over by way of a new state", kind: "proposal", states: place("admin_done", "phase: EVALUATION", "responsible: APPLICANT", "traits: [keepsMoney]"), want: OnePerson,
			rows: way("passQuick", "admin_check", "admin_done", "ADMINISTRATOR", "guards: [everyItemMet, checklistReasoned]") + way("scoresQuick", "admin_done", "scored", "ADMINISTRATOR", "guards: [R-14, R-16]", "effects: [finalScore]") + way("bail", "admin_done", "withdrawn", withdrawing, "guards: [signedRequest]"),
		},
		{
			name: "the ministry passed over", kind: "proposal", states: place("accepted", "phase: SELECTION", "responsible: APPLICANT", "traits: [holdsMoney, listed]", "outcome: POSITIVE"), want: Relaxed,
			rows: way("acceptIt", "award_offered", "accepted", "APPLICANT") + way("applyAtOnce", "accepted", "application_submitted", "APPLICANT", "guards: [amountWithinAward, sameScope]", "data: {applicationNo: text, grantApplied: money!}") +
				way("bail", "accepted", "withdrawn", withdrawing, "guards: [signedRequest]", `joins: ["contract.lapse?"]`),
		},
		{
			name: "approved by oneself", kind: "proposal", states: place("granted", "phase: CLOSURE", "traits: [holdsMoney, listed]", "outcome: POSITIVE"), want: OnePerson,
			rows: way("consent", "application_submitted", "granted", "APPLICANT") + way("fileAway", "granted", "archived", "ADMINISTRATOR", "guards: [nothingOpen, auditsClosed]"),
		},
		{
			name: "promoted out of turn into a new state", kind: "proposal", states: place("second_offer", "phase: SELECTION", "responsible: APPLICANT", "traits: [holdsMoney, listed]"), want: Relaxed,
			rows: way("promoteAny", "listed_reserve", "second_offer", "ADMINISTRATOR", "guards: [awardWithinRequest, R-15, R-19]", "requires: [decision]", "data: {grantAwarded: money}") + way("take", "second_offer", "listed_funding", "APPLICANT"),
		},
		{
			name: "a contract ended by one, its proposal left", kind: "contract", states: place("halted", "traits: [listed]"), want: OnePerson,
			rows: way("halt", "active", "halted", implementing, "requires: [document, reason]", "joins: [proposal.suspend]") + way("fileAway", "halted", "archived", "ADMINISTRATOR", "guards: [nothingOpen, auditsClosed]"),
		},
		{name: "a contract settled by two", kind: "contract", rows: way("drop", "suspended", "settled", "ADMINISTRATOR", "guards: [nothingOpen]", "requires: [secondPerson]"), want: OnePerson},
		{name: "an irregularity hushed up by two", kind: "irregularity", rows: way("forget", "suspected", "closed", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "an appeal executed by the office", kind: "appeal", rows: way("finish", "under_review", "executed", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "evaluation begun by two before the close", kind: "call", rows: way("hurry", "open", "evaluating", "ADMINISTRATOR", "guards: [callHasProposals]", "requires: [secondPerson]"), want: OnePerson},
		{name: "a decision of the board undone by two", kind: "call", rows: way("undo", "decided", "evaluating", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "a contract unsigned by two", kind: "proposal", rows: way("undo", "contract_signed", "contract_offered", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "taken back to the draft by two", rows: way("takeBack", "submitted", "draft", "ADMINISTRATOR", "requires: [reason, secondPerson]")},
		{name: "taken back to the draft by one", rows: way("takeBack", "submitted", "draft", "ADMINISTRATOR", "requires: [reason]"), want: OnePerson},
		{name: "taken back to the draft for the applicant", rows: way("takeBack", "submitted", "draft", "{role: ADMINISTRATOR, onBehalfOf: APPLICANT}", document), want: OnePerson},
		{
			name: "a call that evaluates while it is open", kind: "call", states: place("looking", "phase: EVALUATION", "traits: [holdsMoney, listed]", "commits: BUDGET"), want: OnePerson,
			rows: way("look", "open", "looking", "ADMINISTRATOR") + way("lookAway", "looking", "open", "ADMINISTRATOR"),
		},
		{
			name: "a ranking without one who is parked", kind: "proposal", states: place("parked", "phase: CLOSURE", "traits: [keepsMoney]"), want: OnePerson,
			rows: way("park", "quality_evaluation", "parked", "EVALUATOR") + way("fetch", "parked", "quality_evaluation", "ADMINISTRATOR"),
		},
		{
			name: "a term of the law that begins anew", kind: "proposal", states: place("aside", "phase: SELECTION", "traits: [holdsMoney, listed]", "outcome: POSITIVE"), want: OnePerson,
			rows: way("goAside", "listed_funding", "aside", "ADMINISTRATOR") + way("comeBack", "aside", "listed_funding", "ADMINISTRATOR"),
		},
		{name: "an award that lapses at once", kind: "proposal", changes: []string{listed28, strings.Replace(listed28, "days: 28", "days: 0", 1)}, want: Relaxed},
		{name: "a call that closes as it opens", kind: "call", changes: []string{"event: close, days: 0, unit: CALENDAR_DAYS, from: call.closesAt", "event: close, days: 0, unit: CALENDAR_DAYS, from: ENTERED"}, want: Relaxed},
		{name: "every amendment a minor one", kind: "amendment", changes: []string{"forms: [MINOR, SUBSTANTIAL]", "forms: [MINOR, MAJOR]"}, want: Relaxed},
		{name: "no final claim", changes: []string{"forms: [ADVANCE, INTERIM, FINAL]", "forms: [ADVANCE, INTERIM, CLOSING]"}, want: Relaxed},
		{name: "no appeal begins", kind: "appeal", changes: []string{"begins:\n  about: [proposal, contract, amendment, payment_claim, recovery, irregularity]\n  by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT}]\n  guards: [appealable, noOtherAppeal]\n  data: {number: text}\n  joins: [proposal.appeal?] # not where the term has run out: then it can only be inadmissible\n", ""}, want: Relaxed},
		{name: "nothing to refuse by", kind: "proposal", changes: []string{"    requires: [reason, secondPerson]\n    data: {failedRules: code!} # such as R-03 or R-03,R-12\n", "    requires: [reason, secondPerson]\n"}, want: Relaxed},
		{name: "an appeal that leads to its end", kind: "proposal", changes: []string{"    from: [rejected_late, rejected_admin, rejected_ineligible, rejected_board, rejected_ministry, rejected_imp]\n    to: under_appeal", "    from: [rejected_late, rejected_admin, rejected_ineligible, rejected_ministry, rejected_imp]\n    to: under_appeal"}, rows: way("appeal", "rejected_board", "rejected_final", "CLOCK"), want: Relaxed},
		{
			name: "an appeal that asks for what never is", kind: "proposal", want: Relaxed,
			changes: []string{"    guards: [termRuns]\n  - event: appeal\n", "    guards: [termRuns, never]\n  - event: appeal\n", "\nstates:\n", "\nconditions:\n  never: {when: call.budgetCents < 0, label: {lt: A, en: B}, message: {lt: A, en: B}}\nstates:\n"},
		},
		{name: "an appeal that the applicant does not file", kind: "proposal", changes: []string{"    label: {lt: Paduotas skundas, en: An appeal is filed}\n    by: {role: JOIN, onBehalfOf: APPLICANT}", "    label: {lt: Paduotas skundas, en: An appeal is filed}\n    by: {role: JOIN, onBehalfOf: MINISTRY}"}, want: OnePerson},
		{name: "a shorter term of the appeal itself", kind: "proposal", changes: []string{"    within: {days: 14, unit: CALENDAR_DAYS, from: DELIVERED, source: unverified}", "    within: {days: 1, unit: CALENDAR_DAYS, from: DELIVERED, source: unverified}"}, want: Relaxed},
		{
			name: "a term of the appeal itself where the state has one", kind: "proposal", want: Relaxed,
			changes: []string{"    guards: [termRuns]\n  - event: appeal\n", "    guards: [termRuns]\n    within: {days: 1, unit: CALENDAR_DAYS, from: call.closesAt, source: design}\n  - event: appeal\n"},
		},
		{
			name: "a refusal that is moved to where none contests it", kind: "proposal", states: place("refused_too", "phase: SELECTION", "responsible: APPLICANT", "traits: [final]", "outcome: NEGATIVE", "deadline: {event: termExpired, days: 14, unit: CALENDAR_DAYS, from: DELIVERED, source: design}"),
			rows: way("move", "rejected_board", "refused_too", "ADMINISTRATOR") + way("termExpired", "refused_too", "rejected_final", "CLOCK"), want: OnePerson,
		},
		{name: "a join that two have to confirm", kind: "proposal", changes: []string{"    label: {lt: Projektas pradėtas, en: The project starts}\n    by: JOIN\n", "    label: {lt: Projektas pradėtas, en: The project starts}\n    by: [{role: JOIN, secondPerson: true}, JOIN]\n"}, want: Unattended},
		{name: "a clock that two have to confirm", changes: []string{"    label: {lt: Patikslinimo terminas baigėsi, en: The term to clarify has run out}\n    by: CLOCK\n", "    label: {lt: Patikslinimo terminas baigėsi, en: The term to clarify has run out}\n    by: [{role: CLOCK, secondPerson: true}, CLOCK]\n"}, want: Unattended},
		{name: "one capacity twice", changes: []string{"    label: {lt: Pradėti tikrinti, en: Start the check}\n    by: ADMINISTRATOR\n", "    label: {lt: Pradėti tikrinti, en: Start the check}\n    by: [{role: ADMINISTRATOR, secondPerson: true}, ADMINISTRATOR]\n"}, want: Duplicate},
		{name: "an effect twice", kind: "proposal", changes: []string{"completeness, declarations]\n    effects: [freezeContent, giveReceipt]\n", "completeness, declarations]\n    effects: [freezeContent, giveReceipt, freezeContent]\n"}, want: Duplicate},
		{name: "a guard about a proposal on a claim", rows: way("note", "submitted", "submitted", "ADMINISTRATOR", "guards: [R-02]")},
		{name: "a guard about a proposal on a contract", kind: "contract", rows: way("note", "prepared", "prepared", "ADMINISTRATOR", "guards: [R-02]")},
		{
			name: "guards of its own on a call", kind: "call", rows: way("note", "published", "published", "ADMINISTRATOR", "guards: [small, stated]"),
			changes: []string{
				"\nstates:\n", "\nconditions:\n  small: {when: call.budgetCents < 100, label: {lt: A, en: B}, message: {lt: A, en: B}}\nstates:\n",
				"\nattestations:\n", "\nattestations:\n  stated: {label: {lt: A, en: B}, message: {lt: A, en: B}}\n",
			},
		},
		{name: "a guard about a proposal on a call", kind: "call", rows: way("note", "published", "published", "ADMINISTRATOR", "guards: [R-02]"), want: UnknownGuard},
		{
			name: "a statement waived by what a call does not have", kind: "call", want: UnknownGuard,
			changes: []string{"en: The selection criteria are not frozen yet.}\n", "en: The selection criteria are not frozen yet.}\n    unless: everyItemMet\n"},
		},
		{name: "a guard about a meeting on a proposal", kind: "proposal", rows: way("note", "board_agenda", "board_agenda", "ADMINISTRATOR", "guards: [R-21]"), want: UnknownGuard},
		{name: "a guard about a proposal on an item", kind: "agenda_item", rows: way("note", "tabled", "tabled", "SECRETARY", "guards: [R-02]"), want: UnknownGuard},
		{name: "a guard about an item on a meeting", kind: "meeting", rows: way("note", "planned", "planned", "SECRETARY", "guards: [R-22]"), want: UnknownGuard},
		{name: "a vote that opens whatever the shares", kind: "agenda_item", changes: []string{"R-21, R-22, R-24, R-25, R-29]\n    effects: [openVote]", "R-21, R-24, R-25, R-29]\n    effects: [openVote]"}, want: Relaxed},
		{name: "an adoption by any votes", kind: "agenda_item", changes: []string{"R-24, R-25, R-26, R-27, R-29]", "R-24, R-25, R-27, R-29]"}, want: Relaxed},
		{name: "a decision of no ballots", kind: "agenda_item", changes: []string{"R-24, R-25, R-26, R-27, R-29]\n    effects: [decide]", "R-24, R-25, R-26, R-27, R-29]"}, want: Relaxed},
		{name: "a vote that one alone voids", kind: "agenda_item", changes: []string{"requires: [reason, secondPerson]", "requires: [reason]"}, want: OnePerson},
		{name: "another way to adoption", kind: "agenda_item", rows: way("acclaim", "item_open", "adopted", "CHAIR"), want: OnePerson},
		{
			name: "waits for a clock that cannot attest", states: place("aside", "responsible: APPLICANT", waits("days: 5, unit: WORKING_DAYS, from: ENTERED")), want: Stranded,
			rows: aside(way("onward", "aside", "checking", "[CLOCK, APPLICANT]", "guards: [cutsReasoned]")),
		},
		{
			name: "waits for a clock that cannot give a document", states: place("aside", "responsible: APPLICANT", waits("days: 5, unit: WORKING_DAYS, from: ENTERED")), want: Stranded,
			rows: aside(way("onward", "aside", "checking", "[CLOCK, BOARD_MEMBER]", "requires: [document]")),
		},
		{name: "a refusal that something has to be stated for", changes: []string{rejects, strings.Replace(rejects, "    requires", "    guards: [cutsReasoned]\n    requires", 1)}},
		{name: "a refusal that waits for what is computed", changes: []string{rejects, strings.Replace(rejects, "    requires", "    guards: [contractPays]\n    requires", 1)}, want: Relaxed},
		{name: "a word in between that never opens", kind: "call", states: place("announced", "phase: CALL", "traits: [holdsMoney, listed]", "commits: BUDGET"), rows: way("announce", "published", "announced", "ADMINISTRATOR") + way("goOn", "announced", "published", "ADMINISTRATOR", "requires: [secondPerson]"), want: Relaxed},
		{name: "settled without what has to be stated", kind: "contract", changes: []string{"    guards: [nothingOpen, auditsClosed]\n    requires: [secondPerson]", "    guards: [nothingOpen]\n    requires: [secondPerson]"}, want: Relaxed},
		{name: "refused by two without a reason", changes: []string{rejects, strings.Replace(rejects, "document, reason, ", "document, ", 1)}, want: Relaxed},
		{name: "an appeal by leave of the board", kind: "proposal", changes: []string{"    guards: [termRuns]\n  - event: appeal\n", "    guards: [termRuns]\n    requires: [decision]\n  - event: appeal\n"}, want: Unattended},
		{name: "an appeal with a reason", kind: "proposal", changes: []string{"    guards: [termRuns]\n  - event: appeal\n", "    guards: [termRuns]\n    requires: [reason]\n  - event: appeal\n"}, want: Unattended},
		{name: "a refusal after a lost vote", changes: []string{rejects, strings.Replace(rejects, "document, reason, ", "document, reason, lostVote, ", 1)}, want: Relaxed},
		{name: "an appeal that is upheld to one end", kind: "proposal", changes: []string{"  - event: appealUpheldToBoardAgenda\n    from: [under_appeal, reserve_appealed]\n    to: board_agenda", "  - event: appealUpheldToBoardAgenda\n    from: [under_appeal, reserve_appealed]\n    to: quality_evaluation"}, want: Relaxed},
		{
			name: "out of reach by the applicant", kind: "contract", states: place("on_leave", "responsible: APPLICANT", "traits: [listed, running, pays]", "outcome: POSITIVE"), want: OnePerson,
			rows: way("leave", "active", "on_leave", "APPLICANT") + way("return", "on_leave", "active", "APPLICANT"),
		},
		{
			name: "out of reach of another case", kind: "proposal", states: place("asking", "phase: EVALUATION"), want: Relaxed,
			rows: way("ask", "admin_check", "asking", "ADMINISTRATOR") + way("goOn", "asking", "admin_check", "ADMINISTRATOR"),
		},
		{
			name: "within reach of another case", kind: "proposal", states: place("asking", "phase: EVALUATION"),
			rows:    way("ask", "admin_check", "asking", "ADMINISTRATOR") + way("goOn", "asking", "admin_check", "ADMINISTRATOR"),
			changes: []string{"      - reserve_appealed\n    to: call_annulled", "      - reserve_appealed\n      - asking\n    to: call_annulled"},
		},
		{name: "annulled if a condition holds", kind: "proposal", changes: []string{"    by: JOIN\n    joins: [contract.lapse?]", "    by: JOIN\n    guards: [modeV]\n    joins: [contract.lapse?]"}, want: Relaxed},
		{name: "one event for another", kind: "proposal", changes: []string{"  - event: suspend\n    from: implementing\n    to: suspended\n", "  - event: complete\n    from: implementing\n    to: suspended\n", "  - event: complete\n    from: implementing\n    to: completed\n", "  - event: suspend\n    from: implementing\n    to: completed\n"}, want: OnePerson},
		{name: "an event that does nothing any more", kind: "proposal", changes: []string{"  - event: resume\n    from: suspended\n    to: implementing\n", "  - event: resumed\n    from: suspended\n    to: implementing\n"}, rows: way("resume", "suspended", "suspended", "JOIN"), want: OnePerson},
		{name: "a decision for nothing", kind: "proposal", rows: way("decideFund", "board_agenda", "board_agenda", "CHAIR", "requires: [decision]"), want: AmbiguousEvent},
		{name: "a decision of one name on what another decides", kind: "call", changes: []string{"  - event: decide\n    from: evaluating\n", "  - event: approve\n    from: evaluating\n"}, want: OnePerson},
		{name: "a term of the law begun anew where it runs", kind: "proposal", rows: way("note", "listed_funding", "listed_funding", "APPLICANT"), want: OnePerson},
		{name: "a term to appeal begun anew", kind: "proposal", rows: way("note", "rejected_ministry", "rejected_ministry", "APPLICANT"), want: OnePerson},
		{name: "a term of the law that sets off nothing", kind: "proposal", changes: []string{listed28, strings.Replace(listed28, "event: lapse", "event: stay", 1)}, rows: way("stay", "listed_funding", "listed_funding", "CLOCK"), want: Relaxed},
		{name: "back to a draft whose term is over", kind: "proposal", rows: way("takeBack", "admin_check", "draft", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "scores undone by two", kind: "proposal", rows: way("undo", "scored", "quality_evaluation", "ADMINISTRATOR", "requires: [secondPerson]"), want: OnePerson},
		{name: "a clock of the law that stands still", kind: "proposal", changes: []string{"  quality_evaluation:\n    phase: EVALUATION\n    responsible: EVALUATOR\n    traits: [keepsMoney]", "  quality_evaluation:\n    phase: EVALUATION\n    responsible: EVALUATOR\n    traits: [keepsMoney, stopsClock]"}, want: Relaxed},
		{
			name: "a proposal to reject that all are told of", kind: "proposal", states: place("rejecting", "phase: SELECTION", "traits: [keepsMoney]"), want: Relaxed,
			rows:    way("putOn", "rejecting", "board_agenda", "ADMINISTRATOR"),
			changes: []string{"    from: proposed_reject\n    to: board_agenda\n", "    from: proposed_reject\n    to: rejecting\n", "      - reserve_appealed\n    to: call_annulled", "      - reserve_appealed\n      - rejecting\n    to: call_annulled"},
		},
		{
			name: "a hearing before the board that all are told of", kind: "proposal", states: place("hearing", "phase: SELECTION", "traits: [keepsMoney]"),
			rows:    way("hear", "board_agenda", "hearing", "ADMINISTRATOR") + way("goOn", "hearing", "board_agenda", "ADMINISTRATOR"),
			changes: []string{"      - reserve_appealed\n    to: call_annulled", "      - reserve_appealed\n      - hearing\n    to: call_annulled"},
		},
		{name: "a shorter term", changes: []string{"days: 5, unit: WORKING_DAYS, from: DELIVERED", "days: 3, unit: WORKING_DAYS, from: DELIVERED"}},

		{
			name: "waits for a join that may never come", states: place("aside"), want: Stranded,
			changes: []string{"    from: [paid, corrected]\n    to: corrected", "    from: [paid, corrected, aside]\n    to: corrected"}, rows: way("goAside", "checking", "aside", "ADMINISTRATOR"),
		},
		{
			name: "waits for the applicant of a call", kind: "call", states: place("aside", "responsible: APPLICANT"), want: Stranded,
			rows: way("goAside", "draft", "aside", "ADMINISTRATOR") + way("onward", "aside", "draft", "APPLICANT"),
		},
		{
			name: "waits for one of two conditions", states: place("aside"), rows: aside(way("onward", "aside", "checking", "ADMINISTRATOR", "guards: [small]") + way("outward", "aside", "checking", "ADMINISTRATOR", "guards: [not small]")),
			changes: []string{"\nstates:\n", "\nconditions:\n  small: {when: matter.amountCents < 100, label: {lt: A, en: B}, message: {lt: A, en: B}}\nstates:\n"},
		},
		{
			name: "waits for what cannot be computed", states: place("aside"), want: Stranded,
			rows:    aside(way("onward", "aside", "checking", "ADMINISTRATOR", "guards: [small]") + way("outward", "aside", "checking", "ADMINISTRATOR", "guards: [not small]")),
			changes: []string{"\nstates:\n", "\nconditions:\n  small: {when: 1 / (matter.amountCents - matter.amountCents) == 1, label: {lt: A, en: B}, message: {lt: A, en: B}}\nstates:\n"},
		},
		{name: "waits for a person", states: place("aside"), rows: aside(way("onward", "aside", "checking", "ADMINISTRATOR"))},
		{name: "waits for a join that nobody fires", states: place("aside"), rows: aside(way("onward", "aside", "checking", "JOIN")), want: Stranded},
		{name: "waits for whoever is not responsible", states: place("aside", "responsible: APPLICANT"), rows: aside(way("onward", "aside", "checking", "ADMINISTRATOR")), want: Stranded},
		{
			name: "waits for one of two conditions on the applicant", states: place("aside", "responsible: APPLICANT"), rows: aside(way("onward", "aside", "checking", "APPLICANT", "guards: [small]") + way("outward", "aside", "checking", "APPLICANT", "guards: [not small]")),
			changes: []string{"\nstates:\n", "\nconditions:\n  small: {when: matter.amountCents < 100, label: {lt: A, en: B}, message: {lt: A, en: B}}\nstates:\n"},
		},
		{name: "waits for a term", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: ENTERED")), rows: aside(way("onward", "aside", "checking", "CLOCK"))},
		{name: "waits for a term that is waived", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: ENTERED, unless: [contractPays]")), rows: aside(way("onward", "aside", "checking", "CLOCK")), want: Stranded},
		{name: "waits for a date that nobody sets", states: place("aside", waits("days: 5, unit: WORKING_DAYS, from: payment_claim.dueOn")), rows: aside(way("onward", "aside", "checking", "CLOCK")), want: Stranded},
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
		{
			name: "waived by what holds", kind: "proposal", want: Relaxed,
			changes: []string{"en: A proposal below the threshold goes to the board for rejection only.}\n", "en: A proposal below the threshold goes to the board for rejection only.}\n    unless: receivedListPublished\n"},
		},
		{
			name: "waived by something else", kind: "proposal", want: Relaxed,
			changes: []string{"    unless: callHasChecklist", "    unless: not callHasChecklist"},
		},
		{name: "waived by nothing", kind: "proposal", changes: []string{"    unless: callHasChecklist", "    #"}},
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

// TestAStateOfAnotherNameIsHeldAsBefore.
func TestAStateOfAnotherNameIsHeldAsBefore(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kind    Kind
		was, is StateName
		change  func(text string) string
		want    ProblemCode
	}{
		{"one that persons leave", "payment_claim", "checking", "being_checked", nil, ""},
		{"one that joins leave", "proposal", "contract_signed", "contract_concluded", nil, ""},
		{"one that a join and persons leave", "proposal", "suspended", "on_hold", nil, ""},
		{"one that conditions of another kind ask for", "proposal", "contract_offered", "contract_proposed", nil, Relaxed},
		{"a refusal", "proposal", "rejected_board", "refused_board", nil, ""},
		{"one whose term is the law's", "proposal", "listed_funding", "to_be_funded", nil, ""},
		{"without its refusal", "payment_claim", "checking", "being_checked", func(text string) string {
			return edit(t, text, "  - event: reject\n", "  - event: refuse\n")
		}, Relaxed},
		{"without its decision against", "proposal", "board_agenda", "board_meeting", func(text string) string {
			return edit(t, text, "  - event: decideReject\n", "  - event: decideAgainst\n")
		}, Relaxed},
		{"a refusal that none contests", "proposal", "rejected_board", "refused_board", func(text string) string {
			return strings.Replace(text, "refused_board, rejected_ministry, rejected_imp]\n    to: under_appeal", "rejected_ministry, rejected_imp]\n    to: under_appeal", 1)
		}, Relaxed},
		{"a refusal with a shorter term", "proposal", "rejected_board", "refused_board", func(text string) string {
			before, after, _ := strings.Cut(text, "  refused_board:\n")
			return before + "  refused_board:\n" + strings.Replace(after, "days: 14, unit: CALENDAR_DAYS, from: DELIVERED", "days: 0, unit: CALENDAR_DAYS, from: ENTERED", 1)
		}, Relaxed},
		{"a term of the law without an end", "proposal", "listed_funding", "to_be_funded", func(text string) string {
			before, after, _ := strings.Cut(text, "  to_be_funded:\n")
			return before + "  to_be_funded:\n" + strings.Replace(after, "{event: lapse, days: 28", "{days: 28", 1)
		}, Relaxed},
		{"a dispute that the office decides", "recovery", "disputed", "contested_one", func(text string) string {
			return edit(t, text, "\ntransitions:\n", "\n"+place("heard")+"transitions:\n") + way("hear", "contested_one", "heard", "ADMINISTRATOR") +
				way("annulSelf", "heard", "annulled", "{role: ADMINISTRATOR, onBehalfOf: IMPLEMENTING_BODY}", "requires: [document, reason, secondPerson]")
		}, OnePerson},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := regexp.MustCompile(`\b`+string(tt.was)+`\b`).ReplaceAllString(versionOf(t, tt.kind, 1000), string(tt.is))
			if tt.change != nil {
				text = tt.change(text)
			}
			m, problems := freshMachines(t).Prove("", text)
			if tt.want == "" && m == nil || tt.want != "" && !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.want && len(p.Path) > 0 }) {
				t.Errorf("got %v, want %q", problems, tt.want)
			}
		})
	}
}
