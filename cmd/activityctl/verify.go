package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

func newVerifyCommand() *cobra.Command {
	v := &verification{}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the trail against its seals, and name what was tampered with",
		Long: `verify checks that the seals are those that were made and that the activities are
those that were sealed, and names the rows that were changed, removed or added, the
first one first. Activities of before there were seals, and of hours that are still
open, can't be checked; it says how many there are. Sealed activities that retention
removed are counted as such, as far as activity.retention_log accounts for them; that
log isn't sealed.

Keep the line "head …" of a check somewhere else, and give it to the next one with
--head: that is how it shows when the last seals are gone with all that they covered.

Exit status: 0 when nothing is wrong, 3 when something is, 1 when it could not be
checked, 2 when verify was called wrongly.`,
		Example: `  activityctl verify --public-key seal.pem.pub
  activityctl verify --public-key seal.pem.pub --since 30d --head "$(cat head)" --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return v.run(cmd) },
	}
	v.db.register(cmd.Flags())
	v.keys.register(cmd.Flags())
	cmd.Flags().Var(&v.since, "since", "only hours from this on: "+whenForms)
	cmd.Flags().Var(&v.until, "until", "only hours before this")
	cmd.Flags().Var(&v.head, "head", "a seal that must be there, as a check before printed it")
	cmd.Flags().BoolVar(&v.json, "json", false, "print the result as JSON, for programs")
	cmd.AddCommand(newProveCommand(), newCheckCommand())
	return cmd
}

// verification is one call of the command verify.
type verification struct {
	db           database
	keys         publicKeys
	since, until when
	head         anchor
	json         bool
}

func (v *verification) run(cmd *cobra.Command) error {
	keys, err := v.keys.read()
	if err != nil {
		return err
	}
	pool, err := v.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	var rows, hour atomic.Int64
	stop := watchProgress(cmd.ErrOrStderr(), func(limit int) string {
		line := fmt.Sprintf("checked %d activities, up to %s", rows.Load(), time.Unix(hour.Load(), 0).UTC().Format(time.RFC3339))
		return line[:min(limit, len(line))]
	})
	result, err := store.NewVerifier(pool).Run(cmd.Context(), store.VerifyRequest{
		Keys: keys, From: v.since.time, To: v.until.time, Anchor: v.head.anchor,
		Progress: func(at time.Time, n int64) { hour.Store(at.Unix()); rows.Store(n) },
	})
	stop()
	if err != nil {
		return explain(err)
	}
	printed := printVerification
	if v.json {
		printed = printVerificationJSON
	}
	if err := printed(cmd.OutOrStdout(), result); err != nil {
		return err
	}
	if len(result.Findings) > 0 {
		return &foundError{exitTampered}
	}
	return nil
}

// publicKeys is a flag: the files of the keys that seals may be signed with.
type publicKeys struct{ files []string }

func (k *publicKeys) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&k.files, "public-key", nil, "the file with the public key; again for each key that was used over time")
}

func (k *publicKeys) read() ([]ed25519.PublicKey, error) {
	if len(k.files) == 0 {
		return nil, &usageError{errors.New("name the public key with --public-key: a check without one proves nothing")}
	}
	var keys []ed25519.PublicKey
	for _, file := range k.files {
		text, err := os.ReadFile(file) //nolint:gosec // the user names it
		if err != nil {
			return nil, fmt.Errorf("read a public key: %w", err)
		}
		more, err := seal.ParsePublicKeys(text)
		if err != nil {
			return nil, &usageError{fmt.Errorf("%s: %w", file, err)}
		}
		keys = append(keys, more...)
	}
	return keys, nil
}

// anchor is a flag: a seal as anchorOf writes it.
type anchor struct{ anchor *store.Anchor }

func (*anchor) String() string { return "" }
func (*anchor) Type() string   { return "seal" }

func (a *anchor) Set(s string) error {
	number, digits, _ := strings.Cut(s, ":")
	sequence, err := strconv.ParseUint(number, 10, 63)
	hash, errHash := hex.DecodeString(digits)
	if err != nil || errHash != nil || len(hash) != seal.Size {
		return fmt.Errorf("%q is no seal: want its number, a colon and its hash, as verify prints them", s)
	}
	a.anchor = &store.Anchor{Sequence: sequence, Hash: seal.Digest(hash)}
	return nil
}
