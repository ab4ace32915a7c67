package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/atranka/atranka/ranking"
)

func rankings(t *terminal) *cobra.Command {
	c := &cobra.Command{
		Use:     "ranking",
		Short:   "Compute rankings, and frozen ones again",
		Example: "  atranka ranking compute input.json > ranking.json\n  atranka ranking verify ranking.json",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(rankingCompute(t), rankingVerify(t))
	return c
}

func rankingCompute(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "compute FILE",
		Short: "Compute a ranking from what evaluators gave",
		Long: `Compute reads the input of a ranking (the rubric, the sheets, the money and how a
list is filled), or a frozen ranking, of which it takes the input, and prints the
ranking with every step. To see what another envelope or another score would
change, change it there and compare.

Exit code 0: done. 1: the input is unusable, or a proposal is not scored. 2: the
file could not be read.`,
		Example: "  atranka ranking compute input.json > ranking.json\n  jq '.input | .budget = \"200000.00\"' ranking.json | atranka ranking compute -",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			text, err := readText(c.InOrStdin(), files[0])
			if err != nil {
				return err
			}
			computed, err := again(text)
			if err != nil {
				fmt.Fprintf(t.err, "%s: %v\n", files[0], err)
				return errFound
			}
			_, err = fmt.Fprintf(t.out, "%s\n", computed)
			return err
		},
	}
}

// again is the text of the ranking that the input gives, or that of a frozen one.
func again(text []byte) ([]byte, error) {
	in, err := ranking.ReadInput(text)
	if err != nil {
		return nil, err
	}
	s, err := ranking.Compute(in)
	if err != nil {
		return nil, err
	}
	computed, _, err := s.Text()
	return computed, err
}

func rankingVerify(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE…",
		Short: "Compute a frozen ranking again from its own input",
		Long: `Verify reads the text of a frozen ranking, computes every score, place and list
again from the sheets and the money that stand in it, and compares the bytes. It
needs no server and no database. What it prints is the SHA-256 of the text, which
has to be the one that was published with the ranking: a text that holds and has
another hash is another ranking.

Exit code 0: all hold. 1: one does not, and the first difference is printed. 2: a
file could not be read.`,
		Example: "  atranka ranking verify ranking.json\n  curl -s https://…/ranking.json | atranka ranking verify -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			var err error
			for _, name := range files {
				text, readErr := readText(c.InOrStdin(), name)
				if readErr != nil {
					return readErr
				}
				if !holds(t.out, name, bytes.TrimSuffix(text, []byte("\n"))) {
					err = errFound
				}
			}
			return err
		},
	}
}

// readText reads the file, or standard input where it is "-".
func readText(in io.Reader, name string) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name) //nolint:gosec // the user's own file
		if err != nil {
			return nil, fmt.Errorf("read the ranking: %w", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, ranking.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the ranking: %w", err)
	}
	return text, nil
}

// holds says whether the ranking is what its input gives, and prints what it is or what
// differs.
func holds(w io.Writer, name string, text []byte) bool {
	s, err := ranking.Verify(text)
	if err != nil {
		fmt.Fprintf(w, "%s does not hold: %v\n", name, err)
		return false
	}
	count := map[ranking.List]int{}
	for _, line := range s.Lines {
		count[line.List]++
	}
	fmt.Fprintf(w, "%s holds: call %s, %d proposals, %d for funding, %d on the reserve list, %d below the threshold, %d undecided\nSHA-256 %s\n", name, s.Input.Call,
		len(s.Lines), count[ranking.Funding], count[ranking.Reserve], count[ranking.BelowThreshold], count[ranking.Undecided], ranking.Hash(text))
	return true
}
