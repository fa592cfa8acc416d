package postgreswalreceiver

import (
	"crypto/sha256"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	actionGap        = "postgres_wal.gap"
	attributeGapFrom = "activity.gap.from_lsn"
	attributeGapTo   = "activity.gap.to_lsn"
)

// gap is a piece of the log that nobody can read any more.
type gap struct {
	Slot   string          `json:"slot"`
	From   replication.LSN `json:"from"`
	To     replication.LSN `json:"to"`
	Reason string          `json:"reason"`
	Time   time.Time       `json:"time"`
}

func (g *gap) there() bool { return g.Slot != "" }

func (g *gap) String() string {
	return fmt.Sprintf("changes of rows between %s and %s are not in the trail: %s", g.From, g.To, g.Reason)
}

// batch is the activity that says so, with the same id whenever it is sent again.
func (g *gap) batch(of *resource) *batch {
	b := of.newBatch()
	b.rows = 1
	record := b.records.AppendEmpty()
	record.SetTimestamp(pcommon.NewTimestampFromTime(g.Time))
	record.SetObservedTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	record.SetSeverityNumber(plog.SeverityNumberError)
	record.SetEventName(actionGap)
	record.Body().SetStr(g.String())
	attributes := record.Attributes()
	content := fmt.Sprintf("activity wal gap\x00%s %s %s %d", g.Slot, g.From, g.To, g.Time.UnixMicro())
	attributes.PutStr(string(semconv.LogRecordUIDKey), uuid(g.Time.UnixMilli(), sha256.Sum256([]byte(content))))
	attributes.PutStr(string(semconv.ActivityActionKey), actionGap)
	attributes.PutStr(string(semconv.ActivitySourceKey), semconv.ActivitySourceDatabase)
	attributes.PutStr(string(semconv.ActivityStatusKey), semconv.ActivityStatusFailure)
	attributes.PutStr(string(semconv.ActivitySeverityKey), semconv.ActivitySeverityCritical)
	attributes.PutStr(string(semconv.ActivityEntityTypeKey), "replication_slot")
	attributes.PutStr(string(semconv.ActivityEntityIDKey), g.Slot)
	attributes.PutStr(string(semconv.ActivityReasonKey), g.Reason)
	attributes.PutStr(attributeGapFrom, g.From.String())
	attributes.PutStr(attributeGapTo, g.To.String())
	return b
}
