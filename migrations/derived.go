package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
)

// deriveAll gives every row the forms of its texts as the program makes them:
// the sort keys and words that SQL cannot make. It follows every run that
// applied a file, so that rows from before a column, or from before a change of
// what is derived, are as if they had been written today. What no change is
// needed for is left alone.
func deriveAll(ctx context.Context, tx *sql.Tx, dialectName string) error {
	for _, kind := range slices.Sorted(maps.Keys(ent.Columns)) {
		spec := ent.Columns[kind]
		for _, d := range spec.Derived {
			if err := deriveColumn(ctx, tx, dialectName, spec.Table, d); err != nil {
				return fmt.Errorf("derive %s.%s: %w", spec.Table, d.Name, err)
			}
		}
	}
	return nil
}

func deriveColumn(ctx context.Context, tx *sql.Tx, dialectName, table string, d ent.Derived) error {
	stale, err := staleForms(ctx, tx, dialectName, table, d)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(stale)) {
		query, args := entsql.Dialect(dialectName).Update(table).Set(d.Name, stale[id]).Where(entsql.EQ("id", id)).Query()
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

// staleForms are the forms that rows ought to have and have not, by id.
func staleForms(ctx context.Context, tx *sql.Tx, dialectName, table string, d ent.Derived) (map[string]string, error) {
	query, args := entsql.Dialect(dialectName).Select("id", d.Of, d.Name).From(entsql.Table(table)).Where(entsql.NotNull(d.Of)).Query()
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	stale := map[string]string{}
	for rows.Next() {
		var id, text string
		var form sql.NullString
		if err := rows.Scan(&id, &text, &form); err != nil {
			return nil, err
		}
		if want := d.Form.Of(text); !form.Valid || form.String != want {
			stale[id] = want
		}
	}
	return stale, rows.Err()
}
