package workflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// MeetingFacts are a meeting's own, and those of the meeting that an item is before.
type MeetingFacts struct {
	ID    ident.ID
	State State
	// Number, Mode and Body are as its row has them.
	Number, Mode, Body string
	// Observers are there without a seat or a vote.
	Observers []ident.ID
	// Presider is who presided, "" while nobody is known to.
	Presider ident.ID
	// FirstDecision is the day on which something was first decided at it, adopted or not;
	// "" while nothing was.
	FirstDecision clock.Date
	Written       bool       // its members vote in writing, and do not meet
	HeldOn        clock.Date // while it is not held, the day that it is planned for
	// Seats are those that are filled on that day, by id.
	Seats []SeatFacts
	Items []ItemState // by their places
	Board BoardLimits
	// BallotsUntil is when a vote in writing ends, and OnPaper says that the meeting never
	// was called here.
	BallotsUntil *clock.Instant
	OnPaper      bool
}

// votes says whether ballots are taken at the instant: in session, or until the term of a
// vote in writing.
func (m *MeetingFacts) votes(at clock.Instant) bool {
	if m.Written {
		return m.BallotsUntil != nil && at <= *m.BallotsUntil
	}
	return m.State.Running
}

// sits says whether the person sits on a seat of the meeting.
func (m *MeetingFacts) sits(person ident.ID) bool {
	return slices.ContainsFunc(m.Seats, func(s SeatFacts) bool { return s.Sitter() == person })
}

// ItemState is where an item of a meeting stands.
type ItemState struct {
	ID, Subject ident.ID
	Event       EventName
	Ordinal     int
	State       State
}

// BoardLimits are what the rule sets in force on the day of a meeting ask of its votes.
type BoardLimits struct {
	GroupLimit, NonPublic, Gender rules.BasisPoints
	Quorum                        int  // seats; 0 is more than half of those that are filled
	EqualSectors                  bool // the sectors hold equally many seats
	ChairDecides                  bool // half of the votes suffice if whoever presides voted so
	// PapersDays is how many working days before a sitting its members have the papers. It binds
	// where the statutes say so; else it is advice.
	PapersDays int
	PapersBind bool
	Unverified []string // names of unverified parameters among these
}

// The limits where no rule set names any: those of Articles 32(2)(b) and 34(3)(b) of
// Regulation (EU) No 1303/2013, and of the Court of Auditors' Special Report 10/2022.
const (
	DefaultGroupLimit = rules.BasisPoints(4900)
	DefaultNonPublic  = rules.BasisPoints(5000)
	DefaultGender     = rules.BasisPoints(4000)
)

// DefaultPapersDays is in working days, and DefaultLostVotes in votes, where no rule set
// sets others. They are choices of design.
const (
	DefaultPapersDays = 5
	DefaultLostVotes  = 3
)

// General is the body of a meeting of all members (visuotinis narių susirinkimas); a meeting
// of none other is the board's.
const General = "GENERAL"

// SeatFacts are a seat of the board, and what is known of it at a meeting.
type SeatFacts struct {
	ID     ident.ID
	Holder ident.ID
	Sector rules.Sector
	Group  string
	Gender string // of the holder: F, M, or "" where it is not told
	// Attendance is its row at the meeting, "" while nothing is known of it.
	Attendance ident.ID
	// SatBy is who sits on it there, the holder or somebody in their place.
	SatBy                         ident.ID
	DeclaredAt, ArrivedAt, LeftAt *clock.Instant
}

// here says whether whoever sits on the seat has come and not left.
func (s SeatFacts) here() bool { return s.ArrivedAt != nil && s.LeftAt == nil }

// Sitter is who votes for the seat.
func (s SeatFacts) Sitter() ident.ID {
	if s.SatBy != "" {
		return s.SatBy
	}
	return s.Holder
}

func (s SeatFacts) seat() rules.Seat {
	return rules.Seat{ID: string(s.ID), Sector: s.Sector, Group: s.Group}
}

// ItemFacts are an agenda item's own.
type ItemFacts struct {
	Subject ident.ID
	Event   EventName
	// Decidable: the board's decision on the event could be carried out where its subject
	// stands; the engine fills it.
	Decidable bool
	// SubjectState and SubjectDefinition are where the subject stands.
	SubjectState      StateName
	SubjectDefinition string
	SubjectSince      clock.Instant // when it came to its state
	// Voters are the seats that could vote when the vote began, none before.
	Voters  []ident.ID
	Ballots []BallotFacts // by seat
	// Interests are the seats that may take no part, as the data have it.
	Interests []Interest
}

// BallotFacts is what a seat did on an item.
type BallotFacts struct {
	ID, Seat, Person ident.ID
	Vote             BallotVote
}

// BallotVote is a vote, or that the seat left for the item.
type BallotVote string

// Recused is of a seat that has no part in an item; all others are votes cast.
const Recused BallotVote = "RECUSED"

// Ground says why a person has no part in what is decided.
type Ground string

// The grounds that data show, and those that a member may declare.
const (
	OfApplicant     Ground = "APPLICANT"    // of the applicant's organisation
	EvaluatedIt     Ground = "EVALUATION"   // assessed it: whoever evaluates does not vote
	DeclaredByThem  Ground = "DECLARATION"  // declared a conflict as its evaluator
	SameCode        Ground = "LEGAL_CODE"   // of a body with the applicant's legal code
	SameAddress     Ground = "ADDRESS"      // of an organisation at the applicant's address
	SameDomain      Ground = "EMAIL_DOMAIN" // with an e-mail at the domain of the applicant's persons
	FamilyTie       Ground = "FAMILY"
	EmploymentTie   Ground = "EMPLOYMENT"
	ManagementTie   Ground = "MANAGEMENT" // at the head of the applicant, or in one of its bodies
	MembershipTie   Ground = "MEMBERSHIP"
	OwnershipTie    Ground = "OWNERSHIP"
	PartnershipTie  Ground = "PARTNERSHIP" // of their organisation with the applicant
	EconomicTie     Ground = "ECONOMIC"
	PoliticalTie    Ground = "POLITICAL"
	OtherConnection Ground = "OTHER"
)

// declarable are the grounds that somebody declares (domain model, ConflictDeclaration).
var declarable = []Ground{FamilyTie, EmploymentTie, MembershipTie, EconomicTie, PoliticalTie, OtherConnection}

// dataShow are the grounds that data show, in the order in which they are told.
var dataShow = []Ground{
	OfApplicant, DeclaredByThem, EvaluatedIt, SameCode, SameAddress, SameDomain,
	EmploymentTie, ManagementTie, MembershipTie, OwnershipTie, FamilyTie, PartnershipTie,
}

// Grounds are all grounds, those that data show first.
func Grounds() []Ground {
	return slices.Concat(dataShow, slices.DeleteFunc(slices.Clone(declarable), func(g Ground) bool { return slices.Contains(dataShow, g) }))
}

// Interest is a seat whose sitter has a conflict that data show.
type Interest struct {
	Seat   ident.ID
	Ground Ground
	// Rests is as in [Match].
	Rests string
}

// Interests are why the person may take no part in a decision on the proposal, by what
// they share with the applicant and what they did with the proposal; none where no data
// say so. They name no seat.
func (p *ProposalFacts) Interests(person ident.ID, shared []Match) []Interest {
	var out []Interest
	for _, m := range shared {
		out = append(out, Interest{Ground: m.Ground, Rests: m.Rests})
	}
	switch own := p.by(person); {
	case own.conflict:
		out = append(out, Interest{Ground: DeclaredByThem})
	case own.any:
		out = append(out, Interest{Ground: EvaluatedIt})
	}
	return out
}

// InterestsOf are the interests as those of the seat, each ground once, in the order in
// which they are told.
func InterestsOf(seat ident.ID, all []Interest) []Interest {
	out := slices.Clone(all)
	for i := range out {
		out[i].Seat = seat
	}
	slices.SortFunc(out, func(a, b Interest) int {
		return cmp.Or(cmp.Compare(slices.Index(dataShow, a.Ground), slices.Index(dataShow, b.Ground)), cmp.Compare(a.Rests, b.Rests))
	})
	return slices.CompactFunc(out, func(a, b Interest) bool { return a.Ground == b.Ground })
}

// shows says whether data show that the seat has a conflict on the ground.
func (i *ItemFacts) shows(seat ident.ID, ground Ground) bool {
	return slices.ContainsFunc(i.Interests, func(x Interest) bool { return x.Seat == seat && x.Ground == ground })
}

// recused are the seats that left for the item.
func (i *ItemFacts) recused() []string {
	var out []string
	for _, b := range i.Ballots {
		if b.Vote == Recused {
			out = append(out, string(b.Seat))
		}
	}
	return out
}

// cast are the votes, with the seats that gave them.
func (s sight) cast() []rules.Ballot {
	var out []rules.Ballot
	for _, b := range s.Item.Ballots {
		if seat := s.Meeting.seat(b.Seat); seat != nil && b.Vote != Recused {
			out = append(out, rules.Ballot{Seat: seat.seat(), Vote: rules.Vote(b.Vote)})
		}
	}
	return out
}

// majority is R-26. Where nobody is known to preside, half of the votes are not enough.
func majority(s sight) rules.Result {
	m := rules.Majority{Ballots: s.cast(), ChairDecides: s.Meeting.Board.ChairDecides}
	for _, b := range s.Item.Ballots {
		if b.Person != "" && b.Person == s.Meeting.Presider {
			m.Chair = rules.Vote(b.Vote)
		}
	}
	return m.Check()
}

func (m *MeetingFacts) seat(id ident.ID) *SeatFacts {
	for i := range m.Seats {
		if m.Seats[i].ID == id {
			return &m.Seats[i]
		}
	}
	return nil
}

// entitled are the seats that can vote on the item, and that its quorum is counted by:
// those that could when the vote began, before it those that are there now, and in writing
// those that have voted; none that left for the item.
func (s sight) entitled() []SeatFacts {
	recused := s.Item.recused()
	return slices.DeleteFunc(slices.Clone(s.Meeting.Seats), func(x SeatFacts) bool {
		switch {
		case slices.Contains(recused, string(x.ID)):
			return true
		case s.Meeting.Written:
			return !slices.ContainsFunc(s.Item.Ballots, func(b BallotFacts) bool { return b.Seat == x.ID })
		case len(s.Item.Voters) > 0:
			return !slices.Contains(s.Item.Voters, x.ID)
		default:
			return !x.here()
		}
	})
}

// composition is R-20, of the seats that are filled on the day of the meeting.
func composition(s sight) rules.Result {
	c := rules.Composition{
		Limit: s.Meeting.Board.GroupLimit, EqualSectors: s.Meeting.Board.EqualSectors,
		Unverified: s.Meeting.unverified(rules.GroupLimit, rules.EqualSectors),
	}
	for _, x := range s.Meeting.Seats {
		c.Seats = append(c.Seats, x.seat())
	}
	return c.Check()
}

// genderBalance is R-29, of the same seats. It refuses nothing.
func genderBalance(s sight) rules.Result {
	c := rules.GenderBalance{
		Seats: len(s.Meeting.Seats), Minimum: s.Meeting.Board.Gender, Unverified: s.Meeting.unverified(rules.GenderMinimum),
	}
	for _, x := range s.Meeting.Seats {
		switch x.Gender {
		case "F":
			c.Female++
		case "M":
			c.Male++
		}
	}
	return c.Check()
}

// quorum is R-21: of a meeting by who has come, of an item by who can vote on it.
func quorum(s sight) rules.Result {
	present := 0
	if s.Item != nil {
		present = len(s.entitled())
	} else {
		for _, x := range s.Meeting.Seats {
			if x.here() {
				present++
			}
		}
	}
	r := rules.Quorum{Seats: len(s.Meeting.Seats), Present: present, Needed: s.Meeting.Board.Quorum}.Check()
	r.Unverified = s.Meeting.unverified(rules.QuorumSeats)
	return r
}

// unverified are those of the parameters that nobody has compared with their source.
func (m *MeetingFacts) unverified(parameters ...string) []string {
	return slices.DeleteFunc(parameters, func(p string) bool { return !slices.Contains(m.Board.Unverified, p) })
}

// voteShare is R-22, of those who can vote on the item.
func voteShare(s sight) rules.Result {
	share := rules.VoteShare{Recused: s.Item.recused(), Limit: s.Meeting.Board.GroupLimit, Unverified: s.Meeting.unverified(rules.GroupLimit)}
	for _, x := range s.entitled() {
		share.Voters = append(share.Voters, x.seat())
	}
	return share.Check()
}

// nonPublicShare is R-23, of the votes cast.
func nonPublicShare(s sight) rules.Result {
	return rules.NonPublicShare{Ballots: s.cast(), Minimum: s.Meeting.Board.NonPublic, Unverified: s.Meeting.unverified(rules.NonPublicShareMinimum)}.Check()
}

// recusals is R-24: the first seat with a conflict that data show and that is there, or
// votes, all the same.
func recusals(s sight) rules.Result {
	out := rules.Conflict{Item: string(s.Subject.ID)}.Check()
	entitled := s.entitled()
	for _, x := range s.Item.Interests {
		subject := []string{string(s.Item.Subject)}
		r := rules.Conflict{
			Seat: string(x.Seat), Item: string(s.Subject.ID), Covers: subject, Conflicts: subject,
			Present: slices.ContainsFunc(entitled, func(e SeatFacts) bool { return e.ID == x.Seat }),
			Voted:   slices.ContainsFunc(s.Item.Ballots, func(b BallotFacts) bool { return b.Seat == x.Seat && b.Vote != Recused }),
		}.Check()
		// Why is theirs alone: others read the tests of an item, and its entries for ever.
		if x.Rests != "" {
			r.Unverified = []string{x.Rests}
		}
		if out = r; !r.OK() {
			break
		}
	}
	return out
}

// declarations is R-25, of those who can vote on the item.
func declarations(s sight) rules.Result {
	c := rules.DeclarationFirst{At: s.Now}
	for _, x := range s.entitled() {
		c.Required = append(c.Required, string(x.ID))
		if x.DeclaredAt != nil {
			c.Signed = append(c.Signed, rules.Declaration{By: string(x.ID), SignedAt: *x.DeclaredAt})
		}
	}
	return c.Check()
}

// votesConcluded holds while no item of the meeting is being voted on or has a vote that
// nothing came of yet.
func votesConcluded(s sight) rules.Result {
	var open []string
	for _, x := range s.Meeting.Items {
		if !x.State.Terminal && !x.State.Editable {
			open = append(open, string(x.ID))
		}
	}
	return fact("votesConcluded", len(open) == 0, rules.Fact{Name: "open", Value: strings.Join(open, " ")})
}

// papersInTime holds where the members have the papers so many working days before the day
// for which the meeting is called, or the end of a vote in writing. Where no statutes say how
// many, it warns.
func papersInTime(s sight) rules.Result {
	at, _ := s.data["scheduledAt"].(clock.Instant)
	if s.Meeting.Written {
		at, _ = s.data["ballotsUntil"].(clock.Instant)
	}
	sent := s.Now.Day()
	if s.on != "" {
		sent = s.on
	}
	earliest := calendar.Last(sent, s.Meeting.Board.PapersDays, calendar.WorkingDays)
	r := fact("papersInTime", earliest <= at.Day(),
		rules.Fact{Name: "day", Value: at.String()}, rules.Fact{Name: "earliest", Value: string(earliest)}, counted("workingDays", s.Meeting.Board.PapersDays))
	if !r.OK() && !s.Meeting.Board.PapersBind {
		r.Verdict = rules.Warned
	}
	r.Unverified = s.Meeting.unverified(rules.PapersDays)
	return r
}

// setDay keeps the day of the meeting, by which its seats go: that for which it is called,
// and in writing that on which the ballots are sent.
func setDay(_ *step, d *decision, set Values) ([]Change, error) {
	set["heldOn"] = d.effectiveOn
	if at, called := d.data["scheduledAt"].(clock.Instant); called {
		set["heldOn"] = at.Day()
	}
	return nil, nil
}

// firstDay puts the day of a meeting that is not taken up again back to that on which it sat.
func firstDay(_ *step, d *decision, set Values) ([]Change, error) {
	set["heldOn"] = d.facts.Meeting.FirstDecision
	return nil, nil
}

// everybodyLeaves ends the stay of everybody who is there: they come anew.
func everybodyLeaves(s *step, d *decision, _ Values) ([]Change, error) {
	var out []Change
	for _, x := range d.facts.Meeting.Seats {
		if x.here() {
			out = append(out, Change{Type: "Attendance", ID: x.Attendance, Set: Values{"leftAt": s.now}})
		}
	}
	return out, nil
}

// openVote keeps who can vote: whoever comes or leaves later changes nothing in it.
func openVote(_ *step, d *decision, set Values) ([]Change, error) {
	voters := []string{}
	for _, x := range (sight{Facts: d.facts}).entitled() {
		voters = append(voters, string(x.ID))
	}
	set["voters"] = voters
	return nil, nil
}

// decide makes the board's decision of the ballots: adopted where the item ends well.
func decide(s *step, d *decision, _ Values) ([]Change, error) {
	item := d.facts.Item
	subject, err := s.tx.Lock(item.Subject, false)
	if err != nil {
		return nil, err
	}
	tally := map[rules.Vote]int{}
	for _, b := range (sight{Facts: d.facts}).cast() {
		tally[b.Vote]++
	}
	return []Change{create("Decision", s.IDs.New(ident.Decision), Values{
		"lagId": d.facts.Subject.LAG, "meetingId": d.facts.Meeting.ID, "itemId": d.facts.Subject.ID, "subjectId": item.Subject,
		"event": string(item.Event), "outcome": outcomeOf(d.to.Outcome == OutcomePositive),
		"votesFor": tally[rules.For], "votesAgainst": tally[rules.Against], "votesAbstained": tally[rules.Abstain],
		"reasons": confidedOrNull(d.reason), "departs": d.data["departs"] == true, "adoptedOn": d.effectiveOn, "subjectVersion": subject.Version, "synthetic": d.facts.Synthetic,
	})}, nil
}

// outcomeOf is how a decision's outcome is written.
func outcomeOf(adopted bool) string {
	if adopted {
		return "ADOPTED"
	}
	return "NOT_ADOPTED"
}

// Tested is what a rule of the board makes of an item.
type Tested struct {
	rules.Result
	Message Text // why it does not hold, or what it warns of
}

// beforeVotes are the rules that an item is held to before anybody votes, and onVotes those
// that its votes are.
var beforeVotes, onVotes = []string{"R-20", "R-21", "R-22", "R-24", "R-25", departs, "R-29"}, []string{"R-23", "R-26"}

// Tests are what the rules of the board make of an agenda item as it stands, for whoever
// may know of it; what its votes come to is not for those who have no part in it. NOT_FOUND
// where there is no such item. With recusing it is as if these seats left for it too, which
// is of items that nobody has voted on.
func (e *Engine) Tests(ctx context.Context, actor Actor, item ident.ID, recusing ...ident.ID) (out []Tested, err error) {
	err = e.atItem(ctx, actor, item, func(s *step, f *Facts) error {
		out = nil
		if refused := f.leave(recusing); len(refused) > 0 {
			return &Error{Refusals: refused}
		}
		asked := slices.Clone(beforeVotes)
		if len(sight{Facts: f}.cast()) > 0 && (actor.grants(f.Subject.LAG, staff...) || f.has(actor.Person)) {
			asked = append(asked, onVotes...)
		}
		slices.Sort(asked)
		if err := s.lookBehind(f, asked); err != nil {
			return err
		}
		for _, rule := range asked {
			r := weighGuard(rule, sight{Facts: f, data: Values{}})
			t := Tested{Result: r}
			if r.Verdict != rules.Passed {
				t.Message = message(r)
			}
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// leave has the seats leave for the item, on the facts alone.
func (f *Facts) leave(seats []ident.ID) []Refusal {
	var out []Refusal
	item := *f.Item
	f.Item = &item
	for i, seat := range seats {
		switch {
		case len(item.Voters) > 0:
			return []Refusal{wrongValue("scenario.itemId", Text{
				LT: "klausimo, dėl kurio dar nebalsuojama: paskui nusišalinti nebegalima", EN: "an item that nobody votes on yet: nobody leaves for it after",
			})}
		case f.Meeting.seat(seat) == nil || slices.Contains(seats[:i], seat):
			out = append(out, wrongValue(fmt.Sprintf("scenario.recuse.%d", i), Text{
				LT: "valdybos vieta šiame posėdyje, vieną kartą", EN: "a seat of the board at this meeting, once",
			}))
		default:
			item.Ballots = append(slices.Clone(item.Ballots), BallotFacts{Seat: seat, Vote: Recused})
		}
	}
	return out
}

// departs is the guard of steps by which a board funds a proposal.
const departs = "R-27"

// lookBehind has the facts of an item hold those of the case that it is about, with its
// ranking, where one of the guards is R-27 and what the board would decide reads the ranking.
func (s *step) lookBehind(f *Facts, guards []string) error {
	if f.Item == nil || f.Before != nil || !slices.Contains(guards, departs) {
		return nil
	}
	m := s.Machines.Pinned(f.Item.SubjectDefinition)
	if m == nil {
		return nil
	}
	if c, open := m.Lookup(f.Item.SubjectState, f.Item.Event); !open || !slices.Contains(c.Transition.Guards, departs) {
		return nil
	}
	subject, err := s.tx.Lock(f.Item.Subject, false)
	if err != nil {
		return err
	}
	f.Before, err = s.facts(subject, true)
	return err
}

// Interest is why the actor has no part in an agenda item, as the data have it, "" where
// nothing says so.
func (e *Engine) Interest(ctx context.Context, actor Actor, item ident.ID) (g Ground, err error) {
	err = e.atItem(ctx, actor, item, func(_ *step, f *Facts) error { g = f.interest(actor.Person); return nil })
	return g, err
}

// atItem reads an agenda item for whoever may know of it.
func (e *Engine) atItem(ctx context.Context, actor Actor, item ident.ID, look func(*step, *Facts) error) error {
	return e.Store.View(ctx, func(tx Tx) error {
		subject, err := tx.Lock(item, false)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, actor: actor, now: e.Clock.Now(), explaining: true}
		f, err := s.facts(subject, false)
		if err != nil {
			return err
		}
		if f.Item == nil || !mayKnow(actor, f, e.Machines) {
			return Missing("id", string(item))
		}
		return look(s, f)
	})
}

// interest is why whoever the person sits for has no part in the item.
func (f *Facts) interest(person ident.ID) Ground {
	for _, i := range f.Item.Interests {
		if seat := f.Meeting.seat(i.Seat); seat != nil && seat.Sitter() == person {
			return i.Ground
		}
	}
	return ""
}

// has says whether the person has a part in the item: they sit on a seat, have not left for
// it, and would not have to.
func (f *Facts) has(person ident.ID) bool {
	left := slices.ContainsFunc(f.Item.Ballots, func(b BallotFacts) bool { return b.Vote == Recused && b.Person == person })
	return f.Meeting.sits(person) && !left && f.interest(person) == ""
}
