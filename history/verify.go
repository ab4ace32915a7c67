package history

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/atranka/atranka/ident"
)

// FaultKind says what is wrong with an entry. Kinds are only ever added.
type FaultKind string

// The kinds of a [Fault].
const (
	Edited       FaultKind = "EDITED"        // it is not what its hash, or the next entry, says it was
	Removed      FaultKind = "REMOVED"       // it is missing, and later entries stand
	Inserted     FaultKind = "INSERTED"      // it does not belong where it stands
	Reordered    FaultKind = "REORDERED"     // it stands after a later entry
	Forked       FaultKind = "FORKED"        // two entries follow the same one
	Truncated    FaultKind = "TRUNCATED"     // it and all after it are missing
	HeadMismatch FaultKind = "HEAD_MISMATCH" // the last entry is not the one the head names
	BodyMissing  FaultKind = "BODY_MISSING"  // its body is absent and no later entry erased it
	BodyEdited   FaultKind = "BODY_EDITED"   // its body is not the one that was hashed
	Malformed    FaultKind = "MALFORMED"     // it has no canonical form
)

// Fault is an entry of a dossier that does not hold. N is the number at which
// the entry stands or should stand, which for an edited number is not the one
// it claims.
type Fault struct {
	Dossier ident.ID
	N       int64
	Kind    FaultKind
	Detail  string
}

// String is the fault in one line.
func (f Fault) String() string {
	return fmt.Sprintf("%s %s/%d: %s", f.Kind, f.Dossier, f.N, f.Detail)
}

// MaxFaults is how many faults end a verification: one is enough to refuse a
// dossier, and a thousand tell no more about where to look than a hundred.
const MaxFaults = 100

// VerifyDossier reads the entries of a dossier in the order of their numbers
// and gives every fault in ascending order of N, the first being the first
// entry that does not hold; none means that the entries are those that led to
// head. Faults that only follow from another are left out as far as that can
// be told. After [MaxFaults] it reads no further. A body is checked by its hash
// alone; only an [Erasure] is also read.
//
// An error that wraps [ErrMalformed], as of [ParseHeader], is a fault of its
// entry; any other ends the verification and is returned with the faults found
// so far. Memory does not grow with the number of entries, only with the
// number of absent bodies whose erasure was not read yet.
func VerifyDossier(dossier ident.ID, head Head, entries iter.Seq2[Entry, error]) ([]Fault, error) {
	v := verifier{dossier: dossier, head: head, next: 1, at: Genesis(dossier), absent: map[int64]bool{}}
	for e, err := range entries {
		if err != nil && !errors.Is(err, ErrMalformed) {
			return v.sorted(), fmt.Errorf("verify dossier %s at entry %d: %w", dossier, v.next, err)
		}
		v.entry(&e, err)
		if v.full() {
			return v.sorted(), nil
		}
	}
	v.end()
	return v.sorted(), nil
}

// gap is a run of numbers that were not read yet; fault is where v.faults
// reports it.
type gap struct {
	first, last int64
	fault       int
}

type verifier struct {
	dossier ident.ID
	head    Head

	next     int64 // the number due
	at       Hash  // of the entry before it; zero, which no entry hashes to, if unknown
	before   Hash  // of the entry before that one, likewise
	previous Hash  // what the entry before next names as its previous hash
	doubt    int   // 1 + the fault explained if that entry was inserted, or 0

	gaps   []gap
	absent map[int64]bool // entries without a body that no erasure named yet
	faults []Fault
	buf    []byte
}

func (v *verifier) report(n int64, kind FaultKind, format string, args ...any) {
	v.faults = append(v.faults, Fault{Dossier: v.dossier, N: n, Kind: kind, Detail: fmt.Sprintf(format, args...)})
}

func (v *verifier) full() bool { return len(v.faults) >= MaxFaults }

func (v *verifier) sorted() []Fault {
	slices.SortStableFunc(v.faults, func(a, b Fault) int { return cmp.Compare(a.N, b.N) })
	return v.faults[:min(len(v.faults), MaxFaults)]
}

func (v *verifier) entry(e *Entry, err error) {
	if err == nil {
		err = e.validate()
	}
	switch {
	case err != nil:
		v.broken(Malformed, err.Error())
	case v.hash(e) != e.Hash:
		v.broken(Edited, "header, body hash and entry hash do not agree")
	case e.Dossier != v.dossier:
		v.report(v.next, Inserted, "it is entry %d of dossier %s", e.N, e.Dossier)
	case e.N > v.head.N:
		v.report(e.N, Inserted, "it stands after the head, which is entry %d", v.head.N)
	case e.N < v.next:
		v.late(e)
	case e.N > v.next:
		v.early(e)
	default:
		v.due(e)
	}
}

func (v *verifier) hash(e *Entry) Hash {
	v.buf = e.appendTo(append(v.buf[:0], leafPrefix))
	v.buf = append(v.buf, e.BodyHash[:]...)
	return sha256.Sum256(v.buf)
}

// broken takes the entry for the one that is due: the number that an entry
// which does not hold claims for itself is worth nothing.
func (v *verifier) broken(kind FaultKind, detail string) {
	v.report(v.next, kind, "%s", detail)
	v.take(Hash{}, Hash{})
	v.doubt = len(v.faults)
}

func (v *verifier) take(hash, previous Hash) {
	v.before, v.at, v.previous = v.at, hash, previous
	v.next++
	v.doubt = 0
}

func (v *verifier) due(e *Entry) {
	linked := v.at == (Hash{}) || v.at == e.PreviousHash
	v.take(e.Hash, e.PreviousHash)
	if !linked {
		v.unlinked(e.N)
	}
	v.body(e)
}

// unlinked blames the entry before n: whoever edits an entry and computes its
// hash anew is betrayed by the entry after it.
func (v *verifier) unlinked(n int64) {
	if n == 1 {
		v.report(n, Edited, "its previous hash is not that of the start of the dossier")
	} else {
		v.report(n-1, Edited, "entry %d names another hash as the previous one", n)
	}
	v.doubt = len(v.faults)
}

func (v *verifier) early(e *Entry) {
	first, last := v.next, e.N-1
	v.report(first, Removed, "%d missing before entry %d", e.N-first, e.N)
	v.gaps = append(v.gaps, gap{first: first, last: last, fault: len(v.faults) - 1})
	v.next = e.N
	v.take(e.Hash, e.PreviousHash)
	v.body(e)
}

func (v *verifier) late(e *Entry) {
	i := slices.IndexFunc(v.gaps, func(g gap) bool { return g.first <= e.N && e.N <= g.last })
	switch {
	case i >= 0:
		f := &v.faults[v.gaps[i].fault]
		f.Kind, f.Detail = Reordered, fmt.Sprintf("entry %d stands after entry %d", e.N, v.gaps[i].last+1)
		v.body(e)
	case e.N == v.next-1:
		v.second(e)
	default:
		v.report(e.N, Inserted, "an entry of this number stands already")
	}
}

// second judges the second entry of the number read last.
func (v *verifier) second(e *Entry) {
	if v.doubt > 0 && e.PreviousHash == v.before {
		v.faults[v.doubt-1] = Fault{
			Dossier: v.dossier, N: e.N, Kind: Inserted,
			Detail: "it stands before the entry of this number that follows the previous one",
		}
		v.doubt, v.at, v.previous = 0, e.Hash, e.PreviousHash
		v.body(e)
		return
	}
	if e.Hash != v.at && e.PreviousHash == v.previous {
		v.report(e.N, Forked, "two entries of this number follow the same one")
	} else {
		v.report(e.N, Inserted, "an entry of this number stands already")
	}
	// Either may be the one that the next entry names.
	v.at = Hash{}
}

func (v *verifier) body(e *Entry) {
	switch {
	case e.Body == nil:
		v.absent[e.N] = true
	case sha256.Sum256(e.Body) != e.BodyHash:
		v.report(e.N, BodyEdited, "the body does not hash to the body hash of its entry")
	case e.Kind == KindBodyErased:
		v.erasure(e)
	}
}

func (v *verifier) erasure(e *Entry) {
	var erased Erasure
	if err := json.Unmarshal(e.Body, &erased); err != nil || erased.N < 1 || erased.N >= e.N {
		v.report(e.N, Malformed, "the erasure names no earlier entry")
		return
	}
	delete(v.absent, erased.N)
}

func (v *verifier) end() {
	switch last := v.next - 1; {
	case v.head.N < 0:
		v.report(v.head.N, HeadMismatch, "no dossier has such a head")
	case last < v.head.N:
		v.report(v.next, Truncated, "the head is entry %d, the last one read is %d", v.head.N, last)
	case last == v.head.N && last > 0 && v.at != (Hash{}) && v.at != v.head.Hash:
		v.report(last, HeadMismatch, "the entry hashes to %s, the head is %s", v.at, v.head.Hash)
	}
	for n := range v.absent {
		v.report(n, BodyMissing, "the body is absent and no later entry that holds erased it")
	}
}
