import type { Outcome } from '../outcome.js'
import { messageOf } from '../repair.js'
import { unref } from './drops.js'
import { encodeRecord } from './encode.js'
import { maxBatch } from './options.js'
import { type Entry, toRequest } from './request.js'
import { ship, sleep } from './ship.js'
import { type Batch, Spool } from './spool.js'
import type { Emitted, TierContext, TierPipeline } from './tier.js'
import { post } from './transport.js'

const defaultMaxBytes = 256 << 20
/** How often the journals of dead processes are looked for, in ms. */
const adoptInterval = 30_000
/** In bytes; a Collector takes 4 MiB over gRPC and more over HTTP. */
const maxRequest = 3 << 20
const pollInterval = 5
const stored: Promise<Outcome> = Promise.resolve({ state: 'stored' })

/** The tier `durable`: a call writes its record to the spool, and a sender sends from there. */
export class DurableTier implements TierPipeline {
  readonly #context: TierContext
  readonly #spool: Spool
  readonly #end = new AbortController()
  readonly #adopting: ReturnType<typeof setInterval>
  #sending: Promise<void> | undefined
  #more = false

  constructor(context: TierContext) {
    const { folder, maxBytes = defaultMaxBytes, fsync = false } = context.options.spool ?? {}
    if (!folder) throw new Error('the tier durable needs a folder: set spool.folder')
    this.#context = context
    this.#spool = new Spool({ folder, maxBytes, fsync })
    this.#adopting = unref(setInterval(() => this.#adopt(), adoptInterval))
    this.#wake()
  }

  get size(): number {
    return this.#spool.size
  }

  emit({ record, span, scope }: Emitted): Promise<Outcome> {
    if (this.#end.signal.aborted) return this.#dropped('the pipeline has ended')
    try {
      const { resource } = this.#context
      this.#spool.append({ resource, scope, record: encodeRecord(record, span) })
    } catch (error) {
      return this.#dropped(messageOf(error))
    }
    this.#wake()
    return stored
  }

  async flush(timeout: number): Promise<boolean> {
    const deadline = Date.now() + timeout
    this.#wake()
    while (this.size > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, pollInterval))
    }
    return this.size === 0
  }

  async shutdown(timeout: number): Promise<void> {
    await this.flush(timeout)
    clearInterval(this.#adopting)
    this.#end.abort()
    await this.#sending
    this.#spool.close()
  }

  #dropped(reason: string): Promise<Outcome> {
    this.#context.drops.note(1, reason)
    return Promise.resolve({ state: 'dropped', reason })
  }

  #adopt(): void {
    try {
      this.#spool.adopt()
    } catch {
      // The folder can't be read just now; the next time it may.
    }
    this.#wake()
  }

  /** The sender runs as long as there is something to send. */
  #wake(): void {
    this.#more = true
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
      // Something may have come between the last look and now.
      if (this.#more && !this.#end.signal.aborted) this.#wake()
    })
  }

  async #sendAll(): Promise<void> {
    // Not within the call that records: many calls make one request.
    await sleep(0)
    const { signal } = this.#end
    while (!signal.aborted) {
      this.#more = false
      try {
        const batch = this.#spool.next(maxBatch, maxRequest)
        if (batch.entries.length + batch.skipped === 0) return
        await this.#send(batch, signal)
      } catch {
        // The disk can't be read or written: what is not acknowledged comes again.
        await sleep(adoptInterval, signal)
      }
    }
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { drops, delivered, transport } = this.#context
    drops.note(batch.skipped, 'a line of the spool is damaged')
    let settled = true
    const done = (entries: Entry[], reason?: string) => {
      if (reason === undefined) delivered(entries.length)
      else if (signal.aborted) settled = false
      else drops.note(entries.length, reason)
    }
    const send = (entries: Entry[], s: AbortSignal) => post(transport, toRequest(entries), s)
    if (batch.entries.length > 0)
      await ship(batch.entries, { send, done, held: (r) => drops.held(r) }, signal)
    if (settled) this.#spool.acknowledge(batch)
  }
}
