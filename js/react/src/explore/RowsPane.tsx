import { type RefObject, useCallback } from 'react'
import { useActivity } from '../state/context'
import { isEmpty } from '../state/filters'
import { Button } from '../ui/Button'
import { count } from '../ui/format'
import { Time } from '../ui/Time'
import type { Column } from './columns'
import { Grid, type Layout } from './Grid'
import { ListFooter } from './ListFooter'
import type { ActivityList } from './list'
import type { ActiveRow } from './useActiveRow'
import { useListState } from './useActivityList'
import type { ChangeState, MonitorState } from './useExploreState'
import type { Live } from './useLive'

interface RowsPaneProps {
  list: ActivityList
  state: MonitorState
  change: ChangeState
  columns: readonly Column[]
  layout: Layout
  active: ActiveRow
  live: Live
  scroller: RefObject<HTMLDivElement | null>
  onOpen: (index: number) => void
  onResume: () => void
  onPageSize: (rows: number) => void
  onRetry: () => void
  /** What happened just now. */
  toast: string | undefined
}

/** The rows, and what stands above, below and over them. */
export function RowsPane({ list, state, change, live, ...props }: RowsPaneProps) {
  const { locale } = useActivity()
  const listState = useListState(list)
  const more = useCallback(() => list.more(), [list])
  return (
    <div className="oa-list">
      {state.jump && (
        <p className="oa-jump">
          <span>
            From <Time value={state.jump} /> back
          </span>
          <Button icon="up" onClick={() => change({ jump: undefined })}>
            Newest
          </Button>
        </p>
      )}
      <Grid
        list={listState}
        scroller={props.scroller}
        columns={props.columns}
        layout={props.layout}
        relative={state.relative}
        active={props.active.at()}
        selectedId={state.selected?.id}
        onOpen={props.onOpen}
        onMore={more}
        onTop={live.onTop}
        onPageSize={props.onPageSize}
        footer={
          <ListFooter
            list={listState}
            live={state.live}
            filtered={!isEmpty(state.filters)}
            onRetry={props.onRetry}
            onMore={more}
            onClear={() => change({ filters: {} })}
            onWiden={() => change({ range: { from: '30d' }, jump: undefined })}
          />
        }
      />
      {live.paused && (
        <Button variant="primary" className="oa-resume" onClick={props.onResume}>
          {count(listState.waiting, locale)} new · Resume
        </Button>
      )}
      <div className="oa-toast" role="status">
        {props.toast && <span>{props.toast}</span>}
      </div>
    </div>
  )
}
