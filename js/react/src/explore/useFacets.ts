import type { FacetField, Facets as FacetsAnswer } from '../client'
import { useActivity } from '../state/context'
import { type Filters, toQuery, withValues } from '../state/filters'
import { type Loaded, useResource } from '../state/resource'
import type { TimeRange } from '../state/time'

export interface FacetData {
  field: FacetField
  /** Without a count: chosen, but not among the most frequent ones. */
  values: { value: string; count?: number }[]
}

const fields: FacetField[] = ['severity', 'status', 'source', 'action', 'entityType', 'actorId']

/** Values that are always shown, so that they don't jump about. */
const fixed: Partial<Record<FacetField, string[]>> = {
  severity: ['critical', 'warning', 'notice', 'info'],
  status: ['success', 'failure', 'pending', 'canceled', 'unknown'],
}

const perField = 7

/**
 * The counts beside the list. A field that is filtered is counted without its own filter:
 * what else could be chosen is what its facet is for.
 */
export function useFacets(filters: Filters, range: TimeRange, refreshMs: number, enabled: boolean) {
  const { client, projectId } = useActivity()
  const wanted = projectId === undefined ? [...fields, 'projectId' as const] : fields
  const key = JSON.stringify([client.root, projectId, filters, range])

  const loaded: Loaded<FacetsAnswer[]> = useResource(
    enabled ? key : null,
    (signal) => {
      const filtered = wanted.filter((field) => filters[field]?.length)
      const free = wanted.filter((field) => !filters[field]?.length)
      const ask = (field: FacetField[], rest: Filters) =>
        client.facets({ ...toQuery(rest, projectId), ...range, field, limit: perField }, { signal })
      return Promise.all([
        ...(free.length > 0 ? [ask(free, filters)] : []),
        ...filtered.map((field) => ask([field], withValues(filters, field, []))),
      ])
    },
    { refreshMs },
  )

  const answers = loaded.data?.flatMap((answer) => answer.facets) ?? []
  const facets = wanted.map((field): FacetData => {
    const counted = answers.find((facet) => facet.field === field)?.values ?? []
    return { field, values: complete(field, counted, filters[field] ?? []) }
  })
  // One project is no choice.
  const shown = facets.filter(
    (facet) => facet.field !== 'projectId' || facet.values.length > 1 || filters.projectId?.length,
  )
  return { facets: shown, error: loaded.error, loaded: loaded.data !== undefined }
}

function complete(
  field: FacetField,
  counted: readonly { value: string; count: number }[],
  chosen: readonly string[],
): FacetData['values'] {
  const always = fixed[field]
  const known = new Map(counted.map((v) => [v.value, v.count]))
  const values: FacetData['values'] = always
    ? always.flatMap((value) =>
        value === 'unknown' && !known.has(value) ? [] : [{ value, count: known.get(value) ?? 0 }],
      )
    : [...counted]
  for (const one of chosen) {
    const value = one.replace(/^-/, '')
    if (!values.some((v) => v.value === value)) values.push({ value })
  }
  return values
}
