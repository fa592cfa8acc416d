import type { Histogram, Metrics } from '../client'
import { fillDays } from './figures'

export const severities = ['info', 'notice', 'warning', 'critical'] as const
export const statuses = ['success', 'pending', 'unknown', 'canceled', 'failure'] as const
export const sources = ['user', 'system', 'integration', 'database', 'scheduled'] as const

/** One bar of a stacked chart, with the filter that a click on it stands for. */
export interface StackRow {
  readonly key: string
  readonly total: number
  readonly counts: Readonly<Record<string, number>>
  readonly from?: string
  readonly to?: string
}

export function dayRows(metrics: Pick<Metrics, 'daily' | 'from' | 'to'>): readonly StackRow[] {
  const empty = (day: string): Metrics['daily'][number] => ({
    day,
    total: 0,
    failures: 0,
    bySeverity: {},
  })
  return fillDays(metrics.daily, metrics.from, metrics.to, empty).map((day) => {
    const start = Date.parse(`${day.day}T00:00:00Z`)
    return {
      key: day.day,
      total: day.total,
      counts: day.bySeverity,
      from: new Date(start).toISOString(),
      to: new Date(start + 86_400_000).toISOString(),
    }
  })
}

/** The same from a histogram, for windows in which a bar a day would say too little. */
export function bucketRows(histogram: Histogram): readonly StackRow[] {
  return histogram.buckets.map((bucket) => {
    const start = Date.parse(bucket.start)
    return {
      key: bucket.start,
      total: Object.values(bucket.counts).reduce((sum, count) => sum + count, 0),
      counts: bucket.counts,
      from: new Date(start).toISOString(),
      to: new Date(start + histogram.width * 1000).toISOString(),
    }
  })
}

/** Outcomes by source, in the order of the convention; a source without any activity is left out. */
export function sourceRows(metrics: Pick<Metrics, 'bySource'>): readonly StackRow[] {
  const bySource = new Map(metrics.bySource.map((entry) => [entry.source, entry.byStatus]))
  return sources.flatMap((source) => {
    const counts = bySource.get(source)
    const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
    return counts && total > 0 ? [{ key: source, total, counts }] : []
  })
}

export function actionRows(metrics: Pick<Metrics, 'topActions'>): readonly StackRow[] {
  return metrics.topActions.map(({ action, total, failures }) => ({
    key: action,
    total,
    counts: { other: total - failures, failure: failures },
  }))
}
