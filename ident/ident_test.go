package ident_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// The vector is the specification's own: valid.json of TypeID 0.3.0 pairs
// UUID 01890a5d-ac96-774b-bcce-b302099a8057 with 01h455vb4pex5vsknk084sn02q.
func TestNewMatchesTheSpecification(t *testing.T) {
	at := clock.Instant(0x01890a5dac96 * 1000)
	random := []byte{0, 0, 0, 0, 0, 0, 0x77, 0x4b, 0xbc, 0xce, 0xb3, 0x02, 0x09, 0x9a, 0x80, 0x57}
	got := ident.NewSource(clock.NewManual(at), bytes.NewReader(random)).New(ident.Proposal)
	if want := ident.ID("prp_01h455vb4pex5vsknk084sn02q"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIdsSortByTheirMillisecond(t *testing.T) {
	c := clock.NewManual(1_577_836_799_000_000)
	src := ident.NewSource(c, rand.Reader)
	last := src.New(ident.Call)
	for range 100 {
		c.Advance(1e6)
		id := src.New(ident.Call)
		if id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}

// A clock that stands still, or goes back, must not shuffle what is made.
func TestIdsOfOneMillisecondKeepTheirOrder(t *testing.T) {
	src := ident.NewSource(clock.NewManual(1_577_836_799_000_000), rand.Reader)
	last := src.New(ident.Call)
	for range 10_000 {
		id := src.New(ident.Call)
		if _, err := ident.Parse(string(id)); err != nil || id <= last {
			t.Fatalf("%s after %s: %v", id, last, err)
		}
		last = id
	}
}

// The lower random bits may stand at their very end: the step carries over the
// variant's bits into the upper ones.
func TestIdsCountOnAcrossTheVariantBits(t *testing.T) {
	atTheEnd := append(bytes.Repeat([]byte{0}, 8), bytes.Repeat([]byte{0xff}, 8)...)
	src := ident.NewSource(clock.NewManual(1_577_836_799_000_000), bytes.NewReader(bytes.Repeat(atTheEnd, 2)))
	first, second := src.New(ident.Call), src.New(ident.Call)
	if _, err := ident.Parse(string(second)); err != nil || second <= first {
		t.Errorf("%s after %s: %v", second, first, err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := "prp_01h455vb4pex5vsknk084sn02q"
	if _, err := ident.ParseAs(ident.Proposal, good); err != nil {
		t.Fatal(err)
	}
	if _, err := ident.ParseAs(ident.Call, good); !errors.Is(err, ident.ErrWrongType) {
		t.Errorf("got %v, want ErrWrongType", err)
	}
	for _, bad := range []string{
		"", "prp", "prp_", "xyz_01h455vb4pex5vsknk084sn02q", "prp-01h455vb4pex5vsknk084sn02q",
		"prp_81h455vb4pex5vsknk084sn02q", "prp_01h455vb4pex5vsknk084sn02u",
		"PRP_01h455vb4pex5vsknk084sn02q", good + "0", "prp_01H455VB4PEX5VSKNK084SN02Q",
	} {
		if id, err := ident.Parse(bad); !errors.Is(err, ident.ErrMalformed) {
			t.Errorf("Parse(%q) = %s, %v; want ErrMalformed", bad, id, err)
		}
	}
}

func TestEveryTypeHasANameInBothLanguages(t *testing.T) {
	if got, want := len(ident.Lithuanian), len(ident.Prefixes); got != want {
		t.Errorf("Lithuanian names: got %d, want %d", got, want)
	}
	for p, english := range ident.Prefixes {
		if lt := ident.Lithuanian[p]; english == "" || lt == "" || lt == english {
			t.Errorf("%s: got %q and %q, want a name in each language", p, lt, english)
		}
	}
}

// What was sent comes back in errors only in part.
func TestErrorsTellLittleOfALongText(t *testing.T) {
	if _, err := ident.Parse(strings.Repeat("x", 5000)); err == nil || strings.Count(err.Error(), "x") > 50 {
		t.Errorf("got %v, want an error with a part of the text", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("prp_01h455vb4pex5vsknk084sn02q")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ident.Parse(s); err == nil && string(id) != s {
			t.Errorf("Parse(%q) = %q", s, id)
		}
	})
}
