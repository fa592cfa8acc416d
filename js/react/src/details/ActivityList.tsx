import type { Activity } from '../client'
import { useActivity } from '../state/context'
import { Badge, Text } from '../ui'
import { clock, day, fullTime } from '../ui/format'

interface ActivityListProps {
  label: string
  activities: readonly Activity[]
  /** The one that the others are shown around. */
  currentId?: string | undefined
  onSelect?: ((activity: Activity) => void) | undefined
}

/** A short list of activities, a line each. */
export function ActivityList({ label, activities, currentId, onSelect }: ActivityListProps) {
  return (
    <ol className="oa-mini-list" aria-label={label}>
      {activities.map((activity) => (
        <li key={activity.id}>
          <Line activity={activity} current={activity.id === currentId} onSelect={onSelect} />
        </li>
      ))}
    </ol>
  )
}

function Line({
  activity,
  current,
  onSelect,
}: {
  activity: Activity
  current: boolean
  onSelect: ActivityListProps['onSelect']
}) {
  const content = <LineContent activity={activity} />
  if (current || !onSelect) {
    return (
      <div className="oa-mini-row" aria-current={current || undefined}>
        {content}
      </div>
    )
  }
  return (
    <button type="button" className="oa-mini-row" onClick={() => onSelect(activity)}>
      {content}
    </button>
  )
}

function LineContent({ activity }: { activity: Activity }) {
  const { timeZone, locale } = useActivity()
  const at = Date.parse(activity.occurredAt)
  return (
    <>
      <time dateTime={activity.occurredAt} title={fullTime(at, timeZone, locale)}>
        <span className="oa-muted">{day(at, timeZone, locale)}</span> {clock(at, timeZone)}
      </time>
      <span className="oa-mini-what">
        <Text className="oa-mini-action" value={activity.action ?? '–'} />
        <span className="oa-muted">
          {activity.actorId && <Text value={activity.actorName ?? activity.actorId} />}
          {activity.actorId && activity.entityId && ' → '}
          {activity.entityId && (
            <Text value={[activity.entityType, activity.entityId].filter(Boolean).join(' ')} />
          )}
        </span>
      </span>
      {activity.status && <Badge kind="status" value={activity.status} />}
    </>
  )
}
