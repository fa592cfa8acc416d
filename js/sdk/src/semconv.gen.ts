// Code generated from semconv/activity.yaml by semconv/internal/generate. DO NOT EDIT.

/** The version of the activity convention. */
export const CONVENTION_VERSION = 1

/** string: A UUIDv7 made once per activity, before the first attempt to send it. Two records with one uid are the same activity. */
export const ATTR_LOG_RECORD_UID = 'log.record.uid'

/** string: What was done. Dotted, of low cardinality, without ids. */
export const ATTR_ACTIVITY_ACTION = 'activity.action'

/** enum: What set it off. */
export const ATTR_ACTIVITY_SOURCE = 'activity.source'

/** enum: How it ended. */
export const ATTR_ACTIVITY_STATUS = 'activity.status'

/** enum: Overrides SeverityText and SeverityNumber, for clients that cannot set those. */
export const ATTR_ACTIVITY_SEVERITY = 'activity.severity'

/** string: The kind of thing that was acted on. */
export const ATTR_ACTIVITY_ENTITY_TYPE = 'activity.entity.type'

/** string: Which one. */
export const ATTR_ACTIVITY_ENTITY_ID = 'activity.entity.id'

/** string: What people call it. */
export const ATTR_ACTIVITY_ENTITY_NAME = 'activity.entity.name'

/** map: Whatever else the application wants to keep. `activity.metadata.<key>` for a single entry means the same. */
export const ATTR_ACTIVITY_METADATA = 'activity.metadata'

/** string: The project or tenant that it belongs to. */
export const ATTR_ACTIVITY_PROJECT_ID = 'activity.project.id'

/** string: The user who did it. */
export const ATTR_USER_ID = 'user.id'

/** string: The actor who did it. It wins over `user.id`. */
export const ATTR_ACTIVITY_ACTOR_ID = 'activity.actor.id'

/** enum: What kind of actor. */
export const ATTR_ACTIVITY_ACTOR_TYPE = 'activity.actor.type'

/** string: The user's short name. Personal data. */
export const ATTR_USER_NAME = 'user.name'

/** string: The user's address. Personal data. */
export const ATTR_USER_EMAIL = 'user.email'

/** string[]: The user's roles at the time. Personal data. */
export const ATTR_USER_ROLES = 'user.roles'

/** string: For whom the actor acted. */
export const ATTR_ACTIVITY_ON_BEHALF_OF_ID = 'activity.on_behalf_of.id'

/** enum: What kind of actor that is. */
export const ATTR_ACTIVITY_ON_BEHALF_OF_TYPE = 'activity.on_behalf_of.type'

/** string: One id for the pending and the final record of an operation, and for all records of a batch. */
export const ATTR_ACTIVITY_OPERATION_ID = 'activity.operation.id'

/** double: How long it took, in seconds. */
export const ATTR_ACTIVITY_DURATION = 'activity.duration'

/** int: How many items a batch had. */
export const ATTR_ACTIVITY_BATCH_SIZE = 'activity.batch.size'

/** int: How many of them failed. */
export const ATTR_ACTIVITY_BATCH_FAILED = 'activity.batch.failed'

/** map: The values before, of the fields that changed. */
export const ATTR_ACTIVITY_CHANGES_BEFORE = 'activity.changes.before'

/** map: The values after. */
export const ATTR_ACTIVITY_CHANGES_AFTER = 'activity.changes.after'

/** string[]: The names of the fields that changed, where the values must not be kept. */
export const ATTR_ACTIVITY_CHANGES_FIELDS = 'activity.changes.fields'

/** string: Why it was done, in the actor's words. */
export const ATTR_ACTIVITY_REASON = 'activity.reason'

/** string: The application. */
export const ATTR_SERVICE_NAME = 'service.name'

/** string: Where it runs. */
export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name'

/** string: Where the actor's request came from; an IP address, a host name or a UNIX socket. Personal data. */
export const ATTR_CLIENT_ADDRESS = 'client.address'

/** string: The actor's client program. */
export const ATTR_USER_AGENT_ORIGINAL = 'user_agent.original'

/** string: The actor's session. */
export const ATTR_SESSION_ID = 'session.id'

/** string: The class of the error. Absent on success. */
export const ATTR_ERROR_TYPE = 'error.type'

/** string: The error's type in the program. */
export const ATTR_EXCEPTION_TYPE = 'exception.type'

/** string: The error's text. */
export const ATTR_EXCEPTION_MESSAGE = 'exception.message'

/** string[]: What the store had to change about the record to be able to keep it. */
export const ATTR_ACTIVITY_REPAIRED = 'activity.repaired'

/** int: The record's time, where it could not be true and the time of receipt took its place. */
export const ATTR_ACTIVITY_ORIGINAL_TIME_UNIX_NANO = 'activity.original.time_unix_nano'

/** int: The record's observed time, where it could not be true. */
export const ATTR_ACTIVITY_ORIGINAL_OBSERVED_TIME_UNIX_NANO = 'activity.original.observed_time_unix_nano'

/** int: The severity number, where it was none that OpenTelemetry knows. */
export const ATTR_ACTIVITY_ORIGINAL_SEVERITY_NUMBER = 'activity.original.severity_number'

/** string: The severity's text, where it says something else than the number. */
export const ATTR_ACTIVITY_ORIGINAL_SEVERITY_TEXT = 'activity.original.severity_text'

/** string: The id where a client cannot write log.record.uid. */
export const ATTR_ACTIVITY_ID = 'activity.id'

/** string: The details where the body is taken. */
export const ATTR_ACTIVITY_DETAILS = 'activity.details'

/** string: Another name for activity.project.id. */
export const ATTR_ACTIVITY_TENANT_ID = 'activity.tenant.id'

/** string: Another name for activity.operation.id. */
export const ATTR_ACTIVITY_CORRELATION_ID = 'activity.correlation.id'

/** string: The id of an audit record. */
export const ATTR_AUDIT_RECORD_ID = 'audit.record.id'

/** string: The action of an audit record. */
export const ATTR_AUDIT_ACTION = 'audit.action'

/** string: The outcome of an audit record. */
export const ATTR_AUDIT_OUTCOME = 'audit.outcome'

/** string: The kind of target of an audit record. */
export const ATTR_AUDIT_TARGET_TYPE = 'audit.target.type'

/** string: The target of an audit record. */
export const ATTR_AUDIT_TARGET_ID = 'audit.target.id'

/** string: The tenant of an audit record. */
export const ATTR_AUDIT_TENANT_ID = 'audit.tenant.id'

/** string: The actor of an audit record. */
export const ATTR_AUDIT_ACTOR_ID = 'audit.actor.id'

/** string: The kind of actor of an audit record. */
export const ATTR_AUDIT_ACTOR_TYPE = 'audit.actor.type'

/** string: The id of a CloudEvent. */
export const ATTR_CLOUDEVENTS_EVENT_ID = 'cloudevents.event_id'

/** string: The event's name as an attribute; deprecated in favour of EventName. */
export const ATTR_EVENT_NAME = 'event.name'

/** string: The outcome in the Elastic Common Schema. */
export const ATTR_EVENT_OUTCOME = 'event.outcome'

/** string: An older name for the user's id. */
export const ATTR_ENDUSER_ID = 'enduser.id'

/** string: A pseudonym of the user. */
export const ATTR_ENDUSER_PSEUDO_ID = 'enduser.pseudo.id'

/** string: The user's full name. Personal data. */
export const ATTR_USER_FULL_NAME = 'user.full_name'

/** string: The table of a database operation. */
export const ATTR_DB_COLLECTION_NAME = 'db.collection.name'

/** string: The kind of a database operation. */
export const ATTR_DB_OPERATION_NAME = 'db.operation.name'

/** int: The number of operations in a database batch. */
export const ATTR_DB_OPERATION_BATCH_SIZE = 'db.operation.batch.size'

/** string: The function that wrote the record. */
export const ATTR_CODE_FUNCTION_NAME = 'code.function.name'

/** string: Where the error came from. */
export const ATTR_EXCEPTION_STACKTRACE = 'exception.stacktrace'

/** string: The method of an HTTP request. */
export const ATTR_HTTP_REQUEST_METHOD = 'http.request.method'

/** int: The status of an HTTP response. */
export const ATTR_HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code'

/** string: The route that an HTTP request matched. */
export const ATTR_HTTP_ROUTE = 'http.route'

/** string: The URL of an outgoing HTTP request. */
export const ATTR_URL_FULL = 'url.full'

/** string: The path of an HTTP request. */
export const ATTR_URL_PATH = 'url.path'

/** string: The host that an outgoing request went to. */
export const ATTR_SERVER_ADDRESS = 'server.address'

/** string: The service that was called. */
export const ATTR_SERVICE_PEER_NAME = 'service.peer.name'

/** string: What started a function. */
export const ATTR_FAAS_TRIGGER = 'faas.trigger'

/** string: The cron job that the record came from. */
export const ATTR_K8S_CRONJOB_NAME = 'k8s.cronjob.name'

/** What set the activity off. */
export const ActivitySource = {
  /** The application on its own account. */
  SYSTEM: 'system',
  /** Somebody who used the application. */
  USER: 'user',
  /** Another system that called in or was called. */
  INTEGRATION: 'integration',
  /** A change seen in the database's log, whoever made it. */
  DATABASE: 'database',
  /** A timer or a job. */
  SCHEDULED: 'scheduled',
} as const
export type ActivitySource = (typeof ActivitySource)[keyof typeof ActivitySource]

/** How the activity ended. */
export const ActivityStatus = {
  /** It was done. */
  SUCCESS: 'success',
  /** It was tried and not done. */
  FAILURE: 'failure',
  /** It was begun; a later record of the same operation tells the outcome. */
  PENDING: 'pending',
  /** It was called off before it was done. */
  CANCELED: 'canceled',
} as const
export type ActivityStatus = (typeof ActivityStatus)[keyof typeof ActivityStatus]

/** How much attention the activity deserves. */
export const ActivitySeverity = {
  /** Ordinary. */
  INFO: 'info',
  /** Ordinary but worth a look. */
  NOTICE: 'notice',
  /** Something may be wrong. */
  WARNING: 'warning',
  /** Somebody must act. */
  CRITICAL: 'critical',
} as const
export type ActivitySeverity = (typeof ActivitySeverity)[keyof typeof ActivitySeverity]

/** The OpenTelemetry SeverityNumber of each word. */
export const ActivitySeverityNumber = {
  info: 9,
  notice: 10,
  warning: 13,
  critical: 18,
} as const

/** What kind of actor it was. */
export const ActivityActorType = {
  /** Somebody who used the application. */
  USER: 'user',
  /** Another program. */
  SERVICE: 'service',
  /** A program that decides for a person. */
  AGENT: 'agent',
  /** The application itself. */
  SYSTEM: 'system',
  /** Somebody who did not say who they are. */
  ANONYMOUS: 'anonymous',
} as const
export type ActivityActorType = (typeof ActivityActorType)[keyof typeof ActivityActorType]
