// Package atranka is the root of Atranka, an open system on which a local
// action group (LAG, vietos veiklos grupė) runs its community-led local
// development (CLLD) strategy: calls, project proposals, evaluation, selection
// by the board, contracts, and a history that an auditor can check without
// trusting whoever runs the database.
//
// The root owns no code, only what holds for the module as a whole: its test
// refuses imports against the arrows between packages. In short, clock, ident,
// rules, history and workflow are pure: they know no database, protocol or wall
// clock. Package store joins them to the database, graph and server to the
// network, cmd/atranka to a process.
//
// Start at package workflow, which knows the process, and docs/architecture.md.
package atranka
