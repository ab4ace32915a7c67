package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// opened is a database with the machines that its cases run on.
type opened struct {
	*store.Store
	machines *workflow.Machines
}

// open opens the database and changes nothing in it; opening an SQLite file
// that is not there makes an empty one.
func open(ctx context.Context, address string) (*opened, error) {
	a, err := store.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	machines, err := store.Machines()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, a, machines)
	if err != nil {
		return nil, err
	}
	return &opened{s, machines}, nil
}

// openExisting opens a database that has to be there and up to date.
func openExisting(ctx context.Context, address string) (*opened, error) {
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	db, err := open(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := db.upToDate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// upToDate refuses a database that lacks migrations.
func (o *opened) upToDate(ctx context.Context) error {
	files, _, err := o.Outstanding(ctx)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		return fmt.Errorf("the database lacks %s; run atranka migrate", strings.Join(files, ", "))
	}
	return nil
}

// ready migrates a database that never was, and refuses one that is behind:
// an upgrade is for whoever runs it to decide on, with a backup.
func (o *opened) ready(ctx context.Context) error {
	_, fresh, err := o.Outstanding(ctx)
	if err != nil {
		return err
	}
	if !fresh {
		return o.upToDate(ctx)
	}
	_, err = o.Migrate(ctx)
	return err
}

func (p *Program) migrate(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring a database up to date",
		Long: `Migrate brings the database to the schema of this program, in one transaction.
An SQLite file that is not there is made. Take a backup first.`,
		Example: `  atranka migrate --db sqlite:atranka.db
  atranka migrate --db 'postgres:host=db user=atranka_owner dbname=atranka sslmode=verify-full' --serving-role atranka_serve`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, servingRole)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		db, err := open(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.bringUpToDate(c.Context(), t, db, v[servingRole.name]), db.Close())
	}
	return c
}

func (p *Program) bringUpToDate(ctx context.Context, t *terminal, db *opened, grantTo string) error {
	done, err := db.Migrate(ctx)
	if err != nil {
		return err
	}
	if err := db.LoadDefinitions(ctx, db.machines); err != nil {
		return err
	}
	if len(done.Files) > 0 {
		// An older program may have kept no timers, or others.
		if err := p.engine(db, p.Clock, false).Appoint(ctx); err != nil {
			return err
		}
	}
	for _, f := range done.Files {
		fmt.Fprintln(t.out, "applied", f)
	}
	if len(done.Files) == 0 {
		fmt.Fprintln(t.out, "nothing to do: the database is up to date")
	}
	if grantTo == "" {
		return nil
	}
	if err := db.GrantServing(ctx, grantTo); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "granted to", grantTo, "what a server needs")
	return nil
}

func (p *Program) verify(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check the history and hold the tables against it",
		Long: `Verify checks every dossier's chain, replays what the entries say, and holds
every row and every envelope against it, and the log that entries are sealed into
against what was signed of it. Each fault is one line: the entry, what is wrong, and
where. Progress goes to standard error.

With the log's public key and the last checkpoint that you kept, whoever runs the
database cannot have changed, left out or moved what that checkpoint contains. Without
them the database is held against itself, and whoever rewrites all of it passes.

Exit code 0: the history holds. 1: it does not. 2: it could not be checked.`,
		Example: `  atranka verify --db sqlite:atranka.db
  atranka verify --db sqlite:atranka.db > faults.txt || echo "exit $?"
  atranka verify --db sqlite:atranka.db --verify-key log.pub --kept checkpoint.txt`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, publicFile, keptFile)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		a, err := against(v)
		if err != nil {
			return err
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(verify(c.Context(), t, db, a), db.Close())
	}
	return c
}

func verify(ctx context.Context, t *terminal, db *opened, a store.Against) error {
	rep, err := db.Verify(ctx, a, progress(t.err, "verifying", "dossiers"))
	if err != nil {
		return fmt.Errorf("could not check the history: %w", err)
	}
	for _, f := range rep.Faults {
		fmt.Fprintln(t.out, f)
	}
	simulated := ""
	if rep.Simulated {
		simulated = "; entries were written under an injected clock (simulated)"
	}
	checked := fmt.Sprintf("%d dossiers, %d entries, %d rows%s", rep.Dossiers, rep.Entries, rep.Rows, simulated)
	if len(rep.Faults) > 0 {
		fmt.Fprintf(t.out, "the history does not hold: %d faults in %s\n", len(rep.Faults), checked)
		return errFound
	}
	fmt.Fprintln(t.out, "the history holds:", checked)
	fmt.Fprintln(t.out, sealedText(rep.Log, a.Keys, len(a.Kept) > 0))
	return nil
}

func (p *Program) export(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the history and the rows as JSON Lines",
		Long: `Export writes every dossier with its entries, as the bytes that are hashed, and
every row. Two databases of one history export the same bytes, on either engine.
Personal text is left out: the commitments that stand for it are there.`,
		Example: `  atranka export --db sqlite:atranka.db --out atranka.jsonl
  atranka export | sha256sum`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, outFile)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(exportTo(c.Context(), t, db, v[outFile.name]), db.Close())
	}
	return c
}

func exportTo(ctx context.Context, t *terminal, db *opened, path string) error {
	if path == "-" {
		return db.Export(ctx, t.out)
	}
	if err := replaceFile(path, func(w io.Writer) error { return db.Export(ctx, w) }); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	fmt.Fprintln(t.err, "wrote", path)
	return nil
}

// replaceFile writes beside the file and renames, on disk before it returns: a file
// of that name is never half of what it should be.
func replaceFile(path string, write func(io.Writer) error) error {
	partial := path + ".partial"
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
