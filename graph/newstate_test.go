package graph_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
)

// spliced are the embedded machines with the states and transitions of a file
// added to those of the proposal.
func spliced(t *testing.T, file string) *workflow.Machines {
	t.Helper()
	return storetest.MachinesWith(t, "proposal.yaml", func(src string) string { return splice(t, src, file) })
}

// splice is the source of a definition with the states and transitions of a file
// added.
func splice(t *testing.T, src, file string) string {
	t.Helper()
	more, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, added, _ := strings.Cut(string(more), "\nstates:\n")
	states, transitions, found := strings.Cut(added, "\ntransitions:\n")
	if !found {
		t.Fatalf("%s: got no states and transitions", file)
	}
	src = strings.Replace(src, "\nstates:\n", "\nstates:\n"+states+"\n", 1)
	return strings.Replace(src, "\ntransitions:\n", "\ntransitions:\n"+transitions, 1)
}

// scene is a line of a scenario: days go by, then somebody fires an event, or the
// clock has to have done so, and the case is in a state.
type scene struct {
	Days    int                `yaml:"days"`
	Event   workflow.EventName `yaml:"event"`
	By      workflow.Role      `yaml:"by"`
	Becomes workflow.StateName `yaml:"becomes"`
}

// play walks the subject through the scenario file.
func (a *api) play(file string, subject ident.ID, after func(scene)) {
	a.t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	var scenes []scene
	if err := yaml.UnmarshalWithOptions(src, &scenes, yaml.Strict()); err != nil {
		a.t.Fatal(err)
	}
	for i, s := range scenes {
		a.Clock.Advance(time.Duration(s.Days) * 24 * time.Hour)
		before := a.Subject(subject).Version
		fired, err := a.Engine.RingDue(a.t.Context())
		if err != nil || (fired > 0) != (s.By == workflow.Clock) {
			a.t.Fatalf("scene %d: the clock fired %d and %v, want it to where it is said", i, fired, err)
		}
		if s.Event != "" && s.By != workflow.Clock {
			_, f := a.Prepared(subject, s.Event, nil)
			if _, err := a.Send(a.ActorFor(s.By, a.Subject(subject)), f); err != nil {
				a.t.Fatalf("scene %d: %v", i, err)
			}
		}
		now := a.Subject(subject)
		if (s.Becomes != "" && now.State != s.Becomes) || (now.Version > before) != (s.Event != "") {
			a.t.Errorf("scene %d: got the state %s in version %d after %d, want %+v", i, now.State, now.Version, before, s)
		}
		after(s)
	}
}

// TestANewStateIsOneChangeOfADefinition: API, explanation, tasks, pictures, the
// description and statistics follow from the file, and no line of Go knows it.
func TestANewStateIsOneChangeOfADefinition(t *testing.T) {
	machines := spliced(t, "testdata/hearing.yaml")
	storetest.Each(t, func(t *testing.T, address string) {
		a := newAPIWith(t, address, machines)
		_, p := a.OnAgenda()
		chair, applicant := a.People[workflow.Chair], a.ApplicantActors[0]
		has := func(who workflow.Actor, query string, want ...string) {
			t.Helper()
			query = strings.NewReplacer("{p}", quoted(p), "{l}", quoted(a.LAG)).Replace(query)
			r := a.ask(who, query, nil, "lt")
			for _, w := range want {
				if !strings.Contains(strings.ReplaceAll(r.body, `\u003e`, ">"), w) {
					t.Errorf("%s: got %s, want %s in it", query, r.body, w)
				}
			}
		}
		const explain = `{ node(id: {p}) { ... on Proposal { availableTransitions { event label allowed toState { name } } } } }`
		has(chair, explain, `{"event":"invite","label":"Kviesti išklausyti","allowed":true,"toState":{"name":"hearing"}}`)
		a.play("testdata/hearing.scenario.yaml", p, func(s scene) {
			if s.Becomes != "hearing" {
				return
			}
			has(applicant, `{ node(id: {p}) { ... on Proposal { state { name phase label responsible keepsMoney } } } }`,
				`{"name":"hearing","phase":"SELECTION","label":"Kviečiame jus išklausyti","responsible":"APPLICANT","keepsMoney":true}`)
			has(chair, explain, `{"event":"hearingOver","label":"Baigti išklausymą","allowed":false,"toState":{"name":"board_agenda"}}`)
			ends := calendar.Ends(a.Subject(p).Since.Day(), 10, workflow.CalendarDays)
			has(applicant, `{ today(lagId: {l}, days: 12, role: APPLICANT) { id endsAt overdue event state { name } } }`,
				fmt.Sprintf(`{"id":%q,"endsAt":%q,"overdue":false,"event":"hearingOver","state":{"name":"hearing"}}`, p, ends))
			has(chair, `{ proposals(first: 5, filter: {state: "hearing"}) { totalCount } }`, `"totalCount":1`)
			has(chair, `{ workflowGraph(lagId: {l}) }`, "hearing: Pareiškėjas kviečiamas išklausyti", "hearing: čia 1",
				"board_agenda --> hearing: Kviesti išklausyti", "hearing --> board_agenda: Baigti išklausymą")
			has(chair, `{ workflowGraph(format: SVG) }`, "Pareiškėjas", "hearing")
		})
		has(chair, `{ node(id: {p}) { ... on Proposal { history(last: 5) { edges { node { kind role event toState { label(lang: EN) } } } } } } }`,
			`{"kind":"reminder","role":"CLOCK","event":"hearingOver","toState":null}`,
			`{"kind":"transition","role":"CLOCK","event":"hearingOver","toState":{"label":"On the board's agenda"}}`)
		// The second hearing lasted eleven days; half of three and eleven are seven.
		has(chair, `{ statistics(lagId: {l}) { states { state { name } cases stays medianSeconds longestSeconds } } }`,
			fmt.Sprintf(`{"state":{"name":"hearing"},"cases":0,"stays":2,"medianSeconds":%d,"longestSeconds":%d}`, 7*24*3600, 11*24*3600))
	})
	page := string(workflow.Lifecycle(map[workflow.Kind]*workflow.Machine{"proposal": machines.Latest("proposal")}))
	for _, want := range []string{"| hearing | SELECTION |", "| invite | board_agenda → hearing | CHAIR |", "board_agenda --> hearing: invite"} {
		if !strings.Contains(page, want) {
			t.Errorf("the description lacks %q", want)
		}
	}
}
