package workflow

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write generated files anew")

func TestLifecycleOnDiskIsFresh(t *testing.T) {
	const file = "../docs/lifecycle.md"
	want := Lifecycle(shipped(t))
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %s out of date (%d bytes), want %d bytes; run go test with -update", file, len(got), len(want))
	}
}

// TestDiagramInTheReadmeIsFresh: it stands between two comments.
func TestDiagramInTheReadmeIsFresh(t *testing.T) {
	const file = "../README.md"
	const begin, end = "<!-- the proposal's diagram, generated -->\n", "<!-- end of the diagram -->"
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(got), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("got a README without the comments %q and %q, want both", begin, end)
	}
	want := before + begin + "```mermaid\n" + shipped(t)["proposal"].Chart("", nil).Mermaid() + "```\n" + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		got = []byte(want)
	}
	if string(got) != want {
		t.Errorf("got the diagram in %s out of date; run go test with -update", file)
	}
}

func TestLifecycleTellsEveryStateAndEvent(t *testing.T) {
	machines := shipped(t)
	doc := string(Lifecycle(machines))
	for kind, m := range machines {
		for _, s := range m.States() {
			if !strings.Contains(doc, "| "+string(s.Name)+" | ") {
				t.Errorf("%s: got no row for state %s, want one", kind, s.Name)
			}
		}
		for _, tr := range m.def.Transitions {
			if !strings.Contains(doc, "| "+string(tr.Event)+" | ") {
				t.Errorf("%s: got no row for event %s, want one", kind, tr.Event)
			}
		}
	}
}

func TestLifecycleTellsOnWhichMachinesNoCaseRuns(t *testing.T) {
	machines := shipped(t)
	for kind, m := range machines {
		doc := string(Lifecycle(map[Kind]*Machine{kind: m}))
		if got, want := strings.Contains(doc, "No case runs on it yet"), TypeOf(kind) == ""; got != want {
			t.Errorf("%s: got it told %t, want %t", kind, got, want)
		}
	}
}

func TestLifecycleRows(t *testing.T) {
	doc := string(Lifecycle(map[Kind]*Machine{"toy": toyMachine(t)}))
	for _, want := range []string{
		"## Toy, version 1\n\n3 states, 4 transitions, 5 events.\n",
		"| toy | APPLICANT, ADMINISTRATOR for MINISTRY | SMALL, LARGE | not late | dueOn: instant |  |\n\nConfidential: that there is such a case",
		"| open | CALL | Open / Atverta | Open / Atverta | ADMINISTRATOR |  | 3 working days from toy.dueOn: settle (design) |\n",
		"| refused | CLOSURE | Refused / Atmesta | Over / Baigta | APPLICANT | NEGATIVE, final |  |\n",
		"| note | open → open | ADMINISTRATOR |  | reason | openedOn: date! | toy.settle |\n",
		"| refuse | open → refused | APPLICANT, ADMINISTRATOR for APPLICANT and a second person | fair\\*, not late |  |  |  |\n",
		"| rule | refused → open *or* done | ADMINISTRATOR for COURT |  | document, second person |  | reopens |\n",
		"| fair | It is fair / Sąžininga |\n",
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("got no row\n%s in\n%s", want, doc)
		}
	}
}

func TestMermaid(t *testing.T) {
	want := `stateDiagram-v2
  [*] --> open
  open --> open: note
  open --> refused: refuse
  refused --> open: ruleToOpen
  refused --> done: ruleToDone
  open --> done: settle
  done --> [*]
`
	if got := toyMachine(t).Chart("", nil).Mermaid(); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

func TestDOT(t *testing.T) {
	want := `digraph toy {
  rankdir=LR;
  node [shape=box, style=rounded];
  subgraph cluster_CALL {
    label="CALL";
    open;
  }
  subgraph cluster_CLOSURE {
    label="CLOSURE";
    refused;
    done [peripheries=2];
  }
  open -> open [label="note"];
  open -> refused [label="refuse"];
  refused -> open [label="ruleToOpen"];
  refused -> done [label="ruleToDone"];
  open -> done [label="settle"];
}
`
	if got := toyMachine(t).Chart("", nil).DOT(); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

// Events that leave many states are drawn once; all others from each state.
func TestDiagramsDrawEveryStep(t *testing.T) {
	for kind, m := range shipped(t) {
		mermaid, dot := m.Chart("", nil).Mermaid(), m.Chart("", nil).DOT()
		for _, s := range m.States() {
			for _, x := range m.EventsFrom(s.Name) {
				from := string(x.From)
				if len(x.Transition.From) > manySources {
					from = "many_" + string(x.Event)
				}
				if !strings.Contains(mermaid, from+" --> "+string(x.To)+": ") {
					t.Errorf("%s: got no Mermaid arrow from %s to %s for %s, want one", kind, from, x.To, x.Event)
				}
				if !strings.Contains(dot, from+" -> "+string(x.To)+" [label=") {
					t.Errorf("%s: got no DOT arrow from %s to %s for %s, want one", kind, from, x.To, x.Event)
				}
			}
		}
	}
}

// TestChartsSpeakAndCount: labels in the language asked for, live figures laid
// over them; a state without figures has no cases.
func TestChartsSpeakAndCount(t *testing.T) {
	hours := int64(36 * 60 * 60)
	c := toyMachine(t).Chart("lt", map[StateName]Live{"open": {Cases: 2, Overdue: 1, MedianSeconds: &hours}})
	for form, wants := range map[string][]string{
		c.Mermaid(): {"  open: Atverta\n  open: čia 2 · vėluoja 1 · mediana 1,5 d\n", "  refused: Atmesta\n  refused: čia 0\n"},
		c.DOT():     {`open [label="Atverta\nčia 2 · vėluoja 1 · mediana 1,5 d"];`, `label="Kvietimas";`},
	} {
		for _, want := range wants {
			if !strings.Contains(form, want) {
				t.Errorf("got\n%s, want in it\n%s", form, want)
			}
		}
	}
	ninety := int64(90 * 60)
	if got, want := (Live{Cases: 1, MedianSeconds: &ninety}).Phrase("en"), "1 here · median 1.5 h"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
