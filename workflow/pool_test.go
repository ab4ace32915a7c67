package workflow

import (
	"errors"
	"testing"

	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/terms"
)

// pooling sets the pool of a call under whose one action two persons hold the role.
func pooling(members ...terms.Member) func(*rowStore, *Engine) (Record, error) {
	return func(store *rowStore, _ *Engine) (Record, error) {
		store.evaluators = []Holder{{Person: "per_a", Role: Evaluator}, {Person: "per_b", Role: Evaluator}}
		return SetPool{LAG: oneLAG, Call: ourCall, Members: members}.Record(), nil
	}
}

func crowd(n int) []terms.Member {
	out := make([]terms.Member, n)
	for i := range out {
		out[i] = terms.Member{Person: "per_a", Capacity: 1}
	}
	return out
}

func TestAPoolIsOfThoseWhoMayEvaluate(t *testing.T) {
	a, b := terms.Member{Person: "per_a", Capacity: 1}, terms.Member{Person: "per_b", Competences: []ident.ID{action}, Capacity: assignment.MaxProposals}
	with := func(change func(*terms.Member)) terms.Member { m := a; change(&m); return m }
	knows := func(actions ...ident.ID) terms.Member {
		return with(func(m *terms.Member) { m.Competences = actions })
	}
	office := someone(Administrator)
	for _, state := range []StateName{"draft", "open", "evaluating", "decided"} {
		recorded(t, "call", state, []actCase{{"in " + string(state), office, pooling(a, b), ""}})
	}
	for _, state := range []StateName{"archived", "annulled", "void", "discarded"} {
		recorded(t, "call", state, []actCase{{"in " + string(state), office, pooling(a, b), "NOT_ALLOWED_HERE callId"}})
	}
	recorded(t, "call", "evaluating", []actCase{
		{"nobody, which is no pool", office, pooling(), ""},
		{"by the board", someone(BoardMember), pooling(a), "ROLE_REFUSED"},
		{"by an evaluator", someone(Evaluator), pooling(a), "ROLE_REFUSED"},
		{"somebody twice", office, pooling(a, b, a), "MALFORMED_INPUT members.2.personId"},
		{"who does not hold the role", office, pooling(a, with(func(m *terms.Member) { m.Person = "per_c" })), "ROLE_REFUSED members.1.personId"},
		{"who takes nothing", office, pooling(with(func(m *terms.Member) { m.Capacity = 0 })), "MALFORMED_INPUT members.0.capacity"},
		{"who takes more than there can be", office, pooling(with(func(m *terms.Member) { m.Capacity = assignment.MaxProposals + 1 })), "MALFORMED_INPUT members.0.capacity"},
		{"an action of another call", office, pooling(knows(action, "act_2")), "MALFORMED_INPUT members.0.competences.1"},
		{"an action twice", office, pooling(knows(action, action)), "MALFORMED_INPUT members.0.competences.1"},
		{"more actions than are compared", office, pooling(knows(make([]ident.ID, assignment.MaxCompetences+1)...)), "MALFORMED_INPUT members.0.competences"},
		{"more people than are compared", office, pooling(crowd(assignment.MaxEvaluators + 1)...), "MALFORMED_INPUT members"},
	})
}

// TestAsManyAsMayBe are judged one by one.
func TestAsManyAsMayBe(t *testing.T) {
	store, e := recording("call", "evaluating")
	err := sent(t, store, e, actCase{by: someone(Administrator), act: pooling(crowd(assignment.MaxEvaluators)...)})
	var refused *Error
	if !errors.As(err, &refused) || len(refused.Refusals) != assignment.MaxEvaluators-1 {
		t.Errorf("got %v, want each refused but the first", err)
	}
	c := CallFacts{Allocations: []AllocationFacts{{Action: action}}}
	actions := make([]ident.ID, assignment.MaxCompetences)
	if got := len(c.unpaid("", actions)); got != assignment.MaxCompetences {
		t.Errorf("got %d actions refused, want %d", got, assignment.MaxCompetences)
	}
}

func TestEvaluatorsAreAssignedFromThePool(t *testing.T) {
	assign := func(taken map[ident.ID][]ident.ID, pool ...terms.Member) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, e *Engine) (Record, error) {
			store.evaluators, store.taken = []Holder{{Person: "per_a", Role: Evaluator}}, taken
			store.facts.Call.Pool = pool
			return e.AssignEvaluator(AssignEvaluator{ID: "evl_3", LAG: oneLAG, Proposal: ours, Evaluator: "per_a"}), nil
		}
	}
	has := func(all ...ident.ID) map[ident.ID][]ident.ID { return map[ident.ID][]ident.ID{"per_a": all} }
	two := terms.Member{Person: "per_a", Competences: []ident.ID{"act_other"}, Capacity: 2}
	office := someone(Administrator)
	recorded(t, "proposal", "quality_evaluation", []actCase{
		{"without a pool", office, assign(has("prp_1", "prp_2", "prp_3")), ""},
		{"of the pool", office, assign(nil, two), ""},
		{"of the pool, with room", office, assign(has("prp_1"), two), ""},
		{"of the pool, without room", office, assign(has("prp_1", "prp_2"), two), "RULE_FAILED evaluatorId"},
		{"of the pool, without room but for what they have", office, assign(has("prp_1", ours), two), ""},
		{"beyond the pool", office, assign(nil, terms.Member{Person: "per_b", Capacity: 9}), "RULE_FAILED evaluatorId"},
	})
	store, e := recording("proposal", "quality_evaluation")
	store.untaken = errors.New("broken")
	if got := reasons(sent(t, store, e, actCase{by: office, act: assign(nil, two)})); got != "broken" {
		t.Errorf("got %q, want what the store says", got)
	}
}

// TestSuggestionsAreOfThePool: of those in it, as many as each takes, and of two alike whoever knows
// the action.
func TestSuggestionsAreOfThePool(t *testing.T) {
	member := func(person ident.ID, capacity int, actions ...ident.ID) terms.Member {
		return terms.Member{Person: person, Capacity: capacity, Competences: actions}
	}
	for name, tt := range map[string]struct {
		pool  []terms.Member
		ask   SuggestAssignment
		taken map[ident.ID][]ident.ID
		want  string
		lacks int
	}{
		"each their own":          {[]terms.Member{member("per_b", 2), member("per_c", 1)}, SuggestAssignment{Each: 1}, nil, "1c, 3b", 0},
		"one of them":             {[]terms.Member{member("per_c", 9)}, SuggestAssignment{Each: 1}, nil, "1c, 3c", 0},
		"the one who knows it":    {[]terms.Member{member("per_b", 3, "act_2"), member("per_c", 3, "act_1")}, SuggestAssignment{Each: 1}, nil, "1c, 3b", 0},
		"the other way round":     {[]terms.Member{member("per_b", 3, "act_1"), member("per_c", 3, "act_2")}, SuggestAssignment{Each: 1}, nil, "1b, 3c", 0},
		"even loads come first":   {[]terms.Member{member("per_b", 3), member("per_c", 3, "act_9")}, SuggestAssignment{Each: 1}, nil, "1c, 3b", 1},
		"as far as there is room": {[]terms.Member{member("per_c", 1)}, SuggestAssignment{Each: 1}, nil, "1c, 3 lacks 1", 0},
		"a cap over all":          {[]terms.Member{member("per_c", 9)}, SuggestAssignment{Each: 1, Capacity: 1}, nil, "1c, 3 lacks 1", 0},
		"no more than they take":  {[]terms.Member{member("per_c", 1)}, SuggestAssignment{Each: 1, Capacity: 9}, nil, "1c, 3 lacks 1", 0},
		"through with some":       {[]terms.Member{member("per_c", 2)}, SuggestAssignment{Each: 1}, map[ident.ID][]ident.ID{"per_c": {"prp_8"}}, "1c, 3 lacks 1", 0},
		"through with all":        {[]terms.Member{member("per_c", 1)}, SuggestAssignment{Each: 1}, map[ident.ID][]ident.ID{"per_c": {"prp_8", "prp_9"}}, "1 lacks 1, 3 lacks 1", 0},
		"what they have counted":  {[]terms.Member{member("per_b", 2)}, SuggestAssignment{Each: 1}, map[ident.ID][]ident.ID{"per_b": {"prp_2"}}, "1b, 3 lacks 1", 0},
	} {
		p, e := suggested()
		p.facts.Call.Pool, p.taken = tt.pool, tt.taken
		for i, action := range []ident.ID{"act_1", "act_1", "act_2"} {
			p.assigned[i].Action = action
		}
		got, err := e.SuggestAssignment(t.Context(), ourCall, tt.ask)
		if err != nil || got.Cost.Lacking != tt.lacks || sorted(spelled(got)) != sorted(tt.want) {
			t.Errorf("%s: got %q, %d missing, %v, want %q and %d", name, spelled(got), got.Cost.Lacking, err, tt.want, tt.lacks)
		}
	}
	p, e := suggested()
	if _, err := e.SuggestAssignment(t.Context(), ourCall, SuggestAssignment{Each: 1}); reasons(err) != "MALFORMED_INPUT capacity" {
		t.Errorf("without a pool: got %v, want a capacity asked for", err)
	}
	p.facts.Call.Pool, p.untaken = []terms.Member{member("per_c", 1)}, errors.New("broken")
	if _, err := e.SuggestAssignment(t.Context(), ourCall, SuggestAssignment{Each: 1}); reasons(err) != "broken" {
		t.Errorf("got %v, want what the store says", err)
	}
}

// TestAThirdIsOfThePool, and who is told where nobody is.
func TestAThirdIsOfThePool(t *testing.T) {
	member := func(person ident.ID, capacity int, actions ...ident.ID) terms.Member {
		return terms.Member{Person: person, Capacity: capacity, Competences: actions}
	}
	for name, tt := range map[string]struct {
		pool  []terms.Member
		taken map[ident.ID][]ident.ID
		want  ident.ID
		told  bool
	}{
		"who knows the action":   {[]terms.Member{member("per_c", 1, "act_other"), member("per_d", 1, action)}, nil, "per_d", false},
		"who has more but knows": {[]terms.Member{member("per_c", 1, "act_other"), member("per_d", 1), member("per_e", 9, action)}, nil, "per_d", false},
		"nobody who knows it":    {[]terms.Member{member("per_d", 1, "act_other"), member("per_e", 9, "act_other")}, nil, "per_d", false},
		"of two who have some":   {[]terms.Member{member("per_c", 1, "act_other"), member("per_e", 9, action)}, nil, "per_e", false},
		"no pool":                {nil, nil, "per_c", false},
		"one of it":              {[]terms.Member{member("per_d", 1)}, nil, "per_d", false},
		"the first has no room":  {[]terms.Member{member("per_c", 1), member("per_d", 1)}, map[ident.ID][]ident.ID{"per_c": {"prp_9"}}, "per_d", false},
		"only those who diverge": {[]terms.Member{member("per_a", 9), member("per_b", 9)}, nil, "", true},
		"nobody with room":       {[]terms.Member{member("per_c", 1)}, map[ident.ID][]ident.ID{"per_c": {"prp_9"}}, "", true},
	} {
		store, e := recording("evaluation", "consensus_needed")
		store.facts.Call.Pool, store.taken = tt.pool, tt.taken
		store.assigned = []Assigned{
			{Proposal: ours, Action: action, Applicant: oneOrg, Evaluators: []ident.ID{"per_a", "per_b"}}, {Proposal: "prp_9", Evaluators: []ident.ID{"per_e"}},
		}
		for _, person := range []ident.ID{"per_a", "per_b", "per_c", "per_d", "per_e"} {
			store.evaluators = append(store.evaluators, Holder{Person: person, Role: Evaluator})
		}
		s := &step{Engine: e, ctx: t.Context(), tx: store, now: noon, actor: someone(Administrator)}
		d := &decision{facts: &store.facts}
		changes, err := assignThird(s, d, nil)
		byOne := &decision{facts: &store.facts}
		evaluator := *s
		evaluator.actor = someone(Evaluator)
		if _, err := assignThird(&evaluator, byOne, nil); err != nil || len(byOne.warnings) > 0 {
			t.Errorf("%s: an evaluator was told %v, %v, want nothing", name, byOne.warnings, err)
		}
		var got ident.ID
		if len(changes) > 0 {
			got, _ = changes[0].Set["evaluatorId"].(ident.ID)
		}
		if err != nil || got != tt.want || (len(d.warnings) > 0) != tt.told {
			t.Errorf("%s: got %q, told %v, %v, want %q, told %t", name, got, d.warnings, err, tt.want, tt.told)
		}
	}
}

func TestLoadsAreCounted(t *testing.T) {
	store, e := recording("call", "evaluating")
	store.taken = map[ident.ID][]ident.ID{"per_a": {"prp_1", "prp_2"}}
	if got, err := e.Load(t.Context(), ourCall); err != nil || len(got) != 1 || got["per_a"] != 2 {
		t.Errorf("got %v and %v, want two", got, err)
	}
	store.untaken = errors.New("broken")
	if _, err := e.Load(t.Context(), ourCall); reasons(err) != "broken" {
		t.Errorf("got %v, want what the store says", err)
	}
}
