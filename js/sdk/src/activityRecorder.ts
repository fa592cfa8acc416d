import { Classed } from './failure.js'
import { newId } from './id.js'
import { Recorder, type RecorderOptions } from './recorder.js'
import { memberOf, Repairer, textOf } from './repair.js'
import { captureScope, runWithActivityContext } from './scope.js'
import * as s from './semconv.gen.js'
import { splitTarget } from './target.js'
import type { Activity, WrapInput } from './types.js'
import { type Ending, observe } from './wrap.js'

/** A batch on its way. */
export interface Batch {
  /** The operation of the batch, which what is recorded within it belongs to. */
  readonly operationId: string
  /** Records within the batch; on Node.js every other recorder does too. */
  readonly recorder: ActivityRecorder
  /** Counts items as failed, one unless it is said. */
  fail(count?: number): void
}

/** An operation that ends somewhere else than in the function that began it. */
export interface Operation {
  readonly operationId: string
  /** Runs what belongs to the operation. */
  run<T>(fn: () => T): T
  /** Records the outcome, a failure when there is an `error`. Only the first call counts. */
  end(input?: Partial<Activity>): void
}

interface Wrapping<T> {
  activity: Activity
  input: WrapInput<T>
  /** Takes what the wrapper itself knows at the end. */
  ended?: (activity: Activity, ending: Ending<T>) => void
}

/**
 * Records activities, and wraps what an application does already. Make one for a service,
 * with the actor and the project that hold for all it records:
 *
 *     const activity = new ActivityRecorder({ projectId: 'acme' })
 *     await activity.withActivityLogging('user.create', () => db.users.create(data))
 */
export class ActivityRecorder extends Recorder {
  /** A recorder with further defaults, such as the actor of a request. */
  with(options: RecorderOptions): ActivityRecorder {
    return new ActivityRecorder(this.derived(options))
  }

  /** Calls `fn` and records how it went. What it returns, throws or rejects is passed on. */
  withActivityLogging<T>(action: string, fn: () => T, input: WrapInput<T> = {}): T {
    const said = copyOf(input)
    return this.#wrap(fn, { activity: toActivity(said, { action }), input: said })
  }

  /** Wraps an operation on a database: `insert` into `orders` of the row `4711`. */
  withDatabaseLogging<T>(
    operation: string,
    collection: string,
    entityId: Activity['entityId'],
    fn: () => T,
    input: WrapInput<T> = {},
  ): T {
    const said = copyOf(input)
    const activity = toActivity(said, {
      action: said.action || `${textOf(collection)}.${textOf(operation).toLowerCase()}`,
      source: said.source ?? s.ActivitySource.DATABASE,
    })
    entity(activity, collection, entityId)
    attribute(activity, {
      [s.ATTR_DB_OPERATION_NAME]: operation,
      [s.ATTR_DB_COLLECTION_NAME]: collection,
    })
    return this.#wrap(fn, { activity, input: said })
  }

  /**
   * Wraps a call of another system's API. A result with a numeric `status`, such as
   * fetch's Response, tells the outcome: 400 and more is a failure. So does an error with
   * a `status`, or with a `response` that has one.
   */
  withApiLogging<T>(path: string, method: string, fn: () => T, input: WrapInput<T> = {}): T {
    const said = copyOf(input)
    const target = splitTarget(textOf(path))
    const verb = textOf(method)
    const activity = toActivity(said, {
      action: said.action || `api.${verb.toLowerCase()}`,
      source: said.source ?? s.ActivitySource.INTEGRATION,
    })
    entity(activity, 'endpoint', target.path)
    attribute(activity, {
      [s.ATTR_HTTP_REQUEST_METHOD]: verb.toUpperCase(),
      [s.ATTR_URL_PATH]: target.path,
      ...(target.host && { [s.ATTR_SERVER_ADDRESS]: target.host }),
    })
    return this.#wrap(fn, { activity, input: said, ended: answered })
  }

  /**
   * Wraps many items at once, `size` of them. Those that failed are counted by
   * `batch.fail()`, or by a numeric `failed` of the result. A batch of which all failed
   * is a failure; one of which some did has the severity `warning`.
   */
  withBatchLogging<T>(
    name: string,
    size: number,
    fn: (batch: Batch) => T,
    input: WrapInput<T> = {},
  ): T {
    const said = copyOf(input)
    const operationId = said.operationId || this.operationId() || newId()
    const activity = toActivity(said, { action: said.action || name, operationId })
    let failed = 0
    const batch: Batch = {
      operationId,
      recorder: this.with({ operationId }),
      fail: (count = 1) => {
        if (Number.isSafeInteger(count)) failed += count
      },
    }
    const ended = (a: Activity, ending: Ending<T>) => {
      failed += 'result' in ending ? numberIn(ending.result, 'failed') : 0
      a.attributes = {
        ...copyOf(a.attributes),
        [s.ATTR_ACTIVITY_BATCH_SIZE]: size,
        [s.ATTR_ACTIVITY_BATCH_FAILED]: failed,
      }
      if ('error' in ending || failed === 0) return
      if (failed >= size) a.error = new Classed('batch')
      else a.severity ??= s.ActivitySeverity.WARNING
    }
    return this.#wrap(() => fn(batch), { activity, input: said, ended })
  }

  /**
   * Records that something long has begun; `end` records the outcome, for the same actor
   * and in the same trace wherever it is called.
   */
  beginActivity(action: string, input: Omit<WrapInput, 'pending' | 'finish'> = {}): Operation {
    const begun = copyOf(input)
    const activity = toActivity(begun, { action })
    const operationId = this.#announce(activity)
    const asBegun = captureScope()
    const started = performance.now()
    let ended = false
    return {
      operationId,
      run: (fn) => runWithActivityContext({ operationId }, fn),
      end: (outcome = {}) => {
        if (ended) return
        ended = true
        const known = { duration: secondsSince(started), ...copyOf(outcome), operationId }
        const ending = isNothing(known.error) ? { result: undefined } : { error: known.error }
        asBegun(() => {
          void this.record(activity, known, undefined, finish(activity, ending, begun))
        })
      },
    }
  }

  #wrap<T>(fn: () => T, { activity, input, ended }: Wrapping<T>): T {
    if (input.pending) this.#announce(activity)
    const asBegun = captureScope()
    const started = performance.now()
    const record = (ending: Ending<T>) => {
      activity.duration = secondsSince(started)
      // undefined can be thrown too, and is a failure.
      if ('error' in ending) activity.error = ending.error ?? new Error(String(ending.error))
      ended?.(activity, ending)
      void this.record(activity, undefined, undefined, finish(activity, ending, input))
    }
    const run = () => observe(fn, (ending) => asBegun(() => record(ending)))
    // What happens within belongs to the operation, if there is one.
    const { operationId } = activity
    return operationId ? runWithActivityContext({ operationId }, run) : run()
  }

  /** Records the pending activity and settles the operation. */
  #announce(activity: Activity): string {
    activity.operationId ||= this.operationId() || newId()
    void this.record(activity, { id: undefined, status: s.ActivityStatus.PENDING })
    return activity.operationId
  }
}

/** Changes are known at the end, and so is what `input` says about the ending. */
function toActivity<T>(
  input: WrapInput<T>,
  known: Partial<Activity> & { action: string },
): Activity {
  const { pending: _, changes: __, finish: ___, ...rest } = input
  return { ...rest, ...known }
}

/** Completes an activity by what the caller knows at the end; that may throw. */
function finish<T>(activity: Activity, ending: Ending<T>, input: WrapInput<T>): Repairer {
  const repairer = new Repairer()
  const { changes } = input
  const ask = () => {
    if ('error' in ending) return input.finish?.(activity, undefined)
    if (changes) activity.changes = typeof changes === 'function' ? changes() : changes
    input.finish?.(activity, ending.result)
  }
  repairer.guard<void>(ask, () => undefined)
  return repairer
}

function entity(activity: Activity, type: string, id: Activity['entityId']): void {
  if (activity.entityType === undefined && activity.entityId === undefined) {
    activity.entityType = type
    activity.entityId = id
  }
}

/** Adds attributes of ours; the caller's win. */
function attribute(activity: Activity, attributes: NonNullable<Activity['attributes']>): void {
  activity.attributes = { ...attributes, ...copyOf(activity.attributes) }
}

function answered<T>(activity: Activity, ending: Ending<T>): void {
  const isResult = 'result' in ending
  const status = isResult ? numberIn(ending.result, 'status') : statusOf(ending.error)
  if (status === 0) return
  activity.attributes = {
    ...copyOf(activity.attributes),
    [s.ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
  }
  if (isResult && status >= 400) activity.error = new Classed(String(status))
}

/** Clients that throw for a status keep it on the error or on its response. */
function statusOf(error: unknown): number {
  return numberIn(error, 'status') || numberIn(memberOf(error, 'response'), 'status')
}

/** A copy of what may throw when it is read; empty when it does. */
function copyOf<T extends object>(value: T | undefined): T {
  try {
    return { ...value } as T
  } catch {
    return {} as T
  }
}

/** The number that a result has under a name, 0 without one. */
function numberIn(result: unknown, name: string): number {
  const value = memberOf(result, name)
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** A clock may be too coarse for what was done, and zero would mean that nobody measured. */
function secondsSince(started: number): number {
  return Math.max((performance.now() - started) / 1000, 1e-9)
}
