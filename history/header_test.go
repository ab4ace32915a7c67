package history_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

const dossier ident.ID = "prp_01h455vb4pex5vsknk084sn02q"

func sample() history.Header {
	return history.Header{
		Dossier: dossier, N: 7, LAG: "lag_01h455vb4pex5vsknk084sn02q", Kind: "refer", SubjectType: "proposal",
		SubjectID: dossier, Cause: "cal_01h455vb4pex5vsknk084sn02q/41", Actor: "per_01h455vb4pex5vsknk084sn02q",
		Role: "ADMINISTRATOR", OnBehalfOf: "Įgyvendinančioji „X“\t", SecondActor: "per_01h455vb4qex5vsknk084sn02q",
		EffectiveOn: "2019-12-31", RecordedAt: 1_577_829_599_000_001, Definition: "proposal@1",
		RuleSets: []string{"eu-2013@1", "lt-2016@3"}, PreviousHash: history.Genesis(dossier), Format: history.Format,
	}
}

// anyText draws every rune there is, control characters often.
func anyText() *rapid.Generator[string] {
	return rapid.StringOf(rapid.OneOf(
		rapid.Rune(),
		rapid.Int32Range(0, 0x9f),
		rapid.SampledFrom([]rune("ąčęėįšųūž„“\"\\/<>&\u2028\u2029\ufffd\U0001f600")),
		rapid.Int32Range(0, 0x10ffff).Filter(func(r rune) bool { return r < 0xd800 || r > 0xdfff }),
	))
}

func anyHeader() *rapid.Generator[history.Header] {
	return rapid.Custom(func(t *rapid.T) history.Header {
		text := anyText()
		id := rapid.Map(text, func(s string) ident.ID { return ident.ID(s) })
		some := text.Filter(func(s string) bool { return s != "" })
		sets := rapid.SliceOfDistinct(text, rapid.ID[string]).Draw(t, "ruleSets")
		slices.Sort(sets)
		if len(sets) == 0 {
			sets = nil
		}
		h := history.Header{
			Dossier: ident.ID(some.Draw(t, "dossier")), N: rapid.Int64Min(1).Draw(t, "n"), LAG: id.Draw(t, "lag"),
			Kind: some.Draw(t, "kind"), SubjectType: text.Draw(t, "subjectType"), SubjectID: id.Draw(t, "subjectId"),
			Actor: id.Draw(t, "actor"), Role: text.Draw(t, "role"), OnBehalfOf: text.Draw(t, "onBehalfOf"),
			SecondActor: id.Draw(t, "secondActor"),
			EffectiveOn: clock.Date(rapid.SampledFrom([]string{"", "2016", "2016-02", "2016-02-29"}).Draw(t, "effectiveOn")),
			RecordedAt:  clock.Instant(rapid.Int64Range(math.MinInt32, math.MaxInt32).Draw(t, "s")*1e6 + rapid.Int64Range(0, 999_999).Draw(t, "µs")),
			Definition:  text.Draw(t, "definition"), RuleSets: sets,
			PreviousHash: history.Genesis(id.Draw(t, "previous")), Format: history.Format,
		}
		if rapid.Bool().Draw(t, "caused") {
			h.Cause = history.Header{Dossier: ident.ID(some.Draw(t, "cause")), N: rapid.Int64Min(1).Draw(t, "cause n")}.Ref()
		}
		return h
	})
}

func TestHeaderIsWhatTheRFCTransformMakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHeader().Draw(t, "header")
		list := append([]string{}, h.RuleSets...)
		b, err := json.Marshal(map[string]any{
			"dossier": h.Dossier, "n": strconv.FormatInt(h.N, 10), "lag": h.LAG, "kind": h.Kind,
			"subjectType": h.SubjectType, "subjectId": h.SubjectID, "cause": h.Cause, "actor": h.Actor,
			"role": h.Role, "onBehalfOf": h.OnBehalfOf, "secondActor": h.SecondActor,
			"effectiveOn": h.EffectiveOn, "recordedAt": h.RecordedAt, "definition": h.Definition,
			"ruleSets": list, "previousHash": h.PreviousHash, "format": h.Format,
		})
		if err != nil {
			t.Fatal(err)
		}
		want, err := jcs.Transform(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Canonical()
		if err != nil || string(got) != string(want) {
			t.Fatalf("got %s, %v, want %s", got, err, want)
		}
	})
}

func TestHeaderReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyHeader().Draw(t, "header")
		b, err := want.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := history.ParseHeader(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: got %+v, %v, want %+v", b, got, err, want)
		}
	})
}

func TestCanonicalRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*history.Header){
		"no dossier":           func(h *history.Header) { h.Dossier = "" },
		"no kind":              func(h *history.Header) { h.Kind = "" },
		"number zero":          func(h *history.Header) { h.N = 0 },
		"no format":            func(h *history.Header) { h.Format = 0 },
		"a later format":       func(h *history.Header) { h.Format++ },
		"cause without number": func(h *history.Header) { h.Cause = string(dossier) },
		"cause of number zero": func(h *history.Header) { h.Cause = string(dossier) + "/0" },
		"cause of number 07":   func(h *history.Header) { h.Cause = string(dossier) + "/07" },
		"cause of number +7":   func(h *history.Header) { h.Cause = string(dossier) + "/+7" },
		"cause of no dossier":  func(h *history.Header) { h.Cause = "/7" },
		"rule sets unsorted":   func(h *history.Header) { slices.Reverse(h.RuleSets) },
		"a rule set twice":     func(h *history.Header) { h.RuleSets = []string{"lt-2016@3", "lt-2016@3"} },
		"rule set not UTF-8":   func(h *history.Header) { h.RuleSets = []string{"\xff"} },
		"role not UTF-8":       func(h *history.Header) { h.Role = "\xed\xa0\x80" },
		"actor not UTF-8":      func(h *history.Header) { h.Actor = "\xc3" },
		"a day no year has":    func(h *history.Header) { h.EffectiveOn = "2019-02-29" },
		"year 10000":           func(h *history.Header) { h.RecordedAt = 253_402_300_800_000_000 },
		"year -1":              func(h *history.Header) { h.RecordedAt = -62_167_219_200_000_001 },
	} {
		h := sample()
		spoil(&h)
		if b, err := h.Canonical(); !errors.Is(err, history.ErrMalformed) {
			t.Errorf("%s: got %s, %v, want ErrMalformed", name, b, err)
		}
	}
}

func TestEveryFlippedBitOfHeaderBytesIsRefusedOrChangesTheHash(t *testing.T) {
	b, err := sample().Canonical()
	if err != nil {
		t.Fatal(err)
	}
	want := history.EntryHash(b, nil)
	for i := range len(b) * 8 {
		flipped := slices.Clone(b)
		flipped[i/8] ^= 1 << (i % 8)
		h, err := history.ParseHeader(flipped)
		if err != nil {
			continue
		}
		again, err := h.Canonical()
		if err != nil || string(again) != string(flipped) {
			t.Fatalf("bit %d: got %s, %v, want %s", i, again, err, flipped)
		}
		if history.EntryHash(again, nil) == want {
			t.Errorf("bit %d: %s has the hash of %s", i, flipped, b)
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	b, err := sample().Canonical()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"actor":"\u0041"}`))
	f.Add(append(slices.Clone(b), '\n'))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := history.ParseHeader(b)
		if err != nil {
			if !errors.Is(err, history.ErrMalformed) {
				t.Fatalf("%q: got %v, want ErrMalformed", b, err)
			}
			return
		}
		if again, err := h.Canonical(); err != nil || string(again) != string(b) {
			t.Fatalf("%q: got %q, %v", b, again, err)
		}
		if out, err := jcs.Transform(b); err != nil || string(out) != string(b) {
			t.Fatalf("%q: RFC 8785 makes it %q, %v", b, out, err)
		}
	})
}

func BenchmarkParseHeader(b *testing.B) {
	header, err := sample().Canonical()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := history.ParseHeader(header); err != nil {
			b.Fatal(err)
		}
	}
}
