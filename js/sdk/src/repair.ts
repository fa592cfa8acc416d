import type { AnyValue } from '@opentelemetry/api-logs'

/**
 * Something about an activity that could not be recorded as it was:
 * - `action`: there was none; the trail infers one
 * - `text`: a lone surrogate became U+FFFD
 * - `depth`: a value was nested more than 16 levels deep, or contained itself
 * - `cut`: what exceeded 1 MiB was left out
 * - `nonfinite`: NaN or an infinity became text
 * - `time`: a time before 1970 or after 2262 became the present one
 * - `threw`: a getter, a Proxy, `toJSON` or `finish` threw
 * - `unsupported`: a function, a symbol or the like; a text says so
 */
export type Repair =
  | 'action'
  | 'text'
  | 'depth'
  | 'cut'
  | 'nonfinite'
  | 'time'
  | 'threw'
  | 'unsupported'

/** Tells which activity was not recorded as it was, and why; `dropped` when not at all. */
export interface Repaired {
  id: string
  action: string
  repairs: Repair[]
  dropped?: boolean
}

/** An OTLP request has 4 MiB; one that is too great is refused with all of its records. */
const maxRecord = 1 << 20
/** What is searched for must not take the room of the rest; the trail keeps 1,024 bytes of it. */
const maxShort = 16 << 10
const maxDepth = 16
const nodeSize = 16
const surrogate = /\p{Surrogate}/u
const surrogates = /\p{Surrogate}/gu

/** Turns the values of one activity into what a log record can carry. It never throws. */
export class Repairer {
  /** Made with the first repair: most activities need none. */
  #found: Set<Repair> | undefined
  private left = maxRecord

  /** What had to be repaired. */
  get found(): Repair[] {
    return this.#found ? [...this.#found] : []
  }

  get hasFound(): boolean {
    return this.#found !== undefined
  }

  add(repair: Repair): void {
    this.#found ??= new Set()
    this.#found.add(repair)
  }

  /** An id, a name or another text that is searched for. */
  short(value: unknown): string {
    const text = typeof value === 'string' ? value : this.stringOf(value)
    return this.text(text.length > maxShort ? this.cut(text, maxShort) : text)
  }

  text(value: unknown): string {
    let text = typeof value === 'string' ? value : this.stringOf(value)
    if (text.length > this.left) text = this.cut(text, Math.max(this.left, 0))
    this.left -= text.length
    if (isWellFormed(text)) return text
    this.add('text')
    return wellFormed(text)
  }

  value(value: unknown, ancestors: object[] = []): AnyValue {
    this.left -= nodeSize
    if (this.left < 0) return this.note('cut', '!TOO LARGE')
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) ? value : this.note('nonfinite', String(value))
      case 'bigint':
        return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
      case 'undefined':
        return null
      case 'object':
        return value === null ? null : this.object(value, ancestors)
      default:
        return this.note('unsupported', `!UNSUPPORTED: ${typeof value}`)
    }
  }

  /** Adds a member to a map unless it is undefined; false when there is no room for more. */
  member(
    out: Record<string, AnyValue>,
    key: unknown,
    item: unknown,
    ancestors: object[] = [],
  ): boolean {
    if (item === undefined) return true
    if (this.left < 0) {
      this.add('cut')
      return false
    }
    const name = this.text(key)
    // Assigning to __proto__ would set the prototype instead.
    if (name === '__proto__') {
      Object.defineProperty(out, name, { value: this.value(item, ancestors), enumerable: true })
    } else out[name] = this.value(item, ancestors)
    return true
  }

  map(value: object): Record<string, AnyValue> {
    const out = this.value(value)
    return isPlain(out) ? (out as Record<string, AnyValue>) : { value: out }
  }

  /** Runs what is not ours. */
  guard<T>(run: () => T, fallback: (message: string) => T): T {
    try {
      return run()
    } catch (error) {
      this.add('threw')
      return fallback(messageOf(error))
    }
  }

  private object(value: object, ancestors: object[]): AnyValue {
    if (ancestors.includes(value)) return this.note('depth', '!CIRCULAR')
    if (ancestors.length >= maxDepth) return this.note('depth', '!TOO DEEP')
    return this.guard<AnyValue>(
      () => this.entries(value, [...ancestors, value]),
      (message) => this.text(`!ERROR: ${message}`),
    )
  }

  private entries(value: object, ancestors: object[]): AnyValue {
    if (Array.isArray(value)) return this.list(value, ancestors)
    if (value instanceof Date) {
      return Number.isNaN(value.getTime())
        ? this.note('unsupported', 'Invalid Date')
        : value.toISOString()
    }
    if (value instanceof Error) return this.text(`${value.name}: ${value.message}`)
    if (value instanceof ArrayBuffer) return this.bytes(new Uint8Array(value))
    if (ArrayBuffer.isView(value)) {
      return this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    }
    if (value instanceof Set) return this.list(value, ancestors)
    if (value instanceof Map) return this.members(value, ancestors)
    if (isBoxed(value)) return this.value(value.valueOf(), ancestors)
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      const json: unknown = value.toJSON()
      if (json !== value) return this.value(json, ancestors)
    }
    return this.properties(value, ancestors)
  }

  private list(items: Iterable<unknown>, ancestors: object[]): AnyValue[] {
    const out: AnyValue[] = []
    for (const item of items) {
      if (this.left < 0) {
        this.add('cut')
        break
      }
      out.push(this.value(item, ancestors))
    }
    return out
  }

  private members(entries: Iterable<[unknown, unknown]>, ancestors: object[]): AnyValue {
    const out: Record<string, AnyValue> = {}
    for (const [key, item] of entries) {
      if (!this.member(out, key, item, ancestors)) break
    }
    return out
  }

  /** Each is read by itself: a getter that throws takes no other property with it. */
  private properties(value: object, ancestors: object[]): AnyValue {
    const out: Record<string, AnyValue> = {}
    for (const key of Object.keys(value)) {
      let item: unknown
      try {
        item = value[key as keyof typeof value]
      } catch (error) {
        item = this.note('threw', `!ERROR: ${messageOf(error)}`)
      }
      if (!this.member(out, key, item, ancestors)) break
    }
    return out
  }

  private bytes(bytes: Uint8Array): AnyValue {
    if (bytes.length > this.left) return this.note('cut', '!TOO LARGE')
    this.left -= bytes.length
    return bytes.slice()
  }

  private stringOf(value: unknown): string {
    return this.guard(
      () => String(value),
      (message) => `!ERROR: ${message}`,
    )
  }

  private cut(text: string, size: number): string {
    this.add('cut')
    const end = /[\uD800-\uDBFF]/.test(text[size - 1] ?? '') ? size - 1 : size
    return text.slice(0, end)
  }

  private note(repair: Repair, text: string): string {
    this.add(repair)
    return text
  }
}

/** The text of an error that may be anything and may throw when it is asked. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'an error without a text'
  }
}

/** A member of what may be anything and may throw when it is asked. */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name]
  } catch {
    return undefined
  }
}

/** Replaces what has no encoding: a single one would make a Collector refuse a whole request. */
export function wellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replace(surrogates, '\uFFFD')
}

/** The method is of ES2024, and costs nothing for most texts; older browsers have none. */
const isWellFormed: (text: string) => boolean =
  'isWellFormed' in String.prototype
    ? (text) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
    : (text) => !surrogate.test(text)

/** The text of what should be one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : messageOf(value)
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  )
}

function isBoxed(value: object): boolean {
  return value instanceof String || value instanceof Number || value instanceof Boolean
}
