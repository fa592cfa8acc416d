import { type CSSProperties, useMemo } from 'react'
import { ActivityProvider, type SettingsProps } from '../state/context'
import type { Filters } from '../state/filters'
import { Root } from '../ui/Root'
import { MonitorBody } from './MonitorBody'
import { useExploreState } from './useExploreState'

export interface ActivityMonitorProps extends SettingsProps {
  /** In pixels, or any CSS length. Default: as high as its container. */
  height?: number | string
  /** Loads again so often while it is not live, in milliseconds. Default: never. */
  refreshInterval?: number
  /** Search, time range, histogram and menus. Default: true. */
  showHeader?: boolean
  /** Dense rows of four cells, and no facets. */
  compactMode?: boolean
  /** With it, the filters are the host's, which hears of changes by `onFiltersChange`. */
  filters?: Filters
  onFiltersChange?: (filters: Filters) => void
  /** Ids of the columns to begin with. */
  columns?: readonly string[]
  /** An activity was opened; with `showDetails={false}` showing it is up to the host. */
  onSelect?: (activity: { id: string; occurredAt: string }) => void
  showDetails?: boolean
  /** Keep the state in the page's address, and take single keys from the whole page. */
  urlState?: boolean
}

/** Explore: what happened, as it happens. */
export function ActivityMonitor(props: ActivityMonitorProps) {
  const { client, projectId, locale, traceUrl, theme, timeZone, urlState = false } = props
  const columns = props.columns?.join(',')
  const compact = props.compactMode
  const initial = useMemo(
    () => ({
      ...(columns && { columns: columns.split(',') }),
      ...(compact && { compact }),
      timeZone,
    }),
    [columns, compact, timeZone],
  )
  const [state, change] = useExploreState(urlState, initial)
  const style: CSSProperties = props.height === undefined ? {} : { height: props.height }

  return (
    <ActivityProvider {...{ client, projectId, locale, traceUrl, theme, timeZone: state.timeZone }}>
      <Root className="oa-monitor" style={style}>
        <MonitorBody
          state={props.filters ? { ...state, filters: props.filters } : state}
          change={(next, options) => {
            if (next.filters) props.onFiltersChange?.(next.filters)
            const { filters: _, ...rest } = next
            change(props.filters ? rest : next, options)
          }}
          refreshMs={props.refreshInterval ?? 0}
          header={props.showHeader ?? true}
          facets={!compact}
          details={props.showDetails ?? true}
          inUrl={urlState}
          onSelect={props.onSelect}
        />
      </Root>
    </ActivityProvider>
  )
}
