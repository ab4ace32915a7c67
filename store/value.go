package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// rowOf is a change's values by column, as the driver takes them. A field that
// the schema does not have is refused: it would be lost.
func rowOf(c workflow.Change) (map[string]any, error) {
	row := make(map[string]any, len(c.Set)+1)
	for field, v := range merged(c) {
		name := column(field)
		if !hasColumn(c.Type, name) {
			return nil, fmt.Errorf("the schema has no field %s", field)
		}
		value, err := driverValue(v)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", field, err)
		}
		row[name] = value
	}
	return row, nil
}

// merged are the recorded values and the loose ones.
func merged(c workflow.Change) workflow.Values {
	if len(c.Loose) == 0 {
		return c.Set
	}
	all := maps.Clone(c.Loose)
	maps.Copy(all, c.Set)
	return all
}

// driverValue is a change's value as the driver takes it.
func driverValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int64:
		return v, nil
	case int:
		return int64(v), nil
	case rules.Money:
		return int64(v), nil
	case clock.Instant:
		return int64(v), nil
	case clock.Date:
		return unlessEmpty(string(v)), nil
	case ident.ID:
		return unlessEmpty(string(v)), nil
	case workflow.Confidential:
		return string(v), nil
	default:
		if reflect.TypeOf(v).Kind() == reflect.Slice {
			b, err := history.CanonicalBody(v)
			return string(b), err
		}
		return nil, fmt.Errorf("a row cannot hold a %T", v)
	}
}

func unlessEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// column is the column of a field: grantAwarded is grant_awarded.
func column(field string) string {
	var sb strings.Builder
	for _, r := range field {
		if unicode.IsUpper(r) {
			sb.WriteByte('_')
		}
		sb.WriteRune(unicode.ToLower(r))
	}
	return sb.String()
}

// recorded is the value of a column as a change has it, of the one that an entry or a version
// holds: the inverse of [workflow.Canonical] for what a proposal's content is made of.
func recorded(typeName, name string, v any) (any, error) {
	spec := ent.Columns[typeName].Columns
	i := slices.IndexFunc(spec, func(c ent.Column) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("the schema has no column %s", name)
	}
	switch goType := spec[i].Type; x := v.(type) {
	case nil, bool:
		return x, nil
	case float64:
		return int(x), nil
	case []any:
		texts := make([]string, len(x))
		for i, t := range x {
			s, isText := t.(string)
			if goType != "[]string" || !isText {
				return nil, fmt.Errorf("a %s of %T", goType, t)
			}
			texts[i] = s
		}
		return texts, nil
	case string:
		switch goType {
		case "money.Amount":
			return money.Parse(x)
		case "int64":
			return strconv.ParseInt(x, 10, 64)
		case "ident.ID":
			return ident.ID(x), nil
		case "string":
			return x, nil
		}
		return nil, fmt.Errorf("a %s", goType)
	default:
		return nil, fmt.Errorf("a %T", v)
	}
}

// stored is a column's value in the canonical form in which a body holds it,
// so that a row can be held against its entries. v is what the driver gave.
func (t *tx) stored(goType string, v any) (any, error) {
	sqlite := t.dialect == dialect.SQLite
	// PostgreSQL's driver gives bytes for jsonb; on SQLite they are a BLOB in a
	// column of texts, which looks like the text and compares with none.
	if b, ok := v.([]byte); ok && !sqlite {
		v = string(b)
	}
	switch x := v.(type) {
	case nil:
		return nil, nil
	case bool:
		return x, nil
	case int64:
		switch goType {
		case "money.Amount":
			return rules.Money(x).String(), nil
		case "clock.Instant":
			return clock.Instant(x).String(), nil
		case "bool":
			if x != 0 && x != 1 {
				return nil, fmt.Errorf("column holds %d, want true or false", x)
			}
			return x == 1, nil
		case "int":
			return float64(x), nil // as encoding/json reads a body's number
		default:
			return fmt.Sprint(x), nil
		}
	case string:
		if strings.HasPrefix(goType, "[]") {
			var list any
			if err := json.Unmarshal([]byte(x), &list); err != nil {
				return nil, fmt.Errorf("column holds %q, want JSON: %w", x, err)
			}
			// A jsonb has one spelling; a text has many, and the API reads the text.
			if list == nil {
				return nil, fmt.Errorf("column holds %q, want a list or none at all", x)
			}
			if b, err := history.CanonicalBody(list); sqlite && (err != nil || string(b) != x) {
				return nil, fmt.Errorf("column holds %q, want canonical JSON", x)
			}
			return list, nil
		}
		return x, nil
	default:
		return nil, fmt.Errorf("the driver gave a %T", v)
	}
}

// citation is the Go type of the columns that say where values were read.
const citation = "[]cite.Line"

// listed is a recorded value as it is recorded today: lines were an object by
// field once, which the migration of the rows made a list.
func listed(goType string, v any) any {
	old, ok := v.(map[string]any)
	if goType != citation || !ok {
		return v
	}
	list := []any{}
	for _, field := range slices.Sorted(maps.Keys(old)) {
		list = append(list, map[string]any{"field": field, "line": old[field]})
	}
	return list
}

func hasColumn(typeName, name string) bool {
	return slices.ContainsFunc(ent.Columns[typeName].Columns, func(c ent.Column) bool { return c.Name == name })
}
