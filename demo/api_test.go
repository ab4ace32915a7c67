package demo_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// asPublic sends the query to the whole server over the store, as the public.
func asPublic(t *testing.T, s *store.Store) func(query string) []byte {
	t.Helper()
	eng, c := engineOf(t, s)
	c.Set(demo.At(demo.Default))
	ask := asking(t, s, eng, c, "")
	return func(query string) []byte { return ask(query, nil) }
}

// asking sends queries to the whole server over the store, with a token where one is
// given.
func asking(t *testing.T, s *store.Store, eng *workflow.Engine, c clock.Clock, token string) func(query string, variables map[string]any) []byte {
	t.Helper()
	h, err := server.New(server.Options{
		Engine: eng, Store: s, Tokens: s.Tokens(c, workflowtest.Deterministic("tokens")), Simulated: true,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(query string, variables map[string]any) []byte {
		body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Body.Bytes()
	}
}

// questions are those of a folder of testdata by name. Each has its answer beside
// it, which was written by hand from the texts, the notes on them and the data: no
// run of the program makes or mends one.
func questions(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %q, %v, want questions", files, err)
	}
	out := map[string]string{}
	for _, f := range files {
		out[strings.TrimSuffix(filepath.Base(f), ".graphql")] = read(t, f)
	}
	if answers, err := filepath.Glob("testdata/" + folder + "/*.json"); err != nil || len(answers) != len(files) {
		t.Fatalf("got %d answers to %d questions, %v", len(answers), len(files), err)
	}
	return out
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// testAPI asks every question as anybody can, and gives the answers back.
func testAPI(t *testing.T, s *store.Store) map[string][]byte {
	ask, answers := asPublic(t, s), map[string][]byte{}
	for name, query := range questions(t, "facts") {
		t.Run(name, func(t *testing.T) {
			answers[name] = ask(query)
			same(t, indented(t, answers[name]), indented(t, []byte(read(t, "testdata/facts/"+name+".json"))))
		})
	}
	t.Run("boundary", func(t *testing.T) { testBoundary(t, answers["territory-target"]) })
	return answers
}

// indented is the JSON in one form of white space, with all else as it stands.
func indented(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	compact := bytes.Clone(out.Bytes())
	out.Reset()
	if err := json.Indent(&out, compact, "", " "); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// testBoundary counts what the list of streets says of itself.
func testBoundary(t *testing.T, answer []byte) {
	var a struct {
		Data struct {
			Lags struct {
				Edges []struct {
					Node struct {
						Territories []struct {
							Boundary []string
							ClosesAt string
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	target := a.Data.Lags.Edges[0].Node.Territories[0]
	want(t, "boundary entries", len(target.Boundary), 25)
	want(t, "street at which the line closes", target.ClosesAt, target.Boundary[0])
	slices.Sort(target.Boundary)
	want(t, "distinct streets", len(slices.Compact(target.Boundary)), 23)
}
