package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

func newRejectedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rejected",
		Short: "Work with records that the database refused",
		Long: `rejected works with dead letters: records that Postgres refused, each kept with
its reason and with what was sent. They harm nobody. Once the reason is gone (a
constraint of your own, a full disk, an older version of this program), replay
them; what nobody wants, drop.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRejectedListCommand(), newRejectedShowCommand(), newRejectedReplayCommand(), newRejectedDropCommand())
	return cmd
}

func newRejectedListCommand() *cobra.Command {
	var db database
	var output output
	var project string
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List them, newest first",
		Long: `list prints the dead letters, newest first: when each was refused, its id, when
it happened, and Postgres' reason.`,
		Example: `  activityctl rejected list
  activityctl rejected list --project shop -o ndjson | jq -r .id`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDeadLetters(cmd.Context(), &db, func(pool *pgxpool.Pool) error {
				out := newLetterPrinter(output, cmd.OutOrStdout())
				err := eachLetter(cmd.Context(), pool, project, limit, out.print)
				return errors.Join(err, out.flush())
			})
		},
	}
	db.register(cmd.Flags())
	output.register(cmd.Flags())
	cmd.Flags().StringVar(&project, "project", "", "only those of this project")
	cmd.Flags().IntVar(&limit, "limit", store.DefaultPageSize, "print at most so many; 0 is all")
	return cmd
}

func newRejectedShowCommand() *cobra.Command {
	var db database
	cmd := &cobra.Command{
		Use:     "show id",
		Short:   "Print one with what was sent, as OTLP/JSON",
		Example: `  activityctl rejected show 01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60`,
		Args:    ids(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeadLetters(cmd.Context(), &db, func(pool *pgxpool.Pool) error {
				letter, payload, err := store.NewDeadLetters(pool).Read(cmd.Context(), parseID(args[0]))
				if err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				return showLetter(cmd.OutOrStdout(), &letter, payload)
			})
		},
	}
	db.register(cmd.Flags())
	return cmd
}

func newRejectedReplayCommand() *cobra.Command {
	var db database
	var all bool
	cmd := &cobra.Command{
		Use:   "replay id...",
		Short: "Write them again, and forget those that are stored",
		Long: `replay maps what was sent anew and writes it, as the Collector would. A record that
is stored now is no dead letter any more; one that is refused again stays one. It can
be repeated, and broken off, at any time: nothing is stored twice.`,
		Example: `  activityctl rejected replay 01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60
  activityctl rejected replay --all`,
		Args: idsOrAll(&all),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeadLetters(cmd.Context(), &db, func(pool *pgxpool.Pool) error {
				r := newReplay(pool)
				err := chosenLetters(cmd.Context(), pool, args, all, r.replay)
				cmd.PrintErrf("stored %d, refused again %d\n", r.stored, r.refused)
				if err == nil && r.refused > 0 {
					err = fmt.Errorf("%d were refused again; \"activityctl rejected list\" says why", r.refused)
				}
				return err
			})
		},
	}
	db.register(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "all of them")
	return cmd
}

func newRejectedDropCommand() *cobra.Command {
	var db database
	var all bool
	cmd := &cobra.Command{
		Use:   "drop id...",
		Short: "Forget them for good",
		Example: `  activityctl rejected drop 01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60
  activityctl rejected drop --all`,
		Args: idsOrAll(&all),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withDeadLetters(cmd.Context(), &db, func(pool *pgxpool.Pool) error {
				letters, dropped := store.NewDeadLetters(pool), 0
				err := chosenLetters(cmd.Context(), pool, args, all, func(ctx context.Context, l *store.Rejected) error {
					dropped++
					return letters.Drop(ctx, l)
				})
				cmd.PrintErrf("dropped %d\n", dropped)
				return err
			})
		},
	}
	db.register(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "all of them")
	return cmd
}
