package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/server"
	"github.com/atranka/atranka/workflow"
)

// TestMinutesAreAFile for whoever may read them: published to all, in full to the table;
// to all others as if they were not there.
func TestMinutesAreAFile(t *testing.T) {
	tokens := tokens{}
	s := serve(t, func(o *server.Options) { o.Tokens = tokens })
	w := s.world
	tokens["board"], tokens["outsider"] = w.People[workflow.BoardMember], w.Outsider
	_, p := w.OnAgenda()
	meeting := w.Sit(p, "decideFund")
	draft := w.Beside("minutes", meeting, "", nil)
	get := func(target string, headers ...string) (int, string, http.Header) {
		t.Helper()
		r := s.ask(t, http.MethodGet, "/minutes/"+target, "", headers...)
		return r.Code, r.Body.String(), r.Result().Header
	}
	board := []string{"Authorization", "Bearer board"}
	if status, body, _ := get(string(draft)+".pdf?form=full", board...); status != http.StatusNotFound {
		t.Errorf("of a draft: got %d %s, want 404", status, body)
	}
	w.Fire(draft, "sign", map[string]string{"number": "P/7 ų"})
	for name, tt := range map[string]struct {
		target  string
		headers []string
		want    int
	}{
		"the board, in full":              {string(draft) + ".pdf?form=full&lang=en", board, http.StatusOK},
		"the board, by the meeting":       {string(meeting) + ".pdf", board, http.StatusOK},
		"the public before publication":   {string(draft) + ".pdf", nil, http.StatusNotFound},
		"another group's office":          {string(draft) + ".pdf", []string{"Authorization", "Bearer outsider"}, http.StatusNotFound},
		"a token of nobody":               {string(draft) + ".pdf", []string{"Authorization", "Bearer x"}, http.StatusUnauthorized},
		"an unknown id":                   {"mnt_01h455vb4pex5vsknk084sn02q.pdf", board, http.StatusNotFound},
		"an id of something else":         {string(p) + ".pdf", board, http.StatusNotFound},
		"no id":                           {"x.pdf", board, http.StatusNotFound},
		"another kind of file":            {string(draft) + ".txt", board, http.StatusNotFound},
		"a language that there is not":    {string(draft) + ".pdf?lang=de", board, http.StatusBadRequest},
		"two languages":                   {string(draft) + ".pdf?lang=lt&lang=en", board, http.StatusBadRequest},
		"a form that there is not":        {string(draft) + ".pdf?form=draft", board, http.StatusBadRequest},
		"a language, of what is not seen": {"mnt_01h455vb4pex5vsknk084sn02q.pdf?lang=de", nil, http.StatusBadRequest},
	} {
		status, body, _ := get(tt.target, tt.headers...)
		if status != tt.want || (status == http.StatusOK) != strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%s: got %d %.80q, want %d", name, status, body, tt.want)
		}
		if status == http.StatusBadRequest && (!strings.Contains(body, "rašykite") || !strings.Contains(body, "write one of")) {
			t.Errorf("%s: got %q, want what to write in both languages", name, body)
		}
	}
	w.Fire(draft, "publish", nil)
	status, file, header := get(string(draft) + ".pdf")
	if status != http.StatusOK || header.Get("Content-Type") != "application/pdf" || !strings.Contains(header.Get("Content-Disposition"), "filename") || header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("published: got %d and %v, want a PDF with its name", status, header)
	}
	if again, body, _ := get(string(draft) + ".pdf"); again != http.StatusOK || body != file {
		t.Error("published, twice: got other bytes, want the same")
	}
	if status, _, _ := get(string(draft)+".pdf", "If-None-Match", header.Get("ETag")); status != http.StatusNotModified {
		t.Errorf("with its tag: got %d, want 304", status)
	}
	if status, body, other := get(string(draft)+".pdf?form=full", board...); status != http.StatusOK || body == file || other.Get("ETag") == header.Get("ETag") {
		t.Errorf("in full: got %d and the tag %s, want another file", status, other.Get("ETag"))
	}
	if status, _, _ := get(string(draft) + ".pdf?form=full"); status != http.StatusNotFound {
		t.Errorf("in full, to the public: got %d, want 404", status)
	}
	if r := s.ask(t, http.MethodPost, "/minutes/"+string(draft)+".pdf", ""); r.Code != http.StatusNotFound {
		t.Errorf("by POST: got %d, want 404: there is nothing to send", r.Code)
	}
}

// TestALetterThatChangedIsKeptFromOutside: under the number of what was sent its applicant
// reads nothing else, and the office does.
func TestALetterThatChangedIsKeptFromOutside(t *testing.T) {
	tokens := tokens{}
	s := serve(t, func(o *server.Options) { o.Tokens = tokens })
	w := s.world
	tokens["office"], tokens["theirs"] = w.People[workflow.Secretary], w.ApplicantActors[0]
	_, p := w.OnAgenda()
	w.Fire(p, "decideReject", nil)
	w.Must(w.People[workflow.Secretary], workflow.SendDecisionLetter{
		ID: w.ID(ident.Correspondence), Document: w.ID(ident.Document), LAG: w.LAG, Proposal: p, Number: "S-1", Channel: "POST", Synthetic: true,
	}.Record())
	get := func(who string) *httptest.ResponseRecorder {
		return s.ask(t, http.MethodGet, "/letters/"+string(p)+".pdf?lang=lt", "", "Authorization", "Bearer "+who)
	}
	if r := get("theirs"); r.Code != http.StatusOK {
		t.Fatalf("as it was sent: got %d, want %d", r.Code, http.StatusOK)
	}
	var score ident.ID
	if err := w.Engine.Store.View(t.Context(), func(tx workflow.Tx) error {
		subject, err := tx.Lock(p, false)
		if err != nil {
			return err
		}
		facts, err := tx.Facts(subject)
		score = facts.Proposal.Evaluations[0].Scores[0]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	done := w.Must(w.People[workflow.Administrator], workflow.Correct{ID: score, Field: "points", Value: "1.00", Reason: "perrašant suklysta", Document: w.Document(p, p)})
	if done.Pending != nil {
		w.Must(w.SecondAdministrator, workflow.Confirm{ID: done.Pending.ID})
	}
	if r := get("theirs"); r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "pasikeitė") || !strings.Contains(r.Body.String(), "has changed") {
		t.Errorf("changed since, to its applicant: got %d %.200s, want %d in both languages", r.Code, r.Body, http.StatusConflict)
	}
	if r := get("office"); r.Code != http.StatusOK {
		t.Errorf("changed since, to the office: got %d, want %d", r.Code, http.StatusOK)
	}
}
