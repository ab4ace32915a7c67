package main

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
)

// TestRankingsAreComputedAgain: what was computed holds, what was changed is found, and
// another envelope gives another ranking.
func TestRankingsAreComputedAgain(t *testing.T) {
	const input = `{
  "call": "cal_1", "budget": "150000.00", "policy": "STOP_AT_FIRST", "aggregation": "MEAN", "minScore": "50.00", "divergenceLimit": 2000,
  "criteria": [{"code": "N1", "max": "100.00", "min": "0.00", "weight": 10000}], "tieBreakers": [], "ruleSets": ["LT@1"], "unverified": [],
  "proposals": [
    {"id": "prp_1", "submittedAt": "2018-05-30T10:00:00Z", "grant": "106999.00", "sheets": [{"points": {"N1": "80.00"}}]},
    {"id": "prp_2", "submittedAt": "2018-05-30T11:00:00Z", "grant": "106999.00", "sheets": [{"points": {"N1": "90.00"}}]}
  ]
}`
	dir := t.TempDir()
	write := func(name, text string) string { return written(t, filepath.Join(dir, name), text) }
	computed := expect(t, exitDone, "ranking", "compute", write("input.json", input)).out
	frozen := write("ranking.json", computed)
	sum := sha256.Sum256([]byte(strings.TrimSuffix(computed, "\n")))
	r := expect(t, exitDone, "ranking", "verify", frozen)
	if !strings.Contains(r.out, "holds: call cal_1, 2 proposals, 1 for funding, 1 on the reserve list") || !strings.Contains(r.out, hex.EncodeToString(sum[:])) {
		t.Errorf("got %q, want it to hold under %x", r.out, sum)
	}
	changed := strings.Replace(computed, `"final":"80.00"`, `"final":"95.00"`, 1)
	if r := expect(t, exitFound, "ranking", "verify", frozen, write("changed.json", changed)); !strings.Contains(r.out, "changed.json does not hold") || !strings.Contains(r.out, "at place 2 stands prp_1, list RESERVE, score 95.00; it gives prp_1, list RESERVE, score 80.00") {
		t.Errorf("got %q, want the place that was changed", r.out)
	}
	more := strings.Replace(computed, `"budget":"150000.00"`, `"budget":"300000.00"`, 1)
	if again := expect(t, exitDone, "ranking", "compute", write("more.json", more)).out; strings.Contains(again, `"list":"RESERVE"`) || again == computed {
		t.Errorf("got %q, want both funded", again)
	}
	if r := expect(t, exitFound, "ranking", "compute", write("wrong.json", strings.Replace(input, "STOP_AT_FIRST", "ANY", 1))); !strings.Contains(r.err, "policy") {
		t.Errorf("got %q, want the policy refused", r.err)
	}
	if r := expect(t, exitFound, "ranking", "compute", write("unread.json", "{")); !strings.Contains(r.err, "unreadable ranking") {
		t.Errorf("got %q, want it unreadable", r.err)
	}
	expect(t, exitRefused, "ranking", "verify", filepath.Join(dir, "nothing.json"))
}
