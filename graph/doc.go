// Package graph owns the GraphQL API: the schema by noun (*.graphqls), thin
// resolvers, what each actor may see (visible.go), what a request may ask for
// (limits.go) and how an error is told (errors.go). It reads through an ent
// client made for one actor and writes through the engine alone; it refuses
// SQL of its own and decides nothing about the field.
//
// The main invariant: a row that the actor may not see is in no node, no edge,
// no count and no order. Start at [New].
package graph
