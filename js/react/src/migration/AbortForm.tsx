import { type FormEvent, useId, useState } from 'react'
import { Button, Text } from '../ui'
import { confirms, type MigrationState } from './gating'

interface AbortFormProps {
  migration: MigrationState
  busy: boolean
  onAbort: () => void
}

/** Aborting can't be undone: whoever does it types which migration is meant. */
export function AbortForm({ migration, busy, onAbort }: AbortFormProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  if (!open) {
    return (
      <Button variant="danger" disabled={busy} onClick={() => setOpen(true)}>
        Abort…
      </Button>
    )
  }
  const close = () => {
    setOpen(false)
    setTyped('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!confirms(migration, typed)) return
    onAbort()
    close()
  }
  return (
    <form className="oa-abort" onSubmit={submit}>
      <label htmlFor={id}>
        Type <Text className="oa-mono" value={migration.name} /> to abort
      </label>
      <input
        id={id}
        className="oa-input"
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: it replaces the button that was just pressed
        autoFocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <Button type="submit" variant="danger" disabled={busy || !confirms(migration, typed)}>
        Abort
      </Button>
      <Button variant="ghost" onClick={close}>
        Keep it
      </Button>
    </form>
  )
}
