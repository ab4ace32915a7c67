// Package store is the only one that joins the domain and the database: it
// carries out the engine's transactions on SQLite and PostgreSQL alike, turns
// the engine's changes into rows, keeps the history's entries, and translates
// database errors. It refuses decisions: those are the engine's. What differs
// between the engines stands in dialect.go; the suite of workflowtest and the
// tests of this package hold both to one behaviour.
package store
