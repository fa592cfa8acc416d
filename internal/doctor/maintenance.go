package doctor

import (
	"context"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkFolding = "maintenance.rollups"
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
