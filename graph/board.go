package graph

import (
	"context"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// tests are what the rules of the board make of an item, none for whoever may not know of it.
func (r *Resolver) tests(ctx context.Context, item ident.ID, lang model.Lang) ([]*model.BoardTest, error) {
	all, err := r.engine.Tests(ctx, actorOf(ctx), item)
	if workflow.Refused(err, workflow.NotFound) {
		return []*model.BoardTest{}, nil
	}
	return boardTests(all, lang), err
}

// boardTests are results of the board's rules as the API shows them.
func boardTests(all []workflow.Tested, lang model.Lang) []*model.BoardTest {
	out := make([]*model.BoardTest, len(all))
	for i, t := range all {
		out[i] = &model.BoardTest{
			Rule: t.Rule, Verdict: string(t.Verdict), Message: textOrNil(lang.In(t.Message)), Facts: []*rules.Fact{},
			Unverified: append([]string{}, t.Unverified...),
		}
		for _, f := range t.Facts {
			out[i].Facts = append(out[i].Facts, &f)
		}
	}
	return out
}

// interest is why the asker has no part in an item, null where they may not know of it.
func (r *Resolver) interest(ctx context.Context, item ident.ID) (*model.RecusalGround, error) {
	ground, err := r.engine.Interest(ctx, actorOf(ctx), item)
	if workflow.Refused(err, workflow.NotFound) || (err == nil && ground == "") {
		return nil, nil
	}
	out := model.RecusalGround(ground)
	return &out, err
}
