package server

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// rendering bounds how many files are made at once: each takes a processor and its fonts for
// as long as it lasts, which no limit of time ends.
type rendering chan struct{}

// newRendering lets so many be made at once.
func newRendering(atOnce int) rendering { return make(rendering, atOnce) }

// make waits for a place until ctx ends, and makes the file in it. The error is ctx's where
// none became free, else the maker's.
func (r rendering) make(ctx context.Context, file func() ([]byte, error)) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case r <- struct{}{}:
		defer func() { <-r }()
		return file()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// retryAfter is when somebody who found no place may ask again.
const retryAfter = 5 * time.Second

// busy answers whoever waited for a place in vain.
func busy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter/time.Second)))
	say(w, http.StatusServiceUnavailable, "Serveris užimtas: bandykite po kelių sekundžių. / The server is busy: try again in a few seconds.")
}
