import type { Activity, ActivityField } from '../client'

/**
 * An activity as the list keeps it. Up to 100,000 of them are held, so: no JSON,
 * one shape for the engine, a number for the time, and words that recur share one string.
 */
export interface Row {
  id: string
  /** Microseconds since 1970, exact in a double until the year 2255. */
  time: number
  severity: string
  status: string
  source: string
  action: string
  actor: string
  entityType: string
  entity: string
  details: string
  /** The optional columns' values, in the order of `extraFields`; shared when there are none. */
  extra: readonly string[]
}

export const extraFields = [
  'projectId',
  'serviceName',
  'environment',
  'reason',
  'operationId',
  'traceId',
] as const

export type ExtraField = (typeof extraFields)[number]

const rowFields: ActivityField[] = [
  'severity',
  'status',
  'source',
  'action',
  'actorId',
  'actorName',
  'entityType',
  'entityId',
  'entityName',
  'details',
]

/** What a list has to ask for to fill these columns. */
export function fieldsFor(extra: readonly ExtraField[]): ActivityField[] {
  return [...rowFields, ...extra]
}

const noExtra: readonly string[] = []

/** Makes rows; the words that recur are kept once for all of them. */
export function createProjector(extra: readonly ExtraField[]): (activity: Activity) => Row {
  const words = new Map<string, string>()
  const word = (text: string | undefined): string => {
    if (!text) return ''
    const known = words.get(text)
    if (known !== undefined) return known
    // Enough for every action and actor that is worth sharing; beyond, they hardly recur.
    if (words.size < 20_000) words.set(text, text)
    return text
  }
  return (a) => ({
    id: a.id,
    time: parseMicros(a.occurredAt),
    severity: word(a.severity),
    status: word(a.status),
    source: word(a.source),
    action: word(a.action),
    actor: word(a.actorName || a.actorId),
    entityType: word(a.entityType),
    entity: a.entityName || a.entityId || '',
    details: a.details ?? '',
    extra: extra.length > 0 ? extra.map((field) => word(a[field])) : noExtra,
  })
}

/** Microseconds since 1970 of an RFC 3339 time; Date alone would lose the last three digits. */
export function parseMicros(text: string): number {
  const ms = Date.parse(text)
  const fraction = /\.(\d{4,})/.exec(text)?.[1]
  if (!fraction || Number.isNaN(ms)) return ms * 1000
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(3, 6))
}

/** The time as the API wrote it, in UTC. */
export function formatMicros(micros: number): string {
  const ms = Math.floor(micros / 1000)
  const rest = Math.round(micros - ms * 1000)
  const iso = new Date(ms).toISOString()
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
