package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/atranka/atranka/graph/model"
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
}

// present tells an error with a stable code in extensions.code.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	shown := *graphql.DefaultErrorPresenter(ctx, err)
	lang := model.LangOf(ctx)
	refusal, known := refusalIn(ctx, err)
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
	shown.Err = nil
	return &shown
}

// refusalIn finds the reason that an error stands for; known is false for what
// nobody foresaw. An empty message keeps the error's own.
func refusalIn(ctx context.Context, err error) (r workflow.Refusal, known bool) {
	var refused *workflow.Error
	var told *gqlerror.Error
	errors.As(err, &told)
	switch {
	case errors.As(err, &refused) && len(refused.Refusals) > 0:
		return refused.Refusals[0], true
	case errors.Is(err, money.ErrMalformed):
		return workflow.Refusal{Code: workflow.MalformedMoney, Message: moneyText}, true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		// Drivers tell of an abandoned statement in words of their own.
		return tooComplexRefusal("time", 0), true
	case told != nil && ofTheRequest(told):
		return workflow.Refusal{Code: workflow.MalformedInput, Message: requestText(told)}, true
	case told != nil && ofAnArgument(ctx, told):
		return workflow.Refusal{Code: workflow.MalformedInput, Message: argumentText(told)}, true
	default:
		return workflow.Refusal{Code: workflow.Internal, Message: internalText}, false
	}
}

var (
	moneyText = workflow.Text{
		LT: "Sumą rašykite skaitmenimis su tašku ir dviem ženklais, pavyzdžiui, 1493200.00.",
		EN: "Write the amount in digits with a point and two decimals, such as 1493200.00.",
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

// requestText says in both languages what is wrong; the detail is the parser's
// own, for whoever wrote the query.
func requestText(e *gqlerror.Error) workflow.Text {
	where := ""
	if len(e.Path) > 0 {
		where = e.Path.String() + ": "
	}
	return workflow.Text{
		LT: "Užklausos perskaityti nepavyko arba ji neatitinka schemos. Pataisykite: " + where + e.Message,
		EN: "The request does not parse or does not fit the schema. Mend it: " + where + e.Message,
	}
}

// argumentText is for a value that does not read. A cursor is nobody's to
// write, so its fault is told without the decoder's words.
func argumentText(e *gqlerror.Error) workflow.Text {
	name := ""
	if len(e.Path) > 0 {
		name = fmt.Sprint(e.Path[len(e.Path)-1])
	}
	if name == "after" || name == "before" {
		return workflow.Text{
			LT: "Žymeklis " + name + " netinka. Paimkite jį iš ankstesnio atsakymo pageInfo arba edges.",
			EN: "The cursor " + name + " does not read. Take one from pageInfo or edges of an earlier answer.",
		}
	}
	return workflow.Text{
		LT: "Netinkama reikšmė " + name + ": " + e.Message,
		EN: "The value of " + name + " does not read: " + e.Message,
	}
}

// ofTheRequest holds for documents that do not parse or do not fit the schema.
func ofTheRequest(e *gqlerror.Error) bool {
	code, _ := e.Extensions["code"].(string)
	return code == errcode.ParseFailed || code == errcode.ValidationFailed
}

// ofAnArgument holds for an argument whose scalar does not read: its path leads
// further than the field that is being resolved.
func ofAnArgument(ctx context.Context, e *gqlerror.Error) bool {
	if !graphql.HasOperationContext(ctx) || graphql.GetOperationContext(ctx).Operation == nil {
		return true // nothing is resolved yet: the request itself is at fault
	}
	field := graphql.GetFieldContext(ctx)
	return field != nil && len(e.Path) > len(field.Path())
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

func wrongType(field, id, want string) *workflow.Error {
	return workflow.Refuse(workflow.WrongIDType, field, workflow.Text{
		LT: fmt.Sprintf("Tapatybė %s čia netinka: reikia kitokio įrašo (%s_…).", id, want),
		EN: fmt.Sprintf("The id %s does not fit here: the record has to be of another type (%s_…).", id, want),
	})
}

func malformed(field string, m workflow.Text) *workflow.Error {
	return workflow.Refuse(workflow.MalformedInput, field, m)
}

func malformedBody() error {
	return malformed("", workflow.Text{LT: "Užklausos turinio perskaityti nepavyko.", EN: "The body of the request does not read."})
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
	"time": {LT: "trukmė", EN: "time"},
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
