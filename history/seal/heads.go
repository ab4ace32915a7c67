package seal

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// HeadLeaf is the hash of the head of a dossier in the tree of heads: the
// RFC 6962 leaf over the dossier's id, the number of its last sealed entry and
// that entry's hash in hexadecimal, each on a line of its own.
func HeadLeaf(dossier ident.ID, h history.Head) history.Hash {
	b := make([]byte, 0, 128)
	b = append(append(b, dossier...), '\n')
	b = append(strconv.AppendInt(b, h.N, 10), '\n')
	b = append(append(b, h.Hash.String()...), '\n')
	return history.Hash(tlog.RecordHash(b))
}

// Heads is the tree over the heads of all dossiers, sorted by the bytes of
// their ids, so that one proof shows where a dossier ends and two neighbours
// that there is none between them. The zero value has no dossiers. Its root is
// that of RFC 6962 §2.1; of no dossiers it is the hash of nothing.
//
// It is not safe for use from several goroutines.
type Heads struct {
	ids   []ident.ID
	heads []history.Head
	// levels[0] are the leaves; a node without a sibling stands a level up as it is.
	levels [][]history.Hash
	// stale are leaves that changed since levels were made; from is the first
	// that moved, len(ids) where none did.
	stale []int
	from  int
}

// Len is the number of dossiers.
func (t *Heads) Len() int { return len(t.ids) }

// Head is where the dossier stands, and false where it is not there.
func (t *Heads) Head(dossier ident.ID) (history.Head, bool) {
	i, found := slices.BinarySearch(t.ids, dossier)
	if !found {
		return history.Head{}, false
	}
	return t.heads[i], true
}

// All calls f with every dossier by id.
func (t *Heads) All(f func(ident.ID, history.Head) bool) {
	for i, id := range t.ids {
		if !f(id, t.heads[i]) {
			return
		}
	}
}

// Set puts the head of a dossier in the place of the one that it had.
func (t *Heads) Set(dossier ident.ID, h history.Head) {
	i, found := slices.BinarySearch(t.ids, dossier)
	if len(t.levels) == 0 {
		t.levels = [][]history.Hash{nil}
	}
	if found {
		t.heads[i] = h
		t.levels[0][i] = HeadLeaf(dossier, h)
		t.stale = append(t.stale, i)
		return
	}
	if t.from == len(t.ids) || i < t.from {
		t.from = i
	}
	t.ids = slices.Insert(t.ids, i, dossier)
	t.heads = slices.Insert(t.heads, i, h)
	t.levels[0] = slices.Insert(t.levels[0], i, HeadLeaf(dossier, h))
}

// Root is the root over what is set. It computes what changed since it was
// asked last: a path for each dossier, and all behind a new one.
func (t *Heads) Root() history.Hash {
	t.fold()
	if len(t.ids) == 0 {
		return emptyRoot
	}
	return t.levels[len(t.levels)-1][0]
}

func (t *Heads) fold() {
	stale, from := t.stale, t.from
	for k := 0; k < len(t.levels) && len(t.levels[k]) > 1; k++ {
		below := t.levels[k]
		if k+1 == len(t.levels) {
			t.levels = append(t.levels, nil)
		}
		n := (len(below) + 1) / 2
		for i, at := range stale {
			stale[i] = at / 2
		}
		stale, from = slices.Compact(sorted(stale)), from/2
		t.levels[k+1] = slices.Grow(t.levels[k+1], max(0, n-len(t.levels[k+1])))[:n]
		for _, at := range stale {
			if at < from {
				t.levels[k+1][at] = parent(below, at)
			}
		}
		for at := from; at < n; at++ {
			t.levels[k+1][at] = parent(below, at)
		}
	}
	t.stale, t.from = t.stale[:0], len(t.ids)
}

func sorted(list []int) []int {
	slices.SortFunc(list, cmp.Compare[int])
	return list
}

// parent is the node above the at-th pair, or the one node that has no pair.
func parent(below []history.Hash, at int) history.Hash {
	if 2*at+1 == len(below) {
		return below[2*at]
	}
	return history.Hash(tlog.NodeHash(tlog.Hash(below[2*at]), tlog.Hash(below[2*at+1])))
}

// HeadProof shows where a dossier ends under a checkpoint.
type HeadProof struct {
	Dossier ident.ID       `json:"dossier"`
	N       int64          `json:"n,string"`
	Hash    history.Hash   `json:"hash"`
	Index   int64          `json:"index,string"` // of the head among all by id
	Path    []history.Hash `json:"path"`         // siblings from the leaf up
}

// Prove shows the head of the dossier against [Heads.Root], and false where the
// dossier is not there.
func (t *Heads) Prove(dossier ident.ID) (HeadProof, bool) {
	i, found := slices.BinarySearch(t.ids, dossier)
	if !found {
		return HeadProof{}, false
	}
	t.fold()
	p := HeadProof{Dossier: dossier, N: t.heads[i].N, Hash: t.heads[i].Hash, Index: int64(i), Path: []history.Hash{}}
	for _, level := range t.levels[:len(t.levels)-1] {
		if sibling := i ^ 1; sibling < len(level) {
			p.Path = append(p.Path, level[sibling])
		}
		i /= 2
	}
	return p, true
}

// Check refuses a proof that does not lead to the checkpoint's heads.
func (p HeadProof) Check(c Checkpoint) error {
	leaf := HeadLeaf(p.Dossier, history.Head{N: p.N, Hash: p.Hash})
	if err := checkRecord(p.Path, c.Dossiers, c.Heads, p.Index, leaf); err != nil {
		return fmt.Errorf("head of %s: %w", p.Dossier, err)
	}
	return nil
}
