package server

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/store"
)

// scheme is the one that tokens come in (RFC 6750 §2.1). Tokens in a query
// string would end in logs and are not read.
const scheme = "Bearer "

// signIn notes who asks. Without an Authorization header the public does; a
// header that names nobody is refused, or a sender with an old token would
// take the public's view for their own.
func signIn(tokens Tokens, log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("Authorization")
		if header == "" {
			next.ServeHTTP(w, r)
			return
		}
		token, err := tokenIn(header)
		if err != nil {
			refuse(w, r)
			return
		}
		actor, err := tokens.Actor(r.Context(), token)
		if errors.Is(err, store.ErrUnknownToken) {
			refuse(w, r)
			return
		}
		if err != nil {
			log.ErrorContext(r.Context(), "sign-in", "request", RequestID(r.Context()), "error", err)
			graph.WriteError(w, http.StatusInternalServerError, graph.Internal(r, RequestID(r.Context())))
			return
		}
		next.ServeHTTP(w, r.WithContext(graph.WithActor(r.Context(), actor)))
	})
}

// tokenIn takes the token out of the header, whose scheme is compared without
// regard to case (RFC 9110 §11.1).
func tokenIn(header string) (string, error) {
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", store.ErrUnknownToken
	}
	return strings.TrimSpace(header[len(scheme):]), nil
}

func refuse(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="atranka", error="invalid_token"`)
	graph.WriteError(w, http.StatusUnauthorized, graph.Unauthenticated(r))
}
