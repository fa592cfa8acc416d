import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react'
import { Button } from '../ui'

interface AskFormProps {
  /** What the button says that opens it, and the one that does it. */
  open: string
  action: string
  variant?: 'plain' | 'danger' | 'primary'
  busy: boolean
  /** Whether what was filled in is enough. */
  ready?: boolean
  onOpen?: () => void
  onSubmit: () => void
  children: ReactNode
}

/** A button that asks before it does what is hard to undo. */
export function AskForm(props: AskFormProps) {
  const { open, action, variant = 'plain', busy, ready = true, onOpen, onSubmit, children } = props
  const [isOpen, setOpen] = useState(false)
  if (!isOpen) {
    const ask = () => {
      onOpen?.()
      setOpen(true)
    }
    return (
      <Button variant={variant} disabled={busy} onClick={ask}>
        {open}
      </Button>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    setOpen(false)
    onSubmit()
  }
  const onEscape = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false)
  return (
    <form className="oa-ask" aria-label={action} onSubmit={submit} onKeyDown={onEscape}>
      {children}
      <Button type="submit" variant={variant} disabled={busy || !ready}>
        {action}
      </Button>
      <Button variant="ghost" onClick={() => setOpen(false)}>
        Keep it
      </Button>
    </form>
  )
}
