package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// presiding are those who prepare a meeting and keep its record.
var presiding = []Role{Secretary, Chair, Administrator}

// The ways in which a board meets.
const (
	InPerson  = "IN_PERSON"
	Remote    = "REMOTE"
	InWriting = "WRITTEN"
)

// PlanMeeting begins the case of a sitting of the board, and its dossier.
type PlanMeeting struct {
	ID, LAG      ident.ID
	Number, Mode string
	PlannedFor   clock.Date
	// PapersDue is by when its members are to have the papers; where it is empty, so many working
	// days before the meeting as the statutes say. What is sent when is judged by papersInTime.
	PapersDue clock.Date
	Synthetic bool
}

// PlanMeeting is the act.
func (e *Engine) PlanMeeting(a PlanMeeting) Record {
	m := e.Machines.For(a.LAG, "meeting")
	r := e.meeting("meeting.plan", a.ID, a.LAG, "", stated(m, e.Clock.Now(), Values{
		"lagId": a.LAG, "number": a.Number, "mode": a.Mode, "heldOn": a.PlannedFor, "papersDue": dateOrNull(a.PapersDue), "synthetic": a.Synthetic,
	}))
	if a.PapersDue == "" {
		r.complete = func(s *step, _ *Facts, r *Record) error {
			days, err := s.papersDays(a.LAG, a.PlannedFor)
			r.Changes[0].Set["papersDue"] = calendar.Before(a.PlannedFor, days)
			return err
		}
	}
	return r
}

// papersDays is how many working days before a meeting on the day its members have the papers.
func (s *step) papersDays(lag ident.ID, on clock.Date) (int, error) {
	sets, err := s.tx.RuleSets(lag)
	if err != nil {
		return 0, err
	}
	var all []rules.Parameter
	for _, x := range sets {
		all = append(all, x.Parameters...)
	}
	set, err := rules.NewRuleSet(all...)
	if err != nil {
		return 0, err
	}
	p, err := set.Resolve(rules.PapersDays, on)
	if errors.Is(err, rules.ErrNoParameter) {
		return DefaultPapersDays, nil
	}
	if err != nil {
		return 0, err
	}
	return p.Count()
}

// HoldMeeting begins the dossier of a sitting of the board, or of the general meeting, that
// was held on paper, and of which the decisions are recorded as its minutes have them
// ([RecordDecision]). Votes of the general meeting are of members, whom no seat stands for:
// it is always held on paper.
type HoldMeeting struct {
	ID, LAG      ident.ID
	Number, Mode string
	General      bool
	HeldOn       clock.Date
	Synthetic    bool
}

// HoldMeeting is the act. The case is over as it begins.
func (e *Engine) HoldMeeting(a HoldMeeting) Record {
	m := e.Machines.For(a.LAG, "meeting")
	set := stated(m, e.Clock.Now(), Values{
		"lagId": a.LAG, "number": a.Number, "mode": a.Mode, "heldOn": a.HeldOn, "synthetic": a.Synthetic,
	})
	if a.General {
		set["body"] = General
	}
	states := m.States()
	if i := slices.IndexFunc(states, concluded); i >= 0 {
		set["state"] = string(states[i].Name)
	}
	return e.meeting("meeting.hold", a.ID, a.LAG, a.HeldOn, set)
}

// concluded holds for the end that a meeting comes to by being held.
func concluded(s State) bool { return s.Terminal && s.Outcome == OutcomePositive }

func (e *Engine) meeting(kind string, id, lag ident.ID, on clock.Date, set Values) Record {
	return Record{
		Kind: kind, Dossier: id, Opens: true, LAG: lag, Subject: id, SubjectType: "Meeting", Roles: presiding, EffectiveOn: on,
		Changes: []Change{create("Meeting", id, set)},
	}
}

// TableItem puts a question on the agenda of a meeting that is planned: an event of a case
// that is the board's to decide on.
type TableItem struct {
	ID, LAG, Meeting, Subject ident.ID
	Event                     EventName
	Synthetic                 bool
}

// TableItem is the act; it stands in the meeting's dossier.
func (e *Engine) TableItem(a TableItem) (Record, error) {
	if err := e.decides(a.Subject, a.Event); err != nil {
		return Record{}, err
	}
	return Record{
		Kind: "item.table", Dossier: a.Meeting, LAG: a.LAG, Subject: a.ID, SubjectType: "AgendaItem", Roles: presiding, check: a.check,
		Changes: []Change{create("AgendaItem", a.ID, stated(e.Machines.For(a.LAG, "agenda_item"), e.Clock.Now(), Values{
			"lagId": a.LAG, "meetingId": a.Meeting, "subjectId": a.Subject, "event": string(a.Event), "synthetic": a.Synthetic,
		}))},
		complete: func(_ *step, f *Facts, r *Record) error {
			last := 0
			for _, x := range f.Meeting.Items {
				last = max(last, x.Ordinal)
			}
			r.Changes[0].Set["ordinal"] = last + 1
			return nil
		},
	}, nil
}

// decides refuses an event that no definition lets a board decide on: the decision would
// be recorded and never carried out.
func (e *Engine) decides(subject ident.ID, event EventName) error {
	kind, _ := KindOf(subject)
	if e.Machines.decides(kind, event) {
		return nil
	}
	list := strings.Join(texts(e.Machines.decidable(kind)), ", ")
	return Refuse(UnknownEvent, "event", Text{
		LT: fmt.Sprintf("Dėl įvykio %q valdyba nesprendžia. Galimi: %s.", event, list),
		EN: fmt.Sprintf("The board does not decide on the event %q. It decides on: %s.", event, list),
	})
}

// maxItems is how many questions an agenda takes; a choice of design.
const maxItems = 200

func (a TableItem) check(s *step, f *Facts) ([]Refusal, error) {
	subject, err := s.locked(a.Subject, false)
	if err != nil {
		return nil, err
	}
	open, err := s.opens(subject, a.Event)
	if err != nil {
		return nil, err
	}
	about, err := s.facts(subject, false)
	if err != nil {
		return nil, err
	}
	general := about.generalDecides()
	twice := slices.ContainsFunc(f.Meeting.Items, func(x ItemState) bool {
		return x.Subject == a.Subject && x.Event == a.Event && !x.State.Terminal
	})
	switch {
	case subject.LAG != a.LAG:
		return Missing("subjectId", string(a.Subject)).Refusals, nil
	case !f.Meeting.State.Editable:
		return []Refusal{{Code: NotAllowedHere, Field: "meetingId", Message: Text{
			LT: "Darbotvarkė jau išsiųsta, todėl nebekeičiama. Įtraukite klausimą į kito posėdžio darbotvarkę.",
			EN: "The agenda is sent and no longer changes. Table the item at another meeting.",
		}}}, nil
	case !open:
		return []Refusal{nothingToDecide(s, subject, a.Event)}, nil
	case general:
		return []Refusal{{Code: NotAllowedHere, Field: "subjectId", Message: Text{
			LT: "Dėl šio klausimo valdyba jau tiek kartų nieko nenutarė, kad dėl jo sprendžia visuotinis narių susirinkimas. Įrašykite jo sprendimą (holdMeeting su general, recordDecision).",
			EN: "The board has adopted nothing on it so often that the general meeting decides. Record what it decided (holdMeeting with general, recordDecision).",
		}}}, nil
	case twice:
		return []Refusal{{Code: Conflict, Field: "event", Message: Text{
			LT: "Šis klausimas darbotvarkėje jau yra.", EN: "The item is on the agenda already.",
		}}}, nil
	case len(f.Meeting.Items) >= maxItems:
		return []Refusal{{Code: MalformedInput, Field: "meetingId", Message: Text{
			LT: fmt.Sprintf("Darbotvarkėje telpa %d klausimų.", maxItems), EN: fmt.Sprintf("An agenda takes %d items.", maxItems),
		}}}, nil
	}
	return nil, nil
}

// opens says whether the event leads on from where the case stands.
func (s *step) opens(subject Subject, event EventName) (bool, error) {
	m, err := s.machineOf(subject)
	if err != nil {
		return false, err
	}
	_, open := m.Lookup(subject.State, event)
	return open, nil
}

// nothingToDecide is the refusal of a question that the case does not put.
func nothingToDecide(s *step, subject Subject, event EventName) Refusal {
	now := s.Machines.State(subject.Definition, subject.State)
	return Refusal{Code: NotAllowedHere, Field: "event", Message: Text{
		LT: fmt.Sprintf("Būsenoje „%s“ dėl įvykio %s nesprendžiama.", now.Staff.LT, event),
		EN: fmt.Sprintf("In the state “%s” there is nothing to decide on the event %s.", now.Staff.EN, event),
	}}
}

// Attended is what is recorded of a seat at a meeting.
type Attended string

// What is recorded: a signed declaration of impartiality and confidentiality, that
// somebody came, and that they left.
const (
	SignedDeclaration Attended = "DECLARED"
	Arrived           Attended = "ARRIVED"
	Left              Attended = "LEFT"
)

// Attend records what a seat of the board does at a meeting. Its holder signs their own
// declaration; all else, and what somebody in the holder's place does, whoever keeps the
// record of the meeting records.
type Attend struct {
	LAG, Meeting, Seat ident.ID
	What               Attended
	// InPlace is who sits on the seat instead of its holder, by the Document that says so.
	InPlace, Document ident.ID
	Synthetic         bool
}

// Attend is the act; it stands in the meeting's dossier.
func (e *Engine) Attend(a Attend) Record {
	roles := presiding
	if a.What == SignedDeclaration {
		roles = append(slices.Clone(presiding), BoardMember)
	}
	return Record{
		Kind: "meeting.attend", Dossier: a.Meeting, LAG: a.LAG, Subject: a.Meeting, SubjectType: "Meeting", Roles: roles,
		Document: a.Document, check: a.check,
		complete: func(s *step, f *Facts, r *Record) error {
			seat := f.Meeting.seat(a.Seat)
			c := Change{Type: "Attendance", ID: seat.Attendance, Set: a.set(s.now, *seat)}
			if seat.Attendance == "" {
				c.ID, c.Create = s.IDs.New(ident.Attendance), true
				c.Set["lagId"], c.Set["meetingId"], c.Set["seatId"], c.Set["synthetic"] = a.LAG, a.Meeting, a.Seat, a.Synthetic
			}
			r.Changes = []Change{c}
			return nil
		},
	}
}

// moves says whether somebody else comes to sit on the seat.
func (a Attend) moves(seat SeatFacts) bool { return a.InPlace != "" && a.InPlace != seat.Sitter() }

// set is what it changes: coming back begins a stay anew, and a declaration is of the
// person, not of the seat.
func (a Attend) set(now clock.Instant, seat SeatFacts) Values {
	set := map[Attended]Values{
		SignedDeclaration: {"declaredAt": now}, Arrived: {"arrivedAt": now, "leftAt": nil}, Left: {"leftAt": now},
	}[a.What]
	if a.moves(seat) {
		set["personId"] = a.InPlace
		if a.What != SignedDeclaration {
			set["declaredAt"] = nil
		}
	}
	return set
}

func (a Attend) check(s *step, f *Facts) ([]Refusal, error) {
	seat := f.Meeting.seat(a.Seat)
	if seat == nil {
		return Missing("seatId", string(a.Seat)).Refusals, nil
	}
	own := seat.Sitter() == s.actor.Person
	keeps := s.actor.grants(a.LAG, presiding...)
	switch {
	case f.Meeting.State.Terminal:
		return []Refusal{meetingOver()}, nil
	case !own && !keeps:
		return []Refusal{notYourSeat()}, nil
	case a.What == Arrived && f.Meeting.State.Editable:
		return []Refusal{{Code: NotAllowedHere, Field: "meetingId", Message: Text{
			LT: "Posėdis dar nesušauktas.", EN: "The meeting is not called yet.",
		}}}, nil
	case a.moves(*seat) && !votesConcluded(sight{Facts: f}).OK():
		return []Refusal{{Code: NotAllowedHere, Field: "inPlaceId", Message: Text{
			LT: "Kol balsuojama, vietoje kito niekas nebesėda.", EN: "While there is a vote, nobody comes to sit in another's place.",
		}}}, nil
	case a.moves(*seat) && slices.Contains(f.Meeting.Observers, a.InPlace):
		return []Refusal{{Code: Conflict, Field: "inPlaceId", Message: Text{
			LT: "Šis asmuo posėdyje yra stebėtojas. Pirma pakeiskite stebėtojų sąrašą.", EN: "They are an observer of the meeting. Name the observers anew first.",
		}}}, nil
	case a.moves(*seat) && f.Meeting.sits(a.InPlace):
		return []Refusal{{Code: Conflict, Field: "inPlaceId", Message: Text{
			LT: "Šis asmuo jau sėdi kitoje vietoje: vienas žmogus turi vieną balsą.", EN: "They sit on another seat already: one person has one vote.",
		}}}, nil
	case a.What == SignedDeclaration && seat.DeclaredAt != nil && !a.moves(*seat):
		return []Refusal{{Code: NotAllowedHere, Field: "seatId", Message: Text{
			LT: "Deklaracija jau pasirašyta.", EN: "The declaration is signed already.",
		}}}, nil
	case a.What == SignedDeclaration && !own && a.Document == "":
		return []Refusal{documentNeeded()}, nil
	case a.moves(*seat) && a.InPlace != seat.Holder && a.Document == "":
		return []Refusal{documentNeeded()}, nil
	case a.What == Left && !seat.here():
		return []Refusal{{Code: NotAllowedHere, Field: "seatId", Message: Text{
			LT: "Šios vietos atstovas posėdyje nedalyvauja.", EN: "Nobody is there for the seat.",
		}}}, nil
	case a.What == Arrived && seat.here() && !a.moves(*seat):
		return []Refusal{{Code: NotAllowedHere, Field: "seatId", Message: Text{
			LT: "Šios vietos atstovas posėdyje jau dalyvauja.", EN: "Whoever sits on the seat is there already.",
		}}}, nil
	}
	return s.documents(Fire{Document: a.Document}, f.Subject)
}

func meetingOver() Refusal {
	return Refusal{Code: NotAllowedHere, Field: "meetingId", Message: Text{LT: "Posėdis baigtas.", EN: "The meeting is over."}}
}

func notYourSeat() Refusal {
	return Refusal{Code: RoleRefused, Field: "seatId", Message: Text{
		LT: "Šioje vietoje valdyboje esate ne jūs. Už kitus įrašo posėdžio sekretorius ar pirmininkas.",
		EN: "The seat is not yours. For others the secretary or whoever presides records it.",
	}}
}

// NameObservers says who is at a meeting without a seat and without a vote (stebėtojai): the
// whole list takes the place of the one before.
type NameObservers struct {
	LAG, Meeting ident.ID
	Persons      []ident.ID
}

// MaxObservers is how many a meeting has at most; a choice of design.
const MaxObservers = 50

// TooManyObservers is the refusal of more.
func TooManyObservers() error {
	return &Error{Refusals: []Refusal{wrongValue("persons", Text{
		LT: fmt.Sprintf("ne daugiau kaip %d asmenų", MaxObservers), EN: fmt.Sprintf("at most %d persons", MaxObservers),
	})}}
}

// NameObservers is the act; it stands in the meeting's dossier.
func (e *Engine) NameObservers(a NameObservers) Record {
	return Record{
		Kind: "meeting.observers", Dossier: a.Meeting, LAG: a.LAG, Subject: a.Meeting, SubjectType: "Meeting", Roles: presiding, check: a.check,
		Changes: []Change{{Type: "Meeting", ID: a.Meeting, Set: Values{"observers": append([]string{}, texts(a.Persons)...)}}},
	}
}

func (a NameObservers) check(_ *step, f *Facts) ([]Refusal, error) {
	seated := slices.IndexFunc(a.Persons, f.Meeting.sits)
	switch {
	case f.Meeting.State.Terminal:
		return []Refusal{meetingOver()}, nil
	case seated >= 0:
		return []Refusal{{Code: Conflict, Field: fmt.Sprintf("persons.%d", seated), Message: Text{
			LT: "Šis asmuo posėdyje turi vietą valdyboje, todėl nėra stebėtojas.", EN: "They have a seat at the meeting, and are no observer.",
		}}}, nil
	}
	return nil, nil
}

// CastBallot is a seat's vote on an item, or its recusal. A ballot is never changed.
type CastBallot struct {
	ID, LAG, Meeting, Item, Seat ident.ID
	Vote                         BallotVote
	Ground                       Ground   // of a recusal
	Document                     ident.ID // the signed ballot or the tally, where somebody else records it
	Synthetic                    bool
}

// CastBallot is the act; it stands in the meeting's dossier.
func (e *Engine) CastBallot(a CastBallot) Record {
	kind := "ballot.cast"
	if a.Vote == Recused {
		kind = "ballot.recuse"
	}
	r := Record{
		Kind: kind, Dossier: a.Meeting, LAG: a.LAG, Subject: a.Item, SubjectType: "AgendaItem",
		Roles: append(slices.Clone(presiding), BoardMember), Document: a.Document, check: a.check,
	}
	r.complete = func(s *step, f *Facts, r *Record) error {
		r.Changes[0].Set["personId"] = f.Meeting.seat(a.Seat).Sitter()
		r.Changes[0].Set["castAt"] = s.now
		return nil
	}
	r.Changes = []Change{create("Ballot", a.ID, Values{
		"lagId": a.LAG, "itemId": a.Item, "seatId": a.Seat, "vote": string(a.Vote), "ground": orNull(string(a.Ground)), "synthetic": a.Synthetic,
	})}
	return r
}

func (a CastBallot) check(s *step, f *Facts) ([]Refusal, error) {
	subject, err := s.locked(a.Item, false)
	if err != nil {
		return nil, err
	}
	if subject.Dossier != a.Meeting {
		return Missing("itemId", string(a.Item)).Refusals, nil
	}
	facts, err := s.facts(subject, false)
	if err != nil {
		return nil, err
	}
	seat := facts.Meeting.seat(a.Seat)
	if seat == nil {
		return Missing("seatId", string(a.Seat)).Refusals, nil
	}
	if seat.Sitter() != s.actor.Person && !s.actor.grants(a.LAG, presiding...) {
		return []Refusal{notYourSeat()}, nil
	}
	if slices.ContainsFunc(facts.Item.Ballots, func(b BallotFacts) bool { return b.Seat == a.Seat }) {
		return []Refusal{{Code: Conflict, Field: "seatId", Message: Text{
			LT: "Ši vieta dėl klausimo jau balsavo arba nusišalino. Atiduotas balsas nekeičiamas.",
			EN: "The seat has voted on the item or was recused. A ballot once cast is not changed.",
		}}}, nil
	}
	twice := slices.ContainsFunc(facts.Item.Ballots, func(b BallotFacts) bool { return b.Person == seat.Sitter() })
	if a.Vote != Recused && twice {
		return []Refusal{{Code: Conflict, Field: "seatId", Message: Text{
			LT: "Šis asmuo dėl klausimo jau balsavo arba nusišalino kitoje vietoje.", EN: "They have voted on the item, or left for it, on another seat.",
		}}}, nil
	}
	if seat.Sitter() != s.actor.Person && a.Document == "" {
		return []Refusal{documentNeeded()}, nil
	}
	refused := a.judge(s, *s.Machines.State(subject.Definition, subject.State), sight{Facts: facts}, seat)
	if len(refused) > 0 {
		return refused, nil
	}
	return s.documents(Fire{Document: a.Document}, f.Subject)
}

// judge says what stands against the ballot itself.
func (a CastBallot) judge(s *step, state State, v sight, seat *SeatFacts) []Refusal {
	if a.Vote == Recused {
		switch {
		case a.Ground == "":
			return []Refusal{wrongValue("ground", wanted["Ballot.ground"].text)}
		case !state.Editable && !state.Running:
			return []Refusal{notVoting()}
		case !slices.Contains(declarable, a.Ground) && !v.Item.shows(a.Seat, a.Ground):
			return []Refusal{wrongValue("ground", oneOf(declarable...).text)}
		}
		return nil
	}
	if a.Ground != "" {
		return []Refusal{wrongValue("ground", Text{LT: "palikti tuščią: pagrindas nurodomas tik nusišalinant", EN: "nothing: only a recusal has a ground"})}
	}
	interested := slices.IndexFunc(v.Item.Interests, func(i Interest) bool { return i.Seat == a.Seat })
	entitled := v.Meeting.Written || slices.ContainsFunc(v.entitled(), func(x SeatFacts) bool { return x.ID == a.Seat })
	switch {
	case !state.Running, !v.Meeting.votes(s.now):
		return []Refusal{notVoting()}
	case interested >= 0:
		return []Refusal{{
			Code: RuleFailed, Rule: "R-24", Field: "seatId", Facts: []rules.Fact{{Name: "ground", Value: string(v.Item.Interests[interested].Ground)}},
			Message: Text{
				LT: "Dėl interesų konflikto šiuo klausimu balsuoti negalima. Įrašykite nusišalinimą.",
				EN: "With a conflict of interest there is no vote on the item. Record the recusal.",
			},
		}}
	case seat.DeclaredAt == nil || *seat.DeclaredAt > s.now:
		return []Refusal{{Code: RuleFailed, Rule: "R-25", Field: "seatId", Message: Text{
			LT: "Pirma pasirašykite nešališkumo deklaraciją: be jos balsas negalioja.",
			EN: "Sign the impartiality declaration first: without it the ballot is void.",
		}}}
	case !entitled:
		return []Refusal{{Code: RuleFailed, Rule: "R-21", Field: "seatId", Message: Text{
			LT: "Pradėjus balsuoti, šios vietos atstovas posėdyje nedalyvavo.", EN: "Nobody was there for the seat when the vote began.",
		}}}
	}
	return nil
}

func notVoting() Refusal {
	return Refusal{Code: NotAllowedHere, Field: "itemId", Message: Text{
		LT: "Dėl šio klausimo dabar nebalsuojama.", EN: "The item is not being voted on now.",
	}}
}
