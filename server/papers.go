package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// The languages and forms that a paper may be asked for in; the first is taken where
// none is named.
var (
	languages = []string{string(rules.LT), string(rules.EN)}
	forms     = []string{string(report.Published), string(report.Full)}
)

// minutesFile answers with the minutes of a meeting as PDF: those with the id or, by the
// id of a meeting, its latest. What the asker may not read is answered as what is not
// there.
func minutesFile(papers *graph.Papers, made rendering, within time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		name, isPDF := strings.CutSuffix(r.PathValue("file"), ".pdf")
		lang, refused := oneOf(r, "lang", languages)
		form, unformed := oneOf(r, "form", forms)
		if refused += unformed; refused != "" {
			say(w, http.StatusBadRequest, refused)
			return
		}
		id, err := ident.Parse(name)
		if err != nil || !isPDF || (id.Prefix() != ident.Minutes && id.Prefix() != ident.Meeting) {
			say(w, http.StatusNotFound, notThere)
			return
		}
		paper, err := papers.Minutes(ctx, id, rules.Lang(lang), report.Form(form))
		var file []byte
		if err == nil {
			file, err = made.make(ctx, paper.PDF)
		}
		switch {
		case workflow.Refused(err, workflow.NotFound):
			say(w, http.StatusNotFound, notThere)
		case ctx.Err() != nil:
			busy(w)
		case err != nil:
			log.ErrorContext(ctx, "minutes", "request", RequestID(ctx), "error", err)
			say(w, http.StatusInternalServerError, "the server could not answer; give the operator the request id "+RequestID(ctx))
		default:
			send(w, r, paper.Number, file)
		}
	})
}

// notThere is said of what there is not, and of what may not be seen.
const notThere = "Tokio protokolo nėra. / There are no such minutes."

// oneOf is the parameter, or the refusal of a value that it does not take.
func oneOf(r *http.Request, name string, allowed []string) (value, refused string) {
	given := r.URL.Query()[name]
	if len(given) == 0 {
		return allowed[0], ""
	}
	for _, v := range allowed {
		if len(given) == 1 && given[0] == v {
			return v, ""
		}
	}
	list := strings.Join(allowed, ", ")
	return "", name + ": rašykite vieną iš / write one of " + list + ". "
}

// send writes the file, or that the asker has it already. What somebody may read in full
// is kept by no cache that others share.
func send(w http.ResponseWriter, r *http.Request, number string, file []byte) {
	sum := sha256.Sum256(file)
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": "protokolas " + number + ".pdf"}))
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Authorization")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}
