package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

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
	countInCursors()
	limits := o.Limits.orDefault()
	r := &Resolver{engine: o.Engine, driver: o.Driver, all: readOnly(o.Driver)}
	executable := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	p := presenter{log: o.Logger, requestID: o.RequestID, schema: executable.Schema()}
	srv := handler.New(executable)
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.POST{})
	srv.AddTransport(byGet{})
	srv.SetQueryCache(documents{lru.New[*ast.QueryDocument](parsedQueries)})
	srv.SetErrorPresenter(p.present)
	srv.SetRecoverFunc(p.recovered)
	srv.Use(extension.Introspection{})
	srv.Use(limits)
	srv.AroundOperations(r.begin)
	srv.AroundOperations(p.inTime)
	return bounded(limits, p, srv)
}

// documents keeps parsed queries, in which an order alone stands as the list
// of one that it means: in lists within lists, entgql passes over any other.
type documents struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add keeps a document that was just found valid and that nobody else reads yet.
func (d documents) Add(ctx context.Context, text string, doc *ast.QueryDocument) {
	for _, o := range doc.Operations {
		listOrders(o.SelectionSet)
	}
	for _, f := range doc.Fragments {
		listOrders(f.SelectionSet)
	}
	d.Cache.Add(ctx, text, doc)
}

func listOrders(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, a := range s.Arguments {
				if d := s.Definition.Arguments.ForName(a.Name); d.Type.Elem != nil && a.Value.Kind == ast.ObjectValue {
					a.Value = &ast.Value{Kind: ast.ListValue, Children: ast.ChildValueList{{Value: a.Value}}, Position: a.Value.Position}
				}
			}
			listOrders(s.SelectionSet)
		case *ast.InlineFragment:
			listOrders(s.SelectionSet)
		}
	}
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
		switch {
		case r.Method == http.MethodPost && !isJSON(r):
			p.answer(ctx, w, http.StatusUnsupportedMediaType, notJSON())
			return
		case r.Method == http.MethodGet && !legible(r.URL):
			p.answer(ctx, w, http.StatusBadRequest, malformedAddress())
			return
		case !slices.Contains(methods, r.Method):
			w.Header().Set("Allow", strings.Join(methods, ", "))
			p.answer(ctx, w, http.StatusMethodNotAllowed, wrongMethod())
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, l.Body+1))
		switch {
		case err != nil:
			p.answer(ctx, w, http.StatusBadRequest, malformedBody())
			return
		case int64(len(body)) > l.Body:
			drain(w, r, l.Time)
			p.answer(ctx, w, http.StatusRequestEntityTooLarge, tooComplex("body", l.Body))
			return
		case !utf8.Valid(body): // which JSON would read as other text
			p.answer(ctx, w, http.StatusBadRequest, malformedText())
			return
		}
		r = r.WithContext(ctx)
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// drained is how much of a body that is too large is read and thrown away.
const drained = 32 << 20

// drain reads on, so that the answer arrives: to close a connection with bytes
// unread resets it. A sender of more, or a slow one, is cut off.
func drain(w http.ResponseWriter, r *http.Request, most time.Duration) {
	w.Header().Set("Connection", "close")
	if r.ContentLength > drained {
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(most)) // what is no connection has none
	_, _ = io.CopyN(io.Discard, r.Body, drained)
}

var methods = []string{http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions}

// legible says whether an address can be taken apart.
func legible(u *url.URL) bool {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return false
	}
	for _, name := range []string{"variables", "extensions"} {
		var object map[string]any
		if text := values.Get(name); text != "" && (notUTF8(text) || json.Unmarshal([]byte(text), &object) != nil) {
			return false
		}
	}
	return true
}

// byGet is the transport of GET, by which nothing is done: a link on any page
// could send it.
type byGet struct{ transport.GET }

// Do answers queries and refuses acts.
func (t byGet) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	t.GET.Do(w, r, withoutActs{exec})
}

type withoutActs struct{ graphql.GraphExecutor }

// CreateOperationContext refuses a mutation in the API's own words, which the
// transport would do in its.
func (e withoutActs) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op, errs := e.GraphExecutor.CreateOperationContext(ctx, params)
	if len(errs) > 0 || op.Operation.Operation == ast.Query {
		return op, errs
	}
	refused := &gqlerror.Error{Err: wrongMethod()}
	errcode.Set(refused, errcode.ValidationFailed) // which the transport answers with 422
	return op, gqlerror.List{refused}
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
	return Limits{Depth: 12, Cost: 100_000, Page: 100, Body: 1 << 20, Query: 64 << 10, Mutations: 20, Time: 15 * time.Second}
}
