package seal_test

import (
	"errors"
	"testing"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/ident"
)

func TestADossierIsSealedInItsOwnOrder(t *testing.T) {
	l, err := seal.NewLog("log", seal.Fold{}, seal.Heads{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	first := l.Checkpoint(5)
	one, two := history.Hash{1}, history.Hash{2}
	for i, e := range []struct {
		dossier        ident.ID
		n              int64
		previous, hash history.Hash
		refused        bool
	}{
		{"prp_1", 2, one, two, true},
		{"prp_1", 1, one, two, true},
		{"prp_1", 1, history.Genesis("prp_1"), one, false},
		{"prp_1", 1, history.Genesis("prp_1"), one, true},
		{"cal_1", 1, history.Genesis("prp_1"), two, true},
		{"cal_1", 1, history.Genesis("cal_1"), two, false},
		{"prp_1", 3, one, two, true},
		{"prp_1", 2, two, two, true},
		{"prp_1", 2, one, two, false},
	} {
		before := l.Checkpoint(6)
		_, err := l.Append(e.dossier, e.n, e.previous, e.hash)
		if e.refused != errors.Is(err, seal.ErrNotNext) || !e.refused && err != nil {
			t.Errorf("%d: got %v, want it refused %t", i, err, e.refused)
		}
		if after := l.Checkpoint(6); e.refused && after != before || !e.refused && after.Size != before.Size+1 {
			t.Errorf("%d: got %+v after %+v", i, after, before)
		}
	}
	if got := l.Head("prp_1"); got != (history.Head{N: 2, Hash: two}) || l.Head("prp_2") != (history.Head{}) || l.Size() != 3 {
		t.Errorf("got head %v of %d", got, l.Size())
	}
	// The clock of another server may be behind.
	last := l.Checkpoint(4)
	if last.At != 6 || last.Dossiers != 2 {
		t.Errorf("got %+v", last)
	}
	if err := seal.CheckConsistency(first, last, nil); err != nil {
		t.Errorf("nothing is within everything: %v", err)
	}
}

func TestALogThatCannotBe(t *testing.T) {
	var f seal.Fold
	var h seal.Heads
	if _, err := seal.NewLog("", f, h, 0); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("without a name: got %v, want %v", err, seal.ErrMalformed)
	}
	f.Add(history.Hash{1})
	if _, err := seal.NewLog("log", f, h, 0); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("an entry of no dossier: got %v, want %v", err, seal.ErrMalformed)
	}
	h.Set("prp_1", history.Head{N: 1})
	if _, err := seal.NewLog("log", seal.Fold{}, h, 0); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("a dossier of no entry: got %v, want %v", err, seal.ErrMalformed)
	}
	l, err := seal.NewLog("log", f, h, 9)
	if err != nil || l.Checkpoint(3).At != 9 || l.Size() != 1 {
		t.Errorf("got %v, %v, want it to go on from 9", l, err)
	}
}
