// Package model owns the Go types behind the GraphQL types that no table
// stands for: states with their labels, reasons in two languages, payloads. It
// refuses to read anything: the resolvers fill its values, and its methods
// only choose a language.
package model
