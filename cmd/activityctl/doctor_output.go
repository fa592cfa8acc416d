package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// diagnosis is what --json prints. Scripts depend on it.
type diagnosis struct {
	Worst    finding.Severity  `json:"worst"`
	Findings []finding.Finding `json:"findings"`
}

func (*examination) printJSON(cmd *cobra.Command, found []finding.Finding) error {
	return writeJSON(cmd.OutOrStdout(), diagnosis{Worst: finding.Worst(found), Findings: found})
}

// printTable writes a line a finding, and its remedy below: both are too long for
// columns of their own.
func (e *examination) printTable(cmd *cobra.Command, found []finding.Finding) error {
	return writeFindings(cmd, found, e.all)
}

// writeFindings leaves out what is ok unless all is asked for, and says so.
func writeFindings(cmd *cobra.Command, found []finding.Finding, all bool) error {
	listed, fine := found, 0
	if !all {
		listed = nil
		for _, f := range found {
			if f.Severity > finding.OK {
				listed = append(listed, f)
			}
		}
		fine = len(found) - len(listed)
	}
	if _, err := cmd.OutOrStdout().Write([]byte(findingsTable(listed))); err != nil {
		return err
	}
	if fine > 0 {
		cmd.PrintErrf("%d of %d checks are ok; --all lists them\n", fine, len(found))
	}
	return nil
}

func findingsTable(list []finding.Finding) string {
	if len(list) == 0 {
		return ""
	}
	width := len("CHECK")
	for _, f := range list {
		width = max(width, len(f.Check))
	}
	var b strings.Builder
	line := func(severity, check, text string) { fmt.Fprintf(&b, "%-8s  %-*s  %s\n", severity, width, check, text) }
	line("SEVERITY", "CHECK", "FINDING")
	for _, f := range list {
		line(f.Severity.String(), f.Check, cell(f.What))
		if f.Remedy != "" {
			line("", "", "-> "+cell(f.Remedy))
		}
	}
	return b.String()
}
