// Package strategies owns the two real local development strategies that are
// Atranka's first data, Klaipėda's and Marijampolė's, and the typed reader of
// them. [Load] is where to start.
//
// Three kinds of statement are kept apart:
//
//   - A fact stands in one of two published texts: a notice about the year 2019
//     (klaipeda.yaml) and a call for input while a strategy was being drafted
//     (marijampole.yaml). Each fact names its document and the line of it; a
//     figure that had to be interpreted also keeps what is printed. The texts
//     themselves are not repeated: names, titles, numbers and labels are. A few
//     facts are from web pages that are not kept, and have an address instead.
//   - A reading is ours: the theme of a project, the state a case is loaded in,
//     the number behind a damaged print. It stands beside the fact it reads and
//     says readBy: staff. What does not fit is a [Finding], never a correction.
//   - A synthetic value is invented so that a case can be walked from its call
//     to its state: persons, legal entity codes, actions, money per project,
//     scores, votes and days. It stands in a file of its own (…-synthetic.yaml)
//     and every record there says synthetic: true; one of which a source states
//     some fields, as the number of an invented project on the list, names them.
//
// The package refuses unknown and repeated keys, a value without a source, a
// source without a line, a reference to nothing, an invented record that does
// not say so, and a malformed date or amount. It computes totals and never
// stores one that the texts do not state. It knows no state machine: states and
// events are names that the definitions give meaning to.
package strategies
