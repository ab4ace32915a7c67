package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/action"
	"github.com/atranka/atranka/ent/activitykind"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/attendance"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/boardseat"
	"github.com/atranka/atranka/ent/budgetline"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/correspondence"
	"github.com/atranka/atranka/ent/criterion"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/direction"
	"github.com/atranka/atranka/ent/document"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/finding"
	"github.com/atranka/atranka/ent/frozenranking"
	"github.com/atranka/atranka/ent/fundingsource"
	"github.com/atranka/atranka/ent/goal"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/indicator"
	"github.com/atranka/atranka/ent/lag"
	"github.com/atranka/atranka/ent/lagmember"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/measure"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/movement"
	"github.com/atranka/atranka/ent/objective"
	"github.com/atranka/atranka/ent/organisation"
	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/proposalversion"
	"github.com/atranka/atranka/ent/resultrecord"
	"github.com/atranka/atranka/ent/score"
	"github.com/atranka/atranka/ent/statedfigure"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/ent/territory"
	"github.com/atranka/atranka/ent/textsource"
	"github.com/atranka/atranka/ent/tie"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// tables says where the records of a type of id are.
var tables = besides(matter.Table, map[ident.Prefix]string{
	ident.LAG: lag.Table, ident.LAGMember: lagmember.Table, ident.Organisation: organisation.Table,
	ident.Person: person.Table, ident.Territory: territory.Table, ident.Strategy: strategy.Table,
	ident.FundingSource: fundingsource.Table, ident.Goal: goal.Table, ident.Objective: objective.Table,
	ident.Action: action.Table, ident.Direction: direction.Table, ident.ActivityKind: activitykind.Table,
	ident.Indicator: indicator.Table, ident.TextSource: textsource.Table, ident.StatedFigure: statedfigure.Table,
	ident.Measure: measure.Table, ident.Call: call.Table, ident.Criterion: criterion.Table,
	ident.Proposal: proposal.Table, ident.ProposalVersion: proposalversion.Table, ident.BudgetLine: budgetline.Table,
	ident.Envelope: envelope.Table, ident.Movement: movement.Table, ident.Project: project.Table,
	ident.ResultRecord: resultrecord.Table, ident.Finding: finding.Table, ident.Document: document.Table,
	ident.Evaluation: evaluation.Table, ident.Score: score.Table, ident.BoardSeat: boardseat.Table,
	ident.Correspondence: correspondence.Table, ident.Incident: incident.Table,
	ident.FrozenRanking: frozenranking.Table, ident.Tie: tie.Table,
	ident.AgendaItem: agendaitem.Table, ident.Attendance: attendance.Table, ident.Ballot: ballot.Table,
	ident.Meeting: meeting.Table, ident.Decision: decision.Table, ident.Contract: contract.Table,
})

// tableOf is the table of an id; ok is false for ids that name no record of
// the API. An entry's id is its dossier's and its number.
func tableOf(id ident.ID) (table string, ok bool) {
	if dossier, _, isEntry := strings.Cut(string(id), "/"); isEntry {
		_, err := ident.Parse(dossier)
		return historyentry.Table, err == nil
	}
	if _, err := ident.Parse(string(id)); err != nil {
		return "", false
	}
	table, ok = tables[id.Prefix()]
	return table, ok
}

// node reads one record; nil where there is none, or none that may be seen.
func (r *Resolver) node(ctx context.Context, id ident.ID) (ent.Noder, error) {
	table, ok := tableOf(id)
	if !ok {
		return nil, nil
	}
	n, err := sessionOf(ctx).seen.Noder(ctx, id, ent.WithFixedNodeType(table))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return n, err
}

// nodes reads records by type, in the order of their ids; null stands for
// those that are not there or may not be seen.
func (r *Resolver) nodes(ctx context.Context, ids []ident.ID) ([]ent.Noder, error) {
	if most := DefaultLimits().Page; len(ids) > most {
		return nil, workflow.Refuse(workflow.PageSize, "ids", workflow.Text{
			LT: fmt.Sprintf("Vienu kartu prašykite ne daugiau kaip %d įrašų.", most),
			EN: fmt.Sprintf("Ask for at most %d records at a time.", most),
		})
	}
	known := slices.DeleteFunc(slices.Clone(ids), func(id ident.ID) bool { _, ok := tableOf(id); return !ok })
	slices.Sort(known)
	found, err := r.found(ctx, slices.Compact(known))
	if err != nil {
		return nil, err
	}
	out := make([]ent.Noder, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// found reads records whose ids are well formed and all different.
func (r *Resolver) found(ctx context.Context, ids []ident.ID) (map[ident.ID]ent.Noder, error) {
	found := map[ident.ID]ent.Noder{}
	if len(ids) == 1 { // ent answers a single id with its error
		n, err := r.node(ctx, ids[0])
		if n != nil {
			found[ids[0]] = n
		}
		return found, err
	}
	// ent reports each id that it does not find as an error of the response;
	// here that is an answer, so they are told apart in a response of their own.
	var failed error
	apart := graphql.WithResponseContext(ctx, func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if shown.Extensions["code"] != "NOT_FOUND" {
			failed = err
		}
		return shown
	}, graphql.DefaultRecover)
	all, err := sessionOf(ctx).seen.Noders(apart, ids, ent.WithNodeType(func(_ context.Context, id ident.ID) (string, error) {
		table, _ := tableOf(id)
		return table, nil
	}))
	for i, n := range all {
		if n != nil {
			found[ids[i]] = n
		}
	}
	return found, errors.Join(err, failed)
}
