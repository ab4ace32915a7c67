package workflow

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/atranka/atranka/ident"
)

// ContentChange is a field that two versions of a proposal have differently.
type ContentChange struct {
	Record string // such as Proposal, or BudgetLine
	Line   int    // among those of its kind, from 1; 0 for the proposal's own
	Field  string
	Was    *string // nil where the version has no such field, as JSON where it is no text
	Is     *string
}

// uncompared are fields that say where a row belongs, and not what was proposed.
var uncompared = []string{"lagId", "proposalId", "version", "ordinal"}

// Differences are the fields in which two versions of a content differ, as [freezeContent]
// kept their bytes: the proposal's own first, then line by line. Lines are held against each
// other by their places, for each version has rows of its own. The error is of bytes that
// hold no content.
func Differences(proposal ident.ID, was, is []byte) ([]ContentChange, error) {
	before, err := contentOf(proposal, was)
	if err != nil {
		return nil, err
	}
	after, err := contentOf(proposal, is)
	if err != nil {
		return nil, err
	}
	var out []ContentChange
	for _, at := range slices.SortedFunc(maps.Keys(union(before, after)), recordAt.compare) {
		for _, field := range slices.Sorted(maps.Keys(union(before[at], after[at]))) {
			x, had := before[at][field]
			y, has := after[at][field]
			if x == y && had == has || slices.Contains(uncompared, field) {
				continue
			}
			c := ContentChange{Record: at.record, Line: at.line, Field: field}
			if had {
				c.Was = &x
			}
			if has {
				c.Is = &y
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// recordAt is a record of a content.
type recordAt struct {
	record string
	line   int
}

// compare puts the proposal's own first.
func (p recordAt) compare(q recordAt) int {
	own := func(x recordAt) int { return min(x.line, 1) }
	if d := own(p) - own(q); d != 0 {
		return d
	}
	if d := strings.Compare(p.record, q.record); d != 0 {
		return d
	}
	return p.line - q.line
}

// contentOf are the fields of each record of a version.
func contentOf(proposal ident.ID, text []byte) (map[recordAt]map[string]string, error) {
	var records []ChangeRecord
	if err := json.Unmarshal(text, &records); err != nil {
		return nil, fmt.Errorf("read a version of %s: %w", proposal, err)
	}
	out := map[recordAt]map[string]string{}
	lines := map[string]int{}
	for _, r := range records {
		at := recordAt{record: r.Type}
		if r.ID != proposal {
			lines[r.Type]++
			at.line = lines[r.Type]
		}
		fields := make(map[string]string, len(r.Set))
		for name, v := range r.Set {
			switch v := v.(type) {
			case nil:
			case string:
				fields[name] = v
			default:
				b, err := json.Marshal(v)
				if err != nil {
					return nil, fmt.Errorf("read a version of %s: %w", proposal, err)
				}
				fields[name] = string(b)
			}
		}
		out[at] = fields
	}
	return out, nil
}

// union has the keys of both.
func union[K comparable, V any](a, b map[K]V) map[K]struct{} {
	out := make(map[K]struct{}, len(a)+len(b))
	for k := range a {
		out[k] = struct{}{}
	}
	for k := range b {
		out[k] = struct{}{}
	}
	return out
}
