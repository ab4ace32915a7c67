package graph

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/collation"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/correspondence"
	"github.com/atranka/atranka/ent/finding"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/organisation"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Each filter is a list of conditions that all hold. An id of another type is
// refused: it could only ever find nothing.

// conditions gathers what a filter asks for.
type conditions[P any] struct {
	all []P
	err error
}

// id adds the condition for an id that is asked for.
func (c *conditions[P]) id(field string, want ident.Prefix, asked *ident.ID, p func(ident.ID) P) {
	if asked == nil {
		return
	}
	if err := fits(field, *asked, want); err != nil && c.err == nil {
		c.err = err
	}
	c.all = append(c.all, p(*asked))
}

// text adds the condition for a text that is asked for.
func (c *conditions[P]) text(asked *string, p func(string) P) {
	if asked != nil {
		c.all = append(c.all, p(*asked))
	}
}

// words adds the condition that each word of what is asked for, in any form,
// begins one of the words.
func (c *conditions[P]) words(asked *string, contains func(string) P) {
	if asked == nil {
		return
	}
	for _, w := range collation.Query(*asked) {
		c.all = append(c.all, contains(" "+w))
	}
}

// state adds the condition for a state that is asked for by name, as the actor
// is told it, and refuses a name that no version of the machine has.
func (c *conditions[P]) state(v *sight, k workflow.Kind, asked *string, p func(rows) P) {
	if asked == nil {
		return
	}
	if !v.machines.HasState(k, workflow.StateName(*asked)) && c.err == nil {
		name := model.Brief(*asked)
		c.err = malformed("filter.state", workflow.Text{
			LT: fmt.Sprintf("Tokios būsenos nėra: %q. Būsenų vardus rodo state { name } ir gyvavimo ciklo aprašas.", name),
			EN: fmt.Sprintf("There is no state %q. state { name } and the page on the life cycle show the names.", name),
		})
	}
	c.all = append(c.all, p(v.inState(k, workflow.StateName(*asked))))
}

// where is a condition as ent's queries take it.
func where[P ~func(*sql.Selector)](r rows) P {
	return func(s *sql.Selector) { s.Where(r(s)) }
}

// inState holds for cases that the actor is told are in the state.
func (v *sight) inState(k workflow.Kind, name workflow.StateName) rows {
	is := func(names ...workflow.StateName) rows { return oneOf("state", anys(names)) }
	theirs := v.outside()
	ours := not(theirs)
	switch shown := v.machines.ShownAs(k, name); {
	case len(shown) > 0:
		return either(is(name), both(is(shown...), theirs))
	case v.machines.Veiled(k, name):
		return both(is(name), ours)
	default:
		return is(name)
	}
}

// phase adds the condition that the state, as the actor is told it, is one of
// the phase's.
func (c *conditions[P]) phase(v *sight, k workflow.Kind, asked *workflow.Phase, p func(rows) P) {
	if asked == nil {
		return
	}
	in := []rows{nothing}
	for _, s := range v.machines.States(k) {
		if s.Phase == *asked {
			in = append(in, v.inState(k, s.Name))
		}
	}
	c.all = append(c.all, p(either(in...)))
}

// fits refuses an id that is malformed or of none of the types.
func fits(field string, id ident.ID, want ...ident.Prefix) error {
	if _, err := ident.Parse(string(id)); err != nil {
		return notFound(field, string(id))
	}
	if !slices.Contains(want, id.Prefix()) {
		return wrongType(field, id, want...)
	}
	return nil
}

func (r *Resolver) filterStrategies(v *sight, q *ent.StrategyQuery, f *model.StrategyFilter) (*ent.StrategyQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Strategy]{}
	c.id("filter.lagId", ident.LAG, f.LagID, strategy.LagID)
	c.state(v, "strategy", f.State, where[predicate.Strategy])
	c.phase(v, "strategy", f.Phase, where[predicate.Strategy])
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterCalls(v *sight, q *ent.CallQuery, f *model.CallFilter) (*ent.CallQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Call]{}
	c.id("filter.lagId", ident.LAG, f.LagID, call.LagID)
	c.id("filter.strategyId", ident.Strategy, f.StrategyID, call.StrategyID)
	c.state(v, "call", f.State, where[predicate.Call])
	c.phase(v, "call", f.Phase, where[predicate.Call])
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterProposals(v *sight, q *ent.ProposalQuery, f *model.ProposalFilter) (*ent.ProposalQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Proposal]{}
	c.id("filter.callId", ident.Call, f.CallID, proposal.CallID)
	c.id("filter.applicantId", ident.Organisation, f.ApplicantID, proposal.ApplicantID)
	c.id("filter.actionId", ident.Action, f.ActionID, proposal.ActionID)
	c.state(v, "proposal", f.State, where[predicate.Proposal])
	c.words(f.Search, proposal.TitleWordsContains)
	c.phase(v, "proposal", f.Phase, where[predicate.Proposal])
	return q.Where(c.all...), c.err
}

// filterProjects asks for the state of the proposal among those that the actor
// sees: the filter must not tell what the field would not.
func (r *Resolver) filterProjects(v *sight, q *ent.ProjectQuery, f *model.ProjectFilter) (*ent.ProjectQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Project]{}
	c.id("filter.lagId", ident.LAG, f.LagID, project.LagID)
	c.id("filter.promoterId", ident.Organisation, f.PromoterID, project.PromoterID)
	if f.Theme != nil && c.err == nil {
		c.err = workflow.Judge("Project", "theme", "filter.theme", *f.Theme)
	}
	c.text(f.Theme, project.Theme)
	c.words(f.Search, project.TitleWordsContains)
	c.state(v, "proposal", f.State, func(in rows) predicate.Project {
		return project.HasProposalWith(where[predicate.Proposal](in), v.visibleProposals())
	})
	if f.HasCode != nil && *f.HasCode {
		c.all = append(c.all, project.ExternalCodeNotNil())
	} else if f.HasCode != nil {
		c.all = append(c.all, project.ExternalCodeIsNil())
	}
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterOrganisations(q *ent.OrganisationQuery, f *model.OrganisationFilter) (*ent.OrganisationQuery, error) {
	c := conditions[predicate.Organisation]{}
	c.words(orEmpty(f).Search, organisation.NameWordsContains)
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterFindings(q *ent.FindingQuery, f *model.FindingFilter) (*ent.FindingQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Finding]{}
	c.id("filter.lagId", ident.LAG, f.LagID, finding.LagID)
	c.text(f.Code, finding.Code)
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterLetters(q *ent.CorrespondenceQuery, f *model.LetterFilter) (*ent.CorrespondenceQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Correspondence]{}
	c.id("filter.lagId", ident.LAG, f.LagID, correspondence.LagID)
	if f.SubjectID != nil {
		c.id("filter.subjectId", f.SubjectID.Prefix(), f.SubjectID, correspondence.SubjectID)
	}
	if f.Direction != nil && c.err == nil {
		c.err = workflow.Judge("Correspondence", "direction", "filter.direction", *f.Direction)
	}
	c.text(f.Direction, correspondence.Direction)
	if f.Delivered != nil && *f.Delivered {
		c.all = append(c.all, correspondence.DeliveredAtNotNil())
	} else if f.Delivered != nil {
		c.all = append(c.all, correspondence.DeliveredAtIsNil())
	}
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterIncidents(q *ent.IncidentQuery, f *model.IncidentFilter) (*ent.IncidentQuery, error) {
	f = orEmpty(f)
	c := conditions[predicate.Incident]{}
	c.id("filter.lagId", ident.LAG, f.LagID, incident.LagID)
	if f.SubjectID != nil {
		c.id("filter.subjectId", f.SubjectID.Prefix(), f.SubjectID, incident.SubjectID)
	}
	if f.Open != nil && *f.Open {
		c.all = append(c.all, incident.ResolvedAtIsNil())
	} else if f.Open != nil {
		c.all = append(c.all, incident.ResolvedAtNotNil())
	}
	return q.Where(c.all...), c.err
}

func (r *Resolver) filterMeetings(q *ent.MeetingQuery, f *model.MeetingFilter) (*ent.MeetingQuery, error) {
	c := conditions[predicate.Meeting]{}
	c.id("filter.lagId", ident.LAG, orEmpty(f).LagID, meeting.LagID)
	return q.Where(c.all...), c.err
}

func orEmpty[F any](f *F) *F {
	if f == nil {
		return new(F)
	}
	return f
}
