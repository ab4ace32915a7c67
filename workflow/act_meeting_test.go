package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// member holds the first seat of the board.
func member(i int) Actor {
	return Actor{Person: ident.ID("per_seat" + string(rune('1'+i))), Grants: []Grant{{Role: BoardMember, LAG: oneLAG}}}
}

func attending(a Attend, arrange ...func(*rowStore)) func(*rowStore, *Engine) (Record, error) {
	return func(r *rowStore, e *Engine) (Record, error) {
		a.LAG, a.Meeting = oneLAG, ourMeeting
		if a.Seat == "" {
			a.Seat = seatNo(0)
		}
		for _, f := range arrange {
			f(r)
		}
		return e.Attend(a), nil
	}
}

func TestWhoRecordsWhatASeatDoes(t *testing.T) {
	const paper = "doc_00000000000000000000000001"
	fresh := func(r *rowStore) {
		s := &r.facts.Meeting.Seats[0]
		s.Attendance, s.DeclaredAt, s.ArrivedAt = "", nil, nil
	}
	gone := func(r *rowStore) { r.facts.Meeting.Seats[0].LeftAt = &r.facts.Now }
	satBy := func(r *rowStore) { r.facts.Meeting.Seats[0].SatBy = member(1).Person }
	during := func(r *rowStore) { r.facts.Meeting.Items = []ItemState{{ID: ourItem, State: State{Running: true}}} }
	secretary := someone(Secretary)
	recorded(t, "meeting", "called", []actCase{
		{"their own declaration", member(0), attending(Attend{What: SignedDeclaration}, fresh), ""},
		{"their own declaration twice", member(0), attending(Attend{What: SignedDeclaration}), "NOT_ALLOWED_HERE seatId"},
		{"another's declaration", member(1), attending(Attend{What: SignedDeclaration}, fresh), "ROLE_REFUSED seatId"},
		{"of whoever sits in another's place", member(1), attending(Attend{What: SignedDeclaration}, fresh, satBy), ""},
		{"of whoever somebody else sits in the place of", member(0), attending(Attend{What: SignedDeclaration}, satBy), "ROLE_REFUSED seatId"},
		{"one recorded by the secretary without it", secretary, attending(Attend{What: SignedDeclaration}, fresh), "DOCUMENT_REQUIRED documentId"},
		{"one recorded by the secretary", secretary, attending(Attend{What: SignedDeclaration, Document: paper}, fresh), ""},
		{"that they came themselves", member(0), attending(Attend{What: Arrived}, fresh), "ROLE_REFUSED"},
		{"that they came", secretary, attending(Attend{What: Arrived}, fresh), ""},
		{"that they came again", secretary, attending(Attend{What: Arrived}), "NOT_ALLOWED_HERE seatId"},
		{"that they came back", secretary, attending(Attend{What: Arrived}, gone), ""},
		{"that they left", secretary, attending(Attend{What: Left}), ""},
		{"that they left and were not there", secretary, attending(Attend{What: Left}, fresh), "NOT_ALLOWED_HERE seatId"},
		{"that they left twice", secretary, attending(Attend{What: Left}, gone), "NOT_ALLOWED_HERE seatId"},
		{"somebody in their place without a paper", secretary, attending(Attend{What: Arrived, InPlace: "per_deputy"}), "DOCUMENT_REQUIRED documentId"},
		{"somebody in their place", secretary, attending(Attend{What: Arrived, InPlace: "per_deputy", Document: paper}), ""},
		{"somebody who has a seat already", secretary, attending(Attend{What: Arrived, InPlace: member(1).Person, Document: paper}), "CONFLICT inPlaceId"},
		{"somebody in their place while there is a vote", secretary, attending(Attend{What: Arrived, InPlace: "per_deputy", Document: paper}, during), "NOT_ALLOWED_HERE inPlaceId"},
		{"that they left while there is a vote", secretary, attending(Attend{What: Left}, during), ""},
		{"the holder, who is there, in their own place", secretary, attending(Attend{What: Arrived, InPlace: member(0).Person}), "NOT_ALLOWED_HERE seatId"},
		{"the holder in their own place", secretary, attending(Attend{What: Arrived, InPlace: member(0).Person}, satBy), ""},
		{"a seat of another board", secretary, attending(Attend{What: Arrived, Seat: "sea_00000000000000000000000009"}), "NOT_FOUND seatId"},
	})
	recorded(t, "meeting", "held", []actCase{
		{"after the meeting", secretary, attending(Attend{What: Left}), "NOT_ALLOWED_HERE meetingId"},
	})
	recorded(t, "meeting", "planned", []actCase{
		{"that they came before it is called", secretary, attending(Attend{What: Arrived}, fresh), "NOT_ALLOWED_HERE meetingId"},
		{"the declaration before it is called", member(0), attending(Attend{What: SignedDeclaration}, fresh), ""},
	})
}

// TestWhatASeatDoesIsOneRow, which a stay anew and somebody else in the place change.
func TestWhatASeatDoesIsOneRow(t *testing.T) {
	write := func(a Attend, arrange func(*rowStore)) Change {
		t.Helper()
		store, e := recording("meeting", "called")
		if err := sent(t, store, e, actCase{by: someone(Secretary), act: attending(a, arrange)}); err != nil {
			t.Fatal(err)
		}
		return store.applied[0]
	}
	const paper = "doc_00000000000000000000000001"
	first := write(Attend{What: Arrived}, func(r *rowStore) { r.facts.Meeting.Seats[0].Attendance, r.facts.Meeting.Seats[0].ArrivedAt = "", nil })
	if !first.Create || first.Set["seatId"] != seatNo(0) || first.Set["meetingId"] != ourMeeting || first.Set["arrivedAt"] != noon || first.Set["leftAt"] != nil {
		t.Errorf("got %+v, want a row of the seat at the meeting", first)
	}
	left := write(Attend{What: Left}, func(*rowStore) {})
	if left.Create || left.ID != "atd_1" || left.Set["leftAt"] != noon || len(left.Set) != 1 {
		t.Errorf("got %+v, want the same row with when they left", left)
	}
	other := write(Attend{What: Arrived, InPlace: "per_deputy", Document: paper}, func(*rowStore) {})
	if cleared, given := other.Set["declaredAt"]; !given || cleared != nil || other.Set["personId"] != ident.ID("per_deputy") {
		t.Errorf("got %+v, want the deputy, who has declared nothing", other)
	}
	signed := write(Attend{What: SignedDeclaration, InPlace: "per_deputy", Document: paper}, func(*rowStore) {})
	if signed.Set["declaredAt"] != noon || signed.Set["personId"] != ident.ID("per_deputy") {
		t.Errorf("got %+v, want the deputy's declaration", signed)
	}
}

// balloting is a ballot of the first seat on the item, in the state, arranged before.
func balloting(a CastBallot, state StateName, arrange ...func(*rowStore)) func(*rowStore, *Engine) (Record, error) {
	return func(r *rowStore, e *Engine) (Record, error) {
		a.ID, a.LAG, a.Meeting = "bal_00000000000000000000000001", oneLAG, ourMeeting
		if a.Item == "" {
			a.Item = ourItem
		}
		if a.Seat == "" {
			a.Seat = seatNo(0)
		}
		if a.Vote == "" {
			a.Vote = "FOR"
		}
		r.opened = append(r.opened, Subject{ID: ourItem, Kind: "agenda_item", LAG: oneLAG, Dossier: ourMeeting, State: state, Version: 3, Definition: "agenda_item@1"})
		r.facts.Item = &ItemFacts{Subject: ours, Event: "decideFund", SubjectState: "board_agenda", SubjectDefinition: "proposal@1"}
		for _, f := range arrange {
			f(r)
		}
		return e.CastBallot(a), nil
	}
}

func TestWhatABallotHasToBe(t *testing.T) {
	const paper = "doc_00000000000000000000000001"
	secretary := someone(Secretary)
	item := func(change func(*sight)) func(*rowStore) {
		return func(r *rowStore) { change(&sight{Facts: &r.facts}) }
	}
	cast := func(vote BallotVote) func(*rowStore) {
		return func(r *rowStore) { r.facts.Item.Ballots = []BallotFacts{{Seat: seatNo(0), Vote: vote}} }
	}
	undeclared := func(r *rowStore) { r.facts.Meeting.Seats[0].DeclaredAt = nil }
	later := func(r *rowStore) { at := noon.Add(1_000); r.facts.Meeting.Seats[0].DeclaredAt = &at }
	away := func(r *rowStore) { r.facts.Meeting.Seats[0].ArrivedAt = nil }
	written := item(inWriting)
	over := func(r *rowStore) { at := noon - 1; r.facts.Meeting.BallotsUntil = &at }
	onAnother := func(vote BallotVote) func(*rowStore) {
		return func(r *rowStore) {
			r.facts.Item.Ballots = []BallotFacts{{Seat: seatNo(1), Person: member(0).Person, Vote: vote}}
		}
	}
	recuse := func(g Ground) CastBallot { return CastBallot{Vote: Recused, Ground: g} }
	recorded(t, "meeting", "in_session", []actCase{
		{"their own", member(0), balloting(CastBallot{}, "voting"), ""},
		{"another's", member(1), balloting(CastBallot{}, "voting"), "ROLE_REFUSED seatId"},
		{"another's, by the secretary without a paper", secretary, balloting(CastBallot{}, "voting"), "DOCUMENT_REQUIRED documentId"},
		{"another's, by the secretary", secretary, balloting(CastBallot{Document: paper}, "voting"), ""},
		{"on a second seat of theirs", member(0), balloting(CastBallot{}, "voting", onAnother("FOR")), "CONFLICT seatId"},
		{"after they left on another", member(0), balloting(CastBallot{}, "voting", onAnother(Recused)), "CONFLICT seatId"},
		{"a recusal on a second seat of theirs", member(0), balloting(recuse(FamilyTie), "voting", onAnother(Recused)), ""},
		{"while the meeting is not in session", member(0), balloting(CastBallot{}, "voting", func(r *rowStore) { r.facts.Meeting.State = State{} }), "NOT_ALLOWED_HERE itemId"},
		{"in writing, after the term", member(0), balloting(CastBallot{}, "voting", written, over), "NOT_ALLOWED_HERE itemId"},
		{"in writing, as the term ends", member(0), balloting(CastBallot{}, "voting", written, func(r *rowStore) { r.facts.Meeting.BallotsUntil = &r.facts.Now }), ""},
		{"declared at the same instant", member(0), balloting(CastBallot{}, "voting", func(r *rowStore) { r.facts.Meeting.Seats[0].DeclaredAt = &r.facts.Now }), ""},
		{"another's, by what is no paper", secretary, balloting(CastBallot{Document: "per_00000000000000000000000001"}, "voting"), "WRONG_ID_TYPE documentId"},
		{"a recusal as the data have it of another", member(0), balloting(recuse(OfApplicant), "item_open", item(interest(1))), "MALFORMED_INPUT ground"},
		{"a recusal as the data have it otherwise", member(0), balloting(recuse(EvaluatedIt), "item_open", item(interest(0))), "MALFORMED_INPUT ground"},
		{"a recusal as the data have it", member(0), balloting(recuse(OfApplicant), "item_open", item(interest(0))), ""},
		{"a recusal as no data have it", member(0), balloting(recuse(OfApplicant), "item_open"), "MALFORMED_INPUT ground"},
		{"of somebody who has no part in boards", someone(Evaluator), balloting(CastBallot{}, "voting"), "ROLE_REFUSED"},
		{"before the vote", member(0), balloting(CastBallot{}, "item_open"), "NOT_ALLOWED_HERE itemId"},
		{"after it", member(0), balloting(CastBallot{}, "voted"), "NOT_ALLOWED_HERE itemId"},
		{"a second one", member(0), balloting(CastBallot{}, "voting", cast("FOR")), "CONFLICT seatId"},
		{"of whoever left for the item", member(0), balloting(CastBallot{}, "voting", cast(Recused)), "CONFLICT seatId"},
		{"without a declaration", member(0), balloting(CastBallot{}, "voting", undeclared), "RULE_FAILED seatId"},
		{"before the declaration", member(0), balloting(CastBallot{}, "voting", later), "RULE_FAILED seatId"},
		{"of whoever has an interest", member(0), balloting(CastBallot{}, "voting", item(interest(0))), "RULE_FAILED seatId"},
		{"where another has one", member(0), balloting(CastBallot{}, "voting", item(interest(1))), ""},
		{"of whoever is not there", member(0), balloting(CastBallot{}, "voting", away), "RULE_FAILED seatId"},
		{"of whoever came after it began", member(0), balloting(CastBallot{}, "voting", item(voting(1, 2))), "RULE_FAILED seatId"},
		{"of whoever left after it began", member(0), balloting(CastBallot{}, "voting", item(voting(0)), away), ""},
		{"with a ground", member(0), balloting(CastBallot{Ground: FamilyTie}, "voting"), "MALFORMED_INPUT ground"},
		{"a vote that is none", member(0), balloting(CastBallot{Vote: "MAYBE"}, "voting"), "MALFORMED_INPUT vote"},
		{"in writing, from elsewhere", member(0), balloting(CastBallot{}, "voting", written, away), ""},
		{"in writing, another's without it", secretary, balloting(CastBallot{}, "voting", written), "DOCUMENT_REQUIRED documentId"},
		{"in writing, another's", secretary, balloting(CastBallot{Document: paper}, "voting", written), ""},
		{"a recusal", member(0), balloting(recuse(FamilyTie), "item_open"), ""},
		{"a recusal before the item is open", member(0), balloting(recuse(FamilyTie), "tabled"), ""},
		{"a recusal instead of a vote", member(0), balloting(recuse(FamilyTie), "voting"), ""},
		{"a recusal after the vote", member(0), balloting(recuse(FamilyTie), "voted"), "NOT_ALLOWED_HERE itemId"},
		{"a recusal without a ground", member(0), balloting(recuse(""), "item_open"), "MALFORMED_INPUT ground"},
		{"a recusal on a ground that is none", member(0), balloting(recuse("DISLIKE"), "item_open"), "MALFORMED_INPUT ground"},
		{"another's recusal", member(1), balloting(recuse(FamilyTie), "item_open"), "ROLE_REFUSED seatId"},
		{"another's recusal, by the secretary without a paper", secretary, balloting(recuse(FamilyTie), "item_open"), "DOCUMENT_REQUIRED documentId"},
		{"another's recusal, by the secretary", secretary, balloting(CastBallot{Vote: Recused, Ground: FamilyTie, Document: paper}, "item_open"), ""},
		{"of another board's seat", secretary, balloting(CastBallot{Seat: "sea_00000000000000000000000009"}, "voting"), "NOT_FOUND seatId"},
		{"on an item of another meeting", member(0), balloting(CastBallot{}, "voting", func(r *rowStore) {
			r.opened[len(r.opened)-1].Dossier = "mtg_00000000000000000000000002"
		}), "NOT_FOUND itemId"},
	})
}

// TestABallotIsOfWhoeverSitsOnTheSeat, whoever records it.
func TestABallotIsOfWhoeverSitsOnTheSeat(t *testing.T) {
	for _, tt := range []struct {
		a    CastBallot
		kind string
		want ident.ID
		sat  ident.ID
	}{
		{CastBallot{Document: "doc_00000000000000000000000001"}, "ballot.cast", member(0).Person, ""},
		{CastBallot{Vote: Recused, Ground: FamilyTie, Document: "doc_00000000000000000000000001"}, "ballot.recuse", "per_deputy", "per_deputy"},
	} {
		store, e := recording("meeting", "in_session")
		err := sent(t, store, e, actCase{by: someone(Secretary), act: balloting(tt.a, "voting", func(r *rowStore) { r.facts.Meeting.Seats[0].SatBy = tt.sat })})
		if err != nil || store.applied[0].Set["personId"] != tt.want || store.applied[0].Set["castAt"] != noon || store.entries[0].Kind != tt.kind || store.entries[0].SubjectID != ourItem {
			t.Errorf("got %v, %+v and %+v, want %s by %s", err, store.applied, store.entries, tt.kind, tt.want)
		}
	}
}

func TestWhatComesOntoAnAgenda(t *testing.T) {
	table := func(event EventName, arrange ...func(*rowStore)) func(*rowStore, *Engine) (Record, error) {
		return func(r *rowStore, e *Engine) (Record, error) {
			r.opened = []Subject{{ID: ours, Kind: "proposal", LAG: oneLAG, Dossier: ours, State: "board_agenda", Version: 3, Definition: "proposal@1"}}
			r.opened = append(r.opened, Subject{ID: ourItem, Kind: "agenda_item", LAG: oneLAG, Dossier: ourMeeting, State: "tabled", Version: 1, Definition: "agenda_item@1"})
			for _, f := range arrange {
				f(r)
			}
			return e.TableItem(TableItem{ID: ourItem, LAG: oneLAG, Meeting: ourMeeting, Subject: ours, Event: event})
		}
	}
	has := func(n int, state State, subject ident.ID, event EventName) func(*rowStore) {
		return func(r *rowStore) {
			for i := range n {
				r.facts.Meeting.Items = append(r.facts.Meeting.Items, ItemState{Ordinal: i + 1, Subject: subject, Event: event, State: state})
			}
		}
	}
	secretary := someone(Secretary)
	recorded(t, "meeting", "planned", []actCase{
		{"what the board decides", secretary, table("decideFund"), ""},
		{"by somebody of the board", someone(BoardMember), table("decideFund"), "ROLE_REFUSED"},
		{"what nobody decides there", secretary, table("reinstate"), "NOT_ALLOWED_HERE event"},
		{"what is not for the board", secretary, table("register"), "UNKNOWN_EVENT event"},
		{"a second time", secretary, table("decideFund", has(1, State{}, ours, "decideFund")), "CONFLICT event"},
		{"again after a vote that is void", secretary, table("decideFund", has(1, State{Terminal: true}, ours, "decideFund")), ""},
		{"beside another event", secretary, table("decideFund", has(1, State{}, ours, "decideReject")), ""},
		{"beside another case", secretary, table("decideFund", has(1, State{}, theirs, "decideFund")), ""},
		{"the last that fits", secretary, table("decideFund", has(maxItems-1, State{}, theirs, "decideFund")), ""},
		{"one more than fits", secretary, table("decideFund", has(maxItems, State{}, theirs, "decideFund")), "MALFORMED_INPUT meetingId"},
		{"of another group", secretary, table("decideFund", func(r *rowStore) { r.opened[0].LAG = "lag_00000000000000000000000002" }), "NOT_FOUND subjectId"},
		{"of no case", secretary, table("decideFund", func(r *rowStore) { r.opened = nil }), "NOT_FOUND id"},
	})
	recorded(t, "meeting", "called", []actCase{
		{"after the agenda was sent", secretary, table("decideFund"), "NOT_ALLOWED_HERE meetingId"},
	})
	store, e := recording("meeting", "planned")
	err := sent(t, store, e, actCase{by: secretary, act: table("decideFund", has(4, State{}, theirs, "decideFund"))})
	if err != nil || store.applied[0].Set["ordinal"] != 5 || store.applied[0].Set["state"] != "tabled" {
		t.Errorf("got %v and %+v, want the fifth item", err, store.applied)
	}
}

func TestMeetingsBeginPlannedOrHeld(t *testing.T) {
	e := paperEngine(nil)
	for want, r := range map[string]Record{
		"planned": e.PlanMeeting(PlanMeeting{ID: ourMeeting, LAG: oneLAG, Number: "7", Mode: Remote, PlannedFor: noon.Day().AddDays(9)}),
		"held":    e.HoldMeeting(HoldMeeting{ID: ourMeeting, LAG: oneLAG, Number: "7", Mode: Remote, HeldOn: noon.Day()}),
	} {
		if got := r.Changes[0].Set; got["state"] != want || got["definition"] != "meeting@1" || !r.Opens || !slices.Equal(r.Roles, presiding) {
			t.Errorf("got %v of %+v, want it %s", got, r, want)
		}
	}
}

// TestTestsOfAnItem tell what its rules make of it, and of its votes only those who have a
// part in it.
func TestTestsOfAnItem(t *testing.T) {
	ask := func(a Actor, change func(*sight)) string {
		t.Helper()
		p := caseIn("agenda_item", State{Name: "voting", Running: true}, nil, "")
		change(&sight{Facts: &p.facts})
		e := paperEngine(p)
		all, err := e.Tests(t.Context(), a, ourItem)
		if err != nil {
			code, _, _ := strings.Cut(reasons(err), " ")
			return code
		}
		var out []string
		for _, x := range all {
			told := ""
			if holds := x.Verdict == rules.Passed; (x.Message.EN == "") != holds || (x.Message.LT == "") != holds {
				told = " with the wrong message"
			}
			out = append(out, x.Rule+" "+string(x.Verdict)+told)
		}
		return strings.Join(out, ", ")
	}
	const before = "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-24 PASSED, R-25 PASSED, R-27 PASSED, R-29 PASSED"
	for _, tt := range []struct {
		name   string
		who    Actor
		change func(*sight)
		want   string
	}{
		{"the chair", someone(Chair), unchanged, "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-23 PASSED, R-24 PASSED, R-25 PASSED, R-26 PASSED, R-27 PASSED, R-29 PASSED"},
		{"lost", someone(Chair), func(s *sight) { s.Item.Ballots = votes(rules.Against, rules.For, rules.Abstain) }, "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-23 PASSED, R-24 PASSED, R-25 PASSED, R-26 FAILED, R-27 PASSED, R-29 PASSED"},
		{"before any vote", someone(Chair), func(s *sight) { s.Item.Ballots = nil }, before},
		{"few women", someone(Chair), as(func(s *sight) { s.Meeting.Board.Gender, s.Item.Ballots = DefaultGender, nil }, unchanged), "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-24 PASSED, R-25 PASSED, R-27 PASSED, R-29 WARNED"},
		{"a member", member(0), unchanged, "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-23 PASSED, R-24 PASSED, R-25 PASSED, R-26 PASSED, R-27 PASSED, R-29 PASSED"},
		{"a member who is recused", member(0), recusedSeats(0), "R-20 PASSED, R-21 PASSED, R-22 FAILED, R-24 PASSED, R-25 PASSED, R-27 PASSED, R-29 PASSED"},
		{"a member with an interest", member(0), interest(0), "R-20 PASSED, R-21 PASSED, R-22 PASSED, R-24 FAILED, R-25 PASSED, R-27 PASSED, R-29 PASSED"},
		{"an evaluator", someone(Evaluator), unchanged, "NOT_FOUND"},
	} {
		if got := ask(tt.who, tt.change); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	imagined := func(change func(*sight), seats ...ident.ID) string {
		t.Helper()
		p := caseIn("agenda_item", State{Name: "item_open"}, nil, "")
		p.facts.Item.Ballots = nil
		change(&sight{Facts: &p.facts})
		all, err := paperEngine(p).Tests(t.Context(), someone(Chair), ourItem, seats...)
		if len(p.facts.Item.Ballots) > 0 {
			t.Errorf("got %v on the facts themselves, want nothing", p.facts.Item.Ballots)
		}
		if err != nil {
			return reasons(err)
		}
		for _, x := range all {
			if x.Rule == "R-22" {
				return string(x.Verdict)
			}
		}
		return "R-22 is not asked"
	}
	for _, tt := range []struct {
		name  string
		voted func(*sight)
		seats []ident.ID
		want  string
	}{
		{"nobody leaves", unchanged, nil, "PASSED"},
		{"one of three leaves", unchanged, []ident.ID{seatNo(0)}, "FAILED"},
		{"one leaves twice", unchanged, []ident.ID{seatNo(0), seatNo(0)}, "MALFORMED_INPUT scenario.recuse.1"},
		{"somebody who has no seat", unchanged, []ident.ID{"sea_9"}, "MALFORMED_INPUT scenario.recuse.0"},
		{"when the vote has begun", func(s *sight) { s.Item.Voters = []ident.ID{seatNo(1)} }, []ident.ID{seatNo(0)}, "MALFORMED_INPUT scenario.itemId"},
		{"the vote has begun, and nobody leaves", func(s *sight) { s.Item.Voters = []ident.ID{seatNo(1)} }, nil, "FAILED"},
	} {
		if got := imagined(tt.voted, tt.seats...); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	for person, want := range map[ident.ID]Ground{member(0).Person: "", member(1).Person: OfApplicant, "per_BOARD_MEMBER": ""} {
		p := caseIn("agenda_item", State{Name: "tabled", Editable: true}, nil, "")
		interest(1)(&sight{Facts: &p.facts})
		who := Actor{Person: person, Grants: []Grant{{Role: BoardMember, LAG: oneLAG}}}
		if got, err := paperEngine(p).Interest(t.Context(), who, ourItem); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", person, got, err, want)
		}
	}
	p := caseIn("call", State{Name: "decided", Listed: true}, nil, "")
	if _, err := paperEngine(p).Tests(t.Context(), someone(Chair), p.subject.ID); !onlyCode(err, NotFound) {
		t.Errorf("of a call: got %v, want %s", err, NotFound)
	}
}

// TestInterestsFollowFromData: whoever shares something with the applicant, has declared a
// conflict, or evaluates it; every ground once, in their order.
func TestInterestsFollowFromData(t *testing.T) {
	p := soundProposal(noon)
	p.Evaluations[0].State.Withheld = true
	shared := []Match{{Ground: PartnershipTie, Rests: "x"}, {Ground: OfApplicant}, {Ground: PartnershipTie}}
	for _, tt := range []struct {
		person ident.ID
		shared []Match
		want   string
	}{
		{"per_x", shared, "[{sea_1 APPLICANT } {sea_1 PARTNERSHIP }]"},
		{"per_x", shared[:1], "[{sea_1 PARTNERSHIP x}]"},
		{"per_x", nil, "[]"},
		{"per_EVALUATOR", nil, "[{sea_1 DECLARATION }]"},
		{"per_EVALUATOR", shared[1:], "[{sea_1 APPLICANT } {sea_1 DECLARATION } {sea_1 PARTNERSHIP }]"},
		{"per_other", nil, "[{sea_1 EVALUATION }]"},
	} {
		if got := fmt.Sprint(InterestsOf("sea_1", p.Interests(tt.person, tt.shared))); got != tt.want {
			t.Errorf("%s with %v: got %s, want %s", tt.person, tt.shared, got, tt.want)
		}
	}
}

// TestADecisionIsMadeOfItsBallots, and says on which version of the case.
func TestADecisionIsMadeOfItsBallots(t *testing.T) {
	for event, want := range map[EventName]struct {
		outcome                 string
		inFavour, against, held int
	}{"adopt": {"ADOPTED", 2, 0, 1}, "notAdopt": {"NOT_ADOPTED", 1, 1, 1}} {
		state, _ := shippedMachines().Latest("agenda_item").State("voted")
		x, _ := shippedMachines().Latest("agenda_item").Lookup("voted", event)
		p := caseIn("agenda_item", state, x.Transition.Guards, event)
		p.facts.Synthetic = true
		if _, err := paperEngine(p).Do(t.Context(), someone(Chair), careful(ourItem, x.Transition, event, "")); err != nil {
			t.Fatal(err)
		}
		d := p.applied[1]
		if d.Type != "Decision" || !d.Create || d.Set["outcome"] != want.outcome || d.Set["votesFor"] != want.inFavour || d.Set["votesAgainst"] != want.against ||
			d.Set["votesAbstained"] != want.held || d.Set["subjectVersion"] != 7 || d.Set["itemId"] != ourItem || d.Set["meetingId"] != ourMeeting ||
			d.Set["subjectId"] != ours || d.Set["adoptedOn"] != noon.Day() || d.Set["synthetic"] != true || d.Set["reasons"] != Confidential("why") {
			t.Errorf("%s: got %+v, want %+v on version 7", event, d, want)
		}
	}
}

// TestAVoteBeginsWithThoseWhoAreThere, and a meeting is held on the day that it opens.
func TestAVoteBeginsWithThoseWhoAreThere(t *testing.T) {
	fire := func(kind Kind, name StateName, event EventName, change func(*sight)) Values {
		t.Helper()
		m := shippedMachines().Latest(kind)
		state, _ := m.State(name)
		x, _ := m.Lookup(name, event)
		p := caseIn(kind, state, x.Transition.Guards, event)
		change(&sight{Facts: &p.facts})
		by := someone(Chair)
		if x.Transition.By[0].Role == Clock {
			by = SystemActor()
		}
		if _, err := paperEngine(p).Do(t.Context(), by, careful(p.subject.ID, x.Transition, event, "")); err != nil {
			t.Fatal(err)
		}
		return p.applied[0].Set
	}
	if got := fire("agenda_item", "item_open", "startVoting", unchanged)["voters"].([]string); len(got) != 3 {
		t.Errorf("got the voters %v, want three", got)
	}
	for event, from := range map[EventName]StateName{"sendAgenda": "planned", "sendBallots": "planned", "callAgain": "no_quorum", "adjourn": "in_session"} {
		if got := fire("meeting", from, event, unchanged)["heldOn"]; got != noon.Day() {
			t.Errorf("%s: got the day %v, want %s", event, got, noon.Day())
		}
	}
}

// TestEverybodyLeavesAnAdjournedMeeting, and comes anew.
func TestEverybodyLeavesAnAdjournedMeeting(t *testing.T) {
	m := shippedMachines().Latest("meeting")
	state, _ := m.State("in_session")
	x, _ := m.Lookup("in_session", "adjourn")
	p := caseIn("meeting", state, x.Transition.Guards, "adjourn")
	left := noon - 1
	p.facts.Meeting.Seats[1].LeftAt = &left
	f := careful(ourMeeting, x.Transition, "adjourn", "")
	day := noon.Day().AddDays(9)
	f.Given[0].Value = day.Start().String()
	if _, err := paperEngine(p).Do(t.Context(), someone(Chair), f); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, c := range p.applied[1:] {
		rows = append(rows, string(c.ID))
		if c.Set["leftAt"] != noon {
			t.Errorf("got %+v, want it left at noon", c)
		}
	}
	if got := strings.Join(rows, " "); got != "atd_1 atd_3" || p.applied[0].Set["heldOn"] != day {
		t.Errorf("got %s and %v, want the two who were there, and the other day", got, p.applied[0].Set)
	}
}

// TestABoardSaysThatItDeparts from the ranking, and why, where the money would have gone to
// another; only what the board funds is looked behind.
func TestABoardSaysThatItDeparts(t *testing.T) {
	m := shippedMachines().Latest("agenda_item")
	state, _ := m.State("voted")
	x, _ := m.Lookup("voted", "adopt")
	for _, tt := range []struct {
		name   string
		event  EventName // that the item is about
		enough bool
		change func(*Fire)
		want   string
	}{
		{"the money is there", "decideFund", true, func(*Fire) {}, ""},
		{"it does not say so", "decideFund", false, func(*Fire) {}, "RULE_FAILED R-27"},
		{"it says so", "decideFund", false, func(f *Fire) { f.Given[0].Value = "true" }, ""},
		{"it does not say why", "decideFund", false, func(f *Fire) { f.Given[0].Value, f.Reason = "true", " " }, "RULE_FAILED R-27"},
		{"it funds nothing", "decideReject", false, func(*Fire) {}, ""},
	} {
		p := caseIn("agenda_item", state, x.Transition.Guards, "adopt")
		p.facts.Item.Event = tt.event
		if !tt.enough {
			p.budget = 100_00
		}
		f := careful(ourItem, x.Transition, "adopt", "")
		tt.change(&f)
		_, err := paperEngine(p).Do(t.Context(), someone(Chair), f)
		if got := strings.Join(refusals(err), ", "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if err == nil {
			if made := p.applied[1].Set; made["departs"] != (f.Given[0].Value == "true") {
				t.Errorf("%s: got the decision %+v, want it to say what the item said", tt.name, made)
			}
		}
	}
}

// TestAVoteIsOnTheCaseAsItStood when it began.
func TestAVoteIsOnTheCaseAsItStood(t *testing.T) {
	m := shippedMachines().Latest("agenda_item")
	for _, tt := range []struct {
		state  StateName
		event  EventName
		moved  bool
		stands bool
	}{
		{"tabled", "open", true, true},
		{"item_open", "startVoting", true, true},
		{"voting", "closeVoting", false, true},
		{"voting", "closeVoting", true, false},
		{"voted", "adopt", true, false},
		{"voted", "adopt", false, true},
	} {
		state, _ := m.State(tt.state)
		x, _ := m.Lookup(tt.state, tt.event)
		p := caseIn("agenda_item", state, x.Transition.Guards, tt.event)
		p.subject.Since, p.facts.Item.SubjectSince = noon-1_000, noon-1_000
		if tt.moved {
			p.facts.Item.SubjectSince = noon - 999
		}
		_, err := paperEngine(p).Do(t.Context(), someone(Chair), careful(ourItem, x.Transition, tt.event, ""))
		if (err == nil) != tt.stands {
			t.Errorf("%s in %s, moved %t: got %v, want it to stand: %t", tt.event, tt.state, tt.moved, err, tt.stands)
		}
	}
}
