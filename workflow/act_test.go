package workflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

func TestOrganisationsHaveSoundCodes(t *testing.T) {
	for code, says := range map[string]string{
		"": "", "192050725": "", "192050724": "check its nine digits", "19205 0725": "without spaces", "12": "without spaces",
	} {
		_, err := RegisterOrganisation{ID: oneOrg, Name: "VšĮ", LegalCode: code, LegalForm: "VSI"}.Record()
		if says == "" && err != nil || says != "" && (!onlyCode(err, BadCheckDigit) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%q: got %v, want it to say %q", code, err, says)
		}
	}
}

func TestWhoGrantsWhichRoles(t *testing.T) {
	grant := func(person, lag ident.ID) func(*rowStore, *Engine) (Record, error) {
		return func(*rowStore, *Engine) (Record, error) {
			return GrantRole{ID: "rol_1", Person: person, LAG: lag, Role: Evaluator, Since: noon.Day()}.Record(), nil
		}
	}
	admin := someone(Administrator)
	recorded(t, "proposal", "admin_check", []actCase{
		{"in one's group", admin, grant("per_new", oneLAG), ""},
		{"to oneself", admin, grant(admin.Person, oneLAG), "SECOND_PERSON_REQUIRED personId"},
		{"in all groups by one of one group", admin, grant("per_new", ""), "ROLE_REFUSED lagId"},
		{"in all groups by one of all", from("", Administrator), grant("per_new", ""), ""},
		{"by the engine", SystemActor(), grant("per_new", ""), ""},
		{"by the engine, which is nobody", SystemActor(), grant("", ""), ""},
	})
}

func TestCallsAreDraftedWhole(t *testing.T) {
	sound := func() DraftCall {
		return DraftCall{
			ID: "cal_00000000000000000000000002", Envelope: "env_1", LAG: oneLAG, Strategy: "stg_1", Measure: "msr_1", Number: "1", Title: "T",
			MinGrant: 1, MaxGrant: 2, IntensityCap: 9250, MinScore: 60_00, OpensAt: noon, ClosesAt: noon + 1,
			EligibleForms: []string{"VSI"}, TieBreakers: []string{"K1"},
			Allocations: []CallAllocation{{ID: "all_1", Action: "act_1", Amount: 1}, {ID: "all_2", Action: "act_2", Amount: 2}},
			Criteria:    []CallCriterion{{ID: "crt_1", Code: "K1", Title: "T", Max: 1, Weight: 1}, {ID: "crt_2", Code: "K2", Title: "T", PassFail: true, Max: 1, Weight: 1}},
		}
	}
	var cases []actCase
	for name, tt := range map[string]struct {
		spoil func(*DraftCall)
		want  string
	}{
		"sound":                              {func(*DraftCall) {}, ""},
		"no money":                           {func(c *DraftCall) { c.Allocations = nil }, "MALFORMED_INPUT allocations"},
		"less than no money":                 {func(c *DraftCall) { c.Allocations[0].Amount = -5 }, "MALFORMED_INPUT allocations"},
		"more than there is":                 {func(c *DraftCall) { c.Allocations[0].Amount = money.Max }, "MALFORMED_INPUT allocations"},
		"closing as it opens":                {func(c *DraftCall) { c.ClosesAt = c.OpensAt }, "MALFORMED_INPUT closesAt"},
		"one action twice":                   {func(c *DraftCall) { c.Allocations[1].Action = "act_1" }, "MALFORMED_INPUT allocations.1.actionId"},
		"nothing to score":                   {func(c *DraftCall) { c.Criteria, c.TieBreakers = nil, nil }, "MALFORMED_INPUT criteria"},
		"one code twice":                     {func(c *DraftCall) { c.Criteria[1].Code = "K1" }, "MALFORMED_INPUT criteria.1.code"},
		"a tie-breaker that is no criterion": {func(c *DraftCall) { c.TieBreakers = []string{"K1", "K3"} }, "MALFORMED_INPUT tieBreakers.1"},
		"a tie-breaker without points":       {func(c *DraftCall) { c.TieBreakers = []string{"K2"} }, "MALFORMED_INPUT tieBreakers.0"},
		"a checklist":                        {func(c *DraftCall) { c.Checklist = twoItems }, ""},
		"one item twice":                     {func(c *DraftCall) { c.Checklist = []terms.Item{twoItems[0], twoItems[0]} }, "MALFORMED_INPUT checklist.1.code"},
		"an item without a code":             {listing(terms.Item{Title: "T"}), "MALFORMED_INPUT checklist.0.code"},
		"an item of two codes":               {listing(terms.Item{Code: "A-1,A-2", Title: "T"}), "MALFORMED_INPUT checklist.0.code"},
		"an item without a title":            {listing(terms.Item{Code: "A-1", Title: " "}), "MALFORMED_INPUT checklist.0.title"},
		"an item that is a book":             {listing(terms.Item{Code: "A-1", Title: "T", Guidance: strings.Repeat("a", maxText+1)}), "MALFORMED_INPUT checklist.0.guidance"},
		"as many items as there may be":      {listing(numberedItems(mostItems)...), ""},
		"one item too many":                  {listing(numberedItems(mostItems + 1)...), "MALFORMED_INPUT checklist"},
		"unit costs": {func(c *DraftCall) {
			c.UnitCosts = []terms.UnitCost{{Code: "V1", Title: "Valanda", Unit: "val.", Rate: 1}, {Code: "V2", Title: "Diena", Unit: "d.", Rate: 8}}
		}, ""},
		"a unit cost twice": {func(c *DraftCall) {
			c.UnitCosts = []terms.UnitCost{{Code: "V1", Title: "Valanda", Unit: "val.", Rate: 1}, {Code: "V1", Title: "Diena", Unit: "d.", Rate: 8}}
		}, "MALFORMED_INPUT unitCosts.1.code"},
		"a unit cost of nothing": {func(c *DraftCall) {
			c.UnitCosts = []terms.UnitCost{{Code: "V 1", Unit: "val."}}
		}, "MALFORMED_INPUT unitCosts.0.code, MALFORMED_INPUT unitCosts.0.title, MALFORMED_INPUT unitCosts.0.rate"},
		"more unit costs than a list holds": {func(c *DraftCall) {
			for i := range maxList + 1 {
				c.UnitCosts = append(c.UnitCosts, terms.UnitCost{Code: fmt.Sprint(i), Title: "T", Unit: "u", Rate: 1})
			}
		}, "MALFORMED_INPUT unitCosts"},
		"an aggregation that there is not": {func(c *DraftCall) { c.Aggregation = "BEST" }, "MALFORMED_INPUT aggregation"},
	} {
		cases = append(cases, actCase{name, someone(Administrator), func(_ *rowStore, e *Engine) (Record, error) {
			c := sound()
			tt.spoil(&c)
			return e.DraftCall(c)
		}, tt.want})
	}
	recorded(t, "call", "open", cases)

	_, e := recording("call", "open")
	r, err := e.DraftCall(sound())
	if err != nil || r.Changes[0].Set["budget"] != rules.Money(3) {
		t.Errorf("got a budget of %v and %v, want the sum of the parts", r.Changes[0].Set["budget"], err)
	}
	for i, want := range []string{"SCORE", "PASS_FAIL"} {
		if got := r.Changes[4+i].Set["kind"]; got != want {
			t.Errorf("criterion %d: got %v, want %s", i, got, want)
		}
	}
}

func TestLettersAreDeliveredAfterTheyWereWritten(t *testing.T) {
	dated := noon.Day()
	letter := func(at time.Duration) func(*rowStore, *Engine) (Record, error) {
		return func(*rowStore, *Engine) (Record, error) {
			return RecordLetter{
				ID: "cor_1", LAG: oneLAG, Dossier: ours, Subject: ours, Direction: "OUT", Number: "1", Channel: "POST", DatedOn: dated,
				DeliveredAt: dated.Start().Add(at),
			}.Record(), nil
		}
	}
	deliver := func(at time.Duration, before any) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.rows["cor_1"] = map[string]any{"datedOn": string(dated), "subjectId": string(ours), "deliveredAt": before}
			return RecordDelivery{Letter: "cor_1", LAG: oneLAG, Dossier: ours, DeliveredAt: dated.Start().Add(at)}.Record(), nil
		}
	}
	unknown := func(*rowStore, *Engine) (Record, error) {
		return RecordDelivery{Letter: "cor_2", LAG: oneLAG, Dossier: ours, DeliveredAt: noon}.Record(), nil
	}
	admin := someone(Administrator)
	recorded(t, "proposal", "admin_check", []actCase{
		{"on its own day", admin, letter(0), ""},
		{"before its day", admin, letter(-1 * time.Microsecond), "DATE_REFUSED deliveredAt"},
		{"told later, on its own day", admin, deliver(0, nil), ""},
		{"told later, before its day", admin, deliver(-1*time.Microsecond, nil), "DATE_REFUSED deliveredAt"},
		{"told twice", admin, deliver(0, noon.String()), "NOT_ALLOWED_HERE letterId"},
		{"of no letter", admin, unknown, "NOT_FOUND id"},
	})
	if _, told := letterOut().Changes[0].Set["deliveredAt"]; told {
		t.Error("got a day of delivery of a letter on its way, want none")
	}
	if r, _ := letter(0)(nil, nil); r.Changes[0].Set["deliveredAt"] != dated.Start() {
		t.Errorf("got delivered at %v, want %v", r.Changes[0].Set["deliveredAt"], dated.Start())
	}
}
