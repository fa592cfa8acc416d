import { useState } from 'react'
import { Button } from '../../ui/Button'
import { Text } from '../../ui/Text'
import { useSavedViews } from './views'

interface ViewsPanelProps {
  /** The query string of what is shown now. */
  current: () => string
  onApply: (search: string) => void
  close: () => void
}

export function ViewsPanel({ current, onApply, close }: ViewsPanelProps) {
  const { views, save, remove } = useSavedViews()
  const [name, setName] = useState('')
  return (
    <>
      <p className="oa-menu-title">Saved in this browser</p>
      {views.length === 0 && <p className="oa-menu-note">None yet.</p>}
      {views.map((view) => (
        <div key={view.name} className="oa-menu-line">
          <button
            type="button"
            className="oa-menu-item"
            onClick={() => {
              onApply(view.search)
              close()
            }}
          >
            <Text value={view.name} />
          </button>
          <Button
            variant="ghost"
            icon="trash"
            aria-label={`Delete ${view.name}`}
            onClick={() => remove(view.name)}
          />
        </div>
      ))}
      <form
        className="oa-menu-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!name.trim()) return
          save({ name: name.trim(), search: current() })
          setName('')
        }}
      >
        <input
          className="oa-input"
          aria-label="Name of the view"
          placeholder="Name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit">Save</Button>
      </form>
      <p className="oa-menu-note">The address has the whole view, too: share it as a link.</p>
    </>
  )
}
