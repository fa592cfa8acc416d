import { RejectedList } from '@otel-activity/react'
import { Page } from './Page'

export default function RejectedScreen({ site }: { site: string }) {
  return (
    <Page
      title="Rejected"
      site={site}
      note={<p className="oa-muted">Records that the database refused, newest first</p>}
    >
      <RejectedList />
    </Page>
  )
}
