// Package schema owns the shape of everything that Atranka keeps in tables:
// the columns, edges and constraints from which ent, the GraphQL types and
// both engines' migrations are generated. It refuses behaviour: no hook here
// does anything, and only [store] writes, through the engine's changes.
package schema
