package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// evidence is a paper on record.
const evidence ident.ID = "doc_00000000000000000000000001"

// mistyped is a case whose records can be corrected: a score, a decision on it, a
// letter and a paper about it, one about its meeting, and the meeting.
func mistyped(name StateName) (*rowStore, *Engine) {
	r, e := recording("proposal", name)
	lag := string(oneLAG)
	received := noon.Add(-30 * time.Minute)
	if r.facts.Proposal != nil {
		r.facts.Proposal.ReceivedAt = &received
		score := int64(80_00)
		r.facts.Proposal.FinalScore = &score
	}
	r.opened = []Subject{{ID: ourMeeting, Kind: "meeting", LAG: oneLAG, Dossier: ourMeeting, State: "held", Version: 1, Definition: "meeting@1"}}
	maps.Copy(r.rows, map[ident.ID]map[string]any{
		"sco_00000000000000000000000001": {"lagId": lag, "evaluationId": string(ourEvaluation), "criterionId": "crt_1", "points": "5000"},
		ourEvaluation:                    {"lagId": lag, "proposalId": string(ours)}, "crt_1": {"lagId": lag, "maxPoints": "6000"},
		"dec_00000000000000000000000001": {"lagId": lag, "meetingId": "mtg_00000000000000000000000001", "subjectId": string(ours), "outcome": "ADOPTED", "votesFor": 7, "votesAgainst": 1, "votesAbstained": 0},
		"mtg_00000000000000000000000001": {"lagId": lag, "heldOn": string(noon.Day()), "number": "1"},
		"cor_00000000000000000000000001": {"lagId": lag, "subjectId": string(ours), "direction": "OUT", "datedOn": string(noon.Day()), "deliveredAt": noon.String(), "number": "S-1"},
		"doc_00000000000000000000000001": {"lagId": lag, "subjectId": string(ours), "datedOn": string(noon.Day()), "number": "S-1"},
		"doc_00000000000000000000000002": {"lagId": lag, "subjectId": "mtg_00000000000000000000000001", "datedOn": string(noon.Day())},
		"doc_00000000000000000000000003": {"lagId": lag, "subjectId": lag, "datedOn": string(noon.Day())},
		"dec_00000000000000000000000003": {"lagId": lag, "meetingId": string(ourMeeting), "itemId": string(ourItem), "subjectId": string(ours), "outcome": "ADOPTED", "votesFor": 7},
		"atd_00000000000000000000000001": {"lagId": lag, "meetingId": string(ourMeeting), "arrivedAt": received.String(), "leftAt": noon.String()},
		"atd_00000000000000000000000002": {"lagId": lag, "meetingId": string(ourMeeting), "arrivedAt": received.String(), "leftAt": nil},
		ours:                             {"lagId": lag, "receivedAt": received.String(), "regNo": nil, "finalScore": "8000"},
	})
	return r, e
}

func correction(id ident.ID, field, value string) Correct {
	return Correct{ID: id, Field: field, Value: value, Reason: "Suklysta.", Document: evidence}
}

// corrected has two of the office stand behind the correction.
func corrected(t *testing.T, e *Engine, act Correct) Done {
	t.Helper()
	pending, err := e.Do(t.Context(), someone(Secretary), act)
	if err != nil {
		t.Fatal(err)
	}
	done, err := e.Do(t.Context(), someone(Chair), Confirm{ID: pending.Pending.ID})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// TestWhatCanBeCorrected is what was entered, by the office, with reason and paper.
func TestWhatCanBeCorrected(t *testing.T) {
	office := someone(Administrator)
	but := func(c Correct, f func(*Correct)) Correct { f(&c); return c }
	votes := correction("dec_00000000000000000000000001", "votesFor", "6")
	for _, tt := range []struct {
		name string
		who  Actor
		act  Correct
		want string // code and field
	}{
		{"votes", office, votes, ""},
		{"by the secretary", someone(Secretary), votes, ""},
		{"by an auditor", someone(Auditor), votes, "ROLE_REFUSED "},
		{"by the applicant", someone(Applicant), votes, "NOT_FOUND id"},
		{"by the board", someone(BoardMember), votes, "NOT_FOUND id"},
		{"by the office of another group", officer("x", Administrator, there), votes, "NOT_FOUND id"},
		{"points", office, correction("sco_00000000000000000000000001", "points", "60.00"), ""},
		{"beyond the criterion", office, correction("sco_00000000000000000000000001", "points", "60.01"), "MALFORMED_INPUT value"},
		{"points without decimals", office, correction("sco_00000000000000000000000001", "points", "60"), "MALFORMED_INPUT value"},
		{"the final score", office, correction(ours, "finalScore", "81.00"), "MALFORMED_INPUT value"},
		{"a field that is none", office, correction("dec_00000000000000000000000001", "outcome", "ADOPTED"), "MALFORMED_INPUT field"},
		{"what is not entered", office, correction(ours, "regNo", "R-1"), "NOT_ALLOWED_HERE field"},
		{"what stands", office, correction("dec_00000000000000000000000001", "votesFor", "7"), "NOT_ALLOWED_HERE value"},
		{"a day that is none", office, correction("mtg_00000000000000000000000001", "heldOn", "2016-02-30"), "MALFORMED_INPUT value"},
		{"a meeting that is yet to be", office, correction("mtg_00000000000000000000000001", "heldOn", string(noon.Day().AddDays(1))), "MALFORMED_INPUT value"},
		{"the day of a paper of the meeting", office, correction("doc_00000000000000000000000002", "datedOn", "2016-01-15"), ""},
		{"without a reason", office, but(votes, func(c *Correct) { c.Reason = "\t" }), "REASON_REQUIRED reason"},
		{"only looked at", office, but(votes, func(c *Correct) { c.Reason, c.Document, c.DryRun = "", "", true }), ""},
		{"with a book for a reason", office, but(votes, func(c *Correct) { c.Reason = strings.Repeat("a", maxText+1) }), "MALFORMED_INPUT reason"},
		{"without a paper", office, but(votes, func(c *Correct) { c.Document = "" }), "DOCUMENT_REQUIRED documentId"},
		{"with no paper", office, but(votes, func(c *Correct) { c.Document = ours }), "WRONG_ID_TYPE documentId"},
		{"a letter that arrived before it was written", office, correction("cor_00000000000000000000000001", "deliveredAt", (noon.Day().Start() - 1).String()), "DATE_REFUSED deliveredAt"},
		{"a letter that arrived on its day", office, correction("cor_00000000000000000000000001", "deliveredAt", noon.Day().Start().String()), ""},
		{"a letter written before", office, correction("cor_00000000000000000000000001", "datedOn", "2016-01-15"), ""},
		{"votes that were cast here", office, correction("dec_00000000000000000000000003", "votesFor", "6"), "NOT_ALLOWED_HERE field"},
		{"when somebody came", office, correction("atd_00000000000000000000000001", "arrivedAt", (noon - 1).String()), ""},
		{"that somebody came as they left", office, correction("atd_00000000000000000000000001", "arrivedAt", noon.String()), ""},
		{"that somebody left before they came", office, correction("atd_00000000000000000000000001", "leftAt", noon.Add(-time.Hour).String()), "MALFORMED_INPUT value"},
		{"that somebody is yet to come", office, correction("atd_00000000000000000000000002", "arrivedAt", (noon + 1).String()), "MALFORMED_INPUT arrivedAt"},
		{"when somebody came who stayed", office, correction("atd_00000000000000000000000002", "arrivedAt", noon.String()), ""},
		{"when somebody left who stayed", office, correction("atd_00000000000000000000000002", "leftAt", noon.String()), "NOT_ALLOWED_HERE field"},
		{"what is not there", office, correction("dec_00000000000000000000000002", "votesFor", "6"), "NOT_FOUND id"},
		{"of what cannot be", office, correction("ind_00000000000000000000000001", "title", "x"), "WRONG_ID_TYPE id"},
		{"of the registry by no group", office, correction("org_00000000000000000000000001", "name", "x"), "MALFORMED_INPUT lagId"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := mistyped("board_agenda")
			done, err := e.Do(t.Context(), tt.who, tt.act)
			if tt.want != "" {
				var refused *Error
				if !errors.As(err, &refused) || len(refused.Refusals) != 1 || string(refused.Refusals[0].Code)+" "+refused.Refusals[0].Field != tt.want || r.pending != nil {
					t.Errorf("got %v, want %s alone", err, tt.want)
				}
				return
			}
			if err != nil || (r.pending == nil) != tt.act.DryRun || (done.Pending == nil) != tt.act.DryRun || len(r.applied) > 0 {
				t.Errorf("got %+v and %v, want it to wait unless it is only looked at", done, err)
			}
		})
	}
}

// TestWhatRestsOnAFactIsListed, where it would be otherwise, and only there.
func TestWhatRestsOnAFactIsListed(t *testing.T) {
	unscored := func(r *rowStore) { r.facts.Proposal.FinalScore = nil }
	undecided := func(r *rowStore) { r.facts.Decisions = nil }
	far := func(r *rowStore) { r.facts.Call.Ranking[1].Score = 95_00 }
	near := func(at int64) func(r *rowStore) {
		return func(r *rowStore) { undecided(r); r.facts.Call.Ranking[1].Score = at }
	}
	as := func(outcome string) func(r *rowStore) {
		return func(r *rowStore) { r.rows["dec_00000000000000000000000001"]["outcome"] = outcome }
	}
	for _, tt := range []struct {
		name   string
		state  StateName
		act    Correct
		change func(*rowStore)
		want   []string // the first fact of each consequence
	}{
		{"points of a case decided on", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), far, []string{"{finalScore 80.00}", "{decision dec_00000000000000000000000001}"}},
		{"points and the rank", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), near(75_00), []string{"{finalScore 80.00}", "{proposal prp_00000000000000000000000002}"}},
		{"points that pass nobody", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), near(95_00), []string{"{finalScore 80.00}"}},
		{"points that come level", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), near(70_00), []string{"{finalScore 80.00}", "{proposal prp_00000000000000000000000002}"}},
		{"points that were level", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), near(80_00), []string{"{finalScore 80.00}", "{proposal prp_00000000000000000000000002}"}},
		{"points that stay behind", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), near(69_99), []string{"{finalScore 80.00}"}},
		{"points by which a ranking was frozen", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), func(r *rowStore) { near(95_00)(r); r.facts.Call.Frozen = 2 }, []string{"{finalScore 80.00}", "{version 2}"}},
		{"points before any score", "board_agenda", correction("sco_00000000000000000000000001", "points", "30.00"), unscored, nil},
		{"votes that still carry", "board_agenda", correction("dec_00000000000000000000000001", "votesFor", "2"), nil, nil},
		{"votes that are even", "board_agenda", correction("dec_00000000000000000000000001", "votesFor", "1"), nil, []string{"{decision dec_00000000000000000000000001}"}},
		{"votes against that carry", "board_agenda", correction("dec_00000000000000000000000001", "votesAgainst", "9"), nil, []string{"{decision dec_00000000000000000000000001}"}},
		{"votes abstained that leave a majority", "board_agenda", correction("dec_00000000000000000000000001", "votesAbstained", "5"), nil, nil},
		{"votes abstained that leave none", "board_agenda", correction("dec_00000000000000000000000001", "votesAbstained", "6"), nil, []string{"{decision dec_00000000000000000000000001}"}},
		{"votes of what was not adopted", "board_agenda", correction("dec_00000000000000000000000001", "votesFor", "1"), as("NOT_ADOPTED"), nil},
		{"votes that would have adopted", "board_agenda", correction("dec_00000000000000000000000001", "votesFor", "2"), as("NOT_ADOPTED"), []string{"{decision dec_00000000000000000000000001}"}},
		{"received in time as before", "registered", correction(ours, "receivedAt", noon.Add(-time.Hour).String()), nil, nil},
		{"the number of a letter", "rejected_late", correction("cor_00000000000000000000000001", "number", "S-2"), nil, nil},
		{"a paper of the meeting", "board_agenda", correction("doc_00000000000000000000000002", "datedOn", "2016-01-15"), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := mistyped(tt.state)
			if tt.change != nil {
				tt.change(r)
			}
			tt.act.DryRun = true
			done, err := e.Do(t.Context(), someone(Administrator), tt.act)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range done.Consequences {
				got = append(got, fmt.Sprint(c.Facts[0]))
				if c.Code != Corrected || c.Message.LT == "" || c.Message.EN == "" {
					t.Errorf("got %+v, want it said in both languages", c)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestTheScoreThatWouldFollowIsTold, from the sheet that was corrected.
func TestTheScoreThatWouldFollowIsTold(t *testing.T) {
	r, e := mistyped("board_agenda")
	r.facts.Proposal.Evaluations[1].Points = map[string]int64{"K1": 40_00, "K2": 30_00}
	c := correction("sco_00000000000000000000000001", "points", "30.00")
	c.DryRun = true
	done, err := e.Do(t.Context(), someone(Administrator), c)
	if err != nil || fmt.Sprint(done.Consequences[0].Facts) != "[{finalScore 80.00} {would 65.00}]" {
		t.Errorf("got %v and %v, want the mean of 60 and 70", done.Consequences, err)
	}
}

// TestAReceiptThatBecomesLateIsToBeDecided.
func TestAReceiptThatBecomesLateIsToBeDecided(t *testing.T) {
	r, e := mistyped("registered")
	r.facts.Call.ClosesAt = noon.Add(-10 * time.Minute)
	for at, want := range map[time.Duration]int{-20 * time.Minute: 0, -10 * time.Minute: 0, -5 * time.Minute: 1} {
		c := correction(ours, "receivedAt", noon.Add(at).String())
		c.DryRun = true
		done, err := e.Do(t.Context(), someone(Administrator), c)
		if err != nil || len(done.Consequences) != want {
			t.Errorf("%s: got %v and %v, want %d", at, done.Consequences, err, want)
		}
	}
}

// TestADeliveryMovesTheTermThatRunsFromIt, and what it would have ended already waits
// for somebody to decide so.
func TestADeliveryMovesTheTermThatRunsFromIt(t *testing.T) {
	const letter ident.ID = "cor_00000000000000000000000001"
	day := func(n int) clock.Instant { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	term := func(d int) clock.Instant { return noon.Day().AddDays(d + 14 + 1).Start() }
	for _, tt := range []struct {
		name      string
		state     StateName
		since     clock.Instant
		was, is   clock.Instant
		other     clock.Instant // when another letter was delivered, 0 for none
		direction string
		want      string // the last fact of the one consequence, "" for none
		ended     bool
	}{
		{"a day earlier", "rejected_late", day(-10), day(-3), day(-4), 0, "OUT", "endsAt " + term(-4).String(), false},
		{"a day later", "rejected_late", day(-10), day(-4), day(-3), 0, "OUT", "endsAt " + term(-3).String(), false},
		{"an hour later", "rejected_late", day(-10), day(-3), day(-3).Add(time.Hour), 0, "OUT", "", false},
		{"the moment of the decision", "rejected_late", day(-10), day(-3), day(-10), 0, "OUT", "endsAt " + term(-10).String(), false},
		{"before the decision", "rejected_late", day(-10), day(-3), day(-10) - 1, 0, "OUT", "ended " + term(-3).String(), false},
		{"from the moment of the decision", "rejected_late", day(-10), day(-10), day(-6), 0, "OUT", "endsAt " + term(-6).String(), false},
		{"long ago", "rejected_late", day(-40), day(-3), day(-20), 0, "OUT", "endsAt " + term(-20).String(), true},
		{"so that it ends today", "rejected_late", day(-40), day(-3), day(-14), 0, "OUT", "endsAt " + term(-14).String(), false},
		{"so that it ended on Friday", "rejected_late", day(-40), day(-3), day(-17), 0, "OUT", "endsAt " + term(-17).String(), true},
		{"long ago, and over before", "rejected_late", day(-40), day(-17), day(-20), 0, "OUT", "endsAt " + term(-20).String(), false},
		{"behind another letter", "rejected_late", day(-10), day(-3), day(-4), day(-5), "OUT", "", false},
		{"before another letter", "rejected_late", day(-10), day(-3), day(-6), day(-5), "OUT", "endsAt " + term(-6).String(), false},
		{"of a letter that came in", "rejected_late", day(-9), day(-3), day(-4), 0, "IN", "", false},
		{"where no letter begins a term", "submitted", day(-9), day(-3), day(-4), 0, "OUT", "", false},
		{"after which the case went on", "submitted", day(-2), day(-3), day(-4), 0, "OUT", "deliveredAt " + day(-4).String(), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := mistyped(tt.state)
			r.subject.Since = tt.since
			r.rows[letter]["deliveredAt"], r.rows[letter]["direction"] = tt.was.String(), tt.direction
			r.rows[letter]["datedOn"] = "2019-01-02"
			state, _ := shippedMachines().Latest("proposal").State(tt.state)
			r.termsOf = func(q TermsOf) (out []Due) {
				delivered := []clock.Instant{tt.was, tt.other}
				if q.Without == letter {
					delivered[0] = 0
				}
				for _, at := range delivered {
					if at > 0 && (len(out) == 0 || at < tt.was) && q.State.Deadline.From == Delivered {
						out = []Due{{Subject: r.subject, State: state, Event: "termExpired", EndsAt: q.State.Deadline.Ends(false, "", at, r.subject)}}
					}
				}
				return out
			}
			done := corrected(t, e, correction(letter, "deliveredAt", tt.is.String()))
			got := ""
			for _, c := range done.Consequences {
				last := c.Facts[len(c.Facts)-1]
				got += last.Name + " " + last.Value
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			incident := correcting
			if tt.ended {
				incident = "termExpired"
			}
			for _, c := range r.applied[1:] {
				if c.Set["event"] != string(incident) {
					t.Errorf("got an incident of %v, want %s", c.Set["event"], incident)
				}
			}
		})
	}
}

// TestADeliveryThatStartedNoTermMovesNone, and one by which nobody can tell moves
// nothing in silence.
func TestADeliveryThatStartedNoTermMovesNone(t *testing.T) {
	const letter ident.ID = "cor_00000000000000000000000001"
	broken := errors.New("the disk is full")
	for _, tt := range []struct {
		name    string
		untimed func(TermsOf) error
		want    error
	}{
		{"no term", nil, nil},
		{"the term as it is cannot be read", func(q TermsOf) error { return map[bool]error{true: broken}[q.Without == ""] }, broken},
		{"the term as it would be cannot be read", func(q TermsOf) error { return map[bool]error{true: broken}[q.Without == letter] }, broken},
	} {
		r, e := mistyped("rejected_late")
		r.subject.Since = noon
		r.rows[letter]["datedOn"] = "2019-01-02"
		r.untimed = tt.untimed
		c := correction(letter, "deliveredAt", noon.Add(-24*time.Hour).String())
		c.DryRun = true
		done, err := e.Do(t.Context(), someone(Administrator), c)
		if !errors.Is(err, tt.want) || len(done.Consequences) > 0 {
			t.Errorf("%s: got %+v and %v, want nothing to decide and %v", tt.name, done.Consequences, err, tt.want)
		}
	}
}

// aged is a case with a day of its own on record.
func aged(kind Kind, name StateName, field string, day clock.Date) (*rowStore, *Engine) {
	r, e := recording(kind, name)
	r.rows[r.subject.ID] = map[string]any{"lagId": string(oneLAG), field: string(day)}
	return r, e
}

// TestADayOfACaseMovesTheTermThatRunsFromIt, and where the case has gone on from the
// state of the term, people look at it.
func TestADayOfACaseMovesTheTermThatRunsFromIt(t *testing.T) {
	day := noon.Day().AddDays
	ended, ends := "{ended "+day(10).End().String()+"}", "{endsAt "+day(20).End().String()+"}"
	for _, tt := range []struct {
		name     string
		kind     Kind
		state    StateName
		field    string
		ran      bool
		is       clock.Date
		want     string // the facts of the one consequence, "" for none
		incident EventName
	}{
		{"to a later day", "contract", "signed", "startsOn", true, day(20), "[{state signed} " + ended + " " + ends + "]", correcting},
		{"of a term that did not run", "contract", "signed", "startsOn", false, day(20), "[{state signed} " + ends + "]", correcting},
		{"to a day that is over", "contract", "signed", "startsOn", true, day(-1), "[{state signed} " + ended + " {endsAt " + day(-1).End().String() + "}]", "start"},
		{"where the term is over", "contract", "active", "startsOn", false, day(20), "[{state active} {startsOn " + string(day(20)) + "}]", correcting},
		{"long after it", "contract", "settled", "startsOn", false, day(20), "[{state settled} {startsOn " + string(day(20)) + "}]", correcting},
		{"where the term is yet to come", "contract", "offered", "startsOn", false, day(20), "", ""},
		{"where it never came", "contract", "refused", "startsOn", false, day(20), "", ""},
		{"beside the term", "contract", "signed", "signedOn", true, day(-1), "", ""},
		{"that no term runs from", "contract", "active", "signedOn", false, day(-1), "", ""},
		{"of a report", "progress_report", "due", "dueOn", true, day(20), "[{state due} " + ended + " " + ends + "]", correcting},
		{"of a report that is overdue", "progress_report", "overdue", "dueOn", false, day(20), "[{state overdue} {dueOn " + string(day(20)) + "}]", correcting},
		{"of another field of the report", "progress_report", "due", "periodTo", true, day(20), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := aged(tt.kind, tt.state, tt.field, day(10))
			state, _ := shippedMachines().Latest(tt.kind).State(tt.state)
			if tt.ran {
				r.terms = []Due{{Subject: r.subject, State: state, Event: state.Deadline.Event, EndsAt: day(10).End()}}
			}
			done := corrected(t, e, correction(r.subject.ID, tt.field, string(tt.is)))
			got := ""
			for _, c := range done.Consequences {
				got += fmt.Sprint(c.Facts)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, c := range r.applied[1:] {
				if c.Set["event"] != string(tt.incident) {
					t.Errorf("got an incident of %v, want %s", c.Set["event"], tt.incident)
				}
			}
		})
	}
}

// TestWhereNobodyCanTellWhatRestsOnADayItIsNotCorrected.
func TestWhereNobodyCanTellWhatRestsOnADayItIsNotCorrected(t *testing.T) {
	broken := errors.New("the disk is full")
	for name, tt := range map[string]struct {
		change func(*rowStore)
		want   string
	}{
		"no terms":   {func(r *rowStore) { r.untimed = func(TermsOf) error { return broken } }, broken.Error()},
		"no machine": {func(r *rowStore) { r.subject.Definition = "contract@9" }, "contract@9, which is not loaded"},
	} {
		r, e := aged("contract", "signed", "startsOn", noon.Day().AddDays(10))
		tt.change(r)
		_, err := e.Do(t.Context(), someone(Secretary), correction(r.subject.ID, "startsOn", string(noon.Day().AddDays(20))))
		if err == nil || !strings.Contains(err.Error(), tt.want) || r.pending != nil {
			t.Errorf("%s: got %v, want %q and nothing kept", name, err, tt.want)
		}
	}
}

// TestAMeetingIsLockedBeforeWhatItDecided, and a ranking only for what may move it.
func TestAMeetingIsLockedBeforeWhatItDecided(t *testing.T) {
	const meeting = "mtg_00000000000000000000000001"
	byItself := []string{"what stands before " + string(ours), string(ours), "dossier " + string(ours)}
	for _, tt := range []struct {
		act  Correct
		want []string // the first locks
	}{
		{correction("dec_00000000000000000000000001", "votesFor", "6"), []string{"dossier " + meeting, string(ours)}},
		{correction("sco_00000000000000000000000001", "points", "30.00"), byItself},
		{correction("cor_00000000000000000000000001", "number", "S-2"), byItself},
		{correction(ours, "receivedAt", noon.Add(-time.Hour).String()), byItself},
		{correction(meeting, "number", "2"), []string{"dossier " + meeting}},
		{correction("doc_00000000000000000000000002", "datedOn", "2016-01-15"), []string{"dossier " + meeting}},
		{correction("doc_00000000000000000000000003", "datedOn", "2016-01-15"), []string{"dossier " + string(oneLAG)}},
	} {
		r, e := mistyped("board_agenda")
		if _, err := e.Do(t.Context(), someone(Secretary), tt.act); err != nil || !slices.Equal(r.locks[:min(len(tt.want), len(r.locks))], tt.want) {
			t.Errorf("%s: got %v and the locks %q, want %q first", tt.act.ID, err, r.locks, tt.want)
		}
		r, e = mistyped("board_agenda")
		r.lost = errors.New("the disk is full")
		if _, err := e.Do(t.Context(), someone(Secretary), tt.act); !errors.Is(err, r.lost) || r.pending != nil {
			t.Errorf("%s without its dossier: got %v, want %v", tt.act.ID, err, r.lost)
		}
	}
}

// TestTheReceiptIsOneFact: what came on paper was submitted when it was received.
func TestTheReceiptIsOneFact(t *testing.T) {
	for submitted, follows := range map[string]bool{noon.Add(-30 * time.Minute).String(): true, noon.String(): false} {
		r, e := mistyped("registered")
		r.rows[ours]["submittedAt"] = submitted
		at := noon.Add(-time.Hour)
		pending, err := e.Do(t.Context(), someone(Secretary), correction(ours, "receivedAt", at.String()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Do(t.Context(), someone(Chair), Confirm{ID: pending.Pending.ID}); err != nil {
			t.Fatal(err)
		}
		if got := r.applied[0].Set["submittedAt"]; (got == at) != follows || (got == nil) == follows {
			t.Errorf("submitted at %s: got %v, want it to follow: %t", submitted, got, follows)
		}
	}
}

// TestAReceiptDecidesBetweenEqualScores.
func TestAReceiptDecidesBetweenEqualScores(t *testing.T) {
	was, other := noon.Add(-30*time.Minute), noon.Add(-40*time.Minute)
	for _, tt := range []struct {
		score int64
		at    clock.Instant
		want  int
	}{
		{80_00, noon.Add(-time.Hour), 1},
		{80_00, other, 1},
		{80_00, other + 1, 0},
		{80_00, noon.Add(-time.Minute), 0},
		{79_99, noon.Add(-time.Hour), 0},
	} {
		r, e := mistyped("scored")
		r.facts.Call.ClosesAt = noon
		r.facts.Call.Ranking = []RankedFacts{{Proposal: ours, Score: 80_00, SubmittedAt: was}, {Proposal: "prp_2", Score: tt.score, SubmittedAt: other}}
		c := correction(ours, "receivedAt", tt.at.String())
		c.DryRun = true
		done, err := e.Do(t.Context(), someone(Administrator), c)
		if err != nil || len(done.Consequences) != tt.want {
			t.Errorf("%d at %s: got %v and %v, want %d", tt.score, tt.at, done.Consequences, err, tt.want)
		}
	}
}

// TestAReceiptLeavesOneThatWasLevel: of two that came at once, the corrected one is now
// before the other.
func TestAReceiptLeavesOneThatWasLevel(t *testing.T) {
	r, e := mistyped("scored")
	r.facts.Call.ClosesAt = noon
	r.facts.Call.Ranking = []RankedFacts{{Proposal: "prp_2", Score: 80_00, SubmittedAt: noon.Add(-30 * time.Minute)}}
	c := correction(ours, "receivedAt", noon.Add(-time.Hour).String())
	c.DryRun = true
	done, err := e.Do(t.Context(), someone(Administrator), c)
	if err != nil || len(done.Consequences) != 1 {
		t.Errorf("got %v and %v, want the other named", done.Consequences, err)
	}
}

// TestAMeetingIsHeldBeforeItDecides, and a letter is written before it arrives, where it
// has.
func TestAMeetingIsHeldBeforeItDecides(t *testing.T) {
	const meeting, letter ident.ID = "mtg_00000000000000000000000001", "cor_00000000000000000000000001"
	broken := errors.New("the disk is full")
	for name, tt := range map[string]struct {
		change func(*rowStore)
		act    Correct
		want   any // a code, or the error
	}{
		"before its decision": {func(r *rowStore) { r.decided = "2016-01-16" }, correction(meeting, "heldOn", "2016-01-15"), Code("")},
		"on its day":          {func(r *rowStore) { r.decided = "2016-01-15" }, correction(meeting, "heldOn", "2016-01-15"), Code("")},
		"after it":            {func(r *rowStore) { r.decided = "2016-01-14" }, correction(meeting, "heldOn", "2016-01-15"), MalformedInput},
		"nobody can say":      {func(r *rowStore) { r.undecided = broken }, correction(meeting, "heldOn", "2016-01-15"), broken},
		"a letter on its way": {func(r *rowStore) { r.rows[letter]["deliveredAt"] = nil }, correction(letter, "datedOn", "2016-01-15"), Code("")},
		"a broken delivery":   {func(r *rowStore) { r.rows[letter]["deliveredAt"] = "soon" }, correction(letter, "deliveredAt", noon.Add(-time.Minute).String()), errors.New("instant")},
	} {
		r, e := mistyped("board_agenda")
		tt.change(r)
		_, err := e.Do(t.Context(), someone(Administrator), tt.act)
		switch want := tt.want.(type) {
		case Code:
			if want == "" && err != nil || want != "" && !onlyCode(err, want) {
				t.Errorf("%s: got %v, want %q", name, err, want)
			}
		case error:
			if err == nil || !strings.Contains(err.Error(), want.Error()) {
				t.Errorf("%s: got %v, want %v", name, err, want)
			}
		}
	}
	for kind, want := range map[Kind]bool{"proposal": true, "call": false} {
		if got := shippedMachines().Latest(kind).countsDeliveries(); got != want {
			t.Errorf("%s: got that terms run from letters: %t, want %t", kind, got, want)
		}
	}
}

// TestATermThatEndsThisVeryMomentIsOver, by the old delivery as by the new.
func TestATermThatEndsThisVeryMomentIsOver(t *testing.T) {
	const letter ident.ID = "cor_00000000000000000000000001"
	day := func(n int) clock.Instant { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	ends := noon.Day().AddDays(1).Start() // of a letter that was delivered fourteen days ago
	for _, tt := range []struct {
		was, is clock.Instant
		now     clock.Instant
		held    bool
	}{
		{day(-10), day(-14), ends, true}, {day(-10), day(-14), ends - 1, false}, {day(-14), day(-18), ends, false}, {day(-14), day(-18), ends - 1, true},
	} {
		r, e := mistyped("rejected_late")
		e.Clock = clock.NewManual(tt.now)
		r.subject.Since = day(-40)
		r.rows[letter]["deliveredAt"], r.rows[letter]["datedOn"] = tt.was.String(), "2019-01-02"
		state, _ := shippedMachines().Latest("proposal").State("rejected_late")
		r.termsOf = func(q TermsOf) []Due {
			if q.Without == letter {
				return nil
			}
			return []Due{{Subject: r.subject, State: state, Event: "termExpired", EndsAt: state.Deadline.Ends(false, "", tt.was, r.subject)}}
		}
		pending, err := e.Do(t.Context(), someone(Secretary), correction(letter, "deliveredAt", tt.is.String()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Do(t.Context(), someone(Chair), Confirm{ID: pending.Pending.ID}); err != nil {
			t.Fatal(err)
		}
		held := slices.ContainsFunc(r.applied, func(c Change) bool { return c.Set["event"] == "termExpired" })
		if held != tt.held {
			t.Errorf("from %s to %s at %s: got %+v, want it left to people: %t", tt.was, tt.is, tt.now, r.applied, tt.held)
		}
	}
}

// TestARefusedCorrectionStandsInTheDossierOfTheCase, whichever record it was of.
func TestARefusedCorrectionStandsInTheDossierOfTheCase(t *testing.T) {
	for id, dossier := range map[ident.ID]ident.ID{
		"sco_00000000000000000000000001": ours, "dec_00000000000000000000000001": ours, "doc_00000000000000000000000001": ours,
		"doc_00000000000000000000000002": "mtg_00000000000000000000000001", "mtg_00000000000000000000000001": "mtg_00000000000000000000000001",
		"doc_00000000000000000000000003": oneLAG,
	} {
		r, e := mistyped("board_agenda")
		if _, err := e.Do(t.Context(), someone(Auditor), correction(id, "number", "2")); !onlyCode(err, RoleRefused) {
			t.Fatalf("%s: got %v, want %s", id, err, RoleRefused)
		}
		if len(r.entries) != 1 || r.entries[0].Kind != "refused" || r.entries[0].Dossier != dossier || r.suspect != 0 {
			t.Errorf("%s: got %+v, want the attempt in %s", id, r.entries, dossier)
		}
	}
}

// TestACorrectionIsAnEntryOfTwo, with what was and is, and an incident for each
// thing to decide; nothing else changes.
func TestACorrectionIsAnEntryOfTwo(t *testing.T) {
	for _, tt := range []struct {
		act     Correct
		dossier ident.ID
		changes string
	}{
		{correction("sco_00000000000000000000000001", "points", "30.00"), ours, "Score Incident Incident"},
		{correction("dec_00000000000000000000000001", "votesFor", "6"), "mtg_00000000000000000000000001", "Decision"},
		{correction("mtg_00000000000000000000000001", "number", "2"), "mtg_00000000000000000000000001", "Meeting"},
		{correction("doc_00000000000000000000000002", "datedOn", "2016-01-15"), "mtg_00000000000000000000000001", "Document"},
		{correction("doc_00000000000000000000000003", "datedOn", "2016-01-15"), oneLAG, "Document"},
		{correction("doc_00000000000000000000000001", "datedOn", "2016-01-15"), ours, "Document"},
		{correction(ours, "receivedAt", noon.Add(-time.Hour).String()), ours, "Proposal"},
	} {
		r, e := mistyped("board_agenda")
		r.facts.Call.Ranking[1].Score = 95_00
		author, second := someone(Secretary), someone(Chair)
		pending, err := e.Do(t.Context(), author, tt.act)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.pending.Act; got.Name() != "record.correct" || got.Reason() != "Suklysta." || len(got.Facts()) != 2 || r.pending.LAG != oneLAG {
			t.Errorf("%s: kept %+v, want what is corrected", tt.act.Field, got)
		}
		done, err := e.Do(t.Context(), second, Confirm{ID: pending.Pending.ID})
		if err != nil {
			t.Fatalf("%s: %v", tt.act.Field, err)
		}
		var types []string
		for _, c := range r.applied {
			types = append(types, c.Type)
		}
		if got := strings.Join(types, " "); got != tt.changes {
			t.Errorf("%s of %s: got the changes %s, want %s", tt.act.Field, tt.act.ID, got, tt.changes)
		}
		versioned := r.applied[0].Type == "Proposal"
		if got := r.applied[0]; got.ID != tt.act.ID || (got.Expect == 3) != versioned || (got.Set["version"] == 4) != versioned {
			t.Errorf("%s: got %+v, want the one value", tt.act.Field, got)
		}
		h := r.entries[len(r.entries)-1]
		if h.Kind != "record.correct" || h.Dossier != tt.dossier || h.SecondActor != second.Person || h.Role != string(Secretary) || done.N == 0 {
			t.Errorf("%s: got the entry %+v, want one of %s by two", tt.act.Field, h, tt.dossier)
		}
		if body := string(r.bodies[len(r.bodies)-1]); !strings.Contains(body, `{"name":"was","value":"`) || !strings.Contains(body, string(evidence)) {
			t.Errorf("%s: got %s, want what was", tt.act.Field, body)
		}
	}
}

const (
	someOrg    ident.ID = "org_00000000000000000000000001"
	somebody   ident.ID = "per_00000000000000000000000007"
	someSeat   ident.ID = "sea_00000000000000000000000001"
	someMember ident.ID = "mem_00000000000000000000000001"
)

// registered is a group with an applicant in the registry, a seat and a member.
func registered() (*rowStore, *Engine) {
	r, e := mistyped("board_agenda")
	r.concerned = true
	lag := string(oneLAG)
	maps.Copy(r.rows, map[ident.ID]map[string]any{
		someOrg:    {"name": "Liberi", "legalCode": "192050725", "legalForm": "VSI", "address": nil},
		somebody:   {"name": "Vardenė", "email": "vardene@kitur.lt"},
		someSeat:   {"lagId": lag, "since": "2019-01-01", "until": "2019-01-31"},
		someMember: {"lagId": lag, "since": "2019-01-01", "until": "2019-01-31"},
	})
	r.live = []LiveFacts{
		{Proposal: ours, Applicant: someOrg, EligibleForms: []string{"VSI", "ASOCIACIJA"}, Persons: []ident.ID{somebody}},
		{Proposal: "prp_00000000000000000000000002", Applicant: "org_00000000000000000000000002", EligibleForms: []string{"VSI"}},
	}
	r.related = RelationFacts{
		LAG:           oneLAG,
		Persons:       map[ident.ID]PersonFacts{somebody: {Email: "vardene@kitur.lt"}, "per_x": {Organisation: someOrg, Email: "x@liberi.lt"}},
		Organisations: map[ident.ID]OrganisationFacts{someOrg: {Name: "Liberi", LegalCode: "192050725"}},
	}
	state := func(s StateName) State { x, _ := shippedMachines().Latest("meeting").State(s); return x }
	r.sittings = []SittingFacts{
		{Meeting: "mtg_00000000000000000000000001", On: "2018-12-20", State: state("held"), Decided: []clock.Date{"2018-12-20"}},
		{Meeting: "mtg_00000000000000000000000002", On: "2019-01-01", State: state("held")},
		{Meeting: "mtg_00000000000000000000000003", On: "2019-01-31", State: state("held")},
		{Meeting: "mtg_00000000000000000000000004", On: "2018-12-28", State: state("planned")},
		{Meeting: "mtg_00000000000000000000000005", On: "2018-12-27", State: state("cancelled")},
		{Meeting: "mtg_00000000000000000000000006", On: "2031-01-01", State: state("called")},
		{Meeting: "mtg_00000000000000000000000008", On: "2031-02-01", State: state("adjourned"), Decided: []clock.Date{"2018-12-18", "2018-12-19"}},
		{Meeting: "mtg_00000000000000000000000007", On: e.Clock.Now().Day(), State: state("held")},
	}
	return r, e
}

// TestTheRegistryIsMendedInAGroup that has to do with it, and what rests on the fact there
// is listed where it would be otherwise.
func TestTheRegistryIsMendedInAGroup(t *testing.T) {
	in := func(id ident.ID, field, value string) Correct {
		c := correction(id, field, value)
		if c.ofRegistry() {
			c.LAG = oneLAG
		}
		return c
	}
	sound := func(*rowStore) {}
	// beside gives the applicant an address, and the evaluator an organisation with another.
	beside := func(theirs, evaluators string) func(*rowStore) {
		return func(r *rowStore) {
			const employer ident.ID = "org_00000000000000000000000009"
			r.rows[someOrg]["address"] = theirs
			applicant := r.related.Organisations[someOrg]
			applicant.Address = theirs
			r.related.Organisations[someOrg] = applicant
			r.related.Organisations[employer] = OrganisationFacts{Name: "Darbdavys", Address: evaluators}
			r.related.Persons[somebody] = PersonFacts{Organisation: employer, Email: "vardene@kitur.lt"}
		}
	}
	for _, tt := range []struct {
		name   string
		act    Correct
		change func(*rowStore)
		want   string   // code and field of the refusal
		rests  []string // the first fact of each consequence
	}{
		{"a name", in(someOrg, "name", "Liberi, VšĮ"), sound, "", nil},
		{"a blank name", in(someOrg, "name", " "), sound, "MALFORMED_INPUT name", nil},
		{"a group that has nothing to do with it", in(someOrg, "name", "Kita"), func(r *rowStore) { r.concerned = false }, "ROLE_REFUSED lagId", nil},
		{"a form that may apply too", in(someOrg, "legalForm", "ASOCIACIJA"), sound, "", nil},
		{"a form that may not", in(someOrg, "legalForm", "UAB"), sound, "", []string{"{proposal " + string(ours) + "}"}},
		{"a code", in(someOrg, "legalCode", "188710823"), sound, "", []string{"{proposal " + string(ours) + "}"}},
		{"a code that does not hold", in(someOrg, "legalCode", "188710824"), sound, "BAD_CHECK_DIGIT value", nil},
		{"another's code", in(someOrg, "legalCode", "188710823"), func(r *rowStore) { r.coded = "org_00000000000000000000000002" }, "CONFLICT value", nil},
		{"its own code", in(someOrg, "legalCode", "188710823"), func(r *rowStore) { r.coded = someOrg }, "", []string{"{proposal " + string(ours) + "}"}},
		{"an address that nobody entered", in(someOrg, "address", "Turgaus a. 1"), sound, "NOT_ALLOWED_HERE field", nil},
		{"an e-mail at another host", in(somebody, "email", "vardene@kitas.lt"), sound, "", nil},
		{"an e-mail at the applicant's", in(somebody, "email", "vardene@liberi.lt"), sound, "", []string{"{proposal " + string(ours) + "}"}},
		{"an e-mail of whom data show nothing", in(somebody, "email", "vardene@liberi.lt"), func(r *rowStore) { delete(r.related.Persons, somebody) }, "", nil},
		{"an address that becomes the evaluator's", in(someOrg, "address", "Turgaus a. 1"), beside("Turgaus a. 2", "Turgaus a. 1"), "", []string{"{proposal " + string(ours) + "}"}},
		{"an address that was the evaluator's", in(someOrg, "address", "Turgaus a. 1"), beside("Turgaus a. 2", "Turgaus a. 2"), "", []string{"{proposal " + string(ours) + "}"}},
		{"an address that is nobody's", in(someOrg, "address", "Turgaus a. 1"), beside("Turgaus a. 2", "Turgaus a. 3"), "", nil},
		{"an e-mail as it stands", in(somebody, "email", "vardene@kitur.lt"), sound, "NOT_ALLOWED_HERE value", nil},
		{"a person's name", in(somebody, "name", "Pavardenė"), sound, "", nil},
		{"a seat that was there before", in(someSeat, "since", "2018-12-20"), sound, "", []string{"{meeting mtg_00000000000000000000000001}"}},
		{"a seat that was at a sitting of one that goes on", in(someSeat, "since", "2018-12-19"), sound, "", []string{
			"{meeting mtg_00000000000000000000000001}", "{meeting mtg_00000000000000000000000008}",
		}},
		{"a seat from a day without a meeting", in(someSeat, "since", "2018-12-21"), sound, "", nil},
		{"a seat that came later", in(someSeat, "since", "2019-01-02"), sound, "", []string{"{meeting mtg_00000000000000000000000002}"}},
		{"a seat that ended before", in(someSeat, "until", "2019-01-30"), sound, "", []string{"{meeting mtg_00000000000000000000000003}"}},
		{"a seat that goes on past today and one that is called", in(someSeat, "until", "2032-01-01"), sound, "", []string{"{meeting mtg_00000000000000000000000007}"}},
		{"a seat for a day", in(someSeat, "since", "2019-01-31"), sound, "", []string{"{meeting mtg_00000000000000000000000002}"}},
		{"a seat that ends before it begins", in(someSeat, "since", "2019-02-01"), sound, "MALFORMED_INPUT value", nil},
		{"a member's days", in(someMember, "until", "2019-02-28"), sound, "", nil},
		{"a member who left before they came", in(someMember, "until", "2018-12-31"), sound, "MALFORMED_INPUT value", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := registered()
			tt.change(r)
			look := tt.act
			look.DryRun = true
			seen, err := e.Do(t.Context(), someone(Administrator), look)
			if got := reasons(err); got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			if tt.want != "" {
				return
			}
			done := corrected(t, e, tt.act)
			var got []string
			for _, c := range done.Consequences {
				got = append(got, fmt.Sprint(c.Facts[0]))
			}
			if !slices.Equal(got, tt.rests) || len(seen.Consequences) != len(got) {
				t.Errorf("got %v, and %d only looked at, want %v", got, len(seen.Consequences), tt.rests)
			}
			incidents := 0
			for _, c := range r.applied {
				if c.Type == "Incident" {
					want := tt.rests[min(incidents, len(tt.rests)-1)]
					if about, _ := c.Set["subjectId"].(ident.ID); fmt.Sprintf("{%s %s}", strings.Fields(want)[0][1:], about) != want {
						t.Errorf("got an incident about %s, want %s", about, want)
					}
					incidents++
				}
			}
			if incidents != len(tt.rests) {
				t.Errorf("got %d incidents, want %d", incidents, len(tt.rests))
			}
			if facts := guardFacts(t, r.bodies[len(r.bodies)-1]); tt.act.ofRegistry() && strings.Contains(facts, string(ours)) {
				t.Errorf("got %s, which every office reads, want no case of the group in it", facts)
			}
			if text := string(r.bodies[len(r.bodies)-1]); tt.act.ID == somebody && (strings.Contains(text, tt.act.Value) || strings.Contains(text, "kitur")) {
				t.Errorf("got %s, want no personal text in it", text)
			}
		})
	}
}

// guardFacts is what the entry says was checked.
func guardFacts(t *testing.T, body []byte) string {
	t.Helper()
	var told struct{ Guards json.RawMessage }
	if err := json.Unmarshal(body, &told); err != nil {
		t.Fatal(err)
	}
	return string(told.Guards)
}
