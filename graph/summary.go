package graph

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/statedfigure"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// tally keeps, for the strategies that an operation has read, the rows that
// stated figures are held against; read in batch, at the first question.
type tally struct {
	mu       sync.Mutex
	noted    map[ident.ID]ident.ID // strategy to group, still to be read
	figures  map[ident.ID]map[string]int
	projects map[ident.ID][]*ent.Project // by group
}

func (t *tally) note(all []*ent.Strategy) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.noted == nil {
		t.noted, t.figures, t.projects = map[ident.ID]ident.ID{}, map[ident.ID]map[string]int{}, map[ident.ID][]*ent.Project{}
	}
	for _, s := range all {
		if _, read := t.figures[s.ID]; !read && s.LagID != "" {
			t.noted[s.ID] = s.LagID
		}
	}
}

// of is what is stated of a strategy, by key, and the projects of its group.
func (t *tally) of(ctx context.Context, v *sight, s *ent.Strategy) (map[string]int, []*ent.Project, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, read := t.figures[s.ID]; !read {
		if err := t.read(ctx, v); err != nil {
			return nil, nil, fmt.Errorf("read figures and projects: %w", err)
		}
	}
	return t.figures[s.ID], t.projects[s.LagID], nil
}

// read loads what is noted, in as many statements for one strategy as for
// many.
func (t *tally) read(ctx context.Context, v *sight) error {
	var ids, lags []ident.ID
	for id, lag := range t.noted {
		ids, lags = append(ids, id), append(lags, lag)
		t.figures[id] = map[string]int{}
		t.projects[lag] = nil
	}
	clear(t.noted)
	figures, err := v.all.StatedFigure.Query().Where(statedfigure.StrategyIDIn(ids...)).All(ctx)
	if err != nil {
		return err
	}
	for _, f := range figures {
		if n, err := strconv.Atoi(f.Value); err == nil {
			t.figures[f.StrategyID][f.Key] = n
		}
	}
	projects, err := v.all.Project.Query().Where(project.LagIDIn(lags...)).WithProposal().
		WithResults(func(q *ent.ResultRecordQuery) { q.Where(where[predicate.ResultRecord](v.published())) }).All(ctx)
	for _, p := range projects {
		t.projects[p.LagID] = append(t.projects[p.LagID], p)
	}
	return err
}

// participantsCheck holds the stated number of participants against the result
// records, nil where none is stated.
func (r *Resolver) participantsCheck(ctx context.Context, s *ent.Strategy) (*model.ParticipantsCheck, error) {
	v := sessionOf(ctx).sight
	figures, projects, err := v.tally.of(ctx, v, s)
	stated, ok := figures[strategies.ParticipantsKey]
	if err != nil || !ok {
		return nil, err
	}
	sum := strategies.SumOfLargestSingleCounts(counts(projects))
	return &model.ParticipantsCheck{Stated: stated, SumOfLargestSingleCounts: sum, Difference: stated - sum}, nil
}

// projectsCheck holds the stated numbers of projects against the named ones.
func (r *Resolver) projectsCheck(ctx context.Context, s *ent.Strategy) (*model.ProjectsCheck, error) {
	v := sessionOf(ctx).sight
	figures, projects, err := v.tally.of(ctx, v, s)
	if err != nil {
		return nil, err
	}
	return &model.ProjectsCheck{
		Stated: figure(figures, "projectsSelected"), StatedRunning: figure(figures, "projectsRunning"),
		StatedRunningBusiness: figure(figures, "projectsRunningBusiness"),
		StatedRunningSocial:   figure(figures, "projectsRunningSocial"),
		Named:                 len(projects), Running: running(r.engine.Machines, projects),
	}, nil
}

func figure(all map[string]int, key string) *int {
	if n, ok := all[key]; ok {
		return &n
	}
	return nil
}

func running(ms *workflow.Machines, all []*ent.Project) int {
	n := 0
	for _, p := range all {
		if q := p.Edges.Proposal; q != nil && ms.State(q.Definition, workflow.StateName(q.State)).Running {
			n++
		}
	}
	return n
}

// counts are the projects' result records as the rule on counts reads them.
func counts(all []*ent.Project) []strategies.Result {
	var out []strategies.Result
	for _, p := range all {
		for _, rec := range p.Edges.Results {
			res := strategies.Result{Project: string(p.ID), CountBasis: strategies.CountBasis(rec.CountBasis)}
			if rec.Value != nil {
				n := int(*rec.Value)
				res.Value = &n
			}
			res.Parts = parts(rec.Parts)
			out = append(out, res)
		}
	}
	return out
}

// numberOf is the number of a part, whose text is "label: number", perhaps with
// a division of it in brackets.
var numberOf = regexp.MustCompile(`: (\d+)(?: \(|$)`)

func parts(texts []string) []strategies.Part {
	var out []strategies.Part
	for _, t := range texts {
		m := numberOf.FindStringSubmatch(t)
		if m == nil {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			out = append(out, strategies.Part{Label: t, Value: n})
		}
	}
	return slices.Clip(out)
}
