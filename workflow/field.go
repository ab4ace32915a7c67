package workflow

import (
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// This file is the one place that says which values a row may hold, whoever
// writes it: an intent, a transition's data or the loading of a strategy. What
// depends on other rows is for the intents and the guards.

// want is what a field has to hold; text completes "want …".
type want struct {
	text  Text
	holds func(v any, now clock.Instant) bool
	// example is a value that holds, where the type alone suggests none.
	example string
}

// Bounds of what people type. They are choices of design, wide enough for
// every text that the two strategies have and too small to fill a disk.
const (
	maxLine = 1_000  // a name, a title, a number: one line
	maxWord = 128    // a code, a kind: characters without a space
	maxText = 20_000 // a paragraph or several
	maxList = 500    // entries of a list
)

// wanted says what a field has to hold, by type and field. Fields that are not
// here are references, computed values and texts, which [bounded] keeps in
// size.
var wanted = map[string]want{
	"ActivityKind.code":            word,
	"Action.allocation":            positiveMoney,
	"Action.code":                  word,
	"BoardSeat.gender":             oneOf("F", "M"),
	"BoardSeat.sector":             oneOf(rules.Public, rules.Business, rules.NGOCommunity),
	"BoardSeat.since":              wholeDay,
	"BoardSeat.until":              wholeDay,
	"Ballot.ground":                oneOf(Grounds()...),
	"Ballot.vote":                  oneOf(string(rules.For), string(rules.Against), string(rules.Abstain), string(Recused)),
	"BudgetLine.amount":            money0,
	"BudgetLine.category":          word,
	"BudgetLine.costMethod":        oneOf("REAL", terms.ByUnit, "LUMP", "FLAT"),
	"BudgetLine.quantity":          between(1, 100_000_000),
	"BudgetLine.rate":              positiveMoney,
	"BudgetLine.unitCost":          word,
	"Call.aggregation":             oneOf(rules.Aggregations()...),
	"Call.budget":                  positiveMoney,
	"Call.closesAt":                anyInstant,
	"Call.eligibleForms":           setOf(oneOf(rules.LegalForms()...), 1),
	"Attendance.arrivedAt":         past,
	"Attendance.leftAt":            past,
	"Call.intensityCap":            between(1, int64(rules.Whole)),
	"Call.maxGrant":                positiveMoney,
	"Call.minGrant":                money0,
	"Call.minScore":                between(0, 1_000_000),
	"Call.number":                  oneLine,
	"Call.tieBreakers":             setOf(word, 0),
	"Call.title":                   oneLine,
	"CallAllocation.amount":        positiveMoney,
	"Proposal.failedItem":          listWord,
	"Proposal.failedRules":         failedRules,
	"Contract.contractNo":          oneLine,
	"Contract.endsOn":              wholeDay,
	"Contract.grant":               positiveMoney,
	"Contract.signedOn":            wholeDay,
	"Contract.startsOn":            wholeDay,
	"ConsultationInput.receivedAt": past,
	"Correspondence.channel":       oneOf(channels...),
	"Correspondence.datedOn":       pastDay,
	"Correspondence.number":        oneLine,
	"Correspondence.deliveredAt":   past,
	"Correspondence.direction":     oneOf("IN", "OUT"),
	"Criterion.code":               word,
	"Criterion.kind":               oneOf("SCORE", "PASS_FAIL"),
	"Criterion.maxPoints":          between(1, 100_000),
	"Criterion.minPoints":          between(0, 100_000),
	"Criterion.title":              oneLine,
	"Criterion.weight":             between(1, 10_000),
	"Decision.adoptedOn":           pastDay,
	"Decision.votesAbstained":      between(0, 1_000),
	"Decision.votesAgainst":        between(0, 1_000),
	"Decision.votesFor":            between(0, 1_000),
	"Document.datedOn":             pastDay,
	"Document.hash":                matching(`^[0-9a-f]{64}$`, "SHA-256 šešioliktainiais skaitmenimis (64 mažosios raidės ar skaitmenys)", "a SHA-256 in hexadecimal (64 lower-case digits)"),
	"Document.kind":                word,
	"Document.title":               oneLine,
	"Evaluation.dueOn":             wholeDay,
	"Evaluation.round":             between(1, 9),
	"FundingSource.amount":         money0,
	"FundingSource.sourceKind":     oneOf(funds...),
	"Indicator.code":               word,
	"Indicator.targetDate":         wholeDay,
	"Indicator.targetValue":        between(0, 1_000_000_000),
	"Indicator.title":              oneLine,
	"Lag.email":                    address,
	"Lag.name":                     oneLine,
	"Lag.shortName":                oneLine,
	"LagMember.sector":             oneOf(rules.Public, rules.Business, rules.NGOCommunity),
	"Matter.accepted":              positiveMoney,
	"Matter.amount":                positiveMoney,
	"Matter.dueOn":                 wholeDay,
	"Matter.number":                oneLine,
	"Matter.periodFrom":            wholeDay,
	"Matter.periodTo":              wholeDay,
	"Matter.publicationUrl":        oneLine,
	"Matter.signedOn":              pastDay,
	"Matter.reviewers":             exampled("per_01h455vb4pex5vsknk084sn02q", setOf(personID, 1)),
	"Measure.code":                 word,
	"Measure.selectionMode":        oneOf("V", "R", "K", "T"),
	"Meeting.body":                 oneOf(General),
	"Meeting.heldOn":               wholeDay,
	"Meeting.observers":            setOf(personID, 0),
	"Meeting.papersDue":            wholeDay,
	"Meeting.mode":                 oneOf(InPerson, Remote, InWriting),
	"Meeting.number":               oneLine,
	"Organisation.legalCode":       matching(`^\d{9}$`, "devyni skaitmenys", "nine digits"),
	"Organisation.legalForm":       oneOf(rules.LegalForms()...),
	"Organisation.name":            oneLine,
	"Person.email":                 address,
	"Person.name":                  oneLine,
	"Project.externalCode":         projectCode,
	"Project.aimKind":              oneOf("TIKSLAS", "ESME", "SIEKTI"),
	"Project.statedStage":          oneOf("RUNNING", "PLANNED"),
	"Project.theme":                oneOf("BUSINESS", "EDUCATION", "SOCIAL"),
	"Project.title":                oneLine,
	"Proposal.activityKinds":       setOf(word, 0),
	"Proposal.channel":             oneOf(channels...),
	"Proposal.eligibleTotal":       money0,
	"Proposal.grantApplied":        positiveMoney,
	"Proposal.grantAwarded":        positiveMoney,
	"Proposal.grantRequested":      money0,
	"Proposal.participants":        between(1, 1_000_000),
	"Proposal.participantsBasis":   oneOf(ParticipantBases()...),
	"Proposal.placeTerritory":      oneOf(rules.Target, rules.Linked, rules.Outside),
	"Proposal.seatTerritory":       oneOf(rules.Target, rules.Linked, rules.Outside),
	"Proposal.receivedAt":          past,
	"Proposal.reserveValidUntil":   wholeDay,
	"Proposal.title":               draftLine,
	"ProposalFunding.amount":       money0,
	"ProposalFunding.sourceKind":   oneOf(funds...),
	"ResultRecord.counted":         oneLine,
	"ResultRecord.unit":            word,
	"ResultRecord.value":           between(0, 1_000_000_000),
	"ResultRecord.countBasis":      oneOf("UNIQUE_PERSON", "PERSON_UNSTATED", "PARTICIPATION", "SERVICE_INSTANCE", "EVENT_VISITOR", "VOLUNTEER", "ENTITY", "EVENT", "TRIP", "PLACE", "SET", "ITEM", "CONTRACT", "HOUR"),
	"ResultRecord.periodBasis":     oneOf("REPORT_YEAR", "WHOLE_PROJECT", "UNSTATED"),
	"ResultRecord.printedAs":       oneOf("NUMERAL", "WORD", "SINGULAR", "EACH", "NONE"),
	"ResultRecord.uniqueStated":    oneOf("YES", "NO", "UNSTATED"),
	"RoleGrant.role":               oneOf(tokenRoles...),
	"RoleGrant.since":              wholeDay,
	"RoleGrant.until":              wholeDay,
	"RuleSet.effectiveFrom":        wholeDay,
	"RuleSet.effectiveTo":          wholeDay,
	"RuleSet.layer":                oneOf(rules.EU, rules.National, rules.Local),
	"Strategy.allocation":          positiveMoney,
	"Strategy.consultationEmail":   address,
	"Strategy.consultationUntil":   wholeDay,
	"Strategy.title":               oneLine,
	"Territory.areaHa":             matching(`^\d{1,7}(\.\d{1,4})?$`, "plotas hektarais, pavyzdžiui, 512 arba 512.5", "hectares such as 512 or 512.5"),
	"Territory.kind":               oneOf(rules.Target, rules.Linked),
	"Tie.kind":                     oneOf(TieKinds()...),
	"Tie.since":                    wholeDay,
	"Tie.until":                    wholeDay,
	"TextSource.class":             oneOf("NOTICE", "CALL_FOR_INPUT", "WEB", "SYNTHETIC"),
}

// UniquePersons is the basis of a count that has nobody twice.
const UniquePersons = "UNIQUE_PERSON"

// ParticipantBases are the bases on which participants are counted: neither visitors of open
// events nor volunteers are any.
func ParticipantBases() []string {
	return []string{UniquePersons, "PERSON_UNSTATED", "PARTICIPATION", "SERVICE_INSTANCE"}
}

// funds are whose money pays a cost; channels are how a paper comes or goes.
var (
	funds    = []string{"EU", "STATE", "EU_AND_STATE", "MUNICIPAL", "PRIVATE"}
	channels = []string{"E_DELIVERY", "POST", "EMAIL", "HAND"}
)

// pairs are fields of one row of which the first may not be greater.
var pairs = map[string][][2]string{
	"BoardSeat": {{"since", "until"}},
	"Meeting":   {{"papersDue", "heldOn"}},
	"Call":      {{"minGrant", "maxGrant"}, {"maxGrant", "budget"}, {"opensAt", "closesAt"}},
	"Contract":  {{"startsOn", "endsOn"}},
	"Criterion": {{"minPoints", "maxPoints"}},
	"LagMember": {{"since", "until"}},
	"Matter":    {{"periodFrom", "periodTo"}},
	"RoleGrant": {{"since", "until"}},
	"RuleSet":   {{"effectiveFrom", "effectiveTo"}},
	"Strategy":  {{"periodFrom", "periodTo"}},
	"Tie":       {{"since", "until"}},
}

// listed are the inputs that become rows of their own, so that a refusal can
// say which of them it speaks of: "budget.2.amount".
var listed = map[string]string{
	"BudgetLine": "budget", "CallAllocation": "allocations", "Criterion": "criteria", "ProposalFunding": "funding",
	"ResultRecord": "results", "Score": "scores",
}

// JudgedFields are the fields of which this file says what they hold, as
// "Type.field", ascending; the store holds the names against the schema.
func JudgedFields() []string { return slices.Sorted(maps.Keys(wanted)) }

// Judge refuses a value that the field of that type could never hold, such as
// a word of a filter that would find nothing; input names it for the sender.
func Judge(typeName, field, input string, v any) error {
	w, known := wanted[typeName+"."+field]
	if !known || w.holds(v, clock.Instant(0)) {
		return nil
	}
	return &Error{Refusals: []Refusal{wrongValue(input, w.text)}}
}

// unfit are all values of the changes that no row may hold.
func unfit(changes []Change, now clock.Instant) []Refusal {
	var out []Refusal
	seen := map[string]int{}
	for _, c := range changes {
		at := ""
		if name, many := listed[c.Type]; many && !c.Delete {
			at = name + "." + strconv.Itoa(seen[c.Type]) + "."
			seen[c.Type]++
		}
		out = append(out, unfitRow(c.Type, c.Set, at, now)...)
	}
	return out
}

func unfitRow(typeName string, set Values, at string, now clock.Instant) []Refusal {
	var out []Refusal
	for _, field := range slices.Sorted(maps.Keys(set)) {
		v := set[field]
		if v == nil {
			continue
		}
		w, known := wanted[typeName+"."+field]
		if !known {
			w = bounded
		}
		if !w.holds(v, now) {
			out = append(out, wrongValue(at+field, w.text))
		}
	}
	for _, p := range pairs[typeName] {
		if above(set[p[0]], set[p[1]]) {
			out = append(out, wrongValue(at+p[1], Text{LT: "ne mažiau kaip " + p[0], EN: "no less than " + p[0]}))
		}
	}
	return out
}

func wrongValue(field string, wanted Text) Refusal {
	return Refusal{Code: MalformedInput, Field: field, Message: Text{
		LT: fmt.Sprintf("Netinkama lauko %s reikšmė. Reikia: %s.", field, wanted.LT),
		EN: fmt.Sprintf("The value of %s does not fit. Want %s.", field, wanted.EN),
	}}
}

// above says whether both are there and a is greater than b.
func above(a, b any) bool {
	if x, ok := day(a); ok {
		y, ok := day(b)
		return ok && x > y
	}
	x, okA := whole(a)
	y, okB := whole(b)
	return okA && okB && x > y
}

func day(v any) (clock.Date, bool) {
	switch v := v.(type) {
	case clock.Date:
		return v, true
	case string:
		return clock.Date(v), true
	default:
		return "", false
	}
}

func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case rules.Money:
		return int64(v), true
	case clock.Instant:
		return int64(v), true
	default:
		return 0, false
	}
}

// typed is a text as people wrote it, confidential or not.
func typed(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Confidential:
		return string(v), true
	default:
		return "", false
	}
}

func textThat(lt, en string, holds func(string) bool) want {
	return want{text: Text{LT: lt, EN: en}, holds: func(v any, _ clock.Instant) bool {
		s, ok := typed(v)
		return ok && holds(s)
	}}
}

func oneOf[T ~string](words ...T) want {
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = string(w)
	}
	list := strings.Join(names, ", ")
	w := textThat("viena iš "+list, "one of "+list, func(s string) bool { return slices.Contains(names, s) })
	w.example = names[0]
	return w
}

func exampled(example string, w want) want {
	w.example = example
	return w
}

// matching compiles its pattern with the first text: a start compiles none.
func matching(pattern, lt, en string) want {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	return textThat(lt, en, func(s string) bool { return compiled().MatchString(s) })
}

// upTo is a text that may be empty, as a draft's may.
func upTo(n int) want {
	return textThat(fmt.Sprintf("ne daugiau kaip %d ženklų be valdymo ženklų", n), fmt.Sprintf("at most %d characters and no control characters", n),
		func(s string) bool { return utf8.RuneCountInString(s) <= n && printable(s) })
}

// printable refuses what no screen shows: control characters other than the
// white space of a paragraph, marks that turn the direction of writing, so that
// a name reads as another, and bytes that are no text.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

var (
	oneLine = textThat(
		fmt.Sprintf("neilgesnė kaip %d ženklų viena netuščia eilutė", maxLine), fmt.Sprintf("one line of at most %d characters that is not blank", maxLine),
		func(s string) bool {
			return strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= maxLine && printable(s) && !strings.ContainsAny(s, "\n\r\t")
		})
	failedRules = exampled("R-12", matching(`^R-(0[1-9]|1[0-3])(,R-(0[1-9]|1[0-3])){0,12}$`,
		"tinkamumo taisyklių R-01–R-13 numeriai, atskirti kableliais be tarpų, pavyzdžiui, R-03,R-12",
		"numbers of the eligibility rules R-01 to R-13, by commas without spaces, such as R-03,R-12"))
	personID = matching(`^per_[0-9a-hjkmnp-tv-z]{26}$`, "asmens tapatybė, pavyzdžiui, per_01h455vb4pex5vsknk084sn02q", "the id of a person such as per_01h455vb4pex5vsknk084sn02q")
	word     = textThat("vienas žodis be tarpų", "one word without spaces", func(s string) bool {
		return s != "" && utf8.RuneCountInString(s) <= maxWord && !strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Z, unicode.C) })
	})

	// listWord stands among others between commas.
	listWord = textThat("vienas žodis be tarpų ir kablelių", "one word without spaces and commas",
		func(s string) bool { return word.holds(s, 0) && !strings.Contains(s, ",") })

	address = textThat("el. pašto adresas", "an e-mail address", func(s string) bool {
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s && len(s) <= 254 // RFC 5321 §4.5.3.1.3
	})
	projectCode = textThat("projekto kodas, pavyzdžiui, 08.6.1-ESFA-V-911-01-0008", "a project code such as 08.6.1-ESFA-V-911-01-0008",
		func(s string) bool { _, err := rules.ParseProjectCode(s); return err == nil })

	positiveMoney = amountFrom(1, "suma, didesnė už 0.00", "an amount above 0.00")
	money0        = amountFrom(0, "suma, ne mažesnė kaip 0.00", "an amount of 0.00 or more")

	wholeDay = want{text: Text{LT: "diena, pavyzdžiui, 2016-01-15", EN: "a day such as 2016-01-15"}, holds: func(v any, _ clock.Instant) bool {
		d, ok := day(v)
		return ok && d.Precision() == clock.Day
	}}
	pastDay = want{text: Text{LT: "diena, ne vėlesnė kaip šiandien", EN: "a day that is not after today"}, holds: func(v any, now clock.Instant) bool {
		d, ok := day(v)
		return ok && d.Precision() == clock.Day && d <= now.Day()
	}}
	past = want{text: Text{LT: "momentas, kuris jau buvo", EN: "an instant that has passed"}, holds: func(v any, now clock.Instant) bool {
		at, ok := v.(clock.Instant)
		return ok && at <= now
	}}
	anyInstant = want{text: Text{LT: "momentas", EN: "an instant"}, holds: func(v any, _ clock.Instant) bool {
		_, ok := v.(clock.Instant)
		return ok
	}}
	// bounded keeps what nothing else is said of within a size.
	bounded = want{
		text: Text{LT: fmt.Sprintf("tekstas iki %d ženklų, sąrašas iki %d įrašų", maxText, maxList), EN: fmt.Sprintf("a text of at most %d characters, a list of at most %d entries", maxText, maxList)},
		holds: func(v any, now clock.Instant) bool {
			switch v := v.(type) {
			case string, Confidential:
				return paragraph.holds(v, now)
			case []string:
				return listOf(paragraph, 0).holds(v, now)
			default:
				return true
			}
		},
	}
	draftLine = textThat(
		fmt.Sprintf("ne daugiau kaip %d ženklų vienoje eilutėje", maxLine), fmt.Sprintf("at most %d characters in one line", maxLine),
		func(s string) bool {
			return utf8.RuneCountInString(s) <= maxLine && printable(s) && !strings.ContainsAny(s, "\n\r\t")
		})
	paragraph = upTo(maxText)
)

func amountFrom(least rules.Money, lt, en string) want {
	return want{text: Text{LT: lt, EN: en}, holds: func(v any, _ clock.Instant) bool {
		m, ok := v.(rules.Money)
		return ok && m >= least
	}}
}

func between(least, most int64) want {
	return want{
		text: Text{LT: fmt.Sprintf("sveikasis skaičius nuo %d iki %d", least, most), EN: fmt.Sprintf("a whole number from %d to %d", least, most)},
		holds: func(v any, _ clock.Instant) bool {
			n, ok := whole(v)
			return ok && least <= n && n <= most
		},
	}
}

// listOf is a list of at least so many entries, each as e wants it.
func listOf(e want, least int) want {
	return want{
		text: Text{
			LT: fmt.Sprintf("%d–%d įrašų sąrašas, kiekvienas – %s", least, maxList, e.text.LT),
			EN: fmt.Sprintf("a list of %d to %d entries, each %s", least, maxList, e.text.EN),
		},
		holds: func(v any, now clock.Instant) bool {
			list, ok := v.([]string)
			if !ok || len(list) < least || len(list) > maxList {
				return false
			}
			return !slices.ContainsFunc(list, func(s string) bool { return !e.holds(s, now) })
		},
	}
}

// setOf is a list that names nothing twice.
func setOf(e want, least int) want {
	w := listOf(e, least)
	all := w.holds
	w.text.LT += ", nė vienas du kartus"
	w.text.EN += ", none of them twice"
	w.holds = func(v any, now clock.Instant) bool {
		list, _ := v.([]string)
		return all(v, now) && len(slices.Compact(slices.Sorted(slices.Values(list)))) == len(list)
	}
	return w
}
