package seal_test

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
)

// tree keeps the nodes of a log in memory, as a store keeps them.
type tree struct {
	fold  seal.Fold
	nodes []history.Hash
}

func (t *tree) read(indexes []int64) ([]history.Hash, error) {
	out := make([]history.Hash, len(indexes))
	for i, at := range indexes {
		if at < 0 || at >= int64(len(t.nodes)) {
			return nil, fmt.Errorf("no node %d", at)
		}
		out[i] = t.nodes[at]
	}
	return out, nil
}

// grow adds a leaf, and holds what the fold makes of it against package tlog.
func (t *tree) grow(tb testing.TB, leaf history.Hash) {
	tb.Helper()
	size := t.fold.Size()
	if want := tlog.StoredHashIndex(0, size); int64(len(t.nodes)) != want {
		tb.Fatalf("the first node of leaf %d has number %d, want %d", size, len(t.nodes), want)
	}
	want, err := tlog.StoredHashesForRecordHash(size, tlog.Hash(leaf), seal.Nodes(t.read))
	if err != nil {
		tb.Fatal(err)
	}
	added := append([]history.Hash{leaf}, t.fold.Add(leaf)...)
	for i := range max(len(want), len(added)) {
		if len(want) != len(added) || tlog.Hash(added[i]) != want[i] {
			tb.Fatalf("leaf %d adds %v, want %v", size, added, want)
		}
	}
	t.nodes = append(t.nodes, added...)
	again, err := seal.Nodes(t.read).Resume(size + 1)
	if err != nil || again.Size() != size+1 || again.Root() != t.fold.Root() {
		tb.Fatalf("resumed at %d: got %s, %v, want %s", size+1, again.Root(), err, t.fold.Root())
	}
}

// TestPublishedVectors are those of Certificate Transparency, by which every
// implementation of RFC 6962 is held.
func TestPublishedVectors(t *testing.T) {
	var made tree
	roots := testonly.RootHashes()
	for i, in := range testonly.LeafInputs() {
		leaf := history.Hash(tlog.RecordHash(in))
		if got, want := leaf[:], testonly.NodeHashes()[0][i]; !bytes.Equal(got, want) {
			t.Errorf("leaf %d: got %x, want %x", i, got, want)
		}
		made.grow(t, leaf)
		root, err := seal.Nodes(made.read).Root(int64(i) + 1)
		if err != nil || !bytes.Equal(root[:], roots[i+1]) || made.fold.Root() != root {
			t.Errorf("root of %d: got %x and, folded, %x, %v, want %x", i+1, root, made.fold.Root(), err, roots[i+1])
		}
	}
	var none seal.Fold
	empty, err := seal.Nodes(made.read).Root(0)
	if got := none.Root(); err != nil || got != empty || !bytes.Equal(got[:], roots[0]) {
		t.Errorf("root of nothing: got %x and %x, want %x", got, empty, roots[0])
	}
}

// TestAnEntryIsALeaf ties the hash of an entry to the tree: whoever has the
// header and the body needs no other rule.
func TestAnEntryIsALeaf(t *testing.T) {
	header, body := []byte(`{"n":"1"}`), []byte(`{}`)
	bodyHash := crypto.SHA256.New()
	bodyHash.Write(body)
	if got, want := history.EntryHash(header, body), history.Hash(tlog.RecordHash(bodyHash.Sum(header))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestProofsOfEveryTree holds the proofs of all trees up to a hundred entries
// against another implementation, both ways, and sees every proof fail when any
// one hash of it, the leaf or a root is changed.
func TestProofsOfEveryTree(t *testing.T) {
	const most = 100
	hasher := rfc6962.New(crypto.SHA256)
	theirs := testonly.New(hasher)
	var ours tree
	leaves := make([]history.Hash, most)
	for i := range leaves {
		leaves[i] = history.EntryHash(fmt.Appendf(nil, `{"n":"%d"}`, i), nil)
		ours.grow(t, leaves[i])
		theirs.Append(leaves[i][:])
	}
	nodes := seal.Nodes(ours.read)
	for size := int64(1); size <= most; size++ {
		root, err := nodes.Root(size)
		if err != nil || !bytes.Equal(root[:], theirs.HashAt(uint64(size))) {
			t.Fatalf("root of %d: got %x, %v, want %x", size, root, err, theirs.HashAt(uint64(size)))
		}
		c := seal.Checkpoint{Origin: "log", Size: size, Root: root, Dossiers: 1}
		for index := range size {
			path, err := nodes.Inclusion(size, index)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyInclusion(hasher, uint64(index), uint64(size), leaves[index][:], raw(path), root[:]); err != nil {
				t.Errorf("theirs refuses leaf %d of %d: %v", index, size, err)
			}
			again, err := theirs.InclusionProof(uint64(index), uint64(size))
			if err != nil || !same(raw(path), again) {
				t.Errorf("leaf %d of %d: got %x, %v, theirs is %x", index, size, path, err, again)
			}
			check := func() error { return seal.CheckInclusion(c, index, leaves[index], path) }
			holds(t, check, path, &c.Root, &leaves[index])
		}
		for old := range size + 1 {
			consistent(t, nodes, hasher, theirs, c, old)
		}
	}
}

func consistent(t *testing.T, nodes seal.Nodes, hasher *rfc6962.Hasher, theirs *testonly.Tree, c seal.Checkpoint, old int64) {
	t.Helper()
	before := seal.Checkpoint{Origin: "log", Size: old, Heads: c.Heads, Dossiers: min(old, 1)}
	var err error
	if before.Root, err = nodes.Root(old); err != nil {
		t.Fatal(err)
	}
	if old == 0 {
		before.Heads = before.Root
	}
	path, err := nodes.Consistency(c.Size, old)
	if err != nil {
		t.Fatal(err)
	}
	if old > 0 {
		if err := proof.VerifyConsistency(hasher, uint64(old), uint64(c.Size), raw(path), before.Root[:], c.Root[:]); err != nil {
			t.Errorf("theirs refuses %d within %d: %v", old, c.Size, err)
		}
	}
	again, err := theirs.ConsistencyProof(uint64(old), uint64(c.Size))
	if err != nil || !same(raw(path), again) {
		t.Errorf("%d within %d: got %x, %v, theirs is %x", old, c.Size, path, err, again)
	}
	roots := []*history.Hash{&before.Root}
	if old > 0 {
		roots = append(roots, &c.Root)
	}
	check := func() error { return seal.CheckConsistency(before, c, path) }
	holds(t, check, path, roots...)
}

// holds wants the check to pass, and to fail once any one of the hashes is
// another.
func holds(t *testing.T, check func() error, path []history.Hash, others ...*history.Hash) {
	t.Helper()
	if err := check(); err != nil {
		t.Errorf("got %v, want it to hold", err)
	}
	for i := range path {
		others = append(others, &path[i])
	}
	for i, h := range others {
		h[i%len(h)] ^= 1
		if err := check(); !errors.Is(err, seal.ErrProof) {
			t.Errorf("with hash %d changed: got %v, want %v", i, err, seal.ErrProof)
		}
		h[i%len(h)] ^= 1
	}
}

func raw(path []history.Hash) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}

func same(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func TestProofsOfWhatIsNotThereAreRefused(t *testing.T) {
	var made tree
	leaf := history.Genesis("prp_1")
	made.grow(t, leaf)
	nodes := seal.Nodes(made.read)
	for _, at := range [][2]int64{{1, 1}, {1, -1}, {0, 0}} {
		if _, err := nodes.Inclusion(at[0], at[1]); err == nil {
			t.Errorf("leaf %d of %d was shown", at[1], at[0])
		}
	}
	for _, at := range [][2]int64{{1, 2}, {1, -1}} {
		if _, err := nodes.Consistency(at[0], at[1]); err == nil {
			t.Errorf("a tree of %d within %d was shown", at[1], at[0])
		}
	}
	root, err := nodes.Root(1)
	if err != nil {
		t.Fatal(err)
	}
	now := seal.Checkpoint{Origin: "log", Size: 1, Root: root, Dossiers: 1, At: 7}
	for index, c := range map[int64]seal.Checkpoint{-1: now, 1: now, 0: {}} {
		if err := seal.CheckInclusion(c, index, leaf, nil); !errors.Is(err, seal.ErrProof) {
			t.Errorf("index %d of %d: got %v, want %v", index, c.Size, err, seal.ErrProof)
		}
	}
	for name, change := range map[string]func(*seal.Checkpoint){
		"another log":    func(c *seal.Checkpoint) { c.Origin = "other" },
		"a greater tree": func(c *seal.Checkpoint) { c.Size = 2 },
		"a later one":    func(c *seal.Checkpoint) { c.At = 8 },
		"more dossiers":  func(c *seal.Checkpoint) { c.Dossiers = 2 },
		"other heads":    func(c *seal.Checkpoint) { c.Heads[0] = 1 },
		"another root":   func(c *seal.Checkpoint) { c.Root[0] ^= 1 },
	} {
		old := now
		change(&old)
		if err := seal.CheckConsistency(old, now, nil); !errors.Is(err, seal.ErrProof) {
			t.Errorf("%s: got %v, want %v", name, err, seal.ErrProof)
		}
	}
	if err := seal.CheckConsistency(now, now, []history.Hash{leaf}); !errors.Is(err, seal.ErrProof) {
		t.Errorf("a path from a tree to itself: got %v, want %v", err, seal.ErrProof)
	}
}

// TestHeadsAreTheTreeOverTheSorted builds the tree of heads in every order of
// some drawn ones and holds it against the tree over the sorted leaves.
func TestHeadsAreTheTreeOverTheSorted(t *testing.T) {
	hasher := rfc6962.New(crypto.SHA256)
	const most = 100
	for step := range 7 { // 1, 3, 5 … are prime to 100's neighbours: other orders of the same dossiers
		var heads seal.Heads
		set := map[ident.ID]history.Head{}
		for k := range most {
			id := ident.ID(fmt.Sprintf("prp_%03d", (k*(2*step+1)*37)%101))
			h := history.Head{N: int64(k + 1), Hash: history.Genesis(id)}
			heads.Set(id, h)
			set[id] = h
			if k%3 == 0 { // asked in between, and one that is there moves on
				heads.Root()
				h.N += 1000
				heads.Set(id, h)
				set[id] = h
			}
			want := testonly.New(hasher)
			var order []ident.ID
			heads.All(func(id ident.ID, h history.Head) bool {
				if h != set[id] || len(order) > 0 && id <= order[len(order)-1] {
					t.Fatalf("%s has %v after %v, want %v", id, h, order, set[id])
				}
				order = append(order, id)
				leaf := seal.HeadLeaf(id, h)
				want.Append(leaf[:])
				return true
			})
			if root := heads.Root(); !bytes.Equal(root[:], want.Hash()) || heads.Len() != len(set) || len(order) != len(set) {
				t.Fatalf("order %d, %d dossiers: got %x, want %x", step, len(set), root, want.Hash())
			}
		}
	}
}

func TestAHeadIsProved(t *testing.T) {
	var heads seal.Heads
	if _, there := heads.Prove("prp_1"); there || heads.Len() != 0 {
		t.Error("nothing was proved")
	}
	var none seal.Fold
	if heads.Root() != none.Root() {
		t.Errorf("no dossiers: got %s, want %s", heads.Root(), none.Root())
	}
	for k := range 100 {
		heads.Set(ident.ID(fmt.Sprintf("prp_%02d", k*7%100)), history.Head{N: int64(k + 1), Hash: history.Genesis("x")})
		c := seal.Checkpoint{Size: 1000, Dossiers: int64(heads.Len()), Heads: heads.Root()}
		heads.All(func(id ident.ID, h history.Head) bool {
			p, there := heads.Prove(id)
			if !there || p.N != h.N || p.Hash != h.Hash {
				t.Fatalf("%s: got %v, %t", id, p, there)
			}
			holds(t, func() error { return p.Check(c) }, p.Path, &c.Heads, &p.Hash)
			p.N--
			if err := p.Check(c); !errors.Is(err, seal.ErrProof) {
				t.Errorf("a dossier that ends an entry earlier: got %v, want %v", err, seal.ErrProof)
			}
			return true
		})
	}
	if _, there := heads.Prove("prp_x"); there {
		t.Error("a dossier that is not there was proved")
	}
	if h, there := heads.Head("prp_07"); !there || h.N != 2 {
		t.Errorf("got %v, %t, want the second", h, there)
	}
	if _, there := heads.Head("prp_x"); there {
		t.Error("a dossier that is not there has a head")
	}
}

// TestOneHeadCostsAPath counts that a dossier that moved is not paid for with
// the whole tree.
func TestOneHeadCostsAPath(t *testing.T) {
	var heads seal.Heads
	for k := range 1000 {
		heads.Set(ident.ID(fmt.Sprintf("prp_%04d", k)), history.Head{N: 1})
	}
	heads.Root()
	if n := testing.AllocsPerRun(100, func() {
		heads.Set("prp_0500", history.Head{N: 2})
		heads.Root()
	}); n > 8 {
		t.Errorf("%g allocations for a dossier that moved, want at most 8", n)
	}
}

// BenchmarkHeads is a checkpoint among ten thousand dossiers of which one moved
// and, beside it, one is new.
func BenchmarkHeads(b *testing.B) {
	var heads seal.Heads
	for k := range 10_000 {
		heads.Set(ident.ID(fmt.Sprintf("prp_%05d", k)), history.Head{N: 1})
	}
	b.Run("moved", func(b *testing.B) {
		for b.Loop() {
			heads.Set("prp_05000", history.Head{N: 2})
			heads.Root()
		}
	})
	b.Run("new", func(b *testing.B) {
		k := 0
		for b.Loop() {
			heads.Set(ident.ID(fmt.Sprintf("prp_05000_%d", k)), history.Head{N: 1})
			heads.Root()
			k++
		}
	})
}
