package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/frozenranking"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/ranking"
	"github.com/atranka/atranka/workflow"
)

// ranking is the call's ranking of the version, or as it would be frozen now; nil where
// there is none or the actor may not read it.
func (r *Resolver) ranking(ctx context.Context, callID ident.ID, version *int) (*model.Ranking, error) {
	if _, err := r.refer(ctx, "callId", ident.Call, callID); err != nil {
		return nil, err
	}
	if version == nil {
		return r.rankingNow(ctx, callID)
	}
	row, err := sessionOf(ctx).seen.FrozenRanking.Query().
		Where(frozenranking.CallID(callID), frozenranking.Ordinal(*version)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a frozen ranking: %w", err)
	}
	snapshot, err := ranking.Read([]byte(row.Text))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", row.ID, err)
	}
	return &model.Ranking{Snapshot: snapshot, Frozen: row, Hash: row.Hash, Text: row.Text}, nil
}

// readsRankings says whether the actor reads the rankings of the call.
func readsRankings(ctx context.Context, callID ident.ID) (bool, error) {
	read := where[predicate.Call](sessionOf(ctx).sight.rankings(call.FieldID))
	return sessionOf(ctx).seen.Call.Query().Where(call.ID(callID), read).Exist(ctx)
}

func (r *Resolver) rankingNow(ctx context.Context, callID ident.ID) (*model.Ranking, error) {
	if ok, err := readsRankings(ctx, callID); err != nil || !ok {
		return nil, err
	}
	snapshot, err := r.engine.Rank(ctx, callID)
	var none *workflow.Error
	switch {
	case errors.As(err, &none):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return written(snapshot)
}

// written is a ranking that nobody froze.
func written(s ranking.Snapshot) (*model.Ranking, error) {
	text, hash, err := s.Text()
	return &model.Ranking{Snapshot: s, Hash: hash, Text: string(text)}, err
}

// simulateSelection is the call's ranking now and under the scenario, nil where the
// actor may not read it. Where there is none, it says why.
func (r *Resolver) simulateSelection(ctx context.Context, callID ident.ID, in model.SelectionScenario) (*model.SelectionSimulation, error) {
	if _, err := r.refer(ctx, "callId", ident.Call, callID); err != nil {
		return nil, err
	}
	if ok, err := readsRankings(ctx, callID); err != nil || !ok {
		return nil, err
	}
	before, after, err := r.engine.SimulateSelection(ctx, callID, workflow.SelectionScenario{
		Budget: in.Budget, FundFirst: in.FundFirst, Without: in.Without,
	})
	if err != nil {
		return nil, err
	}
	out := &model.SelectionSimulation{All: ranking.Moves(before, after)}
	if out.Tested, err = r.recusing(ctx, in); err != nil {
		return nil, err
	}
	if out.Before, err = written(before); err != nil {
		return nil, err
	}
	if out.Departed, err = after.Departure(); err != nil {
		return nil, err
	}
	out.After, err = written(after)
	return out, err
}

// reserve is who waits for money under the call, nil for whoever may not read its ranking.
func (r *Resolver) reserve(ctx context.Context, callID ident.ID, withdrawn *ident.ID) (*model.Reserve, error) {
	if _, err := r.refer(ctx, "callId", ident.Call, callID); err != nil {
		return nil, err
	}
	if ok, err := readsRankings(ctx, callID); err != nil || !ok {
		return nil, err
	}
	if withdrawn != nil {
		if _, err := r.refer(ctx, "withdrawn", ident.Proposal, *withdrawn); err != nil {
			return nil, err
		}
	}
	line, err := r.engine.Line(ctx, callID, orZero(withdrawn))
	if err != nil {
		return nil, err
	}
	ids := make([]ident.ID, len(line.Waiting))
	for i, x := range line.Waiting {
		ids[i] = x.Proposal
	}
	rows, err := sessionOf(ctx).seen.Proposal.Query().Where(proposal.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read who waits: %w", err)
	}
	out := &model.Reserve{Free: line.Free, Waiting: []*model.InLine{}}
	for i, x := range line.Waiting {
		at := slices.IndexFunc(rows, func(p *ent.Proposal) bool { return p.ID == x.Proposal })
		if at < 0 {
			continue
		}
		out.Waiting = append(out.Waiting, &model.InLine{
			Place: i + 1, Proposal: rows[at], Ahead: x.Ahead, Grant: x.Grant, Reached: x.Reached, Lacks: x.Lacks,
		})
	}
	return out, nil
}

// recusing is what the rules of the board come to of the item that the scenario names.
func (r *Resolver) recusing(ctx context.Context, in model.SelectionScenario) ([]workflow.Tested, error) {
	if in.ItemID == nil {
		if len(in.Recuse) > 0 {
			return nil, workflow.Refuse(workflow.MalformedInput, "scenario.itemId", workflow.Text{
				LT: "Nurodykite klausimą, kurį svarstant šios vietos nusišalintų.", EN: "Name the item for which these seats would leave.",
			})
		}
		return nil, nil
	}
	if _, err := r.refer(ctx, "scenario.itemId", ident.AgendaItem, *in.ItemID); err != nil {
		return nil, err
	}
	return r.engine.Tests(ctx, actorOf(ctx), *in.ItemID, in.Recuse...)
}

// nextRanked is the first that the money does not reach, nil where there is none.
func (r *Resolver) nextRanked(ctx context.Context, in *model.Ranking) (*model.RankedLine, error) {
	at, _, ok := in.Snapshot.Next()
	if !ok {
		return nil, nil
	}
	lines, err := r.rankedLines(ctx, in, 1, at)
	if err != nil {
		return nil, err
	}
	return lines[0], nil
}

// rankedLines are so many lines after the first ones, with what their proposals are
// called, read at once.
func (r *Resolver) rankedLines(ctx context.Context, in *model.Ranking, first, after int) ([]*model.RankedLine, error) {
	lines, err := page(in.Snapshot.Lines, first, after)
	if err != nil {
		return nil, err
	}
	ids := make([]ident.ID, len(lines))
	for i, line := range lines {
		ids[i] = ident.ID(line.Proposal)
	}
	rows, err := sessionOf(ctx).seen.Proposal.Query().Where(proposal.IDIn(ids...)).WithApplicant().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read who is ranked: %w", err)
	}
	called := make(map[ident.ID]*ent.Proposal, len(rows))
	for _, p := range rows {
		called[p.ID] = p
	}
	proposals := make(map[string]ranking.Proposal, len(in.Snapshot.Input.Proposals))
	for _, p := range in.Snapshot.Input.Proposals {
		proposals[p.ID] = p
	}
	cumulative := in.Snapshot.Cumulative()
	out := make([]*model.RankedLine, len(lines))
	for i, line := range lines {
		x := &model.RankedLine{Line: line, Grant: proposals[line.Proposal].Grant, Place: proposals[line.Proposal].Lot}
		if p := called[ids[i]]; p != nil {
			x.Title, x.Applicant = p.Title, p.Edges.Applicant.Name
		}
		if line.List == ranking.Funding {
			x.Cumulative = &cumulative[after+i]
		}
		out[i] = x
	}
	return out, nil
}
