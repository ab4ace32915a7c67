package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/atranka/atranka/store/storetest"
)

// TestASQLiteFileMayHaveAnyName: the driver takes a URI, in which some
// characters of a path would end it.
func TestASQLiteFileMayHaveAnyName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "VVG #1, kopija? 50%20.db")
	storetest.Open(t, "sqlite:"+file)
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		t.Errorf("got %v, want the database in the file that was named", err)
	}
}
