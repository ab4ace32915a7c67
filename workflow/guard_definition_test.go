package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/rules"
)

// stateOf is a state as the shipped definition of its kind has it.
func stateOf(kind Kind, name StateName) State {
	s, ok := shippedMachines().Latest(kind).State(name)
	if !ok {
		panic(fmt.Sprintf("%s has no state %s", kind, name))
	}
	return s
}

func contractIn(name StateName) func(*sight) {
	return func(s *sight) { s.Contract.State = stateOf("contract", name) }
}

func meetingIn(name StateName) func(*sight) {
	return func(s *sight) { s.Meeting.State = stateOf("meeting", name) }
}

func proposalIn(name StateName) func(*sight) {
	return func(s *sight) { s.Proposal.State = name }
}

func formed(form string) func(*sight) {
	return func(s *sight) { s.Matter.Form = form }
}

// due is a matter about so much.
func due(m rules.Money) func(*sight) {
	return func(s *sight) { s.Matter.Amount, s.Matter.Accepted = m, 0 }
}

// another matter runs beside the case, in the state.
func another(kind Kind, form string, accepted rules.Money, name StateName) func(*sight) {
	return func(s *sight) {
		beside(MatterFacts{ID: otherClaim, Kind: kind, Form: form, Accepted: accepted, State: stateOf(kind, name)})(s)
	}
}

// definitionCases hold the guards of a definition against the states of the field
// (domain §B) as the shipped definitions have them: those that the definition
// computes itself, and those of all that runs beside a case.
var definitionCases = map[Kind]map[string][]guardCase{
	"contract": {
		"awaited": {
			{"the application is approved", proposalIn("contract_offered"), rules.Passed},
			{"the application is being checked", proposalIn("application_submitted"), rules.Failed},
			{"the application is rejected", proposalIn("rejected_imp"), rules.Failed},
			{"a contract is signed already", proposalIn("contract_signed"), rules.Failed},
			{"its offer was refused", proposalIn("contract_refused"), rules.Failed},
		},
		"nothingOpen": settledCases,
	},
	"proposal": {"nothingOpen": settledCases},
	"minutes": {
		"meetingHeld":   guardCases["meetingHeld"],
		"noMinutesOpen": guardCases["noMinutesOpen"],
		"presiderKnown": guardCases["presiderKnown"],
	},
	"appeal": {
		"appealable":           appealCases["appealable"],
		"noOtherAppeal":        appealCases["noOtherAppeal"],
		"appealInTime":         appealCases["appealInTime"],
		"appealLate":           appealCases["appealLate"],
		ruling:                 appealCases[ruling],
		"caseContested":        appealCases["caseContested"],
		"reviewersIndependent": appealCases["reviewersIndependent"],
		"rulingCarriedOut":     appealCases["rulingCarriedOut"],
	},
	"amendment": {
		"substantial": {
			{"the grant goes up", formed("SUBSTANTIAL"), rules.Passed},
			{"a notification only", formed("MINOR"), rules.Failed},
			{"nobody said which", formed(""), rules.Failed},
		},
		"contractRuns": {
			{"signed and not begun", contractIn("signed"), rules.Passed},
			{"active", contractIn("active"), rules.Passed},
			{"suspended", contractIn("suspended"), rules.Passed},
			{"being prepared", contractIn("prepared"), rules.Failed},
			{"offered", contractIn("offered"), rules.Failed},
			{"refused", contractIn("refused"), rules.Failed},
			{"terminated", contractIn("terminated"), rules.Failed},
			{"ended", contractIn("ended"), rules.Failed},
			{"settled", contractIn("settled"), rules.Failed},
			{"archived", contractIn("archived"), rules.Failed},
			{"no contract yet", noContract, rules.Failed},
		},
	},
	"payment_claim": {
		"contractConcluded": concludedCases,
		"contractPays": {
			{"active", contractIn("active"), rules.Passed},
			{"ended, for the final claim comes after", contractIn("ended"), rules.Passed},
			{"signed and not begun", contractIn("signed"), rules.Failed},
			{"suspended, which freezes claims", contractIn("suspended"), rules.Failed},
			{"terminated", contractIn("terminated"), rules.Failed},
			{"archived", contractIn("archived"), rules.Failed},
		},
		"claimsInOrder": {
			{"the final one after an interim one is paid", as(finally, another("payment_claim", "INTERIM", 1, "paid")), rules.Passed},
			{"the final one after an interim one is corrected", as(finally, another("payment_claim", "INTERIM", 1, "corrected")), rules.Passed},
			{"the final one after an interim one is withdrawn", as(finally, another("payment_claim", "INTERIM", 0, "withdrawn")), rules.Passed},
			{"the final one after a final one was rejected", as(finally, another("payment_claim", "FINAL", 0, "rejected")), rules.Passed},
			{"the final one while an interim one is checked", as(finally, another("payment_claim", "INTERIM", 0, "checking")), rules.Failed},
			{"the final one while an interim one waits for clarification", as(finally, another("payment_claim", "INTERIM", 0, "clarification")), rules.Failed},
			{"the final one while the treasury has an interim one", as(finally, another("payment_claim", "INTERIM", 1, "sent_to_treasury")), rules.Failed},
			{"a second final one", as(finally, another("payment_claim", "FINAL", 1, "paid")), rules.Failed},
			{"an interim one while another is checked", another("payment_claim", "INTERIM", 0, "checking"), rules.Passed},
			{"an interim one while the final one is checked", another("payment_claim", "FINAL", 0, "checking"), rules.Failed},
		},
		"reportsInTime": {
			{"the report is due", another("progress_report", "INTERIM", 0, "due"), rules.Passed},
			{"the report is submitted", another("progress_report", "INTERIM", 0, "submitted"), rules.Passed},
			{"the report is accepted", another("progress_report", "INTERIM", 0, "accepted"), rules.Passed},
			{"the report is waived", another("progress_report", "INTERIM", 0, "waived"), rules.Passed},
			{"the report is overdue", another("progress_report", "INTERIM", 0, "overdue"), rules.Failed},
		},
		"acceptedWithinAmount": {
			{"all of what is claimed", as(due(4_000_00), accepting(4_000_00)), rules.Passed},
			{"cut to a part", as(due(4_000_00), accepting(1_00)), rules.Passed},
			{"a cent more than is claimed", as(due(4_000_00), accepting(4_000_01)), rules.Failed},
			{"cut to nothing, which is a rejection", as(due(4_000_00), accepting(0)), rules.Failed},
		},
		"acceptedWithinGrant": {
			{"with what is paid it comes to the grant", as(accepting(30_00), another("payment_claim", "INTERIM", 60_00, "paid")), rules.Passed},
			{"with what is paid it is a cent beyond the grant", as(accepting(30_01), another("payment_claim", "INTERIM", 60_00, "paid")), rules.Failed},
			{"with what the treasury has it is beyond the grant", as(accepting(30_01), another("payment_claim", "INTERIM", 60_00, "sent_to_treasury")), rules.Failed},
			{"with what is approved it is beyond the grant", as(accepting(30_01), another("payment_claim", "ADVANCE", 60_00, "approved")), rules.Failed},
			{"beside one that was rejected", as(accepting(90_00), another("payment_claim", "INTERIM", 60_00, "rejected")), rules.Passed},
		},
	},
	"progress_report": {"contractConcluded": concludedCases},
	"recovery": {
		"contractConcluded": concludedCases,
		"acceptedWithinAmount": {
			{"all that is due comes back", as(due(250_00), accepting(250_00)), rules.Passed},
			{"a part comes back", as(due(250_00), accepting(100_00)), rules.Passed},
			{"more comes back than is due", as(due(250_00), accepting(250_01)), rules.Failed},
			{"nothing comes back", as(due(250_00), accepting(0)), rules.Failed},
		},
		"acceptedInFull": {
			{"all that is due came back", as(due(250_00), accepting(250_00)), rules.Passed},
			{"a cent is left", as(due(250_00), accepting(249_99)), rules.Failed},
			{"nothing came back yet", due(250_00), rules.Failed},
		},
	},
	"irregularity": {
		"acceptedWithinAmount": {
			{"a conflict of interest: all that is affected", as(due(1_000_00), accepting(1_000_00)), rules.Passed},
			{"the lowest rate: 5 % of what is affected", as(due(1_000_00), accepting(50_00)), rules.Passed},
			{"a cent more than is affected", as(due(1_000_00), accepting(1_000_01)), rules.Failed},
			{"a correction of nothing", as(due(1_000_00), accepting(0)), rules.Failed},
			{"nobody said yet what is affected", as(due(0), accepting(1)), rules.Failed},
		},
	},
}

// concludedCases are what may be opened once a contract was signed, whatever became
// of it since: money is claimed, reported on and recovered after its end too.
var concludedCases = []guardCase{
	{"signed", contractIn("signed"), rules.Passed},
	{"active", contractIn("active"), rules.Passed},
	{"suspended", contractIn("suspended"), rules.Passed},
	{"terminated", contractIn("terminated"), rules.Passed},
	{"ended", contractIn("ended"), rules.Passed},
	{"settled", contractIn("settled"), rules.Passed},
	{"being prepared", contractIn("prepared"), rules.Failed},
	{"offered", contractIn("offered"), rules.Failed},
	{"refused", contractIn("refused"), rules.Failed},
	{"no contract yet", noContract, rules.Failed},
}

// settledCases are what a case may still have beside it as it is settled.
var settledCases = []guardCase{
	{"an amendment in force", another("amendment", "MINOR", 0, "in_force"), rules.Passed},
	{"an amendment refused", another("amendment", "MINOR", 0, "refused"), rules.Passed},
	{"an amendment being checked", another("amendment", "MINOR", 0, "checking"), rules.Failed},
	{"an amendment approved and not in force", another("amendment", "MINOR", 0, "approved"), rules.Failed},
	{"a claim paid", another("payment_claim", "FINAL", 1, "paid"), rules.Passed},
	{"a claim rejected", another("payment_claim", "FINAL", 0, "rejected"), rules.Passed},
	{"a claim approved and not paid", another("payment_claim", "FINAL", 1, "approved"), rules.Failed},
	{"a claim with the treasury", another("payment_claim", "FINAL", 1, "sent_to_treasury"), rules.Failed},
	{"a report accepted", another("progress_report", "FINAL", 0, "accepted"), rules.Passed},
	{"a report due", another("progress_report", "FINAL", 0, "due"), rules.Failed},
	{"a report overdue", another("progress_report", "FINAL", 0, "overdue"), rules.Failed},
	{"money repaid", another("recovery", "", 1, "repaid"), rules.Passed},
	{"money written off", another("recovery", "", 0, "written_off"), rules.Passed},
	{"money being recovered", another("recovery", "", 0, "notified"), rules.Failed},
	{"money repaid in part", another("recovery", "", 1, "part_paid"), rules.Failed},
	{"a recovery disputed", another("recovery", "", 0, "disputed"), rules.Failed},
	{"an appeal executed", another("appeal", "", 0, "executed"), rules.Passed},
	{"an appeal under review", another("appeal", "", 0, "under_review"), rules.Failed},
	{"an appeal in court", another("appeal", "", 0, "in_court"), rules.Failed},
	{"an appeal upheld and not executed", another("appeal", "", 0, "upheld"), rules.Failed},
	{"a suspicion that was not confirmed", another("irregularity", "", 0, "not_confirmed"), rules.Passed},
	{"an irregularity closed", another("irregularity", "", 1, "closed"), rules.Passed},
	{"a suspicion", another("irregularity", "", 0, "suspected"), rules.Failed},
	{"a correction decided and not carried out", another("irregularity", "", 1, "correction_decided"), rules.Failed},
}

// asMatter makes the case one of the kind.
func asMatter(kind Kind, s *sight) {
	s.Subject.Kind, s.Subject.ID, s.Matter.Kind = kind, subjectIDs[kind], kind
}

// TestDefinitionsGuardsJudgeTheStatesOfTheField, by the machine that asks them.
func TestDefinitionsGuardsJudgeTheStatesOfTheField(t *testing.T) {
	machines := shipped(t)
	for kind, guards := range definitionCases {
		m := machines[kind]
		for guard, cases := range guards {
			opens := m.Begins() != nil && slices.Contains(m.Begins().Guards, guard)
			for _, c := range cases {
				s := soundCase()
				if kind.Matter() {
					asMatter(kind, &s)
				}
				c.change(&s)
				r := m.weigh(guard, s)
				if r.Verdict != c.want {
					t.Errorf("%s of %s, %s: got %s %v, want %s", guard, kind, c.name, r.Verdict, r.Facts, c.want)
				}
				if text := m.message(r); text.LT == "" || text.EN == "" || text.LT == text.EN {
					t.Errorf("%s of %s: got messages %q and %q, want both languages", guard, kind, text.LT, text.EN)
				}
				if turned := m.weigh(negation+guard, s); turned.Verdict == c.want {
					t.Errorf("%s%s of %s, %s: got %s, want the opposite", negation, guard, kind, c.name, turned.Verdict)
				}
				if !opens {
					continue
				}
				// As it is opened there is no matter yet, only the case that it is to run beside.
				s.Matter = nil
				if r := m.weigh(guard, s); r.Verdict != c.want {
					t.Errorf("%s as a %s is opened, %s: got %s, want %s", guard, kind, c.name, r.Verdict, c.want)
				}
			}
		}
	}
}

// asksOf are the guards that the machine has computed, each once: of its steps, of
// its beginning and of its terms.
func asksOf(m *Machine) []string {
	var asked []string
	add := func(guards []string) {
		for _, g := range guards {
			if _, attested := m.Attestation(g); !attested {
				asked = append(asked, strings.TrimPrefix(g, negation))
			}
		}
	}
	for _, t := range m.def.Transitions {
		add(t.Guards)
	}
	for _, s := range m.def.States {
		if s.Deadline != nil {
			add(s.Deadline.Unless)
		}
	}
	if m.Begins() != nil {
		add(m.Begins().Guards)
	}
	slices.Sort(asked)
	return slices.Compact(asked)
}

// TestEveryGuardOfADefinitionHasCasesOnBothSides: what a shipped definition asks
// has a row that holds and one that does not; of what runs beside a case, and of
// what a definition computes itself, rows of its own.
func TestEveryGuardOfADefinitionHasCasesOnBothSides(t *testing.T) {
	machines := shipped(t)
	for kind, m := range machines {
		for _, guard := range asksOf(m) {
			cases := definitionCases[kind][guard]
			if _, own := m.def.Conditions[guard]; !own && !kind.Matter() {
				cases = slices.Concat(cases, guardCases[guard])
			}
			holds := slices.ContainsFunc(cases, func(c guardCase) bool { return c.want == rules.Passed })
			// The other side of a rule that only warns is its warning.
			stops := slices.ContainsFunc(cases, func(c guardCase) bool { return c.want != rules.Passed })
			if !holds || !stops {
				t.Errorf("%s of %s: got a case that holds = %t and one that does not = %t, want both", guard, kind, holds, stops)
			}
		}
	}
	for kind, guards := range definitionCases {
		for _, guard := range slices.Sorted(maps.Keys(guards)) {
			if m := machines[kind]; m == nil || !slices.Contains(asksOf(m), guard) {
				t.Errorf("%s has cases of %s and does not ask it", kind, guard)
			}
		}
	}
}
