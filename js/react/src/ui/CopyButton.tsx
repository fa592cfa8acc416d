import { type ReactNode, useEffect, useState } from 'react'
import { Button } from './Button'
import type { IconName } from './Icon'

interface CopyButtonProps {
  text: string | (() => string)
  children: ReactNode
  icon?: IconName
}

type Outcome = 'copied' | 'refused'

const words: Record<Outcome, string> = { copied: 'Copied', refused: 'Not allowed' }

/** Copies a text, and says for a moment whether that worked: a page without TLS has no clipboard. */
export function CopyButton({ text, children, icon = 'link' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>()

  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), 1600)
    return () => clearTimeout(timer)
  }, [outcome])

  const copy = () => {
    // Only pages in a secure context have one, whatever its type says.
    const clipboard: Clipboard | undefined = navigator.clipboard
    const done = clipboard?.writeText(typeof text === 'function' ? text() : text)
    if (done) {
      done.then(
        () => setOutcome('copied'),
        () => setOutcome('refused'),
      )
    } else setOutcome('refused')
  }

  return (
    <Button icon={outcome === 'copied' ? 'check' : icon} onClick={copy}>
      <span aria-live="polite">{outcome ? words[outcome] : children}</span>
    </Button>
  )
}
