package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

func (p *Program) token(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "token",
		Short:   "Give bearer tokens out",
		Example: "  atranka token create --role AUDITOR",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.tokenCreate(t))
	return c
}

func (p *Program) tokenCreate(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "create --role ROLE",
		Short: "Print a new bearer token of a person who holds the role",
		Long: `Create prints a bearer token on standard output; it is kept nowhere else. Where
several people hold the role, it lists them: name one with --person.`,
		Example: `  atranka token create --db sqlite:atranka.db --role AUDITOR
  atranka token create --role EVALUATOR --person per_01j9zq3v5kf8x8m7s0w4t2y6ab --expires 12h
  curl -H "Authorization: Bearer $(atranka token create --role CHAIR)" …`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, role, person, lag, expires)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		if v[role.name] == "" {
			return fmt.Errorf("give --role, %s", role.allowed)
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.createToken(c.Context(), t, db, v), db.Close())
	}
	return c
}

func (p *Program) createToken(ctx context.Context, t *terminal, db *opened, v values) error {
	tokens := db.Tokens(p.Clock, p.Random)
	ends, err := expiry(v[expires.name], p.Clock.Now())
	if err != nil {
		return err
	}
	f := store.TokenFor{
		Person: ident.ID(v[person.name]), Role: workflow.Role(v[role.name]), LAG: ident.ID(v[lag.name]), ExpiresAt: ends,
	}
	if f.Person == "" {
		if f.Person, err = onlyHolder(ctx, t, tokens, f.Role, f.LAG); err != nil {
			return err
		}
	}
	token, err := tokens.Create(ctx, f)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, token)
	return nil
}

// onlyHolder is the one person who holds the role; several are listed.
func onlyHolder(ctx context.Context, t *terminal, tokens *store.Tokens, r workflow.Role, group ident.ID) (ident.ID, error) {
	all, err := tokens.Holdings(ctx, r, group)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", fmt.Errorf("nobody holds the role %s today", r)
	}
	if !slices.ContainsFunc(all, func(h store.Holding) bool { return h.Person != all[0].Person }) {
		return all[0].Person, nil
	}
	for _, h := range all {
		fmt.Fprintf(t.err, "%s  %s  %s\n", h.Person, h.LAG, h.Name)
	}
	return "", fmt.Errorf("several people hold the role %s: name one with --person", r)
}
