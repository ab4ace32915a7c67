package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
	entlag "github.com/atranka/atranka/ent/lag"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/picture"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

var endings = map[string]string{"mermaid": ".mmd", "dot": ".dot", "svg": ".svg"}

// allKinds stands for every kind that has a definition.
const allKinds = "all"

var (
	pictures = setting{
		name: "out", usage: "the folder to write a file per kind in, - for standard output", byDefault: "-", allowed: "a path, or -", fits: isGiven,
	}
	overlaid = setting{
		name: "lag", usage: "the local action group of --db whose cases are laid over the drawing", allowed: lag.allowed, fits: isID(ident.LAG),
	}
)

func (p *Program) graph(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "graph",
		Short: "Draw a definition",
		Long: `Graph draws the built-in definition of a kind: as SVG, with its states in the
colours of their phases, their money and their ends marked and a legend; as a
Mermaid state diagram; or for Graphviz. The same definition gives the same bytes.
With --kind all every kind is drawn, each in a file of its own in --out.

With --lag the cases of that group in --db are laid over: how many are in each
state, how many of them overdue, and how long half of the stays took.`,
		Example: `  atranka workflow graph --kind proposal --format svg > proposal.svg
  atranka workflow graph --kind all --format svg --lang lt --out pictures
  atranka workflow graph --kind call --format dot | dot -Tpng > call.png
  atranka workflow graph --format svg --db sqlite:atranka.db --lag lag_01h455vb4pex5vsknk084sn02q > now.svg`,
		Args: cobra.NoArgs,
	}
	drawnKind := kind
	drawnKind.allowed = "a kind that has a definition, such as proposal or call, or " + allKinds
	g := p.takes(c, drawnKind, format, lang, pictures, database, overlaid)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		machines, err := workflow.LoadEmbedded(store.Known())
		if err != nil {
			return err
		}
		if v[overlaid.name] == "" {
			return draw(c.Context(), t, v, machines, func(k workflow.Kind) (workflow.Chart, error) { return machines[k].Chart(v[lang.name], nil), nil })
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(db.LoadDefinitions(c.Context(), db.machines), p.drawOver(c.Context(), t, v, machines, db), db.Close())
	}
	return c
}

// drawOver draws with the cases of a group laid over.
func (p *Program) drawOver(ctx context.Context, t *terminal, v values, machines map[workflow.Kind]*workflow.Machine, db *opened) error {
	group := ident.ID(v[overlaid.name])
	there, err := db.Reader().Lag.Query().Where(entlag.ID(group)).Exist(ctx)
	if err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("lag is %q; there is no such group in the database", group)
	}
	now, err := timeOf(ctx, db, p.Clock)
	if err != nil {
		return err
	}
	e := p.engine(db, now, false)
	return draw(ctx, t, v, machines, func(k workflow.Kind) (workflow.Chart, error) {
		if db.machines.For(group, k) == nil { // no case of the kind is in any database yet
			return machines[k].Chart(v[lang.name], map[workflow.StateName]workflow.Live{}), nil
		}
		s, err := e.Statistics(ctx, workflow.StatisticsOf{LAG: group, Kind: k})
		return db.machines.Chart(group, k, v[lang.name], s.Live()), err
	})
}

// timeOf is the clock by which a database is looked at: where it was written under an
// injected one, that stands at its last entry.
func timeOf(ctx context.Context, db *opened, wall clock.Clock) (clock.Clock, error) {
	simulated, err := db.Simulated(ctx)
	if err != nil || !simulated {
		return wall, err
	}
	last, err := db.LastRecorded(ctx)
	return clock.NewManual(last), err
}

// draw writes the kinds asked for.
func draw(ctx context.Context, t *terminal, v values, machines map[workflow.Kind]*workflow.Machine,
	chart func(workflow.Kind) (workflow.Chart, error),
) error {
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
		c, err := chart(k)
		if err != nil {
			return err
		}
		b, err := picture.Draw(ctx, v[format.name], c)
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
