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

/** Which share of the names stands at the axis, so that none touches the next one: every n-th. */
export function nameEvery(bars: number, width: number): number {
  const room = Math.max(1, Math.floor(width / 60))
  return Math.max(1, Math.ceil(bars / room))
}
