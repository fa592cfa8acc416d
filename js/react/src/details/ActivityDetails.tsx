import './details.css'
import { useId, useMemo, useState } from 'react'
import type { Activity, ActivityDetail } from '../client'
import { ActivityProvider, type SettingsProps, useActivity } from '../state/context'
import { useResource } from '../state/resource'
import { Badge, Button, Empty, ErrorState, Icon, Loading, Root, Tabs, Text, Time } from '../ui'
import { CopyButton } from '../ui/CopyButton'
import { traceHref } from '../ui/visible'
import { ChangeTable } from './ChangeTable'
import { flattenChanges } from './changes'
import { JsonView } from './JsonView'
import { Overview } from './Overview'
import { type OnFilter, Related } from './Related'

export interface ActivityDetailsProps extends SettingsProps {
  /** Which one; with `at`, its `occurredAt`, it is found at once. */
  id?: string
  at?: string
  /** Instead of an id: shown at once, while the rest of it is loaded. */
  activity?: Activity
  /** The address that "Copy link" copies. Without it there is no such button. */
  shareUrl?: (activity: Activity) => string
  /** Shows a button that closes it; Escape does the same. */
  onClose?: () => void
  /** Another activity was chosen among the related ones. */
  onSelect?: (activity: Activity) => void
  /** Asks for a list of activities: with the same value, of the same operation and so on. */
  onFilter?: OnFilter
}

/** One activity with everything that is known of it and what belongs to it. */
export function ActivityDetails({ id, at, activity, ...props }: ActivityDetailsProps) {
  const { shareUrl, onClose, onSelect, onFilter, ...settings } = props
  // Out here it stays the same while a reader walks from one activity to the next.
  const [tab, setTab] = useState<string>('overview')
  return (
    <ActivityProvider {...settings}>
      <Root className="oa-details">
        <Content
          key={activity?.id ?? id}
          id={activity?.id ?? id}
          at={activity?.occurredAt ?? at}
          known={activity}
          tab={tab}
          onTab={setTab}
          shareUrl={shareUrl}
          onClose={onClose}
          onSelect={onSelect}
          onFilter={onFilter}
        />
      </Root>
    </ActivityProvider>
  )
}

type Callbacks = Pick<ActivityDetailsProps, 'shareUrl' | 'onClose' | 'onSelect' | 'onFilter'>

interface TabState {
  tab: string
  onTab: (tab: string) => void
}

interface ContentProps extends Callbacks, TabState {
  id: string | undefined
  at: string | undefined
  known: Activity | undefined
}

function Content({ id, at, known, ...rest }: ContentProps) {
  const { client } = useActivity()
  const { data, error, reload } = useResource(id ? `${id}|${at ?? ''}` : null, (signal) =>
    client.activity(id ?? '', at, { signal }),
  )
  const activity: (Activity & Partial<ActivityDetail>) | undefined = data ?? known
  if (activity) {
    return <Loaded activity={activity} complete={data !== undefined} {...rest} />
  }
  return (
    <>
      <div className="oa-details-head oa-details-head-bare">
        <CloseButton onClose={rest.onClose} />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={reload} />
      ) : id ? (
        <Loading lines={10} />
      ) : (
        <Empty title="No activity chosen" />
      )}
    </>
  )
}

function Loaded({
  activity,
  complete,
  tab,
  onTab,
  ...callbacks
}: Callbacks & TabState & { activity: Activity & Partial<ActivityDetail>; complete: boolean }) {
  const titleId = useId()
  const changes = useMemo(() => flattenChanges(activity.changes), [activity.changes])
  const { onSelect, onFilter } = callbacks
  return (
    <article aria-labelledby={titleId} className="oa-details-body">
      <Header activity={activity} titleId={titleId} {...callbacks} />
      <Tabs
        label="About this activity"
        tabs={[
          { id: 'overview', label: 'Overview' },
          { id: 'changes', label: <TabLabel text="Changes" count={changes.length} /> },
          { id: 'related', label: 'Related' },
          { id: 'json', label: 'JSON' },
        ]}
        active={tab}
        onChange={onTab}
      >
        {tab === 'overview' && (
          <Overview
            activity={activity}
            onFilter={onFilter && ((field, value) => onFilter({ [field]: [value] }))}
          />
        )}
        {tab === 'changes' &&
          (complete ? <ChangeTable changes={changes} /> : <Loading lines={4} />)}
        {tab === 'related' && (
          <Related activity={activity} onSelect={onSelect} onFilter={onFilter} />
        )}
        {tab === 'json' && <JsonView value={activity} />}
      </Tabs>
    </article>
  )
}

function TabLabel({ text, count }: { text: string; count: number }) {
  return (
    <>
      {text}
      {count > 0 && <span className="oa-count">{count}</span>}
    </>
  )
}

function Header({
  activity,
  titleId,
  shareUrl,
  onClose,
}: Callbacks & { activity: Activity; titleId: string }) {
  const { traceUrl } = useActivity()
  const trace = traceHref(traceUrl, activity.traceId)
  const who = activity.actorName ?? activity.actorId
  const what = activity.entityName ?? activity.entityId
  return (
    <header className="oa-details-head">
      <div className="oa-details-title">
        <h2 id={titleId} tabIndex={-1}>
          <Text value={activity.action ?? 'activity'} />
        </h2>
        <CloseButton onClose={onClose} />
      </div>
      <p className="oa-details-who">
        {who && <Text value={who} />}
        {who && what && <Icon name="right" size={12} />}
        {what && (
          <span>
            {activity.entityType && (
              <span className="oa-muted">
                <Text value={activity.entityType} />{' '}
              </span>
            )}
            <Text value={what} />
          </span>
        )}
      </p>
      <div className="oa-details-meta">
        {activity.status && <Badge kind="status" value={activity.status} />}
        {activity.severity && <Badge kind="severity" value={activity.severity} />}
        <span className="oa-muted">
          <Time value={activity.occurredAt} /> · <Time value={activity.occurredAt} relative />
        </span>
      </div>
      {(shareUrl || trace) && (
        <div className="oa-details-actions">
          {shareUrl && <CopyButton text={() => shareUrl(activity)}>Copy link</CopyButton>}
          {trace && (
            <a className="oa-button" href={trace} target="_blank" rel="noopener noreferrer">
              <Icon name="external" />
              Open trace
            </a>
          )}
        </div>
      )}
    </header>
  )
}

function CloseButton({ onClose }: { onClose: (() => void) | undefined }) {
  if (!onClose) return null
  return <Button variant="ghost" icon="close" aria-label="Close details" onClick={onClose} />
}
