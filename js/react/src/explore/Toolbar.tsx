import { type RefObject, Suspense } from 'react'
import { SearchBox } from '../search/SearchBox'
import { useActivity } from '../state/context'
import { toQuery } from '../state/filters'
import { Button } from '../ui/Button'
import { Menu } from '../ui/Menu'
import { DisplayPanel, ExportPanel, TimePanel, ViewsPanel } from './lazy'
import { rangeLabel } from './rangeLabel'
import { type ChangeState, type MonitorState, searchOf, stateFrom } from './useExploreState'

interface ToolbarProps {
  state: MonitorState
  change: ChangeState
  search: RefObject<HTMLInputElement | null>
  facetsOpen: boolean | undefined
  onFacets: () => void
  onLeaveSearch: () => void
  onLive: () => void
  onHelp: () => void
}

export function Toolbar(props: ToolbarProps) {
  const { state, change, facetsOpen } = props
  const { projectId, timeZone, locale } = useActivity()
  return (
    <div className="oa-toolbar">
      {facetsOpen !== undefined && (
        <Button
          icon="filter"
          aria-label="Filters"
          aria-expanded={facetsOpen}
          onClick={props.onFacets}
        />
      )}
      <SearchBox
        filters={state.filters}
        onChange={(filters) => change({ filters })}
        onLeave={props.onLeaveSearch}
        inputRef={props.search}
      />
      <div className="oa-toolbar-menus">
        <Menu label={rangeLabel(state.range, timeZone, locale)} icon="clock" align="end">
          {(close) => (
            <Suspense>
              <TimePanel state={state} onChange={change} close={close} />
            </Suspense>
          )}
        </Menu>
        <Menu label="Views" icon="bookmark" align="end">
          {(close) => (
            <Suspense>
              <ViewsPanel
                current={() => searchOf(state)}
                onApply={(text) => change(stateFrom(text))}
                close={close}
              />
            </Suspense>
          )}
        </Menu>
        <Menu label="Columns" icon="columns" align="end">
          {() => (
            <Suspense>
              <DisplayPanel state={state} onChange={change} />
            </Suspense>
          )}
        </Menu>
        <Menu label="Export" icon="download" align="end">
          {(close) => (
            <Suspense>
              <ExportPanel
                query={{ ...toQuery(state.filters, projectId), ...state.range }}
                close={close}
              />
            </Suspense>
          )}
        </Menu>
        <Button
          className="oa-live"
          icon={state.live ? 'pause' : 'play'}
          pressed={state.live}
          onClick={props.onLive}
        >
          Live
        </Button>
        <Button variant="ghost" icon="help" aria-label="Keys and search" onClick={props.onHelp} />
      </div>
    </div>
  )
}
