package server

import (
	"errors"
	"strings"
	"testing"

	"github.com/atranka/atranka/store"
)

func FuzzTokenIn(f *testing.F) {
	f.Add("Bearer atr_x")
	f.Add("bearer  x ")
	f.Fuzz(func(t *testing.T, header string) {
		token, err := tokenIn(header)
		switch {
		case err != nil && !errors.Is(err, store.ErrUnknownToken):
			t.Errorf("tokenIn(%q): got %v, want %v", header, err, store.ErrUnknownToken)
		case err == nil && (token != strings.TrimSpace(token) || !strings.HasSuffix(strings.TrimSpace(header), token)):
			t.Errorf("tokenIn(%q): got %q, want the end of the header", header, token)
		}
	})
}
