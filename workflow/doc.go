// Package workflow owns the process: state machines as data, who may fire
// which event under which guards, and the one way to change anything,
// [Engine.Do]. It refuses SQL, ent, GraphQL, HTTP and the wall clock: what it
// needs of them it declares as [Store], and time comes from a [clock.Clock].
//
// A definition file is read by [Parse], proved by [Compile] and then a
// [Machine]. A command is decided on [Facts] that the store loads under lock;
// what it changes is a list of [Change] values, which the store applies and
// the history keeps word for word. So the present state of every subject is
// what its entries add up to, and nothing else can write it.
package workflow
