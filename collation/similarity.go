package collation

import "strings"

// Similarity is how much two texts have in common by their [Words], of all words that are in
// either, in per cent from 0 to 100, rounded down (P. Jaccard, 1901). It takes the words and
// not the texts: they are kept beside them. Texts without words have nothing in common.
func Similarity(a, b string) int {
	in := map[string]int{}
	for _, w := range strings.Fields(a) {
		in[w] |= 1
	}
	for _, w := range strings.Fields(b) {
		in[w] |= 2
	}
	both := 0
	for _, where := range in {
		if where == 3 {
			both++
		}
	}
	if len(in) == 0 {
		return 0
	}
	return 100 * both / len(in)
}
