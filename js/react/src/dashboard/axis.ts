import { day } from '../ui/format'
import type { StackRow } from './rows'

const dayMs = 86_400_000

/** The name of a bar in the time zone; days are counted in UTC and named so. */
export function timeName(row: StackRow, timeZone: string, locale: string): string {
  const start = Date.parse(row.from ?? row.key)
  const width = Date.parse(row.to ?? row.key) - start
  if (width >= dayMs) return day(start, 'UTC', locale)
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    start,
  )
}

/** How many bars share a name at the axis, so that at most about a dozen names stand there. */
export function nameEvery(bars: number, names = 12): number {
  return Math.max(1, Math.ceil(bars / names))
}
