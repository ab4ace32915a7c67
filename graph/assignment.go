package graph

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// suggestAssignment is who could evaluate what under the call, nil for whoever is not of
// the office.
func (r *Resolver) suggestAssignment(ctx context.Context, callID ident.ID, a workflow.SuggestAssignment) (*model.AssignmentSuggestion, error) {
	if _, err := r.refer(ctx, "callId", ident.Call, callID); err != nil {
		return nil, err
	}
	under, err := sessionOf(ctx).seen.Call.Get(ctx, callID)
	switch {
	case ent.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the call: %w", err)
	case !actorOf(ctx).HoldsAny(under.LagID, staff...):
		return nil, nil
	}
	suggestion, err := r.engine.SuggestAssignment(ctx, callID, a)
	if err != nil {
		return nil, err
	}
	people := make([]ident.ID, 0, len(suggestion.Load))
	for _, id := range slices.Sorted(maps.Keys(suggestion.Load)) {
		people = append(people, ident.ID(id))
	}
	names, err := r.names(ctx, people)
	if err != nil {
		return nil, err
	}
	out := &model.AssignmentSuggestion{Suggestion: suggestion}
	for _, id := range people {
		out.Loads = append(out.Loads, &model.EvaluatorLoad{Evaluator: &model.PersonName{ID: id, Name: names[id]}, Load: suggestion.Load[string(id)]})
	}
	return out, nil
}

// counted is a page of a list that is counted and has no cursors.
func counted[T, M any](all []T, first, after int, of func(T) *M) ([]*M, error) {
	if err := countedPage(first, after); err != nil {
		return nil, err
	}
	page := all[min(after, len(all)):min(after+first, len(all))]
	out := make([]*M, len(page))
	for i, x := range page {
		out[i] = of(x)
	}
	return out, nil
}
