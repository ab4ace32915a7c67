package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// inForce is a case whose contract is in force, with a paper about each.
func (a *api) inForce() (proposal, contract ident.ID) {
	a.t.Helper()
	_, proposal, contract = a.InForce()
	return proposal, contract
}

// open begins a matter through the API, as the first of those would who may.
func (a *api) open(kind workflow.Kind, subject ident.ID, form string) ident.ID {
	a.t.Helper()
	who, m := a.Opening(kind, subject, form, nil)
	return a.done(who, "openMatter", opening(m))
}

func opening(m workflow.OpenMatter) map[string]any {
	in := map[string]any{"kind": m.Kind, "subjectId": m.Subject, "documentId": m.Document}
	if m.Form != "" {
		in["form"] = m.Form
	}
	if m.OnBehalfOf != "" {
		in["onBehalfOf"] = m.OnBehalfOf
	}
	var facts []map[string]any
	for _, g := range m.Given {
		facts = append(facts, map[string]any{"name": g.Name, "value": g.Value})
	}
	in["facts"] = facts
	return in
}

// TestAMatterThroughTheAPI opens a claim, finds it beside its case, and takes it
// on by the events that it shows.
func TestAMatterThroughTheAPI(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p, contract := a.inForce()
		claim := a.open("payment_claim", contract, "INTERIM")
		query := fmt.Sprintf(`{ node(id: %q) { ... on Matter {
			kind form number amount accepted periodFrom subjectID proposalID proposal { id } state { name label(lang: EN) responsible }
			availableTransitions(lang: EN) { event label allowed blockedBy { code rule } needs { name } }
			history(first: 10) { totalCount edges { node { kind event subjectID role } } } } } }`, claim)
		r := a.must(a.ApplicantActors[0], query, nil)
		for path, want := range map[string]any{
			"kind": "payment_claim", "form": "INTERIM", "amount": "4000.00", "accepted": nil, "subjectID": string(contract), "proposalID": string(p),
		} {
			if got := r.at("node", path); got != want {
				t.Errorf("%s: got %v, want %v", path, got, want)
			}
		}
		if got := r.at("node", "state", "label"); got != "Draft" || r.at("node", "history", "totalCount") != 1.0 {
			t.Errorf("got %s, want a draft with the one act that began it", r.body)
		}
		for _, event := range []workflow.EventName{"submit", "startCheck"} {
			a.fireByAPI(claim, event)
		}
		if got := a.must(a.ApplicantActors[0], query, nil).at("node", "state", "label"); got != "Your claim is being checked" {
			t.Errorf("the applicant reads %v, want it in their words", got)
		}
		if got := a.must(a.People[workflow.Secretary], query, nil).at("node", "state", "label"); got != "Being checked" {
			t.Errorf("the office reads %v, want it in its words", got)
		}
		a.fireByAPI(claim, "approve")
		list := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { matters(first: 5, orderBy: [{field: STATE_SINCE}]) { totalCount edges { cursor node { id kind accepted state { name } } } } } } }`, p)
		r = a.must(a.People[workflow.Auditor], list, nil)
		if r.at("node", "matters", "totalCount") != 1.0 || r.at("node", "matters", "edges", 0, "node", "accepted") != "4000.00" {
			t.Errorf("beside the case: got %s, want the claim with what is accepted", r.body)
		}
		cursor, _ := r.at("node", "matters", "edges", 0, "cursor").(string)
		next := strings.Replace(list, "first: 5", fmt.Sprintf("first: 5, after: %q", cursor), 1)
		if r = a.must(a.People[workflow.Auditor], next, nil); r.at("node", "matters", "edges", 0) != nil {
			t.Errorf("after the last: got %s, want none", r.body)
		}
	})
}

// TestOpeningIsRefusedByName: what a kind does not take, who may not begin it,
// and what is not there.
func TestOpeningIsRefusedByName(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p, contract := a.inForce()
		applicant, admin := a.ApplicantActors[0], a.People[workflow.Administrator]
		for name, tt := range map[string]struct {
			who    workflow.Actor
			change func(in map[string]any)
			code   string
			field  string
		}{
			"an unknown kind":       {applicant, func(in map[string]any) { in["kind"] = "moon" }, "MALFORMED_INPUT", "kind"},
			"about no case":         {applicant, func(in map[string]any) { in["subjectId"] = a.LAG }, "WRONG_ID_TYPE", "subjectId"},
			"about what is unknown": {applicant, func(in map[string]any) { in["subjectId"] = a.ID(ident.Contract) }, "NOT_FOUND", "subjectId"},
			"about a proposal":      {applicant, func(in map[string]any) { in["subjectId"] = p }, "MALFORMED_INPUT", "subjectId"},
			"in no form":            {applicant, func(in map[string]any) { delete(in, "form") }, "MALFORMED_INPUT", "form"},
			"without an amount":     {applicant, func(in map[string]any) { delete(in, "facts") }, "MALFORMED_INPUT", "facts.amount"},
			"by the office itself":  {admin, func(map[string]any) {}, "ROLE_REFUSED", ""},
			"for a court":           {admin, func(in map[string]any) { in["onBehalfOf"] = "COURT" }, "ROLE_REFUSED", "onBehalfOf"},
			"by another group":      {a.Outsider, func(map[string]any) {}, "ROLE_REFUSED", ""},
			"without the paper": {admin, func(in map[string]any) {
				in["onBehalfOf"] = "APPLICANT"
				delete(in, "documentId")
			}, "DOCUMENT_REQUIRED", "documentId"},
		} {
			_, m := a.Opening("payment_claim", contract, "INTERIM", nil)
			in := opening(m)
			in["idempotencyKey"] = a.key()
			tt.change(in)
			r := a.do(tt.who, "openMatter", in)
			if got, field := r.at("userErrors", 0, "code"), r.at("userErrors", 0, "field"); got != tt.code || (tt.field != "" && field != tt.field) || r.at("subject") != nil {
				t.Errorf("%s: got %v of %v in %s, want %s of %q", name, got, field, r.body, tt.code, tt.field)
			}
		}
	})
}

// TestMattersShowToTheOfficeAndTheirApplicant: of suspicions and of what is to be
// returned the office alone learns, by whatever way.
func TestMattersShowToTheOfficeAndTheirApplicant(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p, contract := a.inForce()
		open := map[string]ident.ID{
			"amendment": a.open("amendment", contract, "MINOR"), "claim": a.open("payment_claim", contract, "INTERIM"),
			"report": a.open("progress_report", contract, "INTERIM"), "appeal": a.open("appeal", contract, ""),
			"irregularity": a.open("irregularity", p, ""), "recovery": a.open("recovery", contract, ""),
		}
		for _, id := range open { // a paper and a letter about each
			a.done(a.People[workflow.Secretary], "recordLetter", map[string]any{
				"subjectId": id, "direction": "OUT", "number": "S-" + string(id), "datedOn": a.Engine.Today(), "channel": "POST",
			})
			a.done(a.People[workflow.Secretary], "recordDocument", map[string]any{
				"subjectId": id, "kind": "LETTER", "title": "Raštas", "hash": strings.Repeat("a", 64),
			})
		}
		a.fireByAPI(open["irregularity"], "investigate")
		entries := a.must(a.People[workflow.Auditor], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 100) { totalCount } } } }`, p), nil).at("node", "history", "totalCount")
		today := fmt.Sprintf(`{ today(lagId: %q, days: 31) { id } }`, a.LAG)
		if _, ok := entries.(float64); !ok {
			t.Fatalf("got %v entries, want a number", entries)
		}
		for name, tt := range map[string]struct {
			who  workflow.Actor
			sees map[string]bool
		}{
			"the public":                      {public, nil},
			"its applicant":                   {a.ApplicantActors[0], map[string]bool{"amendment": true, "claim": true, "report": true, "appeal": true}},
			"another applicant":               {a.ApplicantActors[1], nil},
			"an evaluator":                    {a.Evaluators[0], nil},
			"a board member":                  {a.People[workflow.BoardMember], nil},
			"another group's administrator":   {a.Outsider, nil},
			"an administrator":                {a.People[workflow.Administrator], all(open)},
			"a member of the audit committee": {a.People[workflow.AuditCommission], all(open)},
			"an auditor":                      {a.People[workflow.Auditor], all(open)},
		} {
			read := `{ node(id: {id}) { __typename id ... on Matter { proposal { id } } } nodes(ids: [{id}, {id}]) { id } }`
			r := a.must(tt.who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal {
				matters(first: 20) { totalCount edges { node { id kind } } } history(first: 100) { totalCount edges { node { id kind subjectID subjectType } } } } } }`, p), nil)
			if got := r.at("node", "matters", "totalCount"); got != float64(len(tt.sees)) {
				t.Errorf("%s counts %v matters, want %d", name, got, len(tt.sees))
			}
			due := a.must(tt.who, today, nil)
			for what, id := range open {
				one := a.must(tt.who, strings.ReplaceAll(read, "{id}", quoted(id)), nil)
				shown := map[string]bool{
					"node": one.at("node") != nil, "nodes": one.at("nodes", 0) != nil,
					"list":    strings.Contains(fmt.Sprint(r.at("node", "matters")), string(id)),
					"history": strings.Contains(fmt.Sprint(r.at("node", "history")), string(id)),
				}
				if what == "report" { // the one that has a term now
					shown["today"] = strings.Contains(due.body, string(id))
				}
				for way, got := range shown {
					if got != tt.sees[what] {
						t.Errorf("%s sees the %s by %s: %t, want %t", name, what, way, got, tt.sees[what])
					}
				}
			}
			staff := tt.sees["irregularity"]
			if total := r.at("node", "history", "totalCount"); (total == entries) != staff {
				t.Errorf("%s counts %v of %v entries, want all: %t", name, total, entries, staff)
			}
			edges, _ := r.at("node", "history", "edges").([]any)
			if total := r.at("node", "history", "totalCount"); total != float64(len(edges)) {
				t.Errorf("%s counts %v entries of %d", name, total, len(edges))
			}
		}
		applicant := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(last: 100) { edges { node { subjectType } } } } } }`, p), nil).body
		if got := strings.Count(applicant, `"Correspondence"`); got != 4 {
			t.Errorf("the applicant reads of %d letters, want the four about what they may know of", got)
		}
		_, err := a.Engine.Do(t.Context(), a.ApplicantActors[0], workflow.Fire{Subject: open["irregularity"], Event: "investigate"})
		if !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("the applicant fires on a suspicion: got %v, want NOT_FOUND", err)
		}
	})
}

func all(open map[string]ident.ID) map[string]bool {
	sees := map[string]bool{}
	for what := range open {
		sees[what] = true
	}
	return sees
}

// TestOpenableMattersAreTheEnginesExplanation: what may be opened beside a case,
// why not, with what and by whom, told to each as they may know.
func TestOpenableMattersAreTheEnginesExplanation(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, contract := a.inForce()
		query := fmt.Sprintf(`{ node(id: %q) { ... on Contract { openableMatters(lang: LT) { kind label forms allowed
			blockedBy { code message rule facts { name value } } by { role onBehalfOf persons { id name } } needs { name kind type required label } } } } }`, contract)
		a.Fire(contract, "terminate", nil)
		for name, tt := range map[string]struct {
			who   workflow.Actor
			kinds string // those told of
			named bool
		}{
			"an administrator":    {a.People[workflow.Administrator], "amendment appeal irregularity payment_claim progress_report recovery", true},
			"the audit committee": {a.People[workflow.AuditCommission], "amendment appeal irregularity payment_claim progress_report recovery", true},
			"its applicant":       {a.ApplicantActors[0], "amendment appeal payment_claim progress_report", false},
			"a board member":      {a.People[workflow.BoardMember], "amendment appeal payment_claim progress_report", false},
			"the public":          {public, "amendment appeal payment_claim progress_report", false},
		} {
			r := a.must(tt.who, query, nil)
			want, err := a.Engine.Openable(t.Context(), tt.who, contract)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var kinds []string
			for i, x := range want {
				at := func(k ...any) any { return r.at(append([]any{"node", "openableMatters", i}, k...)...) }
				kinds = append(kinds, fmt.Sprint(at("kind")))
				if at("kind") != string(x.Kind) || at("label") != x.Label.LT || at("allowed") != x.Allowed || at("forms") == nil {
					t.Errorf("%s: got %v, want %s allowed = %t", name, at(), x.Kind, x.Allowed)
				}
				if !x.Allowed && (at("blockedBy", 0, "message") != x.BlockedBy[0].Message.LT || at("blockedBy", 0, "code") != string(x.BlockedBy[0].Code)) {
					t.Errorf("%s on %s: got %v, want %q", name, x.Kind, at("blockedBy"), x.BlockedBy[0].Message.LT)
				}
				if at("by", 0, "role") != string(x.By[0].Role) || len(x.Needs) == 0 || at("needs", 0, "name") != x.Needs[0].Name {
					t.Errorf("%s on %s: got %v and %v, want %v and %v", name, x.Kind, at("by"), at("needs"), x.By, x.Needs)
				}
			}
			list, _ := r.at("node", "openableMatters").([]any)
			if got := strings.Join(kinds, " "); got != tt.kinds || len(list) != len(want) {
				t.Errorf("%s is told of %d kinds: %q, want %q", name, len(list), got, tt.kinds)
			}
			if got := strings.Contains(r.body, string(a.People[workflow.Administrator].Person)); got != tt.named {
				t.Errorf("%s reads who works in the office = %t, want %t: %s", name, got, tt.named, r.body)
			}
		}
		r := a.must(a.ApplicantActors[0], query, nil)
		if got := fmt.Sprint(r.at("node", "openableMatters", 0, "blockedBy", 0, "rule"), r.at("node", "openableMatters", 0, "forms"), r.at("node", "openableMatters", 1, "allowed"), r.at("node", "openableMatters", 2, "needs", 1)); got !=
			"contractRuns[MINOR SUBSTANTIAL] true map[kind:DATUM label:amount name:amount required:true type:money]" {
			t.Errorf("after its end: got %s, want amendments blocked, appeals allowed, and the amount of a claim", got)
		}
	})
}

// TestOpenableMattersTakeTheSameStatements however many matters there are already.
func TestOpenableMattersTakeTheSameStatements(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, contract := a.inForce()
		query := fmt.Sprintf(`{ node(id: %q) { ... on Contract { openableMatters { kind allowed by { persons { name } } } } } }`, contract)
		count := func() int64 {
			before := a.reads.n.Load()
			a.must(a.People[workflow.Administrator], query, nil)
			return a.reads.n.Load() - before
		}
		few := count()
		for range 8 {
			a.Beside("payment_claim", contract, "INTERIM", nil)
		}
		if many := count(); many != few {
			t.Errorf("got %d statements with eight matters, want the %d with none", many, few)
		}
	})
}
