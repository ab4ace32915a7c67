// Package clock owns time as Atranka counts it: an [Instant] is a moment that
// the system records, a [Date] is a legal day in Lithuania with the precision
// its source gives. It refuses floating zones, sub-microsecond remains and
// dates that no calendar has. Nothing outside this package and the program's
// entry point reads the wall clock; everything else is handed a [Clock].
package clock
