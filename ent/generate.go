// Package ent is the generated client over ent/schema; hand-written are only
// schema, template and the generator's settings. It is for reading: what
// changes goes through the engine and the store.
package ent

//go:generate go run -mod=mod entc.go
