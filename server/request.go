package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"
)

type requestKey struct{}

// RequestID is the name of the request in the log, "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// identified names each request. A name that the sender chose would let one
// hide among others in the log.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

// logged writes a line for each request: what was asked, never by whom or with
// which token.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		seen := &status{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(seen, r)
		log.InfoContext(r.Context(), "request", "request", RequestID(r.Context()), "method", r.Method, "path", r.URL.Path,
			"status", seen.code, "took", time.Since(began))
	})
}

// status keeps the code that was answered.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader notes the code and passes it on.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
