package workflow

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
)

const ourMinutes = ident.ID("mnt_00000000000000000000000001")

// signatures sends the signature by the one and has the other confirm it.
func signatures(p *paperStore, first, second Actor) error {
	e := paperEngine(p)
	f := Fire{Subject: ourMinutes, Event: "sign", Reason: "why", Given: []Given{{Name: "number", Value: "P-1"}}}
	done, err := e.Do(context.Background(), first, f)
	if err == nil && done.Pending != nil {
		_, err = e.Do(context.Background(), second, Confirm{ID: done.Pending.ID})
	}
	return err
}

// unsignedMinutes is a draft of minutes of a meeting over which somebody presided.
func unsignedMinutes(presider ident.ID) *paperStore {
	p := caseIn("minutes", stateOf("minutes", "draft"), nil, "sign")
	p.facts.Meeting.Presider = presider
	return p
}

// TestWhoSignsMinutes: of two persons one presided, and the other is a secretary.
func TestWhoSignsMinutes(t *testing.T) {
	chair, secretary := someone(Chair), someone(Secretary)
	both := someone(Chair)
	both.Grants = append(both.Grants, Grant{Role: Secretary, LAG: oneLAG})
	abroad := secretary
	abroad.Person, abroad.Grants = "per_abroad", []Grant{{Role: Secretary, LAG: "lag_other"}, {Role: Chair, LAG: oneLAG}}
	for _, tt := range []struct {
		name          string
		presider      ident.ID
		first, second Actor
		want          Code
	}{
		{"the secretary, then whoever presided", chair.Person, secretary, chair, ""},
		{"whoever presided, then the secretary", chair.Person, chair, secretary, ""},
		{"whoever presided and keeps the record too", chair.Person, both, secretary, ""},
		{"the secretary, then a member who presided as deputy for the day", someone(BoardMember).Person, secretary, someone(BoardMember), ""},
		{"the secretary, then a deputy who only evaluates now", someone(Evaluator).Person, secretary, someone(Evaluator), ""},
		{"with a deputy who has no role in the group now", "per_gone", secretary, Actor{Person: "per_gone"}, NotFound},
		{"with a deputy of another group's now", "per_gone", secretary, Actor{Person: "per_gone", Grants: []Grant{{Role: Chair, LAG: "lag_other"}}}, NotFound},
		{"with a chair who did not preside", "per_other", secretary, chair, SecondPersonRequired},
		{"by a chair who did not preside", "per_other", chair, secretary, RoleRefused},
		{"with another chair", chair.Person, chair, Actor{Person: "per_deputy", Grants: []Grant{{Role: Chair, LAG: oneLAG}}}, SecondPersonRequired},
		{"with a secretary of another group", chair.Person, chair, abroad, SecondPersonRequired},
		{"with an administrator", chair.Person, secretary, someone(Administrator), SecondPersonRequired},
		{"with whoever audits", chair.Person, secretary, someone(AuditCommission), SecondPersonRequired},
		{"with a member of the board", chair.Person, secretary, someone(BoardMember), NotFound},
		{"by an administrator", chair.Person, someone(Administrator), chair, RoleRefused},
		{"where nobody is known to have presided", "", secretary, chair, RuleFailed},
	} {
		p := unsignedMinutes(tt.presider)
		err := signatures(p, tt.first, tt.second)
		if (tt.want == "") != (err == nil) || (err != nil && !Refused(err, tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
		if (len(p.applied) > 0) != (tt.want == "") {
			t.Errorf("%s: got %d changes", tt.name, len(p.applied))
		}
	}
}

// TestWhoHasStillToSignIsNamed in the refusal of anybody else.
func TestWhoHasStillToSignIsNamed(t *testing.T) {
	deputy := Actor{Person: "per_deputy", Grants: []Grant{{Role: Chair, LAG: oneLAG}}}
	for want, first := range map[string]Actor{"a secretary has to confirm": someone(Chair), "whoever presided over this meeting has to confirm": someone(Secretary)} {
		err := signatures(unsignedMinutes(someone(Chair).Person), first, deputy)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("after %s: got %v, want %q", first.Person, err, want)
		}
	}
}

// TestAPresiderConfirmsNothingElse by having presided.
func TestAPresiderConfirmsNothingElse(t *testing.T) {
	p := caseIn("minutes", stateOf("minutes", "draft"), nil, "signOnPaper")
	p.facts.Meeting.Presider = someone(BoardMember).Person
	x, _ := shippedMachines().Latest("minutes").Lookup("draft", "signOnPaper")
	e := paperEngine(p)
	done, err := e.Do(context.Background(), someone(Secretary), careful(ourMinutes, x.Transition, "signOnPaper", ""))
	if err != nil || done.Pending == nil {
		t.Fatalf("got %+v, %v, want it to wait", done, err)
	}
	if _, err := e.Do(context.Background(), someone(BoardMember), Confirm{ID: done.Pending.ID}); !Refused(err, NotFound) {
		t.Errorf("got %v, want %s", err, NotFound)
	}
}

// TestWhoMayConfirmIsNamed in the refusal.
func TestWhoMayConfirmIsNamed(t *testing.T) {
	secretary := someone(Secretary)
	for want, act := range map[string]Pending{
		"CHAIR SECRETARY":                      {By: secretary, Act: Kept{Fire: &Fire{Subject: ourMinutes, Event: "sign"}}},
		"ADMINISTRATOR AUDIT_COMMISSION CHAIR": {By: secretary, Act: Kept{Fire: &Fire{Subject: ourMinutes, Event: "signOnPaper"}}},
	} {
		var got []string
		for _, r := range act.confirming(shippedMachines()) {
			got = append(got, string(r))
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", act.Act.Fire.Event, got, want)
		}
	}
	if got := (Pending{Act: Kept{Correct: &Correct{}}}).confirming(shippedMachines()); !slices.Equal(got, secondRoles) {
		t.Errorf("of a correction: got %v, want %v", got, secondRoles)
	}
	if a, b := mayConfirm(signing), mayConfirm(secondRoles); !strings.Contains(a.EN, "presided") || !strings.Contains(a.LT, "sekretorius") || !strings.Contains(b.EN, "audit commission") || !strings.Contains(b.LT, "administratorius") {
		t.Errorf("got %v and %v, want each to name its own", a, b)
	}
}

// TestWhoPresidedIsKept as the meeting is opened, and as its ballots are counted by its
// chair; a secretary who counts them did not preside.
func TestWhoPresidedIsKept(t *testing.T) {
	for _, tt := range []struct {
		state StateName
		event EventName
		by    Role
		want  any
	}{
		{"called", "open", Chair, someone(Chair).Person},
		{"ballot_closed", "countBallots", Chair, someone(Chair).Person},
		{"ballot_closed", "countBallots", Secretary, nil},
	} {
		state := stateOf("meeting", tt.state)
		x, _ := shippedMachines().Latest("meeting").Lookup(tt.state, tt.event)
		p := caseIn("meeting", state, x.Transition.Guards, tt.event)
		if _, err := paperEngine(p).Do(context.Background(), someone(tt.by), careful(ourMeeting, x.Transition, tt.event, "")); err != nil {
			t.Fatal(err)
		}
		if got := p.applied[0].Set["presiderId"]; got != tt.want {
			t.Errorf("%s by %s: got %v, want %v", tt.event, tt.by, got, tt.want)
		}
	}
}

// TestWhoeverPresidedAtTheFirstDecisionStays, though another opens the meeting anew.
func TestWhoeverPresidedAtTheFirstDecisionStays(t *testing.T) {
	for _, tt := range []struct {
		name, presider string
		first          clock.Date
		want           any
	}{
		{"nobody yet", "", "", someone(Chair).Person},
		{"another, under whom nothing was decided", "per_first", "", someone(Chair).Person},
		{"another, under whom something was", "per_first", noon.Day(), nil},
		{"nobody known, of what was decided", "", noon.Day(), someone(Chair).Person},
	} {
		x, _ := shippedMachines().Latest("meeting").Lookup("called", "open")
		p := caseIn("meeting", stateOf("meeting", "called"), x.Transition.Guards, "open")
		p.facts.Meeting.Presider, p.facts.Meeting.FirstDecision = ident.ID(tt.presider), tt.first
		if _, err := paperEngine(p).Do(context.Background(), someone(Chair), careful(ourMeeting, x.Transition, "open", "")); err != nil {
			t.Fatal(err)
		}
		if got := p.applied[0].Set["presiderId"]; got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// sat is what a meeting voted on one item and left of another, and one decision on paper.
func sat() Sitting {
	return Sitting{
		Items: []SatItem{
			{
				ItemState:  ItemState{ID: ourItem, Subject: ours, Event: "decideFund", Ordinal: 1, State: State{Name: "not_adopted"}},
				Definition: "agenda_item@1",
				Ballots: []SatBallot{
					{Seat: seatNo(0), Vote: "FOR"},
					{Seat: seatNo(1), Vote: "AGAINST"},
					{Seat: seatNo(2), Vote: "ABSTAIN"},
					{Seat: "sea_4", Vote: Recused, Ground: FamilyTie},
				},
				Guards: []GuardRecord{
					{Guard: "R-21", Verdict: rules.Failed, Facts: []FactRecord{{"present", "1"}}},
					{Guard: "inSession", Verdict: rules.Passed},
					{Guard: "R-21", Verdict: rules.Passed, Facts: []FactRecord{{"present", "3"}}, Unverified: []string{"vote.quorum"}},
					{Guard: "R-20", Verdict: rules.Warned},
					{Guard: "not R-26", Verdict: rules.Passed},
					{Guard: "R-15", Verdict: rules.Passed},
				},
				Decided: &SatDecision{ID: "dec_1", Subject: ours, Event: "decideFund", Outcome: "NOT_ADOPTED", Tally: minutes.Tally{For: 1, Against: 1, Abstained: 1}},
			},
			{ItemState: ItemState{ID: "itm_2", Subject: theirs, Event: "decideFund", Ordinal: 2, State: State{Name: "not_reached"}}, Definition: "agenda_item@1"},
		},
		Decisions: []SatDecision{{ID: "dec_2", Subject: theirs, Event: "decideFund", Outcome: "ADOPTED", Tally: minutes.Tally{For: 7}}},
	}
}

// TestMinutesSayWhatWasVoted and what came of it, seat by seat.
func TestMinutesSayWhatWasVoted(t *testing.T) {
	m := soundMeeting()
	m.Seats[1].SatBy = "per_deputy"
	m.Seats[2].SatBy, m.Seats[2].ArrivedAt = m.Seats[2].Holder, nil
	m.Seats = append(m.Seats, SeatFacts{ID: "sea_zzz", Sector: rules.Public, Holder: "per_late"})
	got := m.minutes(oneLAG, sat())
	if want := (minutes.Meeting{ID: string(ourMeeting), LAG: string(oneLAG), Number: "7", Mode: InPerson, HeldOn: string(noon.Day()), Presider: "per_CHAIR"}); !reflect.DeepEqual(got.Meeting, want) {
		t.Errorf("meeting: got %+v, want %+v", got.Meeting, want)
	}
	var seats []string
	for _, s := range got.Seats {
		seats = append(seats, strings.Join([]string{s.Sector, string(rune('0' + s.Place)), s.Holder, s.SatBy, map[bool]string{true: "came"}[s.Came()]}, "/"))
	}
	if want := []string{"BUSINESS/1/per_seat2/per_deputy/came", "NGO_COMMUNITY/1/per_seat3//", "PUBLIC/1/per_seat1//came", "PUBLIC/2/per_late//"}; !slices.Equal(seats, want) {
		t.Errorf("seats: got %v, want %v", seats, want)
	}
	item := got.Items[0]
	if item.Outcome != minutes.NotAdopted || item.Cast != (minutes.Tally{For: 1, Against: 1, Abstained: 1}) || item.Votes() != item.Cast || item.State != "not_adopted" {
		t.Errorf("item: got %+v, want it not adopted by one, one and one", item)
	}
	if want := []minutes.Recuse{{ID: "sea_4", Ground: "FAMILY"}}; !slices.Equal(item.Recused, want) || len(item.Ballots) != 3 {
		t.Errorf("item: got %v recused and %v, want %v and three ballots", item.Recused, item.Ballots, want)
	}
	wantTests := []minutes.Test{
		{ID: "R-20", Verdict: "WARNED", Facts: []minutes.Fact{}, Unverified: []string{}},
		{ID: "R-21", Verdict: "PASSED", Facts: []minutes.Fact{{Name: "present", Value: "3"}}, Unverified: []string{"vote.quorum"}},
		{ID: "R-26", Verdict: "FAILED", Facts: []minutes.Fact{}, Unverified: []string{}},
	}
	if !reflect.DeepEqual(item.Tests, wantTests) {
		t.Errorf("rules: got %+v, want %+v", item.Tests, wantTests)
	}
	if open := got.Items[1]; open.Outcome != minutes.LeftOpen || open.Decided != nil || open.Votes() != (minutes.Tally{}) {
		t.Errorf("second item: got %+v, want it left open", open)
	}
	if paper := got.Items[2]; paper.ID != "dec_2" || paper.Ordinal != 3 || paper.Outcome != minutes.Adopted || paper.Votes().For != 7 || paper.State != "" {
		t.Errorf("on paper: got %+v, want it adopted as the third", paper)
	}
}

// TestSigningFreezesTheMinutes in the version that follows those that were signed.
func TestSigningFreezesTheMinutes(t *testing.T) {
	for _, tt := range []struct {
		name    string
		others  []MatterFacts
		first   Role
		version int
	}{
		{"the first", []MatterFacts{{Kind: "minutes"}, {Kind: "payment_claim", Hash: "h"}}, Secretary, 1},
		{"the third", []MatterFacts{{Kind: "minutes", Hash: "a"}, {Kind: "minutes", Hash: "b"}}, Chair, 3},
	} {
		p := unsignedMinutes(someone(Chair).Person)
		p.facts.Matters, p.sitting = tt.others, sat()
		second := someone(Chair)
		if tt.first == Chair {
			second = someone(Secretary)
		}
		if err := signatures(p, someone(tt.first), second); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		set := p.applied[0].Set
		text, _ := set["content"].(string)
		m, err := minutes.Read([]byte(text))
		if err != nil {
			t.Fatalf("%s: read %q: %v", tt.name, text, err)
		}
		want := minutes.Signing{Number: "P-1", Version: tt.version, SignedOn: string(noon.Day()), Secretary: "per_SECRETARY"}
		if m.Signing != want || set["hash"] != minutes.Hash([]byte(text)) || set["signedOn"] != noon.Day() || len(m.Salt) != 32 || len(m.Items) != 3 {
			t.Errorf("%s: got %+v in %v, want %+v", tt.name, m, set, want)
		}
	}
}

// TestMinutesOnPaperBearTheirOwnDay, and nobody signed them here.
func TestMinutesOnPaperBearTheirOwnDay(t *testing.T) {
	p := caseIn("minutes", stateOf("minutes", "draft"), nil, "signOnPaper") // whoever presided is known, and may be gone
	x, _ := shippedMachines().Latest("minutes").Lookup("draft", "signOnPaper")
	f := careful(ourMinutes, x.Transition, "signOnPaper", "")
	day := noon.Day().AddDays(-3)
	for i, g := range f.Given {
		if g.Name == "signedOn" {
			f.Given[i].Value = string(day)
		}
	}
	if _, err := fired(paperEngine(p), someone(Secretary), f); err != nil {
		t.Fatal(err)
	}
	m, err := minutes.Read([]byte(p.applied[0].Set["content"].(string)))
	if err != nil || m.SignedOn != string(day) || m.Secretary != "" || p.applied[0].Set["signedOn"] != day {
		t.Errorf("got %+v, %v, want it signed on %s by nobody here", m, err, day)
	}
}

// TestMinutesAreHeldAgainstTheRecord: they agree while it says the same and the text is
// the one that was signed.
func TestMinutesAreHeldAgainstTheRecord(t *testing.T) {
	signed := func(m *MeetingFacts) MatterFacts {
		text, hash, err := m.minutes(oneLAG, sat()).Text()
		if err != nil {
			t.Fatal(err)
		}
		return MatterFacts{ID: ourMinutes, Kind: "minutes", Content: string(text), Hash: hash}
	}
	for _, tt := range []struct {
		name        string
		change      func(*paperStore)
		agrees      bool
		intact      bool
		differences int
	}{
		{"as it was", func(*paperStore) {}, true, true, 0},
		{"who came", func(p *paperStore) { p.facts.Meeting.Seats[0].ArrivedAt = nil }, false, true, 1},
		{"another hash", func(p *paperStore) { p.facts.Matters[0].Hash = strings.Repeat("0", 64) }, false, false, 0},
		{"another text under its own hash", func(p *paperStore) {
			m := &p.facts.Matters[0]
			m.Content = "{}"
			m.Hash = minutes.Hash([]byte(m.Content))
		}, false, false, 0},
	} {
		p := caseIn("meeting", stateOf("meeting", "held"), nil, "")
		p.sitting = sat()
		p.facts.Matters = []MatterFacts{signed(p.facts.Meeting), {ID: "mnt_2", Kind: "minutes"}}
		tt.change(p)
		all, err := paperEngine(p).MinutesOf(context.Background(), ourMeeting)
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: got %d minutes, %v, want those that are signed", tt.name, len(all), err)
		}
		if m := all[0]; m.Agrees() != tt.agrees || m.Intact != tt.intact || len(m.Differences) != tt.differences || m.ID != ourMinutes {
			t.Errorf("%s: got agrees %t, intact %t and %v, want %t, %t and %d", tt.name, m.Agrees(), m.Intact, m.Differences, tt.agrees, tt.intact, tt.differences)
		}
	}
	p := caseIn("proposal", stateOf("proposal", "draft"), nil, "")
	if _, err := paperEngine(p).MinutesOf(context.Background(), ours); !Refused(err, NotFound) {
		t.Errorf("of a proposal: got %v, want NOT_FOUND", err)
	}
}

// TestVersionsAreInTheirOrder, whatever order the rows have.
func TestVersionsAreInTheirOrder(t *testing.T) {
	p := caseIn("meeting", stateOf("meeting", "held"), nil, "")
	for _, version := range []int{2, 1} {
		m := p.facts.Meeting.minutes(oneLAG, Sitting{})
		m.Version = version
		text, hash, err := m.Text()
		if err != nil {
			t.Fatal(err)
		}
		p.facts.Matters = append(p.facts.Matters, MatterFacts{ID: ident.ID("mnt_" + string(rune('0'+version))), Kind: "minutes", Content: string(text), Hash: hash})
	}
	all, err := paperEngine(p).MinutesOf(context.Background(), ourMeeting)
	if err != nil || len(all) != 2 || all[0].Version != 1 || all[1].Version != 2 {
		b, _ := json.Marshal(all)
		t.Errorf("got %s, %v, want the first before the second", b, err)
	}
}
