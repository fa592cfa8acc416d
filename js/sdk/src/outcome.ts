import type { LogRecord } from '@opentelemetry/api-logs'

/**
 * What became of an activity by the time that its promise settled:
 * - `queued`: it waits to be sent (`best_effort`, or a provider that is not ours)
 * - `stored`: it is on disk and will be sent, after a crash too (`durable`)
 * - `acknowledged`: the Collector took it (`confirm`)
 * - `dropped`: it is lost, and `reason` says why; it was counted
 */
export interface Outcome {
  readonly state: 'queued' | 'stored' | 'acknowledged' | 'dropped'
  readonly reason?: string
}

/**
 * The key of a method that loggers of our own pipelines have beside `emit`: it tells
 * what became of the record. It never throws, and its promise never rejects.
 */
export const emitWithOutcome = Symbol.for('otel-activity.emitWithOutcome')

/** A logger that can tell what became of a record. */
export interface OutcomeLogger {
  [emitWithOutcome](record: LogRecord): Promise<Outcome>
}
