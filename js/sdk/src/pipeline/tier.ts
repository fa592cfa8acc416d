import type { SpanContext } from '@opentelemetry/api'
import type { LogRecord } from '@opentelemetry/api-logs'
import type { Outcome } from '../outcome.js'
import type { Drops } from './drops.js'
import { encodeRecord } from './encode.js'
import {
  defaultConfirmTimeout,
  defaultGatherTime,
  defaultQueueSize,
  patience,
  type SetupOptions,
} from './options.js'
import { Queue } from './queue.js'
import { type Entry, toRequest } from './request.js'
import { ship } from './ship.js'
import { type Attempt, post, type TransportSettings } from './transport.js'

/** A record as a logger hands it over. */
export interface Emitted {
  record: LogRecord
  span: SpanContext | undefined
  scope: string
}

/** What keeps records until the Collector has them. */
export interface TierPipeline {
  emit(emitted: Emitted): Promise<Outcome>
  readonly size: number
  /** Resolves with true when nothing waits, with false when the time is over, in ms. */
  flush(timeout: number): Promise<boolean>
  /** Sends what fits into the last request of a page that goes away. */
  farewell?(): void
  /** Counts as lost what is not on disk: the program ends. */
  abandon?(): void
  shutdown(timeout: number): Promise<void>
}

/** What the tiers have in common. */
export interface TierContext {
  options: SetupOptions
  transport: TransportSettings
  resource: string
  drops: Drops
  /** Counts what the Collector has acknowledged. */
  delivered: (count: number) => void
}

interface Waiting extends Emitted {
  answer?: (outcome: Outcome) => void
}

/** A page that goes away may have this many bytes under way (Fetch, "keepalive"). */
const maxKeepalive = 60 << 10
const queued: Promise<Outcome> = Promise.resolve({ state: 'queued' })

/** The tiers `best_effort` and `confirm`: with the latter, calls wait. */
export class MemoryTier implements TierPipeline {
  readonly #context: TierContext
  readonly #queue: Queue<Waiting>
  readonly #confirm: boolean

  constructor(context: TierContext, confirm: boolean) {
    const { options } = context
    this.#context = context
    this.#confirm = confirm
    this.#queue = new Queue<Waiting>({
      limit: options.queueSize ?? defaultQueueSize,
      gather: confirm ? 0 : (options.gatherTime ?? defaultGatherTime),
      patience: confirm ? (options.confirmTimeout ?? defaultConfirmTimeout) : patience,
      ship: (items, signal) =>
        ship(
          items,
          {
            send: (i, s) => this.#send(i, s),
            done: (i, r) => this.#settle(i, r),
            held: (r) => context.drops.held(r),
          },
          signal,
        ),
    })
  }

  emit(emitted: Emitted): Promise<Outcome> {
    if (!this.#confirm) return this.#add(emitted) ?? queued
    return new Promise((answer) => {
      const dropped = this.#add({ ...emitted, answer })
      if (dropped) answer(dropped)
    })
  }

  get size(): number {
    return this.#queue.size
  }

  flush(timeout: number): Promise<boolean> {
    return this.#queue.flush(timeout)
  }

  farewell(): void {
    const entries: Entry[] = []
    let bytes = 0
    for (const waiting of this.#queue.next) {
      const entry = this.#encode(waiting)
      bytes += 3 * entry.record.length // in UTF-8 at most
      if (bytes > maxKeepalive) break
      entries.push(entry)
    }
    if (entries.length === 0) return
    const taken = this.#queue.take(entries.length)
    void post(this.#context.transport, toRequest(entries), undefined, true).then((attempt) => {
      if (attempt.acknowledged) this.#settle(taken)
      else this.#queue.putBack(taken)
    })
  }

  abandon(): void {
    this.#context.drops.note(this.size, 'the program ended before they were sent')
  }

  shutdown(timeout: number): Promise<void> {
    return this.#queue.shutdown(timeout)
  }

  #add(waiting: Waiting): Promise<Outcome> | undefined {
    const reason = this.#queue.add(waiting)
    if (reason === undefined) return undefined
    this.#context.drops.note(1, reason)
    return Promise.resolve({ state: 'dropped', reason })
  }

  #send(items: Waiting[], signal: AbortSignal): Promise<Attempt> {
    return post(this.#context.transport, toRequest(items.map((i) => this.#encode(i))), signal)
  }

  #encode({ record, span, scope }: Emitted): Entry {
    return { resource: this.#context.resource, scope, record: encodeRecord(record, span) }
  }

  #settle(items: Waiting[], reason?: string): void {
    this.#queue.settled(items.length)
    if (reason === undefined) this.#context.delivered(items.length)
    else this.#context.drops.note(items.length, reason)
    const outcome: Outcome =
      reason === undefined ? { state: 'acknowledged' } : { state: 'dropped', reason }
    for (const { answer } of items) answer?.(outcome)
  }
}
