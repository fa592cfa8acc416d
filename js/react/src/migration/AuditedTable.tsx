import type { MigrationTable } from '../client'
import { useActivity } from '../state/context'
import { Text, Time } from '../ui'
import { count, duration } from '../ui/format'
import { Panel } from './Panel'
import { DifferingCell, ErrorsCell, type Retry } from './Trouble'

interface AuditedTableProps {
  tables: readonly MigrationTable[]
  onRetry: Retry
}

const columns = [
  'Table',
  'Recorded by',
  'Since',
  '>Compared',
  '>Mismatches',
  '>Longest lock',
  'Errors',
]

/** A row for each table of the application, and who records its changes. */
export function AuditedTable({ tables, onRetry }: AuditedTableProps) {
  return (
    <Panel
      title="Audited tables"
      hint="the application’s, handed over one by one"
      columns={columns}
    >
      {tables.map((table) => (
        <Row key={table.table} table={table} onRetry={onRetry} />
      ))}
    </Panel>
  )
}

function Row({ table, onRetry }: { table: MigrationTable; onRetry: Retry }) {
  const { locale } = useActivity()
  const { recorder, fencedAt, compared, mismatches, lockMs } = table
  return (
    <tr>
      <th scope="row">
        <Text className="oa-mono" value={table.table} />
        <span className="oa-muted">
          {' → '}
          <Text value={table.source} />
        </span>
      </th>
      <td>
        <span className="oa-recorder" data-recorder={recorder}>
          {recorder === 'log' ? 'the log' : 'triggers'}
        </span>
      </td>
      <td>{fencedAt ? <Time value={fencedAt} relative /> : '–'}</td>
      <td className="oa-end">{count(compared, locale)}</td>
      <DifferingCell value={mismatches} />
      <td className="oa-end">{lockMs === undefined ? '–' : duration(lockMs / 1000)}</td>
      <ErrorsCell
        name={table.table}
        errors={table.errors}
        differing={mismatches}
        onRetry={onRetry}
      />
    </tr>
  )
}
