package workflow

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// TestARecusedPersonsPresenceChangesNoResult: whether somebody who left for an item has come to
// the meeting, signed, or gone home, every rule of the board comes to the same of the item, before
// the votes and of them, and so does the decision.
func TestARecusedPersonsPresenceChangesNoResult(t *testing.T) {
	verdicts := map[string]map[rules.Verdict]int{}
	// R-27 is of the ranking, and of nobody's seat.
	ofSeats := slices.DeleteFunc(slices.Concat(beforeVotes, onVotes), func(rule string) bool { return rule == departs })
	rapid.Check(t, func(rt *rapid.T) {
		facts := drawnItem(rt)
		var others Facts
		others, meeting := *facts, *facts.Meeting
		others.Meeting, meeting.Seats = &meeting, slices.Clone(meeting.Seats)
		for i := range meeting.Seats {
			if slices.Contains(facts.Item.recused(), string(meeting.Seats[i].ID)) {
				drawPresence(rt, &meeting.Seats[i])
			}
		}
		for _, began := range []bool{false, true} {
			var tallies [2][]rules.Ballot
			var results [2][]rules.Result
			for i, f := range []Facts{*facts, others} {
				item := *f.Item
				f.Item = &item
				if began {
					set := Values{}
					if _, err := openVote(nil, &decision{facts: &f}, set); err != nil {
						rt.Fatal(err)
					}
					for _, seat := range set["voters"].([]string) {
						item.Voters = append(item.Voters, ident.ID(seat))
					}
				}
				s := sight{Facts: &f, data: Values{}}
				for _, rule := range ofSeats {
					r := weighGuard(rule, s)
					results[i] = append(results[i], r)
					if verdicts[rule] == nil {
						verdicts[rule] = map[rules.Verdict]int{}
					}
					verdicts[rule][r.Verdict]++
				}
				tallies[i] = s.cast()
			}
			if !reflect.DeepEqual(results[0], results[1]) || !reflect.DeepEqual(tallies[0], tallies[1]) {
				rt.Fatalf("with the vote begun: %t, got %+v of %+v and %+v of %+v, want the same", began, results[0], facts.Meeting.Seats, results[1], meeting.Seats)
			}
		}
	})
	for _, rule := range ofSeats {
		if verdicts[rule][rules.Passed] == 0 || verdicts[rule][rules.Failed]+verdicts[rule][rules.Warned] == 0 {
			t.Errorf("%s came to %v, want it to have passed and not", rule, verdicts[rule])
		}
	}
}

// TestWhatAConflictRestsOnIsSaid where it rests on a parameter that nobody has verified, and only there.
func TestWhatAConflictRestsOnIsSaid(t *testing.T) {
	for rests, want := range map[string]int{"conflict.lookbackYears": 1, "": 0} {
		f := Facts{Subject: Subject{ID: ourItem}, Meeting: soundMeeting(), Item: &ItemFacts{Interests: []Interest{{Seat: seatNo(0), Ground: MembershipTie, Rests: rests}}}}
		if r := recusals(sight{Facts: &f}); r.OK() || len(r.Unverified) != want {
			t.Errorf("resting on %q: got %s by %q, want it to fail, and %d named", rests, r.Verdict, r.Unverified, want)
		}
	}
}

// TestAMeetingIsConcludedByBeingHeld, and not by being called off, nor before it is over.
func TestAMeetingIsConcludedByBeingHeld(t *testing.T) {
	for _, s := range []State{{Terminal: true}, {Outcome: OutcomePositive}, {}} {
		if concluded(s) {
			t.Errorf("%+v: got it concluded, want it not", s)
		}
	}
	if !concluded(State{Terminal: true, Outcome: OutcomePositive}) {
		t.Error("held: got it not concluded, want it concluded")
	}
}

// drawnItem is an item of a meeting in session, for which some left and others voted.
func drawnItem(rt *rapid.T) *Facts {
	sectors := []rules.Sector{rules.Public, rules.Business, rules.NGOCommunity}
	f := &Facts{
		Now: noon, Subject: Subject{ID: ourItem, Kind: "agenda_item"}, Item: &ItemFacts{Subject: "prp_x", Decidable: true},
		Meeting: &MeetingFacts{
			State: State{Running: true}, Written: rapid.Bool().Draw(rt, "written"),
			Board: BoardLimits{GroupLimit: DefaultGroupLimit, NonPublic: DefaultNonPublic, Gender: DefaultGender, Quorum: rapid.IntRange(0, 4).Draw(rt, "quorum")},
		},
	}
	for i := range rapid.IntRange(3, 12).Draw(rt, "seats") {
		seat := SeatFacts{ID: ident.ID(fmt.Sprintf("sea_%d", i)), Holder: ident.ID(fmt.Sprintf("per_%d", i)), Sector: rapid.SampledFrom(sectors).Draw(rt, "sector"), Gender: []string{"F", "M"}[i%2]}
		drawPresence(rt, &seat)
		ballot := BallotFacts{Seat: seat.ID, Person: seat.Holder}
		switch does := rapid.SampledFrom([]BallotVote{Recused, BallotVote(rules.For), BallotVote(rules.Against), BallotVote(rules.Abstain), ""}).Draw(rt, "ballot"); {
		case does == Recused || does != "" && (seat.here() || f.Meeting.Written):
			ballot.Vote = does
			f.Item.Ballots = append(f.Item.Ballots, ballot)
		}
		if rapid.IntRange(0, 5).Draw(rt, "interest") == 0 {
			f.Item.Interests = append(f.Item.Interests, Interest{Seat: seat.ID, Ground: OfApplicant})
		}
		f.Meeting.Seats = append(f.Meeting.Seats, seat)
	}
	return f
}

// drawPresence says of a seat whether it came, signed and left.
func drawPresence(rt *rapid.T, seat *SeatFacts) {
	at := func(what string) *clock.Instant {
		if rapid.IntRange(0, 3).Draw(rt, what) == 0 {
			return nil
		}
		when := noon
		return &when
	}
	seat.DeclaredAt, seat.ArrivedAt, seat.LeftAt = at("declared"), at("arrived"), nil
	if rapid.IntRange(0, 3).Draw(rt, "left") == 0 {
		seat.LeftAt = seat.ArrivedAt
	}
}
