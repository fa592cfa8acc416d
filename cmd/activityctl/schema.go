package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/sql"
)

func newSchemaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Apply, print or check the database's schema",
		Long: `schema brings a database to what this program needs. Everything is in the
database schema "activity"; versions only go forward.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSchemaUpCommand(), newSchemaPrintCommand(), newSchemaStatusCommand(), newSchemaRolesCommand())
	return cmd
}

func newSchemaUpCommand() *cobra.Command {
	var db database
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Apply the migrations that the database lacks",
		Long: `up applies the migrations that the database lacks, each in a transaction of its
own and under a lock: any number of programs may do it at once. Where nothing is
missing it changes nothing. It refuses a database that a newer program migrated.`,
		Example: `  activityctl schema up --dsn postgres://owner@localhost/app
  ACTIVITY_DSN=postgres://owner@localhost/app activityctl schema up`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pool, err := db.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer pool.Close()
			report, err := schema.Up(cmd.Context(), pool)
			for _, name := range report.Applied {
				fmt.Fprintf(cmd.OutOrStdout(), "applied %s\n", name)
			}
			if err != nil {
				return explain(err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "version %d\n", report.To)
			return nil
		},
	}
	db.register(cmd.Flags())
	return cmd
}

func newSchemaPrintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "print",
		Short: "Print what up would do to an empty database, as SQL",
		Long: `print writes the SQL that brings an empty database to the current version, for
those who apply migrations with a tool or a role of their own. It asks no
database.`,
		Example: `  activityctl schema print > activity.sql
  activityctl schema print | psql -v ON_ERROR_STOP=1 app`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return schema.Print(cmd.OutOrStdout()) },
	}
}

func newSchemaRolesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "roles",
		Short: "Print the SQL that gives owner, writer, reader and migrator a role each",
		Long: `roles writes the SQL that makes the roles activity_owner, activity_writer,
activity_reader and activity_migrator, gives each what its work needs, and takes everything else from them
and from everybody. Run it as a superuser, and again after each upgrade. It says how to
make those who log in. It asks no database.`,
		Example: `  activityctl schema roles | psql -v ON_ERROR_STOP=1 app`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), sql.Roles)
			return err
		},
	}
}

func newSchemaStatusCommand() *cobra.Command {
	var db database
	cmd := &cobra.Command{
		Use:   "status",
		Short: "List the migrations and when the database got them",
		Long: `status lists the migrations that this program knows and when the database got
them. It exits with 1 when one is missing, so that a script can wait for it.`,
		Example: `  activityctl schema status --dsn postgres://reader@localhost/app`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			pool, err := db.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer pool.Close()
			migrations, err := schema.Status(cmd.Context(), pool)
			if err != nil {
				return explain(err)
			}
			return printMigrations(cmd, migrations)
		},
	}
	db.register(cmd.Flags())
	return cmd
}

func printMigrations(cmd *cobra.Command, migrations []schema.Migration) error {
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VERSION\tNAME\tAPPLIED")
	missing := 0
	for _, m := range migrations {
		applied := "-"
		if m.AppliedAt.IsZero() {
			missing++
		} else {
			applied = m.AppliedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(table, "%d\t%s\t%s\n", m.Version, m.Name, applied)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if missing > 0 {
		return fmt.Errorf("the database lacks %d of %d migrations; apply them with \"activityctl schema up\"", missing, len(migrations))
	}
	return nil
}
