package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/web"
)

const mount = "/graphiql/"

// serve starts a server that has GraphiQL where the program mounts it.
func serve(t *testing.T, endpoint string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(mount, http.StripPrefix(strings.TrimSuffix(mount, "/"), web.GraphiQL(endpoint)))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// answer is what the server said, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request without a body, with a name and value for each header.
func ask(t *testing.T, server *httptest.Server, method, path string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatalf("request %s %s: %v", method, path, err)
	}
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer to %s %s: %v", method, path, err)
	}
	return answer{response.StatusCode, response.Header, body}
}

// linked matches what a page refers to, and captures where it is.
var linked = regexp.MustCompile(`\s(?:href|src)="([^"]*)"`)

// linkedAssets are the files that the page refers to, data left out.
func linkedAssets(html []byte) []string {
	var assets []string
	for _, match := range linked.FindAllSubmatch(html, -1) {
		if at := string(match[1]); !strings.HasPrefix(at, "data:") {
			assets = append(assets, at)
		}
	}
	return assets
}

func TestGraphiQLServesEveryAssetOfItsPage(t *testing.T) {
	wantTypes := map[string]string{
		".js":  "text/javascript; charset=utf-8",
		".css": "text/css; charset=utf-8",
	}
	server := serve(t, "/graphql")
	assets := linkedAssets(ask(t, server, http.MethodGet, mount).body)
	// GraphiQL in two files, React in two, our own two.
	if got, want := len(assets), 6; got != want {
		t.Fatalf("assets of the page: got %d (%q), want %d", got, assets, want)
	}
	for _, asset := range assets {
		response := ask(t, server, http.MethodGet, mount+asset)
		if got, want := response.status, http.StatusOK; got != want {
			t.Errorf("GET %s: got status %d, want %d", asset, got, want)
		}
		if got, want := response.header.Get("Content-Type"), wantTypes[filepath.Ext(asset)]; got != want {
			t.Errorf("GET %s: got content type %q, want %q", asset, got, want)
		}
		if len(response.body) == 0 {
			t.Errorf("GET %s: got an empty answer, want the file", asset)
		}
	}
}

func TestGraphiQLPage(t *testing.T) {
	response := ask(t, serve(t, "/graphql"), http.MethodGet, mount)
	if got, want := response.header.Get("Content-Type"), "text/html; charset=utf-8"; got != want {
		t.Errorf("content type: got %q, want %q", got, want)
	}
	for _, want := range []string{"<title>Atranka</title>", `data-endpoint="/graphql"`} {
		if !bytes.Contains(response.body, []byte(want)) {
			t.Errorf("page: got\n%s\nwant %q in it", response.body, want)
		}
	}
}

func TestGraphiQLRefersToNoOtherHost(t *testing.T) {
	foreign := regexp.MustCompile(`(?:https?|wss?)://|(?:href|src)="//|@import|url\(`)
	server := serve(t, "/graphql")
	for _, path := range []string{"", "boot.js", "page.css"} {
		if got := foreign.Find(ask(t, server, http.MethodGet, mount+path).body); got != nil {
			t.Errorf("GET %s%s: got a reference to elsewhere (%q), want none", mount, path, got)
		}
	}
	stylesheet := ask(t, server, http.MethodGet, mount+"graphiql.min.css").body
	for _, match := range regexp.MustCompile(`url\(\s*["']?(.{0,40})`).FindAllSubmatch(stylesheet, -1) {
		if !bytes.HasPrefix(match[1], []byte("data:")) {
			t.Errorf("graphiql.min.css: got url(%s…, want data only", match[1])
		}
	}
}

func TestGraphiQLNeedsNoInlineScript(t *testing.T) {
	response := ask(t, serve(t, "/graphql"), http.MethodGet, mount)
	directives := map[string]string{}
	for directive := range strings.SplitSeq(response.header.Get("Content-Security-Policy"), ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		directives[name] = sources
	}
	for name, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
		"connect-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
	} {
		if got := directives[name]; got != want {
			t.Errorf("content security policy, %s: got %q, want %q", name, got, want)
		}
	}
	inline := regexp.MustCompile(`(?i)<script[^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:`)
	if got := inline.Find(response.body); got != nil {
		t.Errorf("page: got inline %q, which the policy would refuse, want none", got)
	}
}

func TestGraphiQLGuardsEveryAnswer(t *testing.T) {
	server := serve(t, "/graphql")
	for path, wantStatus := range map[string]int{
		"":             http.StatusOK,
		"boot.js":      http.StatusOK,
		"no-such.file": http.StatusNotFound,
		"upstream/":    http.StatusNotFound,
		"LICENSES":     http.StatusNotFound,
	} {
		response := ask(t, server, http.MethodGet, mount+path)
		if got := response.status; got != wantStatus {
			t.Errorf("GET %s%s: got status %d, want %d", mount, path, got, wantStatus)
		}
		if got, want := response.header.Get("X-Content-Type-Options"), "nosniff"; got != want {
			t.Errorf("GET %s%s: got X-Content-Type-Options %q, want %q", mount, path, got, want)
		}
		if response.header.Get("Content-Security-Policy") == "" {
			t.Errorf("GET %s%s: got no Content-Security-Policy, want one", mount, path)
		}
	}
}

func TestGraphiQLIsReadOnly(t *testing.T) {
	server := serve(t, "/graphql")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if got, want := ask(t, server, method, mount).status, http.StatusMethodNotAllowed; got != want {
			t.Errorf("%s %s: got status %d, want %d", method, mount, got, want)
		}
	}
}

func TestGraphiQLAnswersNotModified(t *testing.T) {
	server := serve(t, "/graphql")
	const path = mount + "graphiql.min.js"
	tag := ask(t, server, http.MethodGet, path).header.Get("ETag")
	for given, want := range map[string]int{tag: http.StatusNotModified, `"other"`: http.StatusOK} {
		if got := ask(t, server, http.MethodGet, path, "If-None-Match", given).status; got != want {
			t.Errorf("GET %s with If-None-Match %s: got status %d, want %d", path, given, got, want)
		}
	}
}

func TestGraphiQLEscapesItsEndpoint(t *testing.T) {
	html := ask(t, serve(t, `/graphql"><script src="x"></script>`), http.MethodGet, mount).body
	if bytes.Contains(html, []byte(`<script src="x">`)) {
		t.Errorf("page: got the endpoint as markup, want it as text:\n%s", html)
	}
}

// The files of others are those that npm published, not edited by anybody since.
func TestUpstreamFilesAreAsPublished(t *testing.T) {
	const folder = "graphiql/upstream"
	sums, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		t.Fatalf("read the digests: %v", err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		digest, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			t.Fatalf("SHA256SUMS: got line %q, want digest, two spaces and name", line)
		}
		want[name] = digest
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatalf("list %s: %v", folder, err)
	}
	for _, entry := range entries {
		if entry.Name() == "SHA256SUMS" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatalf("read %s: %v", entry.Name(), err)
		}
		digest := sha256.Sum256(content)
		if got := hex.EncodeToString(digest[:]); got != want[entry.Name()] {
			t.Errorf("%s: got digest %s, want %s", entry.Name(), got, want[entry.Name()])
		}
		delete(want, entry.Name())
	}
	for name := range want {
		t.Errorf("%s: got no such file, want the one that SHA256SUMS names", name)
	}
}
