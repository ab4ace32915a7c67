// Package minutes freezes what the minutes of a board's meeting say, so that
// anybody who may read them can hold them against the record again.
//
// It owns the form of the frozen text: the meeting, its seats with who sat on them
// and when, and of each item who left for it, how the seats voted, what the rules of
// the board made of it and what was decided, in one canonical text under one hash. It
// refuses rows, states, the wall clock, names of persons and free text: persons and
// seats are identifiers, and what they are called is looked up by whoever shows the
// minutes. A salt in the text keeps it from being guessed by its hash. Start at
// [Minutes.Text] and [Minutes.Differences].
package minutes
