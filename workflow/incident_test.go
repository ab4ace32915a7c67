package workflow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

const (
	stuck  = ident.ID("inc_00000000000000000000000001")
	unseen = ident.ID("inc_00000000000000000000000002")
)

// unanswered is a case whose clarification has run out, with a timer that rings
// by now and an incident on it.
func unanswered() (*rowStore, *Engine) {
	store, e := recording("proposal", "clarification_quality")
	store.timers = []Timer{{Subject: store.subject, Event: "clarificationExpired", At: noon, EndsAt: noon}}
	store.rows[stuck] = map[string]any{"subjectId": string(ours), "event": "clarificationExpired", "resolvedAt": nil}
	return store, e
}

func TestWhatAClockGivesUpIsAnIncident(t *testing.T) {
	for name, tt := range map[string]struct {
		cause error
		code  Code
		guard any
	}{
		"a rule":               {&Error{Refusals: []Refusal{{Code: RuleFailed, Rule: "R-15"}, {Code: DateRefused}}}, RuleFailed, "R-15"},
		"what names no rule":   {Refuse(DateRefused, "", Text{LT: "a", EN: "b"}), DateRefused, nil},
		"a fault":              {errors.New("disk full"), Internal, nil},
		"a refusal of nothing": {&Error{}, Internal, nil},
	} {
		t.Run(name, func(t *testing.T) {
			store, e := unanswered()
			if err := e.GiveUp(t.Context(), ours, 0, 5, tt.cause); err != nil {
				t.Fatal(err)
			}
			opened := store.applied[0]
			if opened.Type != "Incident" || opened.Set["code"] != string(tt.code) || opened.Set["guard"] != tt.guard || opened.Set["attempts"] != 5 || opened.Set["event"] != "clarificationExpired" {
				t.Errorf("got %+v, want %s on %v", opened, tt.code, tt.guard)
			}
			if len(store.entries) != 1 || store.timers[0].Event != "" {
				t.Errorf("got %d entries and %+v, want one, and a timer that fires nothing", len(store.entries), store.timers)
			}
			if strings.Contains(string(store.bodies[0]), "disk full") {
				t.Errorf("got %s, want the words of a fault left out", store.bodies[0])
			}
		})
	}
}

// TestAReminderThatFailedIsAnIncidentOfItsOwn: the end of the term stays as it
// is, and the reminder is entered when somebody asks for it again.
func TestAReminderThatFailedIsAnIncidentOfItsOwn(t *testing.T) {
	store, e := unanswered()
	end := Timer{Subject: store.subject, Event: "clarificationExpired", At: noon + 1, EndsAt: noon + 1}
	store.timers = []Timer{end, {Subject: store.subject, Ahead: 2, Event: "clarificationExpired", At: noon, EndsAt: noon + 1}}
	if err := e.GiveUp(t.Context(), ours, 2, 5, errors.New("disk full")); err != nil {
		t.Fatal(err)
	}
	if got := store.applied[0].Set["event"]; got != "remind" || len(store.timers) != 1 || store.timers[0] != end {
		t.Errorf("got an incident of %v and %+v, want one of the reminder, and the end of the term left alone", got, store.timers)
	}
	store.rows[stuck]["event"] = "remind"
	store.applied, store.entries = nil, nil
	if _, err := e.Do(t.Context(), someone(Administrator), RetryIncident{Incident: stuck}); err != nil {
		t.Fatal(err)
	}
	if len(store.entries) != 2 || store.entries[1].Kind != "reminder" || store.applied[0].Set["resolution"] != IncidentDone {
		t.Errorf("got %+v and %+v, want the reminder entered and the incident closed", store.entries, store.applied)
	}
}

func TestAClockThatHasNothingToFireGivesNothingUp(t *testing.T) {
	for name, timers := range map[string][]Timer{
		"gone": nil, "put off": {{Event: "clarificationExpired", At: noon + 1}}, "silenced": {{At: noon}},
	} {
		store, e := unanswered()
		for i := range timers {
			timers[i].Subject = store.subject
		}
		store.timers = timers
		if err := e.GiveUp(t.Context(), ours, 0, 1, errors.New("why")); err != nil || len(store.applied)+len(store.entries) > 0 {
			t.Errorf("%s: got %v and %v, want nothing done", name, store.applied, err)
		}
	}
}

func TestIncidentsAreForTheOfficeOfTheGroup(t *testing.T) {
	retry := func(id ident.ID, by Actor) (*rowStore, error) {
		store, e := unanswered()
		_, err := e.Do(t.Context(), by, RetryIncident{Incident: id})
		return store, err
	}
	for name, tt := range map[string]struct {
		incident ident.ID
		by       Actor
		want     string
	}{
		"its administrator":             {stuck, someone(Administrator), ""},
		"its chair":                     {stuck, someone(Chair), "ROLE_REFUSED"},
		"its applicant":                 {stuck, someone(Applicant), "NOT_FOUND id"},
		"another group's administrator": {stuck, from(otherLAG, Administrator), "NOT_FOUND id"},
		"what is no incident":           {unseen, someone(Administrator), "NOT_FOUND id"},
	} {
		store, err := retry(tt.incident, tt.by)
		if got := reasons(err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if fired := len(store.applied) > 0; fired != (tt.want == "") {
			t.Errorf("%s: got it fired: %t, want %t", name, fired, tt.want == "")
		}
	}
	store, _ := retry(stuck, someone(Administrator))
	if store.applied[0].Set["state"] != "quality_evaluation" || len(store.entries) != 2 || store.entries[0].Role != string(Administrator) || store.entries[1].Role != string(Clock) {
		t.Errorf("got %+v and %+v, want the clock's act, and before it who asked", store.applied[0], store.entries)
	}

	store, e := unanswered()
	store.rows[stuck]["resolvedAt"] = noon.String()
	if _, err := e.Do(t.Context(), someone(Administrator), RetryIncident{Incident: stuck}); reasons(err) != "NOT_ALLOWED_HERE id" {
		t.Errorf("got %v for one that is resolved, want it refused", err)
	}
	store, e = unanswered()
	store.rows[stuck]["subjectId"] = string(theirs)
	if _, err := e.Do(t.Context(), someone(Administrator), RetryIncident{Incident: stuck}); reasons(err) != "NOT_FOUND id" {
		t.Errorf("got %v for one on no case, want it refused", err)
	}
}

// TestARefusedRetryStandsInTheDossierOfTheCase, where the incident is on one.
func TestARefusedRetryStandsInTheDossierOfTheCase(t *testing.T) {
	store, e := unanswered()
	if _, err := e.Do(t.Context(), someone(Chair), RetryIncident{Incident: stuck}); !onlyCode(err, RoleRefused) {
		t.Fatalf("got %v, want %s", err, RoleRefused)
	}
	if len(store.entries) != 1 || store.entries[0].Kind != kindRefused || store.entries[0].Dossier != ours || store.suspect > 0 {
		t.Errorf("got %+v and %d suspicions, want the attempt in %s", store.entries, store.suspect, ours)
	}
	store, e = unanswered()
	if err := e.note(t.Context(), someone(Chair), RetryIncident{Incident: unseen}, errForeign); err != nil || store.suspect != 1 || len(store.entries) > 0 {
		t.Errorf("on what is no incident: got %v and %d suspicions, want one", err, store.suspect)
	}
}

func TestIncidentsAreSetAsideForAReason(t *testing.T) {
	aside := func(id ident.ID, reason string) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.rows[stuck] = map[string]any{"subjectId": string(ours), "event": "clarificationExpired"}
			return SetAside{Incident: id, LAG: oneLAG, Dossier: ours, Reason: reason}.Record(), nil
		}
	}
	recorded(t, "proposal", "clarification_quality", []actCase{
		{"with one", someone(Administrator), aside(stuck, "why"), ""},
		{"without", someone(Administrator), aside(stuck, " \n"), "REASON_REQUIRED reason"},
		{"which is none", someone(Administrator), aside(unseen, "why"), "NOT_FOUND id"},
		{"by the chair", someone(Chair), aside(stuck, "why"), "ROLE_REFUSED"},
	})
}

// A case that goes on, or an event that is fired after all, leaves no incident.
func TestIncidentsEndWhenTheCaseMoves(t *testing.T) {
	open := []IncidentFacts{{ID: stuck, Event: "notAdopted"}, {ID: unseen, Event: "decideFund"}}
	for event, want := range map[EventName][]ident.ID{"notAdopted": {stuck}, "decideReject": {stuck, unseen}} {
		store, e := recording("proposal", "board_agenda")
		store.facts.Incidents = open
		store.facts.Decisions = []DecisionFacts{{ID: "dec_1", Event: event, Adopted: event != "notAdopted", RecordedBy: "per_third"}}
		x, _ := e.Machines.Latest("proposal").Lookup("board_agenda", event)
		if _, err := e.Do(t.Context(), someone(Administrator), careful(ours, x.Transition, event, "")); err != nil {
			t.Fatal(err)
		}
		var got []ident.ID
		for _, c := range store.applied {
			if c.Type == "Incident" && c.Set["resolution"] == IncidentDone {
				got = append(got, c.ID)
			}
		}
		if len(got) != len(want) || got[0] != want[0] {
			t.Errorf("%s: got %v done, want %v", event, got, want)
		}
	}
}

func TestTermsAreExtendedOnPaper(t *testing.T) {
	today := noon.Day()
	extend := func(until clock.Date, change func(*ExtendTerm, *rowStore)) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			a := ExtendTerm{Subject: ours, LAG: oneLAG, Dossier: ours, Until: until, Reason: "why", Evidence: "doc_1"}
			store.terms = []Due{{Subject: store.subject, EndsAt: today.AddDays(3).End(), State: *shippedMachines().State("proposal@1", store.subject.State)}}
			change(&a, store)
			return a.Record(), nil
		}
	}
	sound := func(*ExtendTerm, *rowStore) {}
	seen := func(version int) func(*ExtendTerm, *rowStore) {
		return func(a *ExtendTerm, _ *rowStore) { a.ExpectedVersion = version }
	}
	endedYesterday := func(_ *ExtendTerm, s *rowStore) { s.terms[0].EndsAt = today.Start() }
	bare := func(a *ExtendTerm, _ *rowStore) { a.Reason, a.Evidence = " ", "" }
	unproved := func(a *ExtendTerm, _ *rowStore) { a.Evidence = "" }
	undelivered := func(_ *ExtendTerm, s *rowStore) { s.terms = nil }
	unknown := func(a *ExtendTerm, _ *rowStore) { a.Subject = theirs }
	office := someone(Administrator)
	recorded(t, "proposal", "clarification_quality", []actCase{
		{"by a day", office, extend(today.AddDays(4), sound), ""},
		{"by nothing", office, extend(today.AddDays(3), sound), "DATE_REFUSED until"},
		{"until today, when it ended yesterday", office, extend(today, endedYesterday), ""},
		{"until yesterday", office, extend(today.AddDays(-1), endedYesterday), "MALFORMED_INPUT until"},
		{"until some day of a month", office, extend("2019-04", sound), "MALFORMED_INPUT until"},
		{"without its evidence", office, extend(today.AddDays(4), unproved), "DOCUMENT_REQUIRED documentId"},
		{"without reason and evidence", office, extend(today.AddDays(4), bare), "REASON_REQUIRED reason, DOCUMENT_REQUIRED documentId"},
		{"before its letter is delivered", office, extend(today.AddDays(4), undelivered), "NOT_ALLOWED_HERE id"},
		{"on the version that was seen", office, extend(today.AddDays(4), seen(3)), ""},
		{"on another version", office, extend(today.AddDays(4), seen(2)), "CONFLICT expectedVersion"},
		{"of no case", office, extend(today.AddDays(4), unknown), "NOT_FOUND id"},
	})
	recorded(t, "proposal", "admin_check", []actCase{
		{"where there is none", office, extend(today.AddDays(4), sound), "NOT_ALLOWED_HERE id"},
	})
}

// TestATermMovesOnOnce from a day off, whatever is added to it.
func TestATermMovesOnOnce(t *testing.T) {
	pausing := Deadline{Days: 60, Unit: CalendarDays, Pauses: true}
	for _, tt := range []struct {
		name string
		d    Deadline
		from clock.Date
		of   Subject
		want clock.Date
	}{
		{"to a Saturday", pausing, "2026-04-07", Subject{}, "2026-06-08"},
		{"and a day in which it stood: to that Sunday", pausing, "2026-04-07", Subject{Stopped: 1}, "2026-06-08"},
		{"and three days in which it stood: to the Tuesday", pausing, "2026-04-07", Subject{Stopped: 3}, "2026-06-09"},
		{"that does not pause", Deadline{Days: 60, Unit: CalendarDays}, "2026-04-07", Subject{Stopped: 3}, "2026-06-08"},
		{"extended to a Saturday", pausing, "2026-04-07", Subject{TermUntil: "2026-06-13"}, "2026-06-15"},
		{"extended to the eve of two days off and a Sunday", pausing, "2025-10-01", Subject{TermUntil: "2026-10-31"}, "2026-11-03"},
		{"extended to a day before its end", pausing, "2026-04-07", Subject{TermUntil: "2026-05-08"}, "2026-06-08"},
		{"of no days, on a Sunday", Deadline{Unit: CalendarDays}, "2026-06-07", Subject{}, "2026-06-07"},
	} {
		if got := tt.d.Ends(true, tt.from, 0, tt.of); got != tt.want.End() {
			t.Errorf("%s: got %s, want %s", tt.name, (got - 1).Day(), tt.want)
		}
		if got := tt.d.Ends(false, "", tt.from.Start().Add(time.Hour), tt.of); tt.d.Days > 0 && got != tt.want.End() {
			t.Errorf("%s, from an instant: got %s, want %s", tt.name, (got - 1).Day(), tt.want)
		}
	}
}
