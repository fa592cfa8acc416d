import { type Logger, type LoggerProvider, type LogRecord, logs } from '@opentelemetry/api-logs'
import { newId } from './id.js'
import { emitWithOutcome, type Outcome, type OutcomeLogger } from './outcome.js'
import { type Defaults, toLogRecord } from './record.js'
import { memberOf, messageOf, type Repaired, Repairer, textOf } from './repair.js'
import { currentActivityContext, merge } from './scope.js'
import { ActivitySource, ATTR_LOG_RECORD_UID } from './semconv.gen.js'
import type { Activity, ActivityInput } from './types.js'
import { version } from './version.js'

/** What a recorder's activities have unless they or their context say otherwise. */
export interface RecorderOptions extends Defaults {
  /** Instead of the global provider. */
  loggerProvider?: LoggerProvider | undefined
  /** Is told of each activity that had to be repaired or could not be recorded. */
  onRepair?: ((repaired: Repaired) => void) | undefined
}

/** Is told by recorders that have no handler of their own. */
let onRepairOfAll: RecorderOptions['onRepair']

/** Sets what recorders without a handler tell of repairs: `setup` does. */
export function setRepairHandler(handler: RecorderOptions['onRepair']): void {
  onRepairOfAll = handler
}

const scopeName = '@otel-activity/sdk'
const queued: Promise<Outcome> = Promise.resolve({ state: 'queued' })

/**
 * Records activities. No method throws, and no promise of one rejects: what became of an
 * activity is in the outcome.
 */
export class Recorder {
  readonly options: RecorderOptions
  #provider: LoggerProvider | undefined
  #logger: Logger | undefined
  /** Whether the logger tells what became of a record. */
  #tells = false
  #repaired = 0

  constructor(options: RecorderOptions = {}) {
    this.options = options
  }

  /** How many activities had to be repaired or could not be recorded. */
  get repaired(): number {
    return this.#repaired
  }

  /** Records an activity. */
  logActivity(activity: Activity): Promise<Outcome> {
    return this.record(activity)
  }

  /**
   * Records activities in their order. Those that have no operation yet, in the context
   * neither, get one in common.
   */
  logActivities(activities: readonly Activity[]): Promise<Outcome[]> {
    const list = listOf(activities)
    const common = list.length > 1 && !this.operationId() ? newId() : undefined
    return Promise.all(list.map((a) => this.record(a, undefined, common)))
  }

  /** Records what a user did. */
  logUserAction(action: string, input?: ActivityInput): Promise<Outcome> {
    return this.record(input, { action, source: ActivitySource.USER })
  }

  /** Records what the application did on its own account. */
  logSystemEvent(action: string, input?: ActivityInput): Promise<Outcome> {
    return this.record(input, { action, source: ActivitySource.SYSTEM })
  }

  /** Records that another system called in or was called. */
  logIntegration(action: string, input?: ActivityInput): Promise<Outcome> {
    return this.record(input, { action, source: ActivitySource.INTEGRATION })
  }

  /** Records what a timer or a job did. */
  logScheduled(action: string, input?: ActivityInput): Promise<Outcome> {
    return this.record(input, { action, source: ActivitySource.SCHEDULED })
  }

  /** The operation that an activity without one of its own would belong to. */
  protected operationId(): string | undefined {
    return currentActivityContext().operationId || this.options.operationId
  }

  /**
   * Records what the caller said and what is known besides, in an operation if there is
   * no other. The repairer knows what went wrong before.
   */
  protected record(
    input: ActivityInput | undefined,
    known?: Partial<Activity>,
    operationId?: string,
    repairer = new Repairer(),
  ): Promise<Outcome> {
    let record: LogRecord | undefined
    try {
      const activity = (known ? { ...input, ...known } : input) as Activity
      record = toLogRecord(activity, currentActivityContext(), this.options, operationId, repairer)
      const outcome = this.#emit(record)
      if (repairer.hasFound) this.#report(record, repairer)
      return outcome
    } catch (error) {
      // Only what is not ours gets here: a provider, or an input that throws when it is read.
      const action = known?.action ?? memberOf(input, 'action') ?? ''
      this.#report(record ?? { eventName: textOf(action) }, repairer, true)
      return Promise.resolve({ state: 'dropped', reason: messageOf(error) })
    }
  }

  #emit(record: LogRecord): Promise<Outcome> {
    const logger = this.#currentLogger()
    if (this.#tells) return (logger as Logger & OutcomeLogger)[emitWithOutcome](record)
    logger.emit(record)
    return queued
  }

  #report(record: LogRecord, repairer: Repairer, dropped?: boolean): void {
    this.#repaired++
    try {
      const tell = this.options.onRepair ?? onRepairOfAll
      tell?.({
        id: textOf(record.attributes?.[ATTR_LOG_RECORD_UID] ?? ''),
        action: textOf(record.eventName ?? ''),
        repairs: repairer.found,
        ...(dropped && { dropped }),
      })
    } catch {
      // The application's own handler is no reason to fail the application.
    }
  }

  /** What a recorder made from this one starts with. */
  protected derived(options: RecorderOptions): RecorderOptions {
    return {
      ...merge(options, this.options),
      source: options.source ?? this.options.source,
      loggerProvider: options.loggerProvider ?? this.options.loggerProvider,
      onRepair: options.onRepair ?? this.options.onRepair,
    }
  }

  /** The logger of the provider, which may be set after the recorder was made. */
  #currentLogger(): Logger {
    const provider = this.options.loggerProvider ?? logs.getLoggerProvider()
    if (this.#logger === undefined || this.#provider !== provider) {
      this.#provider = provider
      this.#logger = provider.getLogger(scopeName, version)
      this.#tells = emitWithOutcome in this.#logger
    }
    return this.#logger
  }
}

/** What is no list is one activity, which counts as dropped if it is none either. */
function listOf(activities: readonly Activity[]): readonly Activity[] {
  try {
    return Array.isArray(activities) ? Array.from(activities) : [activities as unknown as Activity]
  } catch {
    return [activities as unknown as Activity]
  }
}
