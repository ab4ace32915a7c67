package collation

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// inflections are the endings of Lithuanian nouns and adjectives, folded: the
// five declensions, then the definite adjectives that cannot be mistaken for a
// noun in -oja or -ojas.
var inflections = strings.Fields(`
	a ai ais am ame ams as au aus
	e ei eje ems emis es ese
	i ia iai iais iam iame iams ias iau iaus iems ies imi imis ims
	io ioje iomis ioms ios iose is iu iui iuje iumi iumis iums iuose ius
	o oje omis oms os ose
	u ui uje umi umis ums uo uos uose us
	y yje ys yse
	s
	asis ysis ieji iuju iesiems aisiais iaisiais uosius iuosius uosiuose iuosiuose
	osios iosios osioms osiomis osiose`)

// ending is what a word can lose: where the rest ends in after, and has at
// least so many letters.
type ending struct {
	text, after string
	keep        int
}

// taken are the consonants that an ending in i or y takes along, for they
// change there: pilietis, piliečių; žodis, žodžių. t and č leave a letter more,
// or a box in which "viet" stands would ask for "vie"; ž is d's only after it.
var taken = []ending{{text: "t", keep: 4}, {text: "c", keep: 4}, {text: "z", after: "d", keep: 3}}

// endings are all that a word can lose, longest first: the inflections, those
// with a consonant, and every beginning of each. Thus what is typed of a word
// so far is never stemmed to more than the word itself, and finds it at every
// letter.
var endings = func() []ending {
	var all []ending
	add := func(e ending) {
		for i := range e.text {
			if b := (ending{e.text[:i+1], e.after, e.keep}); !slices.Contains(all, b) {
				all = append(all, b)
			}
		}
	}
	for _, text := range inflections {
		add(ending{text: text, keep: 3})
		for _, c := range taken {
			if text[0] == 'i' || text[0] == 'y' {
				add(ending{c.text + text, c.after, c.keep})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ending) int { return len(b.text) - len(a.text) })
	return all
}()

// stem takes off a folded word the longest ending that it can lose.
func stem(word string) string {
	for _, e := range endings {
		rest, ok := strings.CutSuffix(word, e.text)
		if ok && strings.HasSuffix(rest, e.after) && utf8.RuneCountInString(rest) >= e.keep {
			return rest
		}
	}
	return word
}
