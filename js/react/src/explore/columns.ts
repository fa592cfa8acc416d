import { visible } from '../ui/visible'
import { type ExtraField, extraFields, type Row } from './row'

export interface Column {
  id: string
  label: string
  /** A share of the width, as in CSS grid. */
  width: string
  extra?: ExtraField
}

const basic: readonly Column[] = [
  { id: 'time', label: 'Time', width: '168px' },
  { id: 'severity', label: 'Severity', width: '84px' },
  { id: 'status', label: 'Status', width: '92px' },
  { id: 'source', label: 'Source', width: '92px' },
  { id: 'action', label: 'Action', width: 'minmax(110px, 1.1fr)' },
  { id: 'actor', label: 'Actor', width: 'minmax(90px, 0.9fr)' },
  { id: 'entity', label: 'Entity', width: 'minmax(120px, 1.2fr)' },
  { id: 'details', label: 'Details', width: 'minmax(120px, 2fr)' },
]

const extraLabels: Record<ExtraField, string> = {
  projectId: 'Project',
  serviceName: 'Service',
  environment: 'Environment',
  reason: 'Reason',
  operationId: 'Operation',
  traceId: 'Trace',
}

export const allColumns: readonly Column[] = [
  ...basic,
  ...extraFields.map((field) => ({
    id: field,
    label: extraLabels[field],
    width: 'minmax(90px, 1fr)',
    extra: field,
  })),
]

export const defaultColumns: readonly string[] = basic.map((column) => column.id)

/** The columns with these ids, in the order of all; the default when there is none. */
export function columnsOf(ids: readonly string[] | undefined): readonly Column[] {
  const chosen = allColumns.filter((column) => ids?.includes(column.id))
  return chosen.length > 0 ? chosen : basic
}

export function extraOf(columns: readonly Column[]): ExtraField[] {
  return columns.flatMap((column) => (column.extra ? [column.extra] : []))
}

/** Keeps a part's direction from turning what stands beside it; after escaping, or it would be shown. */
function isolated(text: string): string {
  return `\u2068${visible(text)}\u2069`
}

function entityText(row: Row): string {
  return [row.entityType, row.entity].filter(Boolean).map(isolated).join(' ')
}

/** A cell's text, ready to be shown. */
export function cellText(
  row: Row,
  column: Column,
  extra: readonly ExtraField[],
  time: (micros: number) => string,
): string {
  if (column.extra) return visible(row.extra[extra.indexOf(column.extra)] ?? '')
  switch (column.id) {
    case 'time':
      return time(row.time)
    case 'entity':
      return entityText(row)
    default:
      return visible(String(row[column.id as keyof Row] ?? ''))
  }
}

/** What compact rows and cards show instead of columns. */
export const compactParts = ['time', 'action', 'subject', 'details'] as const

export function compactText(
  row: Row,
  part: (typeof compactParts)[number],
  time: (micros: number) => string,
): string {
  switch (part) {
    case 'time':
      return time(row.time)
    case 'action':
      return row.status === 'success' || row.status === ''
        ? visible(row.action)
        : `${isolated(row.action)} · ${isolated(row.status)}`
    case 'subject':
      return [row.actor && isolated(row.actor), entityText(row)].filter(Boolean).join(' → ')
    case 'details':
      return visible(row.details)
  }
}
