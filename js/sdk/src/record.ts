import type { HrTime } from '@opentelemetry/api'
import type { AnyValue, LogRecord } from '@opentelemetry/api-logs'
import { describe } from './failure.js'
import { newId } from './id.js'
import type { Repairer } from './repair.js'
import * as s from './semconv.gen.js'
import type { Activity, ActivityContext, Actor, Changes } from './types.js'

/** What holds when neither the activity nor its context says otherwise. */
export interface Defaults extends ActivityContext {
  source?: s.ActivitySource | undefined
}

type Attributes = Record<string, AnyValue>

/** The last time that OTLP can name, in milliseconds: 2^63 - 1 nanoseconds. */
const maxTime = 9_223_372_036_854

/** Makes the log record of an activity, in an operation if there is no other. */
export function toLogRecord(
  activity: Activity,
  context: ActivityContext,
  defaults: Defaults,
  operationId: string | undefined,
  repairer: Repairer,
): LogRecord {
  const r = repairer
  const now = Date.now()
  const actor = actorOf(activity) ?? said(context.actor) ?? said(defaults.actor)
  const failure =
    activity.error === undefined || activity.error === null ? undefined : describe(activity.error)
  const status = activity.status || failure?.status || s.ActivityStatus.SUCCESS
  const severity = activity.severity || s.ActivitySeverity.INFO
  const action = activity.action ? r.short(activity.action) : ''
  if (!action) r.add('action')

  const a: Attributes = { [s.ATTR_LOG_RECORD_UID]: activity.id ? r.short(activity.id) : newId(now) }
  if (action) a[s.ATTR_ACTIVITY_ACTION] = action
  a[s.ATTR_ACTIVITY_SOURCE] = r.short(activity.source || defaults.source || sourceOf(actor))
  a[s.ATTR_ACTIVITY_STATUS] = r.short(status)
  put(r, a, s.ATTR_ACTIVITY_ENTITY_TYPE, activity.entityType)
  put(r, a, s.ATTR_ACTIVITY_ENTITY_ID, activity.entityId)
  put(r, a, s.ATTR_ACTIVITY_ENTITY_NAME, activity.entityName)
  if (actor) putActor(r, a, actor)
  const principal =
    said(activity.onBehalfOf) ?? said(context.onBehalfOf) ?? said(defaults.onBehalfOf)
  put(r, a, s.ATTR_ACTIVITY_ON_BEHALF_OF_ID, principal?.id)
  put(r, a, s.ATTR_ACTIVITY_ON_BEHALF_OF_TYPE, principal?.type)
  put(
    r,
    a,
    s.ATTR_ACTIVITY_PROJECT_ID,
    activity.projectId || context.projectId || defaults.projectId,
  )
  put(
    r,
    a,
    s.ATTR_ACTIVITY_OPERATION_ID,
    activity.operationId || context.operationId || defaults.operationId || operationId,
  )
  put(r, a, s.ATTR_ACTIVITY_REASON, activity.reason || context.reason || defaults.reason)
  r.member(a, s.ATTR_ACTIVITY_DURATION, activity.duration ?? undefined)
  const body = activity.details ? r.text(activity.details) : undefined
  if (failure && status !== s.ActivityStatus.SUCCESS) {
    put(r, a, s.ATTR_ERROR_TYPE, failure.type)
    put(r, a, s.ATTR_EXCEPTION_MESSAGE, failure.message)
  }
  const observed = hrTime(now)
  const timestamp = timeOf(activity.timestamp, observed, a, r)
  putAll(r, a, defaults.attributes)
  putAll(r, a, context.attributes)
  putAll(r, a, activity.attributes)
  // Last, since what is too large to be kept is most likely here.
  if (activity.changes) putChanges(r, a, activity.changes)
  if (activity.metadata) putMap(r, a, s.ATTR_ACTIVITY_METADATA, activity.metadata)
  return {
    eventName: action,
    timestamp,
    observedTimestamp: observed,
    severityNumber: severityNumberOf(severity),
    severityText: r.short(severity),
    body,
    attributes: a,
  }
}

function actorOf({ actor, userId }: Activity): Actor | undefined {
  return userId && !actor?.id ? { ...actor, id: userId } : said(actor)
}

/** Nothing for somebody of whom nothing is said, who is no reason to forget who it was. */
function said<T extends Actor>(who: T | undefined): T | undefined {
  return who && (who.id || who.type || who.name || who.email || who.roles?.length) ? who : undefined
}

/** A severity may be any word, also one that objects inherit. */
function severityNumberOf(severity: s.ActivitySeverity): number {
  const number: unknown = s.ActivitySeverityNumber[severity]
  return typeof number === 'number' ? number : s.ActivitySeverityNumber.info
}

function isUser(actor: Actor | undefined): boolean {
  return !!actor?.id && (actor.type ?? s.ActivityActorType.USER) === s.ActivityActorType.USER
}

function sourceOf(actor: Actor | undefined): s.ActivitySource {
  return isUser(actor) ? s.ActivitySource.USER : s.ActivitySource.SYSTEM
}

function putActor(r: Repairer, a: Attributes, actor: Actor): void {
  put(r, a, isUser(actor) ? s.ATTR_USER_ID : s.ATTR_ACTIVITY_ACTOR_ID, actor.id)
  put(r, a, s.ATTR_ACTIVITY_ACTOR_TYPE, actor.type)
  put(r, a, s.ATTR_USER_NAME, actor.name)
  put(r, a, s.ATTR_USER_EMAIL, actor.email)
  if (actor.roles?.length) a[s.ATTR_USER_ROLES] = r.value(actor.roles)
}

function putChanges(r: Repairer, a: Attributes, changes: Changes): void {
  if (changes.before) putMap(r, a, s.ATTR_ACTIVITY_CHANGES_BEFORE, changes.before)
  if (changes.after) putMap(r, a, s.ATTR_ACTIVITY_CHANGES_AFTER, changes.after)
  if (changes.fields?.length && !(s.ATTR_ACTIVITY_CHANGES_FIELDS in a)) {
    a[s.ATTR_ACTIVITY_CHANGES_FIELDS] = r.value(changes.fields)
  }
}

function put(r: Repairer, a: Attributes, key: string, value: unknown): void {
  if (value !== undefined && value !== null && value !== '') a[key] = r.short(value)
}

/** An attribute that the caller gave under the same name wins. */
function putMap(r: Repairer, a: Attributes, key: string, value: object): void {
  if (key in a) return
  const map = r.map(value)
  if (Object.keys(map).length > 0) a[key] = map
}

function putAll(r: Repairer, a: Attributes, attributes: ActivityContext['attributes']): void {
  if (!attributes) return
  for (const key of Object.keys(attributes)) r.member(a, key, attributes[key])
}

/** Not a number: OpenTelemetry's SDK reads small ones as an offset. */
function hrTime(millis: number): HrTime {
  const seconds = Math.floor(millis / 1000)
  return [seconds, Math.round((millis - seconds * 1000) * 1e6)]
}

function timeOf(time: Activity['timestamp'], now: HrTime, a: Attributes, r: Repairer): HrTime {
  if (time === undefined || time === null) return now
  const millis = typeof time === 'number' ? time : new Date(time).getTime()
  if (millis >= 0 && millis <= maxTime) return hrTime(millis)
  r.add('time')
  // A Collector would refuse the whole request for it.
  if (Number.isFinite(millis)) {
    a[s.ATTR_ACTIVITY_ORIGINAL_TIME_UNIX_NANO] = (
      BigInt(Math.trunc(millis)) * 1_000_000n
    ).toString()
  }
  return now
}
