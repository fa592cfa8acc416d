import { useEffect, useRef } from 'react'

/** Calls `onHelp` for `?`, except while somebody is typing or a screen has its own use for the key. */
export function useHelpKey(onHelp: () => void) {
  const latest = useRef(onHelp)
  latest.current = onHelp
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.defaultPrevented) return
      if (event.target instanceof Element && event.target.closest('input, textarea, select')) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
