// Package report owns how a paper of the office looks: its heading, numbered
// paragraphs, tables, places to sign and the foot of each page. A paper is a
// [Document], a value that says what stands on it and nothing of where; it is
// written as PDF or as plain text, and the same document gives the same bytes.
// It refuses rows, GraphQL and states: what a paper says is its maker's to
// know. The fonts are part of the program (docs/decisions/0033-pdf.md). Start at
// [Document].
package report
