package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atranka/atranka/history"
)

// ErrProof is wrapped where a proof does not lead to the root that it is held
// against.
var ErrProof = errors.New("the proof does not hold")

// emptyRoot is the root of a tree without leaves (RFC 6962 §2.1).
var emptyRoot = history.Hash(sha256.Sum256(nil))

// Fold computes the root over leaves that are read once, in memory of the
// logarithm of their number. The zero value has none.
type Fold struct {
	size int64
	// stack are the roots of the full subtrees that the leaves make, the greatest
	// first.
	stack []tlog.Hash
}

// Add appends the hash of an entry and gives the nodes that it completes above
// the leaf, from below. With the leaf before them they are the nodes that a store
// keeps for it, numbered on from [tlog.StoredHashIndex](0, size before).
func (f *Fold) Add(leaf history.Hash) (above []history.Hash) {
	f.stack = append(f.stack, tlog.Hash(leaf))
	for n := f.size; n&1 == 1; n >>= 1 {
		k := len(f.stack) - 2
		f.stack[k] = tlog.NodeHash(f.stack[k], f.stack[k+1])
		f.stack = f.stack[:k+1]
		above = append(above, history.Hash(f.stack[k]))
	}
	f.size++
	return above
}

// Resume is the fold over the first size leaves of a tree whose nodes are kept.
func (n Nodes) Resume(size int64) (Fold, error) {
	f := Fold{size: size}
	var indexes []int64
	var before int64
	for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- { //nolint:gosec // a size is never negative
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, before>>level))
			before += 1 << level
		}
	}
	var err error
	f.stack, err = n.ReadHashes(indexes)
	return f, err
}

// Size is how many leaves were added.
func (f *Fold) Size() int64 { return f.size }

// Root is the root over the leaves so far.
func (f *Fold) Root() history.Hash {
	if len(f.stack) == 0 {
		return emptyRoot
	}
	at := f.stack[len(f.stack)-1]
	for k := len(f.stack) - 2; k >= 0; k-- {
		at = tlog.NodeHash(f.stack[k], at)
	}
	return history.Hash(at)
}

// Nodes gives nodes of a tree by their number, which is that of
// [tlog.StoredHashIndex]; len(indexes) of them or an error.
type Nodes func(indexes []int64) ([]history.Hash, error)

// ReadHashes makes the nodes readable for package tlog.
func (n Nodes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found, err := n(indexes)
	if err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(found))
	for i, h := range found {
		out[i] = tlog.Hash(h)
	}
	return out, nil
}

// Root is the root of the tree of the first size leaves.
func (n Nodes) Root(size int64) (history.Hash, error) {
	if size == 0 {
		return emptyRoot, nil
	}
	h, err := tlog.TreeHash(size, n)
	return history.Hash(h), err
}

// Inclusion is the path that shows the index-th leaf, from 0, in the tree of the
// first size leaves (RFC 6962 §2.1.1).
func (n Nodes) Inclusion(size, index int64) ([]history.Hash, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("prove: no leaf %d in a tree of %d", index, size)
	}
	p, err := tlog.ProveRecord(size, index, n)
	return hashes(p), err
}

// Consistency is the path that shows the tree of the first old leaves in that of
// the first size (RFC 6962 §2.1.2). It is empty where both are the same and
// where old is 0.
func (n Nodes) Consistency(size, old int64) ([]history.Hash, error) {
	switch {
	case old < 0 || old > size:
		return nil, fmt.Errorf("prove: no tree of %d in a tree of %d", old, size)
	case old == 0 || old == size:
		return []history.Hash{}, nil
	}
	p, err := tlog.ProveTree(size, old, n)
	return hashes(p), err
}

func hashes[L ~[]tlog.Hash](in L) []history.Hash {
	out := make([]history.Hash, len(in))
	for i, h := range in {
		out[i] = history.Hash(h)
	}
	return out
}

func tlogHashes(in []history.Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(in))
	for i, h := range in {
		out[i] = tlog.Hash(h)
	}
	return out
}

// CheckInclusion refuses with [ErrProof] a path that does not lead from the
// entry's hash at the index, from 0, to the checkpoint's root.
func CheckInclusion(c Checkpoint, index int64, entry history.Hash, path []history.Hash) error {
	return checkRecord(path, c.Size, c.Root, index, entry)
}

func checkRecord(path []history.Hash, size int64, root history.Hash, index int64, leaf history.Hash) error {
	if index < 0 || index >= size {
		return fmt.Errorf("%w: no leaf %d in a tree of %d", ErrProof, index, size)
	}
	if err := tlog.CheckRecord(tlogHashes(path), size, tlog.Hash(root), index, tlog.Hash(leaf)); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	return nil
}

// CheckConsistency refuses with [ErrProof] a path that does not show the tree of
// the old checkpoint within that of the new one, which are of one log.
func CheckConsistency(old, next Checkpoint, path []history.Hash) error {
	switch {
	case old.Origin != next.Origin:
		return fmt.Errorf("%w: one checkpoint is of %q, the other of %q", ErrProof, old.Origin, next.Origin)
	case old.Size > next.Size:
		return fmt.Errorf("%w: the older checkpoint has %d entries, the newer %d", ErrProof, old.Size, next.Size)
	case old.At > next.At:
		return fmt.Errorf("%w: the older checkpoint is of %s, the newer of %s", ErrProof, old.At, next.At)
	case old.Dossiers > next.Dossiers:
		return fmt.Errorf("%w: the older checkpoint has %d dossiers, the newer %d", ErrProof, old.Dossiers, next.Dossiers)
	case old.Size == 0 || old.Size == next.Size:
		same := old.Size < next.Size && old.Root == emptyRoot && old.Heads == emptyRoot ||
			old.Root == next.Root && old.Dossiers == next.Dossiers && old.Heads == next.Heads
		if !same || len(path) > 0 {
			return fmt.Errorf("%w: two trees of %d entries", ErrProof, old.Size)
		}
		return nil
	}
	if err := tlog.CheckTree(tlogHashes(path), next.Size, tlog.Hash(next.Root), old.Size, tlog.Hash(old.Root)); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	return nil
}

// Proof shows one entry under a signed checkpoint, for whoever has the entry and
// the log's key and nothing else.
type Proof struct {
	Index      int64          // of the entry in the log, from 0
	Path       []history.Hash // see [Nodes.Inclusion]
	Checkpoint []byte         // the signed note
}

// Bytes is the proof in the form of C2SP tlog-proof.
func (p Proof) Bytes() []byte {
	out := proof.TLogProof{Index: uint64(p.Index), Checkpoint: p.Checkpoint} //nolint:gosec // an index is never negative
	for _, h := range p.Path {
		out.Hashes = append(out.Hashes, h)
	}
	return out.Marshal()
}

// maxProof is the greatest number of bytes of a proof: a path of 64 hashes and
// a note.
const maxProof = MaxNote + 64*64

// ParseProof reads what [Proof.Bytes] writes and refuses every other byte
// string with [ErrMalformed], one with extra data too.
func ParseProof(b []byte) (Proof, error) {
	if len(b) > maxProof {
		return Proof{}, fmt.Errorf("%w: proof of %d bytes, want at most %d", ErrMalformed, len(b), maxProof)
	}
	var in proof.TLogProof
	if err := in.Unmarshal(b); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	p := Proof{Index: int64(in.Index), Checkpoint: in.Checkpoint} //nolint:gosec // held to its spelling below
	for _, h := range in.Hashes {
		p.Path = append(p.Path, h)
	}
	if p.Index < 0 || !bytes.Equal(p.Bytes(), b) {
		return Proof{}, fmt.Errorf("%w: proof is not in its one spelling", ErrMalformed)
	}
	return p, nil
}

// Check opens the checkpoint with the log's keys and refuses a proof that does
// not show the entry under it. It gives the checkpoint.
func (p Proof) Check(entry history.Hash, keys ...note.Verifier) (Checkpoint, error) {
	c, err := Open(p.Checkpoint, keys...)
	if err != nil {
		return Checkpoint{}, err
	}
	return c, CheckInclusion(c, p.Index, entry, p.Path)
}
