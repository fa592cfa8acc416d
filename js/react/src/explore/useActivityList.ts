import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useActivity } from '../state/context'
import { toQuery } from '../state/filters'
import { isRange } from '../state/time'
import { type Column, extraOf } from './columns'
import { ActivityList, type ListState } from './list'
import { createProjector, fieldsFor } from './row'
import type { MonitorState } from './useExploreState'

/** The list that belongs to the search; another search is another list. */
export function useActivityList(
  { filters, range, jump }: Pick<MonitorState, 'filters' | 'range' | 'jump'>,
  columns: readonly Column[],
): ActivityList {
  const { client, projectId } = useActivity()
  const to = jump ?? range.to
  // A jump may lead to before the range; then the list goes on from there without a bound.
  const bounded = isRange({ from: range.from, to })
  const search = JSON.stringify({
    query: {
      ...toQuery(filters, projectId),
      ...(bounded && { from: range.from }),
      ...(to && { to }),
    },
    extra: extraOf(columns),
  })
  const list = useMemo(() => {
    const { query, extra } = JSON.parse(search)
    return new ActivityList({
      client,
      query,
      fields: fieldsFor(extra),
      project: createProjector(extra),
    })
  }, [client, search])

  useEffect(() => {
    list.load()
    return () => list.dispose()
  }, [list])

  return list
}

/** The list's state, for what has to follow it row by row; the rest of the page does not. */
export function useListState(list: ActivityList): ListState {
  return useSyncExternalStore(list.subscribe, list.getState)
}
