import type { ListQuery } from '../client'

export const filterFields = [
  'projectId',
  'severity',
  'status',
  'source',
  'action',
  'entityType',
  'entityId',
  'actorId',
  'onBehalfOf',
  'traceId',
  'operationId',
] as const

export type FilterField = (typeof filterFields)[number]

/** The same shape as the API's parameters: values of a field mean OR, `-` in front means not. */
export type Filters = { readonly [F in FilterField]?: readonly string[] } & { readonly q?: string }

export function toQuery(filters: Filters, projectId?: string): ListQuery {
  const query: Partial<Record<FilterField, string[]>> & { q?: string } = {}
  for (const field of filterFields) {
    const values = filters[field]
    if (values && values.length > 0) query[field] = [...values]
  }
  if (projectId !== undefined) query.projectId = [projectId]
  if (filters.q) query.q = filters.q
  return query
}

export type Mark = 'in' | 'out' | undefined

/** How a value is filtered: asked for, excluded or not at all. */
export function markOf(filters: Filters, field: FilterField, value: string): Mark {
  const values = filters[field]
  if (values?.includes(value)) return 'in'
  return values?.includes(`-${value}`) ? 'out' : undefined
}

export function withMark(filters: Filters, field: FilterField, value: string, mark: Mark): Filters {
  const others = (filters[field] ?? []).filter((v) => v !== value && v !== `-${value}`)
  const values = mark ? [...others, mark === 'in' ? value : `-${value}`] : others
  return withValues(filters, field, values)
}

export function withValues(filters: Filters, field: FilterField, values: string[]): Filters {
  const { [field]: _, ...rest } = filters
  return values.length > 0 ? { ...rest, [field]: values } : rest
}

export function isEmpty(filters: Filters): boolean {
  return !filters.q && filterFields.every((field) => !filters[field]?.length)
}
