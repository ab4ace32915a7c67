package minutes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Difference is one thing that the record has otherwise than what was signed.
type Difference struct {
	// Item is the item that it is about, 0 where it is about the meeting or its seats.
	Item int
	// Record names what differs: the meeting, a seat, an item or a decision.
	Record string
	// Field is as the text names it, such as "arrivedAt" or "cast.for".
	Field string
	// Was is the value that was signed, Is that of the record; "" for none.
	Was, Is string
}

// maxDifferences bounds the answer: whoever reads a hundred reads no more of them.
const maxDifferences = 100

// Differences are what the record now has otherwise than was signed, the meeting's
// and its seats' first, then by item; at most a hundred. The salt and what came with
// the signatures is not compared: no row has it.
func (m Minutes) Differences(now Minutes) ([]Difference, error) {
	now.Salt, now.Signing, now.Format, m.Format = m.Salt, m.Signing, Format, Format
	was, err := leaves(m)
	if err != nil {
		return nil, err
	}
	is, err := leaves(now)
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	for _, x := range slices.Concat(now.Items, m.Items) {
		places[x.ID] = x.Ordinal
	}
	var out []Difference
	all := maps.Clone(was)
	maps.Copy(all, is)
	for at := range all {
		if was[at] != is[at] {
			out = append(out, Difference{Item: places[at.item], Record: cmp.Or(at.record, m.Meeting.ID), Field: at.field, Was: was[at], Is: is[at]})
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Record, b.Record), cmp.Compare(a.Field, b.Field))
	})
	return out[:min(len(out), maxDifferences)], nil
}

// leaf is where a value stands: of which item, of which record of it, in which field.
type leaf struct{ item, record, field string }

// leaves are all values of the text by where they stand.
func leaves(m Minutes) (map[leaf]string, error) {
	text, _, err := m.Text()
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	out := map[leaf]string{}
	for name, value := range tree {
		gather(out, leaf{field: name}, name == "items", value)
	}
	return out, nil
}

// gather walks the tree. What is in a list goes by its id, or by its place where it
// has none, so that one seat more does not shift all others.
func gather(into map[leaf]string, at leaf, items bool, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			below := at
			below.field = joined(at.field, name)
			gather(into, below, false, inner)
		}
	case []any:
		for i, x := range v {
			below := at
			below.field = fmt.Sprintf("%s.%d", at.field, i+1)
			if o, object := x.(map[string]any); object {
				if id, named := o["id"].(string); named {
					below.record, below.field = id, ""
					if at.item != "" { // of a seat or a rule of the item
						below.field = at.field
					}
				}
				if items {
					below.item = below.record
				}
			}
			gather(into, below, false, x)
		}
	default:
		into[at] = fmt.Sprint(v)
	}
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
