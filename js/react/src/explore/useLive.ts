import { type RefObject, useCallback, useEffect, useState } from 'react'
import type { ActivityList } from './list'

/** By scrolling: it goes on at the top. By hand: it goes on when asked to. */
type Paused = 'scroll' | 'hand' | undefined

export interface Live {
  paused: boolean
  onTop: (top: boolean) => void
  pause: () => void
  resume: () => void
}

/** Runs the live tail while `live`, and knows whether it is paused. */
export function useLive(
  list: ActivityList,
  live: boolean,
  scroller: RefObject<HTMLElement | null>,
): Live {
  const [paused, setPaused] = useState<Paused>()

  useEffect(() => {
    if (!live) return
    list.startLive()
    return () => list.stopLive()
  }, [list, live])

  // Another search, or live anew, begins unpaused.
  // biome-ignore lint/correctness/useExhaustiveDependencies: that is when to begin anew
  useEffect(() => setPaused(undefined), [list, live])

  useEffect(() => list.setPaused(live && paused !== undefined), [list, live, paused])

  const onTop = useCallback(
    (top: boolean) =>
      setPaused((now) => {
        if (!top) return now ?? 'scroll'
        return now === 'scroll' ? undefined : now
      }),
    [],
  )
  const pause = useCallback(() => setPaused('hand'), [])
  const resume = useCallback(() => {
    setPaused(undefined)
    if (scroller.current) scroller.current.scrollTop = 0
  }, [scroller])

  return { paused: live && paused !== undefined, onTop, pause, resume }
}
