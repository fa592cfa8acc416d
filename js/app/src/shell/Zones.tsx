import { useState } from 'react'

const most = 60

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The zones that match, those first that most readers want. */
export function zonesLike(text: string): readonly string[] {
  const all = [...new Set(['UTC', browserZone(), ...Intl.supportedValuesOf('timeZone')])]
  const wanted = text.trim().toLowerCase().replaceAll(' ', '_')
  return all.filter((zone) => zone.toLowerCase().includes(wanted)).slice(0, most)
}

/** The time zones to choose from, found by a part of their names. */
export default function Zones({
  current,
  onChoose,
}: {
  current: string
  onChoose: (zone: string) => void
}) {
  const [text, setText] = useState('')
  return (
    <>
      <input
        className="oa-input app-menu-input"
        aria-label="Find a time zone"
        placeholder="Find a time zone"
        // biome-ignore lint/a11y/noAutofocus: it is what the menu was opened for
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {zonesLike(text).map((zone) => (
        <button
          key={zone}
          type="button"
          className="oa-menu-item"
          aria-current={zone === current}
          onClick={() => onChoose(zone)}
        >
          {zone.replaceAll('_', ' ')}
        </button>
      ))}
    </>
  )
}
