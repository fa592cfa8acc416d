import { useActivity } from '../state/context'
import { toQuery } from '../state/filters'
import { useResource } from '../state/resource'
import type { MonitorState } from './useExploreState'
import { useFacets } from './useFacets'
import { useKept } from './useKept'

/** In pixels; narrower bars can't be aimed at. */
const barWidth = 7

interface CountsOptions {
  /** Of the histogram, in pixels; 0 asks for none. */
  width: number
  facets: boolean
  refreshMs: number
}

/** The histogram and the facets of a search; the last ones stay until the next are there. */
export function useCounts(
  { filters, range }: Pick<MonitorState, 'filters' | 'range'>,
  { width, facets: withFacets, refreshMs }: CountsOptions,
) {
  const { client, projectId } = useActivity()
  const query = { ...toQuery(filters, projectId), ...range }
  const buckets = Math.max(20, Math.min(240, Math.floor(width / barWidth)))
  const histogram = useResource(
    width > 0 ? JSON.stringify([client.root, query, buckets]) : null,
    (signal) => client.histogram({ ...query, buckets, by: 'severity' }, { signal }),
    { refreshMs },
  )
  const facets = useFacets(filters, range, refreshMs, withFacets)
  const keptFacets = useKept(facets.loaded ? facets.facets : undefined)
  return {
    histogram: useKept(histogram.data),
    facets: keptFacets ?? facets.facets,
    reload: histogram.reload,
  }
}
