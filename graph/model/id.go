package model

import (
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
// matters. A number is what a literal such as 7 reads as.
func UnmarshalID(v any) (ident.ID, error) {
	if n, ok := v.(int64); ok {
		return ident.ID(strconv.FormatInt(n, 10)), nil
	}
	var id ident.ID
	err := id.UnmarshalGQL(v)
	return id, err
}
