import { useId, useState } from 'react'
import type { FinishQuery } from '../client'
import { AskForm } from './AskForm'

const defaultDays = 30
const mostDays = 3650

interface FinishFormProps {
  busy: boolean
  onFinish: (options: FinishQuery) => void
}

/** When the triggers go, and whether the audit tables do too. */
export function FinishForm({ busy, onFinish }: FinishFormProps) {
  const id = useId()
  const [days, setDays] = useState(String(defaultDays))
  const [dropTables, setDropTables] = useState(false)
  const dropAfterDays = Number(days)
  const ready = days.trim() !== '' && dropAfterDays >= 0 && dropAfterDays <= mostDays
  return (
    <AskForm
      open="Finish…"
      action="Finish"
      variant="primary"
      busy={busy}
      ready={ready}
      onSubmit={() => onFinish({ dropAfterDays, dropTables })}
    >
      <label htmlFor={id}>Drop the triggers after</label>
      <input
        id={id}
        className="oa-input oa-days"
        type="number"
        min={0}
        max={mostDays}
        // biome-ignore lint/a11y/noAutofocus: it replaces the button that was just pressed
        autoFocus
        value={days}
        onChange={(event) => setDays(event.target.value)}
      />
      <span aria-hidden="true">days</span>
      <label className="oa-check">
        <input
          type="checkbox"
          checked={dropTables}
          onChange={(event) => setDropTables(event.target.checked)}
        />
        and the audit tables, with all that is in them
      </label>
    </AskForm>
  )
}
