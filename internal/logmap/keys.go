package logmap

import (
	"strings"

	"github.com/otel-activity/otel-activity/semconv"
)

// field is what an attribute means. An alias, because no switch below is about
// all of them.
type field = uint8

const (
	fieldFree field = iota // nothing to us: kept in Attributes
	// Text columns.
	fieldUID
	fieldAction
	fieldProject
	fieldEntityType
	fieldEntityID
	fieldEntityName
	fieldActorID
	fieldActorName
	fieldOnBehalfOf
	fieldOperation
	fieldDetails
	fieldReason
	fieldClientAddress
	// Columns with a word of an enumeration.
	fieldSource
	fieldStatus
	fieldSeverity
	fieldActorType
	numSlots

	// Parts of a document.
	fieldDuration field = iota
	fieldBatchSize
	fieldBatchFailed
	fieldMetadata
	fieldMetadataEntry
	fieldChanges
	fieldChangesBefore
	fieldChangesBeforeEntry
	fieldChangesAfter
	fieldChangesAfterEntry
	fieldChangesFields
	// Hints for inference, which stay in Attributes too.
	fieldErrorType
	fieldException
	fieldHTTPMethod
	fieldHTTPRoute
	fieldHTTPStatus
	fieldOutgoing
	fieldIncoming
	fieldPeer
	fieldTrigger
	fieldCronJob
	// What the mapper or the stamping wrote itself.
	fieldRepaired
	fieldOriginalTime
	fieldOriginalObserved
	// A name that names of the convention begin with.
	fieldGroup
	// Columns that don't come from a record's attribute.
	fieldService
	fieldEnvironment
	fieldScope
	fieldSchemaURL
	numFields
)

// Ranks order the names of one column: of those that a record brings, the least
// rank counts. The EventName, which is no attribute, ranks between the first two
// names of the action; ids from rankUserID on are those of users.
const (
	rankEventName    = 1
	rankCodeFunction = 6
	rankUserID       = 2
	rankException    = 1
)

const (
	batchSizeName   = "batch.size"
	batchFailedName = "batch.failed"
	bodyName        = "body"
	valueName       = "value"

	groupActivity     = "activity"
	changesGroup      = "activity.changes"
	beforeEntryPrefix = string(semconv.ActivityChangesBeforeKey) + "."
	afterEntryPrefix  = string(semconv.ActivityChangesAfterKey) + "."
	exceptionPrefix   = "exception."

	droppedAttributesKey = "otel.dropped_attributes_count"

	originalTimeKey     = string(semconv.ActivityOriginalTimeUnixNanoKey)
	originalObservedKey = string(semconv.ActivityOriginalObservedTimeUnixNanoKey)
	originalNumberKey   = string(semconv.ActivityOriginalSeverityNumberKey)
	originalTextKey     = string(semconv.ActivityOriginalSeverityTextKey)
)

// classify says what a key means and which rank it has among the names of that.
func classify(key string) (field, uint8) {
	switch key {
	case string(semconv.LogRecordUIDKey):
		return fieldUID, 0
	case string(semconv.ActivityIDKey):
		return fieldUID, 1
	case string(semconv.AuditRecordIDKey):
		return fieldUID, 2
	case string(semconv.CloudeventsEventIDKey):
		return fieldUID, 3

	case string(semconv.ActivityActionKey):
		return fieldAction, 0
	case string(semconv.EventNameKey):
		return fieldAction, 2
	case string(semconv.AuditActionKey):
		return fieldAction, 3
	case string(semconv.DBOperationNameKey):
		return fieldAction, 4
	case string(semconv.CodeFunctionNameKey):
		return fieldAction, rankCodeFunction

	case string(semconv.ActivitySourceKey):
		return fieldSource, 0
	case string(semconv.ActivityStatusKey):
		return fieldStatus, 0
	case string(semconv.AuditOutcomeKey):
		return fieldStatus, 1
	case string(semconv.EventOutcomeKey):
		return fieldStatus, 2
	case string(semconv.ActivitySeverityKey):
		return fieldSeverity, 0

	case string(semconv.ActivityProjectIDKey):
		return fieldProject, 0
	case string(semconv.ActivityTenantIDKey):
		return fieldProject, 1
	case string(semconv.AuditTenantIDKey):
		return fieldProject, 2

	case string(semconv.ActivityEntityTypeKey):
		return fieldEntityType, 0
	case string(semconv.AuditTargetTypeKey):
		return fieldEntityType, 1
	case string(semconv.DBCollectionNameKey):
		return fieldEntityType, 2
	case string(semconv.ActivityEntityIDKey):
		return fieldEntityID, 0
	case string(semconv.AuditTargetIDKey):
		return fieldEntityID, 1
	case string(semconv.ActivityEntityNameKey):
		return fieldEntityName, 0

	case string(semconv.ActivityActorIDKey):
		return fieldActorID, 0
	case string(semconv.AuditActorIDKey):
		return fieldActorID, 1
	case string(semconv.UserIDKey):
		return fieldActorID, rankUserID
	case string(semconv.EnduserIDKey):
		return fieldActorID, 3
	case string(semconv.EnduserPseudoIDKey):
		return fieldActorID, 4
	case string(semconv.ActivityActorTypeKey):
		return fieldActorType, 0
	case string(semconv.AuditActorTypeKey):
		return fieldActorType, 1
	case string(semconv.UserNameKey):
		return fieldActorName, 0
	case string(semconv.UserFullNameKey):
		return fieldActorName, 1
	case string(semconv.ActivityOnBehalfOfIDKey):
		return fieldOnBehalfOf, 0
	case string(semconv.ClientAddressKey):
		return fieldClientAddress, 0

	case string(semconv.ActivityOperationIDKey):
		return fieldOperation, 0
	case string(semconv.ActivityCorrelationIDKey):
		return fieldOperation, 1
	case string(semconv.ActivityDurationKey):
		return fieldDuration, 0
	case string(semconv.ActivityReasonKey):
		return fieldReason, 0
	case string(semconv.ActivityDetailsKey):
		return fieldDetails, 0
	case string(semconv.ExceptionMessageKey):
		return fieldDetails, rankException

	case string(semconv.ActivityMetadataKey):
		return fieldMetadata, 0
	case string(semconv.ActivityBatchSizeKey):
		return fieldBatchSize, 0
	case string(semconv.DBOperationBatchSizeKey):
		return fieldBatchSize, 1
	case string(semconv.ActivityBatchFailedKey):
		return fieldBatchFailed, 0
	case changesGroup:
		return fieldChanges, 0
	case string(semconv.ActivityChangesBeforeKey):
		return fieldChangesBefore, 0
	case string(semconv.ActivityChangesAfterKey):
		return fieldChangesAfter, 0
	case string(semconv.ActivityChangesFieldsKey):
		return fieldChangesFields, 0

	case string(semconv.ErrorTypeKey):
		return fieldErrorType, 0
	case string(semconv.HTTPRequestMethodKey):
		return fieldHTTPMethod, 0
	case string(semconv.HTTPRouteKey):
		return fieldHTTPRoute, 0
	case string(semconv.HTTPResponseStatusCodeKey):
		return fieldHTTPStatus, 0
	case string(semconv.URLFullKey), string(semconv.ServerAddressKey):
		return fieldOutgoing, 0
	case string(semconv.URLPathKey):
		return fieldIncoming, 0
	case string(semconv.ServicePeerNameKey):
		return fieldPeer, 0
	case string(semconv.FaasTriggerKey):
		return fieldTrigger, 0
	case string(semconv.K8sCronjobNameKey):
		return fieldCronJob, 0

	case string(semconv.ActivityRepairedKey):
		return fieldRepaired, 0
	case originalTimeKey:
		return fieldOriginalTime, 0
	case originalObservedKey:
		return fieldOriginalObserved, 0

	case groupActivity, "activity.entity", "activity.actor", "activity.on_behalf_of",
		"activity.project", "activity.tenant", "activity.operation", "activity.correlation",
		"activity.batch", "activity.original",
		"audit", "audit.record", "audit.target", "audit.actor", "audit.tenant",
		"cloudevents", "client", "code", "code.function", "db", "db.collection",
		"db.operation", "db.operation.batch", "enduser", "enduser.pseudo", "error", "event",
		"exception", "faas", "http", "http.request", "http.response", "k8s", "k8s.cronjob",
		"log", "log.record", "server", "service", "service.peer", "url", "user":
		return fieldGroup, 0
	}
	return classifyPrefix(key), 0
}

// classifyPrefix knows the names that end in a word of the sender's own.
func classifyPrefix(key string) field {
	switch {
	case strings.HasPrefix(key, exceptionPrefix):
		return fieldException
	case !strings.HasPrefix(key, groupActivity):
		return fieldFree
	case strings.HasPrefix(key, semconv.ActivityMetadataPrefix):
		return fieldMetadataEntry
	case strings.HasPrefix(key, beforeEntryPrefix):
		return fieldChangesBeforeEntry
	case strings.HasPrefix(key, afterEntryPrefix):
		return fieldChangesAfterEntry
	}
	return fieldFree
}

// names are what activity.repaired calls the columns and documents.
var names = [numFields]string{
	fieldUID:           "id",
	fieldAction:        "action",
	fieldProject:       "project.id",
	fieldEntityType:    "entity.type",
	fieldEntityID:      "entity.id",
	fieldEntityName:    "entity.name",
	fieldActorID:       "actor.id",
	fieldActorName:     "actor.name",
	fieldOnBehalfOf:    "on_behalf_of",
	fieldOperation:     "operation.id",
	fieldDetails:       "details",
	fieldReason:        "reason",
	fieldClientAddress: "client.address",
	fieldService:       "service.name",
	fieldEnvironment:   "environment",
	fieldScope:         "scope",
	fieldSchemaURL:     "schema_url",
}

// isKey says which columns are compared rather than read: when one of these is
// cut, two different values must stay different.
func isKey(f field) bool {
	switch f {
	case fieldAction, fieldProject, fieldEntityType, fieldEntityID, fieldActorID,
		fieldOnBehalfOf, fieldOperation, fieldService, fieldEnvironment:
		return true
	default:
		return false
	}
}
