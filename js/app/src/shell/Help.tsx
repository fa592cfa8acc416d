import { Button } from '@otel-activity/react'
import { useEffect, useRef } from 'react'

const keys: readonly (readonly [string, readonly string[]])[] = [
  ['Next, previous activity', ['j', 'k']],
  ['The same with the arrows', ['↓', '↑']],
  ['A page on, a page back', ['PgDn', 'PgUp']],
  ['First, last activity', ['Home', 'End']],
  ['Open details', ['Enter']],
  ['Close what is open', ['Esc']],
  ['Search', ['/']],
  ['Follow what arrives', ['l']],
  ['Pause, resume', ['Space']],
  ['Copy a link to the activity', ['c']],
  ['This list', ['?']],
]

/** What the keyboard does. */
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
      className="app-help"
      aria-labelledby="app-help-title"
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header>
        <h2 id="app-help-title">Keyboard shortcuts</h2>
        <Button variant="ghost" icon="close" aria-label="Close" onClick={onClose} />
      </header>
      <dl>
        {keys.map(([what, names]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
