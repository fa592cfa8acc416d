import { useState } from 'react'
import { useActivity } from '../../state/context'
import { instant, isRange, presets, spanLabel, type TimeRange } from '../../state/time'
import { fromLocalInput, toLocalInput } from '../../state/zoned'
import { Button } from '../../ui/Button'
import type { ChangeState, MonitorState } from '../useExploreState'

interface TimePanelProps {
  state: MonitorState
  onChange: ChangeState
  close: () => void
}

/** Presets, a range by hand, a time to jump to, and the time zone of it all. */
export function TimePanel({ state, onChange, close }: TimePanelProps) {
  return (
    <>
      <div className="oa-presets">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            className="oa-menu-item"
            aria-current={preset === state.range.from && !state.range.to}
            onClick={() => {
              onChange({ range: { from: preset }, jump: undefined })
              close()
            }}
          >
            {spanLabel(preset)}
          </button>
        ))}
      </div>
      <RangeForm
        range={state.range}
        onApply={(range) => {
          onChange({ range, jump: undefined, live: false })
          close()
        }}
      />
      <JumpForm
        onJump={(jump) => {
          onChange({ jump, live: false })
          close()
        }}
      />
      <ZoneChoice onChange={(zone) => onChange({ timeZone: zone }, { replace: true })} />
    </>
  )
}

function RangeForm({ range, onApply }: { range: TimeRange; onApply: (range: TimeRange) => void }) {
  const { timeZone } = useActivity()
  const [from, setFrom] = useState(() => inputValue(range.from, timeZone))
  const [to, setTo] = useState(() => inputValue(range.to, timeZone))
  const start = fromLocalInput(from, timeZone)
  const end = fromLocalInput(to, timeZone)
  const next =
    start === undefined || end === undefined
      ? undefined
      : { from: new Date(start).toISOString(), to: new Date(end).toISOString() }
  const valid = next !== undefined && isRange(next)
  return (
    <form
      className="oa-menu-form oa-menu-form-column"
      onSubmit={(event) => {
        event.preventDefault()
        if (valid) onApply(next)
      }}
    >
      <p className="oa-menu-title">From and to ({timeZone})</p>
      <input
        className="oa-input"
        type="datetime-local"
        step={1}
        aria-label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <input
        className="oa-input"
        type="datetime-local"
        step={1}
        aria-label="To"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" disabled={!valid}>
        Show
      </Button>
    </form>
  )
}

function inputValue(text: string | undefined, timeZone: string): string {
  const now = Date.now()
  return toLocalInput(instant(text, now) ?? now, timeZone)
}

function JumpForm({ onJump }: { onJump: (time: string) => void }) {
  const { timeZone } = useActivity()
  const [text, setText] = useState('')
  const time = fromLocalInput(text, timeZone)
  return (
    <form
      className="oa-menu-form oa-menu-form-column"
      onSubmit={(event) => {
        event.preventDefault()
        if (time !== undefined) onJump(new Date(time).toISOString())
      }}
    >
      <p className="oa-menu-title">Jump to a time</p>
      <input
        className="oa-input"
        type="datetime-local"
        step={1}
        aria-label="Jump to"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={time === undefined}>
        Jump
      </Button>
    </form>
  )
}

function ZoneChoice({ onChange }: { onChange: (zone: string) => void }) {
  const { timeZone } = useActivity()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = [...new Set([own, 'UTC', timeZone, ...Intl.supportedValuesOf('timeZone')])]
  return (
    <div className="oa-menu-form oa-menu-form-column">
      <p className="oa-menu-title">Time zone</p>
      <select
        className="oa-input"
        aria-label="Time zone"
        value={timeZone}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone === own ? `${zone} (this browser)` : zone}
          </option>
        ))}
      </select>
    </div>
  )
}
