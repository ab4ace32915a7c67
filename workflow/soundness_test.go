package workflow

import (
	"slices"
	"strings"
	"testing"
)

// payment is a small sound machine that pays: what is declined stays declined
// unless a court says otherwise, money is reserved and released by two, and no
// state waits for what may never come. Tests break it in one place at a time.
const payment = `kind: payment
version: 1
initial: draft
states:
  draft:
    phase: IMPLEMENTATION
    responsible: APPLICANT
    traits: [editable]
    label: {lt: Rengiama, en: Draft}
  submitted:
    phase: IMPLEMENTATION
    responsible: ADMINISTRATOR
    deadline: {event: lapse, days: 30, unit: CALENDAR_DAYS, from: ENTERED, source: design}
    label: {lt: Pateikta, en: Submitted}
  approved:
    phase: IMPLEMENTATION
    responsible: ADMINISTRATOR
    traits: [holdsMoney]
    label: {lt: Patvirtinta, en: Approved}
  paid:
    phase: IMPLEMENTATION
    traits: [holdsMoney, pays, terminal]
    outcome: POSITIVE
    label: {lt: Apmokėta, en: Paid}
  declined:
    phase: IMPLEMENTATION
    responsible: APPLICANT
    traits: [final]
    outcome: NEGATIVE
    label: {lt: Atmesta, en: Declined}
  in_court:
    phase: IMPLEMENTATION
    responsible: ADMINISTRATOR
    traits: [contested]
    label: {lt: Teisme, en: In court}
  over:
    phase: IMPLEMENTATION
    traits: [terminal]
    outcome: NEGATIVE
    label: {lt: Baigta, en: Over}
transitions:
  - event: submit
    from: draft
    to: submitted
    label: {lt: Pateikti, en: Submit}
    by: APPLICANT
    guards: [complete]
  - event: approve
    from: submitted
    to: approved
    label: {lt: Patvirtinti, en: Approve}
    by: ADMINISTRATOR
    guards: [complete]
    requires: [secondPerson]
  - event: decline
    from: submitted
    to: declined
    label: {lt: Atmesti, en: Decline}
    by: ADMINISTRATOR
    guards: [not complete]
    requires: [secondPerson]
  - event: lapse
    from: submitted
    to: declined
    label: {lt: Leisti pasibaigti, en: Lapse}
    by: CLOCK
  - event: pay
    from: approved
    to: paid
    label: {lt: Mokėti, en: Pay}
    by: ADMINISTRATOR
  - event: discard
    from: draft
    to: over
    label: {lt: Nebetęsti, en: Discard}
    by: APPLICANT
  - event: withdraw
    from: approved
    to: over
    label: {lt: Atsiimti, en: Withdraw}
    by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}]
  - event: sue
    from: declined
    to: in_court
    label: {lt: Skųsti, en: Sue}
    by: APPLICANT
  - event: dismiss
    from: in_court
    to: over
    label: {lt: Teismas atmetė, en: The court dismissed it}
    by: {role: ADMINISTRATOR, onBehalfOf: COURT}
    requires: [document, secondPerson]
  - event: uphold
    from: in_court
    to: submitted
    label: {lt: Teismas patenkino, en: The court upheld it}
    by: {role: ADMINISTRATOR, onBehalfOf: COURT}
    requires: [secondPerson, document]
    reopens: true
`

func paymentNames() Known { return Known{Guards: map[string]bool{"complete": true, "funded": true}} }

// broken is one change that makes the payment machine unsound: what is found,
// where, and the walk that shows it.
type broken struct {
	name     string
	old, new string
	code     ProblemCode
	at       string
	path     string
}

// again lets the applicant submit what was declined.
const again = "\n  - event: resubmit\n    from: declined\n    to: submitted\n    label: {lt: Vėl, en: Again}\n    by: APPLICANT\n    guards: [complete]\n  - event: sue"

var brokenPayments = []broken{
	{
		"a declined claim is submitted again", "\n  - event: sue", again,
		Resurrection, "declined:\n", "declined → submitted → approved → paid",
	},
	{
		"a declined claim is submitted again in silence", "\n  - event: sue", again,
		BadReopening, "event: resubmit", "draft → submitted → declined → submitted",
	},
	{
		"a declined claim is reopened by its own author", "\n  - event: sue", strings.Replace(again, "guards: [complete]", "reopens: true", 1),
		BadReopening, "event: resubmit", "draft → submitted → declined → submitted",
	},
	{
		"what the author reopens leads to money", "\n  - event: sue", strings.Replace(again, "guards: [complete]", "reopens: true", 1),
		Resurrection, "declined:\n", "declined → submitted → approved → paid",
	},
	{
		"a court case that nobody decides reopens", "    by: {role: ADMINISTRATOR, onBehalfOf: COURT}\n    requires: [secondPerson, document]\n    reopens: true", "    by: ADMINISTRATOR\n    requires: [secondPerson, document]\n    reopens: true",
		BadReopening, "event: uphold", "draft → submitted → declined → in_court → submitted",
	},
	{
		"an end that pays", "traits: [terminal]\n    outcome: NEGATIVE", "traits: [terminal, pays, holdsMoney]\n    outcome: POSITIVE",
		Resurrection, "declined:\n", "declined → in_court → over",
	},
	{
		"a refusal that pays", "traits: [final]", "traits: [final, pays]",
		Resurrection, "declined:\n", "declined",
	},
	{
		"the office takes an open claim to court", "\n  - event: sue", "\n  - event: refer\n    from: submitted\n    to: in_court\n    label: {lt: Perduoti, en: Refer}\n    by: ADMINISTRATOR\n    requires: [secondPerson]\n  - event: sue",
		BadReopening, "event: refer", "draft → submitted → in_court",
	},
	{
		"one person reserves", "    guards: [complete]\n    requires: [secondPerson]\n", "    guards: [complete]\n",
		OnePerson, "event: approve", "draft → submitted → approved",
	},
	{
		"the clock reserves", "    by: ADMINISTRATOR\n    guards: [complete]\n    requires: [secondPerson]", "    by: [CLOCK]\n    guards: [complete]",
		OnePerson, "event: approve", "draft → submitted → approved",
	},
	{
		"a join reserves", "    by: ADMINISTRATOR\n    guards: [complete]\n    requires: [secondPerson]", "    by: [JOIN]\n    guards: [complete]",
		OnePerson, "event: approve", "draft → submitted → approved",
	},
	{
		"one person refuses", "    guards: [not complete]\n    requires: [secondPerson]\n", "    guards: [not complete]\n",
		OnePerson, "event: decline", "draft → submitted → declined",
	},
	{
		"one person reopens", "requires: [secondPerson, document]", "requires: [document]",
		BadReopening, "event: uphold", "draft → submitted → declined → in_court → submitted",
	},
	{
		"one person records that a court refused", "requires: [document, secondPerson]", "requires: [document]",
		OnePerson, "event: dismiss", "draft → submitted → declined → in_court → over",
	},
	{
		"one person awards for good", "traits: [holdsMoney, pays, terminal]", "traits: [holdsMoney, pays, final]\n    responsible: ADMINISTRATOR",
		OnePerson, "event: pay", "draft → submitted → approved → paid",
	},
	{
		"the court that dismissed it, without reopening", "    from: in_court\n    to: over", "    from: in_court\n    to: paid",
		Resurrection, "declined:\n", "declined → in_court → paid",
	},
	{
		"one person releases for another", ", secondPerson: true", "",
		OnePerson, "event: withdraw", "draft → submitted → approved → over",
	},
	{
		"the applicant reserves alone", "by: ADMINISTRATOR\n    guards: [complete]\n    requires: [secondPerson]", "by: APPLICANT\n    guards: [complete]",
		OnePerson, "event: approve", "draft → submitted → approved",
	},
	{
		"payment waits for data", "to: paid\n    label: {lt: Mokėti, en: Pay}\n    by: ADMINISTRATOR", "to: paid\n    label: {lt: Mokėti, en: Pay}\n    by: ADMINISTRATOR\n    guards: [funded]",
		"", "", "", // the representative can still withdraw
	},
	{
		"payment waits for data and nobody can withdraw",
		"    by: ADMINISTRATOR\n  - event: discard\n    from: draft\n    to: over\n    label: {lt: Nebetęsti, en: Discard}\n    by: APPLICANT\n  - event: withdraw\n    from: approved\n    to: over\n    label: {lt: Atsiimti, en: Withdraw}\n    by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}]",
		"    by: ADMINISTRATOR\n    guards: [funded]\n  - event: discard\n    from: draft\n    to: over\n    label: {lt: Nebetęsti, en: Discard}\n    by: APPLICANT",
		Stranded, "approved:\n", "draft → submitted → approved",
	},
	{
		"a draft that its author cannot leave", "    label: {lt: Nebetęsti, en: Discard}\n    by: APPLICANT\n", "    label: {lt: Nebetęsti, en: Discard}\n    by: APPLICANT\n    guards: [funded]\n",
		Stranded, "draft:\n", "draft",
	},
	{
		"a term at which nothing happens", "deadline: {event: lapse, days", "deadline: {days",
		"", "", "", // approve and decline are guarded by one thing and its opposite
	},
	{
		"no term, but a guard and its opposite", "deadline: {event: lapse, days: 30, unit: CALENDAR_DAYS, from: ENTERED, source: design}\n    label: {lt: Pateikta, en: Submitted}", "label: {lt: Pateikta, en: Submitted}",
		"", "", "",
	},
}

func TestSoundPaymentHolds(t *testing.T) {
	if m, problems := Compile(parsed(t, payment), paymentNames()); m == nil || len(problems) > 0 {
		t.Fatalf("got %v, want no problems", problems)
	}
}

func TestEachUnsoundnessIsShownByAWalk(t *testing.T) {
	for _, tt := range brokenPayments {
		t.Run(tt.name, func(t *testing.T) {
			src := edit(t, payment, tt.old, tt.new)
			_, problems := Compile(parsed(t, src), paymentNames())
			if tt.code == "" {
				if len(problems) > 0 {
					t.Errorf("got %v, want it to hold", problems)
				}
				return
			}
			line := where(t, src, tt.at).Line
			i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == tt.code && p.Line == line })
			if i < 0 {
				t.Fatalf("got %v, want %s on line %d", problems, tt.code, line)
			}
			if problems[i].File != "toy.yaml" || !strings.HasPrefix(problems[i].String(), "toy.yaml:") {
				t.Errorf("got %q, want the file named", problems[i])
			}
			if got := strings.Join(texts(problems[i].Path), " → "); got != tt.path {
				t.Errorf("got the walk %q, want %q", got, tt.path)
			}
		})
	}
}

// TestTheOfficeMayTakeARefusalToCourt that is not settled yet.
func TestTheOfficeMayTakeARefusalToCourt(t *testing.T) {
	src := edit(t, payment, "    responsible: APPLICANT\n    traits: [final]\n", "    responsible: ADMINISTRATOR\n")
	src = edit(t, src, "to: in_court\n    label: {lt: Skųsti, en: Sue}\n    by: APPLICANT", "to: in_court\n    label: {lt: Skųsti, en: Sue}\n    by: ADMINISTRATOR")
	if _, problems := Compile(parsed(t, src), paymentNames()); len(problems) > 0 {
		t.Errorf("got %v, want it to hold", problems)
	}
}

// TestWhoTurnsAnAwardIntoARefusalDecidesIt, and so cannot reopen it: the court that
// hears the applicant is then another body no more.
func TestWhoTurnsAnAwardIntoARefusalDecidesIt(t *testing.T) {
	granted := edit(t, payment, "  paid:\n", "  granted:\n    phase: IMPLEMENTATION\n    responsible: ADMINISTRATOR\n    traits: [final, holdsMoney]\n    outcome: POSITIVE\n    label: {lt: Skirta, en: Granted}\n  paid:\n")
	granted = edit(t, granted, "\n  - event: sue", `
  - event: grant
    from: approved
    to: granted
    label: {lt: Skirti, en: Grant}
    by: ADMINISTRATOR
    requires: [secondPerson]
  - event: payGranted
    from: granted
    to: paid
    label: {lt: Mokėti, en: Pay}
    by: ADMINISTRATOR
  - event: annul
    from: granted
    to: declined
    label: {lt: Panaikinti, en: Annul}
    by: {role: ADMINISTRATOR, onBehalfOf: COURT}
    requires: [document, secondPerson]
    reopens: true
  - event: sue`)
	_, problems := Compile(parsed(t, granted), paymentNames())
	const path = "declined → in_court → submitted → approved → paid"
	if len(problems) != 1 || problems[0].Code != Resurrection || strings.Join(texts(problems[0].Path), " → ") != path {
		t.Errorf("got %v, want %s by %s alone", problems, Resurrection, path)
	}
	const annul = "label: {lt: Panaikinti, en: Annul}\n    by: {role: ADMINISTRATOR, onBehalfOf: "
	other := edit(t, granted, annul+"COURT", annul+"APPEAL_BODY")
	if _, problems := Compile(parsed(t, other), paymentNames()); len(problems) > 0 {
		t.Errorf("turned by another body than the court: got %v, want it to hold", problems)
	}
}

// TestWhatMeansMoneyIsSeenWhereverItStands: first of all states, and held though
// nothing pays it.
func TestWhatMeansMoneyIsSeenWhereverItStands(t *testing.T) {
	const paid = "  paid:\n    phase: IMPLEMENTATION\n    traits: [holdsMoney, pays, terminal]\n    outcome: POSITIVE\n    label: {lt: Apmokėta, en: Paid}\n"
	first := edit(t, edit(t, payment, paid, ""), "states:\n", "states:\n"+paid)
	held := edit(t, edit(t, payment, "traits: [holdsMoney, pays, terminal]\n    outcome: POSITIVE", "traits: [terminal]"), "label: {lt: Mokėti, en: Pay}\n    by: ADMINISTRATOR", "label: {lt: Mokėti, en: Pay}\n    by: ADMINISTRATOR\n    requires: [secondPerson]")
	for name, tt := range map[string]struct{ src, path string }{
		"first": {first, "declined → submitted → approved → paid"}, "held": {held, "declined → submitted → approved"},
	} {
		if _, problems := Compile(parsed(t, tt.src), paymentNames()); len(problems) > 0 {
			t.Errorf("%s: got %v, want it to hold", name, problems)
		}
		_, problems := Compile(parsed(t, edit(t, tt.src, "\n  - event: sue", again)), paymentNames())
		i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == Resurrection })
		if i < 0 || strings.Join(texts(problems[i].Path), " → ") != tt.path {
			t.Errorf("%s: got %v, want %s by %s", name, problems, Resurrection, tt.path)
		}
	}
}

// TestAStateIsStrandedByAnyGapInItsGuards: two guards that do not complement
// each other may both fail.
func TestAStateIsStrandedByAnyGapInItsGuards(t *testing.T) {
	src := edit(t, payment, "    deadline: {event: lapse, days: 30, unit: CALENDAR_DAYS, from: ENTERED, source: design}\n", "")
	src = edit(t, src, "guards: [not complete]", "guards: [not funded]")
	_, problems := Compile(parsed(t, src), paymentNames())
	if len(problems) != 1 || problems[0].Code != Stranded || !strings.Contains(problems[0].Message, "submitted") {
		t.Errorf("got %v, want %s in submitted", problems, Stranded)
	}
}

// TestWaitingForMattersIsNoWaitForEver: they have machines of their own, which
// are proved too. A matter may not wait for others, which might wait for it.
func TestWaitingForMattersIsNoWaitForEver(t *testing.T) {
	src := edit(t, payment, "    deadline: {event: lapse, days: 30, unit: CALENDAR_DAYS, from: ENTERED, source: design}\n", "")
	src = edit(t, src, "guards: [not complete]", "guards: [nothingOpen]")
	for _, tt := range []struct {
		kind, guards string
		want         bool
	}{
		{"payment", "[nothingOpen]", true},
		{"payment", "[not nothingOpen]", false},
		{"payment", "[nothingOpen, funded]", false},
		{"payment_claim", "[nothingOpen]", false},
	} {
		def := parsed(t, edit(t, edit(t, src, "kind: payment", "kind: "+tt.kind), "guards: [nothingOpen]", "guards: "+tt.guards))
		known := paymentNames()
		known.Guards["nothingOpen"] = true
		m, problems := Compile(def, known)
		stranded := slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == Stranded })
		if (m != nil) != tt.want || stranded == tt.want {
			t.Errorf("a %s on %s: got %v, want it accepted: %t", tt.kind, tt.guards, problems, tt.want)
		}
		if m != nil {
			if s := m.Simulate(500, chance(2)); len(s.Stuck) > 0 {
				t.Errorf("a %s on %s: got stuck by %v, want no walk stuck", tt.kind, tt.guards, s.Stuck)
			}
		}
	}
}
