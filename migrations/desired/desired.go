// Package desired owns the shape that the tables ought to have on each engine,
// as ent's schema says it and with the collation that makes both engines sort
// alike. The migration writer and the test of freshness read it.
package desired

import (
	"slices"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/atranka/atranka/ent/migrate"
	"github.com/atranka/atranka/ent/textsource"
)

// Tables are fresh copies, so that each engine's settings stay its own.
func Tables(dialectName string) []*schema.Table {
	tables, err := schema.CopyTables(migrate.Tables)
	if err != nil {
		panic(err) // the generated tables refer to each other; a copy cannot miss one
	}
	for _, t := range tables {
		// SQLite adds a constraint by making the table anew, and refuses to drop
		// the old one while rows refer to it. A source is never deleted.
		t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(fk *schema.ForeignKey) bool {
			return fk.RefTable.Name == textsource.Table
		})
	}
	if dialectName != dialect.Postgres {
		return tables
	}
	for _, t := range tables {
		for _, c := range t.Columns {
			if c.Type == field.TypeString {
				// Byte order, as SQLite has it by nature.
				c.Collation = "C"
			}
		}
	}
	return tables
}
