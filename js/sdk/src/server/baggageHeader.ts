import { type BaggageEntry, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { fromBaggage } from '../baggage.js'
import type { ActivityContext } from '../types.js'

/**
 * Reads the activity's context out of the header `baggage`, which needs no propagator to
 * be registered.
 */
export function contextOf(header: string | undefined): ActivityContext {
  const entries: Record<string, BaggageEntry> = {}
  for (const member of header?.split(',') ?? []) {
    const [pair = ''] = member.split(';')
    const at = pair.indexOf('=')
    if (at > 0) entries[pair.slice(0, at).trim()] = { value: decoded(pair.slice(at + 1).trim()) }
  }
  return fromBaggage(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries)))
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
