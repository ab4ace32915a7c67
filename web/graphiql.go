package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"sync"
	"time"
)

// policy is the content security policy (W3C CSP Level 3) of every answer: all
// from the same origin, but for the icon and the typefaces that the page and the
// stylesheet hold as data. Menus of GraphiQL try to add a style element, to lock
// scrolling behind them; it is refused, and they work without.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// GraphiQL serves the GraphiQL page and its assets, for the GraphQL API whose
// path on the same host is endpoint. Mount it on a path that ends in a slash, and
// strip that path:
//
//	mux.Handle("/graphiql/", http.StripPrefix("/graphiql", web.GraphiQL("/graphql")))
//
// It answers GET and HEAD and is safe for concurrent use. The assets, megabytes to
// read and hash, are looked at with the first request: a start does not wait for
// a page that nobody may ask for.
func GraphiQL(endpoint string) http.Handler {
	pages := sync.OnceValue(func() http.Handler { return assets(endpoint) })
	return guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pages().ServeHTTP(w, r) }))
}

func assets(endpoint string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page(endpoint))
	for _, pattern := range []string{"graphiql/*.js", "graphiql/*.css", "graphiql/upstream/*"} {
		for _, name := range must(fs.Glob(embedded, pattern)) {
			content := must(embedded.ReadFile(name))
			mux.Handle("GET /"+path.Base(name), newAsset(path.Base(name), content))
		}
	}
	return mux
}

// page is index.html with the endpoint in it.
func page(endpoint string) asset {
	index := template.Must(template.ParseFS(embedded, "graphiql/index.html"))
	var html bytes.Buffer
	if err := index.Execute(&html, endpoint); err != nil {
		panic(fmt.Sprintf("fill in the GraphiQL page: %v", err))
	}
	return newAsset("index.html", html.Bytes())
}

// must returns what was read from the files embedded in the program: they are
// there, or the program was built wrong.
func must[T any](read T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("read embedded file: %v", err))
	}
	return read
}

// contentTypes are spelled out, since package mime would also ask the machine.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
}

// asset is a file that is served whole, with a validator made of its content.
type asset struct {
	name    string
	tag     string
	content []byte
}

func newAsset(name string, content []byte) asset {
	digest := sha256.Sum256(content)
	return asset{name, `"` + base64.RawURLEncoding.EncodeToString(digest[:]) + `"`, content}
}

// ServeHTTP answers with the file, or with 304 if the browser has it already.
func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", contentTypes[path.Ext(a.name)])
	w.Header().Set("ETag", a.tag)
	// Names carry no version: the browser asks each time, and is told 304.
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(a.content))
}

// guarded adds to every answer the headers that keep the page to its own origin.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}
