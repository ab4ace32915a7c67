package seal_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history/seal"
)

func lost(tb testing.TB) seal.Loss {
	tb.Helper()
	at, err := clock.ParseInstant("2026-12-02T02:00:00.000000Z")
	if err != nil {
		tb.Fatal(err)
	}
	return seal.Loss{Origin: "atranka.example/log/2", Known: parsed(tb), Found: 1, At: at, Reason: "atkurta sena kopija"}
}

func TestALossIsStatedUnderTheNewKey(t *testing.T) {
	l := lost(t)
	signer, verifier := keys(t, l.Origin, "b")
	signed, err := l.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.OpenLoss(signed, verifier); err != nil || got != l {
		t.Errorf("got %+v, %v, want %+v", got, err, l)
	}
	if _, err := seal.Open(signed, verifier); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("read as a checkpoint: got %v, want %v", err, seal.ErrMalformed)
	}
	_, old := keys(t, l.Known.Origin, "a")
	if _, err := seal.OpenLoss(signed, old); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("under the old key: got %v, want %v", err, seal.ErrSignature)
	}
	text, err := l.Text()
	if err != nil {
		t.Fatal(err)
	}
	_, foreign := keys(t, "other.example/log", "a")
	if _, err := seal.OpenLoss(signedAs(t, text), foreign); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("under another log's key: got %v, want %v", err, seal.ErrMalformed)
	}
	if _, err := seal.OpenLoss(signedAs(t, example), foreign); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("a checkpoint as a statement: got %v, want %v", err, seal.ErrMalformed)
	}
}

func TestWhatNobodyMayState(t *testing.T) {
	for name, change := range map[string]func(*seal.Loss){
		"the name that was lost":      func(l *seal.Loss) { l.Origin = l.Known.Origin },
		"no name":                     func(l *seal.Loss) { l.Origin = "" },
		"more found than there was":   func(l *seal.Loss) { l.Found = 4 },
		"fewer than none":             func(l *seal.Loss) { l.Found = -1 },
		"no reason":                   func(l *seal.Loss) { l.Reason = " " },
		"a reason of two lines":       func(l *seal.Loss) { l.Reason = "a\nb" },
		"a reason that is no UTF-8":   func(l *seal.Loss) { l.Reason = "\xff" },
		"a reason longer than a page": func(l *seal.Loss) { l.Reason = strings.Repeat("a", 2001) },
		"a year that is none":         func(l *seal.Loss) { l.At = 1 << 62 },
		"a checkpoint that is none":   func(l *seal.Loss) { l.Known.Origin = "" },
	} {
		l := lost(t)
		change(&l)
		if _, err := l.Text(); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
		if _, err := l.Sign(); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s was signed: %v", name, err)
		}
	}
}

func TestOnlyOneSpellingOfALossIsRead(t *testing.T) {
	text, err := lost(t).Text()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"another title":      {"begins in", "begin in"},
		"no number":          {"found 1", "found one"},
		"a zero before":      {"found 1", "found 01"},
		"no instant":         {"at 2026-12-02", "at 2026-13-02"},
		"another word":       {"reason ", "why "},
		"a checkpoint short": {"dossiers 2", "dossiers"},
		"another origin":     {"/log/2", "/log"},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := seal.ParseLoss(changed); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
	}
}

func FuzzParseLoss(f *testing.F) {
	text, err := lost(f).Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := seal.ParseLoss(text)
		if err != nil {
			if !errors.Is(err, seal.ErrMalformed) {
				t.Fatalf("got %v, want %v", err, seal.ErrMalformed)
			}
			return
		}
		if again, err := l.Text(); err != nil || again != text {
			t.Fatalf("read %q, wrote %q, %v", text, again, err)
		}
	})
}
