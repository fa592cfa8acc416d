import type { RefObject } from 'react'
import { SearchBox } from '../search/SearchBox'
import { useActivity } from '../state/context'
import { toQuery } from '../state/filters'
import { Button } from '../ui/Button'
import { DisplayMenu } from './DisplayMenu'
import { ExportMenu } from './ExportMenu'
import { TimeMenu } from './TimeMenu'
import { type ChangeState, type MonitorState, searchOf, stateFrom } from './useExploreState'
import { ViewsMenu } from './ViewsMenu'

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
  const { projectId } = useActivity()
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
        <TimeMenu state={state} onChange={change} />
        <ViewsMenu current={() => searchOf(state)} onApply={(text) => change(stateFrom(text))} />
        <DisplayMenu state={state} onChange={change} />
        <ExportMenu query={{ ...toQuery(state.filters, projectId), ...state.range }} />
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
