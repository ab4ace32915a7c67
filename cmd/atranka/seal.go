package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/atranka/atranka/history/seal"
	"github.com/atranka/atranka/store"
)

var (
	origin = setting{
		name: "origin", usage: "the name of the log that the key is for", allowed: "a name without spaces, such as atranka.example.lt/log",
		fits: func(v string) bool { return v == "" || seal.ValidOrigin(v) == nil },
	}
	keyFile = setting{
		name: "seal-key", usage: "the file with the key that checkpoints are signed with", allowed: "a path; atranka key new writes one",
	}
	keepFile = setting{
		name: "seal-keep", usage: "the file that keeps the last checkpoint outside the database", allowed: "a path, on another disk than the database",
	}
	publicFile = setting{
		name: "verify-key", usage: "the file with the log's public keys, one a line", allowed: "a path; atranka key public writes one",
	}
	keptFile = setting{
		name: "kept", usage: "the file with the last checkpoint that you kept", allowed: "a path; needs --verify-key",
	}
)

func (p *Program) key(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "Make and show the key that checkpoints are signed with",
		Long: `The key signs checkpoints of the log that every entry is sealed into. Keep it where
neither the database nor its backups are; whoever has both can sign another past.
Publish its public half, by which anybody verifies.`,
		Example: "  atranka key new --origin atranka.example.lt/log --seal-key /etc/atranka/seal.key\n  atranka key public --seal-key /etc/atranka/seal.key > log.pub",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.keyNew(t), p.keyPublic(t))
	return c
}

func (p *Program) keyNew(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "new --origin NAME --seal-key FILE",
		Short: "Write a new key to a file that is not there yet",
		Long: `New writes a key for the log of that name, readable by you alone, and prints its
public half. A log keeps its name for good: it stands in every checkpoint.`,
		Example: `  atranka key new --origin atranka.example.lt/log --seal-key /etc/atranka/seal.key`,
		Args:    cobra.NoArgs,
	}
	g := p.takes(c, origin, keyFile)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		if err := v.need(origin, keyFile); err != nil {
			return err
		}
		k, err := seal.NewKey(p.Random, v[origin.name])
		if err != nil {
			return err
		}
		if err := writeNew(v[keyFile.name], k.Private()); err != nil {
			return fmt.Errorf("write the key: %w", err)
		}
		fmt.Fprintln(t.out, k.Public())
		return nil
	}
	return c
}

// need refuses settings that were not given.
func (v values) need(settings ...setting) error {
	for _, s := range settings {
		if v[s.name] == "" {
			return fmt.Errorf("give --%s, %s", s.name, s.allowed)
		}
	}
	return nil
}

// writeNew writes a file that only its owner reads, and refuses one that is there.
func writeNew(path, line string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the user's own file
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, line+"\n")
	return errors.Join(err, f.Sync(), f.Close())
}

func (p *Program) keyPublic(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "public --seal-key FILE",
		Short:   "Print the public half of a key",
		Long:    `Public prints the line by which anybody verifies what the key signed.`,
		Example: `  atranka key public --seal-key /etc/atranka/seal.key > log.pub`,
		Args:    cobra.NoArgs,
	}
	g := p.takes(c, keyFile)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		k, err := readKey(v)
		if err == nil {
			fmt.Fprintln(t.out, k.Public())
		}
		return err
	}
	return c
}

func readKey(v values) (seal.Key, error) {
	if err := v.need(keyFile); err != nil {
		return seal.Key{}, err
	}
	text, err := os.ReadFile(v[keyFile.name])
	if err != nil {
		return seal.Key{}, fmt.Errorf("read the key: %w", err)
	}
	k, err := seal.ParseKey(string(text))
	if err != nil {
		return seal.Key{}, fmt.Errorf("read the key in %s: %w", v[keyFile.name], err)
	}
	return k, nil
}

func (p *Program) seal(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:   "seal --seal-key FILE",
		Short: "Seal what the history has into the log, and sign a checkpoint",
		Long: `Seal puts every entry that is not sealed yet into the log, in one order for good,
signs a checkpoint of it and prints that. With --seal-keep it writes it to that file
as well, and refuses to sign over a database that holds less than the file says: an
older copy was restored, or somebody took entries out.

Give the checkpoint to whoever is to be able to prove later that nothing was changed
since: atranka verify --verify-key log.pub --kept checkpoint.txt.

Exit code 0: sealed. 1: a dossier does not hold and stands still; the others are
sealed. 2: nothing was signed.`,
		Example: `  atranka seal --db sqlite:atranka.db --seal-key seal.key
  atranka seal --db sqlite:atranka.db --seal-key seal.key --seal-keep /mnt/other/checkpoint.txt`,
		Args: cobra.NoArgs,
	}
	g := p.takes(c, database, keyFile, keepFile)
	c.RunE = func(c *cobra.Command, _ []string) error {
		v, err := g.resolve(c)
		if err != nil {
			return err
		}
		k, err := readKey(v)
		if err != nil {
			return err
		}
		db, err := openExisting(c.Context(), v[database.name])
		if err != nil {
			return err
		}
		return errors.Join(p.sealAll(c.Context(), t, db, k, v[keepFile.name]), db.Close())
	}
	return c
}

func (p *Program) sealAll(ctx context.Context, t *terminal, db *opened, k seal.Key, keep string) error {
	q, err := db.Sequencer(ctx, k.Name(), p.Clock)
	if err != nil {
		return err
	}
	defer func() { _ = q.Close() }()
	if err := heldTo(ctx, q, keep, k); err != nil {
		return err
	}
	stuck := map[string]bool{}
	for more := true; more; {
		did, err := q.Seal(ctx)
		if err != nil {
			return err
		}
		more = did.More
		for _, s := range did.Stuck {
			stuck[s.Error()] = true
		}
		fmt.Fprintf(t.err, "sealed %d entries\n", did.Size)
	}
	if _, err := q.Sign(ctx, k); err != nil {
		return err
	}
	c, err := db.LastCheckpoint(ctx)
	if errors.Is(err, store.ErrUnsealed) {
		fmt.Fprintln(t.out, "there is nothing to seal yet")
		return nil
	}
	if err != nil {
		return err
	}
	if keep != "" {
		err := replaceFile(keep, func(w io.Writer) error { _, err := w.Write(c.Note); return err })
		if err != nil {
			return fmt.Errorf("keep the checkpoint: %w", err)
		}
	}
	fmt.Fprintf(t.out, "%s", c.Note)
	for s := range stuck {
		fmt.Fprintln(t.err, s)
	}
	if len(stuck) > 0 {
		return errFound
	}
	return nil
}

// heldTo refuses a database that does not hold what the file of the last checkpoint
// says; where there is no file yet there is nothing to hold it to.
func heldTo(ctx context.Context, q *store.Sequencer, keep string, k seal.Key) error {
	if keep == "" {
		return nil
	}
	kept, err := os.ReadFile(keep) //nolint:gosec // the user's own file
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the checkpoint kept: %w", err)
	}
	c, err := seal.Open(kept, k.Verifier())
	if err == nil {
		err = q.Holds(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("%s: %w. Nothing was signed. Restore the newest copy of the database; if entries are lost for good, keep this file: it is what proves that they were there", keep, err)
	}
	return nil
}

// against reads what the log is to be held against.
func against(v values) (store.Against, error) {
	var a store.Against
	if name := v[publicFile.name]; name != "" {
		text, err := os.ReadFile(name) //nolint:gosec // the user's own file
		if err != nil {
			return a, fmt.Errorf("read the public keys: %w", err)
		}
		if a.Keys, err = seal.ParsePublic(string(text)); err != nil {
			return a, fmt.Errorf("%s: %w", name, err)
		}
	}
	if name := v[keptFile.name]; name != "" {
		if len(a.Keys) == 0 {
			return a, fmt.Errorf("give --%s with --%s: without the log's key a checkpoint is nobody's word", publicFile.name, keptFile.name)
		}
		text, err := os.ReadFile(name) //nolint:gosec // the user's own file
		if err != nil {
			return a, fmt.Errorf("read the checkpoint kept: %w", err)
		}
		a.Kept = text
	}
	return a, nil
}

// sealedText says how far the log goes and what it was held against.
func sealedText(l store.LogReport, keys []note.Verifier, kept bool) string {
	switch {
	case l.Origin == "":
		return "nothing is sealed: the history is held against itself alone"
	case len(keys) == 0:
		return fmt.Sprintf("%d entries are sealed in %s and %d are not; no key was given, so nobody's signature was checked", l.Sealed, l.Origin, l.Unsealed)
	case !kept:
		return fmt.Sprintf("%d entries are sealed in %s under its key and %d are not; no checkpoint was given, so a database that was put back whole is not noticed", l.Sealed, l.Origin, l.Unsealed)
	}
	return fmt.Sprintf("%d entries are sealed in %s under its key, in agreement with the checkpoint kept, and %d are not sealed", l.Sealed, l.Origin, l.Unsealed)
}
