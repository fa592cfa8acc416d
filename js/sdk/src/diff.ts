import { Repairer } from './repair.js'
import type { Changes } from './types.js'

/** Which fields a comparison leaves out, and of which it hides the values. */
export interface DiffOptions {
  omit?: readonly string[] | undefined
  mask?: readonly string[] | undefined
}

/**
 * Compares two states of the same thing and returns the fields that differ. Without
 * `before` it was made, without `after` removed. Values count as the same when they are
 * recorded in the same way.
 */
export function diff(
  before: object | null | undefined,
  after: object | null | undefined,
  options: DiffOptions = {},
): Changes {
  const was = fieldsOf(before, options)
  const is = fieldsOf(after, options)
  const changes = { before: {} as Fields, after: {} as Fields, fields: [] as string[] }
  for (const name of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
    if (name in was && name in is && same(was[name], is[name])) continue
    changes.fields.push(name)
    const masked = options.mask?.includes(name)
    if (name in was) changes.before[name] = masked ? '***' : was[name]
    if (name in is) changes.after[name] = masked ? '***' : is[name]
  }
  return changes
}

type Fields = Record<string, unknown>

/** A copy, which later changes of the object don't reach. */
function fieldsOf(value: object | null | undefined, options: DiffOptions): Fields {
  if (!value) return {}
  const fields = { ...new Repairer().map(value) }
  for (const name of options.omit ?? []) delete fields[name]
  return fields
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, ordered) === JSON.stringify(b, ordered)
}

/** Maps are equal whatever the order of their entries. */
function ordered(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
