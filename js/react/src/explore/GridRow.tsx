import { memo } from 'react'
import { type Column, cellText, compactParts, compactText } from './columns'
import type { Layout } from './Grid'
import type { ExtraField, Row } from './row'

interface GridRowProps {
  domId: string
  row: Row
  index: number
  top: number
  columns: readonly Column[]
  extra: readonly ExtraField[]
  layout: Layout
  time: (micros: number) => string
  active: boolean
  selected: boolean
  onOpen: (index: number) => void
}

/*
 * The row that is rendered thousands of times while scrolling: each cell is one <bdi>
 * with one text in it, which isolates its direction, too; everything else is CSS. The
 * grid has the focus and the keys, and points to the active row by aria-activedescendant.
 */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, index, layout, time } = props
  return (
    <div
      role="row"
      id={props.domId}
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      className="oa-row"
      data-active={props.active || undefined}
      data-severity={row.severity}
      data-status={row.status}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={() => props.onOpen(index)}
    >
      {layout === 'table'
        ? props.columns.map((column) => (
            <bdi
              role="gridcell"
              key={column.id}
              dir={column.id === 'entity' ? 'ltr' : undefined}
              data-column={column.id}
            >
              {cellText(row, column, props.extra, time)}
            </bdi>
          ))
        : compactParts.map((part) => (
            <bdi role="gridcell" key={part} dir="ltr" data-column={part}>
              {compactText(row, part, time)}
            </bdi>
          ))}
    </div>
  )
})
