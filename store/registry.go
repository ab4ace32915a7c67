package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/boardseat"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/lagmember"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/organisation"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/rolegrant"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Concerned looks for what binds the record to the group and no one person of it makes alone, as
// naming somebody an applicant is: a proposal that was filed, a membership or a project of an
// organisation; another role or a seat that a person has on the day; and an office that registered
// the record.
func (t *tx) Concerned(lag, id ident.ID, on clock.Date) (bool, error) {
	for _, bound := range []func(context.Context) (bool, error){
		t.ent.Proposal.Query().Where(proposal.LagID(lag), proposal.ApplicantID(id), filed()).Exist,
		t.ent.LagMember.Query().Where(lagmember.LagID(lag), lagmember.OrganisationID(id)).Exist,
		t.ent.Project.Query().Where(project.LagID(lag), project.PromoterID(id)).Exist,
		t.ent.BoardSeat.Query().Where(boardseat.LagID(lag), boardseat.PersonID(id), boardseat.SinceLTE(on), boardseat.Or(boardseat.UntilIsNil(), boardseat.UntilGTE(on))).Exist,
		t.ent.RoleGrant.Query().Where(rolegrant.LagID(lag), rolegrant.PersonID(id), rolegrant.RoleNEQ(string(workflow.Applicant)), granted(on)).Exist,
	} {
		if is, err := bound(t.ctx); err != nil || is {
			return is, err
		}
	}
	return t.registered(lag, id)
}

// filed holds for proposals that were handed in.
func filed() predicate.Proposal {
	return proposal.Or(proposal.SubmittedAtNotNil(), proposal.ReceivedAtNotNil())
}

// granted holds for roles that are in force on the day.
func granted(on clock.Date) predicate.RoleGrant {
	return rolegrant.And(rolegrant.SinceLTE(on), rolegrant.Or(rolegrant.UntilIsNil(), rolegrant.UntilGTE(on)))
}

// registered says whether somebody registered the record who was of the group's office that day.
func (t *tx) registered(lag, id ident.ID) (bool, error) {
	rows, err := t.ent.HistoryEntry.Query().
		Where(historyentry.SubjectID(id), historyentry.KindIn("organisation.register", "person.register"), historyentry.ActorIDNEQ("")).All(t.ctx)
	if err != nil {
		return false, err
	}
	for _, e := range rows {
		is, err := t.ent.RoleGrant.Query().Where(rolegrant.LagID(lag), rolegrant.PersonID(e.ActorID), granted(e.RecordedAt.Day()),
			rolegrant.Role(string(workflow.Administrator))).Exist(t.ctx)
		if err != nil || is {
			return is, err
		}
	}
	return false, nil
}

// Coded is the organisation of the legal code.
func (t *tx) Coded(code string) (ident.ID, error) {
	id, err := t.ent.Organisation.Query().Where(organisation.LegalCode(code)).OnlyID(t.ctx)
	if ent.IsNotFound(err) {
		return "", nil
	}
	return id, err
}

// Live are the group's proposals that were filed and have not ended, with their evaluators and
// those who voted on them, or on their call.
func (t *tx) Live(lag ident.ID) ([]workflow.LiveFacts, error) {
	rows, err := t.ent.Proposal.Query().Where(proposal.LagID(lag), filed()).
		Order(ent.Asc(proposal.FieldID)).WithCall().WithEvaluations().All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("live proposals of %s: %w", lag, err)
	}
	items, err := t.ent.AgendaItem.Query().Where(agendaitem.LagID(lag)).WithBallots().All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("votes in %s: %w", lag, err)
	}
	voted := map[ident.ID][]ident.ID{}
	for _, i := range items {
		for _, b := range i.Edges.Ballots {
			if workflow.BallotVote(b.Vote) != workflow.Recused {
				voted[i.SubjectID] = append(voted[i.SubjectID], b.PersonID)
			}
		}
	}
	var out []workflow.LiveFacts
	for _, p := range rows {
		if t.machines.State(p.Definition, workflow.StateName(p.State)).Terminal {
			continue
		}
		x := workflow.LiveFacts{Proposal: p.ID, Applicant: p.ApplicantID, EligibleForms: p.Edges.Call.EligibleForms, Persons: slices.Concat(voted[p.ID], voted[p.CallID])}
		for _, e := range p.Edges.Evaluations {
			if !t.evaluationOf(e).Gone() {
				x.Persons = append(x.Persons, e.EvaluatorID)
			}
		}
		slices.Sort(x.Persons)
		x.Persons = slices.Compact(x.Persons)
		out = append(out, x)
	}
	return out, nil
}

// Sittings are the meetings of the group's board: where all members meet no seat has a place.
func (t *tx) Sittings(lag ident.ID) ([]workflow.SittingFacts, error) {
	rows, err := t.ent.Meeting.Query().Where(meeting.LagID(lag), meeting.Or(meeting.BodyIsNil(), meeting.BodyNEQ(workflow.General))).Order(ent.Asc(meeting.FieldID)).All(t.ctx)
	if err != nil {
		return nil, fmt.Errorf("meetings of %s: %w", lag, err)
	}
	var decided []struct {
		MeetingID ident.ID   `json:"meeting_id"`
		AdoptedOn clock.Date `json:"adopted_on"`
	}
	err = t.ent.Decision.Query().Where(decision.LagID(lag)).Order(ent.Asc(decision.FieldAdoptedOn)).
		GroupBy(decision.FieldMeetingID, decision.FieldAdoptedOn).Scan(t.ctx, &decided)
	if err != nil {
		return nil, fmt.Errorf("days of decisions of %s: %w", lag, err)
	}
	days := map[ident.ID][]clock.Date{}
	for _, d := range decided {
		days[d.MeetingID] = append(days[d.MeetingID], d.AdoptedOn)
	}
	out := make([]workflow.SittingFacts, len(rows))
	for i, m := range rows {
		out[i] = workflow.SittingFacts{
			Meeting: m.ID, On: m.HeldOn, State: *t.machines.State(m.Definition, workflow.StateName(m.State)), Decided: days[m.ID],
		}
	}
	return out, nil
}
