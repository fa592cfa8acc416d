/** How a wrapped function ended. */
export type Ending<T> = { result: Awaited<T> } | { error: unknown }

/**
 * Calls a function and tells how it ended, for one that returns a promise when that is
 * settled. What the function returns or throws is returned or thrown as it is.
 */
export function observe<T>(fn: () => T, ended: (ending: Ending<T>) => void): T {
  let result: T
  try {
    result = fn()
  } catch (error) {
    ended({ error })
    throw error
  }
  if (!isThenable(result)) {
    ended({ result: result as Awaited<T> })
    return result
  }
  // A query builder runs its query each time that it is awaited; a promise of ours awaits
  // it once. A real promise is returned itself.
  const promise = (result instanceof Promise ? result : Promise.resolve(result)) as Promise<
    Awaited<T>
  >
  promise.then(
    (value) => ended({ result: value }),
    (error: unknown) => ended({ error }),
  )
  return promise as T
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  try {
    return 'then' in value && typeof value.then === 'function'
  } catch {
    // The caller gets it as it is, whatever it does when it is looked at.
    return false
  }
}
