package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

var (
	groupName = setting{
		name: "name", usage: "the group's full name", allowed: "a name",
	}
	shortName = setting{
		name: "short-name", usage: "the group's short name", allowed: "a name",
	}
	administrator = setting{
		name: "administrator", usage: "the name of the group's first administrator", allowed: "a person's name",
	}
)

func (p *Program) found(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "found --name NAME --short-name NAME --administrator NAME",
		Short: "Begin a local action group with its first administrator",
		Long: `Found begins the dossier of a local action group, registers its first
administrator and prints a bearer token for them. Everybody else is registered
and granted a role by that administrator. It migrates an empty database.`,
		Example: `  atranka found --db sqlite:atranka.db --name 'Vietos veiklos grupė' --short-name VVG --administrator 'Vardas Pavardė'`,
		Args:    cobra.NoArgs,
	}
	g := p.takes(c, database, groupName, shortName, administrator, expires)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		for _, s := range []setting{groupName, shortName, administrator} {
			if v[s.name] == "" {
				return fmt.Errorf("give --%s, %s", s.name, s.allowed)
			}
		}
		db, err := open(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.begin(c.Context(), t, db, v), db.Close())
	}
	return c
}

func (p *Program) begin(ctx context.Context, t *terminal, db *opened, v values) error {
	if err := db.ready(ctx); err != nil {
		return err
	}
	ends, err := expiry(v[expires.name], p.Clock.Now())
	if err != nil {
		return err
	}
	simulated, err := db.Simulated(ctx)
	if err != nil {
		return err
	}
	if simulated {
		return errSimulated
	}
	eng := p.engine(db, p.Clock, false)
	group, person := eng.IDs.New(ident.LAG), eng.IDs.New(ident.Person)
	for _, act := range []workflow.Record{
		workflow.FoundLAG{ID: group, Name: v[groupName.name], ShortName: v[shortName.name]}.Record(),
		workflow.RegisterPerson{ID: person, Name: v[administrator.name]}.Record(),
		workflow.GrantRole{
			ID: eng.IDs.New(ident.RoleGrant), Person: person, LAG: group, Role: workflow.Administrator, Since: eng.Today(),
		}.Record(),
	} {
		if _, err := eng.Do(ctx, workflow.SystemActor(), act); err != nil {
			return fmt.Errorf("%s: %w", act.Kind, err)
		}
	}
	token, err := db.Tokens(p.Clock, p.Random).Create(ctx, store.TokenFor{
		Person: person, Role: workflow.Administrator, LAG: group, ExpiresAt: ends,
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(t.err, "founded", group, "with administrator", person)
	fmt.Fprintln(t.out, token)
	return nil
}
