import { context as otel } from '@opentelemetry/api'
import type { ActivityContext } from './types.js'

/** Where the context of the running code is kept: AsyncLocalStorage on Node.js. */
export interface ScopeStorage {
  getStore(): ActivityContext | undefined
  run<T>(context: ActivityContext, fn: () => T): T
}

/** A browser has nothing that follows asynchronous code; there, a recorder says who acts. */
let storage: ScopeStorage = { getStore: () => undefined, run: (_, fn) => fn() }

export function useStorage(s: ScopeStorage): void {
  storage = s
}

/** What the surrounding code says about its activities. */
export function currentActivityContext(): ActivityContext {
  return storage.getStore() ?? {}
}

/**
 * Runs a function whose activities, also those that it records later, have this actor,
 * project and so on; what it leaves out stays as it is outside. On Node.js only: a browser
 * runs the function and carries nothing.
 */
export function runWithActivityContext<T>(context: ActivityContext, fn: () => T): T {
  return storage.run(merge(context, currentActivityContext()), fn)
}

/**
 * Returns what runs a function as if it were called here: with what is said about
 * activities here, and in the span that is active here. A browser loses the span with the
 * first `await`.
 */
export function captureScope(): <T>(fn: () => T) => T {
  const activity = currentActivityContext()
  const active = otel.active()
  return (fn) => storage.run(activity, () => otel.with(active, fn))
}

/** Takes from `outer` what `inner` leaves out; attributes are joined. */
export function merge(inner: ActivityContext, outer: ActivityContext): ActivityContext {
  return {
    actor: inner.actor ?? outer.actor,
    onBehalfOf: inner.onBehalfOf ?? outer.onBehalfOf,
    projectId: inner.projectId ?? outer.projectId,
    operationId: inner.operationId ?? outer.operationId,
    reason: inner.reason ?? outer.reason,
    attributes:
      inner.attributes && outer.attributes
        ? { ...outer.attributes, ...inner.attributes }
        : (inner.attributes ?? outer.attributes),
  }
}
