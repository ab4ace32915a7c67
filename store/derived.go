package store

import (
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
)

// derive adds to a row that is about to be written the forms of the texts that
// it holds. Nothing else writes them but the migrations, for rows that stand.
func derive(columns []ent.Derived, row map[string]any) {
	for _, d := range columns {
		text, written := row[d.Of]
		if !written {
			continue
		}
		row[d.Name] = formOf(d, text)
	}
}

// formOf is what the column holds for the text: null for none.
func formOf(d ent.Derived, text any) any {
	if s, ok := text.(string); ok {
		return d.Form.Of(s)
	}
	return nil
}

// compareDerived makes the forms anew from the row's texts. A wrong one is laid
// to the entry that set its text. Of a text that is not the recorded one, which
// was named already, the forms say nothing.
func (v *verifier) compareDerived(key rowKey, r *replayed, values []any) {
	spec := ent.Columns[key.kind]
	for i, d := range spec.Derived {
		at, set := r.by[d.Of]
		if !set {
			at = r.first // a draft's text stands in no entry
		}
		of := slices.IndexFunc(spec.Columns, func(c ent.Column) bool { return c.Name == d.Of })
		text, err := v.stored("string", values[of])
		if err != nil || set && !same(r.values[d.Of], text) {
			continue
		}
		got, err := v.stored("string", values[len(spec.Columns)+i])
		if want := formOf(d, text); err != nil || got != want {
			v.fault(at, RowEdited, fmt.Sprintf("%s %s.%s is not derived from its %s", key.kind, key.id, d.Name, d.Of))
		}
	}
}
