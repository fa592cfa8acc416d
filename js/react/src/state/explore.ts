import { formatQuery, parseQuery } from '../search/query'
import type { Filters } from './filters'
import { defaultRange, isRange, type TimeRange } from './time'
import type { Params } from './url'

/** What Explore shows, as it stands in the address. */
export interface ExploreState {
  filters: Filters
  range: TimeRange
  live: boolean
  /** The activity whose details are open. */
  selected?: { id: string; at: string } | undefined
}

const emptyExplore: ExploreState = { filters: {}, range: defaultRange, live: false }

export function readExplore(params: URLSearchParams): ExploreState {
  const from = params.get('from') ?? defaultRange.from
  const to = params.get('to') ?? undefined
  const range = { from, ...(to && { to }) }
  const id = params.get('id')
  return {
    filters: parseQuery(params.get('query') ?? ''),
    range: isRange(range) ? range : defaultRange,
    live: params.get('live') === '1',
    ...(id && { selected: { id, at: params.get('at') ?? '' } }),
  }
}

/**
 * The parameters of a state; what is not named falls back to the default. For a link
 * from elsewhere: `hrefWith({ page: undefined, ...writeExplore({ filters, range }) })`.
 */
export function writeExplore(state: Partial<ExploreState>): Params {
  const { filters, range, live, selected } = { ...emptyExplore, ...state }
  return {
    query: formatQuery(filters),
    from: range.from === defaultRange.from && !range.to ? undefined : range.from,
    to: range.to,
    live: live ? '1' : undefined,
    id: selected?.id,
    at: selected?.at,
  }
}
