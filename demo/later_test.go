package demo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/action"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/movement"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestDemonstrationOfTheLastDay looks at what happens after the year that the notice
// is about, and holds that nothing of before differs by how far the walk goes.
func TestDemonstrationOfTheLastDay(t *testing.T) {
	exports, answers := map[string][]byte{}, map[string]map[string][]byte{}
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			s := loaded(t, engine, demo.Last)
			exports[engine] = export(t, s)
			t.Run("history bears the rows out", func(t *testing.T) { testVerify(t, s) })
			t.Run("questions of the office", func(t *testing.T) { answers[engine] = testOffice(t, s) })
			t.Run("the annulment", func(t *testing.T) { testAnnulment(t, s) })
			t.Run("the clock", func(t *testing.T) { testClock(t, s) })
			t.Run("another day is refused", func(t *testing.T) { testOtherDay(t, s) })
		})
	}
	t.Run("engines export the same bytes", func(t *testing.T) { same(t, exports["postgres"], exports["sqlite"]) })
	t.Run("engines answer with the same bytes", func(t *testing.T) {
		for name := range questions(t, string(demo.Last)) {
			same(t, answers["postgres"][name], answers["sqlite"][name])
		}
	})
	t.Run("earlier days are what it begins with", func(t *testing.T) {
		later := exports["sqlite"]
		for _, day := range []clock.Date{demo.Default, "2018-04-10", "2016-02-01", demo.Begin.Day()} {
			earlier := export(t, loaded(t, "sqlite", day))
			testPrefix(t, day, earlier, later)
			later = earlier
		}
	})
}

// testOffice asks every question of the last day as the office of Klaipėda's group.
func testOffice(t *testing.T, s *store.Store) map[string][]byte {
	eng, c := engineOf(t, s)
	c.Set(demo.At(demo.Last))
	db := s.Reader()
	running := db.Strategy.Query().Where(strategy.State("implementing")).OnlyX(t.Context())
	tokens := s.Tokens(c, workflowtest.Deterministic("tokens"))
	office, err := tokens.Holdings(t.Context(), workflow.Administrator, running.LagID)
	if err != nil || len(office) != 1 {
		t.Fatalf("got %v, %v, want one administrator", office, err)
	}
	token, err := tokens.Create(t.Context(), store.TokenFor{
		Person: office[0].Person, Role: workflow.Administrator, LAG: running.LagID, ExpiresAt: c.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	young := db.Action.Query().Where(action.Code("1.1.2")).OnlyIDX(t.Context())
	variables := map[string]ident.ID{
		"lag":       running.LagID,
		"annulment": db.Meeting.Query().Where(meeting.Number("31")).OnlyIDX(t.Context()),
		"annulled":  db.Call.Query().Where(call.State("annulled")).OnlyIDX(t.Context()),
		"again":     db.Call.Query().Where(call.Number("2019-T")).OnlyIDX(t.Context()),
		"envelope":  db.Envelope.Query().Where(envelope.SubjectID(young)).OnlyIDX(t.Context()),
	}
	ask, answers := asking(t, s, eng, c, token), map[string][]byte{}
	folder := string(demo.Last)
	for name, query := range questions(t, folder) {
		t.Run(name, func(t *testing.T) {
			used := map[string]any{}
			for v, id := range variables {
				if strings.Contains(query, "$"+v+":") {
					used[v] = id
				}
			}
			answers[name] = ask(query, used)
			same(t, indented(t, answers[name]), indented(t, []byte(read(t, "testdata/"+folder+"/"+name+".json"))))
		})
	}
	return answers
}

// testAnnulment reads what the API shows to nobody: why the board annulled the call,
// and that the action has all of its money back.
func testAnnulment(t *testing.T, s *store.Store) {
	annulled := s.Reader().Call.Query().Where(call.State("annulled")).OnlyX(t.Context())
	var moved []rules.Money
	for _, m := range s.Reader().Movement.Query().Where(movement.ForID(annulled.ID)).Order(ent.Asc(movement.FieldRecordedAt)).AllX(t.Context()) {
		moved = append(moved, m.Amount)
	}
	if !slices.Equal(moved, []rules.Money{annulled.Budget, -annulled.Budget}) {
		t.Errorf("got %v moved for a call of %s, want its budget there and back", moved, annulled.Budget)
	}
	d := s.Reader().Decision.Query().Where(decision.Event("annul")).OnlyX(t.Context())
	want(t, "adopted on", d.AdoptedOn, "2018-08-06")
	if !strings.Contains(d.Reasons, "35 punktas") || !strings.Contains(d.Reasons, "lygios sąlygos") {
		t.Errorf("got the reason %q, want the paragraph of the rules and what was not ensured", d.Reasons)
	}
}

// testClock holds that the clock ended no project and could do all that it had to.
func testClock(t *testing.T, s *store.Store) {
	db := s.Reader()
	want(t, "lapsed", db.Proposal.Query().Where(proposal.State("lapsed")).CountX(t.Context()), 0)
	want(t, "incidents", db.Incident.Query().Where(incident.ResolvedAtIsNil()).CountX(t.Context()), 0)
	eng, c := engineOf(t, s)
	c.Set(demo.At(demo.Last))
	if fired, err := eng.RingDue(t.Context()); fired != 0 || err != nil {
		t.Errorf("at the end of the day the clock fired %d events, %v, want none", fired, err)
	}
	reminders := db.HistoryEntry.Query().Where(historyentry.Kind("reminder"), historyentry.RecordedAtGTE(clock.Date("2021-05-24").Start()),
		historyentry.RecordedAtLT(clock.Date("2021-05-24").End())).CountX(t.Context())
	want(t, "reminders a week before the term ends", reminders, 5)
}

func testOtherDay(t *testing.T, s *store.Store) {
	eng, c := engineOf(t, s)
	var other *demo.OtherDayError
	err := demo.Start(t.Context(), s, eng, c, demo.Default, nil)
	if !errors.As(err, &other) || *other != (demo.OtherDayError{Loaded: demo.Last, Asked: demo.Default}) {
		t.Errorf("got %v, want it to say that the store holds %s", err, demo.Last)
	}
}

// testPrefix holds that every dossier of the earlier export is what that of the later
// one begins with, and that all else was recorded after the day.
func testPrefix(t *testing.T, day clock.Date, earlier, later []byte) {
	t.Helper()
	begin, all := entriesOf(t, earlier), entriesOf(t, later)
	for dossier, lines := range begin {
		if len(all[dossier]) < len(lines) {
			t.Errorf("%s: dossier %s has %d entries, and later %d", day, dossier, len(lines), len(all[dossier]))
			continue
		}
		for i, line := range lines {
			if all[dossier][i].line != line.line {
				t.Fatalf("%s: entry %d of %s: got %s\nlater %s", day, i+1, dossier, line.line, all[dossier][i].line)
			}
		}
	}
	end, n := demo.At(day).String(), 0
	for dossier, lines := range all {
		for _, more := range lines[len(begin[dossier]):] {
			if n++; more.recordedAt <= end {
				t.Errorf("%s: %s of %s is missing", day, more.line, dossier)
			}
		}
	}
	if len(begin) == 0 || n == 0 {
		t.Errorf("%s: got %d dossiers and %d entries after it, want some of both", day, len(begin), n)
	}
}

type exportedLine struct{ line, recordedAt string }

// entriesOf are the entries of an export by dossier, as they stand there.
func entriesOf(t *testing.T, export []byte) map[string][]exportedLine {
	t.Helper()
	out, dossier := map[string][]exportedLine{}, ""
	for line := range bytes.Lines(export) {
		var x struct {
			Dossier string
			Header  *struct{ RecordedAt string }
		}
		if err := json.Unmarshal(line, &x); err != nil {
			t.Fatal(err)
		}
		switch {
		case x.Dossier != "":
			dossier = x.Dossier
			out[dossier] = nil
		case x.Header != nil:
			if x.Header.RecordedAt == "" {
				t.Fatalf("%s does not say when it was recorded", line)
			}
			out[dossier] = append(out[dossier], exportedLine{string(line), x.Header.RecordedAt})
		}
	}
	return out
}

func TestParseDay(t *testing.T) {
	for _, text := range []string{"2015-09-01", "2018-08-06", "2019-12-31", "2021-05-31"} {
		if day, err := demo.ParseDay(text); err != nil || string(day) != text {
			t.Errorf("%s: got %q, %v, want it as it is", text, day, err)
		}
	}
	for _, text := range []string{"2015-08-31", "2021-06-01", "2021-05", "2021", "2019-02-30", "31.12.2019", "", "2019-12-31 "} {
		_, err := demo.ParseDay(text)
		var refused *demo.DayError
		if !errors.As(err, &refused) || refused.Day != text || !strings.Contains(err.Error(), "from 2015-09-01 to 2021-05-31") {
			t.Errorf("%q: got %v, want it refused with the days that there are", text, err)
		}
	}
}

func TestStartRefusesADayThatThereIsNot(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	eng, c := engineOf(t, s)
	var refused *demo.DayError
	if err := demo.Start(t.Context(), s, eng, c, "2021-06-01", nil); !errors.As(err, &refused) {
		t.Errorf("got %v, want a DayError", err)
	}
	if state, err := s.Marked(t.Context(), store.DemoLoad); state != "" || err != nil {
		t.Errorf("got the mark %q, %v, want the store left as it was", state, err)
	}
}

// TestAStoreThatWasLoadedBeforeThereWereDays holds the default one.
func TestAStoreThatWasLoadedBeforeThereWereDays(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	if err := s.Mark(t.Context(), store.DemoLoad, "loaded"); err != nil {
		t.Fatal(err)
	}
	eng, c := engineOf(t, s)
	if err := demo.Start(t.Context(), s, eng, c, demo.Default, nil); err != nil || c.Now() != demo.At(demo.Default) {
		t.Errorf("got %v, the clock at %s, want it taken at %s", err, c.Now(), demo.At(demo.Default))
	}
	if err := demo.Start(t.Context(), s, eng, c, demo.Last, nil); err == nil {
		t.Errorf("it was taken for %s", demo.Last)
	}
}
