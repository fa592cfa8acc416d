package doctor

import (
	"context"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkFolding = "maintenance.rollups"
	checkUpkeep  = "maintenance.tasks"
	checkLetters = "rejected.waiting"

	// Folding reads no more of the deltas of each kind.
	mostPending = 100_000
)

var foldingCheck = check{
	names:  []string{checkFolding},
	rights: "USAGE on schema activity and SELECT on activity.rollup_hour_delta, activity.rollup_action_day_delta and activity.batch",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		f, err := x.Examiner.Folding(ctx)
		if err != nil {
			return nil, err
		}
		waited := seconds(f.WaitedSeconds)
		if waited < x.limits.Unfolded && f.Pending < mostPending {
			return []finding.Finding{fine(checkFolding, "%d rows of counts wait to be folded into the totals", f.Pending)}, nil
		}
		return []finding.Finding{warning(checkFolding,
			fmt.Sprintf("%d rows of counts or more wait to be folded into the totals, for %s: maintenance is not running or does not keep up, and dashboards get slow", f.Pending, finding.About(waited)),
			runMaintenance+"SELECT activity.fold_rollups()")}, nil
	},
}

var upkeepCheck = check{
	names:  []string{checkUpkeep},
	rights: "USAGE on schema activity and SELECT on activity.upkeep and activity.schema_version",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		tasks, err := x.Examiner.Upkeep(ctx)
		if err != nil {
			return nil, err
		}
		var late, failed []string
		for _, task := range tasks {
			switch overdue := seconds(task.OverdueSeconds); {
			case task.Error != "":
				failed = append(failed, fmt.Sprintf("%s (%s)", task.Task, task.Error))
			case overdue >= x.limits.Overdue:
				late = append(late, fmt.Sprintf("%s (%s)", task.Task, finding.About(overdue)))
			}
		}
		var found []finding.Finding
		if len(failed) > 0 {
			found = append(found, warning(checkUpkeep, "the last run failed of "+finding.List(failed),
				"`activityctl maintain` runs it again and says why it fails"))
		}
		if len(late) > 0 {
			found = append(found, warning(checkUpkeep, "nobody does "+finding.List(late)+": overdue for so long",
				"let a Collector do the upkeep (maintenance_interval above 0), or pg_cron, or a timer that runs `activityctl maintain`"))
		}
		return or(found, fine(checkUpkeep, "each task of the upkeep was done when it was due")), nil
	},
}

var lettersCheck = check{
	names:  []string{checkLetters},
	rights: "USAGE on schema activity and SELECT on activity.rejected",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		letters, err := x.Examiner.DeadLetters(ctx)
		if err != nil {
			return nil, err
		}
		if letters.Count == 0 {
			return []finding.Finding{fine(checkLetters, "no rejected record waits")}, nil
		}
		return []finding.Finding{warning(checkLetters,
			fmt.Sprintf("%s, the first for %s", finding.Counted(letters.Count, "rejected record waits", "rejected records wait"), finding.About(seconds(letters.WaitedSeconds))),
			"`activityctl rejected list` says why; then replay or drop them")}, nil
	},
}
