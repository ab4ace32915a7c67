package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// fieldProcess is the field's process model (domain §B), written down a second time
// and by hand: a guard that goes missing in a definition is missed here. A row
// is a line:
//
//	event | from | to | who | guards | what the act requires
//
// Several from-states stand for a step from each, several to-states for the
// ruling set of the event; a $name stands for the states of a group. "who" are
// the capacities, parted by "or": a role, for whom it acts, and "+ second" where
// that one needs a second person. BOARD stands for whoever records an adopted
// decision. A "# " begins what the model does not say, and why it is there.
var fieldProcess = map[Kind]string{
	"proposal": `
		edit                   | draft | draft | APPLICANT | callOpen |
		notSubmitted           | draft | not_submitted | CLOCK or JOIN | not officeDraft |
		submit                 | draft | submitted | $APPLICANT | R-01 completeness declarations |
		registerPaper          | draft | registered | ADMINISTRATOR | not late, paperScanned, officeDraft, receivedSinceOpening |  # the last two: of the office's own drafts, received within the call's term
		rejectLate             | draft | rejected_late | ADMINISTRATOR | late officeDraft | secondPerson
		register               | submitted | registered | CLOCK or ADMINISTRATOR | numberUnsealed |

		startAdminCheck        | registered | admin_check | ADMINISTRATOR | impartialityDeclared callEvaluates numberUnsealed |  # the last two: the call's own step first, and the number that register may have left out
		requestClarification   | admin_check | clarification_admin | ADMINISTRATOR | questionsListed |
		requestClarification   | eligibility_check | clarification_eligibility | ADMINISTRATOR or EVALUATOR | questionsListed |
		requestClarification   | quality_evaluation | clarification_quality | ADMINISTRATOR or EVALUATOR or BOARD_MEMBER | questionsListed |
		answer                 | clarification_admin | admin_check | $APPLICANT | |
		answer                 | clarification_eligibility | eligibility_check | $APPLICANT | |
		answer                 | clarification_quality | quality_evaluation | $APPLICANT | |
		clarificationExpired   | clarification_admin | admin_check | CLOCK | |
		clarificationExpired   | clarification_eligibility | eligibility_check | CLOCK | |
		clarificationExpired   | clarification_quality | quality_evaluation | CLOCK | |
		passAdmin              | admin_check | eligibility_check | ADMINISTRATOR | everyItemMet checklistReasoned |  # the first of a call with a checklist, the second of one without
		failAdmin              | admin_check | rejected_admin | ADMINISTRATOR | failedItemNotMet | reason secondPerson
		passEligibility        | eligibility_check | quality_evaluation | ADMINISTRATOR or EVALUATOR | R-01 R-02 R-03 R-04 R-05 R-06 R-07 R-08 R-09 R-10 R-11 R-12 R-13 |
		failEligibility        | eligibility_check | rejected_ineligible | ADMINISTRATOR | namedRulesFail | reason secondPerson
		scoresFinal            | quality_evaluation | scored | JOIN or ADMINISTRATOR | R-14 nobodyDiffers R-16 R-28 |  # the office too (decision 16)
		belowThreshold         | scored | proposed_reject | JOIN or ADMINISTRATOR | not R-15 |  # the office too (decision 16)
		putToBoard             | scored | board_agenda | ADMINISTRATOR | R-15 evaluationReportAttached receivedListPublished |  # the last: the board sees no case before it may know of it (§0.2.3)
		putToBoard             | proposed_reject | board_agenda | ADMINISTRATOR | itemForRejection receivedListPublished |

		returnToEvaluation     | board_agenda proposed_reject | quality_evaluation | $BOARD | | decision reason
		notAdopted             | board_agenda | board_agenda | $BOARD | | lostVote
		decideFund             | board_agenda | listed_funding | $BOARD | R-15 $voting R-27 R-19 R-17 R-18 awardInFull | decision  # the last three: the place on the list, and the amount asked for; any other is decideAward
		decideAward            | board_agenda | award_offered | $BOARD | R-15 $voting R-27 R-19 awardReducedOrConditional R-17 R-18 awardWithinRequest | decision
		decideReserve          | board_agenda | listed_reserve | $BOARD | not R-18, R-17 R-15 $voting awardWithinRequest | decision  # R-15: the reserve is promoted, and nothing below the threshold is funded (§0.3)
		decideReject           | board_agenda | rejected_board | $BOARD | $voting | decision reason
		acceptAward            | award_offered | listed_funding | $APPLICANT | |
		declineAward           | award_offered | award_declined | $APPLICANT2 | |
		awardExpired           | award_offered | award_declined | CLOCK | |
		promote                | listed_reserve | award_offered | ADMINISTRATOR | R-19 nextInRank R-15 awardWithinRequest | decision  # the last two as decideFund
		reserveExpired         | listed_reserve upheld_unfunded | reserve_expired | CLOCK | |
		revokeDecision         | listed_funding ministry_listed application_submitted | board_agenda | $BOARD | findingOnRecord | decision reason
		ministryListed         | listed_funding | ministry_listed | ADMINISTRATOR for MINISTRY | modeV | document secondPerson
		returnedByMinistry     | listed_funding | board_agenda | ADMINISTRATOR for MINISTRY | modeV | document secondPerson
		rejectedByMinistry     | listed_funding | rejected_ministry | ADMINISTRATOR for MINISTRY | modeV | document secondPerson

		apply                  | listed_funding | application_submitted | $APPLICANT | not modeV, amountWithinAward sameScope |
		apply                  | ministry_listed | application_submitted | $APPLICANT | amountWithinAward sameScope |
		lapse                  | listed_funding ministry_listed | lapsed | CLOCK | |
		reinstate              | lapsed | listed_funding | $BOARD | forceMajeure R-19 | decision
		askApplication         | application_submitted | clarification_application | ADMINISTRATOR for IMPLEMENTING_BODY | | document
		answer                 | clarification_application | application_submitted | $APPLICANT | |
		reduceCosts            | application_submitted | award_offered | ADMINISTRATOR for IMPLEMENTING_BODY | awardReduced | document secondPerson
		impReject              | application_submitted | rejected_imp | ADMINISTRATOR for IMPLEMENTING_BODY | | document secondPerson
		impApprove             | application_submitted | contract_offered | ADMINISTRATOR for IMPLEMENTING_BODY | | document secondPerson
		refuseContract         | contract_offered | contract_refused | $APPLICANT2 or JOIN | |
		offerExpired           | contract_offered | contract_refused | CLOCK | |
		sign                   | contract_offered | contract_signed | JOIN | |

		eligibilityLost        | $beforeContract upheld_unfunded | rejected_ineligible | ADMINISTRATOR | exclusionFound notCurable | secondPerson
		applicantCeased        | $beforeContract upheld_unfunded submitted under_appeal reserve_appealed in_court | ceased | ADMINISTRATOR | | document secondPerson
		withdraw               | $beforeContract draft submitted | withdrawn | $APPLICANT2 | signedRequest |
		annulCall              | $beforeContract upheld_unfunded draft submitted under_appeal reserve_appealed | call_annulled | JOIN | |

		appeal                 | $rejections | under_appeal | JOIN for APPLICANT | termRuns |  # what the appeal itself asks for, it asks (decision 35)
		appeal                 | listed_reserve | reserve_appealed | JOIN for APPLICANT | termRuns |
		appealDismissed        | under_appeal | rejected_final | JOIN for APPEAL_BODY | |
		appealDismissed        | reserve_appealed | listed_reserve | JOIN for APPEAL_BODY | |
		appealUpheld           | under_appeal reserve_appealed | $rulings | JOIN for APPEAL_BODY | |
		appealEnds             | under_appeal | rejected_final | JOIN | |  # ours: inadmissible or withdrawn
		appealEnds             | reserve_appealed | listed_reserve | JOIN | |
		courtEnds              | in_court | rejected_final | JOIN | |  # ours: withdrawn
		upheldUnfunded         | board_agenda | upheld_unfunded | $BOARD | R-15 upheldWithoutMoney | decision  # R-15: funded by merit
		promote                | upheld_unfunded | award_offered | ADMINISTRATOR | R-19 R-15 awardWithinRequest | decision
		toCourt                | rejected_final | in_court | ADMINISTRATOR for COURT or JOIN for COURT | | document
		courtDismissed         | in_court | rejected_final | ADMINISTRATOR for COURT or JOIN for COURT | | document secondPerson
		courtUpheld            | in_court | $rulings | ADMINISTRATOR for COURT or JOIN for COURT | | document secondPerson
		termExpired            | $rejections | rejected_final | CLOCK | |

		start                  | contract_signed | implementing | JOIN | |
		startFailed            | contract_signed | terminated_settled | JOIN | |
		amend                  | contract_signed | contract_signed | JOIN | R-02 R-03 |  # R-10 and R-12 are asked of the contract
		amend                  | implementing | implementing | JOIN | R-02 R-03 |
		amend                  | suspended | suspended | JOIN | R-02 R-03 |
		suspend                | implementing | suspended | JOIN | |
		resume                 | suspended | implementing | JOIN | |
		terminate              | contract_signed implementing suspended | terminated | JOIN | |
		settle                 | terminated | terminated_settled | ADMINISTRATOR | nothingOpen auditsClosed | secondPerson
		complete               | implementing | completed | JOIN | |
		close                  | completed | closed | ADMINISTRATOR for IMPLEMENTING_BODY | finalClaimPaid indicatorsSettled nothingOpen auditsClosed | document secondPerson
		monitor                | closed | monitoring | CLOCK or ADMINISTRATOR | postCompletionReportsRequired |  # the office too (decision 16)
		archive                | closed monitoring | archived | ADMINISTRATOR | nothingOpen auditsClosed |
	`,
	"call": `
		approve                | draft | approved | $BOARD | criteriaFrozen R-19 | decision
		discard                | draft | discarded | ADMINISTRATOR | | reason  # ours: a draft begun by mistake
		publish                | approved | published | ADMINISTRATOR | minimumNotice |
		open                   | published | open | CLOCK | |
		close                  | open | closed | CLOCK | |
		publishReceivedList    | closed | closed | ADMINISTRATOR | confidentialitySheetSigned |  # the declaration sheet comes before any paper (§0.2.3)
		publishReceivedList    | evaluating | evaluating | ADMINISTRATOR | confidentialitySheetSigned |
		startEvaluation        | closed | evaluating | ADMINISTRATOR | callHasProposals |  # a call without any is void
		declareVoid            | closed | void | ADMINISTRATOR + second | not callHasProposals |  # the office alone (decision 16)
		decide                 | evaluating | decided | $BOARD | listsComplete | decision
		archive                | decided | archived | ADMINISTRATOR | retentionHandedOver |  # ours
		amend                  | published | published | $BOARD | noDisadvantage termExtended | decision
		amend                  | open | open | $BOARD | noDisadvantage termExtended | decision
		annul                  | published open closed evaluating decided | annulled | $BOARD | noContractSigned | decision reason
	`,
	"contract": `
		offer                  | prepared | offered | ADMINISTRATOR for IMPLEMENTING_BODY | grantIsAward awaited | document  # ours: the model names no event
		revise                 | prepared | prepared | ADMINISTRATOR | grantIsAward |  # ours: what the body reduced is prepared anew
		lapse                  | prepared offered | refused | JOIN | |  # ours: the case has ended
		recall                 | offered | prepared | JOIN | |  # ours: the case is rejected, and may be reopened
		refuse                 | offered | refused | $APPLICANT2 | |  # ours: the agreement itself refused
		sign                   | offered | signed | ADMINISTRATOR for IMPLEMENTING_BODY or APPLICANT | R-10 R-11 R-12 conditionsMet grantIsAward | document secondPerson  # the last: on the amount awarded
		start                  | signed | active | CLOCK or ADMINISTRATOR | |
		startFailed            | signed | settled | ADMINISTRATOR for IMPLEMENTING_BODY | nothingPaid | document secondPerson
		amend                  | signed | signed | JOIN | |  # by an amendment that comes into force, whose approval asks R-10 and R-12
		amend                  | active | active | JOIN | |
		amend                  | suspended | suspended | JOIN | |
		suspend                | active | suspended | ADMINISTRATOR for IMPLEMENTING_BODY | | document reason
		resume                 | suspended | active | ADMINISTRATOR for IMPLEMENTING_BODY | | document
		terminate              | signed active suspended | terminated | ADMINISTRATOR for IMPLEMENTING_BODY | | document reason secondPerson
		complete               | active | ended | APPLICANT or ADMINISTRATOR | |
		settle                 | terminated ended | settled | ADMINISTRATOR | nothingOpen auditsClosed | secondPerson
		archive                | settled | archived | ADMINISTRATOR | nothingOpen auditsClosed |
	`,
	"strategy": `
		openConsultation       | draft | consultation | ADMINISTRATOR | | document
		closeConsultation      | consultation | draft_final | CLOCK | |
		adopt                  | draft_final | adopted | CHAIR | inputsReflected | document  # each input has a disposition (§0.1.13)
		councilApprove         | adopted | council_approved | ADMINISTRATOR | | document
		regionalCouncilApprove | council_approved | region_approved | ADMINISTRATOR | | document
		regionalCouncilApprove | adopted | region_approved | ADMINISTRATOR | noMunicipalMoney | document
		submitToMinistry       | region_approved | submitted | ADMINISTRATOR | |
		select                 | submitted | selected | ADMINISTRATOR for MINISTRY | | document secondPerson
		reject                 | submitted | rejected | ADMINISTRATOR for MINISTRY | | document secondPerson
		start                  | selected | implementing | ADMINISTRATOR | |
		proposeAmendment       | implementing | amending | ADMINISTRATOR | | reason  # ours: the model names nobody
		approveAmendment       | amending | implementing | ADMINISTRATOR for MINISTRY | | document secondPerson
		adoptAmendment         | amending | implementing | CHAIR | noMoneyOrIndicatorChange | document  # ours: the ministry is asked on money and indicators alone
		dropAmendment          | amending | implementing | ADMINISTRATOR | | reason  # ours
		close                  | implementing | closed | ADMINISTRATOR | projectsSettled |  # ours
		withdrawFunding        | implementing | terminated | ADMINISTRATOR for MINISTRY | | document secondPerson
	`,
}

// fieldGroups are what a $name of the table stands for.
var fieldGroups = strings.NewReplacer(
	"$APPLICANT2", "APPLICANT or ADMINISTRATOR for APPLICANT + second", // where the applicant loses by it (decision 16)
	"$APPLICANT", "APPLICANT or ADMINISTRATOR for APPLICANT",
	"$BOARD", "CHAIR or ADMINISTRATOR",
	"$voting", "", // the model writes at decideFund; they are asked as the decision is made
	"$beforeContract", `registered admin_check clarification_admin eligibility_check clarification_eligibility quality_evaluation
		clarification_quality scored proposed_reject board_agenda award_offered listed_funding listed_reserve ministry_listed
		application_submitted clarification_application contract_offered`,
	"$rejections", "rejected_late rejected_admin rejected_ineligible rejected_board rejected_ministry rejected_imp",
	"$rulings", "eligibility_check quality_evaluation board_agenda",
)

// asked is what a step asks for, each as the table spells it.
type asked struct{ who, guards, requires []string }

// fieldRows are the steps of the field's model, each with what it asks for.
func fieldRows(t testing.TB, k Kind) map[string]asked {
	t.Helper()
	rows := map[string]asked{}
	for row := range strings.Lines(fieldProcess[k]) {
		row, _, _ = strings.Cut(strings.TrimSpace(row), "# ")
		if row == "" {
			continue
		}
		cells := strings.Split(row, "|")
		if len(cells) != 6 {
			t.Fatalf("got %d cells in %q, want 6", len(cells), row)
		}
		for i := range cells {
			cells[i] = fieldGroups.Replace(strings.TrimSpace(cells[i]))
		}
		guards := strings.ReplaceAll(strings.ReplaceAll(cells[4], ",", " "), "not ", "not_")
		want := asked{who: strings.Split(cells[3], " or "), guards: strings.Fields(guards), requires: strings.Fields(cells[5])}
		for i, g := range want.guards {
			want.guards[i] = strings.Replace(g, "not_", negation, 1)
		}
		targets := strings.Fields(cells[2])
		for _, from := range strings.Fields(cells[1]) {
			for _, to := range targets {
				event := cells[0]
				if len(targets) > 1 {
					event += "To" + camel(to)
				}
				step := fmt.Sprintf("%s: %s → %s", event, from, to)
				if _, twice := rows[step]; twice {
					t.Errorf("the table has two rows for %s", step)
				}
				rows[step] = want
			}
		}
	}
	return rows
}

// shippedRows are the steps of a shipped definition.
func shippedRows(t testing.TB, k Kind) map[string]asked {
	t.Helper()
	rows := map[string]asked{}
	m := shipped(t)[k]
	for _, s := range m.States() {
		for _, x := range m.EventsFrom(s.Name) {
			rows[fmt.Sprintf("%s: %s → %s", x.Event, x.From, x.To)] = asked{
				who: capacities(x.Transition.By), guards: x.Transition.Guards, requires: required(x.Transition.Requires),
			}
		}
	}
	return rows
}

func capacities(by []By) []string {
	out := make([]string, len(by))
	for i, b := range by {
		out[i] = string(b.Role)
		if b.OnBehalfOf != "" {
			out[i] += " for " + string(b.OnBehalfOf)
		}
		if b.SecondPerson {
			out[i] += " + second"
		}
	}
	return out
}

func required(r Requires) []string {
	var out []string
	for _, n := range []struct {
		on   bool
		name string
	}{
		{r.Reason, "reason"},
		{r.Document, "document"},
		{r.SecondPerson, "secondPerson"},
		{r.Decision, "decision"},
		{r.LostVote, "lostVote"},
		{r.Presider, "presider"},
	} {
		if n.on {
			out = append(out, n.name)
		}
	}
	return out
}

// lacks are those of want that are not among got.
func lacks(got, want []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(s string) bool { return slices.Contains(got, s) })
}

func TestStepsAreThoseOfTheField(t *testing.T) {
	got := slices.Sorted(maps.Keys(fieldProcess))
	got = slices.Sorted(slices.Values(slices.AppendSeq(got, maps.Keys(fieldSteps))))
	if want := slices.Sorted(maps.Keys(shipped(t))); !slices.Equal(got, want) {
		t.Errorf("got tables of %v, want those of %v", got, want)
	}
	for kind := range fieldProcess {
		t.Run(string(kind), func(t *testing.T) {
			want, got := fieldRows(t, kind), shippedRows(t, kind)
			for _, step := range slices.Sorted(maps.Keys(want)) {
				if _, ok := got[step]; !ok {
					t.Errorf("got no step %s, want it", step)
				}
			}
			for _, step := range slices.Sorted(maps.Keys(got)) {
				if _, ok := want[step]; !ok {
					t.Errorf("got step %s, want none such", step)
				}
			}
		})
	}
}

// TestStepsAskWhatTheFieldAsks compares who may take each step, its guards and
// what the act has to carry, in both directions.
func TestStepsAskWhatTheFieldAsks(t *testing.T) {
	for kind := range fieldProcess {
		t.Run(string(kind), func(t *testing.T) {
			want, got := fieldRows(t, kind), shippedRows(t, kind)
			for _, step := range slices.Sorted(maps.Keys(want)) {
				if _, ok := got[step]; !ok {
					continue // told by TestStepsAreThoseOfTheField
				}
				for _, column := range []struct {
					name      string
					got, want []string
				}{
					{"capacity", got[step].who, want[step].who},
					{"guard", got[step].guards, want[step].guards},
					{"requirement", got[step].requires, want[step].requires},
				} {
					for _, x := range lacks(column.got, column.want) {
						t.Errorf("%s: got no %s %s, want it", step, column.name, x)
					}
					for _, x := range lacks(column.want, column.got) {
						t.Errorf("%s: got %s %s, want none such", step, column.name, x)
					}
				}
			}
		})
	}
}
