package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// meeting is a sitting of the board with the record of its votes.
type meeting struct {
	id, tally ident.ID
	number    string
	items     map[question]ident.ID
}

// question is what is decided on an item: an event of a case.
type question struct {
	subject ident.ID
	event   workflow.EventName
}

// Hours of a meeting's days that the data leave open.
const (
	agendaHour  = 17 // when the agenda is sent, once everything is put to the board
	minutesHour = 19 // when the minutes are signed, once everything is decided
)

// planMeeting has the meeting planned and called when its agenda is sent, opened as it is
// scheduled, and closed as its minutes are signed. Its items come to their votes with the
// steps that carry them out.
func (g *group) planMeeting(m strategies.Meeting) {
	g.on(moment(m.AgendaSentOn, agendaHour), "agenda of "+m.Key, func() error { return g.convene(m) })
	g.on(m.ScheduledAt.Instant(), "meeting "+m.Key, func() error { return g.open(m) })
	g.on(moment(m.MinutesSignedOn, minutesHour), "minutes of "+m.Key, func() error { return g.close(m) })
}

// convene plans the meeting, tables what it decides and sends the agenda.
func (g *group) convene(m strategies.Meeting) error {
	held := &meeting{id: g.id(ident.Meeting), number: strconv.Itoa(m.MinutesNo), items: map[question]ident.ID{}}
	g.meetings[m.Key] = held
	err := g.record(g.people[secretary], g.eng.PlanMeeting(workflow.PlanMeeting{
		ID: held.id, LAG: g.lag, Number: held.number, Mode: m.Mode, PlannedFor: m.ScheduledAt.Instant().Day(), Synthetic: m.Synthetic,
	}))
	for _, q := range g.questions(m) {
		if err != nil {
			return err
		}
		a := workflow.TableItem{ID: g.id(ident.AgendaItem), LAG: g.lag, Meeting: held.id, Subject: q.subject, Event: q.event, Synthetic: m.Synthetic}
		held.items[q] = a.ID
		var r workflow.Record
		if r, err = g.eng.TableItem(a); err == nil {
			err = g.record(g.people[secretary], r)
		}
	}
	if err != nil {
		return err
	}
	agenda, err := g.document(paper{
		dossier: held.id, subject: held.id, kind: "AGENDA", title: "Darbotvarkė", number: "D-" + held.number, on: m.AgendaSentOn,
	})
	if err != nil {
		return err
	}
	return g.record(g.people[secretary], workflow.Fire{
		Subject: held.id, Event: "sendAgenda", Document: agenda,
		Given: []workflow.Given{
			{Name: "scheduledAt", Value: m.ScheduledAt.Instant().String()},
			{Name: "papersSent", Value: "true", Document: agenda, Reason: "Išsiųsta visiems nariams."},
		},
	})
}

// questions are what the meeting decides, in the order of its agenda: approvals of calls,
// proposals as the agenda has them, and what the calls come to.
func (g *group) questions(m strategies.Meeting) []question {
	var first, then, last []question
	for _, c := range g.data.Synthetic.Calls {
		for _, s := range c.Steps {
			q := question{g.calls[c.Key].id, workflow.EventName(s.Event)}
			switch {
			case s.Decision != m.Key:
			case c.Approval.Meeting == m.Key:
				first = append(first, q)
			default:
				last = append(last, q)
			}
		}
	}
	for _, project := range m.Items {
		for _, c := range g.data.Synthetic.Cases {
			for _, s := range c.Steps {
				if c.Project == project && s.Decision == m.Key {
					then = append(then, question{g.proposals[project], workflow.EventName(s.Event)})
				}
			}
		}
	}
	return slices.Concat(first, then, last)
}

// open has everybody who comes declare and be recorded, and opens the meeting.
func (g *group) open(m strategies.Meeting) error {
	held := g.meetings[m.Key]
	for _, s := range g.data.Synthetic.Board {
		if slices.Contains(m.Absent, s.Person) {
			continue
		}
		err := g.attend(s.Person, held, s, workflow.SignedDeclaration)
		if err == nil {
			err = g.attend(secretary, held, s, workflow.Arrived)
		}
		if err != nil {
			return err
		}
	}
	var err error
	held.tally, err = g.document(paper{
		dossier: held.id, subject: held.id, kind: "TALLY", title: "Balsavimo lapai", number: "B-" + held.number, on: m.ScheduledAt.Instant().Day(),
	})
	if err != nil {
		return err
	}
	return g.record(g.chair(), workflow.Fire{Subject: held.id, Event: "open"})
}

func (g *group) attend(by string, held *meeting, s strategies.Seat, what workflow.Attended) error {
	return g.record(g.people[by], g.eng.Attend(workflow.Attend{
		LAG: g.lag, Meeting: held.id, Seat: g.seats[s.Person], What: what, Synthetic: s.Synthetic,
	}))
}

// decide brings the item to its vote: whoever is recused leaves, everybody else who is
// there votes, and the secretary records what came of it.
func (g *group) decide(s strategies.Step, subject ident.ID, vote strategies.Vote) error {
	held := g.meetings[s.Decision]
	item, tabled := held.items[question{subject, workflow.EventName(s.Event)}]
	if !tabled {
		return fmt.Errorf("%s of %s is on no agenda", s.Event, subject)
	}
	fire := func(by workflow.Actor, event workflow.EventName) error {
		return g.record(by, workflow.Fire{Subject: item, Event: event, Reason: cmp.Or(s.Reason, "Nutarta balsavus.")})
	}
	cast := func(person string, vote workflow.BallotVote, ground workflow.Ground) error {
		return g.record(g.people[person], g.eng.CastBallot(workflow.CastBallot{
			ID: g.id(ident.Ballot), LAG: g.lag, Meeting: held.id, Item: item, Seat: g.seats[person], Vote: vote, Ground: ground, Synthetic: true,
		}))
	}
	err := fire(g.chair(), "open")
	for _, r := range vote.Recused {
		if err == nil {
			err = cast(r.Person, workflow.Recused, workflow.Ground(r.Ground))
		}
	}
	if err == nil {
		err = fire(g.chair(), "startVoting")
	}
	choices := map[strategies.Choice]rules.Vote{strategies.For: rules.For, strategies.Against: rules.Against, strategies.Abstain: rules.Abstain}
	for _, b := range g.data.Synthetic.Ballots(vote) {
		if err == nil {
			err = cast(b.Seat.Person, workflow.BallotVote(choices[b.Choice]), "")
		}
	}
	for _, event := range []workflow.EventName{"closeVoting", "adopt"} {
		if err == nil {
			err = fire(g.people[secretary], event)
		}
	}
	if err != nil {
		return fmt.Errorf("vote on %s: %w", s.Event, err)
	}
	return nil
}

// close ends the meeting, files its minutes, and has them signed and published.
func (g *group) close(m strategies.Meeting) error {
	held := g.meetings[m.Key]
	if err := g.record(g.people[secretary], workflow.Fire{Subject: held.id, Event: "close"}); err != nil {
		return err
	}
	_, err := g.document(paper{
		dossier: held.id, subject: held.id, kind: "MINUTES", title: "Valdybos posėdžio protokolas", number: held.number,
		on: m.MinutesSignedOn,
	})
	if err != nil {
		return err
	}
	return g.minutes(held)
}

// minutes has the minutes of the meeting drawn up, signed by the secretary and by whoever
// presided, and published.
func (g *group) minutes(held *meeting) error {
	id := g.id(ident.Minutes)
	r, err := g.eng.OpenMatter(workflow.OpenMatter{ID: id, Kind: "minutes", LAG: g.lag, Dossier: held.id, Subject: held.id, Synthetic: true})
	if err == nil {
		err = g.record(g.people[secretary], r)
	}
	if err == nil {
		err = g.confirmed(g.people[secretary], g.chair(), workflow.Fire{
			Subject: id, Event: "sign", Given: []workflow.Given{{Name: "number", Value: held.number}},
		})
	}
	if err == nil {
		err = g.record(g.people[secretary], workflow.Fire{Subject: id, Event: "publish"})
	}
	return err
}
