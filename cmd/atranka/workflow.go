package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
)

func (p *Program) workflow(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "workflow",
		Short:   "Check, draw and walk the definitions of the process",
		Example: "  atranka workflow lint\n  atranka workflow graph --kind call --format svg > call.svg\n  atranka workflow simulate --kind call",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(lint(t), p.graph(t), p.simulate(t))
	return c
}

func lint(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [FILE…]",
		Short: "Check definitions before they are accepted",
		Long: `Lint reads and proves definition files. A file stands in for the built-in
definition of its kind, and its joins are checked against the others; without a
file the built-in ones are checked. A file whose version is 1000 or more is proved
as it would be on publication: beside the built-in one, which it may not relax.
Each problem is one line with its place and a walk that shows it.

Exit code 0: all hold. 1: some do not. 2: a file could not be read.`,
		Example: "  atranka workflow lint\n  atranka workflow lint proposal.yaml contract.yaml",
		RunE: func(_ *cobra.Command, files []string) error {
			machines, err := sound(t.out, files)
			for _, m := range machines {
				fmt.Fprintf(t.out, "%s holds: %d states, %d steps\n", m.Name(), len(m.States()), m.Steps())
			}
			return err
		},
	}
}

// sound proves the built-in definitions, or the files in their place, and
// prints what does not hold.
func sound(w io.Writer, files []string) ([]*workflow.Machine, error) {
	defs, versions, problems, err := definitionsOf(files)
	if err != nil {
		return nil, err
	}
	var machines []*workflow.Machine
	if len(problems) == 0 {
		var found []workflow.Problem
		machines, found = proved(defs, versions)
		for _, p := range found {
			problems = append(problems, p.String())
		}
	}
	for _, p := range problems {
		fmt.Fprintln(w, p)
	}
	if len(problems) > 0 {
		return nil, errFound
	}
	return machines, nil
}

// proved are the machines of the definitions, those of the versions in the place of
// what they are proved beside.
func proved(defs, versions []*workflow.Definition) ([]*workflow.Machine, []workflow.Problem) {
	machines, problems := workflow.CompileAll(defs, store.Known())
	if len(problems) > 0 {
		return nil, problems
	}
	running := slices.DeleteFunc(slices.Clone(machines), func(m *workflow.Machine) bool { return workflow.TypeOf(m.Kind()) == "" })
	for _, d := range versions {
		m, found := workflow.NewMachines(store.Known(), running...).Prove("", d.Text)
		for i := range found {
			if found[i].File == workflow.SentText {
				found[i].File = d.File
			}
		}
		problems = append(problems, found...)
		i := slices.IndexFunc(machines, func(x *workflow.Machine) bool { return x.Kind() == d.Kind })
		if m != nil && i >= 0 {
			machines[i] = m
		}
	}
	return machines, problems
}

// definitionsOf are the built-in definitions, each replaced by the file given for its
// kind, and versions those of the files that would be published. Problems are what
// stops a file from being read as one.
func definitionsOf(files []string) (defs, versions []*workflow.Definition, problems []string, err error) {
	byKind := map[workflow.Kind]*workflow.Definition{}
	builtIn, err := fs.Glob(definitions.Files(), "*.yaml")
	if err != nil {
		return nil, nil, nil, err
	}
	for _, name := range builtIn {
		src, err := fs.ReadFile(definitions.Files(), name)
		if err != nil {
			return nil, nil, nil, err
		}
		d, err := workflow.Parse(name, src)
		if err != nil {
			return nil, nil, nil, err
		}
		byKind[d.Kind] = d
	}
	for _, name := range files {
		src, err := readDefinition(name)
		if err != nil {
			return nil, nil, nil, err
		}
		d, err := workflow.Parse(name, src)
		var unread *workflow.ParseError
		if errors.As(err, &unread) {
			problems = append(problems, unread.Error())
			continue
		}
		if err != nil {
			return nil, nil, nil, err
		}
		if d.Version >= workflow.FirstPublished {
			versions = append(versions, d)
			continue
		}
		byKind[d.Kind] = d
	}
	for _, k := range slices.Sorted(maps.Keys(byKind)) {
		defs = append(defs, byKind[k])
	}
	return defs, versions, problems, nil
}

// readDefinition reads no more of a file than what shows that it is too large.
func readDefinition(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, workflow.MaxDefinitionBytes+1))
}
