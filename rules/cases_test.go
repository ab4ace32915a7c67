package rules_test

import (
	"math"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

// row is one judgement as data.
type row struct {
	name   string
	check  rules.Check
	rule   string
	want   rules.Verdict
	path   string
	lt, en string // messages
}

func eur(s string) rules.Money {
	m, err := money.Parse(s)
	if err != nil {
		panic(err)
	}
	return m
}

func instant(s string) clock.Instant {
	i, err := clock.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return i
}

// seats makes n seats of a sector and an interest group.
func seats(n int, sector rules.Sector, group string) []rules.Seat {
	made := make([]rules.Seat, n)
	for i := range made {
		made[i] = rules.Seat{Sector: sector, Group: group}
	}
	return made
}

func join[T any](parts ...[]T) []T {
	var all []T
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func board(public, business, community int) []rules.Seat {
	return join(seats(public, rules.Public, ""), seats(business, rules.Business, ""), seats(community, rules.NGOCommunity, ""))
}

func ballots(seats []rules.Seat, v rules.Vote) []rules.Ballot {
	cast := make([]rules.Ballot, len(seats))
	for i, s := range seats {
		cast[i] = rules.Ballot{Seat: s, Vote: v}
	}
	return cast
}

func votes(inFavour, against, abstained int) []rules.Ballot {
	return join(ballots(board(0, inFavour, 0), rules.For), ballots(board(0, against, 0), rules.Against),
		ballots(board(0, abstained, 0), rules.Abstain))
}

func entry(id string, final rules.Score, at clock.Instant, tieBreaks ...rules.Score) rules.Entry {
	return rules.Entry{Proposal: id, Final: final, SubmittedAt: at, TieBreaks: tieBreaks, Grant: eur("100.00")}
}

func ranked(rank int, id, grant string) rules.Ranked {
	return rules.Ranked{Rank: rank, Entry: rules.Entry{Proposal: id, Grant: eur(grant)}}
}

const limit49, half = rules.BasisPoints(4900), rules.BasisPoints(5000)

func proposalCases() []row {
	closes := instant("2016-01-15T22:00:00Z") // 24:00 in Vilnius
	const maxInt = rules.Money(math.MaxInt64)
	cap925 := rules.BasisPoints(9250)
	return []row{
		{
			"at the very instant of closing",
			rules.InTime{SubmittedAt: closes, ClosesAt: closes},
			"R-01", rules.Passed, "submittedAt",
			"R-01 Pateikta laiku: tenkinama.", "R-01 In time: holds.",
		},
		{
			"one microsecond late",
			rules.InTime{SubmittedAt: closes + 1, ClosesAt: closes},
			"R-01", rules.Failed, "submittedAt",
			"Kvietimas baigėsi 2016 m. sausio 15 d. 24:00.",
			"The call closed on 15 January 2016, 24:00; the proposal was not accepted.",
		},
		{
			"late for an hour of closing",
			rules.InTime{SubmittedAt: instant("2023-06-30T17:00:31+03:00"), ClosesAt: instant("2023-06-30T17:00:30+03:00")},
			"R-01", rules.Failed, "submittedAt",
			"Kvietimas baigėsi 2023 m. birželio 30 d. 17:00:30.",
			"The call closed on 30 June 2023, 17:00:30; the proposal was not accepted.",
		},

		{
			"a code that holds",
			rules.ValidLegalCode{Code: "192050725"},
			"R-02", rules.Passed, "applicant.legalCode",
			"R-02 Juridinio asmens kodas: tenkinama.", "R-02 Legal entity code: holds.",
		},
		{
			"another code that holds",
			rules.ValidLegalCode{Code: "188710823"},
			"R-02", rules.Passed, "applicant.legalCode",
			"R-02 Juridinio asmens kodas: tenkinama.", "R-02 Legal entity code: holds.",
		},
		{
			"a wrong control digit",
			rules.ValidLegalCode{Code: "123456789"},
			"R-02", rules.Failed, "applicant.legalCode",
			"Juridinio asmens kodo 123456789 kontrolinis skaitmuo neteisingas.",
			"Legal entity code 123456789 fails the control digit.",
		},
		{
			"too few digits",
			rules.ValidLegalCode{Code: "1234567"},
			"R-02", rules.Failed, "applicant.legalCode",
			"Juridinio asmens kodas 1234567 nėra devynių skaitmenų.",
			"Legal entity code 1234567 is not nine digits.",
		},
		{
			"no code",
			rules.ValidLegalCode{},
			"R-02", rules.Failed, "applicant.legalCode",
			"Nurodykite juridinio asmens kodą.", "Enter the legal entity code.",
		},

		{
			"a listed form",
			rules.AllowedApplicant{Form: rules.Association, Allowed: []rules.LegalForm{rules.PublicInstitution, rules.Association}},
			"R-03", rules.Passed, "applicant.legalForm",
			"R-03 Pareiškėjo teisinė forma: tenkinama.", "R-03 Applicant type: holds.",
		},
		{
			"an unlisted form",
			rules.AllowedApplicant{Form: rules.PrivateCompany, Allowed: []rules.LegalForm{rules.Association}},
			"R-03", rules.Failed, "applicant.legalForm",
			"Uždaroji akcinė bendrovė negali teikti projektinio pasiūlymo pagal šį kvietimą.",
			"A private limited company (UAB) may not apply under this call.",
		},
		{
			"a call that lists no form",
			rules.AllowedApplicant{Form: rules.Association},
			"R-03", rules.Failed, "applicant.legalForm",
			"Asociacija negali teikti projektinio pasiūlymo pagal šį kvietimą.",
			"An association may not apply under this call.",
		},
		{
			"a form without a word for it",
			rules.AllowedApplicant{Form: "X"},
			"R-03", rules.Failed, "applicant.legalForm",
			"X negali teikti projektinio pasiūlymo pagal šį kvietimą.", "X may not apply under this call.",
		},

		{
			"seat in the linked territory",
			rules.PlacedInTerritory{Seat: rules.Linked},
			"R-04", rules.Passed, "activityPlaces",
			"R-04 Veiklos vieta: tenkinama.", "R-04 Place of activity: holds.",
		},
		{
			"one activity in the target territory",
			rules.PlacedInTerritory{Seat: rules.Outside, Activities: []rules.Territory{rules.Outside, rules.Target}},
			"R-04", rules.Passed, "activityPlaces", "R-04 Veiklos vieta: tenkinama.", "R-04 Place of activity: holds.",
		},
		{
			"everything outside",
			rules.PlacedInTerritory{Seat: rules.Outside, Activities: []rules.Territory{rules.Outside}},
			"R-04", rules.Failed, "activityPlaces",
			"Strategijos teritorijoje nėra nė vienos veiklos vietos.", "No place of activity inside the strategy territory.",
		},

		{
			"listed kinds",
			rules.FitsStrategy{Action: "1.1.2", CallActions: []string{"1.1.1", "1.1.2"}, Kinds: []string{"training"}, ActionKinds: []string{"training"}},
			"R-05", rules.Passed, "activityKinds", "R-05 Atitiktis strategijai: tenkinama.", "R-05 Fit with the strategy: holds.",
		},
		{
			"unlisted kinds",
			rules.FitsStrategy{Action: "1.1.2", CallActions: []string{"1.1.2"}, Kinds: []string{"training", "transport", "meals"}, ActionKinds: []string{"training"}},
			"R-05", rules.Warned, "activityKinds",
			"Veikla transport, meals nenumatyta veiksme 1.1.2.", "Activity transport, meals is not in action 1.1.2.",
		},
		{
			"another action",
			rules.FitsStrategy{Action: "1.1.3", CallActions: []string{"1.1.2"}},
			"R-05", rules.Warned, "action",
			"Veiksmas 1.1.3 nenumatytas šiame kvietime.", "Action 1.1.3 is not in this call.",
		},

		{
			"exactly the maximum",
			rules.GrantWindow{Requested: eur("106999.00"), Min: eur("0.00"), Max: eur("106999.00")},
			"R-06", rules.Passed, "grantRequested",
			"R-06 Finansavimo sumos ribos: tenkinama.", "R-06 Grant window: holds.",
		},
		{
			"exactly the minimum",
			rules.GrantWindow{Requested: eur("10.00"), Min: eur("10.00"), Max: eur("20.00")},
			"R-06", rules.Passed, "grantRequested",
			"R-06 Finansavimo sumos ribos: tenkinama.", "R-06 Grant window: holds.",
		},
		{
			"one cent above the maximum",
			rules.GrantWindow{Requested: eur("106999.01"), Max: eur("106999.00")},
			"R-06", rules.Failed, "grantRequested",
			"Prašoma suma 106\u00a0999,01\u00a0Eur viršija didžiausią leistiną sumą 106\u00a0999,00\u00a0Eur; skirtumas – 0,01\u00a0Eur.",
			"Requested €106,999.01 exceeds the maximum €106,999.00 by €0.01.",
		},
		{
			"one cent below the minimum",
			rules.GrantWindow{Requested: eur("9.99"), Min: eur("10.00"), Max: eur("20.00")},
			"R-06", rules.Failed, "grantRequested",
			"Prašoma suma 9,99\u00a0Eur mažesnė už mažiausią leistiną sumą 10,00\u00a0Eur; skirtumas – 0,01\u00a0Eur.",
			"Requested €9.99 is below the minimum €10.00 by €0.01.",
		},
		{
			"a difference that no amount holds",
			rules.GrantWindow{Requested: maxInt, Max: -1},
			"R-06", rules.Failed, "grantRequested",
			"Sumos per didelės, kad jas būtų galima sudėti.", "The amounts are too large to add.",
		},

		{
			"the least eligible cost for the grant",
			rules.Intensity{Grant: eur("106999.00"), Eligible: eur("115674.60"), Cap: cap925},
			"R-07", rules.Passed, "grantRequested",
			"R-07 Finansavimo intensyvumas: tenkinama.", "R-07 Aid intensity: holds.",
		},
		{
			"one cent less of eligible cost",
			rules.Intensity{Grant: eur("106999.00"), Eligible: eur("115674.59"), Cap: cap925},
			"R-07", rules.Failed, "grantRequested",
			"Finansavimas sudaro 92,51\u00a0% tinkamų finansuoti išlaidų; leistina ne daugiau kaip 92,5\u00a0%.",
			"Grant is 92.51 % of eligible cost; the cap is 92.5 %.",
		},
		{
			"no eligible cost",
			rules.Intensity{Grant: eur("0.01"), Cap: cap925},
			"R-07", rules.Failed, "grantRequested",
			"Nėra tinkamų finansuoti išlaidų.", "There is no eligible cost.",
		},
		{
			"one cent of eligible cost at full intensity",
			rules.Intensity{Grant: eur("0.01"), Eligible: eur("0.01"), Cap: rules.Whole},
			"R-07", rules.Passed, "grantRequested",
			"R-07 Finansavimo intensyvumas: tenkinama.", "R-07 Aid intensity: holds.",
		},

		{
			"exactly the required part",
			rules.OwnContribution{Eligible: eur("115674.60"), Public: []rules.Money{eur("100000.00"), eur("6999.00")}, Cap: cap925},
			"R-08", rules.Passed, "ownContribution", "R-08 Nuosavas indėlis: tenkinama.", "R-08 Own contribution: holds.",
		},
		{
			"one cent short",
			rules.OwnContribution{Eligible: eur("115674.59"), Public: []rules.Money{eur("106999.00")}, Cap: cap925},
			"R-08", rules.Failed, "ownContribution",
			"Nuosavas indėlis 8\u00a0675,59\u00a0Eur mažesnis už privalomą 8\u00a0675,60\u00a0Eur.",
			"Own contribution €8,675.59 is below the required €8,675.60.",
		},
		{
			"the shares of an administration project",
			rules.OwnContribution{
				Eligible: eur("84996.47"),
				Public:   []rules.Money{eur("71856.47"), eur("6340.28")}, Cap: 9200,
			},
			"R-08", rules.Passed, "ownContribution",
			"R-08 Nuosavas indėlis: tenkinama.", "R-08 Own contribution: holds.",
		},
		{
			"sources that no amount holds",
			rules.OwnContribution{Public: []rules.Money{maxInt, maxInt}},
			"R-08", rules.Failed, "ownContribution",
			"Sumos per didelės, kad jas būtų galima sudėti.", "The amounts are too large to add.",
		},

		{
			"sources equal to the cent",
			rules.SourcesBalance{Eligible: eur("84996.47"), Sources: []rules.Money{eur("71856.47"), eur("6340.28"), eur("6799.72")}},
			"R-09", rules.Passed, "fundingSources", "R-09 Šaltinių ir biudžeto atitiktis: tenkinama.", "R-09 Sources balance: holds.",
		},
		{
			"one cent missing",
			rules.SourcesBalance{Eligible: eur("84996.47"), Sources: []rules.Money{eur("84996.46")}},
			"R-09", rules.Failed, "fundingSources",
			"Finansavimo šaltinių ir biudžeto sumos skiriasi; skirtumas – 0,01\u00a0Eur.", "Sources differ from the budget by €0.01.",
		},
		{
			"one cent too many",
			rules.SourcesBalance{Eligible: eur("84996.47"), Sources: []rules.Money{eur("84996.48")}},
			"R-09", rules.Failed, "fundingSources",
			"Finansavimo šaltinių ir biudžeto sumos skiriasi; skirtumas – 0,01\u00a0Eur.", "Sources differ from the budget by €0.01.",
		},
		{
			"a sum that no amount holds",
			rules.SourcesBalance{Sources: []rules.Money{maxInt, 1}},
			"R-09", rules.Failed, "fundingSources",
			"Sumos per didelės, kad jas būtų galima sudėti.", "The amounts are too large to add.",
		},
		{
			"a difference that no amount holds",
			rules.SourcesBalance{Eligible: -1, Sources: []rules.Money{maxInt}},
			"R-09", rules.Failed, "fundingSources",
			"Sumos per didelės, kad jas būtų galima sudėti.", "The amounts are too large to add.",
		},
	}
}

func scoreCases() []row {
	criteria := []rules.Criterion{
		{Code: "N1", Max: 6000, Min: 3000, Weight: rules.Whole},
		{Code: "N2", Max: 4000, Weight: rules.Whole},
	}
	scoring := func(sheets ...rules.ScoreSheet) rules.Scoring {
		return rules.Scoring{Criteria: criteria, Sheets: sheets}
	}
	diverging := func(a, b rules.Score) rules.Divergence {
		return rules.Divergence{Totals: []rules.Score{a, b}, Most: 10000, Limit: 2000, Threshold: 5000}
	}
	passes := func(name string, c rules.Check) row {
		return row{name, c, "R-14", rules.Passed, "scores", "R-14 Balai: tenkinama.", "R-14 Score: holds."}
	}
	agrees := func(name string, c rules.Check) row {
		return row{name, c, "R-16", rules.Passed, "scores", "R-16 Vertinimų skirtumas: tenkinama.", "R-16 Divergence: holds."}
	}
	return []row{
		passes("the maximum and zero", scoring(rules.ScoreSheet{"N1": 6000, "N2": 0})),
		{
			"a hundredth above the maximum", scoring(rules.ScoreSheet{"N1": 6000, "N2": 4001}), "R-14", rules.Failed, "scores.N2",
			"Kriterijus N2: 40,01 viršija didžiausią balą 40,00.", "Criterion N2: 40.01 is above the maximum 40.00.",
		},
		{
			"a hundredth below zero", scoring(rules.ScoreSheet{"N1": -1, "N2": 0}), "R-14", rules.Failed, "scores.N1",
			"Kriterijus N1: -0,01 yra mažiau už nulį.", "Criterion N1: -0.01 is below zero.",
		},
		{
			"a criterion left out", scoring(rules.ScoreSheet{"N1": 0, "N2": 0}, rules.ScoreSheet{"N1": 0}), "R-14", rules.Failed, "scores.N2",
			"Kriterijus N2 neįvertintas.", "Criterion N2 has no score.",
		},
		{
			"a criterion of another call", scoring(rules.ScoreSheet{"N1": 0, "N2": 0, "X": 0, "Z": 0}), "R-14", rules.Failed, "scores.X",
			"Kriterijaus X paskelbtame rinkinyje nėra.", "Criterion X is not in the published set.",
		},
		{
			"no evaluators", scoring(), "R-14", rules.Failed, "scores",
			"Nepateiktas nė vienas vertinimas.", "No evaluation has been submitted.",
		},

		{
			"exactly the threshold",
			rules.Threshold{Final: 5000, Minimum: 5000, Criteria: []rules.CriterionScore{{Code: "N1", Score: 3000, Min: 3000}}},
			"R-15", rules.Passed, "finalScore", "R-15 Mažiausias balas: tenkinama.", "R-15 Threshold: holds.",
		},
		{
			"a hundredth below the threshold",
			rules.Threshold{Final: 4999, Minimum: 5000},
			"R-15", rules.Failed, "finalScore",
			"Balas 49,99 nesiekia nustatytos ribos 50,00.", "Score 49.99 is below the threshold 50.00.",
		},
		{
			"one criterion a hundredth below its minimum",
			rules.Threshold{Final: 9000, Minimum: 5000, Criteria: []rules.CriterionScore{{Code: "N1", Score: 2999, Min: 3000}}},
			"R-15", rules.Failed, "scores.N1",
			"Kriterijus N1: 29,99 nesiekia mažiausio balo 30,00.", "Criterion N1: 29.99 is below its minimum 30.00.",
		},

		agrees("exactly the limit", diverging(6000, 8000)),
		agrees("both on the threshold or above", diverging(5000, 5001)),
		agrees("both below the threshold", diverging(4998, 4999)),
		agrees("one evaluator", rules.Divergence{Totals: []rules.Score{100}, Threshold: 5000}),
		agrees("equal answers", rules.Divergence{PassFail: []rules.PassFail{{Code: "A1", Answers: []bool{false, false}}, {Code: "A2", Answers: []bool{true, true}}}}),
		{
			"a hundredth beyond the limit", diverging(8001, 6000), "R-16", rules.Failed, "scores",
			"Vertinimų skirtumas – 20,01; vertintojai turi susitarti.", "Scores differ by 20.01; consensus needed.",
		},
		{
			"opposite sides of the threshold", diverging(5000, 4999), "R-16", rules.Failed, "scores",
			"Vertinimai 49,99 ir 50,00 yra skirtingose ribos 50,00 pusėse; vertintojai turi susitarti.",
			"Scores 49.99 and 50.00 lie on opposite sides of the threshold 50.00; consensus needed.",
		},
		{
			"a pass and a fail",
			rules.Divergence{PassFail: []rules.PassFail{{Code: "A1", Answers: []bool{true, false}}}},
			"R-16", rules.Failed, "scores.A1",
			"Vertintojai nesutaria dėl kriterijaus A1; jie turi susitarti.", "Evaluators differ on criterion A1; consensus needed.",
		},
	}
}

func selectionCases() []row {
	settled := func(name string, c rules.Check) row {
		return row{name, c, "R-17", rules.Passed, "ranking", "R-17 Pasiūlymų eilė: tenkinama.", "R-17 Ranking: holds."}
	}
	withLot := func(e rules.Entry, lot int) rules.Entry { e.Lot = lot; return e }
	fill := func(budget string, policy rules.FillPolicy, entries ...rules.Ranked) rules.FillList {
		return rules.FillList{Ranked: entries, Budget: eur(budget), Policy: policy}
	}
	within := func(change func(*rules.WithinBudget)) rules.WithinBudget {
		c := rules.WithinBudget{
			Call:       rules.CallMoney{Stage: rules.HasChosen, Budget: eur("100.00"), Live: []rules.Money{eur("60.00"), eur("40.00")}},
			Allocation: eur("300.00"),
			ActionCalls: []rules.CallMoney{
				{Stage: rules.HasChosen, Budget: eur("100.00"), Live: []rules.Money{eur("60.00"), eur("40.00")}},
				{Stage: rules.NoEffect, Budget: eur("150.00"), Live: []rules.Money{eur("1.00")}},
				{Stage: rules.MayDecide, Budget: eur("200.00"), Live: []rules.Money{eur("1.00")}},
			},
			StrategyFunds: eur("1000.00"), Actions: []rules.Money{eur("300.00"), eur("450.00")}, Administration: eur("250.00"),
		}
		change(&c)
		return c
	}
	return []row{
		settled("different scores", rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1), entry("b", 8001, 2)}}),
		settled("a published tie-breaker", rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1, 10), entry("b", 8000, 1, 11)}, TieBreakers: 1}),
		settled("an earlier submission", rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1), entry("b", 8000, 2)}}),
		settled("a recorded lot", rules.Ranking{Entries: []rules.Entry{withLot(entry("a", 8000, 1), 2), withLot(entry("b", 8000, 1), 1)}}),
		{
			"others are still assessed",
			rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1)}, Unscored: 1},
			"R-17", rules.Warned, "ranking",
			"Dar neįvertintų kvietimo pasiūlymų: 1. Eilė gali pasikeisti.",
			"Proposals of the call that are not scored yet: 1. The order may still change.",
		},
		{
			"nothing tells them apart",
			rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1), entry("b", 8000, 1)}},
			"R-17", rules.Failed, "ranking",
			"Paskelbti pirmumo kriterijai vienodų balų neišskyrė.", "Tie not resolved by the published tie-breakers.",
		},
		{
			"a tie-breaker without a value",
			rules.Ranking{Entries: []rules.Entry{entry("a", 8000, 1)}, TieBreakers: 1},
			"R-17", rules.Failed, "ranking",
			"Pasiūlymas a neturi visų paskelbtų pirmumo kriterijų reikšmių.", "Proposal a lacks a value of the published tie-breakers.",
		},

		{
			"everything fits to the cent", fill("100.00", rules.StopAtFirst, ranked(1, "a", "60.00"), ranked(2, "b", "40.00")), "R-18", rules.Passed, "grant",
			"R-18 Sąrašų sudarymas: tenkinama.", "R-18 Filling the list: holds.",
		},
		{
			"one cent short", fill("99.99", rules.StopAtFirst, ranked(1, "a", "60.00"), ranked(2, "b", "40.00")), "R-18", rules.Warned, "grant",
			"Likučio 39,99\u00a0Eur neužtenka 40,00\u00a0Eur sumai; pasiūlymas įrašytas į rezervinį sąrašą.",
			"Remaining €39.99 does not cover €40.00; placed on the reserve list.",
		},
		{
			"a tie at the cut line", fill("100.00", rules.StopAtFirst, ranked(1, "a", "60.00"), ranked(1, "b", "60.00")), "R-18", rules.Failed, "ranking",
			"Ties finansavimo riba eilė neišspręsta; pirmiausia ją nustatykite.", "A tie stands at the cut line; resolve it first.",
		},
		{
			"a grant of nothing", fill("100.00", rules.SkipAndFit, ranked(1, "a", "0.00")), "R-18", rules.Failed, "grant",
			"Pasiūlymo a suma 0,00\u00a0Eur nėra teigiama.", "Grant €0.00 of proposal a is not a positive amount.",
		},

		{
			"three levels, each to the cent", within(func(*rules.WithinBudget) {}), "R-19", rules.Passed, "call.budget",
			"R-19 Biudžetas: tenkinama.", "R-19 Budget: holds.",
		},
		{
			"one cent over the call", within(func(c *rules.WithinBudget) { c.Call.Budget = eur("99.99") }), "R-19", rules.Failed, "call.budget",
			"Sąrašas viršija kvietimo biudžetą; skirtumas – 0,01\u00a0Eur.", "List exceeds the call budget by €0.01.",
		},
		{
			"one cent over the action", within(func(c *rules.WithinBudget) { c.Allocation = eur("299.99") }), "R-19", rules.Failed, "action.allocation",
			"Kvietimų įsipareigojimai viršija veiksmui skirtas lėšas; skirtumas – 0,01\u00a0Eur.", "Calls exceed the action's allocation by €0.01.",
		},
		{
			"one cent over the strategy", within(func(c *rules.WithinBudget) { c.Administration = eur("250.01") }), "R-19", rules.Failed, "strategy.funds",
			"Veiksmai ir administravimas viršija strategijos lėšas; skirtumas – 0,01\u00a0Eur.", "Actions and administration exceed the strategy's funds by €0.01.",
		},
		{
			"grants that no amount holds", within(func(c *rules.WithinBudget) {
				c.ActionCalls[0].Live = []rules.Money{math.MaxInt64, math.MaxInt64}
			}), "R-19", rules.Failed, "action.allocation",
			"Sumos per didelės, kad jas būtų galima sudėti.", "The amounts are too large to add.",
		},
	}
}

func boardCases() []row {
	composed := func(name string, c rules.Check) row {
		return row{name, c, "R-20", rules.Passed, "seats", "R-20 Valdybos sudėtis: tenkinama.", "R-20 Composition: holds."}
	}
	large := func(public, youth int) []rules.Seat {
		return join(seats(public, rules.Public, ""), seats(youth, rules.NGOCommunity, "youth"), seats(25, rules.NGOCommunity, "elderly"))
	}
	conflict := rules.Conflict{Seat: "S3", Item: "4", Covers: []string{"a", "b"}, Conflicts: []string{"b"}}
	conflictWith := func(change func(*rules.Conflict)) rules.Conflict { c := conflict; change(&c); return c }
	departure := rules.Departure{Ranked: []rules.Ranked{ranked(1, "a", "1.00"), ranked(2, "b", "1.00"), ranked(3, "c", "1.00")}}
	departing := func(change func(*rules.Departure)) rules.Departure { d := departure; change(&d); return d }
	equal := func(name string, c rules.Check) row {
		return row{name, c, "R-27", rules.Passed, "decision.reason", "R-27 Nukrypimas nuo eilės: tenkinama.", "R-27 Departure from ranking: holds."}
	}
	return []row{
		composed("three of each sector", rules.Composition{Seats: board(3, 3, 3), Limit: limit49, EqualSectors: true}),
		composed("49 of 100 public, the others in two groups", rules.Composition{Seats: large(49, 26), Limit: limit49}),
		composed("3/2/2 where sectors need not be equal", rules.Composition{Seats: board(3, 2, 2), Limit: limit49}),
		{
			"50 of 100 public",
			rules.Composition{Seats: large(50, 25), Limit: limit49},
			"R-20", rules.Failed, "seats",
			"Savivaldos sektorius turi 50\u00a0% vietų (riba 49\u00a0%).", "The public sector holds 50 % of seats (limit 49 %).",
		},
		{
			"50 of 100 in one interest group",
			rules.Composition{Seats: large(25, 50), Limit: limit49},
			"R-20", rules.Failed, "seats",
			"Youth turi 50\u00a0% vietų (riba 49\u00a0%).", "Youth holds 50 % of seats (limit 49 %).",
		},
		{
			"3/2/2 where sectors must be equal",
			rules.Composition{Seats: board(3, 2, 2), Limit: limit49, EqualSectors: true},
			"R-20", rules.Failed, "seats",
			"Sektoriai turi nevienodai vietų (savivalda, verslas, NVO ir bendruomenės): 3:2:2.",
			"Sectors hold unequal seats (public, business, community): 3:2:2.",
		},
		{
			"2/2/3 where sectors must be equal",
			rules.Composition{Seats: board(2, 2, 3), Limit: limit49, EqualSectors: true},
			"R-20", rules.Failed, "seats",
			"Sektoriai turi nevienodai vietų (savivalda, verslas, NVO ir bendruomenės): 2:2:3.",
			"Sectors hold unequal seats (public, business, community): 2:2:3.",
		},
		{
			"no seats",
			rules.Composition{Limit: limit49},
			"R-20", rules.Failed, "seats",
			"Valdyboje nėra užimtų vietų.", "The board has no filled seats.",
		},

		{"five of nine", rules.Quorum{Seats: 9, Present: 5}, "R-21", rules.Passed, "attendance", "R-21 Kvorumas: tenkinama.", "R-21 Quorum: holds."},
		{"five of eight", rules.Quorum{Seats: 8, Present: 5}, "R-21", rules.Passed, "attendance", "R-21 Kvorumas: tenkinama.", "R-21 Quorum: holds."},
		{"four of nine", rules.Quorum{Seats: 9, Present: 4}, "R-21", rules.Failed, "attendance", "Nėra kvorumo: 4 iš 9.", "No quorum: 4 of 9."},
		{"half of eight", rules.Quorum{Seats: 8, Present: 4}, "R-21", rules.Failed, "attendance", "Nėra kvorumo: 4 iš 8.", "No quorum: 4 of 8."},
		{"two thirds by the statutes", rules.Quorum{Seats: 9, Present: 5, Needed: 6}, "R-21", rules.Failed, "attendance", "Nėra kvorumo: 5 iš 9.", "No quorum: 5 of 9."},

		{
			"one business seat recused of 3/3/3",
			rules.VoteShare{Voters: board(3, 2, 3), Recused: []string{"S4"}, Limit: limit49},
			"R-22", rules.Passed, "item",
			"R-22 Balsų dalis: tenkinama.", "R-22 Share of votes: holds.",
		},
		{
			"49 of 100 public",
			rules.VoteShare{Voters: large(49, 26), Limit: limit49},
			"R-22", rules.Passed, "item",
			"R-22 Balsų dalis: tenkinama.", "R-22 Share of votes: holds.",
		},
		{
			"two business recused and one community absent",
			rules.VoteShare{Voters: board(3, 1, 2), Recused: []string{"S4", "S5"}, Limit: limit49},
			"R-22", rules.Failed, "item",
			"Be nusišalinusių (S4, S5) savivaldos sektorius turi 50\u00a0% balsų; klausimas atidedamas.",
			"Without S4, S5, the public sector has 50 % of votes; item deferred.",
		},
		{
			"absences alone",
			rules.VoteShare{Voters: board(1, 1, 3), Limit: limit49},
			"R-22", rules.Failed, "item",
			"NVO ir bendruomenių sektorius turi 60\u00a0% balsų; klausimas atidedamas.", "The community sector has 60 % of votes; item deferred.",
		},
		{
			"nobody left",
			rules.VoteShare{Recused: []string{"S1"}, Limit: limit49},
			"R-22", rules.Failed, "item",
			"Nėra turinčių teisę balsuoti; klausimas atidedamas.", "Nobody is entitled to vote; item deferred.",
		},

		{
			"three of six",
			rules.NonPublicShare{Ballots: ballots(board(3, 1, 2), rules.Abstain), Minimum: half},
			"R-23", rules.Passed, "votes",
			"R-23 Ne valdžios partnerių balsai: tenkinama.", "R-23 Votes of non-public partners: holds.",
		},
		{
			"three of seven",
			rules.NonPublicShare{Ballots: ballots(board(4, 1, 2), rules.For), Minimum: half},
			"R-23", rules.Failed, "votes",
			"Ne valdžios partneriai atidavė 42,85\u00a0% balsų (mažiausiai 50\u00a0%).", "Non-public partners cast 42.85 % of votes (minimum 50 %).",
		},
		{"no votes", rules.NonPublicShare{Minimum: half}, "R-23", rules.Failed, "votes", "Nebalsavo niekas.", "No votes were cast."},

		{"recused and kept away", conflict, "R-24", rules.Passed, "recusals", "R-24 Interesų konfliktas: tenkinama.", "R-24 Conflict of interest: holds."},
		{
			"an item without the conflict", conflictWith(func(c *rules.Conflict) { c.Covers, c.Voted, c.Present, c.SawScores = []string{"a"}, true, true, true }),
			"R-24", rules.Passed, "recusals", "R-24 Interesų konfliktas: tenkinama.", "R-24 Conflict of interest: holds.",
		},
		{
			"voted on the whole list", conflictWith(func(c *rules.Conflict) { c.Voted, c.Present = true, true }), "R-24", rules.Failed, "recusals",
			"S3 deklaravo interesų konfliktą ir negali balsuoti klausimu 4.", "S3 declared a conflict and cannot vote on 4.",
		},
		{
			"stayed in the room", conflictWith(func(c *rules.Conflict) { c.Present = true }), "R-24", rules.Failed, "recusals",
			"S3 deklaravo interesų konfliktą ir negali dalyvauti svarstant klausimą 4.", "S3 declared a conflict and cannot be present for 4.",
		},
		{
			"saw the scores", conflictWith(func(c *rules.Conflict) { c.SawScores = true }), "R-24", rules.Failed, "recusals",
			"S3 deklaravo interesų konfliktą ir negali matyti klausimo 4 vertinimų.", "S3 declared a conflict and cannot see the scores of 4.",
		},

		{
			"signed at the instant of the act",
			rules.DeclarationFirst{At: 10, Required: []string{"S1"}, Signed: []rules.Declaration{{By: "S1", SignedAt: 10}}},
			"R-25", rules.Passed, "declarations", "R-25 Nešališkumo deklaracija: tenkinama.", "R-25 Declaration first: holds.",
		},
		{
			"signed afterwards",
			rules.DeclarationFirst{At: 10, Required: []string{"S1"}, Signed: []rules.Declaration{{By: "S1", SignedAt: 11}}},
			"R-25", rules.Failed, "declarations", "Pirmiausia pasirašykite nešališkumo deklaraciją.", "Sign the impartiality declaration first.",
		},
		{
			"signed by another",
			rules.DeclarationFirst{At: 10, Required: []string{"S1"}, Signed: []rules.Declaration{{By: "S2", SignedAt: 1}}},
			"R-25", rules.Failed, "declarations", "Pirmiausia pasirašykite nešališkumo deklaraciją.", "Sign the impartiality declaration first.",
		},

		{"more than half of the votes cast", rules.Majority{Ballots: votes(4, 2, 1)}, "R-26", rules.Passed, "votes", "R-26 Balsų dauguma: tenkinama.", "R-26 Majority: holds."},
		{
			"the presider decides equal halves",
			rules.Majority{Ballots: votes(3, 3, 0), ChairDecides: true, Chair: rules.For},
			"R-26", rules.Passed, "votes",
			"R-26 Balsų dauguma: tenkinama.", "R-26 Majority: holds.",
		},
		{
			"half because of abstentions",
			rules.Majority{Ballots: votes(3, 2, 1), ChairDecides: true, Chair: rules.For},
			"R-26", rules.Failed, "votes",
			"Sprendimas nepriimtas: 3:2:1.", "Proposal not adopted: 3:2:1.",
		},
		{
			"equal halves without such statutes",
			rules.Majority{Ballots: votes(3, 3, 0), Chair: rules.For},
			"R-26", rules.Failed, "votes",
			"Sprendimas nepriimtas: 3:3:0.", "Proposal not adopted: 3:3:0.",
		},
		{
			"equal halves with the presider against",
			rules.Majority{Ballots: votes(3, 3, 0), ChairDecides: true, Chair: rules.Against},
			"R-26", rules.Failed, "votes",
			"Sprendimas nepriimtas: 3:3:0.", "Proposal not adopted: 3:3:0.",
		},
		{
			"no votes at all",
			rules.Majority{ChairDecides: true, Chair: rules.For},
			"R-26", rules.Failed, "votes",
			"Sprendimas nepriimtas: 0:0:0.", "Proposal not adopted: 0:0:0.",
		},

		equal("in the order of the ranking", departing(func(d *rules.Departure) { d.Funded = []string{"b", "a"} })),
		equal("behind one that R-18 skipped", departing(func(d *rules.Departure) { d.Funded, d.Skipped = []string{"a", "c"}, []string{"b"} })),
		equal("with reason and decision", departing(func(d *rules.Departure) { d.Funded, d.Reason, d.Decision = []string{"b"}, "merged", "12" })),
		equal("one of two equals", departing(func(d *rules.Departure) {
			d.Ranked, d.Funded = []rules.Ranked{ranked(1, "a", "1.00"), ranked(1, "b", "1.00")}, []string{"b"}
		})),
		{
			"without a reason", departing(func(d *rules.Departure) { d.Funded, d.Reason, d.Decision = []string{"a", "c"}, " ", "12" }), "R-27", rules.Failed, "decision.reason",
			"Nurodykite nukrypimo nuo pasiūlymų eilės priežastį.", "Give a reason for departing from the ranking.",
		},
		{
			"without a decision", departing(func(d *rules.Departure) { d.Funded, d.Reason = []string{"b"}, "merged" }), "R-27", rules.Failed, "decision",
			"Nukrypti nuo pasiūlymų eilės galima tik sprendimu.", "Departing from the ranking needs a decision.",
		},

		{
			"another applicant",
			rules.LAGAsApplicant{InternalEvaluators: 2, StaffNotRecused: 1},
			"R-28", rules.Passed, "evaluators",
			"R-28 VVG pareiškėja: tenkinama.", "R-28 LAG as applicant: holds.",
		},
		{
			"the LAG before external evaluators",
			rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 1},
			"R-28", rules.Passed, "evaluators",
			"R-28 VVG pareiškėja: tenkinama.", "R-28 LAG as applicant: holds.",
		},
		{
			"the LAG before nobody",
			rules.LAGAsApplicant{ApplicantIsLAG: true},
			"R-28", rules.Failed, "evaluators",
			"Funkcinis nepriklausomumas nepagrįstas.", "Functional independence is not shown.",
		},
		{
			"the LAG before its own evaluator",
			rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 2, InternalEvaluators: 1},
			"R-28", rules.Failed, "evaluators",
			"Funkcinis nepriklausomumas nepagrįstas.", "Functional independence is not shown.",
		},
		{
			"the LAG with staff that stayed",
			rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 2, StaffNotRecused: 1},
			"R-28", rules.Failed, "evaluators",
			"Funkcinis nepriklausomumas nepagrįstas.", "Functional independence is not shown.",
		},

		{
			"exactly the minimum",
			rules.GenderBalance{Female: 4, Male: 6, Seats: 10, Minimum: 4000},
			"R-29", rules.Passed, "seats",
			"R-29 Lyčių pusiausvyra: tenkinama.", "R-29 Gender balance: holds.",
		},
		{
			"one below the minimum",
			rules.GenderBalance{Female: 7, Male: 3, Seats: 10, Minimum: 4000},
			"R-29", rules.Warned, "seats",
			"Moterų ir vyrų valdyboje: 7:3.", "Board balance 7:3.",
		},
		{
			"an empty board",
			rules.GenderBalance{Minimum: 4000},
			"R-29", rules.Passed, "seats",
			"R-29 Lyčių pusiausvyra: tenkinama.", "R-29 Gender balance: holds.",
		},
	}
}

func cases() []row {
	return join(proposalCases(), scoreCases(), selectionCases(), boardCases())
}

func TestRules(t *testing.T) {
	for _, r := range cases() {
		t.Run(r.rule+"/"+r.name, func(t *testing.T) {
			got := r.check.Check()
			same := func(what string, got, want any) {
				if got != want {
					t.Errorf("%s of %+v: got %q, want %q", what, r.check, got, want)
				}
			}
			same("rule", got.Rule, r.rule)
			same("verdict", got.Verdict, r.want)
			same("OK", got.OK(), r.want != rules.Failed)
			same("path", got.Path, r.path)
			same("message in Lithuanian", got.Message(rules.LT), r.lt)
			same("message in English", got.Message(rules.EN), r.en)
		})
	}
}
