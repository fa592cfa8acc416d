import type { Metrics, Pipeline } from '../client'
import { pipelineTotals, pipelineVerdict } from '../health/pipeline'
import { VerdictMark } from '../health/Verdict'
import { useActivity } from '../state/context'
import type { Filters } from '../state/filters'
import { count, duration, totalLabel } from '../ui/format'
import { type Change, change, failureRate, pointChange } from './figures'
import { Tile } from './Tile'

interface TilesProps {
  metrics: Metrics
  pipeline: Pipeline | undefined
  onPick?: ((filters: Filters) => void) | undefined
}

/** The figures at the top, each with how it moved against the period before. */
export function Tiles({ metrics, pipeline, onPick }: TilesProps) {
  const { locale } = useActivity()
  const { summary, previous, durations, distinctActors } = metrics
  // Against a period without any activity every figure would be news.
  const compared = previous.total > 0
  const total = compared ? change(summary.total, previous.total) : none
  const critical = compared ? change(summary.critical, previous.critical) : none
  const rate = failureRate(summary)
  const points = pointChange(rate, failureRate(previous))
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
  const pick = (filters: Filters) => onPick && (() => onPick(filters))
  return (
    <div className="oa-tiles">
      <Tile
        label="Activities"
        value={count(summary.total, locale)}
        trend={total.trend}
        change={changeLabel(total, locale)}
        onPick={pick({})}
      />
      <Tile
        label="Failure rate"
        value={rate === undefined ? '–' : percent.format(rate)}
        trend={pointTrend(points)}
        change={pointLabel(points, locale)}
        up="bad"
        note={`${count(summary.failures, locale)} failed`}
        onPick={pick({ status: ['failure'] })}
      />
      <Tile
        label="Critical"
        value={count(summary.critical, locale)}
        trend={critical.trend}
        change={changeLabel(critical, locale)}
        up="bad"
        onPick={pick({ severity: ['critical'] })}
      />
      {durations && (
        <Tile
          label="Duration, p95"
          value={duration(durations.p95)}
          note={`median ${duration(durations.p50)}, p99 ${duration(durations.p99)}`}
        />
      )}
      {distinctActors && (
        <Tile
          label="Distinct actors"
          value={totalLabel(distinctActors, locale)}
          note="in this window"
        />
      )}
      {pipeline && <PipelineTile pipeline={pipeline} />}
    </div>
  )
}

const none: Change = { trend: 'none' }

function PipelineTile({ pipeline }: { pipeline: Pipeline }) {
  const { locale } = useActivity()
  const { queueSize, dropped } = pipelineTotals(pipeline)
  const parts = [
    queueSize === undefined ? undefined : `${count(queueSize, locale)} queued`,
    dropped === undefined ? undefined : `${count(dropped, locale)} dropped`,
    pipeline.lag === undefined ? undefined : `${duration(pipeline.lag)} behind`,
  ].filter((part) => part !== undefined)
  return (
    <Tile
      label="Pipeline"
      value={<VerdictMark verdict={pipelineVerdict(pipeline)} />}
      note={parts.length > 0 ? parts.join(' · ') : 'its own figures are not available'}
    />
  )
}

function changeLabel({ trend, share }: Change, locale: string): string | undefined {
  if (trend === 'none') return undefined
  if (share === undefined) return 'none before'
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
  })
  return format.format(share)
}

function pointTrend(points: number | undefined) {
  if (points === undefined) return undefined
  return points > 0 ? 'up' : points < 0 ? 'down' : 'flat'
}

function pointLabel(points: number | undefined, locale: string): string | undefined {
  if (points === undefined) return undefined
  const format = new Intl.NumberFormat(locale, {
    signDisplay: 'exceptZero',
    maximumFractionDigits: 2,
  })
  return `${format.format(points)} points`
}
