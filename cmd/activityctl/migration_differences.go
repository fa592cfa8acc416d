package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

func newMigrationDifferencesCommand() *cobra.Command {
	var db database
	var output output
	var limit int
	cmd := &cobra.Command{
		Use:   "differences [id]",
		Short: "Name the rows that old and new don't have alike",
		Long: `differences prints the rows that only one of the two trails has, or that both have
unlike, those found last first. parity found what is of one transaction: the log has a
change that the triggers have not written, or the reverse. comparison found it by reading
every audit row and its activity.

Once the reason is gone, "activityctl migration resume" forgets them and compares again.

Exit status: 0 when there are none, 3 when there are.`,
		Example: `  activityctl migration differences
  activityctl migration differences --limit 0 -o ndjson | jq -r .detail`,
		Args: atMostAnID,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withMigrations(cmd.Context(), &db, func(_ *pgxpool.Pool, migrations *store.Migrations) error {
				m, err := chosen(cmd.Context(), migrations, args, false)
				if err != nil {
					return err
				}
				found, err := migrations.Differences(cmd.Context(), m.ID, limit)
				if err != nil || len(found) == 0 {
					return err
				}
				if err := printDifferences(cmd.OutOrStdout(), output, found); err != nil {
					return err
				}
				return &foundError{exitWarnings}
			})
		},
	}
	db.register(cmd.Flags())
	output.register(cmd.Flags())
	cmd.Flags().IntVar(&limit, "limit", store.DefaultPageSize, "print at most so many; 0 is all")
	return cmd
}

func printDifferences(w io.Writer, form output, found []store.Difference) error {
	rows := [][]string{{"FOUND", "BY", "KIND", "TABLE", "AUDIT TABLE", "KEY", "LSN", "OCCURRED", "DETAIL"}}
	for i := range found {
		d := &found[i]
		if form == outputNDJSON {
			if err := writeLine(w, differenceOutputOf(d)); err != nil {
				return err
			}
			continue
		}
		key, lsn, occurred := "-", "-", "-"
		if d.SourceKey != nil {
			key = strconv.FormatInt(*d.SourceKey, 10)
		}
		if d.LSN != 0 {
			lsn = replication.LSN(d.LSN).String()
		}
		if !d.OccurredAt.IsZero() {
			occurred = stampTime(d.OccurredAt)
		}
		rows = append(rows, []string{
			minute(d.FoundAt), d.FoundBy, d.Kind, cell(d.Table), cell(d.Source), key, lsn, occurred, cell(d.Detail),
		})
	}
	if form == outputNDJSON {
		return nil
	}
	_, err := fmt.Fprint(w, aligned(rows))
	return err
}
