package graph

import (
	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/workflow"
)

// Resolver answers the fields of the schema. What a request needs of its own
// stands in the request's session.
type Resolver struct {
	engine *workflow.Engine
	driver dialect.Driver
	all    *ent.Client
}
