package demo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// group is one local action group with its strategy, and the identifiers of
// what its data names by keys of their own.
type group struct {
	*loader
	data          strategies.Strategy
	lag, strategy ident.ID
	sources       map[strategies.DocumentID]ident.ID
	people        map[string]workflow.Actor
	goals         map[int]ident.ID
	objectives    map[string]ident.ID
	actions       map[string]ident.ID
	directions    map[string]ident.ID
	calls         map[string]*call
	meetings      map[string]*meeting
	seats         map[string]ident.ID // by who holds them
	projects      map[string]ident.ID
	proposals     map[string]ident.ID
	documents     map[string]ident.ID
}

func newGroup(l *loader, s strategies.Strategy) *group {
	return &group{
		loader: l, data: s, lag: l.id(ident.LAG), strategy: l.id(ident.Strategy),
		sources: map[strategies.DocumentID]ident.ID{}, people: map[string]workflow.Actor{},
		goals: map[int]ident.ID{}, objectives: map[string]ident.ID{}, actions: map[string]ident.ID{},
		directions: map[string]ident.ID{}, calls: map[string]*call{}, meetings: map[string]*meeting{}, seats: map[string]ident.ID{},
		projects: map[string]ident.ID{}, proposals: map[string]ident.ID{}, documents: map[string]ident.ID{},
	}
}

// administrator is the key of the employee who records what others did.
const administrator = "administrator"

// secretary is the key of who keeps the minutes.
const secretary = "secretary"

func (g *group) staff() workflow.Actor { return g.people[administrator] }

// chair is who chairs the board.
func (g *group) chair() workflow.Actor {
	for _, p := range g.data.Synthetic.People {
		if slices.Contains(p.Roles, strategies.Chair) {
			return g.people[p.Key]
		}
	}
	return workflow.Actor{}
}

// stated says which fields of a row stand in the source, at its line.
func (g *group) stated(s strategies.Source, fields ...string) workflow.Sourced {
	out := workflow.Sourced{Source: g.sources[s.Doc], Lines: map[string]int{}}
	for _, f := range fields {
		out.Lines[f] = s.Line
	}
	return out
}

// orMade is [group.stated] for a record that may be invented.
func (g *group) orMade(s *strategies.Source, fields ...string) workflow.Sourced {
	if s == nil {
		return made
	}
	return g.stated(*s, fields...)
}

// partly is a row that is made up but for the fields that a source states, of all
// that it has.
func (g *group) partly(s *strategies.Stated, all ...string) (workflow.Sourced, error) {
	if s == nil {
		return made, nil
	}
	from := g.stated(s.Source, s.Fields...)
	from.Synthetic = true
	from.Made = slices.DeleteFunc(slices.Clone(all), func(field string) bool { return slices.Contains(s.Fields, field) })
	if len(from.Made)+len(s.Fields) != len(all) {
		return from, fmt.Errorf("%v are stated, and the row has %v", s.Fields, all)
	}
	return from, nil
}

// item is one text of a list and where it stands.
type item struct {
	text string
	at   strategies.Source
}

// items are the texts of a list, each with its line.
func items[T any](from workflow.Sourced, field string, all []T, read func(T) item) []string {
	out := make([]string, len(all))
	for i, x := range all {
		it := read(x)
		out[i] = it.text
		from.Lines[field+"."+strconv.Itoa(i)] = it.at.Line
	}
	return out
}

// readIn notes that the field was read in the line of the title, unless there
// is nothing in it or the row is made up.
func readIn(from workflow.Sourced, field, text string) {
	if text != "" && from.Source != "" {
		from.Lines[field] = from.Lines["title"]
	}
}

// told is a text with what is told of it in brackets.
func told(text, more string) string {
	if more == "" {
		return text
	}
	return text + " (" + more + ")"
}

// also sets more of the row that the act makes first.
func also(r workflow.Record, v workflow.Values) workflow.Record {
	maps.Copy(r.Changes[0].Set, v)
	return r
}

// unlessEmpty leaves an empty text out of a row.
func unlessEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// planFounding begins the group. Nobody holds a role before the first grant,
// so the system itself founds it and enters its people.
func (g *group) planFounding() {
	short := g.data.Lag.ShortName
	g.on(Begin, short+": register the sources", g.registerSources)
	g.on(Begin, short+": found the group", g.found)
	for _, p := range g.data.Synthetic.People {
		if p.Organisation == "" {
			g.on(Begin, short+": enter "+p.Key, func() error { return g.enter(workflow.SystemActor(), p) })
		}
	}
	g.on(Begin, short+": register the organisations", g.registerOrganisations)
	for _, p := range g.data.Synthetic.People {
		if p.Organisation != "" {
			g.on(Begin, short+": enter "+p.Key, func() error { return g.enter(g.staff(), p) })
		}
	}
	g.on(Begin, short+": adopt the rule sets", g.adoptRules)
	g.on(Begin, short+": register the measures", g.registerMeasures)
	g.on(Begin, short+": record members, territories and seats", g.describeGroup)
}

func (g *group) registerSources() error {
	for _, d := range g.data.Documents {
		id := g.id(ident.TextSource)
		g.sources[d.ID] = id
		err := g.record(workflow.SystemActor(), workflow.RegisterSource{
			ID: id, Key: string(d.ID), Class: string(d.Class), Title: d.Title, Address: d.Address,
		}.Record())
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *group) found() error {
	lag := g.data.Lag
	from := g.stated(lag.Source, "name", "foundedOn")
	if lag.FoundedOn == "" {
		delete(from.Lines, "foundedOn")
	}
	for field, s := range map[string]*strategies.Source{"shortName": lag.ShortNameSource, "email": lag.EmailSource} {
		if s != nil {
			from.Lines[field] = s.Line
		} else if field == "shortName" {
			from.Lines[field] = lag.Source.Line
		}
	}
	more := workflow.Values{
		"foundedPrinted": unlessEmpty(lag.FoundedPrinted),
		"bodies": items(from, "bodies", lag.Bodies, func(b strategies.Body) item {
			return item{told(b.Name, joined(b.Sectors)), b.Source}
		}),
		"administration": items(from, "administration", lag.Administration, func(a strategies.Administration) item {
			return item{told(a.What, span(a.From, a.To)), a.Source}
		}),
	}
	if lag.FoundedPrinted != "" {
		from.Lines["foundedPrinted"] = lag.Source.Line
	}
	return g.record(workflow.SystemActor(), also(workflow.FoundLAG{
		ID: g.lag, Name: lag.Name, ShortName: lag.ShortName, Email: lag.Email, FoundedOn: lag.FoundedOn, Sourced: from,
	}.Record(), more))
}

// span is a time from one year to another, "" where none is told.
func span(from, to clock.Date) string {
	if from == "" && to == "" {
		return ""
	}
	return string(from) + "–" + string(to)
}

// since is the day from which a person holds their roles.
func (g *group) since(p strategies.Person) clock.Date {
	for _, seat := range g.data.Synthetic.Board {
		if seat.Person == p.Key {
			return seat.From
		}
	}
	return Begin.Day()
}

// enter registers a person and grants their roles.
func (g *group) enter(by workflow.Actor, p strategies.Person) error {
	who := workflow.Actor{Person: g.id(ident.Person), Organisation: g.organisations[p.Organisation]}
	err := g.record(by, workflow.RegisterPerson{
		ID: who.Person, Name: p.Name, Organisation: who.Organisation, Sourced: made,
	}.Record())
	for _, role := range p.Roles {
		if err != nil {
			return err
		}
		who.Grants = append(who.Grants, workflow.Grant{Role: workflow.Role(role), LAG: g.lag})
		err = g.record(by, workflow.GrantRole{
			ID: g.id(ident.RoleGrant), Person: who.Person, LAG: g.lag, Role: workflow.Role(role), Since: g.since(p), Synthetic: true,
		}.Record())
	}
	g.people[p.Key] = who
	return err
}

func (g *group) registerOrganisations() error {
	codes := map[string]string{}
	for _, c := range g.data.Synthetic.LegalCodes {
		codes[c.Organisation] = c.Code
	}
	for _, o := range g.data.Organisations {
		id := g.id(ident.Organisation)
		g.organisations[o.Key] = id
		from := g.stated(o.Source, "name", "nameAsPrinted", "legalForm", "legalFormAsPrinted")
		from.Synthetic, from.Made = true, []string{"legalCode"}
		r, err := workflow.RegisterOrganisation{
			ID: id, Name: o.Name, LegalCode: codes[o.Key], LegalForm: o.LegalForm,
			LegalFormAsPrinted: o.LegalFormAsPrinted, College: o.IsCollege, Sourced: from,
		}.Record()
		if err != nil {
			return err
		}
		if err := g.record(g.staff(), also(r, workflow.Values{"nameAsPrinted": o.Printed})); err != nil {
			return err
		}
	}
	return nil
}

// adoptRules puts the group's own parameters in force. The share by which two
// evaluators may differ is a choice of design that no text states.
func (g *group) adoptRules() error {
	for _, set := range g.data.Synthetic.CriteriaSets {
		err := g.adopt(g.staff(), g.chair(), g.lag, rules.Parameter{
			Layer: rules.Local, Name: "scores.divergenceLimit", Value: fmt.Sprintf("%d.00", set.DivergencePercent), Source: "design",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// common are the parameters of the Union's layer. Those that nobody compared
// with the legal text say so.
var common = []rules.Parameter{
	{Layer: rules.EU, Name: "vote.groupLimit", Value: "49.00", Source: "Regulation (EU) No 1303/2013, Article 32(2)(b)", Verified: true},
	{Layer: rules.EU, Name: "vote.nonPublicShare", Value: "50.00", Source: "Regulation (EU) No 1303/2013, Article 34(3)(b)"},
	{Layer: rules.EU, Name: "running.costShare", Value: "25.00", Source: "Regulation (EU) No 1303/2013, Article 35(2)"},
}

// adopt puts the parameters of one layer in force from the first day on, or from the
// next where an office does it.
func (l *loader) adopt(by, second workflow.Actor, lag ident.ID, all ...rules.Parameter) error {
	a := workflow.AdoptRuleSet{LAG: lag, Layer: all[0].Layer, Version: "1", From: Begin.Day(), Parameters: all, Sourced: made}
	if lag != "" {
		a.From = a.From.AddDays(1) // an office adopts for days to come
	}
	a.Decision, a.Reason = "VVG-1", "Vertinimo tvarka."
	for _, p := range all {
		if !slices.Contains(a.LegalRefs, p.Source) {
			a.LegalRefs = append(a.LegalRefs, p.Source)
		}
	}
	return l.confirmed(by, second, a)
}

func (g *group) registerMeasures() error {
	for _, m := range g.data.Synthetic.Measures {
		id := g.id(ident.Measure)
		g.measures[m.Key] = id
		err := g.record(g.staff(), workflow.RegisterMeasure{ID: id, Code: m.Code, Mode: m.SelectionMode, Sourced: made}.Record())
		if err != nil {
			return err
		}
	}
	return nil
}

// describeGroup records the founders, the territories and the seats of the
// board in the group's own dossier.
func (g *group) describeGroup() error {
	var rows []workflow.Row
	members := g.ids(ident.LAGMember, len(g.data.Lag.Founders))
	for i, f := range g.data.Lag.Founders {
		rows = append(rows, workflow.Row{Type: "LagMember", ID: members[i], Set: g.stated(f.Source, "nameAsPrinted", "sector").Into(
			workflow.Values{"lagId": g.lag, "nameAsPrinted": f.Name, "sector": string(f.Sector)},
		)})
	}
	territories := g.ids(ident.Territory, len(g.data.Territories))
	for i, t := range g.data.Territories {
		rows = append(rows, g.territory(territories[i], t))
	}
	seats := g.ids(ident.BoardSeat, len(g.data.Synthetic.Board))
	for i, s := range g.data.Synthetic.Board {
		g.seats[s.Person] = seats[i]
		rows = append(rows, workflow.Row{Type: "BoardSeat", ID: seats[i], Set: workflow.Values{
			"lagId": g.lag, "personId": g.people[s.Person].Person, "sector": string(s.Sector),
			"interestGroup": unlessEmpty(s.InterestGroup), "gender": unlessEmpty(g.gender(s.Person)),
			"since": s.From, "synthetic": s.Synthetic,
		}})
	}
	if len(rows) == 0 {
		return nil
	}
	return g.record(g.staff(), workflow.In{
		Kind: "lag.describe", LAG: g.lag, Dossier: g.lag, Subject: g.lag, SubjectType: "Lag", Rows: rows,
	}.Record())
}

func (g *group) gender(person string) string {
	for _, p := range g.data.Synthetic.People {
		if p.Key == person {
			return p.Gender
		}
	}
	return ""
}

// territory keeps the boundary in the printed order.
func (g *group) territory(id ident.ID, t strategies.Territory) workflow.Row {
	parts := []string{}
	for _, p := range t.Parts {
		parts = append(parts, p.Name)
	}
	from := g.stated(t.Source, "kind", "areaHa")
	from.Lines["basis"] = t.Basis.Source.Line
	if len(t.Parts) > 0 {
		from.Lines["parts"] = t.Source.Line
	}
	if len(t.Boundary) > 0 {
		from.Lines["boundary"], from.Lines["closesAt"] = t.Source.Line, t.Source.Line
	}
	return workflow.Row{Type: "Territory", ID: id, Set: from.Into(workflow.Values{
		"lagId": g.lag, "kind": string(t.Kind), "areaHa": t.AreaHa, "basis": unlessEmpty(t.Basis.Body),
		"boundary": append([]string{}, t.Boundary...), "closesAt": unlessEmpty(t.ClosesAt), "parts": parts,
		"places": g.placesIn(t.Kind, from),
	})}
}

// placesIn are the places of projects that staff read into the territory.
func (g *group) placesIn(kind strategies.TerritoryKind, from workflow.Sourced) []string {
	var places []strategies.Place
	for _, p := range g.data.Projects {
		for _, at := range p.Places {
			if at.Territory == kind && !slices.ContainsFunc(places, func(x strategies.Place) bool { return x.Text == at.Text }) {
				places = append(places, at)
			}
		}
	}
	return items(from, "places", places, func(at strategies.Place) item { return item{at.Text, at.Source} })
}
