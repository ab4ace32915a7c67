package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/picture"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// drawn are the forms of a drawing, each with the ending of its files.
var drawn = map[string]func(context.Context, workflow.Chart) ([]byte, error){
	"mermaid": func(_ context.Context, c workflow.Chart) ([]byte, error) { return []byte(c.Mermaid()), nil },
	"dot":     func(_ context.Context, c workflow.Chart) ([]byte, error) { return []byte(c.DOT()), nil },
	"svg":     picture.SVG,
}

var endings = map[string]string{"mermaid": ".mmd", "dot": ".dot", "svg": ".svg"}

// allKinds stands for every kind that has a definition.
const allKinds = "all"

var pictures = setting{
	name: "out", usage: "the folder to write a file per kind in, - for standard output", byDefault: "-", allowed: "a path, or -", fits: isGiven,
}

func (p *Program) graph(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "graph",
		Short: "Draw a definition",
		Long: `Graph draws the built-in definition of a kind: as SVG, with its states in the
colours of their phases, their money and their ends marked and a legend; as a
Mermaid state diagram; or for Graphviz. The same definition gives the same bytes.
With --kind all every kind is drawn, each in a file of its own in --out.`,
		Example: `  atranka workflow graph --kind proposal --format svg > proposal.svg
  atranka workflow graph --kind all --format svg --lang lt --out pictures
  atranka workflow graph --kind call --format dot | dot -Tpng > call.png`,
		Args: cobra.NoArgs,
	}
	drawnKind := kind
	drawnKind.allowed = "a kind that has a definition, such as proposal or call, or " + allKinds
	g := p.takes(c, drawnKind, format, lang, pictures)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		machines, err := workflow.LoadEmbedded(store.Known())
		if err != nil {
			return err
		}
		return draw(c.Context(), t, v, machines)
	}
	return c
}

// draw writes the kinds asked for.
func draw(ctx context.Context, t *terminal, v values, machines map[workflow.Kind]*workflow.Machine) error {
	kinds := slices.Sorted(maps.Keys(machines))
	folder := v[pictures.name]
	switch asked := workflow.Kind(v[kind.name]); {
	case asked == allKinds && folder == "-":
		return fmt.Errorf("kind is %q, which takes a file each; name their folder with --out", allKinds)
	case asked == allKinds:
	case machines[asked] == nil:
		return fmt.Errorf("kind is %q; allowed is %s or one of %s", asked, allKinds, kinds)
	default:
		kinds = []workflow.Kind{asked}
	}
	for _, k := range kinds {
		b, err := drawn[v[format.name]](ctx, machines[k].Chart(v[lang.name], nil))
		if err != nil {
			return err
		}
		if err := t.keep(folder, string(k)+endings[v[format.name]], b); err != nil {
			return fmt.Errorf("draw %s: %w", k, err)
		}
	}
	return nil
}

// keep writes a file in the folder, which is made where it is not there, or to
// standard output.
func (t *terminal) keep(folder, name string, b []byte) error {
	if folder == "-" {
		_, err := t.out.Write(b)
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return err
	}
	fmt.Fprintln(t.err, "wrote", path)
	return nil
}
