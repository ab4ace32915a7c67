package collation_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/atranka/atranka/collation"
)

// inOrder is what a Lithuanian reader expects, first to last.
var inOrder = []string{
	"", "10 metų", "2 metai",
	"a", "A", "ą", "Ą", "aa", "ąb", "ac", "b", "c", "cz", "č", "ča", "d",
	"e", "ę", "ė", "ea", "ęb", "ėc", "f", "i", "į", "y", "ia", "įb", "yc", "id", "j",
	"s", "sz", "š", "šaa", "šv. kazimieras", "šventė", "t", "u", "ų", "ū", "ua", "ųb", "ūc", "v", "z", "zz", "ž", "žz",
}

func TestSortKeyOrdersAsTheAlphabet(t *testing.T) {
	for i, later := range inOrder {
		for _, earlier := range inOrder[:i] {
			if a, b := collation.SortKey(earlier), collation.SortKey(later); a >= b {
				t.Errorf("%q and %q: got keys %s and %s, want the first below", earlier, later, a, b)
			}
		}
	}
}

func TestSortKeyIsOfTheTextHoweverWritten(t *testing.T) {
	if a, b := collation.SortKey("\u0160v."), collation.SortKey("S\u030cv."); a != b {
		t.Errorf("Š in one and in two characters: got keys %s and %s, want one", a, b)
	}
}

func TestSortKeyIsBounded(t *testing.T) {
	long := strings.Repeat("ąžuolas ", 30)
	for _, text := range []string{long, strings.Repeat("Ė́", 1000), strings.Repeat("㌀", 1000), strings.Repeat("́", 1000)} {
		if got := len(collation.SortKey(text)); got > 1000 {
			t.Errorf("%.20q…: got a key of %d characters, want 1000 at most", text, got)
		}
	}
	if a, b := collation.SortKey(long+"a"), collation.SortKey(long+"b"); a >= b {
		t.Errorf("after %d characters: got keys %s and %s, want the first below", len(long), a, b)
	}
	if a, b := collation.SortKey(long+long+"a"), collation.SortKey(long+long+"b"); a != b {
		t.Errorf("after %d characters: got keys %s and %s, want one", 2*len(long), a, b)
	}
}

// letters are those that texts of the field are made of.
var letters = []rune("aąbcčdeęėfghiįyjklmnoprsštuųūvzžAĄČĖŠŽ 0129.,-–„“()")

func randomText(r *rand.Rand) string {
	out := make([]rune, r.IntN(12))
	for i := range out {
		out[i] = letters[r.IntN(len(letters))]
	}
	return string(out)
}

// TestSortKeyAgreesWithTheCollator holds keys, compared by bytes, against the
// collator's own comparison of the texts.
func TestSortKeyAgreesWithTheCollator(t *testing.T) {
	r, c := rand.New(rand.NewPCG(1, 2)), collate.New(language.Lithuanian)
	for range 20_000 {
		a, b := randomText(r), randomText(r)
		if got, want := cmp.Compare(collation.SortKey(a), collation.SortKey(b)), c.CompareString(a, b); got != want {
			t.Fatalf("%q to %q: got %d by keys, want %d", a, b, got, want)
		}
	}
}

// TestFormsAreFrozen fails where a text gets another key or other words than
// before, as by a new version of x/text or another list of endings. Rows keep
// what they were given, so that the change needs a migration, an empty one
// even: with any, every row is given its forms anew.
func TestFormsAreFrozen(t *testing.T) {
	r, h := rand.New(rand.NewPCG(3, 4)), sha256.New()
	for _, text := range slices.Concat(inOrder, strings.Fields(text)) {
		h.Write([]byte(collation.SortKey(text) + collation.Words(text) + "\n"))
	}
	for range 2000 {
		text := randomText(r)
		h.Write([]byte(collation.SortKey(text) + collation.Words(text) + "\n"))
	}
	const want = "b59f1a0c85b3de96abd252895d951772c6705095bbfdca97f31eeacaeaba2d03"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("got forms of the sum %s, want %s: write a migration", got, want)
	}
}
