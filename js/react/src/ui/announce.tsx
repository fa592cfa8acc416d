import { useEffect, useRef, useState } from 'react'

const everyMs = 5000

/** Says `text` to screen readers, at most every 5 s: what came in between is skipped. */
export function Announcer({ text }: { text: string }) {
  const [said, setSaid] = useState('')
  const lastAt = useRef(Number.NEGATIVE_INFINITY)

  useEffect(() => {
    const say = () => {
      lastAt.current = performance.now()
      setSaid(text)
    }
    const wait = lastAt.current + everyMs - performance.now()
    if (wait <= 0) {
      say()
      return
    }
    const timer = setTimeout(say, wait)
    return () => clearTimeout(timer)
  }, [text])

  return (
    <div className="oa-visually-hidden" aria-live="polite" aria-atomic="true">
      {said}
    </div>
  )
}
