package history_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

func seq(entries []history.Entry) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func verify(t rapid.TB, head history.Head, entries []history.Entry) []history.Fault {
	t.Helper()
	faults, err := history.VerifyDossier(dossier, head, seq(entries))
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func appended(t rapid.TB, head history.Head, h history.Header, body any) (history.Entry, history.Head) {
	t.Helper()
	b, err := history.CanonicalBody(body)
	if err != nil {
		t.Fatal(err)
	}
	e, head, err := history.Append(head, h, b)
	if err != nil {
		t.Fatal(err)
	}
	return e, head
}

// chain is a dossier of n plain entries.
func chain(t rapid.TB, n int) ([]history.Entry, history.Head) {
	t.Helper()
	var head history.Head
	entries := make([]history.Entry, n)
	for i := range entries {
		entries[i], head = appended(t, head, sample(), map[string]string{"žingsnis": fmt.Sprint(i)})
	}
	return entries, head
}

// erasedChain is chain, after which an entry erases the body of entry 2.
func erasedChain(t rapid.TB, n int) ([]history.Entry, history.Head) {
	t.Helper()
	entries, head := chain(t, n)
	h := sample()
	h.Kind = history.KindBodyErased
	erasure, head := appended(t, head, h, history.Erasure{N: 2})
	entries[1].Body = nil
	return append(entries, erasure), head
}

// rehash makes e agree with itself again, as a forger would.
func rehash(e *history.Entry) error {
	header, err := e.Canonical()
	if err != nil {
		return err
	}
	if e.Body != nil {
		e.BodyHash = sha256.Sum256(e.Body)
	}
	e.Hash = history.EntryHashOf(header, e.BodyHash)
	return nil
}

func TestCleanDossierHasNoFaults(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var head history.Head
		var entries []history.Entry
		var plain []int64 // the numbers of those that erase nothing
		for range rapid.IntRange(0, 8).Draw(t, "length") {
			h := anyHeader().Draw(t, "header")
			h.Dossier = dossier
			body := any(rapid.MapOf(anyText(), anyText()).Draw(t, "body"))
			// An erasure that is itself erased would no longer vouch for anything.
			if len(plain) > 0 && rapid.Bool().Draw(t, "erases") {
				n := rapid.SampledFrom(plain).Draw(t, "erased")
				entries[n-1].Body = nil
				h.Kind, body = history.KindBodyErased, history.Erasure{N: n}
			}
			var e history.Entry
			e, head = appended(t, head, h, body)
			entries = append(entries, e)
			if h.Kind != history.KindBodyErased {
				plain = append(plain, e.N)
			}
		}
		if faults := verify(t, head, entries); len(faults) > 0 {
			t.Fatalf("got %v, want none", faults)
		}
	})
}

// fields gives every field of an entry, those of its header included.
func fields(e *history.Entry) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for _, v := range []reflect.Value{reflect.ValueOf(&e.Header).Elem(), reflect.ValueOf(e).Elem()} {
		for i := range v.NumField() {
			all[v.Type().Field(i).Name] = v.Field(i)
		}
	}
	delete(all, "Header")
	return all
}

// bits is how many bits of f flip knows.
func bits(f reflect.Value) int {
	switch f.Kind() {
	case reflect.Slice:
		n := 0
		for i := range f.Len() {
			n += bits(f.Index(i))
		}
		return n
	case reflect.String, reflect.Array:
		return f.Len() * 8
	default:
		return f.Type().Bits()
	}
}

// flip sets f to a copy in which bit i is the other way.
func flip(f reflect.Value, i int) {
	switch f.Kind() {
	case reflect.String:
		b := []byte(f.String())
		b[i/8] ^= 1 << (i % 8)
		f.SetString(string(b))
	case reflect.Int, reflect.Int64:
		f.SetInt(f.Int() ^ 1<<i)
	case reflect.Uint8:
		f.SetUint(f.Uint() ^ 1<<i)
	case reflect.Array:
		flip(f.Index(i/8), i%8)
	case reflect.Slice:
		clone := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
		reflect.Copy(clone, f)
		f.Set(clone)
		element := 0
		for ; i >= bits(f.Index(element)); element++ {
			i -= bits(f.Index(element))
		}
		flip(f.Index(element), i)
	default:
		panic(f.Kind())
	}
}

// wantFaultUpTo fails unless the first fault names entry n or one before it.
func wantFaultUpTo(t rapid.TB, n int64, faults []history.Fault, change string, args ...any) {
	t.Helper()
	if len(faults) == 0 || faults[0].N > n {
		t.Fatalf("%s: got %v, want a fault at or before entry %d", fmt.Sprintf(change, args...), faults, n)
	}
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	clean, head := erasedChain(t, 4)
	for at := range clean {
		for name, f := range fields(&clean[at]) {
			for bit := range bits(f) {
				entries := slices.Clone(clean)
				flip(fields(&entries[at])[name], bit)
				faults := verify(t, head, entries)
				wantFaultUpTo(t, int64(at+1), faults, "entry %d, %s, bit %d", at+1, name, bit)

				if rehash(&entries[at]) != nil || entries[at].Hash == clean[at].Hash {
					continue
				}
				faults = verify(t, head, entries)
				wantFaultUpTo(t, int64(at+1), faults, "entry %d, %s, bit %d, hashed anew", at+1, name, bit)
			}
		}
	}
}

func TestEveryFlippedBitOfTheHeadIsFound(t *testing.T) {
	clean, head := chain(t, 3)
	f := reflect.ValueOf(&head).Elem()
	for i := range f.NumField() {
		for bit := range bits(f.Field(i)) {
			flip(f.Field(i), bit)
			if faults := verify(t, head, clean); len(faults) == 0 {
				t.Errorf("head %+v, bit %d of field %d: got no fault", head, bit, i)
			}
			flip(f.Field(i), bit)
		}
	}
}

func TestEveryChangeOfOrderIsFound(t *testing.T) {
	clean, head := erasedChain(t, 7)
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.Permutation(clean).Draw(t, "order")
		for i := range entries {
			if entries[i].N != int64(i+1) {
				wantFaultUpTo(t, int64(i+1), verify(t, head, entries), "order")
				return
			}
		}
	})
}

func TestEveryEntryRemovedOrRepeatedIsFound(t *testing.T) {
	clean, head := erasedChain(t, 5)
	for at := range clean {
		removed := slices.Delete(slices.Clone(clean), at, at+1)
		wantFaultUpTo(t, int64(at+1), verify(t, head, removed), "entry %d removed", at+1)
		for to := range len(clean) + 1 {
			repeated := slices.Insert(slices.Clone(clean), to, clean[at])
			wantFaultUpTo(t, int64(at+1), verify(t, head, repeated), "entry %d repeated at %d", at+1, to)
		}
	}
}

// found is a fault without its wording.
type found struct {
	N    int64
	Kind history.FaultKind
}

func kinds(faults []history.Fault) (out []found) {
	for _, f := range faults {
		out = append(out, found{f.N, f.Kind})
	}
	return out
}

func TestFaultsNameWhatHappened(t *testing.T) {
	const length = 6
	forged := func(t *testing.T, e history.Entry, role string) history.Entry {
		e.Role = role
		if err := rehash(&e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	for name, tc := range map[string]struct {
		tamper func(t *testing.T, e []history.Entry, head *history.Head) []history.Entry
		want   []found
	}{
		"nothing": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry { return e }, nil},
		"a header edited": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Role = "CHAIR"
			return e
		}, []found{{3, history.Edited}}},
		"a header edited and hashed anew": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2] = forged(t, e[2], "CHAIR")
			return e
		}, []found{{3, history.Edited}}},
		"the last header edited and hashed anew": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[5] = forged(t, e[5], "CHAIR")
			return e
		}, []found{{6, history.HeadMismatch}}},
		"the last header edited": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[1], e[5].Role = sameBody(e[1]), "CHAIR"
			return e
		}, []found{{6, history.Edited}}},
		"an erasure edited, which then vouches for nothing": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[5].Role = "CHAIR"
			return e
		}, []found{{2, history.BodyMissing}, {6, history.Edited}}},
		"a first entry of another start": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[0].PreviousHash = e[3].PreviousHash
			if err := rehash(&e[0]); err != nil {
				panic(err)
			}
			return e
		}, []found{{1, history.Edited}, {1, history.Edited}}},
		"a header that is no header": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Role = "\xff"
			return e
		}, []found{{3, history.Malformed}}},
		"a body edited": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Body = []byte(`{"žingsnis":"9"}`)
			return e
		}, []found{{3, history.BodyEdited}}},
		"a body emptied": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Body = []byte{}
			return e
		}, []found{{3, history.BodyEdited}}},
		"a body missing": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Body = nil
			return e
		}, []found{{3, history.BodyMissing}}},
		"an erasure's body missing": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[5].Body = nil
			return e
		}, []found{{2, history.BodyMissing}, {6, history.BodyMissing}}},
		"two entries removed": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			return slices.Delete(e, 2, 4)
		}, []found{{3, history.Removed}}},
		"the end removed": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[1] = sameBody(e[1])
			return e[:4]
		}, []found{{5, history.Truncated}}},
		"everything removed": {func(_ *testing.T, _ []history.Entry, _ *history.Head) []history.Entry {
			return nil
		}, []found{{1, history.Truncated}}},
		"two entries swapped": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2], e[3] = e[3], e[2]
			return e
		}, []found{{3, history.Reordered}}},
		"another entry on the same one": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			return slices.Insert(e, 3, forged(t, e[2], "CHAIR"))
		}, []found{{3, history.Forked}}},
		"another entry on the same one, read first": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			return slices.Insert(e, 2, forged(t, e[2], "CHAIR"))
		}, []found{{3, history.Forked}}},
		"another entry on one after an edited one": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[1] = forged(t, e[1], "CHAIR")
			return slices.Insert(e, 4, forged(t, e[3], "CHAIR"))
		}, []found{{2, history.Edited}, {4, history.Forked}}},
		"two entries swapped, of one the body edited": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			e[2].Body = []byte(`{}`)
			e[2], e[3] = e[3], e[2]
			return e
		}, []found{{3, history.Reordered}, {3, history.BodyEdited}}},
		"an entry inserted before one whose body was edited": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			x := e[2]
			x.Hash, e[2].Body = history.Hash{}, []byte(`{}`)
			return slices.Insert(e, 2, x)
		}, []found{{3, history.Inserted}, {3, history.BodyEdited}}},
		"an entry twice": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			return slices.Insert(e, 3, e[2])
		}, []found{{3, history.Inserted}}},
		"an early entry again at the end": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			return append(e, e[2])
		}, []found{{3, history.Inserted}}},
		"an entry with a wrong link inserted": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			x := e[2]
			x.PreviousHash = history.Hash{}
			return slices.Insert(e, 2, forged(t, x, "CHAIR"))
		}, []found{{3, history.Inserted}}},
		"an entry with a wrong hash inserted": {func(_ *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			x := e[2]
			x.Hash = history.Hash{}
			return slices.Insert(e, 2, x)
		}, []found{{3, history.Inserted}}},
		"an entry of another dossier inserted": {func(t *testing.T, e []history.Entry, _ *history.Head) []history.Entry {
			x := e[2]
			x.Dossier = "prp_01h455vb4qex5vsknk084sn02q"
			return slices.Insert(e, 2, forged(t, x, x.Role))
		}, []found{{3, history.Inserted}}},
		"an entry after the head": {func(t *testing.T, e []history.Entry, head *history.Head) []history.Entry {
			x, _ := appended(t, *head, sample(), struct{}{})
			return append(e, x)
		}, []found{{7, history.Inserted}}},
		"a head of another hash": {func(_ *testing.T, e []history.Entry, head *history.Head) []history.Entry {
			head.Hash = e[0].Hash
			return e
		}, []found{{6, history.HeadMismatch}}},
		"a head before the start": {func(_ *testing.T, _ []history.Entry, head *history.Head) []history.Entry {
			head.N = -1
			return nil
		}, []found{{-1, history.HeadMismatch}}},
		"several": {func(_ *testing.T, e []history.Entry, head *history.Head) []history.Entry {
			e[2].Body, e[0].Role, head.Hash = []byte(`{}`), "CHAIR", e[0].Hash
			return e
		}, []found{{1, history.Edited}, {3, history.BodyEdited}, {6, history.HeadMismatch}}},
	} {
		t.Run(name, func(t *testing.T) {
			entries, head := erasedChain(t, length-1)
			entries = tc.tamper(t, entries, &head)
			faults := verify(t, head, entries)
			if got := kinds(faults); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v: %v", got, tc.want, faults)
			}
			for _, f := range faults {
				if f.Dossier != dossier || !strings.HasPrefix(f.String(), string(f.Kind)+" "+string(dossier)) {
					t.Errorf("got %s, want it to name %s and %s", f, f.Kind, dossier)
				}
			}
		})
	}
}

// sameBody gives entry 2 of a chain its body back.
func sameBody(e history.Entry) history.Entry {
	e.Body = []byte(`{"žingsnis":"1"}`)
	return e
}

func TestErasureVouchesOnlyForEarlierEntries(t *testing.T) {
	for name, tc := range map[string]struct {
		body any
		want []found
	}{
		"the entry":             {history.Erasure{N: 2}, nil},
		"another entry":         {history.Erasure{N: 1}, []found{{2, history.BodyMissing}}},
		"itself":                {history.Erasure{N: 3}, []found{{2, history.BodyMissing}, {3, history.Malformed}}},
		"an entry to come":      {history.Erasure{N: 4}, []found{{2, history.BodyMissing}, {3, history.Malformed}}},
		"no entry":              {struct{}{}, []found{{2, history.BodyMissing}, {3, history.Malformed}}},
		"a number":              {map[string]int{"n": 2}, []found{{2, history.BodyMissing}, {3, history.Malformed}}},
		"with the legal ground": {map[string]string{"n": "2", "ground": "GDPR 17(1)(b)"}, nil},
	} {
		entries, head := chain(t, 2)
		entries[1].Body = nil
		h := sample()
		h.Kind = history.KindBodyErased
		erasure, head := appended(t, head, h, tc.body)
		if got := kinds(verify(t, head, append(entries, erasure))); !slices.Equal(got, tc.want) {
			t.Errorf("erasure of %s: got %v, want %v", name, got, tc.want)
		}
	}
}

func TestErrorOfTheSource(t *testing.T) {
	entries, head := chain(t, 3)
	for name, tc := range map[string]struct {
		err  error
		want []found
	}{
		"an entry that cannot be parsed is a fault": {fmt.Errorf("row: %w", history.ErrMalformed), []found{{2, history.Malformed}}},
		"any other error ends the verification":     {io.ErrUnexpectedEOF, nil},
	} {
		faults, err := history.VerifyDossier(dossier, head, func(yield func(history.Entry, error) bool) {
			_ = yield(entries[0], nil) && yield(history.Entry{}, tc.err) && yield(entries[2], nil)
		})
		if got := kinds(faults); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
		if malformed := errors.Is(tc.err, history.ErrMalformed); malformed != (err == nil) || !malformed && !errors.Is(err, tc.err) {
			t.Errorf("%s: got error %v for %v", name, err, tc.err)
		}
	}
}

func TestVerificationEndsAtMaxFaults(t *testing.T) {
	entries, head := chain(t, 3)
	read := 0
	faults, err := history.VerifyDossier(dossier, head, func(yield func(history.Entry, error) bool) {
		for ; ; read++ {
			if !yield(entries[0], nil) {
				return
			}
		}
	})
	if err != nil || len(faults) != history.MaxFaults || read != history.MaxFaults {
		t.Errorf("got %d faults, %v after %d entries, want %d after as many", len(faults), err, read, history.MaxFaults)
	}
	bare, head := chain(t, history.MaxFaults+1)
	for i := range bare {
		bare[i].Body = nil
	}
	if got := verify(t, head, bare); len(got) != history.MaxFaults {
		t.Errorf("got %d faults for %d absent bodies, want %d", len(got), len(bare), history.MaxFaults)
	}
}

func TestAppendRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		head history.Head
		role string
		body string
	}{
		"a head before the start":      {history.Head{N: -1}, "", "{}"},
		"a head at the end of numbers": {history.Head{N: math.MaxInt64}, "", "{}"},
		"a header that is not UTF-8":   {history.Head{}, "\xff", "{}"},
		"no body":                      {history.Head{}, "", ""},
		"a body with spaces":           {history.Head{}, "", "{ }"},
		"a body with keys out of order": {
			history.Head{}, "", `{"b":1,"a":2}`,
		},
		"a body with a fraction": {history.Head{}, "", `{"rate":0.5}`},
	} {
		h := sample()
		h.Role = tc.role
		e, head, err := history.Append(tc.head, h, []byte(tc.body))
		if !errors.Is(err, history.ErrMalformed) || head != tc.head || e.Hash != (history.Hash{}) {
			t.Errorf("%s: got %+v, head %+v, %v, want ErrMalformed and the head as it was", name, e, head, err)
		}
	}
}

func TestAppendSetsThePlaceItself(t *testing.T) {
	h := sample()
	h.N, h.Format, h.PreviousHash = 99, 99, history.Hash{1}
	// The hash of a head at 0 is not read.
	e, head, err := history.Append(history.Head{Hash: history.Hash{2}}, h, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if e.N != 1 || e.Format != history.Format || e.PreviousHash != history.Genesis(dossier) || head != (history.Head{N: 1, Hash: e.Hash}) {
		t.Errorf("got %+v and head %+v, want entry 1 after the start", e, head)
	}
	if got, want := e.Ref(), string(dossier)+"/1"; got != want {
		t.Errorf("got ref %s, want %s", got, want)
	}
	other := h
	other.Dossier = ident.ID("cal_01h455vb4pex5vsknk084sn02q")
	if o, _, err := history.Append(history.Head{}, other, []byte("{}")); err != nil || o.PreviousHash == e.PreviousHash {
		t.Errorf("dossiers %s and %s begin alike: %v", dossier, other.Dossier, err)
	}
}

// bodyOf1KiB is a canonical body of 1 024 bytes.
func bodyOf1KiB() []byte {
	const frame = `{"text":""}`
	return []byte(`{"text":"` + strings.Repeat("x", 1024-len(frame)) + `"}`)
}

func BenchmarkAppend(b *testing.B) {
	h, body := sample(), bodyOf1KiB()
	var head history.Head
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		var err error
		if _, head, err = history.Append(head, h, body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyDossier reads one entry of 1 KiB per operation.
func BenchmarkVerifyDossier(b *testing.B) {
	entries := make([]history.Entry, 1000)
	var head history.Head
	for i := range entries {
		var err error
		if entries[i], head, err = history.Append(head, sample(), bodyOf1KiB()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(entries[0].Body)))
	b.ResetTimer()
	for done := 0; done < b.N; done += len(entries) {
		some := entries[:min(len(entries), b.N-done)]
		last := some[len(some)-1]
		faults, err := history.VerifyDossier(dossier, history.Head{N: last.N, Hash: last.Hash}, seq(some))
		if err != nil || len(faults) > 0 {
			b.Fatal(faults, err)
		}
	}
}
