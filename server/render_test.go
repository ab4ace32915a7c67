package server

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestFilesAreMadeSoManyAtOnce: who finds no place until their time ends is told when to ask
// again, and a place that became free is given anew.
func TestFilesAreMadeSoManyAtOnce(t *testing.T) {
	r := newRendering(1)
	file := func() ([]byte, error) { return []byte("x"), nil }
	_, err := r.make(t.Context(), func() ([]byte, error) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		late, within := context.WithTimeout(t.Context(), 1)
		defer within()
		for _, c := range []context.Context{ctx, late} {
			if got, err := r.make(c, file); got != nil || !errors.Is(err, c.Err()) || err == nil {
				t.Errorf("beside another: got %q, %v, want the end of its time", got, err)
			}
		}
		return nil, nil
	})
	if got, again := r.make(t.Context(), file); err != nil || again != nil || string(got) != "x" {
		t.Errorf("after it: got %q, %v and %v, want the file", got, again, err)
	}
	w := httptest.NewRecorder()
	if busy(w); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" {
		t.Errorf("got %d and %v, want 503 with when to ask again", w.Code, w.Header())
	}
}
