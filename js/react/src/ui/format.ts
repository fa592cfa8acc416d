const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${JSON.stringify(options)}`
  let found = formatters.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options)
    formatters.set(key, found)
  }
  return found
}

/** 03:00:00.000, the clock of a list; 24 hours in every locale, so that columns line up. */
export function clock(ms: number, timeZone: string): string {
  return formatter('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(ms)
}

/** 25 Nov, or with the year when it is asked for. */
export function day(ms: number, timeZone: string, locale: string, year = false): string {
  return formatter(locale, {
    timeZone,
    day: '2-digit',
    month: 'short',
    ...(year && { year: 'numeric' }),
  }).format(ms)
}

/** Everything: 25 Nov 2026, 03:00:00.000 UTC. */
export function fullTime(ms: number, timeZone: string, locale: string): string {
  const zone = formatter(locale, { timeZone, timeZoneName: 'short' })
    .formatToParts(ms)
    .find((part) => part.type === 'timeZoneName')?.value
  return `${day(ms, timeZone, locale, true)}, ${clock(ms, timeZone)} ${zone ?? timeZone}`
}

const steps: [limit: number, ms: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60e3, 1e3, 'second'],
  [3600e3, 60e3, 'minute'],
  [86400e3, 3600e3, 'hour'],
  [30 * 86400e3, 86400e3, 'day'],
  [365 * 86400e3, 30 * 86400e3, 'month'],
  [Number.POSITIVE_INFINITY, 365 * 86400e3, 'year'],
]

const relatives = new Map<string, Intl.RelativeTimeFormat>()

/** 3 min. ago */
export function ago(ms: number, now: number, locale: string): string {
  let format = relatives.get(locale)
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' })
    relatives.set(locale, format)
  }
  const distance = now - ms
  for (const [limit, size, unit] of steps) {
    if (Math.abs(distance) < limit) return format.format(-Math.round(distance / size), unit)
  }
  return ''
}

const numbers = new Map<string, Intl.NumberFormat>()

export function count(value: number, locale: string): string {
  let format = numbers.get(locale)
  if (!format) {
    format = new Intl.NumberFormat(locale)
    numbers.set(locale, format)
  }
  return format.format(value)
}

const compacts = new Map<string, Intl.NumberFormat>()

/** 1.2K, for where there is little room. */
export function shortCount(value: number, locale: string): string {
  let format = compacts.get(locale)
  if (!format) {
    format = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
    compacts.set(locale, format)
  }
  return format.format(value)
}

export function totalLabel(total: { value: number; relation: string }, locale: string): string {
  const prefix = { approx: '≈ ', gte: '≥ ' }[total.relation] ?? ''
  return prefix + count(total.value, locale)
}

/** 250 ms, 1.2 s, 3 min */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${Number((seconds * 1000).toPrecision(2))} ms`
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`
  if (seconds < 3600) return `${Number((seconds / 60).toPrecision(3))} min`
  return `${Number((seconds / 3600).toPrecision(3))} h`
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** 12.5 kB, 4.2 GB */
export function bytes(value: number, locale: string): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), sizes.length - 1)
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: sizes[power] ?? 'byte',
    maximumFractionDigits: 1,
  })
  return format.format(value / 1000 ** power)
}
