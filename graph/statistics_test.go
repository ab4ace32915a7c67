package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// TestStatisticsAreForTheOffice: they count cases that nobody else may know of.
func TestStatisticsAreForTheOffice(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call := a.OpenCall(50_000_00)
		p := a.Proposal(call, 0, 10_000_00)
		a.Fire(p, "submit", nil)
		query := func(more string) string {
			return fmt.Sprintf(`{ statistics(lagId: %q%s) { states { state { name label } cases overdue stays medianSeconds longestSeconds }
				roles { role acts waiting stays medianSeconds } calls { callID cases open positive negative medianSeconds } } }`, a.LAG, more)
		}
		r := a.must(a.People[workflow.Auditor], query(""), nil)
		for _, want := range []string{
			`{"state":{"name":"submitted","label":"Submitted, awaiting registration"},"cases":1,"overdue":0,"stays":0,"medianSeconds":null,"longestSeconds":null}`,
			fmt.Sprintf(`{"callID":%q,"cases":1,"open":1,"positive":0,"negative":0,"medianSeconds":null}`, call),
		} {
			if !strings.Contains(r.body, want) {
				t.Errorf("got %s, want %s in it", r.body, want)
			}
		}
		svg := fmt.Sprintf(`{ workflowGraph(lagId: %q, format: SVG, lang: LT) }`, a.LAG)
		if got, _ := a.must(a.People[workflow.Auditor], svg, nil).at("workflowGraph").(string); !strings.Contains(got, "<svg") || !strings.Contains(got, "čia 1") {
			t.Errorf("got %.300s, want the drawing with its case", got)
		}
		for name, who := range map[string]workflow.Actor{
			"the public": public, "its applicant": a.ApplicantActors[0], "an evaluator": a.Evaluators[0],
			"a board member": a.People[workflow.BoardMember], "another group's administrator": a.Outsider,
		} {
			for _, q := range []string{query(""), svg} {
				if r := a.must(who, q, nil); r.at("statistics") != nil || r.at("workflowGraph") != nil {
					t.Errorf("%s: got %s, want null", name, r.body)
				}
			}
			if got, _ := a.must(who, `{ workflowGraph(kind: "appeal") }`, nil).at("workflowGraph").(string); !strings.HasPrefix(got, "stateDiagram-v2") {
				t.Errorf("%s: got %.100s, want the process, which is no secret", name, got)
			}
		}
		office := a.People[workflow.Administrator]
		for q, want := range map[string]string{
			query(`, kind: "parade"`):                           `There is no kind`,
			query(`, callId: "prp_01h455vb4pex5vsknk084sn02q"`): "WRONG_ID_TYPE",
			query(`, callId: "cal_01h455vb4pex5vsknk084sn02q"`): "There is no such record",
			`{ workflowGraph(kind: "parade") }`:                 "There is no kind",
			fmt.Sprintf(`{ workflowGraph(callId: %q) }`, call):  "Give lagId",
			`{` + aliased(8) + `}`:                              "cost",
		} {
			r := a.ask(office, q, nil)
			if len(r.Errors) == 0 || !strings.Contains(r.Errors[0].Message+fmt.Sprint(r.Errors[0].Extensions), want) {
				t.Errorf("%s: got %s, want %q", q, r.body, want)
			}
		}
		if got := a.must(office, query(fmt.Sprintf(`, callId: %q, kind: "contract"`, call)), nil).at("statistics", "roles"); fmt.Sprint(got) != "[]" {
			t.Errorf("contracts of the call: got the roles %v, want none", got)
		}
	})
}

// aliased asks for so many drawings at once.
func aliased(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " g%d: workflowGraph(format: SVG)", i)
	}
	return b.String()
}
