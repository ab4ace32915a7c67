// Package cite owns how a row says where its values were read: the line of a
// source, field by field. It is apart from the domain so that the generated
// client and the API can hold it without the engine. It knows neither sources
// nor rows; start at [Sorted].
package cite

import (
	"maps"
	"slices"
)

// Line is where the value of one field was read: the line of the row's source,
// counted from 1, or 0 where the source has none. An item of a list that has a
// line of its own is named by its place: aims.0.
type Line struct {
	Field string `json:"field"`
	Line  int    `json:"line"`
}

// Sorted are the lines of the fields in the order of their names, so that the
// same lines are the same bytes.
func Sorted(byField map[string]int) []Line {
	out := make([]Line, 0, len(byField))
	for _, field := range slices.Sorted(maps.Keys(byField)) {
		out = append(out, Line{field, byField[field]})
	}
	return out
}
