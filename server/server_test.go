package server_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// tokens stand for those who are listed, and "broken" for a fault.
type tokens map[string]workflow.Actor

var errFault = errors.New("secret of the database")

func (t tokens) Actor(_ context.Context, token string) (workflow.Actor, error) {
	if token == "broken" {
		return workflow.Actor{}, errFault
	}
	a, ok := t[token]
	if !ok {
		return a, store.ErrUnknownToken
	}
	return a, nil
}

// database is a store whose answers a test may bend.
type database struct {
	*store.Store
	silent      error
	outstanding []string
}

func (d *database) Ping(ctx context.Context) error {
	if d.silent != nil {
		return d.silent
	}
	return d.Store.Ping(ctx)
}

func (d *database) Outstanding(ctx context.Context) ([]string, bool, error) {
	if d.outstanding != nil {
		return d.outstanding, false, nil
	}
	return d.Store.Outstanding(ctx)
}

// served is a server over a small group.
type served struct {
	http.Handler
	world *workflowtest.World
	db    *database
	log   *bytes.Buffer
}

func serve(t *testing.T, change func(*server.Options)) *served {
	t.Helper()
	db := &database{Store: storetest.Open(t, storetest.Address(t, "sqlite"))}
	w := workflowtest.NewWorld(t, db.Store, storetest.Machines(t))
	s := &served{world: w, db: db, log: new(bytes.Buffer)}
	o := server.Options{
		Engine: w.Engine, Store: db, Logger: slog.New(slog.NewTextHandler(s.log, nil)),
		Tokens: tokens{"good": w.People[workflow.Administrator]},
	}
	change(&o)
	h, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Handler = h
	return s
}

func asIs(*server.Options) {}

// ask sends a request with a name and value for each header.
func (s *served) ask(t *testing.T, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const viewer = `{"query":"{ viewer { person { id } roles { role } } }"}`

func TestTokenSaysWhoAsks(t *testing.T) {
	s := serve(t, asIs)
	administrator := string(s.world.People[workflow.Administrator].Person)
	tests := map[string]struct {
		header string
		status int
		want   string
	}{
		"none":                 {"", http.StatusOK, `"person":null`},
		"good":                 {"Bearer good", http.StatusOK, administrator},
		"scheme in other case": {"bearer good", http.StatusOK, administrator},
		"unknown":              {"Bearer bad", http.StatusUnauthorized, `"UNAUTHENTICATED"`},
		"empty":                {"Bearer ", http.StatusUnauthorized, `"UNAUTHENTICATED"`},
		"another scheme":       {"Basic Z29vZDpnb29k", http.StatusUnauthorized, `"UNAUTHENTICATED"`},
		"a fault":              {"Bearer broken", http.StatusInternalServerError, `"INTERNAL"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			headers := []string{"Content-Type", "application/json"}
			if tt.header != "" {
				headers = append(headers, "Authorization", tt.header)
			}
			w := s.ask(t, http.MethodPost, "/graphql", viewer, headers...)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("Authorization %q: got %d %s, want %d with %s", tt.header, w.Code, w.Body, tt.status, tt.want)
			}
			if strings.Contains(w.Body.String(), errFault.Error()) {
				t.Errorf("Authorization %q: got the fault in the answer: %s", tt.header, w.Body)
			}
		})
	}
	if log := s.log.String(); !strings.Contains(log, errFault.Error()) || strings.Contains(log, "good") {
		t.Errorf("log: got %s, want the fault and no token", log)
	}
}

func TestUnknownTokenIsToldInTheLanguageAskedFor(t *testing.T) {
	s := serve(t, asIs)
	for lang, want := range map[string]string{"lt": "Raktas nežinomas", "en": "The token is unknown", "": "The token is unknown"} {
		w := s.ask(t, http.MethodPost, "/graphql", viewer, "Authorization", "Bearer bad", "Accept-Language", lang)
		if !strings.Contains(w.Body.String(), want) || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("Accept-Language %q: got %s, want %q and a challenge", lang, w.Body, want)
		}
	}
}

func TestQueriesByGetAndNoActs(t *testing.T) {
	s := serve(t, asIs)
	w := s.ask(t, http.MethodGet, "/graphql?query=%7Bclock%7Bsimulated%7D%7D", "")
	if want := `{"data":{"clock":{"simulated":true}}}`; w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("query by GET: got %d %s, want 200 %s", w.Code, w.Body, want)
	}
	act := "/graphql?query=mutation%7BconfirmTransition(input%3A%7Bid%3A%22x%22%7D)%7Brepeated%7D%7D"
	if w := s.ask(t, http.MethodGet, act, "", "Authorization", "Bearer good"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("act by GET: got %d %s, want %d", w.Code, w.Body, http.StatusUnprocessableEntity)
	}
}

func TestProcessAndDatabaseAreAskedApart(t *testing.T) {
	s := serve(t, asIs)
	check := func(path string, want int) {
		t.Helper()
		if w := s.ask(t, http.MethodGet, path, ""); w.Code != want {
			t.Errorf("%s: got %d %s, want %d", path, w.Code, w.Body, want)
		}
	}
	check("/healthz", http.StatusOK)
	check("/readyz", http.StatusOK)
	s.db.outstanding = []string{"20300101000000_next.sql"}
	check("/readyz", http.StatusServiceUnavailable)
	check("/healthz", http.StatusOK)
	s.db.silent = errFault
	check("/readyz", http.StatusServiceUnavailable)
	check("/healthz", http.StatusOK)
	if w := s.ask(t, http.MethodGet, "/readyz", ""); strings.Contains(w.Body.String(), errFault.Error()) {
		t.Errorf("/readyz: got the fault in the answer: %s", w.Body)
	}
}

func TestGraphiQLIsAtTheRoot(t *testing.T) {
	s := serve(t, asIs)
	w := s.ask(t, http.MethodGet, "/", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `data-endpoint="/graphql"`) {
		t.Errorf("/: got %d %.200s, want the page for /graphql", w.Code, w.Body)
	}
	if w := s.ask(t, http.MethodGet, "/no-such-page", ""); w.Code != http.StatusNotFound {
		t.Errorf("/no-such-page: got %d, want %d", w.Code, http.StatusNotFound)
	}
}

func TestEachRequestHasANameOfItsOwn(t *testing.T) {
	s := serve(t, asIs)
	one := s.ask(t, http.MethodGet, "/healthz", "", "X-Request-Id", "chosen").Header().Get("X-Request-Id")
	two := s.ask(t, http.MethodGet, "/healthz", "", "X-Request-Id", "chosen").Header().Get("X-Request-Id")
	if one == "" || one == two || one == "chosen" {
		t.Errorf("request ids: got %q and %q, want two fresh ones", one, two)
	}
	for _, id := range []string{one, two} {
		if !strings.Contains(s.log.String(), id) {
			t.Errorf("log: got %s, want request %s in it", s.log, id)
		}
	}
}

func TestSimulatedStoreSaysSo(t *testing.T) {
	for _, simulated := range []bool{true, false} {
		s := serve(t, func(o *server.Options) { o.Simulated = simulated })
		if got := s.ask(t, http.MethodGet, "/healthz", "").Header().Get("Atranka-Simulated") != ""; got != simulated {
			t.Errorf("simulated %t: got the mark = %t", simulated, got)
		}
	}
}

func TestLimitsAreTheServersToSet(t *testing.T) {
	s := serve(t, func(o *server.Options) { o.Limits = graph.Limits{Depth: 2} })
	w := s.ask(t, http.MethodPost, "/graphql", viewer, "Content-Type", "application/json")
	if !strings.Contains(w.Body.String(), `"TOO_COMPLEX"`) {
		t.Errorf("a query of depth 3: got %s, want TOO_COMPLEX", w.Body)
	}
}

// A sender that writes its whole body before it reads is answered too: closing
// the connection on what is unread would reset it.
func TestBodyFarTooLargeIsAnswered(t *testing.T) {
	s := httptest.NewServer(serve(t, asIs))
	defer s.Close()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const size = 20 << 20
	if _, err := fmt.Fprintf(c, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", size); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(bytes.Repeat([]byte("x"), size)); err != nil {
		t.Fatalf("sending 20 MB: got %v, want all of it taken", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("after 20 MB: got %v, want an answer", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusRequestEntityTooLarge || !answer.Close || !strings.Contains(string(body), `"TOO_COMPLEX"`) {
		t.Errorf("after 20 MB: got %d %s, %v, closing = %t, want 413 with TOO_COMPLEX and the connection closed", answer.StatusCode, body, err, answer.Close)
	}
}

func TestNewRefusesWhatIsIncomplete(t *testing.T) {
	if h, err := server.New(server.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}); err == nil {
		t.Errorf("got handler %v, want an error", h)
	}
}

// TestALetterIsAPaperForWhoMayReadIt: in the language asked for, and as if there were none
// for all others and of what has none.
func TestALetterIsAPaperForWhoMayReadIt(t *testing.T) {
	s := serve(t, asIs)
	_, p := s.world.OnAgenda()
	get := func(path string, headers ...string) *httptest.ResponseRecorder {
		return s.ask(t, http.MethodGet, "/letters/"+path, "", headers...)
	}
	good := []string{"Authorization", "Bearer good"}
	if w := get(string(p)+".pdf", good...); w.Code != http.StatusNotFound {
		t.Errorf("while nothing is decided: got %d, want %d", w.Code, http.StatusNotFound)
	}
	s.world.Fire(p, "decideReject", nil)
	lt, en := get(string(p)+".pdf?lang=LT", good...), get(string(p)+".pdf?lang=EN", good...)
	for lang, w := range map[string]*httptest.ResponseRecorder{"LT": lt, "EN": en} {
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(w.Body.String(), "%PDF-") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %v, want a PDF that nobody keeps", lang, w.Code, w.Header())
		}
	}
	if bytes.Equal(lt.Body.Bytes(), en.Body.Bytes()) {
		t.Error("got the same paper in both languages, want two")
	}
	if again := get(string(p)+".pdf", append(good, "Accept-Language", "lt")...); !bytes.Equal(again.Body.Bytes(), lt.Body.Bytes()) {
		t.Error("by the request's language: got another paper, want the same bytes")
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"the public": get(string(p) + ".pdf"), "no id": get("x.pdf", good...), "another type": get(string(s.world.LAG)+".pdf", good...),
		"no such proposal": get("prp_01h455vb4pex5vsknk084sn02q.pdf", good...),
	} {
		if w.Code != http.StatusNotFound || strings.HasPrefix(w.Body.String(), "%PDF-") {
			t.Errorf("%s: got %d, want %d", name, w.Code, http.StatusNotFound)
		}
	}
	if w := get(string(p)+".pdf?lang=en", good...); !bytes.Equal(w.Body.Bytes(), en.Body.Bytes()) {
		t.Error("in small letters: got another paper, want the English one")
	}
	for _, query := range []string{"?lang=DE", "?lang=", "?lang=LT&lang=EN"} {
		if w := get(string(p)+".pdf"+query, good...); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "rašykite") || !strings.Contains(w.Body.String(), "write one of") {
			t.Errorf("%s: got %d %s, want %d in both languages", query, w.Code, w.Body, http.StatusBadRequest)
		}
	}
	if w := s.ask(t, http.MethodPost, "/letters/"+string(p)+".pdf", "", good...); w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusNotFound {
		t.Errorf("by POST: got %d, want it refused", w.Code)
	}
}
