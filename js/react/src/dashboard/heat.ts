export interface HourCount {
  readonly weekday: number
  readonly hour: number
  readonly count: number
}

export interface HeatCell extends HourCount {
  /** 0 for none, 1 to 4 by quarters of the square root: one rush hour must not bleach all others. */
  readonly level: 0 | 1 | 2 | 3 | 4
}

/** Seven rows, Monday first, of 24 hours each, shifted from UTC by so many whole hours. */
export function heatGrid(
  counts: readonly HourCount[],
  offsetHours = 0,
): readonly (readonly HeatCell[])[] {
  const grid = Array.from({ length: 7 * 24 }, () => 0)
  for (const { weekday, hour, count } of counts) {
    const slot = (weekday - 1) * 24 + hour + offsetHours
    const index = ((slot % grid.length) + grid.length) % grid.length
    grid[index] = (grid[index] ?? 0) + count
  }
  const max = Math.max(...grid)
  return Array.from({ length: 7 }, (_, row) =>
    grid.slice(row * 24, row * 24 + 24).map((count, hour) => ({
      weekday: row + 1,
      hour,
      count,
      level: level(count, max),
    })),
  )
}

function level(count: number, max: number): HeatCell['level'] {
  if (count <= 0 || max <= 0) return 0
  const quarter = Math.ceil(Math.sqrt(count / max) * 4)
  return Math.min(4, Math.max(1, quarter)) as HeatCell['level']
}

/** The offset of a time zone from UTC at a time, in whole hours; hours of the week are counted in UTC. */
export function offsetHours(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    timeZoneName: 'longOffset',
  }).formatToParts(at)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (!match) return 0
  const hours = Number(match[2]) + Number(match[3]) / 60
  return Math.round(match[1] === '-' ? -hours : hours)
}
