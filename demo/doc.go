// Package demo owns the demonstration: it walks the two strategies of package
// strategies through the engine, from the founding of their groups up to a day,
// by the commands that people would send and on the days on which they would send
// them, with the clock ringing in between. There is one timeline: the history of an
// earlier day is what that of a later one begins with. It writes no row itself and
// refuses a day that there is not, and a store that holds anything else, another
// day, or a load that was broken off.
//
// What the texts state carries its source and line, by field; all else carries
// synthetic. The clock is a [clock.Manual], identifiers and salts come from the
// caller's randomness, so that two loads of one seed make the same history.
// Start at [Load]; [Start] is the same for a store that may be loaded already.
package demo
