package main

import (
	"log/slog"
	"net/http"

	"github.com/atranka/atranka/workflow"
)

// handler is the API over the database.
func (p *Program) handler(_ *workflow.Engine, db *opened, _ *slog.Logger) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := db.Ping(r.Context()); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		}
	})
	return mux, nil
}
