package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkClockDatabase = "clock.database"
	checkClockSources  = "clock.sources"
	checkDeliveryLag   = "delivery.lag"

	clockSamples = 3
)

var clockCheck = check{
	names:  []string{checkClockDatabase},
	rights: "the right to connect",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		skew, err := x.skew(ctx)
		if err != nil {
			return nil, err
		}
		if skew.Abs() < x.limits.ClockSkew {
			return []finding.Finding{fine(checkClockDatabase, "the clocks of this machine and the database agree")}, nil
		}
		direction := "ahead of"
		if skew < 0 {
			direction = "behind"
		}
		return []finding.Finding{warning(checkClockDatabase,
			fmt.Sprintf("the database's clock is %s %s this machine's: times of receipt and of writing don't fit together", finding.About(skew.Abs()), direction),
			"let both follow the same time servers (chrony, systemd-timesyncd); `chronyc tracking` says which one is off")}, nil
	},
}

// skew is how far the database's clock is ahead at least, by the quickest answer of
// some; less than nothing when it is behind.
func (x *examination) skew(ctx context.Context) (time.Duration, error) {
	var best, quickest time.Duration
	for i := range clockSamples {
		before, database, after, err := x.Examiner.Clock(ctx, x.now)
		if err != nil {
			return 0, err
		}
		took := after.Sub(before)
		if i > 0 && took >= quickest {
			continue
		}
		quickest = took
		switch {
		case database.After(after):
			best = database.Sub(after)
		case database.Before(before):
			best = database.Sub(before)
		default:
			best = 0
		}
	}
	return best, nil
}

var sourcesCheck = check{
	names:  []string{checkClockSources, checkDeliveryLag},
	rights: "USAGE on schema activity and SELECT on activity.activity",
	look:   lookAtSources,
}

// Nothing is written before it is observed, but by the clock of one who is ahead; and
// all of a service's activities are late when its clock is behind or they wait.
func lookAtSources(ctx context.Context, x *examination) ([]finding.Finding, error) {
	lags, err := x.Examiner.SourceLags(ctx)
	if err != nil {
		return nil, err
	}
	var ahead, late []finding.Finding
	for _, l := range lags {
		service := "services without a name"
		if l.Service != "" {
			service = "service " + l.Service
		}
		switch lag := seconds(l.Seconds); {
		case lag <= -x.limits.ClockSkew:
			ahead = append(ahead, warning(checkClockSources,
				fmt.Sprintf("the clock of %s is %s or more ahead of the database's: its activities are from the future", service, finding.About(-lag)),
				"let the machines of the service and of its Collector follow the same time servers as the database"))
		case lag >= x.limits.SourceLag:
			late = append(late, warning(checkDeliveryLag,
				fmt.Sprintf("the newest activities of %s were written %s or more after they were observed: they wait somewhere, or its clock is behind", service, finding.About(lag)),
				"look at otelcol_exporter_queue_size of the Collectors on their way, at the spool of the SDK, and at the service's clock"))
		}
	}
	ahead = or(ahead, fine(checkClockSources, "nobody's clock is ahead of the database's"))
	return append(ahead, or(late, fine(checkDeliveryLag, "the newest activities were written soon after they were observed"))...), nil
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
