package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/web"
	"github.com/atranka/atranka/workflow"
)

// Tokens says whom a bearer token stands for. The error is, or wraps, the
// store's ErrUnknownToken where it stands for nobody.
type Tokens interface {
	Actor(ctx context.Context, token string) (workflow.Actor, error)
}

// Database is what the server needs of the store beside the engine.
type Database interface {
	// Ping says whether the database answers.
	Ping(context.Context) error
	// Outstanding names the schema's files that are not applied yet.
	Outstanding(context.Context) (files []string, fresh bool, err error)
	// ReadDriver is what the API reads through.
	ReadDriver() dialect.Driver
}

// Options are what the server is made of. All are required but Limits and
// Simulated.
type Options struct {
	Engine *workflow.Engine
	Store  Database
	Tokens Tokens
	Logger *slog.Logger
	// Simulated marks every answer as one about a store whose clock was set.
	Simulated bool
	// Limits bound a request to the API; zero fields take the API's defaults.
	Limits graph.Limits
}

// atOnce is how many PDF files are made at the same time.
const atOnce = 2

var errIncomplete = errors.New("server: engine, store, tokens and logger are required")

// New is the handler of the whole server: the API at /graphql, minutes as files at
// /minutes/ID.pdf, letters at /letters/{proposal}.pdf, GraphiQL at /, /healthz for the process
// and /readyz for its database.
func New(o Options) (http.Handler, error) {
	if o.Engine == nil || o.Store == nil || o.Tokens == nil || o.Logger == nil {
		return nil, errIncomplete
	}
	of := graph.Options{
		Engine: o.Engine, Driver: o.Store.ReadDriver(), Logger: o.Logger, RequestID: RequestID, Limits: o.Limits,
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", signIn(o.Tokens, o.Logger, graph.New(of)))
	within := cmp.Or(o.Limits.Time, graph.DefaultLimits().Time)
	papers, made := graph.NewPapers(of), newRendering(atOnce)
	mux.Handle("GET /minutes/{file}", signIn(o.Tokens, o.Logger, minutesOf(papers).file(made, within, o.Logger)))
	mux.Handle("GET /letters/{file}", signIn(o.Tokens, o.Logger, lettersOf(papers).file(made, within, o.Logger)))
	mux.Handle("/", web.GraphiQL("/graphql"))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.Handle("GET /readyz", ready(o.Store, o.Logger))
	return identified(logged(o.Logger, marked(o.Simulated, mux))), nil
}

// ready answers 200 where the database answers and has the present schema.
func ready(db Database, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := db.Ping(r.Context()); err != nil {
			log.WarnContext(r.Context(), "not ready", "request", RequestID(r.Context()), "error", err)
			say(w, http.StatusServiceUnavailable, "the database does not answer")
			return
		}
		files, _, err := db.Outstanding(r.Context())
		if err != nil || len(files) > 0 {
			log.WarnContext(r.Context(), "not ready", "request", RequestID(r.Context()), "outstanding", files, "error", err)
			say(w, http.StatusServiceUnavailable, "the database is not migrated")
			return
		}
		say(w, http.StatusOK, "ready")
	})
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// marked tells with every answer that its times are made up.
func marked(simulated bool, next http.Handler) http.Handler {
	if !simulated {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Atranka-Simulated", "true")
		next.ServeHTTP(w, r)
	})
}
