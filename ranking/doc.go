// Package ranking freezes a call's ranking so that anybody can compute it again.
//
// It owns the form of the frozen snapshot: what went in (the rubric, the sheets, the
// money, the rules in force), every step of the arithmetic, and the lists that came
// out, in one canonical text under one hash. It refuses rows, persons and the wall
// clock: evaluators are sheets in an order, proposals are identifiers. The rules
// themselves are those of package rules; whoever has the text and this package, or the
// rules in print, comes to the same bytes.
package ranking
