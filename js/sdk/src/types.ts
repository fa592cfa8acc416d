import type { AnyValue } from '@opentelemetry/api-logs'
import type {
  ActivityActorType,
  ActivitySeverity,
  ActivitySource,
  ActivityStatus,
} from './semconv.gen.js'

/** Somebody or something that acts. */
export interface Actor {
  id?: string | undefined
  /** `user` unless it is set. */
  type?: ActivityActorType | undefined
  /** Name, e-mail address and roles are personal data; an id alone is often enough. */
  name?: string | undefined
  email?: string | undefined
  roles?: string[] | undefined
}

/** For whom an actor acts: who is impersonated, or whom an agent works for. */
export interface OnBehalfOf {
  id: string
  type?: ActivityActorType | undefined
}

/** What became of an entity: the values of the fields that changed, or their names alone. */
export interface Changes {
  before?: Record<string, unknown> | undefined
  after?: Record<string, unknown> | undefined
  fields?: string[] | undefined
}

/** What a context or a recorder says about its activities. */
export interface ActivityContext {
  actor?: Actor | undefined
  onBehalfOf?: OnBehalfOf | undefined
  projectId?: string | undefined
  operationId?: string | undefined
  reason?: string | undefined
  attributes?: Record<string, AnyValue> | undefined
}

/**
 * What there is to say about an activity besides its action. A field without a value is
 * taken from the context, then from the recorder's defaults, and else left out.
 */
export interface ActivityInput extends ActivityContext {
  /** `user` when the actor is a user, else `system`, unless it is set. */
  source?: ActivitySource | undefined
  /** Follows from `error` unless it is set. */
  status?: ActivityStatus | undefined
  /** `info` unless it is set. */
  severity?: ActivitySeverity | undefined
  entityType?: string | undefined
  entityId?: string | number | bigint | undefined
  entityName?: string | undefined
  /** Short for an actor who is a user. */
  userId?: string | undefined
  /** The message to display. */
  details?: string | undefined
  /** Whatever else there is to keep. */
  metadata?: Record<string, unknown> | undefined
  changes?: Changes | undefined
  /** Why it failed. */
  error?: unknown
  /** How long it took, in seconds. */
  duration?: number | undefined
  /** When it happened; the time of the call unless it is set. A number is in milliseconds. */
  timestamp?: Date | number | string | undefined
  /** A UUID, a new one unless it is set. The same id and timestamp are stored once. */
  id?: string | undefined
}

/** One thing that somebody or something did. */
export interface Activity extends ActivityInput {
  /** What was done, dotted and without ids: `order.refund`. */
  action: string
}

/** What the wrappers take besides the fields of an activity. */
export interface WrapInput<T = unknown>
  extends Omit<ActivityInput, 'changes' | 'error' | 'duration'> {
  /** Instead of the action that the wrapper makes. */
  action?: string | undefined
  /** Records a first activity with the status `pending` before the function is called. */
  pending?: boolean | undefined
  /** What changed, or what tells it once the function has succeeded. */
  changes?: Changes | (() => Changes) | undefined
  /** Completes the activity by what is known only at the end; `result` is undefined after an error. */
  finish?: ((activity: Activity, result: Awaited<T> | undefined) => void) | undefined
}
