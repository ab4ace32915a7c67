package demo

import (
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// call is a call for proposals with the criteria that its evaluators score.
type call struct {
	id       ident.ID
	criteria []criterion
}

type criterion struct {
	id   ident.ID
	code string
}

// planCalls drafts every call when the board gets it on its agenda, holds the
// meetings and walks the calls' steps.
func (g *group) planCalls() {
	agenda := map[string]strategies.Meeting{}
	for _, m := range g.data.Synthetic.Meetings {
		agenda[m.Key] = m
		g.planMeeting(m)
	}
	for _, c := range g.data.Synthetic.Calls {
		g.calls[c.Key] = &call{}
		g.on(moment(agenda[c.Approval.Meeting].AgendaSentOn, 9), "draft call "+c.Key, func() error { return g.draftCall(c) })
		for _, s := range c.Steps {
			g.on(s.At.Instant(), "call "+c.Key+" "+s.Event, func() error {
				id := g.calls[c.Key].id
				return g.fire(s, id, id, carried{number: c.Key, vote: voteOn(c, s)})
			})
		}
	}
}

// voteOn is the vote that a step of a call carries out.
func voteOn(c strategies.Call, s strategies.Step) strategies.Vote {
	if s.Decision == c.Approval.Meeting {
		return c.Approval
	}
	return strategies.Vote{Meeting: s.Decision}
}

// announcedBefore is the annulled call that the call offers again, "" for none.
func (g *group) announcedBefore(c strategies.Call) ident.ID {
	if before := g.calls[c.Reannounces]; before != nil {
		return before.id
	}
	return ""
}

func (g *group) draftCall(c strategies.Call) error {
	id := g.calls[c.Key]
	from, err := g.partly(c.Stated,
		"budget", "closesAt", "eligibleForms", "intensityCap", "maxGrant", "measureId", "minGrant", "minScore", "number", "opensAt",
		"publicationUrl", "stateSince", "title")
	if err != nil {
		return err
	}
	id.id = g.id(ident.Call)
	a := workflow.DraftCall{
		Reannounces: g.announcedBefore(c),
		ID:          id.id, Envelope: g.id(ident.Envelope), LAG: g.lag, Strategy: g.strategy, Measure: g.measures[c.Measure],
		Number: c.Key, Title: "Kvietimas teikti projektinius pasiūlymus " + c.Key,
		IntensityCap: rules.BasisPoints(c.IntensityCapBasisPoints), OpensAt: c.OpensOn.Start(), ClosesAt: c.ClosesOn.End(),
		EligibleForms: c.EligibleApplicantTypes, Sourced: from,
	}
	if a.MinGrant, err = amount(c.MinGrant); err != nil {
		return err
	}
	if a.MaxGrant, err = amount(c.MaxGrant); err != nil {
		return err
	}
	for _, x := range c.Actions {
		sum, err := amount(x.Budget)
		if err != nil {
			return err
		}
		a.Allocations = append(a.Allocations, workflow.CallAllocation{ID: g.id(ident.Call), Action: g.actions[x.Code], Amount: sum})
	}
	g.rubric(&a, c)
	for _, list := range g.data.Synthetic.Checklists {
		if list.Key == c.Checklist {
			for _, x := range list.Items {
				a.Checklist = append(a.Checklist, terms.Item{Code: x.Code, Title: x.Title, Guidance: x.Guidance})
			}
		}
	}
	r, err := g.eng.DraftCall(a)
	if err != nil {
		return err
	}
	return g.record(g.staff(), r)
}

// rubric gives the call its criteria.
func (g *group) rubric(a *workflow.DraftCall, c strategies.Call) {
	for _, set := range g.data.Synthetic.CriteriaSets {
		if set.Key != c.CriteriaSet {
			continue
		}
		a.MinScore = hundredths(set.MinScore)
		for _, k := range set.Criteria {
			id := g.id(ident.Criterion)
			g.calls[c.Key].criteria = append(g.calls[c.Key].criteria, criterion{id, k.Code})
			a.Criteria = append(a.Criteria, workflow.CallCriterion{
				ID: id, Code: k.Code, Title: k.Name, Max: hundredths(k.MaxPoints), Min: hundredths(k.MinPoints),
				Weight: int64(k.Weight) * 100,
			})
		}
	}
}
