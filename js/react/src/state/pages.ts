import { useCallback, useEffect, useReducer, useRef } from 'react'
import { type ActivityError, isAbort, toActivityError } from '../client'

interface Page<T> {
  items: T[]
  page: { nextCursor?: string | undefined; hasMore: boolean }
}

interface State<T> {
  key: string
  items: readonly T[]
  cursor: string | undefined
  done: boolean
  loading: boolean
  error: ActivityError | undefined
}

export interface Pages<T> {
  items: readonly T[]
  /** There is nothing beyond. */
  done: boolean
  loading: boolean
  error: ActivityError | undefined
  /** Loads the next page, or the same again after an error. */
  more: () => void
}

function begin<T>(key: string): State<T> {
  return { key, items: [], cursor: undefined, done: false, loading: true, error: undefined }
}

/** The pages of a list, one after another, each appended to those before; a new key begins anew. */
export function usePages<T>(
  key: string,
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const [state, set] = useReducer(
    (old: State<T>, next: (old: State<T>) => State<T>) => next(old),
    key,
    begin<T>,
  )
  const latest = useRef(load)
  latest.current = load
  const running = useRef<AbortController>(undefined)

  const run = useCallback(
    (cursor: string | undefined) => {
      running.current?.abort()
      const abort = new AbortController()
      running.current = abort
      set((old) =>
        cursor === undefined ? begin(key) : { ...old, loading: true, error: undefined },
      )
      latest.current(cursor, abort.signal).then(
        (page) => {
          if (abort.signal.aborted) return
          set((old) => ({
            ...old,
            items: [...old.items, ...page.items],
            cursor: page.page.nextCursor,
            // A search that ran out of time has a cursor to go on from, and maybe no items.
            done: page.page.nextCursor === undefined,
            loading: false,
          }))
        },
        (cause: unknown) => {
          if (abort.signal.aborted || isAbort(cause)) return
          set((old) => ({ ...old, loading: false, error: toActivityError(cause) }))
        },
      )
    },
    [key],
  )

  useEffect(() => {
    run(undefined)
    return () => running.current?.abort()
  }, [run])

  const shown = state.key === key ? state : begin<T>(key)
  const { items, done, loading, error, cursor } = shown
  return { items, done, loading, error, more: () => run(cursor) }
}
