package history

import (
	"crypto/sha256"
	"fmt"
)

// Entry is one step of a dossier as it is kept.
type Entry struct {
	Header
	Body     []byte // canonical bytes; nil where the body was erased
	BodyHash Hash   // H(body), kept when the body is gone
	Hash     Hash   // the entry's own hash
}

// Head is where a dossier stands: the number and hash of its last entry. The
// zero Head is a dossier without entries; where N is 0, Hash is not read.
type Head struct {
	N    int64
	Hash Hash
}

// KindBodyErased is the kind of the entries whose body is an [Erasure].
const KindBodyErased = "bodyErased"

// Erasure is the body of an entry of kind [KindBodyErased]: it lets the body of
// the earlier entry N of the same dossier be absent.
type Erasure struct {
	N int64 `json:"n,string"`
}

// Append is the entry that follows head and the head after it. It sets N,
// PreviousHash and Format itself and keeps h otherwise as it is. It refuses
// with [ErrMalformed] a header that has no canonical form, a body that is not
// what [CanonicalBody] writes, and a head that nothing can follow. A head does
// not name its dossier: reading it from the row of h.Dossier is the caller's,
// and so is the order of RecordedAt.
func Append(head Head, h Header, body []byte) (Entry, Head, error) {
	// A head below zero or at the last int64 makes an N that Canonical refuses.
	h.N, h.PreviousHash, h.Format = head.N+1, head.Hash, Format
	if head.N == 0 {
		h.PreviousHash = Genesis(h.Dossier)
	}
	header, err := h.Canonical()
	if err != nil {
		return Entry{}, head, fmt.Errorf("append to dossier %s: %w", h.Dossier, err)
	}
	// What is not canonical here would stay so for ever.
	if err := checkBody(body); err != nil {
		return Entry{}, head, fmt.Errorf("append to dossier %s: %w", h.Dossier, err)
	}
	e := Entry{Header: h, Body: body, BodyHash: sha256.Sum256(body)}
	e.Hash = EntryHashOf(header, e.BodyHash)
	return e, Head{N: h.N, Hash: e.Hash}, nil
}
