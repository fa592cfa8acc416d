package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

func newSealCommand() *cobra.Command {
	var db database
	var secret secretKey
	var delay time.Duration
	cmd := &cobra.Command{
		Use:   "seal",
		Short: "Seal the hours that are over, so that tampering shows",
		Long: `seal signs, for each hour that is over, a Merkle root over the hashes of its
activities. The exporter does the same when it has a key; this command is for a
machine of its own, so that neither the Collector nor the database has the key. Run
it from time to time: hours that are sealed already cost nothing. What comes late
gets a seal of its own.`,
		Example: `  activityctl seal keygen --out seal.pem
  activityctl seal --key-file seal.pem --dsn postgres://sealer@localhost/app`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := sealingKey(&secret)
			if err != nil {
				return err
			}
			pool, err := db.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer pool.Close()
			seals := 0
			err = store.NewSealer(pool, key, delay).Run(cmd.Context(), func(s *seal.Seal) {
				seals++
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%d activities\tseal %s\n", stampTime(s.Hour.Time()), s.Rows, anchorOf(s))
			})
			cmd.PrintErrf("made %d seals\n", seals)
			return explain(err)
		},
	}
	db.register(cmd.Flags())
	secret.register(cmd.Flags())
	cmd.Flags().DurationVar(&delay, "delay", store.DefaultSealDelay, "how long after its end an hour counts as over")
	cmd.AddCommand(newSealKeygenCommand())
	return cmd
}

func sealingKey(secret *secretKey) (ed25519.PrivateKey, error) {
	text, err := secret.read()
	if err != nil {
		return nil, err
	}
	key, err := seal.ParsePrivateKey(text)
	if err != nil {
		return nil, &usageError{err}
	}
	return key, nil
}

// anchorOf names a seal as verify --head takes it.
func anchorOf(s *seal.Seal) string { return fmt.Sprintf("%d:%x", s.Sequence, s.Hash()) }

func newSealKeygenCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keygen",
		Short: "Make a key to seal with",
		Long: `keygen writes a new private key, and beside it the public key, which has .pub
behind its name and is for everybody who verifies. It overwrites nothing.`,
		Example: `  activityctl seal keygen --out seal.pem`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			private, public, err := seal.NewKey()
			if err != nil {
				return err
			}
			if err := writeNew(out, private, 0o600); err != nil {
				return err
			}
			if err := writeNew(out+".pub", public, 0o644); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s.pub\n", out, out)
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "seal.pem", "the file for the private key")
	return cmd
}

// writeNew writes a file that must not exist.
func writeNew(path string, content []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the user names it
	if err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
