import { useCallback, useState } from 'react'
import type { ActivityList, ListState } from './list'
import type { Row } from './row'

const none = { id: '', index: -1, list: undefined as ActivityList | undefined }

/** The row that the keys stand on; it is followed by its id when rows come in front of it. */
export function useActiveRow(list: ActivityList, { rows }: ListState) {
  const [active, setActive] = useState(none)
  const mine = active.list === list ? active : none
  const index =
    mine.index < 0 || rows[mine.index]?.id === mine.id
      ? mine.index
      : rows.findIndex((row) => row.id === mine.id)

  const moveTo = useCallback(
    (to: number): Row | undefined => {
      const held = list.getState().rows
      const at = Math.max(0, Math.min(held.length - 1, to))
      const row = held[at]
      if (row) setActive({ id: row.id, index: at, list })
      return row
    },
    [list],
  )
  const clear = useCallback(() => setActive(none), [])
  return { index, moveTo, clear }
}
