package demo

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// ofContract stands in [strategies.Step.Subject] for the case's grant agreement.
const ofContract = "contract"

// creation is the step that begins a case.
const creation = "create"

// undertaking is a project with its place on the list of projects and where that
// is known from. One that no text names has no source.
type undertaking struct {
	strategies.Project
	ordinal int
	stated  *strategies.Stated
}

func (u undertaking) invented() bool { return u.Source.Doc == "" }

func (g *group) undertakings() []undertaking {
	var all []undertaking
	for i, p := range g.data.Projects {
		all = append(all, undertaking{Project: p, ordinal: i + 1})
	}
	for _, p := range g.data.Synthetic.Projects {
		all = append(all, undertaking{Project: p.Project(), ordinal: p.Item, stated: p.Stated})
	}
	return all
}

// planCases walks every project's proposal. The project is recorded when its call
// is decided: until then, and where the call is annulled, there is only a proposal.
func (g *group) planCases() {
	decided := map[string]strategies.Step{}
	for _, c := range g.data.Synthetic.Calls {
		for _, s := range c.Steps {
			if s.Event == "decide" {
				decided[c.Key] = s
			}
		}
	}
	for _, p := range g.undertakings() {
		for _, c := range g.data.Synthetic.Cases {
			if c.Project != p.Key {
				continue
			}
			g.planCase(p, c)
			if s, is := decided[c.Call]; is {
				g.on(s.At.Instant(), "record project "+p.Key, func() error { return g.project(p) })
			}
		}
	}
}

func (g *group) planCase(p undertaking, c strategies.Case) {
	var agreement ident.ID
	regNo := registration(c)
	for _, s := range c.Steps {
		what := p.Key + " " + s.Event
		switch {
		case s.Event == creation:
			g.on(s.At.Instant(), what, func() error { return g.create(p, c, s) })
		case s.Subject == ofContract:
			g.on(s.At.Instant(), what+" contract", func() error {
				if agreement == "" {
					agreement = g.id(ident.Contract)
					if err := g.prepare(c, s, agreement); err != nil {
						return err
					}
				}
				return g.fire(s, agreement, g.proposals[p.Key], carried{number: regNo, vote: c.Decision})
			})
		default:
			g.on(s.At.Instant(), what, func() error {
				id := g.proposals[p.Key]
				return g.fire(s, id, id, carried{number: regNo, vote: c.Decision})
			})
		}
	}
	for _, e := range c.Evaluations {
		id := new(ident.ID)
		g.on(e.AssignedAt.Instant(), p.Key+" assign "+e.Evaluator, func() error { return g.assign(p.Project, e, id) })
		g.on(e.DeclaredAt.Instant(), p.Key+" declaration of "+e.Evaluator, func() error { return g.declare(e, *id) })
		g.on(e.SubmittedAt.Instant(), p.Key+" scores of "+e.Evaluator, func() error { return g.score(p.Project, c, e, *id) })
	}
}

// registration is the number under which the case is registered.
func registration(c strategies.Case) string {
	for _, s := range c.Steps {
		if n := s.Data["regNo"]; n != "" {
			return n
		}
	}
	return c.Project
}

// invented are the fields of a proposal that no text gives.
var invented = []string{
	"actionId", "activityKinds", "callId", "channel", "eligibleTotal", "finalScore", "grantApplied", "grantAwarded",
	"grantRequested", "placeTerritory", "receivedAt", "regNo", "stateSince", "submittedAt",
}

// create drafts the proposal and fills it in. Its title, applicant, place and
// code are the project's, if a text names that; all else about it is invented.
func (g *group) create(p undertaking, c strategies.Case, s strategies.Step) error {
	id := g.id(ident.Proposal)
	g.proposals[p.Key] = id
	applicant := g.people[s.By]
	from := made
	if !p.invented() {
		from = g.stated(p.Source, "title")
		from.Synthetic, from.Made = true, invented
		if place(p.Project, c) != "" {
			from.Lines["place"] = p.Source.Line
		}
	}
	err := g.record(applicant, g.eng.DraftProposal(workflow.DraftProposal{
		ID: id, LAG: g.lag, Call: g.calls[c.Call].id, Action: g.actions[c.Action], Applicant: applicant.Organisation, Sourced: from,
	}))
	if err != nil {
		return err
	}
	content, err := g.content(p.Project, c)
	if err != nil {
		return err
	}
	return g.record(applicant, g.eng.EditProposal(g.lag, id, content))
}

func (g *group) content(p strategies.Project, c strategies.Case) (workflow.Content, error) {
	out := workflow.Content{
		Title: p.Title, ActivityKinds: c.ActivityKinds, Place: place(p, c), Territory: rules.Territory(c.PlaceOfActivity),
		Synthetic: true,
	}
	var err error
	if out.GrantRequested, err = amount(c.Requested); err != nil {
		return out, err
	}
	if out.EligibleTotal, err = amount(c.Eligible); err != nil {
		return out, err
	}
	lines, parts := g.ids(ident.BudgetLine, len(c.Budget)), g.ids(ident.BudgetLine, len(c.Funding))
	for i, b := range c.Budget {
		sum, err := amount(b.Amount)
		if err != nil {
			return out, err
		}
		out.Budget = append(out.Budget, workflow.BudgetPart{
			ID: lines[i], Category: b.Category, CostMethod: "REAL", Amount: sum,
		})
	}
	for i, f := range c.Funding {
		sum, err := amount(f.Amount)
		if err != nil {
			return out, err
		}
		out.Funding = append(out.Funding, workflow.FundingPart{ID: parts[i], Source: string(f.Fund), Amount: sum})
	}
	return out, nil
}

// place is where the text puts the project, within the territory of its case.
func place(p strategies.Project, c strategies.Case) string {
	for _, at := range p.Places {
		if at.PlannedFor == "" && (at.Territory == c.PlaceOfActivity || at.Territory == strategies.Unstated) {
			return at.Text
		}
	}
	return ""
}

func (g *group) assign(p strategies.Project, e strategies.Evaluation, id *ident.ID) error {
	*id = g.id(ident.Evaluation)
	return g.record(g.staff(), g.eng.AssignEvaluator(workflow.AssignEvaluator{
		ID: *id, LAG: g.lag, Proposal: g.proposals[p.Key], Evaluator: g.people[e.Evaluator].Person,
		DueOn: e.SubmittedAt.Instant().Day(), Synthetic: true,
	}))
}

// declare has the evaluator declare that they have no conflict.
func (g *group) declare(e strategies.Evaluation, id ident.ID) error {
	_, err := g.do(g.people[e.Evaluator], workflow.Fire{Subject: id, Event: "declareNoConflict"})
	return err
}

func (g *group) score(p strategies.Project, c strategies.Case, e strategies.Evaluation, id ident.ID) error {
	a := workflow.SubmitEvaluation{ID: id, LAG: g.lag, Proposal: g.proposals[p.Key], Comment: "Įvertinta pagal kvietimo kriterijus."}
	for _, k := range g.calls[c.Call].criteria {
		a.Scores = append(a.Scores, workflow.GivenScore{
			ID: g.id(ident.Score), Criterion: k.id, Points: hundredths(e.Points[k.code]), Reason: "Pagrįsta pasiūlymo tekstu.",
		})
	}
	return g.record(g.people[e.Evaluator], g.eng.SubmitEvaluation(a))
}

// prepare begins the grant agreement, on the day of the act that offers it.
func (g *group) prepare(c strategies.Case, s strategies.Step, id ident.ID) error {
	grant, err := amount(c.Awarded)
	if err != nil {
		return err
	}
	r := g.eng.PrepareContract(workflow.PrepareContract{
		ID: id, LAG: g.lag, Proposal: g.proposals[c.Project], Grant: grant, Synthetic: true,
	})
	r.EffectiveOn = s.EffectiveOn()
	return g.record(g.staff(), r)
}

// project records what is carried out, in its proposal's dossier.
func (g *group) project(p undertaking) error {
	id := g.id(ident.Project)
	g.projects[p.Key] = id
	if len(p.Goals) > 1 {
		return fmt.Errorf("project %s has %d goals, and its row keeps one", p.Key, len(p.Goals))
	}
	from, err := g.partly(p.stated, "ordinal", "promoterId", "theme", "title")
	if err != nil {
		return err
	}
	if !p.invented() {
		from = g.projectFrom(p.Project)
	}
	v := workflow.Values{
		"proposalId": g.proposals[p.Key], "promoterId": g.organisations[p.Promoter], "ordinal": p.ordinal, "title": p.Title,
		"titlePrinted": unlessEmpty(p.Printed), "externalCode": unlessEmpty(p.Code), "theme": p.Theme.Value,
		"themePrinted": unlessEmpty(p.Theme.Printed), "themeReadBy": unlessEmpty(string(p.Theme.ReadBy)),
		"places": items(from, "places", p.Places, placeOf), "partnersFrom": unlessEmpty(p.PartnersFrom),
		"residenceRule": unlessEmpty(joined(p.Residence.Territories)),
	}
	for _, goal := range p.Goals {
		v["aimKind"], v["aimOf"], v["aim"] = string(goal.Kind), unlessEmpty(goal.Of), goal.Gist
	}
	return g.record(g.staff(), workflow.In{
		Kind: "project.record", LAG: g.lag, Dossier: g.proposals[p.Key], Subject: id, SubjectType: "Project",
		Rows: []workflow.Row{g.row("Project", id, from, v)},
	}.Record())
}

// projectFrom says where the text tells of the project: in its own line, but
// for the rule on where participants live.
func (g *group) projectFrom(p strategies.Project) workflow.Sourced {
	from := g.stated(p.Source, "title", "promoterId", "theme")
	for field, text := range map[string]string{
		"titlePrinted": p.Printed, "externalCode": p.Code, "themePrinted": p.Theme.Printed, "partnersFrom": p.PartnersFrom,
	} {
		readIn(from, field, text)
	}
	for _, goal := range p.Goals {
		from.Lines["aimKind"], from.Lines["aim"] = p.Source.Line, p.Source.Line
		readIn(from, "aimOf", goal.Of)
	}
	if len(p.Residence.Territories) > 0 {
		from.Lines["residenceRule"] = p.Residence.Source.Line
	}
	return from
}

// placeOf is a place with what the text tells of it, and in which territory
// staff read it to be.
func placeOf(at strategies.Place) item {
	var more []string
	if at.Near != "" {
		more = append(more, "near "+at.Near)
	}
	if at.Use != "" {
		more = append(more, at.Use)
	}
	if at.PlannedFor != "" {
		more = append(more, "planned for "+string(at.PlannedFor))
	}
	if at.ReadBy != "" {
		more = append(more, string(at.Territory)+" as read by "+string(at.ReadBy))
	}
	return item{told(at.Text, strings.Join(more, "; ")), at.Source}
}

func joined[T ~string](all []T) string {
	names := make([]string, len(all))
	for i, k := range all {
		names[i] = string(k)
	}
	return strings.Join(names, " ")
}

// report records what the notice tells of the project: its stage, what was
// done, and what was counted.
func (g *group) report(p strategies.Project) error {
	from := g.projectFrom(p)
	items(from, "places", p.Places, placeOf)
	readIn(from, "statedStage", p.State.Stated)
	years := workflow.Values{}
	for field, year := range map[string]clock.Date{
		"startedIn": p.State.StartedIn, "continuedFromBefore": p.State.ContinuedFromBefore, "plannedFor": p.State.PlannedFor,
	} {
		years[field] = unlessEmpty(string(year))
		readIn(from, field, string(year))
	}
	var done []strategies.Accomplishment
	for _, a := range g.data.Unquantified {
		if a.Project == p.Key {
			done = append(done, a)
		}
	}
	set := from.Into(workflow.Values{
		"statedStage": p.State.Stated,
		"accomplishments": items(from, "accomplishments", done, func(a strategies.Accomplishment) item {
			return item{told(a.What, strings.Join(a.Items, "; ")), a.Source}
		}),
	})
	maps.Copy(set, years)
	r := workflow.In{
		Kind: "project.report", LAG: g.lag, Dossier: g.proposals[p.Key], Subject: g.projects[p.Key], SubjectType: "Project",
		Rows: g.results(p),
	}.Record()
	r.Changes = append(r.Changes, workflow.Change{Type: "Project", ID: g.projects[p.Key], Set: set})
	return g.record(g.staff(), r)
}

// results are what the text counts for the project. A number that it does not
// give stays missing.
func (g *group) results(p strategies.Project) []workflow.Row {
	var rows []workflow.Row
	for _, r := range g.data.Results {
		if r.Project != p.Key {
			continue
		}
		v := workflow.Values{
			"projectId": g.projects[p.Key], "ordinal": len(rows) + 1, "counted": r.Counted, "unit": r.Unit,
			"countBasis": string(r.CountBasis), "uniqueStated": string(r.UniqueStated), "periodBasis": r.PeriodBasis,
			"note": unlessEmpty(r.Note), "parts": parts(r.Parts), "items": append([]string{}, r.Items...),
			"printed": unlessEmpty(r.Printed), "printedAs": string(r.PrintedAs), "readBy": unlessEmpty(string(r.ReadBy)),
		}
		from := g.stated(r.Source, "counted")
		if r.Value != nil {
			v["value"], from.Lines["value"] = int64(*r.Value), r.Source.Line
		}
		for field, given := range map[string]bool{"parts": len(r.Parts) > 0, "items": len(r.Items) > 0, "printed": r.Printed != ""} {
			if given {
				from.Lines[field] = r.Source.Line
			}
		}
		rows = append(rows, g.row("ResultRecord", g.id(ident.ResultRecord), from, v))
	}
	return rows
}

// parts writes numbers that the text counts apart as "label: number", with a
// division of a part in brackets.
func parts(all []strategies.Part) []string {
	out := []string{}
	for _, p := range all {
		text := p.Label + ": " + strconv.Itoa(p.Value)
		if len(p.Of) > 0 {
			text += " (" + strings.Join(parts(p.Of), ", ") + ")"
		}
		out = append(out, text)
	}
	return out
}

// findings records what does not fit in the text; none is mended.
func (g *group) findings() error {
	var rows []workflow.Row
	ids := g.ids(ident.Finding, len(g.data.Findings))
	for i, f := range g.data.Findings {
		from := g.stated(f.Sources[0], "printed")
		for n, s := range f.Sources[1:] {
			from.Lines[fmt.Sprintf("detail.%d", n+1)] = s.Line
		}
		kind, subject := g.about(f.Subjects[0])
		rows = append(rows, g.row("Finding", ids[i], from, workflow.Values{
			"code": string(f.ID), "subjectType": unlessEmpty(kind), "subjectId": subject, "title": f.Note,
			"printed": unlessEmpty(f.Printed), "readAs": f.Read, "detail": detail(f),
		}))
	}
	if len(rows) == 0 {
		return nil
	}
	return g.record(g.staff(), workflow.In{
		Kind: "findings.record", LAG: g.lag, Dossier: g.lag, Subject: g.lag, SubjectType: "Lag", Rows: rows,
	}.Record())
}

// about is the row that a finding's first subject names.
func (g *group) about(key string) (kind string, id ident.ID) {
	if id, ok := g.projects[key]; ok {
		return "Project", id
	}
	if id, ok := g.directions[key]; ok {
		return "Direction", id
	}
	return "Strategy", g.strategy
}

// detail names all subjects and lines of a finding, which may have several.
func detail(f strategies.Finding) string {
	lines := make([]string, len(f.Sources))
	for i, s := range f.Sources {
		lines[i] = strconv.Itoa(s.Line)
	}
	text := fmt.Sprintf("About %s; lines %s", strings.Join(f.Subjects, ", "), strings.Join(lines, ", "))
	if f.Figure != "" {
		text += "; stated figure " + f.Figure
	}
	return text + "."
}
