package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// The kinds of entries that the engine itself writes.
const (
	kindFired    = "transition"
	kindRefused  = "refused"
	kindReminded = "reminder"
)

// fire takes the subject along one transition: lock, facts, decide, write,
// then whatever joins it.
func (s *step) fire(f Fire) (Done, error) {
	kind, ok := KindOf(f.Subject)
	if !ok {
		return Done{}, wrongType(f.Subject)
	}
	subject, err := s.tx.Lock(f.Subject, s.Machines.widens(kind, f.Event))
	if err != nil {
		return Done{}, err
	}
	facts, err := s.facts(subject, s.Machines.ranks(kind, f.Event))
	if err != nil {
		return Done{}, err
	}
	return s.fireOn(f, facts)
}

// fireOn is fire on facts that were read under lock.
func (s *step) fireOn(f Fire, facts *Facts) (Done, error) {
	if !mayKnow(s.actor, facts, s.Machines) {
		return Done{}, errForeign
	}
	d, err := s.decide(f, facts)
	if err != nil {
		return Done{}, err
	}
	s.dry = s.dry || f.DryRun
	if d.secondPerson && s.second.Person == "" && !s.dry {
		return s.awaitFire(f, d)
	}
	return s.carryOut(f, d)
}

// facts loads what guards read, with the call's ranking where it is asked for.
func (s *step) facts(subject Subject, ranking bool) (*Facts, error) {
	if known := s.known[subject.ID]; known != nil && !ranking {
		return known, nil
	}
	facts, err := s.tx.Facts(subject)
	if err != nil {
		return nil, err
	}
	facts.Now = s.now
	if p := facts.Proposal; p != nil {
		if m := s.Machines.Pinned(p.Definition); m != nil {
			_, p.TakesScores = m.Lookup(p.State, scoresFinal)
			p.TakesChecks = m.TakesChecks(p.State)
			_, p.Appealable = m.Lookup(p.State, appealing)
			_, p.BeforeBoard = m.Lookup(p.State, losing)
			p.Stands, _ = m.State(p.State)
		}
	}
	if i := facts.Item; i != nil {
		if m := s.Machines.Pinned(i.SubjectDefinition); m != nil {
			_, i.Decidable = m.Lookup(i.SubjectState, i.Event)
		}
		// A vote is on the case as it stood when it began.
		if now := s.Machines.State(subject.Definition, subject.State); !now.Editable {
			i.Decidable = i.Decidable && i.SubjectSince <= subject.Since
		}
	}
	if facts.TermOver, facts.TermUnverified, err = s.termOver(subject); err != nil {
		return nil, err
	}
	if ranking && facts.Call != nil {
		facts.Call.Competition, err = s.tx.Competition(facts.Call.ID)
	}
	return facts, err
}

// termOver says whether the term has run out within which some step may be taken
// from the state of the case, that of the step or of a final state, and whether
// nobody has compared its length with the law.
func (s *step) termOver(subject Subject) (over, unverified bool, err error) {
	m, err := s.machineOf(subject)
	if err != nil {
		return false, false, err
	}
	state, _ := m.State(subject.State)
	state.Deadline = m.within(state)
	due, runs, err := s.term(subject, state)
	return runs && due.EndsAt <= s.now, state.Deadline != nil && state.Deadline.Source == notCompared, err
}

// decision is a transition that nothing forbids, with what it will write.
type decision struct {
	facts        *Facts
	step         Concrete
	from, to     State
	by           By
	data         Values
	guards       []GuardRecord
	warnings     []Refusal
	secondPerson bool
	effectiveOn  clock.Date
	decision     ident.ID // that the event carries out, where it needs one
	reason       string
}

// decide answers whether the event may fire, with all reasons against it. Whoever
// is told another state than the case is in is refused in the words of that one:
// the true one would show by its answer.
func (s *step) decide(f Fire, facts *Facts) (*decision, error) {
	m, err := s.machineOf(facts.Subject)
	if err != nil {
		return nil, err
	}
	told, err := s.told(m, facts)
	if err != nil {
		return nil, err
	}
	if told != facts.Subject.State {
		as := *facts
		if as.Subject, err = s.tx.Told(facts.Subject, told); err != nil {
			return nil, err
		}
		if _, err := s.judge(f, m, &as); err != nil {
			return nil, err
		}
		f.ExpectedVersion = 0 // it was the version that they are told
	}
	return s.judge(f, m, facts)
}

// told is the state of the case as the actor is told it: outside, and with a conflict in it,
// as the applicant is.
func (s *step) told(m *Machine, f *Facts) (StateName, error) {
	now := f.Subject.State
	state, _ := m.State(now)
	if state.ShownAs == "" {
		return now, nil
	}
	outside := s.actor.Outside(f.Subject)
	if !outside && f.Proposal != nil && !s.actor.system && !s.actor.HoldsAny(f.Subject.LAG, staff...) {
		left, err := s.tx.Left(f.Subject.ID, s.actor.Person)
		if err != nil {
			return "", err
		}
		outside = left || f.Proposal.by(s.actor.Person).conflict
	}
	if outside {
		return state.ShownAs, nil
	}
	return now, nil
}

// judge is decide in the state that the facts have. Legality is looplab/fsm's;
// what it guards is weighed in its callback.
func (s *step) judge(f Fire, m *Machine, facts *Facts) (*decision, error) {
	subject := facts.Subject
	if f.ExpectedVersion != 0 && f.ExpectedVersion != subject.Version {
		return nil, stale(f.ExpectedVersion, subject.Version)
	}
	d := &decision{facts: facts, reason: f.Reason}
	_, err := m.Decide(s.ctx, subject.State, f.Event, func(c Concrete) error {
		d.step = c
		d.from, _ = m.State(c.From)
		d.to, _ = m.State(c.To)
		return s.weigh(f, m, d)
	})
	switch {
	case errors.Is(err, ErrUnknownEvent):
		return nil, Refuse(UnknownEvent, "event", Text{
			LT: fmt.Sprintf("Tokio įvykio nėra: %q. Galimus įvykius rodo availableTransitions.", f.Event),
			EN: fmt.Sprintf("There is no event %q. availableTransitions lists the events.", f.Event),
		})
	case errors.Is(err, ErrNotAllowedHere):
		now := s.named(subject)
		return nil, Refuse(NotAllowedHere, "event", Text{
			LT: fmt.Sprintf("Būsenoje „%s“ įvykis %s negalimas.", now.LT, f.Event),
			EN: fmt.Sprintf("The event %s is not open in the state “%s”.", f.Event, now.EN),
		})
	case err != nil:
		return nil, err
	}
	return d, nil
}

// named is the state of the case as the actor's side of the counter calls it.
func (s *step) named(subject Subject) Text {
	state := s.Machines.State(subject.Definition, subject.State)
	switch {
	case !s.actor.Outside(subject):
		return state.Staff
	case s.actor.Holds(Applicant, subject):
		return state.Applicant
	default:
		return state.Public
	}
}

func (s *step) machineOf(subject Subject) (*Machine, error) {
	if m := s.Machines.Pinned(subject.Definition); m != nil {
		return m, nil
	}
	if _, lacking := s.Machines.Lacking()[subject.Definition]; lacking {
		return nil, Refuse(DefinitionRefused, "subjectId", Text{
			LT: fmt.Sprintf("Bylos eiga aprašyta versijoje %s, kuri šiame serveryje netinka. Administratorius jos klaidą mato lauke processVersions; bylas galima perkelti į kitą versiją (migrateCases).", subject.Definition),
			EN: fmt.Sprintf("The case goes by %s, which does not hold on this server. An administrator finds what is wrong in processVersions; cases can be moved to another version (migrateCases).", subject.Definition),
		})
	}
	return nil, fmt.Errorf("%s is pinned to %s, which is not loaded", subject.ID, subject.Definition)
}

// weigh gathers every reason against the step: role, what the act must carry,
// dates and guards.
func (s *step) weigh(f Fire, m *Machine, d *decision) error {
	var refused []Refusal
	actor, barred := s.actor.unbarred(d.facts)
	body := f.OnBehalfOf
	if s.cause != "" || s.joining {
		body = carriedOn(d.step.Transition)
	}
	by, no := capacity(actor, d.facts.Subject, d.step.Transition, body)
	if by == (By{}) && barred != nil {
		no = []Refusal{*barred}
	}
	d.by = by
	refused = append(refused, no...)
	if by != (By{}) {
		refused = append(refused, s.signatories(d)...)
	}
	// Guards speak of what a case holds, and of others that compete with it, and a
	// missing decision of what the board has not done yet: to whoever may not take
	// the step they say nothing, but for the office.
	knows := by != (By{}) || s.actor.HoldsAny(d.facts.Subject.LAG, staff...)
	refused = append(refused, s.carried(f, d)...)
	if knows {
		refused = append(refused, s.backed(f, d)...)
	}
	data, no := readData(d.step.Transition.Data, f.Given)
	d.data = data
	refused = append(refused, no...)
	refused = append(refused, unfitRow(typeOf(d.facts.Subject.ID), data, "facts.", s.now)...)
	refused = append(refused, s.unknown(f, m, d.step.Transition)...)
	no, err := s.documents(f, d.facts.Subject)
	if err != nil {
		return err
	}
	refused = append(refused, no...)
	on, no, err := s.effective(f, d.facts.Subject)
	if err != nil {
		return err
	}
	d.effectiveOn = on
	refused = append(refused, no...)
	// What a body did in another case took as many there, see [joinBorne].
	d.secondPerson = by.SecondPerson || (d.step.Transition.Requires.SecondPerson && (by.Role != Join || by.OnBehalfOf == ""))
	if !misfit(refused) && knows {
		for _, read := range []func() error{
			func() error { return s.compare(d.facts, d.step.Transition) },
			func() error { return s.appoint(d.facts, d.step.Transition) },
			func() error { return s.lookBehind(d.facts, d.step.Transition.Guards) },
			func() error { return s.recall(d.facts, d.step.Transition) },
			func() error { return s.review(d) },
			func() error { return s.judges(d) },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		refused = append(refused, s.weighGuards(f, m, d)...)
	}
	if len(refused) > 0 {
		return &Error{Refusals: refused}
	}
	return nil
}

// unknown are the facts that nothing about the act asks for, and those given
// twice: a mistyped name, or a value that another stands before, would read as
// if it had been taken. A join passes on what its cause was
// given, so there they are the cause's to judge.
func (s *step) unknown(f Fire, m *Machine, t *Transition) []Refusal {
	if s.cause != "" || s.joining {
		return nil
	}
	names := s.takes(m, t)
	var out []Refusal
	for i, g := range f.Given {
		if find(f.Given[:i], g.Name) != nil {
			out = append(out, Refusal{Code: MalformedInput, Field: "facts." + g.Name, Message: Text{
				LT: "Faktas nurodytas du kartus. Palikite vieną.", EN: "The fact is given twice. Leave one.",
			}})
		}
		// A rule that cannot be overruled refuses by itself, in words of its own.
		if !slices.Contains(names, g.Name) && !slices.Contains(t.Guards, g.Name) {
			list := strings.Join(names, ", ")
			out = append(out, Refusal{Code: MalformedInput, Field: "facts." + g.Name, Message: Text{
				LT: fmt.Sprintf("Šis įvykis tokio fakto neima: %q. Galimi: %s.", g.Name, list),
				EN: fmt.Sprintf("The event takes no fact %q. It takes: %s.", g.Name, list),
			}})
		}
	}
	return out
}

// takes are the names of the facts that the transition and what joins it ask
// for: data, attestations, and rules that may be overruled.
func (s *step) takes(m *Machine, t *Transition) []string {
	var names []string
	for _, d := range t.Data {
		names = append(names, d.Name)
	}
	for _, g := range t.Guards {
		_, attested := m.Attestation(g)
		rule, known := rules.ByID(g)
		if attested || (known && rule.Overrulable) {
			names = append(names, g)
		}
	}
	for _, j := range t.Joins {
		for _, joined := range s.Machines.Versions(j.Kind) {
			for _, state := range joined.States() {
				if c, ok := joined.Lookup(state.Name, j.Event); ok {
					names = append(names, s.takes(joined, c.Transition)...)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// misfit says whether data did not even read: guards on half of it would
// mislead.
func misfit(refused []Refusal) bool {
	return slices.ContainsFunc(refused, func(r Refusal) bool {
		return r.Code == MalformedInput || r.Code == MalformedMoney
	})
}

// capacity finds the row of `by` that the actor fills.
func capacity(a Actor, s Subject, t *Transition, onBehalfOf Role) (By, []Refusal) {
	var could, inLT []string // who could, in English and in Lithuanian
	refusal := Refusal{Code: RoleRefused, Field: "onBehalfOf"}
	nobody, others := true, false
	for _, by := range t.By {
		if by.OnBehalfOf == onBehalfOf && a.Holds(by.Role, s) {
			return by, nil
		}
		name := string(by.Role)
		if by.OnBehalfOf != "" {
			name += " on behalf of " + string(by.OnBehalfOf)
		}
		could, inLT = append(could, name), append(inLT, strings.Replace(name, " on behalf of ", " už ", 1))
		nobody = nobody && (by.Role == Clock || by.Role == Join)
		others = others || by.OnBehalfOf != ""
	}
	list := strings.Join(could, ", ")
	refusal.Facts = []rules.Fact{{Name: "by", Value: list}}
	refusal.Message = Text{LT: "Šį įvykį gali vykdyti tik: " + strings.Join(inLT, ", ") + ".", EN: "Only these may fire the event: " + list + "."}
	switch {
	case nobody:
		refusal.Field = "event"
		refusal.Message = Text{
			LT: "Šį įvykį vykdo pati sistema: suėjus terminui arba kartu su kita byla. Jums nieko daryti nereikia.",
			EN: "The system itself fires the event, when its term has come or together with another case. There is nothing for you to do.",
		}
	case others:
		refusal.Message.LT += " Jei įrašote kitos institucijos veiksmą, nurodykite onBehalfOf."
		refusal.Message.EN += " When recording another body's act, name it in onBehalfOf."
	}
	return By{}, []Refusal{refusal}
}

// carriedOn is whose act a join carries on by the event, "" for nobody's: it was proved of
// all that set it off, see [joinBorne].
func carriedOn(t *Transition) Role {
	for _, by := range t.By {
		if by.Role == Join {
			return by.OnBehalfOf
		}
	}
	return ""
}

// unbarred is the actor without the roles in which they may not act on the case: whoever
// has a conflict in it assesses and decides nothing of it, and an evaluator declares first.
// With a role goes the reason.
func (a Actor) unbarred(f *Facts) (Actor, *Refusal) {
	if f.Proposal == nil || f.Subject.Assigned != "" || a.system {
		return a, nil
	}
	own, out := f.Proposal.by(a.Person), a
	out.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g Grant) bool {
		return (g.Role == Evaluator && (!own.trusted || own.conflict)) || (g.Role == BoardMember && own.conflict)
	})
	switch {
	case own.conflict:
		return out, &Refusal{Code: RoleRefused, Rule: "R-24", Message: Text{
			LT: "Dėl interesų konflikto šioje byloje nedalyvaujate.", EN: "With a conflict of interest you take no part in this case.",
		}}
	case own.any && !own.trusted:
		return out, &Refusal{Code: RoleRefused, Message: Text{
			LT: "Pirma deklaruokite, kad interesų konflikto nėra.", EN: "Declare first that you have no conflict of interest.",
		}}
	}
	return out, nil
}

// carried checks what the act must bring along.
func (s *step) carried(f Fire, d *decision) []Refusal {
	var out []Refusal
	need := d.step.Transition.Requires
	out = append(out, tooLong(f)...)
	if need.Reason && strings.TrimSpace(f.Reason) == "" {
		out = append(out, reasonNeeded())
	}
	if (need.Document || (d.by.OnBehalfOf != "" && d.by.Role != Join)) && f.Document == "" {
		out = append(out, documentNeeded())
	}
	return out
}

// backed checks that the board's decision, or its vote, stands behind the act.
func (s *step) backed(f Fire, d *decision) []Refusal {
	need := d.step.Transition.Requires
	if !need.Decision && !need.LostVote {
		return nil
	}
	general := !need.LostVote && d.facts.generalDecides()
	decision, own := s.decided(d.facts.Decisions, f, need.LostVote, general)
	d.decision = decision
	missing := Refusal{Code: DecisionRequired, Field: "decisionId"}
	switch {
	case decision != "":
		return nil
	case own:
		missing.Code = SecondPersonRequired
		missing.Message = Text{
			LT: "Sprendimą įrašėte jūs, todėl jį vykdyti turi kitas asmuo.",
			EN: "You recorded the decision, so another person has to carry it out.",
		}
	case general:
		missing.Message = Text{
			LT: fmt.Sprintf("Valdyba dėl pasiūlymo nieko nenutarė %d k., todėl reikia visuotinio narių susirinkimo sprendimo dėl jo ir šio įvykio.", d.facts.lost()),
			EN: fmt.Sprintf("The board adopted nothing on the proposal %d times, so the act needs a decision of the general meeting on it and this event.", d.facts.lost()),
		}
	case need.LostVote:
		missing.Message = Text{
			LT: "Šiam įvykiui reikia įrašyto balsavimo dėl šio dalyko, kuriame nieko nenutarta.",
			EN: "The event needs a recorded vote on this subject by which nothing was adopted.",
		}
	default:
		missing.Message = Text{
			LT: "Šiam veiksmui reikia valdybos priimto sprendimo dėl šio dalyko ir įvykio.",
			EN: "The act needs a decision that the board adopted on this subject and event.",
		}
	}
	return []Refusal{missing}
}

// tooLong refuses texts that no paragraph needs, before anything keeps them.
func tooLong(f Fire) []Refusal {
	texts := map[string]string{"reason": f.Reason}
	for _, g := range f.Given {
		texts["facts."+g.Name] = g.Value + g.Reason
	}
	var out []Refusal
	for _, field := range slices.Sorted(maps.Keys(texts)) {
		if !paragraph.holds(texts[field], 0) {
			out = append(out, wrongValue(field, paragraph.text))
		}
	}
	return out
}

// decided finds the decision, the one named or any if none is, that lets the
// event fire. One that was carried out already does not, nor one that a later
// decision overtook, nor one that the actor recorded alone: it would let a
// single person act for the board, nor the board's where the general meeting decides.
func (s *step) decided(all []DecisionFacts, f Fire, lost, general bool) (by ident.ID, own bool) {
	for _, d := range all {
		fits := d.Adopted && d.Event == f.Event
		if lost {
			fits = !d.Adopted
		}
		if !fits || (general && !d.General) || d.Spent || d.Overtaken || (f.Decision != "" && f.Decision != d.ID) {
			continue
		}
		if d.RecordedBy != s.actor.Person || s.second.Person != "" {
			return d.ID, false
		}
		own = true
	}
	return "", own
}

// losing is the event by which a vote that adopted nothing is carried to the case.
const losing = "notAdopted"

// generalDecides says whether the question before the board is the general meeting's by now: the
// board has lost it as often as the statutes let it since it last decided on the case. The votes on
// record count, whether somebody carried them to the case or not.
func (f *Facts) generalDecides() bool {
	return f.Proposal != nil && f.Subject.ID == f.Proposal.ID && f.Proposal.BeforeBoard && f.Call.LostVotes > 0 && f.lost() >= f.Call.LostVotes
}

// lost counts the votes of the board by which nothing was adopted since the last decision that was
// carried out.
func (f *Facts) lost() int {
	n := 0
	for _, d := range f.Decisions {
		switch {
		case d.Adopted && d.Spent:
			n = 0
		case !d.Adopted && !d.General:
			n++
		}
	}
	return n
}

// documents refuses papers that are not on record in the subject's group, and
// for others than the office those of other cases: whether such a paper exists
// is not for them to learn.
func (s *step) documents(f Fire, subject Subject) ([]Refusal, error) {
	if s.explaining {
		return nil, nil
	}
	named := map[ident.ID]string{}
	if f.Document != "" {
		named[f.Document] = "documentId"
	}
	for _, g := range f.Given {
		if g.Document != "" {
			named[g.Document] = "facts." + g.Name
		}
	}
	if f.Decision != "" && f.Decision.Prefix() != ident.Decision {
		return []Refusal{otherType("decisionId", f.Decision, ident.Decision)}, nil
	}
	return s.onRecord(named, subject)
}

// onRecord is [step.documents] of the documents in named, each with the field that names it.
func (s *step) onRecord(named map[ident.ID]string, subject Subject) ([]Refusal, error) {
	for _, id := range slices.Sorted(maps.Keys(named)) {
		if id.Prefix() != ident.Document {
			return []Refusal{otherType(named[id], id, ident.Document)}, nil
		}
	}
	if len(named) == 0 {
		return nil, nil
	}
	known, err := s.tx.Documents(subject.LAG, slices.Sorted(maps.Keys(named)))
	if err != nil {
		return nil, err
	}
	var out []Refusal
	for _, id := range slices.Sorted(maps.Keys(named)) {
		about, there := known[id]
		own := about == subject.ID || about == subject.Dossier
		if !there || (!own && !s.actor.HoldsAny(subject.LAG, staff...)) {
			out = append(out, Refusal{Code: DocumentRequired, Field: named[id], Message: Text{
				LT: fmt.Sprintf("Dokumento %s byloje nėra. Pirma jį įrašykite.", id),
				EN: fmt.Sprintf("There is no document %s on record. Record it first.", id),
			}})
		}
	}
	return out, nil
}

// effective is the act's legal day: not after today and, where the office records
// it, not before the last act. Whoever is not of the office is not told which day
// that was.
func (s *step) effective(f Fire, subject Subject) (clock.Date, []Refusal, error) {
	today := s.now.Day()
	on := f.EffectiveOn
	if on == "" {
		return today, nil, nil
	}
	last := today // an applicant's act is of the day on which they send it
	if s.actor.System() || s.actor.HoldsAny(subject.LAG, staff...) {
		var err error
		if last, _, err = s.tx.LastAct(subject.Dossier); err != nil {
			return "", nil, err
		}
	}
	if on.Precision() == clock.Day && on <= today && on >= last {
		return on, nil, nil
	}
	return on, []Refusal{{
		Code: DateRefused, Field: "effectiveOn",
		Facts: []rules.Fact{{Name: "earliest", Value: string(last)}, {Name: "latest", Value: string(today)}},
		Message: Text{
			LT: fmt.Sprintf("Įsigaliojimo diena turi būti nuo %s iki %s.", last, today),
			EN: fmt.Sprintf("The effective day has to lie between %s and %s.", last, today),
		},
	}}, nil
}

// weighGuards decides every guard, so that all that is missing is told at once.
func (s *step) weighGuards(f Fire, m *Machine, d *decision) []Refusal {
	var out []Refusal
	view := sight{Facts: d.facts, data: d.data, on: d.effectiveOn, decision: d.behind()}
	for _, name := range d.step.Transition.Guards {
		given := find(f.Given, name)
		if att, attested := m.Attestation(name); attested {
			if m.waives(att, view) {
				continue
			}
			rec, no := attest(name, att, given, d.by, d.secondPerson)
			d.guards = append(d.guards, rec)
			out = append(out, no...)
			continue
		}
		r := m.weigh(name, view)
		rec := GuardRecord{Guard: name, Verdict: r.Verdict, Unverified: r.Unverified, Facts: factRecords(r.Facts)}
		switch {
		case r.Verdict == rules.Failed && overrules(name, given):
			rec.Verdict, rec.Document, rec.Reason = rules.Overruled, given.Document, Confidential(given.Reason)
			d.secondPerson = true
		case r.Verdict == rules.Failed:
			out = append(out, m.against(guardCode(name), name, r))
		case r.Verdict == rules.Warned:
			d.warnings = append(d.warnings, m.against(RuleFailed, name, r))
		}
		d.guards = append(d.guards, rec)
	}
	return out
}

// behind is the decision of the board that R-27 is asked of: the one that the act carries
// out, or of an item the one that it makes. Where the step does not ask for R-27 no decision
// departs from the ranking.
func (d *decision) behind() *DecisionFacts {
	if !slices.Contains(d.step.Transition.Guards, departs) {
		return nil
	}
	if d.facts.Item != nil {
		departing, _ := d.data["departs"].(bool)
		return &DecisionFacts{ID: d.facts.Subject.ID, Departs: departing && strings.TrimSpace(d.reason) != ""}
	}
	at := slices.IndexFunc(d.facts.Decisions, func(x DecisionFacts) bool { return x.ID == d.decision })
	if at < 0 {
		return nil
	}
	return &d.facts.Decisions[at]
}

// against is the guard's result as whoever fires is told it.
func (m *Machine) against(code Code, guard string, r rules.Result) Refusal {
	return Refusal{Code: code, Field: r.Path, Rule: guard, Facts: r.Facts, Unverified: r.Unverified, Message: m.message(r)}
}

// guardCode keeps the closed call apart: it is what applicants meet most.
func guardCode(name string) Code {
	if name == "R-01" || name == "callOpen" {
		return CallClosed
	}
	return RuleFailed
}

// attest accepts a statement. Of their own papers an applicant states by the act
// itself, which is signed; all else needs a document and a reason, and of an
// applicant somebody of the staff who confirms the act with them.
func attest(name string, att Attestation, g *Given, by By, secondPerson bool) (GuardRecord, []Refusal) {
	rec := GuardRecord{Guard: name, Verdict: rules.Failed}
	if g == nil || g.Value != "true" {
		return rec, []Refusal{{Code: AttestationMissing, Field: "facts." + name, Rule: name, Message: att.Message}}
	}
	if by.Role == Applicant && !att.Applicant && !secondPerson {
		return rec, []Refusal{{Code: AttestationMissing, Field: "facts." + name, Rule: name, Message: Text{
			LT: att.Label.LT + ": tai patvirtinti gali tik biuras.", EN: att.Label.EN + ": only the office may state this.",
		}}}
	}
	own := by.Role == Applicant && att.Applicant
	if !own && (g.Document == "" || strings.TrimSpace(g.Reason) == "") {
		return rec, []Refusal{{Code: AttestationMissing, Field: "facts." + name, Rule: name, Message: Text{
			LT: att.Label.LT + ": nurodykite dokumentą ir pagrindimą.",
			EN: att.Label.EN + ": name the document and the reason.",
		}}}
	}
	rec.Verdict, rec.Document = rules.Attested, g.Document
	if g.Reason != "" {
		rec.Reason = Confidential(g.Reason)
	}
	return rec, nil
}

// overrules says whether the act overrules the rule, and may.
func overrules(name string, g *Given) bool {
	rule, known := rules.ByID(name)
	return known && rule.Overrulable && g != nil && g.Value == "overrule" && strings.TrimSpace(g.Reason) != ""
}

func find(given []Given, name string) *Given {
	for i := range given {
		if given[i].Name == name {
			return &given[i]
		}
	}
	return nil
}

func factRecords(facts []rules.Fact) []FactRecord {
	out := make([]FactRecord, len(facts))
	for i, f := range facts {
		out[i] = FactRecord{Name: f.Name, Value: f.Value}
	}
	return out
}

// carryOut writes the transition, its money and its entry, then fires what is
// joined to it.
func (s *step) carryOut(f Fire, d *decision) (Done, error) {
	subject := d.facts.Subject
	changes, err := s.changes(d)
	if err != nil {
		return Done{}, err
	}
	if err := s.tx.Apply(composed(changes)); err != nil {
		return Done{}, err
	}
	entry, err := s.append(entryDraft{
		subject: subject, kind: kindFired, role: d.by.Role, onBehalfOf: d.by.OnBehalfOf, effectiveOn: d.effectiveOn,
		definition: subject.Definition, ruleSets: d.facts.RuleSets, changes: changes,
		body: Body{
			Event: d.step.Event, From: d.step.From, To: d.step.To, Document: f.Document, Decision: d.decision,
			Reason: confided(f.Reason), Guards: d.guards,
		},
	})
	if err != nil {
		return Done{}, err
	}
	after := subject
	after.State, after.Version, after.Since, after.TermUntil = d.step.To, subject.Version+1, s.now, ""
	if days, stood := changes[0].Set["stoppedDays"].(int); stood {
		after.Stopped = days
	}
	if err := s.schedule(after); err != nil {
		return Done{}, err
	}
	if err := s.scheduleUnder(after, changes); err != nil {
		return Done{}, err
	}
	done := Done{Subject: after, Dossier: entry.Dossier, N: entry.N, Warnings: d.warnings, Guards: d.guards}
	follow := f
	follow.EffectiveOn = d.effectiveOn
	joined, err := s.fireJoined(d.step.Transition.Joins, subject, follow, entry)
	if err != nil {
		return Done{}, err
	}
	if s.dry {
		m, err := s.machineOf(subject)
		if err != nil {
			return Done{}, err
		}
		from, err := s.told(m, d.facts)
		if err != nil {
			return Done{}, err
		}
		done.N = 0
		done.WouldDo = &Preview{
			From: from, To: d.step.To, Changes: len(changes), Reserves: reserved(changes), Joined: joined,
		}
	}
	return done, nil
}

// changes are the subject's new state and data, what the definition's effects
// compute, and the money that the states' traits move.
func (s *step) changes(d *decision) ([]Change, error) {
	subject := d.facts.Subject
	set := Values{"state": string(d.step.To), "version": subject.Version + 1, "stateSince": s.now}
	for k, v := range d.data {
		set[k] = v
	}
	for _, x := range d.step.Transition.Sets {
		set[x.Field] = x.On
	}
	if subject.TermUntil != "" {
		set["termUntil"] = nil
	}
	if d.from.StopsClock && !d.to.StopsClock {
		set["stoppedDays"] = subject.Stopped + s.now.Day().DaysSince(subject.Since.Day())
	}
	changes := []Change{{Type: typeOf(subject.ID), ID: subject.ID, Set: set, Expect: subject.Version}}
	for _, name := range d.step.Transition.Effects {
		more, err := computedEffects[name](s, d, set)
		if err != nil {
			return nil, fmt.Errorf("effect %s: %w", name, err)
		}
		changes = append(changes, more...)
	}
	changes = append(changes, s.incidentsDone(d)...)
	n, err := s.tx.NextEntry(subject.Dossier)
	if err != nil {
		return nil, err
	}
	return append(changes, s.movements(d, n)...), nil
}

// fireJoined fires the bound events of other subjects in this transaction, with what
// the act on the subject carried.
func (s *step) fireJoined(joins []Joined, subject Subject, f Fire, entry history.Entry) ([]ident.ID, error) {
	var reached []ident.ID
	for _, j := range joins {
		ids, err := s.tx.Joined(subject, j.Kind)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			followed, err := s.join(entry, Fire{
				Subject: id, Event: j.Event, EffectiveOn: f.EffectiveOn, Reason: f.Reason,
				Document: f.Document, Decision: f.Decision, Given: f.Given,
			}, j.Optional)
			if err != nil {
				return nil, err
			}
			if followed {
				reached = append(reached, id)
			}
		}
	}
	return reached, nil
}

// join fires an event in consequence of an entry of this transaction. An optional
// one passes over a case whose state or facts do not let it follow.
func (s *step) join(cause history.Entry, f Fire, optional bool) (followed bool, err error) {
	_, err = s.after(cause, SystemActor()).fire(f)
	if optional && (Refused(err, NotAllowedHere) || Refused(err, RuleFailed)) {
		return false, nil
	}
	return err == nil, err
}

// after is the step of what an entry of this transaction leads to.
func (s *step) after(cause history.Entry, by Actor) *step {
	return &step{
		Engine: s.Engine, ctx: s.ctx, tx: s.tx, actor: by, second: s.second, now: s.now,
		cause: cause.Ref(), dry: s.dry,
	}
}

func confided(text string) any {
	if text == "" {
		return nil
	}
	return Confidential(text)
}

func stale(expected, actual int) *Error {
	e := Stale()
	e.Refusals[0].Facts = []rules.Fact{
		{Name: "expected", Value: strconv.Itoa(expected)}, {Name: "actual", Value: strconv.Itoa(actual)},
	}
	return e
}

func reasonNeeded() Refusal {
	return Refusal{Code: ReasonRequired, Field: "reason", Message: Text{LT: "Nurodykite priežastį.", EN: "Give a reason."}}
}

// otherType is the refusal of an id that names something else than it has to.
func otherType(field string, id ident.ID, want ident.Prefix) Refusal {
	if _, err := ident.Parse(string(id)); err != nil {
		return Refusal{Code: MalformedInput, Field: field, Message: Text{
			LT: fmt.Sprintf("Tai ne tapatybė: %.80q. Nurodykite, pavyzdžiui, %s_01h455vb4pex5vsknk084sn02q.", string(id), want),
			EN: fmt.Sprintf("%.80q is no id. Give one such as %s_01h455vb4pex5vsknk084sn02q.", string(id), want),
		}}
	}
	return Refusal{Code: WrongIDType, Field: field, Message: Text{
		LT: fmt.Sprintf("Čia reikia kitokio įrašo tapatybės: %s, o ne %s.", ident.Lithuanian[want], ident.Lithuanian[id.Prefix()]),
		EN: fmt.Sprintf("The id has to name a %s, and %s names a %s.", ident.Prefixes[want], id, ident.Prefixes[id.Prefix()]),
	}}
}

func wrongType(id ident.ID) *Error {
	if _, err := ident.Parse(string(id)); err != nil {
		return Missing("id", string(id))
	}
	return Refuse(WrongIDType, "id", Text{
		LT: fmt.Sprintf("Tapatybė %s priklauso kitokiam įrašui (%s), kuris būsenų neturi.", id, ident.Lithuanian[id.Prefix()]),
		EN: fmt.Sprintf("The id %s names a %s, which has no states.", id, ident.Prefixes[id.Prefix()]),
	})
}
