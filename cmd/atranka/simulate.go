package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/workflow"
)

var (
	walks = setting{
		name: "walks", usage: "how many cases to walk", byDefault: "10000", allowed: "a number from 1 to 1000000",
		fits: func(v string) bool { n, err := strconv.Atoi(v); return err == nil && 1 <= n && n <= 1_000_000 },
	}
	seed = setting{
		name: "seed", usage: "what chance begins with; the same seed gives the same walks", byDefault: "1",
		allowed: "a whole number from 0", fits: func(v string) bool { _, err := strconv.ParseUint(v, 10, 64); return err == nil },
	}
)

func (p *Program) simulate(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "simulate [FILE…]",
		Short: "Walk a definition with random actors",
		Long: `Simulate walks a definition many times: people act at random, the clock fires
at its terms, and the guards on data answer by chance. It prints which states and
steps were seen, where cases end and how long half of them take, and which were
stuck. A file stands in for the built-in definition of its kind.

Exit code 0: no case was stuck. 1: some were, or a definition does not hold.
2: a file could not be read.`,
		Example: "  atranka workflow simulate\n  atranka workflow simulate --kind contract --walks 100000 --seed 7\n  atranka workflow simulate --kind proposal proposal.yaml",
	}
	g := p.takes(c, kind, walks, seed)
	c.RunE = func(c *cobra.Command, files []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		m, err := machineOf(t.out, files, workflow.Kind(v[kind.name]))
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(v[walks.name]) // both were checked
		from, _ := strconv.ParseUint(v[seed.name], 10, 64)
		s := m.Simulate(n, rand.New(rand.NewPCG(from, from)).IntN) //nolint:gosec // chance, and not a secret
		tell(t.out, m, s)
		if len(s.Stuck) > 0 {
			return errFound
		}
		return nil
	}
	return c
}

// machineOf is the sound machine of the kind.
func machineOf(w io.Writer, files []string, k workflow.Kind) (*workflow.Machine, error) {
	machines, err := sound(w, files)
	if err != nil {
		return nil, err
	}
	var kinds []string
	for _, m := range machines {
		if m.Kind() == k {
			return m, nil
		}
		kinds = append(kinds, string(m.Kind()))
	}
	return nil, fmt.Errorf("kind is %q; allowed is one of %s", k, strings.Join(kinds, ", "))
}

// tell prints what the walks made of the definition.
func tell(w io.Writer, m *workflow.Machine, s workflow.Simulation) {
	states, steps := m.Missed(s)
	total := len(s.Taken) + len(steps)
	fmt.Fprintf(w, "%s: %d walks saw %d of %d states and %d of %d steps\n",
		m.Name(), s.Walks, len(m.States())-len(states), len(m.States()), len(s.Taken), total)
	for _, name := range states {
		fmt.Fprintf(w, "  never in %s\n", name)
	}
	for _, k := range steps {
		fmt.Fprintf(w, "  never %s from %s\n", k.Event, k.From)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nend\twalks\tdays of half")
	for _, e := range s.Ends {
		fmt.Fprintf(table, "%s\t%d\t%d\n", e.State, e.Walks, e.MedianDays)
	}
	_ = table.Flush()
	if s.Unended > 0 {
		fmt.Fprintf(w, "\n%d walks went in circles and were given up\n", s.Unended)
	}
	for _, x := range s.Stuck {
		path := make([]string, len(x.Path))
		for i, name := range x.Path {
			path[i] = string(name)
		}
		fmt.Fprintf(w, "\nstuck by %s with the guards %v\n", strings.Join(path, " → "), x.Guards)
	}
	if len(s.Stuck) == 0 {
		fmt.Fprintln(w, "\nno walk was stuck")
	}
}
