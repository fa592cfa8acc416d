package pgoutput

import (
	"time"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// LSN is a place in the write-ahead log.
type LSN = replication.LSN

// epoch is 2000-01-01, from which Postgres counts microseconds, in microseconds of Unix.
const epoch = 946_684_800_000_000

// Time is a time in microseconds since 2000-01-01 UTC.
type Time int64

// UnixMicro returns microseconds since 1970-01-01 UTC.
func (t Time) UnixMicro() int64 { return int64(t) + epoch }

// TimeOf is the Time of t.
func TimeOf(t time.Time) Time { return Time(t.UnixMicro() - epoch) }
