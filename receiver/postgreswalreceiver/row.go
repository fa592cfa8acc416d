package postgreswalreceiver

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
	"github.com/otel-activity/otel-activity/semconv"
)

// Attributes that aren't the convention's: OTel's of databases, and where the change is.
const (
	attributeCollection = "db.collection.name"
	attributeNamespace  = "db.namespace"
	attributeOperation  = "db.operation.name"
	attributeLSN        = "postgresql.lsn"
	attributeXID        = "postgresql.xid"
)

// attributesOfRow is how many attributes a row has at least: ten of its own, three of its
// changes and those that its writer told.
const attributesOfRow = 16

var statements = [numOperations]string{"INSERT", "UPDATE", "DELETE", "TRUNCATE"}

// rows turns changes into log records, as the convention has them.
type rows struct {
	transaction *transaction
	changes     changes
	lsn         []byte
	observed    pcommon.Timestamp // of the transaction: reading the clock takes time
}

func (r *rows) begin() {
	r.observed = pcommon.NewTimestampFromTime(time.Now())
}

// write writes a change of a row of a table into a record.
func (r *rows) write(record plog.LogRecord, of *relation, op operation, m *pgoutput.Message) {
	r.common(record, of, op, m.LSN)
	r.changes.start(record)
	switch op {
	case opInsert:
		r.changes.whole(of, string(semconv.ActivityChangesAfterKey), m.New)
	case opUpdate:
		r.update(of, m)
	case opDelete:
		r.delete(of, m)
	case opTruncate, numOperations:
	}
	if id := of.entityID(op, m); id != "" {
		record.Attributes().PutStr(string(semconv.ActivityEntityIDKey), id)
	}
}

func (r *rows) common(record plog.LogRecord, of *relation, op operation, lsn pgoutput.LSN) {
	t := r.transaction
	record.SetTimestamp(t.timestamp)
	record.SetObservedTimestamp(r.observed)
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	record.SetEventName(of.actions[op])

	attributes := record.Attributes()
	attributes.EnsureCapacity(attributesOfRow)
	attributes.PutStr(string(semconv.LogRecordUIDKey), t.identity.next(lsn))
	attributes.PutStr(string(semconv.ActivityActionKey), of.actions[op])
	attributes.PutStr(string(semconv.ActivitySourceKey), semconv.ActivitySourceDatabase)
	attributes.PutStr(string(semconv.ActivityStatusKey), semconv.ActivityStatusSuccess)
	attributes.PutStr(string(semconv.ActivityEntityTypeKey), of.entityType)
	attributes.PutStr(attributeCollection, of.table)
	attributes.PutStr(attributeNamespace, of.namespace)
	attributes.PutStr(attributeOperation, statements[op])
	r.place(attributes, lsn)
	t.writer.put(record)
}

// place says where in the log a record comes from.
func (r *rows) place(attributes pcommon.Map, lsn pgoutput.LSN) {
	r.lsn = lsn.Append(r.lsn[:0])
	attributes.PutStr(attributeLSN, string(r.lsn))
	attributes.PutInt(attributeXID, int64(r.transaction.identity.xid))
}

// update writes what is known of an UPDATE: with a whole old row the difference, else the
// new row, and the old key if that was changed.
func (r *rows) update(of *relation, m *pgoutput.Message) {
	if m.HasOld && m.OldWhole && !of.mixed {
		r.changes.difference(of, m.Old, m.New)
		return
	}
	if m.HasOld {
		r.changes.known(of, string(semconv.ActivityChangesBeforeKey), m.Old)
	}
	r.changes.whole(of, string(semconv.ActivityChangesAfterKey), m.New)
}

func (r *rows) delete(of *relation, m *pgoutput.Message) {
	if m.OldWhole && !of.mixed {
		r.changes.whole(of, string(semconv.ActivityChangesBeforeKey), m.Old)
		return
	}
	r.changes.known(of, string(semconv.ActivityChangesBeforeKey), m.Old)
}
