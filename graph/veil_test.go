package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// twins are two proposals of one applicant, scored alike but for the threshold,
// which the second does not reach.
func (a *api) twins() (above, below ident.ID) {
	call := a.OpenCall(50_000_00)
	above, below = a.Proposal(call, 0, 10_000_00), a.Proposal(call, 0, 10_000_00)
	a.Fire(above, "submit", nil)
	a.Fire(below, "submit", nil)
	a.CloseCall(call)
	a.Fire(call, "publishReceivedList", nil)
	for p, points := range map[ident.ID]rules.Score{above: 50_00, below: 1_00} {
		a.Walk(p, "register", "startAdminCheck", "passAdmin", "passEligibility")
		a.Evaluate(p, call, points)
	}
	return above, below
}

// TestProposedRejectionIsForTheBoardFirst: until the board decides or sends it
// back, an applicant reads the same of a proposal above the threshold and of one
// below it, whatever they ask and however far the office is.
func TestProposedRejectionIsForTheBoardFirst(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		above, below := a.twins()
		applicant, office := a.ApplicantActors[0], a.People[workflow.Secretary]
		projects := map[ident.ID]ident.ID{above: a.project(above), below: a.project(below)}
		asked := map[string]string{
			"case":     `{ node(id: {p}) { ... on Proposal { version stateSince finalScore notAdopted state { name label phase } } } }`,
			"project":  `{ node(id: {j}) { ... on Project { state { name label } history(first: 50) { totalCount } } } }`,
			"history":  `{ node(id: {p}) { ... on Proposal { history(first: 50) { totalCount edges { node { n kind role event from to recordedAt fromState { name } toState { name } } } } } } }`,
			"openings": `{ node(id: {p}) { ... on Proposal { openableMatters { kind allowed blockedBy { code message facts { value } } } } } }`,
			"explain":  `{ node(id: {p}) { ... on Proposal { availableTransitions { event allowed toState { name } blockedBy { code message facts { value } } } } } }`,
			"list":     `{ proposals(first: 9, orderBy: [{field: GRANT_REQUESTED}]) { edges { node { state { name } version } } } }`,
		}
		read := func(who workflow.Actor, p ident.ID, query string) string {
			body := a.must(who, strings.NewReplacer("{p}", quoted(p), "{j}", quoted(projects[p])).Replace(query), nil).body
			return strings.NewReplacer(string(above), "X", string(below), "X").Replace(body)
		}
		alike := func(when string) {
			t.Helper()
			for what, query := range asked {
				one, other := read(applicant, above, query), read(applicant, below, query)
				if one != other {
					t.Errorf("%s, %s: the applicant reads of the one above\n%s\nand of the one below\n%s", when, what, one, other)
				}
				if what != "explain" && strings.Contains(other, "proposed_reject") {
					t.Errorf("%s, %s: got %s, want no word of it", when, what, other)
				}
			}
			for _, list := range []string{"proposals", "projects"} {
				for state, want := range map[string]float64{"scored": 2, "proposed_reject": 0, "board_agenda": 0} {
					query := fmt.Sprintf(`{ %s(first: 5, filter: {state: %q}) { totalCount } }`, list, state)
					if got := a.must(applicant, query, nil).at(list, "totalCount"); got != want {
						t.Errorf("%s, %s in %s: got %v, want %v", when, list, state, got, want)
					}
				}
			}
			for phase, want := range map[string]float64{"EVALUATION": 2, "SELECTION": 0} {
				query := fmt.Sprintf(`{ proposals(first: 5, filter: {phase: %s}) { totalCount } }`, phase)
				if got := a.must(applicant, query, nil).at("proposals", "totalCount"); got != want {
					t.Errorf("%s, %s: got %v, want %v", when, phase, got, want)
				}
			}
		}
		alike("scored")
		report := a.Document(below, below)
		paper := fmt.Sprintf(`{ node(id: %q) { id } }`, report)
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want bool
		}{
			"the applicant": {applicant, false}, "the office": {office, true}, "the board": {a.People[workflow.BoardMember], true},
		} {
			if got := a.must(tt.who, paper, nil).at("node") != nil; got != tt.want {
				t.Errorf("the report on the one below: %s reads it = %t, want %t", name, got, tt.want)
			}
		}
		if got := read(office, below, asked["case"]); !strings.Contains(got, "proposed_reject") {
			t.Errorf("the office: got %s, want the state", got)
		}
		a.Fire(above, "putToBoard", nil)
		a.Fire(below, "putToBoard", nil)
		alike("on the agenda")
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want float64
		}{"the applicant": {applicant, 0}, "the office": {office, 2}} {
			if got := a.must(tt.who, `{ proposals(first: 9, orderBy: [{field: STATE_SINCE}]) { totalCount } }`, nil).at("proposals", "totalCount"); got != tt.want {
				t.Errorf("in the order in which they got there: %s reads %v, want %v", name, got, tt.want)
			}
		}
		if got := read(a.People[workflow.BoardMember], below, asked["case"]); !strings.Contains(got, "board_agenda") {
			t.Errorf("the board: got %s, want the state", got)
		}
		both := a.People[workflow.BoardMember]
		both.Organisation, both.Grants = applicant.Organisation, append(both.Grants[:1:1], applicant.Grants...)
		if got := read(both, below, asked["case"]); strings.Contains(got, "board_agenda") {
			t.Errorf("a member of the board whose proposal it is: got %s, want what applicants are told", got)
		}
		a.Fire(below, "decideReject", nil)
		if a.must(applicant, paper, nil).at("node") == nil {
			t.Error("once it is decided, the applicant does not read the report")
		}
		if got := read(applicant, below, asked["history"]); !strings.Contains(got, `"event":"belowThreshold"`) || !strings.Contains(got, `"event":"decideReject"`) {
			t.Errorf("once it is decided: got %s, want the whole history", got)
		}
	})
}

// TestAConflictIsToldNoProposedRejection: whoever declared one is told of the case what its applicant is,
// for the state says what the scores came to.
func TestAConflictIsToldNoProposedRejection(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		a.Fire(call, "publishReceivedList", nil)
		both := a.Person(workflow.Evaluator, a.LAG, "")
		both.Grants = append(both.Grants, workflow.Grant{Role: workflow.BoardMember, LAG: a.LAG})
		judges := a.Evaluators
		a.Evaluators = append(slices.Clone(judges), both)
		a.Walk(a.Assign(p, both), "declareConflict")
		a.Evaluators = judges
		a.Evaluate(p, call, 1_00)
		asked := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { state { name label } availableTransitions { event } history(first: 90) { edges { node { event toState { name } } } } } }
			proposals(first: 5, filter: {state: "proposed_reject"}) { totalCount } told: proposals(first: 5, filter: {state: "scored"}) { totalCount } }`, p)
		r := a.must(both, asked, nil)
		if strings.Contains(r.body, "proposed_reject") || strings.Contains(r.body, "belowThreshold") || r.at("node", "state", "name") != "scored" ||
			r.at("proposals", "totalCount") != 0.0 || r.at("told", "totalCount") != 1.0 {
			t.Errorf("with a conflict: got %s, want it scored, and no more", r.body)
		}
		if r := a.must(a.People[workflow.BoardMember], asked, nil); r.at("node", "state", "name") != "proposed_reject" || r.at("proposals", "totalCount") != 1.0 {
			t.Errorf("without one: got %s, want the state", r.body)
		}
	})
}

// TestRefusalsTellNoProposedRejection: an applicant's attempts are refused as from
// the state that they are told, and what is theirs to do can be done, in the
// version that they are told.
func TestRefusalsTellNoProposedRejection(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		above, below := a.twins()
		told := 0
		attempt := func(p ident.ID, event workflow.EventName, version int) error {
			_, err := a.Engine.Do(t.Context(), a.ApplicantActors[0], workflow.Fire{Subject: p, Event: event, ExpectedVersion: version})
			return err
		}
		for _, p := range []ident.ID{above, below} {
			query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { version } } }`, p)
			version, _ := a.must(a.ApplicantActors[0], query, nil).at("node", "version").(float64)
			if told == 0 {
				told = int(version)
			}
			if err := attempt(p, "belowThreshold", told); !workflow.Refused(err, workflow.RoleRefused) {
				t.Errorf("belowThreshold: got %v, want %s as from scored", err, workflow.RoleRefused)
			}
			for _, event := range []workflow.EventName{"returnToEvaluation", "passAdmin"} {
				err := attempt(p, event, told)
				if !workflow.Refused(err, workflow.NotAllowedHere) || !strings.Contains(err.Error(), "awaiting the board") {
					t.Errorf("%s: got %v, want %s in the applicant's words", event, err, workflow.NotAllowedHere)
				}
			}
			for _, other := range []int{told - 1, told + 1} {
				if err := attempt(p, "withdraw", other); !workflow.Refused(err, workflow.Conflict) {
					t.Errorf("in the version %d: got %v, want %s", other, err, workflow.Conflict)
				}
			}
			actor, f := a.Prepared(p, "withdraw", nil)
			f.ExpectedVersion, f.DryRun = told, true
			if done, err := a.Send(actor, f); err != nil || done.WouldDo.From != "scored" {
				t.Errorf("as a dry run: got %+v and %v, want it from scored", done.WouldDo, err)
			}
			f.DryRun = false
			if _, err := a.Send(actor, f); err != nil || a.Subject(p).State != "withdrawn" {
				t.Errorf("got the state %s and %v, want it withdrawn", a.Subject(p).State, err)
			}
		}
	})
}

// TestHashesTellNothingOfWhatTheyStandFor: of two cases with the same story the
// hashes differ, so that no guess at one can be held against it.
func TestHashesTellNothingOfWhatTheyStandFor(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		above, _ := a.twins()
		seen := map[any]bool{}
		r := a.must(a.People[workflow.Auditor], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(first: 50) { edges { node { bodyHash } } } } } }`, above), nil)
		for i := 0; r.at("node", "history", "edges", i) != nil; i++ {
			seen[r.at("node", "history", "edges", i, "node", "bodyHash")] = true
		}
		var salts []string
		for _, body := range a.bodies(above) {
			if b, err := workflow.DecodeBody(body); err != nil || len(b.Salt) != 32 || slices.Contains(salts, b.Salt) {
				t.Errorf("got the salt %q and %v, want sixteen bytes of its own in each", b.Salt, err)
			} else {
				salts = append(salts, b.Salt)
			}
		}
		if len(salts) != len(seen) || len(salts) < 5 {
			t.Errorf("got %d salts of %d entries, want one in each", len(salts), len(seen))
		}
	})
}

// TestDecisionIsKnownOutsideWhenItIsCarriedOut: neither by itself, nor by what its
// absence would refuse.
func TestDecisionIsKnownOutsideWhenItIsCarriedOut(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		_, p := a.OnAgenda()
		applicant := a.ApplicantActors[0]
		explain := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { availableTransitions { event blockedBy { code } } } } }`, p)
		before := a.must(applicant, explain, nil).body
		d := a.Decide(p, "decideReject")
		if after := a.must(applicant, explain, nil).body; after != before {
			t.Errorf("got %s with the decision on record, want %s as without it", after, before)
		}
		node := fmt.Sprintf(`{ node(id: %q) { id } }`, d)
		check := func(when string, want bool) {
			t.Helper()
			if got := a.must(applicant, node, nil).at("node") != nil; got != want {
				t.Errorf("%s: the applicant sees the decision = %t, want %t", when, got, want)
			}
		}
		check("recorded", false)
		_, f := a.Prepared(p, "decideReject", nil)
		f.Decision = d
		if _, err := a.Send(a.People[workflow.Chair], f); err != nil {
			t.Fatal(err)
		}
		check("carried out", true)
		call := a.OpenCall(10_000_00)
		a.Fire(a.Proposal(call, 1, 5_000_00), "submit", nil)
		node = fmt.Sprintf(`{ node(id: %q) { id } }`, a.Decide(call, "annul"))
		a.CloseCall(call)
		check("of a call that has moved on otherwise", false)
	})
}

// TestReceiptIsANumberThatCountsNothing: what was filed has one at once, those
// inside read it, and no two are in a row.
func TestReceiptIsANumberThatCountsNothing(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		seen := map[any]bool{}
		for i := range 2 {
			p := a.Proposal(call, i, 10_000_00)
			a.Fire(p, "submit", nil)
			query := fmt.Sprintf(`{ node(id: %q) { ... on Proposal { receiptNo regNo contentHash } } }`, p)
			r := a.must(a.ApplicantActors[i], query, nil)
			number, _ := r.at("node", "receiptNo").(string)
			if len(number) != 12 || seen[number[:4]] || r.at("node", "regNo") != "" || r.at("node", "contentHash") == nil {
				t.Errorf("got %s, want a receipt of its own and the hash, and no number of the register yet", r.body)
			}
			seen[number[:min(4, len(number))]] = true
		}
	})
}

// bodies are what the entries of a dossier say, in their bytes.
func (a *api) bodies(dossier ident.ID) [][]byte {
	a.t.Helper()
	var rows sql.Rows
	if err := a.reads.Query(a.t.Context(), `SELECT body FROM history_bodies WHERE id LIKE '`+string(dossier)+`/%' ORDER BY id`, []any{}, &rows); err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out [][]byte
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			a.t.Fatal(err)
		}
		out = append(out, []byte(body))
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return out
}
