package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/atranka/atranka/workflow/definitions"
)

// shippedNames is what the shipped definitions expect of the engine.
func shippedNames() Known {
	guards := map[string]bool{}
	for _, g := range strings.Fields(`R-01 R-02 R-03 R-04 R-05 R-06 R-07 R-08 R-09 R-14 R-15 R-16 R-17 R-18 R-19
		R-20 R-21 R-22 R-23 R-24 R-25 R-26 R-27 R-28 R-29 votesConcluded inWriting inSession decidable somethingDecided meetingHeld noMinutesOpen presiderKnown papersInTime dayHasCome
		late modeV callOpen callHasProposals noContractSigned amountWithinAward awardWithinRequest awardInFull awardReducedOrConditional awardReduced grantIsAward
		termExtended namedRulesFail callHasChecklist everyItemMet failedItemNotMet officeDraft numberUnsealed
		callEvaluates receivedListPublished roundIsIn nobodyDiffers sheetComplete takesScores termRuns receivedSinceOpening
		nothingOpen contractConcluded contractRuns contractPays acceptedWithinAmount acceptedInFull acceptedWithinGrant
		claimsInOrder reportsInTime noConflictShown
		appealable noOtherAppeal appealInTime appealLate ruledByOthers caseContested reviewersIndependent rulingCarriedOut upheldWithoutMoney nextInRank`) {
		guards[g] = true
	}
	beside := map[string]string{
		"number": "text", "form": "text", "amount": "money", "accepted": "money", "dueOn": "date", "periodFrom": "date", "periodTo": "date",
		"signedOn": "date", "publicationUrl": "text",
		"reviewers": "list",
	}
	effects := map[string]bool{"freezeContent": true, "restoreContent": true, "giveReceipt": true, "finalScore": true, "countNotAdopted": true, "reopenScores": true, "declare": true, "handIn": true, "takeBack": true, "setDay": true, "firstDay": true, "everybodyLeaves": true, "openVote": true, "decide": true, "assignThird": true, "presides": true, "freezeMinutes": true}
	return Known{Guards: guards, Effects: effects, Veiled: map[Kind]bool{"proposal": true}, Given: map[Kind]map[string]bool{"call": {"opensAt": true, "closesAt": true}}, Fields: map[Kind]map[string]string{
		"strategy": {"allocation": "money", "consultationUntil": "date"},
		"call":     {"publicationUrl": "text", "opensAt": "instant", "closesAt": "instant", "receivedListPublished": "flag"},
		"proposal": {
			"receiptNo": "text", "regNo": "text", "receivedAt": "instant", "channel": "code", "grantAwarded": "money", "awardCondition": "text",
			"reserveValidUntil": "date", "applicationNo": "text", "grantApplied": "money", "failedItem": "code", "failedRules": "code", "unanswered": "flag",
		},
		"evaluation": {"dueOn": "date", "declaredAt": "instant", "submittedAt": "instant"},
		"meeting":    {"scheduledAt": "instant", "ballotsUntil": "instant", "heldOn": "date", "papersDue": "date"}, "agenda_item": {"departs": "flag"},
		"contract":  {"grant": "money", "signedOn": "date", "startsOn": "date", "contractNo": "text"},
		"amendment": beside, "payment_claim": beside, "progress_report": beside, "recovery": beside, "appeal": beside, "irregularity": beside, "minutes": beside,
	}}
}

func shipped(t testing.TB) map[Kind]*Machine {
	t.Helper()
	machines, err := LoadEmbedded(shippedNames())
	if err != nil {
		t.Fatalf("got problems in the shipped definitions, want none:\n%v", err)
	}
	return machines
}

func TestShippedDefinitionsHoldTogether(t *testing.T) {
	got := slices.Sorted(maps.Keys(shipped(t)))
	want := []Kind{
		"agenda_item", "amendment", "appeal", "call", "contract", "evaluation", "irregularity", "meeting", "minutes", "payment_claim",
		"progress_report", "proposal", "recovery", "strategy",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got kinds %v, want %v", got, want)
	}
}

// fieldStates are the states of the field's process model (domain §B).
var fieldStates = map[Phase]string{
	PhaseSubmission: "draft submitted not_submitted registered rejected_late withdrawn",
	PhaseEvaluation: `admin_check eligibility_check quality_evaluation clarification_admin clarification_eligibility
		clarification_quality scored proposed_reject rejected_admin rejected_ineligible`,
	PhaseSelection: `board_agenda award_offered award_declined listed_funding listed_reserve reserve_expired rejected_board
		call_annulled under_appeal reserve_appealed in_court rejected_final upheld_unfunded ministry_listed rejected_ministry lapsed`,
	PhaseContract: `application_submitted clarification_application rejected_imp contract_offered contract_refused
		contract_signed ceased`,
	PhaseImplementation: "implementing suspended terminated terminated_settled",
	PhaseClosure:        "completed closed monitoring archived",
}

func TestProposalHasTheStatesOfTheField(t *testing.T) {
	m := shipped(t)["proposal"]
	n := 0
	for phase, names := range fieldStates {
		for _, name := range strings.Fields(names) {
			n++
			if s, ok := m.State(StateName(name)); !ok || s.Phase != phase {
				t.Errorf("state %s: got %t in phase %q, want it in %s", name, ok, s.Phase, phase)
			}
		}
	}
	if got := len(m.States()); got != n || n != 47 { // the one beyond the field's is that of a contested place on the reserve list
		t.Errorf("got %d states, want %d, which has to be 47", got, n)
	}
}

func TestProposalTraitsFollowTheField(t *testing.T) {
	for _, tt := range []struct {
		trait string
		has   func(State) bool
		want  string
	}{
		{
			"terminal", func(s State) bool { return s.Terminal },
			"not_submitted withdrawn award_declined reserve_expired call_annulled contract_refused ceased terminated_settled archived",
		},
		{
			"final", func(s State) bool { return s.Final },
			"rejected_late rejected_admin rejected_ineligible rejected_board rejected_ministry rejected_imp rejected_final lapsed",
		},
		{
			"holdsMoney", func(s State) bool { return s.HoldsMoney },
			`award_offered listed_funding ministry_listed rejected_ministry application_submitted clarification_application
			rejected_imp contract_offered contract_signed implementing suspended terminated completed closed monitoring archived`,
		},
		{
			"keepsMoney", func(s State) bool { return s.KeepsMoney },
			"eligibility_check quality_evaluation clarification_eligibility clarification_quality scored proposed_reject board_agenda under_appeal in_court",
		},
		{"running", func(s State) bool { return s.Running }, "implementing"},
		{"pays", func(s State) bool { return s.Pays }, "implementing completed"},
		{
			"editable", func(s State) bool { return s.Editable },
			"draft clarification_admin clarification_eligibility clarification_quality clarification_application",
		},
	} {
		t.Run(tt.trait, func(t *testing.T) {
			var got []string
			for _, s := range shipped(t)["proposal"].States() {
				if tt.has(s) {
					got = append(got, string(s.Name))
				}
			}
			want := strings.Fields(tt.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// fieldSteps are the rows of the field's process model (domain §B) for what runs
// beside a case and for the board, written down a second time: event, from, to.
// Those of the case itself are in process_test.go, with who, guards and papers.
var fieldSteps = map[Kind][][3]string{
	"amendment": {
		{"startCheck", "requested", "checking"},
		{"requestClarification", "checking", "clarification"},
		{"answer", "clarification", "checking"},
		{"clarificationExpired", "clarification", "checking"},
		{"acknowledge", "checking", "approved"}, // ours: minor is notified only
		{"approve", "checking", "approved"},
		{"refuse", "checking", "refused"},
		{"reopen", "refused", "checking"}, // ours: upheld by an appeal body or a court
		{"withdraw", "requested checking clarification approved", "withdrawn"},
		{"comeIntoForce", "approved", "in_force"},
	},
	"payment_claim": {
		{"edit", "draft", "draft"},
		{"submit", "draft", "submitted"},
		{"startCheck", "submitted", "checking"},
		{"requestClarification", "checking", "clarification"},
		{"answer", "clarification", "checking"},
		{"clarificationExpired", "clarification", "checking"},
		{"approve", "checking", "approved"},
		{"reject", "checking", "rejected"},
		{"reopen", "rejected", "checking"}, // ours
		{"recall", "approved", "checking"}, // ours: what stops while the contract is suspended
		{"sendToTreasury", "approved", "sent_to_treasury"},
		{"returnedByTreasury", "sent_to_treasury", "approved"}, // ours
		{"pay", "sent_to_treasury", "paid"},
		{"correct", "paid corrected", "corrected"},
		{"withdraw", "draft submitted checking clarification", "withdrawn"}, // ours
		{"archive", "paid corrected", "archived"},                           // ours
		{"archive", "rejected", "rejected_archived"},                        // ours
	},
	"progress_report": {
		{"submit", "due overdue returned", "submitted"},
		{"becomeOverdue", "due", "overdue"},
		{"extend", "due overdue", "due"}, // ours
		{"startCheck", "submitted", "checking"},
		{"return", "checking", "returned"},
		{"accept", "checking", "accepted"},
		{"waive", "due overdue returned", "waived"}, // ours: of a project that ended early
	},
	"recovery": {
		{"notify", "decided", "notified"},
		{"payPart", "notified part_paid", "part_paid"},
		{"repay", "notified part_paid", "repaid"},
		{"setOff", "notified part_paid", "offset"},
		{"settle", "offset", "repaid"},
		{"carryOver", "offset", "part_paid"}, // ours: what was set off did not cover all
		{"dispute", "notified part_paid", "disputed"},
		{"uphold", "disputed", "notified"},
		{"annul", "disputed", "annulled"},                    // ours
		{"revoke", "decided notified part_paid", "annulled"}, // ours
		{"writeOff", "notified part_paid", "written_off"},
	},
	"appeal": {
		{"admit", "filed", "admissible"},
		{"declareInadmissible", "filed", "inadmissible"},
		{"declareWithoutStanding", "filed", "inadmissible"}, // ours: in time, but by somebody else than the addressee
		{"startReview", "admissible", "under_review"},
		{"uphold", "under_review", "upheld"}, // of what is no proposal
		{"upholdPartly", "under_review", "partly_upheld"},
		{"upholdToEligibilityCheck", "under_review", "upheld"}, // ours, as the others: the ruling names where the case goes
		{"upholdToQualityEvaluation", "under_review", "upheld"},
		{"upholdToBoardAgenda", "under_review", "upheld"},
		{"upholdPartlyToEligibilityCheck", "under_review", "partly_upheld"},
		{"upholdPartlyToQualityEvaluation", "under_review", "partly_upheld"},
		{"upholdPartlyToBoardAgenda", "under_review", "partly_upheld"},
		{"dismiss", "under_review", "dismissed"},
		{"execute", "upheld partly_upheld", "executed"},
		{"toCourt", "inadmissible dismissed", "in_court"},
		{"courtUpheld", "in_court", "upheld"},
		{"courtUpheldToEligibilityCheck", "in_court", "upheld"},
		{"courtUpheldToQualityEvaluation", "in_court", "upheld"},
		{"courtUpheldToBoardAgenda", "in_court", "upheld"},
		{"courtDismissed", "in_court", "dismissed_final"},
		{"termExpired", "inadmissible dismissed", "dismissed_final"}, // ours
		{"withdraw", "filed admissible under_review in_court", "withdrawn"},
	},
	"evaluation": {
		{"declareNoConflict", "assigned", "accepted"},
		{"declareConflict", "assigned accepted in_progress", "recused"},
		{"decline", "assigned accepted in_progress", "unavailable"}, // ours: by the evaluator
		{"loseEvaluator", "assigned accepted in_progress", "unavailable"},
		{"startScoring", "accepted", "in_progress"},
		{"submit", "accepted in_progress", "submitted"},
		{"reopen", "submitted", "in_progress"},
		{"diverge", "submitted", "consensus_needed"},
		{"agree", "consensus_needed", "consensus"},
		{"noAgreement", "consensus_needed", "third_evaluator"},
		{"count", "submitted consensus third_evaluator", "counted"},       // ours
		{"leaveToThird", "consensus_needed consensus", "third_evaluator"}, // ours: with the other's
		{"taint", "submitted consensus_needed consensus third_evaluator counted", "tainted"},
		{"keepScores", "tainted", "counted"},  // the board decides
		{"strikeScores", "tainted", "struck"}, // the board decides
		{"close", "counted", "closed"},        // ours
	},
	"meeting": {
		{"sendAgenda", "planned", "called"},
		{"sendBallots", "planned", "ballot_sent"},
		{"open", "called", "in_session"},
		{"declareNoQuorum", "called", "no_quorum"},
		{"callAgain", "no_quorum", "called"},
		{"adjourn", "in_session", "called"}, // ours
		{"closeBallots", "ballot_sent", "ballot_closed"},
		{"close", "in_session called no_quorum", "held"}, // ours: also of one that was adjourned
		{"countBallots", "ballot_closed", "held"},        // ours
		{"cancel", "planned called no_quorum ballot_sent ballot_closed", "cancelled"},
	},
	"agenda_item": {
		{"open", "tabled", "item_open"},
		{"defer", "item_open", "item_deferred"},
		{"takeUp", "item_deferred", "item_open"},
		{"startVoting", "item_open", "voting"},
		{"closeVoting", "voting", "voted"},
		{"startBallot", "tabled", "voting"},                             // ours: with the meeting in writing
		{"closeBallot", "voting", "voted"},                              // ours: with it
		{"voidVote", "voting voted", "vote_void"},                       // ours
		{"notReached", "tabled item_open item_deferred", "not_reached"}, // ours: with its meeting's end
		{"adopt", "voted", "adopted"},
		{"notAdopt", "voted", "not_adopted"},
		{"withdraw", "tabled item_open item_deferred", "withdrawn"}, // ours
	},
	"minutes": {
		{"sign", "draft", "signed"},
		{"signOnPaper", "draft", "signed"}, // ours
		{"publish", "signed", "published"},
		{"supersede", "signed published", "superseded"}, // a correction is a new version
		{"archive", "published", "archived"},            // ours
	},
	"irregularity": {
		{"investigate", "suspected", "investigating"},
		{"dismiss", "suspected investigating", "not_confirmed"},
		{"confirm", "investigating", "confirmed"},
		{"decideCorrection", "confirmed", "correction_decided"},
		{"closeWithoutCorrection", "confirmed", "closed"}, // ours: corrected in the claim itself
		{"close", "correction_decided", "closed"},
	},
}

func TestStepsBesideACaseAreThoseOfTheField(t *testing.T) {
	for kind, rows := range fieldSteps {
		t.Run(string(kind), func(t *testing.T) {
			want := map[string]bool{}
			for _, row := range rows {
				targets := strings.Fields(row[2])
				for _, from := range strings.Fields(row[1]) {
					for _, to := range targets {
						event := row[0]
						if len(targets) > 1 {
							event += "To" + camelCase(to)
						}
						want[fmt.Sprintf("%s: %s → %s", event, from, to)] = true
					}
				}
			}
			got := map[string]bool{}
			m := shipped(t)[kind]
			for _, s := range m.States() {
				for _, x := range m.EventsFrom(s.Name) {
					got[fmt.Sprintf("%s: %s → %s", x.Event, x.From, x.To)] = true
				}
			}
			for _, step := range slices.Sorted(maps.Keys(want)) {
				if !got[step] {
					t.Errorf("got no step %s, want it", step)
				}
			}
			for _, step := range slices.Sorted(maps.Keys(got)) {
				if !want[step] {
					t.Errorf("got step %s, want none such", step)
				}
			}
		})
	}
}

// Nothing that R-15 refuses may come to money, by whatever way round.
func TestNothingBelowThresholdIsFunded(t *testing.T) {
	m := shipped(t)["proposal"]
	ways := map[StateName][]StateName{"proposed_reject": {"proposed_reject"}}
	for queue := []StateName{"proposed_reject"}; len(queue) > 0; queue = queue[1:] {
		for _, x := range m.EventsFrom(queue[0]) {
			if _, seen := ways[x.To]; seen || slices.Contains(x.Transition.Guards, "R-15") {
				continue
			}
			ways[x.To] = append(slices.Clone(ways[x.From]), x.To)
			queue = append(queue, x.To)
		}
	}
	if len(ways) < 5 {
		t.Fatalf("got the walk %v, want it to go somewhere", ways)
	}
	for _, s := range m.States() {
		if way, reached := ways[s.Name]; reached && s.HoldsMoney {
			t.Errorf("got money in %s by %v without R-15, want no such way", s.Name, way)
		}
	}
}

// Money and rejections recorded for another body take two persons (domain §0.2).
func TestActsOfOthersOnMoneyTakeTwoPersons(t *testing.T) {
	m := shipped(t)["proposal"]
	n := 0
	for _, s := range m.States() {
		for _, x := range m.EventsFrom(s.Name) {
			to, _ := m.State(x.To)
			// What a join carries on took them where it began, see TestRulingsTakeTwoPersons.
			outside := slices.ContainsFunc(x.Transition.By, func(b By) bool { return b.OnBehalfOf != "" && b.OnBehalfOf != Applicant && b.Role != Join })
			if !outside || (s.HoldsMoney == to.HoldsMoney && !to.Final) {
				continue
			}
			n++
			if !x.Transition.Requires.SecondPerson || !x.Transition.Requires.Document {
				t.Errorf("%s from %s requires %+v, want a document and a second person", x.Event, x.From, x.Transition.Requires)
			}
		}
	}
	if n == 0 {
		t.Error("got no act of another body on money, want some")
	}
}

// What moves a proposal by a ruling takes two persons and a document in the appeal.
func TestRulingsTakeTwoPersons(t *testing.T) {
	n := 0
	for _, x := range shipped(t)["appeal"].steps {
		for _, j := range x.Transition.Joins {
			if !strings.HasPrefix(string(j.Event), "appealUpheld") && !strings.HasPrefix(string(j.Event), "courtUpheld") && j.Event != "appealDismissed" && j.Event != "courtDismissed" {
				continue
			}
			n++
			if r := x.Transition.Requires; !r.SecondPerson || !r.Document {
				t.Errorf("%s moves the proposal by %s and requires %+v, want a document and a second person", x.Event, j.Event, r)
			}
		}
	}
	if want := 11; n != want {
		t.Errorf("got %d rulings that move a proposal, want %d", n, want)
	}
}

func definitionSchema(t testing.TB) (*jsonschema.Schema, any) {
	t.Helper()
	src, err := os.ReadFile("definitions/definition.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatalf("read the schema: %v", err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("definition.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("definition.schema.json")
	if err != nil {
		t.Fatalf("compile the schema: %v", err)
	}
	return schema, doc
}

func asJSON(t testing.TB, src []byte) any {
	t.Helper()
	j, err := yaml.YAMLToJSON(src)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestShippedDefinitionsSatisfyTheirSchema(t *testing.T) {
	schema, _ := definitionSchema(t)
	names, err := fs.Glob(definitions.Files(), "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("got files %v and error %v, want some files", names, err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(definitions.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, src)); err != nil {
			t.Errorf("%s: got %v, want it valid", name, err)
		}
	}
}

func TestSchemaRefusesWhatParseOrCompileRefuses(t *testing.T) {
	schema, _ := definitionSchema(t)
	if err := schema.Validate(asJSON(t, []byte(toy))); err != nil {
		t.Fatalf("got %v for the sound definition, want it valid", err)
	}
	for _, tt := range []struct{ name, old, new string }{
		{"unknown key", "version: 1", "version: 1\nowner: x"},
		{"version zero", "version: 1", "version: 0"},
		{"state name", "  open:", "  Open-State:"},
		{"unknown phase", "phase: CALL", "phase: LATER"},
		{"label without English", "{lt: Atverta, en: Open}", "{lt: Atverta}"},
		{"unknown trait", "traits: [terminal]", "traits: [endless]"},
		{"unknown role", "by: ADMINISTRATOR", "by: MAYOR"},
		{"unknown requirement", "requires: [reason]", "requires: [luck]"},
		{"unknown type of datum", "{openedOn: date!}", "{openedOn: day}"},
		{"join without a kind", "joins: [toy.settle]", "joins: [settle]"},
		{"unknown unit", "unit: WORKING_DAYS", "unit: WEEKS"},
		{"field of an unknown type", "version: 1", "version: 1\nfields: {dueOn: day}"},
		{"field that is mandatory", "version: 1", "version: 1\nfields: {dueOn: date!}"},
		{"confidential to a degree", "confidential: true", "confidential: very"},
		{"begun about nothing", "  about: toy\n", ""},
		{"begun in a form without a name", "[SMALL, LARGE]", "[small]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := edit(t, toy, tt.old, tt.new)
			if err := schema.Validate(asJSON(t, []byte(src))); err == nil {
				t.Errorf("got the schema satisfied with %q for %q, want it refused", tt.new, tt.old)
			}
		})
	}
}

// The vocabularies stand in Go and in the schema; neither may drift.
func TestSchemaKnowsTheVocabulariesOfCompile(t *testing.T) {
	_, doc := definitionSchema(t)
	at := func(keys ...string) any {
		v := doc
		for _, k := range keys {
			v = v.(map[string]any)[k]
		}
		return v
	}
	state := func(keys ...string) any {
		return at(append([]string{"$defs", "state", "properties"}, keys...)...)
	}
	for _, tt := range []struct {
		name string
		got  any
		want any
	}{
		{"phases", state("phase", "enum"), phases},
		{"persons", at("$defs", "person", "enum"), signedIn},
		{"units", state("deadline", "properties", "unit", "enum"), units},
		{"sources", state("deadline", "properties", "source", "enum"), sources},
		{"commitments", state("commits", "enum"), commitments[1:]},
		{"types of data", at("$defs", "data", "additionalProperties", "pattern"), "^(" + strings.Join(dataTypes, "|") + ")!?$"},
		{"names of states", at("$defs", "stateName", "pattern"), stateName.String()},
		{"names of events", at("$defs", "eventName", "pattern"), eventName.String()},
	} {
		got, _ := json.Marshal(tt.got)
		want, _ := json.Marshal(tt.want)
		if !bytes.Equal(got, want) {
			t.Errorf("%s: got %s in the schema, want %s", tt.name, got, want)
		}
	}
}

// TestWhatWasPaidCountsForEver against the grant, and what was not never does.
func TestWhatWasPaidCountsForEver(t *testing.T) {
	m := shipped(t)["payment_claim"]
	for from, want := range map[StateName]Outcome{"approved": OutcomePositive, "paid": OutcomePositive, "corrected": OutcomePositive, "rejected": OutcomeNegative} {
		for to := range m.proof.waysFrom(from, func(x Concrete) bool { return x.Event != "recall" && !x.Transition.Reopens }) {
			if s, _ := m.State(to); s.Outcome != want {
				t.Errorf("from %s to %s: got the outcome %s, want %s", from, to, s.Outcome, want)
			}
		}
	}
}
