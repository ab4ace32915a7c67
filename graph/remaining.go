package graph

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/action"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/workflow"
)

// remaining is what the strategy's money has come to, nil for whoever is not of the office. It is
// read in as many statements for one action as for all.
func (r *Resolver) remaining(ctx context.Context, strategyID ident.ID) (*model.StrategyMoney, error) {
	if _, err := r.refer(ctx, "strategyId", ident.Strategy, strategyID); err != nil {
		return nil, err
	}
	s, err := sessionOf(ctx).seen.Strategy.Get(ctx, strategyID)
	if err != nil {
		return nil, fmt.Errorf("read a strategy: %w", err)
	}
	if !actorOf(ctx).HoldsAny(s.LagID, office...) {
		return nil, nil
	}
	actions, err := s.QueryActions().Order(ent.Asc(action.FieldOrdinal, action.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read actions: %w", err)
	}
	out := &model.StrategyMoney{Actions: make([]*model.ActionMoney, len(actions))}
	of := make(map[ident.ID]*model.ActionMoney, len(actions))
	ids := make([]ident.ID, len(actions))
	for i, a := range actions {
		out.Actions[i] = &model.ActionMoney{ActionID: a.ID, Code: a.Code, Title: a.Title}
		of[a.ID], ids[i] = out.Actions[i], a.ID
	}
	rows, err := r.all.Envelope.Query().Where(envelope.SubjectIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read envelopes: %w", err)
	}
	for _, e := range rows {
		of[e.SubjectID].Allocated, of[e.SubjectID].Committed = e.Amount, e.Reserved
	}
	contracted, err := r.contracted(ctx, ids)
	if err != nil {
		return nil, err
	}
	paid, err := r.paid(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range out.Actions {
		a.Contracted, a.Paid, a.Free = contracted[a.ActionID], paid[a.ActionID], a.Allocated-a.Committed
		for _, sum := range []struct {
			of   *money.Amount
			part money.Amount
		}{
			{&out.Allocated, a.Allocated}, {&out.Committed, a.Committed}, {&out.Contracted, a.Contracted}, {&out.Paid, a.Paid}, {&out.Free, a.Free},
		} {
			if *sum.of, err = money.Sum(*sum.of, sum.part); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// byAction is an amount of the proposals of an action.
type byAction struct {
	ActionID ident.ID     `json:"action_id"`
	Sum      money.Amount `json:"sum"`
}

// contracted are the grants of the contracts that were concluded and not undone: one that is closed
// was either, and the outcome of its proposal says which.
func (r *Resolver) contracted(ctx context.Context, actions []ident.ID) (map[ident.ID]money.Amount, error) {
	var rows []byAction
	sight := sessionOf(ctx).sight
	stands := func(s workflow.State) bool { return s.Outcome != workflow.OutcomeNegative }
	err := r.all.Contract.Query().
		Where(contract.HasProposalWith(func(s *sql.Selector) { s.Where(sql.In(s.C(proposal.FieldState), sight.states("proposal", stands)...)) })).
		Modify(perAction(actions, contract.FieldGrant, sight.states("contract", func(s workflow.State) bool { return s.Listed && stands(s) }))).
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read contracts: %w", err)
	}
	return sums(rows), nil
}

// paid is what was accepted of the claims that were paid.
func (r *Resolver) paid(ctx context.Context, actions []ident.ID) (map[ident.ID]money.Amount, error) {
	var rows []byAction
	err := r.all.Matter.Query().Where(matter.Kind(claims)).Modify(perAction(actions, matter.FieldAccepted,
		sessionOf(ctx).sight.states(claims, func(s workflow.State) bool { return s.Outcome == workflow.OutcomePositive && (s.Final || s.Terminal) }))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read payment claims: %w", err)
	}
	return sums(rows), nil
}

// claims is the kind of matter by which money is asked for.
const claims = "payment_claim"

// perAction sums the column of rows in the states by the action of their proposal.
func perAction(actions []ident.ID, column string, states []any) func(*sql.Selector) {
	return func(s *sql.Selector) {
		p := sql.Dialect(s.Dialect()).Table(proposal.Table)
		s.Join(p).On(p.C(proposal.FieldID), s.C("proposal_id"))
		s.Where(sql.And(sql.In(p.C(proposal.FieldActionID), anys(actions)...), sql.In(s.C("state"), states...)))
		s.Select(sql.As(p.C(proposal.FieldActionID), "action_id"), sql.As(sql.Sum(s.C(column)), "sum")).GroupBy(p.C(proposal.FieldActionID))
	}
}

func sums(rows []byAction) map[ident.ID]money.Amount {
	out := make(map[ident.ID]money.Amount, len(rows))
	for _, row := range rows {
		out[row.ActionID] = row.Sum
	}
	return out
}
