import { unref } from './drops.js'
import type { Attempt } from './transport.js'

const firstDelay = 200
const maxDelay = 5000
/** How often a single item is tried that a server fails over. */
const failingTries = 4

/** How items are sent, and who is told what became of them. */
export interface Shipment<T> {
  send: (items: T[], signal: AbortSignal) => Promise<Attempt>
  /** Is told what became of items: no reason when they are acknowledged. */
  done: (items: T[], reason?: string) => void
  /** Is told why nothing is taken at present, through no fault of the items. */
  held: (reason: string) => void
}

/**
 * Tries until each item is acknowledged or refused, or the signal says to stop. What the
 * server refuses is narrowed down to the single item, so that none takes others with it;
 * those are sent again then, which the trail's key makes harmless.
 */
export async function ship<T>(
  items: T[],
  shipment: Shipment<T>,
  signal: AbortSignal,
): Promise<void> {
  let delay = firstDelay
  for (let tries = 1; ; tries++) {
    const attempt = await shipment.send(items, signal)
    const { refusal, reason } = attempt
    if (attempt.acknowledged && !refusal) return shipment.done(items)
    const isRefused = refusal === 'records' || refusal === 'failing'
    if (isRefused && items.length > 1) {
      const half = items.length >> 1
      await ship(items.slice(0, half), shipment, signal)
      return ship(items.slice(half), shipment, signal)
    }
    if (refusal === 'records' || (isRefused && tries === failingTries)) {
      return shipment.done(items, `refused by the Collector: ${reason}`)
    }
    if (refusal === 'sender') shipment.held(`nothing is taken by the Collector: ${reason}`)
    // Jitter keeps many clients from coming back at once.
    await sleep(Math.max(attempt.retryAfter, delay * (0.5 + Math.random() / 2)), signal)
    if (signal.aborted) return shipment.done(items, `not sent in time: ${reason}`)
    delay = Math.min(2 * delay, maxDelay)
  }
}

/** Resolves after a time, or at once when the signal says to stop. */
export function sleep(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = unref(setTimeout(end, millis))
    signal?.addEventListener('abort', end)
  })
}
