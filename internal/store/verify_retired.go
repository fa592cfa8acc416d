package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// span is a time that retention took something out of, To excluded.
type span struct{ from, to model.Micros }

// retired is what activity.retention_log says of a span, and what is gone of it.
type retired struct {
	removed int64 // activities, sealed or not
	missing int64 // of those that were sealed
}

// retirements are the spans of the hours that were checked. The log isn't sealed: whoever
// can change the trail can write there what they have removed, but not without a trace.
type retirements map[span]*retired

// of is what retention took out of the time of an hour, nil for nothing.
func (r retirements) of(ctx context.Context, tx pgx.Tx, hour model.Micros) (*retired, error) {
	var from, to time.Time
	var removed int64
	err := tx.QueryRow(ctx, sql.SealRetired, hour.Time()).Scan(&from, &to, &removed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // there was none
	}
	if err != nil {
		return nil, fmt.Errorf("read what retention removed: %w", err)
	}
	at := span{from: model.MicrosOf(from), to: model.MicrosOf(to)}
	if r[at] == nil {
		r[at] = &retired{}
	}
	r[at].removed = removed // there may be more of it than an hour ago
	return r[at], nil
}

// check names the spans of which more is gone than retention removed.
func (r retirements) check(v *Verification) {
	spans := make([]span, 0, len(r))
	for at := range r {
		spans = append(spans, at)
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, at := range spans {
		gone := r[at]
		v.Retired += gone.missing
		if gone.missing > gone.removed {
			v.found(Finding{Kind: FindingRemoved, Hour: at.from, Text: fmt.Sprintf(
				"%d sealed rows between then and %s are gone, and retention removed %d", gone.missing, at.to.Time().Format(time.RFC3339), gone.removed)})
		}
	}
}
