package demo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// planStrategy drafts the strategy before its first step, describes it, and
// walks its steps; its actions get their money when it starts.
func (g *group) planStrategy() {
	steps := g.data.Synthetic.Steps
	if len(steps) == 0 {
		return
	}
	short := g.data.Lag.ShortName
	first := steps[0].At.Instant()
	g.on(first, short+": draft the strategy", g.draftStrategy)
	g.on(first, short+": describe the strategy", g.describeStrategy)
	for _, s := range steps {
		at := s.At.Instant()
		if s.Event == "start" {
			g.on(at, short+": allocate the actions", g.allocate)
		}
		g.on(at, short+": strategy "+s.Event, func() error {
			return g.fire(s.Step, g.strategy, g.strategy, carried{number: "S"})
		})
	}
	for _, in := range g.data.Synthetic.ConsultationInputs {
		g.on(moment(in.AcknowledgedOn, 10), short+": consultation "+in.Key, func() error { return g.input(in) })
	}
}

func (g *group) draftStrategy() error {
	from := g.stated(g.data.Title.Source, "title", "titlePrinted")
	a := workflow.DraftStrategy{ID: g.strategy, LAG: g.lag, Title: g.data.Title.Text, Sourced: from}
	if p := g.data.Period; p != nil {
		var err error
		if a.PeriodFrom, a.PeriodTo, err = years(*p); err != nil {
			return err
		}
		from.Lines["periodFrom"], from.Lines["periodTo"] = p.Source.Line, p.Source.Line
	}
	if c := g.data.Consultation; c != nil {
		a.ConsultationEmail, a.ConsultationPrinted = c.Address, c.Printed
		for _, i := range c.Invited {
			a.Invited = append(a.Invited, i.Kind)
		}
		for _, field := range []string{"consultationEmail", "consultationUntil", "consultationUntilPrinted"} {
			from.Lines[field] = c.Source.Line
		}
	}
	a.Made = g.madeLater(from)
	a.Synthetic = len(a.Made) > 0
	more := g.toldOfStrategy(from)
	return g.record(g.staff(), also(g.eng.DraftStrategy(a), more))
}

// toldOfStrategy is what the text tells of the strategy in lists.
func (g *group) toldOfStrategy(from workflow.Sourced) workflow.Values {
	out := workflow.Values{
		"titlePrinted": g.data.Title.Printed,
		"approvals": items(from, "approvals", g.data.Approvals, func(a strategies.Approval) item {
			return item{told(a.Body, a.Kind), a.Source}
		}),
		"aims": items(from, "aims", g.data.Aims, func(a strategies.Aim) item { return item{a.Gist, a.Source} }),
		"implementers": items(from, "implementers", g.data.Implementers, func(x strategies.Implementer) item {
			return item{told(x.Name, string(x.Kind)), x.Source}
		}),
	}
	if c := g.data.Consultation; c != nil {
		out["invited"] = items(from, "invited", c.Invited, func(i strategies.Invited) item { return item{i.Kind, i.Source} })
		out["consultationExpected"] = items(from, "consultationExpected", c.Expected, func(x strategies.Expectation) item {
			return item{x.Rule, x.Source}
		})
		out["consultationCalledBy"] = append([]string{}, c.CalledBy...)
	}
	return out
}

// madeLater are the fields that the strategy's steps set and no text states.
// The clock acts on a stated day, everybody else on one that is made up.
func (g *group) madeLater(from workflow.Sourced) []string {
	made := map[string]bool{}
	for _, s := range g.data.Synthetic.Steps {
		for field := range s.Data {
			if _, stated := from.Lines[field]; !stated {
				made[field] = true
			}
		}
		made["stateSince"] = s.By != strategies.ByClock
	}
	maps.DeleteFunc(made, func(_ string, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(made))
}

func years(p strategies.Period) (from, to int, err error) {
	if from, err = strconv.Atoi(string(p.From)); err == nil {
		to, err = strconv.Atoi(string(p.To))
	}
	if err != nil {
		return 0, 0, fmt.Errorf("period %s to %s: want years: %w", p.From, p.To, err)
	}
	return from, to, nil
}

// describeStrategy records what the strategy consists of, in its dossier.
func (g *group) describeStrategy() error {
	var rows []workflow.Row
	for _, part := range []func() ([]workflow.Row, error){g.funding, g.aims, g.actionRows, g.work, g.indicators} {
		more, err := part()
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	return g.record(g.staff(), workflow.In{
		Kind: "strategy.describe", LAG: g.lag, Dossier: g.strategy, Subject: g.strategy, SubjectType: "Strategy", Rows: rows,
	}.Record())
}

// row is a row of the strategy.
func (g *group) row(kind string, id ident.ID, from workflow.Sourced, v workflow.Values) workflow.Row {
	v["lagId"] = g.lag
	return workflow.Row{Type: kind, ID: id, Set: from.Into(v)}
}

// funding keeps what is printed beside what was read from it.
func (g *group) funding() ([]workflow.Row, error) {
	var rows []workflow.Row
	ids := g.ids(ident.FundingSource, len(g.data.FundingPlan))
	for i, f := range g.data.FundingPlan {
		sum, err := amount(f.ReadAs)
		if err != nil {
			return nil, err
		}
		rows = append(rows, g.row("FundingSource", ids[i], g.stated(f.Source, "printed", "amount"), workflow.Values{
			"strategyId": g.strategy, "sourceKind": string(f.Fund), "amount": sum, "printed": f.Printed,
			"readBy": unlessEmpty(string(f.ReadBy)),
		}))
	}
	return rows, nil
}

// aims are the goals, and the objectives that divide them.
func (g *group) aims() ([]workflow.Row, error) {
	var rows []workflow.Row
	for _, x := range g.data.Goals {
		g.goals[x.Number] = g.id(ident.Goal)
		rows = append(rows, g.row("Goal", g.goals[x.Number], g.stated(x.Source, "title", "ordinal"), workflow.Values{
			"strategyId": g.strategy, "ordinal": x.Number, "title": x.Title,
		}))
	}
	within := map[int]int{}
	for _, o := range g.data.Synthetic.Objectives {
		within[o.Goal]++
		g.objectives[o.Code] = g.id(ident.Objective)
		rows = append(rows, g.row("Objective", g.objectives[o.Code], made, workflow.Values{
			"goalId": g.goals[o.Goal], "ordinal": within[o.Goal], "title": o.Title,
		}))
	}
	return rows, nil
}

func (g *group) actionRows() ([]workflow.Row, error) {
	var rows []workflow.Row
	for i, a := range g.data.Synthetic.Actions {
		from := g.orMade(a.CodeSource, "code")
		if a.CodeSource != nil {
			from.Synthetic, from.Made = true, []string{"activityKinds", "allocation", "objectiveId", "ordinal", "title"}
		}
		g.actions[a.Code] = g.id(ident.Action)
		rows = append(rows, g.row("Action", g.actions[a.Code], from, workflow.Values{
			"strategyId": g.strategy, "objectiveId": g.objectives[a.Objective], "ordinal": i + 1, "code": a.Code,
			"title": a.Title, "activityKinds": append([]string{}, a.ActivityKinds...),
		}))
	}
	return rows, nil
}

// work is the directions and the kinds of activity, stated ones first.
func (g *group) work() ([]workflow.Row, error) {
	var rows []workflow.Row
	exhaustive := map[string]bool{}
	directions := slices.Concat(g.data.Directions, g.data.Synthetic.Directions)
	ids := g.ids(ident.Direction, len(directions))
	for i, d := range directions {
		g.directions[d.Code] = ids[i]
		exhaustive[d.Code] = d.Exhaustive
		from := g.orMade(d.Source, "title")
		readIn(from, "printed", d.Printed)
		readIn(from, "deliveredThrough", d.DeliveredThrough)
		rows = append(rows, g.row("Direction", g.directions[d.Code], from, workflow.Values{
			"strategyId": g.strategy, "code": d.Code, "title": d.Name, "printed": unlessEmpty(d.Printed),
			"deliveredThrough": unlessEmpty(d.DeliveredThrough),
		}))
	}
	kinds := slices.Concat(g.data.ActivityKinds, g.data.Synthetic.ActivityKinds)
	ids = g.ids(ident.ActivityKind, len(kinds))
	for i, k := range kinds {
		v := workflow.Values{
			"strategyId": g.strategy, "code": k.Key, "heading": unlessEmpty(k.Group), "title": k.Name,
			"printed": unlessEmpty(k.Printed), "exhaustive": exhaustive[k.Direction],
		}
		from := g.orMade(k.Source, "title")
		readIn(from, "heading", k.Group)
		readIn(from, "printed", k.Printed)
		if k.Direction != strategies.EveryDirection {
			v["directionId"] = g.directions[k.Direction]
		}
		rows = append(rows, g.row("ActivityKind", ids[i], from, v))
	}
	return rows, nil
}

func (g *group) indicators() ([]workflow.Row, error) {
	var rows []workflow.Row
	ids := g.ids(ident.Indicator, len(g.data.Indicators))
	for i, x := range g.data.Indicators {
		rows = append(rows, g.row("Indicator", ids[i], g.stated(x.Source, "title"), workflow.Values{
			"strategyId": g.strategy, "code": x.Key, "title": x.Name,
		}))
	}
	return rows, nil
}

// allocate gives the actions their money.
func (g *group) allocate() error {
	for _, a := range g.data.Synthetic.Actions {
		sum, err := amount(a.Allocation)
		if err != nil {
			return err
		}
		err = g.record(g.staff(), workflow.AllocateAction{
			Envelope: g.id(ident.Envelope), LAG: g.lag, Strategy: g.strategy, Action: g.actions[a.Code], Amount: sum,
		}.Record())
		if err != nil {
			return err
		}
	}
	return nil
}

// input records an answer to the consultation once it is acknowledged.
func (g *group) input(in strategies.ConsultationInput) error {
	id := g.id(ident.ConsultationInput)
	row := g.row("ConsultationInput", id, made, workflow.Values{
		"strategyId": g.strategy, "fromKind": in.From, "passage": in.Gist,
		"receivedAt": in.ReceivedAt.Instant(), "acknowledgedAt": moment(in.AcknowledgedOn, 10),
		"classification": strings.Join(append([]string{in.Direction}, in.ActivityKinds...), " "), "disposition": in.Disposition,
	})
	return g.record(g.staff(), workflow.In{
		Kind: "consultation.answer", LAG: g.lag, Dossier: g.strategy, Subject: id, SubjectType: "ConsultationInput",
		Rows: []workflow.Row{row},
	}.Record())
}

// planNotice records what the notice on the year states, once the year is
// over: totals, results and findings. A call for input states its findings on
// the day of its publication.
func (g *group) planNotice() {
	at := moment(Default, 12)
	if len(g.data.Projects) == 0 && len(g.data.Synthetic.Steps) > 0 {
		at = g.data.Synthetic.Steps[0].At.Instant()
	}
	short := g.data.Lag.ShortName
	g.on(at, short+": record the stated figures", g.figures)
	for _, p := range g.data.Projects {
		g.on(at, short+": report on "+p.Key, func() error { return g.report(p) })
	}
	g.on(at, short+": record the findings", g.findings)
}

func (g *group) figures() error {
	var rows []workflow.Row
	ids := g.ids(ident.StatedFigure, len(g.data.StatedFigures))
	for i, f := range g.data.StatedFigures {
		rows = append(rows, g.row("StatedFigure", ids[i], g.stated(f.Source, "printed", "value"), workflow.Values{
			"strategyId": g.strategy, "key": f.Key, "printed": f.Printed, "value": f.ReadAs, "readBy": unlessEmpty(string(f.ReadBy)),
		}))
	}
	if len(rows) == 0 {
		return nil
	}
	return g.record(g.staff(), workflow.In{
		Kind: "strategy.state", LAG: g.lag, Dossier: g.strategy, Subject: g.strategy, SubjectType: "Strategy", Rows: rows,
	}.Record())
}
