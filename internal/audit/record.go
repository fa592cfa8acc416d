package audit

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

const scopeName = "github.com/otel-activity/otel-activity/internal/audit"

// Attributes that aren't the convention's: OTel's of databases and clients, and where an
// activity was before.
const (
	attributeCollection  = "db.collection.name"
	attributeNamespace   = "db.namespace"
	attributeOperation   = "db.operation.name"
	attributeQuery       = "db.query.text"
	attributeSystem      = "db.system.name"
	attributeClientPort  = "client.port"
	attributeApplication = "postgresql.application_name"
	attributeXID         = "postgresql.xid"
	attributeAuditID     = "pgmemento.audit_id"
	// AttributeDatabase is the Resource's: the database that was moved.
	AttributeDatabase = "activity.migration.database"
	// AttributeSource is the audit table of a record, schema.table.
	AttributeSource = "activity.migration.source"
	// AttributeKey is the key of the audit row.
	AttributeKey = "activity.migration.key"
)

// attributesOfRecord is how many a record has, about.
const attributesOfRecord = 20

const (
	keyBefore = string(semconv.ActivityChangesBeforeKey)
	keyAfter  = string(semconv.ActivityChangesAfterKey)
	keyFields = string(semconv.ActivityChangesFieldsKey)
)

// entry is what an audit row says.
type entry struct {
	table     *audited
	operation operation
	at        pcommon.Timestamp
	id        string
	// half is whether it is the half of a change whose other half is the activity.
	half bool
	// whole is whether it tells of a whole statement, not of a row.
	whole bool
	// mapped is whether an import map has written the record, and wording its operation.
	mapped  bool
	wording string
}

func (e *entry) word() string {
	if e.mapped {
		return e.wording
	}
	return operationWords[e.operation]
}

// labels are what goes into all records of a source.
type labels struct {
	source    string
	uidPrefix string
	namespace string // of the database, before the bar; empty when it isn't known
	resource  string
}

func newLabels(s *Source, database string) labels {
	l := labels{source: s.String(), resource: database, uidPrefix: "audit " + database + "/" + s.String() + "/"}
	// The name of a database comes behind the identifier of its system.
	_, l.namespace, _ = strings.Cut(database, "/")
	return l
}

// logs returns logs without records, and where they go.
func (l *labels) logs() (plog.Logs, plog.LogRecordSlice) {
	logs := plog.NewLogs()
	of := logs.ResourceLogs().AppendEmpty()
	of.Resource().Attributes().PutStr(attributeSystem, "postgresql")
	of.Resource().Attributes().PutStr(AttributeDatabase, l.resource)
	scope := of.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(scopeName)
	return logs, scope.LogRecords()
}

func (l *labels) uid(key int64) string { return l.uidPrefix + strconv.FormatInt(key, 10) }

// write writes what all records have that are made of an entry.
func (l *labels) write(record plog.LogRecord, e *entry, key int64) {
	record.SetTimestamp(e.at)
	record.SetObservedTimestamp(e.at) // by the trigger; so that it is the same whenever the row is read
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	action := e.table.actions[e.operation]
	record.SetEventName(action)

	attributes := record.Attributes()
	attributes.PutStr(string(semconv.LogRecordUIDKey), l.uid(key))
	attributes.PutStr(string(semconv.ActivityActionKey), action)
	attributes.PutStr(string(semconv.ActivitySourceKey), semconv.ActivitySourceDatabase)
	attributes.PutStr(string(semconv.ActivityStatusKey), semconv.ActivityStatusSuccess)
	attributes.PutStr(string(semconv.ActivityEntityTypeKey), e.table.entityType)
	if e.id != "" {
		attributes.PutStr(string(semconv.ActivityEntityIDKey), e.id)
	}
	attributes.PutStr(attributeCollection, e.table.name)
	if l.namespace != "" {
		attributes.PutStr(attributeNamespace, l.namespace+"|"+e.table.schema)
	}
	attributes.PutStr(attributeOperation, statements[e.operation])
	l.place(attributes, key)
}

// identify completes a record that an import map has written.
func (l *labels) identify(record plog.LogRecord, key int64) {
	record.SetObservedTimestamp(record.Timestamp())
	record.Attributes().PutStr(string(semconv.LogRecordUIDKey), l.uid(key))
	l.place(record.Attributes(), key)
}

// place says which audit row a record was made of.
func (l *labels) place(attributes pcommon.Map, key int64) {
	attributes.PutStr(AttributeSource, l.source)
	attributes.PutInt(AttributeKey, key)
}

// putText writes an attribute that there may be none of.
func putText(attributes pcommon.Map, key string, text []byte) {
	if len(text) > 0 {
		attributes.PutStr(key, string(text))
	}
}

// putActor writes a role of the database that made a change.
func putActor(attributes pcommon.Map, role []byte) {
	if len(role) > 0 {
		attributes.PutStr(string(semconv.ActivityActorTypeKey), semconv.ActivityActorTypeService)
		attributes.PutStr(string(semconv.ActivityActorIDKey), string(role))
	}
}
