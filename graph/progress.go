package graph

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/indicator"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/resultrecord"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// reports is the kind of matter by which results are reported.
const reports workflow.Kind = "progress_report"

// reportedIn are the states of reports whose results are reported: handed in, and not waived.
func reportedIn(s workflow.State) bool { return !s.Editable && (!s.Terminal || verifiedIn(s)) }

// verifiedIn are those whose results are verified.
func verifiedIn(s workflow.State) bool { return s.Terminal && s.Outcome == workflow.OutcomePositive }

// ofReports are the results of progress reports that are in such a state.
func (v *sight) ofReports(r rows, has func(workflow.State) bool) rows {
	return of(resultrecord.FieldReportID, matter.Table, matter.FieldID, both(oneOf(matter.FieldState, v.states(reports, has)), r))
}

// results are everybody's once they are verified, as those that were read in a source are. What
// is reported is the board's too, but for whoever has a conflict in the proposal, and what
// is being reported its applicant's.
func (v *sight) results() rows {
	return either(v.published(), v.inGroup(staff...),
		both(v.inGroup(workflow.BoardMember), v.ofReports(v.inProposal(not(v.conflicted())), reportedIn)),
		of(resultrecord.FieldReportID, matter.Table, matter.FieldID, v.inProposal(v.ownProposals())))
}

// published are the results that everybody may read.
func (v *sight) published() rows {
	return either(not(present(resultrecord.FieldReportID)), v.ofReports(everything, verifiedIn))
}

// reportedResults are those that a progress report states.
func (r *Resolver) reportedResults(ctx context.Context, m *ent.Matter) ([]*ent.ResultRecord, error) {
	all, err := sessionOf(ctx).seen.ResultRecord.Query().Where(resultrecord.ReportID(m.ID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the results of %s: %w", m.ID, err)
	}
	return all, nil
}

// progress is how far the strategy's indicators have come, in two statements however many
// there are.
func (r *Resolver) progress(ctx context.Context, s *ent.Strategy) ([]*model.IndicatorProgress, error) {
	all, err := sessionOf(ctx).seen.Indicator.Query().Where(indicator.StrategyID(s.ID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read indicators: %w", err)
	}
	slices.SortStableFunc(all, func(a, b *ent.Indicator) int { return cmp.Compare(a.Code, b.Code) })
	ids := make([]ident.ID, len(all))
	for i, x := range all {
		ids[i] = x.ID
	}
	counts, err := r.countedFor(ctx, ids)
	if err != nil {
		return nil, err
	}
	inHouse := actorOf(ctx).HoldsAny(s.LagID, append(slices.Clone(staff), workflow.BoardMember)...)
	out := make([]*model.IndicatorProgress, len(all))
	for i, x := range all {
		p := &model.IndicatorProgress{Indicator: x, Target: wholeOrNil(x.TargetValue), Counts: []*model.IndicatorCount{}}
		verified, bases, goal := 0, 0, true
		for _, c := range counts[x.ID] {
			told := &model.IndicatorCount{Basis: c.basis, Unit: c.unit, Verified: total(c.verified)}
			if inHouse {
				n := total(c.reported)
				told.Reported = &n
			}
			if told.Verified > 0 {
				verified, bases, goal = told.Verified, bases+1, goal && !slices.Contains(noGoal, c.basis)
			}
			if inHouse || len(c.verified) > 0 { // or the line would tell that something is reported
				p.Counts = append(p.Counts, told)
			}
		}
		if p.Target != nil && bases <= 1 && goal {
			gap := *p.Target - verified
			p.Gap = &gap
		}
		out[i] = p
	}
	return out, nil
}

// indicatorCount is what projects count for an indicator on one basis and in one unit.
type indicatorCount struct {
	basis, unit        string
	reported, verified map[ident.ID]*projectCount
}

// projectCount is the largest single number of a project, and the sum of those of report
// years that can be added.
type projectCount struct{ largest, years int }

// noGoal are the bases that a target is not reached by: visitors of an event are not its
// participants, and volunteers are who made it.
var noGoal = []string{"EVENT_VISITOR", "VOLUNTEER"}

// persons are the bases on which two numbers of one project may hold the same.
var persons = []string{workflow.UniquePersons, "PERSON_UNSTATED", "VOLUNTEER"}

func (p *projectCount) add(basis, period string, sum, largest int) {
	if period == "REPORT_YEAR" && !slices.Contains(persons, basis) {
		p.years += sum
		return
	}
	p.largest = max(p.largest, largest)
}

// total adds projects up: a person is a new participant in each.
func total(of map[ident.ID]*projectCount) int {
	n := 0
	for _, p := range of {
		n += max(p.largest, p.years)
	}
	return n
}

// reportedRow is what a project counts for an indicator on one basis, for one kind of period,
// in reports in one state.
type reportedRow struct {
	Indicator ident.ID `json:"indicator_id"`
	Project   ident.ID `json:"project_id"`
	Basis     string   `json:"count_basis"`
	Unit      string   `json:"unit"`
	Period    string   `json:"period_basis"`
	State     string   `json:"state"`
	Sum       int      `json:"sum"`
	Largest   int      `json:"largest"`
}

// countedFor are the counts of the indicators, by basis and unit, from reports that were
// handed in and may be read: a total tells what a row withholds.
func (r *Resolver) countedFor(ctx context.Context, indicators []ident.ID) (map[ident.ID][]indicatorCount, error) {
	v := sessionOf(ctx).sight
	var rows []reportedRow
	err := r.all.ResultRecord.Query().Where(resultrecord.IndicatorIDIn(indicators...), resultrecord.ValueNotNil()).Modify(func(s *sql.Selector) {
		m := sql.Dialect(s.Dialect()).Table(matter.Table)
		s.Join(m).On(m.C(matter.FieldID), s.C(resultrecord.FieldReportID))
		s.Where(sql.And(sql.In(m.C(matter.FieldState), v.states(reports, reportedIn)...), v.results()(s)))
		by := []string{
			s.C(resultrecord.FieldIndicatorID), s.C(resultrecord.FieldProjectID), s.C(resultrecord.FieldCountBasis), s.C(resultrecord.FieldUnit),
			s.C(resultrecord.FieldPeriodBasis), m.C(matter.FieldState),
		}
		s.Select(append(slices.Clone(by), sql.As(sql.Sum(s.C(resultrecord.FieldValue)), "sum"), sql.As(sql.Max(s.C(resultrecord.FieldValue)), "largest"))...).GroupBy(by...)
	}).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count what is reported: %w", err)
	}
	verified := v.states(reports, verifiedIn)
	type key struct {
		indicator   ident.ID
		basis, unit string
	}
	all := map[key]indicatorCount{}
	for _, row := range rows {
		k := key{row.Indicator, row.Basis, row.Unit}
		c, there := all[k]
		if !there {
			c = indicatorCount{row.Basis, row.Unit, map[ident.ID]*projectCount{}, map[ident.ID]*projectCount{}}
			all[k] = c
		}
		into := []map[ident.ID]*projectCount{c.reported}
		if slices.Contains(verified, any(row.State)) {
			into = append(into, c.verified)
		}
		for _, m := range into {
			if m[row.Project] == nil {
				m[row.Project] = &projectCount{}
			}
			m[row.Project].add(row.Basis, row.Period, row.Sum, row.Largest)
		}
	}
	out := map[ident.ID][]indicatorCount{}
	for _, k := range slices.SortedFunc(maps.Keys(all), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.indicator, b.indicator), cmp.Compare(a.basis, b.basis), cmp.Compare(a.unit, b.unit))
	}) {
		out[k.indicator] = append(out[k.indicator], all[k])
	}
	return out, nil
}

func (r *Resolver) registerIndicator(ctx context.Context, in model.RegisterIndicatorInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "strategyId", ident.Strategy, in.StrategyID)
	if err != nil {
		return workflow.Record{}, err
	}
	a := workflow.RegisterIndicator{
		ID: r.id(ident.Indicator), LAG: lag, Strategy: in.StrategyID, Code: in.Code, Title: in.Title, Unit: orZero(in.Unit),
		Baseline: orZero(in.Baseline), TargetDate: orZero(in.TargetDate), Sourced: r.sourced(),
	}
	if in.TargetValue != nil {
		n := int64(*in.TargetValue)
		a.Target = &n
	}
	return a.Record(), nil
}

func (r *Resolver) reportResults(ctx context.Context, in model.ReportResultsInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "reportId", ident.ProgressReport, in.ReportID)
	if err == nil && len(in.Results) > workflow.MaxResults { // before each is looked up
		err = workflow.TooManyResults()
	}
	if err != nil {
		return workflow.Record{}, err
	}
	report, err := sessionOf(ctx).seen.Matter.Get(ctx, in.ReportID)
	if err != nil {
		return workflow.Record{}, fmt.Errorf("read %s: %w", in.ReportID, err)
	}
	a := workflow.ReportResults{LAG: lag, Proposal: report.ProposalID, Report: in.ReportID, Synthetic: r.engine.Simulated}
	var refs []reference
	for i, x := range in.Results {
		refs = append(refs, reference{fmt.Sprintf("results.%d.indicatorId", i), ident.Indicator, x.IndicatorID})
		a.Results = append(a.Results, workflow.ReportedResult{
			ID: r.id(ident.ResultRecord), Indicator: x.IndicatorID, Counted: x.Counted, Unit: x.Unit, Value: int64(x.Value),
			CountBasis: x.CountBasis, UniqueStated: x.UniqueStated, PeriodBasis: x.PeriodBasis, Note: orZero(x.Note),
		})
	}
	return a.Record(), r.referAll(ctx, lag, refs...)
}
