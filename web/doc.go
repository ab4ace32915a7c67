// Package web owns what a browser is served: today GraphiQL, by which a person
// tries the GraphQL API. Everything is embedded and served from the same origin;
// no page asks another host for anything, and the content security policy that
// goes out with each page forbids it. The package refuses to know the domain: it
// names no state, imports no other package of the module and speaks no GraphQL.
//
// Start at [GraphiQL]. The files of others and where they come from are listed in
// graphiql/README.md.
package web
