import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useActivity } from '../state/context'
import { toQuery } from '../state/filters'
import { type Column, extraOf } from './columns'
import { ActivityList, type ListState } from './list'
import { createProjector, fieldsFor } from './row'
import type { MonitorState } from './useExploreState'

/** The list that belongs to the search, and its state; another search is another list. */
export function useActivityList(
  { filters, range, jump }: Pick<MonitorState, 'filters' | 'range' | 'jump'>,
  columns: readonly Column[],
): [ActivityList, ListState] {
  const { client, projectId } = useActivity()
  const to = jump ?? range.to
  const search = JSON.stringify({
    query: { ...toQuery(filters, projectId), from: range.from, ...(to && { to }) },
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

  return [list, useSyncExternalStore(list.subscribe, list.getState)]
}
