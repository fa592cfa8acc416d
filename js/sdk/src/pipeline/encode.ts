import { type SpanContext, trace } from '@opentelemetry/api'
import type { AnyValue, LogRecord } from '@opentelemetry/api-logs'
import { wellFormed } from '../repair.js'

/** A value of OTLP/JSON. */
type Value = Record<string, unknown>

/** What an encoded record belongs to, as JSON: a scope of OTLP. */
export function encodeScope(name: string, version?: string): string {
  return JSON.stringify({ name, version })
}

/** Encodes the attributes of a program. */
export function encodeResource(attributes: Record<string, AnyValue>): string {
  return JSON.stringify({ attributes: keyValues(attributes) })
}

/**
 * Encodes a record as OTLP/JSON (opentelemetry-proto, "JSON Protobuf Encoding"): 64-bit
 * integers as texts, ids in hexadecimal. A number that JSON has no word for, or a time that
 * OTLP has none for, would make the Collector refuse the whole request.
 */
export function encodeRecord(record: LogRecord, span: SpanContext | undefined): string {
  const { body, attributes } = record
  return JSON.stringify({
    timeUnixNano: nanos(record.timestamp),
    observedTimeUnixNano: nanos(record.observedTimestamp) ?? nanos(new Date()),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName && wellFormed(record.eventName),
    body: body === undefined ? undefined : value(body),
    attributes: attributes && keyValues(attributes),
    ...(span && { traceId: span.traceId, spanId: span.spanId, flags: span.traceFlags }),
  })
}

/** The span that a record belongs to. */
export function spanOf(record: LogRecord): SpanContext | undefined {
  return record.context
    ? trace.getSpanContext(record.context)
    : trace.getActiveSpan()?.spanContext()
}

function keyValues(map: Record<string, AnyValue>): { key: string; value: Value }[] {
  return Object.entries(map).map(([key, v]) => ({ key: wellFormed(key), value: value(v) }))
}

function value(v: AnyValue): Value {
  switch (typeof v) {
    case 'string':
      return { stringValue: wellFormed(v) }
    case 'boolean':
      return { boolValue: v }
    case 'number':
      if (Number.isSafeInteger(v)) return { intValue: String(v) }
      return Number.isFinite(v) ? { doubleValue: v } : { stringValue: String(v) }
    case 'object':
      if (v === null) return {}
      if (Array.isArray(v)) return { arrayValue: { values: v.map(value) } }
      if (v instanceof Uint8Array) return { bytesValue: base64(v) }
      return { kvlistValue: { values: keyValues(v) } }
    default:
      return {}
  }
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  }
  return btoa(text)
}

/** Nanoseconds since 1970 as a text; nothing for what OTLP can't name. */
function nanos(time: LogRecord['timestamp']): string | undefined {
  if (Array.isArray(time)) {
    const [seconds, rest] = time
    return seconds >= 0 && seconds < 9_223_372_036
      ? `${seconds}${String(rest).padStart(9, '0')}`
      : undefined
  }
  const millis = time instanceof Date ? time.getTime() : time
  if (millis === undefined || !(millis >= 0 && millis < 9_223_372_036_000)) return undefined
  return `${Math.trunc(millis)}${String(Math.round((millis % 1) * 1e6)).padStart(6, '0')}`
}
