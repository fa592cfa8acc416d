import { useEffect, useRef } from 'react'
import { Button } from '../../ui/Button'

const keys: readonly [keys: string, what: string][] = [
  ['j k ↓ ↑', 'Next and previous activity'],
  ['PgDn PgUp Home End', 'Further'],
  ['Enter', 'Open the details'],
  ['Esc', 'Close, then let go of the row'],
  ['/', 'Search'],
  ['l', 'Live on and off'],
  ['Space', 'Pause and resume while live'],
  ['c', 'Copy the link to the activity'],
  ['?', 'This list'],
]

const searches: readonly [example: string, what: string][] = [
  ['severity:critical,warning', 'One or the other'],
  ['-status:success', 'Not'],
  ['actor:"Alice B"', 'Values with blanks'],
  ['entity:4711 type:order', 'Both'],
  ['refund', 'Text in action, entity, actor, details and reason'],
]

/** The keys and the search line, on one card. */
export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="oa-help"
      aria-label="Keys and search"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === '?') onClose()
      }}
    >
      <div className="oa-help-head">
        <h2>Keys</h2>
        <Button variant="ghost" icon="close" aria-label="Close" onClick={onClose} />
      </div>
      <Pairs pairs={keys} />
      <h2>Search</h2>
      <Pairs pairs={searches} />
    </dialog>
  )
}

function Pairs({ pairs }: { pairs: readonly [string, string][] }) {
  return (
    <dl>
      {pairs.map(([name, what]) => (
        <div key={name}>
          <dt>
            <kbd>{name}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
