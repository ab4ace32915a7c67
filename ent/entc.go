//go:build ignore

// Command entc generates the ent client and its GraphQL schema.
package main

import (
	"log"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	gql, err := entgql.NewExtension(
		entgql.WithSchemaGenerator(),
		entgql.WithSchemaPath("../graph/ent.graphqls"),
		entgql.WithConfigPath("../gqlgen.yml"),
		entgql.WithRelaySpec(true),
	)
	if err != nil {
		log.Fatal(err)
	}
	err = entc.Generate("./schema", &gen.Config{Features: []gen.Feature{gen.FeatureLock, gen.FeatureModifier}},
		entc.Extensions(gql),
		entc.TemplateDir("./template"),
	)
	if err != nil {
		log.Fatal(err)
	}
}
