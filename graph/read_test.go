package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// listed takes a proposal to where its existence is public.
func (a *api) listed() ident.ID {
	call := a.OpenCall(50_000_00)
	p := a.Proposal(call, 0, 10_000_00)
	a.Fire(p, "submit", nil)
	a.CloseCall(call)
	a.Fire(call, "publishReceivedList", nil)
	a.ToBoard(p, call, 50_00)
	a.Fire(p, "decideFund", nil)
	return p
}

// TestContentOfAListedProposalIsForThoseInside: the public knows title,
// applicant, grant and the state by its public name, and no more.
func TestContentOfAListedProposalIsForThoseInside(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.listed()
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title applicant { name } grantRequested state { name label }
			finalScore place activityKinds contentHash submittedAt receivedAt
			versions { id } budgetLines { id } funding { id } evaluations { scores { points } }
			history(first: 100) { totalCount edges { node { hash event guards { guard } } } } } } }`, p)
		machine := a.Engine.Machines.Latest("proposal")
		state, _ := machine.State(a.Subject(p).State)
		tests := map[string]struct {
			who         workflow.Actor
			inside      bool
			evaluations int
			label       string
		}{
			"public":            {public, false, 0, state.Public.EN},
			"another applicant": {a.ApplicantActors[1], false, 0, state.Public.EN},
			"its applicant":     {a.ApplicantActors[0], true, 0, state.Applicant.EN},
			"administrator":     {a.People[workflow.Administrator], true, 2, state.Staff.EN},
			"board member":      {a.People[workflow.BoardMember], true, 2, state.Staff.EN},
			"evaluator":         {a.Evaluators[0], true, 2, state.Staff.EN},
			"outsider":          {a.Outsider, false, 0, state.Public.EN},
		}
		for name, tt := range tests {
			r := a.must(tt.who, query, nil)
			for _, field := range []string{"finalScore", "place", "contentHash", "submittedAt"} {
				if got := r.at("node", field); (got != nil && got != "") != tt.inside {
					t.Errorf("%s reads %s: got %v, want shown = %t", name, field, got, tt.inside)
				}
			}
			for _, list := range []string{"versions", "budgetLines", "funding"} {
				if got := r.at("node", list, 0); (got != nil) != tt.inside {
					t.Errorf("%s reads %s: got %v, want shown = %t", name, list, got, tt.inside)
				}
			}
			all, _ := r.at("node", "evaluations").([]any)
			if len(all) != tt.evaluations {
				t.Errorf("%s reads %d evaluations, want %d: %s", name, len(all), tt.evaluations, r.body)
			}
			if got := r.at("node", "state", "label"); got != tt.label {
				t.Errorf("%s reads the state as %v, want %s", name, got, tt.label)
			}
			if r.at("node", "title") == nil || r.at("node", "history", "edges", 0, "node", "hash") == nil {
				t.Errorf("%s: got %s, want title and chain", name, r.body)
			}
			if got := strings.Contains(r.body, `"event":"decideFund"`); got != tt.inside {
				t.Errorf("%s reads what entries say = %t, want %t", name, got, tt.inside)
			}
		}
	})
}

func TestHistoryTellsActsAndNoReasons(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.listed()
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 100) { totalCount edges { node {
			n kind event from to toState { label(lang: LT) } guards { guard verdict facts { name value } } previousHash hash } } } } } }`, p)
		r := a.must(a.People[workflow.Auditor], query, nil)
		edges, _ := r.at("node", "history", "edges").([]any)
		if total := r.at("node", "history", "totalCount"); total != float64(len(edges)) || len(edges) == 0 {
			t.Errorf("entries: got %d of %v, want all of some", len(edges), total)
		}
		previous := any(nil)
		for i := range edges {
			entry := func(k ...any) any { return r.at(append([]any{"node", "history", "edges", i, "node"}, k...)...) }
			if entry("n") != float64(i+1) || (i > 0 && entry("previousHash") != previous) {
				t.Errorf("entry %d: got n %v after %v, want the chain in order", i+1, entry("n"), entry("previousHash"))
			}
			previous = entry("hash")
		}
		last := func(k ...any) any {
			return r.at(append([]any{"node", "history", "edges", len(edges) - 1, "node"}, k...)...)
		}
		if last("event") != "decideFund" || last("to") != string(a.Subject(p).State) || last("guards", 0, "verdict") == nil {
			t.Errorf("last entry: got %s, want decideFund with its guards", r.body)
		}
		// The world gives these as reasons of acts and of attestations.
		for _, reason := range []string{"priežastis", "patikrinta", "pagrįsta"} {
			if strings.Contains(r.body, reason) {
				t.Errorf("history tells the reason %q, want a commitment only", reason)
			}
		}
	})
}

func TestAvailableTransitionsAreTheEnginesExplanation(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.Call(10_000_00)
		query := fmt.Sprintf(`{ node(id: %q) { ... on Call { availableTransitions(lang: LT) { event label allowed from to toState { name }
			blockedBy { code message } by { role persons { id name } } needs { kind label } } } } }`, call)
		for name, who := range map[string]workflow.Actor{
			"administrator": a.People[workflow.Administrator], "secretary": a.People[workflow.Secretary], "evaluator": a.Evaluators[0],
		} {
			r := a.must(who, query, nil)
			want, err := a.Engine.Explain(t.Context(), who, call)
			if err != nil || len(want) == 0 {
				t.Fatalf("explain: got %v and %v, want events", want, err)
			}
			for i, x := range want {
				at := func(k ...any) any { return r.at(append([]any{"node", "availableTransitions", i}, k...)...) }
				if at("event") != string(x.Event) || at("allowed") != x.Allowed || at("label") != x.Label.LT || at("toState", "name") != string(x.To) {
					t.Errorf("%s: got %v, want %s allowed = %t", name, at(), x.Event, x.Allowed)
				}
				if !x.Allowed && at("blockedBy", 0, "message") != x.BlockedBy[0].Message.LT {
					t.Errorf("%s on %s: got %v, want %q", name, x.Event, at("blockedBy"), x.BlockedBy[0].Message.LT)
				}
			}
			named := r.at("node", "availableTransitions", 0, "by", 0, "persons", 0, "name") != nil
			if staff := name != "evaluator"; named != staff {
				t.Errorf("%s reads names = %t, want %t: %s", name, named, staff, r.body)
			}
		}
		if r := a.must(public, query, nil); r.at("node") != nil {
			t.Errorf("public on a draft call: got %s, want null", r.body)
		}
		r := a.must(public, fmt.Sprintf(`{ node(id: %q) { ... on Strategy { availableTransitions { event } } } }`, a.Strategy), nil)
		if got, ok := r.at("node", "availableTransitions").([]any); !ok || len(got) != 0 {
			t.Errorf("public on a strategy: got %s, want no events", r.body)
		}
	})
}

func TestViewerIsWhoAsks(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	const query = `{ viewer { person { id name } organisationId roles { role lagId } } }`
	if r := a.must(public, query, nil); r.at("viewer", "person") != nil || r.at("viewer", "roles", 0) != nil {
		t.Errorf("public: got %s, want nobody", r.body)
	}
	who := a.ApplicantActors[0]
	r := a.must(who, query, nil)
	if r.at("viewer", "person", "id") != string(who.Person) || r.at("viewer", "person", "name") == nil ||
		r.at("viewer", "organisationId") != string(who.Organisation) || r.at("viewer", "roles", 0, "role") != "APPLICANT" ||
		r.at("viewer", "roles", 0, "lagId") != string(a.LAG) {
		t.Errorf("applicant: got %s, want the person, organisation and role", r.body)
	}
}

func TestRegistryIsReadByStaff(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		const query = `{ registry { id history(first: 2) { totalCount edges { node { dossierID n } } } } }`
		for name, who := range map[string]workflow.Actor{
			"public": public, "applicant": a.ApplicantActors[0], "evaluator": a.Evaluators[0], "board member": a.People[workflow.BoardMember],
		} {
			if got := a.must(who, query, nil).at("registry"); got != nil {
				t.Errorf("%s: got %v, want null", name, got)
			}
		}
		for _, role := range []workflow.Role{workflow.Administrator, workflow.Auditor} {
			r := a.must(a.People[role], query, nil)
			id, _ := r.at("registry", "id").(string)
			first, _ := r.at("registry", "history", "edges", 0, "node").(map[string]any)
			if !strings.HasPrefix(id, "reg_") || first["dossierID"] != id || first["n"] != 1.0 {
				t.Errorf("%s: got %s, want the registry's dossier from its first act", role, r.body)
			}
		}
	})
}

func TestPersonsAreForStaffAndThemselves(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	chair := a.People[workflow.Chair].Person
	for name, tt := range map[string]struct {
		who  workflow.Actor
		want bool
	}{
		"public": {public, false}, "applicant": {a.ApplicantActors[0], false}, "board member": {a.People[workflow.BoardMember], false},
		"secretary": {a.People[workflow.Secretary], true}, "themselves": {a.People[workflow.Chair], true},
	} {
		r := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { ... on Person { name } } }`, chair), nil)
		if got := r.at("node") != nil; got != tt.want {
			t.Errorf("%s: person shown = %t, want %t", name, got, tt.want)
		}
	}
}

// TestStatedFiguresAreHeldAgainstTheRecords uses figures of its own: the real
// ones are tested where they are loaded.
func TestStatedFiguresAreHeldAgainstTheRecords(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.listed()
		first, second := a.project(p), a.project("")
		row := func(typeName string, prefix ident.Prefix, set workflow.Values) workflow.Row {
			set["lagId"] = a.LAG
			return workflow.Row{Type: typeName, ID: a.ID(prefix), Set: set}
		}
		count := func(project ident.ID, basis string, value any, parts ...string) workflow.Row {
			return row("ResultRecord", ident.ResultRecord, workflow.Values{
				"projectId": project, "ordinal": 1, "counted": "dalyviai", "unit": "asmuo", "value": value, "parts": append([]string{}, parts...),
				"countBasis": basis, "uniqueStated": "UNSTATED", "periodBasis": "REPORT_YEAR",
			})
		}
		figure := func(key, value string) workflow.Row {
			return row("StatedFigure", ident.StatedFigure, workflow.Values{"strategyId": a.Strategy, "key": key, "printed": value, "value": value})
		}
		a.Must(workflow.SystemActor(), workflow.In{
			Kind: "strategy.state", LAG: a.LAG, Dossier: a.Strategy, Subject: a.Strategy, SubjectType: "Strategy",
			Rows: []workflow.Row{
				figure("participants", "100"), figure("projectsSelected", "5"),
				count(first, "PERSON_UNSTATED", int64(30)), count(first, "PERSON_UNSTATED", int64(12)), count(first, "VOLUNTEER", int64(90)),
				count(second, "SERVICE_INSTANCE", nil, "kaniterapija: 27 (vaikai: 20)", "meno terapija: 21"), count(second, "HOUR", int64(54)),
			},
		}.Record())
		r := a.must(public, `{ strategies(first: 2) { edges { node {
			participantsCheck { stated sumOfLargestSingleCounts difference } projectsCheck { stated named statedRunning running } } } } }`, nil)
		want := "map[participantsCheck:map[difference:43 stated:100 sumOfLargestSingleCounts:57] projectsCheck:map[named:2 running:0 stated:5 statedRunning:<nil>]]"
		if got := fmt.Sprint(r.at("strategies", "edges", 0, "node")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// TestOrderTellsNoScores: an order by scores answers only with proposals whose
// scores the actor may read, however the order is given.
func TestOrderTellsNoScores(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.listed()
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want any
		}{
			"public": {public, 0.0}, "another applicant": {a.ApplicantActors[1], 0.0}, "its applicant": {a.ApplicantActors[0], 1.0},
			"auditor": {a.People[workflow.Auditor], 1.0}, "outsider": {a.Outsider, 0.0},
		} {
			for given, query := range map[string]string{
				"text":              `{ list: proposals(first: 5, orderBy: [{field: FINAL_SCORE}]) { totalCount edges { cursor } } }`,
				"single":            `{ list: proposals(first: 5, orderBy: {field: FINAL_SCORE}) { totalCount edges { cursor } } }`,
				"variable":          `query($o: [ProposalOrder!]) { list: proposals(first: 5, orderBy: $o) { totalCount edges { cursor } } }`,
				"field":             `query($f: ProposalOrderField!) { list: proposals(first: 5, orderBy: [{field: $f}]) { totalCount edges { cursor } } }`,
				"one of a variable": `query($s: [ProposalOrder!]) { list: proposals(first: 5, orderBy: $s) { totalCount edges { cursor } } }`,
				"by default":        `query($d: [ProposalOrder!] = {field: FINAL_SCORE}) { list: proposals(first: 5, orderBy: $d) { totalCount edges { cursor } } }`,
				"within a list":     `query($i: ProposalOrder!) { list: proposals(first: 5, orderBy: [{field: TITLE}, $i]) { totalCount edges { cursor } } }`,
				"of another list": `query($s: [ProposalOrder!]) { list: proposals(first: 5) { totalCount edges { cursor } }
					calls(first: 1) { edges { node { proposals(first: 5, orderBy: $s) { totalCount } } } } }`,
			} {
				one := map[string]any{"field": "FINAL_SCORE"}
				vars := map[string]any{"o": []any{one}, "f": "FINAL_SCORE", "s": one, "i": one}
				if got := a.must(tt.who, query, vars).at("list", "totalCount"); got != tt.want {
					t.Errorf("%s by %s: got %v proposals by score, want %v", name, given, got, tt.want)
				}
			}
		}
	})
}

func TestReferencesThatWereNeverGivenAreNull(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	r := a.must(public, `{ lags(first: 1) { edges { node { sourceID history(first: 1) { edges { node { actorID secondActorID } } } } } } }`, nil)
	at := func(k ...any) any { return r.at(append([]any{"lags", "edges", 0, "node"}, k...)...) }
	if at("sourceID") != nil || at("history", "edges", 0, "node", "actorID") != nil {
		t.Errorf("got %s, want null for references that were never given", r.body)
	}
}

// TestOrderTellsAnApplicantNoScoreOfTheirOwn until it is decided on.
func TestOrderTellsAnApplicantNoScoreOfTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		applicant, office := a.ApplicantActors[0], a.People[workflow.Secretary]
		both := office
		both.Organisation, both.Grants = applicant.Organisation, append(both.Grants[:1:1], applicant.Grants...)
		query := `query($after: Cursor) { proposals(first: 5, after: $after, orderBy: [{field: FINAL_SCORE}]) { totalCount edges { node { id finalScore } } } }`
		check := func(name string, who workflow.Actor, want int) {
			t.Helper()
			for score, n := range map[int]int{-1: want, 1_000_000: 0} {
				after := forged(map[string]any{"i": "prp_01h455vb4pex5vsknk084sn02q", "v": []any{score}})
				r := a.must(who, query, map[string]any{"after": after})
				edges, _ := r.at("proposals", "edges").([]any)
				if len(edges) != n || r.at("proposals", "totalCount") != float64(want) {
					t.Errorf("%s after the score %d: got %s, want %d of %d", name, score, r.body, n, want)
				}
			}
		}
		check("its applicant before the decision", applicant, 0)
		check("the secretary", office, 1)
		check("who is both", both, 1)
		a.Decide(p, "decideFund")
		a.Fire(p, "decideFund", nil)
		check("its applicant after the decision", applicant, 1)
	})
}

// TestPagesFollowEachOther reads lists one by one, forwards by every order and
// backwards, and in a list within a list.
func TestPagesFollowEachOther(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		var all []ident.ID
		for i := range 3 {
			p := a.Proposal(call, i%2, rules.Money(10_000_00-i*1000_00))
			a.Fire(p, "submit", nil)
			a.project(p)
			all = append(all, p)
		}
		a.CloseCall(call)
		for i, p := range all {
			a.ToBoard(p, call, rules.Score(50_00+i*100))
		}
		lists := map[string]string{"lag history": fmt.Sprintf(`{ top: node(id: %q) { ... on Strategy { list: history(%%s) { pageInfo { hasNextPage startCursor endCursor } edges { node { id } } } } } }`, a.Strategy)}
		for _, order := range []string{
			"", "orderBy: [{field: STATE_SINCE}]", "orderBy: {field: TITLE, direction: DESC}", "orderBy: [{field: GRANT_REQUESTED, direction: DESC}]",
			"orderBy: [{field: FINAL_SCORE}]", "orderBy: [{field: FINAL_SCORE, direction: DESC}, {field: GRANT_REQUESTED}]",
		} {
			lists["proposals "+order] = `{ list: proposals(%s ` + order + `) { pageInfo { hasNextPage startCursor endCursor } edges { node { id } } } }`
		}
		lists["within a call"] = fmt.Sprintf(`{ top: node(id: %q) { ... on Call { list: proposals(%%s orderBy: [{field: GRANT_REQUESTED}]) { pageInfo { startCursor endCursor } edges { node { id } } } } } }`, call)
		lists["within calls"] = `{ top: calls(first: 1) { edges { node { ... on Call { list: proposals(%s orderBy: {field: GRANT_REQUESTED}) { pageInfo { startCursor endCursor } edges { node { id } } } } } } } }`
		lists["projects"] = `{ list: projects(%s orderBy: [{field: ORDINAL}, {field: TITLE}]) { pageInfo { startCursor endCursor } edges { node { id } } } }`
		lists["calls"] = `{ list: calls(%s orderBy: [{field: CLOSES_AT}, {field: STATE_SINCE}]) { pageInfo { startCursor endCursor } edges { node { id } } } }`
		for name, query := range lists {
			at := func(r reply, path ...any) any {
				switch {
				case r.at("top", "edges") != nil:
					path = append([]any{"top", "edges", 0, "node"}, path...)
				case r.at("top") != nil:
					path = append([]any{"top"}, path...)
				}
				return r.at(path...)
			}
			ask := func(page string) reply {
				return a.must(a.People[workflow.Administrator], fmt.Sprintf(query, page), nil)
			}
			whole := ask("first: 50")
			edges, _ := at(whole, "list", "edges").([]any)
			forwards, backwards := "first: 1", "last: 1"
			for i := range edges {
				r := ask(forwards)
				if got, want := at(r, "list", "edges", 0, "node", "id"), at(whole, "list", "edges", i, "node", "id"); got != want {
					t.Errorf("%s, forwards to %d: got %s, want %v", name, i, r.body, want)
				}
				forwards = fmt.Sprintf("first: 1, after: %q", at(r, "list", "pageInfo", "endCursor"))
				r = ask(backwards)
				if got, want := at(r, "list", "edges", 0, "node", "id"), at(whole, "list", "edges", len(edges)-1-i, "node", "id"); got != want {
					t.Errorf("%s, backwards to %d: got %s, want %v", name, i, r.body, want)
				}
				backwards = fmt.Sprintf("last: 1, before: %q", at(r, "list", "pageInfo", "startCursor"))
			}
			if r := ask(forwards); len(edges) == 0 || at(r, "list", "edges", 0) != nil {
				t.Errorf("%s: after %d got %s, want no more of some", name, len(edges), r.body)
			}
		}
	})
}
