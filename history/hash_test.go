package history_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/history"
)

func TestParseHashRefuses(t *testing.T) {
	good := history.Genesis(dossier).String()
	for name, s := range map[string]string{
		"nothing":          "",
		"a digit less":     good[1:],
		"a digit more":     good + "0",
		"upper case":       strings.ToUpper(good),
		"another letter":   "g" + good[1:],
		"a space before":   " " + good[1:],
		"a letter with ąč": "ą" + good[2:],
	} {
		if h, err := history.ParseHash(s); !errors.Is(err, history.ErrMalformed) {
			t.Errorf("%s: ParseHash(%q): got %s, %v, want ErrMalformed", name, s, h, err)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(history.Genesis(dossier).String())
	f.Add(strings.Repeat("F", 64))
	f.Fuzz(func(t *testing.T, s string) {
		h, err := history.ParseHash(s)
		if err == nil && h.String() != s {
			t.Fatalf("ParseHash(%q): got %s", s, h)
		}
		var again history.Hash
		if text, _ := h.MarshalText(); again.UnmarshalText(text) != nil || again != h {
			t.Fatalf("%s: got %s from its own text", h, again)
		}
	})
}

func TestCommitmentStandsInABody(t *testing.T) {
	salt := bytes.Repeat([]byte{7}, history.MinSalt)
	c := history.Commitment{Hash: history.Commit(salt, "ąčęė „“")}
	b, err := history.CanonicalBody(c)
	if want := `{"commitment":"` + c.Hash.String() + `"}`; err != nil || string(b) != want {
		t.Fatalf("got %s, %v, want %s", b, err, want)
	}
	var read history.Commitment
	if err := json.Unmarshal(b, &read); err != nil || !read.Opens(salt, "ąčęė „“") {
		t.Errorf("%s: got %+v, %v, want a commitment that opens", b, read, err)
	}
}

func TestCommitmentOpensForItsSaltAndValueAlone(t *testing.T) {
	salts := rapid.SliceOfN(rapid.Byte(), history.MinSalt, history.MinSalt+4)
	rapid.Check(t, func(t *rapid.T) {
		salt, value := salts.Draw(t, "salt"), anyText().Draw(t, "value")
		c := history.Commitment{Hash: history.Commit(salt, value)}
		if !c.Opens(salt, value) {
			t.Fatalf("%x, %q: does not open", salt, value)
		}
		otherSalt, other := salts.Draw(t, "other salt"), anyText().Draw(t, "other value")
		if same := bytes.Equal(salt, otherSalt) && value == other; c.Opens(otherSalt, other) != same {
			t.Fatalf("%x, %q opened with %x, %q: got %t, want %t", salt, value, otherSalt, other, !same, same)
		}
		// The border between salt and value counts.
		moved := append(bytes.Clone(salt), value...)
		if value != "" && c.Opens(moved, "") {
			t.Fatalf("%x, %q opened with the value moved into the salt", salt, value)
		}
	})
}

func TestShortSaltIsNeverUsed(t *testing.T) {
	short := make([]byte, history.MinSalt-1)
	// What Commit would give, were the salt long enough.
	const domain = "atranka/commitment/1"
	parts := "\x00\x00\x00\x00\x00\x00\x00" + string(rune(len(domain))) + domain +
		"\x00\x00\x00\x00\x00\x00\x00" + string(rune(len(short))) + string(short) + strings.Repeat("\x00", 8)
	if c := (history.Commitment{Hash: sha256.Sum256([]byte(parts))}); c.Opens(short, "") {
		t.Errorf("a salt of %d bytes opened a commitment", len(short))
	}
	defer func() {
		if recover() == nil {
			t.Errorf("Commit took a salt of %d bytes, want a panic", len(short))
		}
	}()
	history.Commit(short, "")
}
