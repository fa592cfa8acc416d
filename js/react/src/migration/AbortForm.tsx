import { useId, useState } from 'react'
import type { Migration } from '../client'
import { Text } from '../ui'
import { AskForm } from './AskForm'
import { confirms } from './gating'

interface AbortFormProps {
  migration: Migration
  busy: boolean
  onAbort: () => void
}

/** Aborting can't be undone: whoever does it types which migration is meant. */
export function AbortForm({ migration, busy, onAbort }: AbortFormProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  return (
    <AskForm
      open="Abort…"
      action="Abort"
      variant="danger"
      busy={busy}
      ready={confirms(migration, typed)}
      onOpen={() => setTyped('')}
      onSubmit={onAbort}
    >
      <label htmlFor={id}>
        Type <Text className="oa-mono" value={migration.name} /> to go back to the triggers for good
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
      />
    </AskForm>
  )
}
