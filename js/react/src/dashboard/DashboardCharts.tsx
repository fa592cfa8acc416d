import type { Metrics } from '../client'
import { useActivity } from '../state/context'
import type { Filters } from '../state/filters'
import { useResource } from '../state/resource'
import { instant, type TimeRange } from '../state/time'
import { Empty, ErrorState, Loading, Time } from '../ui'
import { count } from '../ui/format'
import { timeName } from './axis'
import { ChartCard } from './ChartCard'
import { HeatMap } from './HeatMap'
import { HeatTable } from './HeatTable'
import { heatGrid, offsetHours } from './heat'
import { Legend } from './Legend'
import {
  actionRows,
  bucketRows,
  dayRows,
  type StackRow,
  severities,
  sourceRows,
  statuses,
} from './rows'
import { StackChart } from './StackChart'
import { StackTable } from './StackTable'
import { Tiles } from './Tiles'

export interface DashboardProps {
  range: TimeRange
  refreshMs: number
  onFilter?: ((filters: Filters, range?: TimeRange) => void) | undefined
}

// A bar a day says nothing about a day or two.
const hourlyUpToMs = 3 * 86_400_000

/** The charts and what they show; a module of its own, so that Recharts is loaded with it and not before. */
export default function Dashboard({ range, refreshMs, onFilter }: DashboardProps) {
  const { client, projectId } = useActivity()
  const scope = projectId ? { projectId: [projectId] } : {}
  const query = { ...scope, ...range }
  const key = JSON.stringify(query)
  const metrics = useResource(key, (signal) => client.metrics(query, { signal }), { refreshMs })
  const pipeline = useResource('pipeline', (signal) => client.pipeline({ signal }), { refreshMs })
  const hourly = spanOf(range) <= hourlyUpToMs
  const histogram = useResource(
    hourly ? key : null,
    (signal) => client.histogram({ ...query, buckets: 48, by: 'severity' }, { signal }),
    { refreshMs },
  )

  const { data, error, reload } = metrics
  if (!data) {
    return error ? <ErrorState error={error} onRetry={reload} /> : <Loading lines={12} />
  }
  return (
    <>
      <Tiles
        metrics={data}
        pipeline={pipeline.data}
        onPick={onFilter && ((filters) => onFilter(filters, range))}
      />
      <p className="oa-asof oa-muted" role="status">
        {error ? 'Could not be brought up to date; ' : ''}as of <Time value={data.asOf} relative />,
        compared with the period of the same length before
      </p>
      {data.summary.total === 0 ? (
        <Empty title="No activities in this time">
          <p>Choose a longer time, or another project.</p>
        </Empty>
      ) : (
        <div className="oa-cards">
          <OverTime
            rows={hourly && histogram.data ? bucketRows(histogram.data) : dayRows(data)}
            hourly={hourly && histogram.data !== undefined}
            onFilter={onFilter}
          />
          <TopActions metrics={data} range={range} onFilter={onFilter} />
          <Outcomes metrics={data} range={range} onFilter={onFilter} />
          <Week metrics={data} />
        </div>
      )}
    </>
  )
}

function spanOf(range: TimeRange): number {
  const now = Date.now()
  return (instant(range.to, now) ?? now) - (instant(range.from, now) ?? 0)
}

type OnFilter = DashboardProps['onFilter']

function OverTime({
  rows,
  hourly,
  onFilter,
}: {
  rows: readonly StackRow[]
  hourly: boolean
  onFilter: OnFilter
}) {
  const { timeZone, locale } = useActivity()
  const title = hourly ? 'Over time by severity' : 'Per day by severity'
  const nameOf = (row: StackRow) => timeName(row, timeZone, locale)
  const open = (row: StackRow, filters: Filters) =>
    row.from && onFilter?.(filters, { from: row.from, to: row.to })
  return (
    <ChartCard
      title={title}
      className="oa-card-wide"
      note={hourly ? timeZone : 'days in UTC'}
      chart={
        <>
          <StackChart
            label={`${title}; the figures are in the table`}
            rows={rows}
            series={severities}
            nameOf={nameOf}
            height={240}
            onPick={onFilter && ((row, series) => open(row, { severity: [series] }))}
          />
          <Legend series={severities} />
        </>
      }
      table={
        <StackTable
          caption={title}
          keyLabel={hourly ? 'From' : 'Day'}
          series={severities}
          rows={rows}
          nameOf={nameOf}
          onPick={onFilter && ((row) => open(row, {}))}
        />
      }
    />
  )
}

interface PartProps {
  metrics: Metrics
  range: TimeRange
  onFilter: OnFilter
}

const actionSeries = ['other', 'failure'] as const

function TopActions({ metrics, range, onFilter }: PartProps) {
  const rows = actionRows(metrics)
  const nameOf = (row: StackRow) => row.key
  const open = (row: StackRow, filters: Filters) =>
    onFilter?.({ ...filters, action: [row.key] }, range)
  return (
    <ChartCard
      title="Top actions"
      chart={
        <>
          <StackChart
            label="Top actions; the figures are in the table"
            layout="lying"
            rows={rows}
            series={actionSeries}
            nameOf={nameOf}
            nameWidth={150}
            height={Math.max(120, rows.length * 26 + 28)}
            onPick={
              onFilter &&
              ((row, series) => open(row, series === 'failure' ? { status: ['failure'] } : {}))
            }
          />
          <Legend series={actionSeries} />
        </>
      }
      table={
        <StackTable
          caption="Top actions"
          keyLabel="Action"
          series={actionSeries}
          rows={rows}
          nameOf={nameOf}
          onPick={onFilter && ((row) => open(row, {}))}
        />
      }
    />
  )
}

function Outcomes({ metrics, range, onFilter }: PartProps) {
  const rows = sourceRows(metrics)
  const nameOf = (row: StackRow) => row.key
  const open = (row: StackRow, filters: Filters) =>
    onFilter?.({ ...filters, source: [row.key] }, range)
  return (
    <ChartCard
      title="Outcome by source"
      chart={
        <>
          <StackChart
            label="Outcome by source; the figures are in the table"
            layout="lying"
            rows={rows}
            series={statuses}
            nameOf={nameOf}
            nameWidth={86}
            height={Math.max(120, rows.length * 36 + 28)}
            onPick={onFilter && ((row, series) => open(row, { status: [series] }))}
          />
          <Legend series={statuses} />
        </>
      }
      table={
        <StackTable
          caption="Outcome by source"
          keyLabel="Source"
          series={statuses}
          rows={rows}
          nameOf={nameOf}
          onPick={onFilter && ((row) => open(row, {}))}
        />
      }
    />
  )
}

function Week({ metrics }: { metrics: Metrics }) {
  const { timeZone, locale } = useActivity()
  const grid = heatGrid(metrics.heat, offsetHours(timeZone, new Date(metrics.to)))
  return (
    <ChartCard
      title="Heat of the week"
      className="oa-card-wide"
      note={timeZone}
      chart={<HeatMap grid={grid} format={(value) => count(value, locale)} />}
      table={<HeatTable grid={grid} />}
    />
  )
}
