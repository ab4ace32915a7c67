package model

import (
	"context"

	"golang.org/x/text/language"

	"github.com/atranka/atranka/workflow"
)

// Lang is a language of labels and messages.
type Lang string

// The languages. Whatever is neither reads as EN.
const (
	LT Lang = "LT"
	EN Lang = "EN"
)

// In picks the text's wording.
func (l Lang) In(t workflow.Text) string {
	if l == LT {
		return t.LT
	}
	return t.EN
}

var accepted = language.NewMatcher([]language.Tag{language.English, language.Lithuanian})

// Accepted is the language that an Accept-Language header (RFC 9110 §12.5.4)
// prefers among ours.
func Accepted(header string) Lang {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return EN
	}
	if _, i, confidence := accepted.Match(wanted...); i == 1 && confidence >= language.High {
		return LT
	}
	return EN
}

type langKey struct{}

// WithLang notes the language of a request.
func WithLang(ctx context.Context, l Lang) context.Context {
	return context.WithValue(ctx, langKey{}, l)
}

// LangOf is the request's language, EN if none was noted.
func LangOf(ctx context.Context) Lang {
	if l, ok := ctx.Value(langKey{}).(Lang); ok {
		return l
	}
	return EN
}

// say is the text in the language asked for, else in the one given, else in
// the request's.
func say(ctx context.Context, t workflow.Text, asked *Lang, given Lang) string {
	switch {
	case asked != nil:
		return asked.In(t)
	case given != "":
		return given.In(t)
	default:
		return LangOf(ctx).In(t)
	}
}

// Say is the text in the language asked for, else in the request's.
func Say(ctx context.Context, t workflow.Text, asked *Lang) string { return say(ctx, t, asked, "") }
