package seal_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/atranka/atranka/history/seal"
)

func TestAKeyIsReadAsItIsWritten(t *testing.T) {
	for range 50 { // a key may have a plus in it, or none
		k, err := seal.NewKey(rand.Reader, "atranka.example/log")
		if err != nil {
			t.Fatal(err)
		}
		again, err := seal.ParseKey("\n" + k.Private() + "\n")
		if err != nil || again.Public() != k.Public() || again.Name() != "atranka.example/log" {
			t.Fatalf("got %q, %v, want %q", again.Public(), err, k.Public())
		}
		signed, err := parsed(t).Sign(again)
		if err != nil {
			t.Fatal(err)
		}
		read, err := seal.ParsePublic("# the log of the example\n\n" + k.Public() + "\n")
		if err != nil || len(read) != 1 {
			t.Fatalf("got %v, %v", read, err)
		}
		if _, err := seal.Open(signed, read...); err != nil {
			t.Errorf("by the public half: %v", err)
		}
		if _, err := seal.Open(signed, k.Verifier()); err != nil {
			t.Errorf("by the key itself: %v", err)
		}
	}
}

func TestWhatIsNoKey(t *testing.T) {
	k, err := seal.NewKey(rand.Reader, "log")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing": "", "a public one": k.Public(), "cut": k.Private()[:len(k.Private())-9], "another name": strings.Replace(k.Private(), "+log+", "+lok+", 1),
	} {
		_, err := seal.ParseKey(text)
		if !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
		if len(text) > 20 && strings.Contains(err.Error(), text[len(text)-20:]) {
			t.Errorf("%s: the error tells the key: %v", name, err)
		}
	}
	for name, text := range map[string]string{"nothing": "# none\n", "a private one": "x\n", "one of two": k.Public() + "\nx\n"} {
		if _, err := seal.ParsePublic(text); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
	}
	if _, err := seal.NewKey(rand.Reader, "a log"); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("got %v, want %v", err, seal.ErrMalformed)
	}
	if _, err := seal.NewKey(strings.NewReader("short"), "log"); err == nil {
		t.Error("made a key of five bytes")
	}
}
