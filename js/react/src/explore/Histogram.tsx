import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Histogram as Data } from '../client'
import { useActivity } from '../state/context'
import { clock, count, day, shortCount } from '../ui/format'
import { type Bar, barsOf, drawBars, roundUp, severities } from './bars'
import { useColors, useWidth } from './canvas'

const height = 64

interface HistogramProps {
  data: Data | undefined
  /** A stretch of time was selected, in milliseconds. */
  onSelect: (from: number, to: number) => void
  /** One bar was chosen: go there. */
  onJump: (time: number) => void
}

/**
 * Activities over time. Dragging selects a stretch, a click goes to a bar; by keyboard
 * the arrows move, Shift extends, Enter applies and Escape lets go.
 */
export function Histogram({ data, onSelect, onJump }: HistogramProps) {
  const { timeZone, locale } = useActivity()
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(canvas)
  const colors = useColors(canvas)
  const bars = useMemo(() => (data ? barsOf(data) : []), [data])
  const [cursor, setCursor] = useState<number>()
  const [anchor, setAnchor] = useState<number>()
  const dragging = useRef(false)
  const last = bars.length - 1
  const at = cursor === undefined ? undefined : Math.min(cursor, last)
  const from = anchor === undefined || at === undefined ? undefined : Math.min(anchor, at)
  const to = anchor === undefined || at === undefined ? undefined : Math.max(anchor, at)

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || width === 0 || !colors) return
    const scale = window.devicePixelRatio || 1
    element.width = Math.round(width * scale)
    element.height = Math.round(height * scale)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    const selection = from !== undefined && to !== undefined ? ([from, to] as const) : undefined
    drawBars(context, bars, { width, height, colors, selection, hover: at })
  }, [bars, width, colors, from, to, at])

  const release = () => {
    setAnchor(undefined)
    dragging.current = false
  }

  const apply = () => {
    const first = from === undefined ? undefined : bars[from]
    const end = to === undefined ? undefined : bars[to]
    const one = at === undefined ? undefined : bars[at]
    if (first && end && from !== to) onSelect(first.start, end.end)
    else if (one) onJump(one.end)
    release()
  }

  const barAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length)
    return Math.max(0, Math.min(last, index))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const now = at ?? last
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key]
    if (next !== undefined) {
      if (event.shiftKey) setAnchor((old) => old ?? now)
      else setAnchor(undefined)
      setCursor(Math.max(0, Math.min(last, next)))
    } else if (event.key === 'Enter' && at !== undefined) apply()
    else if (event.key === 'Escape' && anchor !== undefined) release()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const describe = (first: Bar, end: Bar) => {
    const long =
      end.end - first.start >= 864e5 ||
      day(first.start, timeZone, locale) !== day(end.end, timeZone, locale)
    const one = (ms: number) =>
      `${long ? `${day(ms, timeZone, locale)} ` : ''}${clock(ms, timeZone).slice(0, 8)}`
    return `${one(first.start)} – ${one(end.end)}`
  }

  const edge = (ms: number) => `${day(ms, timeZone, locale)} ${clock(ms, timeZone).slice(0, 5)}`

  const shown = at === undefined ? undefined : bars[at]
  const range =
    shown && from !== undefined && to !== undefined
      ? { first: bars[from] ?? shown, end: bars[to] ?? shown }
      : shown && { first: shown, end: shown }
  const inRange = range ? bars.slice(bars.indexOf(range.first), bars.indexOf(range.end) + 1) : []
  const parts = severities.flatMap((severity) => {
    const n = inRange.reduce((sum, bar) => sum + (bar.counts[severity] ?? 0), 0)
    return n > 0 ? [`${count(n, locale)} ${severity}`] : []
  })
  const said = range && `${describe(range.first, range.end)}: ${parts.join(', ') || 'nothing'}`
  const top = roundUp(Math.max(0, ...bars.map((bar) => bar.total)))
  const firstBar = bars[0]
  const lastBar = bars[last]

  return (
    <figure className="oa-histogram" aria-label="Activities over time">
      <canvas
        ref={canvas}
        role="slider"
        aria-label="Time; Shift and arrows select, Enter applies"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={at ?? Math.max(0, last)}
        aria-valuetext={said ?? 'No bar chosen'}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          release()
          setCursor(undefined)
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || bars.length === 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          dragging.current = true
          setAnchor(barAt(event))
          setCursor(barAt(event))
        }}
        onPointerMove={(event) => bars.length > 0 && setCursor(barAt(event))}
        onPointerUp={() => dragging.current && apply()}
        onPointerCancel={release}
        onPointerLeave={() => !dragging.current && setCursor(undefined)}
      />
      {bars.length > 0 && <span className="oa-histogram-top">{shortCount(top, locale)}</span>}
      {firstBar && lastBar && (
        <figcaption className="oa-histogram-axis">
          <span>{edge(firstBar.start)}</span>
          <span>{said}</span>
          <span>{edge(lastBar.end)}</span>
        </figcaption>
      )}
    </figure>
  )
}
