// Package letter owns the words of the letters that the office sends about its decisions, in
// Lithuanian and English. What a letter says comes as a [workflow.DecisionLetter]; how a paper
// looks is for package report. It refuses rows, GraphQL and a decision of its own. Start at
// [Of].
package letter
