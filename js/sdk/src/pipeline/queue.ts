import { unref } from './drops.js'
import { maxBatch } from './options.js'

/** How often a flush looks whether everything is gone, in ms. */
const pollInterval = 5

export interface QueueSettings<T> {
  limit: number
  /** How long the first item waits for others, in ms. */
  gather: number
  /** How long a batch is tried, in ms. */
  patience: number
  /** Must settle each of the items. */
  ship: (items: T[], signal: AbortSignal) => Promise<void>
}

/** Keeps items in memory until they are settled. */
export class Queue<T> {
  readonly #settings: QueueSettings<T>
  readonly #end = new AbortController()
  #items: T[] = []
  #waiting = 0
  #sending = false
  #ended = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(settings: QueueSettings<T>) {
    this.#settings = settings
  }

  get size(): number {
    return this.#waiting
  }

  /** Takes an item, or says why not. */
  add(item: T): string | undefined {
    if (this.#ended) return 'the pipeline has ended'
    if (this.#waiting >= this.#settings.limit) return 'the queue is full'
    this.#waiting++
    this.#items.push(item)
    if (this.#items.length === maxBatch) this.#schedule(0)
    else if (this.#timer === undefined && !this.#sending) this.#schedule(this.#settings.gather)
    return undefined
  }

  /** Says that so many items wait no more. */
  settled(count: number): void {
    this.#waiting -= count
  }

  /** Takes up to `count` items that are not on their way yet; they wait until they are settled. */
  take(count: number): T[] {
    return this.#items.splice(0, count)
  }

  /** Puts items that were taken back in front. */
  putBack(items: T[]): void {
    this.#items.unshift(...items)
  }

  /** Items that are not on their way yet. */
  get next(): readonly T[] {
    return this.#items
  }

  /** Resolves with true when nothing waits, with false when the time is over. */
  async flush(timeout: number): Promise<boolean> {
    const deadline = Date.now() + timeout
    this.#schedule(0)
    while (this.#waiting > 0 && Date.now() < deadline) await sleepAwake(pollInterval)
    return this.#waiting === 0
  }

  /** Sends what it can in that time and settles the rest. */
  async shutdown(timeout: number): Promise<void> {
    this.#ended = true
    await this.flush(timeout)
    this.#end.abort()
    // What is on its way settles by the signal, what is not as soon as it is.
    while (this.#waiting > 0) await sleepAwake(pollInterval)
  }

  #schedule(delay: number): void {
    if (this.#sending) return
    clearTimeout(this.#timer)
    this.#timer = unref(setTimeout(() => void this.#sendAll(), delay))
  }

  async #sendAll(): Promise<void> {
    this.#timer = undefined
    if (this.#sending) return
    this.#sending = true
    try {
      while (this.#items.length > 0) await this.#send(this.take(maxBatch))
    } finally {
      this.#sending = false
    }
  }

  async #send(items: T[]): Promise<void> {
    const batch = new AbortController()
    const stop = () => batch.abort()
    const timer = unref(setTimeout(stop, this.#settings.patience))
    this.#end.signal.addEventListener('abort', stop)
    if (this.#end.signal.aborted) stop()
    try {
      await this.#settings.ship(items, batch.signal)
    } finally {
      clearTimeout(timer)
      this.#end.signal.removeEventListener('abort', stop)
    }
  }
}

/** Keeps the program alive while somebody waits for it. */
function sleepAwake(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis))
}
