import { useCallback, useEffect, useRef, useState } from 'react'
import { type ActivityError, isAbort, toActivityError } from '../client'

export interface Loaded<T> {
  /** Stays while it is loaded again, also when that fails. */
  data: T | undefined
  error: ActivityError | undefined
  loading: boolean
  reload: () => void
}

export interface ResourceOptions {
  /** Load again so often, in milliseconds; 0 is never. A hidden page does not ask. */
  refreshMs?: number
  /** Ask again by itself after the server could not be reached. */
  retryMs?: number
}

/**
 * Loads what `load` gets, again whenever `key` changes; null loads nothing.
 * A change of the key forgets the data, so that nothing is shown under a wrong name.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  { refreshMs = 0, retryMs = 3000 }: ResourceOptions = {},
): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error?: ActivityError }>({
    key: null,
  })
  const [loading, setLoading] = useState(false)
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  latest.current = load

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is what makes it load again
  useEffect(() => {
    if (key === null) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (ms: number) => {
      timer = setTimeout(() => (document.hidden ? again(ms) : setRound((n) => n + 1)), ms)
    }
    setLoading(true)
    latest.current(abort.signal).then(
      (data) => {
        if (abort.signal.aborted) return
        setState({ key, data })
        setLoading(false)
        if (refreshMs > 0) again(refreshMs)
      },
      (cause: unknown) => {
        if (abort.signal.aborted || isAbort(cause)) return
        const error = toActivityError(cause)
        setState((old) => (old.key === key ? { ...old, error } : { key, error }))
        setLoading(false)
        if (error.status === 0 || error.status === 503) again(retryMs)
        else if (refreshMs > 0) again(refreshMs)
      },
    )
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [key, round, refreshMs, retryMs])

  const reload = useCallback(() => setRound((n) => n + 1), [])
  const current = state.key === key
  return {
    data: current ? state.data : undefined,
    error: current ? state.error : undefined,
    loading: loading || (key !== null && !current),
    reload,
  }
}
