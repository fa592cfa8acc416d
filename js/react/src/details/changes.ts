import { isObject, type Json, type JsonObject, joinPath, sameJson } from './json'

export type ChangeKind = 'added' | 'removed' | 'changed'

/** One leaf that differs. An absent side is undefined, which is not the same as null. */
export interface Change {
  readonly path: string
  readonly kind: ChangeKind
  readonly before?: Json | undefined
  readonly after?: Json | undefined
}

/** `changes` as the API gives it; its sides are untyped there. */
export interface RawChanges {
  before?: Record<string, unknown> | undefined
  after?: Record<string, unknown> | undefined
  fields?: readonly string[] | undefined
}

/**
 * The leaves that differ between before and after, nested objects flattened to paths, in the order
 * of the recorder's keys. A recorder may send more than the changed fields; equal leaves are left out.
 * A field that is only named in `fields` is listed without values.
 */
export function flattenChanges(changes: RawChanges | undefined): readonly Change[] {
  if (!changes) return []
  const out: Change[] = []
  // The values come from JSON.parse.
  const before = (changes.before ?? {}) as JsonObject
  const after = (changes.after ?? {}) as JsonObject
  walk(out, '', before, after)
  for (const field of changes.fields ?? []) {
    if (!mentions(out, field) && !(Object.hasOwn(before, field) || Object.hasOwn(after, field))) {
      out.push({ path: field, kind: 'changed' })
    }
  }
  return out
}

function mentions(changes: readonly Change[], field: string): boolean {
  return changes.some(
    ({ path }) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`),
  )
}

function walk(out: Change[], path: string, before: JsonObject, after: JsonObject): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    compare(out, joinPath(path, key), own(before, key), own(after, key))
  }
}

// A key such as "constructor" must not find what every object inherits.
function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function compare(
  out: Change[],
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): void {
  if (sameJson(before, after)) return
  const nested = isNested(before) || isNested(after)
  // An object against nothing is flattened too: each of its leaves came or went.
  const comparable =
    (isObject(before) || before === undefined) && (isObject(after) || after === undefined)
  if (nested && comparable) {
    walk(out, path, isObject(before) ? before : {}, isObject(after) ? after : {})
    return
  }
  out.push({ path, kind: kindOf(before, after), before, after })
}

function isNested(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

function kindOf(before: Json | undefined, after: Json | undefined): ChangeKind {
  if (before === undefined) return 'added'
  return after === undefined ? 'removed' : 'changed'
}
