package workflow

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/atranka/atranka/rules"
)

// conditioned is the toy with a condition in place of the computed guard.
func conditioned(t testing.TB, when string) string {
	t.Helper()
	src := edit(t, toy, "states:\n  open:", fmt.Sprintf("conditions:\n  small:\n    when: %q\n    label: {lt: Maža parama, en: A small grant}\n    message: {lt: Parama per didelė, en: The grant is too large}\nstates:\n  open:", when))
	src = edit(t, src, "guards: [fair, not late]", "guards: [fair, small]")
	return strings.NewReplacer("kind: toy", "kind: proposal", "toy.dueOn", "ENTERED", "toy.settle", "proposal.settle").Replace(src)
}

func proposalNames() Known {
	known := toyNames()
	known.Fields["proposal"] = known.Fields["toy"]
	return known
}

func TestConditionsAreProvedBeforeTheyAreAccepted(t *testing.T) {
	for _, tt := range []struct{ when, want string }{
		{`proposal.grantRequestedCents <= cents("5000.00")`, ""},
		{`proposal.legalForm in call.eligibleForms && today >= "2019-01-01"`, ""},
		{`proposal.activityKinds.all(k, k != "networks")`, ""},
		{`call.budgetCents - call.reservedCents >= proposal.grantAwardedCents`, ""},
		{`proposal.grantRequestedCents`, "it gives a int, want true or false"},
		{`proposal.grantRequestedCents <= `, "Syntax error"},
		{`proposal.secret == 1`, "undeclared reference"},
		{`proposal.grantRequestedCents <= 5000.0`, "no matching overload"},
		{`proposal.legalForm == 7`, "no matching overload"},
		{`proposal.legalForm.matches("^V.*")`, "undeclared reference to 'matches'"},
		{`dyn(proposal.legalForm) == 7`, "undeclared reference to 'dyn'"},
		{`type(proposal.legalForm) == string`, "undeclared reference"},
		{`timestamp(today) > timestamp("2019-01-01T00:00:00Z")`, "undeclared reference to 'timestamp'"},
		{`proposal.grantRequestedCents <= cents("1.493200,00")`, "1.493200,00"},
		{`proposal.grantRequestedCents <= cents(proposal.legalForm)`, "written out"},
		{`contract.grantCents > 0`, "undeclared reference"},
		{`{"a": proposal.grantRequestedCents}["a"] > 0`, "a message or a map"},
		{`google.protobuf.Int64Value{value: proposal.grantRequestedCents} == 0`, "a message or a map"},
		{`proposal.activityKinds.all(a, proposal.activityKinds.all(b, proposal.activityKinds.exists(c, a + b == c)))`, "it may cost"},
		{strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), "recursion"},
		{`"` + strings.Repeat("x", maxConditionBytes) + `" == today`, "the limit is 2000"},
	} {
		_, problems := Compile(parsed(t, conditioned(t, tt.when)), proposalNames())
		var got []string
		for _, p := range problems {
			if p.Code != BadCondition || p.Line != where(t, conditioned(t, tt.when), "small:\n").Line {
				t.Errorf("%s: got %v, want only %s where it stands", tt.when, p, BadCondition)
			}
			got = append(got, p.Message)
		}
		if (tt.want == "") != (len(got) == 0) || !strings.Contains(strings.Join(got, "\n"), tt.want) {
			t.Errorf("%s: got %q, want %q", tt.when, got, tt.want)
		}
	}
}

func TestConditionsAreNamedOnceAndUsed(t *testing.T) {
	src := conditioned(t, "true")
	for _, tt := range []struct {
		name, old, new string
		want           ProblemCode
	}{
		{"not used", "guards: [fair, small]", "guards: [fair]", BadCondition},
		{"named like a computed guard", "  small:\n", "  late:\n", BadCondition},
		{"named like an attestation", "  small:\n", "  fair:\n", BadCondition},
		{"no name", "  small:\n", "  s m a l l:\n", BadName},
		{"no Lithuanian label", "{lt: Maža parama, en: A small grant}", "{en: A small grant}", MissingLabel},
		{"no English message", "{lt: Parama per didelė, en: The grant is too large}", "{lt: Parama per didelė}", MissingLabel},
	} {
		_, problems := Compile(parsed(t, edit(t, src, tt.old, tt.new)), proposalNames())
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.want }) {
			t.Errorf("%s: got %v, want %s", tt.name, problems, tt.want)
		}
	}
}

func TestConditionsAreDecidedOnTheFactsThatTheyRead(t *testing.T) {
	m, problems := Compile(parsed(t, conditioned(t, `proposal.grantRequestedCents <= cents("90.00") && "K1" in proposal.activityKinds`)), proposalNames())
	if m == nil {
		t.Fatal(problems)
	}
	s := soundCase()
	want := []rules.Fact{{Name: "proposal.activityKinds", Value: "K1"}, {Name: "proposal.grantRequestedCents", Value: "9000"}}
	if r := m.weigh("small", s); r.Verdict != rules.Passed || !slices.Equal(r.Facts, want) {
		t.Errorf("got %s on %v, want it to hold on %v", r.Verdict, r.Facts, want)
	}
	if r := m.weigh("not small", s); r.Verdict != rules.Failed || !strings.Contains(m.message(r).EN, "A small grant") || !strings.Contains(m.message(r).LT, "Maža parama") {
		t.Errorf("turned round: got %s %q, want it to fail and name the condition", r.Verdict, m.message(r))
	}
	s.Proposal.GrantRequested++
	if r := m.weigh("small", s); r.Verdict != rules.Failed || m.message(r) != (Text{LT: "Parama per didelė", EN: "The grant is too large"}) {
		t.Errorf("a cent more: got %s %q, want it to fail in its own words", r.Verdict, m.message(r))
	}
	if r := m.weigh("R-06", soundCase()); r.Rule != "R-06" || r.Verdict != rules.Passed {
		t.Errorf("a rule of the field beside it: got %+v, want it decided as ever", r)
	}
}

// TestWhatCannotBeComputedDoesNotHold, and says why in its facts.
func TestWhatCannotBeComputedDoesNotHold(t *testing.T) {
	x, err := express("proposal", "proposal.grantRequestedCents * 4611686018427387904 > 0")
	if err != nil {
		t.Fatal(err)
	}
	r := x.judge("big", soundCase())
	if r.Verdict != rules.Failed || r.Facts[len(r.Facts)-1].Name != "error" || !strings.Contains(r.Facts[len(r.Facts)-1].Value, "overflow") {
		t.Errorf("got %s on %v, want it to fail for the overflow", r.Verdict, r.Facts)
	}
}

// TestEveryFactCanBeRead by the kinds that have it, and holds what a case says.
func TestEveryFactCanBeRead(t *testing.T) {
	s := soundCase()
	want := map[string]string{
		"today": string(noon.Day()), "proposal.grantRequestedCents": "9000", "proposal.grantAwardedCents": "9000", "proposal.eligibleTotalCents": "10000",
		"proposal.scoreHundredths": "8000", "proposal.legalForm": "VSI", "proposal.territory": "TARGET", "proposal.action": "1.1.1", "proposal.activityKinds": "K1",
		"proposal.versions": "0", "proposal.state": "contract_offered", "proposal.evaluations": "2", "proposal.evaluationsSubmitted": "2",
		"call.budgetCents": "100000", "call.reservedCents": "0", "call.minGrantCents": "1000", "call.maxGrantCents": "50000", "call.minScoreHundredths": "6000",
		"call.selectionMode": "T", "call.proposals": "1", "call.eligibleForms": "VSI", "contract.grantCents": "9000",
	}
	for _, k := range []Kind{"proposal", "call", "contract", "strategy"} {
		for _, f := range expressibles(k) {
			x, err := express(k, f.name+" == "+f.name)
			if err != nil {
				t.Errorf("%s of a %s: %v", f.name, k, err)
				continue
			}
			r := x.judge("same", s)
			if r.Verdict != rules.Passed || len(r.Facts) != 1 || r.Facts[0].Value != want[f.name] {
				t.Errorf("%s of a %s: got %s on %v, want %q", f.name, k, r.Verdict, r.Facts, want[f.name])
			}
		}
	}
	s.Proposal.FinalScore, s.Proposal.Evaluations[1].Submitted = nil, false
	for name, shown := range map[string]string{"proposal.scoreHundredths": "0", "proposal.evaluationsSubmitted": "1"} {
		x, err := express("proposal", name+" >= 0")
		if err != nil {
			t.Fatal(err)
		}
		if got := x.judge("n", s).Facts[0].Value; got != shown {
			t.Errorf("%s before the scores are final: got %s, want %s", name, got, shown)
		}
	}
}

func TestConditionsAreSafeAtOnce(t *testing.T) {
	x, err := express("proposal", `proposal.activityKinds.exists(k, k == "K1") && proposal.grantRequestedCents < cents("100.00")`)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if r := x.judge("c", soundCase()); r.Verdict != rules.Passed {
					t.Errorf("got %s, want it to hold", r.Verdict)
				}
			}
		})
	}
	wg.Wait()
}

func TestLifecycleShowsConditions(t *testing.T) {
	m, problems := Compile(parsed(t, conditioned(t, `today >= "2019-01-01"`)), proposalNames())
	if m == nil {
		t.Fatal(problems)
	}
	page := string(Lifecycle(map[Kind]*Machine{"proposal": m}))
	if want := "### Conditions\n\n| Guard | What is asked | Holds when |\n|---|---|---|\n| small | A small grant / Maža parama | `today >= \"2019-01-01\"` |\n"; !strings.Contains(page, want) {
		t.Errorf("got no %q in\n%s", want, page)
	}
}

func TestBoundsOfConditionsAreKeptToTheUnit(t *testing.T) {
	longest := "today == " + strings.Repeat(" ", maxConditionBytes-len("today == today")) + "today"
	if _, err := express("proposal", longest); err != nil || len(longest) != maxConditionBytes {
		t.Errorf("%d bytes: got %v, want them taken", len(longest), err)
	}
	if _, err := express("proposal", longest+" "); err == nil {
		t.Errorf("%d bytes are taken, want them refused", len(longest)+1)
	}
	if affordable(maxConditionCost) != nil || affordable(maxConditionCost+1) == nil {
		t.Errorf("got the limit of %d steps kept otherwise than to the step", maxConditionCost)
	}
	for kind, fact := range map[Kind]string{"dog": "today", "call": "call.proposals"} {
		if _, err := express(kind, fact+" == "+fact); err != nil {
			t.Errorf("a condition of a %s on %s: got %v, want it taken", kind, fact, err)
		}
	}
}

// TestConditionsOfMattersReadTheMatter, the case that it stands beside, and
// nothing that a case without a contract has not.
func TestConditionsOfMattersReadTheMatter(t *testing.T) {
	s := soundCase()
	s.data["accepted"] = rules.Money(80_00)
	for when, want := range map[string]bool{
		`matter.form == "INTERIM" && matter.dueOn == ""`:                                    true,
		`matter.amountCents == cents("90.00") && matter.acceptedCents == cents("80.00")`:    true,
		`matter.acceptedCents * 100 <= contract.grantCents * 30`:                            false,
		`proposal.legalForm == "VSI" && call.selectionMode == "T" && today == "2019-03-04"`: true,
	} {
		x, err := express("payment_claim", when)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		if got := x.judge("c", s).OK(); got != want {
			t.Errorf("%s: got %t, want %t", when, got, want)
		}
	}
	x, err := express("appeal", "contract.grantCents == 0 && matter.amountCents == 0")
	bare := soundCase()
	bare.Contract, bare.Matter = nil, nil
	if err != nil || !x.judge("c", bare).OK() {
		t.Errorf("without a contract: got %v and it does not hold, want it to", err)
	}
	if _, err := express("contract", "matter.amountCents == 0"); err == nil {
		t.Error("a contract is no matter, and its condition reads one")
	}
}
