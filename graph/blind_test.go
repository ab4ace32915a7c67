package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// judged is a proposal that three evaluators have accepted, one of whom has handed in.
type judged struct {
	*api
	proposal ident.ID
	who      []workflow.Actor
	given    []ident.ID // their evaluations
	scores   []any
}

func judgedUnder(a *api, b workflow.Blindness) judged {
	a.T.Helper()
	a.Drafting = func(c *workflow.DraftCall) { c.Blindness = b }
	call, p := a.InQuality(5_000_00, 1_000_00)
	a.Fire(call, "publishReceivedList", nil)
	j := judged{api: a, proposal: p}
	for range 3 {
		e := a.Person(workflow.Evaluator, a.LAG, "")
		j.who, a.Evaluators = append(j.who, e), []workflow.Actor{e}
		id := a.Assign(p, e)
		a.Walk(id, "declareNoConflict")
		j.given = append(j.given, id)
	}
	rubric := a.must(a.People[workflow.Administrator], fmt.Sprintf(`{ node(id: %q) { ... on Call { criteria { id } } } }`, call), nil)
	for i := range 2 {
		j.scores = append(j.scores, map[string]any{"criterionId": rubric.at("node", "criteria", i, "id"), "points": 4000})
	}
	j.handIn(0)
	return j
}

func (j judged) handIn(i int) {
	j.T.Helper()
	j.done(j.who[i], "submitEvaluation", map[string]any{"evaluationId": j.given[i], "scores": j.scores})
}

// reads is how many evaluations somebody reads, of how many they are told whose they are.
func (j judged) reads(who workflow.Actor) (all, named int) {
	j.T.Helper()
	r := j.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Proposal { evaluations { id evaluatorID }
		history(first: 90) { edges { node { subjectType subjectID actorID } } } } } }`, j.proposal), nil)
	list, _ := r.at("node", "evaluations").([]any)
	told := map[string]bool{}
	for i := range list {
		if id, _ := r.at("node", "evaluations", i, "evaluatorID").(string); id != "" {
			told[id] = true
		}
	}
	bodies := r.body
	for i := range list {
		steps := j.must(who, fmt.Sprintf(`{ node(id: %q) { ... on Evaluation { availableTransitions { event by { persons { id } } } } } }`, r.at("node", "evaluations", i, "id")), nil)
		bodies += steps.body
	}
	for _, e := range j.who {
		if told[string(e.Person)] != strings.Contains(bodies, string(e.Person)) {
			j.T.Errorf("got %s, want who evaluates nowhere or as the evaluation's", bodies)
		}
	}
	return len(list), len(told)
}

// TestACallHidesWhoEvaluates from the other evaluators and from the board, in evaluations, in
// what may be done with them and in the history; the office and whoever it is are told.
func TestACallHidesWhoEvaluates(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		for _, hidden := range []bool{false, true} {
			j := judgedUnder(a, workflow.Blindness{EvaluatorsHidden: hidden})
			j.handIn(1)
			for name, tt := range map[string]struct {
				who        workflow.Actor
				all, named int
			}{
				"the office":          {a.People[workflow.Administrator], 3, 3},
				"a member":            {a.People[workflow.BoardMember], 3, 3},
				"who handed in":       {j.who[1], 2, 2},
				"who has not":         {j.who[2], 1, 1},
				"who is not assigned": {a.Person(workflow.Evaluator, a.LAG, ""), 0, 0},
			} {
				if hidden {
					tt.named = map[string]int{"the office": 3, "who handed in": 1, "who has not": 1}[name]
				}
				if all, named := j.reads(tt.who); all != tt.all || named != tt.named {
					t.Errorf("hidden %t, %s: got %d evaluations and %d names, want %d and %d", hidden, name, all, named, tt.all, tt.named)
				}
			}
		}
	})
}

// TestACallShowsScoresOnceAllAreIn, or are awaited no more.
func TestACallShowsScoresOnceAllAreIn(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		shown := func(j judged, want int, when string) {
			t.Helper()
			if all, _ := j.reads(j.who[0]); all != want {
				t.Errorf("%s: got %d evaluations, want %d", when, all, want)
			}
		}
		j := judgedUnder(a, workflow.Blindness{ScoresShown: workflow.OnceAll})
		shown(j, 1, "one is in")
		j.handIn(1)
		shown(j, 1, "one is awaited")
		j.handIn(2)
		shown(j, 3, "all are in")
		j = judgedUnder(a, workflow.Blindness{ScoresShown: workflow.OnceAll})
		j.handIn(1)
		a.Fire(j.given[2], "loseEvaluator", nil)
		shown(j, 2, "the last was taken back")
		j = judgedUnder(a, workflow.Blindness{})
		shown(j, 1, "one is in, and nobody else's")
		j.handIn(1)
		shown(j, 2, "two are in, and the call says nothing")
	})
}

// TestAMemberWhoEvaluatesReadsAsAnEvaluator: a role on the board shows them no score, and no
// entry about one, before their own are in, nor before the call shows it to evaluators.
func TestAMemberWhoEvaluatesReadsAsAnEvaluator(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		for _, rule := range []string{workflow.OnceOwn, workflow.OnceAll} {
			j := judgedUnder(a, workflow.Blindness{ScoresShown: rule})
			both := j.who[1]
			both.Grants = append(slices.Clone(both.Grants), workflow.Grant{Role: workflow.BoardMember, LAG: a.LAG})
			reads := func(want int, when string) {
				t.Helper()
				if all, named := j.reads(both); all != want || named != want {
					t.Errorf("%s, %s: got %d evaluations and %d names, want %d", rule, when, all, named, want)
				}
				if all, _ := j.reads(a.People[workflow.BoardMember]); all != 3 {
					t.Errorf("%s, %s: another member got %d evaluations, want 3", rule, when, all)
				}
			}
			reads(1, "before their own are in")
			j.handIn(1)
			reads(map[string]int{workflow.OnceOwn: 3, workflow.OnceAll: 1}[rule], "one is awaited")
			j.handIn(2)
			reads(3, "all are in")
		}
	})
}

// TestBlindnessIsOfTheCall: it says so to whoever sees it, and takes no third way.
func TestBlindnessIsOfTheCall(t *testing.T) {
	_, err := (&workflow.Engine{}).DraftCall(workflow.DraftCall{
		OpensAt: 1, ClosesAt: 2, Allocations: []workflow.CallAllocation{{Amount: 1}}, Blindness: workflow.Blindness{ScoresShown: "NEVER"},
	})
	if !workflow.Refused(err, workflow.MalformedInput) {
		t.Errorf("got %v, want it refused", err)
	}
}
