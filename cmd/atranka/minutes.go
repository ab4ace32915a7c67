package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/graph"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// paperForm is for whom a paper is written.
var paperForm = setting{
	name: "form", usage: "for whom the paper is", byDefault: string(report.Full), allowed: "full or published",
	fits: func(v string) bool { return v == string(report.Full) || v == string(report.Published) },
}

func (p *Program) minutes(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "minutes ID",
		Short: "Write the minutes of a meeting as PDF",
		Long: `Minutes writes the signed minutes with the id or, by the id of a meeting, its
latest version. In full they name persons; as published they have no personal data.
The same minutes give the same bytes.`,
		Example: `  atranka minutes mtg_01h455vb4pex5vsknk084sn02q --lang lt --out minutes.pdf
  atranka minutes mnt_01h455vb4pex5vsknk084sn02q --form published --db sqlite:atranka.db > minutes.pdf`,
		Args: cobra.ExactArgs(1),
	}
	g := p.takes(c, database, lang.withDefault(string(rules.LT)), paperForm, outFile)
	c.RunE = func(c *cobra.Command, ids []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		id, err := ident.Parse(ids[0])
		if err != nil || (id.Prefix() != ident.Minutes && id.Prefix() != ident.Meeting) {
			return fmt.Errorf("ID is %q; allowed is the id of minutes, mnt_…, or of a meeting, mtg_…", ids[0])
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		file, err := p.minutesOf(c.Context(), db, id, rules.Lang(v[lang.name]), report.Form(v[paperForm.name]))
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
		if v[outFile.name] == "-" {
			_, err = t.out.Write(file)
			return err
		}
		return os.WriteFile(v[outFile.name], file, 0o600) // it may name persons
	}
	return c
}

// minutesOf makes the file as the office would get it: whoever has the database has it all.
func (p *Program) minutesOf(ctx context.Context, db *opened, id ident.ID, in rules.Lang, form report.Form) ([]byte, error) {
	if err := db.LoadDefinitions(ctx, db.machines); err != nil {
		return nil, err
	}
	papers := graph.NewPapers(graph.Options{Engine: p.engine(db, clock.System{}, false), Driver: db.ReadDriver()})
	office := graph.WithActor(ctx, workflow.Actor{Grants: []workflow.Grant{{Role: workflow.Auditor}}})
	paper, err := papers.Minutes(office, id, in, form)
	if workflow.Refused(err, workflow.NotFound) {
		return nil, fmt.Errorf("there are no signed minutes of %s in the database", id)
	}
	if err != nil {
		return nil, err
	}
	return paper.PDF()
}
