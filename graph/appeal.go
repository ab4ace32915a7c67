package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/historybody"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// withholdReviewers leaves of matters how many review them, and not who: that is for the
// office, for whoever is refused may press them.
func (v *sight) withholdReviewers(all []*ent.Matter) {
	for _, m := range all {
		if !v.actor.HoldsAny(m.LagID, staff...) {
			m.Reviewers = nil
		}
	}
}

// review is what became of an appeal, nil for other matters.
func (r *Resolver) review(ctx context.Context, m *ent.Matter) (*model.AppealReview, error) {
	if m.ID.Prefix() != ident.Appeal {
		return nil, nil
	}
	seen := sessionOf(ctx).seen
	own, err := seen.HistoryEntry.Query().Where(historyentry.DossierID(m.ProposalID), historyentry.SubjectID(m.ID),
		historyentry.KindIn("matter.open", "transition")).Order(ent.Asc(historyentry.FieldN)).All(ctx)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	out := &model.AppealReview{FiledOn: own[0].EffectiveOn, Moved: []*ent.HistoryEntry{}}
	refs := make([]string, len(own))
	for i, e := range own {
		refs[i] = history.Header{Dossier: e.DossierID, N: e.N}.Ref()
	}
	if out.Moved, err = seen.HistoryEntry.Query().Where(historyentry.DossierID(m.ProposalID), historyentry.CauseIn(refs...)).
		Order(ent.Asc(historyentry.FieldN)).All(ctx); err != nil {
		return nil, fmt.Errorf("what %s moved: %w", m.ID, err)
	}
	return out, errors.Join(r.reviewed(ctx, m, out), r.ruled(ctx, own, out), r.appealed(ctx, m, own[0].N, out))
}

// reviewed says how many review the appeal and, to the office, who.
func (r *Resolver) reviewed(ctx context.Context, m *ent.Matter, out *model.AppealReview) error {
	row, err := r.all.Matter.Query().Where(matter.ID(m.ID)).Select(matter.FieldReviewers).Only(ctx)
	if err != nil {
		return fmt.Errorf("who reviews %s: %w", m.ID, err)
	}
	out.ReviewerCount = len(row.Reviewers)
	for _, id := range m.Reviewers {
		out.Reviewers = append(out.Reviewers, ident.ID(id))
	}
	return nil
}

// ruled is the last step of the appeal into a state that is an outcome or an end.
func (r *Resolver) ruled(ctx context.Context, own []*ent.HistoryEntry, out *model.AppealReview) error {
	ids := make([]ident.ID, len(own))
	for i, e := range own {
		ids[i] = e.ID
	}
	bodies, err := r.all.HistoryBody.Query().Where(historybody.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("how an appeal was ruled on: %w", err)
	}
	said := map[ident.ID]string{}
	for _, b := range bodies {
		said[b.ID] = b.Body
	}
	for _, e := range own {
		body, err := workflow.DecodeBody([]byte(said[e.ID]))
		if err != nil {
			return err
		}
		if body.Event == "" {
			continue
		}
		to := r.engine.Machines.State(e.Definition, body.To)
		if from := r.engine.Machines.State(e.Definition, body.From); from.Outcome == workflow.OutcomeNone && (to.Outcome != workflow.OutcomeNone || to.Terminal) {
			event, on := string(body.Event), e.EffectiveOn
			out.Ruling, out.RuledOn = &event, &on
		}
	}
	return nil
}

// appealed is the entry of the decision that the appeal is against.
func (r *Resolver) appealed(ctx context.Context, m *ent.Matter, filed int64, out *model.AppealReview) error {
	var n int64
	err := r.engine.Store.View(ctx, func(tx workflow.Tx) error {
		steps, err := tx.Steps(m.SubjectID)
		step, _ := workflow.AppealedStep(steps, filed)
		n = step.N
		return err
	})
	if err != nil || n == 0 {
		return err
	}
	out.Against, err = sessionOf(ctx).seen.HistoryEntry.Query().Where(historyentry.DossierID(m.ProposalID), historyentry.N(n)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	return err
}
