package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/migrationplan"
)

// migrationPlanning is one call of the command migration plan.
type migrationPlanning struct {
	db                database
	choice            migrationChoice
	publication, role string
	json, sql, all    bool
}

func newMigrationPlanCommand() *cobra.Command {
	p := &migrationPlanning{}
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Look at an application's database, and say what a migration will do to it",
		Long: `plan reads the catalog of an application's database, and prints its audit tables,
how long copying them takes, the audited tables with their triggers, what is in the way,
and all that will be run: by you before, and by the Collector at the cut-over, at a
rollback, and when it is finished. It changes nothing, and SQL that is not for you to run
is printed as a comment.

Audit tables of these shapes are recognised: supa_audit, audit-trigger (2ndQuadrant's),
pgMemento, tablelog; django-auditlog, PaperTrail and spatie's activity log, which the
application writes. Any other needs an import map with --map, and with --trigger the
triggers that fill it.

Patterns are schema.table, in which * is any run of characters; case counts.

Exit status: 0 when nothing is in the way, 3 when there are warnings, 4 when there are
errors, 1 when the database could not be read, 2 when plan was called wrongly.`,
		Example: `  activityctl migration plan --dsn postgres://owner@db/shop
  activityctl migration plan --dsn "$APP_DSN" --table 'public.*' --exclude public.sessions --rate 5000
  activityctl migration plan --dsn "$APP_DSN" --map public.history=history.yaml,key=id --trigger public.orders.orders_history
  activityctl migration plan --dsn "$APP_DSN" --sql`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd) },
	}
	flags := cmd.Flags()
	p.db.register(flags)
	p.choice.register(flags)
	flags.StringVar(&p.publication, "publication", defaultWALName, "name of the receiver's publication")
	flags.StringVar(&p.role, "role", "", "role that hands the tables over, of migration::dsn (default: that of this connection)")
	flags.BoolVar(&p.sql, "sql", false, "print nothing but the SQL, with its reasons as comments")
	flags.BoolVar(&p.json, "json", false, "print everything as JSON, for programs")
	flags.BoolVar(&p.all, "all", false, "list what is ok too")
	return cmd
}

func (p *migrationPlanning) run(cmd *cobra.Command) error {
	if p.sql && p.json {
		return &usageError{errors.New("--sql and --json: choose one")}
	}
	spec, err := p.choice.spec("plan")
	if err != nil {
		return err
	}
	wanted := migrationplan.Wanted{Publication: p.publication, Receiver: p.role, Spec: &spec}
	pool, err := p.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	ctx, cancel := context.WithTimeout(cmd.Context(), walTimeout)
	defer cancel()
	facts, err := migrationplan.Read(ctx, pool, &wanted)
	if err != nil {
		return err
	}
	plan, err := migrationplan.Judge(&wanted, facts)
	if err != nil {
		return err
	}
	slices.SortStableFunc(plan.Findings, func(a, b finding.Finding) int { return int(b.Severity) - int(a.Severity) })
	if err := p.print(cmd, facts, plan); err != nil {
		return err
	}
	return statusOf(plan.Findings)
}

// migrationPlanOutput is what --json prints. Scripts depend on it.
type migrationPlanOutput struct {
	Postgres    string                 `json:"postgres"`
	Database    string                 `json:"database"`
	Publication string                 `json:"publication"`
	Worst       finding.Severity       `json:"worst"`
	Sources     []migrationplan.Source `json:"sources"`
	Tables      []migrationplan.Table  `json:"tables"`
	Findings    []finding.Finding      `json:"findings"`
	Steps       []migrationplan.Step   `json:"steps"`
}

func (p *migrationPlanning) print(cmd *cobra.Command, facts *migrationplan.Facts, plan *migrationplan.Plan) error {
	out := cmd.OutOrStdout()
	switch {
	case p.json:
		return writeJSON(out, migrationPlanOutput{
			Postgres: facts.Server.Version, Database: facts.Server.Database, Publication: p.publication,
			Worst: finding.Worst(plan.Findings), Sources: listed(plan.Sources), Tables: listed(plan.Tables),
			Findings: listed(plan.Findings), Steps: listed(plan.Steps),
		})
	case p.sql:
		_, err := io.WriteString(out, plan.Script(facts.Server))
		return err
	}
	_, err := fmt.Fprintf(out, "Postgres %s, database %s: publication %s\n\n%s", cell(facts.Server.Version), cell(facts.Server.Database), cell(p.publication), planTables(plan))
	if err != nil {
		return err
	}
	if err := writeFindings(cmd, plan.Findings, p.all); err != nil || len(plan.Sources) == 0 {
		return err
	}
	_, err = io.WriteString(out, "\n"+plan.Script(facts.Server))
	return err
}

// planTables lists audit tables and audited tables.
func planTables(plan *migrationplan.Plan) string {
	var b strings.Builder
	if len(plan.Sources) > 0 {
		rows := [][]string{{"AUDIT TABLE", "SHAPE", "KEY", "ROWS", "SIZE", "TAKES", "PUT BACK"}}
		for i := range plan.Sources {
			s := &plan.Sources[i]
			count, takes, restorable := "?", "?", "no"
			if s.Rows >= 0 {
				count, takes = strconv.FormatInt(s.Rows, 10), finding.About(seconds(s.Seconds))
			}
			switch {
			case s.Restorable:
				restorable = "yes"
			case !s.Fenced:
				restorable = "-"
			}
			rows = append(rows, []string{cell(s.Name), s.Shape, cell(s.Key), count, finding.Size(s.Bytes), takes, restorable})
		}
		b.WriteString(aligned(rows) + "\n")
	}
	if len(plan.Tables) > 0 {
		rows := [][]string{{"TABLE", "AUDIT TABLE", "IDENTITY", "NOW", "TRIGGERS"}}
		for i := range plan.Tables {
			t := &plan.Tables[i]
			now := "-"
			if t.Published {
				now = "published"
			}
			rows = append(rows, []string{cell(t.Name), cell(t.Source), cell(string(t.Identity)), now, cell(triggersText(t.Triggers))})
		}
		b.WriteString(aligned(rows) + "\n")
	}
	return b.String()
}

func triggersText(triggers []audit.Trigger) string {
	words := map[string]string{"D": " (disabled)", "A": " (always)", "R": " (replica)"}
	all := make([]string, 0, len(triggers))
	for _, t := range triggers {
		all = append(all, t.Name+words[t.Enabled])
	}
	return strings.Join(all, ", ")
}
