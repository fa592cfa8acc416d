package main

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/walplan"
)

const defaultWALName = "otel_activity"

func newWALCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "wal",
		Short: "Prepare a database whose row changes are read from its WAL, and look after it",
		Long: `wal prepares a database of an application for the receiver postgres_wal, which reads
row changes from the logical decoding stream, and says how its slot is doing. It
changes nothing.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWALPlanCommand(), newWALStatusCommand())
	return cmd
}

// walNames are the flags for what the receiver reads by.
type walNames struct{ publication, slot string }

func (n *walNames) register(flags *pflag.FlagSet) {
	flags.StringVar(&n.publication, "publication", defaultWALName, "name of the publication")
	flags.StringVar(&n.slot, "slot", defaultWALName, "name of the replication slot")
}

var slotName = regexp.MustCompile(`\A[a-z0-9_]{1,63}\z`)

func (n *walNames) check() error {
	if !slotName.MatchString(n.slot) {
		return &usageError{fmt.Errorf("--slot %q: a slot's name has lower-case letters, digits and underscores, 63 at most", n.slot)}
	}
	if n.publication == "" {
		return &usageError{errors.New("--publication: name it")}
	}
	return nil
}

func (n *walNames) wanted() walplan.Wanted {
	return walplan.Wanted{Publication: n.publication, Slot: n.slot}
}
