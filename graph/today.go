package graph

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/correspondence"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// How much of what runs out is answered.
const (
	mostDays  = 31
	mostTasks = 100
)

// today lists what is to be done in a group, as far as the actor may see it: what
// runs out, and what waits without a term. Each type of case is read once,
// however many there are.
func (r *Resolver) today(ctx context.Context, lag ident.ID, days int, role *workflow.Role) ([]*model.Task, error) {
	if days < 0 || days > mostDays {
		return nil, malformed("days", workflow.Text{
			LT: fmt.Sprintf("Dienų skaičius turi būti nuo 0 iki %d.", mostDays), EN: fmt.Sprintf("The number of days has to be from 0 to %d.", mostDays),
		})
	}
	if _, err := r.refer(ctx, "lagId", ident.LAG, lag); err != nil {
		return nil, err
	}
	all, err := r.toDo(ctx, lag, days)
	if err != nil {
		return nil, err
	}
	if role != nil {
		all = slices.DeleteFunc(all, func(d duty) bool { return d.role != *role })
	}
	seen, err := r.cases(ctx, all)
	if err != nil {
		return nil, err
	}
	now := r.engine.Clock.Now()
	out := []*model.Task{}
	for _, d := range all {
		c, visible := seen[d.about]
		if !visible || len(out) == mostTasks {
			continue
		}
		t := &model.Task{
			ID: d.about, Reason: d.reason, RecordID: idOrNil(d.record), Title: c.title, Event: textOrNil(d.event),
			State: r.stateOf(ctx, c.definition, c.state, lag, c.owner, ""),
		}
		if d.endsAt != 0 {
			t.EndsAt, t.Overdue = &d.endsAt, d.endsAt <= now
		}
		out = append(out, t)
	}
	return out, nil
}

// duty is something to be done about a case.
type duty struct {
	about  ident.ID
	record ident.ID // the incident or letter that it comes from; "" for a term
	reason model.TaskReason
	role   workflow.Role // whose it is
	endsAt clock.Instant // 0 where it has no term
	event  workflow.EventName
}

// toDo are the duties of a group: what has a term, soonest first, then the rest.
func (r *Resolver) toDo(ctx context.Context, lag ident.ID, days int) ([]duty, error) {
	due, err := r.engine.RunningOut(ctx, lag, days)
	if err != nil {
		return nil, err
	}
	var all []duty
	for _, d := range due {
		if d.Subject.Kind == "evaluation" {
			continue // told below, those without a term too
		}
		all = append(all, duty{about: d.Subject.ID, reason: model.TaskReasonTerm, role: d.State.Responsible, endsAt: d.EndsAt, event: d.Event})
	}
	for _, more := range []func(context.Context, ident.ID, clock.Date) ([]duty, error){r.assessments, r.incidentsOpen, r.lettersUnanswered, r.conditionsOpen, r.conflictsShown, r.evaluatorsWanted} {
		found, err := more(ctx, lag, r.engine.Today().AddDays(days))
		if err != nil {
			return nil, fmt.Errorf("read what is to be done: %w", err)
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b duty) int {
		const never = clock.Instant(math.MaxInt64)
		return cmp.Compare(cmp.Or(a.endsAt, never), cmp.Or(b.endsAt, never))
	})
	return all, nil
}

// assessments are evaluations to be declared for or submitted, of those that the
// actor sees, of proposals under evaluation, and due by the day.
func (r *Resolver) assessments(ctx context.Context, lag ident.ID, by clock.Date) ([]duty, error) {
	sight := sessionOf(ctx).sight
	running := sight.inProposal(oneOf("state", sight.states("proposal", workflow.State.UnderEvaluation)))
	theirs := oneOf("state", sight.states("evaluation", func(s workflow.State) bool { return s.Responsible == workflow.Evaluator }))
	rows, err := sessionOf(ctx).seen.Evaluation.Query().Where(evaluation.LagID(lag), where[predicate.Evaluation](both(running, theirs)),
		evaluation.Or(evaluation.DueOnIsNil(), evaluation.DueOnLTE(by))).Limit(mostTasks).All(ctx)
	var out []duty
	for _, e := range rows {
		d := duty{about: e.ID, reason: model.TaskReasonAssessment, role: workflow.Evaluator}
		if e.DeclaredAt == nil {
			d.reason = model.TaskReasonDeclaration
		}
		if e.DueOn != nil {
			d.endsAt = e.DueOn.End()
		}
		out = append(out, d)
	}
	return out, err
}

// incidentsOpen are what the clock could not do.
func (r *Resolver) incidentsOpen(ctx context.Context, lag ident.ID, _ clock.Date) ([]duty, error) {
	rows, err := sessionOf(ctx).seen.Incident.Query().Where(incident.LagID(lag), incident.ResolvedAtIsNil()).Limit(mostTasks).All(ctx)
	var out []duty
	for _, i := range rows {
		out = append(out, duty{
			about: i.SubjectID, record: i.ID, reason: model.TaskReasonIncident, role: workflow.Administrator, event: workflow.EventName(i.Event),
		})
	}
	return out, err
}

// lettersUnanswered are those that came in and after which none about the same
// went out, for the office, whose they are to answer.
func (r *Resolver) lettersUnanswered(ctx context.Context, lag ident.ID, _ clock.Date) ([]duty, error) {
	if !actorOf(ctx).HoldsAny(lag, staff...) {
		return nil, nil
	}
	rows, err := sessionOf(ctx).seen.Correspondence.Query().Where(correspondence.LagID(lag), correspondence.Direction("IN"), unanswered).
		Limit(mostTasks).All(ctx)
	var out []duty
	for _, l := range rows {
		out = append(out, duty{about: l.SubjectID, record: l.ID, reason: model.TaskReasonLetter, role: workflow.Administrator})
	}
	return out, err
}

func unanswered(s *sql.Selector) {
	t := sql.Dialect(s.Dialect()).Table(correspondence.Table).As("answer")
	s.Where(sql.NotExists(sql.Dialect(s.Dialect()).Select(t.C(correspondence.FieldID)).From(t).Where(sql.And(
		sql.EQ(t.C(correspondence.FieldDirection), "OUT"),
		sql.ColumnsEQ(t.C(correspondence.FieldSubjectID), s.C(correspondence.FieldSubjectID)),
		sql.ColumnsGTE(t.C(correspondence.FieldDatedOn), s.C(correspondence.FieldDatedOn)),
	))))
}

// conditionsOpen are awards with a condition on which no contract is signed yet,
// for the office.
func (r *Resolver) conditionsOpen(ctx context.Context, lag ident.ID, _ clock.Date) ([]duty, error) {
	if !actorOf(ctx).HoldsAny(lag, staff...) {
		return nil, nil
	}
	open := sessionOf(ctx).sight.states("proposal", func(s workflow.State) bool {
		return (s.Phase == workflow.PhaseSelection || s.Phase == workflow.PhaseContract) && !s.Settled() && s.HoldsMoney
	})
	rows, err := sessionOf(ctx).seen.Proposal.Query().Where(proposal.LagID(lag), proposal.AwardConditionNEQ(""), where[predicate.Proposal](oneOf("state", open))).
		Limit(mostTasks).All(ctx)
	var out []duty
	for _, p := range rows {
		state := r.engine.Machines.State(p.Definition, workflow.StateName(p.State))
		out = append(out, duty{about: p.ID, reason: model.TaskReasonCondition, role: state.Responsible})
	}
	return out, err
}

// conflictsShown are evaluations of proposals that nobody has decided on, of whose evaluators
// data show a conflict that the evaluation does not say, for the office.
func (r *Resolver) conflictsShown(ctx context.Context, lag ident.ID, _ clock.Date) ([]duty, error) {
	if !actorOf(ctx).HoldsAny(lag, staff...) {
		return nil, nil
	}
	sight := sessionOf(ctx).sight
	undecided := sight.inProposal(oneOf("state", sight.states("proposal", func(s workflow.State) bool {
		return (s.Phase == workflow.PhaseEvaluation || s.Phase == workflow.PhaseSelection) && s.Outcome == workflow.OutcomeNone
	})))
	standing := oneOf("state", sight.states("evaluation", func(s workflow.State) bool { return !s.Withheld && !s.Terminal }))
	rows, err := sessionOf(ctx).seen.Evaluation.Query().Where(evaluation.LagID(lag), where[predicate.Evaluation](both(undecided, standing))).Limit(mostTasks).All(ctx)
	if err != nil {
		return nil, err
	}
	var out []duty
	for _, e := range rows {
		shared, err := r.shared(ctx, e)
		if err != nil {
			return nil, err
		}
		if len(shared) > 0 {
			out = append(out, duty{about: e.ID, reason: model.TaskReasonConflict, role: workflow.Administrator})
		}
	}
	return out, nil
}

// evaluatorsWanted are proposals under evaluation that somebody was assigned in the round and that
// have no final score, with nobody at work, for the office: a third is wanted who is not there, or
// another in the place of who is gone.
func (r *Resolver) evaluatorsWanted(ctx context.Context, lag ident.ID, _ clock.Date) ([]duty, error) {
	if !actorOf(ctx).HoldsAny(lag, staff...) {
		return nil, nil
	}
	sight := sessionOf(ctx).sight
	running := oneOf("state", sight.states("proposal", func(s workflow.State) bool {
		return s.UnderEvaluation() && s.Responsible == workflow.Evaluator
	}))
	assigned := inRound(sight.states("evaluation", func(workflow.State) bool { return true }))
	atWork := inRound(sight.states("evaluation", func(s workflow.State) bool { return s.Responsible == workflow.Evaluator }))
	rows, err := sessionOf(ctx).seen.Proposal.Query().Where(proposal.LagID(lag), proposal.FinalScoreIsNil(),
		where[predicate.Proposal](both(running, both(assigned, not(atWork))))).Limit(mostTasks).All(ctx)
	var out []duty
	for _, p := range rows {
		out = append(out, duty{about: p.ID, reason: model.TaskReasonEvaluator, role: workflow.Administrator})
	}
	return out, err
}

// inRound holds for proposals of which an evaluation of the round that they are in is in one of the
// states. A proposal without a number is in its first.
func inRound(states []any) rows {
	return func(s *sql.Selector) *sql.Predicate {
		d := sql.Dialect(s.Dialect())
		t := d.Table(evaluation.Table).As("judged")
		return sql.Exists(d.Select(t.C(evaluation.FieldID)).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C(evaluation.FieldProposalID), s.C(proposal.FieldID)), sql.In(t.C(evaluation.FieldState), states...),
			sql.Or(sql.ColumnsEQ(t.C(evaluation.FieldRound), s.C(proposal.FieldEvaluationRound)), sql.And(sql.IsNull(s.C(proposal.FieldEvaluationRound)), sql.EQ(t.C(evaluation.FieldRound), 1))),
		)))
	}
}

// named is what a task says of its case.
type named struct {
	title             string
	owner             ident.ID
	definition, state string
}

// cases are those of the due ones that the actor may see; of a proposal and its
// contract, those whose content they may read, for a term says more of a case
// than that it is there.
func (r *Resolver) cases(ctx context.Context, all []duty) (map[ident.ID]named, error) {
	ids := map[string][]ident.ID{}
	for _, d := range all {
		kind, _ := workflow.KindOf(d.about)
		typeName := workflow.TypeOf(kind)
		ids[typeName] = append(ids[typeName], d.about)
	}
	out := map[ident.ID]named{}
	for typeName, read := range map[string]func(context.Context, *session, []ident.ID, map[ident.ID]named) error{
		"Strategy": strategiesOf, "Call": callsOf, "Proposal": proposalsOf, "Evaluation": evaluationsOf, "Contract": contractsOf, "Matter": mattersOf,
		"Meeting": meetingsOf, "AgendaItem": itemsOf,
	} {
		if len(ids[typeName]) == 0 {
			continue
		}
		if err := read(ctx, sessionOf(ctx), ids[typeName], out); err != nil {
			return nil, fmt.Errorf("read what runs out: %w", err)
		}
	}
	return out, nil
}

func strategiesOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Strategy.Query().Where(strategy.IDIn(ids...)).All(ctx)
	for _, s := range all {
		into[s.ID] = named{title: s.Title, definition: s.Definition, state: s.State}
	}
	return err
}

func callsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Call.Query().Where(call.IDIn(ids...)).All(ctx)
	for _, c := range all {
		into[c.ID] = named{title: c.Number + " " + c.Title, definition: c.Definition, state: c.State}
	}
	return err
}

func proposalsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Proposal.Query().Where(proposal.IDIn(ids...)).All(ctx)
	for _, p := range all {
		inside, err := by.sight.inside(p)
		if err != nil {
			return err
		}
		if inside {
			into[p.ID] = named{title: p.Title, owner: p.ApplicantID, definition: p.Definition, state: p.State}
		}
	}
	return err
}

func evaluationsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Evaluation.Query().Where(evaluation.IDIn(ids...)).WithProposal().All(ctx)
	for _, e := range all {
		if p := e.Edges.Proposal; p != nil {
			into[e.ID] = named{title: p.Title, owner: p.ApplicantID, definition: e.Definition, state: e.State}
		}
	}
	return err
}

// meetingsOf are for those at the table: of what is planned others have nothing to do.
func meetingsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Meeting.Query().Where(meeting.IDIn(ids...), where[predicate.Meeting](by.sight.atTheTable())).All(ctx)
	for _, m := range all {
		into[m.ID] = named{title: m.Number, definition: m.Definition, state: m.State}
	}
	return err
}

func itemsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.AgendaItem.Query().Where(agendaitem.IDIn(ids...)).WithMeeting().All(ctx)
	for _, i := range all {
		if m := i.Edges.Meeting; m != nil {
			into[i.ID] = named{title: fmt.Sprintf("%s, %d: %s", m.Number, i.Ordinal, i.Event), definition: i.Definition, state: i.State}
		}
	}
	return err
}

func contractsOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Contract.Query().Where(contract.IDIn(ids...)).WithProposal().All(ctx)
	for _, c := range all {
		p := c.Edges.Proposal
		if p == nil {
			continue
		}
		inside, err := by.sight.inside(p)
		if err != nil {
			return err
		}
		if inside {
			into[c.ID] = named{title: p.Title, owner: p.ApplicantID, definition: c.Definition, state: c.State}
		}
	}
	return err
}

func mattersOf(ctx context.Context, by *session, ids []ident.ID, into map[ident.ID]named) error {
	all, err := by.seen.Matter.Query().Where(matter.IDIn(ids...)).WithProposal().WithMeeting().All(ctx)
	for _, m := range all {
		if sat := m.Edges.Meeting; sat != nil {
			into[m.ID] = named{title: sat.Number, definition: m.Definition, state: m.State}
		}
		if p := m.Edges.Proposal; p != nil {
			into[m.ID] = named{title: p.Title, owner: p.ApplicantID, definition: m.Definition, state: m.State}
		}
	}
	return err
}
