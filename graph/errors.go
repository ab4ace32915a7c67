package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

var errReadOnly = errors.New("the API reads through ent and writes through the engine")

// presenter is the one place where an error becomes an answer. What it does
// not know it logs, and tells only a request id.
type presenter struct {
	log       *slog.Logger
	requestID func(context.Context) string
	schema    *ast.Schema
}

// present tells an error with a stable code in extensions.code.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	shown := *graphql.DefaultErrorPresenter(ctx, err)
	lang := model.LangOf(ctx)
	refusal, known := p.refusalIn(ctx, err)
	shown.Extensions = map[string]any{"code": refusal.Code}
	if !known {
		id := p.requestID(ctx)
		p.log.ErrorContext(ctx, "internal error", "request", id, "path", shown.Path.String(), "error", err)
		shown.Extensions["requestId"] = id
	}
	if refusal.Field != "" {
		shown.Extensions["field"] = refusal.Field
	}
	if message := lang.In(refusal.Message); message != "" {
		shown.Message = message
	}
	shown.Path = brief(shown.Path)
	shown.Err = nil
	return &shown
}

// brief shortens what a sender named in a path: an alias, a variable, a field.
func brief(path ast.Path) ast.Path {
	out := slices.Clone(path)
	for i, step := range out {
		if name, ok := step.(ast.PathName); ok {
			out[i] = ast.PathName(model.Brief(string(name)))
		}
	}
	return out
}

// refusalIn finds the reason that an error stands for; known is false for what
// nobody foresaw. An empty message keeps the error's own.
func (p presenter) refusalIn(ctx context.Context, err error) (r workflow.Refusal, known bool) {
	var refused *workflow.Error
	var told *gqlerror.Error
	errors.As(err, &told)
	switch {
	case errors.As(err, &refused) && len(refused.Refusals) > 0:
		return refused.Refusals[0], true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		// Drivers tell of an abandoned statement in words of their own.
		return tooComplexRefusal("time", 0), true
	case errors.Is(err, money.ErrMalformed) && errors.Is(err, money.ErrOverflow):
		return workflow.Refusal{Code: workflow.MalformedMoney, Message: moneyRangeText}, true
	case errors.Is(err, money.ErrMalformed):
		return workflow.Refusal{Code: workflow.MalformedMoney, Message: moneyText}, true
	case told == nil:
		return workflow.Refusal{Code: workflow.Internal, Message: internalText}, false
	}
	if message, ok := p.fault(ctx, told); ok {
		return workflow.Refusal{Code: workflow.MalformedInput, Message: message}, true
	}
	return workflow.Refusal{Code: workflow.Internal, Message: internalText}, false
}

// fault says what is wrong with the request itself: its body, its document, a
// variable or an argument. It is not ok for what went wrong in answering.
func (p presenter) fault(ctx context.Context, told *gqlerror.Error) (m workflow.Text, ok bool) {
	if !graphql.HasOperationContext(ctx) {
		return bodyText, true // the transport did not come to an operation
	}
	operation := graphql.GetOperationContext(ctx).Operation
	if ofTheRequest(told) || operation == nil {
		if v, below := variableIn(operation, told.Path); v != nil {
			return illegible(p.schema, "$"+v.Variable, v.Type, below), true
		}
		return requestText(told), true
	}
	// The path of an argument leads further than the field that is resolved.
	field := graphql.GetFieldContext(ctx)
	if field == nil || len(told.Path) <= len(field.Path()) {
		return m, false
	}
	below := told.Path[len(field.Path()):]
	name, _ := below[0].(ast.PathName)
	arg := field.Field.Definition.Arguments.ForName(string(name))
	if arg == nil {
		return m, false
	}
	return illegible(p.schema, arg.Name, arg.Type, below[1:]), true
}

// variableIn is the variable that the path of an error leads into, and the way
// from there; nil where it leads elsewhere.
func variableIn(operation *ast.OperationDefinition, path ast.Path) (v *ast.VariableDefinition, below ast.Path) {
	const root = ast.PathName("variable") // gqlparser's name for where variables are
	if operation == nil || len(path) < 2 || path[0] != root {
		return nil, nil
	}
	name, _ := path[1].(ast.PathName)
	return operation.VariableDefinitions.ForName(string(name)), path[2:]
}

var (
	moneyText = workflow.Text{
		LT: "Sumą rašykite tekstu: skaitmenimis su tašku ir dviem ženklais, pavyzdžiui, „1493200.00“.",
		EN: "Write the amount as text: digits with a point and two decimals, such as “1493200.00”.",
	}
	moneyRangeText = workflow.Text{
		LT: fmt.Sprintf("Suma netelpa į ribas. Rašykite sumą nuo %s iki %s.", money.Min, money.Max),
		EN: fmt.Sprintf("The amount is out of range. Write one between %s and %s.", money.Min, money.Max),
	}
	bodyText = workflow.Text{
		LT: "Užklausos perskaityti nepavyko. Siųskite JSON objektą: query – tekstas, o prireikus operationName – tekstas, " +
			"variables ir extensions – objektai, pavyzdžiui, {\"query\": \"{ clock { now } }\"}.",
		EN: "The request does not read. Send a JSON object: query is a text and, where needed, operationName is a text, " +
			"variables and extensions are objects, such as {\"query\": \"{ clock { now } }\"}.",
	}
	internalText = workflow.Text{
		LT: "Serveris negalėjo atsakyti. Perduokite administratoriui užklausos numerį requestId.",
		EN: "The server could not answer. Give the operator the requestId.",
	}
	signInText = workflow.Text{
		LT: "Šiam veiksmui reikia prisijungti: antraštė „Authorization: Bearer“ su galiojančiu raktu.",
		EN: "The act needs a sign-in: a header Authorization: Bearer with a valid token.",
	}
)

// requestText says in both languages that the document is at fault; the detail
// is the parser's own, for whoever wrote the query.
func requestText(e *gqlerror.Error) workflow.Text {
	detail := quoted(e.Message)
	return workflow.Text{
		LT: "Užklausos perskaityti nepavyko arba ji neatitinka schemos. Pataisykite ją. Techninė detalė anglų kalba: „" + detail + "“.",
		EN: "The request does not parse or does not fit the schema. Mend it. The parser says: “" + detail + "”.",
	}
}

// What is kept of the parser's words: the beginning of each that the sender may
// have chosen, and of them all. Their fixed part has more than 20 characters,
// so that at most 100 are the sender's.
const (
	mostDetail = 120
	mostWord   = 48
)

// chosen matches a name, or a text in quotes.
var chosen = regexp.MustCompile(`"[^"]*"|\S+`)

// quoted are the parser's words as an error may repeat them.
func quoted(detail string) string {
	return cut(chosen.ReplaceAllStringFunc(detail, func(w string) string { return cut(w, mostWord) }), mostDetail)
}

func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// ofTheRequest holds for documents that do not parse or do not fit the schema.
func ofTheRequest(e *gqlerror.Error) bool {
	code, _ := e.Extensions["code"].(string)
	return code == errcode.ParseFailed || code == errcode.ValidationFailed
}

// inTime puts an error in the place of no answer at all, which is what gqlgen
// gives once the time of a request is over.
func (p presenter) inTime(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	answer := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		response := answer(ctx)
		if response == nil && ctx.Err() != nil {
			return &graphql.Response{Errors: gqlerror.List{p.present(ctx, tooComplex("time", 0))}}
		}
		return response
	}
}

// recovered turns a panic into an internal error.
func (p presenter) recovered(_ context.Context, thrown any) error {
	return fmt.Errorf("panic: %v", thrown)
}

// answer writes a GraphQL response that has nothing but an error.
func (p presenter) answer(ctx context.Context, w http.ResponseWriter, status int, err error) {
	WriteError(w, status, p.present(ctx, err))
}

// WriteError answers a request that never reached the API with the form that
// the API's own errors have.
func WriteError(w http.ResponseWriter, status int, err *gqlerror.Error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(&graphql.Response{Errors: gqlerror.List{err}})
}

// Unauthenticated is what a request with an unknown token is told, in the
// language of its Accept-Language header.
func Unauthenticated(r *http.Request) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    model.Accepted(r.Header.Get("Accept-Language")).In(unknownTokenText),
		Extensions: map[string]any{"code": workflow.Unauthenticated},
	}
}

// Internal is what a request is told that the server could not answer.
func Internal(r *http.Request, requestID string) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    model.Accepted(r.Header.Get("Accept-Language")).In(internalText),
		Extensions: map[string]any{"code": workflow.Internal, "requestId": requestID},
	}
}

var unknownTokenText = workflow.Text{
	LT: "Raktas nežinomas arba nebegalioja. Paprašykite naujo arba siųskite užklausą be jo.",
	EN: "The token is unknown or has expired. Ask for a new one, or send the request without it.",
}

func unauthenticated() error { return workflow.Refuse(workflow.Unauthenticated, "", signInText) }

func notFound(field, id string) *workflow.Error {
	return workflow.Refuse(workflow.NotFound, field, workflow.Text{
		LT: fmt.Sprintf("Tokio įrašo nėra arba jis jums nematomas: %s.", id),
		EN: fmt.Sprintf("There is no such record, or it is not visible to you: %s.", id),
	})
}

// wrongType names the type of the id and those that are wanted.
func wrongType(field string, id ident.ID, want ...ident.Prefix) *workflow.Error {
	var lt, en []string
	for _, p := range want {
		lt = append(lt, fmt.Sprintf("%s_… (%s)", p, ident.Lithuanian[p]))
		en = append(en, fmt.Sprintf("%s_… (%s)", p, ident.Prefixes[p]))
	}
	is := id.Prefix()
	return workflow.Refuse(workflow.WrongIDType, field, workflow.Text{
		LT: fmt.Sprintf("Tapatybė %s priklauso kitokio tipo įrašui (%s). Čia tinka: %s.", id, ident.Lithuanian[is], strings.Join(lt, ", ")),
		EN: fmt.Sprintf("The id %s names a record of another type (%s). Fit here: %s.", id, ident.Prefixes[is], strings.Join(en, ", ")),
	})
}

func malformed(field string, m workflow.Text) *workflow.Error {
	return workflow.Refuse(workflow.MalformedInput, field, m)
}

func malformedBody() error { return malformed("", bodyText) }

func malformedText() error {
	return malformed("", workflow.Text{
		LT: "Užklausoje yra baitų, kurie nėra UTF-8 tekstas. Siųskite ją UTF-8 koduote.",
		EN: "The request holds bytes that are no UTF-8 text. Send it in UTF-8.",
	})
}

func malformedAddress() error {
	return malformed("", workflow.Text{
		LT: "Adreso perskaityti nepavyko. Jo parametrai: query – tekstas, o prireikus operationName – tekstas, variables ir extensions – JSON objektai.",
		EN: "The address does not read. Its parameters: query is a text and, where needed, operationName is a text, variables and extensions are JSON objects.",
	})
}

func wrongMethod() error {
	return malformed("", workflow.Text{
		LT: "Užklausą siųskite metodu POST; tik skaitymui tinka ir GET.", EN: "Send the request by POST; one that only reads may also come by GET.",
	})
}

func notJSON() error {
	return malformed("", workflow.Text{
		LT: "Siųskite užklausą su antrašte Content-Type: application/json.", EN: "Send the request with the header Content-Type: application/json.",
	})
}

// what names a limit in both languages.
var what = map[string]workflow.Text{
	"depth": {LT: "gylis", EN: "depth"}, "cost": {LT: "sudėtingumas", EN: "cost"},
	"body": {LT: "dydis baitais", EN: "size in bytes"}, "query": {LT: "teksto dydis baitais", EN: "text size in bytes"},
	"time": {LT: "vykdymo laikas", EN: "time"}, "mutations": {LT: "veiksmų skaičius", EN: "number of acts"},
}

func tooComplexRefusal(limit string, most int64) workflow.Refusal {
	m := workflow.Text{
		LT: fmt.Sprintf("Užklausos %s per didelis. Prašykite mažiau arba dalimis.", what[limit].LT),
		EN: fmt.Sprintf("The request exceeds its %s. Ask for less, or in parts.", what[limit].EN),
	}
	r := workflow.Refusal{Code: workflow.TooComplex, Field: limit, Message: m}
	if most > 0 {
		r.Message.LT += fmt.Sprintf(" Riba: %d.", most)
		r.Message.EN += fmt.Sprintf(" The limit is %d.", most)
		r.Facts = []rules.Fact{{Name: "limit", Value: strconv.FormatInt(most, 10)}}
	}
	return r
}

func tooComplex(limit string, most int64) error {
	return &workflow.Error{Refusals: []workflow.Refusal{tooComplexRefusal(limit, most)}}
}
