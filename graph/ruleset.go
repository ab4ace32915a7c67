package graph

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/ruleset"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// adopt sends a rule set to be checked and adopted.
func (r *Resolver) adopt(ctx context.Context, in model.AdoptRuleSetInput) (*model.ActPayload, error) {
	return r.act(ctx, func() (workflow.Command, error) {
		c := workflow.AdoptRuleSet{
			LAG: orZero(in.LagID), Layer: rules.Layer(model.Brief(in.Layer)), Version: in.Version, From: in.From, To: orZero(in.To),
			LegalRefs: in.LegalRefs, Decision: in.Decision, Document: orZero(in.DocumentID), Reason: orZero(in.Reason),
			DryRun: orZero(in.DryRun), IdempotencyKey: in.IdempotencyKey,
		}
		for _, p := range in.Parameters {
			c.Parameters = append(c.Parameters, rules.Parameter{
				Name: model.Brief(p.Name), Value: model.Brief(p.Value), Source: p.Source, Verified: orZero(p.Verified),
			})
		}
		if err := r.keyedFor(ctx, in.IdempotencyKey, in.LagID); err != nil || in.DocumentID == nil {
			return c, err
		}
		return c, r.referAll(ctx, c.LAG, reference{"documentId", ident.Document, *in.DocumentID})
	})
}

// order of the layers, from the highest.
var layers = []rules.Layer{rules.EU, rules.National, rules.Local}

// ruleSets are those that all groups share and those of the group.
func (r *Resolver) ruleSets(ctx context.Context, lag *ident.ID) ([]*model.RuleSet, error) {
	of := ruleset.LagIDIsNil()
	if lag != nil {
		if _, err := r.refer(ctx, "lagId", ident.LAG, *lag); err != nil {
			return nil, err
		}
		of = ruleset.Or(of, ruleset.LagID(*lag))
	}
	rows, err := r.all.RuleSet.Query().Where(of).All(ctx)
	if err != nil {
		return nil, err
	}
	layer := func(x *ent.RuleSet) int { return slices.Index(layers, rules.Layer(x.Layer)) }
	slices.SortFunc(rows, func(a, b *ent.RuleSet) int {
		return cmp.Or(cmp.Compare(layer(a), layer(b)), cmp.Compare(a.EffectiveFrom, b.EffectiveFrom), cmp.Compare(a.ID, b.ID))
	})
	out := make([]*model.RuleSet, len(rows))
	for i, x := range rows {
		out[i] = &model.RuleSet{
			ID: x.ID, Layer: x.Layer, LagID: idOrNil(x.LagID), Version: x.Version, EffectiveFrom: x.EffectiveFrom, EffectiveTo: x.EffectiveTo,
			LegalRefs: append([]string{}, x.LegalRefs...), Decision: textOrNil(x.Decision), Synthetic: x.Synthetic,
		}
		if out[i].Parameters, err = parameterValues(x.Parameters); err != nil {
			return nil, fmt.Errorf("rule set %s: %w", x.ID, err)
		}
	}
	return out, nil
}

func parameterValues(text string) ([]*model.ParameterValue, error) {
	var all []rules.Parameter
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	out := make([]*model.ParameterValue, len(all))
	for i, p := range all {
		out[i] = &model.ParameterValue{Name: p.Name, Value: p.Value, Source: p.Source, Verified: p.Verified}
	}
	return out, nil
}

func ruleParameters() []*model.RuleParameter {
	all := rules.Parameters()
	out := make([]*model.RuleParameter, len(all))
	for i, p := range all {
		out[i] = &model.RuleParameter{Name: p.Name, Rule: p.Rule, Form: string(p.Form), GovernedBy: string(p.By)}
	}
	return out
}
