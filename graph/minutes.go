package graph

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Papers makes the papers of the office, for whoever asks of those that they may read.
type Papers struct{ r *Resolver }

// NewPapers needs of the options the engine and the driver.
func NewPapers(o Options) *Papers {
	return &Papers{&Resolver{engine: o.Engine, driver: o.Driver, all: readOnly(o.Driver)}}
}

// Minutes are the paper of the minutes with the id or, of a meeting, of its latest that the
// actor of ctx may read ([WithActor]). NOT_FOUND where there are none, or none in that form
// that they may read.
func (p *Papers) Minutes(ctx context.Context, id ident.ID, lang rules.Lang, form report.Form) (report.Document, error) {
	by := p.r.sessionFor(ctx, actorOf(ctx), asked{})
	sat, err := meetingOf(ctx, by, id)
	if ent.IsNotFound(err) {
		return report.Document{}, workflow.Missing("id", string(id))
	}
	if err != nil {
		return report.Document{}, fmt.Errorf("read %s: %w", id, err)
	}
	all, err := p.r.minutesOf(ctx, by, sat)
	if err != nil {
		return report.Document{}, err
	}
	for _, m := range slices.Backward(all) {
		if (id == sat.ID || id == m.ID) && (m.Full || form == report.Published) {
			return m.Write(lang, form)
		}
	}
	return report.Document{}, workflow.Missing("id", string(id))
}

// meetingOf is the meeting, or that of the minutes; ent's error where the actor sees none.
func meetingOf(ctx context.Context, by *session, id ident.ID) (*ent.Meeting, error) {
	if id.Prefix() == ident.Minutes {
		return by.seen.Meeting.Query().Where(meeting.HasMinutesWith(matter.ID(id))).Only(ctx)
	}
	return by.seen.Meeting.Get(ctx, id)
}

// signedMinutes are those of the meeting that the asker may read.
func (r *Resolver) signedMinutes(ctx context.Context, m *ent.Meeting) ([]*model.SignedMinutes, error) {
	return r.minutesOf(ctx, sessionOf(ctx), m)
}

func (r *Resolver) minutesOf(ctx context.Context, by *session, m *ent.Meeting) ([]*model.SignedMinutes, error) {
	readable, err := by.seen.Matter.Query().Where(matter.MeetingID(m.ID), matter.HashNotNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read minutes: %w", err)
	}
	out := []*model.SignedMinutes{}
	if len(readable) == 0 {
		return out, nil
	}
	all, err := r.engine.MinutesOf(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x workflow.SignedMinutes) bool {
		return !slices.ContainsFunc(readable, func(m *ent.Matter) bool { return m.ID == x.ID })
	})
	full, err := r.all.Meeting.Query().Where(meeting.ID(m.ID), where[predicate.Meeting](by.sight.inFull(meeting.FieldID))).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("read who may read minutes in full: %w", err)
	}
	names := sync.OnceValues(func() (naming, error) { return r.calledIn(ctx, by, m.LagID, full, all) })
	for _, x := range all {
		out = append(out, r.readMinutes(by, m.LagID, full, x, names))
	}
	return out, nil
}

// readMinutes are minutes as the actor may read them.
func (r *Resolver) readMinutes(by *session, lag ident.ID, full bool, x workflow.SignedMinutes, names func() (naming, error)) *model.SignedMinutes {
	out := &model.SignedMinutes{
		ID: x.ID, Number: x.Number, Version: x.Version, SignedOn: clock.Date(x.SignedOn), Hash: x.Hash, Agrees: x.Agrees(), Full: full,
		State: &model.State{State: x.State, Side: sideOf(by.actor, lag, "")},
	}
	if out.Full {
		out.Content, out.Differences = &x.Text, []*model.MinutesDifference{}
		for _, d := range x.Differences {
			out.Differences = append(out.Differences, &model.MinutesDifference{
				Item: numberOrNil(d.Item), Record: d.Record, Field: d.Field, Was: textOrNil(d.Was), Is: textOrNil(d.Is),
			})
		}
	}
	out.Write = func(lang rules.Lang, form report.Form) (report.Document, error) {
		n, err := names()
		return report.Minutes(x.Minutes, x.Hash, r.called(n, x.Minutes, lang, form), lang, form), err
	}
	return out
}

func numberOrNil(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// naming are the names of what minutes know by identifiers.
type naming struct {
	office   string
	persons  map[string]string
	subjects map[report.Form]map[string]string
}

// calledIn reads the names that the actor's forms of these minutes show, in as many
// statements whatever they say. What is published shows of subjects what the public may
// know of them, whoever makes it.
func (r *Resolver) calledIn(ctx context.Context, by *session, lag ident.ID, full bool, all []workflow.SignedMinutes) (naming, error) {
	out := naming{subjects: map[report.Form]map[string]string{}}
	group, err := by.seen.Lag.Get(ctx, lag)
	if err != nil {
		return out, fmt.Errorf("read whose minutes they are: %w", err)
	}
	out.office = group.Name
	var persons, subjects []ident.ID
	for _, m := range all {
		persons = append(persons, ident.ID(m.Meeting.Presider), ident.ID(m.Secretary))
		for _, id := range m.Meeting.Observers {
			persons = append(persons, ident.ID(id))
		}
		for _, s := range m.Seats {
			persons = append(persons, ident.ID(s.Holder), ident.ID(s.SatBy))
		}
		for _, i := range m.Items {
			subjects = append(subjects, ident.ID(i.Subject))
		}
	}
	public := r.sessionFor(ctx, workflow.Actor{}, asked{})
	if out.subjects[report.Published], err = titles(ctx, public.seen, subjects); err != nil || !full {
		return out, err
	}
	if out.subjects[report.Full], err = titles(ctx, by.seen, subjects); err != nil {
		return out, err
	}
	rows, err := r.all.Person.Query().Where(personIn(persons)).All(ctx)
	out.persons = map[string]string{}
	for _, p := range rows {
		out.persons[string(p.ID)] = p.Name
	}
	return out, err
}

// titles are what the cases are called that the client sees, each type in one statement.
func titles(ctx context.Context, seen *ent.Client, ids []ident.ID) (map[string]string, error) {
	out := map[string]string{}
	of := func(p ident.Prefix) []ident.ID {
		return slices.DeleteFunc(slices.Clone(ids), func(id ident.ID) bool { return id.Prefix() != p })
	}
	for prefix, read := range map[ident.Prefix]func([]ident.ID) error{
		ident.Proposal: func(ids []ident.ID) error {
			all, err := seen.Proposal.Query().Where(proposal.IDIn(ids...)).All(ctx)
			for _, p := range all {
				out[string(p.ID)] = p.Title
			}
			return err
		},
		ident.Call: func(ids []ident.ID) error {
			all, err := seen.Call.Query().Where(call.IDIn(ids...)).All(ctx)
			for _, c := range all {
				out[string(c.ID)] = c.Number + " " + c.Title
			}
			return err
		},
		ident.Strategy: func(ids []ident.ID) error {
			all, err := seen.Strategy.Query().Where(strategy.IDIn(ids...)).All(ctx)
			for _, s := range all {
				out[string(s.ID)] = s.Title
			}
			return err
		},
		ident.Evaluation: func(ids []ident.ID) error {
			all, err := seen.Evaluation.Query().Where(evaluation.IDIn(ids...)).WithProposal().All(ctx)
			for _, e := range all {
				if e.Edges.Proposal != nil {
					out[string(e.ID)] = e.Edges.Proposal.Title
				}
			}
			return err
		},
		ident.Contract: func(ids []ident.ID) error {
			all, err := seen.Contract.Query().Where(contract.IDIn(ids...)).WithProposal().All(ctx)
			for _, c := range all {
				if c.Edges.Proposal != nil {
					out[string(c.ID)] = c.Edges.Proposal.Title
				}
			}
			return err
		},
	} {
		if some := of(prefix); len(some) > 0 {
			if err := read(some); err != nil {
				return nil, fmt.Errorf("read what was decided on: %w", err)
			}
		}
	}
	return out, nil
}

// called are the names for one paper: those of persons for the full form alone.
func (r *Resolver) called(n naming, m minutes.Minutes, lang rules.Lang, form report.Form) report.Called {
	out := report.Called{Office: n.office, Subjects: n.subjects[form], Events: map[string]string{}, States: map[string]string{}}
	if form == report.Full {
		out.Persons = n.persons
	}
	for _, i := range m.Items {
		kind, _ := workflow.KindOf(ident.ID(i.Subject))
		out.Events[i.ID] = r.engine.Machines.EventLabel(kind, workflow.EventName(i.Event)).In(string(lang))
		if i.State != "" {
			out.States[i.ID] = r.engine.Machines.State(i.Definition, workflow.StateName(i.State)).Public.In(string(lang))
		}
	}
	return out
}
