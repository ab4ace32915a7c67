//go:build race

package store_test

// raced: SQLite is Go code here and ten times slower when it is watched; the
// tests of a plain build do on it what these do on PostgreSQL.
const raced = true
