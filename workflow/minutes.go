package workflow

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
)

// Sitting is what was voted and decided at a meeting, as minutes tell it.
type Sitting struct {
	Items []SatItem // by their places
	// Decisions are those that were recorded as a meeting on paper took them, by id.
	Decisions []SatDecision
}

// SatItem is an item of the agenda with all that came of it.
type SatItem struct {
	ItemState
	Definition string
	Ballots    []SatBallot // by seat
	// Guards are those of its steps, in their order.
	Guards  []GuardRecord
	Decided *SatDecision // nil where no decision was made
}

// SatBallot is what a seat did on an item.
type SatBallot struct {
	Seat   ident.ID
	Vote   BallotVote
	Ground Ground
}

// SatDecision is a decision of the board with its tally.
type SatDecision struct {
	ID, Subject ident.ID
	Event       EventName
	Outcome     string
	Tally       minutes.Tally
}

// minutes is what is to be signed of the meeting.
func (m *MeetingFacts) minutes(lag ident.ID, x Sitting) minutes.Minutes {
	out := minutes.Minutes{
		Meeting: minutes.Meeting{
			ID: string(m.ID), LAG: string(lag), Number: m.Number, Mode: m.Mode, Body: m.Body, HeldOn: string(m.HeldOn), Presider: string(m.Presider),
			Observers: m.observed(),
		},
		Seats: m.minutedSeats(), Items: []minutes.Item{},
	}
	for _, i := range x.Items {
		out.Items = append(out.Items, i.minuted())
	}
	for i, d := range x.Decisions {
		out.Items = append(out.Items, minutes.Item{
			ID: string(d.ID), Ordinal: len(x.Items) + i + 1, Subject: string(d.Subject), Event: string(d.Event), Outcome: d.outcome(),
			Recused: []minutes.Recuse{}, Ballots: []minutes.Ballot{}, Decided: d.minuted(), Tests: []minutes.Test{},
		})
	}
	return out
}

// observed are the observers as minutes have them, nil where there are none: a signed text
// that is read back has none either.
func (m *MeetingFacts) observed() []string {
	if len(m.Observers) == 0 {
		return nil
	}
	return texts(m.Observers)
}

// minutedSeats are the seats by sector, each with its place there: those outside know
// a seat by it.
func (m *MeetingFacts) minutedSeats() []minutes.Seat {
	if m.Body == General { // where members vote, and no seat stands for one
		return []minutes.Seat{}
	}
	seats := slices.Clone(m.Seats)
	slices.SortFunc(seats, func(a, b SeatFacts) int { return cmp.Or(cmp.Compare(a.Sector, b.Sector), cmp.Compare(a.ID, b.ID)) })
	places := map[rules.Sector]int{}
	out := make([]minutes.Seat, len(seats))
	for i, s := range seats {
		places[s.Sector]++
		out[i] = minutes.Seat{
			ID: string(s.ID), Sector: string(s.Sector), Place: places[s.Sector], Holder: string(s.Holder),
			DeclaredAt: instantOr(s.DeclaredAt), ArrivedAt: instantOr(s.ArrivedAt), LeftAt: instantOr(s.LeftAt),
		}
		if s.Sitter() != s.Holder {
			out[i].SatBy = string(s.Sitter())
		}
	}
	return out
}

func instantOr(at *clock.Instant) string {
	if at == nil {
		return ""
	}
	return at.String()
}

func (i SatItem) minuted() minutes.Item {
	out := minutes.Item{
		ID: string(i.ID), Ordinal: i.Ordinal, Subject: string(i.Subject), Event: string(i.Event), State: string(i.State.Name), Definition: i.Definition,
		Outcome: minutes.LeftOpen, Recused: []minutes.Recuse{}, Ballots: []minutes.Ballot{}, Tests: testsIn(i.Guards),
	}
	if i.Decided != nil {
		out.Outcome, out.Decided = i.Decided.outcome(), i.Decided.minuted()
	}
	for _, b := range i.Ballots {
		switch b.Vote {
		case Recused:
			out.Recused = append(out.Recused, minutes.Recuse{ID: string(b.Seat), Ground: string(b.Ground)})
			continue
		case BallotVote(rules.For):
			out.Cast.For++
		case BallotVote(rules.Against):
			out.Cast.Against++
		case BallotVote(rules.Abstain):
			out.Cast.Abstained++
		}
		out.Ballots = append(out.Ballots, minutes.Ballot{ID: string(b.Seat), Vote: string(b.Vote)})
	}
	return out
}

func (d SatDecision) outcome() minutes.Outcome {
	if d.Outcome == outcomeOf(true) {
		return minutes.Adopted
	}
	return minutes.NotAdopted
}

func (d SatDecision) minuted() *minutes.Decision {
	return &minutes.Decision{ID: string(d.ID), Outcome: d.Outcome, Tally: d.Tally}
}

// testsIn are what the rules of the board came to where they were asked last: a vote is
// held by what was known then, whatever is known of its voters now. One that was asked
// for turned round stands as it is.
func testsIn(guards []GuardRecord) []minutes.Test {
	last := map[string]minutes.Test{}
	for _, g := range guards {
		rule, negated := strings.CutPrefix(g.Guard, negation)
		if !slices.Contains(beforeVotes, rule) && !slices.Contains(onVotes, rule) {
			continue
		}
		verdict := g.Verdict
		if negated && verdict == rules.Passed {
			verdict = rules.Failed
		}
		t := minutes.Test{ID: rule, Verdict: string(verdict), Facts: []minutes.Fact{}, Unverified: append([]string{}, g.Unverified...)}
		for _, f := range g.Facts {
			t.Facts = append(t.Facts, minutes.Fact(f))
		}
		last[rule] = t
	}
	out := []minutes.Test{}
	for _, t := range last {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b minutes.Test) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// freezeMinutes puts what the minutes say under a hash, with its exact bytes.
func freezeMinutes(s *step, d *decision, set Values) ([]Change, error) {
	m, err := s.minutesOf(d.facts)
	if err != nil {
		return nil, err
	}
	salt, err := s.salt()
	if err != nil {
		return nil, err
	}
	m.Salt = hex.EncodeToString(salt)
	m.Number, _ = d.data["number"].(string)
	m.Version = 1
	for _, other := range d.facts.Matters {
		if other.Kind == d.facts.Subject.Kind && other.Hash != "" {
			m.Version++
		}
	}
	on, onPaper := d.data["signedOn"].(clock.Date)
	if !onPaper {
		on = s.now.Day()
		m.Secretary = string(s.secretary(d.facts.Meeting.Presider))
	}
	m.SignedOn = string(on)
	text, hash, err := m.Text()
	if err != nil {
		return nil, err
	}
	set["signedOn"], set["content"], set["hash"] = on, string(text), hash
	return nil, nil
}

// minutesOf is what minutes of the facts' meeting would say now, unsigned.
func (s *step) minutesOf(f *Facts) (minutes.Minutes, error) {
	sitting, err := s.tx.Sitting(f.Meeting.ID)
	return f.Meeting.minutes(f.Subject.LAG, sitting), err
}

// secretary is the one of the two who act that did not preside.
func (s *step) secretary(presider ident.ID) ident.ID {
	if s.actor.Person == presider {
		return s.second.Person
	}
	return s.actor.Person
}

// presides keeps who opened the meeting, or counted its ballots, as its chair: whoever
// is granted that role for the day. Of ballots that the secretary alone counted nobody
// is known to have presided. Whoever presided as something was decided stays, though
// somebody else opens the meeting that was adjourned: they answer for those votes.
func presides(s *step, d *decision, set Values) ([]Change, error) {
	if m := d.facts.Meeting; d.by.Role == Chair && (m.Presider == "" || m.FirstDecision == "") {
		set["presiderId"] = s.actor.Person
	}
	return nil, nil
}

// signatories refuses a signature under minutes by anybody but whoever presided and a
// secretary, and two by the same of them.
func (s *step) signatories(d *decision) []Refusal {
	if !d.step.Transition.Requires.Presider || s.actor.System() || d.facts.Meeting.Presider == "" {
		return nil
	}
	presided := func(a Actor) bool { return a.Person == d.facts.Meeting.Presider }
	keeps := func(a Actor) bool { return a.grants(d.facts.Subject.LAG, Secretary) }
	switch {
	case !presided(s.actor) && !keeps(s.actor):
		return []Refusal{{Code: RoleRefused, Message: Text{
			LT: "Protokolą pasirašo tas, kas pirmininkavo šiam posėdžiui, ir sekretorius.",
			EN: "Minutes are signed by whoever presided over this meeting, and a secretary.",
		}}}
	case s.second.Person == "",
		presided(s.actor) && keeps(s.second), presided(s.second) && keeps(s.actor):
		return nil
	case presided(s.actor):
		return []Refusal{secondSignature("Posėdžio pirmininkas jau pasirašė: patvirtinti turi sekretorius.", "Whoever presided has signed: a secretary has to confirm.")}
	default:
		return []Refusal{secondSignature("Sekretorius jau pasirašė: patvirtinti turi tas, kas pirmininkavo šiam posėdžiui.", "The secretary has signed: whoever presided over this meeting has to confirm.")}
	}
}

func secondSignature(lt, en string) Refusal {
	return Refusal{Code: SecondPersonRequired, Field: "id", Message: Text{LT: lt, EN: en}}
}

// signing are those who may confirm an event that whoever presided signs.
var signing = []Role{Secretary, Chair}

// confirming are the roles of a second person for the act.
func (p Pending) confirming(ms *Machines) []Role {
	if p.signed(ms) {
		return signing
	}
	return secondRoles
}

// signed says whether whoever presided is one of the two persons of the act.
func (p Pending) signed(ms *Machines) bool {
	if p.Act.Fire == nil {
		return false
	}
	kind, _ := KindOf(p.Act.Fire.Subject)
	return slices.ContainsFunc(ms.Versions(kind), func(m *Machine) bool {
		return slices.ContainsFunc(m.def.Transitions, func(t Transition) bool { return t.Event == p.Act.Fire.Event && t.Requires.Presider })
	})
}

// presidedOver says whether the actor is recorded to have presided over the meeting that the
// act signs for. A deputy is chair for the day alone, and signs later: any role in the group
// will do then.
func (s *step) presidedOver(p Pending) (bool, error) {
	if !p.signed(s.Machines) || !s.actor.grants(p.LAG, tokenRoles...) {
		return false, nil
	}
	subject, err := s.locked(p.Act.Fire.Subject, false)
	if err != nil {
		return false, err
	}
	f, err := s.facts(subject, false)
	return err == nil && f.Meeting.Presider == s.actor.Person, err
}

// meetingHeld holds once the meeting has come to its end by being held.
func meetingHeld(s sight) rules.Result { return fact("meetingHeld", concluded(s.Meeting.State)) }

// noMinutesOpen holds while no other minutes of the meeting are being drawn up, and none
// has gone to the archive.
func noMinutesOpen(s sight) rules.Result {
	var open []string
	for _, m := range s.Matters {
		if m.Kind == "minutes" && (m.State.Editable || (m.State.Terminal && m.State.Listed)) {
			open = append(open, string(m.ID))
		}
	}
	return fact("noMinutesOpen", len(open) == 0, rules.Fact{Name: "open", Value: strings.Join(open, " ")})
}

// SignedMinutes are the minutes of a meeting in one version, with how they stand to the
// record now.
type SignedMinutes struct {
	ID    ident.ID
	State State
	// Text is what was signed, Hash its SHA-256 as the row has it.
	Text, Hash string
	minutes.Minutes
	// Differences are what the record has otherwise now; none where it agrees.
	Differences []minutes.Difference
	// Intact says that the text is the one that was put under the hash.
	Intact bool
}

// Agrees says whether the text is intact and the record still says the same.
func (m SignedMinutes) Agrees() bool { return m.Intact && len(m.Differences) == 0 }

// MinutesOf are the minutes of the meeting that were signed, by version, held against
// the record as it stands. Which of them the actor may read is for the caller to know.
// NOT_FOUND where there is no such meeting.
func (e *Engine) MinutesOf(ctx context.Context, meeting ident.ID) (out []SignedMinutes, err error) {
	err = e.Store.View(ctx, func(tx Tx) error {
		out = nil
		subject, err := tx.Lock(meeting, false)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now(), explaining: true}
		f, err := s.facts(subject, false)
		if err != nil {
			return err
		}
		if f.Meeting == nil {
			return Missing("id", string(meeting))
		}
		now, err := s.minutesOf(f)
		if err != nil {
			return err
		}
		for _, m := range f.Matters {
			if m.Content == "" {
				continue
			}
			signed, err := m.signed(now)
			if err != nil {
				return err
			}
			out = append(out, signed)
		}
		slices.SortFunc(out, func(a, b SignedMinutes) int {
			return cmp.Or(cmp.Compare(a.Version, b.Version), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	return out, err
}

// signed holds the matter's text against what the record says now. One that somebody
// changed past the program agrees with nothing.
func (m MatterFacts) signed(now minutes.Minutes) (SignedMinutes, error) {
	out := SignedMinutes{ID: m.ID, State: m.State, Text: m.Content, Hash: m.Hash, Intact: minutes.Hash([]byte(m.Content)) == m.Hash}
	read, err := minutes.Read([]byte(m.Content))
	if errors.Is(err, minutes.ErrFormat) {
		out.Intact = false
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Minutes = read
	out.Differences, err = read.Differences(now)
	return out, err
}
