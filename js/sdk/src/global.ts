import { ActivityRecorder, type Batch, type Operation } from './activityRecorder.js'
import type { Outcome } from './outcome.js'
import type { RecorderOptions } from './recorder.js'
import type { Activity, ActivityInput, WrapInput } from './types.js'

let recorder = new ActivityRecorder()

/**
 * Says what holds for all activities of the functions of this module unless they or their
 * context say otherwise: in a browser, who is signed in.
 */
export function setActivityDefaults(options: RecorderOptions): void {
  recorder = new ActivityRecorder(options)
}

/** The recorder behind the functions of this module. */
export function defaultRecorder(): ActivityRecorder {
  return recorder
}

/** Records an activity through the global provider. */
export function logActivity(activity: Activity): Promise<Outcome> {
  return recorder.logActivity(activity)
}

/** Records activities in their order; see {@link ActivityRecorder.logActivities}. */
export function logActivities(activities: readonly Activity[]): Promise<Outcome[]> {
  return recorder.logActivities(activities)
}

/** Records what a user did. */
export function logUserAction(action: string, input?: ActivityInput): Promise<Outcome> {
  return recorder.logUserAction(action, input)
}

/** Records what the application did on its own account. */
export function logSystemEvent(action: string, input?: ActivityInput): Promise<Outcome> {
  return recorder.logSystemEvent(action, input)
}

/** Records that another system called in or was called. */
export function logIntegration(action: string, input?: ActivityInput): Promise<Outcome> {
  return recorder.logIntegration(action, input)
}

/** Records what a timer or a job did. */
export function logScheduled(action: string, input?: ActivityInput): Promise<Outcome> {
  return recorder.logScheduled(action, input)
}

/** Calls a function and records how it went; see {@link ActivityRecorder.withActivityLogging}. */
export function withActivityLogging<T>(action: string, fn: () => T, input?: WrapInput<T>): T {
  return recorder.withActivityLogging(action, fn, input)
}

/** Wraps an operation on a database; see {@link ActivityRecorder.withDatabaseLogging}. */
export function withDatabaseLogging<T>(
  operation: string,
  collection: string,
  entityId: Activity['entityId'],
  fn: () => T,
  input?: WrapInput<T>,
): T {
  return recorder.withDatabaseLogging(operation, collection, entityId, fn, input)
}

/** Wraps a call of another system's API; see {@link ActivityRecorder.withApiLogging}. */
export function withApiLogging<T>(
  path: string,
  method: string,
  fn: () => T,
  input?: WrapInput<T>,
): T {
  return recorder.withApiLogging(path, method, fn, input)
}

/** Wraps many items at once; see {@link ActivityRecorder.withBatchLogging}. */
export function withBatchLogging<T>(
  name: string,
  size: number,
  fn: (batch: Batch) => T,
  input?: WrapInput<T>,
): T {
  return recorder.withBatchLogging(name, size, fn, input)
}

/** Records that something long has begun; see {@link ActivityRecorder.beginActivity}. */
export function beginActivity(
  action: string,
  input?: Parameters<ActivityRecorder['beginActivity']>[1],
): Operation {
  return recorder.beginActivity(action, input)
}
