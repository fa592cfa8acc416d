import { useCallback, useMemo, useState } from 'react'
import type { ActivityList } from './list'
import type { Row } from './row'

const none = { id: '', index: -1, list: undefined as ActivityList | undefined }

export interface ActiveRow {
  /** Where it is now, -1 for none; it is followed by its id when rows come in front of it. */
  at: () => number
  /** Moves to a row, as near as there is one. */
  moveTo: (index: number) => Row | undefined
  clear: () => void
}

/** The row that the keys stand on. */
export function useActiveRow(list: ActivityList): ActiveRow {
  const [active, setActive] = useState(none)

  const at = useCallback(() => {
    if (active.list !== list) return -1
    const { rows } = list.getState()
    return rows[active.index]?.id === active.id
      ? active.index
      : rows.findIndex((row) => row.id === active.id)
  }, [active, list])

  const moveTo = useCallback(
    (to: number) => {
      const { rows } = list.getState()
      const index = Math.max(0, Math.min(rows.length - 1, to))
      const row = rows[index]
      if (row) setActive({ id: row.id, index, list })
      return row
    },
    [list],
  )
  const clear = useCallback(() => setActive(none), [])
  return useMemo(() => ({ at, moveTo, clear }), [at, moveTo, clear])
}
