package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

// walStatus is one call of the command wal status.
type walStatus struct {
	db        database
	names     walNames
	json, all bool
}

func newWALStatusCommand() *cobra.Command {
	s := &walStatus{}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say how the slot and the publication are doing",
		Long: `status says whether somebody reads the slot, how far behind that reader is, how much
WAL the server keeps for it, and which tables are published. Any role may ask.

Exit status: 0 when nothing is worse than info, 3 when there are warnings, 4 when
the slot or the publication is missing or lost, 1 when the database could not be
read, 2 when status was called wrongly.`,
		Example: `  activityctl wal status --dsn postgres://collector@db/shop
  activityctl wal status --dsn "$APP_DSN" --slot otel_activity --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	flags := cmd.Flags()
	s.db.register(flags)
	s.names.register(flags)
	flags.BoolVar(&s.json, "json", false, "print everything as JSON, for programs")
	flags.BoolVar(&s.all, "all", false, "list what is ok too")
	return cmd
}

func (s *walStatus) run(cmd *cobra.Command) error {
	if err := s.names.check(); err != nil {
		return err
	}
	pool, err := s.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	wanted := s.names.wanted()
	facts, err := walFacts(cmd.Context(), pool, &wanted, nil)
	if err != nil {
		return err
	}
	found := walplan.Status(wanted, facts)
	slices.SortStableFunc(found, func(a, b finding.Finding) int { return int(b.Severity) - int(a.Severity) })
	if err := s.print(cmd, facts, found); err != nil {
		return err
	}
	return statusOf(found)
}

// walStatusOutput is what --json prints. Scripts depend on it.
type walStatusOutput struct {
	Postgres string            `json:"postgres"`
	Database string            `json:"database"`
	Worst    finding.Severity  `json:"worst"`
	Slot     *walSlotOutput    `json:"slot"`   // null when it is missing
	Tables   []string          `json:"tables"` // null when the publication is missing
	Findings []finding.Finding `json:"findings"`
}

type walSlotOutput struct {
	Name           string `json:"name"`
	Active         bool   `json:"active"`
	Status         string `json:"wal_status"`
	Lost           bool   `json:"lost"`
	Failover       bool   `json:"failover"`
	LagBytes       int64  `json:"lag_bytes"`
	KeptBytes      int64  `json:"kept_bytes"`
	ConfirmedFlush string `json:"confirmed_flush_lsn"`
	Restart        string `json:"restart_lsn"`
	Current        string `json:"current_lsn"`
}

func slotOutput(slot *replication.Slot) *walSlotOutput {
	if slot == nil {
		return nil
	}
	return &walSlotOutput{
		Name: slot.Name, Active: slot.Active, Status: slot.WALStatus, Lost: slot.Lost(), Failover: slot.Failover,
		LagBytes: slot.Lag(), KeptBytes: slot.Kept(),
		ConfirmedFlush: slot.ConfirmedFlush.String(), Restart: slot.Restart.String(), Current: slot.Current.String(),
	}
}

func (s *walStatus) print(cmd *cobra.Command, facts *walplan.Facts, found []finding.Finding) error {
	slot := slotOutput(facts.Slot)
	var tables []string
	if p := facts.Publication; p != nil {
		tables = []string{}
		for i := range p.Tables {
			tables = append(tables, p.Tables[i].String())
		}
	}
	if s.json {
		return writeJSON(cmd.OutOrStdout(), walStatusOutput{
			Postgres: facts.Server.Version, Database: facts.Server.Database, Worst: finding.Worst(found),
			Slot: slot, Tables: tables, Findings: found,
		})
	}
	if _, err := fmt.Fprint(cmd.OutOrStdout(), slotText(slot), tablesText(facts.Publication, tables)); err != nil {
		return err
	}
	return writeFindings(cmd, found, s.all)
}

func slotText(slot *walSlotOutput) string {
	if slot == nil {
		return ""
	}
	read := "no"
	if slot.Active {
		read = "yes"
	}
	return aligned([][]string{
		{"SLOT", "READ", "WAL", "BEHIND", "KEPT", "CONFIRMED", "CURRENT"},
		{cell(slot.Name), read, cell(slot.Status), finding.Size(slot.LagBytes), finding.Size(slot.KeptBytes), slot.ConfirmedFlush, slot.Current},
	}) + "\n"
}

func tablesText(p *replication.Publication, tables []string) string {
	if p == nil {
		return ""
	}
	rows := [][]string{{"PUBLICATION", "TABLE"}}
	for _, name := range tables {
		rows = append(rows, []string{cell(p.Name), cell(name)})
	}
	return aligned(rows) + "\n"
}
