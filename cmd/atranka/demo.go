package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

func (p *Program) demo(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Load two real strategies and serve them",
		Long: `Demo loads two Lithuanian strategies through the same commands that people use,
up to a day, and serves them with a clock that stands at the last second of that day
in Vilnius. By the end of 2019 Klaipėda's board has annulled a call and announced it
again, and listed the projects of three; by 2021-05-31 it has listed five more, whose
applications are due that day. Whatever the texts do not say is made up and marked
synthetic. Stopped and started again, it goes on with its file, which holds one day;
delete the file to begin anew.`,
		Example: `  atranka demo
  atranka demo --at 2021-05-31 --db sqlite:atranka-demo-2021.db
  atranka demo --db 'postgres:host=/run/postgresql dbname=demo sslmode=disable' --listen 127.0.0.1:9000`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database.withDefault("sqlite:atranka-demo.db"), listen, at)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		db, err := open(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.demoFrom(c.Context(), t, db, v), db.Close())
	}
	return c
}

func (p *Program) demoFrom(ctx context.Context, t *terminal, db *opened, v values) error {
	if err := db.ready(ctx); err != nil {
		return err
	}
	// The port comes first: to learn after the load that it is taken is late.
	listener, err := listenOn(ctx, v[listen.name])
	if err != nil {
		return err
	}
	c, err := load(ctx, t, db, v[at.name])
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := db.LoadDefinitions(ctx, db.machines); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := p.welcome(ctx, t.out, db, c, listener); err != nil {
		return errors.Join(err, listener.Close())
	}
	return p.answerAndWork(ctx, listener, p.engine(db, c, true), db, t.logger())
}

// load brings the demonstration of a day into the database and gives its clock back,
// standing at the day's end. The randomness of the load is the same in every run;
// what is made afterwards is not, or it would be made twice.
func load(ctx context.Context, t *terminal, db *opened, at string) (*clock.Manual, error) {
	day, err := demo.ParseDay(at)
	if err != nil {
		return nil, err
	}
	c := clock.NewManual(demo.Begin)
	eng := &workflow.Engine{
		Machines: db.machines, Store: db.Store, Clock: c, IDs: ident.NewSource(c, rand.NewChaCha8(demo.Seed("ids"))),
		Random: rand.NewChaCha8(demo.Seed("salts")), Simulated: true,
	}
	tell := progress(t.err, "loading", "acts")
	return c, demo.Start(ctx, db.Store, eng, c, day, func(done, total int, _ string) { tell(done, total) })
}

// demoRoles are the roles that get a token, in the order of a proposal's life.
var demoRoles = []workflow.Role{
	workflow.Applicant, workflow.Administrator, workflow.Evaluator, workflow.BoardMember, workflow.Chair, workflow.Secretary,
	workflow.AuditCommission, workflow.Auditor,
}

// demoTokensFor is longer than the standing clock will ever go.
const demoTokensFor = 365 * 24 * time.Hour

// exampleOf is the proposal that the README's example is about, the first of its
// title, for others may be drafted under it; nil on a day on which its applicant
// cannot carry the transition out.
func exampleOf(ctx context.Context, db *opened) (*ent.Proposal, error) {
	p, err := db.Reader().Proposal.Query().Where(proposal.Title(demo.Example)).Order(ent.Asc(proposal.FieldID)).First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the proposal of %s: %w", demo.Example, err)
	}
	if _, open := db.machines.Pinned(p.Definition).Lookup(workflow.StateName(p.State), exampleEvent); !open {
		return nil, nil
	}
	return p, nil
}

// exampleEvent is the README's transition.
const exampleEvent workflow.EventName = "apply"

// holderShown is whose token of a role is printed: of the applicants the one who
// can do what the README shows, else the first.
func holderShown(holdings []store.Holding, example *ent.Proposal) store.Holding {
	for _, h := range holdings {
		if example != nil && h.Organisation == example.ApplicantID {
			return h
		}
	}
	return holdings[0]
}

// welcome prints what a visitor needs: the address, a token of each role,
// queries to paste, and what the README's transition takes.
func (p *Program) welcome(ctx context.Context, w io.Writer, db *opened, c clock.Clock, l net.Listener) error {
	fmt.Fprintf(w, "\nAtranka, the demonstration. All data are simulated; the clock stands at %s in Vilnius.\n",
		c.Now().Time().In(clock.Vilnius).Format(time.DateTime))
	fmt.Fprintf(w, "\n  %-12s %s\n  %-12s %s\n", "GraphiQL", url(l), "GraphQL", url(l)+"graphql")
	fmt.Fprint(w, "\nA token of each role, for the header Authorization: Bearer TOKEN\n\n")
	tokens := db.Tokens(c, p.Random)
	shown, err := exampleOf(ctx, db)
	if err != nil {
		return err
	}
	for _, r := range demoRoles {
		holdings, err := tokens.Holdings(ctx, r, "")
		if err != nil {
			return err
		}
		if len(holdings) == 0 {
			return fmt.Errorf("nobody holds the role %s", r)
		}
		one := holderShown(holdings, shown)
		token, err := tokens.Create(ctx, store.TokenFor{
			Person: one.Person, Role: r, LAG: one.LAG, ExpiresAt: c.Now().Add(demoTokensFor),
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-16s %s  %s\n", r, token, one.Name)
	}
	fmt.Fprintln(w, "\nThree queries to paste:")
	for _, q := range demoQueries {
		fmt.Fprintf(w, "\n# %s, with the token of the role %s\n%s\n", q.title, q.role, q.text)
	}
	if shown != nil {
		fmt.Fprintf(w, "\n# The transition of the README, with the token of the role %s and the variables\n{\"id\": %q, \"version\": %d}\n",
			workflow.Applicant, shown.ID, shown.Version)
	}
	fmt.Fprintln(w, "\nStop with Ctrl-C; start again to go on with the same data.")
	return nil
}
