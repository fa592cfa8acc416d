import { EntityTimeline } from '@otel-activity/react'
import { openActivity } from '../open'
import { Page } from './Page'

interface EntityScreenProps {
  site: string
  type: string
  id: string
}

/** What happened to one entity; a link that another application can make. */
export default function EntityScreen({ site, type, id }: EntityScreenProps) {
  return (
    <Page title={`${type} ${id}`} site={site}>
      <EntityTimeline type={type} id={id} showHeader={false} onSelect={openActivity} />
    </Page>
  )
}
