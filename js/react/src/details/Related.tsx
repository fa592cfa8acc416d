import type { Activity, ActivityClient, ActivityPage } from '../client'
import { useActivity } from '../state/context'
import type { Filters } from '../state/filters'
import { useResource } from '../state/resource'
import type { TimeRange } from '../state/time'
import { Button, ErrorState, Loading, Text } from '../ui'
import { ActivityList } from './ActivityList'
import { loadAround, windowAround } from './around'

interface RequestOptions {
  signal: AbortSignal
}

const hour = 3_600_000
const fields = [
  'action',
  'status',
  'severity',
  'actorId',
  'actorName',
  'entityType',
  'entityId',
] as const

type Fields = (typeof fields)[number]

interface Relation {
  key: string
  title: string
  value: string
  filters: Filters
  spanMs: number
  load: (client: ActivityClient, options: RequestOptions) => Promise<readonly Activity[]>
}

export type OnFilter = (filters: Filters, range?: TimeRange) => void

interface RelatedProps {
  activity: Activity
  onSelect?: ((activity: Activity) => void) | undefined
  onFilter?: OnFilter | undefined
}

/** What else happened: in the same operation and trace, to this entity, by this actor. */
export function Related({ activity, onSelect, onFilter }: RelatedProps) {
  const relations = relationsOf(activity)
  if (relations.length === 0) {
    return <p className="oa-empty-note">It names no operation, trace, entity or actor.</p>
  }
  return (
    <div className="oa-related">
      {relations.map((relation) => (
        <RelationList
          key={relation.key}
          relation={relation}
          activity={activity}
          onSelect={onSelect}
          onFilter={onFilter}
        />
      ))}
    </div>
  )
}

function RelationList({
  relation,
  activity,
  onSelect,
  onFilter,
}: RelatedProps & { relation: Relation }) {
  const { client } = useActivity()
  const { data, error, reload } = useResource(`${relation.key}|${activity.id}`, (signal) =>
    relation.load(client, { signal }),
  )
  const open = () =>
    onFilter?.(relation.filters, windowAround(activity.occurredAt, relation.spanMs, Date.now()))
  return (
    <section>
      <header className="oa-related-head">
        <h3>{relation.title}</h3>
        <Text className="oa-mono oa-muted oa-clip" value={relation.value} />
        {onFilter && (
          <Button variant="ghost" icon="right" onClick={open}>
            Open in Explore
          </Button>
        )}
      </header>
      {data ? (
        <ActivityList
          label={relation.title}
          activities={data}
          currentId={activity.id}
          onSelect={onSelect}
        />
      ) : error ? (
        <ErrorState error={error} onRetry={reload} />
      ) : (
        <Loading lines={3} />
      )}
    </section>
  )
}

function relationsOf(activity: Activity): readonly Relation[] {
  const { operationId, traceId, entityType, entityId, actorId, occurredAt } = activity
  // An id is unique within its project only.
  const scope = activity.projectId ? { projectId: [activity.projectId] } : {}
  const items = (page: ActivityPage): readonly Activity[] => page.items
  const out: Relation[] = []
  if (operationId) {
    out.push({
      key: `operation|${operationId}`,
      title: 'Same operation',
      value: operationId,
      filters: { operationId: [operationId] },
      spanMs: 24 * hour,
      load: async (client, o) =>
        items(await client.operation(operationId, { around: occurredAt, limit: 10 }, o)),
    })
  }
  if (traceId) {
    out.push({
      key: `trace|${traceId}`,
      title: 'Same trace',
      value: traceId,
      filters: { traceId: [traceId] },
      spanMs: 24 * hour,
      load: async (client, o) =>
        items(await client.trace(traceId, { around: occurredAt, limit: 10 }, o)),
    })
  }
  const narrow: { fields: Fields[] } = { fields: [...fields] }
  if (entityType && entityId) {
    out.push({
      key: `entity|${entityType}|${entityId}`,
      title: 'This entity',
      value: `${entityType} ${entityId}`,
      filters: { ...scope, entityType: [entityType], entityId: [entityId] },
      spanMs: 30 * 24 * hour,
      load: (client, o) =>
        loadAround(
          (bounds) => client.entity(entityType, entityId, { ...scope, ...narrow, ...bounds }, o),
          activity,
        ),
    })
  }
  if (actorId) {
    out.push({
      key: `actor|${actorId}`,
      title: 'This actor',
      value: actorId,
      filters: { ...scope, actorId: [actorId] },
      spanMs: 24 * hour,
      load: (client, o) =>
        loadAround(
          (bounds) => client.actor(actorId, { ...scope, ...narrow, ...bounds }, o),
          activity,
        ),
    })
  }
  return out
}
