/** How often the same reason is told, in ms. */
const interval = 1000

interface Reason {
  pending: number
  timer: ReturnType<typeof setTimeout>
}

/** Counts what is lost and tells of it, without a flood of calls for the same reason. */
export class Drops {
  total = 0
  readonly #tell: (count: number, reason: string) => void
  readonly #reasons = new Map<string, Reason>()

  constructor(tell: (count: number, reason: string) => void) {
    this.#tell = (count, reason) => {
      try {
        tell(count, reason)
      } catch {
        // The application's own handler is no reason to fail the application.
      }
    }
  }

  /** Counts now, and tells now or within a second. */
  note(count: number, reason: string): void {
    if (count === 0) return
    this.total += count
    const known = this.#reasons.get(reason)
    if (known) {
      known.pending += count
      return
    }
    this.#reasons.set(reason, { pending: 0, timer: this.#later(reason) })
    this.#tell(count, reason)
  }

  /** Tells why nothing is taken at present, with a count of 0: nothing is lost by it. */
  held(reason: string): void {
    if (this.#reasons.has(reason)) return
    this.#reasons.set(reason, { pending: 0, timer: this.#later(reason) })
    this.#tell(0, reason)
  }

  /** Tells what was not told yet. */
  close(): void {
    for (const [reason, { pending, timer }] of this.#reasons) {
      clearTimeout(timer)
      if (pending > 0) this.#tell(pending, reason)
    }
    this.#reasons.clear()
  }

  #later(reason: string): ReturnType<typeof setTimeout> {
    return unref(setTimeout(() => this.#catchUp(reason), interval))
  }

  #catchUp(reason: string): void {
    const known = this.#reasons.get(reason)
    if (!known) return
    const count = known.pending
    if (count === 0) {
      this.#reasons.delete(reason)
      return
    }
    known.pending = 0
    known.timer = this.#later(reason)
    this.#tell(count, reason)
  }
}

/** A timer that does not keep a program alive; a browser has no such thing. */
export function unref<T>(timer: T): T {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    const { unref } = timer
    if (typeof unref === 'function') unref.call(timer)
  }
  return timer
}
