import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useRef } from 'react'

/** What a panel that scrolls keeps for itself. */
const scrolling = new Set(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', ' '])

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>

function isEditing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type=checkbox]):not([type=radio])'))
  )
}

/**
 * Single keys for the whole page when it is ours, else for what is inside the returned
 * handler's element. Typing, and a button's own Enter and Space, go first.
 */
export function useKeys(wholePage: boolean, keys: KeyMap) {
  const latest = useRef(keys)
  latest.current = keys

  const handle = useRef((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (isEditing(event.target)) return
    const onControl =
      event.target instanceof Element && event.target.closest('button, a, input, summary')
    if (onControl && (event.key === 'Enter' || event.key === ' ')) return
    if (scrolling.has(event.key) && event.target instanceof Element) {
      if (event.target.closest('[role=tabpanel]')) return
    }
    const action = latest.current[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })

  useEffect(() => {
    if (!wholePage) return
    const listener = handle.current
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [wholePage])

  return wholePage ? undefined : (event: ReactKeyboardEvent) => handle.current(event.nativeEvent)
}
