import type { ListQuery, Severity, Source, Status } from './types.js'

/** One value, or several that mean OR. With `-` in front of a value: not this one. */
type Any<T extends string | number = string> = T | readonly T[]
type AnyOf<T extends string> = Any<T | `-${T}`>

/** Which activities to get, and how. What is left out, or is an empty list, filters nothing. */
export interface ActivityFilters
  extends Pick<ListQuery, 'cursor' | 'dir' | 'fields' | 'limit' | 'order' | 'total'> {
  /** The first instant: a time, or a span before now as in `24h`. */
  startDate?: Date | string
  /** The first instant beyond: a time, or a span before now. */
  endDate?: Date | string
  projectId?: Any
  entityType?: Any
  entityId?: Any<string | number>
  /** Who acted, a user or another actor. */
  userId?: Any
  onBehalfOf?: Any
  action?: Any
  source?: AnyOf<Source>
  status?: AnyOf<Status>
  severity?: AnyOf<Severity>
  operationId?: Any
  traceId?: Any
  /** Text that is looked for in action, entity, actor, details and reason. */
  search?: string
}

/** What a filter is called in the API. */
const parameters: { readonly [F in keyof Required<ActivityFilters>]: keyof ListQuery } = {
  action: 'action',
  cursor: 'cursor',
  dir: 'dir',
  endDate: 'to',
  entityId: 'entityId',
  entityType: 'entityType',
  fields: 'fields',
  limit: 'limit',
  onBehalfOf: 'onBehalfOf',
  operationId: 'operationId',
  order: 'order',
  projectId: 'projectId',
  search: 'q',
  severity: 'severity',
  source: 'source',
  startDate: 'from',
  status: 'status',
  total: 'total',
  traceId: 'traceId',
  userId: 'actorId',
}

/** The same filters give the same query, its parameters in the same order. */
export function toListQuery(filters: ActivityFilters): ListQuery {
  const query: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = filters[name as keyof ActivityFilters]
    if (value instanceof Date) query[parameter] = value.toISOString()
    else if (value !== undefined && value !== null) query[parameter] = value
  }
  // A single value is written as a list of one is.
  return query as ListQuery
}
