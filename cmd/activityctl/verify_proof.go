package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

// maxProof bounds what is read as a proof: one with the largest documents has less.
const maxProof = 256 << 20

func newProveCommand() *cobra.Command {
	var db database
	cmd := &cobra.Command{
		Use:   "prove id",
		Short: "Print a proof that an activity was there",
		Long: `prove prints, as JSON, an activity with all its fields and the proof that it was
under a seal: whoever has the public key can check it with "activityctl verify
check", and needs no database. What was erased is in it as digests alone.`,
		Example: `  activityctl verify prove 01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60 > proof.json`,
		Args:    ids(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pool, err := db.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer pool.Close()
			proof, err := store.NewVerifier(pool).Prove(cmd.Context(), parseID(args[0]))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], explain(err))
			}
			return writeJSON(cmd.OutOrStdout(), proof)
		},
	}
	db.register(cmd.Flags())
	return cmd
}

func newCheckCommand() *cobra.Command {
	var keys publicKeys
	cmd := &cobra.Command{
		Use:   "check file",
		Short: "Check a proof, without a database, and print what it proves",
		Long: `check reads a proof that "activityctl verify prove" printed, from a file or from
standard input when the file is -, and prints the activity that it proves.

Exit status: 0 when the proof holds, 3 when it doesn't.`,
		Example: `  activityctl verify check --public-key seal.pem.pub proof.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{errors.New(cmd.CommandPath() + " takes the file of a proof, or -")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			trusted, err := keys.read()
			if err != nil {
				return err
			}
			proof, err := readProof(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			if err := proof.Check(trusted); err != nil {
				cmd.PrintErrf("activityctl: the proof doesn't hold: %v\n", err)
				return &foundError{exitTampered}
			}
			return printProven(cmd.OutOrStdout(), proof)
		},
	}
	keys.register(cmd.Flags())
	return cmd
}

func readProof(path string, stdin io.Reader) (*seal.Proof, error) {
	if path != "-" {
		file, err := os.Open(path) //nolint:gosec // the user names it
		if err != nil {
			return nil, fmt.Errorf("read the proof: %w", err)
		}
		defer file.Close()
		stdin = file
	}
	text, err := io.ReadAll(io.LimitReader(stdin, maxProof))
	if err != nil {
		return nil, fmt.Errorf("read the proof: %w", err)
	}
	return seal.ParseProof(text)
}

func printProven(w io.Writer, p *seal.Proof) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, field := range slices.Concat(p.Fixed, p.Identity, p.Texts) {
		if text := store.Decoded(&field); text != "" {
			fmt.Fprintf(table, "%s\t%s\n", field.Column, cell(text))
		}
	}
	for _, document := range p.Documents {
		if document.Value != nil {
			var line bytes.Buffer
			_ = json.Compact(&line, document.Value) // it was parsed with the proof
			fmt.Fprintf(table, "%s\t%s\n", document.Column, cell(line.String()))
		}
	}
	fmt.Fprintf(table, "sealed\t%s, seal %d\n", stamp(p.Seal.SealedAt), p.Seal.Sequence)
	return table.Flush()
}
