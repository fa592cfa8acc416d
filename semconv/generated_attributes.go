// Code generated from activity.yaml by internal/generate. DO NOT EDIT.

package semconv

import "go.opentelemetry.io/otel/attribute"

// Version is the version of the activity convention.
const Version = 1

// ActivityMetadataPrefix begins the name of an attribute that holds a single
// entry of the metadata: activity.metadata.<key>.
const ActivityMetadataPrefix = "activity.metadata."

// Attributes of a record or a Resource.
const (
	// LogRecordUIDKey (string): A UUIDv7 made once per activity, before the first attempt to send it. Two records with one uid are the same activity.
	LogRecordUIDKey = attribute.Key("log.record.uid")

	// ActivityActionKey (string): What was done. Dotted, of low cardinality, without ids.
	ActivityActionKey = attribute.Key("activity.action")

	// ActivitySourceKey (enum): What set it off.
	ActivitySourceKey = attribute.Key("activity.source")

	// ActivityStatusKey (enum): How it ended.
	ActivityStatusKey = attribute.Key("activity.status")

	// ActivitySeverityKey (enum): Overrides SeverityText and SeverityNumber, for clients that cannot set those.
	ActivitySeverityKey = attribute.Key("activity.severity")

	// ActivityEntityTypeKey (string): The kind of thing that was acted on.
	ActivityEntityTypeKey = attribute.Key("activity.entity.type")

	// ActivityEntityIDKey (string): Which one.
	ActivityEntityIDKey = attribute.Key("activity.entity.id")

	// ActivityEntityNameKey (string): What people call it.
	ActivityEntityNameKey = attribute.Key("activity.entity.name")

	// ActivityMetadataKey (map): Whatever else the application wants to keep. `activity.metadata.<key>` for a single entry means the same.
	ActivityMetadataKey = attribute.Key("activity.metadata")

	// ActivityProjectIDKey (string): The project or tenant that it belongs to.
	ActivityProjectIDKey = attribute.Key("activity.project.id")

	// UserIDKey (string): The user who did it.
	UserIDKey = attribute.Key("user.id")

	// ActivityActorIDKey (string): The actor who did it. It wins over `user.id`.
	ActivityActorIDKey = attribute.Key("activity.actor.id")

	// ActivityActorTypeKey (enum): What kind of actor.
	ActivityActorTypeKey = attribute.Key("activity.actor.type")

	// UserNameKey (string): The user's short name. Personal data.
	UserNameKey = attribute.Key("user.name")

	// UserEmailKey (string): The user's address. Personal data.
	UserEmailKey = attribute.Key("user.email")

	// UserRolesKey (string[]): The user's roles at the time. Personal data.
	UserRolesKey = attribute.Key("user.roles")

	// ActivityOnBehalfOfIDKey (string): For whom the actor acted.
	ActivityOnBehalfOfIDKey = attribute.Key("activity.on_behalf_of.id")

	// ActivityOnBehalfOfTypeKey (enum): What kind of actor that is.
	ActivityOnBehalfOfTypeKey = attribute.Key("activity.on_behalf_of.type")

	// ActivityOperationIDKey (string): One id for the pending and the final record of an operation, and for all records of a batch.
	ActivityOperationIDKey = attribute.Key("activity.operation.id")

	// ActivityDurationKey (double): How long it took, in seconds.
	ActivityDurationKey = attribute.Key("activity.duration")

	// ActivityBatchSizeKey (int): How many items a batch had.
	ActivityBatchSizeKey = attribute.Key("activity.batch.size")

	// ActivityBatchFailedKey (int): How many of them failed.
	ActivityBatchFailedKey = attribute.Key("activity.batch.failed")

	// ActivityChangesBeforeKey (map): The values before, of the fields that changed.
	ActivityChangesBeforeKey = attribute.Key("activity.changes.before")

	// ActivityChangesAfterKey (map): The values after.
	ActivityChangesAfterKey = attribute.Key("activity.changes.after")

	// ActivityChangesFieldsKey (string[]): The names of the fields that changed, where the values must not be kept.
	ActivityChangesFieldsKey = attribute.Key("activity.changes.fields")

	// ActivityReasonKey (string): Why it was done, in the actor's words.
	ActivityReasonKey = attribute.Key("activity.reason")

	// ServiceNameKey (string): The application.
	ServiceNameKey = attribute.Key("service.name")

	// DeploymentEnvironmentNameKey (string): Where it runs.
	DeploymentEnvironmentNameKey = attribute.Key("deployment.environment.name")

	// ClientAddressKey (string): Where the actor's request came from; an IP address, a host name or a UNIX socket. Personal data.
	ClientAddressKey = attribute.Key("client.address")

	// UserAgentOriginalKey (string): The actor's client program.
	UserAgentOriginalKey = attribute.Key("user_agent.original")

	// SessionIDKey (string): The actor's session.
	SessionIDKey = attribute.Key("session.id")

	// ErrorTypeKey (string): The class of the error. Absent on success.
	ErrorTypeKey = attribute.Key("error.type")

	// ExceptionTypeKey (string): The error's type in the program.
	ExceptionTypeKey = attribute.Key("exception.type")

	// ExceptionMessageKey (string): The error's text.
	ExceptionMessageKey = attribute.Key("exception.message")

	// ActivityRepairedKey (string[]): What the store had to change about the record to be able to keep it.
	ActivityRepairedKey = attribute.Key("activity.repaired")

	// ActivityOriginalTimeUnixNanoKey (int): The record's time, where it could not be true and the time of receipt took its place.
	ActivityOriginalTimeUnixNanoKey = attribute.Key("activity.original.time_unix_nano")

	// ActivityOriginalObservedTimeUnixNanoKey (int): The record's observed time, where it could not be true.
	ActivityOriginalObservedTimeUnixNanoKey = attribute.Key("activity.original.observed_time_unix_nano")

	// ActivityOriginalSeverityNumberKey (int): The severity number, where it was none that OpenTelemetry knows.
	ActivityOriginalSeverityNumberKey = attribute.Key("activity.original.severity_number")

	// ActivityOriginalSeverityTextKey (string): The severity's text, where it says something else than the number.
	ActivityOriginalSeverityTextKey = attribute.Key("activity.original.severity_text")

	// ActivityIDKey (string): The id where a client cannot write log.record.uid.
	ActivityIDKey = attribute.Key("activity.id")

	// ActivityDetailsKey (string): The details where the body is taken.
	ActivityDetailsKey = attribute.Key("activity.details")

	// ActivityTenantIDKey (string): Another name for activity.project.id.
	ActivityTenantIDKey = attribute.Key("activity.tenant.id")

	// ActivityCorrelationIDKey (string): Another name for activity.operation.id.
	ActivityCorrelationIDKey = attribute.Key("activity.correlation.id")

	// AuditRecordIDKey (string): The id of an audit record.
	AuditRecordIDKey = attribute.Key("audit.record.id")

	// AuditActionKey (string): The action of an audit record.
	AuditActionKey = attribute.Key("audit.action")

	// AuditOutcomeKey (string): The outcome of an audit record.
	AuditOutcomeKey = attribute.Key("audit.outcome")

	// AuditTargetTypeKey (string): The kind of target of an audit record.
	AuditTargetTypeKey = attribute.Key("audit.target.type")

	// AuditTargetIDKey (string): The target of an audit record.
	AuditTargetIDKey = attribute.Key("audit.target.id")

	// AuditTenantIDKey (string): The tenant of an audit record.
	AuditTenantIDKey = attribute.Key("audit.tenant.id")

	// AuditActorIDKey (string): The actor of an audit record.
	AuditActorIDKey = attribute.Key("audit.actor.id")

	// AuditActorTypeKey (string): The kind of actor of an audit record.
	AuditActorTypeKey = attribute.Key("audit.actor.type")

	// CloudeventsEventIDKey (string): The id of a CloudEvent.
	CloudeventsEventIDKey = attribute.Key("cloudevents.event_id")

	// EventNameKey (string): The event's name as an attribute; deprecated in favour of EventName.
	EventNameKey = attribute.Key("event.name")

	// EventOutcomeKey (string): The outcome in the Elastic Common Schema.
	EventOutcomeKey = attribute.Key("event.outcome")

	// EnduserIDKey (string): An older name for the user's id.
	EnduserIDKey = attribute.Key("enduser.id")

	// EnduserPseudoIDKey (string): A pseudonym of the user.
	EnduserPseudoIDKey = attribute.Key("enduser.pseudo.id")

	// UserFullNameKey (string): The user's full name. Personal data.
	UserFullNameKey = attribute.Key("user.full_name")

	// DBCollectionNameKey (string): The table of a database operation.
	DBCollectionNameKey = attribute.Key("db.collection.name")

	// DBOperationNameKey (string): The kind of a database operation.
	DBOperationNameKey = attribute.Key("db.operation.name")

	// DBOperationBatchSizeKey (int): The number of operations in a database batch.
	DBOperationBatchSizeKey = attribute.Key("db.operation.batch.size")

	// CodeFunctionNameKey (string): The function that wrote the record.
	CodeFunctionNameKey = attribute.Key("code.function.name")

	// ExceptionStacktraceKey (string): Where the error came from.
	ExceptionStacktraceKey = attribute.Key("exception.stacktrace")

	// HTTPRequestMethodKey (string): The method of an HTTP request.
	HTTPRequestMethodKey = attribute.Key("http.request.method")

	// HTTPResponseStatusCodeKey (int): The status of an HTTP response.
	HTTPResponseStatusCodeKey = attribute.Key("http.response.status_code")

	// HTTPRouteKey (string): The route that an HTTP request matched.
	HTTPRouteKey = attribute.Key("http.route")

	// URLFullKey (string): The URL of an outgoing HTTP request.
	URLFullKey = attribute.Key("url.full")

	// URLPathKey (string): The path of an HTTP request.
	URLPathKey = attribute.Key("url.path")

	// ServerAddressKey (string): The host that an outgoing request went to.
	ServerAddressKey = attribute.Key("server.address")

	// ServicePeerNameKey (string): The service that was called.
	ServicePeerNameKey = attribute.Key("service.peer.name")

	// FaasTriggerKey (string): What started a function.
	FaasTriggerKey = attribute.Key("faas.trigger")

	// K8sCronjobNameKey (string): The cron job that the record came from.
	K8sCronjobNameKey = attribute.Key("k8s.cronjob.name")
)

// Words of activity.source. What set the activity off.
const (
	// ActivitySourceSystem: The application on its own account.
	ActivitySourceSystem = "system"
	// ActivitySourceUser: Somebody who used the application.
	ActivitySourceUser = "user"
	// ActivitySourceIntegration: Another system that called in or was called.
	ActivitySourceIntegration = "integration"
	// ActivitySourceDatabase: A change seen in the database's log, whoever made it.
	ActivitySourceDatabase = "database"
	// ActivitySourceScheduled: A timer or a job.
	ActivitySourceScheduled = "scheduled"
)

// Words of activity.status. How the activity ended.
const (
	// ActivityStatusUnknown: Nobody reported an outcome. Only the store writes it.
	ActivityStatusUnknown = "unknown"
	// ActivityStatusSuccess: It was done.
	ActivityStatusSuccess = "success"
	// ActivityStatusFailure: It was tried and not done.
	ActivityStatusFailure = "failure"
	// ActivityStatusPending: It was begun; a later record of the same operation tells the outcome.
	ActivityStatusPending = "pending"
	// ActivityStatusCanceled: It was called off before it was done.
	ActivityStatusCanceled = "canceled"
)

// Words of activity.severity. How much attention the activity deserves.
const (
	// ActivitySeverityInfo: Ordinary.
	ActivitySeverityInfo = "info"
	// ActivitySeverityNotice: Ordinary but worth a look.
	ActivitySeverityNotice = "notice"
	// ActivitySeverityWarning: Something may be wrong.
	ActivitySeverityWarning = "warning"
	// ActivitySeverityCritical: Somebody must act.
	ActivitySeverityCritical = "critical"
)

// SeverityNumbers that SDKs write for the words of activity.severity.
const (
	ActivitySeverityInfoNumber     = 9
	ActivitySeverityNoticeNumber   = 10
	ActivitySeverityWarningNumber  = 13
	ActivitySeverityCriticalNumber = 18
)

// Words of activity.actor.type. What kind of actor it was.
const (
	// ActivityActorTypeUser: Somebody who used the application.
	ActivityActorTypeUser = "user"
	// ActivityActorTypeService: Another program.
	ActivityActorTypeService = "service"
	// ActivityActorTypeAgent: A program that decides for a person.
	ActivityActorTypeAgent = "agent"
	// ActivityActorTypeSystem: The application itself.
	ActivityActorTypeSystem = "system"
	// ActivityActorTypeAnonymous: Somebody who did not say who they are.
	ActivityActorTypeAnonymous = "anonymous"
)
