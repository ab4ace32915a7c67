package graph_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// payload is what every act answers with.
const payload = `{
	subject { __typename id ... on Proposal { version state { name } } ... on Call { version state { name } } }
	entry { dossier n } wouldDo { from to changes reserves joined } pendingConfirmation { id expiresAt } repeated
	report { kind version hash states steps walks statesSeen stepsSeen unverified against changes } moved left { code } consequences { code message facts { name value } }
	warnings { code rule } userErrors { code field path message rule facts { name value } }
}`

const fireTransition = `mutation($in: FireTransitionInput!) { fireTransition(input: $in) ` + payload + ` }`

// do sends an act by the name of its mutation and gives the payload.
func (a *api) do(who workflow.Actor, name string, in map[string]any) reply {
	a.t.Helper()
	typeName := strings.ToUpper(name[:1]) + name[1:] + "Input!"
	r := a.must(who, fmt.Sprintf("mutation($in: %s) { act: %s(input: $in) %s }", typeName, name, payload), map[string]any{"in": in})
	r.Data = r.at("act")
	return r
}

// done is do for an act that must not be refused; it gives the subject's id.
func (a *api) done(who workflow.Actor, name string, in map[string]any) ident.ID {
	a.t.Helper()
	in["idempotencyKey"] = a.key()
	r := a.do(who, name, in)
	id, _ := r.at("subject", "id").(string)
	if r.at("userErrors", 0) != nil || id == "" {
		a.t.Fatalf("%s: got %s, want a subject and no errors", name, r.body)
	}
	return ident.ID(id)
}

// key is a fresh idempotency key.
func (a *api) key() string { return string(a.ID(ident.Confirmation)) }

// firing is the input of a careful sender's transition.
func (a *api) firing(f workflow.Fire) map[string]any {
	in := map[string]any{
		"id": f.Subject, "event": f.Event, "expectedVersion": f.ExpectedVersion, "idempotencyKey": a.key(),
		"reason": f.Reason, "documentId": f.Document,
	}
	if f.OnBehalfOf != "" {
		in["onBehalfOf"] = f.OnBehalfOf
	}
	if f.Decision != "" {
		in["decisionId"] = f.Decision
	}
	var facts []map[string]any
	for _, g := range f.Given {
		fact := map[string]any{"name": g.Name, "value": g.Value, "reason": g.Reason}
		if g.Document != "" {
			fact["documentId"] = g.Document
		}
		facts = append(facts, fact)
	}
	in["facts"] = facts
	return in
}

// fireByAPI fires an event through the API as a careful sender would.
func (a *api) fireByAPI(subject ident.ID, event workflow.EventName) {
	a.t.Helper()
	who, f := a.Prepared(subject, event, nil)
	if who.System() {
		a.Fire(subject, event, nil)
		return
	}
	r := a.do(who, "fireTransition", a.firing(f))
	if pending, ok := r.at("pendingConfirmation", "id").(string); ok {
		r = a.do(a.SecondAdministrator, "confirmTransition", map[string]any{"id": pending})
	}
	if r.at("userErrors", 0) != nil || r.at("entry", "n") == nil {
		a.t.Fatalf("%s: got %s, want an entry", event, r.body)
	}
}

// TestOneCaseThroughTheAPI takes a case from the registry to its contract by
// mutations alone.
func TestOneCaseThroughTheAPI(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		adm, sec := a.People[workflow.Administrator], a.People[workflow.Secretary]
		before := a.unmarked()
		org := a.done(adm, "registerOrganisation", map[string]any{"name": "Trečias pareiškėjas", "legalCode": "190766619", "legalForm": "VSI"})
		per := a.done(adm, "registerPerson", map[string]any{"name": "Asmuo (sintetinis)", "organisationId": org})
		a.done(adm, "grantRole", map[string]any{"personId": per, "lagId": a.LAG, "role": "APPLICANT", "since": "2019-01-01"})
		applicant := workflow.Actor{Person: per, Organisation: org, Grants: []workflow.Grant{{Role: workflow.Applicant, LAG: a.LAG}}}

		opens := a.Clock.Now().Add(time.Hour)
		call := a.done(adm, "draftCall", map[string]any{
			"strategyId": a.Strategy, "measureId": a.Measure, "number": "K-9", "title": "Kvietimas",
			"minGrant": "1.00", "maxGrant": "50000.00", "intensityCap": 9250, "minScore": 6000, "opensAt": opens,
			"closesAt": opens.Add(30 * 24 * time.Hour), "eligibleForms": []string{"VSI"}, "tieBreakers": []string{"K1"},
			"allocations": []any{map[string]any{"actionId": a.Actions[0], "amount": "50000.00"}},
			"criteria":    []any{map[string]any{"code": "K1", "title": "Poreikis", "maxPoints": 10000}},
		})
		for _, e := range []workflow.EventName{"approve", "publish"} {
			a.fireByAPI(call, e)
		}
		a.Clock.Advance(2 * time.Hour)
		a.fireByAPI(call, "open")

		p := a.done(applicant, "draftProposal", map[string]any{"callId": call, "actionId": a.Actions[0], "applicantId": org})
		content := map[string]any{
			"id": p, "title": "Projektas", "grantRequested": "9000.00", "eligibleTotal": "10000.00", "activityKinds": []string{"K1"},
			"place": "Turgaus a. 1", "placeTerritory": "TARGET",
			"budget": []any{map[string]any{"category": "STAFF", "costMethod": "REAL", "amount": "10000.00"}},
			"funding": []any{
				map[string]any{"sourceKind": "EU_AND_STATE", "amount": "9000.00"}, map[string]any{"sourceKind": "PRIVATE", "amount": "1000.00"},
			},
		}
		a.done(applicant, "editProposal", content)
		a.done(applicant, "editProposal", content)
		a.ApplicantActors = append(a.ApplicantActors, applicant)
		a.fireByAPI(p, "submit")
		a.Clock.Advance(31 * 24 * time.Hour)
		for _, e := range []workflow.EventName{"close", "startEvaluation", "publishReceivedList"} {
			a.fireByAPI(call, e)
		}
		for _, e := range []workflow.EventName{"register", "startAdminCheck", "passAdmin", "passEligibility"} {
			a.fireByAPI(p, e)
		}
		criterion := a.must(adm, fmt.Sprintf(`{ node(id: %q) { ... on Call { criteria { id } } } }`, call), nil).at("node", "criteria", 0, "id")
		for _, ev := range a.Evaluators {
			id := a.done(adm, "assignEvaluator", map[string]any{"proposalId": p, "evaluatorId": ev.Person})
			a.fireByAPI(id, "declareNoConflict")
			a.done(ev, "submitEvaluation", map[string]any{
				"evaluationId": id, "comment": "įvertinta",
				"scores": []any{map[string]any{"criterionId": criterion, "points": 8000, "reason": "pagrįsta"}},
			})
		}
		a.fireByAPI(p, "putToBoard") // the last evaluation made the scores final
		meeting := a.done(sec, "holdMeeting", map[string]any{"lagId": a.LAG, "number": "2", "mode": "IN_PERSON", "heldOn": a.Engine.Today()})
		a.done(sec, "recordDecision", map[string]any{
			"meetingId": meeting, "subjectId": p, "event": "decideFund", "adopted": true, "votesFor": 7, "votesAgainst": 0,
			"votesAbstained": 0, "adoptedOn": a.Engine.Today(), "documentId": a.Tally,
		})
		a.fireByAPI(p, "decideFund")
		a.done(sec, "recordDocument", map[string]any{
			"subjectId": p, "kind": "LETTER", "title": "Raštas", "hash": strings.Repeat("0", 64), "datedOn": a.Engine.Today(),
		})
		a.done(adm, "prepareContract", map[string]any{"proposalId": p, "grant": "9000.00"})
		if got := a.do(adm, "prepareContract", map[string]any{"proposalId": p, "grant": "9000.00", "idempotencyKey": a.key()}).
			at("userErrors", 0, "code"); got != "NOT_ALLOWED_HERE" {
			t.Errorf("second contract: got %v, want NOT_ALLOWED_HERE", got)
		}
		// In a simulated store no row that was sent passes for a fact.
		if got := a.unmarked(); !slices.Equal(got, before) {
			t.Errorf("rows that do not say they are made up: got %q, want %q as before", got, before)
		}
	})
}

// unmarked are the ids of the rows that could say that they are made up and do
// not.
func (a *api) unmarked() []string {
	a.t.Helper()
	var out []string
	for _, typeName := range slices.Sorted(maps.Keys(ent.Columns)) {
		spec := ent.Columns[typeName]
		if !slices.ContainsFunc(spec.Columns, func(c ent.Column) bool { return c.Name == "synthetic" }) {
			continue
		}
		rows, ids := new(sql.Rows), []string{}
		if err := a.reads.Query(a.t.Context(), "SELECT id FROM "+spec.Table+" WHERE NOT synthetic ORDER BY id", []any{}, rows); err != nil {
			a.t.Fatal(err)
		}
		if err := errors.Join(sql.ScanSlice(rows, &ids), rows.Close()); err != nil {
			a.t.Fatal(err)
		}
		out = append(out, ids...)
	}
	return out
}

func TestSameKeyAndInputGiveTheFirstResult(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		adm := a.People[workflow.Administrator]
		in := map[string]any{"name": "Pareiškėjas 3", "legalForm": "VSI", "idempotencyKey": "k1"}
		first, again := a.do(adm, "registerOrganisation", in), a.do(adm, "registerOrganisation", in)
		if first.at("subject", "id") != again.at("subject", "id") || first.at("entry", "n") != again.at("entry", "n") {
			t.Errorf("repeated: got %s, want subject and entry of %s", again.body, first.body)
		}
		if again.at("repeated") != true || first.at("repeated") != false {
			t.Errorf("repeated: got %v then %v, want false then true", first.at("repeated"), again.at("repeated"))
		}
		in["name"] = "Kitas"
		if got := a.do(adm, "registerOrganisation", in).at("userErrors", 0, "code"); got != "IDEMPOTENCY_MISMATCH" {
			t.Errorf("other input under the key: got %v, want IDEMPOTENCY_MISMATCH", got)
		}

		call := a.Call(10_000_00)
		_, f := a.Prepared(call, "approve", nil)
		fire := a.firing(f)
		one, two := a.do(adm, "fireTransition", fire), a.do(adm, "fireTransition", fire)
		if one.at("entry", "n") != two.at("entry", "n") || two.at("userErrors", 0) != nil {
			t.Errorf("repeated transition: got %s, want the entry of %s", two.body, one.body)
		}
	})
}

func TestDryRunSaysWhatWouldHappenAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.Call(10_000_00)
		who, f := a.Prepared(call, "approve", nil)
		in := a.firing(f)
		in["dryRun"] = true
		before := a.dump()
		r := a.do(who, "fireTransition", in)
		if r.at("wouldDo", "from") != "draft" || r.at("wouldDo", "to") != "approved" || r.at("entry") != nil {
			t.Errorf("dry run: got %s, want draft to approved and no entry", r.body)
		}
		if after := a.dump(); after != before {
			t.Errorf("dry run changed something: got %s, want %s", after, before)
		}
		in["dryRun"] = false
		if r := a.do(who, "fireTransition", in); r.at("entry", "n") == nil {
			t.Errorf("the same key after the dry run: got %s, want an entry", r.body)
		}
	})
}

// dump is what the group's administrator reads of states and history.
func (a *api) dump() string {
	a.t.Helper()
	return a.must(a.People[workflow.Administrator], `{
		calls(first: 50) { edges { node { id version state { name } } } }
		proposals(first: 50) { edges { node { id version state { name } } } }
		lags(first: 1) { edges { node { history(last: 1) { totalCount } } } }
	}`, nil).body
}

func TestSecondPersonConfirms(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		a.CloseCall(call)
		a.Walk(p, "register", "startAdminCheck")
		who, f := a.Prepared(p, "failAdmin", nil)
		first := a.do(who, "fireTransition", a.firing(f))
		pending, _ := first.at("pendingConfirmation", "id").(string)
		if pending == "" || first.at("entry") != nil {
			t.Fatalf("got %s, want a pending confirmation and no entry", first.body)
		}
		own := a.do(who, "confirmTransition", map[string]any{"id": pending})
		if got := own.at("userErrors", 0, "code"); got != "SECOND_PERSON_REQUIRED" {
			t.Errorf("confirmed by the same person: got %v, want SECOND_PERSON_REQUIRED", got)
		}
		done := a.do(a.SecondAdministrator, "confirmTransition", map[string]any{"id": pending})
		if done.at("entry", "n") == nil || done.at("userErrors", 0) != nil {
			t.Errorf("confirmed by another: got %s, want an entry", done.body)
		}
		again := a.do(a.SecondAdministrator, "confirmTransition", map[string]any{"id": pending})
		if got := again.at("userErrors", 0, "code"); got != "NOT_FOUND" {
			t.Errorf("confirmed twice: got %v, want NOT_FOUND", got)
		}
	})
}

func TestRefusedTransitionIsRecordedAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.Call(10_000_00)
		in := map[string]any{"id": call, "event": "approve", "expectedVersion": 1, "idempotencyKey": a.key()}
		sent := a.do(a.People[workflow.Secretary], "fireTransition", in)
		if got := sent.at("userErrors", 0, "code"); got != "ROLE_REFUSED" || sent.at("subject") != nil {
			t.Errorf("got %s, want ROLE_REFUSED and no subject", sent.body)
		}
		const last = `{ node(id: %q) { ... on Call { version state { name } history(last: 1) { edges { node { kind event from to
			role actorID refusals { code guard } } } } } } }`
		r := a.must(a.People[workflow.Auditor], fmt.Sprintf(last, call), nil)
		want := map[string]any{
			"version": 1.0, "state": map[string]any{"name": "draft"},
		}
		for k, v := range want {
			if got := r.at("node", k); fmt.Sprint(got) != fmt.Sprint(v) {
				t.Errorf("%s after a refusal: got %v, want %v", k, got, v)
			}
		}
		entry := func(k ...any) any { return r.at(append([]any{"node", "history", "edges", 0, "node"}, k...)...) }
		if entry("kind") != "refused" || entry("event") != "approve" || entry("from") != "draft" || entry("to") != nil ||
			entry("refusals", 0, "code") != "ROLE_REFUSED" {
			t.Errorf("entry of the refusal: got %s, want the refused approve from draft", r.body)
		}
	})
}

func TestAnonymousActsAreRefusedAsErrors(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		r := a.ask(public, fireTransition, map[string]any{"in": map[string]any{
			"id": a.Strategy, "event": "approve", "expectedVersion": 1, "idempotencyKey": "k",
		}})
		if r.code() != "UNAUTHENTICATED" {
			t.Errorf("got %s, want UNAUTHENTICATED", r.body)
		}
	})
}

// Roles stay within the group whose administrator grants them.
func TestRolesAreGrantedWithinTheGroup(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		in := map[string]any{"personId": a.Outsider.Person, "lagId": a.LAG, "role": "CHAIR", "since": "2019-01-01", "idempotencyKey": "k"}
		if got := a.do(a.Outsider, "grantRole", in).at("userErrors", 0, "code"); got != "ROLE_REFUSED" {
			t.Errorf("administrator of another group: got %v, want ROLE_REFUSED", got)
		}
		in["role"], in["personId"] = "MINISTRY", a.Evaluators[0].Person
		if got := a.do(a.People[workflow.Administrator], "grantRole", in).at("userErrors", 0, "code"); got != "MALFORMED_INPUT" {
			t.Errorf("role that never signs in: got %v, want MALFORMED_INPUT", got)
		}
	})
}

// TestReferenceToWhatIsForeignIsNoted: it reads as if there were nothing, and
// the security log has it.
func TestReferenceToWhatIsForeignIsNoted(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.Proposal(a.OpenCall(50_000_00), 0, 10_000_00)
		noted := func() (n int) {
			rows := &sql.Rows{}
			if err := a.reads.Driver.Query(t.Context(), `SELECT COUNT(*) FROM security_log`, []any{}, rows); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				if err := rows.Scan(&n); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		before := noted()
		r := a.ask(a.Outsider, `mutation($in: PrepareContractInput!) { act: prepareContract(input: $in) `+payload+` }`,
			map[string]any{"in": map[string]any{"proposalId": p, "grant": "1.00", "idempotencyKey": a.key()}})
		if got := noted() - before; got != 1 || r.at("act", "userErrors", 0, "code") != "NOT_FOUND" {
			t.Errorf("got %d notes and %s, want one and NOT_FOUND", got, r.body)
		}
	})
}
