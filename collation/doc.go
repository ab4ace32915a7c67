// Package collation owns how Lithuanian texts are put in order and found: the
// key by which a text sorts and the words by which it is searched, both made
// here and kept beside the text, so that every engine compares bytes and gives
// the same answer. It refuses to know tables, and never reads a key back into
// a text. Its invariant: a text is found by each of its words and by each
// beginning of one. A change of what it makes has to be written to the rows
// that stand; see TestFormsAreFrozen. Start at [Form].
package collation
