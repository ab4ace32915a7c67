// Package definitions holds the state machines that the binary ships with, one
// YAML file per kind of subject, and the JSON Schema of their format. It owns
// the texts and nothing else: reading and proving them is workflow's, so it
// imports nothing of the project and refuses to know what a state means.
package definitions

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// Files is the file system of the shipped definitions, each named after its
// kind, such as "proposal.yaml". It is read-only and safe for concurrent use.
func Files() fs.FS { return files }
