package graph

import (
	"context"
	"fmt"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/document"
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

// papersAbout are the papers that the asker may read of those about any of the subjects, the
// first that were recorded first, a hundred at most.
func papersAbout(ctx context.Context, subjects ...ident.ID) ([]*ent.Document, error) {
	out, err := sessionOf(ctx).seen.Document.Query().Where(document.SubjectIDIn(subjects...)).Order(ent.Asc(document.FieldID)).Limit(mostPapers).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	return out, nil
}

// mostPapers is how many papers of one subject are told at once.
const mostPapers = 100

// interest is why the asker has no part in an item, null where they may not know of it.
func (r *Resolver) interest(ctx context.Context, item ident.ID) (*model.RecusalGround, error) {
	ground, err := r.engine.Interest(ctx, actorOf(ctx), item)
	if workflow.Refused(err, workflow.NotFound) || (err == nil && ground == "") {
		return nil, nil
	}
	out := model.RecusalGround(ground)
	return &out, err
}
