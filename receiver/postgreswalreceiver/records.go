package postgreswalreceiver

import (
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
	"github.com/otel-activity/otel-activity/semconv"
)

// actionUnreadable is of an activity that an application bound to its transaction, and that
// can't be read: it was meant to be kept.
const actionUnreadable = "postgres_wal.unreadable_record"

// records adds the activities of a message: OTLP as JSON.
func (r *rows) records(b *batch, m *pgoutput.Message) {
	var decoder plog.JSONUnmarshaler
	logs, err := decoder.UnmarshalLogs(m.Content.Text)
	if err != nil || m.Content.Cut() {
		r.unreadable(b, m)
		return
	}
	for _, of := range logs.ResourceLogs().All() {
		for _, scope := range of.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				r.complete(record, m.LSN)
				b.rows++
			}
		}
	}
	b.bytes += len(m.Content.Text)
	logs.ResourceLogs().MoveAndAppendTo(b.logs.ResourceLogs())
}

// complete says where a record comes from, and gives it an id and a time if it has none,
// so that it is the same when it is read again.
func (r *rows) complete(record plog.LogRecord, lsn pgoutput.LSN) {
	id := r.transaction.identity.next(lsn)
	attributes := record.Attributes()
	if _, has := attributes.Get(string(semconv.LogRecordUIDKey)); !has {
		attributes.PutStr(string(semconv.LogRecordUIDKey), id)
	}
	if record.Timestamp() == 0 {
		record.SetTimestamp(r.transaction.timestamp)
	}
	r.place(attributes, lsn)
}

func (r *rows) unreadable(b *batch, m *pgoutput.Message) {
	record := b.records.AppendEmpty()
	record.SetTimestamp(r.transaction.timestamp)
	record.SetObservedTimestamp(r.observed)
	record.SetSeverityNumber(plog.SeverityNumberWarn)
	record.SetEventName(actionUnreadable)
	record.Body().SetStr(string(m.Content.Text))
	attributes := record.Attributes()
	attributes.PutStr(string(semconv.LogRecordUIDKey), r.transaction.identity.next(m.LSN))
	attributes.PutStr(string(semconv.ActivityActionKey), actionUnreadable)
	attributes.PutStr(string(semconv.ActivitySourceKey), semconv.ActivitySourceDatabase)
	attributes.PutStr(string(semconv.ActivityStatusKey), semconv.ActivityStatusFailure)
	r.place(attributes, m.LSN)
	r.transaction.writer.put(record)
	b.rows++
	b.invalid++
}
