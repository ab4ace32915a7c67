package collation

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A search box takes this much; what is beyond is left out.
const (
	maxWords   = 8
	maxLetters = 64
)

// Words are the folded and stemmed words of the text in their order, with a
// space before and after each: a text has a word that begins with x exactly if
// its words contain a space and x. A text without words has the empty string.
// They hold letters and digits only, so nothing in them is a wildcard.
func Words(text string) string {
	words := fold(text)
	if len(words) == 0 {
		return ""
	}
	for i, w := range words {
		words[i] = stem(w)
	}
	return " " + strings.Join(words, " ") + " "
}

// Query is what was typed into a search box as beginnings of words, folded and
// stemmed as in [Words]: each has to stand in a text that is found. The first
// eight words count, and the first 64 letters of each. None asks for nothing.
func Query(typed string) []string {
	var asked []string
	for _, w := range fold(typed) {
		w = stem(first(maxLetters, w))
		if slices.Contains(asked, w) {
			continue
		}
		if asked = append(asked, w); len(asked) == maxWords {
			break
		}
	}
	return asked
}

// first is the beginning of the word, n letters at most.
func first(n int, word string) string {
	for i := range word {
		if n == 0 {
			return word[:i]
		}
		n--
	}
	return word
}

// undecomposed are letters with a stroke or without a dot, which Unicode does
// not take for a letter and a mark.
var undecomposed = map[rune]rune{'ł': 'l', 'đ': 'd', 'ø': 'o', 'ı': 'i'}

// fold splits a text into words of lower-case letters and digits without marks.
func fold(text string) []string {
	// The normal form of bytes that are no text depends on what follows them.
	decomposed := norm.NFKD.String(strings.ToValidUTF8(text, " "))
	return strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r), unicode.Is(unicode.Cf, r): // a soft hyphen is no end of a word
			return -1
		case undecomposed[r] != 0:
			return undecomposed[r]
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return ' '
	}, strings.ToLower(decomposed)))
}
