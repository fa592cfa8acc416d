package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/store"
)

func newCountsCommand() *cobra.Command {
	c := &counts{}
	cmd := &cobra.Command{
		Use:   "counts",
		Short: "Count activities by source, action, status, severity or project",
		Long: `counts prints how many activities there are, by one or several dimensions in
turn, the most frequent first. The counts are kept up to date while activities
are written, so that this is fast however many there are. They are kept by the
hour, those by action by the day (UTC): --from and --to are widened to these.

Filters and dimension must be counted together: project, source, status and
severity are, and project, action and status.`,
		Example: `  activityctl counts
  activityctl counts --by action --status failure --from 7d --top 10
  activityctl counts --by source,status --project shop -o ndjson`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	flags := cmd.Flags()
	c.db.register(flags)
	c.output.register(flags)
	c.filter.registerTimes(flags)
	flags.StringSliceVar(&c.by, "by", []string{"source", "action", "status"}, "dimensions: source, action, status, severity, project")
	flags.IntVar(&c.top, "top", 0, "only so many values of each dimension, and the sum of the others; 0 means all")
	flags.StringArrayVar(&c.filter.project, "project", nil, "count within the project")
	flags.StringArrayVar(&c.filter.source, "source", nil, "count what has the source")
	flags.StringArrayVar(&c.filter.action, "action", nil, "count what has the action")
	flags.StringArrayVar(&c.filter.status, "status", nil, "count what has the status")
	flags.StringArrayVar(&c.filter.severity, "severity", nil, "count what has the severity")
	return cmd
}

// counts is one call of the command counts.
type counts struct {
	db     database
	output output
	filter filterFlags
	by     []string
	top    int
}

// others stands for the values that --top leaves out.
const others = "(others)"

// counted is a line of the output, and of NDJSON with these keys.
type counted struct {
	By    string `json:"by"`
	Value string `json:"value"`
	N     int64  `json:"n"`
}

func (c *counts) run(cmd *cobra.Command) error {
	for _, by := range c.by {
		if !slices.Contains(store.Dimensions(), store.Dimension(by)) {
			return &usageError{fmt.Errorf("--by %q: want some of %v, with commas between", by, store.Dimensions())}
		}
	}
	if c.top < 0 {
		return &usageError{fmt.Errorf("--top %d: want the number of values to print, or 0 for all", c.top)}
	}
	pool, err := c.db.connect(cmd.Context())
	if err != nil {
		return err
	}
	defer pool.Close()
	reader := store.NewReader(pool, store.ReaderSettings{})
	var lines []counted
	for _, by := range c.by {
		found, err := reader.Counts(cmd.Context(), store.Dimension(by), c.filter.filter())
		if err != nil {
			return explain(asUsage(err))
		}
		for _, count := range atMost(found, c.top) {
			lines = append(lines, counted{By: by, Value: count.Value, N: count.N})
		}
	}
	return c.print(cmd, lines)
}

// atMost keeps the first so many counts and adds up the rest.
func atMost(found []store.Count, top int) []store.Count {
	if top == 0 || len(found) <= top {
		return found
	}
	rest := store.Count{Value: others}
	for _, count := range found[top:] {
		rest.N += count.N
	}
	return append(slices.Clip(found[:top]), rest)
}

func (c *counts) print(cmd *cobra.Command, lines []counted) error {
	if c.output == outputNDJSON {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetEscapeHTML(false)
		for _, line := range lines {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "BY\tVALUE\tCOUNT")
	for _, line := range lines {
		fmt.Fprintf(table, "%s\t%s\t%d\n", line.By, cell(line.Value), line.N)
	}
	return table.Flush()
}
