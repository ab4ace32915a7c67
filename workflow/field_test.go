package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

// fieldCases give, for each field that is spoken of, values that a row may
// hold and values that it may not. They were written beside the glossary of
// the field and not from the table.
var fieldCases = map[string]struct{ good, bad []any }{
	"Document.hash": {
		[]any{strings.Repeat("0a", 32)},
		[]any{"", strings.Repeat("0A", 32), strings.Repeat("0", 63), strings.Repeat("0", 65), "g" + strings.Repeat("0", 63), strings.Repeat("0", 64) + "\n"},
	},
	"Organisation.legalCode":       {[]any{"192050725"}, []any{"", "19205072", "1920507255", "LT2050725"}},
	"Territory.areaHa":             {[]any{"512", "60.25"}, []any{"", "-1", "512,5", "1e3", "12345678"}},
	"Call.eligibleForms":           {[]any{[]string{"VSI"}, []string{"ASOCIACIJA", "DRAUGIJA"}}, []any{[]string{}, []string{"VSI", "GMBH"}, "VSI", many("VSI"), []string{"VSI", "VSI"}}},
	"Call.intensityCap":            {[]any{int64(1), int64(9250), int64(10000)}, []any{int64(0), int64(-1), int64(10001), "9250"}},
	"Call.minScore":                {[]any{int64(0), int64(60_00)}, []any{int64(-1), int64(1_000_001)}},
	"Criterion.maxPoints":          {[]any{int64(1), int64(25_00)}, []any{int64(0), int64(-1), int64(100_001)}},
	"Criterion.minPoints":          {[]any{int64(0)}, []any{int64(-1)}},
	"Criterion.weight":             {[]any{int64(1), int64(10_000)}, []any{int64(0), int64(10_001)}},
	"Decision.votesFor":            {[]any{0, 9}, []any{-1, 1001}},
	"Decision.votesAgainst":        {[]any{0, 9}, []any{-1, 1001}},
	"Decision.votesAbstained":      {[]any{0, 9}, []any{-1, 1001}},
	"Evaluation.round":             {[]any{1, 9}, []any{0, 10, -1}},
	"Call.aggregation":             {[]any{"MEAN", "TRIMMED_MEAN"}, []any{"", "mean", 1}},
	"Call.closesAt":                {[]any{noon}, []any{"2019-01-01"}},
	"Call.tieBreakers":             {[]any{[]string{}, []string{"K1"}}, []any{[]string{"K 1"}, []string{""}, []string{"K1", "K1"}}},
	"Proposal.activityKinds":       {[]any{[]string{}, []string{"volunteering"}, manyWords[1:]}, []any{[]string{"two words"}, manyWords, []string{"a", "b", "a"}}},
	"Proposal.receivedAt":          {[]any{noon, noon - 1}, []any{noon + 1, string(noon.Day())}},
	"Correspondence.deliveredAt":   {[]any{noon}, []any{noon + 1}},
	"ConsultationInput.receivedAt": {[]any{noon}, []any{noon + 1}},
	"Person.name":                  {[]any{Confidential("Vardenė Pavardenė")}, []any{Confidential(""), Confidential(" "), Confidential("a\nb"), Confidential("\x00"), Confidential("\xff"), 7}},
	"Person.email":                 {[]any{Confidential("vvg@marijampoliceiai.lt")}, []any{Confidential("vvg"), Confidential("VVG <vvg@marijampoliceiai.lt>"), Confidential("")}},
	"Lag.email":                    {[]any{"vvg@marijampoliceiai.lt"}, []any{"vvg", "a b@c.lt"}},
	"Strategy.consultationEmail":   {[]any{"vvg@marijampoliceiai.lt"}, []any{"@"}},
	"Proposal.title":               {[]any{"", "Grožio ambasada", strings.Repeat("ž", maxLine)}, []any{strings.Repeat("ž", maxLine+1), "\x07", "a\nb"}},
	"Ballot.ground":                {[]any{"APPLICANT", "EVALUATION", "DECLARATION", "FAMILY", "EMPLOYMENT", "MEMBERSHIP", "ECONOMIC", "POLITICAL", "OTHER"}, []any{"", "family", "FRIENDSHIP"}},
	"Decision.adoptedOn":           {[]any{noon.Day()}, []any{noon.Day().AddDays(1), clock.Date("2019")}},
	"Correspondence.datedOn":       {[]any{noon.Day(), noon.Day().AddDays(-1)}, []any{noon.Day().AddDays(1), clock.Date("2019"), ""}},
	"Document.datedOn":             {[]any{noon.Day()}, []any{noon.Day().AddDays(1), clock.Date("2019-03")}},
	"Proposal.failedRules":         {[]any{"R-01", "R-03,R-12"}, []any{"", "R-14", "R-3", "R-01, R-02", "R-01,"}},
	"Matter.accepted":              {[]any{rules.Money(1)}, []any{rules.Money(0), rules.Money(-1), "1.00"}},
	"Matter.amount":                {[]any{rules.Money(1)}, []any{rules.Money(0), rules.Money(-1)}},
	"Matter.dueOn":                 {[]any{noon.Day().AddDays(30)}, []any{clock.Date("2019-03"), ""}},
	"Matter.reviewers":             {[]any{[]string{string(reviewer)}, []string{string(reviewer), "per_00000000000000000000000008"}}, []any{[]string{}, []string{"per_1"}, []string{string(oneOrg)}, []string{string(reviewer), string(reviewer)}, string(reviewer)}},
	"Meeting.observers":            {[]any{[]string{}, []string{string(reviewer)}}, []any{[]string{"per_1"}, []string{string(oneOrg)}, []string{string(reviewer), string(reviewer)}, string(reviewer)}},
	"Matter.number":                {[]any{"MP-1"}, []any{"", " ", "a\nb"}},
	"Matter.periodFrom":            {[]any{noon.Day()}, []any{clock.Date("2019")}},
	"Matter.signedOn":              {[]any{noon.Day(), noon.Day().AddDays(-1)}, []any{noon.Day().AddDays(1), clock.Date("2019"), ""}},
	"Attendance.arrivedAt":         {[]any{noon, noon - 1}, []any{noon + 1, string(noon.Day())}},
	"Attendance.leftAt":            {[]any{noon}, []any{noon + 1}},
	"Matter.periodTo":              {[]any{noon.Day()}, []any{clock.Date("2019")}},
	"Indicator.targetValue":        {[]any{int64(0), int64(1_000_000_000)}, []any{int64(-1), int64(1_000_000_001)}},
	"ResultRecord.value":           {[]any{int64(0), int64(1_000_000_000)}, []any{int64(-1), int64(1_000_000_001)}},
	"BudgetLine.quantity":          {[]any{int64(1), int64(100_000_000)}, []any{int64(0), int64(100_000_001)}},
	"Proposal.participants":        {[]any{1, 1_000_000}, []any{0, 1_000_001}},
	"Project.externalCode":         {[]any{"08.6.1-ESFA-V-911-01-0008", "11-001-T-0005"}, []any{"", "08.6.1", "Nr. 08.6.1-ESFA-V-911-01-0008"}},
}

func many(s string) []string { return slices.Repeat([]string{s}, maxList+1) }

// manyWords are more words than a list takes, none of them twice.
var manyWords = func() []string {
	out := make([]string, maxList+1)
	for i := range out {
		out[i] = fmt.Sprint("x", i)
	}
	return out
}()

// vocabularies are the fields that hold one word of a list, with the list.
var vocabularies = map[string]string{
	"Tie.kind":         "EMPLOYMENT MANAGEMENT MEMBERSHIP OWNERSHIP FAMILY PARTNERSHIP",
	"BoardSeat.gender": "F M", "BoardSeat.sector": "PUBLIC BUSINESS NGO_COMMUNITY", "LagMember.sector": "PUBLIC BUSINESS NGO_COMMUNITY",
	"Proposal.participantsBasis": "UNIQUE_PERSON PERSON_UNSTATED PARTICIPATION SERVICE_INSTANCE",
	"BudgetLine.costMethod":      "REAL UNIT LUMP FLAT", "Criterion.kind": "SCORE PASS_FAIL",
	"Correspondence.direction": "IN OUT", "Correspondence.channel": "E_DELIVERY POST EMAIL HAND", "Proposal.channel": "E_DELIVERY POST EMAIL HAND",
	"FundingSource.sourceKind": "EU STATE EU_AND_STATE MUNICIPAL PRIVATE", "ProposalFunding.sourceKind": "EU STATE EU_AND_STATE MUNICIPAL PRIVATE",
	"Ballot.vote":           "FOR AGAINST ABSTAIN RECUSED",
	"Measure.selectionMode": "V R K T", "Meeting.mode": "IN_PERSON REMOTE WRITTEN", "Meeting.body": "GENERAL",
	"Organisation.legalForm": "VSI ASOCIACIJA LABDAROS_FONDAS BIUDZETINE SAVIVALDYBES_ADM UAB MB II RELIGINE DRAUGIJA BENDRIJA",
	"Project.theme":          "BUSINESS EDUCATION SOCIAL", "Project.aimKind": "TIKSLAS ESME SIEKTI", "Project.statedStage": "RUNNING PLANNED",
	"ResultRecord.printedAs":  "NUMERAL WORD SINGULAR EACH NONE",
	"Proposal.placeTerritory": "TARGET LINKED OUTSIDE", "Proposal.seatTerritory": "TARGET LINKED OUTSIDE", "Territory.kind": "TARGET LINKED",
	"ResultRecord.countBasis":  "UNIQUE_PERSON PERSON_UNSTATED PARTICIPATION SERVICE_INSTANCE EVENT_VISITOR VOLUNTEER ENTITY EVENT TRIP PLACE SET ITEM CONTRACT HOUR",
	"ResultRecord.periodBasis": "REPORT_YEAR WHOLE_PROJECT UNSTATED", "ResultRecord.uniqueStated": "YES NO UNSTATED",
	"RoleGrant.role": "APPLICANT ADMINISTRATOR EVALUATOR BOARD_MEMBER CHAIR SECRETARY AUDIT_COMMISSION AUDITOR",
	"RuleSet.layer":  "EU NATIONAL LAG", "TextSource.class": "NOTICE CALL_FOR_INPUT WEB SYNTHETIC",
}

// Amounts, days and one-line texts are many; each is named here once.
var (
	amountsAboveNothing = []string{
		"Action.allocation", "BudgetLine.rate", "Call.budget", "Call.maxGrant", "CallAllocation.amount", "Contract.grant", "Proposal.grantApplied", "Proposal.grantAwarded", "Strategy.allocation",
	}
	amountsFromNothing = []string{
		"BudgetLine.amount", "Call.minGrant", "FundingSource.amount", "Proposal.eligibleTotal", "Proposal.grantRequested", "ProposalFunding.amount",
	}
	wholeDays = []string{
		"BoardSeat.since", "BoardSeat.until", "Tie.since", "Tie.until", "Contract.endsOn", "Contract.signedOn", "Contract.startsOn",
		"Evaluation.dueOn", "Indicator.targetDate", "Meeting.heldOn", "Meeting.papersDue", "Proposal.reserveValidUntil", "RoleGrant.since", "RoleGrant.until", "RuleSet.effectiveFrom", "RuleSet.effectiveTo", "Strategy.consultationUntil",
	}
	lines = []string{
		"Call.number", "Call.title", "Correspondence.number", "Contract.contractNo", "Criterion.title", "Document.title", "Indicator.title", "ResultRecord.counted", "Lag.name", "Lag.shortName", "Matter.publicationUrl", "Meeting.number", "Organisation.name", "Project.title", "Strategy.title",
	}
	singleWords = []string{"Action.code", "ActivityKind.code", "BudgetLine.category", "BudgetLine.unitCost", "Indicator.code", "ResultRecord.unit", "Criterion.code", "Document.kind", "Measure.code", "Proposal.failedItem"}
)

// allFieldCases adds what the lists above stand for.
func allFieldCases() map[string]struct{ good, bad []any } {
	type samples = struct{ good, bad []any }
	all := maps.Clone(fieldCases)
	for field, list := range vocabularies {
		var s samples
		for _, w := range strings.Fields(list) {
			s.good = append(s.good, w)
			s.bad = append(s.bad, strings.ToLower(w), w+" ", w+w)
		}
		s.bad = append(s.bad, "", "OTHER", 7)
		all[field] = s
	}
	add := func(fields []string, s samples) {
		for _, f := range fields {
			all[f] = s
		}
	}
	add(amountsAboveNothing, samples{[]any{rules.Money(1)}, []any{rules.Money(0), rules.Money(-1), "1.00", 1}})
	add(amountsFromNothing, samples{[]any{rules.Money(0), rules.Money(1)}, []any{rules.Money(-1), "1.00"}})
	add(wholeDays, samples{[]any{clock.Date("2016-01-15"), "2016-01-15"}, []any{clock.Date("2016-01"), clock.Date("2016"), clock.Date(""), 20160115}})
	add(lines, samples{[]any{"K-1", strings.Repeat("ž", maxLine)}, []any{"", " ", "a\nb", "a\tb", "a\x00b", "\u202egrupė", "\xff", strings.Repeat("ž", maxLine+1)}})
	add(singleWords, samples{[]any{"K1", "1.1.2"}, []any{"", "K 1", "K\t1", "K\u00a01", strings.Repeat("K", 129)}})
	return all
}

func TestEveryFieldTakesItsValuesAndNoOthers(t *testing.T) {
	cases := allFieldCases()
	for name, w := range wanted {
		c, ok := cases[name]
		if !ok || len(c.good) == 0 || len(c.bad) == 0 {
			t.Errorf("%s: got no values to try, want some that fit and some that do not", name)
		}
		if w.text.LT == "" || w.text.EN == "" || w.text.LT == w.text.EN {
			t.Errorf("%s: got %+v, want what fits said in both languages", name, w.text)
		}
		typeName, field, _ := strings.Cut(name, ".")
		for _, v := range c.good {
			if got := unfitRow(typeName, Values{field: v}, "", noon); len(got) > 0 {
				t.Errorf("%s of %#v: got %q, want it taken", name, v, got[0].Message.EN)
			}
		}
		for _, v := range c.bad {
			got := unfitRow(typeName, Values{field: v}, "", noon)
			if len(got) != 1 || got[0].Code != MalformedInput || got[0].Field != field {
				t.Errorf("%s of %#v: got %v, want it refused by name", name, v, got)
			}
		}
		if got := unfitRow(typeName, Values{field: nil}, "", noon); len(got) > 0 {
			t.Errorf("%s cleared: got %v, want nothing against it", name, got)
		}
		delete(cases, name)
	}
	for name := range cases {
		t.Errorf("%s is tried and not spoken of", name)
	}
}

func TestFieldsThatNothingIsSaidOfAreBounded(t *testing.T) {
	for _, v := range []any{strings.Repeat("x", maxText+1), Confidential(strings.Repeat("x", maxText+1)), many("x"), []string{strings.Repeat("x", maxText+1)}, "\x00"} {
		if got := unfitRow("Finding", Values{"detail": v}, "", noon); len(got) != 1 {
			t.Errorf("a detail of %d characters: got %v, want it refused", len(fmt.Sprint(v)), got)
		}
	}
	for _, v := range []any{"", "Du tikslai.\nDvylika veiksmų.", []string{}, true, 7, noon} {
		if got := unfitRow("Finding", Values{"detail": v}, "", noon); len(got) > 0 {
			t.Errorf("a detail of %#v: got %v, want it taken", v, got)
		}
	}
}

func TestPairsOfFieldsAreInOrder(t *testing.T) {
	samples := map[string][2]any{ // a lower and a higher value by field that comes first
		"since": {clock.Date("2016-01-14"), "2016-01-15"}, "effectiveFrom": {clock.Date("2016-01-14"), "2016-01-15"}, "startsOn": {clock.Date("2016-01-14"), clock.Date("2016-01-15")},
		"minGrant": {rules.Money(1), rules.Money(2)}, "maxGrant": {rules.Money(1), rules.Money(2)},
		"opensAt": {noon - 1, noon}, "minPoints": {int64(1), int64(2)}, "Strategy.periodFrom": {2016, 2022},
		"periodFrom": {clock.Date("2016-01-14"), clock.Date("2016-01-15")}, "papersDue": {clock.Date("2016-01-14"), clock.Date("2016-01-15")},
	}
	for typeName, all := range pairs {
		for _, p := range all {
			s, ok := samples[typeName+"."+p[0]]
			if !ok {
				s, ok = samples[p[0]]
			}
			if !ok {
				t.Errorf("%s: got no values for %v, want some", typeName, p)
				continue
			}
			for _, tt := range []struct {
				set  Values
				want bool
			}{
				{Values{p[0]: s[0], p[1]: s[1]}, true},
				{Values{p[0]: s[0], p[1]: s[0]}, true},
				{Values{p[0]: s[0], p[1]: nil}, true},
				{Values{p[0]: s[0]}, true},
				{Values{p[0]: s[1], p[1]: s[0]}, false},
			} {
				got := unfitRow(typeName, tt.set, "", noon)
				if fits := len(got) == 0; fits != tt.want || (!fits && got[0].Field != p[1]) {
					t.Errorf("%s with %v: got %v, want fit %t", typeName, tt.set, got, tt.want)
				}
			}
		}
	}
}

func TestRefusedFieldsOfListsSayWhichEntry(t *testing.T) {
	bad := Values{"amount": rules.Money(-12_00)}
	changes := []Change{
		{Type: "BudgetLine", ID: "bdl_0", Delete: true},
		create("BudgetLine", "bdl_1", Values{"amount": rules.Money(1)}), create("BudgetLine", "bdl_2", bad),
		create("ProposalFunding", "bdl_3", bad),
		{Type: "Meeting", Set: Values{"mode": "BY_TELEGRAM"}},
	}
	var got []string
	for _, r := range unfit(changes, noon) {
		got = append(got, r.Field)
	}
	if want := []string{"budget.1.amount", "funding.0.amount", "mode"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestJudgedInputNamesItself(t *testing.T) {
	if err := Judge("Project", "theme", "filter.theme", "SOCIAL"); err != nil {
		t.Errorf("got %v, want nothing against a theme", err)
	}
	if err := Judge("Finding", "detail", "filter.detail", "anything"); err != nil {
		t.Errorf("got %v, want nothing against a field that nothing is said of", err)
	}
	var refused *Error
	err := Judge("Project", "theme", "filter.theme", "SPORT")
	if !errors.As(err, &refused) || refused.Refusals[0].Field != "filter.theme" || refused.Refusals[0].Code != MalformedInput {
		t.Errorf("got %v, want the filter refused by name", err)
	}
}
