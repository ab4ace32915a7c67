package model

import "unicode/utf8"

// An error never repeats more of what was sent than mostShown characters. Of a
// longer text it shows a beginning that may stand in its message, field and path.
const (
	mostShown = 100
	shown     = mostShown / 3
)

// Brief is a text as an error may repeat it. No id, event, fact or state has a
// name that is cut.
func Brief(text string) string {
	if utf8.RuneCountInString(text) <= mostShown {
		return text
	}
	return string([]rune(text)[:shown]) + "…"
}
