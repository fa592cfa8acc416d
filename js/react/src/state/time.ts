/** From and to as the API takes them: RFC 3339, or a span before now; no `to` is: until now. */
export interface TimeRange {
  from: string
  to?: string | undefined
}

export const presets = ['15m', '1h', '6h', '24h', '7d', '30d', '90d'] as const

export const defaultRange: TimeRange = { from: '24h' }

const units: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }

/** Milliseconds of a span such as 15m, 24h or 30d; undefined when it isn't one. */
export function spanMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text)
  const unit = match?.[2] && units[match[2]]
  return unit ? Number(match[1]) * unit : undefined
}

/** A time of a range in milliseconds since 1970; undefined when it can't be read. */
export function instant(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return now
  const span = spanMs(text)
  if (span !== undefined) return now - span
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

export function isRange(range: TimeRange): boolean {
  const now = Date.now()
  const from = instant(range.from, now)
  const to = instant(range.to, now)
  return from !== undefined && to !== undefined && from < to
}

const names: Record<string, string> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
}

export function spanLabel(text: string): string {
  const match = /^(\d+)([smhdw])$/.exec(text)
  if (!match?.[2]) return text
  const name = names[match[2]]
  return match[1] === '1' ? `Last ${name}` : `Last ${match[1]} ${name}s`
}
