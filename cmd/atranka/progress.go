package main

import (
	"fmt"
	"io"
)

// progress tells of every tenth part that is done, so that a log stays short.
func progress(w io.Writer, doing, of string) func(done, total int) {
	told := 0
	return func(done, total int) {
		tenth := done * 10 / total
		if tenth > told {
			told = tenth
			fmt.Fprintf(w, "%s: %d %% (%d of %d %s)\n", doing, done*100/total, done, total, of)
		}
	}
}
