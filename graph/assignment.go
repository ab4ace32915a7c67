package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// suggestAssignment is who could evaluate what under the call, nil for whoever is not of
// the office.
func (r *Resolver) suggestAssignment(ctx context.Context, callID ident.ID, a workflow.SuggestAssignment) (*model.AssignmentSuggestion, error) {
	lag, err := r.refer(ctx, "callId", ident.Call, callID)
	if err != nil {
		return nil, err
	}
	if !actorOf(ctx).HoldsAny(lag, staff...) {
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
