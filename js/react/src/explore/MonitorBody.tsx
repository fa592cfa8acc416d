import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ActivityClient } from '../client'
import { useActivity } from '../state/context'
import { isEmpty, toQuery } from '../state/filters'
import { useResource } from '../state/resource'
import { Button } from '../ui/Button'
import { count } from '../ui/format'
import { Time } from '../ui/Time'
import { useWidth } from './canvas'
import { columnsOf } from './columns'
import { Facets } from './Facets'
import { Grid, type Layout } from './Grid'
import { Histogram } from './Histogram'
import { ListFooter } from './ListFooter'
import { Help, SelectedDetails } from './lazy'
import { formatMicros } from './row'
import { Summary } from './Summary'
import { Toolbar } from './Toolbar'
import { useActiveRow } from './useActiveRow'
import { useActivityList } from './useActivityList'
import type { ChangeState, MonitorState } from './useExploreState'
import { useFacets } from './useFacets'
import { useKept } from './useKept'
import { useKeys } from './useKeys'
import { useLive } from './useLive'

/** Below, rows are cards and facets a drawer. */
const narrow = 640
const facetsBeside = 960
/** How often the counts are renewed while live. */
const liveRefreshMs = 10_000
const bucketWidth = 7

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

export function MonitorBody(props: MonitorBodyProps) {
  const { state, change, onSelect } = props
  const { client, projectId, locale } = useActivity()
  const box = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const pageSize = useRef(10)
  const width = useWidth(box)
  const columns = useMemo(() => columnsOf(state.columns), [state.columns])
  const [list, listState] = useActivityList(state, columns)
  const active = useActiveRow(list, listState)
  const live = useLive(list, state.live, scroller)
  const [help, setHelp] = useState(false)
  const [drawer, setDrawer] = useState(false)
  const [copied, setCopied] = useState(false)
  const refreshMs = state.live ? liveRefreshMs : props.refreshMs

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [list])

  useEffect(() => {
    if (props.refreshMs <= 0 || state.live) return
    const timer = setInterval(() => !document.hidden && list.load(), props.refreshMs)
    return () => clearInterval(timer)
  }, [list, props.refreshMs, state.live])

  const query = { ...toQuery(state.filters, projectId), ...state.range }
  const buckets = Math.max(20, Math.min(240, Math.floor(width / bucketWidth)))
  const wide = props.header && width > 0
  const histogram = useResource(
    wide ? JSON.stringify([client.root, query, buckets]) : null,
    (signal) => client.histogram({ ...query, buckets, by: 'severity' }, { signal }),
    { refreshMs },
  )
  const shownHistogram = useKept(histogram.data)
  const more = useCallback(() => list.more(), [list])
  const setPageSize = useCallback((rows: number) => {
    pageSize.current = rows
  }, [])
  const facets = useFacets(state.filters, state.range, refreshMs, props.facets)
  const shownFacets = useKept(facets.loaded ? facets.facets : undefined) ?? facets.facets

  const open = useCallback(
    (index: number) => {
      const row = active.moveTo(index)
      if (!row) return
      live.pause()
      const at = formatMicros(row.time)
      onSelect?.({ id: row.id, occurredAt: at })
      if (props.details)
        change({ selected: { id: row.id, at } }, { replace: state.selected !== undefined })
    },
    [active.moveTo, live.pause, onSelect, props.details, change, state.selected],
  )

  const go = (to: number) => {
    focusRows(scroller.current)
    live.pause()
    if (state.selected) open(to)
    else active.moveTo(to)
  }
  const last = listState.rows.length - 1
  const down = () => go(active.index + 1)
  const up = () => go(active.index < 0 ? 0 : active.index - 1)

  const pageDown = () => go(Math.max(0, active.index) + pageSize.current)
  const pageUp = () => go(Math.max(0, active.index) - pageSize.current)
  const home = () => go(0)
  const end = () => go(last)
  const enter = () => open(Math.max(0, active.index))

  const toggleLive = () =>
    change(
      state.live
        ? { live: false }
        : {
            live: true,
            jump: undefined,
            range: state.range.to ? { from: '1h' } : state.range,
          },
    )

  const copy = () => {
    const row = listState.rows[active.index]
    const chosen = row ? { id: row.id, at: formatMicros(row.time) } : state.selected
    if (!chosen) return
    navigator.clipboard?.writeText(linkTo(client, chosen.id, chosen.at)).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2500)
    return () => clearTimeout(timer)
  }, [copied])

  const close = () => {
    if (drawer) setDrawer(false)
    else if (state.selected) change({ selected: undefined })
    else active.clear()
  }

  const onKeyDown = useKeys(props.inUrl, {
    j: down,
    ArrowDown: down,
    k: up,
    ArrowUp: up,
    PageDown: pageDown,
    PageUp: pageUp,
    Home: home,
    End: end,
    Enter: enter,
    Escape: close,
    '/': () => search.current?.focus(),
    l: toggleLive,
    ' ': state.live ? () => (live.paused ? live.resume() : live.pause()) : undefined,
    c: copy,
    '?': () => setHelp(true),
  })

  const layout: Layout = width > 0 && width < narrow ? 'cards' : state.compact ? 'compact' : 'table'
  const facetsFit = width >= facetsBeside
  const showFacets = props.facets && (facetsFit || drawer)
  const retry = () => {
    list.load()
    histogram.reload()
  }

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
            onLeaveSearch={() => focusRows(scroller.current)}
            onLive={toggleLive}
            onHelp={() => setHelp(true)}
          />
          <Summary list={listState} live={state.live} paused={live.paused} />
          <Histogram
            data={shownHistogram}
            onSelect={(from, to) =>
              change({
                range: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
                jump: undefined,
                live: false,
              })
            }
            onJump={(time) => change({ jump: new Date(time).toISOString(), live: false })}
          />
        </header>
      )}
      <div className="oa-explore-body">
        {showFacets && (
          <div className="oa-facets-box" data-drawer={!facetsFit || undefined}>
            <Facets
              facets={shownFacets}
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
            scroller={scroller}
            columns={columns}
            layout={layout}
            relative={state.relative}
            active={active.index}
            selectedId={state.selected?.id}
            onOpen={open}
            onMore={more}
            onTop={live.onTop}
            onPageSize={setPageSize}
            footer={
              <ListFooter
                list={listState}
                live={state.live}
                filtered={!isEmpty(state.filters)}
                onRetry={retry}
                onMore={more}
                onClear={() => change({ filters: {} })}
                onWiden={() => change({ range: { from: '30d' }, jump: undefined })}
              />
            }
          />
          {live.paused && (
            <Button variant="primary" className="oa-resume" onClick={live.resume}>
              {count(listState.waiting, locale)} new · Resume
            </Button>
          )}
          <div className="oa-toast" role="status">
            {copied && <span>Link copied</span>}
          </div>
        </div>
        {props.details && state.selected && (
          <Suspense>
            <SelectedDetails
              id={state.selected.id}
              at={state.selected.at}
              shareUrl={(activity) => linkTo(client, activity.id, activity.occurredAt)}
              onSelect={({ id, occurredAt }) => change({ selected: { id, at: occurredAt } })}
              onFilter={(filters, range = state.range) =>
                change({ filters, range, jump: undefined, selected: undefined })
              }
              onClose={() => {
                change({ selected: undefined })
                focusRows(scroller.current)
              }}
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

/** The page of the server that the client talks to, with this activity open. */
function linkTo(client: ActivityClient, id: string, at: string): string {
  const page = new URL(client.root.replace(/api\/v1$/, ''))
  page.search = new URLSearchParams({ id, at }).toString()
  return page.href
}

function focusRows(scroller: HTMLElement | null) {
  scroller?.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
}
