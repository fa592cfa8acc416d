import type { ActivityList } from './list'
import type { ActiveRow } from './useActiveRow'
import type { KeyMap } from './useKeys'
import type { Live } from './useLive'

interface RowKeysOptions {
  list: ActivityList
  active: ActiveRow
  live: Live
  /** How many rows fit. */
  pageSize: number
  /** Details are open: they follow the active row. */
  following: boolean
  open: (index: number) => void
  focus: () => void
}

/** The keys that walk through the rows. */
export function rowKeys({
  list,
  active,
  live,
  pageSize,
  following,
  open,
  focus,
}: RowKeysOptions): KeyMap {
  const go = (to: number) => {
    focus()
    live.pause()
    if (following) open(to)
    else active.moveTo(to)
  }
  const down = () => go(active.at() + 1)
  const up = () => go(active.at() - 1)
  return Object.fromEntries([
    ['j', down],
    ['ArrowDown', down],
    ['k', up],
    ['ArrowUp', up],
    ['PageDown', () => go(Math.max(0, active.at()) + pageSize)],
    ['PageUp', () => go(active.at() - pageSize)],
    ['Home', () => go(0)],
    ['End', () => go(list.getState().rows.length - 1)],
    ['Enter', () => open(active.at())],
  ])
}
