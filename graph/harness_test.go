package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// api is the API over a small local action group.
type api struct {
	*workflowtest.World
	t       testing.TB
	handler http.Handler
	reads   *counter
	log     *bytes.Buffer
}

// newAPI makes the group in an empty database at the address.
func newAPI(t testing.TB, address string) *api {
	t.Helper()
	return newAPIWith(t, address, storetest.Machines(t))
}

// newAPIWith is newAPI on other machines than the embedded ones.
func newAPIWith(t testing.TB, address string, machines *workflow.Machines) *api {
	t.Helper()
	return newAPIWithin(t, address, machines, graph.Limits{})
}

// newAPIWithin is newAPIWith within other limits than the usual.
func newAPIWithin(t testing.TB, address string, machines *workflow.Machines, limits graph.Limits) *api {
	t.Helper()
	s := storetest.OpenWith(t, address, machines)
	a := &api{World: workflowtest.NewWorld(t, s, machines), t: t, log: new(bytes.Buffer)}
	a.reads = &counter{Driver: s.ReadDriver()}
	a.handler = graph.New(graph.Options{
		Engine: a.Engine, Driver: a.reads, Logger: slog.New(slog.NewTextHandler(a.log, nil)), Limits: limits,
		RequestID: func(context.Context) string { return "R1" },
	})
	return a
}

// each runs f over the API on both engines.
func each(t *testing.T, f func(t *testing.T, a *api)) {
	storetest.Each(t, func(t *testing.T, address string) { f(t, newAPI(t, address)) })
}

// counter counts the statements of reads, and can make them fail.
type counter struct {
	dialect.Driver
	n    atomic.Int64
	fail error // what every statement ends in, where set
}

func (c *counter) Query(ctx context.Context, query string, args, v any) error {
	c.n.Add(1)
	if c.fail != nil {
		return c.fail
	}
	return c.Driver.Query(ctx, query, args, v)
}

// public is nobody known.
var public = workflow.Actor{}

// reply is what a request was answered.
type reply struct {
	status int
	body   string
	Data   any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
}

// ask sends a query with its variables, and language if it is given.
func (a *api) ask(who workflow.Actor, query string, vars map[string]any, lang ...string) reply {
	a.t.Helper()
	b, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.send(who, b, lang...)
}

func (a *api) send(who workflow.Actor, body []byte, lang ...string) reply {
	a.t.Helper()
	req := httptest.NewRequestWithContext(a.t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", strings.Join(lang, ", "))
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, req.WithContext(graph.WithActor(req.Context(), who)))
	r := reply{status: w.Code, body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		a.t.Fatalf("%s: %v", w.Body, err)
	}
	return r
}

// must is ask, for what has to be answered without errors.
func (a *api) must(who workflow.Actor, query string, vars map[string]any) reply {
	a.t.Helper()
	r := a.ask(who, query, vars)
	if len(r.Errors) > 0 {
		a.t.Fatalf("%s: got %s, want no errors; log: %s", query, r.body, a.log)
	}
	return r
}

// at is the value at a path of keys and indexes, nil where the path ends early.
func (r reply) at(path ...any) any {
	v := r.Data
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

// code is the code of the first error, "" if there is none.
func (r reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}
