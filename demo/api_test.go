package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// factsQuery asks for everything that the two texts state, as the public.
const factsQuery = `{
  lags(first: 2, orderBy: [{field: NAME}]) {
    edges { node {
      name shortName foundedOn
      members { nameAsPrinted sector }
      territories { kind areaHa basis boundary parts places }
      findings(first: 20) { totalCount edges { node { code title printed readAs detail } } }
      strategies(first: 1) { edges { node {
        title state { name label(lang: EN) }
        periodFrom periodTo consultationUntil consultationUntilPrinted invited
        funding { sourceKind printed amount readBy }
        goals { ordinal title objectives { ordinal title synthetic } }
        actions { code title allocation synthetic }
        directions { code title activityKinds { code title } }
        activityKinds { code title exhaustive }
        indicators { code title }
        statedFigures { key printed value readBy }
        projectsCheck { stated named statedRunning statedRunningBusiness statedRunningSocial running }
        participantsCheck { stated sumOfLargestSingleCounts difference }
        calls(first: 10) { edges { node { number budget state { name } criteria { code maxPoints weight } } } }
      } } }
    } }
  }
  projects(first: 20, orderBy: [{field: ORDINAL}]) {
    totalCount
    edges { node {
      ordinal title externalCode theme promoter { name legalFormAsPrinted } state { name }
      results { ordinal counted unit value parts countBasis uniqueStated periodBasis note }
    } }
  }
}`

// answered is what [factsQuery] gives back.
type answered struct {
	Data struct {
		Lags struct {
			Edges []struct {
				Node struct {
					Name        string
					Territories []struct {
						Kind, AreaHa    string
						Boundary, Parts []string
					}
					Findings   struct{ TotalCount int }
					Strategies struct {
						Edges []struct{ Node answeredStrategy }
					}
				}
			}
		}
		Projects struct {
			TotalCount int
			Edges      []struct {
				Node struct {
					Title, Theme string
					ExternalCode *string
					Promoter     struct{ Name, LegalFormAsPrinted string }
					State        struct{ Name string }
					Results      []struct{ CountBasis string }
				}
			}
		}
	}
	Errors []struct{ Message string }
}

type answeredStrategy struct {
	State             struct{ Name string }
	ConsultationUntil string
	Funding           []struct{ SourceKind, Printed, Amount string }
	Goals             []struct{ Title string }
	Actions           []struct{ Code string }
	Directions        []struct{ Code string }
	ProjectsCheck     struct{ Stated, Named, StatedRunning, StatedRunningBusiness, StatedRunningSocial, Running int }
	ParticipantsCheck *struct{ Stated, SumOfLargestSingleCounts, Difference int }
}

// ask sends the query to the whole server over the store, as the public.
func ask(t *testing.T, s *store.Store, query string) []byte {
	t.Helper()
	eng, c := engineOf(t, s)
	h, err := server.New(server.Options{
		Engine: eng, Store: s, Tokens: s.Tokens(c, workflowtest.Deterministic("tokens")), Simulated: true,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// testAPI reads the facts as anybody can, and holds them against the values
// that were written by hand.
func testAPI(t *testing.T, answer []byte) {
	var a answered
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	for _, e := range a.Errors {
		t.Fatalf("the query was refused: %s", e.Message)
	}
	if len(a.Data.Lags.Edges) != 2 {
		t.Fatalf("got %d groups, want 2", len(a.Data.Lags.Edges))
	}
	klaipeda, marijampole := a.Data.Lags.Edges[0].Node, a.Data.Lags.Edges[1].Node
	want(t, "findings", klaipeda.Findings.TotalCount+marijampole.Findings.TotalCount, 17)
	want(t, "territories", fmt.Sprint(klaipeda.Territories[0].AreaHa, klaipeda.Territories[1].AreaHa), "51260")
	streets := strings.Split(strings.ReplaceAll(boundary, "\n", " "), ", ")
	want(t, "boundary", strings.Join(klaipeda.Territories[0].Boundary, "|"), strings.Join(streets, "|"))
	want(t, "linked parts", len(klaipeda.Territories[1].Parts), 2)

	s := klaipeda.Strategies.Edges[0].Node
	want(t, "state", s.State.Name, "implementing")
	want(t, "projects", fmt.Sprint(s.ProjectsCheck), "{17 15 9 3 6 8}")
	want(t, "participants", fmt.Sprint(*s.ParticipantsCheck), "{736 345 391}")
	want(t, "funding", fmt.Sprint(s.Funding), "[{EU_AND_STATE 1.493200,00 Eur 1493200.00} {MUNICIPAL 513600,00 Eur 513600.00}]")
	want(t, "goals and actions", fmt.Sprint(len(s.Goals), len(s.Actions)), "2 12")

	m := marijampole.Strategies.Edges[0].Node
	want(t, "drafted state", m.State.Name, "draft_final")
	want(t, "deadline", m.ConsultationUntil, "2016-01-15")
	want(t, "directions", fmt.Sprint(m.Directions), "[{D1} {D2} {D3}]")
	testAPIProjects(t, a)
}

func testAPIProjects(t *testing.T, a answered) {
	results := 0
	var got []namedProject
	for _, e := range a.Data.Projects.Edges {
		code := ""
		if e.Node.ExternalCode != nil {
			code = *e.Node.ExternalCode
		}
		got = append(got, namedProject{
			e.Node.Title, code, e.Node.Promoter.Name, e.Node.Promoter.LegalFormAsPrinted, e.Node.Theme, e.Node.State.Name,
		})
		results += len(e.Node.Results)
	}
	if !slices.Equal(got, namedProjects) {
		t.Errorf("projects: got %v, want %v", got, namedProjects)
	}
	want(t, "total of projects", a.Data.Projects.TotalCount, 15)
	want(t, "results", results, 32)
}
