package workflow

import (
	"context"
	"errors"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// How an incident ends.
const (
	IncidentDone     = "DONE"      // the case went on: the event could be fired after all, or another was
	IncidentSetAside = "SET_ASIDE" // people decided that nothing is to be done
)

// reminding is what an incident about a reminder was to do. It is no event: no
// definition may have one of the name.
const reminding EventName = "remind"

// IncidentFacts is what stands open on a case.
type IncidentFacts struct {
	ID    ident.ID
	Event EventName
}

// GiveUp opens an incident on the case of a timer that failed for good, with what
// refused it and after how many attempts, and takes the event from the timer. A
// fault that is no refusal is told as INTERNAL, for its words may hold what is
// not for readers. Where the timer has nothing to fire any more, nothing is done.
func (e *Engine) GiveUp(ctx context.Context, subject ident.ID, ahead, attempts int, cause error) error {
	return e.Store.InTx(ctx, func(tx Tx) error {
		return e.atTheClock(ctx, tx).giveUp(subject, ahead, attempts, cause)
	})
}

func (s *step) giveUp(id ident.ID, ahead, attempts int, cause error) error {
	timer, facts, err := s.ringing(id, ahead)
	if err != nil || facts == nil {
		return err
	}
	first, event := reasonOf(cause), timer.Event
	if ahead > 0 {
		event = reminding
	}
	opened := Values{
		"lagId": facts.Subject.LAG, "subjectId": id, "event": string(event), "code": string(first.Code),
		"attempts": attempts, "openedAt": s.now, "messageLt": first.Message.LT, "messageEn": first.Message.EN,
	}
	if first.Rule != "" {
		opened["guard"] = first.Rule
	}
	changes := []Change{create("Incident", s.IDs.New(ident.Incident), opened)}
	if err := s.tx.Apply(changes); err != nil {
		return err
	}
	if _, err := s.append(entryDraft{
		subject: facts.Subject, kind: "incident.open", role: Clock, definition: facts.Subject.Definition, changes: changes,
		body: Body{Event: event, From: facts.Subject.State},
	}); err != nil {
		return err
	}
	if ahead > 0 {
		return s.drop(timer)
	}
	return s.silence(timer)
}

// reasonOf is the first reason of a refusal, or that of a fault.
func reasonOf(cause error) Refusal {
	var refused *Error
	if errors.As(cause, &refused) && len(refused.Refusals) > 0 {
		return refused.Refusals[0]
	}
	return Refusal{Code: Internal, Message: Text{
		LT: "Techninis sutrikimas: veiksmas nepavyko kelis kartus iš eilės. Smulkiau – sistemos žurnale.",
		EN: "A technical fault: the act failed several times in a row. The system log says more.",
	}}
}

// incidentsDone are the changes that close what stood open on a case that has
// moved on.
func (s *step) incidentsDone(d *decision) []Change {
	var out []Change
	for _, x := range d.facts.Incidents {
		if x.Event != correcting && (d.to.Name != d.from.Name || x.Event == d.step.Event) {
			out = append(out, Change{Type: "Incident", ID: x.ID, Set: Values{"resolvedAt": s.now, "resolution": IncidentDone}})
		}
	}
	return out
}

// RetryIncident fires the event of an incident once more, now that what stood in
// its way may be mended. It is still the clock's act; the entry of the retry says
// who asked for it. A term that was extended since has to end first.
type RetryIncident struct {
	Incident       ident.ID
	IdempotencyKey string
}

func (c RetryIncident) subject() ident.ID              { return c.Incident }
func (c RetryIncident) once() (string, any)            { return c.IdempotencyKey, c }
func (RetryIncident) looks() bool                      { return false }
func (c RetryIncident) carryOut(s *step) (Done, error) { return s.retry(c) }

func (c RetryIncident) attempted(s *step) (attempt, error) {
	row, err := s.tx.Row("Incident", c.Incident)
	if Refused(err, NotFound) {
		return attempt{id: c.Incident, event: "incident.retry"}, nil
	}
	return attempt{id: idIn(row, "subjectId"), event: "incident.retry"}, err
}

// retry fires the event as the clock.
func (s *step) retry(c RetryIncident) (Done, error) {
	subject, event, err := s.incident(c.Incident)
	if err != nil {
		return Done{}, err
	}
	asked, err := s.append(entryDraft{
		subject: subject, kind: "incident.retry", role: Administrator, definition: subject.Definition,
		body: Body{Event: event, From: subject.State},
	})
	if err != nil {
		return Done{}, err
	}
	clockwork := s.atTheClock(s.ctx, s.tx)
	clockwork.cause = asked.Ref()
	timer, stands, err := s.timer(subject.ID, 0)
	switch {
	case err != nil:
		return Done{}, err
	case event == correcting:
		return Done{}, Refuse(NotAllowedHere, "id", Text{
			LT: "Čia nėra ko kartoti: nuspręskite ir, kas nuspręsta, įrašykite kaip priežastį (setAsideIncident).",
			EN: "There is nothing to retry: decide, and give what was decided as the reason (setAsideIncident).",
		})
	case event == reminding:
		return clockwork.remindAgain(timer, subject, c.Incident)
	case stands && timer.EndsAt > s.now:
		return Done{}, Refuse(NotAllowedHere, "id", Text{
			LT: "Terminas pratęstas ir dar nesibaigė. Sistema veiksmą atliks pati, kai jis baigsis.",
			EN: "The term was extended and has not ended yet. The system acts by itself when it does.",
		})
	}
	return clockwork.fire(Fire{Subject: subject.ID, Event: event})
}

// remindAgain enters the reminder that failed and closes the incident.
func (s *step) remindAgain(t Timer, subject Subject, id ident.ID) (Done, error) {
	done := []Change{{Type: "Incident", ID: id, Set: Values{"resolvedAt": s.now, "resolution": IncidentDone}}}
	if err := s.tx.Apply(done); err != nil {
		return Done{}, err
	}
	entry, err := s.enterReminder(t, subject, done)
	return Done{Subject: subject, Dossier: entry.Dossier, N: entry.N}, err
}

// incident is the case that an open incident is on, locked, and what was to be
// fired; for the office of its group alone.
func (s *step) incident(id ident.ID) (Subject, EventName, error) {
	row, err := s.tx.Row("Incident", id)
	if err != nil {
		return Subject{}, "", err
	}
	about, _ := row["subjectId"].(string)
	event, _ := row["event"].(string)
	subject, err := s.tx.Lock(ident.ID(about), false)
	if err != nil {
		return Subject{}, "", err
	}
	switch {
	case !s.actor.HoldsAny(subject.LAG, staff...):
		return Subject{}, "", errForeign
	case !s.actor.HoldsAny(subject.LAG, Administrator):
		return Subject{}, "", roleNeeded(Administrator)
	case row["resolvedAt"] != nil:
		return Subject{}, "", Refuse(NotAllowedHere, "id", Text{
			LT: "Šis įvykis jau sutvarkytas.", EN: "The incident is resolved already.",
		})
	}
	return subject, EventName(event), nil
}

// SetAside closes an incident because nothing is to be done about it.
type SetAside struct {
	Incident, LAG, Dossier ident.ID
	Reason                 string
}

// Record is the act.
func (a SetAside) Record() Record {
	return Record{
		Kind: "incident.setAside", Dossier: a.Dossier, LAG: a.LAG, Subject: a.Incident, SubjectType: "Incident",
		Reason: a.Reason, check: a.check,
		complete: func(s *step, _ *Facts, r *Record) error {
			r.Changes = []Change{{Type: "Incident", ID: a.Incident, Set: Values{"resolvedAt": s.now, "resolution": IncidentSetAside}}}
			return nil
		},
	}
}

func (a SetAside) check(s *step, _ *Facts) ([]Refusal, error) {
	_, _, err := s.incident(a.Incident)
	if err == nil && strings.TrimSpace(a.Reason) == "" {
		return []Refusal{reasonNeeded()}, nil
	}
	return nil, err
}

// ExtendTerm puts the end of a case's term off: for an outage, force majeure or
// another reason that its paper shows.
type ExtendTerm struct {
	Subject, LAG, Dossier ident.ID
	Until                 clock.Date // its last day
	Reason                string
	Evidence              ident.ID
	ExpectedVersion       int
}

// Record is the act.
func (a ExtendTerm) Record() Record {
	return Record{
		Kind: "term.extend", Dossier: a.Dossier, LAG: a.LAG, Subject: a.Subject, SubjectType: typeOf(a.Subject),
		Document: a.Evidence, Reason: a.Reason, check: a.check,
		complete: func(s *step, _ *Facts, r *Record) error {
			subject, err := s.tx.Lock(a.Subject, false)
			r.Changes = []Change{{
				Type: typeOf(a.Subject), ID: a.Subject, Expect: subject.Version,
				Set: Values{"termUntil": a.Until, "version": subject.Version + 1},
			}}
			return err
		},
	}
}

func (a ExtendTerm) check(s *step, _ *Facts) ([]Refusal, error) {
	subject, err := s.tx.Lock(a.Subject, false)
	if err != nil {
		return nil, err
	}
	if a.ExpectedVersion != 0 && a.ExpectedVersion != subject.Version {
		return nil, stale(a.ExpectedVersion, subject.Version)
	}
	state := s.Machines.State(subject.Definition, subject.State)
	if state.Deadline == nil {
		return []Refusal{{Code: NotAllowedHere, Field: "id", Message: Text{
			LT: "Šioje būsenoje termino nėra.", EN: "There is no term in this state.",
		}}}, nil
	}
	due, runs, err := s.term(subject, *state)
	if err != nil {
		return nil, err
	}
	var out []Refusal
	if strings.TrimSpace(a.Reason) == "" {
		out = append(out, reasonNeeded())
	}
	if a.Evidence == "" {
		out = append(out, documentNeeded())
	}
	if a.Until.Precision() != clock.Day || a.Until < s.now.Day() {
		return append(out, wrongValue("until", Text{LT: "diena, ne ankstesnė kaip šiandien", EN: "a day that is not before today"})), nil
	}
	if !runs {
		return append(out, Refusal{Code: NotAllowedHere, Field: "id", Message: Text{
			LT: "Terminas dar neprasidėjo: laukiama rašto įteikimo.", EN: "The term has not begun: the delivery of its letter is awaited.",
		}}), nil
	}
	if ends := due.EndsAt; extended(a.Until) <= ends {
		out = append(out, Refusal{Code: DateRefused, Field: "until", Message: Text{
			LT: "Terminas gali būti tik pratęstas. Dabar jis baigiasi " + string((ends - 1).Day()) + ".",
			EN: "A term can only be put off. It ends on " + string((ends - 1).Day()) + " as it is.",
		}})
	}
	return out, nil
}
