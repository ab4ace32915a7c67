package graph

// PerSubject are the fields that are answered for single subjects alone.
var PerSubject = perSubject
