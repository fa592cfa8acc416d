import { instant, spanLabel, spanMs, type TimeRange } from '../state/time'
import { clock, day } from '../ui/format'

/** A range in few words, for a button. */
export function rangeLabel(range: TimeRange, timeZone: string, locale: string): string {
  if (!range.to && spanMs(range.from) !== undefined) return spanLabel(range.from)
  const now = Date.now()
  const one = (text: string | undefined) => {
    const ms = instant(text, now) ?? now
    return `${day(ms, timeZone, locale)} ${clock(ms, timeZone).slice(0, 5)}`
  }
  return `${one(range.from)} – ${range.to ? one(range.to) : 'now'}`
}
