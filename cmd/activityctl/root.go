package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "activityctl",
		Short: "Look after an activity trail and read it",
		Long: `activityctl looks after an activity trail in Postgres and reads it.

Exit status: 0 when the command did what it was asked (also when a list is
empty, and when Ctrl-C ends tail), 1 when it failed, 2 when it was called
wrongly; doctor and wal have 3 and 4 too, for what they found. Data goes to standard output,
everything else to standard error.`,
		Args:          noArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(newSchemaCommand(), newQueryCommand(), newTailCommand(), newCountsCommand(), newImportCommand(), newRejectedCommand(), newTokenCommand(), newDoctorCommand(), newWALCommand(), newMigrationCommand(), newSealCommand(), newVerifyCommand(), newEraseCommand(), newMaintainCommand())
	return root
}

// noArguments refuses positional arguments; above subcommands, they are names of
// commands that don't exist.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return &usageError{fmt.Errorf("there is no command %q", cmd.CommandPath()+" "+args[0])}
	}
	return &usageError{errors.New(cmd.CommandPath() + " takes flags only, not " + fmt.Sprintf("%q", args[0]))}
}
