package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// forms are those that minutes may be asked for in; the first is taken where none is named.
var forms = []string{string(report.Published), string(report.Full)}

// paper is one kind of what is sent as a file, by the id of what it is about.
type paper struct {
	about    []ident.Prefix
	forms    []string // that it has, nil where it has one
	write    func(ctx context.Context, id ident.ID, lang rules.Lang, form report.Form) (report.Document, error)
	notThere string // what is said of what there is not, and of what may not be seen
	name     string // of the file, before the number of the paper
	keeping  string // how those who are sent it may keep it
}

// minutesOf are minutes by their id or, by that of a meeting, its latest.
func minutesOf(papers *graph.Papers) paper {
	return paper{
		about: []ident.Prefix{ident.Minutes, ident.Meeting}, forms: forms, write: papers.Minutes,
		notThere: "Tokio protokolo nėra. / There are no such minutes.", name: "protokolas", keeping: "private, no-cache",
	}
}

// lettersOf are letters of decision by the id of the proposal.
func lettersOf(papers *graph.Papers) paper {
	return paper{
		about: []ident.Prefix{ident.Proposal}, notThere: "Tokio rašto nėra. / There is no such letter.", name: "raštas", keeping: "no-store",
		write: func(ctx context.Context, id ident.ID, lang rules.Lang, _ report.Form) (report.Document, error) {
			return papers.Letter(ctx, id, lang)
		},
	}
}

// file answers with the paper as PDF. What the asker may not read is answered as what is
// not there.
func (p paper) file(made rendering, within time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		name, isPDF := strings.CutSuffix(r.PathValue("file"), ".pdf")
		lang, refused := oneOf(r, "lang", languages(r))
		var form string
		if len(p.forms) > 0 {
			var unformed string
			form, unformed = oneOf(r, "form", p.forms)
			refused += unformed
		}
		if refused != "" {
			say(w, http.StatusBadRequest, refused)
			return
		}
		id, err := ident.Parse(name)
		if err != nil || !isPDF || !slices.Contains(p.about, id.Prefix()) {
			say(w, http.StatusNotFound, p.notThere)
			return
		}
		written, err := p.write(ctx, id, rules.Lang(lang), report.Form(form))
		var file []byte
		if err == nil {
			file, err = made.make(ctx, written.PDF)
		}
		var told *workflow.Error
		switch {
		case workflow.Refused(err, workflow.NotFound):
			say(w, http.StatusNotFound, p.notThere)
		case errors.As(err, &told) && told.Has(workflow.Conflict):
			say(w, http.StatusConflict, told.Refusals[0].Message.LT+" / "+told.Refusals[0].Message.EN)
		case ctx.Err() != nil:
			busy(w)
		case err != nil:
			log.ErrorContext(ctx, p.name, "request", RequestID(ctx), "error", err)
			say(w, http.StatusInternalServerError, "Serveris negalėjo atsakyti; nurodykite administratoriui užklausos numerį "+RequestID(ctx)+
				". / The server could not answer; give the operator the request id "+RequestID(ctx)+".")
		default:
			p.send(w, r, written.Number, file)
		}
	})
}

// languages are those that a paper may be asked for in, first the one that the request
// would rather read.
func languages(r *http.Request) []string {
	all := []string{string(rules.LT), string(rules.EN)}
	if accepts := r.Header.Get("Accept-Language"); accepts != "" && !strings.EqualFold(string(model.Accepted(accepts)), all[0]) {
		slices.Reverse(all)
	}
	return all
}

// oneOf is the parameter, in either case of its letters, or the refusal of a value that it does not take.
func oneOf(r *http.Request, name string, allowed []string) (value, refused string) {
	given := r.URL.Query()[name]
	if len(given) == 0 {
		return allowed[0], ""
	}
	for _, v := range allowed {
		if len(given) == 1 && strings.EqualFold(given[0], v) {
			return v, ""
		}
	}
	list := strings.Join(allowed, ", ")
	return "", name + ": rašykite vieną iš / write one of " + list + ". "
}

// send writes the file, or that the asker has it already. What somebody may read in full
// is kept by no cache that others share.
func (p paper) send(w http.ResponseWriter, r *http.Request, number string, file []byte) {
	sum := sha256.Sum256(file)
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": strings.TrimSpace(p.name+" "+number) + ".pdf"}))
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	w.Header().Set("Cache-Control", p.keeping)
	w.Header().Set("Vary", "Authorization")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
}
