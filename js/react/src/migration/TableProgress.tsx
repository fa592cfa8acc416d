import type { MigrationTable } from '../client'
import { useActivity } from '../state/context'
import { Text } from '../ui'
import { count, duration, shortCount } from '../ui/format'
import { tableProgress } from './gating'

/** A row for each table that is migrated. */
export function TableProgress({ tables }: { tables: readonly MigrationTable[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="oa-panel oa-scroll-x" aria-label="Tables" tabIndex={0}>
      <table className="oa-table">
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col" className="oa-end">
              Rows
            </th>
            <th scope="col">Done</th>
            <th scope="col" className="oa-end">
              Rows/s
            </th>
            <th scope="col" className="oa-end">
              Left
            </th>
            <th scope="col" className="oa-end">
              Lag
            </th>
            <th scope="col" className="oa-end">
              Mismatches
            </th>
            <th scope="col">Errors</th>
          </tr>
        </thead>
        <tbody>
          {tables.map((table) => (
            <Row key={table.table} table={table} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ table }: { table: MigrationTable }) {
  const { locale } = useActivity()
  const { rowsTotal, rowsPerSecond, secondsLeft, lagBytes, mismatches, errors } = table
  return (
    <tr>
      <th scope="row">
        <Text className="oa-mono" value={table.table} />
        {table.phase && <span className="oa-muted"> {table.phase}</span>}
      </th>
      <td className="oa-end">
        {count(table.rowsDone, locale)}
        {rowsTotal !== undefined && <span className="oa-muted"> / {count(rowsTotal, locale)}</span>}
      </td>
      <td>
        <Done table={table} />
      </td>
      <td className="oa-end">{rowsPerSecond ? shortCount(rowsPerSecond, locale) : '–'}</td>
      <td className="oa-end">{secondsLeft === undefined ? '–' : duration(secondsLeft)}</td>
      <td className="oa-end">{lagBytes === undefined ? '–' : bytes(lagBytes, locale)}</td>
      <td className="oa-end" data-verdict={mismatches > 0 ? 'critical' : 'ok'}>
        {count(mismatches, locale)}
      </td>
      <td className="oa-cell-wide" data-verdict={errors.length > 0 ? 'critical' : 'ok'}>
        {errors.length === 0 ? 'none' : <Text value={errors.join('; ')} />}
      </td>
    </tr>
  )
}

function Done({ table }: { table: MigrationTable }) {
  const share = tableProgress(table)
  if (share === undefined) return <span className="oa-muted">size unknown</span>
  const percent = Math.floor(share * 100)
  return (
    <span className="oa-progress">
      <span
        className="oa-bar"
        role="progressbar"
        aria-label="Rows done"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
      {percent} %
    </span>
  )
}

function bytes(value: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'byte',
    unitDisplay: 'narrow',
    notation: 'compact',
    maximumFractionDigits: 1,
  })
  return format.format(value)
}
