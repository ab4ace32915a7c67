package graph_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// operation is one that a document tells, under its heading.
type operation struct{ question, text string }

var operations = regexp.MustCompile("(?s)\n## ([^\n]+)\n(?:[^\n]+\n)*?```graphql\n(.*?)```")

func documented(t *testing.T, file string) (out []operation) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range operations.FindAllStringSubmatch(string(text), -1) {
		out = append(out, operation{found[1], found[2]})
	}
	if blocks := strings.Count(string(text), "```graphql"); blocks != len(out) || blocks == 0 {
		t.Fatalf("got %d operations under headings of %s, want all %d", len(out), file, blocks)
	}
	return out
}

// TestEvaluatorsQuestionsAreAnswered by the operations that docs/evaluation.md tells, in
// their order, as an evaluator whom another one is beside.
func TestEvaluatorsQuestionsAreAnswered(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, p := a.InQuality(50_000_00, 10_000_00)
		mine, other := a.Evaluators[0], a.Evaluators[1]
		evaluation := a.Assign(p, mine)
		a.Evaluators = []workflow.Actor{other}
		a.Evaluate(p, call, 50_00)
		var criteria []string
		given := map[string]any{"lag": a.LAG, "evaluation": evaluation, "proposal": p, "version": 1}
		want := map[string]struct{ has, lacks string }{
			"What is mine, and until when":                    {`"reason":"DECLARATION"`, ""},
			"Have I declared, and what may I do now":          {`"event":"declareNoConflict","label":"Declare no conflict","allowed":true`, ""},
			"Declare":                                         {`"userErrors":[]`, ""},
			"What do I score, and how":                        {`"code":"K2","title":"Kokybė","kind":"SCORE","maxPoints":4000`, ""},
			"The papers, and what I may do with the proposal": {`"event":"requestClarification","allowed":true`, `"budgetLines":[]`},
			"Hand in": {`"userErrors":[]`, ""},
			"Where do my scores and the others' differ": {`"points":4000,"reason":"pagrįsta","criterion":{"code":"K2","maxPoints":4000}`, ""},
		}
		for _, o := range documented(t, "../docs/evaluation.md") {
			variables := map[string]any{}
			for name, v := range given {
				if strings.Contains(o.text, "$"+name+":") {
					variables[name] = v
				}
			}
			if strings.Contains(o.text, "$scores:") {
				variables["scores"] = []any{
					map[string]any{"criterionId": criteria[0], "points": 5000, "reason": "gerai"}, map[string]any{"criterionId": criteria[1], "points": 4000},
				}
			}
			r := a.must(mine, o.text, variables)
			w, known := want[o.question]
			if !known || !strings.Contains(r.body, w.has) || (w.lacks != "" && strings.Contains(r.body, w.lacks)) {
				t.Errorf("%s: got %s, want %q in it and not %q", o.question, r.body, w.has, w.lacks)
			}
			delete(want, o.question)
			for i := 0; r.at("node", "call", "criteria", i) != nil; i++ {
				criteria = append(criteria, fmt.Sprint(r.at("node", "call", "criteria", i, "id")))
			}
		}
		if len(want) > 0 {
			t.Errorf("not told: %v", want)
		}
	})
}
