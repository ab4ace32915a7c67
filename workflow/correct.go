package workflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

// kindCorrected is the kind of the entry that mends what was mistyped.
const kindCorrected = "record.correct"

// correcting is what an incident about a correction asks for: that somebody decides
// what becomes of what rested on the mistake. No definition may have an event of the
// name.
const correcting EventName = "correction"

// Correct mends a fact that was mistyped: by an entry with reason, paper and second
// person, never by rewriting the one that holds the mistake. What rests on the fact
// is not computed anew: it is listed, and where it would be otherwise now, an
// incident on the case asks for a decision.
//
// Organisations and persons are of the registry, which belongs to no group: one that has to do
// with them corrects them, and what is listed is what rests on them in that group.
type Correct struct {
	ID     ident.ID // the record
	LAG    ident.ID // the group that corrects a record of the registry
	Field  string   // as an entry names it
	Value  string
	Reason string
	// Document shows the true value.
	Document ident.ID
	// DryRun lists what would have to be decided and mends nothing.
	DryRun         bool
	IdempotencyKey string
}

func (c Correct) subject() ident.ID              { return c.ID }
func (c Correct) once() (string, any)            { return c.IdempotencyKey, c }
func (c Correct) looks() bool                    { return c.DryRun }
func (c Correct) carryOut(s *step) (Done, error) { return s.correct(c) }
func (c Correct) reason() string                 { return c.Reason }
func (Correct) name() string                     { return kindCorrected }

func (c Correct) facts() []rules.Fact {
	return []rules.Fact{{Name: "record", Value: string(c.ID)}, {Name: c.Field, Value: c.Value}}
}

// attempted is on the case that rests on the fact, or on the dossier that the record
// stands in.
func (c Correct) attempted(s *step) (attempt, error) {
	m, err := s.located(c)
	switch {
	case Refused(err, NotFound), Refused(err, WrongIDType), Refused(err, MalformedInput):
		return attempt{id: c.ID, event: kindCorrected}, nil
	case err != nil:
		return attempt{}, err
	}
	if c.ofRegistry() {
		return attempt{id: m.lag, lag: m.lag, event: kindCorrected}, nil
	}
	return attempt{id: cmp.Or(m.about, m.dossier, m.lag), lag: m.lag, event: kindCorrected}, nil
}

// corrigible are the facts that can be mistyped and mended, with the form of each:
// those that people copy from papers. What the engine computes, and what an
// applicant submitted, is not among them; a final score is, for after a correction
// of points the office has to be able to follow it.
var corrigible = map[ident.Prefix]map[string]string{
	ident.Score:          {"points": "hundredths"},
	ident.Decision:       {"votesFor": "integer", "votesAgainst": "integer", "votesAbstained": "integer"},
	ident.Correspondence: {"datedOn": "date", "deliveredAt": "instant", "number": "text"},
	ident.Document:       {"datedOn": "date", "number": "text"},
	ident.Meeting:        {"heldOn": "date", "number": "text"},
	ident.Attendance:     {"arrivedAt": "instant", "leftAt": "instant"},
	ident.Contract:       {"signedOn": "date", "startsOn": "date", "contractNo": "text"},
	ident.Amendment:      {"dueOn": "date", "number": "text"},
	ident.PaymentClaim:   {"periodFrom": "date", "periodTo": "date", "number": "text"},
	ident.ProgressReport: {"dueOn": "date", "periodFrom": "date", "periodTo": "date", "number": "text"},
	ident.Recovery:       {"dueOn": "date", "number": "text"},
	ident.Appeal:         {"number": "text"},
	ident.Irregularity:   {"number": "text"},
	ident.Proposal:       {"receivedAt": "instant", "regNo": "text", "finalScore": "hundredths"},
	ident.LAGMember:      {"since": "date", "until": "date"},
	ident.BoardSeat:      {"since": "date", "until": "date"},
	ident.Organisation:   {"name": "text", "legalCode": "text", "legalForm": "text", "address": "text"},
	ident.Person:         {"name": personal, "email": personal},
}

// personal is the form of a text that the history holds a commitment to alone.
const personal = "personal"

// recordTypes name the schema's types of what can be corrected and has no state.
var recordTypes = map[ident.Prefix]string{
	ident.Score: "Score", ident.Decision: "Decision", ident.Correspondence: "Correspondence", ident.Document: "Document", ident.Meeting: "Meeting",
	ident.Attendance: "Attendance", ident.LAGMember: "LagMember", ident.BoardSeat: "BoardSeat", ident.Organisation: "Organisation", ident.Person: "Person",
}

// ofRegistry says whether the record belongs to no group.
func (c Correct) ofRegistry() bool {
	return c.ID.Prefix() == ident.Organisation || c.ID.Prefix() == ident.Person
}

// Corrigible lists the types of records that can be corrected, ascending.
func Corrigible() []ident.Prefix { return slices.Sorted(maps.Keys(corrigible)) }

// mistake is a record with a fact to be mended, and where it stands.
type mistake struct {
	Correct
	typeName string
	row      map[string]any
	lag      ident.ID
	dossier  ident.ID
	about    ident.ID // the case that may rest on the fact, "" for none
	value    any
	was      string
}

// rest is what rests on a fact and asks for a decision: what the incident is about,
// an event that the clock would have fired or the correction itself.
type rest struct {
	Refusal
	event EventName
	about ident.ID // the case, where it is not the one that the fact is of
}

// correct checks the correction, lists what rests on the fact, and mends it once two
// persons stand behind it.
func (s *step) correct(c Correct) (Done, error) {
	m, err := s.found(c)
	if err != nil {
		return Done{}, err
	}
	switch {
	case !s.actor.HoldsAny(m.lag, staff...):
		return Done{}, errForeign
	case !s.actor.grants(m.lag, Administrator, Secretary):
		return Done{}, roleNeeded(Administrator, Secretary)
	}
	if err := s.concerned(m); err != nil {
		return Done{}, err
	}
	refused, err := s.uncorrectable(m)
	if err != nil {
		return Done{}, err
	}
	if len(refused) > 0 {
		return Done{}, &Error{Refusals: refused}
	}
	rests, err := s.restsOn(m)
	if err != nil {
		return Done{}, err
	}
	told := make([]Refusal, len(rests))
	for i, r := range rests {
		told[i] = r.Refusal
	}
	switch {
	case c.DryRun:
		s.dry = true
		return Done{Consequences: told}, nil
	case s.second.Person == "":
		pending, err := s.await(m.lag, Kept{Correct: &c})
		return Done{Consequences: told, Pending: pending}, err
	}
	done, err := s.mend(m, rests)
	done.Consequences = told
	return done, err
}

// found is the record with its place, under the lock of its dossier. A meeting's comes
// before the case that it decided on: restsOn locks that one, without what stands
// before it, for a decision's votes move no ranking.
func (s *step) found(c Correct) (*mistake, error) {
	m, err := s.located(c)
	if err != nil {
		return nil, err
	}
	if m.about != "" && m.dossier == "" {
		subject, err := s.tx.Lock(m.about, true)
		if err != nil {
			return m, err
		}
		m.dossier = subject.Dossier
	}
	m.dossier = cmp.Or(m.dossier, m.lag)
	_, _, err = s.tx.LastAct(m.dossier)
	return m, err
}

// located is the record and the case that may rest on it.
func (s *step) located(c Correct) (*mistake, error) {
	prefix := c.ID.Prefix()
	if corrigible[prefix] == nil {
		return nil, wrongType(c.ID)
	}
	if c.ofRegistry() && c.LAG == "" { // whether there is such a record or not
		return nil, &Error{Refusals: []Refusal{wrongValue("lagId", Text{LT: "grupė, kuri taiso registro įrašą", EN: "the group that corrects the record of the registry"})}}
	}
	m := &mistake{Correct: c, typeName: cmp.Or(recordTypes[prefix], typeOf(c.ID))}
	var err error
	if m.row, err = s.tx.Row(m.typeName, c.ID); err != nil {
		return nil, err
	}
	if m.lag = idIn(m.row, "lagId"); c.ofRegistry() {
		m.lag = c.LAG
	}
	err = s.placed(m)
	if _, isCase := KindOf(m.about); !isCase {
		m.about = ""
	}
	return m, err
}

// placed finds the case that may rest on the fact, and the dossier where it is not
// that of the case.
func (s *step) placed(m *mistake) error {
	switch m.ID.Prefix() {
	case ident.Score:
		evaluation, err := s.tx.Row("Evaluation", idIn(m.row, "evaluationId"))
		m.about = idIn(evaluation, "proposalId")
		return err
	case ident.Decision:
		m.about, m.dossier = idIn(m.row, "subjectId"), idIn(m.row, "meetingId")
	case ident.Meeting:
		m.dossier = m.ID
	case ident.Attendance:
		m.dossier = idIn(m.row, "meetingId")
	case ident.LAGMember, ident.BoardSeat:
		m.dossier = m.lag
	case ident.Organisation, ident.Person:
		var err error
		m.dossier, err = s.tx.Registry(s.IDs.New(ident.Registry))
		return err
	default:
		if _, isCase := KindOf(m.ID); isCase {
			m.about = m.ID
			return nil
		}
		m.about = idIn(m.row, "subjectId")
		if m.about.Prefix() == ident.Meeting {
			m.dossier = m.about
		}
	}
	return nil
}

func idIn(row map[string]any, field string) ident.ID {
	v, _ := row[field].(string)
	return ident.ID(v)
}

// uncorrectable is what stands against the correction.
func (s *step) uncorrectable(m *mistake) ([]Refusal, error) {
	forms := corrigible[m.ID.Prefix()]
	form, known := forms[m.Field]
	if !known {
		list := strings.Join(slices.Sorted(maps.Keys(forms)), ", ")
		return []Refusal{wrongValue("field", Text{LT: "vienas iš: " + list, EN: "one of " + list})}, nil
	}
	if m.row[m.Field] == nil {
		return []Refusal{{Code: NotAllowedHere, Field: "field", Message: Text{
			LT: "Čia dar nieko neįrašyta, todėl nėra ko taisyti.", EN: "Nothing is entered there yet, so there is nothing to correct.",
		}}}, nil
	}
	value, err := readFact(form, m.Value)
	if err != nil {
		return []Refusal{wrongValue("value", factForms[form])}, nil
	}
	m.value, m.was = value, fmt.Sprint(m.row[m.Field])
	now, err := inRow(value)
	if err != nil {
		return nil, err
	}
	out := unfit([]Change{{Type: m.typeName, ID: m.ID, Set: Values{m.Field: value}}}, s.now)
	if fmt.Sprint(now) == m.was {
		out = append(out, Refusal{Code: NotAllowedHere, Field: "value", Message: Text{
			LT: "Taip jau įrašyta.", EN: "That is what is entered already.",
		}})
	}
	if strings.TrimSpace(m.Reason) == "" && !m.DryRun {
		out = append(out, reasonNeeded())
	}
	if !paragraph.holds(m.Reason, s.now) {
		out = append(out, wrongValue("reason", paragraph.text))
	}
	papers, err := s.shown(m)
	if err != nil {
		return nil, err
	}
	unsound, err := s.unsound(m)
	return slices.Concat(out, papers, unsound), err
}

// inRow is a value as a row has it, which for a personal text no entry may have.
func inRow(v any) (any, error) {
	if text, secret := v.(Confidential); secret {
		return string(text), nil
	}
	return Canonical(v)
}

// unsound are a score beyond what its criterion gives, a final score that does not
// follow from the evaluations, a meeting after what it decided, a letter that
// arrived before it was written, and somebody who left before they came.
func (s *step) unsound(m *mistake) ([]Refusal, error) {
	switch {
	case m.typeName == "Score":
		criterion, err := s.tx.Row("Criterion", idIn(m.row, "criterionId"))
		if err != nil {
			return nil, err
		}
		most, _ := strconv.ParseInt(fmt.Sprint(criterion["maxPoints"]), 10, 64) // a number by its column
		if n := m.value.(int64); n > most {
			return []Refusal{wrongValue("value", Text{LT: "ne daugiau kaip " + rules.Score(most).String(), EN: "at most " + rules.Score(most).String()})}, nil
		}
	case m.typeName == "Correspondence":
		return m.early(), nil
	case m.typeName == "Attendance":
		return m.gone(), nil
	case m.ofRegistry():
		return s.unregistrable(m)
	case m.typeName == "LagMember" || m.typeName == "BoardSeat":
		return m.reversed(), nil
	case m.typeName == "Decision" && m.row["itemId"] != nil:
		return []Refusal{{Code: NotAllowedHere, Field: "field", Message: Text{
			LT: "Balsų skaičius išeina iš balsų, todėl netaisomas.", EN: "The tally follows from the ballots and is not corrected.",
		}}}, nil
	case m.Field == "heldOn" && !pastDay.holds(m.value, s.now):
		return []Refusal{wrongValue("value", pastDay.text)}, nil
	case m.Field == "heldOn":
		first, err := s.tx.FirstDecision(m.ID)
		if err != nil {
			return nil, err
		}
		if day := m.value.(clock.Date); first != "" && first < day {
			return []Refusal{wrongValue("value", Text{LT: "ne vėliau kaip pirmasis posėdžio sprendimas, " + string(first), EN: "no later than its first decision, of " + string(first)})}, nil
		}
	case m.Field == "finalScore":
		subject, err := s.tx.Lock(m.about, false)
		if err != nil {
			return nil, err
		}
		facts, err := s.facts(subject, false)
		if err != nil {
			return nil, err
		}
		if score, r := (sight{Facts: facts}).standing().Final(); !r.OK() || int64(score) != m.value.(int64) {
			return []Refusal{wrongValue("value", Text{LT: "balas, kuris išeina iš vertinimų: " + score.String(), EN: "the score that follows from the evaluations: " + score.String()})}, nil
		}
	}
	return nil, nil
}

// early refuses a delivery before the letter's own day, whichever is corrected.
func (m *mistake) early() []Refusal {
	dated, _ := m.row["datedOn"].(string)
	delivered, _ := m.row["deliveredAt"].(string)
	at, err := clock.ParseInstant(delivered) // empty, it is still on its way
	switch m.Field {
	case "deliveredAt":
		at = m.value.(clock.Instant)
	case "datedOn":
		dated = string(m.value.(clock.Date))
	}
	if err != nil || at >= clock.Date(dated).Start() {
		return nil
	}
	return earlyDelivery(clock.Date(dated))
}

// gone refuses a departure before the arrival, whichever is corrected.
func (m *mistake) gone() []Refusal {
	stay := map[string]clock.Instant{}
	for _, field := range []string{"arrivedAt", "leftAt"} {
		text, _ := m.row[field].(string)
		at, err := clock.ParseInstant(text)
		if err != nil { // still there, or never came
			return nil
		}
		stay[field] = at
	}
	if stay[m.Field] = m.value.(clock.Instant); stay["arrivedAt"] <= stay["leftAt"] {
		return nil
	}
	return []Refusal{wrongValue("value", Text{LT: "atvykimas, ne vėlesnis už išvykimą", EN: "an arrival that is not after the departure"})}
}

// shown wants the paper that shows the true value, on record in the group.
func (s *step) shown(m *mistake) ([]Refusal, error) {
	if m.Document == "" {
		if m.DryRun {
			return nil, nil
		}
		return []Refusal{documentNeeded()}, nil
	}
	return s.documents(Fire{Document: m.Document}, Subject{ID: m.about, LAG: m.lag, Dossier: m.dossier})
}

// readFact reads a value of one of the forms.
func readFact(form, text string) (any, error) {
	switch form {
	case personal:
		return Confidential(text), nil
	case "hundredths":
	default:
		return readDatum(form, text)
	}
	n, ok := money.ParseHundredths(text)
	if !ok {
		return nil, fmt.Errorf("number %.40q: want two decimals", text)
	}
	return n, nil
}

// factForms say how a value of each form is written.
var factForms = map[string]Text{
	"hundredths": {LT: "skaičius su dviem ženklais po taško, pavyzdžiui, 82.50", EN: "a number with two decimals, such as 82.50"},
	"date":       {LT: "diena, pavyzdžiui, 2016-01-15", EN: "a day such as 2016-01-15"},
	"instant":    {LT: "momentas, pavyzdžiui, 2016-01-15T09:30:00Z", EN: "an instant such as 2016-01-15T09:30:00Z"},
	"integer":    {LT: "sveikasis skaičius, pavyzdžiui, 3", EN: "a whole number such as 3"},
}

// restsOn lists what would be otherwise with the true value.
func (s *step) restsOn(m *mistake) ([]rest, error) {
	switch {
	case m.ofRegistry():
		return s.byRegistry(m)
	case m.typeName == "BoardSeat":
		return s.bySeat(m)
	}
	if m.about == "" {
		return nil, nil
	}
	subject, err := s.tx.Lock(m.about, false)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(subject, true)
	if err != nil {
		return nil, err
	}
	switch {
	case m.typeName == "Score" && facts.Proposal.FinalScore != nil:
		return s.byPoints(m, facts), nil
	case m.Field == "finalScore":
		return ranked(facts, *facts.Proposal.FinalScore, m.value.(int64)), nil
	case m.typeName == "Decision":
		return byVotes(m), nil
	case m.Field == "receivedAt" && facts.Call != nil:
		return byReceipt(facts, m.value.(clock.Instant)), nil
	case m.Field == "deliveredAt" && m.row["direction"] == "OUT":
		return s.byDelivery(m, facts.Subject)
	case m.about == m.ID:
		return s.byDate(m, facts.Subject)
	}
	return nil, nil
}

// byDate tells what becomes of the term that runs from a day of the case itself, or of
// one that did and on which the case has gone on.
func (s *step) byDate(m *mistake, subject Subject) ([]rest, error) {
	machine, err := s.machineOf(subject)
	if err != nil {
		return nil, err
	}
	day, isDay := m.value.(clock.Date)
	from := string(subject.Kind) + "." + m.Field
	runs := func(state State) bool { return isDay && state.Deadline != nil && state.Deadline.From == from }
	state, _ := machine.State(subject.State)
	if !runs(state) {
		if !slices.ContainsFunc(machine.States(), func(timed State) bool { return runs(timed) && machine.follows(timed.Name, subject.State) }) {
			return nil, nil
		}
		return []rest{consequence(
			"Nuo šios dienos buvo skaičiuojamas terminas, o byla jau pajudėjo. Patikrinkite, ar pagal tikrąją dieną ji būtų kitur, ir nuspręskite.",
			"A term of the case runs from this day, and the case is elsewhere by now. Check whether it would be by the true day, and decide.",
			rules.Fact{Name: "state", Value: string(subject.State)}, rules.Fact{Name: m.Field, Value: string(day)},
		)}, nil
	}
	before, ran, err := s.term(subject, state)
	if err != nil {
		return nil, err
	}
	after := Due{Subject: subject, State: state, EndsAt: state.Deadline.Ends(true, day, 0, subject), Event: state.Deadline.Event}
	return s.byTerm(before, ran, after), nil
}

// follows says whether some walk leads from the one state to the other.
func (m *Machine) follows(from, to StateName) bool {
	return m.proof.waysFrom(from, func(Concrete) bool { return true })[to] != nil
}

func consequence(lt, en string, facts ...rules.Fact) rest {
	return rest{Refusal: Refusal{Code: Corrected, Message: Text{LT: lt, EN: en}, Facts: facts}, event: correcting}
}

// byPoints is the final score that the corrected points would give, and the rank.
func (s *step) byPoints(m *mistake, facts *Facts) []rest {
	code := ""
	for _, c := range facts.Call.Criteria {
		if c.ID == idIn(m.row, "criterionId") {
			code = c.Code
		}
	}
	now := *facts.Proposal
	now.Evaluations = slices.Clone(now.Evaluations)
	for i, e := range now.Evaluations {
		if e.ID == idIn(m.row, "evaluationId") {
			now.Evaluations[i].Points = maps.Clone(e.Points)
			now.Evaluations[i].Points[code] = m.value.(int64)
		}
	}
	with := *facts
	with.Proposal = &now
	score, r := sight{Facts: &with}.standing().Final()
	before := rules.Score(*facts.Proposal.FinalScore)
	if r.OK() && score == before {
		return nil
	}
	would := score.String()
	out := []rest{consequence(
		fmt.Sprintf("Galutinis balas %s apskaičiuotas iš klaidingų balų; iš pataisytų būtų %s. Nuspręskite, ar jį taisyti.", before, would),
		fmt.Sprintf("The final score of %s was computed from the mistyped points; from the corrected ones it would be %s. Decide whether to correct it.", before, would),
		rules.Fact{Name: "finalScore", Value: before.String()}, rules.Fact{Name: "would", Value: would},
	)}
	return append(out, ranked(facts, int64(before), int64(score))...)
}

// ranked are the proposals that the case passes, or that pass it, by another score,
// and the decisions that the board has taken on it meanwhile.
func ranked(facts *Facts, was, is int64) []rest {
	var out []rest
	passed := passing(facts, func(other RankedFacts) bool { return other.Score >= min(was, is) && other.Score <= max(was, is) })
	if len(passed) > 0 {
		out = append(out, consequence(
			"Pagal pataisytą balą pasikeistų eilė: palyginkite su nurodytais pasiūlymais ir nuspręskite.",
			"By the corrected score the ranking would change: compare with the proposals named, and decide.", passed...))
	}
	if n := facts.Call.Frozen; n > 0 {
		out = append(out, consequence(
			fmt.Sprintf("Užfiksuota pasiūlymų eilė (%d versija) apskaičiuota iš ankstesnio balo. Nuspręskite, ar fiksuoti naują.", n),
			fmt.Sprintf("The frozen ranking (version %d) was computed from the former score. Decide whether to freeze another.", n),
			rules.Fact{Name: "version", Value: strconv.Itoa(n)}))
	}
	var decided []rules.Fact
	for _, d := range facts.Decisions {
		if d.Adopted {
			decided = append(decided, rules.Fact{Name: "decision", Value: string(d.ID)})
		}
	}
	if len(decided) > 0 {
		out = append(out, consequence(
			"Valdyba jau sprendė pagal ankstesnį balą. Nuspręskite, ar klausimą grąžinti valdybai.",
			"The board has decided by the former score. Decide whether it has to look at the case again.", decided...))
	}
	return out
}

// passing names the other proposals of the ranking for which it holds.
func passing(facts *Facts, holds func(RankedFacts) bool) []rules.Fact {
	var out []rules.Fact
	for _, other := range facts.Call.Ranking {
		if other.Proposal != facts.Subject.ID && !other.NotYet && holds(other) {
			out = append(out, rules.Fact{Name: "proposal", Value: string(other.Proposal)})
		}
	}
	return out
}

// byVotes says so where the corrected votes no longer carry what was recorded.
func byVotes(m *mistake) []rest {
	votes := map[string]int64{}
	for _, field := range []string{"votesFor", "votesAgainst", "votesAbstained"} {
		votes[field], _ = strconv.ParseInt(fmt.Sprint(m.row[field]), 10, 64) // a count by its column
	}
	votes[m.Field] = int64(m.value.(int))
	carried := 2*votes["votesFor"] > votes["votesFor"]+votes["votesAgainst"]+votes["votesAbstained"]
	if (m.row["outcome"] == "ADOPTED") == carried {
		return nil
	}
	return []rest{consequence(
		"Įrašytas sprendimo rezultatas pataisytų balsų nebeatitinka. Nuspręskite, ar klausimą grąžinti valdybai.",
		"The outcome on record does not follow from the corrected votes. Decide whether the board has to look at it again.",
		rules.Fact{Name: "decision", Value: string(m.ID)}, rules.Fact{Name: "outcome", Value: fmt.Sprint(m.row["outcome"])},
		rules.Fact{Name: "votesFor", Value: strconv.FormatInt(votes["votesFor"], 10)}, rules.Fact{Name: "votesAgainst", Value: strconv.FormatInt(votes["votesAgainst"], 10)},
	)}
}

// byReceipt says so where the proposal becomes late, or in time, and where it comes
// before others of the same score, or behind them: ties go to what came first.
func byReceipt(facts *Facts, at clock.Instant) []rest {
	var out []rest
	was := *facts.Proposal.ReceivedAt
	late := func(at clock.Instant) bool { return at > facts.Call.ClosesAt }
	if late(was) != late(at) {
		out = append(out, consequence(
			"Pagal pataisytą gavimo momentą keičiasi, ar pasiūlymas pateiktas laiku (R-01). Nuspręskite.",
			"By the corrected instant of receipt the proposal is no longer late, or is late now (R-01). Decide.",
			rules.Fact{Name: "receivedAt", Value: at.String()}, rules.Fact{Name: "closesAt", Value: facts.Call.ClosesAt.String()},
		))
	}
	passed := passing(facts, func(other RankedFacts) bool {
		level := facts.Proposal.FinalScore != nil && other.Score == *facts.Proposal.FinalScore
		return level && other.SubmittedAt >= min(was, at) && other.SubmittedAt <= max(was, at)
	})
	if len(passed) > 0 {
		out = append(out, consequence(
			"Pagal pataisytą gavimo momentą pasikeistų eilė tarp vienodai įvertintų pasiūlymų: palyginkite su nurodytais ir nuspręskite.",
			"By the corrected instant of receipt the order of equal scores would change: compare with the proposals named, and decide.", passed...))
	}
	return out
}

// byDelivery tells what becomes of a term that runs from the letter. One that the
// true delivery moves is counted anew, as it would have been; one that it would
// have ended already ends when somebody decides so; and one on which the case has
// gone on since is looked at by people.
func (s *step) byDelivery(m *mistake, subject Subject) ([]rest, error) {
	machine, err := s.machineOf(subject)
	if err != nil {
		return nil, err
	}
	at := m.value.(clock.Instant)
	state, _ := machine.State(subject.State)
	was, err := clock.ParseInstant(m.was)
	switch {
	case err != nil:
		return nil, err
	case was < subject.Since:
		if !machine.countsDeliveries() {
			return nil, nil
		}
		return []rest{consequence(
			"Po šio rašto įteikimo byla jau pajudėjo. Patikrinkite, ar pagal tikrąją įteikimo dieną terminas nebuvo paskaičiuotas klaidingai, ir nuspręskite.",
			"The case has gone on since this delivery. Check whether a term was counted wrongly by it, and decide.",
			rules.Fact{Name: "state", Value: string(subject.State)}, rules.Fact{Name: "deliveredAt", Value: at.String()},
		)}, nil
	case state.Deadline == nil || state.Deadline.From != Delivered:
		return nil, nil
	}
	before, ran, err := s.term(subject, state)
	if err != nil {
		return nil, err
	}
	after, runs, err := s.delivered(subject, state, m.ID, at)
	if err != nil || (ran == runs && before.EndsAt == after.EndsAt) {
		return nil, err
	}
	facts := []rules.Fact{{Name: "state", Value: string(subject.State)}}
	if ran {
		facts = append(facts, rules.Fact{Name: "ended", Value: before.EndsAt.String()})
	}
	if !runs {
		return []rest{consequence(
			"Pagal tikrąjį įteikimo momentą raštas įteiktas anksčiau, nei byla atsidūrė šioje būsenoje: terminas nebeskaičiuojamas. Nuspręskite, ar siųsti naują raštą.",
			"By the true delivery the letter arrived before the case came into this state: no term runs from it any more. Decide whether to send another.", facts...)}, nil
	}
	return s.byTerm(before, ran, after), nil
}

// byTerm tells of a term that the true date moves: where it would be over already, it
// ends when somebody decides so, else it is counted anew.
func (s *step) byTerm(before Due, ran bool, after Due) []rest {
	if ran && before.EndsAt == after.EndsAt {
		return nil
	}
	facts := []rules.Fact{{Name: "state", Value: string(after.State.Name)}}
	if ran {
		facts = append(facts, rules.Fact{Name: "ended", Value: before.EndsAt.String()})
	}
	facts = append(facts, rules.Fact{Name: "endsAt", Value: after.EndsAt.String()})
	if after.Event != "" && after.EndsAt <= s.now && (!ran || before.EndsAt > s.now || before.Event == "") {
		r := consequence(
			"Pagal tikrąją dieną terminas jau būtų pasibaigęs. Nuspręskite: terminą laikyti pasibaigusiu (retryIncident), pratęsti (extendTerm) ar palikti (setAsideIncident).",
			"By the true day the term would be over already. Decide: let it end (retryIncident), extend it (extendTerm), or leave it (setAsideIncident).", facts...)
		r.event = after.Event
		return []rest{r}
	}
	return []rest{consequence(
		"Nuo šios dienos skaičiuojamas bylos terminas. Jis perskaičiuojamas; patikrinkite, ar nieko nepraleista.",
		"The term of the case runs from this day. It is counted anew; check that nothing was missed.", facts...)}
}

// mend writes the true value, and an incident for each decision that it asks for.
func (s *step) mend(m *mistake, rests []rest) (Done, error) {
	set := Values{m.Field: m.value}
	if m.Field == "receivedAt" && fmt.Sprint(m.row["submittedAt"]) == m.was {
		set["submittedAt"] = m.value // one fact: what came on paper counts from its receipt
	}
	change := Change{Type: m.typeName, ID: m.ID, Set: set}
	if _, isCase := KindOf(m.ID); isCase {
		subject, err := s.tx.Lock(m.ID, false)
		if err != nil {
			return Done{}, err
		}
		set["version"], change.Expect = subject.Version+1, subject.Version
	}
	changes := []Change{change}
	for _, r := range rests {
		changes = append(changes, create("Incident", s.IDs.New(ident.Incident), Values{
			"lagId": m.lag, "subjectId": cmp.Or(r.about, m.about), "event": string(r.event), "code": string(Corrected), "attempts": 0,
			"openedAt": s.now, "messageLt": r.Message.LT, "messageEn": r.Message.EN,
		}))
	}
	if err := s.tx.Apply(composed(changes)); err != nil {
		return Done{}, err
	}
	if err := s.scheduleAfter(changes[:1]); err != nil {
		return Done{}, err
	}
	facts := []FactRecord{{"field", m.Field}}
	if _, secret := m.value.(Confidential); !secret {
		is, err := Canonical(m.value)
		if err != nil {
			return Done{}, err
		}
		facts = append(facts, FactRecord{"was", m.was}, FactRecord{"is", fmt.Sprint(is)})
	}
	about := Subject{ID: m.ID, LAG: m.lag, Dossier: m.dossier}
	if m.ofRegistry() {
		about.LAG = "" // every group's: of this one's cases the incidents tell
	} else {
		for _, r := range rests {
			facts = append(facts, factRecords(r.Facts)...)
		}
	}
	role, _ := s.roleFor(Record{Roles: []Role{Administrator, Secretary}}, about)
	entry, err := s.append(entryDraft{
		subject: about, subjectType: m.typeName, kind: kindCorrected, role: role, changes: changes,
		body: Body{
			Document: m.Document, Reason: confided(m.Reason), Guards: []GuardRecord{{Guard: "correction", Verdict: rules.Attested, Facts: facts, Document: m.Document}},
		},
	})
	return Done{Subject: about, Dossier: entry.Dossier, N: entry.N}, err
}
