import type { ExporterState, Pipeline } from '../client'

export type Verdict = 'ok' | 'warning' | 'critical' | 'unknown'

const order: readonly Verdict[] = ['unknown', 'ok', 'warning', 'critical']

/** The worst of some verdicts; what is unknown doesn't outweigh what is known. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>(
    (a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a),
    'unknown',
  )
}

/** How full a queue is, 0 to 1; undefined when the exporter has none or doesn't tell. */
export function queueFill(exporter: ExporterState): number | undefined {
  const { queueSize, queueCapacity } = exporter
  if (queueSize === undefined || !queueCapacity) return undefined
  return Math.min(1, queueSize / queueCapacity)
}

/** Half full still has room for a burst; from 85 % on the next one may be refused. */
export function queueVerdict(fill: number | undefined): Verdict {
  if (fill === undefined) return 'unknown'
  if (fill >= 0.85) return 'critical'
  return fill >= 0.5 ? 'warning' : 'ok'
}

/** A count of what was lost is bad as soon as it isn't 0. */
export function lossVerdict(count: number | undefined, loss: Verdict): Verdict {
  if (count === undefined) return 'unknown'
  return count > 0 ? loss : 'ok'
}

export function lagVerdict(seconds: number | undefined): Verdict {
  if (seconds === undefined) return 'unknown'
  if (seconds >= 60) return 'critical'
  return seconds >= 10 ? 'warning' : 'ok'
}

export function exporterVerdict(exporter: ExporterState): Verdict {
  return worst([
    queueVerdict(queueFill(exporter)),
    lossVerdict(exporter.dropped, 'critical'),
    lossVerdict(exporter.refused, 'warning'),
    lossVerdict(exporter.rejected, 'warning'),
  ])
}

/** Nothing is called healthy whose queues and losses can't be seen. */
export function pipelineVerdict(pipeline: Pipeline): Verdict {
  const verdict = worst([lagVerdict(pipeline.lag), ...pipeline.exporters.map(exporterVerdict)])
  return verdict === 'ok' && pipeline.telemetry !== 'ok' ? 'unknown' : verdict
}

export interface PipelineTotals {
  queueSize?: number | undefined
  queueCapacity?: number | undefined
  refused?: number | undefined
  dropped?: number | undefined
}

/** All exporters together. A figure that no exporter tells stays unknown, it isn't 0. */
export function pipelineTotals(pipeline: Pipeline): PipelineTotals {
  const sum = (of: (exporter: ExporterState) => number | undefined): number | undefined =>
    pipeline.exporters.reduce<number | undefined>((total, exporter) => {
      const value = of(exporter)
      return value === undefined ? total : (total ?? 0) + value
    }, undefined)
  return {
    queueSize: sum((e) => e.queueSize),
    queueCapacity: sum((e) => e.queueCapacity),
    refused: sum((e) => e.refused),
    dropped: sum((e) => e.dropped),
  }
}
