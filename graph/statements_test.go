package graph_test

import (
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
)

// nested is a screen's worth of lists within lists.
const nested = `{
	calls(first: 5) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
		number title state { name label } strategy { title participantsCheck { difference } projectsCheck { named } }
		criteria { code } allocations { amount action { title } }
		proposals(first: 40, orderBy: [{field: TITLE}]) { totalCount edges { node {
			id title finalScore state { name phase label } applicant { name } action { code }
			evaluations { round scores { points criterion { code } } } budgetLines { amount } funding { amount }
			project { title state { name } } contract { state { name } } matters(first: 2) { totalCount edges { node { kind state { name } } } }
		} } }
	} } }
	projects(first: 50) { totalCount edges { node { title promoter { name } state { label } proposal { title } results { counted source { title } } sourceLines { field line } source { key } } } }
	organisations(first: 10) { edges { node { name proposals(last: 40) { totalCount edges { node { title state { name } } } } } } }
}`

// TestStatementsDependOnTheShapeAlone asks the same of few rows and of many.
func TestStatementsDependOnTheShapeAlone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		fill := func(n int) {
			call := a.OpenCall(45_000_00)
			all := make([]ident.ID, n)
			for i := range all {
				all[i] = a.Proposal(call, 0, 1_000_00)
				a.Fire(all[i], "submit", nil)
				a.project(all[i])
			}
			a.CloseCall(call)
			for _, p := range all {
				a.Walk(p, "register", "startAdminCheck", "failAdmin")
				a.Beside("appeal", p, "", nil)
			}
		}
		people := map[string]workflow.Actor{
			"administrator": a.People[workflow.Administrator], "applicant": a.ApplicantActors[0],
			"evaluator": a.Evaluators[0], "board member": a.People[workflow.BoardMember],
		}
		count := func(who workflow.Actor) int64 {
			before := a.reads.n.Load()
			a.must(who, nested, nil)
			return a.reads.n.Load() - before
		}
		few := map[string]int64{}
		fill(3)
		for name, who := range people {
			few[name] = count(who)
		}
		fill(27)
		for name, who := range people {
			if got := count(who); got != few[name] {
				t.Errorf("%s: got %d statements for 30 proposals, want the %d for 3", name, got, few[name])
			}
		}
		if rows := a.must(people["administrator"], `{ proposals(first: 0) { totalCount } }`, nil).at("proposals", "totalCount"); rows != 30.0 {
			t.Errorf("proposals: got %v, want 30", rows)
		}
	})
}

// corpus is asked on both engines, whose answers have to be the same bytes.
var corpus = []string{
	nested,
	`{ proposals(last: 2, orderBy: [{field: GRANT_REQUESTED, direction: DESC}]) { edges { cursor node { title grantRequested } } pageInfo { startCursor } } }`,
	`{ proposals(first: 10, filter: {search: "projektas", phase: SELECTION}) { totalCount edges { node { title } } } }`,
	`{ proposals(first: 10, filter: {state: "board_agenda"}, orderBy: [{field: FINAL_SCORE}]) { edges { node { finalScore } } } }`,
	`{ lags(first: 1) { edges { node { name history(first: 100) { totalCount edges { node { n kind hash previousHash event role } } } } } } }`,
	`{ strategies(first: 1) { edges { node { goals { title objectives { title actions { code allocation } } } funding { amount } statedFigures { key } availableTransitions { event allowed blockedBy { code message rule facts { name value } } by { role persons { id name } } needs { name kind type } } } } } }`,
	`{ proposals(last: 1) { edges { node { history(first: 100) { edges { node { id n kind event from to guards { guard verdict facts { name value } } } } } availableTransitions(lang: LT) { event label toState { label } blockedBy { message } } } } } }`,
	`{ proposals(last: 1) { edges { node { openableMatters(lang: LT) { kind label forms allowed blockedBy { code message facts { name value } } by { role onBehalfOf persons { id name } } needs { name kind type required label } } } } } }`,
	`{ organisations(first: 1, orderBy: [{field: NAME, direction: DESC}]) { edges { node { name legalCode } } } }`,
	`{ organisations(first: 9, orderBy: [{field: NAME}], filter: {search: "pareiskejas"}) { totalCount edges { cursor node { name } } } }`,
	`{ projects(first: 9, orderBy: [{field: TITLE, direction: DESC}], filter: {search: "projektą"}) { totalCount edges { cursor node { title } } } }`,
	`{ calls(first: 5, orderBy: [{field: CLOSES_AT}], filter: {phase: CALL}) { edges { node { number closesAt proposals(first: 1, orderBy: [{field: STATE_SINCE, direction: DESC}]) { edges { node { title } } } } } } }`,
	`{ letters(first: 5, orderBy: [{field: DATED_ON}]) { totalCount edges { node { number direction channel datedOn } } } }`,
	`{ meetings(first: 5) { edges { node { number heldOn decisions { event outcome votesFor } } } } }`,
	`{ findings(first: 5) { totalCount } viewer { person { name } roles { role } } clock { now today simulated } }`,
	`{ proposals(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { node { title } } } }`,
}

func TestBothEnginesAnswerTheSameBytes(t *testing.T) {
	type answer struct{ query, body string }
	var answers [2][]answer
	for i, engine := range storetest.Engines {
		a := newAPI(t, storetest.Address(t, engine))
		asked := func(query string) {
			for _, who := range a.everybody() {
				answers[i] = append(answers[i], answer{query, a.must(who, query, nil).body})
			}
		}
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		others := []ident.ID{a.Proposal(call, 1, 2_000_00), a.Proposal(call, 0, 2_000_00)}
		for _, other := range others {
			a.Fire(other, "submit", nil)
		}
		a.Fire(p, "submit", nil)
		a.project(p)
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		a.ToBoard(p, call, 50_00)
		for _, query := range corpus {
			asked(query)
		}
		for _, other := range others {
			a.Fire(other, "withdraw", nil)
		}
		a.done(a.People[workflow.Administrator], "freezeRanking", map[string]any{"callId": call})
		asked(`{ calls(first: 1) { edges { node { aggregation rankings { ordinal hash text lots frozenAt } } } } }`)
	}
	for i, want := range answers[0] {
		if got := answers[1][i]; got != want {
			t.Errorf("%s: got %s on %s, want %s as on %s", want.query, got.body, storetest.Engines[1], want.body, storetest.Engines[0])
		}
	}
}

// everybody is one actor of each kind, in a fixed order.
func (a *api) everybody() []workflow.Actor {
	return []workflow.Actor{
		public, a.ApplicantActors[0], a.ApplicantActors[1], a.Evaluators[0], a.People[workflow.Administrator],
		a.People[workflow.BoardMember], a.People[workflow.Auditor], a.Outsider,
	}
}
