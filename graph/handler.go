package graph

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"entgo.io/ent/dialect"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/atranka/atranka/graph/generated"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/workflow"
)

// parsedQueries is how many query texts are kept parsed. A console sends a few
// dozen; what is beyond is parsed again.
const parsedQueries = 1000

// Options are what the API is made of. All but Limits are required.
type Options struct {
	Engine *workflow.Engine
	// Driver is what reads go through; the API never writes to it.
	Driver dialect.Driver
	Logger *slog.Logger
	// RequestID names a request in the log and in an internal error.
	RequestID func(context.Context) string
	// Limits bound a request; zero fields take [DefaultLimits].
	Limits Limits
}

// New is the handler of the API. It answers POST, and GET for queries; who
// asks is taken from the request's context, where [WithActor] put it.
func New(o Options) http.Handler {
	limits := o.Limits.orDefault()
	r := &Resolver{engine: o.Engine, driver: o.Driver, all: readOnly(o.Driver)}
	p := presenter{log: o.Logger, requestID: o.RequestID}
	srv := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: r}))
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.POST{})
	srv.AddTransport(transport.GET{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](parsedQueries))
	srv.SetErrorPresenter(p.present)
	srv.SetRecoverFunc(p.recovered)
	srv.Use(extension.Introspection{})
	srv.Use(limits)
	srv.AroundOperations(r.begin)
	srv.AroundOperations(p.inTime)
	return bounded(limits, p, srv)
}

// begin opens the session of an operation.
func (r *Resolver) begin(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	return next(withSession(ctx, r.newSession(ctx)))
}

// bounded notes the language and keeps body and time within their limits.
func bounded(l Limits, p presenter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), l.Time)
		defer cancel()
		ctx = model.WithLang(ctx, model.Accepted(r.Header.Get("Accept-Language")))
		if r.Method == http.MethodPost && !isJSON(r) {
			p.answer(ctx, w, http.StatusUnsupportedMediaType, notJSON())
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, l.Body+1))
		switch {
		case err != nil:
			p.answer(ctx, w, http.StatusBadRequest, malformedBody())
			return
		case int64(len(body)) > l.Body:
			p.answer(ctx, w, http.StatusRequestEntityTooLarge, tooComplex("body", l.Body))
			return
		}
		r = r.WithContext(ctx)
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// isJSON says whether the body is declared as what GraphQL over HTTP has it be.
func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// DefaultLimits are generous for a screen and too small to stop the server.
// They are a choice of design: a leaf costs about 4 µs, so the dearest request
// that passes keeps one core busy for less than half a second.
func DefaultLimits() Limits {
	return Limits{Depth: 12, Cost: 100_000, Page: 100, Body: 1 << 20, Query: 64 << 10, Time: 15 * time.Second}
}
