package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/doctor"
	"github.com/otel-activity/otel-activity/internal/finding"
)

type examination struct {
	files     []string
	json, all bool
}

func newDoctorCommand() *cobra.Command {
	var e examination
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check a Collector's configuration and say what to change",
		Long: `doctor checks the configuration of a Collector, and says what to change.

--config reads what the Collector's --config does; several files are merged.
Findings are ok, info, warning or error; those that are ok are listed with --all
and --json.

Exit status: 0 when nothing is worse than info, 3 when there are warnings, 4 when
there are errors, 1 when a check could not be carried out, 2 when doctor was
called wrongly.`,
		Example: `  activityctl doctor --config otelcol-config.yaml
  activityctl doctor --config base.yaml --config production.yaml --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, err := e.run(cmd.Context())
			if err != nil {
				return err
			}
			return e.report(cmd, found)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&e.files, "config", nil, "configuration of a Collector; several are merged")
	flags.BoolVar(&e.json, "json", false, "print all findings as JSON, for programs")
	flags.BoolVar(&e.all, "all", false, "list what is ok too")
	return cmd
}

func (e *examination) run(ctx context.Context) ([]finding.Finding, error) {
	if len(e.files) == 0 {
		return nil, &usageError{errors.New("name what to check with --config")}
	}
	return doctor.Config(ctx, e.files)
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
