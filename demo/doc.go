// Package demo owns the demonstration: it walks the two strategies of package
// strategies through the engine, from the founding of their groups to the end
// of 2019, by the commands that people would send and on the days on which
// they would send them. It writes no row itself and refuses a store that holds
// anything else, and one whose load was broken off.
//
// What the texts state carries its source and line, by field; all else carries
// synthetic. The clock is a [clock.Manual], identifiers and salts come from the
// caller's randomness, so that two loads of one seed make the same history.
// Start at [Load]; [Start] is the same for a store that may be loaded already.
package demo
