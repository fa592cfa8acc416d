export interface CacheOptions {
  /** How many answers are kept; the one that was not asked for longest goes. 100 unless set. */
  maxEntries?: number
  /** How long an answer is good for, in ms. 30,000 unless set; with 0 none is kept. */
  ttl?: number
}

interface Kept<V> {
  value: V
  /** On the clock of `performance.now()`. */
  until: number
}

interface Loading<V> {
  value: Promise<V>
  stop: AbortController
  /** How many wait for it; whoever has no signal waits to the end. */
  waiting: number
}

/**
 * Keeps answers for a while. Who asks for what is being asked for already gets the same
 * answer. An error goes to those who wait for it, and is not kept.
 */
export class AnswerCache<V> {
  readonly #maxEntries: number
  readonly #ttl: number
  /** In the order of their use, that of the longest ago first. */
  readonly #kept = new Map<string, Kept<V>>()
  readonly #loading = new Map<string, Loading<V>>()

  constructor({ maxEntries = 100, ttl = 30_000 }: CacheOptions = {}) {
    this.#maxEntries = maxEntries
    this.#ttl = ttl
  }

  /** How many answers are kept and still good. */
  get size(): number {
    const now = performance.now()
    for (const [key, { until }] of this.#kept) if (until <= now) this.#kept.delete(key)
    return this.#kept.size
  }

  /** Forgets all answers, those on their way too: who asks next gets a new one. */
  clear(): void {
    this.#kept.clear()
    this.#loading.clear()
  }

  /**
   * Returns the answer that is kept, or loads it. Aborting the signal ends the waiting; the
   * loading ends when nobody waits any more.
   */
  async get(
    key: string,
    load: (signal: AbortSignal) => Promise<V>,
    signal?: AbortSignal,
  ): Promise<V> {
    signal?.throwIfAborted()
    const kept = this.#kept.get(key)
    if (kept && kept.until > performance.now()) {
      this.#keep(key, kept)
      return kept.value
    }
    const loading = this.#loading.get(key) ?? this.#load(key, load)
    loading.waiting++
    return signal ? this.#await(key, loading, signal) : loading.value
  }

  #load(key: string, load: (signal: AbortSignal) => Promise<V>): Loading<V> {
    const stop = new AbortController()
    const loading: Loading<V> = { value: load(stop.signal), stop, waiting: 0 }
    this.#loading.set(key, loading)
    loading.value.then(
      (value) => {
        if (this.#forget(key, loading)) {
          this.#keep(key, { value, until: performance.now() + this.#ttl })
        }
      },
      () => this.#forget(key, loading),
    )
    return loading
  }

  #await(key: string, loading: Loading<V>, signal: AbortSignal): Promise<V> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason)
        if (--loading.waiting > 0) return
        this.#forget(key, loading)
        loading.stop.abort(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      const settled = () => signal.removeEventListener('abort', leave)
      loading.value.then(resolve, reject).finally(settled)
    })
  }

  /** Returns whether the loading was still the one whose answer counts. */
  #forget(key: string, loading: Loading<V>): boolean {
    return this.#loading.get(key) === loading && this.#loading.delete(key)
  }

  #keep(key: string, kept: Kept<V>): void {
    if (this.#ttl <= 0 || this.#maxEntries <= 0) return
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#maxEntries) return
      this.#kept.delete(oldest)
    }
  }
}
