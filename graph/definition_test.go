package graph_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
)

// shipped is the source of the proposal's definition under another version.
func shipped(t *testing.T, version int) string {
	t.Helper()
	src, err := fs.ReadFile(definitions.Files(), "proposal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	now := storetest.Machines(t).Latest("proposal").Version()
	return strings.Replace(string(src), fmt.Sprintf("\nversion: %d\n", now), fmt.Sprintf("\nversion: %d\n", version), 1)
}

// replaced is a text with one part of it exchanged, which has to be there.
func replaced(t *testing.T, text, old, now string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("the definition lacks %q", old)
	}
	return strings.Replace(text, old, now, 1)
}

// published has the text published by two persons.
func (a *api) published(text string) {
	a.t.Helper()
	r := a.do(a.People[workflow.Administrator], "publishDefinition", map[string]any{
		"lagId": a.LAG, "text": text, "reason": "Pagal naują tvarką.", "idempotencyKey": a.key(),
	})
	a.confirmed(a.People[workflow.Chair], r)
}

// confirmed has what a reply left pending confirmed.
func (a *api) confirmed(who workflow.Actor, r reply) reply {
	a.t.Helper()
	id := r.at("pendingConfirmation", "id")
	done := a.do(who, "confirmTransition", map[string]any{"id": id})
	if id == nil || done.at("userErrors", 0) != nil {
		a.t.Fatalf("got %s and then %s, want it pending and confirmed", r.body, done.body)
	}
	return done
}

// withHearing is the shipped process with a hearing before the board decides. What the
// annulment of the call does to a case that is being heard has to be said too.
func withHearing(t *testing.T) string {
	t.Helper()
	const annulled = "      - reserve_appealed\n    to: call_annulled\n"
	return replaced(t, splice(t, shipped(t, workflow.FirstPublished), "testdata/hearing.yaml"), annulled, "      - hearing\n"+annulled)
}

// TestPublishingAProcess: an office publishes a version of its own without a
// release; two persons stand behind it, new cases go by it and others by theirs.
func TestPublishingAProcess(t *testing.T) {
	text := withHearing(t)
	each(t, func(t *testing.T, a *api) {
		call, p := a.OnAgenda()
		office, chair := a.People[workflow.Administrator], a.People[workflow.Chair]
		publish := func(who workflow.Actor, change map[string]any) reply {
			in := map[string]any{"lagId": a.LAG, "text": text, "reason": "Pagal naują tvarką.", "idempotencyKey": a.key()}
			for k, v := range change {
				in[k] = v
			}
			return a.do(who, "publishDefinition", in)
		}
		for name, tt := range map[string]struct {
			who    workflow.Actor
			change map[string]any
			code   string
		}{
			"nobody of the group": {a.Outsider, nil, "NOT_FOUND"}, "an applicant": {a.ApplicantActors[0], nil, "ROLE_REFUSED"},
			"an auditor": {a.People[workflow.Auditor], nil, "ROLE_REFUSED"}, "for all groups": {office, map[string]any{"lagId": nil}, "ROLE_REFUSED"},
			"without a reason": {office, map[string]any{"reason": " "}, "REASON_REQUIRED"}, "not a definition": {office, map[string]any{"text": "a: b"}, "DEFINITION_REFUSED"},
			"a number of the program's own": {office, map[string]any{"text": shipped(t, 2)}, "DEFINITION_REFUSED"},
			"another group":                 {office, map[string]any{"lagId": a.ID(ident.LAG)}, "NOT_FOUND"},
		} {
			if got := publish(tt.who, tt.change).at("userErrors", 0, "code"); got != tt.code {
				t.Errorf("%s: got %v, want %s", name, got, tt.code)
			}
		}
		tried := publish(office, map[string]any{"dryRun": true, "reason": nil})
		if changes := fmt.Sprint(tried.at("report", "changes")); tried.at("pendingConfirmation") != nil || !strings.Contains(changes, "state added: hearing step added: invite from board_agenda to hearing") {
			t.Errorf("dry run: got %s, want what would change", tried.body)
		}
		pending := publish(office, nil)
		listed := a.must(chair, `query($l: ID) { awaitedActs(lagId: $l) { id act by { id } reason text report { kind version against changes } } }`, map[string]any{"l": a.LAG})
		if got := listed.at("awaitedActs", 0); listed.at("awaitedActs", 0, "id") != pending.at("pendingConfirmation", "id") || listed.at("awaitedActs", 0, "text") != text ||
			listed.at("awaitedActs", 0, "report", "against") != "proposal@1" || listed.at("awaitedActs", 0, "by", "id") != string(office.Person) {
			t.Errorf("awaited: got %.600v, want the definition with its report", got)
		}
		if got := a.must(a.ApplicantActors[0], fmt.Sprintf(`{ awaitedActs(lagId: %q) { id } }`, a.LAG), nil).at("awaitedActs"); got != nil {
			t.Errorf("an applicant: got the awaited acts %v, want null", got)
		}
		id := pending.at("pendingConfirmation", "id")
		if got := a.do(office, "confirmTransition", map[string]any{"id": id}).at("userErrors", 0, "code"); got != "SECOND_PERSON_REQUIRED" {
			t.Errorf("confirmed by its author: got %v, want SECOND_PERSON_REQUIRED", got)
		}
		done := a.confirmed(chair, pending)
		if done.at("report", "version") != float64(workflow.FirstPublished) || done.at("entry", "dossier") != string(a.LAG) {
			t.Errorf("got %s, want the report and an entry of the group", done.body)
		}
		if got := publish(office, nil).at("userErrors", 0, "code"); got != "DEFINITION_REFUSED" {
			t.Errorf("the same version once more: got %v, want DEFINITION_REFUSED", got)
		}
		const versions = `query($l: ID) { processVersions(kind: "proposal", lagId: $l) { name lagID current hash author { id } confirmedBy { id } report { states } } }`
		ours := a.must(office, versions, map[string]any{"l": a.LAG})
		if got := fmt.Sprint(ours.at("processVersions")); strings.Count(got, "current:true") != 1 || !strings.Contains(got, string(chair.Person)) {
			t.Errorf("versions: got %s, want two, one of them current, with its persons", got)
		}
		if got := fmt.Sprint(a.must(public, versions, map[string]any{"l": a.LAG}).at("processVersions")); strings.Contains(got, "per_") || !strings.Contains(got, "proposal@1000") {
			t.Errorf("the public: got %s, want the versions and no person", got)
		}
		if got := fmt.Sprint(a.must(office, versions, nil).at("processVersions")); !strings.Contains(got, "current:true hash:"+a.Engine.Machines.Latest("proposal").Hash()) {
			t.Errorf("of all groups: got %s, want what shipped to be current", got)
		}
		if got := a.Subject(p).Definition; got != "proposal@1" {
			t.Errorf("a running case: got %s, want it to stay with proposal@1", got)
		}
		if got := a.do(chair, "fireTransition", map[string]any{
			"id": p, "event": "invite", "expectedVersion": a.Subject(p).Version, "reason": "x", "idempotencyKey": a.key(),
		}).at("userErrors", 0, "code"); got != "UNKNOWN_EVENT" {
			t.Errorf("the new event on it: got %v, want UNKNOWN_EVENT", got)
		}
		other := a.OpenCall(40_000_00)
		young := a.Proposal(other, 0, 10_000_00)
		if got := a.Subject(young).Definition; got != "proposal@1000" {
			t.Errorf("a new case: got %s, want proposal@1000", got)
		}
		a.migrated(call, p)
		a.play("testdata/hearing.scenario.yaml", p, func(scene) {})
	})
}

// migrated takes the running cases to the published version and looks at p.
func (a *api) migrated(_, p ident.ID) {
	a.t.Helper()
	office := a.People[workflow.Administrator]
	in := map[string]any{"lagId": a.LAG, "from": "proposal@1", "to": "proposal@1000", "dryRun": true, "idempotencyKey": a.key()}
	seen := a.do(office, "migrateCases", in)
	if seen.at("moved") != 1.0 || seen.at("pendingConfirmation") != nil {
		a.t.Errorf("dry run: got %s, want one case", seen.body)
	}
	in["dryRun"], in["reason"], in["idempotencyKey"] = false, "Eiga pasikeitė.", a.key()
	before := a.Subject(p)
	done := a.confirmed(a.SecondAdministrator, a.do(office, "migrateCases", in))
	now := a.Subject(p)
	if done.at("moved") != 1.0 || now.Definition != "proposal@1000" || now.State != before.State || now.Version != before.Version+1 || now.Since != before.Since {
		a.t.Errorf("got %s and the case %+v, want it moved and else as %+v", done.body, now, before)
	}
	h := a.must(office, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(last: 1) { edges { node { kind cause } } } } } }`, p), nil)
	if got := fmt.Sprint(h.at("node")); !strings.Contains(got, "kind:migrate") || !strings.Contains(got, "cause:"+string(a.LAG)) {
		a.t.Errorf("history: got %s, want the migration and its cause", got)
	}
	h = a.must(a.ApplicantActors[0], fmt.Sprintf(`{ node(id: %q) { ... on Proposal { history(last: 1) { edges { node { kind } } } } } }`, p), nil)
	if got := fmt.Sprint(h.at("node")); strings.Contains(got, "migrate") {
		a.t.Errorf("its applicant: got %s, want nothing of the office's move", got)
	}
}

// TestMigrationIsAllOrNothing: cases that cannot go are told one by one, and none
// goes; what would decide or move money is no migration.
func TestMigrationIsAllOrNothing(t *testing.T) {
	text := withHearing(t)
	each(t, func(t *testing.T, a *api) {
		a.published(text)
		_, p := a.OnAgenda()
		a.Fire(p, "invite", nil)
		office := a.People[workflow.Administrator]
		for name, tt := range map[string]struct {
			who    workflow.Actor
			change map[string]any
			code   string
		}{
			"a state that is not there":     {office, nil, "CASE_STUCK"},
			"a state with other traits":     {office, map[string]any{"mapping": []map[string]any{{"from": "hearing", "to": "closed"}}}, "MALFORMED_INPUT"},
			"a state that nobody knows":     {office, map[string]any{"mapping": []map[string]any{{"from": "hearing", "to": "nowhere"}}}, "MALFORMED_INPUT"},
			"an unknown version":            {office, map[string]any{"to": "proposal@7"}, "MALFORMED_INPUT"},
			"another kind":                  {office, map[string]any{"to": "call@1"}, "MALFORMED_INPUT"},
			"itself":                        {office, map[string]any{"to": "proposal@1000"}, "MALFORMED_INPUT"},
			"without a reason":              {office, map[string]any{"reason": ""}, "REASON_REQUIRED"},
			"an auditor":                    {a.People[workflow.Auditor], nil, "ROLE_REFUSED"},
			"an administrator of elsewhere": {a.Outsider, nil, "NOT_FOUND"},
		} {
			in := map[string]any{"lagId": a.LAG, "from": "proposal@1000", "to": "proposal@1", "reason": "Atgal.", "idempotencyKey": a.key()}
			for k, v := range tt.change {
				in[k] = v
			}
			r := a.do(tt.who, "migrateCases", in)
			if got := r.at("userErrors", 0, "code"); got != tt.code {
				t.Errorf("%s: got %v, want %s: %s", name, got, tt.code, r.body)
			}
			if tt.code == "CASE_STUCK" && !strings.Contains(r.body, string(p)) {
				t.Errorf("%s: got %s, want the case named", name, r.body)
			}
		}
		if got := a.Subject(p); got.Definition != "proposal@1000" || got.State != "hearing" {
			t.Errorf("got %+v, want nothing moved", got)
		}
	})
}

// TestBrokenProcessesAreNotPublished: each is refused with the problem, its place
// and, where there is one, a path.
func TestBrokenProcessesAreNotPublished(t *testing.T) {
	whole := withHearing(t)
	storetest.Each(t, func(t *testing.T, address string) {
		a := newAPI(t, address)
		for name, tt := range map[string]struct{ old, now, problem string }{
			"a way that only leads in": {"  - event: hearingOver\n", "  - event: hearingOver2\n", "BAD_DEADLINE"},
			"another trait":            {"    responsible: EVALUATOR\n    traits: [keepsMoney]\n", "    responsible: EVALUATOR\n    traits: [keepsMoney, running]\n", "RECLASSIFIED"},
			"an amount by one person":  {"    requires: [document, secondPerson]\n    data: {grantAwarded: money!}", "    requires: [document]\n    data: {grantAwarded: money!}", "ONE_PERSON"},
			"an invented rule":         {"    by: CHAIR\n    requires: [reason]", "    by: CHAIR\n    guards: [R-99]\n    requires: [reason]", "UNKNOWN_GUARD"},
			"a column of the engine's": {"    by: CHAIR\n    requires: [reason]", "    by: CHAIR\n    data: {applicantId: id!}\n    requires: [reason]", "UNKNOWN_FIELD"},
			"no kind that runs":        {"\nkind: proposal\n", "\nkind: audit\n", "UNKNOWN_KIND"},
		} {
			r := a.do(a.People[workflow.Administrator], "publishDefinition", map[string]any{
				"lagId": a.LAG, "text": replaced(t, whole, tt.old, tt.now), "dryRun": true, "idempotencyKey": a.key(),
			})
			if r.at("userErrors", 0, "code") != "DEFINITION_REFUSED" || !strings.Contains(r.body, tt.problem) || r.at("report") != nil {
				t.Errorf("%s: got %s, want it refused for %s", name, r.body, tt.problem)
			}
		}
	})
}

// TestAVersionThatDoesNotHoldIsShownWithWhatIsWrong, to the office; whoever else asks
// learns that it is there.
func TestAVersionThatDoesNotHoldIsShownWithWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.published(shipped(t, workflow.FirstPublished))
		a.Engine.Machines = storetest.Machines(t)
		a.Engine.Machines.Lack("proposal@1000", errors.New("its text is another"))
		const versions = `query($l: ID, $k: String) { processVersions(kind: $k, lagId: $l) { name current fault publishedAt } }`
		for name, tt := range map[string]struct {
			who  workflow.Actor
			kind any
			lag  any
			want string
		}{
			"the office":           {a.People[workflow.Administrator], "proposal", a.LAG, `"fault":"its text is another"`},
			"of whichever kind":    {a.People[workflow.Auditor], nil, a.LAG, `"fault":"its text is another"`},
			"of all groups":        {a.People[workflow.Administrator], nil, nil, `"fault":"its text is another"`},
			"of another kind":      {a.People[workflow.Administrator], "call", a.LAG, ""},
			"the public":           {public, "proposal", a.LAG, `"fault":null`},
			"the office elsewhere": {a.Outsider, "proposal", a.LAG, `"fault":null`},
		} {
			got := a.must(tt.who, versions, map[string]any{"l": tt.lag, "k": tt.kind}).body
			_, row, there := strings.Cut(got, `"proposal@1000"`)
			row, _, _ = strings.Cut(row, "}")
			if there != (tt.want != "") || !strings.Contains(row, tt.want) || (there && !strings.Contains(row, `"current":false`)) {
				t.Errorf("%s: got %s, want %q of proposal@1000", name, got, tt.want)
			}
		}
	})
}

// breaks is a store that fails once so many transactions are through.
type breaks struct {
	workflow.Store
	left int
}

func (b *breaks) InTx(ctx context.Context, f func(workflow.Tx) error) error {
	b.left--
	if b.left < 0 {
		return errors.New("the disk of db-7 is full")
	}
	return b.Store.InTx(ctx, f)
}

// TestABrokenMigrationTellsBothTheFaultAndWhatIsDone.
func TestABrokenMigrationTellsBothTheFaultAndWhatIsDone(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.OnAgenda()
		a.published(shipped(t, workflow.FirstPublished))
		sent := a.do(a.People[workflow.Administrator], "migrateCases", map[string]any{
			"lagId": a.LAG, "from": "proposal@1", "to": "proposal@1000", "reason": "Nauja tvarka.", "idempotencyKey": a.key(),
		})
		a.Engine.Store = &breaks{Store: a.Engine.Store, left: 1}
		r := a.ask(a.People[workflow.Chair], `mutation($i: ConfirmTransitionInput!) { confirmTransition(input: $i) { moved left { code message } } }`,
			map[string]any{"i": map[string]any{"id": sent.at("pendingConfirmation", "id")}})
		if !strings.Contains(r.body, `"moved":0`) || !strings.Contains(r.body, `"CASE_STUCK"`) || !strings.Contains(r.body, `"INTERNAL"`) || strings.Contains(r.body, "db-7") {
			t.Errorf("got %s, want what was done, and a fault without its words", r.body)
		}
	})
}
