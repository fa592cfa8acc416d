import type { ReactNode } from 'react'
import type { ExporterState, Pipeline } from '../client'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { ErrorState, Icon, Loading, Root, Text, Time } from '../ui'
import { count, duration } from '../ui/format'
import {
  exporterVerdict,
  lagVerdict,
  lossVerdict,
  pipelineVerdict,
  queueFill,
  queueVerdict,
  type Verdict,
} from './pipeline'
import { useHealth } from './useHealth'
import { VerdictMark } from './Verdict'
import './health.css'

export interface PipelineHealthProps extends SettingsProps {
  /** Load again so often, in milliseconds; 0 is never. Default: 5 s. */
  refreshInterval?: number
}

/** What became of what was sent, exporter by exporter, and how far behind the store is. */
export function PipelineHealth({ refreshInterval = 5000, ...settings }: PipelineHealthProps) {
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-health">
        <Content refreshMs={refreshInterval} />
      </Root>
    </ActivityProvider>
  )
}

function Content({ refreshMs }: { refreshMs: number }) {
  const { health, pipeline } = useHealth(refreshMs)
  const { data, error, reload } = pipeline
  const down = health.data?.status === 'unavailable' ? health.data : undefined
  return (
    <>
      {down && (
        <Notice verdict="critical" title="The database can’t be reached">
          {down.reason && <Text value={down.reason} />}
        </Notice>
      )}
      {data ? (
        <>
          {error && (
            <Notice verdict="warning" title="These figures are old">
              <Text value={error.message} />
            </Notice>
          )}
          <PipelineView pipeline={data} />
        </>
      ) : error ? (
        <ErrorState error={error} onRetry={reload} />
      ) : (
        <Loading lines={8} />
      )}
    </>
  )
}

const telemetryNotes: Record<Exclude<Pipeline['telemetry'], 'ok'>, readonly [string, string]> = {
  unavailable: [
    'The Collector’s own metrics could not be read',
    'Queues and losses are unknown until they can be; the activities themselves are not affected. See the metrics endpoint in the configuration of activity_api.',
  ],
  off: [
    'The Collector reports no metrics of its own',
    'Turn them on under service.telemetry.metrics to see queues and losses here.',
  ],
}

function PipelineView({ pipeline }: { pipeline: Pipeline }) {
  const note = pipeline.telemetry === 'ok' ? undefined : telemetryNotes[pipeline.telemetry]
  return (
    <>
      <div className="oa-health-head">
        <VerdictMark verdict={pipelineVerdict(pipeline)} />
        <span className="oa-muted">
          as of <Time value={pipeline.asOf} />
        </span>
      </div>
      {note && (
        <Notice verdict="warning" title={note[0]}>
          {note[1]}
        </Notice>
      )}
      <StoreTiles pipeline={pipeline} />
      {pipeline.exporters.map((exporter) => (
        <Exporter key={exporter.name} exporter={exporter} />
      ))}
    </>
  )
}

function StoreTiles({ pipeline }: { pipeline: Pipeline }) {
  const { locale } = useActivity()
  const { lag, lastIngestedAt, rejectedTotal, pendingDeltas } = pipeline
  return (
    <section aria-label="Store" className="oa-panel oa-health-card">
      <h2>Store</h2>
      <dl className="oa-figure-grid">
        <Figure label="Lag" verdict={lagVerdict(lag)} hint="from observed to stored">
          {lag === undefined ? '–' : duration(lag)}
        </Figure>
        <Figure label="Newest activity" hint="when it was stored">
          {lastIngestedAt ? <Time value={lastIngestedAt} relative /> : 'none yet'}
        </Figure>
        <Figure label="Rejected, kept" verdict={lossVerdict(rejectedTotal, 'warning')}>
          {figure(rejectedTotal, locale)}
        </Figure>
        <Figure label="Counts to fold" hint="waiting to be added up">
          {figure(pendingDeltas, locale)}
        </Figure>
      </dl>
    </section>
  )
}

function Exporter({ exporter }: { exporter: ExporterState }) {
  const { locale } = useActivity()
  return (
    <section className="oa-panel oa-health-card" aria-label={exporter.name}>
      <header>
        <h2>
          <Text value={exporter.name} />
        </h2>
        <VerdictMark verdict={exporterVerdict(exporter)} />
      </header>
      <QueueBar exporter={exporter} />
      <dl className="oa-figure-grid">
        <Figure label="Written">{figure(exporter.written, locale)}</Figure>
        <Figure
          label="Refused"
          verdict={lossVerdict(exporter.refused, 'warning')}
          hint="queue full"
        >
          {figure(exporter.refused, locale)}
        </Figure>
        <Figure
          label="Dropped"
          verdict={lossVerdict(exporter.dropped, 'critical')}
          hint="given up after retries"
        >
          {figure(exporter.dropped, locale)}
        </Figure>
        <Figure label="Duplicates" hint="sent again, stored once">
          {figure(exporter.duplicates, locale)}
        </Figure>
        <Figure
          label="Rejected"
          verdict={lossVerdict(exporter.rejected, 'warning')}
          hint="kept for a replay"
        >
          {figure(exporter.rejected, locale)}
        </Figure>
      </dl>
    </section>
  )
}

function QueueBar({ exporter }: { exporter: ExporterState }) {
  const { locale } = useActivity()
  const fill = queueFill(exporter)
  const text =
    exporter.queueSize === undefined
      ? 'unknown'
      : `${count(exporter.queueSize, locale)} of ${figure(exporter.queueCapacity, locale)}`
  return (
    <div className="oa-queue">
      <div className="oa-queue-label">
        <span>Queue</span>
        <span className="oa-muted">{text}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: the bar of a <meter> can't be styled alike everywhere */}
      <div
        className="oa-bar"
        role="meter"
        aria-label="Queue"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((fill ?? 0) * 100)}
        aria-valuetext={text}
        data-verdict={queueVerdict(fill)}
      >
        <span style={{ inlineSize: `${(fill ?? 0) * 100}%` }} />
      </div>
    </div>
  )
}

function Figure({
  label,
  verdict = 'ok',
  hint,
  children,
}: {
  label: string
  verdict?: Verdict
  hint?: string
  children: ReactNode
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-verdict={verdict}>
        {children}
        {hint && <span className="oa-figure-hint">{hint}</span>}
      </dd>
    </div>
  )
}

function Notice({
  verdict,
  title,
  children,
}: {
  verdict: Verdict
  title: string
  children?: ReactNode
}) {
  return (
    <div className="oa-notice" role="status" data-verdict={verdict}>
      <Icon name="warning" />
      <div>
        <strong>{title}</strong>
        <p>{children}</p>
      </div>
    </div>
  )
}

function figure(value: number | undefined, locale: string): string {
  return value === undefined ? '–' : count(value, locale)
}
