package history_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"github.com/atranka/atranka/history"
)

func TestCanonicalBodyRefuses(t *testing.T) {
	for name, v := range map[string]any{
		"a fraction":              map[string]any{"rate": 0.1},
		"a fraction of zero":      json.RawMessage(`{"rate":1.0}`),
		"an exponent":             json.RawMessage(`[1e3]`),
		"negative zero":           json.RawMessage(`-0`),
		"2^53":                    []int64{1 << 53},
		"-2^53":                   []int64{-1 << 53},
		"a number beyond 64 bits": json.RawMessage(`18446744073709551616`),
		"infinity":                math.Inf(1),
		"a key twice":             json.RawMessage(`{"a":1,"\u0061":2}`),
		"text that is not UTF-8":  "\xff",
		"a key that is not UTF-8": map[string]int{"\xc3": 1},
		"half a surrogate pair":   json.RawMessage(`"\ud83d"`),
		"no JSON at all":          json.RawMessage(`{`),
		"a channel":               make(chan int),
	} {
		if b, err := history.CanonicalBody(v); !errors.Is(err, history.ErrMalformed) {
			t.Errorf("%s: got %s, %v, want ErrMalformed", name, b, err)
		}
	}
}

func TestCanonicalBodyKeeps(t *testing.T) {
	for _, tc := range []struct {
		in   any
		want string
	}{
		{map[string]any{"b": 1, "a": "<&>"}, `{"a":"<&>","b":1}`},
		{[]int64{1<<53 - 1, -(1<<53 - 1), 0, -7}, `[9007199254740991,-9007199254740991,0,-7]`},
		{"\ufffd", `"` + "\ufffd" + `"`},
		{`\ufffd 1.5e3`, `"\\ufffd 1.5e3"`},
		{map[string]string{"1.5": `"2.5`}, `{"1.5":"\"2.5"}`},
		{history.Erasure{N: math.MaxInt64}, `{"n":"9223372036854775807"}`},
		{map[string]any{"ū": nil, "t": true, "f": false}, `{"f":false,"t":true,"ū":null}`},
		{struct{}{}, `{}`},
	} {
		got, err := history.CanonicalBody(tc.in)
		if err != nil || string(got) != tc.want {
			t.Errorf("%v: got %s, %v, want %s", tc.in, got, err, tc.want)
		}
	}
}

func TestTextComesBackFromTheBody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(anyText(), anyText()).Draw(t, "body")
		b, err := history.CanonicalBody(want)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: got %q, want %q", b, got, want)
		}
		for k, v := range want {
			if got[k] != v {
				t.Fatalf("%s: key %q: got %q, want %q", b, k, got[k], v)
			}
		}
	})
}

func FuzzCanonicalBody(f *testing.F) {
	for _, s := range []string{`{"b":[1,-2,"ąčęėįšųūž „“\u0001"],"a":{"commitment":""}}`, `1.5`, `"\ufffd"`, `[1e2]`, " {} ", `"\ud83d\ude00"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := history.CanonicalBody(json.RawMessage(b))
		if err != nil {
			if !errors.Is(err, history.ErrMalformed) {
				t.Fatalf("%q: got %v, want ErrMalformed", b, err)
			}
			return
		}
		// A nil RawMessage is written as null.
		if want, err := jcs.Transform(b); b != nil && (err != nil || string(got) != string(want)) {
			t.Fatalf("%q: got %q, RFC 8785 makes it %q, %v", b, got, want, err)
		}
		if again, err := history.CanonicalBody(json.RawMessage(got)); err != nil || string(again) != string(got) {
			t.Fatalf("%q: got %q, %v, want itself", got, again, err)
		}
	})
}
