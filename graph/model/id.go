package model

import (
	"encoding/json"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"github.com/atranka/atranka/ident"
)

// MarshalID writes an id, and null where there is none: an optional reference
// that was never given is empty, not a record.
func MarshalID(id ident.ID) graphql.Marshaler {
	if id == "" {
		return graphql.Null
	}
	return graphql.MarshalAny(string(id))
}

// UnmarshalID takes the text as it is; resolvers refuse it where the type
// matters. A number is what 7 reads as, in a query and in a variable. A text
// that is longer than any id stays nobody's once it is cut.
func UnmarshalID(v any) (ident.ID, error) {
	switch n := v.(type) {
	case int64:
		v = strconv.FormatInt(n, 10)
	case json.Number:
		v = n.String()
	}
	var id ident.ID
	err := id.UnmarshalGQL(v)
	return ident.ID(Brief(string(id))), err
}
