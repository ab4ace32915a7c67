package server

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/store"
)

// A fuzz target here would build the whole generated client instrumented, which
// takes minutes; the property is small enough for drawn headers.
func TestTokenIsTheEndOfTheHeader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.OneOf(rapid.String(), rapid.StringMatching(`[Bb]earer *[a-z_ ]*`)).Draw(t, "header")
		token, err := tokenIn(header)
		switch {
		case err != nil && !errors.Is(err, store.ErrUnknownToken):
			t.Fatalf("tokenIn(%q): got %v, want %v", header, err, store.ErrUnknownToken)
		case err == nil && (token != strings.TrimSpace(token) || !strings.HasSuffix(strings.TrimSpace(header), token)):
			t.Fatalf("tokenIn(%q): got %q, want the end of the header", header, token)
		}
	})
}
