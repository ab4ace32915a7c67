package workflowtest

import (
	"slices"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Member is somebody on the board, with the seat that they hold.
type Member struct {
	workflow.Actor
	Seat ident.ID
}

// Board gives the group a seat for each of the sectors, and each to a person of its own. It
// is made once: asked for again, it is the same.
func (w *World) Board(sectors ...rules.Sector) []Member {
	w.T.Helper()
	if w.board != nil {
		return w.board
	}
	members := make([]Member, len(sectors))
	rows := make([]workflow.Row, len(sectors))
	for i, sector := range sectors {
		members[i] = Member{w.Person(workflow.BoardMember, w.LAG, ""), w.ID(ident.BoardSeat)}
		rows[i] = workflow.Row{Type: "BoardSeat", ID: members[i].Seat, Set: workflow.Values{
			"lagId": w.LAG, "personId": members[i].Person, "sector": string(sector), "gender": []string{"F", "M"}[i%2],
			"since": "2016-01-01", "synthetic": true,
		}}
	}
	w.Must(workflow.SystemActor(), workflow.In{
		Kind: "lag.describe", LAG: w.LAG, Dossier: w.LAG, Subject: w.LAG, SubjectType: "Lag", Rows: rows,
	}.Record())
	w.board = members
	return members
}

// Thirds are the sectors of a board on which each has as many seats.
func Thirds(each int) []rules.Sector {
	return slices.Concat(slices.Repeat([]rules.Sector{rules.Public}, each), slices.Repeat([]rules.Sector{rules.Business}, each),
		slices.Repeat([]rules.Sector{rules.NGOCommunity}, each))
}

// Plan begins a meeting for today.
func (w *World) Plan(mode string) ident.ID {
	w.T.Helper()
	id := w.ID(ident.Meeting)
	w.Must(w.People[workflow.Secretary], w.Engine.PlanMeeting(workflow.PlanMeeting{
		ID: id, LAG: w.LAG, Number: "7", Mode: mode, PlannedFor: w.Clock.Now().Day(), Synthetic: true,
	}))
	return id
}

// Table puts the event of the subject on the meeting's agenda.
func (w *World) Table(meeting, subject ident.ID, event workflow.EventName) ident.ID {
	w.T.Helper()
	id := w.ID(ident.AgendaItem)
	r, err := w.Engine.TableItem(workflow.TableItem{
		ID: id, LAG: w.LAG, Meeting: meeting, Subject: subject, Event: event, Synthetic: true,
	})
	w.MustMade(w.People[workflow.Secretary], r, err)
	return id
}

// Declare has each of the members sign their declaration.
func (w *World) Declare(meeting ident.ID, members ...Member) {
	w.T.Helper()
	for _, m := range members {
		w.Must(m.Actor, w.Attending(meeting, m, workflow.SignedDeclaration))
	}
}

// Arrive has the secretary record that the members came.
func (w *World) Arrive(meeting ident.ID, members ...Member) {
	w.T.Helper()
	for _, m := range members {
		w.Must(w.People[workflow.Secretary], w.Attending(meeting, m, workflow.Arrived))
	}
}

// Begin sends the agenda, has the members declare and come, and opens the meeting.
func (w *World) Begin(meeting ident.ID, members ...Member) {
	w.T.Helper()
	w.Fire(meeting, "sendAgenda", nil)
	w.Declare(meeting, members...)
	w.Arrive(meeting, members...)
	w.Fire(meeting, "open", nil)
}

// Attending is the record of what the member's seat did.
func (w *World) Attending(meeting ident.ID, m Member, what workflow.Attended) workflow.Record {
	return w.Engine.Attend(workflow.Attend{LAG: w.LAG, Meeting: meeting, Seat: m.Seat, What: what, Synthetic: true})
}

// Ballot is the member's on the item; RECUSED needs the ground.
func (w *World) Ballot(item ident.ID, m Member, vote workflow.BallotVote, ground workflow.Ground) workflow.Record {
	w.T.Helper()
	return w.Engine.CastBallot(workflow.CastBallot{
		ID: w.ID(ident.Ballot), LAG: w.LAG, Meeting: w.Subject(item).Dossier, Item: item, Seat: m.Seat, Vote: vote, Ground: ground, Synthetic: true,
	})
}

// Cast has each of the members cast the vote themselves.
func (w *World) Cast(item ident.ID, vote rules.Vote, members ...Member) {
	w.T.Helper()
	for _, m := range members {
		w.Must(m.Actor, w.Ballot(item, m, workflow.BallotVote(vote), ""))
	}
}

// Recuse has each of the members leave for the item.
func (w *World) Recuse(item ident.ID, ground workflow.Ground, members ...Member) {
	w.T.Helper()
	for _, m := range members {
		w.Must(m.Actor, w.Ballot(item, m, workflow.Recused, ground))
	}
}

// Sit holds a meeting on the one question, in which everybody votes for it.
func (w *World) Sit(subject ident.ID, event workflow.EventName) (meeting ident.ID) {
	w.T.Helper()
	board := w.Board(Thirds(1)...)
	meeting = w.Plan(workflow.InPerson)
	item := w.Table(meeting, subject, event)
	w.Fire(meeting, "sendAgenda", nil)
	w.Declare(meeting, board...)
	w.Arrive(meeting, board...)
	w.Fire(meeting, "open", nil)
	w.Walk(item, "open", "startVoting")
	w.Cast(item, rules.For, board...)
	w.Walk(item, "closeVoting", "adopt")
	w.Fire(meeting, "close", nil)
	return meeting
}

// OnPaper records a meeting that was held on paper today.
func (w *World) OnPaper() ident.ID {
	w.T.Helper()
	id := w.ID(ident.Meeting)
	w.Must(w.People[workflow.Secretary], w.Engine.HoldMeeting(workflow.HoldMeeting{
		ID: id, LAG: w.LAG, Number: "8", Mode: workflow.InPerson, HeldOn: w.Clock.Now().Day(), Synthetic: true,
	}))
	return id
}
