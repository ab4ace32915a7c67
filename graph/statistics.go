package graph

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/picture"
	"github.com/atranka/atranka/workflow"
)

// statistics are the group's, nil for whoever is not of its staff: they count
// cases of which nobody else may know.
func (r *Resolver) statistics(ctx context.Context, lag ident.ID, kind string, call *ident.ID) (*model.Statistics, error) {
	if _, err := r.machine(kind); err != nil {
		return nil, err
	}
	if _, err := r.refer(ctx, "lagId", ident.LAG, lag); err != nil {
		return nil, err
	}
	if call != nil {
		if err := r.referAll(ctx, lag, reference{"callId", ident.Call, *call}); err != nil {
			return nil, err
		}
	}
	if !actorOf(ctx).HoldsAny(lag, staff...) {
		return nil, nil
	}
	s, err := r.engine.Statistics(ctx, workflow.StatisticsOf{LAG: lag, Kind: workflow.Kind(kind), Call: orZero(call)})
	return &model.Statistics{Statistics: s}, err
}

// workflowGraph draws a process, with the group's cases over it where a group is
// named.
func (r *Resolver) workflowGraph(ctx context.Context, kind string, format model.GraphFormat, lang *model.Lang, lag, call *ident.ID) (*string, error) {
	m, err := r.machine(kind)
	if err != nil {
		return nil, err
	}
	var live map[workflow.StateName]workflow.Live
	if lag != nil {
		s, err := r.statistics(ctx, *lag, kind, call)
		if err != nil || s == nil {
			return nil, err
		}
		live = s.Live()
	} else if call != nil {
		return nil, malformed("callId", workflow.Text{LT: "Kartu su callId nurodykite ir lagId.", EN: "Give lagId together with callId."})
	}
	in := strings.ToLower(string(cmp.Or(orZero(lang), model.LangOf(ctx))))
	b, err := picture.Draw(ctx, strings.ToLower(string(format)), r.engine.Machines.Chart(orZero(lag), m.Kind(), in, live))
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", kind, err)
	}
	return textOrNil(string(b)), nil
}

// machine is that of a kind.
func (r *Resolver) machine(kind string) (*workflow.Machine, error) {
	if m := r.engine.Machines.Latest(workflow.Kind(kind)); m != nil {
		return m, nil
	}
	var all []string
	for _, m := range r.engine.Machines.All() {
		all = append(all, string(m.Kind()))
	}
	name, list := model.Brief(kind), strings.Join(all, ", ")
	return nil, malformed("kind", workflow.Text{
		LT: fmt.Sprintf("Tokios rūšies nėra: %q. Galimos: %s.", name, list), EN: fmt.Sprintf("There is no kind %q. There are: %s.", name, list),
	})
}
