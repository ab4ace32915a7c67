package graph_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// bad is one input that has to be refused, with what the message must say.
type bad struct {
	name   string
	who    workflow.Actor
	query  string
	vars   map[string]any
	code   string
	lt, en string
	error  bool // of the response; otherwise of the payload
}

// badInputs are the bad inputs that the project promises a typed answer to.
func badInputs(a *api, call, closed, draft, open ident.ID) []bad {
	adm := a.People[workflow.Administrator]
	fire := func(id ident.ID, event string, version int) map[string]any {
		return map[string]any{"in": map[string]any{"id": id, "event": event, "expectedVersion": version, "idempotencyKey": a.key()}}
	}
	_, prepared := a.Prepared(call, "approve", nil)
	prepared.ExpectedVersion = 7
	const draftProposal = `mutation($in: DraftProposalInput!) { act: draftProposal(input: $in) ` + payload + ` }`
	const register = `mutation($in: RegisterOrganisationInput!) { act: registerOrganisation(input: $in) ` + payload + ` }`
	const edit = `mutation($in: EditProposalInput!) { act: editProposal(input: $in) ` + payload + ` }`
	const contract = `mutation($in: PrepareContractInput!) { act: prepareContract(input: $in) ` + payload + ` }`
	const decide = `mutation($in: RecordDecisionInput!) { act: recordDecision(input: $in) ` + payload + ` }`
	const deliver = `mutation($in: RecordDeliveryInput!) { act: recordDelivery(input: $in) ` + payload + ` }`
	const grant = `mutation($in: GrantRoleInput!) { act: grantRole(input: $in) ` + payload + ` }`
	act := strings.Replace(fireTransition, "fireTransition", "act: fireTransition", 1)
	contracted := func(grant any) map[string]any {
		return map[string]any{"in": map[string]any{"proposalId": draft, "grant": grant, "idempotencyKey": a.key()}}
	}
	granted := func(change map[string]any) map[string]any {
		in := map[string]any{
			"personId": a.Evaluators[0].Person, "lagId": a.LAG, "role": "CHAIR", "since": "2019-02-01", "idempotencyKey": a.key(),
		}
		maps.Copy(in, change)
		return map[string]any{"in": in}
	}
	return []bad{
		{name: "unknown event", who: adm, query: act, vars: fire(call, "fly", 1), code: "UNKNOWN_EVENT", lt: "availableTransitions", en: "availableTransitions"},
		{name: "event of another state", who: adm, query: act, vars: fire(call, "close", 1), code: "NOT_ALLOWED_HERE", lt: "negalimas", en: "is not open"},
		{name: "stale version", who: adm, query: act, vars: map[string]any{"in": a.firing(prepared)}, code: "CONFLICT", lt: "Perskaitykite", en: "Read it again"},
		{name: "wrong role", who: a.People[workflow.Secretary], query: act, vars: fire(call, "approve", 1), code: "ROLE_REFUSED", lt: "Šį įvykį gali vykdyti tik", en: "Only these may fire"},
		{
			name: "closed call", who: a.ApplicantActors[1], query: draftProposal, code: "CALL_CLOSED", lt: "neatviras", en: "not open",
			vars: map[string]any{"in": map[string]any{
				"callId": closed, "actionId": a.Actions[0], "applicantId": a.Applicants[1], "idempotencyKey": a.key(),
			}},
		},
		{
			name: "wrong check digit", who: adm, query: register, code: "BAD_CHECK_DIGIT", lt: "devynis", en: "nine digits",
			vars: map[string]any{"in": map[string]any{"name": "X", "legalForm": "VSI", "legalCode": "192050726", "idempotencyKey": a.key()}},
		},
		{
			name: "organisation twice", who: adm, query: register, code: "CONFLICT", lt: string(a.Applicants[0]), en: string(a.Applicants[0]),
			vars: map[string]any{"in": map[string]any{"name": "X", "legalForm": "VSI", "legalCode": "192050725", "idempotencyKey": a.key()}},
		},
		{name: "unknown id", who: adm, query: act, vars: fire("cal_01h455vb4pex5vsknk084sn02q", "approve", 1), code: "NOT_FOUND", lt: "nėra", en: "no such record"},
		{
			name: "id as a number", who: adm, query: act, code: "NOT_FOUND", lt: "nėra", en: "visible to you: 7",
			vars: map[string]any{"in": map[string]any{"id": 7, "event": "approve", "expectedVersion": 1, "idempotencyKey": a.key()}},
		},
		{name: "malformed id", who: adm, query: act, vars: fire("call-1", "approve", 1), code: "NOT_FOUND", lt: "nėra", en: "no such record"},
		{name: "id of another type", who: adm, query: act, vars: fire(a.Applicants[0], "approve", 1), code: "WRONG_ID_TYPE", lt: "(organizacija). Čia tinka: stg_… (strategija), cal_… (kvietimas)", en: "(organisation). Fit here: stg_… (strategy), cal_… (call)"},
		{name: "version beyond 2^53", who: adm, query: act, vars: fire(call, "approve", 1<<53), code: "MALFORMED_INPUT", lt: "9007199254740991", en: "9007199254740991"},
		{
			name: "key of 100 000 characters", who: adm, query: act, code: "MALFORMED_INPUT", lt: "200", en: "200",
			vars: map[string]any{"in": map[string]any{"id": call, "event": "approve", "expectedVersion": 1, "idempotencyKey": strings.Repeat("k", 100_000)}},
		},
		{
			name: "null character in a variable", who: adm, query: act, code: "MALFORMED_INPUT", lt: "U+0000", en: "U+0000", error: true,
			vars: map[string]any{"in": map[string]any{"id": call, "event": "approve", "expectedVersion": 1, "idempotencyKey": "k\x00"}},
		},
		{
			name: "null character in a filter", who: adm, query: `{ organisations(first: 1, filter: {search: "a\u0000"}) { totalCount } }`,
			code: "MALFORMED_INPUT", lt: "U+0000", en: "U+0000", error: true,
		},
		{
			name: "name that reads as another", who: adm, query: register, code: "MALFORMED_INPUT", lt: "eilutė", en: "one line",
			vars: map[string]any{"in": map[string]any{"name": "\u202egrupė", "legalForm": "VSI", "idempotencyKey": a.key()}},
		},
		{name: "no version", who: adm, query: act, vars: fire(call, "approve", 0), code: "MALFORMED_INPUT", lt: "versiją", en: "version"},
		{
			name: "no key", who: adm, query: act, code: "MALFORMED_INPUT", lt: "raktą", en: "key",
			vars: map[string]any{"in": map[string]any{"id": call, "event": "approve", "expectedVersion": 1, "idempotencyKey": " "}},
		},
		{
			name: "money as printed", who: adm, query: contract, code: "MALFORMED_MONEY", lt: "1493200.00", en: "1493200.00", error: true,
			vars: map[string]any{"in": map[string]any{"proposalId": draft, "grant": "1.493200,00", "idempotencyKey": a.key()}},
		},
		{
			name: "a reference of another type", who: adm, query: contract, code: "WRONG_ID_TYPE", lt: "(kvietimas). Čia tinka: prp_… (projektinis pasiūlymas)", en: "(call). Fit here: prp_… (proposal)",
			vars: map[string]any{"in": map[string]any{"proposalId": call, "grant": "1.00", "idempotencyKey": a.key()}},
		},
		{
			name: "a reference to what is not visible", who: a.Outsider, query: contract, code: "NOT_FOUND", lt: "nematomas", en: "not visible",
			vars: map[string]any{"in": map[string]any{"proposalId": draft, "grant": "1.00", "idempotencyKey": a.key()}},
		},
		{name: "oversized page", who: adm, query: `{ calls(first: 101) { edges { node { id } } } }`, code: "PAGE_SIZE", lt: "0 iki 100", en: "0 and 100", error: true},
		{name: "page without a size", who: adm, query: `{ calls { edges { node { id } } } }`, code: "PAGE_SIZE", lt: "first arba last", en: "first or last", error: true},
		{name: "page with both ends", who: adm, query: `{ calls(first: 1, last: 1) { edges { node { id } } } }`, code: "PAGE_SIZE", lt: "first arba last", en: "first or last", error: true},
		{name: "negative page", who: adm, query: `{ calls(first: -1) { edges { node { id } } } }`, code: "PAGE_SIZE", lt: "0 iki 100", en: "0 and 100", error: true},
		{
			name: "page by a variable", who: adm, query: `query($n: Int) { calls(first: $n) { edges { node { id } } } }`, vars: map[string]any{"n": 101},
			code: "PAGE_SIZE", lt: "0 iki 100", en: "0 and 100", error: true,
		},
		{name: "inner page", who: adm, query: `{ calls(first: 1) { edges { node { proposals { totalCount } } } } }`, code: "PAGE_SIZE", lt: "proposals", en: "proposals", error: true},
		{
			name: "filter by an id of another type", who: adm, query: fmt.Sprintf(`{ proposals(first: 1, filter: {callId: %q}) { totalCount } }`, a.Applicants[0]),
			code: "WRONG_ID_TYPE", lt: "kitokio tipo įrašui (organizacija). Čia tinka: cal_… (kvietimas)", en: "another type (organisation). Fit here: cal_… (call)", error: true,
		},
		{name: "unknown field", who: adm, query: `{ nobody }`, code: "MALFORMED_INPUT", lt: "neatitinka schemos. Pataisykite ją. Techninė detalė anglų kalba: „Cannot query field \"nobody\"", en: "The parser says: “Cannot query field \"nobody\"", error: true},
		{name: "no query", who: adm, query: `{`, code: "MALFORMED_INPUT", lt: "Techninė detalė anglų kalba: „Expected", en: "The parser says: “Expected", error: true},
		{
			name: "malformed day", who: adm, code: "MALFORMED_INPUT", error: true,
			lt:    "Netinkama reikšmė input.heldOn. Datą rašykite tekstu: kalendoriaus dieną, mėnesį arba metus, pavyzdžiui, „2016-01-15“",
			en:    "The value of input.heldOn does not read. Write the date as text: a day, month or year of the calendar, such as “2016-01-15”",
			query: fmt.Sprintf(`mutation { holdMeeting(input: {lagId: %q, number: "1", mode: "REMOTE", heldOn: "15.01.2016", idempotencyKey: "k"}) { repeated } }`, a.LAG),
		},
		{name: "malformed cursor", who: adm, query: `{ calls(first: 1, after: "x") { totalCount } }`, code: "MALFORMED_INPUT", lt: "Netinkama reikšmė after. Žymeklį paimkite", en: "The value of after does not read. Take the cursor", error: true},
		{
			name: "variable of another type", who: adm, query: `query($n: Int!) { calls(first: $n) { totalCount } }`, vars: map[string]any{"n": "many"},
			code: "MALFORMED_INPUT", lt: "Netinkama reikšmė $n. Rašykite sveikąjį skaičių", en: "The value of $n does not read. Write a whole number", error: true,
		},
		{
			name: "day that is none, by a variable", who: adm, query: grant, vars: granted(map[string]any{"since": "2019-02-30"}),
			code: "MALFORMED_INPUT", lt: "input.since. Datą rašykite", en: "input.since does not read. Write the date", error: true,
		},
		{
			name: "day as a number", who: adm, query: grant, vars: granted(map[string]any{"since": 2019}),
			code: "MALFORMED_INPUT", lt: "input.since. Datą rašykite", en: "input.since does not read. Write the date", error: true,
		},
		{
			name: "unknown role by a variable", who: adm, query: grant, vars: granted(map[string]any{"role": "KING"}),
			code: "MALFORMED_INPUT", lt: "$in.role. Rašykite vieną iš reikšmių: APPLICANT, ", en: "$in.role does not read. Write one of APPLICANT, ", error: true,
		},
		{
			name: "id as an object", who: adm, query: grant, vars: granted(map[string]any{"lagId": map[string]any{}}),
			code: "MALFORMED_INPUT", lt: "$in.lagId. Tapatybę rašykite", en: "$in.lagId does not read. Write the id", error: true,
		},
		{
			name: "text as a list", who: adm, query: grant, vars: granted(map[string]any{"idempotencyKey": []any{"k"}}),
			code: "MALFORMED_INPUT", lt: "$in.idempotencyKey. Rašykite tekstą", en: "$in.idempotencyKey does not read. Write a text", error: true,
		},
		{
			name: "value that is missing", who: adm, query: grant, vars: granted(map[string]any{"since": nil}),
			code: "MALFORMED_INPUT", lt: "Reikšmė privaloma", en: "A value is required", error: true,
		},
		{
			name: "field that is none", who: adm, query: grant, vars: granted(map[string]any{"from": "2019-02-01"}),
			code: "MALFORMED_INPUT", lt: "Objektas $in lauko from neturi. Rašykite objektą, kurio laukai: personId", en: "The object $in has no field from. Write an object with the fields personId", error: true,
		},
		{
			name: "input as a text", who: adm, query: grant, vars: map[string]any{"in": "x"},
			code: "MALFORMED_INPUT", lt: "$in. Rašykite objektą", en: "$in does not read. Write an object", error: true,
		},
		{
			name: "flag as a number", who: adm, query: `query($f: ProjectFilter) { projects(first: 1, filter: $f) { totalCount } }`, vars: map[string]any{"f": map[string]any{"hasCode": 1}},
			code: "MALFORMED_INPUT", lt: "$f.hasCode. Rašykite true arba false", en: "$f.hasCode does not read. Write true or false", error: true,
		},
		{
			name: "list with a member of another type", who: a.ApplicantActors[0], query: edit, vars: edited(a, open, func(in map[string]any) { in["activityKinds"] = []any{"K1", map[string]any{}} }),
			code: "MALFORMED_INPUT", lt: "$in.activityKinds.1. Rašykite tekstą", en: "$in.activityKinds.1 does not read. Write a text", error: true,
		},
		{
			name: "malformed time", who: adm, query: `mutation { recordDelivery(input: {letterId: "x", deliveredAt: "yesterday", idempotencyKey: "k"}) { repeated } }`,
			code: "MALFORMED_INPUT", lt: "input.deliveredAt. Laiką rašykite tekstu pagal RFC 3339", en: "input.deliveredAt does not read. Write the time as text by RFC 3339", error: true,
		},
		{
			name: "time finer than is kept, by a variable", who: adm, query: deliver,
			vars: map[string]any{"in": map[string]any{"letterId": "x", "deliveredAt": "2019-12-31T21:59:59.1234567Z", "idempotencyKey": "k"}},
			code: "MALFORMED_INPUT", lt: "ne tiksliau kaip mikrosekundėmis", en: "no finer than microseconds", error: true,
		},
		{name: "money as a number", who: adm, query: contract, vars: contracted(5), code: "MALFORMED_MONEY", lt: "Sumą rašykite tekstu", en: "Write the amount as text", error: true},
		{
			name: "money beyond its range", who: adm, query: contract, vars: contracted("92233720368547758.08"), code: "MALFORMED_MONEY",
			lt: "nuo -92233720368547758.08 iki 92233720368547758.07", en: "between -92233720368547758.08 and 92233720368547758.07", error: true,
		},
		{
			name: "money in a list beyond its range", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_MONEY", lt: "netelpa į ribas", en: "out of range", error: true,
			vars: edited(a, open, func(in map[string]any) {
				in["budget"] = []any{map[string]any{"category": "STAFF", "costMethod": "REAL", "amount": "-99999999999999999999.00"}}
			}),
		},
		{
			name: "legal code of seven digits", who: adm, query: register, code: "BAD_CHECK_DIGIT", lt: "tai devyni skaitmenys", en: "is nine digits",
			vars: map[string]any{"in": map[string]any{"name": "X", "legalForm": "VSI", "legalCode": "1920507", "idempotencyKey": a.key()}},
		},
		{
			name: "confirmation without an id", who: adm, query: `mutation { act: confirmTransition(input: {id: " "}) ` + payload + ` }`,
			code: "MALFORMED_INPUT", lt: "pendingConfirmation", en: "pendingConfirmation",
		},
		{
			name: "confirmation by an id of another type", who: adm, query: fmt.Sprintf(`mutation { act: confirmTransition(input: {id: %q}) `+payload+` }`, call),
			code: "WRONG_ID_TYPE", lt: "(kvietimas). Čia tinka: cfm_… (laukiantis patvirtinimas)", en: "(call). Fit here: cfm_… (pending confirmation)",
		},
		{
			name: "decision on what has no states", who: a.People[workflow.Secretary], query: decide, code: "WRONG_ID_TYPE", lt: "prp_… (projektinis pasiūlymas), evl_… (vertinimas), con_… (sutartis), mtg_… (posėdis), itm_… (darbotvarkės klausimas)", en: "prp_… (proposal), evl_… (evaluation), con_… (contract), mtg_… (meeting), itm_… (agenda item)",
			vars: map[string]any{"in": map[string]any{
				"meetingId": a.Meeting, "subjectId": a.LAG, "event": "decideFund", "adopted": true, "votesFor": 9, "votesAgainst": 0, "votesAbstained": 0,
				"adoptedOn": a.Engine.Today(), "documentId": a.Tally, "idempotencyKey": a.key(),
			}},
		},
		{name: "filter by an unknown state", who: adm, query: `{ calls(first: 1, filter: {state: "opne"}) { totalCount } }`, code: "MALFORMED_INPUT", lt: "opne", en: "opne", error: true},
		{name: "filter by an unknown theme", who: adm, query: `{ projects(first: 1, filter: {theme: "SPORT"}) { totalCount } }`, code: "MALFORMED_INPUT", lt: "BUSINESS", en: "BUSINESS", error: true},
		{
			name: "event of the clock", who: adm, query: act, code: "ROLE_REFUSED", lt: "pati sistema", en: "The system itself",
			vars: map[string]any{"in": map[string]any{"id": open, "event": "notSubmitted", "expectedVersion": a.Subject(open).Version, "idempotencyKey": a.key()}},
		},
		{
			name: "unknown fact", who: adm, query: act, code: "MALFORMED_INPUT", lt: "criteriaFroze", en: "criteriaFroze",
			vars: map[string]any{"in": a.firing(func() workflow.Fire {
				_, f := a.Prepared(call, "approve", nil)
				f.Given = append(f.Given, workflow.Given{Name: "criteriaFroze", Value: "true"})
				return f
			}())},
		},
		{
			name: "fact given twice", who: adm, query: act, code: "MALFORMED_INPUT", lt: "du kartus", en: "twice",
			vars: map[string]any{"in": a.firing(func() workflow.Fire {
				_, f := a.Prepared(call, "approve", nil)
				f.Given = append(f.Given, f.Given[0])
				return f
			}())},
		},
		{
			name: "activity named twice", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_INPUT", lt: "du kartus", en: "twice",
			vars: edited(a, open, func(in map[string]any) { in["activityKinds"] = []string{"K1", "K1"} }),
		},
		{
			name: "negative budget line", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_INPUT", lt: "budget.1.amount", en: "budget.1.amount",
			vars: edited(a, open, func(in map[string]any) {
				in["budget"] = []any{map[string]any{"category": "STAFF", "costMethod": "REAL", "amount": "12.00"}, map[string]any{"category": "STAFF", "costMethod": "REAL", "amount": "-12.00"}}
			}),
		},
		{
			name: "unknown cost method", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_INPUT", lt: "REAL, UNIT, LUMP, FLAT", en: "REAL, UNIT, LUMP, FLAT",
			vars: edited(a, open, func(in map[string]any) {
				in["budget"] = []any{map[string]any{"category": "STAFF", "costMethod": "GUESS", "amount": "12.00"}}
			}),
		},
		{
			name: "unknown source of money", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_INPUT", lt: "MUNICIPAL", en: "MUNICIPAL",
			vars: edited(a, open, func(in map[string]any) {
				in["funding"] = []any{map[string]any{"sourceKind": "LOTTERY", "amount": "1.00"}}
			}),
		},
		{
			name: "unknown territory", who: a.ApplicantActors[0], query: edit, code: "MALFORMED_INPUT", lt: "TARGET, LINKED, OUTSIDE", en: "TARGET, LINKED, OUTSIDE",
			vars: edited(a, open, func(in map[string]any) { in["placeTerritory"] = "MOON" }),
		},
		{
			name: "unknown legal form", who: adm, query: register, code: "MALFORMED_INPUT", lt: "VSI", en: "VSI",
			vars: map[string]any{"in": map[string]any{"name": "X", "legalForm": "GMBH", "idempotencyKey": a.key()}},
		},
		{
			name: "hash that is none", who: adm, query: `mutation($in: RecordDocumentInput!) { act: recordDocument(input: $in) ` + payload + ` }`,
			code: "MALFORMED_INPUT", lt: "SHA-256", en: "SHA-256",
			vars: map[string]any{"in": map[string]any{"subjectId": call, "kind": "LETTER", "title": "Raštas", "hash": "abc", "idempotencyKey": a.key()}},
		},
		{
			name: "role that ends before it begins", who: adm, query: `mutation($in: GrantRoleInput!) { act: grantRole(input: $in) ` + payload + ` }`,
			code: "MALFORMED_INPUT", lt: "until", en: "until",
			vars: map[string]any{"in": map[string]any{
				"personId": a.Evaluators[0].Person, "lagId": a.LAG, "role": "CHAIR", "since": "2019-02-01", "until": "2019-01-01", "idempotencyKey": a.key(),
			}},
		},
		{
			name: "letter of tomorrow", who: a.People[workflow.Secretary], query: `mutation($in: RecordLetterInput!) { act: recordLetter(input: $in) ` + payload + ` }`,
			code: "MALFORMED_INPUT", lt: "ne vėlesnė", en: "not after today",
			vars: map[string]any{"in": map[string]any{
				"subjectId": call, "direction": "OUT", "channel": "POST", "number": "S-1", "datedOn": a.Engine.Today().AddDays(1), "idempotencyKey": a.key(),
			}},
		},
		{
			name: "decision where nothing is to be decided", who: a.People[workflow.Secretary], query: decide, code: "NOT_ALLOWED_HERE", lt: "nesprendžiama", en: "nothing to decide",
			vars: map[string]any{"in": map[string]any{
				"meetingId": a.Meeting, "subjectId": open, "event": "decideFund", "adopted": true, "votesFor": 9, "votesAgainst": 0, "votesAbstained": 0,
				"adoptedOn": a.Engine.Today(), "documentId": a.Tally, "idempotencyKey": a.key(),
			}},
		},
		{
			name: "evaluator of a draft", who: adm, query: `mutation($in: AssignEvaluatorInput!) { act: assignEvaluator(input: $in) ` + payload + ` }`,
			code: "NOT_ALLOWED_HERE", lt: "vertinamam", en: "under evaluation",
			vars: map[string]any{"in": map[string]any{"proposalId": open, "evaluatorId": a.Evaluators[0].Person, "idempotencyKey": a.key()}},
		},
		{
			name: "decision on what no board decides", who: a.People[workflow.Secretary], query: decide,
			code: "UNKNOWN_EVENT", lt: "approve", en: "approve",
			vars: map[string]any{"in": map[string]any{
				"meetingId": a.Meeting, "subjectId": call, "event": "publish", "adopted": true, "votesFor": 9, "votesAgainst": 0, "votesAbstained": 0,
				"adoptedOn": a.Engine.Today(), "documentId": a.Tally, "idempotencyKey": a.key(),
			}},
		},
	}
}

// edited is the input of an edit that is sound but for one thing.
func edited(a *api, draft ident.ID, spoil func(map[string]any)) map[string]any {
	in := map[string]any{
		"id": draft, "title": "Projektas", "grantRequested": "900.00", "eligibleTotal": "1000.00", "activityKinds": []string{"K1"},
		"placeTerritory": "TARGET", "budget": []any{}, "funding": []any{}, "idempotencyKey": a.key(),
	}
	spoil(in)
	return map[string]any{"in": in}
}

func TestBadInputGetsATypedErrorInBothLanguagesAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		closed := a.OpenCall(10_000_00)
		draft := a.Proposal(closed, 0, 1_000_00)
		a.Clock.Advance(31 * 24 * 3600 * 1e9)
		a.Fire(closed, "close", nil)
		call := a.Call(10_000_00)
		open := a.Proposal(a.OpenCall(10_000_00), 0, 1_000_00)
		inputs := badInputs(a, call, closed, draft, open)
		before := a.dump()
		for _, b := range inputs {
			for lang, want := range map[string]string{"lt": b.lt, "en": b.en, "de": b.en, "lt-LT,lt;q=0.9,en;q=0.8": b.lt} {
				r := a.ask(b.who, b.query, b.vars, lang)
				code, message := r.at("act", "userErrors", 0, "code"), r.at("act", "userErrors", 0, "message")
				if b.error {
					code, message = any(r.code()), any(r.first())
				}
				if code != b.code || !strings.Contains(fmt.Sprint(message), want) {
					t.Errorf("%s in %q: got %v %q, want %s saying %q: %s", b.name, lang, code, message, b.code, want, r.body)
				}
				if goes := goType.FindString(r.body); goes != "" {
					t.Errorf("%s in %q: got the type %q in the answer, want none of Go's: %s", b.name, lang, goes, r.body)
				}
			}
		}
		if after := a.dump(); after != before {
			t.Errorf("bad input changed something: got %s, want %s", after, before)
		}
	})
}

// goType matches how Go writes types in errors.
var goType = regexp.MustCompile(`json\.|graphql\.|model\.|ident\.|map\[|\bint64\b|\bfloat64\b|\bstruct\b|Go value|interface \{`)

func TestConfirmationWithoutAnIDIsAboutTheID(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	r := a.ask(a.People[workflow.Administrator], `mutation { act: confirmTransition(input: {id: ""}) { userErrors { field } } }`, nil)
	if got := r.at("act", "userErrors", 0, "field"); got != "id" {
		t.Errorf("got %s, want an error about id", r.body)
	}
}

func TestRequestThatDoesNotReadSaysWhatIsWanted(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	get := func(parameters string) *http.Request {
		return httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?"+parameters, nil)
	}
	post := func(body string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	const query = "query=%7Bclock%7Bnow%7D%7D"
	tests := map[string]struct {
		request func() *http.Request
		status  int
		lt, en  string
	}{
		"no JSON":             {func() *http.Request { return post("xxxx") }, 400, "Siųskite JSON objektą", "Send a JSON object"},
		"nothing":             {func() *http.Request { return post("") }, 400, "Siųskite JSON objektą", "Send a JSON object"},
		"a list":              {func() *http.Request { return post("[]") }, 400, "Siųskite JSON objektą", "Send a JSON object"},
		"query of a number":   {func() *http.Request { return post(`{"query": 5}`) }, 400, "query – tekstas", "query is a text"},
		"variables as a list": {func() *http.Request { return post(`{"query": "{clock{now}}", "variables": []}`) }, 400, "variables ir extensions – objektai", "variables and extensions are objects"},
		"variables in GET":    {func() *http.Request { return get(query + "&variables=5") }, 400, "JSON objektai", "JSON objects"},
		"extensions in GET":   {func() *http.Request { return get(query + "&extensions=x") }, 400, "JSON objektai", "JSON objects"},
		"escapes in GET":      {func() *http.Request { return get(query + "&variables=%zz") }, 400, "Adreso perskaityti nepavyko", "The address does not read"},
		"act by GET": {func() *http.Request {
			return get("query=mutation%7BconfirmTransition(input%3A%7Bid%3A%22x%22%7D)%7Brepeated%7D%7D")
		}, 422, "metodu POST", "by POST"},
		"another method": {func() *http.Request {
			return httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/graphql", strings.NewReader("{}"))
		}, 405, "metodu POST", "by POST"},
	}
	for name, tt := range tests {
		for lang, want := range map[string]string{"lt": tt.lt, "en": tt.en} {
			r := tt.request()
			r.Header.Set("Accept-Language", lang)
			w := httptest.NewRecorder()
			a.handler.ServeHTTP(w, r)
			body := w.Body.String()
			if w.Code != tt.status || !strings.Contains(body, want) || !strings.Contains(body, "MALFORMED_INPUT") {
				t.Errorf("%s in %q: got %d %s, want %d with %q", name, lang, w.Code, body, tt.status, want)
			}
			if goes := goType.FindString(body); goes != "" || strings.Contains(body, "xxxx") {
				t.Errorf("%s in %q: got %s, want no type of Go and nothing of the body", name, lang, body)
			}
		}
	}
}

func TestErrorsRepeatLittleOfWhatWasSent(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	adm, secretary := a.People[workflow.Administrator], a.People[workflow.Secretary]
	long := strings.Repeat("x", 5000)
	call := a.Call(10_000_00)
	act := strings.Replace(fireTransition, "fireTransition", "act: fireTransition", 1)
	_, unknownFact := a.Prepared(call, "approve", nil)
	unknownFact.Given = append(unknownFact.Given, workflow.Given{Name: long, Value: "true"})
	fire := func(id, event string) map[string]any {
		return map[string]any{"in": map[string]any{"id": id, "event": event, "expectedVersion": 1, "idempotencyKey": a.key()}}
	}
	const decide = `mutation($in: RecordDecisionInput!) { act: recordDecision(input: $in) ` + payload + ` }`
	for name, r := range map[string]reply{
		"event": a.ask(adm, act, fire(string(call), long)),
		"id":    a.ask(adm, act, fire(long, "approve")),
		"fact":  a.ask(adm, act, map[string]any{"in": a.firing(unknownFact)}),
		"event of a decision": a.ask(secretary, decide, map[string]any{"in": map[string]any{
			"meetingId": a.Meeting, "subjectId": call, "event": long, "adopted": true, "votesFor": 9, "votesAgainst": 0, "votesAbstained": 0,
			"adoptedOn": a.Engine.Today(), "documentId": a.Tally, "idempotencyKey": a.key(),
		}}),
		"state":          a.ask(adm, `query($s: String) { calls(first: 1, filter: {state: $s}) { totalCount } }`, map[string]any{"s": long}),
		"id of a filter": a.ask(adm, `query($s: ID) { calls(first: 1, filter: {lagId: $s}) { totalCount } }`, map[string]any{"s": long}),
		"cursor":         a.ask(adm, `query($s: Cursor) { calls(first: 1, after: $s) { totalCount } }`, map[string]any{"s": long}),
		"number":         a.ask(adm, `query($n: Int) { calls(first: $n) { totalCount } }`, map[string]any{"n": long}),
		"day":            a.ask(adm, `mutation($d: Date!) { holdMeeting(input: {lagId: "x", number: "1", mode: "REMOTE", heldOn: $d, idempotencyKey: "k"}) { repeated } }`, map[string]any{"d": long}),
		"field":          a.ask(adm, `{ `+long+` }`, nil),
		"alias":          a.ask(adm, `{ `+long+`: calls { totalCount } }`, nil),
		"argument":       a.ask(adm, `{ calls(first: 1, `+long+`: 1) { totalCount } }`, nil),
		"literal":        a.ask(adm, `{ calls(first: "`+long+`") { totalCount } }`, nil),
		"words":          a.ask(adm, `{ calls(first: "`+strings.Repeat("xxxx xxxx ", 500)+`") { totalCount } }`, nil),
		"list of words":  a.ask(adm, `{ calls(first: [`+strings.Repeat("xxxx, ", 500)+`]) { totalCount } }`, nil),
		"text at fault":  a.ask(adm, `{ "`+strings.Repeat("xxxx xxxx ", 500)+`" }`, nil),
		"variable":       a.ask(adm, `query($`+long+`: Int!) { calls(first: $`+long+`) { totalCount } }`, map[string]any{long: "x"}),
		"field of input": a.ask(adm, `query($f: CallFilter) { calls(first: 1, filter: $f) { totalCount } }`, map[string]any{"f": map[string]any{long: 1}}),
		"enum":           a.ask(adm, `query($p: Phase) { calls(first: 1, filter: {phase: $p}) { totalCount } }`, map[string]any{"p": long}),
		"body":           a.send(adm, []byte(long)),
		"operation":      a.send(adm, []byte(`{"query": "query a { clock { now } }", "operationName": "`+long+`"}`)),
	} {
		// Some of what is counted is in the message's own words.
		if n := strings.Count(r.body, "x"); n > 105 || r.code() == "" && r.at("act", "userErrors", 0, "code") == nil {
			t.Errorf("%s: got %d characters of what was sent, want an error with at most 100: %.1000s", name, n, r.body)
		}
	}
}

// The six characters are text in a block, and where the backslash is escaped.
func TestNullCharacterIsOneOnlyWhereItIsSpelledOut(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	for literal, refused := range map[string]bool{
		`"a\u0000"`: true, `"\\\u0000"`: true, `"\u{0}"`: true, `"\u{0000}"`: true, "\"a\x00\"": true,
		`"""a\u0000"""`: false, `"a\\u0000"`: false, `"\u0001"`: false,
	} {
		r := a.ask(a.People[workflow.Administrator], `{ organisations(first: 1, filter: {search: `+literal+`}) { totalCount } }`, nil)
		if got := strings.Contains(r.body, "U+0000"); got != refused || !refused && r.code() != "" {
			t.Errorf("%s: got %s, want refused: %t", literal, r.body, refused)
		}
	}
}

// first is the first error's message.
func (r reply) first() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Message
}

func TestNodeIsNullForWhatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		for _, id := range []string{
			"", "x", "cal_01h455vb4pex5vsknk084sn02q", "zzz_01h455vb4pex5vsknk084sn02q", "cfm_01h455vb4pex5vsknk084sn02q",
			"cal_01h455vb4pex5vsknk084sn02q/0000000001", string(a.LAG) + "/0000009999",
		} {
			r := a.must(a.People[workflow.Administrator], `query($id: ID!) { node(id: $id) { id } nodes(ids: [$id, $id]) { id } }`, map[string]any{"id": id})
			if r.at("node") != nil || r.at("nodes", 0) != nil || r.at("nodes", 1) != nil {
				t.Errorf("node %q: got %s, want null", id, r.body)
			}
		}
		entry := string(a.LAG) + "/0000000001"
		r := a.must(public, `query($a: ID!, $b: ID!) { node(id: $a) { id } nodes(ids: [$b, $a, "x", $b]) { id __typename } }`,
			map[string]any{"a": entry, "b": a.LAG})
		if r.at("node", "id") != entry || r.at("nodes", 0, "id") != string(a.LAG) || r.at("nodes", 3, "id") != string(a.LAG) ||
			r.at("nodes", 1, "__typename") != "HistoryEntry" || r.at("nodes", 2) != nil {
			t.Errorf("nodes: got %s, want the group, its first entry, null and the group again", r.body)
		}
	})
}

func TestInternalErrorTellsARequestIDAndNothingElse(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	a.reads.fail = fmt.Errorf("secret of the database")
	r := a.ask(public, `{ lags(first: 1) { totalCount } }`, nil)
	if r.code() != "INTERNAL" || r.Errors[0].Extensions["requestId"] != "R1" || strings.Contains(r.body, "secret") {
		t.Errorf("got %s, want INTERNAL, the request id and no secret", r.body)
	}
	if log := a.log.String(); !strings.Contains(log, "secret of the database") || !strings.Contains(log, "R1") {
		t.Errorf("log: got %q, want the cause and the request id", log)
	}
}

func TestTooMuchIsRefusedBeforeItIsRead(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	deep := "id"
	for range 12 {
		deep = "lag { strategies(first: 1) { edges { node { " + deep + " } } } }"
	}
	aliases := ""
	for i := range 1000 {
		aliases += fmt.Sprintf("a%d: node(id: \"x\") { ...f } ", i)
	}
	acts, twenty := "", ""
	for i := range 21 {
		twenty, acts = acts, acts+fmt.Sprintf(`a%d: confirmTransition(input: {id: "x"}) { repeated } `, i)
	}
	inFragments := "mutation { ...f ... on Mutation { __typename } } fragment f on Mutation { " + twenty + "}"
	bomb := "fragment f0 on Query { __typename } "
	for i := range 40 {
		bomb += fmt.Sprintf("fragment f%d on Query { ...f%d ...f%d } ", i+1, i, i)
	}
	tests := map[string]struct{ query, field string }{
		"too many acts":         {"mutation { " + acts + "}", "mutations"},
		"too many in fragments": {inFragments, "mutations"},
		"names of types":        {"{ ...f40 } " + bomb, "cost"},
		"too deep":              {"{ strategies(first: 1) { edges { node { " + deep + " } } } }", "depth"},
		"too dear":              {`{ lags(first: 100) { edges { node { calls(first: 100) { edges { node { proposals(first: 100) { edges { node { title } } } } } } } } } }`, "cost"},
		"too long":              {"{ viewer { roles { role } } } #" + strings.Repeat("x", 64<<10), "query"},
		"transitions of a list": {`{ calls(first: 2) { edges { node { availableTransitions { event } } } } }`, "availableTransitions"},
		"openings of a list":    {`{ proposals(first: 2) { edges { node { openableMatters { kind } } } } }`, "openableMatters"},
		"history of a list":     {`{ lags(first: 2) { edges { node { history(first: 1) { totalCount } } } } }`, "history"},
		"transitions of nodes":  {`{ nodes(ids: ["x"]) { ... on Call { availableTransitions { event } } } }`, "availableTransitions"},
		"too dear by aliases":   {"{ " + aliases + "} fragment f on Call { availableTransitions { event } }", "cost"},
		"through a fragment":    {`{ calls(first: 2) { edges { node { ...f } } } } fragment f on Call { availableTransitions { event } }`, "availableTransitions"},
	}
	if r := a.ask(public, "mutation { "+twenty+"}", nil); r.code() != "UNAUTHENTICATED" {
		t.Errorf("twenty acts: got %s, want each asked who sends it", r.body)
	}
	a.reads.n.Store(0)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := a.ask(a.People[workflow.Administrator], tt.query, nil)
			if r.code() != "TOO_COMPLEX" || r.Errors[0].Extensions["field"] != tt.field {
				t.Errorf("got %s, want TOO_COMPLEX about %s", r.body, tt.field)
			}
		})
	}
	if n := a.reads.n.Load(); n != 0 {
		t.Errorf("refused requests read the database: got %d statements, want none", n)
	}
	big, err := json.Marshal(map[string]any{"query": "{ viewer { roles { role } } }", "variables": map[string]any{"x": strings.Repeat("x", 1<<20)}})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.send(public, big); r.code() != "TOO_COMPLEX" || r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body beyond 1 MiB: got %d %s, want 413 and TOO_COMPLEX", r.status, r.body)
	}
	if r := a.send(public, bytes.Repeat([]byte("x"), 10)); r.code() != "MALFORMED_INPUT" {
		t.Errorf("a body that is no JSON: got %s, want MALFORMED_INPUT", r.body)
	}
}

func TestAnswerThatTakesTooLongIsAbandoned(t *testing.T) {
	s := storetest.Open(t, storetest.Address(t, "sqlite"))
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	a := &api{World: w, t: t, log: new(bytes.Buffer), handler: graph.New(graph.Options{
		Engine: w.Engine, Driver: s.ReadDriver(), Logger: slog.New(slog.DiscardHandler),
		RequestID: func(context.Context) string { return "R1" }, Limits: graph.Limits{Time: time.Nanosecond},
	})}
	r := a.ask(public, `{ lags(first: 1) { totalCount } }`, nil)
	if r.code() != "TOO_COMPLEX" || r.Errors[0].Extensions["field"] != "time" {
		t.Errorf("got %s, want TOO_COMPLEX about time", r.body)
	}
}

func TestBodyHasToBeJSON(t *testing.T) {
	a := newAPI(t, "sqlite:"+t.TempDir()+"/atranka.db")
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"{clock{now}}"}`))
	req.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, req)
	if w.Code != http.StatusUnsupportedMediaType || !strings.Contains(w.Body.String(), "MALFORMED_INPUT") {
		t.Errorf("text/plain: got %d %s, want 415 and MALFORMED_INPUT", w.Code, w.Body)
	}
}

// forged is a cursor that holds whatever it is given.
func forged(v any) string {
	b, err := msgpack.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// TestForgedCursorsAreRefused before the database is asked to compare what they
// hold.
func TestForgedCursorsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.OpenCall(50_000_00)
		lists := map[string]struct {
			query string
			id    ident.ID
			sound []any // the values of a cursor that fits
		}{
			"calls":           {`query($c: Cursor) { calls(first: 2, %s: $c) { totalCount edges { node { id } } } }`, "cal_01h455vb4pex5vsknk084sn02q", []any{}},
			"calls, counted":  {`query($c: Cursor) { calls(first: 0, %s: $c) { totalCount } }`, "cal_01h455vb4pex5vsknk084sn02q", []any{}},
			"proposals":       {`query($c: Cursor) { proposals(first: 2, %s: $c) { edges { node { id } } } }`, "prp_01h455vb4pex5vsknk084sn02q", []any{}},
			"by title":        {`query($c: Cursor) { proposals(last: 2, %s: $c, orderBy: [{field: TITLE}]) { edges { node { id } } } }`, "prp_01h455vb4pex5vsknk084sn02q", []any{"a"}},
			"by one order":    {`query($c: Cursor) { proposals(last: 2, %s: $c, orderBy: {field: STATE_SINCE}) { edges { node { id } } } }`, "prp_01h455vb4pex5vsknk084sn02q", []any{1}},
			"by two orders":   {`query($c: Cursor) { proposals(first: 2, %s: $c, orderBy: [{field: TITLE}, {field: GRANT_REQUESTED, direction: DESC}]) { edges { node { id } } } }`, "prp_01h455vb4pex5vsknk084sn02q", []any{"a", 1}},
			"list in a list":  {`query($c: Cursor) { lags(first: 1) { edges { node { calls(first: 2, %s: $c, orderBy: [{field: CLOSES_AT}]) { edges { node { id } } } } } } }`, "cal_01h455vb4pex5vsknk084sn02q", []any{1}},
			"one in a list":   {`query($c: Cursor) { lags(first: 1) { edges { node { calls(first: 2, %s: $c, orderBy: {field: CLOSES_AT}) { edges { node { id } } } } } } }`, "cal_01h455vb4pex5vsknk084sn02q", []any{1}},
			"plain in a list": {`query($c: Cursor) { calls(first: 1) { edges { node { proposals(first: 2, %s: $c) { edges { node { id } } } } } } }`, "prp_01h455vb4pex5vsknk084sn02q", []any{}},
			"meetings":        {`query($c: Cursor) { meetings(first: 1, %s: $c) { edges { node { id } } } }`, "mtg_01h455vb4pex5vsknk084sn02q", []any{}},
		}
		odd := []any{
			"x", "", "a\x00", "\xff", []byte("2016-01-15"), 1, uint64(math.MaxUint64), math.NaN(), 1.5, true, nil,
			map[string]any{"a": 1},
			[]any{},
			[]any{1},
			[]any{[]any{"a"}},
			time.Unix(1, 0),
		}
		check := func(name, query, arg string, cursor any, fits bool) {
			t.Helper()
			before := a.reads.n.Load()
			for lang, want := range map[string]string{"lt": "Netinkama reikšmė " + arg + ". Žymeklį paimkite", "en": "The value of " + arg + " does not read. Take the cursor"} {
				r := a.ask(a.People[workflow.Administrator], fmt.Sprintf(query, arg), map[string]any{"c": cursor}, lang)
				switch {
				case fits && r.code() != "":
					t.Errorf("%s, %s: got %s of %v, want it answered; log: %s", name, arg, r.body, cursor, a.log)
				case !fits && (r.code() != "MALFORMED_INPUT" || !strings.Contains(r.first(), want) || r.Errors[0].Extensions["field"] != arg):
					t.Errorf("%s, %s in %q: got %s of %v, want MALFORMED_INPUT with %q", name, arg, lang, r.body, cursor, want)
				}
			}
			if n := a.reads.n.Load() - before; !fits && n != 0 {
				t.Errorf("%s, %s: got %d statements, want none", name, arg, n)
			}
		}
		for name, list := range lists {
			for _, arg := range []string{"after", "before"} {
				with := func(v any) string { return forged(map[string]any{"i": list.id, "v": v}) }
				check(name, list.query, arg, with(list.sound), true)
				check(name, list.query, arg, with(append(slices.Clone(list.sound), "x")), false)
				for _, c := range odd { // in the cursor's place, in an id's, in the values' and in each value's
					check(name, list.query, arg, forged(c), false)
					check(name, list.query, arg, forged(map[string]any{"i": c, "v": list.sound}), false)
					none := len(list.sound) == 0 && (c == nil || reflect.DeepEqual(c, []any{}))
					check(name, list.query, arg, with(c), none || reflect.DeepEqual(c, list.sound))
					for i, sound := range list.sound {
						text, isText := c.(string)
						values := slices.Clone(list.sound)
						values[i] = c
						_, wantsText := sound.(string)
						fits := wantsText && isText && utf8.ValidString(text) && !strings.Contains(text, "\x00") || !wantsText && c == 1
						check(name, list.query, arg, with(values), fits)
					}
				}
				for _, id := range []string{"org_01h455vb4pex5vsknk084sn02q", string(list.id) + "/0000000001", "x"} {
					check(name, list.query, arg, forged(map[string]any{"i": id, "v": list.sound}), false)
				}
				check(name, list.query, arg, "%", false)
				check(name, list.query, arg, with(strings.Repeat("a", 100_000)), false)
				check(name, list.query, arg, 7, false)
				check(name, list.query, arg, with(list.sound)[:8], false)
			}
		}
		history := fmt.Sprintf(`query($c: Cursor) { node(id: %q) { ... on Strategy { history(first: 2, %%s: $c) { edges { node { id } } } } } }`, a.Strategy)
		entry := string(a.Strategy) + "/0000000001"
		for _, arg := range []string{"after", "before"} {
			for _, c := range odd {
				check("history", history, arg, forged(c), false)
				check("history", history, arg, forged(map[string]any{"i": c, "v": 1}), false)
				check("history", history, arg, forged(map[string]any{"i": entry, "v": c}), c == 1)
			}
			for _, id := range []string{string(a.Strategy), "x/1", entry + "\x00", entry + "\xff"} {
				check("history", history, arg, forged(map[string]any{"i": id, "v": 1}), false)
			}
		}
		both := forged(map[string]any{"i": lists["calls"].id})
		if r := a.ask(public, `query($c: Cursor) { calls(first: 1, after: $c, before: $c) { totalCount edges { node { id } } } }`, map[string]any{"c": both}); r.code() != "MALFORMED_INPUT" {
			t.Errorf("two cursors at a time: got %s, want MALFORMED_INPUT", r.body)
		}
	})
}

func TestTextsThatNoDatabaseTakesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		check := func(name string, r reply, field, lt string) {
			t.Helper()
			if r.code() != "MALFORMED_INPUT" || !strings.Contains(r.first(), lt) || field != "" && r.Errors[0].Extensions["field"] != field {
				t.Errorf("%s: got %.1000s, want MALFORMED_INPUT about %q with %q; log: %s", name, r.body, field, lt, a.log)
			}
		}
		for name, query := range map[string]url.Values{
			"query":         {"query": {"{ organisations(first: 1, filter: {search: \"\xff\"}) { totalCount } }"}},
			"operationName": {"query": {"query a { clock { now } }"}, "operationName": {"\xff"}},
		} {
			check(name+" by GET", a.get(query), "", "UTF-8")
		}
		check("variables by GET", a.get(url.Values{
			"query": {"query($s: String) { organisations(first: 1, filter: {search: $s}) { totalCount } }"}, "variables": {"{\"s\": \"\xff\"}"},
		}), "", "Adreso perskaityti nepavyko")
		check("body", a.send(public, []byte("{\"query\": \"query { organisations(first: 1, filter: {search: \\\"\xff\\\"}) { totalCount } }\"}"), "lt"), "", "UTF-8")
		long := strings.Repeat("ž", 900_000/2)
		for field, query := range map[string]string{
			"search": `query($s: String) { proposals(first: 1, filter: {search: $s}) { totalCount } }`,
			"code":   `query($s: String) { findings(first: 1, filter: {code: $s}) { totalCount } }`,
			"theme":  `query($s: String) { projects(first: 1, filter: {theme: $s}) { totalCount } }`,
		} {
			check(field, a.ask(public, query, map[string]any{"s": long}, "lt"), "filter."+field, "daugiausia 200")
		}
		search := `query($f: OrganisationFilter) { organisations(first: 1, filter: $f) { totalCount } }`
		check("search in a variable", a.ask(public, search, map[string]any{"f": map[string]any{"search": strings.Repeat("ž", 201)}}, "lt"), "filter.search", "daugiausia 200")
		a.must(public, search, map[string]any{"f": map[string]any{"search": strings.Repeat("ž", 200)}})
		orders := strings.Repeat("{field: TITLE},", 3000)
		check("orders", a.ask(public, `{ proposals(first: 1, orderBy: [`+orders+`]) { edges { node { id } } } }`, nil, "lt"), "orderBy", "du kartus: TITLE")
		check("number as a cursor", a.ask(public, `{ calls(first: 1, after: 99999999999999999999) { totalCount } }`, nil, "lt"), "after", "per didelis")
	})
}

// get sends a query of the public by GET.
func (a *api) get(query url.Values) reply {
	a.t.Helper()
	req := httptest.NewRequestWithContext(a.t.Context(), http.MethodGet, "/graphql?"+query.Encode(), nil)
	req.Header.Set("Accept-Language", "lt")
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, req)
	r := reply{status: w.Code, body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		a.t.Fatalf("%s: %v", w.Body, err)
	}
	return r
}
