import type { MigrationSource } from '../client'
import { useActivity } from '../state/context'
import { Text } from '../ui'
import { bytes, count, duration, shortCount } from '../ui/format'
import { sourceProgress } from './gating'
import { Panel } from './Panel'
import { DifferingCell, ErrorsCell, type Retry } from './Trouble'

interface SourceTableProps {
  sources: readonly MigrationSource[]
  onRetry: Retry
}

const columns = ['Table', '>Size', '>Rows', 'Copied', '>Rows/s', '>Left', '>Differences', 'Errors']

/** A row for each audit table, and how much of it is in the trail. */
export function SourceTable({ sources, onRetry }: SourceTableProps) {
  return (
    <Panel title="Audit tables" hint="the old trail, which is copied" columns={columns}>
      {sources.map((source) => (
        <Row key={source.name} source={source} onRetry={onRetry} />
      ))}
    </Panel>
  )
}

function Row({ source, onRetry }: { source: MigrationSource; onRetry: Retry }) {
  const { locale } = useActivity()
  const { name, shape, rowsDone, rowsTotal, rowsPerSecond, secondsLeft } = source
  const reading = secondsLeft !== undefined
  return (
    <tr>
      <th scope="row">
        <Text className="oa-mono" value={name} />
        {shape && <span className="oa-muted"> {shape}</span>}
      </th>
      <td className="oa-end">{bytes(source.bytes, locale)}</td>
      <td className="oa-end">
        {count(rowsDone, locale)}
        {rowsTotal !== undefined && <span className="oa-muted"> / {count(rowsTotal, locale)}</span>}
      </td>
      <td>
        <Copied source={source} />
      </td>
      <td className="oa-end">
        {reading && rowsPerSecond ? shortCount(rowsPerSecond, locale) : '–'}
      </td>
      <td className="oa-end">{reading ? duration(secondsLeft) : '–'}</td>
      <DifferingCell value={source.differences} />
      <ErrorsCell
        name={name}
        errors={source.errors}
        differing={source.differences}
        onRetry={onRetry}
      />
    </tr>
  )
}

function Copied({ source }: { source: MigrationSource }) {
  const share = sourceProgress(source)
  if (share === undefined) return <span className="oa-muted">size unknown</span>
  const percent = Math.floor(share * 100)
  return (
    <span className="oa-progress">
      <span
        className="oa-bar"
        role="progressbar"
        aria-label={`Rows of ${source.name} copied`}
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
