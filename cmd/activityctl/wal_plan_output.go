package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

// walPlanOutput is what --json prints. Scripts depend on it.
type walPlanOutput struct {
	Postgres    string            `json:"postgres"`
	Database    string            `json:"database"`
	Publication string            `json:"publication"`
	Slot        string            `json:"slot"`
	Worst       finding.Severity  `json:"worst"`
	Refused     []string          `json:"refused"`
	Tables      []walplan.Table   `json:"tables"`
	Findings    []finding.Finding `json:"findings"`
	Steps       []walplan.Step    `json:"steps"`
}

func (p *walPlanning) print(cmd *cobra.Command, wanted *walplan.Wanted, facts *walplan.Facts, plan *walplan.Plan) error {
	out := cmd.OutOrStdout()
	switch {
	case p.json:
		return writeJSON(out, walPlanOutput{
			Postgres: facts.Server.Version, Database: facts.Server.Database,
			Publication: wanted.Publication, Slot: wanted.Slot,
			Worst: finding.Worst(plan.Findings), Refused: listed(plan.Refused),
			Tables: listed(plan.Tables), Findings: listed(plan.Findings), Steps: listed(plan.Steps),
		})
	case p.sql:
		_, err := io.WriteString(out, plan.Script(facts.Server))
		return err
	default:
		return p.printText(cmd, wanted, facts, plan)
	}
}

// listed is a list that JSON writes as one, although it is empty.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (p *walPlanning) printText(cmd *cobra.Command, wanted *walplan.Wanted, facts *walplan.Facts, plan *walplan.Plan) error {
	out := cmd.OutOrStdout()
	_, err := fmt.Fprintf(out, "Postgres %s, database %s: publication %s, slot %s\n\n%s\n", cell(facts.Server.Version),
		cell(facts.Server.Database), cell(wanted.Publication), cell(wanted.Slot), walTable(plan.Tables))
	if err != nil {
		return err
	}
	if err := writeFindings(cmd, plan.Findings, p.all); err != nil {
		return err
	}
	if len(plan.Refused) > 0 {
		cmd.PrintErrf("refused: %s; nothing is published before that is settled\n", cell(finding.List(plan.Refused)))
	}
	if len(plan.Steps) == 0 {
		_, err = io.WriteString(out, "\nNothing is to be run.\n")
		return err
	}
	_, err = io.WriteString(out, "\n"+plan.Script(facts.Server))
	return err
}

// walTable lists the tables, and what the WAL will hold of their old rows.
func walTable(tables []walplan.Table) string {
	rows := [][]string{{"TABLE", "IDENTITY", "PRIMARY KEY", "OLD VALUES", "FULL A DAY", "NOW", "PLAN"}}
	for i := range tables {
		t := &tables[i]
		now := "-"
		if t.Published {
			now = "published"
		}
		rows = append(rows, []string{
			cell(t.Name), t.Identity, cell(strings.Join(t.PrimaryKey, ",")), oldValues(t), fullADay(t), now, string(t.Verdict),
		})
	}
	return aligned(rows)
}

func oldValues(t *walplan.Table) string {
	switch {
	case t.Verdict != walplan.Publish:
		return "-"
	case t.Identity == "full":
		return "all"
	default:
		return "of the key"
	}
}

func fullADay(t *walplan.Table) string {
	if t.OldRowsADay < 0 {
		return "?"
	}
	return finding.Size(t.OldRowsADay)
}

// aligned writes rows in columns as wide as what is in them.
func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], columns(c))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		last := len(row) - 1
		for i, c := range row[:last] {
			b.WriteString(c + strings.Repeat(" ", widths[i]-columns(c)+2))
		}
		b.WriteString(row[last] + "\n")
	}
	return b.String()
}
