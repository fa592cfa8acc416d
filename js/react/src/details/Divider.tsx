import { type KeyboardEvent, type PointerEvent, useState } from 'react'

const minWidth = 360
const defaultWidth = 420
const maxWidth = 1100
const step = 32
const storageKey = 'otel-activity:details-width'

function clamp(width: number): number {
  return Math.min(maxWidth, Math.max(minWidth, Math.round(width)))
}

function storedWidth(): number {
  try {
    const stored = Number(localStorage.getItem(storageKey))
    return stored > 0 ? clamp(stored) : defaultWidth
  } catch {
    // A frame without storage still has a panel.
    return defaultWidth
  }
}

/** The width of the panel, as this browser left it the last time. */
export function usePanelWidth() {
  const [width, set] = useState(storedWidth)
  const setWidth = (next: number) => {
    const value = clamp(next)
    set(value)
    try {
      localStorage.setItem(storageKey, String(value))
    } catch {
      // It then lasts as long as the page.
    }
  }
  return { width, min: minWidth, max: maxWidth, setWidth }
}

interface DividerProps {
  width: number
  min: number
  max: number
  onResize: (width: number) => void
}

/** The edge of a panel on the right that can be dragged or moved with the arrow keys. */
export function Divider({ width, min, max, onResize }: DividerProps) {
  const [start, setStart] = useState<{ x: number; width: number }>()

  const onPointerDown = (event: PointerEvent<HTMLHRElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    setStart({ x: event.clientX, width })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: width + step,
      ArrowRight: width - step,
      Home: min,
      End: max,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onResize(next)
  }

  return (
    <hr
      className="oa-divider"
      aria-orientation="vertical"
      aria-label="Width of the details"
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      data-dragging={start !== undefined || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => start && onResize(start.width + start.x - event.clientX)}
      onPointerUp={() => setStart(undefined)}
      onPointerCancel={() => setStart(undefined)}
      onKeyDown={onKeyDown}
    />
  )
}
