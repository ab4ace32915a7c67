package store

import (
	"errors"
	"fmt"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/attendance"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/boardseat"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// meetingFacts are those of the meeting, with the seats that are filled on its day.
func (t *tx) meetingFacts(f *workflow.Facts, id ident.ID) error {
	m, err := t.ent.Meeting.Query().Where(meeting.ID(id)).
		WithItems(func(q *ent.AgendaItemQuery) { q.Order(ent.Asc(agendaitem.FieldOrdinal)) }).
		WithAttendance(func(q *ent.AttendanceQuery) { q.Order(ent.Asc(attendance.FieldSeatID)) }).Only(t.ctx)
	if err != nil {
		return fmt.Errorf("facts of meeting: %w", err)
	}
	f.Synthetic = m.Synthetic
	f.Meeting = &workflow.MeetingFacts{
		ID: m.ID, State: *t.machines.State(m.Definition, workflow.StateName(m.State)), Written: m.Mode == workflow.InWriting, HeldOn: m.HeldOn,
		Number: m.Number, Mode: m.Mode, Body: m.Body, Presider: m.PresiderID,
		BallotsUntil: m.BallotsUntil, OnPaper: m.ScheduledAt == nil && m.BallotsUntil == nil,
	}
	for _, person := range m.Observers {
		f.Meeting.Observers = append(f.Meeting.Observers, ident.ID(person))
	}
	for _, x := range m.Edges.Items {
		f.Meeting.Items = append(f.Meeting.Items, workflow.ItemState{
			ID: x.ID, Subject: x.SubjectID, Event: workflow.EventName(x.Event), Ordinal: x.Ordinal,
			State: *t.machines.State(x.Definition, workflow.StateName(x.State)),
		})
	}
	if f.Meeting.FirstDecision, err = t.FirstDecision(id); err != nil {
		return err
	}
	if f.Meeting.Seats, err = t.seats(m); err != nil {
		return err
	}
	return t.boardLimits(f, m.LagID)
}

// seats are the board's on the day of the meeting that are filled, with what they did there.
func (t *tx) seats(m *ent.Meeting) ([]workflow.SeatFacts, error) {
	rows, err := t.ent.BoardSeat.Query().Where(
		boardseat.LagID(m.LagID), boardseat.PersonIDNotNil(), boardseat.SinceLTE(m.HeldOn),
		boardseat.Or(boardseat.UntilIsNil(), boardseat.UntilGTE(m.HeldOn)),
	).Order(ent.Asc(boardseat.FieldID)).All(t.ctx)
	out := make([]workflow.SeatFacts, len(rows))
	for i, r := range rows {
		out[i] = workflow.SeatFacts{ID: r.ID, Holder: r.PersonID, Sector: rules.Sector(r.Sector), Group: r.InterestGroup, Gender: r.Gender}
		for _, a := range m.Edges.Attendance {
			if a.SeatID == r.ID {
				out[i].Attendance, out[i].SatBy, out[i].DeclaredAt, out[i].ArrivedAt, out[i].LeftAt = a.ID, a.PersonID, a.DeclaredAt, a.ArrivedAt, a.LeftAt
			}
		}
	}
	return out, err
}

// boardLimits resolve what the votes of a meeting are held to, by its day.
func (t *tx) boardLimits(f *workflow.Facts, lag ident.ID) error {
	on := f.Meeting.HeldOn
	set, err := t.parameters(f, lag, on)
	if err != nil {
		return err
	}
	b := &f.Meeting.Board
	b.GroupLimit, b.NonPublic, b.Gender = workflow.DefaultGroupLimit, workflow.DefaultNonPublic, workflow.DefaultGender
	b.PapersDays = workflow.DefaultPapersDays
	for name, take := range map[string]func(rules.Resolved) error{
		rules.GroupLimit:            func(p rules.Resolved) (err error) { b.GroupLimit, err = p.Rate(); return err },
		rules.NonPublicShareMinimum: func(p rules.Resolved) (err error) { b.NonPublic, err = p.Rate(); return err },
		rules.GenderMinimum:         func(p rules.Resolved) (err error) { b.Gender, err = p.Rate(); return err },
		rules.QuorumSeats:           func(p rules.Resolved) (err error) { b.Quorum, err = p.Count(); return err },
		rules.PapersDays: func(p rules.Resolved) (err error) {
			b.PapersDays, err = p.Count()
			b.PapersBind = true
			return err
		},
		rules.EqualSectors: func(p rules.Resolved) error {
			n, err := p.Count()
			b.EqualSectors = n > 0
			return err
		},
		rules.ChairDecides: func(p rules.Resolved) error {
			n, err := p.Count()
			b.ChairDecides = n > 0
			return err
		},
	} {
		unverified, err := resolved(set, name, on, take)
		if err != nil {
			return err
		}
		b.Unverified = append(b.Unverified, unverified...)
	}
	return nil
}

// resolved takes the parameter of the day over where a rule set has it, and names it where
// nobody has compared it with its source.
func resolved(set rules.RuleSet, name string, on clock.Date, take func(rules.Resolved) error) ([]string, error) {
	p, err := set.Resolve(name, on)
	if errors.Is(err, rules.ErrNoParameter) {
		return []string{name}, nil
	}
	if err != nil {
		return nil, err
	}
	return rules.Unverified(p), take(p)
}

// itemFacts are an agenda item's own.
func (t *tx) itemFacts(f *workflow.Facts, id ident.ID) error {
	row, err := t.ent.AgendaItem.Query().Where(agendaitem.ID(id)).
		WithBallots(func(q *ent.BallotQuery) { q.Order(ent.Asc(ballot.FieldSeatID)) }).Only(t.ctx)
	if err != nil {
		return fmt.Errorf("facts of agenda item: %w", err)
	}
	f.Synthetic = row.Synthetic
	f.Item = &workflow.ItemFacts{Subject: row.SubjectID, Event: workflow.EventName(row.Event)}
	for _, v := range row.Voters {
		f.Item.Voters = append(f.Item.Voters, ident.ID(v))
	}
	for _, b := range row.Edges.Ballots {
		f.Item.Ballots = append(f.Item.Ballots, workflow.BallotFacts{ID: b.ID, Seat: b.SeatID, Person: b.PersonID, Vote: workflow.BallotVote(b.Vote)})
	}
	subject, _, err := t.locate(row.SubjectID)
	if err != nil {
		return err
	}
	f.Item.SubjectState, f.Item.SubjectDefinition, f.Item.SubjectSince = subject.State, subject.Definition, subject.Since
	f.Item.Interests, err = t.interests(f.Meeting, subject.LAG, subject.Dossier)
	return err
}

// interests are the seats whose sitters have a conflict that data show on the day of the
// meeting, in the proposal in whose dossier it is that is decided on or, where it is a call, in any that it has received.
func (t *tx) interests(m *workflow.MeetingFacts, group, dossier ident.ID) ([]workflow.Interest, error) {
	which := proposal.ID(dossier)
	switch dossier.Prefix() {
	case ident.Proposal:
	case ident.Call:
		which = proposal.And(proposal.CallID(dossier), proposal.Or(proposal.SubmittedAtNotNil(), proposal.ReceivedAtNotNil()))
	default:
		return nil, nil
	}
	sitters := make([]ident.ID, len(m.Seats))
	for i, s := range m.Seats {
		sitters[i] = s.Sitter()
	}
	rows, err := t.ent.Proposal.Query().Where(which).Order(ent.Asc(proposal.FieldID)).
		WithEvaluations(func(q *ent.EvaluationQuery) { q.Where(evaluation.EvaluatorIDIn(sitters...)) }).All(t.ctx)
	if err != nil {
		return nil, err
	}
	applicants := make([]ident.ID, len(rows))
	all := make([]workflow.ProposalFacts, len(rows))
	for i, p := range rows {
		applicants[i], all[i].Applicant = p.ApplicantID, p.ApplicantID
		for _, e := range p.Edges.Evaluations {
			all[i].Evaluations = append(all[i].Evaluations, t.evaluationOf(e))
		}
	}
	slices.Sort(applicants)
	facts, err := t.relations(group, sitters, slices.Compact(applicants), m.HeldOn, t.othersPosts)
	if err != nil {
		return nil, err
	}
	shown := workflow.Relate(facts).Remembering()
	var out []workflow.Interest
	for i, s := range m.Seats {
		var of []workflow.Interest
		for _, p := range all {
			of = append(of, p.Interests(sitters[i], shown(sitters[i], p.Applicant))...)
		}
		out = append(out, workflow.InterestsOf(s.ID, of)...)
	}
	return out, nil
}
