// Package rules owns the rules of the field as code with a number, and the
// values they speak in: [Money], [BasisPoints], [Score], legal and project
// codes, dated [Parameter]s. A rule is a small struct of facts with a Check
// method that answers a [Result]: the verdict, the facts it rests on, the field
// to mend and a message in Lithuanian and English. [Catalogue] lists them all.
//
// The package refuses floating-point numbers, text that is not in the one form
// a value has, and guesses: a printed number with mixed separators is an error,
// not an amount. It reads no clock, no database and no rule set by itself;
// limits are handed in, and a Result names those that nobody has verified.
// Facts enter the history, so no rule takes a person's name or free text into
// one: a seat, a code or an identifier stands for it.
//
// Start at [Result] and [Catalogue].
package rules
