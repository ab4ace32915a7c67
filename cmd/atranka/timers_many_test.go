//go:build long

package main

// dueAtOnce are as many timers as a national deadline could set off.
const dueAtOnce = 20_000
