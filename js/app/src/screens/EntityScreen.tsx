import { type Activity, EntityTimeline } from '@otel-activity/react'
import { activityPath, go, hrefOf } from '../routes'
import { Page } from './Page'

interface EntityScreenProps {
  site: string
  type: string
  id: string
}

/** What happened to one entity; a link that another application can make. */
export default function EntityScreen({ site, type, id }: EntityScreenProps) {
  const open = (activity: Activity) =>
    go(hrefOf(activityPath(activity.id), { at: activity.occurredAt }))
  return (
    <Page title={`${type} ${id}`} site={site}>
      <EntityTimeline type={type} id={id} showHeader={false} onSelect={open} />
    </Page>
  )
}
