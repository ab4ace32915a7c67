package workflow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// Change is what one act does to one row: the only form in which anything is
// written. The store applies it and the entry's body keeps it, so that folding
// the bodies gives the rows.
type Change struct {
	// Type is the row's type as the schema names it, such as "Proposal".
	Type string
	ID   ident.ID
	// Create inserts the row; otherwise it must be there.
	Create bool
	// Delete removes the row; only content that its author may still change is
	// ever removed, and the entries that made it stay.
	Delete bool
	// Set gives the new values by field, in camelCase.
	Set Values
	// Loose values are written and not recorded: a draft's, which its
	// submission will record.
	Loose Values
	// Expect, where positive, is the version that the row must have.
	Expect int
	// Kept rows stand in the database already, unchained, as a draft's do: the
	// entry keeps them and the store leaves them alone.
	Kept bool
}

// Values are a row's new values: string, bool, int, int64, a list of texts or of
// what packages cite and terms describe, rules.Money, clock.Instant, clock.Date, ident.ID,
// [Confidential], or nil to clear the field.
type Values map[string]any

// Confidential is personal or free text. The history keeps a salted commitment
// to it and never the text, so that it can be erased.
type Confidential string

// Canonical is how a value stands in an entry's body. Money, ids, instants and
// 64-bit numbers are strings: no reader may lose a digit. A [Confidential]
// value has no canonical form of its own; its commitment stands in its place.
func Canonical(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool:
		return v, nil
	case int:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case rules.Money:
		return v.String(), nil
	case clock.Instant:
		return v.String(), nil
	case clock.Date:
		return string(v), nil
	case ident.ID:
		return string(v), nil
	default:
		if isList(v) {
			return v, nil
		}
		return nil, fmt.Errorf("a change cannot hold a %T", v)
	}
}

// composed puts every text of the changes into Unicode's composed form (NFC),
// so that what looks alike is alike, in place.
func composed(changes []Change) []Change {
	for _, c := range changes {
		for _, values := range []Values{c.Set, c.Loose} {
			for field, v := range values {
				switch v := v.(type) {
				case string:
					values[field] = norm.NFC.String(v)
				case Confidential:
					values[field] = Confidential(norm.NFC.String(string(v)))
				default:
					if isList(v) {
						values[field] = composedList(v)
					}
				}
			}
		}
	}
	return changes
}

func isList(v any) bool { return v != nil && reflect.TypeOf(v).Kind() == reflect.Slice }

// composedList is a copy of the list, each text in it composed by itself.
func composedList(list any) any {
	out, err := remade(list)
	if err != nil {
		return list // writing it says what is wrong with it
	}
	return out
}

func remade(list any) (any, error) {
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	var values any
	read := json.NewDecoder(bytes.NewReader(text))
	read.UseNumber()
	if err := read.Decode(&values); err != nil {
		return nil, err
	}
	if text, err = json.Marshal(composedValue(values)); err != nil {
		return nil, err
	}
	out := reflect.New(reflect.TypeOf(list))
	err = json.Unmarshal(text, out.Interface())
	return out.Elem().Interface(), err
}

func composedValue(v any) any {
	switch v := v.(type) {
	case string:
		return norm.NFC.String(v)
	case []any:
		for i := range v {
			v[i] = composedValue(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = composedValue(v[name])
		}
	}
	return v
}

// Body is what an entry says. Absent parts are left out of the bytes.
type Body struct {
	Event     EventName      `json:"event,omitempty"`
	From      StateName      `json:"from,omitempty"`
	To        StateName      `json:"to,omitempty"`
	EndsAt    string         `json:"endsAt,omitempty"` // the term that a reminder speaks of
	Document  ident.ID       `json:"document,omitempty"`
	Decision  ident.ID       `json:"decision,omitempty"`
	Reason    any            `json:"reason,omitempty"`
	Guards    []GuardRecord  `json:"guards,omitempty"`
	Refusals  []RefusalBrief `json:"refusals,omitempty"`
	Changes   []ChangeRecord `json:"changes,omitempty"`
	Simulated bool           `json:"simulated,omitempty"`
	// Salt is random, hexadecimal, and new in each: hashes are shown to people who
	// may not read what they stand for, and could try out the few things that an
	// entry can say.
	Salt string `json:"salt,omitempty"`
}

// Arriving are the texts one of which stands in the body of a transition into one
// of the states, and those that stand in it where it was among them before.
func Arriving(states []StateName) (into, within []string) {
	for _, name := range states {
		into, within = append(into, `"to":"`+string(name)+`"`), append(within, `"from":"`+string(name)+`"`)
	}
	return into, within
}

// VersionAfter is the version that a transition's entry took its subject to.
func (b Body) VersionAfter() int {
	for _, c := range b.Changes {
		if v, ok := c.Set["version"].(float64); ok {
			return int(v)
		}
	}
	return 1
}

// GuardRecord is a guard's result as it stands in the history, with the facts
// that it was decided on.
type GuardRecord struct {
	Guard      string        `json:"guard"`
	Verdict    rules.Verdict `json:"verdict"`
	Facts      []FactRecord  `json:"facts,omitempty"`
	Unverified []string      `json:"unverified,omitempty"`
	Document   ident.ID      `json:"document,omitempty"`
	Reason     any           `json:"reason,omitempty"`
}

// FactRecord is one fact of a guard.
type FactRecord struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RefusalBrief is a refused attempt's reason.
type RefusalBrief struct {
	Code  Code   `json:"code"`
	Guard string `json:"guard,omitempty"`
}

// ChangeRecord is a [Change] as it stands in the history.
type ChangeRecord struct {
	Type   string         `json:"type"`
	ID     ident.ID       `json:"id"`
	Create bool           `json:"create,omitempty"`
	Delete bool           `json:"delete,omitempty"`
	Set    map[string]any `json:"set"`
}

// Committer replaces a confidential text by what the history may hold; path
// says where in the body it stands.
type Committer func(path string, text Confidential) (any, error)

// record is the change as the history keeps it.
func (c Change) record(commit Committer) (ChangeRecord, error) {
	set := make(map[string]any, len(c.Set))
	for _, field := range slices.Sorted(maps.Keys(c.Set)) {
		var v any
		var err error
		if secret, ok := c.Set[field].(Confidential); ok {
			v, err = commit(string(c.ID)+"."+field, secret)
		} else {
			v, err = Canonical(c.Set[field])
		}
		if err != nil {
			return ChangeRecord{}, fmt.Errorf("record %s %s.%s: %w", c.Type, c.ID, field, err)
		}
		set[field] = v
	}
	return ChangeRecord{Type: c.Type, ID: c.ID, Create: c.Create, Delete: c.Delete, Set: set}, nil
}

// DecodeBody reads a body that an entry holds. Numbers keep their digits.
func DecodeBody(b []byte) (Body, error) {
	var body Body
	if err := json.Unmarshal(b, &body); err != nil {
		return Body{}, fmt.Errorf("entry body: %w", err)
	}
	return body, nil
}
