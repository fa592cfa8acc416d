import { isArray, isObject, type Json } from './json'

export type ValueKind =
  | 'absent'
  | 'null'
  | 'text'
  | 'number'
  | 'boolean'
  | 'date'
  | 'array'
  | 'object'

// A full date with an optional time: "2026" or "12-01" are text.
const isoDate =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

export function kindOfValue(value: Json | undefined): ValueKind {
  if (value === undefined) return 'absent'
  if (value === null) return 'null'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (isArray(value)) return 'array'
  if (isObject(value)) return 'object'
  return isoDate.test(value) && !Number.isNaN(Date.parse(value)) ? 'date' : 'text'
}

/** Whether two values are compared as one kind: a date with a date, text with text. */
export function commonKind(
  before: Json | undefined,
  after: Json | undefined,
): ValueKind | undefined {
  const a = kindOfValue(before)
  const b = kindOfValue(after)
  if (a === b) return a
  const words = new Set<ValueKind>(['text', 'date'])
  return words.has(a) && words.has(b) ? 'text' : undefined
}

/** `+12 (+8 %)`; the share is left out where it says nothing. */
export function numberDelta(before: number, after: number, locale?: string): string {
  const signed: Intl.NumberFormatOptions = { signDisplay: 'exceptZero', maximumFractionDigits: 6 }
  const delta = new Intl.NumberFormat(locale, signed).format(after - before)
  if (before === 0 || after === before) return delta
  const share = (after - before) / Math.abs(before)
  if (Math.abs(share) >= 10) return delta
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
  })
  return `${delta} (${percent.format(share)})`
}

const units: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
]

/** `+3 d 4 h`: the two greatest units are enough to see how far a date moved. */
export function dateDelta(before: string, after: string): string {
  let rest = Date.parse(after) - Date.parse(before)
  if (!Number.isFinite(rest) || rest === 0) return ''
  const sign = rest < 0 ? '−' : '+'
  rest = Math.abs(rest)
  const parts: string[] = []
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count === 0) {
      if (parts.length > 0) break
      continue
    }
    parts.push(`${count} ${unit}`)
    rest -= count * size
    if (parts.length === 2) break
  }
  return sign + parts.join(' ')
}

export interface ArrayItem {
  readonly kind: 'same' | 'removed' | 'added'
  readonly value: Json
}

/** The members that went and came, in order; a list is mostly used as a set (roles, tags). */
export function diffArrays(before: readonly Json[], after: readonly Json[]): readonly ArrayItem[] {
  const key = (value: Json): string => JSON.stringify(value)
  const left = new Map<string, number>()
  for (const item of after) left.set(key(item), (left.get(key(item)) ?? 0) + 1)
  const out: ArrayItem[] = []
  for (const value of before) {
    const count = left.get(key(value)) ?? 0
    if (count > 0) left.set(key(value), count - 1)
    out.push({ kind: count > 0 ? 'same' : 'removed', value })
  }
  for (const value of [...after].reverse()) {
    const count = left.get(key(value)) ?? 0
    if (count === 0) continue
    left.set(key(value), count - 1)
    out.push({ kind: 'added', value })
  }
  return out
}
