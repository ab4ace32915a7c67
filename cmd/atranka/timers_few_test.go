//go:build !long

package main

// dueAtOnce are as many timers as every change affords; the long campaign has
// more.
const dueAtOnce = 300
