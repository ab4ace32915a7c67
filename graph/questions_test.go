package graph_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// operation is one that a document tells, under its heading.
type operation struct{ question, text string }

var operations = regexp.MustCompile("(?s)\n## ([^\n]+)\n(?:[^\n]+\n)*?```graphql\n(.*?)```")

func documented(t *testing.T, file string) (out []operation) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range operations.FindAllStringSubmatch(string(text), -1) {
		out = append(out, operation{found[1], found[2]})
	}
	if blocks := strings.Count(string(text), "```graphql"); blocks != len(out) || blocks == 0 {
		t.Fatalf("got %d operations under headings of %s, want all %d", len(out), file, blocks)
	}
	return out
}

// answers are what is in the answer to each question, and what is not.
type answers map[string]struct{ has, lacks string }

// asked sends the operation with those of the variables that it takes, and strikes its
// question off.
func (o operation) asked(t *testing.T, a *api, who workflow.Actor, given map[string]any, want answers) reply {
	t.Helper()
	variables := map[string]any{}
	for name, v := range given {
		if strings.Contains(o.text, "$"+name+":") {
			variables[name] = v
		}
	}
	r := a.must(who, o.text, variables)
	w, known := want[o.question]
	if !known || !strings.Contains(r.body, w.has) || (w.lacks != "" && strings.Contains(r.body, w.lacks)) {
		t.Errorf("%s: got %s, want %q in it and not %q", o.question, r.body, w.has, w.lacks)
	}
	delete(want, o.question)
	return r
}

// TestEvaluatorsQuestionsAreAnswered by the operations that docs/evaluation.md tells, in
// their order, as an evaluator whom another one is beside; a third one, who is a member of
// the applicant's, finds the conflict.
func TestEvaluatorsQuestionsAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.limited()
		limited := a.Drafting
		a.Drafting = func(c *workflow.DraftCall) { limited(c); twoItems(c) }
		call, p := a.InQuality(50_000_00, 10_000_00)
		a.counted(a.project(""), "UNIQUE_PERSON", 25)
		mine, other := a.Evaluators[0], a.Evaluators[1]
		a.clarified(p)
		a.project("")
		evaluation := a.Assign(p, mine)
		tied := a.Person(workflow.Evaluator, a.LAG, "")
		conflicted := a.Assign(p, tied)
		a.Tie(workflow.MembershipTie, tied.Person, a.Applicants[0])
		a.Evaluators = []workflow.Actor{other}
		a.Evaluate(p, call, 50_00)
		var criteria []string
		given := map[string]any{"lag": a.LAG, "evaluation": evaluation, "proposal": p, "version": 1}
		want := answers{
			"What is mine, and until when":                                {`"reason":"DECLARATION"`, ""},
			"Have I declared, and what may I do now":                      {`"event":"declareNoConflict","label":"Declare no conflict","allowed":true`, ""},
			"Do I share people, address or membership with the applicant": {`"matches":[{"ground":"MEMBERSHIP","shared":"Pareiškėjas 1","since":"`, ""},
			"Declare":                  {`"userErrors":[]`, ""},
			"What do I score, and how": {`"code":"K2","title":"Kokybė","kind":"SCORE","maxPoints":4000`, ""},
			"The papers, and what I may do with the proposal": {`"event":"requestClarification","allowed":true`, `"budgetLines":[]`},
			"What did the administrative check find":          {`{"item":{"code":"A-2","title":"Pridėti priedai","guidance":""},"result":"MET","reason":"matyti iš bylos","documentID":null}`, ""},
			"What did the clarification change": {
				`"versionChanges":[{"record":"Proposal","line":null,"field":"place","was":"Turgaus a. 1","is":"Turgaus a. 2"},{"record":"BudgetLine","line":1,"field":"category","was":"STAFF","is":"TRAVEL"},` +
					`{"record":"BudgetLine","line":1,"field":"quantity","was":null,"is":"100"},{"record":"BudgetLine","line":1,"field":"rate","was":null,"is":"11111.11"},{"record":"BudgetLine","line":1,"field":"unitCost","was":null,"is":"V1"}]`, "",
			},
			"Which other projects are the applicant's, or look like it": {`"otherProjects":[{"sameApplicant":true,"similarity":`, `"otherProjects":[]`},
			"Are the rates within the limits": {
				`"rates":[{"line":{"ordinal":1,"category":"TRAVEL","costMethod":"REAL","quantity":100,"amount":"11111.11"},"unitCost":{"code":"V1","title":"Kelionė","unit":"km"},"rate":"11111.11","limit":"0.30","delta":"11110.81","within":false}]`, "",
			},
			"Are the planned participants reachable": {
				`"reach":{"target":40,"basis":"UNIQUE_PERSON","uniqueBefore":25,"bestBefore":25,"achievedBefore":[{"sameApplicant":true,"sameAction":false,"counted":"dalyviai","value":25,`, "",
			},
			"Hand in": {`"userErrors":[]`, ""},
			"Where do my scores and the others' differ": {`"points":4000,"reason":"pagrįsta","criterion":{"code":"K2","maxPoints":4000}`, ""},
		}
		for _, o := range documented(t, "../docs/evaluation.md") {
			if strings.Contains(o.text, "$scores:") {
				given["scores"] = []any{
					map[string]any{"criterionId": criteria[0], "points": 5000, "reason": "gerai"}, map[string]any{"criterionId": criteria[1], "points": 4000},
				}
			}
			if strings.HasPrefix(o.question, "Do I share") {
				o.asked(t, a, tied, map[string]any{"evaluation": conflicted}, want)
				a.Must(tied, workflow.Fire{Subject: conflicted, Event: "declareConflict", Reason: "Esu narė."})
				continue
			}
			r := o.asked(t, a, mine, given, want)
			for i := 0; r.at("node", "call", "criteria", i) != nil; i++ {
				criteria = append(criteria, fmt.Sprint(r.at("node", "call", "criteria", i, "id")))
			}
		}
		if len(want) > 0 {
			t.Errorf("not told: %v", want)
		}
	})
}

// three are proposals of one call: two that reach the threshold, for one of which there is money, and
// one that does not; the first is on the board's agenda.
func (a *api) three() (call, first, second ident.ID) {
	call = a.OpenCall(25_000_00)
	points := []rules.Score{50_00, 45_00, 1_00}
	proposals := make([]ident.ID, len(points))
	for i := range points {
		proposals[i] = a.Proposal(call, i%2, 20_000_00)
		a.Fire(proposals[i], "submit", nil)
	}
	a.CloseCall(call)
	a.Fire(call, "publishReceivedList", nil)
	for i, p := range proposals {
		a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		a.Evaluate(p, call, points[i])
	}
	a.Walk(proposals[0], "putToBoard")
	return call, proposals[0], proposals[1]
}

// limited has calls that are drafted from now on pay so much for a kilometre.
func (a *api) limited() {
	a.Drafting = func(c *workflow.DraftCall) {
		c.UnitCosts = []terms.UnitCost{{Code: "V1", Title: "Kelionė", Unit: "km", Rate: 30}}
	}
}

// counted has the project count so many.
func (a *api) counted(project ident.ID, basis string, n int64) {
	a.Must(workflow.SystemActor(), workflow.In{
		Kind: "project.report", LAG: a.LAG, Dossier: a.LAG, Subject: project, SubjectType: "Project",
		Rows: []workflow.Row{{Type: "ResultRecord", ID: a.ID(ident.ResultRecord), Set: workflow.Values{
			"lagId": a.LAG, "projectId": project, "ordinal": 1, "counted": "dalyviai", "unit": "person", "value": n, "countBasis": basis,
			"uniqueStated": "YES", "periodBasis": "WHOLE_PROJECT", "synthetic": true,
		}}},
	}.Record())
}

// clarified has the proposal's place and costs clarified, in a second version.
func (a *api) clarified(p ident.ID) {
	a.Fire(p, "requestClarification", nil)
	row := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title } } }`, p), nil)
	const grant, eligible = 10_000_00, 11_111_11
	planned, quantity, rate := workflowtest.Planned, int64(1_00), rules.Money(eligible)
	a.Must(a.ApplicantActors[0], a.Engine.EditProposal(a.LAG, p, workflow.Content{
		Title: row.at("node", "title").(string), GrantRequested: grant, EligibleTotal: eligible, ActivityKinds: []string{"K1"},
		Place: "Turgaus a. 2", Territory: rules.Target, Participants: &planned, ParticipantsBasis: workflow.UniquePersons,
		Budget: []workflow.BudgetPart{{
			ID: a.ID(ident.BudgetLine), Category: "TRAVEL", CostMethod: "REAL", Amount: eligible, UnitCost: "V1", Quantity: &quantity, Rate: &rate,
		}},
		Funding: []workflow.FundingPart{
			{ID: a.ID(ident.BudgetLine), Source: "EU_AND_STATE", Amount: grant}, {ID: a.ID(ident.BudgetLine), Source: "PRIVATE", Amount: eligible - grant},
		},
	}))
	a.Fire(p, "answer", nil)
}

// TestBoardMembersQuestionsAreAnswered by the operations that docs/board.md tells, in their
// order, as a member in a meeting that is in session, those about its minutes as whoever
// signs them and the public.
func TestBoardMembersQuestionsAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p, instead := a.three()
		a.done(a.People[workflow.Administrator], "registerIndicator", map[string]any{
			"strategyId": a.Strategy, "code": "R-1", "title": "Dalyviai", "unit": "asm.", "targetValue": 60, "targetDate": "2023-12-31",
		})
		board := a.Board(workflowtest.Thirds(1)...)
		meeting := a.Plan(workflow.InPerson)
		item := a.Table(meeting, p, "decideFund")
		a.Fire(meeting, "sendAgenda", nil)
		a.Declare(meeting, board[1:]...)
		a.Arrive(meeting, board...)
		a.Fire(meeting, "open", nil)
		a.Fire(item, "open", nil)
		for subject, title := range map[ident.ID]string{item: "Verslo planas", meeting: "Darbotvarkė"} {
			a.done(a.People[workflow.Secretary], "recordDocument", map[string]any{"subjectId": subject, "kind": "BUSINESS_PLAN", "title": title, "hash": strings.Repeat("a", 64)})
		}
		given := map[string]any{
			"meeting": meeting, "item": item, "seat": board[0].Seat, "call": call, "strategy": a.Strategy, "lag": a.LAG, "proposal": p, "instead": instead,
		}
		secretary := a.People[workflow.Secretary]
		others := map[string]workflow.Actor{
			"Draw up the minutes": secretary, "Sign them": secretary, "Sign them with the other": a.People[workflow.Chair],
			"Publish them": secretary, "Which minutes of the group are published": public,
		}
		want := answers{
			"Why was it rejected, or is it below the threshold": {`"guard":"R-15","verdict":"PASSED","facts":[{"name":"score","value":"90.00"},{"name":"threshold","value":"60.00"}]`, ""},
			"If we fund another first, what breaks": {
				`"departure":{"verdict":"FAILED","facts":[{"name":"passedOver","value":"` + string(p) + `"},{"name":"funded","value":"` + string(instead) + `"},{"name":"decision","value":""}]},` +
					`"tests":[{"rule":"R-20","verdict":"PASSED"},{"rule":"R-21","verdict":"PASSED"},{"rule":"R-22","verdict":"FAILED"}`, "",
			},
			"Who is next if one withdraws":                   {`"next":null,"lacks":null`, `"moves":[]`},
			"Who is next on the list that is decided":        {`"free":"25000.00","waiting":[]`, ""},
			"What remains of an action, and of the strategy": {`{"code":"1.1.1","title":"Veiksmas","allocated":"100000.00","committed":"25000.00","contracted":"0.00","paid":"0.00","free":"75000.00"}`, ""},
			"How far are the strategy's indicators": {
				`"progress":[{"indicator":{"code":"R-1","title":"Dalyviai","unit":"asm.","baseline":"","targetDate":"2023-12-31"},"target":60,"gap":60,"counts":[]}]`, "",
			},
			"How many projects run, and does that agree with what was stated": {`"projectsCheck":{"stated":null,"named":0`, ""},
			"What is on the agenda, and where does it stand": {
				`"title":"Darbotvarkė","number":"","datedOn":null,"hash":"` + strings.Repeat("a", 64) + `"}],"items":[{"id":"` + string(item) +
					`","ordinal":1,"event":"decideFund","subjectID":"` + string(p) + `","state":{"name":"item_open"`, "Verslo planas",
			},
			"Which papers has an item":                                 {`{"kind":"BUSINESS_PLAN","title":"Verslo planas"`, ""},
			"Have I a conflict in the item":                            {`"interest":null`, ""},
			"Declare":                                                  {`"userErrors":[]`, ""},
			"Is there a quorum, and who has how many votes":            {`"rule":"R-22","verdict":"PASSED","message":null,"facts":[{"name":"group"`, "FAILED"},
			"Which proposals come first, and where is the cut":         {`"list":"FUNDING"`, ""},
			"Draw up the minutes":                                      {`"userErrors":[]`, ""},
			"Sign them":                                                {`"userErrors":[]`, `"pendingConfirmation":null`},
			"Sign them with the other":                                 {`"userErrors":[]`, ""},
			"What do the minutes say, and does the record still agree": {`"agrees":true`, `"record":`},
			"Publish them":                                             {`"userErrors":[]`, ""},
			"Which minutes of the group are published":                 {`"number":"P-7","hash":"`, ""},
			"Vote":          {`"userErrors":[]`, ""},
			"Who voted how": {`"seatID":"` + string(board[0].Seat) + `","vote":"FOR","ground":""`, ""},
		}
		for _, o := range documented(t, "../docs/board.md") {
			if strings.HasPrefix(o.question, "Draw up") { // when the meeting is over
				a.Cast(item, rules.For, board[1:]...)
				a.Walk(item, "closeVoting", "adopt")
				a.Fire(meeting, "close", nil)
			}
			if o.question == "Vote" {
				a.Fire(item, "startVoting", nil)
			}
			who := board[0].Actor
			if other, named := others[o.question]; named {
				who = other
			}
			r := o.asked(t, a, who, given, want)
			if id := r.at("openMatter", "subject", "id"); id != nil {
				given["minutes"] = id
			}
			if id := r.at("fireTransition", "pendingConfirmation", "id"); id != nil {
				given["confirmation"] = id
			}
		}
		if len(want) > 0 {
			t.Errorf("not told: %v", want)
		}
	})
}
