package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

// walPlanning is one call of the command wal plan.
type walPlanning struct {
	db               database
	names            walNames
	include, exclude []string
	role             string
	applications     []string
	failover, full   bool
	json, sql, all   bool
}

func newWALPlanCommand() *cobra.Command {
	p := &walPlanning{}
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what to set in a database before its row changes are read, and print the SQL",
		Long: `plan reads the catalog of an application's database and says what to set before the
receiver postgres_wal reads its row changes: settings of the server, replica
identities, rights, the publication, the slot. It changes nothing.

Postgres refuses UPDATE and DELETE of a published table that has no replica
identity: no primary key, and neither an index nor FULL in its place. The application
would fail. plan names such tables and refuses to publish anything while there are
any; give them a primary key, leave them out with --exclude, or take REPLICA IDENTITY
FULL for all of them with --full. FULL also brings the values before a change, and
writes the old row of each UPDATE and DELETE to the WAL: plan says how much that is.

Patterns are schema.table, in which * is any run of characters; case counts. A
partitioned table is one, by the name of its root. Tables of the schema activity never
match.

Who runs the SQL is taken to be the role of this connection: what it can't run is
printed as a comment, as is what somebody has to choose.

Exit status: 0 when there is nothing worse than steps to take, 3 when there are
warnings, 4 when there are errors, refused tables among them, 1 when the database
could not be read, 2 when plan was called wrongly.`,
		Example: `  activityctl wal plan --dsn postgres://owner@db/shop
  activityctl wal plan --dsn "$APP_DSN" --include 'public.*' --exclude public.sessions --role collector --application shop
  activityctl wal plan --dsn "$APP_DSN" --full --sql > prepare.sql
  activityctl wal plan --dsn "$APP_DSN" --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd) },
	}
	flags := cmd.Flags()
	p.db.register(flags)
	p.names.register(flags)
	flags.StringArrayVar(&p.include, "include", []string{"public.*"}, "tables to publish, as schema.table with *; may be repeated")
	flags.StringArrayVar(&p.exclude, "exclude", nil, "tables not to publish, all the same; may be repeated")
	flags.StringVar(&p.role, "role", "", "role that the receiver logs in as (default: that of this connection)")
	flags.StringArrayVar(&p.applications, "application", nil, "role of the application, which says who does what; may be repeated")
	flags.BoolVar(&p.failover, "failover", false, "let standbys have the slot too (Postgres 17 and newer)")
	flags.BoolVar(&p.full, "full", false, "give tables without a replica identity FULL, instead of refusing them")
	flags.BoolVar(&p.sql, "sql", false, "print nothing but the SQL, with its reasons as comments")
	flags.BoolVar(&p.json, "json", false, "print everything as JSON, for programs")
	flags.BoolVar(&p.all, "all", false, "list what is ok too")
	return cmd
}

func (p *walPlanning) run(cmd *cobra.Command) error {
	if err := p.names.check(); err != nil {
		return err
	}
	if p.sql && p.json {
		return &usageError{errors.New("--sql and --json: choose one")}
	}
	filter, err := replication.NewFilter(p.include, p.exclude)
	if err != nil {
		return &usageError{err}
	}
	pool, err := p.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	wanted := p.wanted()
	facts, err := walFacts(cmd.Context(), pool, &wanted, filter)
	if err != nil {
		return err
	}
	plan := walplan.Judge(wanted, facts)
	slices.SortStableFunc(plan.Findings, func(a, b finding.Finding) int { return int(b.Severity) - int(a.Severity) })
	if err := p.print(cmd, &wanted, facts, plan); err != nil {
		return err
	}
	return statusOf(plan.Findings)
}

func (p *walPlanning) wanted() walplan.Wanted {
	wanted := p.names.wanted()
	wanted.Receiver, wanted.Applications = p.role, p.applications
	wanted.Failover, wanted.Full = p.failover, p.full
	return wanted
}
