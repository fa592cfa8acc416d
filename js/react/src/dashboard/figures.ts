export type Trend = 'up' | 'down' | 'flat' | 'new' | 'none'

export interface Change {
  readonly trend: Trend
  /** The relative change; undefined where there is no period to compare with. */
  readonly share?: number
}

/** How a figure moved against the period before. From nothing to something there is no percentage. */
export function change(current: number, previous: number): Change {
  if (previous === 0) return { trend: current === 0 ? 'none' : 'new' }
  const share = (current - previous) / previous
  if (share === 0) return { trend: 'flat', share }
  return { trend: share > 0 ? 'up' : 'down', share }
}

/** The share of failures among what has an outcome at all; undefined when nothing has. */
export function failureRate(summary: { total: number; failures: number }): number | undefined {
  return summary.total === 0 ? undefined : summary.failures / summary.total
}

/** The change of a rate, in percentage points. */
export function pointChange(
  current: number | undefined,
  previous: number | undefined,
): number | undefined {
  return current === undefined || previous === undefined ? undefined : (current - previous) * 100
}

const day = 86_400_000

/** Every day of the window, so that a day without any activity is a gap in the chart and not a jump. */
export function fillDays<T extends { day: string }>(
  days: readonly T[],
  from: string,
  to: string,
  empty: (day: string) => T,
): readonly T[] {
  const byDay = new Map(days.map((entry) => [entry.day, entry]))
  const first = Date.parse(from)
  const last = Date.parse(to)
  if (!(first < last) || (last - first) / day > 400) return days
  const out: T[] = []
  for (let at = Math.floor(first / day) * day; at < last; at += day) {
    const name = new Date(at).toISOString().slice(0, 10)
    out.push(byDay.get(name) ?? empty(name))
  }
  return out
}
