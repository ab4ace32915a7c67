package main

import (
	"log/slog"
	"net/http"

	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/workflow"
)

// handler is the API over the database, signing in by the days of the engine.
func (p *Program) handler(eng *workflow.Engine, db *opened, logger *slog.Logger) (http.Handler, error) {
	return server.New(server.Options{
		Engine: eng, Store: db.Store, Tokens: db.Tokens(eng.Clock, p.Random), Logger: logger, Simulated: eng.Simulated,
	})
}
