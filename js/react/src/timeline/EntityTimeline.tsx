import '../ui/figures.css'
import '../details/details.css'
import { useId } from 'react'
import type { Activity } from '../client'
import { ChangeTable } from '../details/ChangeTable'
import { flattenChanges } from '../details/changes'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { usePages } from '../state/pages'
import { Badge, Button, Empty, ErrorState, Icon, Loading, Root, Text, Time } from '../ui'
import { day } from '../ui/format'
import './timeline.css'

export interface EntityTimelineProps extends SettingsProps {
  type: string
  id: string
  /** Activities of one page. Default: 50. */
  pageSize?: number
  /** Show the title. Default: true. */
  showHeader?: boolean
  onSelect?: (activity: Activity) => void
}

/** What happened to one entity, newest first, with what changed. */
export function EntityTimeline({
  type,
  id,
  pageSize = 50,
  showHeader = true,
  onSelect,
  ...settings
}: EntityTimelineProps) {
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-timeline">
        <Timeline
          type={type}
          id={id}
          pageSize={pageSize}
          showHeader={showHeader}
          onSelect={onSelect}
        />
      </Root>
    </ActivityProvider>
  )
}

type TimelineProps = Pick<EntityTimelineProps, 'type' | 'id' | 'onSelect'> & {
  pageSize: number
  showHeader: boolean
}

const fields = [
  'source',
  'status',
  'severity',
  'action',
  'actorId',
  'actorName',
  'details',
  'reason',
  'changes',
] as const

function Timeline({ type, id, pageSize, showHeader, onSelect }: TimelineProps) {
  const { client, projectId, timeZone, locale } = useActivity()
  const titleId = useId()
  // Without the title the days are one level below the host's.
  const Day = showHeader ? 'h3' : 'h2'
  const scope = projectId ? { projectId: [projectId] } : {}
  const pages = usePages(`${type}|${id}|${projectId ?? ''}`, (cursor, signal) =>
    client.entity(type, id, { ...scope, cursor, limit: pageSize, fields: [...fields] }, { signal }),
  )
  const days = byDay(pages.items, (activity) =>
    day(Date.parse(activity.occurredAt), timeZone, locale, true),
  )
  return (
    <section aria-labelledby={showHeader ? titleId : undefined}>
      {showHeader && (
        <h2 id={titleId} className="oa-timeline-title">
          <span className="oa-muted">
            <Text value={type} />
          </span>{' '}
          <Text value={id} />
        </h2>
      )}
      {days.map(([name, activities]) => (
        <section key={name} aria-label={name}>
          <Day className="oa-timeline-day">{name}</Day>
          <ol className="oa-timeline-list">
            {activities.map((activity) => (
              <li key={activity.id} data-value={activity.status}>
                <Entry activity={activity} onSelect={onSelect} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      {pages.loading && <Loading lines={4} />}
      {pages.error && <ErrorState error={pages.error} onRetry={pages.more} />}
      {pages.done && pages.items.length === 0 && (
        <Empty title="Nothing happened to it yet">
          <p>Or it happened in a project that can’t be seen from here.</p>
        </Empty>
      )}
      {!pages.loading && !pages.error && !pages.done && (
        <div className="oa-more">
          <Button icon="down" onClick={pages.more}>
            Show older
          </Button>
        </div>
      )}
    </section>
  )
}

function Entry({
  activity,
  onSelect,
}: {
  activity: Activity
  onSelect: TimelineProps['onSelect']
}) {
  const changes = flattenChanges(activity.changes)
  const actor = activity.actorName ?? activity.actorId
  return (
    <>
      <p className="oa-timeline-line">
        {onSelect ? (
          <button type="button" className="oa-link" onClick={() => onSelect(activity)}>
            <Text value={activity.action ?? 'activity'} />
          </button>
        ) : (
          <strong>
            <Text value={activity.action ?? 'activity'} />
          </strong>
        )}
        {activity.status && <Badge kind="status" value={activity.status} />}
        {activity.severity && activity.severity !== 'info' && (
          <Badge kind="severity" value={activity.severity} />
        )}
        <span className="oa-muted">
          {actor && (
            <>
              by <Text value={actor} /> ·{' '}
            </>
          )}
          <Time value={activity.occurredAt} />
        </span>
      </p>
      {activity.details && (
        <p className="oa-muted">
          <Text value={activity.details} />
        </p>
      )}
      {changes.length > 0 && (
        <details className="oa-timeline-changes" open={changes.length <= 3}>
          <summary>
            <Icon name="right" size={12} /> {changes.length}{' '}
            {changes.length === 1 ? 'change' : 'changes'}
          </summary>
          <ChangeTable changes={changes} />
        </details>
      )}
    </>
  )
}

function byDay(
  activities: readonly Activity[],
  nameOf: (activity: Activity) => string,
): [string, Activity[]][] {
  const out: [string, Activity[]][] = []
  for (const activity of activities) {
    const name = nameOf(activity)
    const last = out.at(-1)
    if (last?.[0] === name) last[1].push(activity)
    else out.push([name, [activity]])
  }
  return out
}
