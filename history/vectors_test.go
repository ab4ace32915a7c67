package history_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// vectors is testdata/vectors.json, which says of itself how it was made.
type vectors struct {
	Dossier ident.ID
	Genesis history.Hash
	Head    struct {
		N    string
		Hash history.Hash
	}
	Entries []struct {
		Header struct {
			Dossier, LAG, SubjectID, Actor, SecondActor ident.ID
			Kind, SubjectType, Cause, Role, OnBehalfOf  string
			N, EffectiveOn, Definition                  string
			RecordedAt                                  clock.Instant
			RuleSets                                    []string
			PreviousHash                                history.Hash
			Format                                      int
		}
		Body                           json.RawMessage
		CanonicalHeader, CanonicalBody string
		BodyHash, Hash                 history.Hash
	}
	Commitments []struct {
		Salt, Value string
		Commitment  history.Hash
	}
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Entries) == 0 || len(v.Commitments) == 0 {
		t.Fatal("no vectors")
	}
	return v
}

func (v vectors) header(t *testing.T, i int) history.Header {
	t.Helper()
	h := v.Entries[i].Header
	n, err := strconv.ParseInt(h.N, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return history.Header{
		Dossier: h.Dossier, N: n, LAG: h.LAG, Kind: h.Kind, SubjectType: h.SubjectType, SubjectID: h.SubjectID,
		Cause: h.Cause, Actor: h.Actor, Role: h.Role, OnBehalfOf: h.OnBehalfOf, SecondActor: h.SecondActor,
		EffectiveOn: clock.Date(h.EffectiveOn), RecordedAt: h.RecordedAt, Definition: h.Definition,
		RuleSets: h.RuleSets, PreviousHash: h.PreviousHash, Format: h.Format,
	}
}

func TestFormat1IsFrozen(t *testing.T) {
	v := readVectors(t)
	if got := history.Genesis(v.Dossier); got != v.Genesis {
		t.Errorf("genesis of %s: got %s, want %s", v.Dossier, got, v.Genesis)
	}
	for i, want := range v.Entries {
		header, err := v.header(t, i).Canonical()
		if err != nil || string(header) != want.CanonicalHeader {
			t.Errorf("header %d: got %s, %v, want %s", i+1, header, err, want.CanonicalHeader)
		}
		body, err := history.CanonicalBody(want.Body)
		if err != nil || string(body) != want.CanonicalBody {
			t.Errorf("body %d: got %s, %v, want %s", i+1, body, err, want.CanonicalBody)
		}
		if got := history.EntryHash(header, body); got != want.Hash {
			t.Errorf("hash %d: got %s, want %s", i+1, got, want.Hash)
		}
		if got := history.EntryHashOf(header, want.BodyHash); got != want.Hash {
			t.Errorf("hash %d of the body's hash: got %s, want %s", i+1, got, want.Hash)
		}
	}
	for _, c := range v.Commitments {
		salt, err := hex.DecodeString(c.Salt)
		if err != nil {
			t.Fatal(err)
		}
		if got := history.Commit(salt, c.Value); got != c.Commitment {
			t.Errorf("commitment to %q under %s: got %s, want %s", c.Value, c.Salt, got, c.Commitment)
		}
	}
}

func TestFrozenEntriesFormAVerifiedDossier(t *testing.T) {
	v := readVectors(t)
	var head history.Head
	var entries []history.Entry
	for i, want := range v.Entries {
		var e history.Entry
		var err error
		e, head, err = history.Append(head, v.header(t, i), []byte(want.CanonicalBody))
		if err != nil {
			t.Fatal(err)
		}
		if e.Hash != want.Hash || e.BodyHash != want.BodyHash || e.PreviousHash != want.Header.PreviousHash {
			t.Errorf("entry %d: got %+v, want hash %s over body hash %s after %s",
				i+1, e, want.Hash, want.BodyHash, want.Header.PreviousHash)
		}
		entries = append(entries, e)
	}
	if head.Hash != v.Head.Hash || strconv.FormatInt(head.N, 10) != v.Head.N {
		t.Errorf("head: got %+v, want %+v", head, v.Head)
	}
	// The last frozen entry erases the body of the first.
	entries[0].Body = nil
	if faults, err := history.VerifyDossier(v.Dossier, head, seq(slices.Clone(entries))); err != nil || len(faults) > 0 {
		t.Errorf("got %v, %v, want no faults", faults, err)
	}
}
