import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type RefObject, useCallback, useEffect, useId, useMemo } from 'react'
import { useActivity } from '../state/context'
import { ago, clock, day } from '../ui/format'
import { type Column, extraOf } from './columns'
import { GridRow } from './GridRow'
import type { ListState } from './list'

export type Layout = 'table' | 'compact' | 'cards'

/** The head stays above the rows; cards have none. */
const headHeight = 30
const rowHeights: Record<Layout, number> = { table: 32, compact: 28, cards: 60 }
/** So many rows before the end the next page is asked for. */
const prefetch = 150

/** How many elements more when there are too few; a step, so that a window's size hardly matters. */
const poolStep = 32

interface GridProps {
  list: ListState
  scroller: RefObject<HTMLDivElement | null>
  columns: readonly Column[]
  layout: Layout
  relative: boolean
  /** Index of the active row, -1 for none. */
  active: number
  /** Id of the row whose details are open. */
  selectedId: string | undefined
  onOpen: (index: number) => void
  onMore: () => void
  /** Whether the list stands at its top. */
  onTop: (top: boolean) => void
  footer: ReactNode
  /** Tells how many rows fit, for paging by keys. */
  onPageSize: (rows: number) => void
}

export function Grid(props: GridProps) {
  const { list, scroller, columns, layout, relative, active, onMore, onTop, onPageSize } = props
  const { timeZone, locale } = useActivity()
  const id = useId()
  const height = rowHeights[layout]
  const margin = layout === 'cards' ? 0 : headHeight
  const rows = list.rows

  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range)
      // The active row stays rendered, so that aria-activedescendant always points to something.
      if (active < 0 || active >= range.count || shown.includes(active)) return shown
      return active < (shown[0] ?? 0) ? [active, ...shown] : [...shown, active]
    },
    [active],
  )
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: margin,
    scrollPaddingStart: margin,
    rangeExtractor,
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows' height changes with the layout
  useEffect(() => virtualizer.measure(), [height])

  useEffect(() => {
    if (active >= 0) virtualizer.scrollToIndex(active, { align: 'auto' })
  }, [active, virtualizer])

  const onScroll = () => {
    const element = scroller.current
    if (element) onTop(element.scrollTop < height)
  }

  const items = virtualizer.getVirtualItems()
  // Rows that leave give their elements to those that enter; text changes are cheaper than both.
  const pool = Math.ceil((items.length + 1) / poolStep) * poolStep
  const aside = asideOf(items)
  const last = items.at(-1)?.index ?? 0
  const wantsMore = list.hasMore && !list.loading && !list.error && !list.searchedTo
  useEffect(() => {
    if (wantsMore && last > rows.length - prefetch) onMore()
  }, [wantsMore, last, rows.length, onMore])

  const viewport = virtualizer.scrollRect?.height ?? 0
  useEffect(() => {
    if (viewport > 0) onPageSize(Math.max(1, Math.floor(viewport / height) - 1))
  }, [viewport, height, onPageSize])

  const time = useMemo(() => {
    if (relative) return (micros: number) => ago(micros / 1000, Date.now(), locale)
    // Cards have no room for milliseconds.
    const digits = layout === 'cards' ? 8 : 12
    return (micros: number) =>
      `${day(micros / 1000, timeZone, locale)} ${clock(micros / 1000, timeZone).slice(0, digits)}`
  }, [relative, timeZone, locale, layout])

  const extra = useMemo(() => extraOf(columns), [columns])
  const shown = active >= 0 && active < rows.length
  const template = columns.map((column) => column.width).join(' ')

  return (
    <div className="oa-grid" data-layout={layout} style={{ '--oa-columns': template } as object}>
      <div ref={scroller} className="oa-grid-scroller" data-oa-grid="" onScroll={onScroll}>
        <div
          role="grid"
          aria-label="Activities"
          aria-rowcount={list.hasMore ? -1 : rows.length + 1}
          aria-colcount={layout === 'table' ? columns.length : 4}
          aria-activedescendant={shown ? `${id}-${active}` : undefined}
          aria-busy={list.loading !== undefined}
          tabIndex={0}
        >
          <Head layout={layout} columns={columns} timeZone={timeZone} />
          <div
            role="rowgroup"
            className="oa-grid-body"
            style={{ height: virtualizer.getTotalSize() }}
          >
            {items.map((item) => {
              const row = rows[item.index]
              return (
                row && (
                  <GridRow
                    key={aside === item.index ? 'active' : item.index % pool}
                    domId={`${id}-${item.index}`}
                    row={row}
                    index={item.index}
                    top={item.start - margin}
                    columns={columns}
                    extra={extra}
                    layout={layout}
                    time={time}
                    active={item.index === active}
                    selected={row.id === props.selectedId}
                    onOpen={props.onOpen}
                  />
                )
              )
            })}
          </div>
        </div>
        {props.footer}
      </div>
    </div>
  )
}

/** The one row that is rendered apart from the others, because it is the active one. */
function asideOf(items: readonly { index: number }[]): number | undefined {
  const [first, second] = items
  if (first && second && second.index - first.index > 1) return first.index
  const [before, last] = items.slice(-2)
  return before && last && last.index - before.index > 1 ? last.index : undefined
}

interface HeadProps {
  layout: Layout
  columns: readonly Column[]
  timeZone: string
}

function Head({ layout, columns, timeZone }: HeadProps) {
  const labels =
    layout === 'table'
      ? columns.map((column) => (column.id === 'time' ? `Time (${timeZone})` : column.label))
      : ['Time', 'Action', 'Actor → Entity', 'Details']
  return (
    <div role="rowgroup" className="oa-grid-head">
      <div role="row" aria-rowindex={1} className="oa-row oa-row-head">
        {labels.map((label) => (
          <span role="columnheader" key={label}>
            {label}
          </span>
        ))}
      </div>
    </div>
  )
}
