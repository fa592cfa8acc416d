package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/doctor"
	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
)

type examination struct {
	files     []string
	db        database
	json, all bool
}

func newDoctorCommand() *cobra.Command {
	var e examination
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check a Collector's configuration and a database, and say what to change",
		Long: `doctor checks the configuration of a Collector, a running database, or both, and
says what to change. It changes nothing.

--config reads what the Collector's --config does; several files are merged. With
--config alone, no database is asked; without it, the database of --dsn or its
defaults is. A check that the role may not make is an info that names the right.
Findings are ok, info, warning or error; those that are ok are listed with --all
and --json.

Exit status: 0 when nothing is worse than info, 3 when there are warnings, 4 when
there are errors, 1 when a check could not be carried out, 2 when doctor was
called wrongly.`,
		Example: `  activityctl doctor --config otelcol-config.yaml
  activityctl doctor --dsn postgres://owner@localhost/app
  activityctl doctor --config base.yaml --config production.yaml --dsn "$ACTIVITY_DSN" --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := e.run(cmd.Context())
			if err != nil && len(found) == 0 {
				return err
			}
			if reported := e.report(cmd, found); err == nil {
				return reported
			}
			return err // what was found before is printed all the same
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&e.files, "config", nil, "configuration of a Collector; several are merged")
	e.db.register(flags)
	flags.BoolVar(&e.json, "json", false, "print all findings as JSON, for programs")
	flags.BoolVar(&e.all, "all", false, "list what is ok too")
	return cmd
}

// run checks what was named; the database is the default when nothing was.
func (e *examination) run(ctx context.Context) ([]finding.Finding, error) {
	var found []finding.Finding
	if len(e.files) > 0 {
		var err error
		if found, err = doctor.Config(ctx, e.files); err != nil || e.db.dsn == "" {
			return found, err
		}
	}
	pool, err := e.db.connect(ctx)
	if err != nil {
		return found, err
	}
	defer pool.Close()
	patient := doctor.Patient{Examiner: store.NewExaminer(pool), Schema: pool}
	more, err := doctor.Database(ctx, patient, doctor.DefaultLimits())
	return append(found, more...), err
}

// report prints the findings, the worst first, and makes the worst the exit status.
func (e *examination) report(cmd *cobra.Command, found []finding.Finding) error {
	slices.SortStableFunc(found, func(a, b finding.Finding) int { return int(b.Severity) - int(a.Severity) })
	printed := e.printTable
	if e.json {
		printed = e.printJSON
	}
	if err := printed(cmd, found); err != nil {
		return err
	}
	return statusOf(found)
}

// statusOf makes the worst finding the exit status.
func statusOf(found []finding.Finding) error {
	switch finding.Worst(found) {
	case finding.Error:
		return &foundError{exitErrors}
	case finding.Warning:
		return &foundError{exitWarnings}
	case finding.OK, finding.Info:
	}
	return nil
}

// foundError ends a command that did what it was asked with a status that tells
// what it found.
type foundError struct{ status int }

func (*foundError) Error() string { return "there are findings" }
