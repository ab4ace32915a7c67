// Package picture owns how a process looks: it lays the chart of a machine out
// and draws it as SVG, for people who would rather look than read. It knows no
// state, only traits; what a chart says is package workflow's. The layout is
// dagre's, a script that runs in the process (docs/decisions/0020-pictures.md)
// and is loaded with the first picture, so that nothing else waits for it.
// Start at [SVG].
package picture
