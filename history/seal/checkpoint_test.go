package seal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
)

// keys are made of a word, so that each run signs the same bytes.
func keys(tb testing.TB, origin, word string) (note.Signer, note.Verifier) {
	tb.Helper()
	seed := sha256.Sum256([]byte(word))
	private, public, err := note.GenerateKey(bytes.NewReader(seed[:]), origin)
	if err != nil {
		tb.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		tb.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		tb.Fatal(err)
	}
	return signer, verifier
}

const example = "atranka.example/log\n" +
	"3\n" +
	"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" +
	"dossiers 2 sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n" +
	"at 2026-12-01T02:00:00.000000Z\n"

func parsed(tb testing.TB) seal.Checkpoint {
	tb.Helper()
	c, err := seal.ParseCheckpoint(example)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestCheckpointIsReadAsItIsWritten(t *testing.T) {
	c := parsed(t)
	if c.Origin != "atranka.example/log" || c.Size != 3 || c.Dossiers != 2 || c.At.String() != "2026-12-01T02:00:00.000000Z" {
		t.Errorf("got %+v", c)
	}
	if text, err := c.Text(); err != nil || text != example {
		t.Errorf("got %q, %v, want %q", text, err, example)
	}
}

// TestOthersReadACheckpoint by the library of those who made the form, which
// leaves the lines that are ours to us.
func TestOthersReadACheckpoint(t *testing.T) {
	signer, verifier := keys(t, "atranka.example/log", "a")
	c := parsed(t)
	signed, err := c.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	theirs, rest, _, err := log.ParseCheckpoint(signed, c.Origin, verifier)
	if err != nil || theirs.Size != uint64(c.Size) || !bytes.Equal(theirs.Hash, c.Root[:]) || theirs.Origin != c.Origin {
		t.Errorf("got %+v, %v, want %+v", theirs, err, c)
	}
	if lines := strings.Split(string(rest), "\n"); len(lines) != 3 || lines[2] != "" || !strings.HasPrefix(lines[0], "dossiers 2 ") {
		t.Errorf("got %q beyond the form", rest)
	}
}

func TestASignatureIsOfOneTextAndOneKey(t *testing.T) {
	signer, verifier := keys(t, "atranka.example/log", "a")
	next, nextVerifier := keys(t, "atranka.example/log", "b")
	_, foreign := keys(t, "other.example/log", "a")
	c := parsed(t)
	signed, err := c.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Sign(signer); err != nil || !bytes.Equal(again, signed) {
		t.Errorf("signed again: got %q, %v, want the same bytes", again, err)
	}
	both, err := c.Sign(signer, next)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		signed []byte
		keys   []note.Verifier
		want   error
	}{
		"its key":                      {signed, []note.Verifier{verifier}, nil},
		"its key among others":         {signed, []note.Verifier{foreign, nextVerifier, verifier}, nil},
		"another key of the log":       {signed, []note.Verifier{nextVerifier}, seal.ErrSignature},
		"another log's key":            {signed, []note.Verifier{foreign}, seal.ErrSignature},
		"no key":                       {signed, nil, seal.ErrSignature},
		"both of a change, the old":    {both, []note.Verifier{verifier}, nil},
		"both of a change, the new":    {both, []note.Verifier{nextVerifier}, nil},
		"a text that was changed":      {bytes.Replace(signed, []byte("\n3\n"), []byte("\n4\n"), 1), []note.Verifier{verifier}, seal.ErrSignature},
		"a signature that was cut":     {signed[:len(signed)-5], []note.Verifier{verifier}, seal.ErrMalformed},
		"more than is read":            {bytes.Repeat(signed, 1+seal.MaxNote/len(signed)), []note.Verifier{verifier}, seal.ErrMalformed},
		"a key that lends its name":    {signedAs(t, example), []note.Verifier{foreign}, seal.ErrMalformed},
		"a note that is no checkpoint": {signedAs(t, "hello\n"), []note.Verifier{foreign}, seal.ErrMalformed},
	} {
		got, err := seal.Open(tt.signed, tt.keys...)
		if !errors.Is(err, tt.want) || tt.want == nil && got != c {
			t.Errorf("%s: got %+v, %v, want %v", name, got, err, tt.want)
		}
	}
	if _, err := c.Sign(); err == nil {
		t.Error("signed by nobody")
	}
	if text, err := seal.Unsigned(signed); err != nil || text != example {
		t.Errorf("got %q, %v, want the text", text, err)
	}
	if _, err := seal.Unsigned([]byte("no note")); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("got %v, want %v", err, seal.ErrMalformed)
	}
	other, _ := keys(t, "other.example/log", "a")
	if _, err := c.Sign(other); err == nil {
		t.Error("signed by another log's key")
	}
}

// signedAs is the text signed by the key of another log.
func signedAs(t *testing.T, text string) []byte {
	t.Helper()
	signer, _ := keys(t, "other.example/log", "a")
	out, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOnlyOneSpellingOfACheckpointIsRead(t *testing.T) {
	for name, change := range map[string][2]string{
		"a size with a zero before":     {"\n3\n", "\n03\n"},
		"a size with a sign":            {"\n3\n", "\n+3\n"},
		"no number":                     {"\n3\n", "\nthree\n"},
		"a size below zero":             {"\n3\n", "\n-3\n"},
		"more dossiers than entries":    {"dossiers 2", "dossiers 4"},
		"entries of no dossier":         {"dossiers 2", "dossiers 0"},
		"a count with a zero before":    {"dossiers 2", "dossiers 02"},
		"another line":                  {"dossiers ", "heads "},
		"no instant":                    {"at 2026", "on 2026"},
		"an instant of another zone":    {"00.000000Z", "00.000000+00:00"},
		"a root in another spelling":    {"j2jxq2I=", "j2jxq2J="},
		"a root that is short":          {"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "CsUYag=="},
		"a line more":                   {"00.000000Z\n", "00.000000Z\nmore\n"},
		"no last newline":               {"00.000000Z\n", "00.000000Z"},
		"no origin":                     {"atranka.example/log", ""},
		"an origin with a space":        {"atranka.example/log", "atranka log"},
		"an origin with a plus":         {"atranka.example/log", "atranka+log"},
		"an origin of a control":        {"atranka.example/log", "atranka\x01log"},
		"an origin that is no UTF-8":    {"atranka.example/log", "\xff"},
		"an origin longer than is read": {"atranka.example/log", strings.Repeat("a", 256)},
	} {
		text := strings.Replace(example, change[0], change[1], 1)
		if text == example {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := seal.ParseCheckpoint(text); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
	}
	c := parsed(t)
	c.At = clock.Instant(1 << 62)
	if _, err := c.Text(); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("an instant that cannot be written: got %v, want %v", err, seal.ErrMalformed)
	}
	if _, err := c.Sign(); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("signed all the same: %v", err)
	}
}

// TestAProofIsSelfContained with the entry and the key, in the form that others
// read too.
func TestAProofIsSelfContained(t *testing.T) {
	signer, verifier := keys(t, "log", "a")
	var made tree
	var leaves []history.Hash
	for i := range int64(5) {
		leaves = append(leaves, history.Hash{byte(i)})
		made.grow(t, leaves[i])
	}
	nodes := seal.Nodes(made.read)
	root, err := nodes.Root(5)
	if err != nil {
		t.Fatal(err)
	}
	c := seal.Checkpoint{Origin: "log", Size: 5, Root: root, Dossiers: 1}
	signed, err := c.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	path, err := nodes.Inclusion(5, 3)
	if err != nil {
		t.Fatal(err)
	}
	p, err := seal.ParseProof(seal.Proof{Index: 3, Path: path, Checkpoint: signed}.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Check(leaves[3], verifier); err != nil || got != c {
		t.Errorf("got %+v, %v, want %+v", got, err, c)
	}
	if _, err := p.Check(leaves[4], verifier); !errors.Is(err, seal.ErrProof) {
		t.Errorf("another entry: got %v, want %v", err, seal.ErrProof)
	}
	_, foreign := keys(t, "log", "b")
	if _, err := p.Check(leaves[3], foreign); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("another key: got %v, want %v", err, seal.ErrSignature)
	}
	whole := string(p.Bytes())
	for name, change := range map[string][2]string{
		"another form":      {"@v1", "@v2"},
		"extra data":        {"index 3", "extra AAAA\nindex 3"},
		"a zero before":     {"index 3", "index 03"},
		"no number":         {"index 3", "index x"},
		"beyond a number":   {"index 3", "index 18446744073709551615"},
		"a carriage return": {"index 3\n", "index 3\r\n"},
		"no newline at end": {string(signed), strings.TrimSuffix(string(signed), "\n")},
		"too much":          {string(signed), strings.Repeat("x", 1<<20)},
	} {
		text := strings.Replace(whole, change[0], change[1], 1)
		if text == whole {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := seal.ParseProof([]byte(text)); !errors.Is(err, seal.ErrMalformed) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrMalformed)
		}
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(example)
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := seal.ParseCheckpoint(text)
		if err != nil {
			if !errors.Is(err, seal.ErrMalformed) {
				t.Fatalf("got %v, want %v", err, seal.ErrMalformed)
			}
			return
		}
		if again, err := c.Text(); err != nil || again != text {
			t.Fatalf("read %q, wrote %q, %v", text, again, err)
		}
	})
}

func FuzzParseProof(f *testing.F) {
	signer, verifier := keys(f, "atranka.example/log", "a")
	signed, err := parsed(f).Sign(signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seal.Proof{Index: 1, Path: []history.Hash{{1}, {2}}, Checkpoint: signed}.Bytes())
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := seal.ParseProof(b)
		if err != nil {
			if !errors.Is(err, seal.ErrMalformed) {
				t.Fatalf("got %v, want %v", err, seal.ErrMalformed)
			}
			return
		}
		if !bytes.Equal(p.Bytes(), b) {
			t.Fatalf("read %q, wrote %q", b, p.Bytes())
		}
		if _, err := p.Check(history.Hash{}, verifier); err == nil {
			t.Fatalf("%q shows an entry of which nobody knows the header", b)
		}
	})
}
