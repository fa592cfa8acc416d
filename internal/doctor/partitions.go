package doctor

import (
	"context"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkPartitionsAhead   = "partitions.ahead"
	checkPartitionsCount   = "partitions.count"
	checkPartitionsDefault = "partitions.default"

	runMaintenance = "let a Collector run the maintenance (maintenance_interval above 0, a role that may execute the functions of schema activity); its log says what fails. By hand: "
)

var partitionsCheck = check{
	names:  []string{checkPartitionsAhead, checkPartitionsCount, checkPartitionsDefault},
	rights: "USAGE on schema activity and EXECUTE on activity.partitions()",
	look:   lookAtPartitions,
}

func lookAtPartitions(ctx context.Context, x *examination) ([]finding.Finding, error) {
	p, err := x.Examiner.Partitioning(ctx)
	if err != nil {
		return nil, err
	}
	ahead := fine(checkPartitionsAhead, "there are partitions for today and the next %d days", p.DaysAhead-1)
	remedy := runMaintenance + "SELECT activity.ensure_partitions_ahead()"
	switch {
	case p.DaysAhead == 0:
		ahead = warning(checkPartitionsAhead, "there is no partition for today (UTC): each first batch of a day has to make one", remedy)
	case p.DaysAhead < x.limits.DaysAhead:
		ahead = warning(checkPartitionsAhead, fmt.Sprintf("there are partitions for %d days from today (UTC) on, where maintenance keeps eight: it is not running", p.DaysAhead), remedy)
	}
	count := fine(checkPartitionsCount, "%d partitions are attached", p.Count)
	if p.Count > x.limits.Partitions {
		count = warning(checkPartitionsCount,
			fmt.Sprintf("%d partitions are attached: planning what has no bounds of time takes long (30 ms at 400)", p.Count),
			"drop the oldest partitions that you need no more (ALTER TABLE activity.activity DETACH PARTITION … CONCURRENTLY, then DROP TABLE), or merge old days into months")
	}
	byDefault := fine(checkPartitionsDefault, "there is no DEFAULT partition")
	if p.Default != "" {
		byDefault = warning(checkPartitionsDefault,
			p.Default+" is a DEFAULT partition: every newest-first list has to merge all partitions, and none can be made for days of which it has rows",
			"move its rows to partitions of their own: detach it, SELECT activity.ensure_partitions(…) for its days, INSERT … SELECT from it, drop it")
	}
	return []finding.Finding{ahead, count, byDefault}, nil
}
