import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useActivity } from '../state/context'
import { Button } from '../ui/Button'
import { useWidth } from './canvas'
import { columnsOf } from './columns'
import { Facets } from './Facets'
import type { Layout } from './Grid'
import { Histogram } from './Histogram'
import { Help, SelectedDetails } from './lazy'
import { RowsPane } from './RowsPane'
import { formatMicros } from './row'
import { rowKeys } from './rowKeys'
import { Summary } from './Summary'
import { Toolbar } from './Toolbar'
import { useActiveRow } from './useActiveRow'
import { useActivityList } from './useActivityList'
import { linkTo, useCopyLink } from './useCopyLink'
import { useCounts } from './useCounts'
import type { ChangeState, MonitorState } from './useExploreState'
import { useKeys } from './useKeys'
import { useLive } from './useLive'

/** Below, rows are cards and facets a drawer. */
const narrow = 640
const facetsBeside = 960
/** How often the counts are renewed while live. */
const liveRefreshMs = 10_000

interface MonitorBodyProps {
  state: MonitorState
  change: ChangeState
  refreshMs: number
  header: boolean
  facets: boolean
  details: boolean
  inUrl: boolean
  onSelect: ((activity: { id: string; occurredAt: string }) => void) | undefined
}

/** Ties the parts together; what follows the rows one by one is in RowsPane and Summary. */
export function MonitorBody(props: MonitorBodyProps) {
  const { state, change, onSelect } = props
  const { client } = useActivity()
  const box = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const [pageSize, setPageSize] = useState(10)
  const [help, setHelp] = useState(false)
  const [drawer, setDrawer] = useState(false)
  const [copied, copy] = useCopyLink()
  const width = useWidth(box)
  const columns = useMemo(() => columnsOf(state.columns), [state.columns])
  const list = useActivityList(state, columns)
  const active = useActiveRow(list)
  const live = useLive(list, state.live, scroller)
  const counts = useCounts(state, {
    width: props.header ? width : 0,
    facets: props.facets,
    refreshMs: state.live ? liveRefreshMs : props.refreshMs,
  })
  const { id, at } = state.selected ?? {}
  const following = id !== undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [list])

  useEffect(() => {
    if (props.refreshMs <= 0 || state.live) return
    const timer = setInterval(() => !document.hidden && list.load(), props.refreshMs)
    return () => clearInterval(timer)
  }, [list, props.refreshMs, state.live])

  const open = useCallback(
    (index: number) => {
      const row = active.moveTo(index)
      if (!row) return
      live.pause()
      const occurredAt = formatMicros(row.time)
      onSelect?.({ id: row.id, occurredAt })
      if (!props.details) return
      change({ selected: { id: row.id, at: occurredAt } }, { replace: following })
    },
    [active.moveTo, live.pause, onSelect, props.details, change, following],
  )
  const focusRows = () =>
    scroller.current?.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
  const closeDetails = () => {
    change({ selected: undefined })
    focusRows()
  }

  // The row that the keys stand on would move away under what arrives.
  const resume = () => {
    active.clear()
    live.resume()
  }
  const toggleLive = () => {
    active.clear()
    const range = state.range.to ? { from: '1h' } : state.range
    change(state.live ? { live: false } : { live: true, jump: undefined, range })
  }

  const letGo = () => {
    if (drawer) setDrawer(false)
    else if (following) change({ selected: undefined })
    else active.clear()
  }

  const onKeyDown = useKeys(props.inUrl, {
    ...rowKeys({ list, active, live, pageSize, following, open, focus: focusRows }),
    Escape: letGo,
    '/': () => search.current?.focus(),
    l: toggleLive,
    ' ': state.live ? () => (live.paused ? resume() : live.pause()) : undefined,
    c: () => {
      const row = list.getState().rows[active.at()]
      if (row) copy(linkTo(client, row.id, formatMicros(row.time)))
      else if (id !== undefined) copy(linkTo(client, id, at ?? ''))
    },
    '?': () => setHelp(true),
  })

  const layout: Layout = width > 0 && width < narrow ? 'cards' : state.compact ? 'compact' : 'table'
  const facetsFit = width >= facetsBeside

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that bubble up from what is inside
    <div ref={box} className="oa-explore" onKeyDown={onKeyDown}>
      {props.header && (
        <header className="oa-explore-head">
          <Toolbar
            state={state}
            change={change}
            search={search}
            facetsOpen={props.facets && !facetsFit ? drawer : undefined}
            onFacets={() => setDrawer(!drawer)}
            onLeaveSearch={focusRows}
            onLive={toggleLive}
            onHelp={() => setHelp(true)}
          />
          <Summary list={list} live={state.live} paused={live.paused} />
          <Histogram
            data={counts.histogram}
            onSelect={(from, to) =>
              change({ range: { from: iso(from), to: iso(to) }, jump: undefined, live: false })
            }
            onJump={(time) => change({ jump: iso(time), live: false })}
          />
        </header>
      )}
      <div className="oa-explore-body">
        {props.facets && (facetsFit || drawer) && (
          <div className="oa-facets-box" data-drawer={!facetsFit || undefined}>
            <Facets
              facets={counts.facets}
              filters={state.filters}
              onChange={(filters) => change({ filters })}
            />
            {!facetsFit && (
              <Button variant="primary" onClick={() => setDrawer(false)}>
                Show activities
              </Button>
            )}
          </div>
        )}
        <RowsPane
          list={list}
          state={state}
          change={change}
          columns={columns}
          layout={layout}
          active={active}
          live={live}
          scroller={scroller}
          onOpen={open}
          onResume={resume}
          onPageSize={setPageSize}
          onRetry={() => {
            list.load()
            counts.reload()
          }}
          toast={copied ? 'Link copied' : undefined}
        />
        {props.details && id !== undefined && (
          <Suspense>
            <SelectedDetails
              id={id}
              at={at ?? ''}
              shareUrl={(activity) => linkTo(client, activity.id, activity.occurredAt)}
              onSelect={(next) => change({ selected: { id: next.id, at: next.occurredAt } })}
              onFilter={(filters, range = state.range) =>
                change({ filters, range, jump: undefined, selected: undefined })
              }
              onClose={closeDetails}
            />
          </Suspense>
        )}
      </div>
      {help && (
        <Suspense>
          <Help onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
