package demo_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestReadmeRuns sends the README's operations as they are printed, as the
// applicant of a listed project, and looks at what came of them.
func TestReadmeRuns(t *testing.T) {
	s := loaded(t, "sqlite")
	p := s.Reader().Proposal.Query().Where(proposal.Title("Verslo švyturys")).OnlyX(t.Context())
	ask := signedIn(t, s, p)
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllSubmatch(text, -1)
	want(t, "operations in the README", len(blocks), 3)

	explained := ask(string(blocks[0][1]), map[string]any{"id": p.ID})
	if !strings.Contains(explained, `"event":"apply","label":"`) || !strings.Contains(explained, `"allowed":true`) {
		t.Errorf("what can be done: got %s", explained)
	}
	fired := ask(string(blocks[1][1]), map[string]any{"id": p.ID, "version": p.Version})
	if !strings.Contains(fired, `"state":{"name":"application_submitted"}`) || !strings.Contains(fired, `"userErrors":[]`) {
		t.Errorf("the transition: got %s", fired)
	}
	again := ask(string(blocks[1][1]), map[string]any{"id": p.ID, "version": p.Version})
	want(t, "the same key again", again, fired)
	told := ask(string(blocks[2][1]), map[string]any{"id": p.ID})
	if !strings.Contains(told, `"event":"apply","from":"listed_funding","to":"application_submitted","role":"APPLICANT"`) {
		t.Errorf("the history: got %s", told)
	}
}

// signedIn asks as somebody who speaks for the proposal's applicant.
func signedIn(t *testing.T, s *store.Store, p *ent.Proposal) func(query string, variables map[string]any) string {
	t.Helper()
	eng, c := engineOf(t, s)
	tokens := s.Tokens(c, workflowtest.Deterministic("tokens"))
	h, err := server.New(server.Options{
		Engine: eng, Store: s, Tokens: tokens, Simulated: true, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	holder := s.Reader().Person.Query().Where(person.OrganisationID(p.ApplicantID)).FirstX(t.Context())
	token, err := tokens.Create(t.Context(), store.TokenFor{
		Person: holder.ID, Role: workflow.Applicant, LAG: p.LagID, ExpiresAt: clock.Instant(1 << 60),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(query string, variables map[string]any) string {
		t.Helper()
		body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return strings.TrimSpace(w.Body.String())
	}
}
