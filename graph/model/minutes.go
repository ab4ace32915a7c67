package model

import (
	"context"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
)

// SignedMinutes are minutes in one version, as one reader may read them.
type SignedMinutes struct {
	ID          ident.ID
	Number      string
	Version     int
	SignedOn    clock.Date
	State       *State
	Hash        string
	Agrees      bool
	Differences []*MinutesDifference
	Content     *string
	// Full says that the reader may read them in full.
	Full bool
	// Write makes the paper.
	Write func(rules.Lang, report.Form) (report.Document, error)
}

// Text is the paper as plain text, nil for a form that the reader may not read.
func (m *SignedMinutes) Text(ctx context.Context, lang *Lang, form *MinutesForm) (*string, error) {
	in, as := LangOf(ctx), report.Published
	if lang != nil {
		in = *lang
	}
	if m.Full && (form == nil || *form == MinutesFormFull) {
		as = report.Full
	}
	if form != nil && *form == MinutesFormFull && !m.Full {
		return nil, nil
	}
	paper, err := m.Write(rules.Lang(strings.ToLower(string(in))), as)
	if err != nil {
		return nil, err
	}
	text := paper.Text()
	return &text, nil
}
