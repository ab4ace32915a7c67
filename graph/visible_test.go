package graph_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// ways are all ways that lead to a proposal, each with where it shows.
var ways = map[string]string{
	"node":  `{ node(id: {p}) { id } }`,
	"nodes": `{ nodes(ids: [{p}, {c}]) { id } }`,
	"proposals": `{
		proposals(first: 10) { totalCount edges { node { id } } } }`,
	"proposals, counted only": `{
		proposals(first: 0) { totalCount } }`,
	"call.proposals": `{
		node(id: {c}) { ... on Call { proposals(first: 10) { totalCount edges { node { id } } } } } }`,
	"calls.proposals": `{
		calls(first: 10) { edges { node { proposals(last: 2) { totalCount edges { node { id } } } } } } }`,
	"organisation.proposals": `{
		node(id: {o}) { ... on Organisation { proposals(first: 10) { totalCount edges { node { id } } } } } }`,
	"organisations.proposals": `{
		organisations(first: 10) { edges { node { proposals(first: 10) { totalCount pageInfo { hasNextPage } edges { node { id } } } } } } }`,
	"action.proposals": `{
		strategies(first: 1) { edges { node { actions { proposals(first: 10) { totalCount edges { node { id } } } } } } } }`,
	"project.proposal": `{
		node(id: {j}) { ... on Project { proposalID state { name } proposal { id } } } }`,
	"projects.proposal": `{
		projects(first: 10) { edges { node { proposal { id title } } } } }`,
	"projects by state": `{
		projects(first: 10, filter: {state: "submitted"}) { totalCount } }`,
	"an entry": `{ node(id: {e}) { ... on HistoryEntry { subjectID } } }`,
	"project.history": `{
		node(id: {j}) { ... on Project { history(first: 5) { totalCount edges { node { subjectID } } } } } }`,
}

// shows says whether a proposal shows in an answer: its id, a count above
// none, or an entry of its dossier.
func shows(r reply, p ident.ID) bool {
	if strings.Contains(r.body, string(p)) {
		return true
	}
	for _, count := range strings.Split(r.body, `"totalCount":`)[1:] {
		if !strings.HasPrefix(count, "0") {
			return true
		}
	}
	return false
}

func TestProposalShowsOnlyToThoseWhoMayKnow(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		project := a.project(p)
		ids := a.ids(p, call, project)
		sees := map[string]struct {
			who  workflow.Actor
			want bool
		}{
			"public": {public, false}, "its applicant": {a.ApplicantActors[0], true},
			"another applicant": {a.ApplicantActors[1], false}, "administrator": {a.People[workflow.Administrator], true},
			"chair": {a.People[workflow.Chair], true}, "secretary": {a.People[workflow.Secretary], true},
			"audit commission": {a.People[workflow.AuditCommission], true}, "auditor": {a.People[workflow.Auditor], true},
			"board member before the list":    {a.People[workflow.BoardMember], false},
			"evaluator with nothing assigned": {a.Evaluators[0], false},
			"administrator of another group":  {a.Outsider, false},
		}
		for name, s := range sees {
			a.checkWays(name, s.who, ids, p, s.want)
		}
		a.CloseCall(call)
		a.Fire(call, "publishReceivedList", nil)
		a.checkWays("board member after the list", a.People[workflow.BoardMember], ids, p, true)
		a.checkWays("public after the list", public, ids, p, false)
		a.ToBoard(p, call, 50_00)
		a.Fire(p, "decideFund", nil)
		a.checkWays("public once listed", public, ids, p, true)
		a.checkWays("another applicant once listed", a.ApplicantActors[1], ids, p, true)
	})
}

func TestProposalShowsToTheEvaluatorItIsAssignedTo(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		ids := a.ids(p, call, a.project(p))
		evaluation := a.Assign(p, a.Evaluators[0])
		a.checkWays("assigned evaluator", a.Evaluators[0], ids, p, true)
		a.checkWays("another evaluator", a.Evaluators[1], ids, p, false)
		papers := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { title receiptNo budgetLines { amount } } } evaluation: node(id: %q) { ... on Evaluation { state { name } } } }`, p, evaluation)
		read := func(name string, known, content, own bool) {
			t.Helper()
			r := a.must(a.Evaluators[0], papers, nil)
			if r.at("node", "title") != nil != known || fmt.Sprint(r.at("node", "budgetLines", 0)) == "<nil>" == content || r.at("evaluation", "state", "name") != nil != own {
				t.Errorf("%s: got %s, want the proposal known: %t, its papers: %t, and the evaluation: %t", name, r.body, known, content, own)
			}
		}
		read("before the declaration", true, false, true)
		a.Walk(evaluation, "declareNoConflict")
		read("after it", true, true, true)
		a.Walk(evaluation, "declareConflict")
		read("with a conflict", false, false, false)
		a.checkWays("evaluator with a conflict", a.Evaluators[0], ids, p, false)
		a.Fire(call, "publishReceivedList", nil)
		read("with a conflict, once the list is public", true, false, true)
	})
}

// TestAMemberWhoLeftForAnItemKnowsOfItAlone: of its proposal that it exists, and of the vote
// that it is on the agenda.
func TestAMemberWhoLeftForAnItemKnowsOfItAlone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		board := a.Board(workflowtest.Thirds(3)...)
		meeting := a.Plan(workflow.InPerson)
		item := a.Table(meeting, p, "decideFund")
		a.Begin(meeting, board...)
		a.Fire(item, "open", nil)
		left, stays := board[3], board[4]
		query := fmt.Sprintf(`{ item: node(id: %q) { ... on AgendaItem { state { name } ballots { vote } tests(lang: EN) { rule } } }
			proposal: node(id: %q) { ... on Proposal { title finalScore budgetLines { amount } evaluations { id } } }
			meeting: node(id: %q) { ... on Meeting { history(first: 90) { edges { node { kind event } } } } } }`, item, p, meeting)
		read := func(who workflow.Actor) (known, content bool, body string) {
			t.Helper()
			r := a.must(who, query, nil)
			known = r.at("item", "state", "name") == "voting" && r.at("proposal", "title") != nil && strings.Contains(r.body, `"kind":"item.table"`)
			content = r.at("proposal", "finalScore") != nil && r.at("proposal", "budgetLines", 0) != nil && r.at("proposal", "evaluations", 0) != nil &&
				r.at("item", "ballots", 0) != nil && strings.Contains(r.body, `"rule":"R-26"`) && strings.Contains(r.body, `"kind":"ballot.cast"`)
			for _, part := range []string{`"finalScore":"`, `"amount"`, "evl_", `"vote"`, "R-26", "ballot."} {
				if !content && strings.Contains(r.body, part) {
					t.Errorf("got %s in %s, want nothing of it", part, r.body)
				}
			}
			return known, content, r.body
		}
		a.Recuse(item, workflow.FamilyTie, left)
		a.Fire(item, "startVoting", nil)
		a.Cast(item, rules.For, board[:3]...)
		a.Cast(item, rules.For, stays)
		if known, content, body := read(left.Actor); !known || content {
			t.Errorf("who left: got %s, want that the item and the proposal exist", body)
		}
		if known, content, body := read(stays.Actor); !known || !content {
			t.Errorf("who stays: got %s, want all of it", body)
		}
		for name, who := range map[string]workflow.Actor{"an evaluator": a.Evaluators[0], "the applicant": a.ApplicantActors[0], "the public": public} {
			r := a.must(who, fmt.Sprintf(`{ node(id: %q) { id } meeting: node(id: %q) { ... on Meeting { items { id } attendance { id } } } }`, item, meeting), nil)
			if r.at("node") != nil || r.at("meeting", "items", 0) != nil || r.at("meeting", "attendance", 0) != nil {
				t.Errorf("%s: got %s, want nothing of who sits at the table", name, r.body)
			}
		}
	})
}

// TestScoresOfOthersShowOnceOnesOwnAreIn: until then neither they nor the entries about
// them.
func TestScoresOfOthersShowOnceOnesOwnAreIn(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		first, second := a.Evaluators[0], a.Evaluators[1]
		a.Evaluators = []workflow.Actor{second}
		waiting := a.Assign(p, second)
		a.Walk(waiting, "declareNoConflict")
		a.Evaluators = []workflow.Actor{first}
		a.Evaluate(p, call, 50_00)
		read := func(who workflow.Actor) (evaluations, scores int) {
			t.Helper()
			r := a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { id scores { points } }
				history(first: 90) { edges { node { subjectType subjectID } } } } } }`, p), nil)
			all, _ := r.at("node", "evaluations").([]any)
			for i := range all {
				given, _ := r.at("node", "evaluations", i, "scores").([]any)
				scores += len(given)
			}
			own := strings.Count(r.body, string(waiting))
			if entries := strings.Count(r.body, "evl_"); (scores == 0) != (entries == own) {
				t.Errorf("got %d mentions of evaluations, %d of them of one's own, with %d scores: %s", entries, own, scores, r.body)
			}
			return len(all), scores
		}
		if n, scores := read(second); n != 1 || scores != 0 {
			t.Errorf("before one's own: got %d evaluations and %d scores, want one's own without any", n, scores)
		}
		a.Evaluators = []workflow.Actor{first, second}
		criteria := a.must(a.People[workflow.Administrator], fmt.Sprintf(`{ node(id: %q) { ... on Call { criteria { id } } } }`, call), nil)
		scores := []any{
			map[string]any{"criterionId": criteria.at("node", "criteria", 0, "id"), "points": 5000}, map[string]any{"criterionId": criteria.at("node", "criteria", 1, "id"), "points": 4000},
		}
		a.done(second, "submitEvaluation", map[string]any{"evaluationId": waiting, "scores": scores})
		if n, scores := read(second); n != 2 || scores != 4 {
			t.Errorf("after one's own: got %d evaluations and %d scores, want 2 and 4", n, scores)
		}
	})
}

// TestAConflictIsOneInEveryRole: whoever has one as an evaluator does not read the papers
// as a member of the board.
func TestAConflictIsOneInEveryRole(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		a.Fire(call, "publishReceivedList", nil)
		both := a.Person(workflow.Evaluator, a.LAG, "")
		both.Grants = append(both.Grants, workflow.Grant{Role: workflow.BoardMember, LAG: a.LAG})
		a.Evaluators = append(a.Evaluators, both)
		query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { contentHash budgetLines { amount } } } }`, p)
		inside := func() bool {
			t.Helper()
			r := a.must(both, query, nil)
			if papers := r.at("node", "budgetLines", 0) != nil; papers != (r.at("node", "contentHash") != "" && r.at("node", "contentHash") != nil) {
				t.Errorf("got %s, want all of it or nothing", r.body)
			}
			return r.at("node", "budgetLines", 0) != nil
		}
		if !inside() {
			t.Error("a member of the board reads nothing, want the papers")
		}
		a.Walk(a.Assign(p, both), "declareConflict")
		if inside() {
			t.Error("with a conflict they read the papers, want nothing")
		}
	})
}

// TestDecisionShowsWithItsSubject: a decision names what it is about, so a
// board member and the public learn of it no sooner than of the proposal.
func TestDecisionShowsWithItsSubject(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		decision := a.Decide(p, "decideFund")
		query := fmt.Sprintf(`{ node(id: %q) { id } meeting: node(id: %q) { ... on Meeting { history(first: 50) { edges { node { subjectID } } } } } }`, decision, a.Meeting)
		check := func(name string, who workflow.Actor, want bool) {
			t.Helper()
			r := a.must(who, query, nil)
			entry := strings.Contains(fmt.Sprint(r.at("meeting")), string(decision))
			if (r.at("node") != nil) != want || entry != want {
				t.Errorf("decision to %s: got %s, want it and its entry shown: %t", name, r.body, want)
			}
		}
		stranger := a.Outsider
		stranger.Grants = []workflow.Grant{{Role: workflow.BoardMember, LAG: a.Outsider.Grants[0].LAG}}
		check("another group's board member", stranger, false)
		check("the public", public, false)
		check("the secretary", a.People[workflow.Secretary], true)
		check("a board member", a.People[workflow.BoardMember], true)
		_, f := a.Prepared(p, "decideFund", nil)
		f.Decision = decision
		if _, err := a.Send(a.People[workflow.Chair], f); err != nil {
			t.Fatal(err)
		}
		check("the public once it is carried out", public, true)
	})
}

// TestPersonsAreNamedToTheirOffice: everybody else reads in which role an act
// was done or could be, and of themselves.
func TestPersonsAreNamedToTheirOffice(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.OnAgenda()
		a.Fire(p, "decideFund", nil)
		query := func(id ident.ID) string {
			return fmt.Sprintf(`{ node(id: %q) {
				... on Call { history(first: 50) { edges { node { role actorID secondActorID } } } availableTransitions { by { role persons { id } } } }
				... on Proposal { history(first: 50) { edges { node { role actorID secondActorID } } } availableTransitions { by { role persons { id } } } } } }`, id)
		}
		persons := regexp.MustCompile(`per_[0-9a-z]+`)
		for _, id := range []ident.ID{call, p} {
			for name, who := range map[string]workflow.Actor{
				"the public": public, "the applicant": a.ApplicantActors[0], "an evaluator": a.Evaluators[0], "a board member": a.People[workflow.BoardMember],
				"another group's administrator": a.Outsider,
			} {
				for _, found := range persons.FindAllString(a.must(who, query(id), nil).body, -1) {
					if ident.ID(found) != who.Person {
						t.Errorf("%s reads of %s who acted: %s", name, id, found)
					}
				}
			}
			if got := persons.FindAllString(a.must(a.People[workflow.Auditor], query(id), nil).body, -1); len(got) < 5 {
				t.Errorf("an auditor reads of %s: got %d persons, want all who acted or could", id, len(got))
			}
		}
		own := a.must(a.ApplicantActors[0], query(p), nil).body
		if !strings.Contains(own, string(a.ApplicantActors[0].Person)) {
			t.Errorf("the applicant does not find their own act: %s", own)
		}
	})
}

// TestGuardsTellTheOfficeAlone: what guards count and weigh is not for those
// who may only know of a case.
func TestGuardsTellTheOfficeAlone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.OnAgenda()
		explain := func(id ident.ID) string {
			return fmt.Sprintf(`{ node(id: %q) { ... on Call { availableTransitions { event blockedBy { facts { name value } } warnings { facts { name } } } }
				... on Proposal { finalScore availableTransitions { event blockedBy { code facts { name value } } warnings { facts { name } } } } } }`, id)
		}
		past := func(id ident.ID) string {
			return fmt.Sprintf(`{ node(id: %q) { ... on Call { history(first: 50) { edges { node { guards { facts { name value } } } } } }
				... on Proposal { history(first: 50) { edges { node { guards { facts { name value } } } } } } } }`, id)
		}
		// Who may fire an event, and what the applicant's own act was weighed by, is no secret.
		known := regexp.MustCompile(`\{"name":"(by|submittedAt|closesAt)","value":"[^"]*"\}`)
		tells := func(r reply) bool {
			body := known.ReplaceAllString(r.body, "")
			return strings.Contains(body, `"value":`) || strings.Contains(body, `"finalScore":"`)
		}
		for name, c := range map[string]struct {
			who  workflow.Actor
			id   ident.ID
			want bool
		}{
			"the public of a call":           {public, call, false},
			"an applicant of a call":         {a.ApplicantActors[0], call, false},
			"an applicant of its case":       {a.ApplicantActors[0], p, false},
			"the administrator of a case":    {a.People[workflow.Administrator], p, true},
			"the administrator of his call":  {a.People[workflow.Administrator], call, true},
			"the secretary of a case listed": {a.People[workflow.Secretary], p, true},
		} {
			if r := a.must(c.who, explain(c.id), nil); tells(r) && !c.want {
				t.Errorf("%s is told what guards weigh now: %s", name, r.body)
			}
			if r := a.must(c.who, past(c.id), nil); tells(r) != c.want {
				t.Errorf("%s is told what guards weighed: want %t, got %s", name, c.want, r.body)
			}
		}
	})
}

// checkWays asks by every way and reports those where the proposal shows and
// should not, or the other way round.
func (a *api) checkWays(name string, who workflow.Actor, ids *strings.Replacer, p ident.ID, want bool) {
	a.t.Helper()
	for way, query := range ways {
		r := a.must(who, ids.Replace(query), nil)
		if got := shows(r, p); got != want && (got || !silent[way]) {
			a.t.Errorf("%s by %s: proposal shows: got %t, want %t: %s", name, way, got, want, r.body)
		}
	}
}

// silent ways name no proposal even to those who see it: none here is in the
// state that they ask for, once it has moved on.
var silent = map[string]bool{"projects by state": true}

// ids fills in what the ways ask for: proposal, its first entry, call, applicant
// and project.
func (a *api) ids(p, call, project ident.ID) *strings.Replacer {
	return strings.NewReplacer("{p}", quoted(p), "{e}", quoted(p+"/0000000001"), "{c}", quoted(call),
		"{o}", quoted(a.Applicants[0]), "{j}", quoted(project))
}

// callWays are all ways that lead to a call.
var callWays = map[string]string{
	"node":           `{ node(id: {c}) { id } }`,
	"calls":          `{ calls(first: 5) { totalCount edges { node { id } } } }`,
	"strategy.calls": `{ strategies(first: 5) { edges { node { calls(first: 5) { totalCount edges { node { id } } } } } } }`,
	"lag.calls":      `{ lags(first: 5) { edges { node { calls(first: 5) { totalCount edges { node { id } } } } } } }`,
	"an entry":       `{ node(id: {e}) { ... on HistoryEntry { subjectID } } }`,
}

func TestCallShowsToTheOfficeUntilItIsListed(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.Call(10_000_00)
		ids := strings.NewReplacer("{c}", quoted(call), "{e}", quoted(call+"/0000000001"))
		check := func(name string, who workflow.Actor, want bool) {
			t.Helper()
			for way, query := range callWays {
				r := a.must(who, ids.Replace(query), nil)
				if got := shows(r, call); got != want {
					t.Errorf("%s by %s: call shows: got %t, want %t: %s", name, way, got, want, r.body)
				}
			}
		}
		outside := map[string]workflow.Actor{"public": public, "applicant": a.ApplicantActors[0], "outsider": a.Outsider}
		for name, who := range outside {
			check(name, who, false)
		}
		check("secretary", a.People[workflow.Secretary], true)
		check("board member", a.People[workflow.BoardMember], true)
		check("evaluator", a.Evaluators[0], true)
		a.Walk(call, "approve", "publish")
		for name, who := range outside {
			check(name+" once published", who, true)
		}
	})
}

func quoted(id ident.ID) string { return fmt.Sprintf("%q", string(id)) }

// project makes a project, of the proposal if there is one.
func (a *api) project(p ident.ID) ident.ID {
	id := a.ID(ident.Project)
	set := workflow.Values{
		"lagId": a.LAG, "promoterId": a.Applicants[0], "ordinal": 1, "title": fmt.Sprintf("Projektas %s", id), "theme": "SOCIAL",
	}
	if p != "" {
		set["proposalId"] = p
	}
	return a.recorded(id, set)
}

// projectOf makes a project of the applicant with the title.
func (a *api) projectOf(applicant int, title string) {
	a.recorded(a.ID(ident.Project), workflow.Values{
		"lagId": a.LAG, "promoterId": a.Applicants[applicant], "ordinal": 1, "title": title, "theme": "SOCIAL",
	})
}

func (a *api) recorded(id ident.ID, set workflow.Values) ident.ID {
	a.Must(workflow.SystemActor(), workflow.In{
		Kind: "project.list", LAG: a.LAG, Dossier: a.LAG, Subject: id, SubjectType: "Project",
		Rows: []workflow.Row{{Type: "Project", ID: id, Set: set}},
	}.Record())
	return id
}

// TestHistoryOfPublicDossiersTellsWhatIsPublic: letters, papers, evaluations,
// contracts in the making and refused attempts are for the group's staff, and
// in a proposal's dossier for those inside it.
func TestHistoryOfPublicDossiersTellsWhatIsPublic(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		a.Decide(p, "decideFund")
		a.Fire(p, "decideFund", nil)
		secretary := a.People[workflow.Secretary]
		for _, subject := range []ident.ID{a.LAG, a.Strategy, a.Meeting, p} {
			a.done(secretary, "recordLetter", map[string]any{
				"subjectId": subject, "direction": "OUT", "number": "S-" + string(subject), "datedOn": a.Engine.Today(), "channel": "POST",
			})
			a.done(secretary, "recordDocument", map[string]any{
				"subjectId": subject, "kind": "LETTER", "title": "Raštas", "hash": strings.Repeat("a", 64),
			})
			a.Must(workflow.SystemActor(), workflow.In{
				Kind: "refused", LAG: a.LAG, Dossier: subject, Subject: subject, SubjectType: "Strategy",
			}.Record())
		}
		a.Must(workflow.SystemActor(), workflow.In{
			Kind: "contract.prepare", LAG: a.LAG, Dossier: p, Subject: a.ID(ident.Contract), SubjectType: "Contract",
		}.Record())
		hidden := []string{"con_", "evl_", "cor_", "doc_", `"refused"`, "Evaluation", "Correspondence", "Document", "Contract"}
		read := func(who workflow.Actor, id ident.ID) (totals any, body string) {
			t.Helper()
			const entries = `history(first: 100) { totalCount edges { node { id kind subjectType subjectID recordedAt } } }`
			r := a.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Lag { %[2]s } ... on Strategy { %[2]s } ... on Meeting { %[2]s } ... on Proposal { %[2]s } } }`, id, entries), nil)
			edges, _ := r.at("node", "history", "edges").([]any)
			if total := r.at("node", "history", "totalCount"); total != float64(len(edges)) || len(edges) == 0 {
				t.Errorf("%s: got %v as the count of %d entries", id, total, len(edges))
			}
			return r.at("node", "history", "totalCount"), r.body
		}
		strangers := map[string]workflow.Actor{"the public": public, "another applicant": a.ApplicantActors[1], "another group's administrator": a.Outsider}
		for _, id := range []ident.ID{a.LAG, a.Strategy, a.Meeting, p} {
			all, _ := read(secretary, id)
			for name, who := range strangers {
				total, body := read(who, id)
				for _, word := range hidden {
					if strings.Contains(body, word) {
						t.Errorf("%s reads in the history of %s of %s: %s", name, id, word, body)
					}
				}
				if total == all {
					t.Errorf("%s counts %v entries of %s, want fewer than staff", name, total, id)
				}
			}
		}
		applicant, body := read(a.ApplicantActors[0], p)
		all, whole := read(secretary, p)
		evaluations := strings.Count(whole, `"subjectType":"Evaluation"`)
		if applicant != all.(float64)-float64(evaluations)-1 || evaluations == 0 || strings.Contains(body, `"refused"`) || strings.Contains(body, "evl_") {
			t.Errorf("its applicant counts %v entries, want all %v but %d of evaluations and what somebody else was refused", applicant, all, evaluations)
		}
		entry := regexp.MustCompile(string(p) + `/\d+","kind":"letter\.record`)
		_, body = read(secretary, p)
		id, _, _ := strings.Cut(entry.FindString(body), `"`)
		if r := a.must(public, fmt.Sprintf(`{ node(id: %q) { id } }`, id), nil); id == "" || r.at("node") != nil {
			t.Errorf("the public by the id %q of a letter's entry: got %s, want null", id, r.body)
		}
	})
}

// TestPersonsShowToStaffOfTheirGroups: whoever works for another group reads
// neither their names nor that they were registered.
func TestPersonsShowToStaffOfTheirGroups(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		chair, administrator := a.People[workflow.Chair].Person, a.People[workflow.Administrator]
		everywhere := a.Person(workflow.Auditor, "", "")
		fresh := a.ID(ident.Person)
		a.Must(workflow.SystemActor(), workflow.RegisterPerson{ID: fresh, Name: "Naujas asmuo", Sourced: workflow.Sourced{Synthetic: true}}.Record())
		for name, tt := range map[string]struct {
			who  workflow.Actor
			id   ident.ID
			want bool
		}{
			"staff of one of the group":          {administrator, chair, true},
			"staff of another group's":           {a.Outsider, chair, false},
			"staff of one of another group":      {administrator, a.Outsider.Person, false},
			"another group's of themselves":      {a.Outsider, a.Outsider.Person, true},
			"an auditor of all":                  {everywhere, chair, true},
			"an auditor of all of another group": {everywhere, a.Outsider.Person, true},
			"staff of an auditor of all":         {administrator, everywhere.Person, true},
			"the public of an auditor of all":    {public, everywhere.Person, false},
			"an applicant of who has no role":    {a.ApplicantActors[0], fresh, false},
			"staff of who has no role yet":       {administrator, fresh, true},
			"any staff of who has no role yet":   {a.Outsider, fresh, true},
		} {
			r := a.must(tt.who, `query($id: ID!) { node(id: $id) { ... on Person { name } } nodes(ids: [$id, $id]) { id } }`, map[string]any{"id": tt.id})
			if one, many := r.at("node") != nil, r.at("nodes", 0) != nil; one != tt.want || many != tt.want {
				t.Errorf("%s: got %s, want shown: %t", name, r.body, tt.want)
			}
		}
		const registry = `{ registry { history(first: 100) { totalCount edges { node { subjectID actorID secondActorID } } } } }`
		a.done(administrator, "registerOrganisation", map[string]any{"name": "Nauja bendruomenė", "legalForm": "VSI"})
		persons := regexp.MustCompile(`per_[0-9a-z]+`)
		foreign := a.must(a.Outsider, registry, nil)
		for _, id := range persons.FindAllString(foreign.body, -1) {
			if ident.ID(id) != a.Outsider.Person && ident.ID(id) != fresh && ident.ID(id) != everywhere.Person {
				t.Errorf("another group's administrator reads of %s in the registry", id)
			}
		}
		own := a.must(administrator, registry, nil)
		if !strings.Contains(own.body, string(chair)) || strings.Contains(own.body, string(a.Outsider.Person)) || !strings.Contains(own.body, `"actorID":"`+string(administrator.Person)) {
			t.Errorf("registry to staff: got %s, want persons of the group alone, and who acted", own.body)
		}
		for name, r := range map[string]reply{"another group's": foreign, "own": own} {
			edges, _ := r.at("registry", "history", "edges").([]any)
			if total := r.at("registry", "history", "totalCount"); total != float64(len(edges)) || !strings.Contains(r.body, "org_") {
				t.Errorf("registry to %s staff: got %v as the count of %d entries, want all that are shown, organisations among them", name, total, len(edges))
			}
		}
		granted := a.do(administrator, "grantRole", map[string]any{
			"personId": fresh, "lagId": a.LAG, "role": "EVALUATOR", "since": "2019-01-01", "idempotencyKey": a.key(),
		})
		if granted.at("userErrors", 0) != nil {
			t.Errorf("first role of who was just registered: got %s, want it granted", granted.body)
		}
		if r := a.must(a.Outsider, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": fresh}); r.at("node") != nil {
			t.Errorf("another group's administrator once a role is granted: got %s, want null", r.body)
		}
	})
}

// TestReasonsOfTheBoardAreForTheOffice, and those about a call for the board as well.
func TestReasonsOfTheBoardAreForTheOffice(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.OnAgenda()
		a.Fire(p, "decideFund", nil)
		a.Decide(call, "annul")
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want string
		}{
			"the office": {a.People[workflow.Administrator], "annul approve decideFund"}, "a member": {a.People[workflow.BoardMember], "annul approve"},
			"an applicant": {a.ApplicantActors[0], ""}, "the public": {workflow.Actor{}, ""},
		} {
			r := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { ... on Meeting { decisions { event reasons } } } }`, a.Meeting), nil)
			all, _ := r.at("node", "decisions").([]any)
			var told []string
			for i := range all {
				if r.at("node", "decisions", i, "reasons") == "nutarta" {
					told = append(told, r.at("node", "decisions", i, "event").(string))
				}
			}
			slices.Sort(told)
			if got := strings.Join(told, " "); got != tt.want || len(all) == 0 {
				t.Errorf("%s: got the reasons of %q of %d decisions, want %q", name, got, len(all), tt.want)
			}
		}
	})
}

// TestPapersOfAnItemAreForWhoeverHasAPart in it, those of the sitting for the table.
func TestPapersOfAnItemAreForWhoeverHasAPart(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.OnAgenda()
		a.Fire(call, "publishReceivedList", nil)
		board := a.Board(workflowtest.Thirds(1)...)
		meeting := a.Plan(workflow.InPerson)
		item := a.Table(meeting, p, "decideFund")
		for subject, title := range map[ident.ID]string{item: "of the item", meeting: "of the sitting", p: "of the case"} {
			a.done(a.People[workflow.Secretary], "recordDocument", map[string]any{"subjectId": subject, "kind": "LETTER", "title": title, "hash": strings.Repeat("a", 64)})
		}
		a.Begin(meeting, board...)
		a.Fire(item, "open", nil)
		a.Recuse(item, workflow.FamilyTie, board[0])
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want string
		}{
			"the office": {a.People[workflow.Administrator], "of the item, of the case, of the sitting"}, "a member": {board[1].Actor, "of the item, of the case, of the sitting"},
			"who left for it": {board[0].Actor, "of the sitting"}, "an evaluator": {a.Evaluators[0], ""}, "the applicant": {a.ApplicantActors[0], ""},
			"the public": {public, ""}, "another group's office": {a.Outsider, ""},
		} {
			of := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { ... on AgendaItem { papers { title } } } }`, item), nil)
			at := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { ... on Meeting { papers { title } } } }`, meeting), nil)
			var told []string
			for _, title := range []string{"of the item", "of the case"} {
				if strings.Contains(of.body, title) {
					told = append(told, title)
				}
			}
			if strings.Contains(at.body, "of the sitting") {
				told = append(told, "of the sitting")
			}
			if got := strings.Join(told, ", "); got != tt.want || strings.Contains(at.body, "of the item") || strings.Contains(of.body, "of the sitting") {
				t.Errorf("%s: got %q by %s and %s, want %q", name, got, of.body, at.body, tt.want)
			}
		}
	})
}
