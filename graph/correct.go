package graph

import (
	"context"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/workflow"
)

// correct sends a fact to be mended. Which records there are is the engine's to
// say, to the office of their group alone.
func (r *Resolver) correct(ctx context.Context, in model.CorrectRecordInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		if err := keyGiven(in.IdempotencyKey); err != nil {
			return nil, err
		}
		return workflow.Correct{
			ID: in.ID, LAG: orZero(in.LagID), Field: model.Brief(in.Field), Value: model.Brief(in.Value), Reason: orZero(in.Reason), Document: orZero(in.DocumentID),
			DryRun: orZero(in.DryRun), IdempotencyKey: in.IdempotencyKey,
		}, fits("id", in.ID, workflow.Corrigible()...)
	})
}
