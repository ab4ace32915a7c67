package graph_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/ranking"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// competing are proposals of the first applicant under a call that has money for two of
// them, with final scores in ascending order.
func (a *api) competing(n int) (call ident.ID, all []ident.ID) {
	call = a.OpenCall(20_000_00)
	for range n {
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		all = append(all, p)
	}
	a.CloseCall(call)
	a.Fire(call, "publishReceivedList", nil)
	for i, p := range all {
		a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		a.Evaluate(p, call, rules.Score(30_00+i*50))
	}
	return call, all
}

const ranked = `query($call: ID!, $version: Int) { ranking(callId: $call, version: $version) {
	frozen { ordinal hash } hash text budget remaining cutPoints order { verdict facts { name value } } filling { verdict } count
	lines { proposalId title applicant rank list score totals aggregation byCriterion { code score } tieBreaks lot grant cumulative
		divergence { verdict } threshold { verdict } } } }`

// TestRankingsAreReadAndFrozen: what the office freezes is what stood there, anybody
// with the text computes it again, and the version stays as it was.
func TestRankingsAreReadAndFrozen(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, all := a.competing(3)
		office := a.People[workflow.Administrator]
		read := func(version any) reply {
			return a.must(office, ranked, map[string]any{"call": call, "version": version})
		}
		now := read(nil)
		if now.at("ranking", "frozen") != nil || read(1).at("ranking") != nil {
			t.Errorf("before anybody froze it: got %s", now.body)
		}
		a.done(office, "freezeRanking", map[string]any{"callId": call})
		kept := read(1)
		if got, want := kept.at("ranking", "text"), now.at("ranking", "text"); got != want || kept.at("ranking", "hash") != now.at("ranking", "hash") {
			t.Errorf("frozen: got %v, want %v", got, want)
		}
		snapshot, err := ranking.Verify([]byte(kept.at("ranking", "text").(string)))
		if err != nil || len(snapshot.Lines) != 3 {
			t.Fatalf("computed again: got %d lines, %v", len(snapshot.Lines), err)
		}
		slices.Reverse(all)
		for i, want := range []struct{ list, cumulative any }{{"FUNDING", "10000.00"}, {"FUNDING", "20000.00"}, {"RESERVE", nil}} {
			line := func(field string) any { return kept.at("ranking", "lines", i, field) }
			if line("proposalId") != string(all[i]) || line("rank") != float64(i+1) || line("list") != want.list || line("cumulative") != want.cumulative {
				t.Errorf("line %d: got %v, want %s on %s", i, kept.at("ranking", "lines", i), all[i], want.list)
			}
			if line("title") == "" || line("applicant") == "" || len(line("totals").([]any)) != len(a.Evaluators) {
				t.Errorf("line %d: got %v, want what it is called and each total", i, kept.at("ranking", "lines", i))
			}
		}
		if got := kept.at("ranking", "cutPoints"); got != "1.00" {
			t.Errorf("at the cut line: got %v points, want 1.00", got)
		}
		a.Fire(all[0], "withdraw", nil)
		if read(1).body != kept.body {
			t.Errorf("after a withdrawal version 1 reads %s, want it as it was", read(1).body)
		}
		if got := read(nil).at("ranking", "count"); got != 2.0 {
			t.Errorf("after a withdrawal: got %v lines now, want 2", got)
		}
	})
}

// TestRankingsAreForTheOfficeAndTheBoard: they hold everybody's scores. A member of the
// board whose organisation competes reads none of them.
func TestRankingsAreForTheOfficeAndTheBoard(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, all := a.competing(2)
		row := a.done(a.People[workflow.Administrator], "freezeRanking", map[string]any{"callId": call})
		competing := a.People[workflow.BoardMember]
		competing.Organisation = a.ApplicantActors[0].Organisation
		for _, who := range []struct {
			name  string
			actor workflow.Actor
			reads bool
		}{
			{"the public", public, false},
			{"the applicant", a.ApplicantActors[0], false},
			{"another applicant", a.ApplicantActors[1], false},
			{"an evaluator", a.Evaluators[0], false},
			{"another group's administrator", a.Outsider, false},
			{"a board member who competes", competing, false},
			{"a board member", a.People[workflow.BoardMember], true},
			{"the secretary", a.People[workflow.Secretary], true},
			{"an auditor", a.People[workflow.Auditor], true},
		} {
			for _, version := range []any{nil, 1} {
				if got := a.must(who.actor, ranked, map[string]any{"call": call, "version": version}).at("ranking"); (got != nil) != who.reads {
					t.Errorf("%s, version %v: got %v, want it read = %t", who.name, version, got, who.reads)
				}
			}
			node := a.must(who.actor, fmt.Sprintf(`{ node(id: %q) { id ... on FrozenRanking { text lots } } call: node(id: %q) { ... on Call { rankings { hash } } } }`, row, call), nil)
			if got := node.at("node") != nil; got != who.reads || (node.at("call", "rankings", 0) != nil) != who.reads {
				t.Errorf("%s: got %s, want it read = %t", who.name, node.body, who.reads)
			}
		}
		for _, who := range []workflow.Actor{a.People[workflow.BoardMember], a.Evaluators[0], a.ApplicantActors[0]} {
			r := a.do(who, "freezeRanking", map[string]any{"callId": call, "idempotencyKey": a.key()})
			if r.at("userErrors", 0, "code") != "ROLE_REFUSED" {
				t.Errorf("%v: got %s, want ROLE_REFUSED", who.Grants, r.body)
			}
		}
		r := a.do(a.People[workflow.Administrator], "freezeRanking", map[string]any{"callId": call, "lots": all, "idempotencyKey": a.key()})
		if r.at("userErrors", 0, "code") != "DOCUMENT_REQUIRED" || r.at("userErrors", 1, "code") != "REASON_REQUIRED" {
			t.Errorf("lots alone: got %s, want the document and the reason asked for", r.body)
		}
	})
}

// TestRankingsAreReadInPages: as many statements for many lines as for few, and at most
// a hundred lines at a time.
func TestRankingsAreReadInPages(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		office := a.People[workflow.Administrator]
		count := func(n int) int64 {
			call, _ := a.competing(n)
			a.done(office, "freezeRanking", map[string]any{"callId": call})
			before := a.reads.n.Load()
			if got := a.must(office, ranked, map[string]any{"call": call, "version": 1}).at("ranking", "count"); got != float64(n) {
				t.Errorf("got %v lines, want %d", got, n)
			}
			return a.reads.n.Load() - before
		}
		if few, many := count(1), count(5); few != many {
			t.Errorf("got %d statements for five lines, want the %d for one", many, few)
		}
		call, all := a.competing(3)
		page := func(first, after int) reply {
			return a.ask(office, fmt.Sprintf(`{ ranking(callId: %q) { lines(first: %d, after: %d) { proposalId } } }`, call, first, after), nil)
		}
		if got := page(1, 2).at("ranking", "lines", 0, "proposalId"); got != string(all[0]) {
			t.Errorf("the last of three: got %v, want %s", got, all[0])
		}
		if r := page(1, 3); len(r.at("ranking", "lines").([]any)) != 0 {
			t.Errorf("after the last: got %s, want none", r.body)
		}
		for _, bad := range [][2]int{{0, 0}, {101, 0}, {1, -1}} {
			if r := page(bad[0], bad[1]); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "PAGE_SIZE" {
				t.Errorf("%v: got %s, want PAGE_SIZE", bad, r.body)
			}
		}
	})
}

// TestWhoWaitsForMoneyIsToldInTurn to the office and the board.
func TestWhoWaitsForMoneyIsToldInTurn(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, all := a.competing(3) // ascending: the first does not fit
		for _, p := range all {
			a.Fire(p, "putToBoard", nil)
		}
		a.Fire(all[2], "decideFund", nil)
		a.Fire(all[1], "decideFund", nil)
		a.Fire(all[0], "decideReserve", map[string]string{"reserveValidUntil": string(a.Clock.Now().Day().AddDays(300))})
		ask := func(who workflow.Actor, withdrawn any) reply {
			return a.ask(who, `query($call: ID!, $withdrawn: ID) { reserve(callId: $call, withdrawn: $withdrawn) {
				free waiting { place ahead grant reached lacks proposal { id } } } }`, map[string]any{"call": call, "withdrawn": withdrawn})
		}
		board := a.People[workflow.BoardMember]
		for withdrawn, want := range map[any]string{
			nil:    "map[free:0.00 waiting:[map[ahead:false grant:10000.00 lacks:10000.00 place:1 proposal:map[id:%s] reached:false]]]",
			all[2]: "map[free:10000.00 waiting:[map[ahead:false grant:10000.00 lacks:0.00 place:1 proposal:map[id:%s] reached:true]]]",
		} {
			if got := fmt.Sprint(ask(board, withdrawn).at("reserve")); got != fmt.Sprintf(want, all[0]) {
				t.Errorf("without %v: got %s, want %s", withdrawn, got, fmt.Sprintf(want, all[0]))
			}
		}
		for _, who := range []workflow.Actor{public, a.ApplicantActors[0], a.Evaluators[0], a.Outsider} {
			if got := ask(who, nil); got.at("reserve") != nil {
				t.Errorf("%v: got %s, want nothing", who.Grants, got.body)
			}
		}
		if r := ask(board, call); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "WRONG_ID_TYPE" {
			t.Errorf("a call withdrawn: got %s, want WRONG_ID_TYPE", r.body)
		}
	})
}

// TestSelectionsAreSimulated: what the board asks before it decides, for those who read the
// ranking, and nothing is written.
func TestSelectionsAreSimulated(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, all := a.competing(3) // ascending: the first does not fit
		const simulate = `query($call: ID!, $what: SelectionScenario!) { simulateSelection(callId: $call, scenario: $what) {
			moved moves { proposalId was { rank list } is { rank list } }
			before { remaining lines { proposalId } } after { remaining frozen { id } cutPoints text lines { proposalId list cumulative } } } }`
		entries := func() any {
			return a.must(a.People[workflow.Administrator], fmt.Sprintf(`{ node(id: %q) { ... on Call { version history(first: 100) { totalCount } } } }`, call), nil).body
		}
		before := entries()
		ask := func(who workflow.Actor, what map[string]any) reply {
			return a.ask(who, simulate, map[string]any{"call": call, "what": what})
		}
		board := a.People[workflow.BoardMember]
		r := ask(board, map[string]any{"fundFirst": []any{all[0]}})
		if got, want := fmt.Sprint(r.at("simulateSelection", "moves")), fmt.Sprintf(
			"[map[is:map[list:RESERVE rank:2] proposalId:%s was:map[list:FUNDING rank:2]] map[is:map[list:FUNDING rank:3] proposalId:%s was:map[list:RESERVE rank:3]]]", all[1], all[0]); got != want {
			t.Errorf("the last first: got %s, want %s", got, want)
		}
		if _, err := ranking.Verify([]byte(r.at("simulateSelection", "after", "text").(string))); err != nil || r.at("simulateSelection", "after", "cutPoints") != nil {
			t.Errorf("the last first: got %s (%v), want a text that is computed again", r.body, err)
		}
		r = ask(board, map[string]any{"budget": "30000.00", "without": []any{all[2]}})
		if r.at("simulateSelection", "moved") != 2.0 || r.at("simulateSelection", "moves", 0, "is") != nil || r.at("simulateSelection", "after", "remaining") != "10000.00" {
			t.Errorf("more money for fewer: got %s", r.body)
		}
		if got := ask(board, map[string]any{}).at("simulateSelection", "moved"); got != 0.0 {
			t.Errorf("nothing changed: got %v moved", got)
		}
		for _, who := range []workflow.Actor{public, a.ApplicantActors[0], a.Evaluators[0], a.Outsider} {
			if got := ask(who, map[string]any{}); got.at("simulateSelection") != nil {
				t.Errorf("%v: got %s, want nothing", who.Grants, got.body)
			}
		}
		if r := ask(board, map[string]any{"fundFirst": []any{call}}); len(r.Errors) != 1 || r.Errors[0].Extensions["code"] != "MALFORMED_INPUT" {
			t.Errorf("a call first: got %s, want MALFORMED_INPUT", r.body)
		}
		if after := entries(); after != before {
			t.Errorf("got the call as %v, want it as it was: %v", after, before)
		}
	})
}
