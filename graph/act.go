package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// sent is what an idempotency key of an intent stands for.
type sent struct {
	Kind  string
	Input any
}

// carry makes the record of an intent and has the engine carry it out. The
// making may refuse, as the engine may: both read the same to the sender.
func (r *Resolver) carry(ctx context.Context, key string, input any, made func(context.Context) (workflow.Record, error)) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		if err := keyGiven(key); err != nil {
			return nil, err
		}
		record, err := made(ctx)
		record.IdempotencyKey, record.Input = key, sent{Kind: record.Kind, Input: input}
		return record, err
	})
}

// act sends a command for somebody who is signed in.
func (r *Resolver) act(ctx context.Context, made func() (workflow.Command, error)) (*model.ActPayload, error) {
	actor := actorOf(ctx)
	if actor.Person == "" {
		return nil, unauthenticated()
	}
	command, err := made()
	if err != nil {
		return r.payload(ctx, workflow.Done{}, err)
	}
	done, err := r.engine.Do(ctx, actor, command)
	return r.payload(ctx, done, err)
}

func keyGiven(key string) error {
	if strings.TrimSpace(key) != "" {
		return nil
	}
	return malformed("idempotencyKey", workflow.Text{
		LT: "Nurodykite idempotencijos raktą: kiekvienam veiksmui naują.",
		EN: "Give an idempotency key: a new one for each act.",
	})
}

// fire sends a transition.
func (r *Resolver) fire(ctx context.Context, in model.FireTransitionInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		if err := keyGiven(in.IdempotencyKey); err != nil {
			return nil, err
		}
		if err := fits("id", in.ID, withStates...); err != nil {
			return nil, err
		}
		if in.ExpectedVersion < 1 {
			return nil, malformed("expectedVersion", workflow.Text{
				LT: "Nurodykite įrašo versiją, kurią matėte.", EN: "Give the version of the record that you saw.",
			})
		}
		f := workflow.Fire{
			Subject: in.ID, Event: workflow.EventName(model.Brief(in.Event)), ExpectedVersion: in.ExpectedVersion,
			IdempotencyKey: in.IdempotencyKey, EffectiveOn: orZero(in.EffectiveOn), Reason: orZero(in.Reason),
			OnBehalfOf: orZero(in.OnBehalfOf), Document: orZero(in.DocumentID), Decision: orZero(in.DecisionID),
			DryRun: orZero(in.DryRun),
		}
		f.Given = givenFacts(in.Facts)
		return f, nil
	})
}

// retry has the clock fire the event of an incident once more.
func (r *Resolver) retry(ctx context.Context, in model.RetryIncidentInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		if err := keyGiven(in.IdempotencyKey); err != nil {
			return nil, err
		}
		_, err := r.refer(ctx, "id", ident.Incident, in.ID)
		return workflow.RetryIncident{Incident: in.ID, IdempotencyKey: in.IdempotencyKey}, err
	})
}

func givenFacts(in []*model.FactInput) []workflow.Given {
	var out []workflow.Given
	for _, g := range in {
		out = append(out, workflow.Given{Name: model.Brief(g.Name), Value: g.Value, Document: orZero(g.DocumentID), Reason: orZero(g.Reason)})
	}
	return out
}

// confirm sends a second person's confirmation, which is spent by its use and
// needs no key.
func (r *Resolver) confirm(ctx context.Context, in model.ConfirmTransitionInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		if strings.TrimSpace(string(in.ID)) == "" {
			return nil, malformed("id", workflow.Text{
				LT: "Nurodykite id: patvirtinimo tapatybę iš pendingConfirmation, pavyzdžiui, cfm_01h455vb4pex5vsknk084sn02q.",
				EN: "Give the id of the confirmation, from pendingConfirmation, such as cfm_01h455vb4pex5vsknk084sn02q.",
			})
		}
		return workflow.Confirm{ID: in.ID}, fits("id", in.ID, ident.Confirmation)
	})
}

// payload tells what became of a command. Expected refusals are data; anything
// else is an error of the response.
func (r *Resolver) payload(ctx context.Context, d workflow.Done, err error) (*model.ActPayload, error) {
	out := &model.ActPayload{Warnings: model.UserErrors(d.Warnings, ""), UserErrors: []*model.UserError{}, Left: model.UserErrors(d.Left, ""), Consequences: model.UserErrors(d.Consequences, "")}
	var refused *workflow.Error
	if errors.As(err, &refused) {
		out.UserErrors = model.UserErrors(refused.Refusals, "")
		return out, nil
	}
	switch {
	case err != nil && d.Moved != nil:
		graphql.AddError(ctx, err) // what was moved is moved
	case err != nil:
		return nil, err
	}
	out.Repeated = d.Repeated
	out.SubjectID, err = r.subjectOf(ctx, d)
	if d.N > 0 && err == nil {
		out.Entry, err = r.entryOf(ctx, d)
	}
	if p := d.Pending; p != nil {
		out.PendingConfirmation = &model.PendingConfirmation{ID: p.ID, ExpiresAt: p.ExpiresAt}
	}
	out.Report = model.Report(d.Report)
	out.Moved = d.Moved
	if w := d.WouldDo; w != nil {
		out.WouldDo = &model.Preview{
			From: string(w.From), To: string(w.To), Changes: w.Changes, Reserves: w.Reserves,
			Joined: append([]ident.ID{}, w.Joined...),
		}
	}
	return out, err
}

// entryOf names the entry of an act, to whoever may know of it by now: its number
// would tell an applicant how much has happened that they are not told.
func (r *Resolver) entryOf(ctx context.Context, d workflow.Done) (*model.EntryRef, error) {
	_, err := sessionOf(ctx).seen.HistoryEntry.Query().Where(historyentry.DossierID(d.Dossier), historyentry.N(d.N)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return &model.EntryRef{Dossier: d.Dossier, N: int(d.N)}, err
}

// subjectOf is the subject of what was done; of an act that was repeated, the
// entry knows it.
func (r *Resolver) subjectOf(ctx context.Context, d workflow.Done) (ident.ID, error) {
	switch {
	case d.Subject.ID != "":
		return d.Subject.ID, nil
	case d.N == 0: // an autosave has no entry; its dossier is its subject
		return d.Dossier, nil
	}
	e, err := r.all.HistoryEntry.Query().Where(historyentry.DossierID(d.Dossier), historyentry.N(d.N)).Only(ctx)
	if err != nil {
		return "", fmt.Errorf("read the entry of a repeated act: %w", err)
	}
	return e.SubjectID, nil
}

// subject reads the subject of a payload as it now stands.
func (r *Resolver) subject(ctx context.Context, p *model.ActPayload) (ent.Noder, error) {
	if p.SubjectID == "" {
		return nil, nil
	}
	return r.node(ctx, p.SubjectID)
}
