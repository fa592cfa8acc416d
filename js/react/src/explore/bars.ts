import type { Histogram } from '../client'

/** From the bottom up: what matters most stands on the ground, where it can be compared. */
export const severities = ['critical', 'warning', 'notice', 'info'] as const

export interface Bar {
  start: number
  end: number
  total: number
  counts: Readonly<Record<string, number>>
}

export function barsOf(histogram: Histogram): Bar[] {
  return histogram.buckets.map((bucket) => {
    const start = Date.parse(bucket.start)
    const counts = Object.values(bucket.counts)
    return {
      start,
      end: start + histogram.width * 1000,
      total: counts.reduce((sum, n) => sum + n, 0),
      counts: bucket.counts,
    }
  })
}

/** The next number above that makes a round axis: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  for (const step of [1, 2, 5, 10]) if (value <= step * power) return step * power
  return value
}

export interface DrawOptions {
  width: number
  height: number
  colors: Readonly<Record<string, string>>
  /** Indexes of the bars from and to which a selection reaches. */
  selection: readonly [number, number] | undefined
  hover: number | undefined
}

/** Draws the bars, stacked; the smallest count is still one pixel high. */
export function drawBars(c: CanvasRenderingContext2D, bars: readonly Bar[], o: DrawOptions) {
  c.clearRect(0, 0, o.width, o.height)
  if (bars.length === 0) return
  const slot = o.width / bars.length
  const gap = slot > 4 ? 1 : 0
  const top = roundUp(Math.max(...bars.map((bar) => bar.total)))
  if (o.selection) {
    c.fillStyle = o.colors.selection ?? ''
    c.fillRect(o.selection[0] * slot, 0, (o.selection[1] - o.selection[0] + 1) * slot, o.height)
  }
  bars.forEach((bar, i) => {
    const x = i * slot
    if (i === o.hover) {
      c.fillStyle = o.colors.hover ?? ''
      c.fillRect(x, 0, slot, o.height)
    }
    let y = o.height
    let rest = bar.total
    for (const severity of [...severities, 'other']) {
      const n = severity === 'other' ? rest : (bar.counts[severity] ?? 0)
      rest -= n
      if (n <= 0) continue
      const h = Math.max(1, (n / top) * (o.height - 2))
      y -= h
      c.fillStyle = o.colors[severity] ?? o.colors.info ?? ''
      c.fillRect(x + gap / 2, y, Math.max(1, slot - gap), h)
    }
  })
}
