package strategies

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

//go:embed *.yaml
var files embed.FS

// SyntaxError is a file that cannot be read: broken YAML, an unknown or
// repeated key, a value of the wrong type. Line and Column count from 1.
type SyntaxError struct {
	File         string
	Line, Column int
	Message      string
}

// Error names the place as file:line:column.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// ContentError is a value that reads well and cannot be right. Path leads to
// it, such as "projects[3].promoter".
type ContentError struct {
	File    string
	Path    string
	Message string
}

// Error names file and path.
func (e *ContentError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.File, e.Path, e.Message)
}

// Load is the two strategies, Klaipėda's first, each with its synthetic part.
// The error joins every [SyntaxError] or [ContentError] of the embedded files.
func Load() ([]Strategy, error) { return load(files) }

// load reads the strategies from fsys, which has the layout of the embedded
// files.
func load(fsys fs.FS) ([]Strategy, error) {
	var all []Strategy
	var errs []error
	for _, key := range []string{"klaipeda", "marijampole"} {
		s, err := loadOne(fsys, key)
		all = append(all, s)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("load strategies: %w", err)
	}
	return all, nil
}

func loadOne(fsys fs.FS, key string) (s Strategy, err error) {
	facts, invented := key+".yaml", key+"-synthetic.yaml"
	if err := read(fsys, facts, &s); err != nil {
		return s, err
	}
	if err := read(fsys, invented, &s.Synthetic); err != nil {
		return s, err
	}
	return s, check(s, facts, invented)
}

func read(fsys fs.FS, name string, into any) error {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	return decode(name, src, into)
}

// decode reads one YAML document strictly.
func decode(name string, src []byte, into any) error {
	err := yaml.NewDecoder(bytes.NewReader(src), yaml.Strict()).Decode(into)
	if err == nil {
		return nil
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		p := at.GetToken().Position
		return &SyntaxError{name, p.Line, p.Column, at.GetMessage()}
	}
	return &SyntaxError{File: name, Message: err.Error()}
}
