package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

const (
	noon = clock.Instant(1_551_682_800_000_000) // 2019-03-04T07:00:00Z
	ours = ident.ID("prp_00000000000000000000000001")

	ourEvaluation = ident.ID("evl_00000000000000000000000001") // of ours
	theirs        = ident.ID("prp_00000000000000000000000002")
	ourCall       = ident.ID("cal_00000000000000000000000001")
	action        = ident.ID("act_00000000000000000000000001")

	ourMeeting = ident.ID("mtg_00000000000000000000000001")
	ourItem    = ident.ID("itm_00000000000000000000000001")

	ourClaim   = ident.ID("clm_00000000000000000000000001")
	otherClaim = ident.ID("clm_00000000000000000000000002")
)

// soundCase are facts under which every guard holds that has no opposite, for
// a proposal on the board's agenda of an open call.
func soundCase() sight {
	submitted := noon.Add(-time.Minute)
	return sight{
		Facts: &Facts{
			Now: noon,
			Subject: Subject{
				ID: ours, Kind: "proposal", LAG: "lag_one", Dossier: ours, Version: 1, Owner: "org_one", Definition: "proposal@1",
			},
			Proposal: soundProposal(submitted),
			Call:     soundCall(submitted),
			Contract: &ContractFacts{Grant: 90_00, State: State{Phase: PhaseImplementation, Listed: true, Pays: true, Outcome: OutcomePositive}},
			Matter:   &MatterFacts{ID: ourClaim, Kind: "payment_claim", Form: "INTERIM", Amount: 90_00, Accepted: 90_00},
			Meeting:  soundMeeting(),
			Item: &ItemFacts{
				Subject: ours, Event: "decideFund", Decidable: true, SubjectState: "board_agenda", SubjectDefinition: "proposal@1",
				Ballots: votes(rules.For, rules.For, rules.Abstain),
			},
		},
		data: Values{},
	}
}

func soundProposal(submitted clock.Instant) *ProposalFacts {
	score := int64(80_00)
	return &ProposalFacts{
		State: "contract_offered",
		ID:    ours, ActionID: action, Applicant: "org_one", ActionCode: "1.1.1", LegalCode: "192050725", LegalForm: "VSI",
		GrantRequested: 90_00, EligibleTotal: 100_00, SubmittedAt: &submitted,
		ActivityKinds: []string{"K1"}, ActionKinds: []string{"K1"}, PlaceTerritory: "TARGET", Title: "Projektas",
		Budget:  []rules.Money{100_00},
		Funding: []FundingFacts{{Source: "EU_AND_STATE", Amount: 90_00}, {Source: "PRIVATE", Amount: 10_00}},
		Evaluations: []EvaluationFacts{
			{ID: ourEvaluation, Evaluator: "per_EVALUATOR", Declared: true, Submitted: true, Points: map[string]int64{"K1": 50_00, "K2": 30_00}},
			{ID: "evl_2", Evaluator: "per_other", Declared: true, Submitted: true, Points: map[string]int64{"K1": 50_00, "K2": 30_00}},
		},
		FinalScore: &score,
	}
}

func soundCall(submitted clock.Instant) *CallFacts {
	return &CallFacts{
		ID: ourCall, Envelope: "env_call", Commits: CommitsBudget, Phase: PhaseEvaluation, ReceivedListPublished: true,
		Budget: 1000_00, MinGrant: 10_00, MaxGrant: 500_00, IntensityCap: 9250, DivergenceLimit: 2000, ExtensionDays: 7, MinScore: 60_00,
		OpensAt: noon.Add(-time.Hour), ClosesAt: noon.Add(time.Hour), EligibleForms: []string{"VSI"}, TieBreakers: []string{"K1"},
		SelectionMode: "T", Proposals: 1,
		Criteria: []CriterionFacts{
			{ID: "crt_1", Code: "K1", Max: 60_00, Min: 20_00, Weight: 100},
			{ID: "crt_2", Code: "K2", Max: 40_00, Weight: 100},
		},
		Competition: Competition{Ranking: []RankedFacts{
			{Proposal: ours, Score: 80_00, Evaluations: marked(50_00, 0), SubmittedAt: submitted, Grant: 90_00},
			{Proposal: theirs, Score: 90_00, Evaluations: marked(50_00, 0), SubmittedAt: submitted, Grant: 100_00},
		}},
		Allocations: []AllocationFacts{{
			Action: action, ActionCode: "1.1.1", Envelope: "env_action", Amount: 1000_00, Allocation: 3000_00, Reserved: 1000_00,
		}},
		StrategyTotal: 9000_00, StrategyAllocated: 6000_00,
	}
}

// short leaves the call money for one of the two.
func short(s *sight) { s.Call.Budget = 100_00 }

// departing has the decision say that it departs, and why.
func departing(s *sight) { s.decision = &DecisionFacts{ID: "dec_1", Departs: true} }

// onItsOwn is the proposal as it carries a decision out, with no item.
func onItsOwn(s *sight) { s.Item = nil }

// before has the item be about the sound case, changed.
func before(change func(*sight)) func(*sight) {
	return func(s *sight) {
		about := soundCase()
		onItsOwn(&about)
		change(&about)
		s.Before = about.Facts
	}
}

// soundMeeting is in session, with a seat of each sector there.
func soundMeeting() *MeetingFacts {
	m := &MeetingFacts{
		ID: ourMeeting, State: State{Name: "in_session", Running: true}, HeldOn: noon.Day(), Number: "7", Mode: InPerson, Presider: "per_CHAIR",
		Board: BoardLimits{GroupLimit: DefaultGroupLimit, NonPublic: DefaultNonPublic, Gender: 3333}, OnPaper: true,
	}
	came := noon.Add(-time.Hour)
	for i, sector := range []rules.Sector{rules.Public, rules.Business, rules.NGOCommunity} {
		m.Seats = append(m.Seats, SeatFacts{
			ID: seatNo(i), Holder: ident.ID(fmt.Sprintf("per_seat%d", i+1)), Sector: sector, Attendance: ident.ID(fmt.Sprintf("atd_%d", i+1)),
			Gender: []string{"F", "M"}[i%2], DeclaredAt: &came, ArrivedAt: &came,
		})
	}
	return m
}

func seatNo(i int) ident.ID { return ident.ID(fmt.Sprintf("sea_0000000000000000000000000%d", i+1)) }

// votes are those of the seats, in their order.
func votes(all ...rules.Vote) []BallotFacts {
	out := make([]BallotFacts, len(all))
	for i, v := range all {
		out[i] = BallotFacts{ID: ident.ID(fmt.Sprintf("bal_%d", i+1)), Seat: seatNo(i), Person: member(i).Person, Vote: BallotVote(v)}
	}
	return out
}

// half of the votes are for the item, under statutes that let whoever presides decide then.
func half(s *sight) {
	s.Item.Ballots, s.Meeting.Board.ChairDecides = votes(rules.For, rules.Against), true
}

// presidedBy has the member preside.
func presidedBy(i int) func(*sight) {
	return func(s *sight) { s.Meeting.Presider = member(i).Person }
}

// ofMeeting are the facts as the meeting's own events see them.
func ofMeeting(change func(*sight)) func(*sight) {
	return func(s *sight) {
		s.Item = nil
		change(s)
	}
}

// recusedSeats are those that left for the item, where the others had voted.
func recusedSeats(seats ...int) func(*sight) {
	return func(s *sight) {
		for _, i := range seats {
			s.Item.Ballots[i].Vote = Recused
		}
	}
}

func left(seats ...int) func(*sight) {
	return func(s *sight) {
		for _, i := range seats {
			s.Meeting.Seats[i].LeftAt = &s.Now
		}
	}
}

// voting are the seats that were there as the vote began.
func voting(seats ...int) func(*sight) {
	return func(s *sight) {
		s.Item.Voters = nil
		for _, i := range seats {
			s.Item.Voters = append(s.Item.Voters, seatNo(i))
		}
	}
}

// interest has the seats be in conflict.
func interest(seats ...int) func(*sight) {
	return func(s *sight) {
		for _, i := range seats {
			s.Item.Interests = append(s.Item.Interests, Interest{Seat: seatNo(i), Ground: OfApplicant})
		}
	}
}

// calledIn is a meeting called for so many days from now, by statutes that bind or do not.
func calledIn(days, papers int, bind bool) func(*sight) {
	return func(s *sight) {
		s.Now = noon
		s.data = Values{"scheduledAt": noon.Add(time.Duration(days) * 24 * time.Hour)}
		s.Meeting.Board.PapersDays, s.Meeting.Board.PapersBind = papers, bind
	}
}

// voteInWriting ends when the meeting would have been.
func voteInWriting(s *sight) {
	s.Meeting.Written = true
	s.data = Values{"ballotsUntil": s.data["scheduledAt"]}
}

func inWriting(s *sight) {
	until := s.Now.Add(time.Hour)
	s.Meeting.Written, s.Meeting.BallotsUntil = true, &until
}

func items(states ...State) func(*sight) {
	return func(s *sight) {
		for i, state := range states {
			s.Meeting.Items = append(s.Meeting.Items, ItemState{ID: ourItem, Ordinal: i + 1, State: state})
		}
	}
}

// marked is one evaluation with points under both criteria.
func marked(k1, k2 int64) []EvaluationFacts {
	return []EvaluationFacts{{Submitted: true, Points: map[string]int64{"K1": k1, "K2": k2}}}
}

// asCall are the same facts as the call's own events see them.
func asCall(s *sight) {
	s.Proposal, s.Subject.Kind, s.Subject.ID = nil, "call", s.Call.ID
	s.Subject.Dossier, s.Subject.Owner, s.Subject.Definition = s.Call.ID, "", "call@1"
}

// guardCase is one guard on one set of facts.
type guardCase struct {
	name   string
	change func(*sight)
	want   rules.Verdict
}

func as(changes ...func(*sight)) func(*sight) {
	return func(s *sight) {
		for _, change := range changes {
			change(s)
		}
	}
}

func unchanged(*sight) {}

func filed(at time.Duration) func(*sight) {
	return func(s *sight) {
		when := s.Call.ClosesAt.Add(at)
		s.Proposal.SubmittedAt = &when
	}
}

func received(at time.Duration) func(*sight) {
	return func(s *sight) {
		s.Proposal.SubmittedAt = nil
		s.data["receivedAt"] = s.Call.ClosesAt.Add(at)
	}
}

func points(code string, n int64) func(*sight) {
	return func(s *sight) { s.Proposal.Evaluations[0].Points[code] = n }
}

// scoring are the facts as the first evaluation's own events see them.
func scoring(change func(*sight)) func(*sight) {
	return func(s *sight) {
		s.Subject.ID = s.Proposal.Evaluations[0].ID
		change(s)
	}
}

func scorable(s *sight) { s.Proposal.TakesScores, s.Proposal.FinalScore = true, nil }

func awarding(m rules.Money) func(*sight) {
	return func(s *sight) { s.data["grantAwarded"] = m }
}

func onCondition(text string) func(*sight) {
	return func(s *sight) { s.data["awardCondition"] = text }
}

func extending(by time.Duration) func(*sight) {
	return func(s *sight) { s.data["closesAt"] = s.Call.ClosesAt.Add(by) }
}

func numbering(no string, published bool) func(*sight) {
	return func(s *sight) { s.data["regNo"], s.Call.ReceivedListPublished = no, published }
}

func naming(failed string) func(*sight) {
	return func(s *sight) { s.data["failedRules"] = failed }
}

// beside puts another matter beside the case.
func beside(m MatterFacts) func(*sight) {
	return func(s *sight) { s.Matters = append(s.Matters, m) }
}

func claimed(form string, accepted rules.Money, state State) MatterFacts {
	return MatterFacts{ID: otherClaim, Kind: "payment_claim", Form: form, Accepted: accepted, State: state}
}

var (
	paid     = State{Final: true, Outcome: OutcomePositive}
	rejected = State{Final: true, Outcome: OutcomeNegative}
	late     = State{Outcome: OutcomeNegative}
	gone     = State{Withheld: true, Terminal: true}
)

func accepting(m rules.Money) func(*sight) {
	return func(s *sight) { s.data["accepted"] = m }
}

func contracted(change func(*State)) func(*sight) {
	return func(s *sight) { change(&s.Contract.State) }
}

func noContract(s *sight) { s.Contract = nil }

func finally(s *sight) { s.Matter.Form = "FINAL" }

// guardCases hold every fact that a guard reads against it: for each, rows on
// both sides of its line.
var guardCases = map[string][]guardCase{
	"appealable":           appealCases["appealable"],
	"noOtherAppeal":        appealCases["noOtherAppeal"],
	"appealInTime":         appealCases["appealInTime"],
	"appealLate":           appealCases["appealLate"],
	ruling:                 appealCases[ruling],
	"caseContested":        appealCases["caseContested"],
	"reviewersIndependent": appealCases["reviewersIndependent"],
	"rulingCarriedOut":     appealCases["rulingCarriedOut"],
	"upheldWithoutMoney":   appealCases["upheldWithoutMoney"],
	"nextInRank":           appealCases["nextInRank"],
	"R-20": {
		{"a third each", unchanged, rules.Passed},
		{"whoever has come or not", left(0, 1, 2), rules.Passed},
		{"half", func(s *sight) { s.Meeting.Seats = s.Meeting.Seats[:2] }, rules.Failed},
		{"half that a rule set allows", func(s *sight) { s.Meeting.Seats, s.Meeting.Board.GroupLimit = s.Meeting.Seats[:2], 5000 }, rules.Passed},
		{"groups apart", func(s *sight) {
			s.Meeting.Seats[0].Sector, s.Meeting.Seats[0].Group = rules.Business, "makers"
		}, rules.Passed},
		{"unequal, where the rule set asks for equal", func(s *sight) {
			s.Meeting.Seats[0].Sector, s.Meeting.Seats[0].Group, s.Meeting.Board.EqualSectors = rules.Business, "makers", true
		}, rules.Failed},
		{"equal, as the rule set asks", func(s *sight) { s.Meeting.Board.EqualSectors = true }, rules.Passed},
		{"no seats", func(s *sight) { s.Meeting.Seats = nil }, rules.Failed},
	},
	"R-29": {
		{"a third, as the rule set asks", unchanged, rules.Passed},
		{"a third of two fifths", func(s *sight) { s.Meeting.Board.Gender = DefaultGender }, rules.Warned},
		{"who is not told of is neither", func(s *sight) { s.Meeting.Seats[1].Gender = "" }, rules.Warned},
		{"no women", func(s *sight) { s.Meeting.Seats[0].Gender, s.Meeting.Seats[2].Gender = "M", "M" }, rules.Warned},
	},
	"R-21": {
		{"all who voted", unchanged, rules.Passed},
		{"two of three", recusedSeats(0), rules.Passed},
		{"one of three", recusedSeats(0, 1), rules.Failed},
		{"of a meeting, all three", ofMeeting(unchanged), rules.Passed},
		{"of a meeting, one who has come", ofMeeting(left(0, 1)), rules.Failed},
		{"of a meeting, as many as the statutes ask for", ofMeeting(func(s *sight) { s.Meeting.Board.Quorum = 3 }), rules.Passed},
		{"of a meeting, fewer than the statutes ask for", ofMeeting(func(s *sight) { s.Meeting.Board.Quorum = 4 }), rules.Failed},
		{"who left after the vote had begun", as(voting(0, 1, 2), left(0, 1)), rules.Passed},
		{"who came after it had begun", voting(0), rules.Failed},
		{"in writing, those who have voted", as(inWriting, unchanged), rules.Passed},
		{"in writing, whoever is there and has not voted", as(inWriting, func(s *sight) { s.Item.Ballots = votes(rules.For) }), rules.Failed},
	},
	"R-22": {
		{"a third each", unchanged, rules.Passed},
		{"half after a recusal", recusedSeats(0), rules.Failed},
		{"half of whom a rule set allows", as(recusedSeats(0), func(s *sight) { s.Meeting.Board.GroupLimit = 5000 }), rules.Passed},
		{"nobody", left(0, 1, 2), rules.Failed},
	},
	"R-23": {
		{"two of three votes", unchanged, rules.Passed},
		{"half", func(s *sight) { s.Item.Ballots = votes(rules.For, rules.Against) }, rules.Passed},
		{"none", func(s *sight) { s.Item.Ballots = votes(rules.For) }, rules.Failed},
		{"no votes", func(s *sight) { s.Item.Ballots = nil }, rules.Failed},
		{"a recusal is no vote", func(s *sight) { s.Item.Ballots = votes(rules.For, rules.Vote(Recused)) }, rules.Failed},
		{"fewer than a rule set asks for", func(s *sight) { s.Meeting.Board.NonPublic = 7000 }, rules.Failed},
	},
	"R-24": {
		{"nobody has a conflict", unchanged, rules.Passed},
		{"recused", as(recusedSeats(1), interest(1)), rules.Passed},
		{"there and not recused", as(func(s *sight) { s.Item.Ballots = nil }, interest(1)), rules.Failed},
		{"voted", interest(1), rules.Failed},
		{"one recused, another not", as(recusedSeats(0), interest(0, 2)), rules.Failed},
		{"gone before the vote", as(voting(0, 2), as(func(s *sight) { s.Item.Ballots = nil }, interest(1))), rules.Passed},
	},
	"R-25": {
		{"all declared", unchanged, rules.Passed},
		{"one did not", func(s *sight) { s.Meeting.Seats[2].DeclaredAt = nil }, rules.Failed},
		{"one did not and left for the item", as(recusedSeats(2), func(s *sight) { s.Meeting.Seats[2].DeclaredAt = nil }), rules.Passed},
		{"one later", func(s *sight) { later := s.Now.Add(time.Second); s.Meeting.Seats[0].DeclaredAt = &later }, rules.Failed},
	},
	"R-27": {
		{"of an item on what does not rank", unchanged, rules.Passed},
		{"of an item on a case that is no proposal", func(s *sight) { s.Before = &Facts{} }, rules.Passed},
		{"of an item in its turn", before(unchanged), rules.Passed},
		{"of an item before its turn", before(short), rules.Failed},
		{"of an item before its turn, as it says", as(before(short), departing), rules.Passed},
		{"the money reaches both", onItsOwn, rules.Passed},
		{"it reaches one, and the better one has to wait", as(onItsOwn, short), rules.Failed},
		{"the decision gives no reason", as(onItsOwn, short, func(s *sight) { s.decision = &DecisionFacts{ID: "dec_1"} }), rules.Failed},
		{"the decision gives a reason", as(onItsOwn, short, departing), rules.Passed},
		{"it does not reach this one either", as(onItsOwn, func(s *sight) { s.Call.Budget = 50_00 }), rules.Passed},
		{"the better one holds its money", as(onItsOwn, short, func(s *sight) { s.Call.Ranking[1].Holds = true }), rules.Passed},
		{"a better one was skipped, as the call says", as(onItsOwn, func(s *sight) { s.Call.Budget, s.Call.SkipAndFit = 95_00, true }), rules.Passed},
		{"it is not ranked", as(onItsOwn, short, func(s *sight) { s.Call.Ranking = s.Call.Ranking[1:] }), rules.Passed},
		{"nothing settles the order", as(onItsOwn, short, func(s *sight) { s.Call.Ranking[1].Score = 80_00 }), rules.Passed},
	},
	"R-28": {
		{"nobody has asked", unchanged, rules.Passed},
		{"another's project", func(s *sight) { s.Independence = &rules.LAGAsApplicant{InternalEvaluators: 2} }, rules.Passed},
		{"its own, by others", func(s *sight) {
			s.Independence = &rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 2}
		}, rules.Passed},
		{"its own, one of its own", func(s *sight) {
			s.Independence = &rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 1, InternalEvaluators: 1}
		}, rules.Failed},
		{"its own, by nobody", func(s *sight) { s.Independence = &rules.LAGAsApplicant{ApplicantIsLAG: true} }, rules.Failed},
	},
	"R-26": {
		{"two of three", unchanged, rules.Passed},
		{"one for, one against, one abstained", func(s *sight) { s.Item.Ballots = votes(rules.For, rules.Against, rules.Abstain) }, rules.Failed},
		{"half", func(s *sight) { s.Item.Ballots = votes(rules.For, rules.Against) }, rules.Failed},
		{"of those who did not leave", func(s *sight) { s.Item.Ballots = votes(rules.For, rules.Vote(Recused)) }, rules.Passed},
		{"half, and whoever presided was for it", as(half, presidedBy(0)), rules.Passed},
		{"half, and whoever presided was against it", as(half, presidedBy(1)), rules.Failed},
		{"half, and whoever presided did not vote", as(half, presidedBy(2)), rules.Failed},
		{"half, and nobody is known to have presided", as(half, presidedBy(0), func(s *sight) { s.Meeting.Presider, s.Item.Ballots[0].Person = "", "" }), rules.Failed},
		{"half, which the statutes do not let a presider decide", as(half, presidedBy(0), func(s *sight) { s.Meeting.Board.ChairDecides = false }), rules.Failed},
	},
	"votesConcluded": {
		{"no items", unchanged, rules.Passed},
		{"an item adopted", items(State{Terminal: true}), rules.Passed},
		{"an item not reached yet", items(State{Editable: true}), rules.Passed},
		{"an item being voted on", items(State{Terminal: true}, State{Running: true}), rules.Failed},
		{"an item voted on, and nothing came of it yet", items(State{}), rules.Failed},
	},
	"somethingDecided": {
		{"nothing yet", unchanged, rules.Failed},
		{"an item", func(s *sight) { s.Meeting.FirstDecision = s.Now.Day() }, rules.Passed},
	},
	"meetingHeld": {
		{"planned", meetingIn("planned"), rules.Failed},
		{"in session", unchanged, rules.Failed},
		{"without a quorum", meetingIn("no_quorum"), rules.Failed},
		{"voted in writing, and not counted", meetingIn("ballot_closed"), rules.Failed},
		{"held", meetingIn("held"), rules.Passed},
		{"cancelled", meetingIn("cancelled"), rules.Failed},
		{"held, which somebody may take back", func(s *sight) { s.Meeting.State = State{Outcome: OutcomePositive} }, rules.Failed},
	},
	"noMinutesOpen": {
		{"none", unchanged, rules.Passed},
		{"signed", another("minutes", "", 0, "signed"), rules.Passed},
		{"published", another("minutes", "", 0, "published"), rules.Passed},
		{"a claim being drafted", another("payment_claim", "FINAL", 0, "draft"), rules.Passed},
		{"being drawn up", another("minutes", "", 0, "draft"), rules.Failed},
		{"in the archive", another("minutes", "", 0, "archived"), rules.Failed},
		{"superseded", another("minutes", "", 0, "superseded"), rules.Passed},
	},
	"presiderKnown": {
		{"whoever opened it", unchanged, rules.Passed},
		{"nobody", func(s *sight) { s.Meeting.Presider = "" }, rules.Failed},
	},
	"papersInTime": { // it is a Monday, and the next one a day off
		{"five working days before", calledIn(8, 5, false), rules.Passed},
		{"five days before of which one is off", calledIn(7, 5, true), rules.Failed},
		{"four, which no statutes forbid", calledIn(4, 5, false), rules.Warned},
		{"four, where the statutes say five", calledIn(4, 5, true), rules.Failed},
		{"three, where the statutes say three", calledIn(3, 3, true), rules.Passed},
		{"two, where the statutes say three", calledIn(2, 3, true), rules.Failed},
		{"today, where the statutes ask for nothing", calledIn(0, 0, true), rules.Passed},
		{"in time, and recorded late", as(calledIn(2, 3, true), func(s *sight) { s.on = noon.Day().AddDays(-7) }), rules.Passed},
		{"in writing, two days for a vote where the statutes say three", as(calledIn(2, 3, true), voteInWriting), rules.Failed},
		{"in writing, three", as(calledIn(3, 3, true), voteInWriting), rules.Passed},
	},
	"dayHasCome": {
		{"today", as(calledIn(0, 0, true), func(s *sight) { s.Meeting.HeldOn = noon.Day() }), rules.Passed},
		{"it was called for yesterday", as(calledIn(0, 0, true), func(s *sight) { s.Meeting.HeldOn = noon.Day().AddDays(-1) }), rules.Passed},
		{"tomorrow", as(calledIn(0, 0, true), func(s *sight) { s.Meeting.HeldOn = noon.Day().AddDays(1) }), rules.Failed},
	},
	"inWriting": {
		{"they meet", unchanged, rules.Failed},
		{"they vote in writing", inWriting, rules.Passed},
	},
	"inSession": {
		{"in session", unchanged, rules.Passed},
		{"called", func(s *sight) { s.Meeting.State = State{Name: "called"} }, rules.Failed},
	},
	"decidable": {
		{"on the agenda", unchanged, rules.Passed},
		{"moved on since", func(s *sight) { s.Item.Decidable = false }, rules.Failed},
	},
	"R-01": {
		{"submitted as the call closes", filed(0), rules.Passed},
		{"submitted a microsecond later", filed(time.Microsecond), rules.Failed},
		{"received on paper as the call closes", received(0), rules.Passed},
		{"received on paper later", received(time.Microsecond), rules.Failed},
		{"paper counts by the day recorded before", func(s *sight) {
			late := s.Call.ClosesAt + 1
			s.Proposal.SubmittedAt, s.Proposal.ReceivedAt = nil, &late
		}, rules.Failed},
		{"not filed yet, the call is over", func(s *sight) {
			s.Proposal.SubmittedAt = nil
			s.Call.ClosesAt = noon - 1
		}, rules.Failed},
	},
	"numberUnsealed": {
		{"a number of a published list", numbering("R-1", true), rules.Passed},
		{"a number of a sealed call", numbering("R-1", false), rules.Failed},
		{"no number of a sealed call", numbering("", false), rules.Passed},
	},
	"termRuns": {
		{"it runs", unchanged, rules.Passed},
		{"it is over", func(s *sight) { s.TermOver = true }, rules.Failed},
	},
	"receivedSinceOpening": {
		{"as it opened", func(s *sight) { s.Proposal.SubmittedAt, s.data["receivedAt"] = nil, s.Call.OpensAt }, rules.Passed},
		{"before", func(s *sight) { s.Proposal.SubmittedAt, s.data["receivedAt"] = nil, s.Call.OpensAt-1 }, rules.Failed},
	},
	"callEvaluates": {
		{"under evaluation", unchanged, rules.Passed},
		{"still open", func(s *sight) { s.Call.Phase = PhaseSubmission }, rules.Failed},
		{"decided", func(s *sight) { s.Call.Phase = PhaseSelection }, rules.Failed},
	},
	"roundIsIn": {
		{"two of two", unchanged, rules.Passed},
		{"one alone", func(s *sight) { s.Proposal.Evaluations = s.Proposal.Evaluations[:1] }, rules.Failed},
		{"one of two", func(s *sight) { s.Proposal.Evaluations[1].Submitted = false }, rules.Failed},
		{"an open one of another round", func(s *sight) {
			s.Proposal.Evaluations = append(s.Proposal.Evaluations, EvaluationFacts{ID: "evl_3", Round: s.Proposal.Round + 1})
		}, rules.Passed},
		{"an open one that was taken back", func(s *sight) {
			s.Proposal.Evaluations = append(s.Proposal.Evaluations, EvaluationFacts{ID: "evl_3", State: gone})
		}, rules.Passed},
		{"two, and one that was let go", func(s *sight) {
			s.Proposal.Evaluations = append(s.Proposal.Evaluations, EvaluationFacts{ID: "evl_3", State: State{Terminal: true}})
		}, rules.Passed},
		{"two, one of them closed", func(s *sight) { s.Proposal.Evaluations[1].State = State{Terminal: true} }, rules.Passed},
		{"two, of which one is looked at", func(s *sight) { s.Proposal.Evaluations[1].State = State{Withheld: true} }, rules.Passed},
		{"two, of which one was struck", func(s *sight) { s.Proposal.Evaluations[1].State = gone }, rules.Failed},
	},
	"nobodyDiffers": {
		{"nobody", unchanged, rules.Passed},
		{"one who handed in and may change it", func(s *sight) { s.Proposal.Evaluations[1].State = State{Editable: true} }, rules.Failed},
		{"one who has yet to hand in", func(s *sight) {
			s.Proposal.Evaluations[1].State, s.Proposal.Evaluations[1].Submitted = State{Editable: true}, false
		}, rules.Passed},
	},
	"takesScores": {
		{"in the round that it is in", scoring(scorable), rules.Passed},
		{"of another round", scoring(func(s *sight) { scorable(s); s.Proposal.Evaluations[0].Round++ }), rules.Failed},
		{"where the scores are final", scoring(func(s *sight) { s.Proposal.TakesScores = true }), rules.Failed},
		{"where they cannot be made final", scoring(func(s *sight) { scorable(s); s.Proposal.TakesScores = false }), rules.Failed},
		{"of no evaluation", func(s *sight) { scorable(s) }, rules.Failed},
	},
	unshared: {
		{"nothing shared", unchanged, rules.Passed},
		{"something", func(s *sight) { s.Shared = []Match{{Ground: SameAddress}} }, rules.Failed},
	},
	"sheetComplete": {
		{"all of them", scoring(func(*sight) {}), rules.Passed},
		{"at the top", scoring(points("K1", 60_00)), rules.Passed},
		{"above it", scoring(points("K1", 60_01)), rules.Failed},
		{"at the foot", scoring(points("K1", 0)), rules.Passed},
		{"below it", scoring(points("K1", -1)), rules.Failed},
		{"without one", scoring(func(s *sight) { delete(s.Proposal.Evaluations[0].Points, "K2") }), rules.Failed},
		{"another's without one", scoring(func(s *sight) { delete(s.Proposal.Evaluations[1].Points, "K2") }), rules.Passed},
	},
	"receivedListPublished": {
		{"published", unchanged, rules.Passed},
		{"not yet", func(s *sight) { s.Call.ReceivedListPublished = false }, rules.Failed},
	},
	"officeDraft": {
		{"begun by the applicant", unchanged, rules.Failed},
		{"begun by the office", func(s *sight) { s.Proposal.OfficeDraft = true }, rules.Passed},
	},
	"termExtended": {
		{"to the day", extending(7 * 24 * time.Hour), rules.Passed},
		{"a day less", extending(6 * 24 * time.Hour), rules.Failed},
		{"not at all", unchanged, rules.Failed},
		{"as the rule set says", as(extending(6*24*time.Hour), func(s *sight) { s.Call.ExtensionDays = 6 }), rules.Passed},
	},
	"callHasChecklist": {
		{"without one", unchanged, rules.Failed},
		{"with one", answered(), rules.Passed},
	},
	"everyItemMet": {
		{"without a checklist", unchanged, rules.Passed},
		{"nothing answered", answered(), rules.Failed},
		{"one of two answered", answered(terms.Met), rules.Failed},
		{"all met", answered(terms.Met, terms.Met), rules.Passed},
		{"one not applicable", answered(terms.Met, terms.NotApplicable), rules.Passed},
		{"one not met", answered(terms.NotMet, terms.Met), rules.Failed},
		{"all met in the version before", answeredAnew(), rules.Failed},
		{"one met in the version before", answeredAnew(terms.Met), rules.Failed},
		{"all met anew", answeredAnew(terms.Met, terms.Met), rules.Passed},
	},
	"failedItemNotMet": {
		{"without a checklist", failingAt("A-1"), rules.Passed},
		{"the item is not met", as(answered(terms.NotMet), failingAt("A-1")), rules.Passed},
		{"the item is met", as(answered(terms.Met, terms.NotMet), failingAt("A-1")), rules.Failed},
		{"the item is not answered", as(answered(terms.NotMet), failingAt("A-2")), rules.Failed},
		{"no such item", as(answered(terms.NotMet), failingAt("A-3")), rules.Failed},
		{"none named", answered(terms.NotMet), rules.Failed},
		{"the item was not met in the version before", as(answeredAnew(), failingAt("A-2")), rules.Failed},
		{"the item is not met anew", as(answeredAnew(terms.Met, terms.NotMet), failingAt("A-2")), rules.Passed},
	},
	"namedRulesFail": {
		{"the rule fails", as(naming("R-03"), func(s *sight) { s.Proposal.LegalForm = "UAB" }), rules.Passed},
		{"the rule holds", naming("R-03"), rules.Failed},
		{"one of two holds", as(naming("R-03,R-06"), func(s *sight) { s.Proposal.LegalForm = "UAB" }), rules.Failed},
		{"a rule that nothing computes", naming("R-12"), rules.Passed},
		{"a rule of meetings", as(naming("R-21"), func(s *sight) { s.Meeting, s.Item = nil, nil }), rules.Passed},
		{"a rule that only warns", as(naming("R-05"), func(s *sight) { s.Proposal.ActivityKinds = []string{"K9"} }), rules.Failed},
		{"none", unchanged, rules.Failed},
	},
	"R-02": {
		{"code with a right check digit", unchanged, rules.Passed},
		{"code with a wrong check digit", func(s *sight) { s.Proposal.LegalCode = "192050726" }, rules.Failed},
	},
	"R-03": {
		{"form that the call lists", unchanged, rules.Passed},
		{"another form", func(s *sight) { s.Proposal.LegalForm = "UAB" }, rules.Failed},
		{"the call lists others", func(s *sight) { s.Call.EligibleForms = []string{"UAB"} }, rules.Failed},
	},
	"R-04": {
		{"in the target territory", unchanged, rules.Passed},
		{"in the linked territory", func(s *sight) { s.Proposal.PlaceTerritory = "LINKED" }, rules.Passed},
		{"outside", func(s *sight) { s.Proposal.PlaceTerritory = "OUTSIDE" }, rules.Failed},
		{"nowhere", func(s *sight) { s.Proposal.PlaceTerritory = "" }, rules.Failed},
		{"outside, by an applicant from inside", func(s *sight) { s.Proposal.PlaceTerritory, s.Proposal.SeatTerritory = "OUTSIDE", "LINKED" }, rules.Passed},
		{"both outside", func(s *sight) { s.Proposal.PlaceTerritory, s.Proposal.SeatTerritory = "OUTSIDE", "OUTSIDE" }, rules.Failed},
	},
	"R-05": {
		{"kinds that the action lists", unchanged, rules.Passed},
		{"a kind that the action does not list", func(s *sight) { s.Proposal.ActivityKinds = []string{"K9"} }, rules.Warned},
		{"the action lists others", func(s *sight) { s.Proposal.ActionKinds = nil }, rules.Warned},
		{"an action that is not the call's", func(s *sight) { s.Proposal.ActionCode = "2.1.1" }, rules.Warned},
		{"the call has other actions", func(s *sight) { s.Call.Allocations = nil }, rules.Warned},
	},
	"R-06": {
		{"at the maximum", func(s *sight) { s.Proposal.GrantRequested = s.Call.MaxGrant }, rules.Passed},
		{"a cent above", func(s *sight) { s.Proposal.GrantRequested = s.Call.MaxGrant + 1 }, rules.Failed},
		{"at the minimum", func(s *sight) { s.Proposal.GrantRequested = s.Call.MinGrant }, rules.Passed},
		{"a cent below", func(s *sight) { s.Proposal.GrantRequested = s.Call.MinGrant - 1 }, rules.Failed},
	},
	"R-07": {
		{"at the cap", func(s *sight) { s.Proposal.GrantRequested = 92_50 }, rules.Passed},
		{"a cent above", func(s *sight) { s.Proposal.GrantRequested = 92_51 }, rules.Failed},
		{"a lower cap", func(s *sight) { s.Call.IntensityCap = 8999 }, rules.Failed},
		{"lower eligible costs", func(s *sight) { s.Proposal.EligibleTotal = 97_00 }, rules.Failed},
	},
	"R-08": {
		{"own part at the least", func(s *sight) { s.Proposal.Funding[0].Amount = 92_50 }, rules.Passed},
		{"a cent too much public money", func(s *sight) { s.Proposal.Funding[0].Amount = 92_51 }, rules.Failed},
		{"private money that turns out public", func(s *sight) { s.Proposal.Funding[1].Source = "MUNICIPAL" }, rules.Failed},
		{"a lower cap", func(s *sight) { s.Call.IntensityCap = 8999 }, rules.Failed},
	},
	"R-09": {
		{"sources add up", unchanged, rules.Passed},
		{"a cent of own money is missing", func(s *sight) { s.Proposal.Funding[1].Amount-- }, rules.Failed},
		{"a cent too much", func(s *sight) { s.Proposal.EligibleTotal-- }, rules.Failed},
	},
	"R-14": {
		{"everybody scored everything", unchanged, rules.Passed},
		{"a low score is a score", func(s *sight) { s.Call.MinScore = 90_00 }, rules.Passed},
		{"one sheet is not submitted", func(s *sight) { s.Proposal.Evaluations[1].Submitted = false }, rules.Failed},
		{"one criterion is missing", func(s *sight) { delete(s.Proposal.Evaluations[0].Points, "K2") }, rules.Failed},
		{"points above the maximum", points("K2", 40_01), rules.Failed},
		{"a criterion that the call does not have", points("K9", 1), rules.Failed},
		{"nobody evaluated", func(s *sight) { s.Proposal.Evaluations = nil }, rules.Failed},
		{"an answer to a pass-or-fail criterion is no score", passOrFail(1_00, 1_00), rules.Passed},
		{"sheets that diverge hold all the same", points("K2", 9_99), rules.Passed},
		{"a sheet of an earlier round", func(s *sight) { s.Proposal.Evaluations[0].Round++ }, rules.Passed},
		{"all sheets of an earlier round", func(s *sight) { s.Proposal.Round++ }, rules.Failed},
	},
	"R-15": {
		{"a pass-or-fail criterion that is met", passOrFail(1_00, 1_00), rules.Passed},
		{"a pass-or-fail criterion that nobody sees met", passOrFail(0, 0), rules.Failed},
		{"at the threshold", func(s *sight) { s.Call.MinScore = 80_00 }, rules.Passed},
		{"below the threshold", func(s *sight) { s.Call.MinScore = 80_01 }, rules.Failed},
		{"one criterion below its own minimum", func(s *sight) { s.Call.Criteria[0].Min = 50_01 }, rules.Failed},
		{"weights count", func(s *sight) { s.Call.Criteria[0].Weight = 50 }, rules.Failed},
		{"no scores", func(s *sight) { s.Proposal.Evaluations = nil }, rules.Failed},
	},
	"R-16": {
		{"totals at the limit", points("K2", 10_00), rules.Passed},
		{"totals a hundredth further apart", points("K2", 9_99), rules.Failed},
		{"a narrower limit", as(points("K2", 10_00), func(s *sight) { s.Call.DivergenceLimit = 1999 }), rules.Failed},
		{"on both sides of the threshold", as(points("K2", 20_00), func(s *sight) { s.Call.MinScore = 75_00 }), rules.Failed},
		{"weights count in the totals", as(points("K2", 10_00), func(s *sight) { s.Call.Criteria[1].Weight = 300 }), rules.Failed},
		{"a sheet that does not hold", points("K2", 41_00), rules.Failed},
		{"answers to a pass-or-fail criterion agree", passOrFail(1_00, 1_00), rules.Passed},
		{"answers to a pass-or-fail criterion differ", passOrFail(1_00, 0), rules.Failed},
	},
	"R-17": {
		{"scores tell all apart", unchanged, rules.Passed},
		{"the money does not matter", func(s *sight) { s.Call.Budget = 1 }, rules.Passed},
		{"nothing tells two apart", func(s *sight) { s.Call.Ranking[1].Score = 80_00 }, rules.Failed},
		{"the tie-breaker tells them apart", func(s *sight) {
			s.Call.Ranking[1].Score = 80_00
			s.Call.Ranking[1].Evaluations = marked(49_00, 0)
		}, rules.Passed},
		{"the earlier one goes first", func(s *sight) {
			s.Call.Ranking[1].Score = 80_00
			s.Call.Ranking[1].SubmittedAt--
		}, rules.Passed},
		{"the tie-breaker is not the call's", func(s *sight) {
			s.Call.Ranking[1].Score = 80_00
			s.Call.Ranking[1].Evaluations = marked(50_00, 40_00)
		}, rules.Failed},
		{"the tie-breaker is the mean of several", func(s *sight) {
			s.Call.Ranking[1].Score = 80_00
			s.Call.Ranking[1].Evaluations = slices.Concat(marked(45_00, 0), marked(50_00, 0), marked(58_00, 0))
		}, rules.Passed},
		{"the tie-breaker is the median of several", func(s *sight) {
			s.Call.Ranking[1].Score, s.Call.Aggregation = 80_00, rules.Median
			s.Call.Ranking[1].Evaluations = slices.Concat(marked(45_00, 0), marked(50_00, 0), marked(58_00, 0))
		}, rules.Failed},
		{"a lot was drawn", func(s *sight) {
			s.Call.Ranking[1].Score = 80_00
			s.Call.Ranking[0].Lot, s.Call.Ranking[1].Lot = 2, 1
		}, rules.Passed},
		{"who is not before the board takes no place", func(s *sight) {
			s.Call.Ranking[1].Score, s.Call.Ranking[1].NotYet = 80_00, true
		}, rules.Passed},
	},
	"R-18": {
		{"fits exactly", func(s *sight) { s.Call.Budget = 190_00 }, rules.Passed},
		{"a cent too little is left", func(s *sight) { s.Call.Budget = 189_99 }, rules.Failed},
		{"the award counts, not what was asked for", as(awarding(89_99), func(s *sight) { s.Call.Budget = 189_99 }), rules.Passed},
		{"what is awarded already counts", func(s *sight) {
			award := rules.Money(89_99)
			s.Proposal.GrantAwarded, s.Call.Budget = &award, 189_99
		}, rules.Passed},
		{"an award of nothing", awarding(0), rules.Failed},
		{"stops at the first that does not fit", func(s *sight) { s.Call.Budget = 95_00 }, rules.Failed},
		{"skips it where the call says so", func(s *sight) { s.Call.Budget, s.Call.SkipAndFit = 95_00, true }, rules.Passed},
		{"is not ranked", func(s *sight) { s.Call.Ranking = s.Call.Ranking[1:] }, rules.Failed},
		{"a decision with a reason funds it before its turn", as(short, departing), rules.Passed},
		{"a decision without one does not", as(short, func(s *sight) { s.decision = &DecisionFacts{ID: "dec_1"} }), rules.Failed},
		{"no reason makes money", as(func(s *sight) { s.Call.Budget = 89_99 }, departing), rules.Failed},
		{"what holds money goes first", func(s *sight) {
			s.Call.Budget, s.Call.Ranking[1].Score, s.Call.Ranking[1].Holds = 100_00, 70_00, true
		}, rules.Failed},
		{"what it holds itself does not count twice", func(s *sight) {
			s.Call.Budget, s.Call.Ranking[0].Holds = 100_00, true
		}, rules.Failed},
		{"is in a tie that nothing settles", func(s *sight) { s.Call.Ranking[1].Score = 80_00 }, rules.Failed},
	},
	"R-19": {
		{"what is left of the call covers it", func(s *sight) { s.Call.Reserved = 910_00 }, rules.Passed},
		{"a cent too little is left", func(s *sight) { s.Call.Reserved = 910_01 }, rules.Failed},
		{"what it holds itself is not counted twice", func(s *sight) { s.Call.Reserved, s.Held = 1000_00, 90_00 }, rules.Passed},
		{"a higher award than it holds", as(awarding(90_01), func(s *sight) { s.Call.Reserved, s.Held = 1000_00, 90_00 }), rules.Failed},
		{"the action is overdrawn", func(s *sight) { s.Call.Allocations[0].Allocation = 999_99 }, rules.Failed},
		{"a decided call holds grants, and they fit", func(s *sight) {
			s.Call.Commits, s.Call.Allocations[0].Reserved = CommitsGrants, 2910_00
		}, rules.Passed},
		{"a decided call holds grants, and they do not", func(s *sight) {
			s.Call.Commits, s.Call.Allocations[0].Reserved = CommitsGrants, 2910_01
		}, rules.Failed},
		{"nor is it counted twice in the action", func(s *sight) {
			s.Call.Commits, s.Held, s.Call.Reserved, s.Call.Allocations[0].Reserved = CommitsGrants, 90_00, 90_00, 3000_00
		}, rules.Passed},
		{"another action's money does not count", func(s *sight) {
			s.Call.Allocations = append(s.Call.Allocations, AllocationFacts{Action: "act_other", Reserved: 1})
		}, rules.Passed},
		{"the strategy allots more than it has", func(s *sight) { s.Call.StrategyTotal = 5999_99 }, rules.Failed},
		{"a call that its actions cover", as(asCall, func(s *sight) { s.Call.Allocations[0].Reserved = 2000_00 }), rules.Passed},
		{"a call that its action does not cover", as(asCall, func(s *sight) { s.Call.Allocations[0].Reserved = 2000_01 }), rules.Failed},
		{"a call whose second action does not cover it", as(asCall, func(s *sight) {
			s.Call.Allocations = append(s.Call.Allocations, AllocationFacts{Action: "act_other", Amount: 1})
		}), rules.Failed},
		{"a call of a strategy that allots more than it has", as(asCall, func(s *sight) { s.Call.StrategyTotal = 1 }), rules.Failed},
		{"a call without actions", as(asCall, func(s *sight) { s.Call.Allocations = nil }), rules.Failed},
	},
	"late": {
		{"received later", received(time.Microsecond), rules.Passed},
		{"received as the call closes", received(0), rules.Failed},
		{"submitted later", filed(time.Microsecond), rules.Passed},
		{"submitted in time", unchanged, rules.Failed},
	},
	"modeV": {
		{"state planning", func(s *sight) { s.Call.SelectionMode = "V" }, rules.Passed},
		{"continuous selection", unchanged, rules.Failed},
		{"by region", func(s *sight) { s.Call.SelectionMode = "R" }, rules.Failed},
		{"by competition", func(s *sight) { s.Call.SelectionMode = "K" }, rules.Failed},
	},
	"callOpen": {
		{"as it opens", func(s *sight) { s.Call.OpensAt = s.Now }, rules.Passed},
		{"before it opens", func(s *sight) { s.Call.OpensAt = s.Now + 1 }, rules.Failed},
		{"as it closes", func(s *sight) { s.Call.ClosesAt = s.Now }, rules.Passed},
		{"after it closed", func(s *sight) { s.Call.ClosesAt = s.Now - 1 }, rules.Failed},
	},
	"callHasProposals": {
		{"one", asCall, rules.Passed},
		{"none", as(asCall, func(s *sight) { s.Call.Proposals = 0 }), rules.Failed},
	},
	"noContractSigned": {
		{"none", asCall, rules.Passed},
		{"one", as(asCall, func(s *sight) { s.Call.SignedContracts = 1 }), rules.Failed},
	},
	"awardWithinRequest": {
		{"all that was requested", awarding(90_00), rules.Passed},
		{"a cent more", awarding(90_01), rules.Failed},
		{"less", awarding(1), rules.Passed},
		{"an earlier award above the request", awardedBefore(90_01), rules.Failed},
		{"the act's own amount over an earlier award", as(awardedBefore(90_01), awarding(90_00)), rules.Passed},
	},
	"awardInFull": {
		{"all that was requested", awarding(90_00), rules.Passed},
		{"a cent more", awarding(90_01), rules.Failed},
		{"a cent less", awarding(89_99), rules.Failed},
		{"an earlier award of less", awardedBefore(80_00), rules.Failed},
	},
	"awardReducedOrConditional": {
		{"a cent less than requested", awarding(89_99), rules.Passed},
		{"what was requested", awarding(90_00), rules.Failed},
		{"what was requested, on a condition", as(awarding(90_00), onCondition("nuomos sutartis")), rules.Passed},
		{"what was requested, on nothing", as(awarding(90_00), onCondition(" ")), rules.Failed},
	},
	"awardReduced": {
		{"a cent less than requested", awarding(89_99), rules.Passed},
		{"what was requested", awarding(90_00), rules.Failed},
		{"a cent less than the award", as(awardedBefore(80_00), awarding(79_99)), rules.Passed},
		{"the award itself", as(awardedBefore(80_00), awarding(80_00)), rules.Failed},
		{"no amount", awardedBefore(80_00), rules.Failed},
	},
	"nothingOpen": {
		{"nothing beside the case", unchanged, rules.Passed},
		{"a claim that is paid and one withdrawn", as(beside(claimed("INTERIM", 1, paid)), beside(claimed("INTERIM", 0, State{Terminal: true}))), rules.Passed},
		{"a claim under check", beside(claimed("INTERIM", 0, State{})), rules.Failed},
		{"a claim approved and not paid", beside(claimed("INTERIM", 1, State{Outcome: OutcomePositive})), rules.Failed},
		{"an appeal in court", beside(MatterFacts{Kind: "appeal", State: State{Contested: true}}), rules.Failed},
	},
	"contractConcluded": {
		{"in force", unchanged, rules.Passed},
		{"terminated", contracted(func(s *State) { s.Outcome, s.Pays = OutcomeNegative, false }), rules.Passed},
		{"settled", contracted(func(s *State) { s.Phase, s.Pays = PhaseClosure, false }), rules.Passed},
		{"on offer", contracted(func(s *State) { s.Phase, s.Listed, s.Pays = PhaseContract, false, false }), rules.Failed},
		{"not prepared yet", noContract, rules.Failed},
	},
	"contractRuns": {
		{"in force", unchanged, rules.Passed},
		{"suspended", contracted(func(s *State) { s.Pays, s.Outcome = false, OutcomeNone }), rules.Passed},
		{"signed", contracted(func(s *State) { s.Phase, s.Pays = PhaseContract, false }), rules.Passed},
		{"terminated", contracted(func(s *State) { s.Outcome = OutcomeNegative }), rules.Failed},
		{"ended", contracted(func(s *State) { s.Phase = PhaseClosure }), rules.Failed},
		{"on offer", contracted(func(s *State) { s.Listed = false }), rules.Failed},
		{"not prepared yet", noContract, rules.Failed},
	},
	"contractPays": {
		{"in force", unchanged, rules.Passed},
		{"ended", contracted(func(s *State) { s.Phase = PhaseClosure }), rules.Passed},
		{"suspended", contracted(func(s *State) { s.Pays = false }), rules.Failed},
		{"not prepared yet", noContract, rules.Failed},
	},
	"acceptedWithinAmount": {
		{"all of it", accepting(90_00), rules.Passed},
		{"a cent of it, of a small grant", as(accepting(1), func(s *sight) { s.Contract.Grant = 0 }), rules.Passed},
		{"as accepted before", unchanged, rules.Passed},
		{"a cent more", accepting(90_01), rules.Failed},
		{"nothing", accepting(0), rules.Failed},
		{"a matter of no case", func(s *sight) { s.Matter = nil }, rules.Failed},
	},
	"acceptedInFull": {
		{"all of it", accepting(90_00), rules.Passed},
		{"as accepted before", unchanged, rules.Passed},
		{"more than all of it", accepting(90_01), rules.Passed},
		{"a cent is missing", accepting(89_99), rules.Failed},
	},
	"acceptedWithinGrant": {
		{"all of the grant", accepting(90_00), rules.Passed},
		{"a cent beyond it", accepting(90_01), rules.Failed},
		{"the rest after a claim that is paid", as(accepting(40_00), beside(claimed("INTERIM", 50_00, paid))), rules.Passed},
		{"a cent beyond the rest", as(accepting(40_01), beside(claimed("INTERIM", 50_00, paid))), rules.Failed},
		{"after a claim that was rejected", as(accepting(90_00), beside(claimed("INTERIM", 50_00, rejected))), rules.Passed},
		{"beside a recovery", as(accepting(90_00), beside(MatterFacts{Kind: "recovery", Accepted: 50_00, State: paid})), rules.Passed},
		{"without a contract", noContract, rules.Failed},
	},
	"claimsInOrder": {
		{"an interim claim alone", unchanged, rules.Passed},
		{"an interim claim beside another", beside(claimed("INTERIM", 0, State{})), rules.Passed},
		{"an interim claim beside a draft of the final one", beside(claimed("FINAL", 0, State{Editable: true})), rules.Passed},
		{"an interim claim after the final one", beside(claimed("FINAL", 0, State{})), rules.Failed},
		{"an interim claim after the final one is paid", beside(claimed("FINAL", 1, paid)), rules.Failed},
		{"an interim claim after a final one that was rejected", beside(claimed("FINAL", 0, rejected)), rules.Passed},
		{"a final claim alone", finally, rules.Passed},
		{"a final claim after one that is paid", as(finally, beside(claimed("INTERIM", 1, paid))), rules.Passed},
		{"a final claim beside an open one", as(finally, beside(claimed("INTERIM", 0, State{}))), rules.Failed},
		{"a final claim beside a draft", as(finally, beside(claimed("ADVANCE", 0, State{Editable: true}))), rules.Failed},
		{"a second final claim", as(finally, beside(claimed("FINAL", 1, paid))), rules.Failed},
		{"a final claim beside an open appeal", as(finally, beside(MatterFacts{Kind: "appeal", Form: "FINAL"})), rules.Passed},
	},
	"reportsInTime": {
		{"no report", unchanged, rules.Passed},
		{"a report under check", beside(MatterFacts{Kind: "progress_report"}), rules.Passed},
		{"a report that is overdue", beside(MatterFacts{Kind: "progress_report", State: late}), rules.Failed},
		{"a report that is over", beside(MatterFacts{Kind: "progress_report", State: State{Terminal: true, Outcome: OutcomeNegative}}), rules.Passed},
		{"a claim that is late", beside(claimed("INTERIM", 0, late)), rules.Passed},
	},
	"grantIsAward": {
		{"what was requested and awarded", unchanged, rules.Passed},
		{"a cent more", func(s *sight) { s.Contract.Grant++ }, rules.Failed},
		{"a cent less", func(s *sight) { s.Contract.Grant-- }, rules.Failed},
		{"the award came down", awardedBefore(80_00), rules.Failed},
		{"all that was applied for", as(appliedBefore(80_00), func(s *sight) { s.Contract.Grant = 80_00 }), rules.Passed},
		{"the award, where less was applied for", appliedBefore(80_00), rules.Failed},
		{"the award, where more had been applied for", as(as(appliedBefore(90_00), awardedBefore(80_00)), func(s *sight) { s.Contract.Grant = 80_00 }), rules.Passed},
	},
	"amountWithinAward": {
		{"all of the award", applying(90_00), rules.Passed},
		{"a cent more", applying(90_01), rules.Failed},
		{"nothing", applying(0), rules.Failed},
		{"less than nothing", applying(-1), rules.Failed},
		{"the award is less than what was asked for", as(applying(90_00), awardedBefore(80_00)), rules.Failed},
	},
}

func awardedBefore(m rules.Money) func(*sight) {
	return func(s *sight) { s.Proposal.GrantAwarded = &m }
}

func appliedBefore(m rules.Money) func(*sight) {
	return func(s *sight) { s.Proposal.GrantApplied = &m }
}

func applying(m rules.Money) func(*sight) {
	return func(s *sight) { s.data["grantApplied"] = m }
}

// passOrFail adds a criterion that is met or not, and both evaluators' answers.
func passOrFail(first, second int64) func(*sight) {
	return func(s *sight) {
		s.Call.Criteria = append(s.Call.Criteria, CriterionFacts{ID: "crt_3", Code: "P1", PassFail: true, Max: 1_00, Weight: 100})
		s.Proposal.Evaluations[0].Points["P1"], s.Proposal.Evaluations[1].Points["P1"] = first, second
	}
}

// differs says whether the guard does not answer the row as it should, plain
// and turned round.
func (c guardCase) differs(guard string) bool {
	s := soundCase()
	c.change(&s)
	if weighGuard(guard, s).Verdict != c.want {
		return true
	}
	opposite := rules.Failed
	if c.want == rules.Failed {
		opposite = rules.Passed
	}
	return weighGuard(negation+guard, s).Verdict != opposite
}

func TestGuardsJudgeTheFactsTheyAreGiven(t *testing.T) {
	for guard, cases := range guardCases {
		for _, c := range cases {
			s := soundCase()
			c.change(&s)
			r := weighGuard(guard, s)
			if r.Verdict != c.want {
				t.Errorf("%s, %s: got %s %v, want %s", guard, c.name, r.Verdict, r.Facts, c.want)
			}
			if m := message(r); m.LT == "" || m.EN == "" || m.LT == m.EN {
				t.Errorf("%s, %s: got messages %q and %q, want both languages", guard, c.name, m.LT, m.EN)
			}
			if c.differs(guard) {
				t.Errorf("%s, %s: turned round, it does not answer the opposite of %s", negation+guard, c.name, c.want)
			}
		}
	}
}

func TestEveryComputedGuardHasCasesOnBothSides(t *testing.T) {
	for guard := range computed {
		holds, stops := 0, 0
		for _, c := range guardCases[guard] {
			if c.want == rules.Passed {
				holds++
			} else {
				stops++
			}
		}
		if holds == 0 || stops == 0 {
			t.Errorf("%s: got %d cases that hold and %d that do not, want some of each", guard, holds, stops)
		}
	}
	for guard := range guardCases {
		if computed[guard] == nil {
			t.Errorf("%s has cases and is not computed", guard)
		}
	}
}

// TestForeignGuardsAreNoticed puts every other guard in a guard's place: the
// rows tell any two guards apart, so no two names can be mixed up.
func TestForeignGuardsAreNoticed(t *testing.T) {
	for guard, cases := range guardCases {
		for other, foreign := range computed {
			if other == guard {
				continue
			}
			noticed := slices.ContainsFunc(cases, func(c guardCase) (noticed bool) {
				defer func() { noticed = recover() != nil || noticed }() // it needs facts that these rows lack
				s := soundCase()
				c.change(&s)
				return foreign(s).Verdict != c.want
			})
			if !noticed {
				t.Errorf("%s in place of %s: got no case that notices, want one", other, guard)
			}
		}
	}
}

// TestTermNamesThatItIsUnverified in whichever way it is judged.
func TestTermNamesThatItIsUnverified(t *testing.T) {
	for _, over := range []bool{true, false} {
		for unverified, want := range map[bool][]string{true: {"term"}, false: nil} {
			s := sight{Facts: &Facts{TermOver: over, TermUnverified: unverified}}
			if got := weighGuard("termRuns", s).Unverified; !slices.Equal(got, want) {
				t.Errorf("over %t, unverified %t: got %v, want %v", over, unverified, got, want)
			}
		}
	}
}

func TestDivergenceNamesUnverifiedParameters(t *testing.T) {
	s := soundCase()
	s.Call.Unverified = []string{"scores.divergenceLimit"}
	if got := weighGuard("R-16", s).Unverified; !slices.Equal(got, s.Call.Unverified) {
		t.Errorf("got %v, want %v", got, s.Call.Unverified)
	}
}

func TestRefusedGuardsKeepTheClosedCallApart(t *testing.T) {
	for guard := range computed {
		want := RuleFailed
		if guard == "R-01" || guard == "callOpen" {
			want = CallClosed
		}
		if got := guardCode(guard); got != want {
			t.Errorf("%s: got %s, want %s", guard, got, want)
		}
		if got := guardCode(negation + guard); got != RuleFailed {
			t.Errorf("%s: got %s, want %s", negation+guard, got, RuleFailed)
		}
	}
	if !strings.HasPrefix(negation, "not") {
		t.Errorf("negation is %q, want the word of the definitions", negation)
	}
}

// Where the evaluators diverge and a third has scored, the median stands, in
// the total and under each criterion: 80, 80 and 20 give 80, and not 60.
func TestThresholdIsHeldAgainstTheMedianOfThree(t *testing.T) {
	for name, change := range map[string]func(*CallFacts){
		"in the total":      func(c *CallFacts) { c.MinScore = 70_00 },
		"under a criterion": func(c *CallFacts) { c.MinScore, c.Criteria[0].Min = 50_00, 40_00 },
	} {
		s := soundCase()
		s.Proposal.Evaluations = append(s.Proposal.Evaluations, EvaluationFacts{
			ID: "evl_3", Evaluator: "per_third", Submitted: true, Points: map[string]int64{"K1": 10_00, "K2": 10_00},
		})
		change(s.Call)
		if r := computed["R-15"](s); !r.OK() {
			t.Errorf("%s: got %+v, want it to hold", name, r)
		}
	}
}

// TestScoresAggregateAsTheCallSays: 60, 60 and 75 are 65 in the mean and 60 in the
// median.
func TestScoresAggregateAsTheCallSays(t *testing.T) {
	for aggregation, want := range map[rules.Aggregation]string{"": "65.00", rules.Mean: "65.00", rules.Median: "60.00", rules.TrimmedMean: "60.00"} {
		s := soundCase()
		s.Proposal.Evaluations = slices.Concat(marked(40_00, 20_00), marked(40_00, 20_00), marked(45_00, 30_00))
		s.Proposal.Round = 0
		s.Call.Aggregation = aggregation
		if final, r := s.standing().Final(); !r.OK() || final.String() != want {
			t.Errorf("%q: got %s by %+v, want %s", aggregation, final, r, want)
		}
	}
}

// TestARefusalNamesWhatNobodyVerified: it may rest on a wrong number.
func TestARefusalNamesWhatNobodyVerified(t *testing.T) {
	m := shippedMachines().Latest("proposal")
	for unverified, want := range map[bool][]string{true: {"term"}, false: nil} {
		r := m.weigh("termRuns", sight{Facts: &Facts{TermOver: true, TermUnverified: unverified}})
		if got := m.against(RuleFailed, "termRuns", r); !slices.Equal(got.Unverified, want) || got.Rule != "termRuns" || got.Message.EN == "" {
			t.Errorf("unverified %t: got %+v, want it told of %v", unverified, got, want)
		}
	}
}

// TestADepartureNamesWhoWaits and who goes first, and neither those that hold money already nor
// those that the call's policy skips.
func TestADepartureNamesWhoWaits(t *testing.T) {
	const held, third = ident.ID("prp_held"), ident.ID("prp_third")
	for _, skip := range []bool{false, true} {
		s := soundCase()
		onItsOwn(&s)
		submitted := *s.Proposal.SubmittedAt
		s.Call.Budget, s.Call.SkipAndFit = 260_00, skip
		s.Call.Ranking[1].Grant = 300_00 // more than there is
		s.Call.Ranking = append(s.Call.Ranking,
			RankedFacts{Proposal: third, Score: 88_00, SubmittedAt: submitted, Grant: 110_00},
			RankedFacts{Proposal: held, Score: 84_00, SubmittedAt: submitted, Grant: 100_00, Holds: true},
		)
		s.decision = &DecisionFacts{ID: "dec_1", Departs: true}
		want := fmt.Sprintf("[{passedOver %s} {funded %s} {decision dec_1}]", map[bool]ident.ID{true: third, false: theirs}[skip], ours)
		if r := weighGuard("R-27", s); r.Verdict != rules.Passed || fmt.Sprint(r.Facts) != want {
			t.Errorf("skipping %t: got %s %v, want %s", skip, r.Verdict, r.Facts, want)
		}
	}
}
